"""Whose clock decides when a lease is over.

Processes on many machines have many clocks. On PostgreSQL the database's own clock is asked, so that all of them agree;
SQLite belongs to one process, whose clock it is.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.db.engine import Databases
from busbar.kernel.clock import Clock

ReadNow = Callable[[AsyncConnection], Awaitable[datetime]]
"""Reads the present instant in a transaction."""


def read_clock(clock: Clock) -> ReadNow:
    """Return a reader of this process's clock."""

    async def read(_connection: AsyncConnection) -> datetime:
        return clock.now()

    return read


async def read_database_clock(connection: AsyncConnection) -> datetime:
    """Read the clock of the database's machine."""
    now: datetime = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
    return now.astimezone(UTC)


def choose_clock(databases: Databases, clock: Clock) -> ReadNow:
    """Return the reader of the clock that all processes of this database share."""
    return read_clock(clock) if databases.is_sqlite else read_database_clock
