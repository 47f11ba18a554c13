from datetime import UTC, datetime

import pytest

from busbar.canon.access import AuthorizationRequested, Decision, IdToken, TokenKind, Verdict
from busbar.canon.sessions import SamplesReported, TransactionPhase, TransactionReply, TransactionReported
from busbar.canon.stations import (
    BootReply,
    ConnectorStatus,
    ConnectorStatusReported,
    HeartbeatReply,
    Registration,
    StationBooted,
    StationNotified,
)
from busbar.gateways.ocpp.translation import RefusedError
from busbar.kernel.ids import TransactionRef
from busbar.wire.ocppj import Role, Version, dialect_of
from busbar.wire.schema.codes import ErrorCode

from .conftest import NOW

ACCEPTED = Decision(verdict=Verdict.ACCEPTED)
START = {"connectorId": 2, "idTag": "AB12", "meterStart": 17, "timestamp": "2026-11-21T09:59:00+08:00"}


def test_everything_that_a_station_may_send_has_a_handler(v16):
    requests = {action.request for action in dialect_of(Version.V16).by_sender[Role.STATION].values()}
    assert requests == set(v16.translator.up)


def test_boot(v16):
    payload = {
        "chargePointVendor": "V",
        "chargePointModel": "M",
        "chargePointSerialNumber": "S1",
        "chargeBoxSerialNumber": "B1",
        "firmwareVersion": "1.0",
        "iccid": "89",
        "imsi": "26",
        "meterType": "MT",
        "meterSerialNumber": "MS",
    }
    assert v16.report("BootNotification", payload) == StationBooted(
        report_id="r1",
        station_id="CS-1",
        received_at=NOW,
        vendor="V",
        model="M",
        serial_number="S1",
        firmware_version="1.0",
        iccid="89",
        imsi="26",
        meter_type="MT",
        meter_serial_number="MS",
    )
    old = {"chargePointVendor": "V", "chargePointModel": "M", "chargeBoxSerialNumber": "B1"}
    assert v16.report("BootNotification", old).serial_number == "B1"


@pytest.mark.parametrize(
    ("registration", "word"),
    [(Registration.ACCEPTED, "Accepted"), (Registration.PENDING, "Pending"), (Registration.BLOCKED, "Rejected")],
)
def test_boot_answers(v16, registration, word):
    reply = BootReply(registration=registration, interval_s=300, now=NOW)
    payload = {"chargePointVendor": "V", "chargePointModel": "M"}
    assert v16.answer("BootNotification", payload, reply) == {
        "status": word,
        "currentTime": "2026-11-21T10:00:00Z",
        "interval": 300,
    }


def test_heartbeat(v16):
    now = datetime(2026, 11, 21, 10, 0, 0, 123456, tzinfo=UTC)
    assert v16.answer("Heartbeat", {}, HeartbeatReply(now=now)) == {"currentTime": "2026-11-21T10:00:00.123Z"}


@pytest.mark.parametrize("status", ["Available", "Preparing", "Charging", "SuspendedEVSE", "SuspendedEV", "Finishing"])
def test_connector_n_is_evse_n_connector_1(v16, status):
    report = v16.report("StatusNotification", {"connectorId": 3, "errorCode": "NoError", "status": status})
    assert (report.evse_id, report.connector_id, report.error_code, report.at) == (3, 1, None, None)
    assert report.status.value.replace("_", "") == status.lower()


def test_connector_0_is_the_whole_station(v16):
    payload = {
        "connectorId": 0,
        "errorCode": "OtherError",
        "status": "Faulted",
        "info": "door open",
        "vendorId": "V",
        "vendorErrorCode": "E7",
        "timestamp": "2026-11-21T10:00:00+01:00",
    }
    assert v16.report("StatusNotification", payload) == ConnectorStatusReported(
        report_id="r1",
        station_id="CS-1",
        received_at=NOW,
        evse_id=None,
        connector_id=None,
        status=ConnectorStatus.FAULTED,
        at=datetime(2026, 11, 21, 9, 0, tzinfo=UTC),
        error_code="OtherError",
        info="door open",
        vendor_id="V",
        vendor_error_code="E7",
    )
    assert v16.answer("StatusNotification", payload) == {}


def test_authorize(v16):
    assert v16.report("Authorize", {"idTag": "AB12"}) == AuthorizationRequested(
        report_id="r1", station_id="CS-1", received_at=NOW, id_token=IdToken(value="AB12", kind=TokenKind.RFID)
    )


@pytest.mark.parametrize(
    ("verdict", "word"),
    [
        (Verdict.ACCEPTED, "Accepted"),
        (Verdict.BLOCKED, "Blocked"),
        (Verdict.EXPIRED, "Expired"),
        (Verdict.INVALID, "Invalid"),
        (Verdict.CONCURRENT, "ConcurrentTx"),
        (Verdict.NOT_HERE, "Invalid"),
    ],
)
def test_verdicts(v16, verdict, word):
    decision = Decision(verdict=verdict)
    assert v16.answer("Authorize", {"idTag": "A"}, decision) == {"idTagInfo": {"status": word}}


def test_expiry_and_group_go_with_the_verdict(v16):
    decision = Decision(verdict=Verdict.ACCEPTED, expires_at=NOW, group=IdToken(value="GROUP", kind=TokenKind.CENTRAL))
    assert v16.answer("Authorize", {"idTag": "A"}, decision)["idTagInfo"] == {
        "status": "Accepted",
        "expiryDate": "2026-11-21T10:00:00Z",
        "parentIdTag": "GROUP",
    }
    long = Decision(verdict=Verdict.ACCEPTED, group=IdToken(value="G" * 21))
    assert "parentIdTag" not in v16.answer("Authorize", {"idTag": "A"}, long)["idTagInfo"]


