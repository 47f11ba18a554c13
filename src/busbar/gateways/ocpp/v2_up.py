"""OCPP 2.0.1 and 2.1, station to us. The two agree in all that is read here; `wire` is the version's message module."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from busbar.canon.access import AuthorizationRequested, Decision, IdToken, TokenKind, Verdict
from busbar.canon.control import VariableRef, VariablesReported, VariableValue
from busbar.canon.pricing import StationCost
from busbar.canon.reservations import ReservationStatusReported
from busbar.canon.sample_block import SampleBlock
from busbar.canon.sessions import (
    ChargingState,
    SamplesReported,
    TransactionPhase,
    TransactionReply,
    TransactionReported,
)
from busbar.canon.stations import (
    BootReply,
    ConnectorStatus,
    ConnectorStatusReported,
    HeartbeatReceived,
    HeartbeatReply,
    Registration,
    StationBooted,
)
from busbar.gateways.ocpp.columns import find_form_2, read_block_2
from busbar.gateways.ocpp.metering import read_samples_2, to_utc
from busbar.gateways.ocpp.reasons import describe_refusal
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
    refuse,
)
from busbar.gateways.ocpp.v2_prices import PriceWriter
from busbar.kernel.ids import ReportId, StationId, TransactionRef
from busbar.wire.ocppj.stencil import INSTANT, NUMBER, TEXT, WHOLE, Stencil
from busbar.wire.schema.codes import ErrorCode
from busbar.wire.schema.fields import Payload

if TYPE_CHECKING:  # the shape of both versions, for the type checker alone
    from busbar.wire import ocpp201

TOKEN_KINDS = {
    "ISO14443": TokenKind.RFID,
    "ISO15693": TokenKind.RFID,
    "Central": TokenKind.CENTRAL,
    "eMAID": TokenKind.EMAID,
    "MacAddress": TokenKind.MAC,
    "EVCCID": TokenKind.MAC,
    "KeyCode": TokenKind.KEYCODE,
    "Local": TokenKind.LOCAL,
    "NoAuthorization": TokenKind.NONE,
    "DirectPayment": TokenKind.DIRECT_PAYMENT,
    "VIN": TokenKind.VIN,
}
TOKEN_WORDS = {
    TokenKind.RFID: "ISO14443",
    TokenKind.APP: "Central",
    TokenKind.CENTRAL: "Central",
    TokenKind.EMAID: "eMAID",
    TokenKind.MAC: "MacAddress",
    TokenKind.KEYCODE: "KeyCode",
    TokenKind.LOCAL: "Local",
    TokenKind.NONE: "NoAuthorization",
}
"""Words that both versions have; whatever else we issue is a Central token to the station."""
STATUSES = {
    "Available": ConnectorStatus.AVAILABLE,
    "Occupied": ConnectorStatus.OCCUPIED,
    "Reserved": ConnectorStatus.RESERVED,
    "Unavailable": ConnectorStatus.UNAVAILABLE,
    "Faulted": ConnectorStatus.FAULTED,
}
STATES = {
    "Idle": ChargingState.IDLE,
    "EVConnected": ChargingState.EV_CONNECTED,
    "Charging": ChargingState.CHARGING,
    "SuspendedEV": ChargingState.SUSPENDED_EV,
    "SuspendedEVSE": ChargingState.SUSPENDED_EVSE,
}
PHASES = {
    "Started": TransactionPhase.STARTED,
    "Updated": TransactionPhase.UPDATED,
    "Ended": TransactionPhase.ENDED,
}
REGISTRATIONS = {
    Registration.ACCEPTED: "Accepted",
    Registration.PENDING: "Pending",
    Registration.BLOCKED: "Rejected",
}
VERDICTS = {**PLAIN_VERDICTS, Verdict.NOT_HERE: "NotAtThisLocation", Verdict.NO_FUNDS: "NoCredit"}
LANGUAGE_MAX_CHARACTERS = 8
INSTANTS = 2
"""A TransactionEvent with samples tells its own instant, and that of the samples."""


def read_token(token: "ocpp201.IdTokenType") -> IdToken:
    """Read what a driver presented. A start button presents nothing (C02.FR.01): its kind's own word stands for it."""
    kind = TOKEN_KINDS.get(token.type, TokenKind.OTHER)
    if token.id_token or kind is TokenKind.NONE:
        return IdToken(value=token.id_token or token.type, kind=kind)
    raise RefusedError("idToken is empty", error_code=ErrorCode.PROPERTY_CONSTRAINT_VIOLATION)


