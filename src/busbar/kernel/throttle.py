"""How often something may be tried: an even rate with a burst, per key, in bounded memory."""

import math
from collections.abc import Callable, Hashable
from ipaddress import IPv6Address, ip_address, ip_network

from busbar.kernel.bounded import BoundedDict
from busbar.kernel.errors import LimitExceededError

_ROUNDING_S = 1e-9
"""Sums of steps are off by their last bits."""
_ADDRESS_MAX_CHARS = 64
_IPV6_CUSTOMER_BITS = 64
_KEYS_MAX = 50_000


class AttemptsError(LimitExceededError):
    """Too many attempts for this account or from this address; the fact `wait_s` tells when to try again."""

    code = "limit_exceeded.sign_in"


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
        self._others_max_s = 2 * period_s
        self._tell: Callable[[Hashable, int], None] | None = None

    def tell_others(self, tell: Callable[[Hashable, int], None]) -> None:
        """Have every take (1) and every take given back (-1) told, to those who count the same keys elsewhere."""
        self._tell = tell

    def note_others(self, key: Hashable, count: int, *, now_s: float) -> None:
        """Count what was taken elsewhere; at most so much that two periods make up for it."""
        empty_at_s = max(now_s, self._empty_at_s.pop(key, now_s)) + count * self._step_s
        self._empty_at_s[key] = min(max(empty_at_s, now_s), now_s + self._others_max_s)

    def take(self, key: Hashable, *, now_s: float) -> float:
        """Take once. Returns 0 when allowed, else the seconds to wait; a refused take costs nothing."""
        empty_at_s = max(now_s, self._empty_at_s.pop(key, now_s))
        wait_s = empty_at_s - now_s - self._burst_s
        is_refused = wait_s > _ROUNDING_S
        self._empty_at_s[key] = empty_at_s if is_refused else empty_at_s + self._step_s
        if self._tell is not None and not is_refused:
            self._tell(key, 1)
        return wait_s if is_refused else 0.0

    def give_back(self, key: Hashable) -> None:
        """Undo one take: what was tried turned out to be welcome."""
        if key in self._empty_at_s:
            self._empty_at_s[key] -= self._step_s
            if self._tell is not None:
                self._tell(key, -1)


Share = Callable[[str, Throttle], None]
"""Lets other processes count what is taken here, and counts here what they take, under a name that all of them use."""


class AttemptThrottle:
    """Slows down guessing of credentials: attempts per address and per account, those that succeed given back.

    An account has twice as many attempts as an address, so that guessing from one address cannot keep its owner out.
    """

    def __init__(self, *, attempts_max_per_min: int, name: str = "", share: Share | None = None) -> None:
        """With `share` the attempts at other processes count as well, under this name."""
        self._addresses = Throttle(takes_max=attempts_max_per_min, period_s=60, keys_max=_KEYS_MAX)
        self._accounts = Throttle(takes_max=2 * attempts_max_per_min, period_s=60, keys_max=_KEYS_MAX)
        if share is not None:
            share(f"{name}.addresses", self._addresses)
            share(f"{name}.accounts", self._accounts)

    def take(self, *, account: Hashable, address: str, now_s: float) -> None:
        """Count an attempt before it is made. Errors: `limit_exceeded.sign_in`; then nothing was counted."""
        place = place_of(address)
        wait_s = self._addresses.take(place, now_s=now_s)
        if not wait_s:
            wait_s = self._accounts.take(account, now_s=now_s)
            if not wait_s:
                return
            self._addresses.give_back(place)
        raise AttemptsError("too many attempts; wait a little", wait_s=math.ceil(wait_s))

    def give_back(self, *, account: Hashable, address: str) -> None:
        """Undo an attempt: it succeeded, or could not be made."""
        self._addresses.give_back(place_of(address))
        self._accounts.give_back(account)


def place_of(address: str) -> str:
    """Return what counts as one place: an IPv4 address, or the /64 that one IPv6 customer has at least."""
    try:
        found = ip_address(address[:_ADDRESS_MAX_CHARS].partition("%")[0])
    except ValueError:
        return address[:_ADDRESS_MAX_CHARS]
    if isinstance(found, IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else str(ip_network((int(found), _IPV6_CUSTOMER_BITS), strict=False))
    return str(found)
