from decimal import Decimal

from busbar.canon.pricing import LineKind, TaxRate
from busbar.rating.rate import rate
from busbar.rating.taxes import fill_taxes
from tests.unit.rating.making import UTC_DAYS, charge_then_park, make_tariff, price, under

ENERGY, ALL = TaxRate(kind=LineKind.ENERGY, percent=Decimal(10)), TaxRate(percent=Decimal(22))


def list_percents(tariff):
    return [component.vat_percent for element in tariff.elements for component in element.components]


def test_the_first_rate_of_a_kind_holds_where_the_tariff_names_none():
    tariff = make_tariff([price("energy", "1"), price("flat", "1"), price("idle", "1", vat_percent="0")])
    assert list_percents(fill_taxes(tariff, [ENERGY, ALL])) == [Decimal(10), Decimal(22), Decimal(0)]
    assert list_percents(fill_taxes(tariff, [ALL, ENERGY])) == [Decimal(22), Decimal(22), Decimal(0)]
    assert list_percents(fill_taxes(tariff, [ENERGY])) == [Decimal(10), None, Decimal(0)]


def test_what_is_exempt_stays_without_a_tax():
    tariff = make_tariff([price("energy", "1"), price("flat", "1")])
    exempt = TaxRate(kind=LineKind.ENERGY, percent=Decimal(0))
    assert list_percents(fill_taxes(tariff, [exempt, ALL])) == [None, Decimal(22)]


def test_a_reservation_is_a_product_of_its_own():
    tariff = make_tariff(
        under({"reservation": "reservation"}, price("time", "1")),
        under({"reservation": "reservation_cancelled"}, price("flat", "1")),
        [price("time", "1")],
    )
    rates = [TaxRate(kind=kind, percent=Decimal(percent)) for kind, percent in
             ((LineKind.RESERVATION, 5), (LineKind.CANCELLATION, 6), (LineKind.TIME, 7))]  # fmt: skip
    assert list_percents(fill_taxes(tariff, rates)) == [Decimal(5), Decimal(6), Decimal(7)]


def test_nothing_is_filled_where_no_tax_is_due_or_nothing_is_open():
    free = make_tariff([price("energy", "1")], tax_included="none")
    named = make_tariff([price("energy", "1", vat_percent="13")])
    assert fill_taxes(free, [ALL]) is free
    assert fill_taxes(named, [ALL]) is named
    assert fill_taxes(named, []) is named


def test_the_tax_is_within_the_price_or_on_top_as_the_tariff_says():
    record = charge_then_park(60, 10_000)
    within = rate(fill_taxes(make_tariff([price("energy", "1.22")], tax_included="yes"), [ALL]), record, UTC_DAYS)
    above = rate(fill_taxes(make_tariff([price("energy", "1")], tax_included="no"), [ALL]), record, UTC_DAYS)
    assert (within.totals.net, within.totals.tax, within.totals.gross) == (1000, 220, 1220)
    assert (above.totals.net, above.totals.tax, above.totals.gross) == (1000, 220, 1220)
