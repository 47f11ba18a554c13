"""What if: a year of a million sessions in a file, priced again under another tariff by the product's own job.

The job runs as in the product, alone in this process; its progress is read as the API reads it.
"""

import asyncio
import random
import resource
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import insert, select

from bench.figure import Figure, describe_machine
from bench.product import data_directory
from busbar.adapters.system.clock import SystemClock
from busbar.app.migrations import migrate
from busbar.app.what_if import WhatIfRuns
from busbar.canon.metering import Measurand, Sample
from busbar.db.engine import Databases
from busbar.db.schema import Instant
from busbar.domain.billing.tables import session_prices, what_ifs
from busbar.domain.billing.what_ifs import WHAT_IF_JOB
from busbar.domain.metering.block import pack_samples
from busbar.domain.metering.tables import meter_records, sample_blocks
from busbar.domain.sessions.tables import session_events
from busbar.kernel.ids import JobId
from busbar.ports.jobs import Job

SESSIONS = 1_000_000
SHORT_SESSIONS = 50_000
READINGS = 6
"""Of each session, beside those of its begin and end: one in ten minutes."""
STEP = timedelta(minutes=10)
SITES, STATIONS, GROUPS = 200, 2_000, 12
SINCE = datetime(2025, 1, 1, tzinfo=UTC)
YEAR = timedelta(days=365)
SESSIONS_AT_ONCE = 5_000
SEED = 4711
LIMIT_MIN = 30.0
LOOK_EVERY_S = 1.0
OPERATOR = "bench"
TERMS = {
    "currency": "EUR",
    "tax_included": "yes",
    "elements": [
        {
            "components": [{"dimension": "energy", "price": "0.49", "vat_percent": "22"}],
            "restrictions": {"start_time": "22:00", "end_time": "07:00"},
        },
        {
            "components": [
                {"dimension": "energy", "price": "0.62", "vat_percent": "22"},
                {"dimension": "idle", "price": "0.09", "per": "minute", "grace_s": 900, "vat_percent": "22"},
            ]
        },
        {"components": [{"dimension": "flat", "price": "0.35", "vat_percent": "22"}]},
    ],
}


def make_row(table: Any, **values: Any) -> dict[str, Any]:
    """Make a row: what is not given is empty."""
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.nullable or column.autoincrement is True:
            continue
        row[column.name] = SINCE if isinstance(column.type, Instant) else column.type.python_type()
    return row | values


