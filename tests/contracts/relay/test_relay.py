"""Station commands out and outcomes back, over the memory bus, with the real stations room."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from busbar.adapters.memory.bus import MemoryBus
from busbar.app import relay as relay_module
from busbar.app.relay import CommandRelay
from busbar.canon.control import CommandOutcome, Outcome, RawCall, Reset, ResetKind, SendStationCommand
from busbar.canon.stations import CreateStation, Protocol, StationConnected, StationSpec
from busbar.canon.tenants import FindDefaultOperator, RecordAudit
from busbar.domain.stations.administration import StationAdministration
from busbar.domain.stations.model import CommandConflictError, StationNotFoundError
from busbar.domain.stations.service import Fleet, StationPolicy, StationService
from busbar.domain.stations.sql import SqlStationStore, read_outcome
from busbar.domain.stations.tables import station_commands
from busbar.kernel.errors import InvalidError
from busbar.kernel.ids import OperatorId

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

    async def run(self, command_id="c1", kind=ResetKind.IMMEDIATE, timeout_s=1, station_id="BB-1"):
        return await self.relay.run(
            SendStationCommand(
                command_id=command_id,
                operator_id=OP,
                station_id=station_id,
                request=Reset(kind=kind),
                requested_by="staff:1",
                timeout_s=timeout_s,
            )
        )


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
    runs = []
    for n in range(5):
        runs.append(asyncio.create_task(desk.run(f"c{n}", timeout_s=5)))
        await asyncio.sleep(0.02)
    desk.gate.set()
    outcomes = [(await run).outcome for run in runs]
    assert outcomes == [Outcome.ACCEPTED] * 3 + [Outcome.UNDELIVERED] * 2
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
    async with asyncio.timeout(10):
        while await second.find_outcome("c1") is None:  # noqa: ASYNC110 - a row that another task writes
            await asyncio.sleep(0.01)
    assert (await second.find_outcome("c1")).outcome is Outcome.TIMED_OUT
    assert second.delivered == []
    waiting.cancel()
    await second.relay.stop()


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
