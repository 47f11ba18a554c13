"""Leases in the database that all processes share."""

from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, ColumnElement, Integer, String, Table, and_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.db.engine import Databases
from busbar.db.schema import Instant, metadata
from busbar.db.timekeeping import ReadNow
from busbar.db.work import sql
from busbar.kernel.clock import Clock
from busbar.ports.leases import Grant, LeaseLostError
from busbar.ports.work import UnitOfWork

_MILLISECOND = timedelta(milliseconds=1)

leases = Table(
    "leases",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("holder", String(80), nullable=True),
    Column("epoch", BigInteger, nullable=False),
    Column("beat", BigInteger, nullable=False),
    Column("lease_ms", Integer, nullable=False),
    Column("renewed_at", Instant(), nullable=False),
)
"""Who holds which name. `beat` is the sign of life; `renewed_at` is for people, nothing is decided by it."""


class _Sighting(msgspec.Struct, frozen=True):
    epoch: int
    beat: int
    since_s: float


class SqlLeases:
    """See `busbar.ports.leases.Leases`. One object a process: it remembers which signs of life it saw, and when."""

    def __init__(self, databases: Databases, *, clock: Clock, read_now: ReadNow, lease: timedelta) -> None:
        self._databases = databases
        self._clock = clock
        self._read_now = read_now
        self._lease = lease
        self._sightings: dict[str, _Sighting] = {}

    async def acquire(self, name: str, *, holder: str) -> Grant | None:
        """Take the name if nobody has it, or if its holder was silent for the length of its lease."""
        asked_s = self._clock.monotonic_s()
        async with self._databases.writer.begin() as connection:
            row = (await connection.execute(select(leases).where(leases.c.name == name))).first()
            if row is None:
                is_taken = await self._insert(connection, name, holder)
                return self._grant(name, holder, epoch=1, asked_s=asked_s) if is_taken else None
            is_free = row.holder is None or row.holder == holder
            if not is_free and not self._is_silent(name, _Sighting(row.epoch, row.beat, 0), row.lease_ms / 1000):
                return None
            seen = and_(leases.c.name == name, leases.c.epoch == row.epoch, leases.c.beat == row.beat)
            values = await self._write(connection, holder=holder, epoch=row.epoch + 1, beat=0)
            taken = await connection.execute(update(leases).where(seen).values(values))
        if not taken.rowcount:
            return None
        self._sightings.pop(name, None)
        return self._grant(name, holder, epoch=row.epoch + 1, asked_s=asked_s)

    async def renew(self, grant: Grant) -> Grant | None:
        """Give a sign of life."""
        asked_s = self._clock.monotonic_s()
        async with self._databases.writer.begin() as connection:
            values = await self._write(connection, beat=leases.c.beat + 1)
            renewed = await connection.execute(update(leases).where(_is_held(grant)).values(values))
        return self._grant(grant.name, grant.holder, grant.epoch, asked_s) if renewed.rowcount else None

    async def release(self, grant: Grant) -> None:
        """Give the name up."""
        async with self._databases.writer.begin() as connection:
            await connection.execute(update(leases).where(_is_held(grant)).values(holder=None))

    async def check(self, grant: Grant, work: UnitOfWork) -> None:
        """Raise unless the name is still held; on PostgreSQL it cannot change hands before the unit ends."""
        statement = select(leases.c.name).where(_is_held(grant)).with_for_update(read=True)
        if (await sql(work).execute(statement)).first() is None:
            raise LeaseLostError("another process has taken over", name=grant.name)

    async def vacate(self) -> None:
        """Free all names: whoever opens a database that belongs to one process knows that their holders are gone."""
        async with self._databases.writer.begin() as connection:
            await connection.execute(update(leases).values(holder=None))

    def _is_silent(self, name: str, seen: _Sighting, lease_s: float) -> bool:
        now_s = self._clock.monotonic_s()
        before = self._sightings.get(name)
        if before is None or (before.epoch, before.beat) != (seen.epoch, seen.beat):
            self._sightings[name] = msgspec.structs.replace(seen, since_s=now_s)
            return False
        return now_s - before.since_s >= lease_s

    def _grant(self, name: str, holder: str, epoch: int, asked_s: float) -> Grant:
        return Grant(name=name, holder=holder, epoch=epoch, valid_until_s=asked_s + self._lease.total_seconds())

    async def _insert(self, connection: AsyncConnection, name: str, holder: str) -> bool:
        insert: Any = sqlite.insert(leases) if connection.dialect.name == "sqlite" else postgresql.insert(leases)
        values = await self._write(connection, name=name, holder=holder, epoch=1, beat=0)
        added = await connection.execute(insert.values(values).on_conflict_do_nothing())
        return added.rowcount > 0

    async def _write(self, connection: AsyncConnection, **values: object) -> dict[str, object]:
        now = await self._read_now(connection)
        return {**values, "lease_ms": self._lease // _MILLISECOND, "renewed_at": now}


def _is_held(grant: Grant) -> ColumnElement[bool]:
    return and_(leases.c.name == grant.name, leases.c.holder == grant.holder, leases.c.epoch == grant.epoch)
