"""What is PostgreSQL's own: rows by COPY, connections that end, servers that go away, commits whose answer is lost."""

import asyncio
import sys

import asyncpg
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError

from busbar.app.core import Core, CoreLimits
from busbar.app.refusal import StorageError, UnstorableError
from busbar.canon.stations import StationOnline
from busbar.db.bulk import make_insert
from busbar.db.engine import Databases
from busbar.db.messaging import outbox
from busbar.db.outage import is_database_away
from busbar.db.postgresql import COPY_ROWS_MIN, DatabaseDriverError
from tests.contracts.core.test_core import AddNote, Room, notes, read
from tests.fakes.tcp_proxy import open_proxy
from tests.services import POSTGRESQL


@pytest.fixture
def database_kind():
    return POSTGRESQL


@pytest.fixture
async def proxy(database_url):
    url = make_url(database_url)
    async with open_proxy(url.host, url.port) as proxy:
        proxy.url = url.set(host="127.0.0.1", port=proxy.port)
        yield proxy


@pytest.fixture
async def core(house, proxy):
    """A core whose way to the server goes through a proxy."""
    room = Room()
    databases = Databases(proxy.url.render_as_string(hide_password=False))
    limits = CoreLimits(delivery_retry_interval_s=0.01)
    core = Core(databases=databases, clock=house.clock, ids=house.ids, feed=house.feed, limits=limits)
    core.register({AddNote: room.add})
    core.listen([(StationOnline, "room.hear", room.hear)])
    await house.start()
    await core.start()
    assert await core.dispatch(AddNote(note_id="first")) == 1
    await settle(house, 1)
    yield core
    await core.stop()
    await databases.close()


async def settle(house, count):
    """Wait until each of so many notes has been heard of: nothing is on its way any more."""
    for _ in range(2000):
        if len([row for row in await read(house, notes) if row["n"] == 2]) == count:
            return
        await asyncio.sleep(0.01)
    pytest.fail("some notes were never heard of")


async def list_notes(house):
    return sorted(row["note_id"] for row in await read(house, notes) if row["n"] == 1 and row["note_id"] != "first")


async def test_many_rows_go_by_copy_and_in_the_transaction(house, monkeypatch):
    await house.start()
    ways = []
    for way in ("copy_records_to_table", "executemany"):
        monkeypatch.setattr(asyncpg.Connection, way, _note(ways, way, getattr(asyncpg.Connection, way)))
    rows = [{"note_id": f"n{number}", "n": number} for number in range(COPY_ROWS_MIN)]
    writer = house.databases.make_writer()
    insert = make_insert(notes, writer.dialect, ("note_id", "n"))
    await writer.begin()
    await writer.write(insert, rows)
    await writer.rollback()
    assert await read(house, notes) == []
    await writer.begin()
    await writer.write(insert, rows)
    await writer.commit()
    assert len(await read(house, notes)) == COPY_ROWS_MIN
    assert ways == ["copy_records_to_table"] * 2
    await writer.begin()
    await writer.write(insert, [{"note_id": f"few-{row['note_id']}", "n": 1} for row in rows[1:]])
    await writer.rollback()
    await writer.close()
    assert ways[2:] == ["executemany"]


def _note(ways, way, call):
    """Give a driver's call that is noted before it is made."""

    def noted(*args, **named):
        ways.append(way)
        return call(*args, **named)

    return noted


async def test_a_row_that_breaks_a_rule_breaks_its_copy_alone(house):
    await house.start()
    writer = house.databases.make_writer()
    insert = make_insert(notes, writer.dialect, ("note_id", "n"))
    await writer.begin()
    with pytest.raises(IntegrityError, match="COPY test_notes") as caught:
        await writer.write(insert, [{"note_id": "same", "n": 1}] * COPY_ROWS_MIN)
    assert not is_database_away(caught.value)
    await writer.rollback()
    await writer.begin()
    await writer.write(insert, [{"note_id": "other", "n": 1}] * 1)
    await writer.commit()
    await writer.close()
    assert await list_notes(house) == ["other"]


async def test_a_connection_that_ended_in_the_pool_is_replaced(house, core, proxy):
    proxy.cut()
    assert await core.dispatch(AddNote(note_id="a")) == 2
    assert core.is_storing


