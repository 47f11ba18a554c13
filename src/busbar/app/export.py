"""Samples as a Parquet file, for programs that analyse them: `busbar export samples`.

Blocks are read a part at a time and written to a text file beside the target, which DuckDB turns into Parquet: neither
takes more memory for a year than for an hour.
"""

import csv
import importlib
import tempfile
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.app.config import Settings
from busbar.app.database import open_databases
from busbar.domain.metering.block import unpack_samples
from busbar.domain.metering.tables import sample_blocks
from busbar.domain.stations.tables import stations
from busbar.kernel.errors import UnavailableError

BLOCKS_PER_READ = 2000
MEMORY_LIMIT = "256MB"
COLUMNS = {
    "operator_id": "VARCHAR",
    "station_id": "VARCHAR",
    "evse_id": "BIGINT",
    "session_id": "VARCHAR",
    "transaction_ref": "VARCHAR",
    "at": "TIMESTAMPTZ",
    "received_at": "TIMESTAMPTZ",
    "measurand": "VARCHAR",
    "phase": "VARCHAR",
    "location": "VARCHAR",
    "context": "VARCHAR",
    "value": "BIGINT",
    "raw_measurand": "VARCHAR",
    "signed": "VARCHAR",
}
"""What a row of the file holds; the unit of `value` belongs to its measurand."""
_OF_BLOCK = tuple(COLUMNS)[:5]
_OF_SAMPLE = tuple(COLUMNS)[7:]


class ExportToolError(UnavailableError):
    """What writes Parquet is not installed."""

    code = "unavailable.export_tool"


class ExportQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which samples: taken from `since` until before `until`, everywhere or at one place."""

    since: datetime
    until: datetime
    station_id: str | None = None
    site_id: str | None = None


async def export_samples(settings: Settings, query: ExportQuery, target: Path) -> int:
    """Write the samples to a Parquet file and return how many those were. Errors: `ExportToolError`, OSError."""
    try:
        duckdb: Any = importlib.import_module("duckdb")
    except ModuleNotFoundError:
        raise ExportToolError("Parquet needs the Python package duckdb: install busbar[analytics]") from None
    databases = open_databases(settings, application="busbar export")
    count = 0
    try:
        with tempfile.TemporaryDirectory(prefix=".busbar-export-", dir=target.parent) as directory:
            text = Path(directory) / "samples.csv"
            with text.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, quoting=csv.QUOTE_MINIMAL)
                async with databases.read() as connection:
                    async for rows in _read(connection, query):
                        writer.writerows(rows)
                        count += len(rows)
            _write_parquet(duckdb, text, Path(directory) / "samples.parquet")
            (Path(directory) / "samples.parquet").replace(target)
    finally:
        await databases.close()
    return count


def _write_parquet(duckdb: Any, source: Path, target: Path) -> None:
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS.items())
    form = r"""header = false, delim = ',', quote = '"', escape = '"', nullstr = '\N', auto_detect = false"""
    rows = f"SELECT * FROM read_csv('{_quote(source)}', {form}, columns = {{{columns}}})"  # noqa: S608 - our own names
    with duckdb.connect() as engine:
        engine.execute(f"SET memory_limit = '{MEMORY_LIMIT}'; SET temp_directory = '{_quote(target.parent)}'")
        engine.execute(f"COPY ({rows}) TO '{_quote(target)}' (FORMAT parquet, COMPRESSION zstd)")


def _quote(path: Path) -> str:
    return str(path).replace("'", "''")


async def _read(connection: AsyncConnection, query: ExportQuery) -> AsyncIterator[list[list[Any]]]:
    """Give rows in the order in which they came in, a part at a time."""
    after = 0
    while True:
        blocks = (await connection.execute(_select(query, after))).all()
        if not blocks:
            return
        after = blocks[-1].block_id
        yield [row for block in blocks for row in _list_rows(block)]


def _select(query: ExportQuery, after: int) -> Select[Any]:
    block = sample_blocks.c
    wanted = select(sample_blocks).where(block.block_id > after, block.at >= query.since, block.at < query.until)
    if query.station_id is not None:
        wanted = wanted.where(block.station_id == query.station_id)
    if query.site_id is not None:
        own = select(stations.c.station_id).where(stations.c.site_id == query.site_id)
        wanted = wanted.where(block.station_id.in_(own.scalar_subquery()))
    return wanted.order_by(block.block_id).limit(BLOCKS_PER_READ)


def _list_rows(block: Any) -> Sequence[list[Any]]:
    whose = [_write(getattr(block, name)) for name in _OF_BLOCK]
    received_at = block.received_at.isoformat()
    return [
        [*whose, sample.at.isoformat(), received_at, *(_write(getattr(sample, name)) for name in _OF_SAMPLE)]
        for sample in unpack_samples(block.body)
    ]


def _write(value: object) -> object:
    return "\\N" if value is None else value
