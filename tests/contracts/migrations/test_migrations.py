"""The schema that migrations make is the one that the rooms declare."""

import asyncio
import shutil
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, column, inspect, select, table, text
from sqlalchemy.exc import DBAPIError

import busbar.app.migrations as own
from busbar.app.migrations import VERSION_TABLE, NewerSchemaError, find_current, find_head, migrate
from busbar.app.migrations.tables import gather_metadata
from busbar.db.engine import Databases
from busbar.db.schema import Instant
from busbar.domain.metering.tables import sample_blocks
from tests.fakes.sample_rows import list_sample_rows


def compare(connection: Connection):
    tables = gather_metadata()
    context = MigrationContext.configure(
        connection,
        opts={
            "compare_type": True,
            "include_name": lambda name, kind, _parents: kind != "table" or name in tables.tables,
            "include_object": lambda item, name, kind, _reflected, _to: not str(name or "").startswith("test_"),
        },
    )
    return compare_metadata(context, tables)


async def test_an_empty_database_is_brought_to_the_head(empty_database_url):
    databases = Databases(empty_database_url)
    assert await migrate(databases) == (None, find_head())
    async with databases.read() as connection:
        assert await find_current(connection) == find_head()
        differences = [
            each
            for each in await connection.run_sync(compare)
            if not str(getattr(each[1], "name", "")).startswith("test_")
        ]
        assert differences == []
    await databases.close()


async def test_a_second_time_does_nothing(empty_database_url):
    databases = Databases(empty_database_url)
    await migrate(databases)
    assert await migrate(databases) == (find_head(), find_head())
    await databases.close()


async def test_processes_that_start_at_once_migrate_once(empty_database_url):
    processes = [Databases(empty_database_url) for _ in range(4)]
    befores = sorted([before or "" for before, _ in await asyncio.gather(*(migrate(each) for each in processes))])
    assert befores == ["", *[find_head()] * 3]
    for databases in processes:
        await databases.close()


async def test_a_file_has_its_write_ahead_log_also_where_nobody_waits(tmp_path):
    databases = Databases(f"sqlite+aiosqlite:///{tmp_path / 'new.sqlite3'}", busy_timeout_s=0)
    async with databases.writer.connect() as connection:
        assert (await connection.execute(text("PRAGMA journal_mode"))).scalar() == "wal"
    await databases.close()


async def test_a_newer_database_is_left_alone(empty_database_url):
    databases = Databases(empty_database_url)
    await migrate(databases)
    async with databases.writer.begin() as connection:
        await connection.execute(table(VERSION_TABLE, column("version_num")).update().values(version_num="9999"))
    with pytest.raises(NewerSchemaError, match="9999"):
        await migrate(databases)
    await databases.close()


async def test_samples_move_into_blocks(empty_database_url):
    databases = Databases(empty_database_url)
    at, until = datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 3, 1, 13, tzinfo=UTC)
    shared = {"operator_id": "op", "station_id": "S1", "evse_id": 1, "session_id": "s", "transaction_ref": None}
    rows = [
        {**shared, "at": moment, "received_at": until, "measurand": measurand, "phase": None, "location": "outlet",
         "context": "periodic", "value": value, "raw_measurand": None, "signed": None}
        for moment in (at, until)
        for measurand, value in (("power.import", 7000), ("energy.import.register", 100), ("voltage", 230_000))
    ]  # fmt: skip
    await migrate(databases, to="0001")
    names = ("at", "received_at")
    old = table("samples", *(column(name, Instant() if name in names else None) for name in rows[0]))
    async with databases.writer.begin() as connection:
        await connection.execute(old.insert(), rows)
    await migrate(databases)
    async with databases.read() as connection:
        blocks = [dict(row) for row in (await connection.execute(select(sample_blocks))).mappings()]
    assert [(block["at"], block["sample_count"], block["power_w"], block["register_wh"]) for block in blocks] == [
        (at, 3, 7000, 100),
        (until, 3, 7000, 100),
    ]
    found = list_sample_rows(blocks)
    assert [{name: row[name] for name in rows[0]} for row in found] == rows
    await databases.close()


