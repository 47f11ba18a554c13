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
from busbar.kernel.ids import TransactionRef
from busbar.wire import ocpp16

TOKEN = IdToken(value="remote-11902")


def profile(**more):
    schedule = ChargingSchedule(
        unit=RateUnit.A,
        periods=(
            SchedulePeriod(start_s=0, limit_milli=32_000),
            SchedulePeriod(start_s=60, limit_milli=16_150, phases=1),
        ),
    )
    fields = {
        "profile_id": 1,
        "stack_level": 0,
        "purpose": ProfilePurpose.TX,
        "kind": ProfileKind.RELATIVE,
        "schedule": schedule,
    }
    return ChargingProfile(**(fields | more))


PROFILE_JSON = {
    "chargingProfileId": 1,
    "stackLevel": 0,
    "chargingProfilePurpose": "TxProfile",
    "chargingProfileKind": "Relative",
    "chargingSchedule": {
        "chargingRateUnit": "A",
        "chargingSchedulePeriod": [
            {"startPeriod": 0, "limit": 32},
            {"startPeriod": 60, "limit": 16.1, "numberPhases": 1},
        ],
    },
}


@pytest.mark.parametrize(
    ("request_", "call"),
    [
        (
            RemoteStart(id_token=TOKEN, remote_start_id=1, evse_id=1, profile=profile()),
            (
                "RemoteStartTransaction",
                {"connectorId": 1, "idTag": "remote-11902", "chargingProfile": PROFILE_JSON},
            ),
        ),
        (RemoteStart(id_token=TOKEN, remote_start_id=1), ("RemoteStartTransaction", {"idTag": "remote-11902"})),
        (RemoteStop(transaction_ref=TransactionRef("4711")), ("RemoteStopTransaction", {"transactionId": 4711})),
        (Unlock(evse_id=2), ("UnlockConnector", {"connectorId": 2})),
        (Reset(kind=ResetKind.IMMEDIATE), ("Reset", {"type": "Hard"})),
        (Reset(kind=ResetKind.ON_IDLE), ("Reset", {"type": "Soft"})),
        (ChangeAvailability(is_operative=True), ("ChangeAvailability", {"connectorId": 0, "type": "Operative"})),
        (
            ChangeAvailability(is_operative=False, evse_id=2, connector_id=1),
            ("ChangeAvailability", {"connectorId": 2, "type": "Inoperative"}),
        ),
        (
            Trigger(topic=TriggerTopic.METER_VALUES, evse_id=1),
            ("TriggerMessage", {"requestedMessage": "MeterValues", "connectorId": 1}),
        ),
        (Trigger(topic=TriggerTopic.BOOT), ("TriggerMessage", {"requestedMessage": "BootNotification"})),
        (
            Trigger(topic=TriggerTopic.LOG_STATUS),
            ("ExtendedTriggerMessage", {"requestedMessage": "LogStatusNotification"}),
        ),
        (
            Trigger(topic=TriggerTopic.SIGN_CERTIFICATE),
            ("ExtendedTriggerMessage", {"requestedMessage": "SignChargePointCertificate"}),
        ),
        (GetVariables(), ("GetConfiguration", {})),
        (
            GetVariables(refs=(VariableRef(variable="HeartbeatInterval"), VariableRef(variable="X"))),
            ("GetConfiguration", {"key": ["HeartbeatInterval", "X"]}),
        ),
        (
            SetProfile(profile=profile(purpose=ProfilePurpose.STATION_MAX, kind=ProfileKind.ABSOLUTE)),
            (
                "SetChargingProfile",
                {
                    "connectorId": 0,
                    "csChargingProfiles": {
                        **PROFILE_JSON,
                        "chargingProfilePurpose": "ChargePointMaxProfile",
                        "chargingProfileKind": "Absolute",
                    },
                },
            ),
        ),
        (
            KeepPlace(
                number=7,
                id_token=IdToken(value="AABB"),
                group=IdToken(value="G1", kind=TokenKind.CENTRAL),
                expires_at=datetime(2026, 1, 1, tzinfo=UTC),
            ),
            (
                "ReserveNow",
                {
                    "connectorId": 0,
                    "expiryDate": "2026-01-01T00:00:00Z",
                    "idTag": "AABB",
                    "parentIdTag": "G1",
                    "reservationId": 7,
                },
            ),
        ),
        (CancelPlace(number=7), ("CancelReservation", {"reservationId": 7})),
        (ForgetTokens(), ("ClearCache", {})),
        (ClearProfiles(), ("ClearChargingProfile", {})),
        (
            ClearProfiles(profile_id=3, evse_id=1, purpose=ProfilePurpose.TX_DEFAULT, stack_level=2),
            (
                "ClearChargingProfile",
                {"id": 3, "connectorId": 1, "chargingProfilePurpose": "TxDefaultProfile", "stackLevel": 2},
            ),
        ),
    ],
)
def test_requests_become_calls(v16, request_, call):
    assert v16.call(request_) == call


