"""Station commands out and outcomes back, over the memory bus, with the real stations room."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from busbar.adapters.memory.bus import MemoryBus
from busbar.adapters.rabbitmq.sender import AnswerTimeoutError
from busbar.app import relay as relay_module
from busbar.app.relay import CommandRelay
from busbar.canon.control import CommandOutcome, Outcome, RawCall, Reset, ResetKind, SendStationCommand
from busbar.canon.stations import (
    CreateStation,
    HeartbeatReceived,
    Protocol,
    StationConnected,
    StationDisconnected,
    StationSpec,
)
from busbar.canon.tenants import FindDefaultOperator, RecordAudit
from busbar.domain.stations.administration import StationAdministration
from busbar.domain.stations.fleet import Fleet
from busbar.domain.stations.model import CommandConflictError, StationNotFoundError
from busbar.domain.stations.service import StationPolicy, StationService
from busbar.domain.stations.sql import SqlStationStore, read_outcome
from busbar.domain.stations.tables import station_commands
from busbar.kernel.errors import InvalidError
from busbar.kernel.ids import OperatorId
from busbar.ports.intake import PartitionLostError
from tests.contracts.api.conftest import eventually
from tests.patience import HANG_LIMIT_S

OP = OperatorId("op")
ACCEPTED = CommandOutcome(outcome=Outcome.ACCEPTED, status="Accepted", answer_json='{"status":"Accepted"}')


class Desk:
    """Stations, relay and bus in a house; `answer` is what the station's gateway says."""

    def __init__(self, house, core):
        self.house = house
        store = SqlStationStore()
        fleet = Fleet(store, bound=100)
        core.register(StationService(store=store, fleet=fleet, ids=house.ids, policy=StationPolicy()).handlers())
        core.register(
            StationAdministration(
                store=store, fleet=fleet, ids=house.ids, hash_secret=str, make_secret=lambda: "x" * 20
            ).handlers()
        )
        core.register({FindDefaultOperator: self.nothing, RecordAudit: self.nothing})
        self.core = core
        self.bus = MemoryBus(core.submit, core.post)
        self.relay = CommandRelay(
            bus=self.bus,
            dispatcher=core,
            feed=house.feed,
            databases=house.databases,
            clock=house.clock,
            ids=house.ids,
            check_request=self.check,
            queue_max_commands=2,
        )
        self.delivered = []
        self.asked = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    def check(self, protocol, action, payload_json):
        if action == "Dance":
            raise InvalidError("no such action", protocol=protocol)

    async def nothing(self, message, work):
        return None

    async def answer(self, delivery):
        self.delivered.append(delivery.command_id)
        self.asked.set()
        await self.gate.wait()
        return ACCEPTED

    async def find_outcome(self, command_id):
        statement = select(station_commands.c.answer).where(station_commands.c.command_id == command_id)
        async with self.house.databases.read() as connection:
            answer = (await connection.execute(statement)).scalar()
        return None if answer is None else read_outcome(answer)

    async def run(self, command_id="c1", kind=ResetKind.IMMEDIATE, timeout_s=1, station_id="BB-1", expires_at=None):
        return await self.relay.run(
            SendStationCommand(
                command_id=command_id,
                operator_id=OP,
                station_id=station_id,
                request=Reset(kind=kind),
                requested_by="staff:1",
                timeout_s=timeout_s,
                expires_at=expires_at,
            )
        )

    async def report(self, kind, **fields):
        now = self.house.clock.now()
        return await self.core.submit(
            kind(report_id=self.house.ids.new(), station_id="BB-1", received_at=now, **fields)
        )

    async def come_back(self, connection_id, answer=None):
        """Connect as a station does, and be alive."""
        self.bus.attach("BB-1", connection_id, answer or self.answer)
        await self.report(
            StationConnected, connection_id=connection_id, protocol=Protocol.OCPP16, remote_address="127.0.0.1"
        )
        await self.report(HeartbeatReceived)

    async def until_outcome(self, command_id, outcome):
        return await eventually(
            lambda: self.find_outcome(command_id), lambda found: found is not None and found.outcome is outcome
        )

    async def count_waiting(self):
        return self.relay.waiting_commands


@pytest.fixture
async def desk(house):
    desk = Desk(house, house.core)
    await house.start()
    await desk.relay.start()
    await house.core.dispatch(CreateStation(operator_id=OP, actor="staff:1", station_id="BB-1", spec=StationSpec()))
    yield desk
    await desk.relay.stop()


