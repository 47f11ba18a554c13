"""OCPP 1.6, station to us."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from busbar.canon.access import AuthorizationRequested, Decision, IdToken, Verdict
from busbar.canon.sample_block import SampleBlock
from busbar.canon.sessions import SamplesReported, TransactionPhase, TransactionReply, TransactionReported
from busbar.canon.stations import (
    BootReply,
    ConnectorStatus,
    ConnectorStatusReported,
    HeartbeatReceived,
    HeartbeatReply,
    Registration,
    StationBooted,
)
from busbar.gateways.ocpp.columns import find_form_16, read_block_16
from busbar.gateways.ocpp.metering import read_samples_16, to_utc
from busbar.gateways.ocpp.stencils import Lesson, Read, Scalars, find_values, read_instant
from busbar.gateways.ocpp.translation import (
    PLAIN_VERDICTS,
    Incoming,
    PlainWay,
    RefusedError,
    Step,
    UpHandler,
    answer_with,
    head,
    make_notified,
    notify,
)
from busbar.kernel.ids import ReportId, StationId, TransactionRef
from busbar.wire import ocpp16
from busbar.wire.ocppj.stencil import INSTANT, TEXT, WHOLE, Stencil
from busbar.wire.schema.codes import ErrorCode
from busbar.wire.schema.fields import Payload

ID_TAG_MAX_CHARACTERS = 20
STATUSES = {
    "Available": ConnectorStatus.AVAILABLE,
    "Preparing": ConnectorStatus.PREPARING,
    "Charging": ConnectorStatus.CHARGING,
    "SuspendedEVSE": ConnectorStatus.SUSPENDED_EVSE,
    "SuspendedEV": ConnectorStatus.SUSPENDED_EV,
    "Finishing": ConnectorStatus.FINISHING,
    "Reserved": ConnectorStatus.RESERVED,
    "Unavailable": ConnectorStatus.UNAVAILABLE,
    "Faulted": ConnectorStatus.FAULTED,
}
REGISTRATIONS = {
    Registration.ACCEPTED: "Accepted",
    Registration.PENDING: "Pending",
    Registration.BLOCKED: "Rejected",
}
HEARTBEAT = ocpp16.HeartbeatResponse
NOTHING_TO_SAY = "NoError"
_answer_status = answer_with(ocpp16.StatusNotificationResponse())
_answer_meter = answer_with(ocpp16.MeterValuesResponse())
VERDICTS = {**PLAIN_VERDICTS, Verdict.NO_FUNDS: "Blocked"}
COST_VENDOR = "org.openchargealliance.costmsg"
"""Of the messages about prices that 1.6 has by the Open Charge Alliance's paper."""


def _read_evse(connector_id: int) -> int | None:
    """1.6 connector n is EVSE n; connector 0 is the whole station."""
    if connector_id < 0:
        raise RefusedError("connectorId must not be negative", error_code=ErrorCode.PROPERTY_CONSTRAINT_VIOLATION)
    return connector_id or None


def _read_token(id_tag: str) -> IdToken:
    if not id_tag:
        raise RefusedError("idTag is empty", error_code=ErrorCode.PROPERTY_CONSTRAINT_VIOLATION)
    return IdToken(value=id_tag)


def write_token_info(decision: Decision) -> ocpp16.IdTagInfo:
    """Write a decision as IdTagInfo; a token that is not for this place is Invalid here, 1.6 has no finer word."""
    group = decision.group
    return ocpp16.IdTagInfo(
        status=VERDICTS.get(decision.verdict, "Invalid"),  # pyright: ignore[reportArgumentType]  the words of 1.6
        expiry_date=decision.expires_at,
        parent_id_tag=group.value if group and len(group.value) <= ID_TAG_MAX_CHARACTERS else None,
    )


def _boot(incoming: Incoming) -> Step:
    boot: ocpp16.BootNotificationRequest = incoming.request
    report = StationBooted(
        vendor=boot.charge_point_vendor,
        model=boot.charge_point_model,
        serial_number=boot.charge_point_serial_number or boot.charge_box_serial_number,
        firmware_version=boot.firmware_version,
        iccid=boot.iccid,
        imsi=boot.imsi,
        meter_type=boot.meter_type,
        meter_serial_number=boot.meter_serial_number,
        **head(incoming),
    )

    def answer(reply: BootReply) -> Payload:
        return ocpp16.BootNotificationResponse(
            status=REGISTRATIONS[reply.registration],  # pyright: ignore[reportArgumentType]  the words of 1.6
            current_time=reply.now,
            interval=reply.interval_s,
        )

    return Step(report, answer)


