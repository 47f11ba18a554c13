"""Whether the database holds what was acknowledged: the stations' books against the rows."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from busbar.canon.sessions import SessionState
from busbar.domain.metering.block import unpack_samples
from busbar.domain.metering.tables import meter_records, sample_blocks
from busbar.domain.sessions.tables import sessions

SHOWN_MAX = 5


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One transaction as its station remembers it."""

    station_id: str
    transaction_ref: str
    is_begun: bool
    is_ended: bool
    meter_start_wh: int
    meter_wh: int
    samples_sent: int
    samples_acknowledged: int


@dataclass(frozen=True, kw_only=True)
class Row:
    """The same transaction in the database."""

    is_ended: bool
    energy_wh: int
    record_energy_wh: int | None
    samples: int


@dataclass
class Audit:
    """What was compared, and every difference in words."""

    transactions: int = 0
    samples: int = 0
    differences: list[str] = field(default_factory=list[str])

    def describe(self) -> dict[str, object]:
        """Say it for the conditions of a figure."""
        found: dict[str, object] = {"transactions": self.transactions, "samples": self.samples}
        if self.differences:
            found["differences"] = self.differences[:SHOWN_MAX]
        return found


def read_books(file: Path) -> list[Entry]:
    """Read what the load generator wrote."""
    with file.open(encoding="ascii", newline="") as lines:
        return [
            Entry(
                station_id=line["station_id"],
                transaction_ref=line["transaction_ref"],
                is_begun=line["is_begun"] == "1",
                is_ended=line["is_ended"] == "1",
                meter_start_wh=int(line["meter_start_wh"]),
                meter_wh=int(line["meter_wh"]),
                samples_sent=int(line["samples_sent"]),
                samples_acknowledged=int(line["samples_acknowledged"]),
            )
            for line in csv.DictReader(lines, delimiter="\t")
        ]


def find_difference(entry: Entry, rows: Sequence[Row]) -> str | None:
    """Say what is wrong with one transaction; nothing when the database holds all that its station was answered for."""
    if not entry.is_begun:
        return None
    if len(rows) != 1:
        return f"{len(rows)} sessions"
    row = rows[0]
    if not entry.samples_acknowledged <= row.samples <= entry.samples_sent:
        return f"{row.samples} samples of {entry.samples_acknowledged} acknowledged and {entry.samples_sent} sent"
    return find_end_difference(entry, row) if entry.is_ended else None


def find_end_difference(entry: Entry, row: Row) -> str | None:
    """Say what is wrong with a transaction whose end was acknowledged."""
    energy_wh = entry.meter_wh - entry.meter_start_wh
    if not row.is_ended:
        return "the session has not ended"
    if row.energy_wh != energy_wh or row.record_energy_wh != energy_wh:
        return f"{row.energy_wh} Wh and {row.record_energy_wh} Wh in the meter record instead of {energy_wh} Wh"
    return None


def compare(entries: Iterable[Entry], rows: dict[tuple[str, str], list[Row]]) -> Audit:
    """Compare all transactions of the books with the database."""
    audit = Audit()
    for entry in entries:
        audit.transactions += entry.is_begun
        audit.samples += entry.samples_acknowledged
        difference = find_difference(entry, rows.get((entry.station_id, entry.transaction_ref), []))
        if difference is not None:
            audit.differences.append(f"{entry.station_id} {entry.transaction_ref}: {difference}")
    return audit


async def count_samples(connection: AsyncConnection) -> dict[str, int]:
    """Count the samples of each session, each read as the product reads it."""
    counts: dict[str, int] = {}
    async for session_id, body in await connection.stream(select(sample_blocks.c.session_id, sample_blocks.c.body)):
        counts[session_id] = counts.get(session_id, 0) + len(unpack_samples(body))
    return counts


def read_row(found: RowMapping, stored: dict[str, int]) -> Row:
    """Read a session's row."""
    return Row(
        is_ended=found["state"] == SessionState.ENDED,
        energy_wh=found["energy_wh"],
        record_energy_wh=found["record_energy_wh"],
        samples=stored.get(found["session_id"], 0),
    )


async def read_rows(url: str) -> dict[tuple[str, str], list[Row]]:
    """Read every session of a database, by station and transaction."""
    engine = create_async_engine(url)
    query = select(
        sessions.c.session_id,
        sessions.c.station_id,
        sessions.c.transaction_ref,
        sessions.c.state,
        sessions.c.energy_wh,
        meter_records.c.energy_wh.label("record_energy_wh"),
    ).join_from(sessions, meter_records, sessions.c.session_id == meter_records.c.session_id, isouter=True)
    try:
        async with engine.connect() as connection:
            stored = await count_samples(connection)
            rows: dict[tuple[str, str], list[Row]] = {}
            for found in (await connection.execute(query)).mappings():
                key = (found["station_id"], found["transaction_ref"])
                rows.setdefault(key, []).append(read_row(found, stored))
            return rows
    finally:
        await engine.dispose()


async def audit(url: str, books: Iterable[Path]) -> Audit:
    """Compare the books of all runs with the database."""
    rows = await read_rows(url)
    return compare((entry for file in books for entry in read_books(file)), rows)
