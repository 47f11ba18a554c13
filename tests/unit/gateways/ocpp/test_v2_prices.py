import json
from datetime import UTC, datetime

import pytest

from busbar.canon.access import Decision, Verdict
from busbar.canon.control import EvsePrice, Outcome, PriceText, ShowCost, ShowPart, ShowPrice
from busbar.canon.pricing import PriceNote
from busbar.canon.sessions import TransactionReply
from busbar.canon.stations import Protocol
from busbar.gateways.ocpp.translation import Answered, UntranslatableError
from busbar.gateways.ocpp.v2_prices import PriceWriter
from busbar.wire import ocpp21
from tests.unit.gateways.ocpp.conftest import Translation

AT = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
TARIFF = json.dumps(
    {"currency": "EUR", "elements": [{"components": [{"dimension": "energy", "price": "0.5", "vat_percent": "19"}]}]}
)
SHARED = json.dumps(
    {"currency": "EUR", "elements": [{"components": [{"dimension": "energy", "price": "1", "share": "service"}]}]}
)
EVENT = {
    "eventType": "Updated", "timestamp": "2026-11-21T10:00:00Z", "triggerReason": "MeterValuePeriodic", "seqNo": 3,
    "transactionInfo": {"transactionId": "T1"},
}  # fmt: skip
TEXTS = (PriceText(language="en", text="0.50 EUR per kWh"),)


def list_calls(version, request):
    return [payload for _action, payload in version.calls(request)]


def a_price(*parts, **more):
    values = {"parts": parts, "currency": "EUR", "tariff_ref": "t-1", "texts": TEXTS, "total_text": "See the app"}
    return ShowPrice(**values | {"tariff_json": TARIFF} | more)


def a_note(**more):
    return PriceNote(**{"currency": "EUR", "digits": 2, **more})


def reply(note):
    return TransactionReply(transaction_ref="T1", note=note)


@pytest.mark.parametrize("protocol", [Protocol.OCPP201, Protocol.OCPP21])
def test_the_fallback_texts_and_the_currency_are_set(protocol):
    (call,) = list_calls(Translation(protocol), a_price(ShowPart.PRICE, ShowPart.TOTAL, ShowPart.CURRENCY))
    told = {each["variable"]["name"]: each["attributeValue"] for each in call["setVariableData"]}
    assert told == {
        "Currency": "EUR",
        "TariffFallbackMessage": "0.50 EUR per kWh",  # I04.FR.02
        "TotalCostFallbackMessage": "See the app",  # I05.FR.01
    }


def test_a_station_that_reckons_gets_the_tariff(v21):
    texts, tariff = list_calls(v21, a_price(ShowPart.PRICE, ShowPart.TARIFF))
    assert "setVariableData" in texts
    assert tariff["evseId"] == 0
    assert tariff["tariff"]["tariffId"] == "t-1"
    assert tariff["tariff"]["energy"]["prices"] == [{"priceKwh": 0.5}]


def test_a_tariff_that_2_1_has_no_words_for_is_said_in_words_alone(v21):
    (call,) = list_calls(v21, a_price(ShowPart.PRICE, ShowPart.TARIFF, tariff_json=SHARED))
    assert "setVariableData" in call
    with pytest.raises(UntranslatableError, match="electricity and service apart"):
        list_calls(v21, a_price(ShowPart.TARIFF, tariff_json=SHARED))


def test_a_price_that_is_no_more_takes_the_tariff_away(v21):
    texts, cleared = list_calls(
        v21, a_price(ShowPart.PRICE, ShowPart.TARIFF, texts=(), tariff_json=None, total_text="")
    )
    assert texts["setVariableData"][0]["attributeValue"] == ""
    assert cleared == {}


def test_a_running_transaction_gets_another_tariff(v21, v201):
    (call,) = list_calls(v21, a_price(transaction_ref="T1"))
    assert (call["transactionId"], call["tariff"]["tariffId"]) == ("T1", "t-1")
    with pytest.raises(UntranslatableError):
        list_calls(v201, a_price(transaction_ref="T1"))


def test_the_tariff_that_a_station_reckons_with_is_read(v201, v21):
    values = {"meterValue": [{"timestamp": EVENT["timestamp"], "sampledValue": [{"value": 5}]}]}
    info = EVENT["transactionInfo"] | {"tariffId": "t-1-e2"}
    assert v21.report("TransactionEvent", EVENT | {"transactionInfo": info}).tariff_ref == "t-1-e2"
    assert v21.report("TransactionEvent", EVENT | values | {"transactionInfo": info}).tariff_ref == "t-1-e2"
    assert v21.report("TransactionEvent", EVENT | values).tariff_ref is None
    assert v201.report("TransactionEvent", EVENT).tariff_ref is None


def test_nothing_to_show_is_said(v201):
    with pytest.raises(UntranslatableError):
        list_calls(v201, a_price())


def test_what_a_station_refuses_of_several_answers_is_its_outcome(v21):
    set_result = ocpp21.SetVariableResultType(
        attribute_status="Accepted",
        component=ocpp21.ComponentType(name="TariffCostCtrlr"),
        variable=ocpp21.VariableType(name="TariffFallbackMessage"),
    )
    good = Answered(None, ocpp21.SetVariablesResponse(set_variable_result=[set_result]), "{}")
    bad = Answered(None, ocpp21.SetDefaultTariffResponse(status="TooManyElements"), "{}")
    outcome = v21.translator.read_outcome(a_price(ShowPart.TARIFF), [good, bad])
    assert (outcome.outcome, outcome.status) == (Outcome.REJECTED, "TooManyElements")
    assert v21.translator.read_outcome(a_price(ShowPart.TARIFF), [good]).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("protocol", [Protocol.OCPP201, Protocol.OCPP21])
