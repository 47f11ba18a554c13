"""Variable monitoring of a virtual 2.x station (N02 to N08), and the periodic event streams of 2.1 (N11 to N15)."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from busbar.kernel.quantity import read_decimal
from busbar.simulator.delivery import OutgoingCall
from busbar.simulator.evse import Evse
from busbar.simulator.speaker import Payload
from busbar.simulator.v2.care import send_parts
from busbar.simulator.v2.device import is_named, write_component, write_variable
from busbar.simulator.v2.profiles import ACCEPTED, REJECTED
from busbar.simulator.v2.speaker import Answer, Speaker2
from busbar.simulator.v2.variables import Definition

MONITORS_MAX = 100
SEVERITY_MAX = 9
REPORT_MONITORS = 10
INTERVAL_MIN_S = 1
THRESHOLDS = frozenset({"UpperThreshold", "LowerThreshold"})
PERIODS = frozenset({"Periodic", "PeriodicClockAligned"})
CRITERIA = {
    "ThresholdMonitoring": THRESHOLDS,
    "DeltaMonitoring": frozenset({"Delta", "TargetDelta", "TargetDeltaRelative"}),
    "PeriodicMonitoring": PERIODS,
}


@dataclass(slots=True)
class Monitor:
    """One monitor. `base` is the value that a delta is measured from."""

    monitor_id: int
    definition: Definition
    kind: str
    value: Decimal
    raw_value: float
    severity: int
    is_transactional: bool
    stream: Payload | None = None
    base: str = ""
    is_raised: bool = False


class Monitoring:
    """All monitors of one station, and what they report."""

    def __init__(self, speaker: Speaker2) -> None:
        self.speaker = speaker
        self.monitors: dict[int, Monitor] = {}
        self.level = SEVERITY_MAX
        self._next_id = 1
        self._next_event = 1
        speaker.watchers.append(self.look)

    # --- commands ---------------------------------------------------------------------------------------------------

    def set_monitors(self, speaker: Speaker2, request: Payload) -> Payload:
        """SetVariableMonitoring (N04)."""
        return {"setMonitoringResult": [self._set_one(speaker, each) for each in request["setMonitoringData"]]}

    def _set_one(self, speaker: Speaker2, asked: Payload) -> Payload:  # noqa: PLR0911 - one return per refusal
        kind, severity = asked["type"], asked["severity"]
        answer: Payload = {
            "type": kind,
            "severity": severity,
            "component": asked["component"],
            "variable": asked["variable"],
        }
        found = speaker.device.find(asked["component"], asked["variable"])
        if isinstance(found, str):
            return {**answer, "status": found}
        value = read_decimal(asked["value"])
        if not found.is_monitored or (kind in THRESHOLDS and found.kind not in {"integer", "decimal"}):
            return {**answer, "status": "UnsupportedMonitorType"}
        if severity > SEVERITY_MAX or value < 0 or (kind in PERIODS and value < INTERVAL_MIN_S):
            return {**answer, "status": "Rejected"}
        monitor_id = asked.get("id")
        if monitor_id is None:
            twin = any(
                each.definition is found and each.kind == kind and each.severity == severity
                for each in self.monitors.values()
            )
            if twin:
                return {**answer, "status": "Duplicate"}  # N04.FR.19
            if len(self.monitors) >= MONITORS_MAX:
                return {**answer, "status": "Rejected"}
            monitor_id = self._next_id
            self._next_id += 1
        elif monitor_id not in self.monitors or self.monitors[monitor_id].definition is not found:
            return {**answer, "status": "Rejected"}  # N04.FR.16
        monitor = Monitor(
            monitor_id,
            found,
            kind,
            value,
            asked["value"],
            severity,
            asked.get("transaction", False),
            asked.get("periodicEventStream"),
            base=speaker.device.show(found),
        )
        self.monitors[monitor_id] = monitor
        self._plan(monitor)
        if monitor.stream is not None:
            speaker.station.after(0, lambda: self._open_stream(monitor))
        return {**answer, "status": "Accepted", "id": monitor_id}

    def clear_monitors(self, speaker: Speaker2, request: Payload) -> Payload:
        """ClearVariableMonitoring (N06)."""
        results: list[Payload] = []
        for monitor_id in request["id"]:
            gone = self.monitors.pop(monitor_id, None)
            if gone is not None:
                speaker.station.stop_timer(_timer(gone))
                if gone.stream is not None:
                    speaker.station.after(0, lambda monitor_id=monitor_id: self._close_stream(monitor_id))
            results.append({"id": monitor_id, "status": "NotFound" if gone is None else "Accepted"})
        return {"clearMonitoringResult": results}

    def set_base(self, speaker: Speaker2, request: Payload) -> Payload:
        """SetMonitoringBase (N05): this station has no monitors of its own to restore, so every base clears ours.

        `All` leaves the custom ones as they are (N05.FR.01).
        """
        if request["monitoringBase"] != "All":
            for monitor in self.monitors.values():
                speaker.station.stop_timer(_timer(monitor))
            self.monitors.clear()
        return ACCEPTED

    def set_level(self, speaker: Speaker2, request: Payload) -> Payload:
        """SetMonitoringLevel (N03): severities up to this are reported."""
        del speaker
        if not 0 <= request["severity"] <= SEVERITY_MAX:
            return REJECTED
        self.level = request["severity"]
        return ACCEPTED

    def report(self, speaker: Speaker2, request: Payload) -> Payload:
        """GetMonitoringReport (N02)."""
        wanted, criteria = request.get("componentVariable"), request.get("monitoringCriteria")
        kinds = None if not criteria else {kind for each in criteria for kind in CRITERIA[each]}
        groups: dict[object, list[Monitor]] = {}
        for monitor in self.monitors.values():
            if kinds is not None and monitor.kind not in kinds:
                continue
            if wanted is not None and not any(is_named(monitor.definition, each) for each in wanted):
                continue
            groups.setdefault(monitor.definition.key, []).append(monitor)
        if not groups:
            return {"status": "EmptyResultSet"}
        data = [
            {
                "component": write_component(monitors[0].definition),
                "variable": write_variable(monitors[0].definition),
                "variableMonitoring": [_describe(each, speaker) for each in monitors],
            }
            for monitors in groups.values()
        ]
        shared = {"requestId": request["requestId"], "generatedAt": speaker.now()}

        def tell() -> None:
            send_parts(speaker, "NotifyMonitoringReport", "monitor", data, shared, size=REPORT_MONITORS)

        speaker.station.after(0, tell)
        return ACCEPTED

    # --- watching ---------------------------------------------------------------------------------------------------

    def look(self, evse: Evse) -> None:
        """Compare every monitored value of an EVSE, and of the station, with its monitors."""
        for monitor in list(self.monitors.values()):
            if monitor.kind in PERIODS or monitor.definition.evse_id not in {0, evse.evse_id}:
                continue
            self._judge(monitor)

    def _judge(self, monitor: Monitor) -> None:
        shown = self.speaker.device.show(monitor.definition)
        match monitor.kind:
            case "UpperThreshold" | "LowerThreshold":
                value = _to_decimal(shown)
                is_over = value > monitor.value if monitor.kind == "UpperThreshold" else value < monitor.value
                if is_over != monitor.is_raised:
                    monitor.is_raised = is_over
                    self._tell(monitor, "Alerting", shown, is_cleared=not is_over)
            case _:
                if monitor.definition.kind in {"integer", "decimal"}:
                    has_changed = abs(_to_decimal(shown) - _to_decimal(monitor.base)) >= max(monitor.value, Decimal(1))
                else:
                    has_changed = shown != monitor.base
                if has_changed:
                    monitor.base = shown
                    self._tell(monitor, "Delta", shown)

    def _plan(self, monitor: Monitor) -> None:
        if monitor.kind not in PERIODS:
            return
        interval_s = int(monitor.value)
        wait_s = float(interval_s)
        if monitor.kind == "PeriodicClockAligned":
            now = self.speaker.now()
            since_s = (now - now.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()
            wait_s = interval_s - since_s % interval_s

        def report() -> None:
            self._plan(monitor)
            shown = self.speaker.device.show(monitor.definition)
            if monitor.stream is None:
                self._tell(monitor, "Periodic", shown)
            else:
                data = [{"t": 0, "v": shown}]
                payload: Payload = {
                    "id": monitor.monitor_id,
                    "pending": 0,
                    "basetime": self.speaker.now(),
                    "data": data,
                }
                self.speaker.station.send("NotifyPeriodicEventStream", payload)

        self.speaker.station.set_timer(_timer(monitor), wait_s, report)

    def _tell(self, monitor: Monitor, trigger: str, shown: str, *, is_cleared: bool = False) -> None:
        if monitor.severity > self.level:
            return
        event: Payload = {
            "eventId": self._next_event,
            "timestamp": self.speaker.now(),
            "trigger": trigger,
            "actualValue": shown[:2500],
            "component": write_component(monitor.definition),
            "variable": write_variable(monitor.definition),
            "variableMonitoringId": monitor.monitor_id,
            "eventNotificationType": "CustomMonitor",
        }
        if is_cleared:
            event["cleared"] = True
        self._next_event += 1
        payload = {"generatedAt": self.speaker.now(), "seqNo": 0, "eventData": [event]}
        self.speaker.call("NotifyEvent", payload)

    # --- streams (2.1) ----------------------------------------------------------------------------------------------

    def _open_stream(self, monitor: Monitor) -> None:
        data: Payload = {
            "id": monitor.monitor_id,
            "variableMonitoringId": monitor.monitor_id,
            "params": monitor.stream or {},
        }

        def take(answer: Payload) -> None:
            if answer["status"] != "Accepted":
                monitor.stream = None

        self.speaker.station.call(
            OutgoingCall("OpenPeriodicEventStream", lambda: {"constantStreamData": data}, on_answer=take)
        )

    def _close_stream(self, stream_id: int) -> None:
        self.speaker.call("ClosePeriodicEventStream", {"id": stream_id})

    def list_streams(self, speaker: Speaker2, request: Payload) -> Payload:
        """GetPeriodicEventStream (2.1 N13)."""
        del speaker, request
        data = [
            {"id": each.monitor_id, "variableMonitoringId": each.monitor_id, "params": each.stream}
            for each in self.monitors.values()
            if each.stream is not None
        ]
        return {"constantStreamData": data} if data else {}

    def adjust_stream(self, speaker: Speaker2, request: Payload) -> Payload:
        """AdjustPeriodicEventStream (2.1 N14)."""
        del speaker
        monitor = self.monitors.get(request["id"])
        if monitor is None or monitor.stream is None:
            return REJECTED
        monitor.stream = request["params"]
        return ACCEPTED

    def answers(self) -> dict[str, Answer]:
        """Return what this answers, by action."""
        return {
            "AdjustPeriodicEventStream": self.adjust_stream,
            "ClearVariableMonitoring": self.clear_monitors,
            "GetMonitoringReport": self.report,
            "GetPeriodicEventStream": self.list_streams,
            "SetMonitoringBase": self.set_base,
            "SetMonitoringLevel": self.set_level,
            "SetVariableMonitoring": self.set_monitors,
        }


def _timer(monitor: Monitor) -> str:
    return f"monitor {monitor.monitor_id}"


def _to_decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal(0)


def _describe(monitor: Monitor, speaker: Speaker2) -> Payload:
    described: Payload = {
        "id": monitor.monitor_id,
        "transaction": monitor.is_transactional,
        "value": monitor.raw_value,
        "type": monitor.kind,
        "severity": monitor.severity,
    }
    if speaker.version.value == "ocpp2.1":
        described["eventNotificationType"] = "CustomMonitor"
    return described
