from decimal import Decimal

import pytest

from busbar.rating.offers import Offer, OfferKind, apply_offers
from busbar.rating.rate import rate
from tests.unit.rating.making import UTC_DAYS, charge_then_park, find_line, make_tariff, price

TARIFF = make_tariff([
    price("flat", "1", vat_percent="22"),
    price("energy", "0.60", share="electricity", vat_percent="10"),
    price("energy", "0.40", share="service", vat_percent="22"),
])  # fmt: skip
RATED = rate(TARIFF, charge_then_park(60, 20_000), UTC_DAYS)  # 1.00 + 12.00 + 8.00


def make(kind, value, offer_id="a", **rest):
    return Offer(offer_id=offer_id, name=f"Offer {offer_id}", kind=OfferKind(kind), value=Decimal(value), **rest)


def apply(*offers, rated=RATED, tariff=TARIFF):
    result = apply_offers(rated, offers, tariff)
    assert sum(line.gross for line in result.lines) == result.totals.gross
    assert all(line.offer_id for line in result.lines[len(rated.lines) :])
    return result


def list_reductions(result):
    return [(line.offer_id, line.kind, line.net) for line in result.lines if line.cause == "offer"]


def test_without_offers_nothing_changes():
    assert apply() is RATED


def test_a_percentage_is_a_line_for_each_rate_and_share():
    result = apply(make("percentage", "10"))
    assert list_reductions(result) == [("a", "discount", -10), ("a", "discount", -120), ("a", "discount", -80)]
    assert result.totals.net == 1890
    line = result.lines[-1]
    assert (line.quantity, line.unit, line.unit_price, line.label) == (10, "%", Decimal("-0.08"), "Offer a")
    assert result.uses[0].amount == 210


def test_a_percentage_of_the_service_share_only():
    assert list_reductions(apply(make("percentage", "50", shares=("service",)))) == [("a", "discount", -400)]


def test_a_percentage_has_its_bound():
    result = apply(make("percentage", "50", max_amount=Decimal(3)))
    assert sum(amount for *_, amount in list_reductions(result)) == -300


def test_a_fixed_amount_is_shared_out_and_never_more_than_the_price():
    result = apply(make("fixed", "2.10"))
    assert [amount for *_, amount in list_reductions(result)] == [-10, -120, -80]
    assert apply(make("fixed", "1000")).totals.gross == 0
    assert apply(make("fixed", "1000", max_amount=Decimal("0.5"))).totals.net == 2050


def test_included_energy_is_taken_from_both_shares():
    result = apply(make("included_energy", "5"))
    assert list_reductions(result) == [("a", "included", -300), ("a", "included", -200)]
    assert (result.uses[0].energy_wh, result.uses[0].amount) == (5000, 500)
    more = apply(make("included_energy", "50"))
    assert (more.totals.net, more.uses[0].energy_wh) == (100, 20000)


def test_included_energy_comes_first_then_percentages_then_fixed_amounts():
    result = apply(make("fixed", "1", "z"), make("percentage", "50", "y"), make("free_energy", "10", "x"))
    assert [offer_id for offer_id, *_ in list_reductions(result)] == ["x", "x", "y", "y", "y", "z", "z", "z"]
    assert result.totals.net == 450  # (21 - 10) / 2 - 1
    assert [use.offer_id for use in result.uses] == ["x", "y", "z"]


def test_a_staff_price_replaces_a_dearer_one():
    result = apply(make("staff_price", "0.25", shares=("service",)))
    line = find_line(result, "discount")
    assert (line.net, line.quantity, line.unit_price) == (-300, 20, Decimal("-0.15"))
    assert apply(make("staff_price", "9")).refusals[0].reason == "nothing_to_reduce"


def test_an_exclusive_offer_holds_when_it_is_better_than_all_that_combine():
    combined = (make("percentage", "10", "a"), make("fixed", "1", "b"))
    better = apply(*combined, make("percentage", "50", "c", is_exclusive=True))
    assert {offer_id for offer_id, *_ in list_reductions(better)} == {"c"}
    assert [(each.offer_id, each.reason) for each in better.refusals] == [
        ("a", "another_is_better"), ("b", "another_is_better"),
    ]  # fmt: skip
    worse = apply(*combined, make("percentage", "5", "c", is_exclusive=True))
    assert {offer_id for offer_id, *_ in list_reductions(worse)} == {"a", "b"}


def test_an_offer_may_want_a_smallest_price():
    result = apply(make("fixed", "5", min_amount=Decimal("21.01")))
    assert (list_reductions(result), result.refusals[0].reason) == ([], "below_minimum")
    assert apply(make("fixed", "5", min_amount=Decimal(21))).totals.net == 1600


@pytest.mark.parametrize("value", ["-5", "0"])
@pytest.mark.parametrize("kind", ["percentage", "fixed", "free_energy", "included_energy"])
def test_no_offer_makes_anything_dearer(kind, value):
    assert apply(make(kind, value)).totals == RATED.totals


def test_a_cap_is_counted_before_the_offers():
    tariff = make_tariff([price("energy", "1", cap="5")])
    rated = rate(tariff, charge_then_park(60, 20_000), UTC_DAYS)
    assert apply(make("percentage", "50"), rated=rated, tariff=tariff).totals.gross == 250
    assert apply(make("fixed", "50"), rated=rated, tariff=tariff).totals.gross == 0


def test_offers_on_prices_with_tax():
    tariff = make_tariff([price("energy", "1.22", vat_percent="22")], tax_included="yes")
    rated = rate(tariff, charge_then_park(60, 10_000), UTC_DAYS)
    result = apply(make("fixed", "2.20"), rated=rated, tariff=tariff)
    assert (result.totals.net, result.totals.tax, result.totals.gross) == (820, 180, 1000)