class Upward2:
    """The handlers of one 2.x version."""

    def __init__(self, wire: Any) -> None:
        self._wire = wire
        self._prices = PriceWriter(wire)
        self._heartbeat_type = wire.HeartbeatResponse
        self._meter_answer = answer_with(wire.MeterValuesResponse())
        self._status_answer = answer_with(wire.StatusNotificationResponse())

    def list_handlers(self) -> dict[type[Payload], UpHandler]:
        """Give the handlers of everything that a 2.0.1 station may send."""
        wire = self._wire
        handlers: dict[type[Payload], UpHandler] = {
            wire.BootNotificationRequest: self.boot,
            wire.HeartbeatRequest: self.heartbeat,
            wire.StatusNotificationRequest: self.status,
            wire.AuthorizeRequest: self.authorize,
            wire.TransactionEventRequest: self.transaction,
            wire.MeterValuesRequest: self.meter,
            wire.NotifyReportRequest: self.report_variables,
            wire.DataTransferRequest: self.transfer,
            # There is no certificate authority here that could sign it.
            wire.SignCertificateRequest: notify(wire.SignCertificateResponse(status="Rejected")),
            # We ask no OCSP responder (M06); the EXI answer of a mobility operator cannot be made here (M01).
            wire.GetCertificateStatusRequest: notify(wire.GetCertificateStatusResponse(status="Failed")),
            wire.Get15118EVCertificateRequest: refuse("no mobility operator is connected"),
            # No schedule is made for the EV's needs (K15.FR.04).
            wire.NotifyEVChargingNeedsRequest: notify(wire.NotifyEVChargingNeedsResponse(status="Rejected")),
            # The EV's own schedule is taken note of (K15.FR.11).
            wire.NotifyEVChargingScheduleRequest: notify(wire.NotifyEVChargingScheduleResponse(status="Accepted")),
            wire.SecurityEventNotificationRequest: notify(
                wire.SecurityEventNotificationResponse(), time_field="timestamp"
            ),
            wire.ReservationStatusUpdateRequest: self.reservation,
            wire.NotifyEventRequest: notify(wire.NotifyEventResponse(), time_field="generated_at"),
            wire.NotifyMonitoringReportRequest: notify(
                wire.NotifyMonitoringReportResponse(), time_field="generated_at"
            ),
            wire.NotifyCustomerInformationRequest: notify(
                wire.NotifyCustomerInformationResponse(), time_field="generated_at"
            ),
        }
        plain = (
            "ClearedChargingLimit",
            "FirmwareStatusNotification",
            "LogStatusNotification",
            "NotifyChargingLimit",
            "NotifyDisplayMessages",
            "PublishFirmwareStatusNotification",
            "ReportChargingProfiles",
        )
        return handlers | self.list_notices(plain)

    def list_plain_ways(self) -> dict[str, PlainWay]:
        """Give the actions that have a shorter way."""
        return {
            "TransactionEvent": PlainWay(read_update_plainly, self._answer_transaction, _says_nothing, LESSON),
            "MeterValues": PlainWay(read_meter_plainly, self._meter_answer, _is_nothing, METER_LESSON),
        }

    def list_notices(self, actions: tuple[str, ...]) -> dict[type[Payload], UpHandler]:
        """Give handlers that keep the message as an event and answer with an empty payload."""
        wire = self._wire
        return {getattr(wire, f"{action}Request"): notify(getattr(wire, f"{action}Response")()) for action in actions}

    # ---- one method per message --------------------------------------------------------------------------------------

    def boot(self, incoming: Incoming) -> Step:
        """BootNotification."""
        request: ocpp201.BootNotificationRequest = incoming.request
        station = request.charging_station
        report = StationBooted(
            vendor=station.vendor_name,
            model=station.model,
            serial_number=station.serial_number,
            firmware_version=station.firmware_version,
            iccid=station.modem.iccid if station.modem else None,
            imsi=station.modem.imsi if station.modem else None,
            reason=request.reason,
            **head(incoming),
        )
        return Step(report, self._answer_boot)

    def _answer_boot(self, reply: BootReply) -> Payload:
        return self._wire.BootNotificationResponse(
            status=REGISTRATIONS[reply.registration], current_time=reply.now, interval=reply.interval_s
        )

    def heartbeat(self, incoming: Incoming) -> Step:
        """Heartbeat."""
        return Step(HeartbeatReceived(**head(incoming)), self._answer_heartbeat)

    def _answer_heartbeat(self, reply: HeartbeatReply) -> Payload:
        return self._heartbeat_type(current_time=reply.now)

    def status(self, incoming: Incoming) -> Step:
        """StatusNotification; EVSE 0 and connector 0 stand for the whole."""
        request: ocpp201.StatusNotificationRequest = incoming.request
        report = ConnectorStatusReported(
            evse_id=request.evse_id or None,
            connector_id=request.connector_id or None,
            status=STATUSES[request.connector_status],
            at=to_utc(request.timestamp),
            **head(incoming),
        )
        return Step(report, self._status_answer)

    def authorize(self, incoming: Incoming) -> Step:
        """Authorize."""
        request: ocpp201.AuthorizeRequest = incoming.request
        token = read_token(request.id_token)
        has_certificate = bool(request.certificate or request.iso15118_certificate_hash_data)

        def answer(decision: Decision) -> Payload:
            if not has_certificate:
                tariff = self._prices.write_driver_tariff(decision.note)
                return self._wire.AuthorizeResponse(id_token_info=self.write_token_info(decision), **tariff)
            # We can verify no contract certificate, and then the token counts as invalid (C07.FR.17).
            info = self._wire.IdTokenInfoType(status="Invalid")
            return self._wire.AuthorizeResponse(id_token_info=info, certificate_status="CertChainError")

        return Step(AuthorizationRequested(id_token=token, **head(incoming)), answer)

    def transaction(self, incoming: Incoming) -> Step:
        """TransactionEvent."""
        request: ocpp201.TransactionEventRequest = incoming.request
        info, evse = request.transaction_info, request.evse
        samples = read_samples_2(request.meter_value)
        report = TransactionReported(
            phase=PHASES[request.event_type],
            at=to_utc(request.timestamp),
            transaction_ref=TransactionRef(info.transaction_id),
            seq_no=request.seq_no,
            is_offline=bool(request.offline),
            trigger=request.trigger_reason,
            charging_state=STATES[info.charging_state] if info.charging_state else None,
            evse_id=(evse.id or None) if evse else None,
            connector_id=(evse.connector_id or None) if evse else None,
            id_token=read_token(request.id_token) if request.id_token else None,
            remote_start_id=info.remote_start_id,
            reservation_id=request.reservation_id,
            stop_reason=info.stopped_reason,
            samples=tuple(samples.taken),
            cost=read_station_cost(getattr(request, "cost_details", None)),
            tariff_ref=getattr(info, "tariff_id", None),
            payload_json=incoming.payload_json,
            report_id=incoming.report_id,
            station_id=incoming.station_id,
            received_at=incoming.received_at,
        )
        return Step(report, self._answer_transaction, tuple(samples.refused))

    def _answer_transaction(self, reply: TransactionReply) -> Payload:
        decision = reply.decision
        if reply.is_stop_wanted and (decision is None or decision.verdict is Verdict.ACCEPTED):
            # A status that is not Accepted is how a CSMS says that it wants no more of this (E05.FR.09, E05.FR.10).
            decision = Decision(verdict=Verdict.INVALID)
        info = None if decision is None else self.write_token_info(decision)
        return self._wire.TransactionEventResponse(id_token_info=info, **self._prices.write_note(reply.note))

    def meter(self, incoming: Incoming) -> Step:
        """MeterValues."""
        request: ocpp201.MeterValuesRequest = incoming.request
        samples = read_samples_2(request.meter_value)
        report = SamplesReported(evse_id=request.evse_id or None, samples=tuple(samples.taken), **head(incoming))
        return Step(report, self._meter_answer, tuple(samples.refused))

    def report_variables(self, incoming: Incoming) -> Step:
        """NotifyReport: one part of a report of the device model."""
        request: ocpp201.NotifyReportRequest = incoming.request
        values = [
            VariableValue(
                ref=read_ref(one.component, one.variable, attribute.type),
                value=attribute.value,
                is_readonly=attribute.mutability == "ReadOnly",
            )
            for one in request.report_data or ()
            for attribute in one.variable_attribute
        ]
        report = VariablesReported(
            request_id=request.request_id,
            seq_no=request.seq_no,
            is_last=not request.tbc,
            values=tuple(values),
            **head(incoming),
        )
        return Step(report, answer_with(self._wire.NotifyReportResponse()))

    def reservation(self, incoming: Incoming) -> Step:
        """ReservationStatusUpdate; what is neither Removed nor Expired (2.1 NoTransaction) came to nothing too."""
        request: ocpp201.ReservationStatusUpdateRequest = incoming.request
        report = ReservationStatusReported(
            number=request.reservation_id,
            is_removed=request.reservation_update_status == "Removed",
            **head(incoming),
        )
        return Step(report, answer_with(self._wire.ReservationStatusUpdateResponse()))

    def transfer(self, incoming: Incoming) -> Step:
        """DataTransfer: we agree with no vendor on anything, and say so (P01.FR.05); what came is kept."""
        return Step(make_notified(incoming), answer_with(self._wire.DataTransferResponse(status="UnknownVendorId")))

    # ---- parts -------------------------------------------------------------------------------------------------------

    def write_token(self, token: IdToken) -> Payload:
        """Write a token of ours."""
        return self._wire.IdTokenType(id_token=token.value, type=TOKEN_WORDS.get(token.kind, "Central"))

    def write_token_info(self, decision: Decision) -> Payload:
        """Write a decision as IdTokenInfo."""
        language, note = decision.language, decision.note or describe_refusal(decision)
        return self._wire.IdTokenInfoType(
            status=VERDICTS[decision.verdict],
            cache_expiry_date_time=decision.expires_at,
            group_id_token=None if decision.group is None else self.write_token(decision.group),
            language1=language if language and len(language) <= LANGUAGE_MAX_CHARACTERS else None,
            personal_message=None if note is None or not note.text else self._prices.write_text(note),
        )


