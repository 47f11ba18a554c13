"""Where the types differ from the official schemas on purpose (wire/schema/README.md): each case with both verdicts."""

import json

import pytest

from busbar.wire.schema.decoding import decode_payload
from busbar.wire.schema.errors import PayloadError
from busbar.wire.schema.fields import MAX_INTEGER
from tests.conformance.wire_schemas import ROOMS, official_validator

AT = "2024-01-01T00:00:00Z"


def stop_transaction(**sampled):
    data = [{"timestamp": AT, "sampledValue": [{"value": "50", **sampled}]}]
    return {"transactionId": 1, "meterStop": 1, "timestamp": AT, "transactionData": data}


def set_profile(limit):
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit}]}
    profile = {
        "chargingProfileId": 1,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxProfile",
        "chargingProfileKind": "Relative",
        "chargingSchedule": schedule,
    }
    return {"connectorId": 1, "csChargingProfiles": profile}


def event(timestamp):
    return {
        "eventType": "Started",
        "timestamp": timestamp,
        "triggerReason": "Authorized",
        "seqNo": 0,
        "transactionInfo": {"transactionId": "a"},
    }


EMPTY = {"connectorId": 1, "meterValue": [{"timestamp": AT, "sampledValue": []}]}

CASES = [
    # room, message, payload, verdict of the schema, our verdict
    ("ocpp16", "RemoteStopTransactionRequest", {"transactionId": MAX_INTEGER + 1}, True, False),
    ("ocpp16", "RemoteStopTransactionRequest", {"transactionId": MAX_INTEGER}, True, True),
    ("ocpp16", "RemoteStopTransactionRequest", {"transactionId": 5.0}, False, True),
    ("ocpp16", "RemoteStopTransactionRequest", {"transactionId": 5.5}, False, False),
    ("ocpp201", "CancelReservationRequest", {"reservationId": 5.0}, True, True),
    ("ocpp16", "StopTransactionRequest", stop_transaction(unit="Hertz"), False, True),
    ("ocpp16", "StopTransactionRequest", stop_transaction(unit="Celcius"), True, True),
    ("ocpp16", "StopTransactionRequest", stop_transaction(unit="Celsius"), True, True),
    ("ocpp16", "MeterValuesRequest", EMPTY, False, True),
    ("ocpp16", "SetChargingProfileRequest", set_profile(16.1), True, True),
    ("ocpp16", "SetChargingProfileRequest", set_profile(0.3), True, True),
    ("ocpp16", "SetChargingProfileRequest", set_profile(16.15), False, False),
    ("ocpp201", "TransactionEventRequest", event("2024-01-01 00:00:00Z"), False, True),
    ("ocpp201", "TransactionEventRequest", event("2024-01-01T00:00:00+0100"), False, True),
    ("ocpp201", "TransactionEventRequest", event("2016-12-31T23:59:60Z"), True, True),
    ("ocpp201", "TransactionEventRequest", event("0000-01-01T00:00:00Z"), True, False),
    ("ocpp201", "TransactionEventRequest", event("2024-01-01T00:00:00"), False, False),
    ("ocpp16", "GetDiagnosticsRequest", {"location": "http://[/"}, False, True),
    ("ocpp16", "GetDiagnosticsRequest", {"location": "http://a b/"}, False, False),
]  # fmt: skip


@pytest.mark.parametrize(("room", "name", "payload", "official", "ours"), CASES)
def test_the_verdicts_are_as_written_down(room, name, payload, official, ours):
    assert official_validator(room, name).is_valid(payload) == official
    try:
        decode_payload(json.dumps(payload).encode(), getattr(ROOMS[room][1], name))
        verdict = True
    except PayloadError:
        verdict = False
    assert verdict == ours
