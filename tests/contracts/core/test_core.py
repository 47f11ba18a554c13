"""The core: order, group commit, undo per message, deliveries."""

import asyncio

import pytest
from sqlalchemy import Column, Integer, Table, select
from sqlalchemy.exc import IntegrityError

from busbar.app import core as core_module
from busbar.app.core import CoreStoppedError, QueueFullError
from busbar.app.refusal import MessageFailedError, UnstorableError
from busbar.canon.message import Command
from busbar.canon.stations import HeartbeatReceived, HeartbeatReply, Protocol, StationOnline
from busbar.db.messaging import inbox, outbox, parked
from busbar.db.schema import Id, metadata
from busbar.db.work import sql
from busbar.kernel.errors import ConflictError
from busbar.kernel.ids import OperatorId, StationId
from tests.patience import HANG_LIMIT_S

notes = Table("test_notes", metadata, Column("note_id", Id(), primary_key=True), Column("n", Integer, nullable=False))
tallies = Table("test_tallies", metadata, Column("name", Id(), primary_key=True), Column("n", Integer, nullable=False))


class AddNote(Command[int], frozen=True, kw_only=True):
    """Write a note in one of the ways that a handler can; answers how many notes there are in memory."""

    note_id: str
    way: str = "stage"
    fails: bool = False


class Room:
    def __init__(self):
        self.memory = {}
        self.heard = []
        self.failures_left = 0

    async def add(self, command, work):
        row = {"note_id": command.note_id, "n": 1}
        work.keep(self.memory, command.note_id, True)
        if command.way == "execute":
            await sql(work).execute(notes.insert(), [row])
        else:
            sql(work).stage_insert(notes, row)
        sql(work).stage_upsert(tallies, {"name": "all", "n": len(self.memory)})
        if command.way == "both":
            assert (await sql(work).execute(select(notes).where(notes.c.note_id == command.note_id))).first()
        work.tell(
            StationOnline(
                operator_id=OperatorId("op"),
                at=work.now,
                station_id=StationId(command.note_id),
                protocol=Protocol.OCPP16,
            )
        )
        if command.fails:
            raise ConflictError("no")
        return len(self.memory)

    async def hear(self, fact, work):
        if self.failures_left:
            self.failures_left -= 1
            sql(work).stage_insert(notes, {"note_id": f"half-{fact.station_id}", "n": 2})
            raise ConflictError("not now")
        self.heard.append(fact.station_id)
        sql(work).stage_insert(notes, {"note_id": f"heard-{fact.station_id}", "n": 2})

    async def beat(self, report, work):
        return HeartbeatReply(now=work.now)

    async def break_down(self, command, work):
        raise RuntimeError("a defect")


class Broken(Command[None], frozen=True, kw_only=True):
    """A command whose handler has a defect."""


@pytest.fixture
async def room(house):
    room = Room()
    house.core.register({AddNote: room.add, HeartbeatReceived: room.beat, Broken: room.break_down})
    house.core.listen([(StationOnline, "room.hear", room.hear)])
    await house.start()
    return room


async def read(house, table):
    async with house.databases.read() as connection:
        return (await connection.execute(select(table))).mappings().all()


async def settle(house):
    """Wait until every fact of the outbox has been handled or parked."""
    for _ in range(10_000):
        told = {row["fact_id"] for row in await read(house, outbox)}
        done = {row["message_id"] for table in (inbox, parked) for row in await read(house, table)}
        if told <= done:
            return
        await asyncio.sleep(0.005)
    raise AssertionError("some facts were never handled")


async def test_answers_come_after_the_commit(house, room):
    assert await house.core.dispatch(AddNote(note_id="a")) == 1
    assert [row["note_id"] for row in await read(house, notes) if row["n"] == 1] == ["a"]


async def test_many_messages_one_batch_in_order(house, room):
    answers = await asyncio.gather(*(house.core.dispatch(AddNote(note_id=f"{n:03}")) for n in range(300)))
    assert answers == list(range(1, 301))
    assert len([row for row in await read(house, notes) if row["n"] == 1]) == 300
    assert [row["n"] for row in await read(house, tallies)] == [300]


