import json
from datetime import UTC, datetime

import pytest

from busbar.canon.access import Decision, IdToken, TokenKind, Verdict
from busbar.canon.control import VariableRef
from busbar.canon.sessions import ChargingState, TransactionPhase, TransactionReply, TransactionReported
from busbar.canon.stations import (
    BootReply,
    ConnectorStatusReported,
    HeartbeatReply,
    Registration,
    StationBooted,
    StationNotified,
)
from busbar.gateways.ocpp.translation import VERSIONS, RefusedError
from busbar.kernel.ids import TransactionRef
from busbar.wire.ocppj import Role, dialect_of
from busbar.wire.schema.codes import ErrorCode

from .conftest import NOW

T = "2026-11-21T10:00:00Z"
RFID = {"idToken": "04AB", "type": "ISO14443"}
EVENT = {
    "eventType": "Updated",
    "timestamp": T,
    "triggerReason": "MeterValuePeriodic",
    "seqNo": 3,
    "transactionInfo": {"transactionId": "T-1"},
}
REPLY = TransactionReply(transaction_ref=TransactionRef("T-1"))
ACCEPTED = Decision(verdict=Verdict.ACCEPTED)


def test_everything_that_a_station_may_send_has_a_handler(v2):
    requests = {action.request for action in dialect_of(VERSIONS[v2.protocol]).by_sender[Role.STATION].values()}
    assert requests == set(v2.translator.up)


def test_boot(v2):
    payload = {
        "reason": "RemoteReset",
        "chargingStation": {
            "vendorName": "V",
            "model": "M",
            "serialNumber": "S",
            "firmwareVersion": "1",
            "modem": {"iccid": "89", "imsi": "26"},
        },
    }
    assert v2.report("BootNotification", payload) == StationBooted(
        report_id="r1",
        station_id="CS-1",
        received_at=NOW,
        vendor="V",
        model="M",
        serial_number="S",
        firmware_version="1",
        iccid="89",
        imsi="26",
        reason="RemoteReset",
    )
    for registration, word in (("accepted", "Accepted"), ("pending", "Pending"), ("blocked", "Rejected")):
        reply = BootReply(registration=Registration(registration), interval_s=30, now=NOW)
        assert v2.answer("BootNotification", payload, reply) == {"currentTime": T, "interval": 30, "status": word}


def test_heartbeat_and_status(v2):
    assert v2.answer("Heartbeat", {}, HeartbeatReply(now=NOW)) == {"currentTime": T}
    payload = {"timestamp": T, "connectorStatus": "Occupied", "evseId": 2, "connectorId": 1}
    assert v2.report("StatusNotification", payload) == ConnectorStatusReported(
        report_id="r1",
        station_id="CS-1",
        received_at=NOW,
        evse_id=2,
        connector_id=1,
        status="occupied",
        at=NOW,
    )
    whole = v2.report("StatusNotification", {**payload, "evseId": 0, "connectorId": 0})
    assert (whole.evse_id, whole.connector_id) == (None, None)
    assert v2.answer("StatusNotification", payload) == {}


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("ISO14443", TokenKind.RFID),
        ("ISO15693", TokenKind.RFID),
        ("Central", TokenKind.CENTRAL),
        ("eMAID", TokenKind.EMAID),
        ("MacAddress", TokenKind.MAC),
        ("KeyCode", TokenKind.KEYCODE),
        ("Local", TokenKind.LOCAL),
    ],
)
def test_tokens(v2, word, kind):
    report = v2.report("Authorize", {"idToken": {"idToken": "X1", "type": word}})
    assert report.id_token == IdToken(value="X1", kind=kind)


def test_a_start_button_presents_nothing(v2):
    # C02.FR.01
    event = {**EVENT, "eventType": "Started", "idToken": {"idToken": "", "type": "NoAuthorization"}}
    assert v2.report("TransactionEvent", event).id_token == IdToken(value="NoAuthorization", kind=TokenKind.NONE)
    with pytest.raises(RefusedError):
        v2.read("Authorize", {"idToken": {"idToken": "", "type": "Central"}})


@pytest.mark.parametrize(
    ("verdict", "word"),
    [
        (Verdict.ACCEPTED, "Accepted"),
        (Verdict.BLOCKED, "Blocked"),
        (Verdict.EXPIRED, "Expired"),
        (Verdict.INVALID, "Invalid"),
        (Verdict.CONCURRENT, "ConcurrentTx"),
        (Verdict.NOT_HERE, "NotAtThisLocation"),
    ],
)
def test_verdicts(v2, verdict, word):
    answer = v2.answer("Authorize", {"idToken": RFID}, Decision(verdict=verdict))
    assert answer == {"idTokenInfo": {"status": word}}


