"""Tables and store of the companion room."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Index, RowMapping, String, Table, delete, select

from busbar.canon.companion import Vehicle
from busbar.db.schema import Id, Instant, metadata
from busbar.db.work import sql
from busbar.domain.companion.model import PushDevice, Wait
from busbar.kernel.ids import DriverId, StationId, VehicleId
from busbar.ports.work import UnitOfWork

driver_vehicles = Table(
    "driver_vehicles",
    metadata,
    Column("vehicle_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("driver_id", Id(), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    Column("plate", String(40)),
    Column("vin", String(17)),
    Column("connector_kind", String(20)),
    Column("battery_wh", BigInteger),
    Column("created_at", Instant(), nullable=False),
)

driver_favourites = Table(
    "driver_favourites",
    metadata,
    Column("driver_id", Id(), primary_key=True),
    Column("station_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("created_at", Instant(), nullable=False),
)

driver_waits = Table(
    "driver_waits",
    metadata,
    Column("station_id", Id(), primary_key=True),
    Column("driver_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("since", Instant(), nullable=False),
    Index(None, "driver_id"),
)
"""Who wants to be told when a station is free; a row goes once it has been told."""

push_devices = Table(
    "push_devices",
    metadata,
    Column("device_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("driver_id", Id(), nullable=False, index=True),
    Column("endpoint", String(1000), nullable=False, unique=True),
    Column("public_key", String(120), nullable=False),
    Column("auth", String(40), nullable=False),
    Column("language", String(8), nullable=False),
)


class SqlCompanionStore:
    """`busbar.domain.companion.store.CompanionStore` on SQL."""

    async def list_vehicles(self, work: UnitOfWork, driver_id: DriverId) -> Sequence[Vehicle]:
        """Return a driver's vehicles, oldest first."""
        table = driver_vehicles.c
        query = select(driver_vehicles).where(table.driver_id == driver_id).order_by(table.vehicle_id)
        return [msgspec.convert(_read(row), Vehicle) for row in (await sql(work).execute(query)).mappings()]

    async def save_vehicle(self, work: UnitOfWork, vehicle: Vehicle) -> None:
        """Add a vehicle or write its new state."""
        sql(work).stage_upsert(driver_vehicles, msgspec.structs.asdict(vehicle))

    async def remove_vehicle(self, work: UnitOfWork, vehicle_id: VehicleId) -> None:
        """Forget a vehicle."""
        await sql(work).execute(delete(driver_vehicles).where(driver_vehicles.c.vehicle_id == vehicle_id))

    async def list_favourites(self, work: UnitOfWork, driver_id: DriverId) -> Sequence[StationId]:
        """Return a driver's favourites."""
        table = driver_favourites.c
        query = select(table.station_id).where(table.driver_id == driver_id)
        return [StationId(name) for name in (await sql(work).execute(query)).scalars()]

    async def add_favourite(self, work: UnitOfWork, wait: Wait) -> None:
        """Keep a favourite."""
        sql(work).stage_upsert(driver_favourites, msgspec.structs.asdict(wait) | {"created_at": work.now})

    async def remove_favourite(self, work: UnitOfWork, driver_id: DriverId, station_id: StationId) -> None:
        """Keep a favourite no longer."""
        table = driver_favourites.c
        own = (table.driver_id == driver_id) & (table.station_id == station_id)
        await sql(work).execute(delete(driver_favourites).where(own))

    async def list_waits(self, work: UnitOfWork, driver_id: DriverId, *, since: datetime) -> Sequence[StationId]:
        """Return the stations that a driver has waited for since."""
        table = driver_waits.c
        query = select(table.station_id).where(table.driver_id == driver_id, table.since > since)
        return [StationId(name) for name in (await sql(work).execute(query)).scalars()]

    async def save_wait(self, work: UnitOfWork, wait: Wait) -> None:
        """Let a driver wait for a station, from now on."""
        sql(work).stage_upsert(driver_waits, msgspec.structs.asdict(wait) | {"since": work.now})

    async def remove_waits(self, work: UnitOfWork, station_id: StationId, driver_id: DriverId | None = None) -> None:
        """Let a driver, or all, wait for a station no longer."""
        statement = delete(driver_waits).where(driver_waits.c.station_id == station_id)
        if driver_id is not None:
            statement = statement.where(driver_waits.c.driver_id == driver_id)
        await sql(work).execute(statement)

    async def list_waiting(self, work: UnitOfWork, station_id: StationId, *, since: datetime) -> Sequence[Wait]:
        """Return who has waited for a station since."""
        table = driver_waits.c
        columns = select(table.operator_id, table.driver_id, table.station_id)
        query = columns.where(table.station_id == station_id, table.since > since).order_by(table.since)
        return [msgspec.convert(_read(row), Wait) for row in (await sql(work).execute(query)).mappings()]

    async def list_awaited(self, work: UnitOfWork, *, since: datetime, limit: int) -> Sequence[StationId]:
        """Return the stations that somebody has waited for since."""
        query = select(driver_waits.c.station_id).where(driver_waits.c.since > since).distinct().limit(limit)
        return [StationId(name) for name in (await sql(work).execute(query)).scalars()]

    async def list_devices(self, work: UnitOfWork, driver_id: DriverId) -> Sequence[PushDevice]:
        """Return a driver's devices, oldest first."""
        return await self._list_devices(work, push_devices.c.driver_id == driver_id)

    async def find_device(self, work: UnitOfWork, endpoint: str) -> PushDevice | None:
        """Return the device with this address."""
        found = await self._list_devices(work, push_devices.c.endpoint == endpoint)
        return found[0] if found else None

    async def _list_devices(self, work: UnitOfWork, wanted: Any) -> list[PushDevice]:
        query = select(push_devices).where(wanted).order_by(push_devices.c.device_id)
        return [msgspec.convert(_read(row), PushDevice) for row in (await sql(work).execute(query)).mappings()]

    async def save_device(self, work: UnitOfWork, device: PushDevice) -> None:
        """Add a device or write its new state."""
        sql(work).stage_upsert(push_devices, msgspec.structs.asdict(device))

    async def remove_device(self, work: UnitOfWork, device_id: str) -> None:
        """Forget a device."""
        await sql(work).execute(delete(push_devices).where(push_devices.c.device_id == device_id))

    async def forget_driver(self, work: UnitOfWork, driver_id: DriverId) -> None:
        """Remove all that is kept for a driver."""
        for table in (driver_vehicles, driver_favourites, driver_waits, push_devices):
            await sql(work).execute(delete(table).where(table.c.driver_id == driver_id))


def _read(row: RowMapping) -> dict[str, Any]:
    return {str(name): value for name, value in row.items()}  # its names are a subclass of str, which msgspec refuses