def make_sessions(first: int, count: int, chance: random.Random) -> dict[Any, list[dict[str, Any]]]:
    """Make the rows of some sessions, by table: an hour each, of which the vehicle charges most."""
    rows: dict[Any, list[dict[str, Any]]] = {
        each: [] for each in (session_prices, meter_records, sample_blocks, session_events)
    }
    for number in range(first, first + count):
        begin = SINCE + timedelta(seconds=chance.randrange(int(YEAR.total_seconds())))
        end, session_id = begin + STEP * (READINGS + 1), f"bench-{number:012d}"
        station_id, energy_wh = f"S{chance.randrange(STATIONS)}", chance.randrange(2_000, 60_000)
        known = {"session_id": session_id, "operator_id": OPERATOR, "station_id": station_id}
        rows[session_prices].append(
            make_row(
                session_prices, **known, site_id=f"site-{number % SITES}", token_group=f"g{number % GROUPS}",
                zone="Europe/Rome", country="IT", days="{}", taxes="[]", tariff_id="t", version=1, tariff_name="T",
                scope="operator", currency="EUR", started_at=begin, ended_at=end, priced_at=end,
                energy_wh=energy_wh, gross=energy_wh * 59 // 1000, revision=1, is_final=True,
            )
        )  # fmt: skip
        rows[meter_records].append(
            make_row(
                meter_records, **known, own_start_wh=0, own_start_at=begin, own_end_wh=energy_wh, own_end_at=end,
                closed_at=end, flags="[]",
            )
        )  # fmt: skip
        for index in range(1, READINGS + 1):
            at, register_wh = begin + STEP * index, min(energy_wh, energy_wh * index // (READINGS - 1))
            sample = Sample(at=at, measurand=Measurand.ENERGY_IMPORT_REGISTER, value=register_wh)
            rows[sample_blocks].append(
                make_row(
                    sample_blocks, **known, evse_id=1, at=at, received_at=at, sample_count=1,
                    register_wh=register_wh, body=pack_samples([sample]),
                )
            )  # fmt: skip
        for index, state in ((0, "charging"), (READINGS - 1, "suspended_ev")):
            at = begin + STEP * index
            rows[session_events].append(
                make_row(
                    session_events, session_id=session_id, operator_id=OPERATOR, event_id=f"state-{index}", at=at,
                    heard_at=at, step="charging_state", source="station", detail=state,
                )
            )  # fmt: skip
    return rows


async def fill(databases: Databases, sessions: int) -> None:
    """Put the sessions and the question into an empty database."""
    chance = random.Random(SEED)
    for first in range(0, sessions, SESSIONS_AT_ONCE):
        rows = make_sessions(first, min(SESSIONS_AT_ONCE, sessions - first), chance)
        async with databases.writer.begin() as connection:
            for table, those in rows.items():
                await connection.execute(insert(table), those)
    question = make_row(
        what_ifs, what_if_id="what-if", operator_id=OPERATOR, tariff_id="t", tariff_name="Draft",
        terms_json=msgspec.json.encode(TERMS).decode(), since=SINCE, until=SINCE + 2 * YEAR, state="waiting",
        result_json="{}",
    )  # fmt: skip
    async with databases.writer.begin() as connection:
        await connection.execute(insert(what_ifs), [question])


async def watch(databases: Databases, seen: set[int]) -> None:
    """Read how far the answer is, as a screen does."""
    while True:
        async with databases.read() as connection:
            seen.add(int((await connection.execute(select(what_ifs.c.done))).scalar_one()))
        await asyncio.sleep(LOOK_EVERY_S)


async def run(directory: Path, sessions: int) -> Figure:
    """Fill, ask, and compare what the answer counted with what was filled in."""
    databases = Databases(f"sqlite+aiosqlite:///{directory / 'what-if.sqlite3'}")
    await migrate(databases)
    await fill(databases, sessions)
    seen: set[int] = set()
    watching = asyncio.create_task(watch(databases, seen))
    payload = '{"what_if_id":"what-if"}'
    job = Job(job_id=JobId("bench"), kind=WHAT_IF_JOB, payload_json=payload, attempts=1, max_attempts=1)
    begun_s, cpu_s = time.monotonic(), time.process_time()
    await WhatIfRuns(databases=databases, clock=SystemClock()).run(job)
    took_s, cpu_s = time.monotonic() - begun_s, time.process_time() - cpu_s
    watching.cancel()
    async with databases.read() as connection:
        row = (await connection.execute(select(what_ifs))).mappings().one()
    await databases.close()
    answer = msgspec.json.decode(row["result_json"])
    is_whole = row["state"] == "done" and row["done"] == answer["total"]["sessions"] == sessions
    return Figure(
        name=f"what-if, {sessions:,} sessions priced again",
        ours=round(took_s / 60, 2),
        unit="min",
        limit=LIMIT_MIN,
        faults=int(not is_whole),
        conditions={
            "sessions": sessions,
            "readings": READINGS + 2,
            "elements": len(TERMS["elements"]),
            "sessions_per_s": round(sessions / took_s),
            "cpu_ms_a_session": round(cpu_s * 1000 / sessions, 3),
            "progress_seen": len(seen),
            "database_mb": round((directory / "what-if.sqlite3").stat().st_size / 1e6),
            "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        },
        measured_on=describe_machine(),
    )


def measure(*, is_short: bool = False) -> Iterator[Figure]:
    """Price a year again."""
    with data_directory() as directory:
        yield asyncio.run(run(directory, SHORT_SESSIONS if is_short else SESSIONS))
