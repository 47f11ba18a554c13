"""Whether the database takes rows: what is known of it, and who finds out that it does again."""

import asyncio
import contextlib

import pytest
from sqlalchemy import Column, Integer, Table, delete, select, text

from busbar.app.migrations import VERSION_TABLE
from busbar.app.refusal import StorageError
from busbar.app.storing import TROUBLE, StorageTrial, TryStorage, write_the_same
from busbar.canon.message import Command
from busbar.db.schema import Id, metadata
from busbar.db.work import SqlUnitOfWork, sql
from busbar.kernel.errors import BusbarError, ConflictError

shelves = Table(
    "test_shelves", metadata, Column("shelf_id", Id(), primary_key=True), Column("n", Integer, nullable=False)
)


class Put(Command[None], frozen=True, kw_only=True):
    """Store a row."""

    shelf_id: str


class Look(Command[int], frozen=True, kw_only=True):
    """Count the rows, and store none."""


class Clear(Command[None], frozen=True, kw_only=True):
    """Delete rows, of which there are none."""


async def put(command, work):
    sql(work).stage_insert(shelves, {"shelf_id": command.shelf_id, "n": 1})


async def look(_command, work):
    return len((await sql(work).execute(select(shelves))).all())


async def clear(_command, work):
    await sql(work).execute(delete(shelves))


class Refuse(Command[None], frozen=True, kw_only=True):
    """Store a row, and have it taken back."""


class Fail(Command[None], frozen=True, kw_only=True):
    """Break."""


async def refuse(_command, work):
    sql(work).stage_insert(shelves, {"shelf_id": "taken back", "n": 1})
    await look(_command, work)
    raise ConflictError("rather not")


async def fail(_command, _work):
    raise OverflowError("too much")


class Disk:
    """Takes what is committed, or has no room for it."""

    is_full = False


@pytest.fixture
async def disk(house, monkeypatch):
    disk, commit = Disk(), SqlUnitOfWork.commit

    async def commit_if_there_is_room(work):
        await work._write_staged()
        if disk.is_full and work.has_written:
            raise OSError(28, "No space left on device")
        await commit(work)

    monkeypatch.setattr(SqlUnitOfWork, "commit", commit_if_there_is_room)
    house.core.register({Put: put, Look: look, Clear: clear, Refuse: refuse, Fail: fail, TryStorage: write_the_same})
    await house.start()
    async with house.databases.writer.begin() as connection:
        await connection.execute(text(f"CREATE TABLE IF NOT EXISTS {VERSION_TABLE} (version_num varchar(32))"))
    return disk


@pytest.fixture
def trial(house):
    return StorageTrial(house.core)


async def fill(house, disk):
    disk.is_full = True
    with pytest.raises(StorageError):
        await house.core.dispatch(Put(shelf_id="refused"))


@pytest.mark.parametrize(
    "message",
    [Look(), Clear(), Refuse(), Fail()],
    ids=["a question", "nothing to delete", "rows that were taken back", "a defect"],
)
async def test_a_full_disk_that_has_nothing_to_write_is_full_all_the_same(house, disk, trial, message):
    await fill(house, disk)
    with contextlib.suppress(BusbarError):
        await house.core.dispatch(message)
    assert not house.core.is_storing
    assert await trial.find_fault() == TROUBLE


async def test_who_asks_finds_that_there_is_room_again(house, disk, trial):
    await fill(house, disk)
    disk.is_full = False
    assert await asyncio.gather(*(trial.find_fault() for _ in range(5))) == [None] * 5
    assert house.core.is_storing
    assert house.core.tally.batch_sizes.read().count == 1  # who asks at the same time shares one attempt
    await house.core.dispatch(Put(shelf_id="stored"))
    assert await house.core.dispatch(Look()) == 1


async def test_a_database_that_took_the_last_rows_is_not_tried(house, disk, trial):
    await house.core.dispatch(Put(shelf_id="stored"))
    disk.is_full = True
    assert await trial.find_fault() is None
