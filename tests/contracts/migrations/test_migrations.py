"""The schema that migrations make is the one that the rooms declare."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, column, table

from busbar.app.migrations import VERSION_TABLE, NewerSchemaError, find_current, find_head, migrate
from busbar.app.migrations.tables import gather_metadata
from busbar.db.engine import Databases


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


async def test_an_empty_database_is_brought_to_the_head(tmp_path):
    databases = Databases(f"sqlite+aiosqlite:///{tmp_path / 'new.sqlite3'}")
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


async def test_a_second_time_does_nothing(tmp_path):
    databases = Databases(f"sqlite+aiosqlite:///{tmp_path / 'new.sqlite3'}")
    await migrate(databases)
    assert await migrate(databases) == (find_head(), find_head())
    await databases.close()


async def test_a_newer_database_is_left_alone(tmp_path):
    databases = Databases(f"sqlite+aiosqlite:///{tmp_path / 'new.sqlite3'}")
    await migrate(databases)
    async with databases.writer.begin() as connection:
        await connection.execute(table(VERSION_TABLE, column("version_num")).update().values(version_num="9999"))
    with pytest.raises(NewerSchemaError, match="9999"):
        await migrate(databases)
    await databases.close()
