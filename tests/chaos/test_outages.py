"""The database takes nothing for a while: locked by another process, or broken under the core's hands."""

import asyncio
import sqlite3
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import OperationalError

from busbar.adapters.wirelog import sqlite as wirelog
from busbar.app import relay as relay_module
from busbar.app.core import Core, CoreLimits
from busbar.app.refusal import MessageFailedError, StorageError
from busbar.canon.control import Outcome, Reset, ResetKind, SendStationCommand
from busbar.canon.message import Command
from busbar.canon.stations import Protocol, StationOnline
from busbar.canon.tenants import Role
from busbar.db.engine import Databases
from busbar.db.messaging import inbox, parked
from busbar.kernel.ids import OperatorId, StationId
from busbar.ports.wirelog import Direction
from tests.contracts.api.conftest import eventually, open_world
from tests.contracts.core.test_core import AddNote, Room, notes, read
from tests.patience import HANG_LIMIT_S


class Locked:
    """Another process that holds the write lock of a database."""

    def __init__(self, path):
        self.db = sqlite3.connect(path, isolation_level=None, timeout=5)

    def __enter__(self):
        self.db.execute("BEGIN IMMEDIATE")
        return self

    def __exit__(self, *_):
        self.db.execute("ROLLBACK")
        self.db.close()


@pytest.fixture
async def world(tmp_path, monkeypatch):
    monkeypatch.setattr(relay_module, "RETRY_S", 0.05)
    async with open_world(tmp_path, database_busy_timeout_s=1) as world:
        yield world


def reset(world, command_id):
    return world.house.relay.run(
        SendStationCommand(
            command_id=command_id,
            operator_id=world.operator_id,
            station_id=StationId("CS-1"),
            request=Reset(kind=ResetKind.ON_IDLE),
            requested_by="staff:1",
            timeout_s=10,
        )
    )


async def test_an_outcome_that_could_not_be_stored_at_first_is_stored_later(world, tmp_path):
    station = await world.station(world.boss, "CS-1")
    await station.connect()
    take, asked, gate = station.take, asyncio.Event(), asyncio.Event()

    async def take_slowly(delivery):
        asked.set()
        await gate.wait()
        return await take(delivery)

    world.house.bus.attach(station.station_id, "z" * 32, take_slowly)
    first = asyncio.create_task(reset(world, "c1"))
    await asked.wait()
    with Locked(tmp_path / "busbar.sqlite3"):
        gate.set()
        await asyncio.sleep(1.5)
        assert not first.done()
    assert (await first).outcome is Outcome.ACCEPTED
    assert (await reset(world, "c2")).outcome is Outcome.ACCEPTED
    assert [delivery.command_id for delivery in station.deliveries] == ["c1", "c2"]


async def test_nothing_is_acknowledged_while_the_database_is_locked_and_all_goes_on_afterwards(world, tmp_path):
    station = await world.station(world.boss, "CS-1")
    await station.connect()
    at = world.house.clock.now()
    with Locked(tmp_path / "busbar.sqlite3"), pytest.raises(StorageError):
        await station.start("TAG", at=at)
    assert (await world.boss.get("/sessions"))["items"] == []
    first, again = await station.start("TAG", at=at), await station.start("TAG", at=at)
    assert first == again
    [session] = (await world.boss.get("/sessions"))["items"]
    assert session["transaction_ref"] == first


@pytest.fixture
async def fragile(house, tmp_path):
    """A core that retries soon, gives up soon, and waits for no lock."""
    room = Room()
    databases = Databases(f"sqlite+aiosqlite:///{tmp_path / 'busbar.sqlite3'}", busy_timeout_s=0)
    limits = CoreLimits(delivery_max_attempts=3, delivery_retry_interval_s=0.02)
    core = Core(databases=databases, clock=house.clock, ids=house.ids, feed=house.feed, limits=limits)
    core.register({AddNote: room.add, Poke: poke})
    core.listen([(StationOnline, "room.hear", room.hear)])
    await house.start()
    await core.start()
    yield core, room
    await core.stop()
    await databases.close()