def test_what_goes_with_a_verdict(v2):
    decision = Decision(
        verdict=Verdict.ACCEPTED, expires_at=NOW, group=IdToken(value="G", kind=TokenKind.CENTRAL), language="zh-CN"
    )
    assert v2.answer("Authorize", {"idToken": RFID}, decision)["idTokenInfo"] == {
        "status": "Accepted",
        "cacheExpiryDateTime": T,
        "groupIdToken": {"idToken": "G", "type": "Central"},
        "language1": "zh-CN",
    }


def test_a_contract_certificate_is_not_verified_and_says_so(v2):
    # C07.FR.17
    payload = {"idToken": {"idToken": "DE-8AA-1", "type": "eMAID"}, "certificate": "PEM"}
    assert v2.answer("Authorize", payload, ACCEPTED) == {
        "idTokenInfo": {"status": "Invalid"},
        "certificateStatus": "CertChainError",
    }


def test_a_transaction_event_in_full(v2):
    payload = {
        "eventType": "Ended",
        "timestamp": "2026-11-21T12:00:00.500+02:00",
        "triggerReason": "EVDeparted",
        "seqNo": 7,
        "offline": True,
        "numberOfPhasesUsed": 3,
        "cableMaxCurrent": 32,
        "reservationId": 5,
        "transactionInfo": {
            "transactionId": "T-1",
            "chargingState": "SuspendedEV",
            "timeSpentCharging": 60,
            "stoppedReason": "EVDisconnected",
            "remoteStartId": 99,
        },
        "evse": {"id": 2, "connectorId": 1},
        "idToken": RFID,
        "meterValue": [{"timestamp": T, "sampledValue": [{"value": 6379.259277, "context": "Transaction.End"}]}],
    }
    report = v2.report("TransactionEvent", payload)
    assert json.loads(report.payload_json) == payload
    samples = report.samples
    assert [(sample.value, sample.context.value) for sample in samples] == [(6379, "end")]
    assert report == TransactionReported(
        report_id="r1",
        station_id="CS-1",
        received_at=NOW,
        phase=TransactionPhase.ENDED,
        at=datetime(2026, 11, 21, 10, 0, 0, 500_000, tzinfo=UTC),
        transaction_ref=TransactionRef("T-1"),
        seq_no=7,
        is_offline=True,
        trigger="EVDeparted",
        charging_state=ChargingState.SUSPENDED_EV,
        evse_id=2,
        connector_id=1,
        id_token=IdToken(value="04AB"),
        remote_start_id=99,
        reservation_id=5,
        stop_reason="EVDisconnected",
        samples=samples,
        payload_json=report.payload_json,
    )


def test_a_small_transaction_event(v2):
    report = v2.report("TransactionEvent", EVENT)
    assert (report.phase, report.evse_id, report.connector_id, report.id_token, report.samples) == (
        TransactionPhase.UPDATED,
        None,
        None,
        None,
        (),
    )
    assert v2.report("TransactionEvent", {**EVENT, "evse": {"id": 0}}).evse_id is None


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        (REPLY, {}),
        (
            TransactionReply(transaction_ref=TransactionRef("T"), decision=ACCEPTED),
            {"idTokenInfo": {"status": "Accepted"}},
        ),
        (
            TransactionReply(transaction_ref=TransactionRef("T"), decision=Decision(verdict=Verdict.CONCURRENT)),
            {"idTokenInfo": {"status": "ConcurrentTx"}},
        ),
        (
            TransactionReply(transaction_ref=TransactionRef("T"), is_stop_wanted=True),
            {"idTokenInfo": {"status": "Invalid"}},
        ),
        (
            TransactionReply(
                transaction_ref=TransactionRef("T"), is_stop_wanted=True, decision=Decision(verdict=Verdict.BLOCKED)
            ),
            {"idTokenInfo": {"status": "Blocked"}},
        ),
    ],
)
def test_transaction_answers(v2, reply, answer):
    assert v2.answer("TransactionEvent", EVENT, reply) == answer


