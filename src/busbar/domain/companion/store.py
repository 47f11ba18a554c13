"""What the companion room needs of a database. All reads and writes are part of `work`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from busbar.canon.companion import Vehicle
from busbar.domain.companion.model import PushDevice, Wait
from busbar.kernel.ids import DriverId, StationId, VehicleId
from busbar.ports.work import UnitOfWork


class CompanionStore(Protocol):
    """What is kept for drivers."""

    async def list_vehicles(self, work: UnitOfWork, driver_id: DriverId) -> Sequence[Vehicle]:
        """Return a driver's vehicles, oldest first."""
        ...

    async def save_vehicle(self, work: UnitOfWork, vehicle: Vehicle) -> None:
        """Add a vehicle or write its new state."""
        ...

    async def remove_vehicle(self, work: UnitOfWork, vehicle_id: VehicleId) -> None:
        """Forget a vehicle."""
        ...

    async def list_favourites(self, work: UnitOfWork, driver_id: DriverId) -> Sequence[StationId]:
        """Return a driver's favourites."""
        ...

    async def add_favourite(self, work: UnitOfWork, wait: Wait) -> None:
        """Keep a favourite."""
        ...

    async def remove_favourite(self, work: UnitOfWork, driver_id: DriverId, station_id: StationId) -> None:
        """Keep a favourite no longer."""
        ...

    async def list_waits(self, work: UnitOfWork, driver_id: DriverId, *, since: datetime) -> Sequence[StationId]:
        """Return the stations that a driver has waited for since."""
        ...

    async def save_wait(self, work: UnitOfWork, wait: Wait) -> None:
        """Let a driver wait for a station, from now on."""
        ...

    async def remove_waits(self, work: UnitOfWork, station_id: StationId, driver_id: DriverId | None = None) -> None:
        """Let a driver, or all, wait for a station no longer."""
        ...

    async def list_waiting(self, work: UnitOfWork, station_id: StationId, *, since: datetime) -> Sequence[Wait]:
        """Return who has waited for a station since."""
        ...

    async def list_awaited(self, work: UnitOfWork, *, since: datetime, limit: int) -> Sequence[StationId]:
        """Return the stations that somebody has waited for since."""
        ...

    async def list_devices(self, work: UnitOfWork, driver_id: DriverId) -> Sequence[PushDevice]:
        """Return a driver's devices, oldest first."""
        ...

    async def find_device(self, work: UnitOfWork, endpoint: str) -> PushDevice | None:
        """Return the device with this address."""
        ...

    async def save_device(self, work: UnitOfWork, device: PushDevice) -> None:
        """Add a device or write its new state."""
        ...

    async def remove_device(self, work: UnitOfWork, device_id: str) -> None:
        """Forget a device."""
        ...

    async def forget_driver(self, work: UnitOfWork, driver_id: DriverId) -> None:
        """Remove all that is kept for a driver."""
        ...