def test_a_transaction_starts(v16):
    step = v16.read("StartTransaction", {**START, "reservationId": 9})
    assert step.report == TransactionReported(
        report_id="r1",
        station_id="CS-1",
        received_at=NOW,
        phase=TransactionPhase.STARTED,
        at=datetime(2026, 11, 21, 1, 59, tzinfo=UTC),
        evse_id=2,
        connector_id=1,
        id_token=IdToken(value="AB12"),
        reservation_id=9,
        register_wh=17,
        payload_json=(
            '{"connectorId": 2, "idTag": "AB12", "meterStart": 17, "timestamp": "2026-11-21T09:59:00+08:00", '
            '"reservationId": 9}'
        ),
    )


@pytest.mark.parametrize(
    ("decision", "is_stop_wanted", "word"),
    [(ACCEPTED, False, "Accepted"), (Decision(verdict=Verdict.BLOCKED), False, "Blocked"), (ACCEPTED, True, "Invalid")],
)
def test_the_start_is_answered_with_our_number(v16, decision, is_stop_wanted, word):
    reply = TransactionReply(transaction_ref=TransactionRef("4711"), decision=decision, is_stop_wanted=is_stop_wanted)
    assert v16.answer("StartTransaction", START, reply) == {"transactionId": 4711, "idTagInfo": {"status": word}}


@pytest.mark.parametrize("change", [{"connectorId": 0}, {"connectorId": -1}, {"idTag": ""}])
def test_a_start_that_makes_no_sense_is_refused(v16, change):
    with pytest.raises(RefusedError) as caught:
        v16.read("StartTransaction", {**START, **change})
    assert caught.value.error_code is ErrorCode.PROPERTY_CONSTRAINT_VIOLATION


def test_a_transaction_stops(v16):
    payload = {
        "transactionId": 4711,
        "meterStop": 6379,
        "timestamp": "2026-11-21T10:00:00Z",
        "reason": "EVDisconnected",
        "transactionData": [
            {
                "timestamp": "2026-11-21T10:00:00Z",
                "sampledValue": [{"value": "6379.259277", "unit": "Wh", "context": "Transaction.End"}, {"value": "?"}],
            }
        ],
    }
    step = v16.read("StopTransaction", payload)
    report = step.report
    assert (report.phase, report.transaction_ref, report.register_wh, report.stop_reason, report.id_token) == (
        TransactionPhase.ENDED,
        "4711",
        6379,
        "EVDisconnected",
        None,
    )
    assert [sample.value for sample in report.samples] == [6379]
    assert step.quirks == ("transactionData[0].sampledValue[1]",)


def test_the_stop_tells_of_the_token_only_when_one_was_shown(v16):
    payload = {"transactionId": 1, "meterStop": 1, "timestamp": "2026-11-21T10:00:00Z"}
    reply = TransactionReply(transaction_ref=TransactionRef("1"), decision=ACCEPTED)
    assert v16.answer("StopTransaction", payload, reply) == {}
    assert v16.answer("StopTransaction", {**payload, "idTag": "A"}, reply) == {"idTagInfo": {"status": "Accepted"}}
    assert v16.report("StopTransaction", payload).stop_reason is None


@pytest.mark.parametrize(
    ("transaction", "ref"), [({}, None), ({"transactionId": 0}, "0"), ({"transactionId": -1}, "-1")]
)
def test_meter_values_inside_and_outside_a_transaction(v16, transaction, ref):
    payload = {
        "connectorId": 0,
        "meterValue": [{"timestamp": "2026-11-21T10:00:00Z", "sampledValue": [{"value": "5"}]}],
        **transaction,
    }
    report = v16.report("MeterValues", payload)
    assert isinstance(report, SamplesReported)
    assert (report.evse_id, report.transaction_ref, len(report.samples)) == (None, ref, 1)
    assert v16.answer("MeterValues", payload) == {}


@pytest.mark.parametrize(
    ("action", "payload", "answer"),
    [
        ("DataTransfer", {"vendorId": "X", "messageId": "Y", "data": "{}"}, {"status": "UnknownVendorId"}),
        (
            "DataTransfer",
            {"vendorId": "org.openchargealliance.costmsg", "messageId": "ConnectorUnplugged", "data": "{}"},
            {"status": "Accepted"},
        ),
        (
            "DataTransfer",
            {"vendorId": "org.openchargealliance.costmsg", "messageId": "Y"},
            {"status": "UnknownMessageId"},
        ),
        ("FirmwareStatusNotification", {"status": "Installed"}, {}),
        ("DiagnosticsStatusNotification", {"status": "Uploaded"}, {}),
        ("LogStatusNotification", {"status": "Idle"}, {}),
        ("SignedFirmwareStatusNotification", {"status": "Idle"}, {}),
        ("SecurityEventNotification", {"type": "StartupOfTheDevice", "timestamp": "2026-11-21T10:00:00Z"}, {}),
        ("SignCertificate", {"csr": "PEM"}, {"status": "Rejected"}),
    ],
)
def test_all_else_is_kept_and_answered(v16, action, payload, answer):
    report = v16.report(action, payload)
    assert isinstance(report, StationNotified)
    assert report.topic == action
    assert report.at == (NOW if "timestamp" in payload else None)
    assert v16.answer(action, payload) == answer
