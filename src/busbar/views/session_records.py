"""What is kept of a session: its steps, its meter record, and what fitted no session."""

from typing import Annotated

import msgspec
from pydantic import AwareDatetime, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.domain.metering.tables import meter_records
from busbar.domain.sessions.tables import session_events, unmatched_parts
from busbar.domain.stations.tables import stations
from busbar.views.missing import RecordMissingError
from busbar.views.paging import Order, PageRequest, read_page
from busbar.views.rows import AnyRow
from busbar.views.scope import Scope
from busbar.views.search import within
from busbar.views.shapes.sessions import (
    MeterRecord,
    SessionStep,
    SessionStepPage,
    UnmatchedPart,
    UnmatchedPartPage,
)


class StepQuery(PageRequest):
    """Which steps are wanted."""


class UnmatchedQuery(PageRequest):
    """Which unmatched parts are wanted."""

    station_id: Annotated[str, Field(min_length=1, max_length=48)] | None = None
    transaction_ref: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    is_joined: bool | None = None
    """Its session was found later."""
    since: AwareDatetime | None = None
    """Heard of at or after this instant."""
    until: AwareDatetime | None = None
    """Heard of before this instant."""


_STEPS = Order(name="step", column=session_events.c.heard_at, key=session_events.c.event_id)
_UNMATCHED = Order(
    name="-unmatched", column=unmatched_parts.c.received_at, key=unmatched_parts.c.part_id, is_descending=True
)


async def list_steps(connection: AsyncConnection, session_id: str, query: StepQuery, *, limit: int) -> SessionStepPage:
    """Return a page of a session's steps."""
    statement = select(session_events).where(session_events.c.session_id == session_id)
    items, cursor, total = await read_page(
        connection, statement, order=_STEPS, request=query, limit=limit, shape=SessionStep.model_validate
    )
    return SessionStepPage(items=items, next_cursor=cursor, total=total)


async def read_record(connection: AsyncConnection, session_id: str) -> MeterRecord:
    """Return a session's closed meter record. Errors: `not_found.meter_record`."""
    table = meter_records.c
    statement = select(meter_records).where(table.session_id == session_id, table.closed_at.is_not(None))
    row = (await connection.execute(statement)).first()
    if row is None or row.energy_wh is None:
        raise RecordMissingError("the session has no closed meter record", session_id=session_id)
    return MeterRecord(
        session_id=row.session_id,
        started_at=row.started_at,
        ended_at=row.ended_at,
        register_start_wh=row.register_start_wh,
        register_end_wh=row.register_end_wh,
        energy_wh=row.energy_wh,
        exported_wh=row.exported_wh,
        sample_count=row.sample_count,
        flags=msgspec.json.decode(row.flags),
        signed_start=row.signed_start,
        signed_end=row.signed_end,
    )


async def list_unmatched(
    connection: AsyncConnection, scope: Scope, query: UnmatchedQuery, *, limit: int
) -> UnmatchedPartPage:
    """Return a page of unmatched parts, the newest first."""
    table = unmatched_parts.c
    joined = unmatched_parts.outerjoin(stations, table.station_id == stations.c.station_id)
    statement = (
        select(unmatched_parts)
        .select_from(joined)
        .where(
            scope.covers(operator_id=table.operator_id, site_id=stations.c.site_id),
            *within(table.received_at, query.since, query.until),
        )
    )
    if query.station_id is not None:
        statement = statement.where(table.station_id == query.station_id)
    if query.transaction_ref is not None:
        statement = statement.where(table.transaction_ref == query.transaction_ref)
    if query.is_joined is not None:
        statement = statement.where(table.session_id.is_not(None) if query.is_joined else table.session_id.is_(None))
    items, cursor, total = await read_page(
        connection, statement, order=_UNMATCHED, request=query, limit=limit, shape=_shape_part
    )
    return UnmatchedPartPage(items=items, next_cursor=cursor, total=total)


def _shape_part(row: AnyRow) -> UnmatchedPart:
    return UnmatchedPart(
        part_id=row.part_id,
        operator_id=row.operator_id,
        station_id=row.station_id,
        transaction_ref=row.transaction_ref,
        phase=row.phase,
        at=row.at,
        received_at=row.received_at,
        reason=row.reason,
        session_id=row.session_id,
        joined_at=row.joined_at,
        report=msgspec.json.decode(row.report_json),
    )