def test_a_profile_with_everything_in_it(v16):
    at = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
    schedule = ChargingSchedule(
        unit=RateUnit.W,
        periods=(SchedulePeriod(start_s=0, limit_milli=11_000_000),),
        duration_s=3600,
        starts_at=at,
        min_rate_milli=1_380_000,
    )
    full = profile(
        profile_id=5,
        stack_level=3,
        kind=ProfileKind.RECURRING_WEEKLY,
        schedule=schedule,
        transaction_ref=TransactionRef("7"),
        valid_from=at,
        valid_to=at,
    )
    assert v16.call(SetProfile(profile=full, evse_id=2)) == (
        "SetChargingProfile",
        {
            "connectorId": 2,
            "csChargingProfiles": {
                "chargingProfileId": 5,
                "transactionId": 7,
                "stackLevel": 3,
                "chargingProfilePurpose": "TxProfile",
                "chargingProfileKind": "Recurring",
                "recurrencyKind": "Weekly",
                "validFrom": "2026-11-21T10:00:00Z",
                "validTo": "2026-11-21T10:00:00Z",
                "chargingSchedule": {
                    "duration": 3600,
                    "startSchedule": "2026-11-21T10:00:00Z",
                    "chargingRateUnit": "W",
                    "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 11000}],
                    "minChargingRate": 1380,
                },
            },
        },
    )


@pytest.mark.parametrize(
    ("request_", "outcome"),
    [
        (RemoteStart(id_token=IdToken(value="x" * 21), remote_start_id=1), Outcome.REJECTED),
        (RemoteStop(transaction_ref=TransactionRef("T-1")), Outcome.REJECTED),
        (RemoteStop(transaction_ref=TransactionRef("9" * 30)), Outcome.REJECTED),
        (Unlock(evse_id=1, connector_id=2), Outcome.REJECTED),
        (Reset(kind=ResetKind.IMMEDIATE, evse_id=1), Outcome.UNSUPPORTED),
        (Trigger(topic=TriggerTopic.TRANSACTION), Outcome.UNSUPPORTED),
        (GetVariables(refs=(VariableRef(variable="X", component="C"),)), Outcome.REJECTED),
        (SetVariables(values=()), Outcome.REJECTED),
        (SetProfile(profile=profile(purpose=ProfilePurpose.EXTERNAL_CONSTRAINTS)), Outcome.UNSUPPORTED),
        (SetProfile(profile=profile(transaction_ref=TransactionRef("T-1"))), Outcome.REJECTED),
        (ClearProfiles(purpose=ProfilePurpose.EXTERNAL_CONSTRAINTS), Outcome.UNSUPPORTED),
    ],
)
def test_what_1_6_has_no_words_for_is_not_sent(v16, request_, outcome):
    with pytest.raises(UntranslatableError) as caught:
        v16.calls(request_)
    assert caught.value.outcome is outcome


def answered(response):
    text = json.dumps({"status": getattr(response, "status", None)})
    return Answered(ocpp16.ClearCacheRequest(), response, text)


@pytest.mark.parametrize(
    ("response", "outcome"),
    [
        (ocpp16.ResetResponse(status="Accepted"), Outcome.ACCEPTED),
        (ocpp16.ResetResponse(status="Rejected"), Outcome.REJECTED),
        (ocpp16.ChangeAvailabilityResponse(status="Scheduled"), Outcome.ACCEPTED),
        (ocpp16.UnlockConnectorResponse(status="Unlocked"), Outcome.ACCEPTED),
        (ocpp16.UnlockConnectorResponse(status="UnlockFailed"), Outcome.REJECTED),
        (ocpp16.UnlockConnectorResponse(status="NotSupported"), Outcome.UNSUPPORTED),
        (ocpp16.TriggerMessageResponse(status="NotImplemented"), Outcome.UNSUPPORTED),
        (ocpp16.ClearChargingProfileResponse(status="Unknown"), Outcome.REJECTED),
        (ocpp16.GetLocalListVersionResponse(list_version=3), Outcome.ACCEPTED),
    ],
)
def test_the_status_word_is_the_outcome(v16, response, outcome):
    result = v16.translator.read_outcome(Reset(kind=ResetKind.ON_IDLE), [answered(response)])
    assert (result.outcome, result.status, result.is_error) == (outcome, getattr(response, "status", None), False)


def test_several_settings_are_several_calls_with_one_outcome(v16):
    request = SetVariables(
        values=tuple(
            VariableValue(ref=VariableRef(variable=key), value=value) for key, value in (("A", "1"), ("B", "2"))
        )
    )
    assert v16.calls(request) == [
        ("ChangeConfiguration", {"key": "A", "value": "1"}),
        ("ChangeConfiguration", {"key": "B", "value": "2"}),
    ]
    words = [ocpp16.ChangeConfigurationResponse(status=word) for word in ("RebootRequired", "Rejected")]
    result = v16.translator.read_outcome(request, [answered(word) for word in words])
    assert (result.outcome, result.status) == (Outcome.REJECTED, "Rejected")
    assert [(value.ref.variable, value.value, value.status) for value in result.values] == [
        ("A", "1", "RebootRequired"),
        ("B", "2", "Rejected"),
    ]
    result = v16.translator.read_outcome(request, [answered(words[0]), answered(words[0])])
    assert (result.outcome, result.status) == (Outcome.ACCEPTED, "RebootRequired")