def read_update_plainly(
    request: "ocpp201.TransactionEventRequest", report_id: ReportId, station_id: StationId, received_at: datetime
) -> TransactionReported | None:
    """Read a TransactionEvent that tells of a running transaction's samples alone."""
    meter_values, info, evse = request.meter_value, request.transaction_info, request.evse
    if request.event_type != "Updated" or meter_values is None or request.id_token is not None or info.stopped_reason:
        return None
    if getattr(request, "cost_details", None) is not None or getattr(info, "tariff_id", None) is not None:
        return None
    block = read_block_2(meter_values)
    if block is None:
        return None
    return TransactionReported(
        phase=TransactionPhase.UPDATED,
        at=to_utc(request.timestamp),
        transaction_ref=TransactionRef(info.transaction_id),
        seq_no=request.seq_no,
        is_offline=bool(request.offline),
        trigger=request.trigger_reason,
        charging_state=STATES[info.charging_state] if info.charging_state else None,
        evse_id=(evse.id or None) if evse else None,
        connector_id=(evse.connector_id or None) if evse else None,
        remote_start_id=info.remote_start_id,
        reservation_id=request.reservation_id,
        block=block,
        report_id=report_id,
        station_id=station_id,
        received_at=received_at,
    )


def _prepare_update(
    stencil: Stencil, request: "ocpp201.TransactionEventRequest", report: TransactionReported
) -> Read | None:
    """Read a TransactionEvent by gaps: its instant, number and transaction, the samples' instant, their values.

    Both instants have the same name; they are told apart by where they stand: within the meter values, or before them.
    """
    sampled = request.meter_value[0].sampled_value if request.meter_value else []
    form, values = find_form_2(sampled), find_values(stencil, len(sampled))
    number, ref = stencil.find("seqNo"), stencil.find("transactionId")
    instants = [place for place, name in enumerate(stencil.names, 1) if name == "timestamp"]
    told = [place for place, piece in enumerate(stencil.pieces, 1) if '"meterValue":[' in piece]
    if form is None or values is None or number is None or ref is None or len(instants) != INSTANTS or len(told) != 1:
        return None
    at, sampled_at = instants
    if not at < told[0] <= sampled_at:
        return None
    shape = form.shape

    def read(scalars: Scalars, station_id: StationId, received_at: datetime) -> TransactionReported:
        block = SampleBlock(at=read_instant(scalars[sampled_at]), shape=shape, values=form.read(scalars[values]))
        return msgspec.structs.replace(
            report,
            at=read_instant(scalars[at]),
            transaction_ref=TransactionRef(scalars[ref]),
            seq_no=int(scalars[number]),
            block=block,
            report_id=ReportId(scalars[0]),
            station_id=station_id,
            received_at=received_at,
        )

    return read


