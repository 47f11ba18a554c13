"""The sessions and metering rooms in a real core; the other rooms are stood in for by their answers."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select

from busbar.app.core import Core
from busbar.canon.access import Authorize, Decision, IdToken, Verdict
from busbar.canon.control import (
    AnyStationRequest,
    CommandOutcome,
    Outcome,
    RemoteStart,
    SendStationCommand,
    StationCommandAnswered,
)
from busbar.canon.message import Fact, Message, Signal
from busbar.canon.metering import Measurand, Sample, SampleContext
from busbar.canon.pricing import DescribeProgress, DescribeStart
from busbar.canon.sessions import (
    SamplesReported,
    SessionId,
    StartSession,
    StopSession,
    TransactionPhase,
    TransactionReply,
    TransactionReported,
)
from busbar.canon.stations import (
    ConnectorStatusChanged,
    FindStation,
    ObserveCharging,
    Registration,
    StationBootAccepted,
    StationOffline,
    StationStanding,
)
from busbar.domain.metering.service import MeteringService
from busbar.domain.metering.sql import SqlMeterStore
from busbar.domain.metering.tables import meter_records, sample_blocks
from busbar.domain.sessions.model import Session
from busbar.domain.sessions.service import SessionPolicy, SessionService
from busbar.domain.sessions.sql import SqlSessionStore, read_session
from busbar.domain.sessions.tables import session_events, sessions, unmatched_parts
from busbar.kernel.errors import NotFoundError
from busbar.kernel.ids import CommandId, OperatorId, ReportId, StationId, TokenId, TransactionRef
from busbar.ports.feed import PublishedFact
from busbar.ports.work import UnitOfWork
from tests.fakes.sample_rows import list_sample_rows

OPERATOR = OperatorId("op")
TAG = IdToken(value="TAG-1")


@dataclass
class Rooms:
    """Stations and access as far as sessions need them, and short ways to say what a station says."""

    house: Any
    core: Core
    service: SessionService | None = None
    standings: dict[str, StationStanding] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    sent: list[SendStationCommand] = field(default_factory=list)
    observed: list[ObserveCharging] = field(default_factory=list)
    asked: list[Authorize] = field(default_factory=list)
    events: list[PublishedFact | Signal] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    policy: SessionPolicy = field(default_factory=SessionPolicy)

    # ---- the other rooms ---------------------------------------------------------------------------------------------

    def register(self, core: Core) -> None:
        self.core = core
        metering = MeteringService(store=SqlMeterStore())
        self.service = SessionService(store=SqlSessionStore(), ids=self.house.ids, policy=self.policy)
        core.register(metering.handlers())
        core.register(self.service.handlers())
        core.register_at_once(metering.handlers_at_once())
        core.register_at_once(self.service.handlers_at_once())
        core.listen(self.service.listeners())
        stand_ins: dict[type[Message], Callable[..., Awaitable[Any]]] = {
            FindStation: self.find_station,
            Authorize: self.authorize,
            SendStationCommand: self.send,
            ObserveCharging: self.observe,
            Announce: self.announce,
        }
        core.register(stand_ins | self.stand_in_for_billing())

    def stand_in_for_billing(self) -> dict[type[Message], Callable[..., Awaitable[Any]]]:
        return {DescribeStart: self.say_nothing, DescribeProgress: self.say_nothing}

    async def find_station(self, command: FindStation, work: UnitOfWork) -> StationStanding:
        if command.station_id not in self.standings:
            raise NotFoundError("there is no such station")
        return self.standings[command.station_id]

    async def authorize(self, command: Authorize, work: UnitOfWork) -> Decision:
        self.asked.append(command)
        known = self.decisions.get(command.id_token.value)
        if known is None:
            known = Decision(verdict=Verdict.ACCEPTED, token_id=TokenId(f"id-{command.id_token.value}"))
        if known.verdict is Verdict.ACCEPTED and command.running_sessions and not known.is_concurrent_allowed:
            return Decision(verdict=Verdict.CONCURRENT, token_id=known.token_id)
        return known

    async def send(self, command: SendStationCommand, work: UnitOfWork) -> CommandId:
        self.sent.append(command)
        return command.command_id

    async def observe(self, command: ObserveCharging, work: UnitOfWork) -> None:
        self.observed.append(command)

    async def say_nothing(self, command: DescribeStart | DescribeProgress, work: UnitOfWork) -> None:
        return None

    async def announce(self, command: "Announce", work: UnitOfWork) -> None:
        work.tell(command.fact)

    def add_station(self, name: str = "S1", *, operator_id: OperatorId = OPERATOR, **more: Any) -> StationId:
        station_id = StationId(name)
        self.standings[name] = StationStanding(
            station_id=station_id,
            operator_id=operator_id,
            site_id=None,
            registration=more.get("registration", Registration.ACCEPTED),
            is_online=more.get("is_online", True),
        )
        return station_id

    # ---- what stations say -------------------------------------------------------------------------------------------

    def at(self, second: int) -> datetime:
        """The station's time, in seconds after the suite began."""
        return datetime(2026, 3, 1, 12, 0, tzinfo=self.house.clock.now().tzinfo) + timedelta(seconds=second)

    def part(self, phase: TransactionPhase, second: int, *, station: str = "S1", **more: Any) -> TransactionReported:
        return TransactionReported(
            report_id=ReportId(f"r{next(self.numbers)}"),
            station_id=StationId(station),
            received_at=self.house.clock.now(),
            phase=phase,
            at=self.at(second),
            **more,
        )

    def start16(self, second: int = 0, *, wh: int = 0, evse: int = 1, token: IdToken = TAG, **more: Any) -> Any:
        return self.part(
            TransactionPhase.STARTED, second, evse_id=evse, connector_id=1, id_token=token, register_wh=wh, **more
        )

    def stop16(self, ref: TransactionRef, second: int, *, wh: int, **more: Any) -> Any:
        return self.part(TransactionPhase.ENDED, second, transaction_ref=ref, register_wh=wh, **more)

    def part2(self, number: int, second: int, *, phase: TransactionPhase | None = None, wh: int | None = None,
              ref: str = "T1", context: SampleContext = SampleContext.PERIODIC, **more: Any) -> Any:  # fmt: skip
        taken = () if wh is None else (self.sample(second, wh, context=context),)
        return self.part(
            phase or TransactionPhase.UPDATED,
            second,
            transaction_ref=TransactionRef(ref),
            seq_no=number,
            samples=taken,
            **more,
        )

    def sample(
        self, second: int, value: int, measurand: Measurand = Measurand.ENERGY_IMPORT_REGISTER, **more: Any
    ) -> Sample:
        return Sample(at=self.at(second), measurand=measurand, value=value, **more)

    async def say(self, part: TransactionReported) -> TransactionReply:
        return await self.core.submit(part)

    async def say_samples(
        self, *taken: Sample, ref: TransactionRef | None = None, evse: int | None = 1, station: str = "S1"
    ) -> None:
        await self.core.submit(
            SamplesReported(
                report_id=ReportId(f"r{next(self.numbers)}"),
                station_id=StationId(station),
                received_at=self.house.clock.now(),
                evse_id=evse,
                transaction_ref=ref,
                samples=taken,
            )
        )

    # ---- what people ask ---------------------------------------------------------------------------------------------

    async def ask_start(self, name: str = "c1", *, station: str = "S1", evse: int | None = 1, **more: Any) -> SessionId:
        more = {"id_token": TAG, "operator_id": OPERATOR, "requested_by": "driver:1", **more}
        return await self.core.dispatch(
            StartSession(command_id=CommandId(name), station_id=StationId(station), evse_id=evse, **more)
        )

    async def ask_stop(
        self, session_id: SessionId, name: str = "c9", *, operator_id: OperatorId = OPERATOR
    ) -> CommandId:
        return await self.core.dispatch(
            StopSession(
                command_id=CommandId(name), operator_id=operator_id, session_id=session_id, requested_by="driver:1"
            )
        )

    async def answer(self, outcome: Outcome, *, index: int = -1, **more: Any) -> None:
        """Let the station answer the last command sent."""
        command = self.sent[index]
        await self.announce_fact(
            StationCommandAnswered(
                operator_id=command.operator_id,
                at=self.house.clock.now(),
                command_id=command.command_id,
                station_id=command.station_id,
                request=command.request,
                requested_by=command.requested_by,
                outcome=CommandOutcome(outcome=outcome, **more),
            )
        )

    async def announce_fact(self, fact: Fact) -> None:
        """Let another room tell a fact, and wait until its listeners have heard it."""
        await self.core.dispatch(Announce(fact=fact))
        await self.core.dispatch(FindStation(station_id=next(iter(self.standings.values())).station_id))

    async def boot(self, station: str = "S1", reason: str = "PowerUp") -> None:
        at = self.house.clock.now()
        await self.announce_fact(
            StationBootAccepted(operator_id=OPERATOR, at=at, station_id=StationId(station), reason=reason)
        )

    async def go_offline(self, station: str = "S1") -> None:
        at = self.house.clock.now()
        await self.announce_fact(
            StationOffline(operator_id=OPERATOR, at=at, station_id=StationId(station), reason="closed")
        )

    async def show_status(self, status: Any, evse: int = 1, station: str = "S1") -> None:
        at = self.house.clock.now()
        await self.announce_fact(
            ConnectorStatusChanged(
                operator_id=OPERATOR, at=at, station_id=StationId(station), site_id=None, evse_id=evse,
                connector_id=1, status=status,
            )
        )  # fmt: skip

    # ---- what came of it ---------------------------------------------------------------------------------------------

    async def read(self, table: Any, *order: Any) -> list[dict[str, Any]]:
        async with self.house.databases.writer.connect() as connection:
            return [dict(row) for row in (await connection.execute(select(table).order_by(*order))).mappings()]

    async def sessions(self) -> list[dict[str, Any]]:
        return await self.read(sessions, sessions.c.session_id)

    async def load(self, connection: Any, session_id: SessionId) -> Session:
        """Return a session as the tables hold it."""
        found = await connection.execute(select(sessions).where(sessions.c.session_id == session_id))
        return read_session(found.mappings().one())

    async def steps(self) -> list[tuple[str, str | None]]:
        rows = await self.read(session_events, session_events.c.at, session_events.c.number)
        return [(row["step"], row["detail"]) for row in rows]

    async def unmatched(self) -> list[dict[str, Any]]:
        return await self.read(unmatched_parts)

    async def samples(self) -> list[dict[str, Any]]:
        return list_sample_rows(await self.read(sample_blocks, sample_blocks.c.at, sample_blocks.c.block_id))

    async def records(self) -> list[dict[str, Any]]:
        return await self.read(meter_records)

    def facts(self, kind: type[Fact] | None = None) -> list[Any]:
        told = [event.fact for event in self.events if isinstance(event, PublishedFact)]
        return told if kind is None else [fact for fact in told if isinstance(fact, kind)]

    def told(self) -> list[str]:
        return [type(fact).__name__ for fact in self.facts() if type(fact).__module__ == "busbar.canon.sessions"]

    def request(self, index: int = -1) -> AnyStationRequest:
        return self.sent[index].request

    def remote_start_id(self) -> int:
        request = self.request()
        assert isinstance(request, RemoteStart)
        return request.remote_start_id


class Announce(Message, frozen=True, kw_only=True):
    """A fact of a room that is stood in for."""

    fact: Fact


@pytest.fixture
def policy() -> SessionPolicy:
    """The room's settings; a suite may give its own."""
    return SessionPolicy()


@pytest.fixture
async def rooms(house, monkeypatch, policy) -> Rooms:
    rooms = Rooms(house=house, core=house.core, policy=policy)
    publish = house.feed.publish
    monkeypatch.setattr(house.feed, "publish", lambda event: (rooms.events.append(event), publish(event))[1])
    rooms.register(house.core)
    rooms.add_station("S1")
    await house.start()
    return rooms
