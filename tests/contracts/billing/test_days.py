"""Which day it is decides the price: holidays of the country, its region and the site, and days worked all the same."""

import json
from datetime import date

import pytest

from busbar.canon.stations import NO_OWN_DAYS, OwnDays
from busbar.domain.billing.tables import session_prices

HOLIDAY = {"components": [{"dimension": "energy", "price": "1.00"}], "restrictions": {"day_types": ["holiday"]}}
WEEKEND = {"components": [{"dimension": "energy", "price": "0.50"}], "restrictions": {"day_types": ["weekend"]}}
WORKDAY = {"components": [{"dimension": "energy", "price": "0.20"}]}
TERMS = json.dumps({"currency": "EUR", "tax_included": "none", "elements": [HOLIDAY, WEEKEND, WORKDAY]})


def second_of(billing, day: date) -> int:
    """Return when it is noon (UTC) of a day, in the suite's own seconds."""
    begin = billing.at(0)
    return int((begin.replace(year=day.year, month=day.month, day=day.day, hour=12) - begin).total_seconds())


ASSUMPTION = date(2026, 8, 15)  # a Saturday: a holiday in Saarland, not in Berlin
MONDAY = date(2026, 8, 17)


@pytest.mark.parametrize(
    ("day", "days", "gross"),
    [
        (ASSUMPTION, NO_OWN_DAYS, 500),
        (ASSUMPTION, OwnDays(subdivision="SL"), 1000),
        (ASSUMPTION, OwnDays(subdivision="SL", workdays=(ASSUMPTION,)), 200),
        (MONDAY, NO_OWN_DAYS, 200),
        (MONDAY, OwnDays(holidays=(MONDAY,)), 1000),
        (MONDAY, OwnDays(subdivision="XX", holidays=(MONDAY,)), 1000),
    ],
)
async def test_a_site_has_days_of_its_own(billing, day, days, gross):
    billing.add_site("site-1", "S2", days=days)
    await billing.offer("Days", TERMS)
    begin = second_of(billing, day)
    await billing.charge(begin=begin, end=begin + 3600, wh=10_000, station="S2")
    assert billing.priced()[-1].totals.gross == gross
    (row,) = await billing.read(session_prices)
    assert (row["days"] == "{}") is (days == NO_OWN_DAYS)


@pytest.mark.parametrize(("country", "gross"), [("", 500), ("IT", 1000)])
async def test_a_station_without_a_site_has_the_holidays_of_its_operators_country(billing, country, gross):
    billing.home_country = country
    await billing.offer("Days", TERMS)
    begin = second_of(billing, ASSUMPTION)
    await billing.charge(begin=begin, end=begin + 3600, wh=10_000)
    assert billing.priced()[-1].totals.gross == gross
