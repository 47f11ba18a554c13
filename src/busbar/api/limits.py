"""Request limits: an even rate with a burst for each caller and each unknown address, in bounded memory."""

import math

from busbar.kernel.clock import Clock
from busbar.kernel.errors import LimitExceededError
from busbar.kernel.throttle import Share, Throttle

KEYS_MAX = 50_000
_PERIOD_S = 60
_STRANGERS_SHARE = 4
"""Who is not signed in gets this part of a caller's rate."""


class RequestLimitError(LimitExceededError):
    """More requests than the installation allows one caller."""

    code = "limit_exceeded.requests"


class RequestLimits:
    """The limits of one HTTP door."""

    def __init__(self, *, per_min: int, clock: Clock, share: Share | None = None) -> None:
        """With `share` requests at other processes count as well."""
        self._clock = clock
        self._callers = Throttle(takes_max=per_min, period_s=_PERIOD_S, keys_max=KEYS_MAX)
        strangers_max = max(1, per_min // _STRANGERS_SHARE)
        self._strangers = Throttle(takes_max=strangers_max, period_s=_PERIOD_S, keys_max=KEYS_MAX)
        if share is not None:
            share("requests.callers", self._callers)
            share("requests.strangers", self._strangers)

    def take_caller(self, name: str) -> None:
        """Count a request of somebody who is signed in. Errors: `limit_exceeded.requests` (fact `retry_after_s`)."""
        self._take(self._callers, name)

    def take_stranger(self, address: str) -> None:
        """Count a request of somebody who is not signed in, or not yet known to be. Errors: as `take_caller`."""
        self._take(self._strangers, address)

    def give_back_stranger(self, address: str) -> None:
        """Undo the last count: it was somebody we know."""
        self._strangers.give_back(address)

    def _take(self, throttle: Throttle, key: str) -> None:
        wait_s = throttle.take(key, now_s=self._clock.monotonic_s())
        if wait_s > 0:
            raise RequestLimitError("too many requests; wait a little", retry_after_s=math.ceil(wait_s))
