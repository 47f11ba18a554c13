"""What stations and people say over a while, made from numbers: the same again on every house that it is told to."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

import msgspec
from hypothesis import strategies as st

from busbar.canon.access import AuthorizationRequested, IdToken, PutToken, SetTokenStatus, TokenStatus
from busbar.canon.control import (
    CommandAnswered,
    CommandOutcome,
    Outcome,
    Reset,
    ResetKind,
    SendStationCommand,
    VariableRef,
    VariablesReported,
    VariableValue,
)
from busbar.canon.message import Message, Report
from busbar.canon.metering import Measurand, Sample, SampleContext
from busbar.canon.once import PerformOnce
from busbar.canon.sessions import (
    ChargingState,
    CloseSession,
    SamplesReported,
    StartSession,
    StopSession,
    TransactionPhase,
    TransactionReported,
)
from busbar.canon.stations import (
    AdmissionRequested,
    ConnectorSpec,
    ConnectorStatus,
    ConnectorStatusReported,
    HeartbeatReceived,
    Protocol,
    PutConnectors,
    QuirkObserved,
    Registration,
    SetRegistration,
    StationBooted,
    StationConnected,
    StationDisconnected,
    StationNotified,
    StationSpec,
    UpdateStation,
)

BEGIN = datetime(2026, 3, 1, 12, tzinfo=UTC)
PROTOCOLS = (Protocol.OCPP16, Protocol.OCPP201, Protocol.OCPP16, Protocol.OCPP21)
"""One station each; a station keeps to its language."""
SHARED = "SHARED"
"""A token that may charge at several stations at once, and does."""
BROKEN_WH = 666_666
"""A register value on which an injected defect breaks metering, in the middle of what a transaction part does."""
DEFECT = "defect"
"""In a report id, an actor or a boot reason: an injected defect breaks its handler when all its work is done."""

SPOKEN = {
    Protocol.OCPP16: "start start start_again stop stop values values values_again values_again",
    Protocol.OCPP201: "part part part part part part_again part_begin part_end values values_again",
}
ALWAYS = (
    "heartbeat authorize notify quirk variables admit ask ask stop_session close command command_again once token "
    "block_token rename rebuild register"
)
BAD = (
    "lone_surrogate huge_register huge_sample nobody bad_token break_part break_metering break_authorize break_command "
    "break_status break_boot"
)
HEARD = "boot break_listener status status answer answer disconnect connect"
"""What a listener hears of: the answer is followed by the delivery, and the station goes on after it."""

CHANCE = st.integers(min_value=0, max_value=2**62)


@st.composite
def bursts(draw, protocol):
    """What one station and its people say before any of it is answered; at the end, perhaps, what others listen to.

    Few kinds a burst, so that they meet one another.
    """
    spoken = SPOKEN[Protocol.OCPP16 if protocol is Protocol.OCPP16 else Protocol.OCPP201].split()
    kinds = draw(st.lists(st.sampled_from([*spoken, *spoken, *ALWAYS.split(), *BAD.split()]), min_size=1, max_size=4))
    said = draw(st.lists(st.tuples(st.sampled_from(kinds), CHANCE), max_size=9))
    return said + draw(st.lists(st.tuples(st.sampled_from(HEARD.split()), CHANCE), max_size=1))


HISTORIES = st.lists(
    st.tuples(st.sampled_from([0, 1, 20, 200, 4000]), *(bursts(protocol) for protocol in PROTOCOLS)),
    min_size=1,
    max_size=5,
)
"""Rounds: the seconds that pass first, then each station's burst. All of a round is said at the same time."""


