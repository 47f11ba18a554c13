"""What screens ask of telemetry: a session's curve, a station's day, a site's month; and what roll-ups cost.

The rows of a month are put into the database of a running product, which is asked over HTTP, one request at a time.
"""

import asyncio
import statistics
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import select

from bench.figure import Figure
from bench.processes import cores
from bench.product import ADMIN, Product, data_directory, started
from busbar.adapters.system.clock import SystemClock
from busbar.app.migrations import migrate
from busbar.app.telemetry import Retention, Telemetry
from busbar.canon.metering import Measurand, Sample
from busbar.db.engine import Databases
from busbar.db.schema import Instant
from busbar.domain.metering.block import pack_samples
from busbar.domain.metering.rollup import DAY, HOUR, MINUTE, QUARTER
from busbar.domain.metering.tables import meter_records, sample_blocks, telemetry_buckets
from busbar.domain.sessions.tables import sessions
from busbar.domain.stations.tables import sites, stations
from busbar.domain.tenants.sql import operators

STATIONS = 50
EVSES = 2
DAYS = 31
SESSION_BLOCKS = 4320
"""Twelve hours at one in ten seconds."""
BLOCK_EVERY = timedelta(seconds=10)
ROWS_AT_ONCE = 20_000
REQUESTS = 40
WARM_UP_REQUESTS = 5
LIMIT_MS = 100.0
ROLLED_EVSES = 400
ROLLED_BLOCKS = 40_000
ROLL_UP_LIMIT_US = 40.0
KEPT = Retention(samples=timedelta(days=90), minutes=timedelta(days=90), buckets=timedelta(days=90))
MEASURANDS = (
    (Measurand.ENERGY_IMPORT_REGISTER, None), (Measurand.POWER_IMPORT, None), (Measurand.SOC, None),
    (Measurand.TEMPERATURE, None), (Measurand.CURRENT_IMPORT, "L1"), (Measurand.CURRENT_IMPORT, "L2"),
    (Measurand.CURRENT_IMPORT, "L3"), (Measurand.VOLTAGE, "L1-N"), (Measurand.VOLTAGE, "L2-N"),
    (Measurand.VOLTAGE, "L3-N"),
)  # fmt: skip


def make_block(operator_id: str, number: int, at: datetime, *, station: int = 0, session_id: str) -> dict[str, Any]:
    """Make what one message with ten values becomes."""
    samples = [Sample(at=at, measurand=measurand, value=30 * number, phase=phase) for measurand, phase in MEASURANDS]
    return {
        "operator_id": operator_id, "station_id": f"TEL{station:04d}", "evse_id": 1, "session_id": session_id,
        "transaction_ref": None, "at": at, "received_at": at, "sample_count": len(samples), "power_w": 11_000,
        "register_wh": 30 * number, "body": pack_samples(samples),
    }  # fmt: skip


def make_buckets(operator_id: str, since: datetime) -> Iterator[dict[str, Any]]:
    """Make a month of quarters, hours and days of every EVSE."""
    for step in (QUARTER, HOUR, DAY):
        for station in range(STATIONS):
            for evse_id in range(1, EVSES + 1):
                for number in range(int(DAYS * DAY / step)):
                    begins_at = since + number * step
                    yield {
                        "resolution_s": int(step.total_seconds()), "station_id": f"TEL{station:04d}",
                        "begins_at": begins_at, "evse_id": evse_id, "session_id": "", "operator_id": operator_id,
                        "ends_at": begins_at + step, "energy_wh": 2750, "power_min_w": 0, "power_max_w": 11_000,
                        "power_sum_w": 495_000, "power_count": 90,
                    }  # fmt: skip