async def test_the_outcome_comes_back(desk):
    desk.bus.attach("BB-1", "c1", desk.answer)
    assert await desk.run() == ACCEPTED


async def test_a_repeat_is_the_same_command(desk):
    desk.bus.attach("BB-1", "c1", desk.answer)
    assert await desk.run() == await desk.run() == ACCEPTED
    assert desk.delivered == ["c1"]


async def test_two_who_ask_at_once_get_one_delivery(desk):
    desk.bus.attach("BB-1", "c1", desk.answer)
    assert await asyncio.gather(desk.run(), desk.run()) == [ACCEPTED, ACCEPTED]
    assert desk.delivered == ["c1"]


async def test_other_content_under_the_same_id_is_refused(desk):
    desk.bus.attach("BB-1", "c1", desk.answer)
    await desk.run()
    with pytest.raises(CommandConflictError):
        await desk.run(kind=ResetKind.ON_IDLE)


async def test_nobody_there_is_undelivered(desk):
    assert (await desk.run()).outcome is Outcome.UNDELIVERED


async def test_an_unknown_station_is_refused(desk):
    with pytest.raises(StationNotFoundError):
        await desk.run(station_id="nobody")


async def test_the_newest_connection_takes_deliveries(desk):
    async def refuse(delivery):
        raise AssertionError("the old connection must not be asked")

    desk.bus.attach("BB-1", "c1", refuse)
    desk.bus.attach("BB-1", "c2", desk.answer)
    desk.bus.attach("BB-1", "c1", refuse)
    desk.bus.detach("BB-1", "c1")
    assert await desk.run() == ACCEPTED
    desk.bus.detach("BB-1", "c2")
    assert (await desk.run("c9")).outcome is Outcome.UNDELIVERED


async def test_a_waiter_does_not_wait_for_ever(desk, monkeypatch):
    monkeypatch.setattr(relay_module, "GRACE_S", 0)
    desk.bus.attach("BB-1", "c1", desk.answer)
    desk.gate.clear()
    assert (await desk.run(timeout_s=0)).outcome is Outcome.TIMED_OUT


async def test_one_station_has_its_commands_in_order_and_bounded(desk):
    desk.bus.attach("BB-1", "c1", desk.answer)
    desk.gate.clear()
    runs = [asyncio.create_task(desk.run(f"c{n}", timeout_s=60)) for n in range(5)]  # as like as not in one batch
    refused = [await run for run in runs[3:]]
    desk.gate.set()
    assert [outcome.outcome for outcome in refused] == [Outcome.UNDELIVERED] * 2
    assert [(await run).outcome for run in runs[:3]] == [Outcome.ACCEPTED] * 3
    assert desk.delivered == ["c0", "c1", "c2"]


async def test_what_was_on_its_way_when_the_process_ended_is_not_sent_twice(house, desk):
    desk.bus.attach("BB-1", "c1", desk.answer)
    desk.gate.clear()
    run = asyncio.create_task(desk.run())
    await desk.asked.wait()
    await desk.relay.stop()
    await house.core.stop()
    run.cancel()
    second = Desk(house, house.restart())
    await second.core.start()
    second.bus.attach("BB-1", "c2", second.answer)
    await second.relay.start()
    outcome = await second.run()
    await second.relay.stop()
    assert (outcome.outcome, second.delivered) == (Outcome.TIMED_OUT, [])


async def test_what_another_core_was_delivering_is_settled_when_its_time_is_over(house, desk, monkeypatch):
    monkeypatch.setattr(relay_module, "GRACE_S", 0)
    desk.bus.attach("BB-1", "c1", desk.answer)
    desk.gate.clear()
    waiting = asyncio.create_task(desk.run(timeout_s=1))
    await desk.asked.wait()
    second = Desk(house, house.restart())
    await second.core.start()
    await second.relay.start(has_everything=False)
    await second.relay.settle_when_due(lambda station_id: station_id == "elsewhere")
    assert second.relay.waiting_commands == 0
    house.clock.advance(timedelta(seconds=2))
    await second.relay.settle_when_due(lambda station_id: station_id == "BB-1")
    async with asyncio.timeout(HANG_LIMIT_S):
        while await second.find_outcome("c1") is None:  # noqa: ASYNC110 - a row that another task writes
            await asyncio.sleep(0.01)
    assert (await second.find_outcome("c1")).outcome is Outcome.TIMED_OUT
    assert second.delivered == []
    waiting.cancel()
    await second.relay.stop()