def test_ill_formed_values_are_told(v2):
    value = {"value": 1, "unitOfMeasure": {"unit": "V"}}
    meter = [{"timestamp": T, "sampledValue": [value, {"value": 2}]}]
    step = v2.read("TransactionEvent", {**EVENT, "meterValue": meter})
    assert step.quirks == ("meterValue[0].sampledValue[0]",)
    step = v2.read("MeterValues", {"evseId": 0, "meterValue": meter})
    assert step.quirks == ("meterValue[0].sampledValue[0]",)
    assert (step.report.evse_id, [sample.value for sample in step.report.samples]) == (None, [2])


def test_a_report_of_variables(v2):
    payload = {
        "requestId": 5,
        "generatedAt": T,
        "seqNo": 1,
        "tbc": True,
        "reportData": [
            {
                "component": {"name": "Connector", "instance": "a", "evse": {"id": 1, "connectorId": 2}},
                "variable": {"name": "MaxCurrent", "instance": "b"},
                "variableAttribute": [
                    {"type": "Actual", "value": "32", "mutability": "ReadOnly"},
                    {"type": "MaxSet", "mutability": "ReadWrite"},
                    {"value": "x"},
                ],
            }
        ],
    }
    report = v2.report("NotifyReport", payload)
    assert (report.request_id, report.seq_no, report.is_last) == (5, 1, False)
    ref = VariableRef(
        variable="MaxCurrent",
        component="Connector",
        component_instance="a",
        variable_instance="b",
        evse_id=1,
        connector_id=2,
        attribute="Actual",
    )
    assert report.values[0].ref == ref
    assert [(one.ref.attribute, one.value, one.is_readonly) for one in report.values] == [
        ("Actual", "32", True),
        ("MaxSet", None, False),
        ("Actual", "x", False),
    ]
    assert v2.report("NotifyReport", {"requestId": 5, "generatedAt": T, "seqNo": 2}).is_last
    assert v2.answer("NotifyReport", payload) == {}


def test_a_reservation_that_the_station_ends(v2):
    payload = {"reservationId": 7, "reservationUpdateStatus": "Expired"}
    report = v2.report("ReservationStatusUpdate", payload)
    assert (report.number, report.is_removed) == (7, False)
    assert v2.report("ReservationStatusUpdate", payload | {"reservationUpdateStatus": "Removed"}).is_removed
    assert v2.answer("ReservationStatusUpdate", payload) == {}


@pytest.mark.parametrize(
    ("action", "payload", "answer"),
    [
        ("DataTransfer", {"vendorId": "X", "data": {"any": ["thing"]}}, {"status": "UnknownVendorId"}),
        ("SignCertificate", {"csr": "PEM"}, {"status": "Rejected"}),
        ("SecurityEventNotification", {"type": "X", "timestamp": T}, {}),
        ("FirmwareStatusNotification", {"status": "Idle"}, {}),
        ("LogStatusNotification", {"status": "Idle", "requestId": 1}, {}),
        ("ClearedChargingLimit", {"chargingLimitSource": "SO"}, {}),
        (
            "NotifyEvent",
            {
                "generatedAt": T,
                "seqNo": 0,
                "eventData": [
                    {
                        "eventId": 1,
                        "timestamp": T,
                        "trigger": "Alerting",
                        "actualValue": "true",
                        "component": {"name": "ChargingStation"},
                        "variable": {"name": "Problem"},
                        "eventNotificationType": "HardWiredNotification",
                    }
                ],
            },
            {},
        ),
        (
            "NotifyEVChargingNeeds",
            {
                "evseId": 1,
                "chargingNeeds": {
                    "requestedEnergyTransfer": "DC",
                    "dcChargingParameters": {"evMaxCurrent": 200, "evMaxVoltage": 400},
                },
            },
            {"status": "Rejected"},
        ),
        (
            "GetCertificateStatus",
            {
                "ocspRequestData": {
                    "hashAlgorithm": "SHA256",
                    "issuerNameHash": "a",
                    "issuerKeyHash": "b",
                    "serialNumber": "c",
                    "responderURL": "http://ocsp.example.org",
                }
            },
            {"status": "Failed"},
        ),
    ],
)
def test_all_else_is_kept_and_answered(v2, action, payload, answer):
    report = v2.report(action, payload)
    assert isinstance(report, StationNotified)
    assert report.topic == action
    assert json.loads(report.payload_json) == payload
    assert v2.answer(action, payload) == answer


def test_what_cannot_be_answered_truthfully_is_refused(v2):
    payload = {"iso15118SchemaVersion": "urn:x", "action": "Install", "exiRequest": "AA"}
    with pytest.raises(RefusedError) as caught:
        v2.read("Get15118EVCertificate", payload)
    assert caught.value.error_code is ErrorCode.NOT_SUPPORTED