def _heartbeat(incoming: Incoming) -> Step:
    return Step(HeartbeatReceived(**head(incoming)), _answer_heartbeat)


def _answer_heartbeat(reply: HeartbeatReply) -> Payload:
    return HEARTBEAT(current_time=reply.now)


def _status(incoming: Incoming) -> Step:
    status: ocpp16.StatusNotificationRequest = incoming.request
    evse_id = _read_evse(status.connector_id)
    report = ConnectorStatusReported(
        evse_id=evse_id,
        connector_id=None if evse_id is None else 1,
        status=STATUSES[status.status],
        at=_read_time(status.timestamp),
        error_code=None if status.error_code == NOTHING_TO_SAY else status.error_code,
        info=status.info or None,
        vendor_id=status.vendor_id or None,
        vendor_error_code=status.vendor_error_code or None,
        **head(incoming),
    )
    return Step(report, _answer_status)


def _authorize(incoming: Incoming) -> Step:
    request: ocpp16.AuthorizeRequest = incoming.request
    report = AuthorizationRequested(id_token=_read_token(request.id_tag), **head(incoming))

    def answer(decision: Decision) -> Payload:
        return ocpp16.AuthorizeResponse(id_tag_info=write_token_info(decision))

    return Step(report, answer)


def _start(incoming: Incoming) -> Step:
    start: ocpp16.StartTransactionRequest = incoming.request
    evse_id = _read_evse(start.connector_id)
    if evse_id is None:
        text = "a transaction runs on a connector, not on connector 0"
        raise RefusedError(text, error_code=ErrorCode.PROPERTY_CONSTRAINT_VIOLATION)
    report = TransactionReported(
        phase=TransactionPhase.STARTED,
        at=to_utc(start.timestamp),
        evse_id=evse_id,
        connector_id=1,
        id_token=_read_token(start.id_tag),
        reservation_id=start.reservation_id,
        register_wh=start.meter_start,
        payload_json=incoming.payload_json,
        **head(incoming),
    )

    def answer(reply: TransactionReply) -> Payload:
        decision = reply.decision or Decision(verdict=Verdict.ACCEPTED)
        if reply.is_stop_wanted and decision.verdict is Verdict.ACCEPTED:
            decision = Decision(verdict=Verdict.INVALID)
        return ocpp16.StartTransactionResponse(
            transaction_id=int(reply.transaction_ref), id_tag_info=write_token_info(decision)
        )

    return Step(report, answer)


def _stop(incoming: Incoming) -> Step:
    stop: ocpp16.StopTransactionRequest = incoming.request
    samples = read_samples_16(stop.transaction_data or (), field="transactionData")
    report = TransactionReported(
        phase=TransactionPhase.ENDED,
        at=to_utc(stop.timestamp),
        transaction_ref=TransactionRef(str(stop.transaction_id)),
        id_token=IdToken(value=stop.id_tag) if stop.id_tag else None,
        stop_reason=stop.reason,
        register_wh=stop.meter_stop,
        samples=tuple(samples.taken),
        payload_json=incoming.payload_json,
        **head(incoming),
    )

    def answer(reply: TransactionReply) -> Payload:
        # idTagInfo only makes sense when the station said who stopped it (1.6, 4.10 and 6.50).
        info = write_token_info(reply.decision) if reply.decision is not None and stop.id_tag else None
        return ocpp16.StopTransactionResponse(id_tag_info=info)

    return Step(report, answer, tuple(samples.refused))


def _meter(incoming: Incoming) -> Step:
    meter: ocpp16.MeterValuesRequest = incoming.request
    samples = read_samples_16(meter.meter_value, field="meterValue")
    report = SamplesReported(
        evse_id=_read_evse(meter.connector_id),
        transaction_ref=None if meter.transaction_id is None else TransactionRef(str(meter.transaction_id)),
        samples=tuple(samples.taken),
        report_id=incoming.report_id,
        station_id=incoming.station_id,
        received_at=incoming.received_at,
    )
    return Step(report, _answer_meter, tuple(samples.refused))