async def test_a_connection_that_breaks_in_a_batch_costs_nobody_a_message(house, core, proxy):
    proxy.cut_before = b"COMMIT;"
    answers = await asyncio.gather(*(core.dispatch(AddNote(note_id=f"{number:03}")) for number in range(100)))
    assert answers == list(range(2, 102))
    assert core.tally.batches_failed == 1
    await settle(house, 101)
    assert await list_notes(house) == [f"{number:03}" for number in range(100)]


async def test_a_commit_whose_answer_was_lost_is_not_done_twice(house, core, proxy):
    proxy.cut_after = b"COMMIT;"
    answers = await asyncio.gather(*(core.dispatch(AddNote(note_id=f"{number:03}")) for number in range(100)))
    assert answers == list(range(2, 102))
    assert core.tally.batches_failed == 0
    await settle(house, 101)
    async with house.databases.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(outbox))).scalar_one() == 101


async def test_a_server_that_is_away_is_nobodys_fault_and_the_next_batch_goes_on(house, core, proxy):
    await proxy.close()
    refused = await asyncio.gather(
        *(core.dispatch(AddNote(note_id=f"during-{number}")) for number in range(5)), return_exceptions=True
    )
    assert all(isinstance(error, StorageError) and not isinstance(error, UnstorableError) for error in refused)
    assert not core.is_storing
    await proxy.open()
    assert await core.dispatch(AddNote(note_id="after")) == 2
    assert core.is_storing
    assert await list_notes(house) == ["after"]


async def test_an_ended_backend_is_an_outage_and_a_bad_row_is_none(house):
    await house.start()
    async with house.databases.writer.connect() as connection:
        with pytest.raises(DBAPIError) as caught:
            await connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
    assert is_database_away(caught.value)
    async with house.databases.writer.connect() as connection:
        with pytest.raises(DBAPIError) as caught:
            await connection.exec_driver_sql("SELECT 1/0")
    assert not is_database_away(caught.value)


async def test_waits_are_bounded_and_the_process_is_named(database_url):
    databases = Databases(database_url, busy_timeout_s=7, statement_timeout_s=9, application="busbar trial")
    for engine, name in ((databases.reader, "busbar trial reader"), (databases.writer, "busbar trial writer")):
        async with engine.connect() as connection:
            shown = [
                (await connection.exec_driver_sql(f"SHOW {setting}")).scalar_one()
                for setting in ("application_name", "lock_timeout", "statement_timeout")
            ]
        assert shown == [name, "7s", "9s"]
    await databases.close()


async def test_what_is_written_sees_what_others_have_committed_whatever_the_server_begins_with(database_url):
    setting = "SET default_transaction_isolation"
    databases = Databases(database_url)
    async with databases.writer.connect() as connection:
        name = (await connection.exec_driver_sql("SELECT current_database()")).scalar_one()
        await connection.exec_driver_sql(f'ALTER DATABASE "{name}" {setting} = serializable')
        await connection.commit()
    await databases.close()
    databases = Databases(database_url)
    writer = databases.make_writer()
    await writer.begin()
    assert (await writer.execute(text("SHOW transaction_isolation"))).scalar_one() == "read committed"
    await writer.rollback()
    await writer.execute(text(f'ALTER DATABASE "{name}" RESET default_transaction_isolation'))
    await writer.close()
    await databases.close()


async def test_a_statement_past_its_time_ends(database_url):
    databases = Databases(database_url, statement_timeout_s=1)
    async with databases.writer.connect() as connection:
        with pytest.raises(DBAPIError, match="statement timeout") as caught:
            await connection.exec_driver_sql("SELECT pg_sleep(30)")
    assert is_database_away(caught.value)
    await databases.close()


async def test_readers_see_one_state(house):
    await house.start()
    async with house.databases.read() as connection:
        count = select(func.count()).select_from(notes)
        assert (await connection.execute(count)).scalar_one() == 0
        async with house.databases.writer.begin() as other:
            await other.execute(notes.insert(), [{"note_id": "a", "n": 1}])
        assert (await connection.execute(count)).scalar_one() == 0


def test_a_missing_driver_is_told_with_its_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    with pytest.raises(DatabaseDriverError, match=r"needs the Python package asyncpg: install busbar\[scale\]"):
        Databases("postgresql+asyncpg://127.0.0.1/none")
