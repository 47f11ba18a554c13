import json
from datetime import UTC, datetime

import pytest

from busbar.canon.access import IdToken, TokenKind
from busbar.canon.control import (
    CancelPlace,
    ChangeAvailability,
    ChargingProfile,
    ChargingSchedule,
    ClearProfiles,
    ForgetTokens,
    GetVariables,
    KeepPlace,
    Outcome,
    ProfileKind,
    ProfilePurpose,
    RateUnit,
    RemoteStart,
    RemoteStop,
    Reset,
    ResetKind,
    SchedulePeriod,
    SetProfile,
    SetVariables,
    Trigger,
    TriggerTopic,
    Unlock,
    VariableRef,
    VariableValue,
)
from busbar.gateways.ocpp.translation import Answered, UntranslatableError
from busbar.gateways.ocpp.v2_down import make_request_id
from busbar.kernel.ids import CommandId, TransactionRef
from busbar.wire import ocpp201

TOKEN = IdToken(value="app-1", kind=TokenKind.APP)
PROFILE = ChargingProfile(
    profile_id=4,
    stack_level=1,
    purpose=ProfilePurpose.TX_DEFAULT,
    kind=ProfileKind.RECURRING_DAILY,
    schedule=ChargingSchedule(unit=RateUnit.W, periods=(SchedulePeriod(start_s=0, limit_milli=7_400_000, phases=3),)),
)
PROFILE_JSON = {
    "id": 4,
    "stackLevel": 1,
    "chargingProfilePurpose": "TxDefaultProfile",
    "chargingProfileKind": "Recurring",
    "recurrencyKind": "Daily",
    "chargingSchedule": [
        {
            "id": 4,
            "chargingRateUnit": "W",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 7400, "numberPhases": 3}],
        }
    ],
}
REF = VariableRef(variable="HeartbeatInterval", component="OCPPCommCtrlr")
REF_JSON = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}


@pytest.mark.parametrize(
    ("request_", "call"),
    [
        (
            RemoteStart(id_token=TOKEN, remote_start_id=77, evse_id=2, profile=PROFILE, group=IdToken(value="G")),
            (
                "RequestStartTransaction",
                {
                    "idToken": {"idToken": "app-1", "type": "Central"},
                    "remoteStartId": 77,
                    "evseId": 2,
                    "groupIdToken": {"idToken": "G", "type": "ISO14443"},
                    "chargingProfile": PROFILE_JSON,
                },
            ),
        ),
        (RemoteStop(transaction_ref=TransactionRef("T-1")), ("RequestStopTransaction", {"transactionId": "T-1"})),
        (Unlock(evse_id=1, connector_id=2), ("UnlockConnector", {"evseId": 1, "connectorId": 2})),
        (Reset(kind=ResetKind.IMMEDIATE), ("Reset", {"type": "Immediate"})),
        (Reset(kind=ResetKind.ON_IDLE, evse_id=2), ("Reset", {"type": "OnIdle", "evseId": 2})),
        (
            ChangeAvailability(is_operative=False, evse_id=1, connector_id=2),
            ("ChangeAvailability", {"operationalStatus": "Inoperative", "evse": {"id": 1, "connectorId": 2}}),
        ),
        (ChangeAvailability(is_operative=True), ("ChangeAvailability", {"operationalStatus": "Operative"})),
        (
            Trigger(topic=TriggerTopic.STATUS, evse_id=1),
            ("TriggerMessage", {"requestedMessage": "StatusNotification", "evse": {"id": 1, "connectorId": 1}}),
        ),
        (
            Trigger(topic=TriggerTopic.TRANSACTION, evse_id=1),
            ("TriggerMessage", {"requestedMessage": "TransactionEvent", "evse": {"id": 1}}),
        ),
        (
            Trigger(topic=TriggerTopic.SIGN_CERTIFICATE),
            ("TriggerMessage", {"requestedMessage": "SignChargingStationCertificate"}),
        ),
        (
            GetVariables(refs=(REF,)),
            ("GetVariables", {"getVariableData": [{**REF_JSON, "attributeType": "Actual"}]}),
        ),
        (
            GetVariables(),
            ("GetBaseReport", {"requestId": make_request_id(CommandId("c1")), "reportBase": "FullInventory"}),
        ),
        (
            SetVariables(values=(VariableValue(ref=REF, value="60"),)),
            (
                "SetVariables",
                {"setVariableData": [{**REF_JSON, "attributeType": "Actual", "attributeValue": "60"}]},
            ),
        ),
        (SetProfile(profile=PROFILE), ("SetChargingProfile", {"evseId": 0, "chargingProfile": PROFILE_JSON})),
        (
            KeepPlace(
                number=7,
                evse_id=2,
                id_token=IdToken(value="AABB"),
                group=IdToken(value="G1", kind=TokenKind.CENTRAL),
                expires_at=datetime(2026, 1, 1, tzinfo=UTC),
            ),
            (
                "ReserveNow",
                {
                    "id": 7,
                    "evseId": 2,
                    "expiryDateTime": "2026-01-01T00:00:00Z",
                    "idToken": {"idToken": "AABB", "type": "ISO14443"},
                    "groupIdToken": {"idToken": "G1", "type": "Central"},
                },
            ),
        ),
        (CancelPlace(number=7), ("CancelReservation", {"reservationId": 7})),
        (ForgetTokens(), ("ClearCache", {})),
        (ClearProfiles(profile_id=4), ("ClearChargingProfile", {"chargingProfileId": 4})),
        (
            ClearProfiles(evse_id=1, purpose=ProfilePurpose.TX, stack_level=0),
            (
                "ClearChargingProfile",
                {"chargingProfileCriteria": {"evseId": 1, "chargingProfilePurpose": "TxProfile", "stackLevel": 0}},
            ),
        ),
    ],
)
def test_requests_become_calls(v2, request_, call):
    assert v2.call(request_) == call


