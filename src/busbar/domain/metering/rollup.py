"""Roll-ups: what an EVSE drew in each minute, quarter of an hour, hour and day, from the samples of its sessions.

Energy is shared out: what a register counted between two readings is spread evenly over the time between them, in
whole Wh that add up to exactly what it counted. Power is said by its least, greatest and mean value. A bucket is a
function of what is stored, so it may be computed again whenever a late sample comes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import NamedTuple

from busbar.domain.metering.model import JITTER_WH, allow_step_wh, judge_step_back

MINUTE = timedelta(minutes=1)
QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SPREAD_MAX = timedelta(days=2)
"""Readings further apart than this are no course of a charge: what was counted falls to the later one."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Point = tuple[datetime, int]


class Figures(NamedTuple):
    """What is said of one bucket."""

    energy_wh: int = 0
    power_min_w: int | None = None
    power_max_w: int | None = None
    power_sum_w: int = 0
    power_count: int = 0

    def join(self, other: "Figures") -> "Figures":
        """Return what is said of both together."""
        if not other.power_count:
            return self._replace(energy_wh=self.energy_wh + other.energy_wh)
        if not self.power_count:
            return other._replace(energy_wh=self.energy_wh + other.energy_wh)
        return Figures(
            energy_wh=self.energy_wh + other.energy_wh,
            power_min_w=min(self.power_min_w or 0, other.power_min_w or 0),
            power_max_w=max(self.power_max_w or 0, other.power_max_w or 0),
            power_sum_w=self.power_sum_w + other.power_sum_w,
            power_count=self.power_count + other.power_count,
        )


Buckets = dict[datetime, Figures]


def floor_to(at: datetime, step: timedelta) -> datetime:
    """Return the beginning of the bucket of this length that holds an instant; buckets begin at full steps of UTC."""
    return at - (at - _EPOCH) % step


def floor_to_day(at: datetime, zone: tzinfo) -> datetime:
    """Return the beginning, in UTC, of the day of a zone that holds an instant."""
    local = at.astimezone(zone)
    return local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0).astimezone(UTC)


def next_day(begins_at: datetime, zone: tzinfo) -> datetime:
    """Return the beginning of the day after: 23, 24 or 25 hours later."""
    return floor_to_day(begins_at + timedelta(hours=30), zone)


def share_energy(readings: Sequence[Point], step: timedelta) -> dict[datetime, int]:
    """Share what a register counted out to buckets. Readings are in order of time.

    What steps back or leaps is judged as the meter record judges it (`count_register`).
    """
    shares: dict[datetime, int] = {}
    for (before_at, before), (at, value) in pairwise(readings):
        counted_wh = value - before
        if counted_wh > allow_step_wh(at - before_at):
            continue
        if counted_wh < -JITTER_WH:
            counted_wh = judge_step_back(before, value)[1]
        if counted_wh:
            _spread(shares, before_at, at, counted_wh, step)
    return shares


def _spread(shares: dict[datetime, int], since: datetime, until: datetime, counted_wh: int, step: timedelta) -> None:
    begins_at = floor_to(since, step)
    last = floor_to(until - _MICROSECOND, step) if until > since else begins_at
    if begins_at == last or until - since > SPREAD_MAX:
        shares[last] = shares.get(last, 0) + counted_wh
        return
    whole = (until - since) // _MICROSECOND
    shared_wh = 0
    while begins_at <= last:
        passed = min(begins_at + step, until) - since
        up_to_here_wh = counted_wh * (passed // _MICROSECOND) // whole
        if up_to_here_wh != shared_wh:
            shares[begins_at] = shares.get(begins_at, 0) + up_to_here_wh - shared_wh
        shared_wh = up_to_here_wh
        begins_at += step


def roll_up_samples(powers: Iterable[Point], readings: Sequence[Point]) -> Buckets:
    """Return the minutes of one session; those of which nothing is known are left out."""
    minutes: Buckets = {}
    for at, power_w in powers:
        begins_at = floor_to(at, MINUTE)
        minutes[begins_at] = minutes.get(begins_at, Figures()).join(Figures(0, power_w, power_w, power_w, 1))
    for begins_at, energy_wh in share_energy(readings, MINUTE).items():
        minutes[begins_at] = minutes.get(begins_at, Figures()).join(Figures(energy_wh))
    return minutes


def fold(finer: Iterable[tuple[datetime, Figures]], begin: Callable[[datetime], datetime]) -> Buckets:
    """Return coarser buckets; `begin` says where the one begins that holds an instant."""
    coarser: Buckets = {}
    for at, figures in finer:
        begins_at = begin(at)
        coarser[begins_at] = coarser[begins_at].join(figures) if begins_at in coarser else figures
    return coarser


def cut(buckets: Mapping[datetime, Figures], since: datetime, until: datetime) -> Buckets:
    """Return the buckets that begin within a period."""
    return {begins_at: figures for begins_at, figures in buckets.items() if since <= begins_at < until}
