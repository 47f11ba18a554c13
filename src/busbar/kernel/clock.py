"""Time is handed in: services take a `Clock`, pure models take `now`."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The one source of time."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...

    def monotonic_s(self) -> float:
        """Return seconds from an arbitrary origin that never go back: for time-outs, never for data."""
        ...
