"""A house of its own for a replay: today's rooms on an empty database that knows one station and its operator."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Select, Table, insert, select

from busbar.adapters.memory.feed import MemoryFeed
from busbar.adapters.system.clock import TimeOrderedIds
from busbar.app.config import Settings
from busbar.app.core import Core
from busbar.app.migrations import migrate
from busbar.app.replay.frames import Told
from busbar.app.rooms import build_charging, build_core, build_people, furnish
from busbar.canon.sessions import SamplesReported, TransactionPhase, TransactionReported
from busbar.db.engine import Databases
from busbar.domain.access.sql import drivers, id_tokens, token_groups
from busbar.domain.stations.tables import connectors, sites, stations
from busbar.domain.tenants.sql import operators
from busbar.kernel.clock import Clock
from busbar.kernel.errors import BusbarError
from busbar.kernel.ids import StationId, TransactionRef

CHUNK_ROWS = 2000
CHUNK_REPORTS = 256
CHUNK_SPAN = timedelta(minutes=1)
"""Reports that are applied together; the scratch house's clock stands still meanwhile."""
_OPERATORS_TABLES: tuple[Table, ...] = (sites, token_groups, drivers, id_tokens)
_STATIONS_TABLES: tuple[Table, ...] = (stations, connectors)


class FrameClock:
    """Shows the time of the frame that is being replayed."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self.instant = start

    def now(self) -> datetime:
        """Return the time of the frame."""
        return self.instant

    def monotonic_s(self) -> float:
        """Return seconds since the first frame."""
        return (self.instant - self._start).total_seconds()


class Player:
    """Hands reports to a core in their order, with transaction numbers as that core gives them."""

    def __init__(self, core: Core, *, clock: FrameClock | None = None) -> None:
        """`clock`: follows the frames; None: the core's clock goes its own way."""
        self._core = core
        self._clock = clock
        self._refs: dict[str, str] = {}
        """What a transaction was called at the time -> what the core calls it."""
        self.failed: list[str] = []

    async def play(self, told: Sequence[Told]) -> None:
        """Hand in everything; what the core refuses is noted, as it was at the time."""
        chunk: list[Told] = []
        for each in told:
            is_far = bool(chunk) and each.report.received_at - chunk[0].report.received_at > CHUNK_SPAN
            if is_far or len(chunk) >= CHUNK_REPORTS:
                await self._submit(chunk)
                chunk = []
            chunk.append(each)
            if _asks_for_number(each):
                await self._submit(chunk)
                chunk = []
        await self._submit(chunk)

    async def _submit(self, chunk: Sequence[Told]) -> None:
        if not chunk:
            return
        if self._clock is not None:
            self._clock.instant = max(self._clock.instant, chunk[-1].report.received_at)
        reports = [self._rename(each) for each in chunk]
        replies = await asyncio.gather(*(self._core.submit(report) for report in reports), return_exceptions=True)
        for each, report, reply in zip(chunk, reports, replies, strict=True):
            if isinstance(reply, BusbarError):
                self.failed.append(f"{type(report).__name__}: {reply.code}")
            elif isinstance(reply, BaseException):
                raise reply
            elif isinstance(report, TransactionReported):
                each.replayed_ref = getattr(reply, "transaction_ref", None)
                if each.answered_ref is not None and each.replayed_ref is not None:
                    self._refs[each.answered_ref] = each.replayed_ref
            elif isinstance(report, SamplesReported):
                each.replayed_ref = report.transaction_ref

    def _rename(self, told: Told) -> Any:
        report = told.report
        if not isinstance(report, TransactionReported | SamplesReported) or report.transaction_ref is None:
            return report
        ref = self._refs.get(report.transaction_ref, report.transaction_ref)
        return report if ref == report.transaction_ref else _replace_ref(report, TransactionRef(ref))


def _replace_ref(report: TransactionReported | SamplesReported, ref: TransactionRef) -> object:
    return msgspec.structs.replace(report, transaction_ref=ref)


def _asks_for_number(told: Told) -> bool:
    """Tell whether later reports need this one's answer: a transaction that the server numbers."""
    report = told.report
    return (
        isinstance(report, TransactionReported)
        and report.phase is TransactionPhase.STARTED
        and report.transaction_ref is None
    )


@asynccontextmanager
async def open_core(settings: Settings, databases: Databases, *, clock: Clock, key: bytes) -> AsyncGenerator[Core]:
    """Run today's rooms on a database; what waits is finished at the end."""
    ids = TimeOrderedIds()
    core = build_core(settings, databases=databases, clock=clock, ids=ids, feed=MemoryFeed())
    charging = build_charging(settings, key=key, ids=ids, clock=clock)
    furnish(core, build_people(settings, key=key, ids=ids), charging)
    await core.start()
    try:
        yield core
    finally:
        await core.stop()


@asynccontextmanager
async def open_scratch(settings: Settings, source: Databases, station_id: StationId) -> AsyncGenerator[Databases]:
    """Make a database that goes with the replay, and tell it what it must know of the station."""
    with tempfile.TemporaryDirectory(prefix="busbar-replay-") as name:
        scratch = settings.model_copy(update={"data_dir": Path(name), "database_url": None})
        databases = Databases(scratch.database)
        try:
            await migrate(databases)
            await _seed(source, databases, station_id)
            yield databases
        finally:
            await databases.close()


async def _seed(source: Databases, target: Databases, station_id: StationId) -> None:
    async with source.read() as reader:
        of_station = select(stations.c.operator_id).where(stations.c.station_id == station_id)
        operator_id = (await reader.execute(of_station)).scalar_one()
        chosen: list[tuple[Table, Select[Any]]] = [
            (table, select(table).where(table.c.operator_id == operator_id))
            for table in (operators, *_OPERATORS_TABLES)
        ]
        chosen += [(table, select(table).where(table.c.station_id == station_id)) for table in _STATIONS_TABLES]
        for table, statement in chosen:
            rows = (await reader.execute(statement)).mappings().all()
            for start in range(0, len(rows), CHUNK_ROWS):
                async with target.writer.begin() as writer:
                    await writer.execute(insert(table), [dict(row) for row in rows[start : start + CHUNK_ROWS]])
