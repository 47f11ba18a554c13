"""The periods that are settled: whole days of the operator's clocks, joined without a seam."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec

from busbar.canon.settlement import Agreement, PeriodKind, Settlement

CLOCKS_APART = timedelta(hours=12)
"""Midnights by other clocks that are nearer than this to a day's are taken for that day's. By the same clocks no two
are so near to each other.
"""
CLOCKS_APART_MOST = timedelta(hours=26)
"""No two clocks on Earth differ by more. Weeks and months begin further from each other, so one that begins within this
of another of its kind is the same one.
"""


def find_period(kind: PeriodKind, day: date) -> tuple[date, date]:
    """Return the first day of the period that a day is in, and the first one after it."""
    if kind is PeriodKind.WEEK:
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=7)
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)


def begin_day(day: date, zone: str) -> datetime:
    """Return the instant at which a day begins in a zone."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


class Span(msgspec.Struct, frozen=True):
    """A period: its first day and the first one after it, and the instants at which they begin."""

    first: date
    since: datetime
    end: date
    until: datetime

    def begin(self, day: date, zone: str) -> datetime:
        """Return the instant at which one of its days begins, or the one after it."""
        return {self.first: self.since, self.end: self.until}.get(day) or begin_day(day, zone)

    def name(self, edge: datetime, zone: str) -> date:
        """Return the day that begins at an instant within the period, or at one of its ends."""
        return {self.since: self.first, self.until: self.end}.get(edge) or name_day(edge, zone)

    def list_overlapping(self, settled: Iterable[Settlement]) -> list[Settlement]:
        """Return those of these settlements that cover a part of the period."""
        return [each for each in settled if each.since < self.until and each.until > self.since]


def span_days(first: date, end: date, zone: str) -> Span:
    """Return the period between two days of a zone."""
    return Span(first, begin_day(first, zone), end, begin_day(end, zone))


def name_day(edge: datetime, zone: str) -> date:
    """Return the day that begins at an edge of what was settled, if need be by other clocks than these."""
    return (edge + CLOCKS_APART).astimezone(ZoneInfo(zone)).date()


def span_settled(settlement: Settlement, zone: str) -> Span:
    """Return the period of a settlement."""
    since, until = settlement.since, settlement.until
    first, end = settlement.first_day, settlement.end_day
    return Span(first or name_day(since, zone), since, end or name_day(until, zone), until)


def meet(span: Span, settled: Iterable[Settlement], *, kind: PeriodKind) -> Span:
    """Let a period of a kind begin and end where settled ones do that are the same by other clocks.

    When an operator's clocks have changed, days begin at other instants, and what was settled stays: without this, the
    hours between would be settled twice, or never.
    """
    edges = {(edge, each.period is kind) for each in settled for edge in (each.since, each.until)}

    def find(instant: datetime) -> datetime:
        near = [
            edge
            for edge, is_alike in edges
            if abs(edge - instant) <= CLOCKS_APART_MOST and (is_alike or abs(edge - instant) < CLOCKS_APART)
        ]
        return min(near, key=lambda edge: (abs(edge - instant), edge), default=instant)

    return msgspec.structs.replace(span, since=find(span.since), until=find(span.until))


def list_stretches(first: date, end: date, agreements: Iterable[Agreement]) -> list[tuple[date, date]]:
    """Cut a period where an agreement begins or ends, so that in each stretch the same ones hold."""
    cuts = {day for each in agreements for day in (each.valid_from, each.valid_until) if day and first < day < end}
    days = [first, *sorted(cuts), end]
    return list(pairwise(days))