@pytest.mark.parametrize("way", ["stage", "execute", "both"])
async def test_a_refused_message_undoes_itself_and_nothing_else(house, room, way):
    results = await asyncio.gather(
        house.core.dispatch(AddNote(note_id="before")),
        house.core.dispatch(AddNote(note_id="refused", way=way, fails=True)),
        house.core.dispatch(AddNote(note_id="after", way="both")),
        return_exceptions=True,
    )
    assert results[0] == 1
    assert isinstance(results[1], ConflictError)
    assert results[2] == 2
    await settle(house)
    assert {row["note_id"] for row in await read(house, notes)} == {"before", "after", "heard-before", "heard-after"}
    assert [row["n"] for row in await read(house, tallies)] == [2]
    assert set(room.memory) == {"before", "after"}
    assert len(await read(house, outbox)) == 2


async def test_a_batch_that_cannot_be_written_is_applied_one_by_one(house, room):
    await house.core.dispatch(AddNote(note_id="taken"))
    room.memory.clear()
    results = await asyncio.gather(
        house.core.dispatch(AddNote(note_id="one")),
        house.core.dispatch(AddNote(note_id="taken")),
        house.core.dispatch(AddNote(note_id="two")),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [int, UnstorableError, int]
    assert {"one", "two"} <= {row["note_id"] for row in await read(house, notes)}
    assert set(room.memory) == {"one", "two"}


async def test_a_defect_stays_with_its_own_message(house, room):
    results = await asyncio.gather(
        house.core.dispatch(Broken()), house.core.dispatch(AddNote(note_id="well")), return_exceptions=True
    )
    assert isinstance(results[0], MessageFailedError)
    assert results[1] == 1


async def test_a_fact_reaches_its_listener_once(house, room):
    await house.core.dispatch(AddNote(note_id="a"))
    await settle(house)
    assert room.heard == ["a"]
    assert [row["consumer"] for row in await read(house, inbox)] == ["room.hear"]


async def test_a_fact_that_does_not_concern_its_listener_is_taken_as_heard(house, room):
    heard_by_other = []

    async def note(fact, work):
        heard_by_other.append(fact.station_id)

    concerns = {"room.odd": lambda fact: fact.station_id == "odd"}
    house.core.listen([(StationOnline, "room.odd", note)], concerns=concerns)
    await house.core.dispatch(AddNote(note_id="even"))
    heard = [row["consumer"] for row in await read(house, inbox)]
    assert "room.odd" in heard  # written with the fact itself
    await house.core.dispatch(AddNote(note_id="odd"))
    await settle(house)
    await house.core.stop()
    assert room.heard == ["even", "odd"]
    assert heard_by_other == ["odd"]
    second = house.restart()
    second.register({AddNote: room.add})
    second.listen([(StationOnline, "room.odd", note)])
    await second.start()
    await second.stop()
    assert heard_by_other == ["odd"]


async def test_a_listener_that_fails_is_tried_again(house, room):
    room.failures_left = 2
    await house.core.dispatch(AddNote(note_id="a"))
    await settle(house)
    assert room.heard == ["a"]
    assert "half-a" not in {row["note_id"] for row in await read(house, notes)}


async def test_a_fact_that_keeps_failing_is_parked(house, room):
    room.failures_left = 1000
    await house.core.dispatch(AddNote(note_id="a"))
    await settle(house)
    [row] = await read(house, parked)
    assert (row["consumer"], row["attempts"], row["error"]) == ("room.hear", 3, "conflict: not now")


async def test_what_was_not_delivered_comes_after_a_restart(house, room):
    room.failures_left = 1
    await house.core.dispatch(AddNote(note_id="a"))
    await house.core.stop()
    assert room.heard == []
    second = house.restart()
    second.register({AddNote: room.add})
    second.listen([(StationOnline, "room.hear", room.hear)])
    await second.start()
    await settle(house)
    assert room.heard == ["a"]


async def test_a_stopped_core_takes_nothing(house, room):
    await house.core.stop()
    with pytest.raises(CoreStoppedError):
        await house.core.dispatch(AddNote(note_id="late"))


async def test_a_stop_leaves_what_listeners_would_take_long_for_to_the_next_start(house, room, monkeypatch):
    monkeypatch.setattr(core_module, "LEAVE_S", 0.2)
    monkeypatch.setattr(house.core, "_limits", type(house.core._limits)(batch_max_messages=1))

    async def hear_slowly(fact, work):
        await asyncio.sleep(0.05)

    async def count_heard():
        return sum(row["consumer"] == "room.slow" for row in await read(house, inbox))

    house.core.listen([(StationOnline, "room.slow", hear_slowly)])
    await asyncio.gather(*(house.core.dispatch(AddNote(note_id=f"n{number}")) for number in range(60)))
    await house.core.stop()
    assert len(await read(house, outbox)) == 60
    assert await count_heard() < 60
    other, newer = house.restart(), Room()
    other.register({AddNote: newer.add, HeartbeatReceived: newer.beat, Broken: newer.break_down})
    other.listen([(StationOnline, "room.hear", newer.hear), (StationOnline, "room.slow", newer.beat)])
    await other.start()
    for _ in range(1000):
        if await count_heard() == 60:
            break
        await asyncio.sleep(0.01)
    assert await count_heard() == 60


async def test_a_message_has_one_handler(house, room):
    with pytest.raises(ValueError, match="handler already"):
        house.core.register({AddNote: room.add})


async def test_commands_are_refused_when_the_queue_is_full(house, room, monkeypatch):
    monkeypatch.setattr(house.core, "_limits", type(house.core._limits)(batch_max_messages=1))
    monkeypatch.setattr(house.core, "_queue_max", 2)
    results = await asyncio.gather(
        *(house.core.dispatch(AddNote(note_id=f"n{n}")) for n in range(5)), return_exceptions=True
    )
    assert sum(isinstance(result, QueueFullError) for result in results) == 3


async def test_reports_wait_for_room_instead(house, room, monkeypatch):
    monkeypatch.setattr(house.core, "_limits", type(house.core._limits)(batch_max_messages=1))
    monkeypatch.setattr(house.core, "_queue_max", 2)
    monkeypatch.setattr(house.core, "_queue_max", 2)
    reports = [
        HeartbeatReceived(report_id=f"r{n}", station_id=StationId("s"), received_at=house.clock.now())
        for n in range(20)
    ]
    replies = await asyncio.gather(*(house.core.submit(report) for report in reports))
    assert len(replies) == 20


async def test_nobody_overtakes_a_report_that_waits_for_room(house, room, monkeypatch):
    monkeypatch.setattr(house.core, "_limits", type(house.core._limits)(batch_max_messages=1))
    monkeypatch.setattr(house.core, "_queue_max", 1)
    order = []

    def report(name):
        return HeartbeatReceived(report_id=name, station_id=StationId("s"), received_at=house.clock.now())

    async def submit(name):
        await house.core.submit(report(name))
        order.append(name)

    waiting = [asyncio.create_task(submit(name)) for name in "abcd"]
    done = asyncio.Event()

    def note(_answer, _error):
        order.append("posted")
        done.set()

    await asyncio.sleep(0)
    while not house.core.post(report("posted"), note):  # noqa: ASYNC110 - in every turn of the loop
        await asyncio.sleep(0)
    await asyncio.gather(done.wait(), *waiting)
    assert order == ["a", "b", "c", "d", "posted"]


async def test_readers_cannot_write(house, room):
    async with house.databases.read() as connection:
        with pytest.raises(Exception, match=r"read-?only"):
            await connection.execute(notes.insert(), [{"note_id": "x", "n": 1}])


async def test_the_database_is_the_judge(house, room):
    await house.core.dispatch(AddNote(note_id="a"))
    with pytest.raises(IntegrityError):
        async with house.databases.writer.begin() as connection:
            await connection.execute(notes.insert(), [{"note_id": "a", "n": 1}])


async def test_the_core_counts_what_it_does(house, room):
    await asyncio.gather(
        *(house.core.dispatch(AddNote(note_id=f"{n}")) for n in range(3)),
        house.core.dispatch(AddNote(note_id="no", fails=True)),
        return_exceptions=True,
    )
    await settle(house)
    tally = house.core.tally
    assert tally.batch_sizes.read().total == 7  # four wishes, three deliveries
    assert tally.commit_times.read().count == tally.batch_sizes.read().count
    assert tally.messages_refused == {"conflict": 1}
    assert (tally.batches_failed, tally.outages) == (0, 0)
    assert house.core.deliveries.tally.delivered == {"room.hear": 3}


async def test_the_core_counts_what_it_gives_up(house, room):
    room.failures_left = 1000
    await house.core.dispatch(AddNote(note_id="a"))
    deliveries = house.core.deliveries.tally
    assert (deliveries.waiting, deliveries.oldest_at) == (1, house.clock.now())
    async with asyncio.timeout(HANG_LIMIT_S):
        while not deliveries.parked:  # noqa: ASYNC110 - numbers tell nobody that they change
            await asyncio.sleep(0.01)
    assert deliveries.failed == {"room.hear": 3}
    assert deliveries.parked == {"room.hear": 1}
    assert (deliveries.waiting, deliveries.delivered) == (0, {})
