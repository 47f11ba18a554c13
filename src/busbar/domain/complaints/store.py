"""What the complaints room needs of a database. All reads and writes are part of `work`."""

from typing import Protocol

from busbar.canon.complaints import Complaint
from busbar.kernel.ids import CommandId, ComplaintId, DriverId, PhotoId
from busbar.ports.work import UnitOfWork


class ComplaintStore(Protocol):
    """Complaints and their pictures."""

    async def load(self, work: UnitOfWork, complaint_id: ComplaintId) -> Complaint | None:
        """Return a complaint."""
        ...

    async def find_by_command(self, work: UnitOfWork, command_id: CommandId) -> Complaint | None:
        """Return the complaint that this command filed."""
        ...

    async def count_open(self, work: UnitOfWork, driver_id: DriverId) -> int:
        """Return how many of a driver's complaints are not over."""
        ...

    async def insert(self, work: UnitOfWork, complaint: Complaint, *, command_id: CommandId) -> None:
        """Add a complaint."""
        ...

    async def update(self, work: UnitOfWork, complaint: Complaint) -> None:
        """Write a complaint's new state."""
        ...

    async def list_photos(self, work: UnitOfWork, complaint_id: ComplaintId) -> dict[str, PhotoId]:
        """Return a complaint's pictures by the digest of their content."""
        ...

    async def insert_photo(
        self, work: UnitOfWork, complaint: Complaint, photo_id: PhotoId, *, content: bytes, media_type: str, digest: str
    ) -> None:
        """Add a picture."""
        ...

    async def forget_driver(self, work: UnitOfWork, driver_id: DriverId) -> None:
        """Keep the driver's complaints as nobody's, without text and pictures."""
        ...
