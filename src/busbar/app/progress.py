"""How far the roll-ups are, in the database: moved on in the transaction of what is rolled up."""

from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.domain.metering.tables import sample_blocks, telemetry_buckets, telemetry_progress

BLOCKS = "blocks"
"""The last block that is rolled up."""
EDGES = "edges"
"""Up to when ends of sessions are rolled up."""
REBUILT = "rebuilt"
"""Up to which block buckets may hold what is rolled up again: progress was lost, buckets were not."""


class ProgressLostError(Exception):
    """Somebody else has moved on meanwhile: what was worked out is not true any more."""


class Mark(NamedTuple):
    """One row of progress."""

    block_id: int
    received_at: datetime


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """What a step begins from."""

    blocks: Mark | None
    edges: Mark | None
    rebuilt_id: int

    @property
    def block_id(self) -> int | None:
        """The last block that is rolled up."""
        return None if self.blocks is None else self.blocks.block_id

    @property
    def ends_since(self) -> datetime | None:
        """Up to when ends of sessions are rolled up."""
        mark = self.edges or self.blocks
        return None if mark is None else mark.received_at

    @property
    def is_rebuilding(self) -> bool:
        """Whether what comes next may be in the buckets already."""
        return (self.block_id or 0) < self.rebuilt_id


async def read_progress(connection: AsyncConnection) -> Progress:
    """Read how far the roll-ups are."""
    rows = await connection.execute(select(telemetry_progress))
    marks = {row.name: Mark(row.block_id, row.received_at) for row in rows}
    rebuilt_id = marks[REBUILT].block_id if REBUILT in marks else 0
    if BLOCKS not in marks:
        rebuilt_id = await _find_rebuilt(connection)
    return Progress(blocks=marks.get(BLOCKS), edges=marks.get(EDGES), rebuilt_id=rebuilt_id)


async def _find_rebuilt(connection: AsyncConnection) -> int:
    """Return the last block that buckets may hold, though nothing says that any was rolled up."""
    has_buckets = (await connection.execute(select(telemetry_buckets.c.station_id).limit(1))).first() is not None
    if not has_buckets:
        return 0
    return (await connection.execute(select(func.max(sample_blocks.c.block_id)))).scalar() or 0


async def move_on(
    connection: AsyncConnection, name: str, before: Mark | None, *, block_id: int, received_at: datetime
) -> None:
    """Write progress down, if it still is what it was. Errors: `ProgressLostError`."""
    table = telemetry_progress.c
    values: dict[str, Any] = {"block_id": block_id, "received_at": received_at}
    if before is not None:
        where = (table.name == name, table.block_id == before.block_id, table.received_at == before.received_at)
        if (await connection.execute(update(telemetry_progress).where(*where).values(values))).rowcount != 1:
            raise ProgressLostError
        return
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    made = insert(telemetry_progress).values(name=name, **values).on_conflict_do_nothing()
    if (await connection.execute(made)).rowcount != 1:
        raise ProgressLostError


async def note_rebuild(connection: AsyncConnection, rebuilt_id: int, received_at: datetime) -> None:
    """Write down up to which block buckets may hold what is rolled up again."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    values = {"block_id": rebuilt_id, "received_at": received_at}
    note = insert(telemetry_progress).values(name=REBUILT, **values)
    await connection.execute(note.on_conflict_do_update(index_elements=["name"], set_=values))