def make_session(operator_id: str, begin: datetime, end: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """Make the rows of a session that is over."""
    row: dict[str, Any] = {column.name: None for column in sessions.columns if column.nullable}
    for column in sessions.columns:
        if not column.nullable:
            row[column.name] = begin if isinstance(column.type, Instant) else column.type.python_type()
    row |= {"session_id": "telemetry", "operator_id": operator_id, "station_id": "TEL0000", "evse_id": 1}
    row |= {"state": "ended", "started_at": begin, "ended_at": end, "runs": "[]"}
    record = {"session_id": "telemetry", "operator_id": operator_id, "station_id": "TEL0000", "flags": "[]"}
    return row, record | {"closed_at": end, "started_at": begin, "ended_at": end}


async def fill(url: str, since: datetime) -> None:
    """Put a site, its stations, a session and a month of roll-ups into the database of a product."""
    databases = Databases(url)
    async with databases.read() as connection:
        operator_id = (await connection.execute(select(operators.c.operator_id))).scalars().first() or ""
    site = {
        "site_id": "telemetry", "operator_id": operator_id, "name": "Telemetry", "address": "", "city": "",
        "country": "IT", "latitude_e6": 0, "longitude_e6": 0, "zone": "Europe/Rome", "is_public": True,
        "changed_at": since,
    }  # fmt: skip
    station = {
        "operator_id": operator_id, "site_id": "telemetry", "registration": "accepted", "created_at": since,
        "name": "", "note": "", "status": "available", "is_online": False, "is_encrypted": False,
    }  # fmt: skip
    begin = since + DAY
    session, record = make_session(operator_id, begin, begin + SESSION_BLOCKS * BLOCK_EVERY)
    blocks = [
        make_block(operator_id, number, begin + number * BLOCK_EVERY, session_id="telemetry")
        for number in range(SESSION_BLOCKS)
    ]
    try:
        rows = list(make_buckets(operator_id, since))
        for first in range(0, len(rows), ROWS_AT_ONCE):
            async with databases.writer.begin() as connection:
                await connection.execute(telemetry_buckets.insert(), rows[first : first + ROWS_AT_ONCE])
        async with databases.writer.begin() as connection:  # now the product rolls up: it adds to what is there
            await connection.execute(sites.insert(), [site])
            names = [f"TEL{number:04d}" for number in range(STATIONS)]
            await connection.execute(stations.insert(), [{**station, "station_id": name} for name in names])
            await connection.execute(sessions.insert(), [session])
            await connection.execute(meter_records.insert(), [record])
            await connection.execute(sample_blocks.insert(), blocks)
    finally:
        await databases.close()


def ask(http: httpx2.Client, path: str, query: dict[str, str]) -> tuple[list[float], int]:
    """Ask again and again; return the milliseconds of each time and the bytes of an answer."""
    took_ms: list[float] = []
    size = 0
    for _ in range(WARM_UP_REQUESTS + REQUESTS):
        begun_s = time.perf_counter()
        answer = http.get(path, params=query).raise_for_status()
        took_ms.append((time.perf_counter() - begun_s) * 1000)
        size = len(answer.content)
    return took_ms[WARM_UP_REQUESTS:], size


def measure_questions(product: Product, since: datetime) -> Iterator[Figure]:
    """Ask for what a screen shows."""

    def period(begin: datetime, span: timedelta) -> dict[str, str]:
        return {"since": begin.isoformat(), "until": (begin + span).isoformat()}

    questions: Iterable[tuple[str, str, dict[str, str]]] = (
        ("a session's curve (12 h, 4,320 messages of ten values)", "sessions/telemetry/curve", {}),
        ("a station's day", "stations/TEL0001/telemetry", period(since + 9 * DAY, DAY)),
        ("a site's month (50 stations)", "sites/telemetry/telemetry", period(since, DAYS * DAY)),
    )
    with httpx2.Client(base_url=f"http://127.0.0.1:{product.http_port}/api/v1/", timeout=60) as http:
        token = http.post("auth/sign-in", json=ADMIN).raise_for_status().json()["token"]
        http.headers["Authorization"] = f"Bearer {token}"
        for name, path, query in questions:
            took_ms, size = ask(http, path, query)
            yield Figure(
                name=f"telemetry, {name}",
                ours=round(statistics.median(took_ms), 1),
                unit="ms",
                limit=LIMIT_MS,
                conditions={"requests": REQUESTS, "bytes": size, "p95_ms": round(sorted(took_ms)[-REQUESTS // 20], 1)},
            )


async def measure_roll_up(directory: Path) -> Figure:
    """Roll up what a network told in a quarter of an hour."""
    databases = Databases(f"sqlite+aiosqlite:///{directory / 'rolled.sqlite3'}")
    await migrate(databases)
    begin = datetime.now(tz=UTC) - HOUR
    per_evse = ROLLED_BLOCKS // ROLLED_EVSES
    rows = [
        make_block("op", number, begin + number * BLOCK_EVERY, station=evse, session_id=f"s{evse}")
        for number in range(per_evse)
        for evse in range(ROLLED_EVSES)
    ]
    async with databases.writer.begin() as connection:
        await connection.execute(sample_blocks.insert(), rows)
    telemetry = Telemetry(databases, clock=SystemClock(), retention=KEPT)
    begun_s = time.process_time()
    rolled = await telemetry.roll_up()
    took_us = (time.process_time() - begun_s) / max(rolled, 1) * 1e6
    async with databases.read() as connection:
        query = select(telemetry_buckets.c.energy_wh).where(
            telemetry_buckets.c.resolution_s == int(MINUTE.total_seconds())
        )
        found_wh = sum((await connection.execute(query)).scalars())
    await databases.close()
    due_wh = ROLLED_EVSES * 30 * (per_evse - 1)
    return Figure(
        name="telemetry, roll-up of a message with samples",
        ours=round(took_us, 1),
        unit="µs CPU/message",
        limit=ROLL_UP_LIMIT_US,
        faults=int(rolled != ROLLED_BLOCKS) + int(found_wh != due_wh),
        conditions={"evses": ROLLED_EVSES, "messages": rolled, "energy_wh": found_wh, "energy_due_wh": due_wh},
    )


def measure() -> Iterator[Figure]:
    """Ask a product that holds a month; then roll up samples."""
    since = datetime.now(tz=UTC).replace(hour=0, minute=0, second=0, microsecond=0) - (DAYS + 1) * DAY
    with started(on_cores=cores()[0]) as product:
        product.wait_until_ready()
        asyncio.run(fill(product.database_url, since))
        yield from measure_questions(product, since)
    with data_directory() as directory:
        yield asyncio.run(measure_roll_up(directory))
