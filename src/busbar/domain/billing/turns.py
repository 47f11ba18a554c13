"""Which running session is priced next: those whose money ends soonest first, the others in their turn. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from busbar.domain.billing.prices import SessionPrice
from busbar.rating.record import Record

SOONEST = timedelta(seconds=1)
"""No session is looked at oftener: the beat is a second."""
LATEST = timedelta(seconds=60)
"""A session that may cost only so much is looked at no more seldom, so that another period's price or power is seen."""
BLIND = timedelta(seconds=15)
"""How soon to look again while nobody knows how fast a cost grows."""
RETRY = timedelta(seconds=10)
"""How soon to look again at a session that has used up all and still runs: its station could not be asked to stop."""
FORESIGHT_S = 30 * 86_400
_HOUR_S = 3600


class Watch(msgspec.Struct, frozen=True):
    """A session that may cost only so much."""

    due_at: datetime
    """When to look again."""
    ends_at: datetime
    """When it will have cost what it may, as its cost grows now; while nobody knows, when it was priced last."""
    changed_at: datetime | None = None
    cost: int = 0
    """Since when it costs this."""
    micro_per_s: int = 0
    """How fast the cost grew before that, in millionths of a minor unit a second."""


def begin_watch(price: SessionPrice, *, now: datetime) -> Watch:
    """Watch a session of which nobody knows yet whether it may cost only so much."""
    return Watch(now, min(now, price.priced_at or price.fixed_at))


def find_bound(wishes: Iterable[int | None]) -> int | None:
    """Return what a session may cost by all who have a say; None: whatever it costs."""
    return min((each for each in wishes if each is not None), default=None)


def find_power(record: Record) -> int | None:
    """Return the newest power in W at which something was taken; None: none is known."""
    return next((each.power_w for each in reversed(record.readings) if each.power_w), None)


def look_ahead(
    watch: Watch | None, price: SessionPrice, *, bound: int, power_w: int | None, now: datetime
) -> Watch:  # fmt: skip
    """Return when to look again at a session that costs `price.gross` now and may cost `bound`.

    How fast it grows is the most of three: since its cost changed last, on the average since the begin, and its power
    at what a kWh cost on the average. Half of the time that is left by that is waited, so that a cost which begins to
    grow twice as fast is still seen in time.
    """
    cost = price.gross
    held = watch or begin_watch(price, now=now)
    grown = _grow(held, cost, now=now)
    if cost >= bound:
        return msgspec.structs.replace(grown, due_at=now + RETRY, ends_at=now)
    pace = max(
        grown.micro_per_s,
        _divide(cost, now - price.started_at),
        0 if power_w is None or not price.energy_wh else cost * 1_000_000 * power_w // (price.energy_wh * _HOUR_S),
    )
    if not pace:
        return msgspec.structs.replace(grown, due_at=now + BLIND, ends_at=now + BLIND)
    left = timedelta(seconds=min((bound - cost) * 1_000_000 // pace, FORESIGHT_S))
    wait = min(max(left / 2, SOONEST), LATEST)
    return msgspec.structs.replace(grown, due_at=now + wait, ends_at=now + left)


def _grow(watch: Watch, cost: int, *, now: datetime) -> Watch:
    if watch.changed_at is None:
        return msgspec.structs.replace(watch, changed_at=now, cost=cost)
    if cost == watch.cost:
        return watch
    pace = _divide(cost - watch.cost, now - watch.changed_at)
    return msgspec.structs.replace(watch, changed_at=now, cost=cost, micro_per_s=pace)


def _divide(cost: int, elapsed: timedelta) -> int:
    elapsed_s = int(elapsed.total_seconds())
    return max(0, cost) * 1_000_000 // elapsed_s if elapsed_s > 0 else 0
