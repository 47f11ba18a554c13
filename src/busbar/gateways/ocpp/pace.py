"""How fast one station may talk: an even rate with a burst (GCRA). Pure."""

SHORTEST_S = 1e-6
"""Sums of steps are off by their last bits, and nobody waits for less."""


class Pace:
    """Counts messages; says how long to read nothing, never that a message is too many."""

    __slots__ = ("_burst_s", "_due_s", "_step_s")

    def __init__(self, *, rate_per_s: float, burst_messages: int) -> None:
        self._step_s = 1 / rate_per_s
        self._burst_s = burst_messages * self._step_s
        self._due_s = 0.0

    def take(self, now_s: float) -> float:
        """Count one message; return the seconds to wait before the next is read (0: go on)."""
        due_s = self._due_s
        if due_s < now_s:  # noqa: PLR1730 - a call of max() for every message costs more than all the rest of this
            due_s = now_s
        self._due_s = due_s = due_s + self._step_s
        ahead_s = due_s - now_s - self._burst_s
        return ahead_s if ahead_s > SHORTEST_S else 0.0
