"""A station, a CSMS of few words and the time between them, all in memory: seconds pass when a test says so."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from busbar.simulator.agenda import Agenda
from busbar.simulator.behaviour import VENDORS, Behaviour
from busbar.simulator.evse import Token
from busbar.simulator.mishaps import Mishaps
from busbar.simulator.vehicle import MODELS
from busbar.simulator.virtual import make_specs, make_station, read_version

BEGIN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ACCEPTED_16 = {"idTagInfo": {"status": "Accepted"}}


class ManualClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.passed_s = 0.0

    def now(self) -> datetime:
        return BEGIN + timedelta(seconds=self.passed_s)

    def monotonic_s(self) -> float:
        return 1000.0 + self.passed_s


class Timeline:
    """An agenda and its clock."""

    def __init__(self, speed: float = 1.0) -> None:
        self.clock = ManualClock()
        self.agenda = Agenda(self.clock, speed=speed)

    def run(self, duration_s: float) -> None:
        """Let so many real seconds pass, doing everything on time."""
        end_s = self.clock.passed_s + duration_s
        while (due_s := self.agenda.next_due_s()) is not None and due_s - 1000.0 <= end_s:
            self.clock.passed_s = max(self.clock.passed_s, due_s - 1000.0)
            self.agenda.run_due()
        self.clock.passed_s = end_s


class Desk:
    """A CSMS that answers everything at once, and notes it; `answers` replaces an answer (None: silence)."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.raw: list[str] = []
        self.results: dict[str, Any] = {}
        self.answers: dict[str, Callable[[dict[str, Any]], dict[str, Any] | None]] = {}
        self.errors: dict[str, str] = {}
        self.numbers = 0
        self.station: Any = None
        self.is_open = False
        self.is_reachable = True
        self.opened = 0

    # --- the station's line ---

    def open(self) -> None:
        if not self.is_open and self.is_reachable:
            self.timeline.agenda.after_wall(0.01, self._come_up)

    def _come_up(self) -> None:
        if not self.is_open and self.is_reachable and self.station.is_powered:
            self.is_open = True
            self.opened += 1
            self.station.line_up()

    def close(self) -> None:
        self.is_open = False

    drop = close

    def send(self, frame: bytes) -> None:
        assert self.is_open, "a frame was sent on a line that is down"
        self.raw.append(frame.decode())
        message = json.loads(frame)
        if message[0] == 2:
            _kind, message_id, action, payload = message
            self.calls.append((action, payload))
            self.timeline.agenda.after_wall(0.002, lambda: self._answer(message_id, action, payload))
        elif message[0] == 6:
            self.calls.append((message[2], message[3]))
        else:
            self.results[message[1]] = message[2:]

    def _answer(self, message_id: str, action: str, payload: dict[str, Any]) -> None:
        if not self.is_open:
            return
        if action in self.errors:
            self.station.receive(json.dumps([4, message_id, self.errors[action], "no", {}]))
            return
        reply = self.answers.get(action, self._default)(payload | {"_action": action})
        if reply is not None:
            self.station.receive(json.dumps([3, message_id, reply]))

    def _default(self, payload: dict[str, Any]) -> dict[str, Any]:  # noqa: PLR0911 - one return per action
        now = self.timeline.clock.now().isoformat()
        match payload["_action"]:
            case "BootNotification":
                return {"status": "Accepted", "currentTime": now, "interval": 300}
            case "Heartbeat":
                return {"currentTime": now}
            case "Authorize":
                return ACCEPTED_16 if "idTag" in payload else {"idTokenInfo": {"status": "Accepted"}}
            case "StartTransaction":
                self.numbers += 1
                return {"transactionId": self.numbers, **ACCEPTED_16}
            case "TransactionEvent":
                return {"idTokenInfo": {"status": "Accepted"}} if "idToken" in payload else {}
            case "SignCertificate" | "OpenPeriodicEventStream" | "PullDynamicScheduleUpdate" | "DataTransfer":
                return {"status": "Accepted"}
            case _:
                return {}

    # --- what a test does ---

    def lose(self) -> None:
        """The network fails."""
        self.is_reachable = False
        self.is_open = False
        self.station.line_down()

    def restore(self) -> None:
        """The network is back."""
        self.is_reachable = True
        self.open()

    def command(self, action: str, payload: dict[str, Any], wait_s: float = 0.05) -> Any:
        """Call the station; return the payload of the result, or `[code, description, details]`."""
        message_id = f"c{len(self.results)}-{action}"
        self.station.receive(json.dumps([2, message_id, action, payload], default=_write))
        self.timeline.run(wait_s)
        answer = self.results[message_id]
        return answer[0] if len(answer) == 1 else answer

    def said(self, *actions: str) -> list[dict[str, Any]]:
        """Return the payloads of these actions, oldest first."""
        return [payload for action, payload in self.calls if action in actions]

    def statuses(self, evse_id: int = 1) -> list[str]:
        """Return the status words reported for an EVSE."""
        return [
            payload.get("status") or payload["connectorStatus"]
            for payload in self.said("StatusNotification")
            if payload.get("connectorId" if "status" in payload else "evseId") == evse_id
        ]


def _write(value: object) -> str:
    assert isinstance(value, datetime)
    return value.isoformat()


class Yard:
    """One station with its desk and timeline, booted."""

    def __init__(
        self,
        protocol: str = "1.6",
        *,
        evses: Any = 1,
        behaviour: Behaviour | None = None,
        vendor: str = "plain",
        settings: dict[str, str] | None = None,
        is_booted: bool = True,
        seed: int = 1,
        supply_power_w: int | None = None,
    ) -> None:
        self.timeline = Timeline()
        self.desk = Desk(self.timeline)
        self.station = make_station(
            "CS-1",
            agenda=self.timeline.agenda,
            version=read_version(protocol),
            line=self.desk,
            specs=make_specs(evses),
            vendor=VENDORS[vendor],
            behaviour=behaviour,
            seed=seed,
            supply_power_w=supply_power_w,
        )
        Mishaps(self.station)
        self.desk.station = self.station
        self.happened: list[str] = []
        self.station.on_happening.append(lambda happening: self.happened.append(happening.kind))
        for name, value in (settings or {}).items():
            self.station.speaker.set_locally(name, value)
        self.station.power_on()
        if is_booted:
            self.run(1)
            assert self.station.is_registered

    def run(self, duration_s: float) -> None:
        self.timeline.run(duration_s)

    def evse(self, evse_id: int = 1) -> Any:
        return self.station.charging.evses[evse_id]

    def plug_in(self, evse_id: int = 1, model: str = "compact", soc_permille: int = 300, **more: Any) -> Any:
        vehicle = MODELS[model].make(soc_permille=soc_permille, **more)
        self.station.charging.plug_in(self.evse(evse_id), vehicle)
        return vehicle

    def unplug(self, evse_id: int = 1) -> None:
        self.station.charging.unplug(self.evse(evse_id))

    def present(self, value: str = "TOKEN-1", evse_id: int | None = None) -> None:
        self.station.gate.present(Token(value), evse_id)

    def charge(self, evse_id: int = 1, duration_s: float = 60, **more: Any) -> Any:
        """Plug in, present a token, and let it charge."""
        vehicle = self.plug_in(evse_id, **more)
        self.present(evse_id=evse_id)
        self.run(duration_s)
        return vehicle

    @property
    def finished(self) -> Any:
        return list(self.station.books.finished)
