"""Tables and store of the complaints room."""

from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    LargeBinary,
    RowMapping,
    String,
    Table,
    Text,
    delete,
    func,
    select,
    update,
)

from busbar.canon.complaints import Complaint, ComplaintEntry
from busbar.db.schema import Id, Instant, Json, metadata
from busbar.db.work import sql
from busbar.domain.complaints.model import OVER
from busbar.kernel.ids import CommandId, ComplaintId, DriverId, PhotoId
from busbar.ports.work import UnitOfWork

complaints = Table(
    "complaints",
    metadata,
    Column("complaint_id", Id(), primary_key=True),
    Column("command_id", Id(), nullable=False, unique=True),
    Column("operator_id", Id(), nullable=False),
    Column("site_id", Id()),
    Column("station_id", Id(), nullable=False),
    Column("evse_id", BigInteger),
    Column("session_id", Id()),
    Column("driver_id", Id()),
    Column("category", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("status", String(20), nullable=False),
    Column("entries", Json(), nullable=False),
    Column("created_at", Instant(), nullable=False),
    Column("changed_at", Instant(), nullable=False),
    Index(None, "operator_id", "status", "created_at"),
    Index(None, "driver_id", "created_at"),
)

complaint_photos = Table(
    "complaint_photos",
    metadata,
    Column("photo_id", Id(), primary_key=True),
    Column("complaint_id", Id(), nullable=False, index=True),
    Column("operator_id", Id(), nullable=False),
    Column("media_type", String(40), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("created_at", Instant(), nullable=False),
)

_ENTRIES = msgspec.json.Decoder(tuple[ComplaintEntry, ...])
_OVER = sorted(OVER)


class SqlComplaintStore:
    """`busbar.domain.complaints.store.ComplaintStore` on SQL."""

    async def load(self, work: UnitOfWork, complaint_id: ComplaintId) -> Complaint | None:
        """Return a complaint."""
        return await self._first(work, complaints.c.complaint_id == complaint_id)

    async def find_by_command(self, work: UnitOfWork, command_id: CommandId) -> Complaint | None:
        """Return the complaint that this command filed."""
        return await self._first(work, complaints.c.command_id == command_id)

    async def _first(self, work: UnitOfWork, wanted: Any) -> Complaint | None:
        row = (await sql(work).execute(select(complaints).where(wanted))).mappings().first()
        return None if row is None else _read(row)

    async def count_open(self, work: UnitOfWork, driver_id: DriverId) -> int:
        """Return how many of a driver's complaints are not over."""
        table = complaints.c
        query = select(func.count()).where(table.driver_id == driver_id, table.status.not_in(_OVER))
        return (await sql(work).execute(query)).scalar_one()

    async def insert(self, work: UnitOfWork, complaint: Complaint, *, command_id: CommandId) -> None:
        """Add a complaint."""
        await sql(work).execute(complaints.insert().values(_write(complaint) | {"command_id": command_id}))

    async def update(self, work: UnitOfWork, complaint: Complaint) -> None:
        """Write a complaint's new state."""
        statement = update(complaints).where(complaints.c.complaint_id == complaint.complaint_id)
        await sql(work).execute(statement.values(_write(complaint)))

    async def list_photos(self, work: UnitOfWork, complaint_id: ComplaintId) -> dict[str, PhotoId]:
        """Return a complaint's pictures by the digest of their content."""
        table = complaint_photos.c
        query = select(table.digest, table.photo_id).where(table.complaint_id == complaint_id)
        return {row.digest: PhotoId(row.photo_id) for row in (await sql(work).execute(query)).all()}

    async def insert_photo(
        self, work: UnitOfWork, complaint: Complaint, photo_id: PhotoId, *, content: bytes, media_type: str, digest: str
    ) -> None:
        """Add a picture."""
        await sql(work).execute(
            complaint_photos.insert().values(
                photo_id=photo_id,
                complaint_id=complaint.complaint_id,
                operator_id=complaint.operator_id,
                media_type=media_type,
                digest=digest,
                content=content,
                created_at=work.now,
            )
        )

    async def forget_driver(self, work: UnitOfWork, driver_id: DriverId) -> None:
        """Keep the driver's complaints as nobody's, without text and pictures."""
        table = complaints.c
        own = select(table.complaint_id).where(table.driver_id == driver_id)
        await sql(work).execute(
            delete(complaint_photos).where(complaint_photos.c.complaint_id.in_(own.scalar_subquery()))
        )
        await sql(work).execute(update(complaints).where(table.driver_id == driver_id).values(driver_id=None, text=""))


def _read(row: RowMapping) -> Complaint:
    values = {str(name): value for name, value in row.items() if name != "command_id"}
    return msgspec.convert(values | {"entries": _ENTRIES.decode(row["entries"])}, Complaint)


def _write(complaint: Complaint) -> dict[str, Any]:
    return msgspec.structs.asdict(complaint) | {"entries": msgspec.json.encode(complaint.entries).decode()}
