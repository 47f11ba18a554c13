"""Tables that PostgreSQL keeps in a part for each day, so that a day that is over is dropped at once.

A part holds what came in on one UTC day. The part `<table>_other` takes what falls on no day that has one: nothing is
refused because parts were not made in time.
"""

import re
from datetime import UTC, date, datetime, timedelta

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

log = structlog.get_logger(__name__)

DAYS_AHEAD = 7
"""Parts are made so many days before they are needed."""
_NAME = re.compile(r"_(\d{8})$")
_LIST = """
    SELECT child.relname FROM pg_inherits
    JOIN pg_class child ON child.oid = inhrelid JOIN pg_class parent ON parent.oid = inhparent
    WHERE parent.relname = :table AND parent.relnamespace = current_schema()::regnamespace
"""


def name_part(table: str, day: date) -> str:
    """Return the name of a day's part."""
    return f"{table}_{day:%Y%m%d}"


def write_part(table: str, day: date, *, name: str) -> str:
    """Write the statement that makes a day's part."""
    begins_at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    ends_at = begins_at + timedelta(days=1)
    return f"CREATE TABLE {name} PARTITION OF {table} FOR VALUES FROM ('{begins_at}') TO ('{ends_at}')"


def write_default(table: str, *, name: str) -> str:
    """Write the statement that makes the part for everything else."""
    return f"CREATE TABLE {name} PARTITION OF {table} DEFAULT"


def read_day(name: str) -> date | None:
    """Return the day of a part, from its name."""
    found = _NAME.search(name)
    return datetime.strptime(found[1], "%Y%m%d").replace(tzinfo=UTC).date() if found else None


async def list_parts(connection: AsyncConnection, table: str) -> dict[date, str]:
    """Return the parts of a table by their day; none when it is not kept in parts."""
    names = (await connection.execute(text(_LIST), {"table": table})).scalars()
    return {day: name for name in names if (day := read_day(name)) is not None}


async def make_parts(connection: AsyncConnection, table: str, *, column: str, today: date) -> int:
    """Make the parts of today and of the days to come; return how many were missing.

    A day of which rows lie in `<table>_other` already gets none: they stay there.
    """
    there = await list_parts(connection, table)
    if not there:
        return 0
    made = 0
    for number in range(DAYS_AHEAD + 1):
        day = today + timedelta(days=number)
        if day in there:
            continue
        span = {"since": datetime(day.year, day.month, day.day, tzinfo=UTC)}
        span["until"] = span["since"] + timedelta(days=1)
        asked = f"SELECT 1 FROM {table}_other WHERE {column} >= :since AND {column} < :until LIMIT 1"  # noqa: S608 - constants
        if (await connection.execute(text(asked), span)).first() is not None:
            log.warning("day_parts.day_is_taken", table=table, day=str(day))
            continue
        await connection.execute(text(write_part(table, day, name=name_part(table, day))))
        made += 1
    return made


async def drop_parts(connection: AsyncConnection, table: str, *, keep_from: date) -> int:
    """Drop the parts of the days before; return how many those were."""
    past = [name for day, name in sorted((await list_parts(connection, table)).items()) if day < keep_from]
    for name in past:
        await connection.execute(text(f"DROP TABLE {name}"))
    return len(past)