LESSON = Lesson({"value": NUMBER, "timestamp": INSTANT, "seqNo": WHOLE, "transactionId": TEXT}, _prepare_update)


def _says_nothing(reply: TransactionReply) -> bool:
    return reply.decision is None and not reply.is_stop_wanted and reply.note is None


def read_meter_plainly(
    request: "ocpp201.MeterValuesRequest", report_id: ReportId, station_id: StationId, received_at: datetime
) -> SamplesReported | None:
    """Read MeterValues of one instant."""
    block = read_block_2(request.meter_value)
    if block is None:
        return None
    return SamplesReported(
        evse_id=request.evse_id or None,
        block=block,
        report_id=report_id,
        station_id=station_id,
        received_at=received_at,
    )


def _prepare_meter(stencil: Stencil, request: "ocpp201.MeterValuesRequest", report: SamplesReported) -> Read | None:
    """Read MeterValues by gaps: the instant, the values."""
    sampled = request.meter_value[0].sampled_value
    form, values, at = find_form_2(sampled), find_values(stencil, len(sampled)), stencil.find("timestamp")
    if form is None or values is None or at is None:
        return None
    shape, evse_id = form.shape, report.evse_id

    def read(scalars: Scalars, station_id: StationId, received_at: datetime) -> SamplesReported:
        return SamplesReported(
            evse_id=evse_id,
            block=SampleBlock(at=read_instant(scalars[at]), shape=shape, values=form.read(scalars[values])),
            report_id=ReportId(scalars[0]),
            station_id=station_id,
            received_at=received_at,
        )

    return read


METER_LESSON = Lesson({"value": NUMBER, "timestamp": INSTANT}, _prepare_meter)


def _is_nothing(reply: None) -> bool:
    return reply is None


def read_station_cost(details: Any) -> StationCost | None:
    """Read what a 2.1 station reckoned (I12)."""
    if details is None:
        return None
    total = details.total_cost.total
    return StationCost(
        currency=details.total_cost.currency,
        net=None if total.excl_tax is None else Decimal(str(total.excl_tax)),
        gross=None if total.incl_tax is None else Decimal(str(total.incl_tax)),
        failure=(details.failure_reason or "unknown") if details.failure_to_calculate else None,
    )


def read_ref(
    component: "ocpp201.ComponentType", variable: "ocpp201.VariableType", attribute: str | None
) -> VariableRef:
    """Read the name of a variable's attribute."""
    evse = component.evse
    return VariableRef(
        variable=variable.name,
        component=component.name,
        component_instance=component.instance,
        variable_instance=variable.instance,
        evse_id=(evse.id or None) if evse else None,
        connector_id=(evse.connector_id or None) if evse else None,
        attribute=attribute or "Actual",
    )


UpHandlers = Mapping[type[Payload], UpHandler]