async def test_what_waited_is_delivered_in_order_to_the_newest_connection(desk):
    expires_at = desk.house.clock.now() + timedelta(hours=1)
    waiting = [await desk.run(f"c{n}", expires_at=expires_at) for n in range(4)]
    assert [outcome.outcome for outcome in waiting] == [Outcome.QUEUED] * 4
    assert desk.delivered == []

    async def refuse(delivery):
        raise AssertionError("the old connection must not be asked")

    desk.bus.attach("BB-1", "k1", refuse)
    await desk.come_back("k2")
    for n in range(4):
        assert await desk.until_outcome(f"c{n}", Outcome.ACCEPTED) == ACCEPTED
    assert desk.delivered == ["c0", "c1", "c2", "c3"]
    assert await desk.run("c0", expires_at=expires_at) == ACCEPTED
    assert desk.delivered == ["c0", "c1", "c2", "c3"]


async def test_one_that_did_not_arrive_waits_again_and_none_overtakes_it(desk):
    expires_at = desk.house.clock.now() + timedelta(hours=1)
    await desk.run("c1", expires_at=expires_at)
    await desk.run("c2", expires_at=expires_at)
    asked = []

    async def lose(delivery):
        asked.append(delivery.command_id)
        await desk.report(StationDisconnected, connection_id="k1", reason="gone")
        return CommandOutcome(outcome=Outcome.UNDELIVERED, status="the connection has ended")

    await desk.come_back("k1", lose)
    await eventually(desk.count_waiting, lambda waiting: not waiting and bool(asked))
    assert asked == ["c1"]
    assert (await desk.find_outcome("c1")).outcome is Outcome.QUEUED
    await desk.come_back("k2")
    await desk.until_outcome("c2", Outcome.ACCEPTED)
    assert desk.delivered == ["c1", "c2"]


async def test_who_waits_for_an_answer_learns_that_the_request_waits(desk):
    async def lose(delivery):
        return CommandOutcome(outcome=Outcome.UNDELIVERED, status="the connection has ended")

    await desk.come_back("k1", lose)
    expires_at = desk.house.clock.now() + timedelta(hours=1)
    outcome = await desk.run("c1", expires_at=expires_at, timeout_s=60)
    assert outcome.outcome is Outcome.QUEUED


async def test_one_that_expires_behind_another_is_not_sent(desk):
    await desk.come_back("k1")
    desk.gate.clear()
    first = asyncio.create_task(desk.run("c1", timeout_s=60))
    await desk.asked.wait()
    expires_at = desk.house.clock.now() + timedelta(seconds=30)
    second = asyncio.create_task(desk.run("c2", timeout_s=60, expires_at=expires_at))
    await eventually(desk.count_waiting, lambda waiting: waiting == 2)
    desk.house.clock.advance(timedelta(minutes=1))
    desk.gate.set()
    assert await first == ACCEPTED
    assert (await second).outcome is Outcome.UNDELIVERED
    assert desk.delivered == ["c1"]


async def test_an_outcome_is_told_until_a_core_takes_it(desk, monkeypatch):
    monkeypatch.setattr(relay_module, "RETRY_S", 0.0)
    faults = [AnswerTimeoutError("no core answered"), PartitionLostError("another core's")]
    take = desk.core.submit

    async def falter(report):
        if faults:
            raise faults.pop()
        return await take(report)

    monkeypatch.setattr(desk.bus, "report", falter)
    desk.bus.attach("BB-1", "c1", desk.answer)
    assert await desk.run(timeout_s=60) == ACCEPTED
    assert faults == []


async def test_a_raw_call_is_judged_before_it_is_recorded(desk):
    await desk.core.submit(
        StationConnected(
            report_id="r1",
            station_id="BB-1",
            received_at=desk.house.clock.now(),
            connection_id="c1",
            protocol=Protocol.OCPP16,
            remote_address="127.0.0.1",
        )
    )
    desk.bus.attach("BB-1", "c1", desk.answer)

    async def call(action):
        return await desk.relay.run(
            SendStationCommand(
                command_id=f"raw-{action}",
                operator_id=OP,
                station_id="BB-1",
                request=RawCall(action=action, payload_json="{}"),
                requested_by="staff:1",
            )
        )

    with pytest.raises(InvalidError):
        await call("Dance")
    assert await call("ClearCache") == ACCEPTED
    assert desk.delivered == ["raw-ClearCache"]
