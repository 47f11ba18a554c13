"""What a virtual 1.6 station says of its own accord."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from busbar.simulator.delivery import OutgoingCall
from busbar.simulator.evse import Evse, Status, Token, Transaction
from busbar.simulator.sampling import Reading, read_meter
from busbar.simulator.speaker import Payload, RefusedError, Rule, Setting, Trigger
from busbar.simulator.tokens import Verdict
from busbar.simulator.v16.configuration import RULES, SETTINGS, Configuration
from busbar.wire.ocppj import ErrorCode, Version

if TYPE_CHECKING:
    from busbar.simulator.station import Station

Answer = Callable[["Speaker16", Payload], Payload]

STOP_DATA_MAX = 24
POINTS = frozenset({"PowerPathClosed"})
REASONS = frozenset(
    {"DeAuthorized", "EmergencyStop", "EVDisconnected", "HardReset", "Local", "Other", "PowerLoss", "Reboot"}
    | {"Remote", "SoftReset", "UnlockCommand"}
)
ERROR_CODES = frozenset(
    {"ConnectorLockFailure", "EVCommunicationError", "GroundFailure", "HighTemperature", "InternalError"}
    | {"LocalListConflict", "NoError", "OtherError", "OverCurrentFailure", "PowerMeterFailure", "PowerSwitchFailure"}
    | {"ReaderFailure", "ResetFailure", "UnderVoltage", "OverVoltage", "WeakSignal"}
)
UNITS = frozenset({"Wh", "kWh", "W", "A", "V", "Percent", "Celsius"})


class Speaker16:
    """The 1.6 tongue of one station. `answers` are the functions that answer the CSMS, by action."""

    version = Version.V16

    def __init__(self, station: "Station", answers: dict[str, Answer]) -> None:
        self.station = station
        self.configuration = Configuration(len(station.charging.evses))
        self.answers = answers
        self.firmware_version = station.vendor.firmware
        self.firmware_status = "Idle"
        self.diagnostics_status = "Idle"
        self.log_status: tuple[str, int] = ("Idle", 0)
        self.after_boot: list[Callable[[], None]] = []
        """Called when a boot was accepted."""
        self._stop_data: dict[str, list[Payload]] = {}

    # --- settings ---------------------------------------------------------------------------------------------------

    def read_setting(self, setting: Setting) -> int:
        """Return a setting."""
        return self.configuration.read_int(SETTINGS[setting])

    def read_rule(self, rule: Rule) -> bool:
        """Return a switch."""
        return self.configuration.read_bool(RULES[rule])

    def start_points(self) -> frozenset[str]:
        """Begin when connected and permitted."""
        return POINTS

    def stop_points(self) -> frozenset[str]:
        """End when disconnected or no longer permitted, unless the first is switched off."""
        return POINTS if self.read_rule(Rule.STOP_ON_UNPLUG) else frozenset({"Authorized"})

    def set_locally(self, name: str, value: str) -> None:
        """Set a configuration key, read-only or not; raises KeyError."""
        self.configuration.keys[name].value = value

    def set_heartbeat(self, interval_s: int) -> None:
        """Keep the interval of BootNotification.conf."""
        self.configuration.keys["HeartbeatInterval"].value = str(interval_s)

    def now(self) -> datetime:
        """Return the station's time."""
        return self.station.now()

    # --- saying -----------------------------------------------------------------------------------------------------

    def write_boot(self, reason: str) -> Payload:
        """Return BootNotification.req; 1.6 has no place for the reason."""
        del reason
        vendor = self.station.vendor
        return {
            "chargePointVendor": vendor.name[:20],
            "chargePointModel": vendor.model[:20],
            "chargePointSerialNumber": self.station.identity[:25],
            "firmwareVersion": self.firmware_version,
            "meterType": "class B",
        }

    def show_status(self, evse: Evse) -> str:
        """Return the status of an EVSE."""
        return str(evse.read_status())

    def tell_status(self, evse: Evse, *, is_early: bool = False) -> None:
        """Send StatusNotification for a connector."""
        status = evse.read_status()
        if status is Status.FINISHING and self.station.behaviour.skips_finishing:
            return
        code = evse.fault or "NoError"
        payload: Payload = {
            "connectorId": evse.evse_id,
            "errorCode": code if code in ERROR_CODES else "OtherError",
            "status": str(status),
            "timestamp": self.now(),
        }
        if code not in ERROR_CODES:
            payload["info"] = code[:50]
        self.call("StatusNotification", payload, is_early=is_early)

    def tell_station_status(self, *, is_early: bool = False) -> None:
        """Send StatusNotification for the station as a whole, connector 0."""
        evses = self.station.charging.evses.values()
        status = "Available" if any(evse.is_operative for evse in evses) else "Unavailable"
        payload = {"connectorId": 0, "errorCode": "NoError", "status": status, "timestamp": self.now()}
        self.call("StatusNotification", payload, is_early=is_early)

    def tell_all(self) -> None:
        """Report connector 0 and all others."""
        self.tell_station_status()
        for evse in self.station.charging.evses.values():
            self.tell_status(evse)
        for listen in self.after_boot:
            listen()

    def ask(self, token: Token, then: Callable[[Verdict | None], None]) -> None:
        """Send Authorize."""

        def take(answer: Payload) -> None:
            verdict = read_verdict(answer["idTagInfo"])
            self.station.gate.tokens.remember(token.value, verdict)
            then(verdict)

        call = OutgoingCall("Authorize", lambda: {"idTag": token.value[:20]}, take, lambda _code: then(None))
        self.station.call(call)

    def tell_started(self, evse: Evse, transaction: Transaction, trigger: Trigger) -> None:
        """Queue StartTransaction; its answer brings the transaction's number."""
        del trigger
        transaction.is_numbered = True
        payload: Payload = {
            "connectorId": evse.evse_id,
            "idTag": (transaction.token or Token("")).value[:20],
            "meterStart": evse.meter.energy_wh,
            "timestamp": transaction.started_at,
        }
        if transaction.reservation_id is not None:
            payload["reservationId"] = transaction.reservation_id
        self._collect(evse, transaction, "Transaction.Begin")

        def take(answer: Payload) -> None:
            transaction.number = int(answer["transactionId"])
            transaction.is_start_delivered = True
            if transaction.record is not None:
                transaction.record.ref = str(transaction.number)
                transaction.record.is_start_delivered = True
            self.station.emit("transaction_numbered", evse.evse_id)
            self.station.gate.judge(evse, transaction, read_verdict(answer["idTagInfo"]))

        def lose(_code: str) -> None:
            transaction.is_start_lost = True

        self.station.call_transactional(OutgoingCall("StartTransaction", lambda: payload, take, lose))

    def tell_updated(self, evse: Evse, transaction: Transaction, trigger: Trigger) -> None:
        """Queue MeterValues for a periodic sample; 1.6 reports no other progress of a transaction."""
        if trigger is Trigger.METER_PERIODIC:
            self._collect(evse, transaction, "Sample.Periodic")
            measurands = self.configuration.read_list("MeterValuesSampledData")
            self._queue_meter(evse, transaction, measurands, "Sample.Periodic")

    def tell_ended(self, evse: Evse, transaction: Transaction, trigger: Trigger) -> None:
        """Queue StopTransaction."""
        del trigger
        reason = transaction.reason or "Local"
        payload: Payload = {
            "meterStop": evse.meter.energy_wh,
            "timestamp": transaction.stopped_at,
            "reason": reason if reason in REASONS else "Other",
        }
        if transaction.stop_token is not None:
            payload["idTag"] = transaction.stop_token.value[:20]
        self._collect(evse, transaction, "Transaction.End")
        collected = self._stop_data.pop(transaction.ref, [])
        if collected and self.station.behaviour.has_transaction_data:
            payload["transactionData"] = collected

        def write() -> Payload | None:
            number = self._number_of(transaction)
            return None if number is None else {**payload, "transactionId": number}

        def take(answer: Payload) -> None:
            if transaction.record is not None:
                transaction.record.is_delivered = True
            info = answer.get("idTagInfo")
            if info is not None and transaction.stop_token is not None:
                self.station.gate.tokens.remember(transaction.stop_token.value, read_verdict(info))
            self.station.emit("transaction_delivered", evse.evse_id)

        self.station.call_transactional(OutgoingCall("StopTransaction", write, take))

    def tell_clock_aligned(self, evse: Evse) -> None:
        """Send MeterValues at a full interval, with the transaction if there is one."""
        measurands = self.configuration.read_list("MeterValuesAlignedData")
        if not measurands:
            return
        if evse.transaction is not None:
            self._queue_meter(evse, evse.transaction, measurands, "Sample.Clock")
        else:
            self.tell_meter(evse, "Sample.Clock", measurands)

    def tell_meter(
        self, evse: Evse, context: str, measurands: Iterable[str] | None = None, *, is_early: bool = False
    ) -> None:
        """Send MeterValues at once, outside the queue of transaction messages."""
        wanted = measurands or self.configuration.read_list("MeterValuesSampledData")
        payload: Payload = {"connectorId": evse.evse_id, "meterValue": [self._measure(evse, wanted, context)]}
        if evse.transaction is not None and evse.transaction.number is not None:
            payload["transactionId"] = evse.transaction.number
        if payload["meterValue"][0]["sampledValue"]:
            self.call("MeterValues", payload, is_early=is_early)

    def tell_fault_cleared(self, evse: Evse) -> None:
        """Nothing: the status says it."""

    def tell_reservation(self, reservation_id: int, status: str) -> None:
        """Nothing: 1.6 has only the status for it."""

    def resume(self) -> None:
        """Carry nothing over: what must be said after a boot is said when it is accepted."""

    def tell_firmware(self, status: str) -> None:
        """Send FirmwareStatusNotification."""
        self.firmware_status = "Idle" if status == "Installed" else status
        self.call("FirmwareStatusNotification", {"status": status})
        self.station.emit(f"firmware_{status}")

    def call(self, action: str, payload: Payload, *, is_early: bool = False) -> None:
        """Send something that is only worth sending now."""
        self.station.call(OutgoingCall(action, lambda: payload, is_early=is_early))

    # --- answering --------------------------------------------------------------------------------------------------

    def answer(self, action: str, request: Payload) -> Payload:
        """Answer a Call of the CSMS."""
        handler = self.answers.get(action)
        if handler is None:
            raise RefusedError(ErrorCode.NOT_IMPLEMENTED, f"{action} is not implemented")
        return handler(self, request)

    # --- measuring --------------------------------------------------------------------------------------------------

    def _number_of(self, transaction: Transaction) -> int | None:
        if transaction.number is not None:
            return transaction.number
        return -1 if self.station.behaviour.stops_unknown else None

    def _queue_meter(self, evse: Evse, transaction: Transaction, measurands: Iterable[str], context: str) -> None:
        value = self._measure(evse, measurands, context)
        if not value["sampledValue"]:
            return

        def write() -> Payload | None:
            if transaction.number is None:
                return None
            return {"connectorId": evse.evse_id, "transactionId": transaction.number, "meterValue": [value]}

        self.station.call_transactional(OutgoingCall("MeterValues", write, is_droppable=True))

    def _collect(self, evse: Evse, transaction: Transaction, context: str) -> None:
        """Keep a value for transactionData, thinned out when it grows long."""
        measurands = self.configuration.read_list("StopTxnSampledData")
        if not measurands or not self.station.behaviour.has_transaction_data:
            return
        collected = self._stop_data.setdefault(transaction.ref, [])
        collected.append(self._measure(evse, measurands, context))
        if len(collected) > STOP_DATA_MAX:
            collected[1:-1] = collected[2:-1:2]

    def _measure(self, evse: Evse, measurands: Iterable[str], context: str) -> Payload:
        readings = read_meter(evse, measurands, self.station.behaviour)
        return {"timestamp": self.now(), "sampledValue": [_write_sample(each, context) for each in readings]}


def _write_sample(reading: Reading, context: str) -> Payload:
    sample: Payload = {"value": reading.text, "context": context, "measurand": reading.measurand}
    if reading.phase is not None:
        sample["phase"] = reading.phase
    if reading.location is not None:
        sample["location"] = reading.location
    elif reading.measurand.startswith("Energy."):
        sample["location"] = "Outlet"
    if reading.unit in UNITS:
        sample["unit"] = reading.unit
    return sample


def read_verdict(info: dict[str, Any]) -> Verdict:
    """Read an IdTagInfo."""
    return Verdict(info["status"], info.get("parentIdTag"), info.get("expiryDate"))