def test_the_cost_so_far_is_told(protocol):
    values = {"transaction_ref": "T1", "currency": "EUR", "digits": 2, "cost": 1250, "energy_wh": 20_500, "at": AT}
    (call,) = list_calls(Translation(protocol), ShowCost(**values))
    assert call == {"totalCost": 12.5, "transactionId": "T1"}
    with pytest.raises(UntranslatableError):
        list_calls(Translation(protocol), ShowCost(**values, is_final=True))


def test_the_answer_to_the_last_event_says_the_total(v201):
    answer = v201.answer("TransactionEvent", EVENT | {"eventType": "Ended"}, reply(a_note(cost=1999)))
    assert answer == {"totalCost": 19.99}  # I03.FR.02
    assert v201.answer("TransactionEvent", EVENT, reply(a_note(cost=0))) == {"totalCost": 0}  # I03.FR.04
    assert v201.answer("TransactionEvent", EVENT, reply(None)) == {}


def test_the_answer_to_an_event_tells_another_price(v201):
    answer = v201.answer("TransactionEvent", EVENT, reply(a_note(text="0.40", language="it")))
    assert answer["updatedPersonalMessage"] == {"format": "UTF8", "language": "it", "content": "0.40"}  # I06.FR.02


def test_only_2_1_knows_a_limit(v201, v21):
    note = a_note(limit=2000)
    assert v21.answer("TransactionEvent", EVENT, reply(note)) == {"transactionLimit": {"maxCost": 20}}  # E16.FR.02
    assert v201.answer("TransactionEvent", EVENT, reply(note)) == {}


def test_whoever_presents_a_token_is_shown_the_price(v201, v21):
    note = a_note(text="0.50 EUR per kWh", language="en", tariff_ref="t-1", tariff_json=TARIFF)
    decision = Decision(verdict=Verdict.ACCEPTED, note=note)
    request = {"idToken": {"idToken": "A", "type": "ISO14443"}}
    older = v201.answer("Authorize", request, decision)
    assert older["idTokenInfo"]["personalMessage"]["content"] == "0.50 EUR per kWh"  # I01.FR.01
    assert "tariff" not in older
    assert v21.answer("Authorize", request, decision)["tariff"]["tariffId"] == "t-1"  # I08.FR.01
    unsayable = Decision(verdict=Verdict.ACCEPTED, note=a_note(text="x", language="en", tariff_json=SHARED))
    assert "tariff" not in v21.answer("Authorize", request, unsayable)


def test_what_a_station_reckoned_is_read_exactly(v21):
    details = {
        "totalCost": {"currency": "EUR", "typeOfCost": "NormalCost", "total": {"exclTax": 10.5, "inclTax": 12.495}},
        "totalUsage": {"energy": 21, "chargingTime": 60, "idleTime": 0},
    }
    cost = v21.report("TransactionEvent", EVENT | {"costDetails": details}).cost
    assert (str(cost.net), str(cost.gross), cost.failure) == ("10.5", "12.495", None)
    failed = details | {"failureToCalculate": True, "failureReason": "no tariff"}
    assert v21.report("TransactionEvent", EVENT | {"costDetails": failed}).cost.failure == "no tariff"
    assert v21.report("TransactionEvent", EVENT).cost is None


def list_tariffs(version, **more):
    """What a station is told of tariffs: to which EVSE, under which id."""
    calls = list_calls(version, a_price(ShowPart.PRICE, ShowPart.TARIFF, **more))
    return [
        (call.get("evseId"), call["tariff"]["tariffId"] if "tariff" in call else None)
        for call in calls
        if "setVariableData" not in call
    ]


def an_evse(evse_id=2, ref="t-2", tariff=TARIFF):
    return EvsePrice(evse_id=evse_id, tariff_ref=ref, tariff_json=tariff, texts=TEXTS)


def test_an_evse_with_a_tariff_of_its_own_is_told_after_that_of_all(v21):
    (default, name), *own = list_tariffs(v21, evses=(an_evse(2), an_evse(3)))
    assert (default, name[:4]) == (0, "t-1-")
    assert own == [(2, "t-2-e2"), (3, "t-2-e3")], "no two tariffs of a station have one id (I07.FR.04)"
    (_, other), *_ = list_tariffs(v21, evses=(an_evse(2),))
    assert other != name, "an EVSE that has that of all again gets it under a new id, which replaces its own"
    assert list_tariffs(v21) == [(0, "t-1")]
    assert all(
        len(each or "") <= 60 for _, each in list_tariffs(v21, tariff_ref="x" * 49, evses=(an_evse(ref="y" * 49),))
    )


def test_an_evse_whose_tariff_has_no_words_in_2_1_or_no_price_has_none(v21):
    assert list_tariffs(v21, evses=(an_evse(2, tariff=SHARED),))[1:] == [(2, None)]
    assert list_tariffs(v21, evses=(an_evse(2, ref="", tariff=None),))[1:] == [(2, None)]
    assert list_tariffs(v21, tariff_json=None, evses=(an_evse(2),)) == [(None, None), (2, "t-2-e2")]
    assert list_tariffs(v21, tariff_json=None) == [(None, None)]


def test_a_station_that_kept_its_tariff_over_a_boot_has_it(v21):
    def answered(status):
        return Answered(request=None, response=ocpp21.SetDefaultTariffResponse(status=status), answer_json="{}")

    writer = PriceWriter(ocpp21)
    assert writer.read_outcome([answered("DuplicateTariffId")]).outcome is Outcome.ACCEPTED
    assert writer.read_outcome([answered("Accepted"), answered("TooManyElements")]).outcome is Outcome.REJECTED
