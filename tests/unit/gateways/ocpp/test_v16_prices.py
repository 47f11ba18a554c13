import json
from datetime import UTC, datetime

import pytest

from busbar.canon.access import IdToken
from busbar.canon.control import Outcome, PriceText, ShowCost, ShowPart, ShowPrice
from busbar.gateways.ocpp.translation import Answered, UntranslatableError
from busbar.gateways.ocpp.v16_prices import VALUE_MAX_CHARS, write_money
from busbar.wire import ocpp16

AT = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def list_calls(version, request):
    return [payload for _action, payload in version.calls(request)]


def a_price(text="0.59 EUR per kWh", **more):
    texts = (PriceText(language="en", text=text), PriceText(language="it", text="0,59 EUR per kWh"))
    values = {"parts": (ShowPart.PRICE,), "currency": "EUR", "tariff_ref": "t-1", "texts": texts, **more}
    return ShowPrice(**values)


def a_cost(**more):
    values = {"transaction_ref": "42", "currency": "EUR", "digits": 2, "cost": 1234, "energy_wh": 20_500, "at": AT}
    return ShowCost(**values | more)


def test_everybody_is_shown_the_default_price(v16):
    (call,) = list_calls(v16, a_price())
    assert call["key"] == "DefaultPrice"
    assert json.loads(call["value"]) == {"priceText": "0.59 EUR per kWh", "priceTextOffline": "0.59 EUR per kWh"}


def test_the_default_price_in_further_languages(v16):
    parts = (ShowPart.PRICE, ShowPart.LANGUAGES)
    first, second = list_calls(v16, a_price(parts=parts, total_text="See the app."))
    assert json.loads(first["value"])["priceTextOffline"] == "See the app."
    assert second["key"] == "DefaultPriceText,it"
    assert json.loads(second["value"]) == {"priceText": "0,59 EUR per kWh", "priceTextOffline": "0,59 EUR per kWh"}


def test_a_long_price_is_shortened_to_what_a_key_holds(v16):
    (call,) = list_calls(v16, a_price("a long price \u20ac " * 100, total_text="see the app " * 30))
    assert len(call["value"]) <= VALUE_MAX_CHARS
    assert json.loads(call["value"])["priceText"].endswith("…")


def test_a_driver_is_shown_a_price_of_his_own_in_several_languages(v16):
    (call,) = list_calls(v16, a_price(id_token=IdToken(value="TAG-1")))
    assert (call["vendorId"], call["messageId"]) == ("org.openchargealliance.costmsg", "SetUserPrice")
    assert json.loads(call["data"]) == {
        "idToken": "TAG-1",
        "priceText": "0.59 EUR per kWh",
        "priceTextExtra": [{"format": "UTF8", "language": "it", "content": "0,59 EUR per kWh"}],
    }


def test_the_cost_so_far_and_in_the_end(v16):
    (running,) = list_calls(v16, a_cost(register_wh=120_500))
    assert running["messageId"] == "RunningCost"
    assert json.loads(running["data"]) == {
        "transactionId": 42,
        "cost": 12.34,
        "timestamp": "2026-11-21T10:00:00Z",
        "state": "Charging",
        "meterValue": 120_500,
    }
    (final,) = list_calls(v16, a_cost(is_final=True))
    assert final["messageId"] == "FinalCost"
    assert json.loads(final["data"]) == {"transactionId": 42, "cost": 12.34, "priceText": "EUR 12.34 · 20.500 kWh"}


def test_what_1_6_has_no_words_for(v16):
    with pytest.raises(UntranslatableError):
        list_calls(v16, a_price(parts=()))
    with pytest.raises(UntranslatableError):
        list_calls(v16, a_cost(transaction_ref="not-a-number"))


def test_a_station_that_does_not_know_the_vendor_supports_it_not(v16):
    response = ocpp16.DataTransferResponse(status="UnknownVendorId")
    outcome = v16.translator.read_outcome(a_cost(), [Answered(None, response, "{}")])
    assert outcome.outcome is Outcome.UNSUPPORTED


@pytest.mark.parametrize(("minor", "digits", "text"), [(1234, 2, "12.34"), (500, 2, "5"), (7, 0, "7"), (10, 3, "0.01")])
def test_money_is_exact_on_the_wire(minor, digits, text):
    assert json.dumps(write_money(minor, digits)) == text
