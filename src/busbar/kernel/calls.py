"""How asking services outside goes: counted by service, and whether each answers at the moment."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Final

from busbar.kernel.errors import BusbarError, UnavailableError

TROUBLED_AFTER_FAILURES: Final = 3
"""One call that fails is a chance; so many in a row are a trouble somebody should know of."""


class CallTally:
    """How asking one service goes. A refusal is an answer; only who cannot be reached or cannot work has failed."""

    __slots__ = ("_last_failure", "answered", "failed", "failed_in_row", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.answered = 0
        self.failed = 0
        self.failed_in_row = 0
        self._last_failure = ""

    @property
    def is_used(self) -> bool:
        """Whether it was ever asked."""
        return self.answered + self.failed > 0

    @property
    def trouble(self) -> str | None:
        """What is the matter, for people; None while it answers."""
        if self.failed_in_row < TROUBLED_AFTER_FAILURES:
            return None
        return f"{self.failed_in_row} calls in a row have failed, the last: {self._last_failure}"

    @contextmanager
    def ask(self) -> Generator[None]:
        """Count one call: what is raised within passes through. One that is cancelled counts as neither."""
        try:
            yield
        except UnavailableError as error:
            self.failed += 1
            self.failed_in_row += 1
            self._last_failure = error.text
            raise
        except BusbarError:
            self._note_answer()
            raise
        self._note_answer()

    def _note_answer(self) -> None:
        self.answered += 1
        self.failed_in_row = 0


class CallBook:
    """The tallies of a process, by the name of the service."""

    def __init__(self) -> None:
        self._tallies: dict[str, CallTally] = {}

    def open(self, name: str) -> CallTally:
        """Give the tally of a service; the same one whenever it is asked for."""
        return self._tallies.setdefault(name, CallTally(name))

    def list_used(self) -> Sequence[CallTally]:
        """List the tallies of the services that were asked."""
        return [tally for tally in self._tallies.values() if tally.is_used]
