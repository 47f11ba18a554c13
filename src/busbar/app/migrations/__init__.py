"""The database's schema, step by step.

Revisions are numbered files in `versions/`; the highest number is the head. A start compares numbers first and loads
Alembic only when there is something to do. Processes that start at once on PostgreSQL take turns: the first migrates,
the others find it done. A step only adds, so that older processes serve on meanwhile; a house test says so.

On SQLite, and in an empty database, all steps are one transaction. On a PostgreSQL that others work on each step is one
of its own: it holds what it locks for a moment only, and gives way to whoever holds a table for long.
"""

import asyncio
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.db.engine import Databases
from busbar.db.outage import find_sqlstate

VERSION_TABLE = "alembic_version"
TURN_KEY = 0x627573626172
"""Name of the advisory lock that a migration holds: `busbar` in ASCII."""
TURN_INTERVAL_S = 0.2
"""How often a process asks whether it is its turn."""
STEP_TIMEOUT_S = 24 * 3600
"""How long one statement may take: an index of all samples takes its time, and nobody waits for it."""
LOCK_WAIT_MS = 500
"""How long a step waits for a table. Whoever comes for the table after it waits as long."""
TRIES_MAX = 60
TRY_INTERVAL_S = 1
"""A step that did not get a table is tried again, for longer than any statement of others may take."""
_GIVEN_WAY = ("55P03", "40P01")
"""SQLSTATE of a lock that was not to be had in time, and of two that waited for each other."""


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
    """Bring the schema to the head (or `to`); return the revisions before and after.

    What breaks off leaves whole steps behind; the next time goes on from there. Errors: `NewerSchemaError`,
    SQLAlchemy's.
    """
    head = to or find_head()
    async with databases.writer.connect() as connection:
        before = await find_current(connection)
        if before != head and databases.is_sqlite:
            _refuse_newer(before, head)
            await _climb_at_once(connection, head)
    if before == head or databases.is_sqlite:
        return before, head
    patient = Databases(
        databases.url.render_as_string(hide_password=False),
        statement_timeout_s=STEP_TIMEOUT_S,
        writers_max=1,
        application="busbar migration",
    )
    try:
        async with patient.writer.connect() as connection:
            await _take_turn(connection)
            before = await find_current(connection)
            _refuse_newer(before, head)
            if before is None:
                await _climb_at_once(connection, head)
            elif before != head:
                await _climb_by_steps(connection, head)
    finally:
        await patient.close()  # the turn ends with its connection
    return before, head


def _refuse_newer(before: str | None, head: str) -> None:
    if before is not None and before > head:
        raise NewerSchemaError(
            f"the database has schema {before}, newer than this program's {head}: run the newer Busbar again"
        )


async def _climb_at_once(connection: AsyncConnection, head: str) -> None:
    """Take all steps in the transaction that is open, and commit it."""
    await connection.run_sync(_upgrade, head, is_served=False)
    await connection.commit()


async def _climb_by_steps(connection: AsyncConnection, head: str) -> None:
    """Take each step in a transaction of its own; one that does not get its tables is tried again after a rest."""
    for left in reversed(range(TRIES_MAX)):
        await connection.rollback()  # else all steps would be in what is open
        try:
            await connection.run_sync(_upgrade, head, is_served=True)
        except DBAPIError as error:
            if find_sqlstate(error) not in _GIVEN_WAY or not left:
                raise
            await connection.rollback()
            await asyncio.sleep(TRY_INTERVAL_S)
        else:
            return


async def _take_turn(connection: AsyncConnection) -> None:
    """Wait until no other process migrates, for as long as that takes; the turn is this connection's until it closes.

    It asks again and again rather than wait within a transaction: an index that is made beside its table's writers
    waits until every transaction has ended that is open.
    """
    while not (await connection.execute(text(f"SELECT pg_try_advisory_lock({TURN_KEY})"))).scalar():
        await connection.rollback()
        await asyncio.sleep(TURN_INTERVAL_S)
    await connection.execute(text(f"SET lock_timeout = {LOCK_WAIT_MS}"))
    await connection.commit()


def _upgrade(connection: Connection, revision: str, *, is_served: bool) -> None:
    from alembic import command  # noqa: PLC0415 - 150 ms that most starts do not need
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(find_directory()))
    config.attributes["connection"] = connection
    config.attributes["is_served"] = is_served
    command.upgrade(config, revision)
