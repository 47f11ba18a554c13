import pytest

from busbar.canon.control import CommandOutcome, Outcome
from busbar.views.commands import hide_secrets, read_answer

MASK = "********"


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        ({"key": "AuthorizationKey", "value": "x"}, {"key": "AuthorizationKey", "value": MASK}),
        ({"key": "HeartbeatInterval", "value": "60"}, {"key": "HeartbeatInterval", "value": "60"}),
        (
            {"setVariableData": [{"variable": {"name": "BasicAuthPassword"}, "attributeValue": "x"}]},
            {"setVariableData": [{"variable": {"name": "BasicAuthPassword"}, "attributeValue": MASK}]},
        ),
        (
            {"values": [{"ref": {"variable": "BasicAuthPassword"}, "value": "x"}]},
            {"values": [{"ref": {"variable": "BasicAuthPassword"}, "value": MASK}]},
        ),
        ({"apn": {"apnPassword": "x", "simPin": 1}}, {"apn": {"apnPassword": MASK, "simPin": MASK}}),
        ({"vpn": {"server": "s", "key": "x"}}, {"vpn": {"server": "s", "key": MASK}}),
    ],
)
def test_secrets_are_masked_wherever_they_stand(payload, shown):
    assert hide_secrets(payload) == shown


def test_an_answer_is_the_result_or_the_error():
    result = CommandOutcome(outcome=Outcome.ACCEPTED, answer_json='{"status":"Accepted"}')
    assert read_answer(result) == ({"status": "Accepted"}, None)
    error = CommandOutcome(outcome=Outcome.REJECTED, is_error=True, answer_json='{"code":"A","description":"b"}')
    answer, fault = read_answer(error)
    assert (answer, fault.code, fault.description, fault.details) == (None, "A", "b", None)
    assert read_answer(CommandOutcome(outcome=Outcome.UNDELIVERED)) == (None, None)
