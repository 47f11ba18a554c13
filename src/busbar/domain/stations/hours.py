"""Whether a site is open, until when, and what may be entered of it. Pure."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from busbar.canon.hours import ExceptionalPeriod, OpeningTimes, WeeklyPeriod
from busbar.domain.stations.model import InvalidSiteError

DAY_MIN = 24 * 60
REGULAR_MAX = 42
"""Six periods a day."""
EXCEPTIONS_MAX = 200
PERIOD_MAX = timedelta(days=370)
DAYS_A_WEEK = 7
_WINDOW_DAYS = 8
"""A week and a day: every edge of a week lies within."""


def check_opening(hours: OpeningTimes) -> OpeningTimes:
    """Return hours in order, if a site can have them. Errors: `invalid.site` (fact `field` `hours`)."""
    if hours.is_always and hours.regular:
        raise InvalidSiteError("a site that never closes has no regular hours", field="hours")
    if len(hours.regular) > REGULAR_MAX:
        raise InvalidSiteError(f"a week has at most {REGULAR_MAX} periods", field="hours")
    for kind in (hours.openings, hours.closings):
        _check_exceptions(kind)
    regular = tuple(sorted(hours.regular, key=lambda each: (each.weekday, each.begins_min)))
    _check_week(regular)
    return OpeningTimes(
        is_always=hours.is_always,
        regular=regular,
        openings=tuple(sorted(hours.openings, key=lambda each: each.begins_at)),
        closings=tuple(sorted(hours.closings, key=lambda each: each.begins_at)),
    )


def _check_week(regular: Sequence[WeeklyPeriod]) -> None:
    for each in regular:
        if not 1 <= each.weekday <= DAYS_A_WEEK:
            raise InvalidSiteError("a day of the week is 1 (Monday) to 7 (Sunday)", field="hours")
        if not 0 <= each.begins_min < each.ends_min <= DAY_MIN:
            raise InvalidSiteError("hours end later than they begin, on the same day", field="hours")
    for before, after in pairwise(regular):
        if before.weekday == after.weekday and after.begins_min < before.ends_min:
            raise InvalidSiteError("two periods of a day overlap", field="hours", weekday=before.weekday)


def _check_exceptions(periods: Sequence[ExceptionalPeriod]) -> None:
    if len(periods) > EXCEPTIONS_MAX:
        raise InvalidSiteError(f"a site has at most {EXCEPTIONS_MAX} exceptions of a kind", field="hours")
    for each in periods:
        if not timedelta(0) < each.ends_at - each.begins_at <= PERIOD_MAX:
            raise InvalidSiteError("an exception ends after it begins, within a year", field="hours")


def is_open(hours: OpeningTimes, zone: ZoneInfo, at: datetime) -> bool:
    """Tell whether one may come at this instant.

    Closings overwrite everything, openings add to the week (OCPI 2.3.0, 8.4.14). Of the week counts what the clock on
    the wall says: an hour that comes twice in autumn is open twice, and hours within the one that is left out in
    spring are left out with it.
    """
    if _covers(hours.closings, at):
        return False
    if hours.is_always or _covers(hours.openings, at):
        return True
    local = at.astimezone(zone)
    weekday, minute = local.isoweekday(), local.hour * 60 + local.minute
    return any(each.weekday == weekday and each.begins_min <= minute < each.ends_min for each in hours.regular)


def _covers(periods: Sequence[ExceptionalPeriod], at: datetime) -> bool:
    return any(each.begins_at <= at < each.ends_at for each in periods)


def find_change(hours: OpeningTimes, zone: ZoneInfo, at: datetime) -> datetime | None:
    """Return when it opens (if it is closed at `at`) or closes next; None: not as far as is known."""
    is_now = is_open(hours, zone, at)
    exceptions = (*hours.openings, *hours.closings)
    edges = sorted({edge for each in exceptions for edge in (each.begins_at, each.ends_at) if edge > at})
    starts = [at, *edges]
    for start, until in zip(starts, [*edges, None], strict=True):
        # Between two exceptions only the week counts, and after a week it has nothing new.
        if start != at and is_open(hours, zone, start) != is_now:
            return start
        for edge in sorted(_list_week_edges(hours.regular, zone, start)):
            is_within = start < edge and (until is None or edge < until)
            if is_within and is_open(hours, zone, edge) != is_now:
                return edge
    return None


def _list_week_edges(regular: Sequence[WeeklyPeriod], zone: ZoneInfo, start: datetime) -> Iterator[datetime]:
    """Give the instants in the coming week at which regular hours may begin or end, in no order."""
    if not regular:
        return
    first = start.astimezone(zone).date() - timedelta(days=1)
    for days in range(_WINDOW_DAYS + 1):
        day = first + timedelta(days=days)
        for each in regular:
            if each.weekday == day.isoweekday():
                yield from _place(day, each.begins_min, zone)
                yield from _place(day, each.ends_min, zone)
        yield from _find_jump(day, zone)


def _place(day: date, minute: int, zone: ZoneInfo) -> Iterator[datetime]:
    """Give the instants at which the clock there shows this minute of the day: two when it comes twice."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    for fold in (0, 1):
        yield wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)


def _find_jump(day: date, zone: ZoneInfo) -> Iterator[datetime]:
    """Give the instant at which the clock there is put on or back on this day, if it is."""
    low = datetime.combine(day, time(), zone).astimezone(UTC)
    high = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    before = low.astimezone(zone).utcoffset()
    if high.astimezone(zone).utcoffset() == before:
        return
    while high - low > timedelta(minutes=1):
        middle = low + timedelta(minutes=(high - low) // timedelta(minutes=2))
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == before else (low, middle)
    yield high
