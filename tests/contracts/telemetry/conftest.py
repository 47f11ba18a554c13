"""A database with two stations in Rome, whose samples a test puts in as the core would."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from busbar.app.telemetry import Retention, Telemetry
from busbar.canon.metering import Measurand, Sample
from busbar.db.engine import Databases
from busbar.domain.metering.block import pack_samples
from busbar.domain.metering.tables import meter_records, sample_blocks, telemetry_buckets
from busbar.domain.sessions.tables import sessions
from busbar.domain.stations.tables import sites, stations
from tests.contracts.conftest import StepClock

NOW = datetime(2026, 3, 30, 12, 0, tzinfo=UTC)
RETENTION = Retention(samples=timedelta(days=10), minutes=timedelta(days=20), buckets=timedelta(days=30))


@dataclass
class Store:
    """Where samples lie, and what is made of them."""

    databases: Databases
    telemetry: Telemetry
    clock: StepClock
    rows: list[dict[str, Any]] = field(default_factory=list)

    async def put(self, *rows: dict[str, Any]) -> None:
        """Write blocks as one batch of the core, a while ago: what is new is rolled up at once."""
        async with self.databases.writer.begin() as connection:
            await connection.execute(sample_blocks.insert(), list(rows))
        self.clock.advance(timedelta(seconds=100))

    def block(
        self,
        at: datetime,
        *,
        session_id: str | None = "s1",
        station_id: str = "S1",
        evse_id: int | None = 1,
        power_w: int | None = None,
        register_wh: int | None = None,
        received_at: datetime | None = None,
    ) -> dict[str, Any]:
        samples = [Sample(at=at, measurand=Measurand.POWER_IMPORT, value=power_w or 0)]
        return {
            "operator_id": "op", "station_id": station_id, "evse_id": evse_id, "session_id": session_id,
            "transaction_ref": None, "at": at, "received_at": received_at or self.clock.now(), "sample_count": 1,
            "power_w": power_w, "register_wh": register_wh, "body": pack_samples(samples),
        }  # fmt: skip

    async def buckets(self, step: timedelta, **where: object) -> list[dict[str, Any]]:
        bucket = telemetry_buckets.c
        query = select(telemetry_buckets).where(bucket.resolution_s == step.total_seconds())
        for name, value in where.items():
            query = query.where(bucket[name] == value)
        order = (bucket.station_id, bucket.evse_id, bucket.begins_at, bucket.session_id)
        async with self.databases.read() as connection:
            return [dict(row) for row in (await connection.execute(query.order_by(*order))).mappings()]

    async def energy(self, step: timedelta, **where: object) -> int:
        return sum(row["energy_wh"] for row in await self.buckets(step, **where))

    async def count_blocks(self) -> int:
        async with self.databases.read() as connection:
            return len((await connection.execute(select(sample_blocks.c.block_id))).all())

    async def end_session(self, session_id: str, *, start: tuple[datetime, int], end: tuple[datetime, int]) -> None:
        """Write down that a session is over."""
        session = {column.name: None for column in sessions.columns if column.nullable}
        session |= {
            column.name: column.type.python_type() for column in sessions.columns if not column.nullable
            if column.type.python_type is not datetime
        }  # fmt: skip
        session |= {"session_id": session_id, "operator_id": "op", "station_id": "S1", "evse_id": 1}
        now = self.clock.now()
        session |= {"created_at": now, "heard_at": now, "runs": "[]"}
        record = {"session_id": session_id, "operator_id": "op", "station_id": "S1", "flags": "[]", "closed_at": now}
        record |= {"own_start_at": start[0], "own_start_wh": start[1], "own_end_at": end[0], "own_end_wh": end[1]}
        async with self.databases.writer.begin() as connection:
            await connection.execute(sessions.insert(), [session])
            await connection.execute(meter_records.insert(), [record])
        self.clock.advance(timedelta(seconds=100))


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    databases = Databases(database_url)
    clock = StepClock(NOW)
    site = {
        "site_id": "site", "operator_id": "op", "name": "", "address": "", "city": "", "country": "IT",
        "latitude_e6": 0, "longitude_e6": 0, "zone": "Europe/Rome", "is_public": True, "changed_at": NOW,
    }  # fmt: skip
    station = {
        "operator_id": "op", "site_id": "site", "registration": "accepted", "created_at": NOW, "name": "", "note": "",
        "status": "available", "is_online": True, "is_encrypted": False,
    }  # fmt: skip
    async with databases.writer.begin() as connection:
        await connection.execute(sites.insert(), [site])
        await connection.execute(stations.insert(), [{**station, "station_id": name} for name in ("S1", "S2")])
    yield Store(databases, Telemetry(databases, clock=clock, retention=RETENTION), clock)
    await databases.close()
