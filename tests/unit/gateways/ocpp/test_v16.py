import json

import pytest

from busbar.canon.control import GetVariables, Outcome, RawCall
from busbar.canon.stations import Protocol
from busbar.gateways.ocpp.raw import check_request
from busbar.gateways.ocpp.translation import Answered, OcppRequestError
from busbar.wire import ocpp16


def test_a_raw_call_goes_out_as_it_is(v16):
    payload = {"connectorId": 1, "duration": 3600, "chargingRateUnit": "A"}
    request = RawCall(action="GetCompositeSchedule", payload_json=json.dumps(payload))
    assert v16.call(request) == ("GetCompositeSchedule", payload)


@pytest.mark.parametrize(
    ("action", "payload", "path"),
    [
        ("GetConfiguration", "{}", None),
        ("Nonsense", "{}", "action"),
        ("StartTransaction", "{}", "action"),
        ("Reset", "{}", "type"),
        ("Reset", '{"type":"Sideways"}', "type"),
        ("Reset", '{"type":"Hard","x":1}', "x"),
        ("Reset", "not json", ""),
        ("SetChargingProfile", '{"connectorId":1,"csChargingProfiles":{"chargingProfileId":1}}', "csChargingProfiles."),
    ],
)
def test_a_raw_call_is_checked_and_the_place_is_named(v16, action, payload, path):
    if path is None:
        check_request(Protocol.OCPP16, action, payload)
        return
    with pytest.raises(OcppRequestError) as caught:
        check_request(Protocol.OCPP16, action, payload)
    assert caught.value.code == "invalid.ocpp_request"
    assert str(caught.value.facts["path"]).startswith(path)
    with pytest.raises(OcppRequestError):
        v16.calls(RawCall(action=action, payload_json=payload))


def test_configuration_is_read_whoever_asked_for_it(v16):
    response = ocpp16.GetConfigurationResponse(
        configuration_key=[
            ocpp16.KeyValue(key="A", readonly=True, value="1"),
            ocpp16.KeyValue(key="B", readonly=False),
        ],
        unknown_key=["C"],
    )
    answer = Answered(ocpp16.GetConfigurationRequest(), response, "{}")
    expected = [("A", "1", True, "Accepted"), ("B", None, False, "Accepted"), ("C", None, None, "UnknownKey")]
    for values in (
        v16.translator.read_variables(answer),
        v16.translator.read_outcome(GetVariables(), [answer]).values,
        v16.translator.read_outcome(RawCall(action="GetConfiguration", payload_json="{}"), [answer]).values,
    ):
        assert [(one.ref.variable, one.value, one.is_readonly, one.status) for one in values] == expected
    other = Answered(ocpp16.ClearCacheRequest(), ocpp16.ClearCacheResponse(status="Accepted"), "{}")
    assert v16.translator.read_variables(other) == ()
    assert v16.translator.read_outcome(GetVariables(), [answer]).outcome is Outcome.ACCEPTED
