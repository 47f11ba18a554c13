"""Local days: the zone of a site, its holidays and working days, and where one local moment turns into another."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from busbar.kernel.errors import InvalidError
from busbar.rating.tariff import DayType

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
DAY_MIN = 1440
SATURDAY = 5


class CalendarError(InvalidError):
    """The zone, country or subdivision is unknown."""

    code: ClassVar[str] = "invalid.calendar"


class Calendar(msgspec.Struct, frozen=True, kw_only=True, cache_hash=True):
    """How a site counts its days. Without a country there are no holidays but its own."""

    zone: str = "UTC"
    country: str | None = None
    subdivision: str | None = None
    """ISO 3166-1 and -2, as the library `holidays` knows them."""
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()
    """Days that the operator declares, over the country's calendar."""

    def find_day_type(self, day: date) -> DayType:
        """Tell what a date is: a holiday, else a working day or weekend. Make-up working days of China are workdays."""
        if day in self.workdays:
            return DayType.WORKDAY
        if day in self.holidays:
            return DayType.HOLIDAY
        if self.country is not None:
            holidays, workdays = list_public_days(self.country, self.subdivision, day.year)
            if day in workdays:
                return DayType.WORKDAY
            if day in holidays:
                return DayType.HOLIDAY
        return DayType.WEEKEND if day.weekday() >= SATURDAY else DayType.WORKDAY

    def localise(self, at: datetime) -> datetime:
        """Return the local wall time of an instant."""
        return at.astimezone(find_zone(self.zone))


@lru_cache(maxsize=1024)
def find_zone(name: str) -> ZoneInfo:
    """Find an IANA zone by its name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise CalendarError("no such time zone", zone=name[:64]) from None


@lru_cache(maxsize=1024)
def list_public_days(country: str, subdivision: str | None, year: int) -> tuple[frozenset[date], frozenset[date]]:
    """List a year's holidays of a country, and the weekend days that are worked to make up for them."""
    from holidays import country_holidays  # noqa: PLC0415 - heavy, and only tariffs that name holidays need it

    try:
        days = country_holidays(country, subdiv=subdivision, years=year)
    except (NotImplementedError, ValueError, KeyError):
        raise CalendarError("no calendar of holidays", country=country, subdivision=subdivision) from None
    worked: set[date] = getattr(days, "weekend_workdays", set())
    return frozenset(days), frozenset(day for day in worked if day.year == year)


def count_us(at: datetime) -> int:
    """Count the microseconds from 1970 to an instant."""
    return (at - EPOCH) // MICROSECOND


def list_us(instants: Iterable[datetime]) -> list[int]:
    """Count the microseconds to many instants."""
    return [(at - EPOCH) // MICROSECOND for at in instants]


def to_instant(us: int) -> datetime:
    """Return the instant so many microseconds after 1970."""
    return EPOCH + timedelta(microseconds=us)


@lru_cache(maxsize=8192)
def list_borders(zone: str, day: date, minutes: tuple[int, ...]) -> tuple[int, ...]:
    """List the instants (us) at which a local day passes the given minutes of its clock, and where its clock jumps.

    `minutes` count from 00:00. A time that the clock skips gives the instants before and after; one that comes twice
    gives both. More instants than needed do no harm: what holds is asked anew at each.
    """
    info = find_zone(zone)
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a wall clock; the zone is put to it below
    found: set[int] = set()
    for minute in minutes:
        wall = midnight + timedelta(minutes=minute)
        for fold in (0, 1):
            found.add(count_us(wall.replace(fold=fold, tzinfo=info).astimezone(UTC)))
    start = count_us(midnight.replace(tzinfo=info).astimezone(UTC))
    end = count_us((midnight + timedelta(days=1)).replace(tzinfo=info).astimezone(UTC))
    found.update(find_jumps(info, start, end))
    return tuple(sorted(found))


def find_jumps(info: ZoneInfo, start: int, end: int) -> list[int]:
    """Find where the clock of a zone jumps between two instants (us); two jumps within an hour are not told apart."""
    jumps: list[int] = []
    step = 3600 * SECOND_US
    for low in range(start, end, step):
        high = min(low + step, end)
        before, after = (to_instant(at).astimezone(info).utcoffset() for at in (low, high))
        if before == after:
            continue
        first, last = low, high
        while last - first > SECOND_US:
            middle = first + (last - first) // 2 // SECOND_US * SECOND_US
            if to_instant(middle).astimezone(info).utcoffset() == before:
                first = middle
            else:
                last = middle
        jumps.append(last)
    return jumps
