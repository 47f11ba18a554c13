"""What holds of every price, whatever the tariff and the session."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from busbar.canon.pricing import Share
from busbar.rating.calendar import Calendar
from busbar.rating.coding import decode, encode
from busbar.rating.offers import Offer, OfferKind, apply_offers
from busbar.rating.rate import rate
from busbar.rating.record import Reading, Record, State, cut
from busbar.rating.tariff import Component, Dimension, Element, PriceLimit, Restrictions, Tariff, TaxIncluded

START = datetime(2026, 3, 28, 20, tzinfo=UTC)
"""The evening before a day of 23 hours in Rome."""
ROME = Calendar(zone="Europe/Rome", country="IT")
PRICES = st.decimals("0", "20", places=5)
TIMES = st.sampled_from(["00:00", "01:30", "02:30", "03:00", "07:15", "20:00", "23:59"])
VAT = st.sampled_from([None, Decimal(0), Decimal(10), Decimal(22), Decimal("8.1")])
CALENDARS = st.builds(
    Restrictions,
    start_time=st.none() | TIMES,
    end_time=st.none() | TIMES,
    day_types=st.sampled_from([(), ("workday",), ("weekend", "holiday")]),
)


@st.composite
def components(draw, dimensions, *, is_plain=False):
    dimension = draw(st.sampled_from(dimensions))
    waits = dimension in {Dimension.PARKING, Dimension.IDLE} and not is_plain
    return Component(
        dimension=dimension,
        price=draw(PRICES),
        share=draw(st.sampled_from(Share)),
        vat_percent=draw(VAT),
        step=0 if is_plain else draw(st.sampled_from([0, 1, 60, 500])),
        grace_s=draw(st.sampled_from([0, 600])) if waits else 0,
        cap=draw(st.none() | PRICES) if dimension is not Dimension.FLAT and not is_plain else None,
    )


@st.composite
def tariffs(draw, restrictions=CALENDARS, dimensions=tuple(Dimension), *, is_plain=False):
    elements = []
    for _ in range(draw(st.integers(1, 5))):
        drawn = draw(st.lists(components(dimensions, is_plain=is_plain), min_size=1, max_size=4))
        unique = {(each.dimension, each.share): each for each in drawn}
        elements.append(Element(components=tuple(unique.values()), restrictions=draw(restrictions)))
    limits = {}
    if not is_plain:
        low = draw(st.none() | st.decimals("0", "5", places=2))
        high = draw(st.none() | st.decimals("5", "50", places=2))
        limits = {
            "min_price": None if low is None else PriceLimit(after_taxes=low),
            "max_price": None if high is None else PriceLimit(before_taxes=high),
        }
    return Tariff(currency="EUR", elements=tuple(elements), tax_included=draw(st.sampled_from(TaxIncluded)), **limits)


@st.composite
def records(draw):
    readings, at, energy_wh = [], START, 0
    for _ in range(draw(st.integers(1, 12))):
        readings.append(
            Reading(
                at=at,
                energy_wh=energy_wh,
                state=draw(st.sampled_from(State)),
                power_w=draw(st.none() | st.integers(0, 150_000)),
                is_gap=draw(st.booleans()),
            )
        )
        at += timedelta(seconds=draw(st.integers(1, 7200)))
        energy_wh += draw(st.integers(0, 20_000))
    return Record(started_at=START, ended_at=at, readings=tuple(readings))


def sum_exact(rated) -> Decimal:
    return sum((line.exact for line in rated.lines), Decimal(0))


@given(tariffs(), records())
def test_sums_are_right_and_a_rerun_gives_the_same_cents(tariff, record):
    rated = rate(tariff, record, ROME)
    assert rate(decode(encode(tariff)), record, ROME) == rated
    for side in ("net", "tax", "gross"):
        total = getattr(rated.totals, side)
        assert sum(getattr(line, side) for line in rated.lines) == total
        assert sum(getattr(each, side) for each in rated.taxes) == total
    assert all(line.net + line.tax == line.gross for line in rated.lines)
    assert rated.totals.gross >= 0
    assert sum(span.energy_wh for span in rated.spans) == rated.energy_wh
    if tariff.max_price:
        assert rated.totals.net <= tariff.max_price.before_taxes * 100
    if tariff.min_price and not tariff.max_price:
        assert rated.totals.gross >= tariff.min_price.after_taxes * 100


@given(tariffs(), records(), st.randoms(use_true_random=False))
def test_the_order_of_components_changes_nothing(tariff, record, random):
    elements = []
    for element in tariff.elements:
        shuffled = list(element.components)
        random.shuffle(shuffled)
        elements.append(msgspec.structs.replace(element, components=tuple(shuffled)))
    other = msgspec.structs.replace(tariff, elements=tuple(elements))
    assert rate(other, record, ROME) == rate(tariff, record, ROME)


@given(tariffs(), records(), st.integers(0, 100_000))
def test_a_cut_changes_no_energy_and_no_time(tariff, record, seconds):
    at = min(record.ended_at, START + timedelta(seconds=seconds))
    whole = rate(tariff, record, ROME)
    first, second = (rate(tariff, part, ROME) for part in cut(record, at))
    assert first.energy_wh + second.energy_wh == whole.energy_wh
    assert first.charging_s + second.charging_s == whole.charging_s
    assert first.parked_s + second.parked_s == whole.parked_s


PLAIN = (Dimension.ENERGY, Dimension.TIME, Dimension.PARKING)


@given(tariffs(dimensions=PLAIN, is_plain=True), records(), st.integers(0, 100_000))
def test_a_cut_changes_the_price_only_where_the_tariff_counts_from_the_start(tariff, record, seconds):
    """Neither flat fees, steps, limits, idle time nor restrictions of energy and duration: nothing counts anew."""
    at = min(record.ended_at, START + timedelta(seconds=seconds))
    parts = [rate(tariff, part, ROME) for part in cut(record, at)]
    whole = rate(tariff, record, ROME)
    lines = sum(len(each.lines) for each in (*parts, whole))
    assert abs(sum(map(sum_exact, parts)) - sum_exact(whole)) <= Decimal("0.0000000001") * lines


BY_ENERGY = st.sampled_from([
    Restrictions(), Restrictions(max_energy_wh=5000), Restrictions(min_energy_wh=3000, max_energy_wh=20_000),
    Restrictions(min_energy_wh=100), Restrictions(max_duration_s=3600),
])  # fmt: skip


@given(tariffs(restrictions=BY_ENERGY, dimensions=(Dimension.ENERGY, Dimension.FLAT)), st.data())
def test_more_energy_never_costs_less(tariff, data):
    """Where no price depends on power, one step and one tax hold: those of another element may be smaller."""
    elements = [
        msgspec.structs.replace(
            element,
            components=tuple(
                msgspec.structs.replace(each, step=min(each.step, 1), vat_percent=None) for each in element.components
            ),
        )
        for element in tariff.elements
    ]
    tariff = msgspec.structs.replace(tariff, elements=tuple(elements))
    less, more = sorted(data.draw(st.tuples(st.integers(0, 60_000), st.integers(0, 60_000))))
    costs = []
    for energy_wh in (less, more):
        readings = (Reading(at=START, energy_wh=0), Reading(at=START + timedelta(hours=2), energy_wh=energy_wh))
        rated = rate(tariff, Record(started_at=START, ended_at=readings[-1].at, readings=readings), ROME)
        costs.append(rated.totals.gross)
    assert costs[0] <= costs[1]


OFFERS = st.lists(
    st.builds(
        Offer,
        offer_id=st.sampled_from("abcdef"),
        name=st.just("x"),
        kind=st.sampled_from(OfferKind),
        value=st.decimals("-5", "120", places=2),
        max_amount=st.none() | st.decimals("0", "10", places=2),
        is_exclusive=st.booleans(),
    ),
    max_size=5,
    unique_by=lambda offer: offer.offer_id,
)


@given(tariffs(), records(), OFFERS)
def test_offers_only_take_off_and_never_go_below_zero(tariff, record, offers):
    rated = rate(tariff, record, ROME)
    reduced = apply_offers(rated, offers, tariff)
    assert 0 <= reduced.totals.gross <= rated.totals.gross
    assert sum(line.gross for line in reduced.lines) == reduced.totals.gross
    assert sum(line.tax for line in reduced.lines) == reduced.totals.tax
    assert apply_offers(rated, reversed(offers), tariff) == reduced
    told = {use.offer_id for use in reduced.uses} | {each.offer_id for each in reduced.refusals}
    assert told == {offer.offer_id for offer in offers}


@settings(max_examples=50)
@given(tariffs(), records())
def test_a_running_session_ends_at_its_price(tariff, record):
    """What is shown at an instant is what the receipt would say had the session ended then, whatever came later."""
    for index, each in enumerate(record.readings):
        known = msgspec.structs.replace(record, ended_at=each.at, readings=record.readings[: index + 1])
        shown, receipt = rate(tariff, known, ROME), rate(tariff, cut(record, each.at)[0], ROME)
        assert (shown.lines, shown.totals) == (receipt.lines, receipt.totals)
        assert shown.energy_wh == each.energy_wh - record.readings[0].energy_wh
