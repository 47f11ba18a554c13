"""The complaints room: what drivers say is wrong, and what staff answer."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from busbar.canon.complaints import (
    AddComplaintPhoto,
    AnswerComplaint,
    Complaint,
    ComplaintAnswered,
    ComplaintFiled,
    FileComplaint,
)
from busbar.canon.drivers import DriverErased
from busbar.canon.message import Fact, Message
from busbar.canon.stations import FindStation
from busbar.canon.tenants import RecordAudit
from busbar.domain.complaints import model
from busbar.domain.complaints.store import ComplaintStore
from busbar.kernel.errors import ConflictError, NotFoundError
from busbar.kernel.ids import ComplaintId, IdSource, PhotoId, is_key
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]


class StationNotFoundError(NotFoundError):
    """The operator has no such station."""

    code = "not_found.station"


class CommandReusedError(ConflictError):
    """This command id was used to say something else."""

    code = "conflict.command"


class ComplaintService:
    """Keeps complaints."""

    def __init__(self, *, store: ComplaintStore, ids: IdSource) -> None:
        self._store = store
        self._ids = ids

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Say which messages are handled here."""
        return {FileComplaint: self.file, AddComplaintPhoto: self.add_photo, AnswerComplaint: self.answer}

    def listeners(self) -> list[tuple[type[Fact], str, Handler]]:
        """Say which facts are listened to, and under which name."""
        return [(DriverErased, "complaints.driver_erased", self.hear_erased)]

    async def file(self, command: FileComplaint, work: UnitOfWork) -> Complaint:
        """Take a complaint in."""
        known = await self._store.find_by_command(work, command.command_id)
        if known is not None:
            if (known.driver_id, known.station_id) != (command.driver_id, command.station_id):
                raise CommandReusedError("this command id was used for something else")
            return known
        standing = await work.ask(FindStation(station_id=command.station_id))
        if standing.operator_id != command.operator_id:
            raise StationNotFoundError("there is no such station", station_id=command.station_id)
        if await self._store.count_open(work, command.driver_id) >= model.OPEN_MAX:
            raise model.ComplaintLimitError(f"a driver has {model.OPEN_MAX} open complaints at most")
        complaint = Complaint(
            complaint_id=ComplaintId(self._ids.new()),
            operator_id=command.operator_id,
            site_id=standing.site_id,
            station_id=command.station_id,
            evse_id=command.evse_id,
            session_id=command.session_id,
            driver_id=command.driver_id,
            category=command.category,
            text=model.read_text(command.text, is_needed=False),
            created_at=work.now,
            changed_at=work.now,
        )
        await self._store.insert(work, complaint, command_id=command.command_id)
        work.tell(ComplaintFiled(**_describe(complaint, work), category=complaint.category))
        return complaint

    async def add_photo(self, command: AddComplaintPhoto, work: UnitOfWork) -> PhotoId:
        """Add a picture."""
        complaint = await self._find(command, work)
        if complaint.driver_id != command.driver_id:
            raise model.ComplaintNotFoundError("there is no such complaint")
        if complaint.status in model.OVER:
            raise model.ComplaintClosedError("the complaint is over")
        media_type = model.name_media_type(command.content)
        digest = hashlib.sha256(command.content).hexdigest()
        held = await self._store.list_photos(work, complaint.complaint_id)
        if digest in held:
            return held[digest]
        if len(held) >= model.PHOTOS_MAX:
            raise model.PhotoLimitError(f"a complaint has {model.PHOTOS_MAX} photos at most")
        photo_id = PhotoId(self._ids.new())
        await self._store.insert_photo(
            work, complaint, photo_id, content=command.content, media_type=media_type, digest=digest
        )
        return photo_id

    async def answer(self, command: AnswerComplaint, work: UnitOfWork) -> Complaint:
        """Answer a driver."""
        before = await self._find(command, work)
        if command.site_ids and before.site_id not in command.site_ids:
            raise model.ComplaintNotFoundError("there is no such complaint")
        after = model.answer(before, command.status, command.text, actor=command.actor, now=work.now)
        await self._store.update(work, after)
        work.tell(ComplaintAnswered(**_describe(after, work), status=after.status))
        await work.ask(
            RecordAudit(
                operator_id=after.operator_id,
                actor=command.actor,
                action="complaint.answer",
                subject=f"complaint:{after.complaint_id}",
                detail={"status": after.status},
            )
        )
        return after

    async def hear_erased(self, fact: DriverErased, work: UnitOfWork) -> None:
        """Forget who complained, and the driver's own words and pictures."""
        await self._store.forget_driver(work, fact.driver_id)

    async def _find(self, command: AddComplaintPhoto | AnswerComplaint, work: UnitOfWork) -> Complaint:
        found = await self._store.load(work, command.complaint_id) if is_key(command.complaint_id) else None
        if found is None or found.operator_id != command.operator_id:
            raise model.ComplaintNotFoundError("there is no such complaint")
        return found


def _describe(complaint: Complaint, work: UnitOfWork) -> dict[str, Any]:
    return {
        "operator_id": complaint.operator_id,
        "at": work.now,
        "complaint_id": complaint.complaint_id,
        "station_id": complaint.station_id,
        "site_id": complaint.site_id,
        "driver_id": complaint.driver_id,
    }
