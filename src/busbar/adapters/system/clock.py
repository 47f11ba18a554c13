"""The machine's clock and id source: the one place that reads them."""

import os
import threading
import time
from datetime import UTC, datetime, timedelta

from busbar.kernel.clock import Clock

_DIGITS = 32
_STAMP_DIGITS = 12
_TAIL_DIGITS = 16
_RANDOM_DIGITS = 15
_COUNTERS = [f"{counter:03x}8" for counter in range(255, -1, -1)]
"""Counter and variant of the ids of a block."""
_TAIL_BYTES = 8


class SystemClock:
    """Wall time in UTC and the monotonic clock."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()


class SharedClock:
    """Goes by another machine's clock: what that one said last, and how long ago it was by the monotonic one.

    Until it is told something it goes by its own machine's clock. What happens to that one later does not matter.
    """

    def __init__(self, own: Clock) -> None:
        self._own = own
        self._told: tuple[datetime, float] | None = None

    @property
    def is_set(self) -> bool:
        """Whether it was told the time."""
        return self._told is not None

    def set(self, now: datetime, *, read_s: float) -> None:
        """Go by what the other clock said when the monotonic one here stood at `read_s`."""
        self._told = (now, read_s)

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        if self._told is None:
            return self._own.now()
        said, read_s = self._told
        return said + timedelta(seconds=self._own.monotonic_s() - read_s)

    def monotonic_s(self) -> float:
        """Return seconds that never go back."""
        return self._own.monotonic_s()


class TimeOrderedIds:
    """UUIDv7 (RFC 9562, method 1: a 12-bit counter keeps order within a millisecond), 32 hexadecimal digits.

    Everything but the time is drawn in blocks: a system call per id would cost more than all the rest of it. A block
    is used up in order, over as many milliseconds as it lasts, and a new one begins in a later millisecond.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last_ms = 0
        self._head = ""
        """The digits of `_last_ms` and the version."""
        self._tails: list[str] = []
        """The rest of the ids to come, the next one last."""

    def start_after(self, last: str) -> None:
        """Make every id sort after this one, which an earlier process made; its clock may have been ahead of ours.

        Raises ValueError for what is no such id.
        """
        if len(last) != _DIGITS:
            raise ValueError("an id has 32 hexadecimal digits")
        first_ms = int(last[:_STAMP_DIGITS], 16) + 1
        with self._lock:
            if first_ms > self._last_ms:
                self._move_to(first_ms)

    def new(self) -> str:
        """Return an id that sorts after every id made before it in this process."""
        now_ms = time.time_ns() // 1_000_000
        lock = self._lock
        lock.acquire()
        try:
            if now_ms > self._last_ms:
                self._move_to(now_ms)
            if not self._tails:
                self._tails = _draw_tails()
                self._move_to(self._last_ms + 1)
            return self._head + self._tails.pop()
        finally:
            lock.release()

    def _move_to(self, stamp_ms: int) -> None:
        self._last_ms = stamp_ms
        self._head = f"{stamp_ms:012x}7"


def _draw_tails() -> list[str]:
    """Draw a block of last halves, greatest first: the counter, the variant and 60 random bits."""
    digits = os.urandom(len(_COUNTERS) * _TAIL_DIGITS // 2).hex()
    return [
        counter + digits[place : place + _RANDOM_DIGITS]
        for counter, place in zip(_COUNTERS, range(0, len(digits), _TAIL_DIGITS), strict=True)
    ]
