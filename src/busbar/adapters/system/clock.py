"""The machine's clock and id source: the one place that reads them."""

import os
import threading
import time
from datetime import UTC, datetime

_DIGITS = 32
_STAMP_DIGITS = 12


class SystemClock:
    """Wall time in UTC and the monotonic clock."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()


class TimeOrderedIds:
    """UUIDv7 (RFC 9562, method 1: a 12-bit counter keeps order within a millisecond), 32 hexadecimal digits."""

    _COUNTER_MAX = 0xFFF

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last_ms = 0
        self._counter = 0

    def start_after(self, last: str) -> None:
        """Make every id sort after this one, which an earlier process made; its clock may have been ahead of ours.

        Raises ValueError for what is no such id.
        """
        if len(last) != _DIGITS:
            raise ValueError("an id has 32 hexadecimal digits")
        with self._lock:
            self._last_ms = max(self._last_ms, int(last[:_STAMP_DIGITS], 16) + 1)

    def new(self) -> str:
        """Return an id that sorts after every id made before it in this process."""
        now_ms = time.time_ns() // 1_000_000
        with self._lock:
            if now_ms > self._last_ms:
                self._last_ms, self._counter = now_ms, 0
            else:
                self._counter += 1
                if self._counter > self._COUNTER_MAX:
                    self._last_ms, self._counter = self._last_ms + 1, 0
            stamp_ms, counter = self._last_ms, self._counter
        tail = int.from_bytes(os.urandom(8), "big") & ((1 << 62) - 1)
        return f"{(stamp_ms << 80) | (0x7 << 76) | (counter << 64) | (0b10 << 62) | tail:032x}"
