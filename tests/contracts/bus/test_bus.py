"""What every bus between gateways and core must do; here the one within a process, on a real core and database."""

import asyncio

import pytest
from sqlalchemy import Column, Integer, Table, select

from busbar.adapters.memory.bus import MemoryBus
from busbar.canon.control import CommandOutcome, Outcome, Reset, ResetKind, StationDelivery
from busbar.canon.stations import HeartbeatReceived, HeartbeatReply, StationNotified
from busbar.db.schema import Id, metadata
from busbar.db.work import sql
from busbar.kernel.errors import ConflictError, UnavailableError
from busbar.kernel.ids import CommandId, ConnectionId, ReportId, StationId
from tests.patience import HANG_LIMIT_S

beats = Table("test_beats", metadata, Column("report_id", Id(), primary_key=True), Column("n", Integer, nullable=False))

A, B = StationId("A"), StationId("B")
ACCEPTED = CommandOutcome(outcome=Outcome.ACCEPTED, status="Accepted")


class Rooms:
    """Keeps beats, in memory and in the database; refuses every notice."""

    def __init__(self):
        self.handled = []

    async def beat(self, report, work):
        self.handled.append(report.report_id)
        sql(work).stage_insert(beats, {"report_id": report.report_id, "n": len(self.handled)})
        return HeartbeatReply(now=work.now)

    async def refuse(self, report, work):
        raise ConflictError("no")


@pytest.fixture
def rooms():
    return Rooms()


@pytest.fixture
async def bus(house, rooms):
    house.core.register({HeartbeatReceived: rooms.beat, StationNotified: rooms.refuse})
    await house.start()
    return MemoryBus(house.core.submit, house.core.post)


@pytest.fixture
def beat(house):
    def make(number, station_id=A):
        return HeartbeatReceived(
            report_id=ReportId(f"{station_id}{number:03}"), station_id=station_id, received_at=house.clock.now()
        )

    return make


@pytest.fixture
def notice(house):
    return StationNotified(
        report_id=ReportId("n"), station_id=A, received_at=house.clock.now(), topic="X", payload_json="{}"
    )


class Ear:
    """Takes answers, and can be waited for."""

    def __init__(self, wanted):
        self.answers = []
        self.wanted = wanted
        self.is_full = asyncio.Event()

    def hear(self, name):
        def on_answer(reply, error):
            self.answers.append((name, reply, error))
            if len(self.answers) == self.wanted:
                self.is_full.set()

        return on_answer

    async def wait(self):
        async with asyncio.timeout(HANG_LIMIT_S):
            await self.is_full.wait()
        return self.answers


async def stored(house):
    async with house.databases.read() as connection:
        return set((await connection.execute(select(beats.c.report_id))).scalars())


async def test_a_report_is_answered_when_it_is_stored(house, bus, beat):
    assert await bus.report(beat(1)) == HeartbeatReply(now=house.clock.now())
    assert await stored(house) == {"A001"}


async def test_a_refusal_comes_back_as_it_was_raised(bus, notice):
    with pytest.raises(ConflictError, match="no"):
        await bus.report(notice)
    ear = Ear(1)
    assert bus.post(notice, ear.hear("n"))
    [(_, reply, error)] = await ear.wait()
    assert reply is None
    assert isinstance(error, ConflictError)


async def test_a_posted_report_is_answered_later_and_once_it_is_stored(house, bus, beat):
    ear = Ear(1)
    assert bus.post(beat(1), ear.hear("one"))
    assert ear.answers == []
    assert await ear.wait() == [("one", HeartbeatReply(now=house.clock.now()), None)]
    assert await stored(house) == {"A001"}


async def test_answers_of_a_station_come_in_the_order_of_its_reports(bus, rooms, beat):
    ear = Ear(200)
    for number in range(100):
        assert bus.post(beat(number), ear.hear(("A", number)))
        assert bus.post(beat(number, B), ear.hear(("B", number)))
    names = [name for name, _, _ in await ear.wait()]
    for station in ("A", "B"):
        assert [number for name, number in names if name == station] == list(range(100))
    assert [one for one in rooms.handled if one.startswith("A")] == [f"A{number:03}" for number in range(100)]


async def test_without_room_nothing_is_taken_and_who_waits_gets_in(house, bus, rooms, beat, monkeypatch):
    monkeypatch.setattr(house.core, "_limits", type(house.core._limits)(batch_max_messages=1))
    monkeypatch.setattr(house.core, "_queue_max", 3)
    ear = Ear(3)
    taken = [bus.post(beat(number), ear.hear(number)) for number in range(5)]
    assert taken == [True, True, True, False, False]
    await bus.report(beat(9))
    await ear.wait()
    assert rooms.handled == ["A000", "A001", "A002", "A009"]


async def test_a_core_that_stops_takes_nothing(house, bus, beat):
    await house.core.stop()
    assert not bus.post(beat(1), Ear(1).hear(1))
    with pytest.raises(UnavailableError):
        await bus.report(beat(1))


def delivery(station_id=A):
    request = Reset(kind=ResetKind.ON_IDLE)
    return StationDelivery(command_id=CommandId("c"), station_id=station_id, request=request, timeout_s=1)


def holder(seen, name):
    async def handle(one):
        seen.append((name, one.station_id))
        return ACCEPTED

    return handle


async def test_a_delivery_goes_to_the_newest_connection_of_the_station(bus):
    seen = []
    bus.attach(A, ConnectionId("2"), holder(seen, "new"))
    bus.attach(A, ConnectionId("1"), holder(seen, "old"))
    bus.detach(A, ConnectionId("1"))
    assert await bus.deliver(delivery()) == ACCEPTED
    assert seen == [("new", A)]


async def test_without_a_connection_a_delivery_is_undelivered(bus):
    bus.attach(A, ConnectionId("1"), holder([], "one"))
    bus.detach(A, ConnectionId("1"))
    assert (await bus.deliver(delivery())).outcome is Outcome.UNDELIVERED
    assert (await bus.deliver(delivery(B))).outcome is Outcome.UNDELIVERED
