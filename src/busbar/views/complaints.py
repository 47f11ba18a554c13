"""Complaints, for the drivers who made them and for staff."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

import msgspec
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.complaints import ComplaintEntry, ComplaintStatus
from busbar.domain.access.sql import drivers
from busbar.domain.complaints.sql import complaint_photos, complaints
from busbar.domain.stations.tables import sites, stations
from busbar.kernel.ids import DriverId
from busbar.views.missing import ComplaintMissingError
from busbar.views.paging import Order, PageRequest, read_rows
from busbar.views.rows import AnyRow, AnySelect
from busbar.views.scope import Scope
from busbar.views.shapes.companion import Complaint, ComplaintPage, ComplaintStep, OwnComplaint, OwnComplaintList

OWN_MAX = 200
_ENTRIES = msgspec.json.Decoder(tuple[ComplaintEntry, ...])
_ORDER = Order(name="-created_at", column=complaints.c.created_at, key=complaints.c.complaint_id, is_descending=True)


class ComplaintQuery(PageRequest):
    """Which complaints are wanted."""

    status: ComplaintStatus | None = None
    is_over: bool | None = None
    station_id: Annotated[str, Field(min_length=1, max_length=48)] | None = None
    driver_id: Annotated[str, Field(min_length=1, max_length=64)] | None = None


class Photo(NamedTuple):
    """A picture."""

    media_type: str
    content: bytes


def _select() -> AnySelect:
    joined = (
        complaints.outerjoin(stations, stations.c.station_id == complaints.c.station_id)
        .outerjoin(sites, sites.c.site_id == complaints.c.site_id)
        .outerjoin(drivers, drivers.c.driver_id == complaints.c.driver_id)
    )
    return select(
        complaints,
        stations.c.name.label("station_name"),
        sites.c.name.label("site_name"),
        drivers.c.display_name.label("driver_name"),
    ).select_from(joined)


def _covered(scope: Scope) -> AnySelect:
    table = complaints.c
    return _select().where(scope.covers(operator_id=table.operator_id, site_id=table.site_id))


async def list_own(connection: AsyncConnection, driver_id: DriverId) -> OwnComplaintList:
    """Return a driver's complaints, the newest first."""
    table = complaints.c
    statement = _select().where(table.driver_id == driver_id).order_by(table.created_at.desc()).limit(OWN_MAX)
    rows = (await connection.execute(statement)).all()
    photos = await _read_photo_ids(connection, rows)
    return OwnComplaintList(items=[_shape_own(row, photos.get(row.complaint_id, [])) for row in rows])


async def read_own(connection: AsyncConnection, driver_id: DriverId, complaint_id: str) -> OwnComplaint:
    """Return one of a driver's complaints. Errors: `not_found.complaint`."""
    table = complaints.c
    row = await _read_one(connection, _select().where(table.driver_id == driver_id), complaint_id)
    return _shape_own(row, (await _read_photo_ids(connection, [row])).get(complaint_id, []))


async def list_complaints(
    connection: AsyncConnection, scope: Scope, query: ComplaintQuery, *, limit: int
) -> ComplaintPage:
    """Return a page of complaints, the newest first."""
    table, statement = complaints.c, _covered(scope)
    if query.status is not None:
        statement = statement.where(table.status == query.status.value)
    if query.is_over is not None:
        is_over = table.status.in_([ComplaintStatus.RESOLVED.value, ComplaintStatus.REJECTED.value])
        statement = statement.where(is_over if query.is_over else ~is_over)
    if query.station_id is not None:
        statement = statement.where(table.station_id == query.station_id)
    if query.driver_id is not None:
        statement = statement.where(table.driver_id == query.driver_id)
    rows, cursor, total = await read_rows(connection, statement, order=_ORDER, request=query, limit=limit)
    photos = await _read_photo_ids(connection, rows)
    items = [_shape(row, photos.get(row.complaint_id, [])) for row in rows]
    return ComplaintPage(items=items, next_cursor=cursor, total=total)


async def read_complaint(connection: AsyncConnection, scope: Scope, complaint_id: str) -> Complaint:
    """Return one complaint. Errors: `not_found.complaint`."""
    row = await _read_one(connection, _covered(scope), complaint_id)
    return _shape(row, (await _read_photo_ids(connection, [row])).get(complaint_id, []))


async def read_photo(connection: AsyncConnection, complaint_id: str, photo_id: str) -> Photo:
    """Return a picture of a complaint that the caller was shown. Errors: `not_found.complaint`."""
    table = complaint_photos.c
    columns = select(table.media_type, table.content)
    row = (
        await connection.execute(columns.where(table.complaint_id == complaint_id, table.photo_id == photo_id))
    ).first()
    if row is None:
        raise ComplaintMissingError("there is no such photo")
    return Photo(row.media_type, row.content)


async def _read_one(connection: AsyncConnection, covered: AnySelect, complaint_id: str) -> AnyRow:
    row = (await connection.execute(covered.where(complaints.c.complaint_id == complaint_id))).first()
    if row is None:
        raise ComplaintMissingError("there is no such complaint")
    return row


async def _read_photo_ids(connection: AsyncConnection, rows: Sequence[AnyRow]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if rows:
        table = complaint_photos.c
        columns = select(table.complaint_id, table.photo_id)
        wanted = columns.where(table.complaint_id.in_([row.complaint_id for row in rows]))
        for row in (await connection.execute(wanted.order_by(table.photo_id))).all():
            found.setdefault(row.complaint_id, []).append(row.photo_id)
    return found


def _describe(row: AnyRow, photo_ids: list[str], *, is_for_staff: bool) -> dict[str, object]:
    return {
        "complaint_id": row.complaint_id,
        "station_id": row.station_id,
        "station_name": row.station_name or None,
        "site_name": row.site_name,
        "evse_id": row.evse_id,
        "session_id": row.session_id,
        "category": row.category,
        "text": row.text,
        "status": row.status,
        "entries": [
            ComplaintStep(
                at=entry.at, status=entry.status, text=entry.text, actor=entry.actor if is_for_staff else None
            )
            for entry in _ENTRIES.decode(row.entries)
        ],
        "photo_ids": photo_ids,
        "created_at": row.created_at,
        "changed_at": row.changed_at,
    }


def _shape_own(row: AnyRow, photo_ids: list[str]) -> OwnComplaint:
    return OwnComplaint.model_validate(_describe(row, photo_ids, is_for_staff=False))


def _shape(row: AnyRow, photo_ids: list[str]) -> Complaint:
    described = _describe(row, photo_ids, is_for_staff=True)
    whose = {"driver_id": row.driver_id, "driver_name": row.driver_name, "site_id": row.site_id}
    return Complaint.model_validate(described | whose)