@pytest.mark.parametrize(
    "request_",
    [
        SetVariables(values=()),
        SetVariables(values=(VariableValue(ref=VariableRef(variable="X"), value="1"),)),
        GetVariables(refs=(VariableRef(variable="X"),)),
        ClearProfiles(),
        ClearProfiles(purpose=ProfilePurpose.EXTERNAL_CONSTRAINTS),
        RemoteStart(id_token=IdToken(value="x" * 256), remote_start_id=1),
    ],
)
def test_what_may_not_be_said_is_not_sent(v2, request_):
    with pytest.raises(UntranslatableError) as caught:
        v2.calls(request_)
    assert caught.value.outcome is Outcome.REJECTED


def answered(response):
    return Answered(ocpp201.ClearCacheRequest(), response, json.dumps({"any": "thing"}))


def test_a_start_may_name_the_transaction_that_runs_already(v2):
    response = ocpp201.RequestStartTransactionResponse(status="Accepted", transaction_id="T-1")
    result = v2.translator.read_outcome(RemoteStart(id_token=TOKEN, remote_start_id=1), [answered(response)])
    assert (result.outcome, result.transaction_ref, result.answer_json) == (
        Outcome.ACCEPTED,
        "T-1",
        '{"any": "thing"}',
    )


@pytest.mark.parametrize(
    ("words", "outcome", "status"),
    [
        (["Accepted", "RebootRequired"], Outcome.ACCEPTED, "Accepted"),
        (["Accepted", "UnknownVariable"], Outcome.REJECTED, "UnknownVariable"),
        (["Rejected"], Outcome.REJECTED, "Rejected"),
    ],
)
def test_settings_are_accepted_when_all_are(v2, words, outcome, status):
    results = [
        ocpp201.SetVariableResultType(
            attribute_status=word,
            component=ocpp201.ComponentType(name="C"),
            variable=ocpp201.VariableType(name=f"V{number}"),
        )
        for number, word in enumerate(words)
    ]
    response = ocpp201.SetVariablesResponse(set_variable_result=results)
    result = v2.translator.read_outcome(SetVariables(values=()), [answered(response)])
    assert (result.outcome, result.status) == (outcome, status)
    assert [value.status for value in result.values] == words


def test_values_are_read_with_their_own_status(v2):
    response = ocpp201.GetVariablesResponse(
        get_variable_result=[
            ocpp201.GetVariableResultType(
                attribute_status="Accepted",
                attribute_value="60",
                attribute_type="Target",
                component=ocpp201.ComponentType(name="C", evse=ocpp201.EVSEType(id=1)),
                variable=ocpp201.VariableType(name="V"),
            )
        ]
    )
    (value,) = v2.translator.read_outcome(GetVariables(), [answered(response)]).values
    assert (value.ref.component, value.ref.evse_id, value.ref.attribute, value.value, value.status) == (
        "C",
        1,
        "Target",
        "60",
        "Accepted",
    )
    assert v2.translator.read_variables(answered(response)) == ()


def test_a_request_id_is_a_whole_number_of_31_bits_and_the_commands_own():
    ids = {make_request_id(CommandId(f"c{number}")) for number in range(1000)}
    assert all(0 <= one < 2**31 for one in ids)
    assert len(ids) > 990
    assert make_request_id(CommandId("x")) == make_request_id(CommandId("x"))