@dataclass
class Teller:
    """A station and the people around it; what they say depends on numbers and on what they were answered."""

    station_id: str
    protocol: Protocol
    operator_id: str
    refs: list[str] = field(default_factory=list)
    session_ids: list[str] = field(default_factory=list)
    command_ids: list[str] = field(default_factory=list)
    remote_start_ids: list[int] = field(default_factory=list)
    said: list[TransactionReported] = field(default_factory=list)
    sampled: list[SamplesReported] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: count(1))
    now: datetime = BEGIN

    def __post_init__(self):
        self.tokens = [IdToken(value=f"{self.station_id}-{number}") for number in range(3)] + [IdToken(value=SHARED)]

    def make(self, kind: str, chance: int, now: datetime) -> Message:
        self.chance, self.now = Random(chance), now  # noqa: S311 - choices of a test, made again by the same number
        return getattr(self, f"_{kind}")()

    def learn(self, message: Message, answer: object) -> None:
        """Take the answer in. Refused messages teach nothing."""
        if isinstance(message, TransactionReported) and message.phase is TransactionPhase.STARTED:
            self.refs.append(answer.transaction_ref)
        elif isinstance(message, StartSession):
            self.session_ids.append(answer)

    def _pick(self, options):
        return self.chance.choice(options)

    def _second(self) -> datetime:
        return self.now + timedelta(seconds=self._pick(range(-120, 60)))

    def _stamp(self, *, broken: bool = False) -> dict[str, Any]:
        mark = DEFECT if broken else "report"
        return {
            "report_id": f"{mark}-{self.station_id}-{next(self.numbers)}",
            "station_id": self.station_id,
            "received_at": self.now,
        }

    def _key(self, word: str) -> str:
        return f"{word}-{self.station_id}-{next(self.numbers)}"

    def _by_staff(self) -> dict[str, str]:
        return {"operator_id": self.operator_id, "actor": "staff:1"}

    # ---- 1.6 ---------------------------------------------------------------------------------------------------------

    def _start(self, **more: Any) -> TransactionReported:
        fields: dict[str, Any] = {
            **self._stamp(),
            "phase": TransactionPhase.STARTED,
            "at": self._second(),
            "evse_id": self._pick([1, 2]),
            "connector_id": 1,
            "id_token": self._pick(self.tokens),
            "register_wh": self._pick([0, 100, 70_000]),
        }
        self.said.append(TransactionReported(**{**fields, **more}))
        return self.said[-1]

    def _start_again(self) -> Report:
        return self._repeat(self.said) if self.said else self._start()

    def _repeat(self, earlier: list[Any]) -> Report:
        return msgspec.structs.replace(self._pick(earlier), **self._stamp())

    def _stop(self, **more: Any) -> TransactionReported:
        fields: dict[str, Any] = {
            **self._stamp(),
            "phase": TransactionPhase.ENDED,
            "at": self._second(),
            "transaction_ref": self._pick([*self.refs, "4711"]),
            "register_wh": self._pick([100, 5000, 70_500]),
            "id_token": self._pick([None, *self.tokens]),
            "stop_reason": self._pick([None, "Local", "PowerLoss"]),
            "samples": tuple(self._sample() for _ in range(self._pick([0, 2]))),
        }
        self.said.append(TransactionReported(**{**fields, **more}))
        return self.said[-1]

    def _sample(self, value: int | None = None) -> Sample:
        return Sample(
            at=self._second(),
            measurand=self._pick([Measurand.ENERGY_IMPORT_REGISTER, Measurand.POWER_IMPORT, Measurand.SOC]),
            value=self._pick([0, 100, 400, 3000, 70_300]) if value is None else value,
            context=self._pick([SampleContext.PERIODIC, SampleContext.CLOCK, SampleContext.BEGIN, SampleContext.END]),
        )

    def _values(self, *taken: Sample) -> SamplesReported:
        refs = [*self.refs, *(self.refs[-1:] * 4)] if self.protocol is Protocol.OCPP16 else ["A"]
        self.sampled.append(
            SamplesReported(
                **self._stamp(),
                evse_id=self._pick([None, 1, 2]),
                transaction_ref=self._pick([None, *refs]),
                samples=taken or tuple(self._sample() for _ in range(self._pick([1, 3]))),
            )
        )
        return self.sampled[-1]

    def _values_again(self) -> Report:
        return self._repeat(self.sampled) if self.sampled else self._values()

    # ---- 2.x ---------------------------------------------------------------------------------------------------------

    def _part(self, **more: Any) -> TransactionReported:
        fields: dict[str, Any] = {
            **self._stamp(),
            "phase": TransactionPhase.UPDATED,
            "at": self._second(),
            "transaction_ref": self._pick(["A", "A", "B"]),
            "seq_no": self._pick(range(1, 9)),
            "evse_id": self._pick([None, 1, 2]),
            "id_token": self._pick([None, None, *self.tokens]),
            "charging_state": self._pick([None, *ChargingState]),
            "remote_start_id": self._pick([None, None, *self.remote_start_ids]),
            "trigger": self._pick([None, "Authorized", "MeterValuePeriodic", "StopAuthorized"]),
            "samples": tuple(self._sample() for _ in range(self._pick([0, 1, 3]))),
        }
        self.said.append(TransactionReported(**{**fields, **more}))
        return self.said[-1]

    def _part_begin(self) -> TransactionReported:
        return self._part(phase=TransactionPhase.STARTED, seq_no=0, evse_id=1, connector_id=1)

    def _part_end(self) -> TransactionReported:
        return self._part(phase=TransactionPhase.ENDED, seq_no=9, stop_reason="Local")

    def _part_again(self) -> Report:
        return self._repeat(self.said) if self.said else self._part()

    # ---- every station -----------------------------------------------------------------------------------------------

    def _heartbeat(self) -> Report:
        return HeartbeatReceived(**self._stamp())

    def _authorize(self, *, broken: bool = False) -> Report:
        return AuthorizationRequested(
            **self._stamp(broken=broken), id_token=self._pick([*self.tokens, IdToken(value="NOBODY")])
        )

    def _notify(self) -> Report:
        return StationNotified(**self._stamp(), topic="SecurityEventNotification", payload_json='{"type":"Tamper"}')

    def _quirk(self) -> Report:
        return QuirkObserved(**self._stamp(), action=self._pick(["Boot", "Values"]), fields=("a", "b"))

    def _variables(self) -> Report:
        values = tuple(
            VariableValue(ref=VariableRef(variable=name), value=self._pick(["1", "2"]))
            for name in self._pick([("a",), ("a", "b")])
        )
        return VariablesReported(**self._stamp(), values=values)

    def _admit(self) -> Report:
        stamp = self._stamp()
        stamp["station_id"] = self._pick([self.station_id, f"{self.station_id}-new"])
        return AdmissionRequested(**stamp, protocol=self.protocol, remote_address="127.0.0.1")

    def _boot(self, reason: str = "PowerUp") -> Report:
        version = self._pick(["1", "2"])
        return StationBooted(**self._stamp(), vendor="Trial", model="T", firmware_version=version, reason=reason)

    def _status(self, **more: Any) -> Report:
        fields: dict[str, Any] = {
            **self._stamp(),
            "evse_id": self._pick([None, 1, 2]),
            "connector_id": 1,
            "status": self._pick(list(ConnectorStatus)),
            "at": self._pick([None, self._second()]),
            "error_code": self._pick([None, "GroundFailure"]),
        }
        return ConnectorStatusReported(**{**fields, **more})

    def _connect(self) -> Report:
        return StationConnected(
            **self._stamp(),
            connection_id=f"connection-{self._pick(range(4))}",
            protocol=self.protocol,
            remote_address="127.0.0.1",
        )

    def _disconnect(self) -> Report:
        connection_id = f"connection-{self._pick(range(4))}"
        return StationDisconnected(**self._stamp(), connection_id=connection_id, reason="closed")

    # ---- people ------------------------------------------------------------------------------------------------------

    def _ask(self) -> Message:
        self.command_ids.append(self._pick([self._key("ask"), *self.command_ids[:1]]))
        return StartSession(
            command_id=self.command_ids[-1],
            operator_id=self.operator_id,
            station_id=self.station_id,
            evse_id=self._pick([None, 1, 2]),
            id_token=self._pick(self.tokens),
            requested_by="driver:1",
        )

    def _session_id(self) -> str:
        return self._pick(self.session_ids or ["0" * 31 + "1"])

    def _stop_session(self) -> Message:
        self.command_ids.append(self._key("stop"))
        return StopSession(
            command_id=self.command_ids[-1],
            operator_id=self.operator_id,
            session_id=self._session_id(),
            requested_by="driver:1",
        )

    def _close(self) -> Message:
        return CloseSession(
            operator_id=self.operator_id,
            session_id=self._session_id(),
            requested_by="staff:1",
            is_cancellation=self._pick([True, False]),
        )

    def _command(self, command_id: str | None = None, *, by: str = "staff:1") -> Message:
        self.command_ids.append(command_id or self._key("reset"))
        return SendStationCommand(
            command_id=self.command_ids[-1],
            operator_id=self.operator_id,
            station_id=self.station_id,
            request=Reset(kind=self._pick([ResetKind.IMMEDIATE, ResetKind.ON_IDLE])),
            requested_by=by,
        )

    def _command_again(self) -> Message:
        return self._command(self._pick([None, *self.command_ids]))

    def _answer(self) -> Report:
        return CommandAnswered(
            **self._stamp(),
            command_id=self._pick([*self.command_ids, "nobody's"]),
            outcome=CommandOutcome(outcome=self._pick([Outcome.ACCEPTED, *Outcome])),
        )

    def _once(self) -> Message:
        key = self._pick(["a", "b"])
        fingerprint = self._pick(["1", "1", "2"])
        return PerformOnce(
            operator_id=self.operator_id,
            scope=self.station_id,
            key=key,
            fingerprint=fingerprint,
            command=self._command(f"once-{self.station_id}-{key}-{next(self.numbers)}"),
        )

    def _token(self, value: str | None = None) -> Message:
        own = self._pick(self.tokens[:3]).value
        return PutToken(**self._by_staff(), value=own if value is None else value, label=self._pick(["a", "b"]))

    def _block_token(self) -> Message:
        status = self._pick([TokenStatus.BLOCKED, TokenStatus.ACTIVE])
        return SetTokenStatus(**self._by_staff(), value=self._pick(self.tokens[:3]).value, status=status)

    def _rename(self) -> Message:
        spec = StationSpec(name=self._pick(["North", "South"]))
        return UpdateStation(**self._by_staff(), station_id=self.station_id, spec=spec)

    def _rebuild(self) -> Message:
        built = tuple(ConnectorSpec(evse_id=number, max_power_w=22_000) for number in self._pick([(1,), (1, 2)]))
        return PutConnectors(**self._by_staff(), station_id=self.station_id, connectors=built)

    def _register(self) -> Message:
        wanted = self._pick([Registration.ACCEPTED, Registration.ACCEPTED, Registration.PENDING])
        return SetRegistration(**self._by_staff(), station_id=self.station_id, registration=wanted)

    # ---- what fails --------------------------------------------------------------------------------------------------

    def _lone_surrogate(self) -> Report:
        """No database takes half a surrogate pair."""
        return StationNotified(**self._stamp(), topic="Log", payload_json=json.dumps("x") + "\ud800")

    def _huge_register(self) -> Report:
        if self.protocol is Protocol.OCPP16:
            return self._start(register_wh=2**70)
        return self._part(register_wh=2**70, phase=TransactionPhase.STARTED)

    def _huge_sample(self) -> Report:
        return self._values(self._sample(2**70))

    def _nobody(self) -> Report:
        stamp = self._stamp()
        stamp["station_id"] = "nobody"
        return StationNotified(**stamp, topic="Log", payload_json="{}")

    def _bad_token(self) -> Message:
        return self._token(" no token ")

    def _break_part(self) -> Report:
        make = self._start if self.protocol is Protocol.OCPP16 else self._part
        return make(**self._stamp(broken=True))

    def _break_metering(self) -> Report:
        return self._values(self._sample(BROKEN_WH))

    def _break_authorize(self) -> Report:
        return self._authorize(broken=True)

    def _break_command(self) -> Message:
        return self._command(by=DEFECT)

    def _break_status(self) -> Report:
        return self._status(**self._stamp(broken=True))

    def _break_boot(self) -> Report:
        return msgspec.structs.replace(self._boot(), **self._stamp(broken=True))

    def _break_listener(self) -> Report:
        return self._boot(DEFECT)
