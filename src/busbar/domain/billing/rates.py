"""The way from this room to `busbar.rating`: the calendar of the site, and what to do when nobody knows one. Pure."""

import msgspec

from busbar.canon.stations import NO_OWN_DAYS, OwnDays
from busbar.rating.calendar import Calendar, CalendarError
from busbar.rating.lines import Rated
from busbar.rating.rate import rate
from busbar.rating.record import Record
from busbar.rating.tariff import Tariff


def list_calendars(zone: str, country: str, days: OwnDays = NO_OWN_DAYS) -> tuple[Calendar, ...]:
    """Return the calendar of a site, and those that stand in for it where country, region or zone are not known.

    Its own holidays and working days hold in all of them; without a country Saturday and Sunday are the weekend.
    """
    last = Calendar(holidays=frozenset(days.holidays), workdays=frozenset(days.workdays))
    found = [msgspec.structs.replace(last, zone=zone), last]
    if country:
        found.insert(0, msgspec.structs.replace(last, zone=zone, country=country))
        if days.subdivision:
            found.insert(0, msgspec.structs.replace(found[0], subdivision=days.subdivision))
    return tuple(found)


def rate_session(terms: Tariff, record: Record, *, zone: str, country: str, days: OwnDays = NO_OWN_DAYS) -> Rated:
    """Rate a session by the calendar of its site, or the nearest to it that is known (`list_calendars`)."""
    *better, last = list_calendars(zone, country, days)
    for calendar in better:
        try:
            return rate(terms, record, calendar)
        except CalendarError:
            continue
    return rate(terms, record, last)
