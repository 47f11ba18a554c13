"""A tariff made ready to rate with: what can hold when, as ranges and masks, worked out once per tariff."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from busbar.canon.pricing import Share
from busbar.rating.calendar import DAY_MIN, Calendar, list_borders, to_instant
from busbar.rating.tariff import (
    PERIOD_OF_LETTER,
    Component,
    Dimension,
    Element,
    Per,
    Period,
    PeriodTable,
    ReservationCase,
    Restrictions,
    Tariff,
    Weekday,
)

SLOTS = 48
SLOT_MIN = DAY_MIN // SLOTS
WEEKDAYS = tuple(Weekday)
KWH_WH = 1000
_DIMENSIONS = tuple(Dimension)
_SHARES = tuple(Share)
HOUR_US = 3_600_000_000
MINUTE_US = 60_000_000

Key = tuple[Dimension, Share]


class Rule(NamedTuple):
    """A component where it stands; `numerator / denominator` is its price per Wh, microsecond, or once."""

    element: int
    component: Component
    period: Period | None
    label: str
    numerator: int
    denominator: int


class Ranges(NamedTuple):
    """What an element asks of the running session: minima inclusive, maxima exclusive, 0 and None where open."""

    energy_wh: tuple[int, int | None]
    power_w: tuple[int, int | None]
    current_ma: tuple[int, int | None]
    duration_s: tuple[int, int | None]


class Clause(NamedTuple):
    """One element: the bit that says whether its calendar holds, its ranges, its rules."""

    bit: int
    ranges: Ranges
    rules: tuple[Rule, ...]


class Plan:
    """A tariff made ready. Compared by identity: there is one for each tariff (see `prepare`)."""

    def __init__(self, tariff: Tariff) -> None:
        self.tariff = tariff
        self.minutes = _list_turns(tariff)
        """The minutes of a local day at which something may change; none when nothing depends on the calendar."""
        clauses = [_make_clause(index, element) for index, element in enumerate(tariff.elements)]
        cases = [element.restrictions.reservation for element in tariff.elements]
        self.session = _order(clause for clause, case in zip(clauses, cases, strict=True) if case is None)
        self.reservations = {
            case: _order([
                *(clause for clause, each in zip(clauses, cases, strict=True) if each is case),
                *(clause for clause, each in zip(clauses, cases, strict=True) if each is ReservationCase.RESERVATION),
            ])
            for case in ReservationCase
        }  # fmt: skip
        asked = [clause.ranges for clause, case in zip(clauses, cases, strict=True) if case is None]
        self.energy_edges = _list_edges(each.energy_wh for each in asked)
        self.power_edges = _list_edges(each.power_w for each in asked)
        self.current_edges = _list_edges(each.current_ma for each in asked)
        self.duration_edges = _list_edges(clause.ranges.duration_s for clause in clauses)


Ordered = dict[Key, tuple[tuple[Clause, Rule], ...]]


@lru_cache(maxsize=512)
def prepare(tariff: Tariff) -> Plan:
    """Make a tariff ready; asked again, it is the same plan."""
    return Plan(tariff)


def _order(clauses: Iterable[Clause]) -> Ordered:
    """List for each dimension and share what may hold, the first that matches first.

    Dimensions stand in an order of their own, whatever that of the tariff: where two count the same time, the later one
    counted last, and its step is the one that rounds up.
    """
    ordered: dict[Key, list[tuple[Clause, Rule]]] = {}
    for clause in clauses:
        for rule in clause.rules:
            ordered.setdefault((rule.component.dimension, rule.component.share), []).append((clause, rule))
    return {key: tuple(ordered[key]) for key in sorted(ordered, key=_rank)}


def _rank(key: Key) -> tuple[int, int]:
    dimension, share = key
    return _DIMENSIONS.index(dimension), _SHARES.index(share)


def _make_clause(index: int, element: Element) -> Clause:
    asked = element.restrictions
    ranges = Ranges(
        (asked.min_energy_wh or 0, asked.max_energy_wh),
        (asked.min_power_w or 0, asked.max_power_w),
        (asked.min_current_ma or 0, asked.max_current_ma),
        (asked.min_duration_s or 0, asked.max_duration_s),
    )
    return Clause(index, ranges, tuple(_make_rule(index, element, each) for each in element.components))


def _make_rule(index: int, element: Element, component: Component) -> Rule:
    numerator, denominator = component.price.as_integer_ratio()
    if component.dimension is Dimension.ENERGY:
        denominator *= KWH_WH
    elif component.dimension is not Dimension.FLAT:
        denominator *= HOUR_US if component.per is Per.HOUR else MINUTE_US
    return Rule(index, component, element.restrictions.period, element.name, numerator, denominator)


def _list_edges(ranges: Iterable[tuple[int, int | None]]) -> list[int]:
    return sorted({edge for pair in ranges for edge in pair if edge})


def _list_turns(tariff: Tariff) -> tuple[int, ...]:
    minutes: set[int] = set()
    for element in tariff.elements:
        asked = element.restrictions
        if asked.start_time or asked.end_time:
            minutes |= {read_minute(time) for time in (asked.start_time, asked.end_time) if time}
        if asked.period is not None:
            minutes |= {at for table in tariff.tables for at in _list_changes(table.slots)}
        if asked.weekdays or asked.day_types or asked.season_start or asked.start_date or asked.end_date:
            minutes.add(0)
    return tuple(sorted(minutes | {0})) if minutes else ()


def _list_changes(slots: str) -> list[int]:
    return [0] + [index * SLOT_MIN for index in range(1, SLOTS) if slots[index] != slots[index - 1]]


def read_minute(time: str) -> int:
    """Read a time of day as minutes from midnight."""
    return int(time[:2]) * 60 + int(time[3:])


@lru_cache(maxsize=65_536)
def find_mask(plan: Plan, calendar: Calendar, at_us: int) -> int:
    """Find the elements whose calendar holds at an instant: a bit for each."""
    local = calendar.localise(to_instant(at_us))
    return find_mask_at(plan, calendar, local.date(), local.hour * 60 + local.minute)


def find_mask_at(plan: Plan, calendar: Calendar, day: date, minute: int) -> int:
    """Find the elements whose calendar holds at a minute of a local day: a bit for each."""
    period = find_period(plan.tariff.tables, calendar, day, minute)
    mask = 0
    for index, element in enumerate(plan.tariff.elements):
        if matches_calendar(element.restrictions, calendar, day, minute, period):
            mask |= 1 << index
    return mask


def find_period(tables: tuple[PeriodTable, ...], calendar: Calendar, day: date, minute: int) -> Period | None:
    """Find the period of a local half-hour by the first table whose day matches."""
    for table in tables:
        if matches_day(table, calendar, day):
            return PERIOD_OF_LETTER[table.slots[minute // SLOT_MIN]]
    return None


def matches_calendar(asked: Restrictions, calendar: Calendar, day: date, minute: int, period: Period | None) -> bool:
    """Tell whether an element holds at a minute of a local day, as far as the calendar goes."""
    if asked.period is not None and asked.period is not period:
        return False
    if asked.start_date is not None and day < asked.start_date:
        return False
    if asked.end_date is not None and day >= asked.end_date:
        return False
    return matches_time(asked.start_time, asked.end_time, minute) and matches_day(asked, calendar, day)


def matches_time(start_time: str | None, end_time: str | None, minute: int) -> bool:
    """Tell whether a minute lies within a time of day that may wrap midnight."""
    if start_time is None and end_time is None:
        return True
    start = read_minute(start_time) if start_time else 0
    end = (read_minute(end_time) if end_time else 0) or DAY_MIN
    return start <= minute < end if start < end else minute >= start or minute < end


def matches_day(asked: Restrictions | PeriodTable, calendar: Calendar, day: date) -> bool:
    """Tell whether a date has the weekday, day type and season that are asked for."""
    if asked.weekdays and WEEKDAYS[day.weekday()] not in asked.weekdays:
        return False
    if asked.season_start and asked.season_end:
        today = f"{day.month:02}-{day.day:02}"
        if asked.season_start < asked.season_end:
            if not asked.season_start <= today < asked.season_end:
                return False
        elif asked.season_end <= today < asked.season_start:
            return False
    return not asked.day_types or calendar.find_day_type(day) in asked.day_types


def list_calendar_borders(plan: Plan, calendar: Calendar, start_us: int, end_us: int) -> list[int]:
    """List the instants at which the calendar may change what holds, the one at or before the start first."""
    if not plan.minutes:
        return []
    first = calendar.localise(to_instant(start_us)).date().toordinal()
    last = calendar.localise(to_instant(end_us)).date().toordinal()
    borders: list[int] = []
    for ordinal in range(first, last + 1):
        borders += list_borders(calendar.zone, date.fromordinal(ordinal), plan.minutes)
    if last > first:
        borders = sorted(set(borders))
    before = [at for at in borders if at <= start_us]
    return [*before[-1:], *(at for at in borders if start_us < at < end_us)]
