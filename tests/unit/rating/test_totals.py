from decimal import Decimal

import pytest

from busbar.rating.rate import rate
from busbar.rating.tariff import Rounding, TaxIncluded
from busbar.rating.totals import Draft, compute_tax, draft_adjustment, round_ratio, settle, to_major, to_minor
from tests.unit.rating.making import UTC_DAYS, charge_then_park, find_line, make_tariff, price

TARIFF = make_tariff([price("energy", "1")])


def draft(amount, rate_percent):
    group = (None if rate_percent is None else Decimal(rate_percent), "none")
    return Draft(draft_adjustment("flat", "tariff", group, amount, TARIFF).line, amount)


@pytest.mark.parametrize(
    ("numerator", "denominator", "half_up", "half_even", "down"),
    [(5, 2, 3, 2, 2), (7, 2, 4, 4, 3), (-5, 2, -3, -2, -2), (1, 3, 0, 0, 0), (2, 3, 1, 1, 0), (6, 3, 2, 2, 2)],
)
def test_rounding(numerator, denominator, half_up, half_even, down):
    ways = (Rounding.HALF_UP, Rounding.HALF_EVEN, Rounding.DOWN)
    assert [round_ratio(numerator, denominator, way) for way in ways] == [half_up, half_even, down]


def test_minor_units():
    assert [to_minor(Decimal("12.345"), currency) for currency in ("EUR", "JPY", "KWD")] == [1235, 12, 12345]
    assert [to_major(1235, currency) for currency in ("EUR", "JPY", "KWD")] == [
        Decimal("12.35"), Decimal(1235), Decimal("1.235"),
    ]  # fmt: skip


def test_tax_is_computed_once_per_rate():
    """Three lines of 0.07 with 22 %: 0.0154 each would be 0.02 thrice; of their sum it is 0.05."""
    lines, sums, totals = settle([draft(7, "22")] * 3, TaxIncluded.NO)
    assert [line.tax for line in lines] == [2, 2, 1]
    assert (sums[0].net, sums[0].tax, totals.gross) == (21, 5, 26)


def test_tax_within_a_price():
    lines, sums, totals = settle([draft(100, "22"), draft(50, "10"), draft(30, None)], TaxIncluded.YES)
    assert [(line.net, line.tax, line.gross) for line in lines] == [(82, 18, 100), (45, 5, 50), (30, 0, 30)]
    assert [each.vat_percent for each in sums] == [None, 10, 22]
    assert (totals.net, totals.tax, totals.gross) == (157, 23, 180)


def test_no_tax_is_due():
    assert compute_tax(100, Decimal(22), TaxIncluded.NONE) == 0
    assert settle([draft(100, "22")], TaxIncluded.NONE)[2].gross == 100


def test_reductions_have_their_tax_too():
    lines, _, totals = settle([draft(1000, "10"), draft(-333, "10")], TaxIncluded.NO)
    assert [line.tax for line in lines] == [100, -33]
    assert (totals.net, totals.tax) == (667, 67)


def rate_energy(energy_wh, *components, **rest):
    return rate(make_tariff(list(components), **rest), charge_then_park(60, energy_wh), UTC_DAYS)


def test_a_minimum_after_taxes_is_reached():
    rated = rate_energy(1000, price("energy", "1", vat_percent="22"), min_price={"after_taxes": "5"})
    assert (rated.totals.gross, find_line(rated, "minimum").gross) == (500, 378)


def test_a_minimum_of_prices_with_tax():
    rated = rate_energy(
        1000, price("energy", "1", vat_percent="22"), min_price={"before_taxes": "5"}, tax_included="yes"
    )
    assert rated.totals.net == 500


def test_a_maximum_is_taken_from_service_first():
    rated = rate_energy(
        10_000,
        price("energy", "0.6", share="electricity"),
        price("energy", "0.4", share="service"),
        max_price={"before_taxes": "5"},
    )
    assert [(line.share, line.net) for line in rated.lines if line.kind == "maximum"] == [
        ("service", -400),
        ("electricity", -100),
    ]
    assert rated.totals.net == 500


def test_a_maximum_after_taxes_holds_where_that_before_does_not():
    rated = rate_energy(
        10_000, price("energy", "1", vat_percent="50"), max_price={"before_taxes": "9", "after_taxes": "12"}
    )
    assert (rated.totals.net, rated.totals.gross) == (800, 1200)
    rated = rate_energy(
        10_000, price("energy", "1", vat_percent="50"), max_price={"before_taxes": "5"}, tax_included="yes"
    )
    assert (rated.totals.net, rated.totals.gross) == (500, 750)