COLUMN_STEP = """
import sqlalchemy as sa
from alembic import op

revision = "9001"
down_revision = "{head}"


def upgrade():
    op.add_column("sessions", sa.Column("test_note", sa.String(length=20), nullable=True))
"""
INDEX_STEP = """
from busbar.app.migrations.indexes import add_index

revision = "9002"
down_revision = "9001"


def upgrade():
    add_index("test_ix_sessions_note", "sessions", ["test_note"])
"""


@pytest.fixture
def later(tmp_path, monkeypatch):
    """The steps of a version to come: one adds a column to a table that is in use, one makes an index of it."""
    directory = tmp_path / "migrations"
    shutil.copytree(own.find_directory(), directory)
    (directory / "versions" / "9001_column.py").write_text(COLUMN_STEP.format(head=find_head()), encoding="utf-8")
    (directory / "versions" / "9002_index.py").write_text(INDEX_STEP, encoding="utf-8")
    return lambda: monkeypatch.setattr(own, "find_directory", lambda: directory)


async def list_indexes(databases):
    async with databases.read() as connection:
        return {
            index["name"] for index in await connection.run_sync(lambda sync: inspect(sync).get_indexes("sessions"))
        }


async def test_a_database_in_use_takes_step_after_step(empty_database_url, later):
    databases = Databases(empty_database_url)
    _, head = await migrate(databases)
    later()
    assert await migrate(databases) == (head, "9002")
    assert "test_ix_sessions_note" in await list_indexes(databases)
    async with databases.read() as connection:
        assert await find_current(connection) == "9002"
        await connection.execute(text("SELECT test_note FROM sessions"))
    await databases.close()


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
async def test_processes_that_start_on_a_database_in_use_take_turns(empty_database_url, later):
    processes = [Databases(empty_database_url) for _ in range(3)]
    _, head = await migrate(processes[0])
    later()
    befores = sorted([before or "" for before, _ in await asyncio.gather(*(migrate(each) for each in processes))])
    assert befores == [head, "9002", "9002"]
    for databases in processes:
        await databases.close()


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
async def test_a_step_gives_way_to_who_holds_its_table_and_is_tried_again(empty_database_url, later, monkeypatch):
    """A report reads sessions for long: a step that waited for it would hold up every station behind it."""
    monkeypatch.setattr(own, "TRIES_MAX", 2)
    monkeypatch.setattr(own, "TRY_INTERVAL_S", 0)
    monkeypatch.setattr(own, "LOCK_WAIT_MS", 50)
    databases = Databases(empty_database_url)
    _, head = await migrate(databases)
    later()
    async with databases.read() as report:
        await report.execute(text("SELECT count(*) FROM sessions"))
        with pytest.raises(DBAPIError, match="lock timeout"):
            await migrate(databases)
        async with databases.writer.begin() as connection:
            assert await find_current(connection) == head
            await connection.execute(text("LOCK TABLE sessions IN ROW EXCLUSIVE MODE NOWAIT"))
        monkeypatch.setattr(own, "TRIES_MAX", 1000)
        waiting = asyncio.create_task(migrate(databases))
        await asyncio.sleep(0.2)
        assert not waiting.done()
    assert await waiting == (head, "9002")
    await databases.close()


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
async def test_an_index_that_broke_off_is_made_again(empty_database_url, later):
    databases = Databases(empty_database_url)
    _, head = await migrate(databases)
    later()
    assert await migrate(databases, to="9001") == (head, "9001")
    async with databases.writer.begin() as connection:
        await connection.execute(text("CREATE INDEX test_ix_sessions_note ON sessions (test_note)"))
        spoil = "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'test_ix_sessions_note'::regclass"
        await connection.execute(text(spoil))
    await migrate(databases)
    async with databases.read() as connection:
        ask = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'test_ix_sessions_note'::regclass"
        assert (await connection.execute(text(ask))).scalar() is True
    await databases.close()
