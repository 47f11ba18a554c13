from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from busbar.kernel.errors import BusbarError
from busbar.rating.calendar import Calendar
from busbar.rating.purchase import Bought, Purchase, PurchaseDays, PurchaseTerms, buy, check_terms, split
from busbar.rating.tariff import DayType, Period

ROME = Calendar(zone="Europe/Rome", country="IT")
FLAT = "F" * 48
DAY = "V" * 14 + "F" * 4 + "P" * 22 + "F" * 6 + "V" * 2
PRICES = {Period.PEAK: Decimal("0.30"), Period.FLAT: Decimal("0.20"), Period.VALLEY: Decimal("0.10")}
TERMS = PurchaseTerms(
    prices=PRICES,
    days=(
        PurchaseDays(slots="V" * 48, day_types=(DayType.WEEKEND, DayType.HOLIDAY)),
        PurchaseDays(slots=DAY),
    ),
)
PURCHASES = (Purchase(valid_from=date(2026, 1, 1), terms=TERMS),)


def at(text):
    return datetime.fromisoformat(text).astimezone(UTC)


def cost(points, begin, end, energy_wh, *, purchases=PURCHASES, calendar=ROME):
    return buy(
        points, started_at=at(begin), ended_at=at(end), energy_wh=energy_wh, purchases=purchases, calendar=calendar
    )


def test_each_half_hour_has_its_price():
    # Thursday 5 March 2026: peak from 9 to 20. 1 kWh before nine (flat), 3 kWh after (peak): 0.20 + 0.90
    points = [(at("2026-03-05T08:30:00+01:00"), 0), (at("2026-03-05T09:00:00+01:00"), 1000)]
    found = cost(points, "2026-03-05T08:30:00+01:00", "2026-03-05T09:30:00+01:00", 4000)
    assert found == Bought(nano=1_100_000_000, energy_wh=4000)


def test_weekends_and_holidays_have_their_own():
    for day in ("2026-03-07", "2026-04-25"):
        found = cost([], f"{day}T12:00:00+00:00", f"{day}T13:00:00+00:00", 1000)
        assert found.nano == 100_000_000


def test_without_readings_energy_is_spread_evenly():
    found = cost([], "2026-03-05T08:30:00+01:00", "2026-03-05T09:30:00+01:00", 1000)
    assert found.nano == 500 * 200_000 + 500 * 300_000


def test_before_the_first_day_no_price_is_known():
    begin, end = "2025-12-31T23:30:00+01:00", "2026-01-01T00:30:00+01:00"
    assert cost([], begin, end, 1000) == Bought(nano=500 * 100_000, energy_wh=500)
    assert cost([], begin, end, 1000, purchases=()) == Bought()


def test_the_hour_that_comes_twice_is_priced_twice():
    # 25 October 2026 has 25 hours in Rome: from 2:00 to 3:00 twice; a Sunday, so valley all along
    found = cost([], "2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00", 25_000)
    assert found == Bought(nano=25_000 * 100_000, energy_wh=25_000)
    begin, end = at("2026-10-25T00:00:00+02:00"), at("2026-10-26T00:00:00+01:00")
    quarters = split([], started_at=begin, ended_at=end, energy_wh=25_000)
    assert len(quarters) == 100
    assert {wh for _, wh in quarters} == {250}


def test_zones_off_by_a_quarter_have_their_half_hours():
    nepal = Calendar(zone="Asia/Kathmandu")
    terms = PurchaseTerms(prices=PRICES, days=(PurchaseDays(slots="P" + "V" * 47),))
    found = cost(
        [],
        "2026-03-04T18:15:00+00:00",  # midnight there
        "2026-03-04T19:15:00+00:00",
        1000,
        purchases=(Purchase(valid_from=date(2026, 1, 1), terms=terms),),
        calendar=nepal,
    )
    assert found.nano == 500 * 300_000 + 500 * 100_000


@given(
    steps=st.lists(st.tuples(st.integers(0, 7200), st.integers(0, 50_000)), max_size=20),
    length_s=st.integers(0, 200_000),
    energy_wh=st.integers(0, 200_000),
)
def test_the_parts_are_the_whole(steps, length_s, energy_wh):
    begin = datetime(2026, 3, 5, 7, 13, 11, tzinfo=UTC)
    points, moment, taken = [], begin, 0
    for after_s, wh in steps:
        moment, taken = moment + timedelta(seconds=after_s), taken + wh
        points.append((moment, taken))
    quarters = split(points, started_at=begin, ended_at=begin + timedelta(seconds=length_s), energy_wh=energy_wh)
    assert sum(wh for _, wh in quarters) == energy_wh
    assert all(wh >= 0 for _, wh in quarters)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (PurchaseTerms(prices=PRICES, days=()), "days"),
        (PurchaseTerms(prices=PRICES, days=(PurchaseDays(slots=FLAT, months=(1,)),)), "days"),
        (PurchaseTerms(prices=PRICES, days=(PurchaseDays(slots="F" * 47),)), "slots"),
        (PurchaseTerms(prices=PRICES, days=(PurchaseDays(slots="X" * 48),)), "slots"),
        (PurchaseTerms(prices=PRICES, days=(PurchaseDays(slots="S" * 48),)), "prices"),
        (PurchaseTerms(prices={Period.FLAT: Decimal(-1)}, days=(PurchaseDays(slots=FLAT),)), "prices"),
        (PurchaseTerms(prices={Period.FLAT: Decimal("NaN")}, days=(PurchaseDays(slots=FLAT),)), "prices"),
        (PurchaseTerms(prices={Period.FLAT: Decimal("0.1234567")}, days=(PurchaseDays(slots=FLAT),)), "prices"),
        (
            PurchaseTerms(prices=PRICES, days=(PurchaseDays(slots=FLAT, months=(13,)), PurchaseDays(slots=FLAT))),
            "months",
        ),
    ],
)
def test_prices_that_cannot_be_are_refused(terms, field):
    with pytest.raises(BusbarError) as caught:
        check_terms(terms)
    assert (caught.value.code, caught.value.facts["field"]) == ("invalid.purchase", field)


def test_what_can_be_is_taken():
    assert check_terms(TERMS) is TERMS
