"""The database's schema, step by step.

Revisions are numbered files in `versions/`; the highest number is the head. A start compares numbers first and loads
Alembic only when there is something to do. Processes that start at once on PostgreSQL take turns: the first migrates,
the others find it done. A step only adds, so that older processes serve on meanwhile; a house test says so.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.db.engine import Databases

VERSION_TABLE = "alembic_version"
TURN_KEY = 0x627573626172
"""Name of the advisory lock that a migration holds: `busbar` in ASCII."""


class NewerSchemaError(Exception):
    """The database was written by a newer Busbar; the text says what to do."""


def find_directory() -> Path:
    """Return the directory of this package, for Alembic."""
    return Path(__file__).parent


def find_head() -> str:
    """Return the newest revision that this program knows."""
    return max(path.name[:4] for path in (find_directory() / "versions").glob("[0-9]*.py"))


async def find_current(connection: AsyncConnection) -> str | None:
    """Return the database's revision, or None for a database without a schema."""

    def read(sync: Connection) -> str | None:
        if not inspect(sync).has_table(VERSION_TABLE):
            return None
        return sync.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 - a constant

    return await connection.run_sync(read)


async def migrate(databases: Databases, *, to: str | None = None) -> tuple[str | None, str]:
    """Bring the schema to the head (or `to`), in one transaction; return the revisions before and after.

    Errors: `NewerSchemaError`, SQLAlchemy's.
    """
    head = to or find_head()
    async with databases.writer.connect() as connection:
        before = await find_current(connection)
        if before != head:
            await _take_turn(connection, busy_timeout_s=databases.busy_timeout_s)
            before = await find_current(connection)
        if before is not None and before > head:
            raise NewerSchemaError(
                f"the database has schema {before}, newer than this program's {head}: run the newer Busbar again"
            )
        if before != head:
            await connection.run_sync(_upgrade, head)
            await connection.commit()
    return before, head


async def _take_turn(connection: AsyncConnection, *, busy_timeout_s: int) -> None:
    """Wait until no other process migrates, for as long as that takes; then wait for no lock longer than usual.

    A statement that waited for a table would hold up everybody who comes for the table after it.
    """
    if connection.dialect.name != "postgresql":
        return
    await connection.execute(text("SET LOCAL lock_timeout = 0"))
    await connection.execute(text("SET LOCAL statement_timeout = 0"))
    await connection.execute(text(f"SELECT pg_advisory_xact_lock({TURN_KEY})"))
    await connection.execute(text(f"SET LOCAL lock_timeout = {busy_timeout_s * 1000}"))


def _upgrade(connection: Connection, revision: str) -> None:
    from alembic import command  # noqa: PLC0415 - 150 ms that most starts do not need
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(find_directory()))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
