"""Following single messages through the house. Most are not followed, and cost nothing; where it is off, none is."""

from contextvars import ContextVar
from typing import Final, Protocol

CURRENT: Final[ContextVar[str | None]] = ContextVar("busbar_trace", default=None)
"""The context (W3C traceparent) of what is done at the moment, for whoever hands a message on; None: not followed."""


class Span(Protocol):
    """A piece of work that goes on."""

    @property
    def context(self) -> str:
        """The W3C traceparent of what happens within."""
        ...

    def end(self, error: str = "") -> None:
        """Say that it is over."""
        ...


class Tracer(Protocol):
    """Begins and records spans, and remembers which messages are followed."""

    @property
    def is_on(self) -> bool:
        """Whether anything may be followed at all."""
        ...

    @property
    def is_following(self) -> bool:
        """Whether some message is followed at the moment: asked once a batch."""
        ...

    def begin(self, name: str, *, parent: str | None = None, **attributes: str | int) -> Span | None:
        """Begin a span; None: this one is not followed. With a parent it is followed if the parent is."""
        ...

    def record(self, name: str, *, parent: str, took_s: float, **attributes: str | int) -> str:
        """Write down a span that has just ended; return its context."""
        ...

    def carry(self, thing: object, context: str) -> None:
        """Follow a message of this process from now on."""
        ...

    def context_of(self, thing: object) -> str | None:
        """Return the context of a message that is followed."""
        ...

    def drop(self, thing: object) -> None:
        """Follow a message no more."""
        ...

    def close(self) -> None:
        """Send what waits, and end (any thread)."""
        ...


class NoTracer:
    """Follows nothing."""

    is_on = False
    is_following = False

    def begin(self, name: str, *, parent: str | None = None, **attributes: str | int) -> Span | None:  # noqa: ARG002 - the port's
        """Begin nothing."""
        return None

    def record(self, name: str, *, parent: str, took_s: float, **attributes: str | int) -> str:  # noqa: ARG002 - the port's
        """Write nothing down."""
        return parent

    def carry(self, thing: object, context: str) -> None:
        """Forget it."""

    def context_of(self, thing: object) -> str | None:  # noqa: ARG002 - the port's
        """Know nothing."""
        return None

    def drop(self, thing: object) -> None:
        """Nothing is followed."""

    def close(self) -> None:
        """Nothing waits."""


NO_TRACER: Final = NoTracer()
