"""The schema that migrations make is the one that the rooms declare."""

import asyncio
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, column, select, table

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
