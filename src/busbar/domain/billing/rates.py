"""The way from this room to `busbar.rating`: the calendar of the site, and what to do when nobody knows one. Pure."""

from busbar.rating.calendar import Calendar, CalendarError
from busbar.rating.lines import Rated
from busbar.rating.rate import rate
from busbar.rating.record import Record
from busbar.rating.tariff import Tariff


def rate_session(terms: Tariff, record: Record, *, zone: str, country: str) -> Rated:
    """Rate a session by the calendar of its site.

    Of a country whose holidays are not known, Saturday and Sunday are the weekend and no day is a holiday; a zone that
    is not known is UTC.
    """
    if country:
        try:
            return rate(terms, record, Calendar(zone=zone, country=country))
        except CalendarError:
            pass
    try:
        return rate(terms, record, Calendar(zone=zone))
    except CalendarError:
        return rate(terms, record, Calendar())
