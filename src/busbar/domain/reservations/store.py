"""What the reservations room needs of a database. All reads and writes are part of `work`."""

from collections.abc import Sequence
from typing import Protocol

from busbar.canon.reservations import Reservation, ReservationPolicy
from busbar.kernel.ids import CommandId, DriverId, OperatorId, ReservationId, StationId
from busbar.ports.work import UnitOfWork


class ReservationStore(Protocol):
    """Reservations and the rules about them."""

    async def load(self, work: UnitOfWork, reservation_id: ReservationId) -> Reservation | None:
        """Return a reservation."""
        ...

    async def find_by_command(self, work: UnitOfWork, command_id: CommandId) -> Reservation | None:
        """Return the reservation that this command asked for."""
        ...

    async def list_open(self, work: UnitOfWork, station_id: StationId) -> Sequence[Reservation]:
        """Return a station's reservations that are not over, oldest first."""
        ...

    async def count_open(self, work: UnitOfWork, driver_id: DriverId) -> int:
        """Return how many a driver holds."""
        ...

    async def find_last_number(self, work: UnitOfWork, station_id: StationId) -> int | None:
        """Return the number of the station's newest reservation."""
        ...

    async def insert(self, work: UnitOfWork, reservation: Reservation, *, command_id: CommandId) -> None:
        """Add a reservation."""
        ...

    async def update(self, work: UnitOfWork, reservation: Reservation) -> None:
        """Write a reservation's new state."""
        ...

    async def forget_driver(self, work: UnitOfWork, driver_id: DriverId) -> None:
        """Keep the driver's reservations as nobody's."""
        ...

    async def list_of_driver(self, work: UnitOfWork, driver_id: DriverId) -> Sequence[Reservation]:
        """Return what a driver holds."""
        ...

    async def load_policy(self, work: UnitOfWork, operator_id: OperatorId) -> ReservationPolicy:
        """Return an operator's rules; the usual ones where none were written."""
        ...

    async def save_policy(self, work: UnitOfWork, operator_id: OperatorId, policy: ReservationPolicy) -> None:
        """Write an operator's rules."""
        ...