def _read_meter_plainly(
    meter: ocpp16.MeterValuesRequest, report_id: ReportId, station_id: StationId, received_at: datetime
) -> SamplesReported | None:
    block = read_block_16(meter.meter_value)
    if block is None or meter.connector_id < 0:
        return None
    return SamplesReported(
        evse_id=meter.connector_id or None,
        transaction_ref=None if meter.transaction_id is None else TransactionRef(str(meter.transaction_id)),
        block=block,
        report_id=report_id,
        station_id=station_id,
        received_at=received_at,
    )


def _prepare_meter(stencil: Stencil, meter: ocpp16.MeterValuesRequest, report: SamplesReported) -> Read | None:
    """Read MeterValues by gaps: the transaction, the instant, the values, in the order in which they are written."""
    sampled = meter.meter_value[0].sampled_value
    form, values = find_form_16(sampled), find_values(stencil, len(sampled))
    at, ref = stencil.find("timestamp"), stencil.find("transactionId")
    if form is None or values is None or at is None or (ref is None) is not (meter.transaction_id is None):
        return None
    shape, evse_id = form.shape, report.evse_id

    def read(scalars: Scalars, station_id: StationId, received_at: datetime) -> SamplesReported:
        return SamplesReported(
            evse_id=evse_id,
            transaction_ref=None if ref is None else TransactionRef(scalars[ref]),
            block=SampleBlock(at=read_instant(scalars[at]), shape=shape, values=form.read(scalars[values])),
            report_id=ReportId(scalars[0]),
            station_id=station_id,
            received_at=received_at,
        )

    return read


def _is_nothing(reply: None) -> bool:
    return reply is None


def _transfer(incoming: Incoming) -> Step:
    # We agree on prices alone, as the Open Charge Alliance's paper has it, and say so (1.6, 4.3); what came is kept.
    request: ocpp16.DataTransferRequest = incoming.request
    if request.vendor_id != COST_VENDOR:
        return Step(make_notified(incoming), answer_with(ocpp16.DataTransferResponse(status="UnknownVendorId")))
    # Told after the end of a transaction, when the cable is out: the total was sent with the end already.
    status = "Accepted" if request.message_id == "ConnectorUnplugged" else "UnknownMessageId"
    return Step(make_notified(incoming), answer_with(ocpp16.DataTransferResponse(status=status)))


def _read_time(at: datetime | None) -> datetime | None:
    return None if at is None else to_utc(at)


PLAIN: Mapping[str, PlainWay] = {
    "MeterValues": PlainWay(
        _read_meter_plainly,
        _answer_meter,
        _is_nothing,
        Lesson({"value": TEXT, "timestamp": INSTANT, "transactionId": WHOLE}, _prepare_meter),
    )
}
UP: Mapping[type[Payload], UpHandler] = {
    ocpp16.BootNotificationRequest: _boot,
    ocpp16.HeartbeatRequest: _heartbeat,
    ocpp16.StatusNotificationRequest: _status,
    ocpp16.AuthorizeRequest: _authorize,
    ocpp16.StartTransactionRequest: _start,
    ocpp16.StopTransactionRequest: _stop,
    ocpp16.MeterValuesRequest: _meter,
    ocpp16.DataTransferRequest: _transfer,
    ocpp16.FirmwareStatusNotificationRequest: notify(ocpp16.FirmwareStatusNotificationResponse()),
    ocpp16.DiagnosticsStatusNotificationRequest: notify(ocpp16.DiagnosticsStatusNotificationResponse()),
    ocpp16.LogStatusNotificationRequest: notify(ocpp16.LogStatusNotificationResponse()),
    ocpp16.SignedFirmwareStatusNotificationRequest: notify(ocpp16.SignedFirmwareStatusNotificationResponse()),
    ocpp16.SecurityEventNotificationRequest: notify(ocpp16.SecurityEventNotificationResponse(), time_field="timestamp"),
    # There is no certificate authority here that could sign it (security white paper, A02).
    ocpp16.SignCertificateRequest: notify(ocpp16.SignCertificateResponse(status="Rejected")),
}


def read_transaction_ref(reference: Any) -> int | None:
    """Read a transaction reference as the integer that 1.6 uses."""
    text = str(reference)
    return int(text) if text.isascii() and text.lstrip("-").isdigit() and len(text) <= ID_TAG_MAX_CHARACTERS else None
