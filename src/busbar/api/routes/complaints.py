from typing import Annotated

from fastapi import APIRouter, Body, Query, Response

from busbar.api.bodies.companion import ComplaintAnswerBody, ComplaintBody
from busbar.api.callers import Controller, Reader, SignedInDriver
from busbar.api.paging import bound_rows
from busbar.api.parameters import IdempotencyKey, KeyPath, make_command_id
from busbar.api.services import Given, Services
from busbar.canon.complaints import AddComplaintPhoto, AnswerComplaint, FileComplaint
from busbar.kernel.ids import ComplaintId, SessionId, StationId
from busbar.views import complaints, driver_sessions
from busbar.views.shapes.companion import Complaint, ComplaintPage, OwnComplaint, OwnComplaintList, PhotoAdded

router = APIRouter(tags=["complaints"])
driver_router = APIRouter(prefix="/driver", tags=["driver's things"])

PICTURE: dict[int | str, dict[str, object]] = {200: {"description": "The picture.", "content": {"image/jpeg": {}}}}


@router.get("/complaints")
async def list_complaints(
    caller: Reader, services: Given, query: Annotated[complaints.ComplaintQuery, Query()]
) -> ComplaintPage:
    """List what drivers said is wrong, the newest first."""
    async with services.databases.read() as connection:
        return await complaints.list_complaints(connection, caller.scope, query, limit=bound_rows(services, query))


@router.get("/complaints/{complaint_id}")
async def get_complaint(caller: Reader, services: Given, complaint_id: KeyPath) -> Complaint:
    """Show one complaint."""
    async with services.databases.read() as connection:
        return await complaints.read_complaint(connection, caller.scope, complaint_id)


@router.get("/complaints/{complaint_id}/photos/{photo_id}", response_class=Response, responses=PICTURE)
async def get_complaint_photo(caller: Reader, services: Given, complaint_id: KeyPath, photo_id: KeyPath) -> Response:
    """Show a picture of a complaint."""
    async with services.databases.read() as connection:
        await complaints.read_complaint(connection, caller.scope, complaint_id)
    return await _show_photo(services, complaint_id, photo_id)


@router.post("/complaints/{complaint_id}/answer")
async def answer_complaint(
    caller: Controller, services: Given, complaint_id: KeyPath, body: ComplaintAnswerBody
) -> Complaint:
    """Say how far it is, and answer the driver."""
    await services.dispatcher.dispatch(
        AnswerComplaint(
            operator_id=caller.operator_id,
            site_ids=caller.principal.site_ids,
            complaint_id=ComplaintId(complaint_id),
            status=body.status,
            text=body.text,
            actor=caller.actor,
        )
    )
    async with services.databases.read() as connection:
        return await complaints.read_complaint(connection, caller.scope, complaint_id)


@driver_router.get("/complaints")
async def list_my_complaints(caller: SignedInDriver, services: Given) -> OwnComplaintList:
    """List what one said is wrong, the newest first, and what became of it."""
    async with services.databases.read() as connection:
        return await complaints.list_own(connection, caller.driver_id)


@driver_router.post("/complaints", status_code=201)
async def file_complaint(
    caller: SignedInDriver, services: Given, body: ComplaintBody, key: IdempotencyKey = None
) -> OwnComplaint:
    """Say what is wrong with a charge or a station."""
    if body.session_id is not None:
        async with services.databases.read() as connection:
            await driver_sessions.check_session(connection, caller.driver_id, body.session_id)
    complaint = await services.dispatcher.dispatch(
        FileComplaint(
            command_id=make_command_id(actor=caller.actor, key=key, ids=services.ids),
            operator_id=caller.operator_id,
            driver_id=caller.driver_id,
            station_id=StationId(body.station_id),
            evse_id=body.evse_id,
            session_id=None if body.session_id is None else SessionId(body.session_id),
            category=body.category,
            text=body.text,
        )
    )
    async with services.databases.read() as connection:
        return await complaints.read_own(connection, caller.driver_id, complaint.complaint_id)


@driver_router.get("/complaints/{complaint_id}")
async def get_my_complaint(caller: SignedInDriver, services: Given, complaint_id: KeyPath) -> OwnComplaint:
    """Show one of one's own complaints."""
    async with services.databases.read() as connection:
        return await complaints.read_own(connection, caller.driver_id, complaint_id)


@driver_router.post("/complaints/{complaint_id}/photos", status_code=201)
async def add_my_photo(
    caller: SignedInDriver,
    services: Given,
    complaint_id: KeyPath,
    content: Annotated[bytes, Body(media_type="application/octet-stream", min_length=1, max_length=600_000)],
) -> PhotoAdded:
    """Add a picture: JPEG, PNG or WebP."""
    photo_id = await services.dispatcher.dispatch(
        AddComplaintPhoto(
            operator_id=caller.operator_id,
            driver_id=caller.driver_id,
            complaint_id=ComplaintId(complaint_id),
            content=content,
        )
    )
    return PhotoAdded(photo_id=photo_id)


@driver_router.get("/complaints/{complaint_id}/photos/{photo_id}", response_class=Response, responses=PICTURE)
async def get_my_photo(caller: SignedInDriver, services: Given, complaint_id: KeyPath, photo_id: KeyPath) -> Response:
    """Show a picture of one's own complaint."""
    async with services.databases.read() as connection:
        await complaints.read_own(connection, caller.driver_id, complaint_id)
    return await _show_photo(services, complaint_id, photo_id)


async def _show_photo(services: Services, complaint_id: str, photo_id: str) -> Response:
    async with services.databases.read() as connection:
        photo = await complaints.read_photo(connection, complaint_id, photo_id)
    headers = {"Cache-Control": "private, max-age=86400", "Content-Disposition": "inline"}
    return Response(photo.content, media_type=photo.media_type, headers=headers)
