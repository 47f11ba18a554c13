"""How long to wait for what others on the machine may hold up: a limit counted in seconds that the machine had for us.

A fixed limit is either too short on a busy machine or hides a start that hangs on a quiet one. Here a second counts in
full while a processor is free, and as a share of one while more wants to run than there are processors. A program that
waits for ever is given up after the limit on a quiet machine, later on a busy one, always in the end.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

HANG_LIMIT_S = 60
"""After this a wait has hung: for what comes at once, where nothing is said by how long it took."""
LOAD_FILE = Path("/proc/loadavg")
SHARE_MIN = 0.05
"""However busy the machine is, a second counts this much: every wait ends."""


def read_share() -> float:
    """Return which part of a processor one more program gets at the moment; all of it where nobody can tell."""
    try:
        running = int(LOAD_FILE.read_text(encoding="ascii").split()[3].partition("/")[0])
    except (OSError, ValueError, IndexError):
        return 1.0
    return max(SHARE_MIN, min(1.0, (os.cpu_count() or 1) / max(running, 1)))


class Patience:
    """Counts the time that a wait has had; look at it at least every second."""

    def __init__(
        self,
        limit_s: float,
        *,
        share: Callable[[], float] = read_share,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._left_s = limit_s
        self._share, self._clock_s = share, clock_s
        self._looked_s = self._began_s = clock_s()

    @property
    def is_over(self) -> bool:
        """Whether the limit is used up."""
        now_s = self._clock_s()
        self._left_s -= (now_s - self._looked_s) * self._share()
        self._looked_s = now_s
        return self._left_s <= 0

    @property
    def waited_s(self) -> float:
        """How long it was by the clock on the wall."""
        return self._clock_s() - self._began_s
