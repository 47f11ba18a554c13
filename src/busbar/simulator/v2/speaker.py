"""What a virtual 2.x station says of its own accord."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from busbar.simulator.delivery import OutgoingCall
from busbar.simulator.evse import ChargingState, Evse, Status, Token, Transaction
from busbar.simulator.sampling import Reading, read_meter
from busbar.simulator.speaker import Payload, RefusedError, Rule, Setting, Trigger
from busbar.simulator.tokens import Verdict
from busbar.simulator.v2.device import Device
from busbar.simulator.v2.variables import Definition
from busbar.wire.ocppj import ErrorCode, Version

if TYPE_CHECKING:
    from busbar.simulator.station import Station

Answer = Callable[["Speaker2", Payload], Payload]

SETTINGS: dict[Setting, tuple[str, str, str]] = {
    Setting.HEARTBEAT_S: ("OCPPCommCtrlr", "HeartbeatInterval", ""),
    Setting.SAMPLE_S: ("SampledDataCtrlr", "TxUpdatedInterval", ""),
    Setting.CLOCK_ALIGNED_S: ("AlignedDataCtrlr", "Interval", ""),
    Setting.CONNECTION_TIMEOUT_S: ("TxCtrlr", "EVConnectionTimeOut", ""),
    Setting.MESSAGE_ATTEMPTS: ("OCPPCommCtrlr", "MessageAttempts", "TransactionEvent"),
    Setting.MESSAGE_RETRY_S: ("OCPPCommCtrlr", "MessageAttemptInterval", "TransactionEvent"),
}
RULES: dict[Rule, tuple[str, str]] = {
    Rule.AUTHORIZE_REMOTE: ("AuthCtrlr", "AuthorizeRemoteStart"),
    Rule.STOP_ON_INVALID: ("TxCtrlr", "StopTxOnInvalidId"),
    Rule.STOP_ON_UNPLUG: ("TxCtrlr", "StopTxOnEVSideDisconnect"),
    Rule.LOCAL_LIST: ("LocalAuthListCtrlr", "Enabled"),
    Rule.LOCAL_CACHE: ("AuthCacheCtrlr", "Enabled"),
    Rule.AUTHORIZE_LOCALLY_FIRST: ("AuthCtrlr", "LocalPreAuthorize"),
    Rule.AUTHORIZE_OFFLINE: ("AuthCtrlr", "LocalAuthorizeOffline"),
    Rule.ALLOW_UNKNOWN_OFFLINE: ("AuthCtrlr", "OfflineTxForUnknownIdEnabled"),
}
REASONS = frozenset(
    {"DeAuthorized", "EmergencyStop", "EnergyLimitReached", "EVDisconnected", "GroundFault", "ImmediateReset"}
    | {"Local", "LocalOutOfCredit", "MasterPass", "Other", "OvercurrentFault", "PowerLoss", "PowerQuality", "Reboot"}
    | {"Remote", "SOCLimitReached", "StoppedByEV", "TimeLimitReached", "Timeout"}
)
OCCUPIED = frozenset({Status.PREPARING, Status.CHARGING, Status.SUSPENDED_EV, Status.SUSPENDED_EVSE, Status.FINISHING})


class Speaker2:
    """The 2.x tongue of one station. `answers` are the functions that answer the CSMS, by action."""

    def __init__(self, station: "Station", answers: dict[str, Answer]) -> None:
        self.station = station
        self.version: Version = station.version
        self.answers = answers
        self.device = Device(
            tuple(each.spec for each in station.charging.evses.values()), station.version, self._show_live
        )
        body = "ChargingStation"
        self.live: dict[tuple[str, str], Callable[[], str]] = {
            ("ClockCtrlr", "DateTime"): lambda: self.now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            (body, "Model"): lambda: station.vendor.model,
            (body, "VendorName"): lambda: station.vendor.name,
            (body, "SerialNumber"): lambda: station.identity,
            (body, "FirmwareVersion"): lambda: self.firmware_version,
        }
        """Values of live variables that other parts of the speaker know, by component and variable."""
        self.watchers: list[Callable[[Evse], None]] = []
        """Called whenever an EVSE's status is told or its meter was read: monitors look then."""
        self.after_boot: list[Callable[[], None]] = []
        """Called when a boot was accepted."""
        self.after_authorization: list[Callable[[Token, Payload], None]] = []
        """Called with every answer to an Authorize."""
        self.annotators: list[Callable[[Evse, Transaction, Payload], None]] = []
        """Add to the transactionInfo of an event that goes out."""
        self.firmware_version = station.vendor.firmware
        self._known_to_csms: set[str] = set()

    # --- settings ---------------------------------------------------------------------------------------------------

    def read_setting(self, setting: Setting) -> int:
        """Return a setting."""
        return int(self.device.read(*SETTINGS[setting]))

    def read_rule(self, rule: Rule) -> bool:
        """Return a switch."""
        return self.device.read(*RULES[rule]) == "true"

    def read_members(self, component: str, variable: str) -> tuple[str, ...]:
        """Return a list of words."""
        return tuple(each.strip() for each in self.device.read(component, variable).split(",") if each.strip())

    def start_points(self) -> frozenset[str]:
        """Return TxStartPoint."""
        return frozenset(self.read_members("TxCtrlr", "TxStartPoint"))

    def stop_points(self) -> frozenset[str]:
        """Return TxStopPoint."""
        return frozenset(self.read_members("TxCtrlr", "TxStopPoint"))

    def set_locally(self, name: str, value: str) -> None:
        """Set `Component.Variable` or `Component.Variable.Instance`; raises KeyError."""
        component, _, rest = name.partition(".")
        variable, _, instance = rest.partition(".")
        self.device.write(component, variable, value, instance)

    def set_heartbeat(self, interval_s: int) -> None:
        """Keep the interval of BootNotificationResponse (B01.FR.04)."""
        self.device.write("OCPPCommCtrlr", "HeartbeatInterval", str(interval_s))

    def now(self) -> datetime:
        """Return the station's time."""
        return self.station.now()

    # --- saying -----------------------------------------------------------------------------------------------------

    def write_boot(self, reason: str) -> Payload:
        """Return BootNotificationRequest."""
        vendor = self.station.vendor
        return {
            "reason": reason,
            "chargingStation": {
                "model": vendor.model[:20],
                "vendorName": vendor.name[:50],
                "serialNumber": self.station.identity[:25],
                "firmwareVersion": self.firmware_version[:50],
            },
        }

    def tell_status(self, evse: Evse, *, is_early: bool = False) -> None:
        """Send StatusNotification for an EVSE's connectors."""
        status = self.show_status(evse)
        for connector_id in range(1, len(evse.spec.connector_kinds) + 1):
            # of an EVSE with several connectors only the first is used; the others are blocked while it is
            payload = {
                "timestamp": self.now(),
                "connectorStatus": status,
                "evseId": evse.evse_id,
                "connectorId": connector_id,
            }
            self.call("StatusNotification", payload, is_early=is_early)
        self.watch(evse)

    def tell_all(self) -> None:
        """Report every connector, as after a boot (B01.FR.05)."""
        for evse in self.station.charging.evses.values():
            self.tell_status(evse)
        for listen in self.after_boot:
            listen()

    def ask(self, token: Token, then: Callable[[Verdict | None], None]) -> None:
        """Send Authorize."""

        def take(answer: Payload) -> None:
            verdict = read_verdict(answer["idTokenInfo"])
            self.station.gate.tokens.remember(token.value, verdict)
            for listen in self.after_authorization:
                listen(token, answer)
            then(verdict)

        call = OutgoingCall("Authorize", lambda: {"idToken": write_token(token)}, take, lambda _code: then(None))
        self.station.call(call)

    def tell_started(self, evse: Evse, transaction: Transaction, trigger: Trigger) -> None:
        """Queue TransactionEvent Started."""
        measurands = self.read_members("SampledDataCtrlr", "TxStartedMeasurands")
        self._queue_event(evse, transaction, "Started", trigger, self._measure(evse, measurands, "Transaction.Begin"))

    def tell_updated(self, evse: Evse, transaction: Transaction, trigger: Trigger) -> None:
        """Queue TransactionEvent Updated, with the meter where that is the reason."""
        meter: list[Payload] = []
        match trigger:
            case Trigger.METER_PERIODIC:
                measurands = self.read_members("SampledDataCtrlr", "TxUpdatedMeasurands")
                meter = self._measure(evse, measurands, "Sample.Periodic")
            case Trigger.METER_CLOCK:
                measurands = self.read_members("AlignedDataCtrlr", "Measurands")
                meter = self._measure(evse, measurands, "Sample.Clock")
            case Trigger.TRIGGER:
                measurands = self.read_members("SampledDataCtrlr", "TxUpdatedMeasurands")
                meter = self._measure(evse, measurands, "Trigger")
            case _:
                pass
        is_meter = trigger in {Trigger.METER_PERIODIC, Trigger.METER_CLOCK}
        if is_meter and not meter:
            return
        self._queue_event(evse, transaction, "Updated", trigger, meter, is_droppable=is_meter)
        self.watch(evse)

    def tell_ended(self, evse: Evse, transaction: Transaction, trigger: Trigger) -> None:
        """Queue TransactionEvent Ended."""
        measurands = self.read_members("SampledDataCtrlr", "TxEndedMeasurands")
        self._queue_event(evse, transaction, "Ended", trigger, self._measure(evse, measurands, "Transaction.End"))

    def tell_clock_aligned(self, evse: Evse) -> None:
        """Report the meter at a full interval: within the transaction, or by MeterValues without one (J01, J02)."""
        if evse.transaction is not None:
            self.tell_updated(evse, evse.transaction, Trigger.METER_CLOCK)
        else:
            self.tell_meter(evse, "Sample.Clock", self.read_members("AlignedDataCtrlr", "Measurands"))

    def tell_meter(
        self, evse: Evse, context: str, measurands: Iterable[str] | None = None, *, is_early: bool = False
    ) -> None:
        """Send MeterValues."""
        wanted = measurands or self.read_members("SampledDataCtrlr", "TxUpdatedMeasurands")
        meter = self._measure(evse, wanted, context)
        if meter:
            self.call("MeterValues", {"evseId": evse.evse_id, "meterValue": meter}, is_early=is_early)

    def tell_fault_cleared(self, evse: Evse) -> None:
        """Let the monitors see it."""
        self.watch(evse)

    def tell_reservation(self, reservation_id: int, status: str) -> None:
        """Send ReservationStatusUpdate (H04)."""
        self.call("ReservationStatusUpdate", {"reservationId": reservation_id, "reservationUpdateStatus": status})

    def resume(self) -> None:
        """Carry nothing over: what must be said after a boot is said when it is accepted."""

    def call(self, action: str, payload: Payload, *, is_early: bool = False) -> None:
        """Send something that is only worth sending now."""
        self.station.call(OutgoingCall(action, lambda: payload, is_early=is_early))

    def watch(self, evse: Evse) -> None:
        """Let the monitors look."""
        for watcher in self.watchers:
            watcher(evse)

    # --- answering --------------------------------------------------------------------------------------------------

    def answer(self, action: str, request: Payload) -> Payload:
        """Answer a Call of the CSMS."""
        handler = self.answers.get(action)
        if handler is None:
            raise RefusedError(ErrorCode.NOT_IMPLEMENTED, f"{action} is not implemented")
        return handler(self, request)

    def show_status(self, evse: Evse) -> str:
        """Return the status of an EVSE in the coarser words of 2.x."""
        status = evse.read_status()
        if status in OCCUPIED:
            # authorized but nothing connected: the connector is still free (G01)
            return "Occupied" if evse.vehicle is not None else "Available"
        return str(status)

    def _show_live(self, definition: Definition) -> str:
        own = self.live.get((definition.component, definition.variable))
        if own is not None:
            return own()
        show = {
            "AvailabilityState": self._show_availability,
            "Problem": self._show_problem,
            "Power": self._show_power,
            "Temperature": self._show_temperature,
        }.get(definition.variable)
        return definition.value if show is None else show(self._evses_of(definition))

    def _evses_of(self, definition: Definition) -> list[Evse]:
        evses = self.station.charging.evses
        return [evses[definition.evse_id]] if definition.evse_id in evses else list(evses.values())

    def _show_availability(self, evses: list[Evse]) -> str:
        shown = [self.show_status(evse) for evse in evses]
        return "Available" if "Available" in shown else shown[0]

    @staticmethod
    def _show_problem(evses: list[Evse]) -> str:
        return "true" if any(evse.fault for evse in evses) else "false"

    @staticmethod
    def _show_power(evses: list[Evse]) -> str:
        return str(sum(evse.flow.power_w for evse in evses))

    @staticmethod
    def _show_temperature(evses: list[Evse]) -> str:
        return str(max(evse.contact.temperature_mc for evse in evses) // 1000)

    # --- transaction events -----------------------------------------------------------------------------------------

    def _queue_event(
        self,
        evse: Evse,
        transaction: Transaction,
        kind: str,
        trigger: Trigger,
        meter: list[Payload],
        *,
        is_droppable: bool = False,
    ) -> None:
        station = self.station
        if trigger is Trigger.RESUMED and self.version is Version.V201:
            trigger = Trigger.CHARGING_STATE
        info: Payload = {"transactionId": transaction.ref, "chargingState": str(transaction.state)}
        if kind != "Started":
            info["timeSpentCharging"] = transaction.charging_ms // 1000
        if kind == "Ended":
            reason = transaction.reason or "Local"
            info["stoppedReason"] = reason if reason in REASONS else "Other"
        if transaction.remote_start_id is not None:
            info["remoteStartId"] = transaction.remote_start_id
        for annotate in self.annotators:
            annotate(evse, transaction, info)
        event: Payload = {
            "eventType": kind,
            "timestamp": {"Started": transaction.started_at, "Ended": transaction.stopped_at}.get(kind) or self.now(),
            "triggerReason": str(trigger),
            "seqNo": transaction.seq_no,
            "transactionInfo": info,
            "evse": {"id": evse.evse_id, "connectorId": 1},
        }
        transaction.seq_no += 1
        if not station.is_online:
            event["offline"] = True
        if meter:
            event["meterValue"] = meter
        self._add_token(event, transaction, kind)
        if transaction.state is ChargingState.CHARGING and not evse.spec.is_dc:
            event["numberOfPhasesUsed"] = sum(1 for current_ma in evse.flow.currents_ma if current_ma > 0)

        def take(answer: Payload) -> None:
            self._take_event_answer(evse, transaction, kind, answer)

        call = OutgoingCall("TransactionEvent", lambda: event, take, is_droppable=is_droppable, ref=transaction.ref)
        station.call_transactional(call)

    def _add_token(self, event: Payload, transaction: Transaction, kind: str) -> None:
        """Add the id token to the first event that knows it, and to the one that stops (E03.FR.01, E07.FR.02)."""
        if kind == "Ended":
            self._known_to_csms.discard(transaction.ref)
            if transaction.stop_token is not None:
                event["idToken"] = write_token(transaction.stop_token)
            return
        if transaction.token is not None and transaction.ref not in self._known_to_csms:
            self._known_to_csms.add(transaction.ref)
            event["idToken"] = write_token(transaction.token)
            if transaction.reservation_id is not None:
                event["reservationId"] = transaction.reservation_id

    def _take_event_answer(self, evse: Evse, transaction: Transaction, kind: str, answer: Payload) -> None:
        if kind == "Started":
            transaction.is_start_delivered = True
            if transaction.record is not None:
                transaction.record.is_start_delivered = True
        if kind == "Ended":
            if transaction.record is not None:
                transaction.record.is_delivered = True
            self.station.emit("transaction_delivered", evse.evse_id)
        if "totalCost" in answer:
            happening = "total_shown" if kind == "Ended" else "cost_updated"
            self.station.shown[happening] = answer
            self.station.emit(happening, evse.evse_id)
        info = answer.get("idTokenInfo")
        if info is not None and kind != "Ended":
            self.station.gate.judge(evse, transaction, read_verdict(info))

    def _measure(self, evse: Evse, measurands: Iterable[str], context: str) -> list[Payload]:
        readings = read_meter(evse, measurands, self.station.behaviour)
        samples = [_write_sample(each, context) for each in readings]
        return [{"timestamp": self.now(), "sampledValue": samples}] if samples else []


def _write_sample(reading: Reading, context: str) -> Payload:
    sample: Payload = {
        "value": write_number(reading.text),
        "context": context,
        "measurand": reading.measurand,
    }
    if reading.phase is not None:
        sample["phase"] = reading.phase
    if reading.location is not None:
        sample["location"] = reading.location
    elif reading.measurand.startswith("Energy."):
        sample["location"] = "Outlet"
    if reading.unit:
        sample["unitOfMeasure"] = {"unit": reading.unit}
    return sample


def write_number(text: str) -> int | float:
    """Return decimal text as a JSON number that reads the same."""
    return float(text) if "." in text else int(text)


def write_token(token: Token) -> Payload:
    """Return OCPP's IdTokenType."""
    return {"idToken": token.value, "type": token.kind}


def read_token(source: dict[str, Any]) -> Token:
    """Read OCPP's IdTokenType."""
    return Token(source["idToken"], source["type"])


def read_verdict(info: dict[str, Any]) -> Verdict:
    """Read IdTokenInfoType."""
    group = info.get("groupIdToken")
    return Verdict(info["status"], None if group is None else group["idToken"], info.get("cacheExpiryDateTime"))