class Poke(Command[str], frozen=True, kw_only=True):
    """Writes nothing; answers a word."""


async def poke(_command, _work):
    return "well"


def online(house, station_id):
    return StationOnline(
        operator_id=OperatorId("op"),
        at=house.clock.now(),
        station_id=StationId(station_id),
        protocol=Protocol.OCPP16,
    )


async def test_a_fact_outlasts_an_outage_and_is_not_parked(house, fragile, tmp_path):
    core, _ = fragile
    lock = Locked(tmp_path / "busbar.sqlite3")
    publish = core._publish

    def publish_and_lock(work):
        publish(work)
        if work.told and not lock.db.in_transaction:
            lock.db.execute("BEGIN IMMEDIATE")

    core._publish = publish_and_lock
    await core.dispatch(AddNote(note_id="a"))
    await asyncio.sleep(0.3)
    assert await read(house, inbox) == []
    assert await core.dispatch(Poke()) == "well"
    core._publish = publish
    lock.db.execute("ROLLBACK")
    lock.db.close()
    await eventually(lambda: read(house, inbox), bool)
    assert [row["note_id"] for row in await read(house, notes)] == ["a", "heard-a"]
    assert await read(house, parked) == []


async def test_the_core_does_not_spin_on_what_it_cannot_park(house, fragile, monkeypatch):
    core, room = fragile
    room.failures_left = 10**9
    applied = 0
    apply = core._deliveries.apply

    async def refuse_parking(delivery, work):
        nonlocal applied
        applied += 1
        if delivery.attempts >= 3:
            raise OverflowError("cannot be written")
        await apply(delivery, work)

    monkeypatch.setattr(core._deliveries, "apply", refuse_parking)
    await core.dispatch(AddNote(note_id="a"))
    async with asyncio.timeout(HANG_LIMIT_S):
        while applied < 4:  # noqa: ASYNC110 - it counts calls
            await asyncio.sleep(0.01)
    before, began_s = applied, time.monotonic()
    await asyncio.sleep(0.5)
    assert applied - before <= 120 * (time.monotonic() - began_s)
    room.failures_left = 0


async def test_the_core_survives_what_no_database_says(house, fragile, monkeypatch):
    core, _ = fragile
    commits = core._commit

    async def break_down(batch):
        raise RuntimeError("the driver's thread is gone")

    monkeypatch.setattr(core, "_commit", break_down)
    with pytest.raises(MessageFailedError):
        await core.dispatch(Poke())
    monkeypatch.setattr(core, "_commit", commits)
    assert await core.dispatch(Poke()) == "well"
    assert core.is_running


async def test_a_page_that_cannot_be_read_now_says_so(world, monkeypatch):
    @asynccontextmanager
    async def refuse():
        raise OperationalError("SELECT", {}, sqlite3.OperationalError("disk I/O error"))
        yield

    door = await world.key(Role.VIEWER)
    monkeypatch.setattr(world.house.databases, "read", refuse)
    refused = await door.get("/stations", 503)
    assert refused["code"] == "unavailable.storage"


async def test_frames_wait_for_a_disk_that_stands_still_within_a_bound(tmp_path, monkeypatch):
    monkeypatch.setattr(wirelog, "WAITING_MAX_CHARACTERS", 10_000)
    log = wirelog.SqliteWireLog(tmp_path, queue_max_entries=100_000)
    at, station_id = datetime(2026, 3, 1, tzinfo=UTC), StationId("CS-1")
    for _ in range(50):
        log.append(at, station_id, Direction.IN, "x" * 1000)
    log.flush()
    log.append(at, station_id, Direction.IN, "after")
    await asyncio.sleep(3 * wirelog.FLUSH_INTERVAL_S)
    texts = [entry.text for entry in await log.read(station_id=station_id, day=at.date())]
    assert texts == ["40 frames lost", "after", *["x" * 1000] * 10]
    await log.close()
