from decimal import Decimal

from busbar.canon.pricing import Share
from busbar.rating.lines import count_digits
from busbar.rating.rate import rate
from tests.unit.rating.making import UTC_DAYS, charge_then_park, find_line, make_tariff, price


def test_a_line_as_the_house_tells_it():
    tariff = make_tariff([price("time", "0.5", per="minute", vat_percent="6"), price("energy", "1", share="service")])
    rated = rate(tariff, charge_then_park(10, 5000), UTC_DAYS)
    told = find_line(rated, "time").to_price_line()
    assert (told.quantity, told.unit, told.unit_price) == (Decimal(10), "min", Decimal("0.5"))
    assert (told.net, told.tax, told.gross, told.vat_percent, told.reason) == (500, 30, 530, 6, "")
    energy = find_line(rated, "energy").to_price_line("by night")
    assert (energy.share, energy.vat_percent, energy.reason) == ("service", 0, "by night")
    assert rated.sum_share(Share.SERVICE).gross == 500


def test_the_reason_of_a_line_is_its_name_its_period_or_its_cause():
    named = make_tariff({"name": "Night", "components": [price("energy", "1")]}, min_price={"after_taxes": "9"})
    lines = rate(named, charge_then_park(10, 5000), UTC_DAYS).lines
    assert [line.to_price_line().reason for line in lines] == ["Night", "min_price"]


def test_digits_of_currencies():
    assert [count_digits(currency) for currency in ("CNY", "EUR", "JPY", "KWD")] == [2, 2, 0, 3]
