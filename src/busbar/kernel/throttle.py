"""How often something may be tried: an even rate with a burst, per key, in bounded memory."""

from collections.abc import Hashable

from busbar.kernel.bounded import BoundedDict

_ROUNDING_S = 1e-9
"""Sums of steps are off by their last bits."""


class Throttle:
    """At most `takes_max` takes in any `period_s` at once, refilled evenly (GCRA, ITU-T I.371).

    One number a key. When more than `keys_max` keys are in use, the one that was taken from longest ago starts afresh;
    whoever wants to profit from that must first use `keys_max` other keys within one period.
    """

    def __init__(self, *, takes_max: int, period_s: float, keys_max: int) -> None:
        self._step_s = period_s / takes_max
        self._burst_s = period_s - self._step_s
        self._empty_at_s: BoundedDict[Hashable, float] = BoundedDict(bound=keys_max)
        """Per key: when its last take will be forgotten, in monotonic seconds."""

    def take(self, key: Hashable, *, now_s: float) -> float:
        """Take once. Returns 0 when allowed, else the seconds to wait; a refused take costs nothing."""
        empty_at_s = max(now_s, self._empty_at_s.pop(key, now_s))
        wait_s = empty_at_s - now_s - self._burst_s
        is_refused = wait_s > _ROUNDING_S
        self._empty_at_s[key] = empty_at_s if is_refused else empty_at_s + self._step_s
        return wait_s if is_refused else 0.0

    def give_back(self, key: Hashable) -> None:
        """Undo one take: what was tried turned out to be welcome."""
        if key in self._empty_at_s:
            self._empty_at_s[key] -= self._step_s
