import json

import pytest

from busbar.canon.control import (
    CommandOutcome,
    Outcome,
    RawCall,
    Reset,
    ResetKind,
    SetVariables,
    VariableRef,
    VariableValue,
)
from busbar.canon.secrecy import MASK, mask_json, mask_outcome, mask_request, mask_value

SECRET = "s3cret-s3cret-s3cret"


def setting(name, value=SECRET):
    return VariableValue(ref=VariableRef(variable=name), value=value)


@pytest.mark.parametrize("name", ["AuthorizationKey", "BasicAuthPassword", "basicauthpassword"])
def test_a_password_is_masked(name):
    assert mask_value(setting(name)).value == MASK


def test_what_is_no_password_stays():
    value = setting("HeartbeatInterval", "300")
    assert mask_value(value) is value
    assert mask_value(setting("AuthorizationKey", None)).value is None


def test_requests_are_kept_without_passwords():
    assert SECRET not in str(mask_request(SetVariables(values=(setting("AuthorizationKey"),))))
    raw = RawCall(action="ChangeConfiguration", payload_json=json.dumps({"key": "AuthorizationKey", "value": SECRET}))
    assert SECRET not in mask_request(raw).payload_json
    reset = Reset(kind=ResetKind.IMMEDIATE)
    assert mask_request(reset) is reset


def test_outcomes_are_kept_without_passwords():
    outcome = CommandOutcome(
        outcome=Outcome.ACCEPTED,
        answer_json=json.dumps({"configurationKey": [{"key": "AuthorizationKey", "value": SECRET}]}),
        values=(setting("AuthorizationKey"),),
    )
    assert SECRET not in str(mask_outcome(outcome))


@pytest.mark.parametrize(
    "document",
    [
        {"connectionData": {"basicAuthPassword": SECRET}},
        {"vpn": {"server": "s", "password": SECRET, "key": SECRET}},
        [{"setVariableData": [{"variable": {"name": "BasicAuthPassword"}, "attributeValue": SECRET}]}],
        {"reportData": [{"variable": {"name": "BasicAuthPassword"}, "variableAttribute": [{"value": SECRET}]}]},
    ],
)
def test_secrets_are_found_wherever_they_stand(document):
    assert SECRET not in mask_json(json.dumps(document))


@pytest.mark.parametrize(
    "text", ["", "not json password", '{"a": 1}', '{"key":"HeartbeatInterval","value":"password"}']
)
def test_all_else_comes_back_as_it_was(text):
    assert mask_json(text) == text
