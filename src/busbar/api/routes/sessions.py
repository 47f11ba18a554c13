from typing import Annotated

from fastapi import APIRouter, Query

from busbar.api.bodies.charging import SessionStartBody
from busbar.api.callers import Controller, Reader, StaffCaller
from busbar.api.paging import bound_rows
from busbar.api.parameters import IdempotencyKey, KeyPath, make_command_id
from busbar.api.prices import read_price
from busbar.api.profiles import choose_optional
from busbar.api.services import Given
from busbar.api.stopping import stop_or_cancel
from busbar.canon.access import FindDriverToken, IdToken
from busbar.canon.sessions import CloseSession, StartSession
from busbar.kernel.errors import InvalidError
from busbar.kernel.ids import DriverId, SessionId, StationId
from busbar.views import curves, drivers, session_records, sessions, stations
from busbar.views.shapes.pricing import SessionPrice
from busbar.views.shapes.sessions import (
    MeterCurve,
    MeterRecord,
    SessionDetail,
    SessionPage,
    SessionStepPage,
    StopRequested,
    UnmatchedPartPage,
)

router = APIRouter(tags=["sessions"])


class PayerError(InvalidError):
    """Exactly one of `id_token` and `driver_id` is wanted."""

    code = "invalid.session_start"


@router.get("/sessions")
async def list_sessions(
    caller: Reader, services: Given, query: Annotated[sessions.SessionQuery, Query()]
) -> SessionPage:
    """List sessions: open and closed, by station, token, driver, site and time."""
    async with services.databases.read() as connection:
        return await sessions.list_sessions(
            connection, caller.scope, query, limit=bound_rows(services, query), now=services.clock.now()
        )


@router.post("/sessions", status_code=202)
async def start_session(
    caller: Controller, services: Given, body: SessionStartBody, key: IdempotencyKey = None
) -> SessionDetail:
    """Ask a station to start charging. The session is `requested` until the station reports its transaction."""
    async with services.databases.read() as connection:
        await stations.check_station(connection, caller.scope, body.station_id)
    profile = await choose_optional(services, caller, profile=body.profile, template_id=body.template_id)
    session_id = await services.dispatcher.dispatch(
        StartSession(
            command_id=make_command_id(actor=caller.actor, key=key, ids=services.ids),
            operator_id=caller.operator_id,
            station_id=StationId(body.station_id),
            evse_id=body.evse_id,
            connector_id=body.connector_id,
            id_token=await _choose_token(services, caller, body),
            profile=profile,
            requested_by=caller.actor,
        )
    )
    return await _read(services, caller, session_id)


@router.get("/sessions/{session_id}")
async def get_session(caller: Reader, services: Given, session_id: KeyPath) -> SessionDetail:
    """Show one session with its steps."""
    return await _read(services, caller, session_id)


@router.post("/sessions/{session_id}/stop", status_code=202)
async def stop_session(
    caller: Controller, services: Given, session_id: KeyPath, key: IdempotencyKey = None
) -> StopRequested:
    """Ask the station to end the session; it is `ended` when the station reports the end. A mere start is given up."""
    await _read(services, caller, session_id)
    command_id = await stop_or_cancel(services, caller, session_id, key=key)
    return StopRequested(command_id=command_id, session=await _read(services, caller, session_id))


@router.post("/sessions/{session_id}/close")
async def close_session(caller: Controller, services: Given, session_id: KeyPath) -> SessionDetail:
    """Close by hand a session whose station will never report its end."""
    await _read(services, caller, session_id)
    await services.dispatcher.dispatch(
        CloseSession(operator_id=caller.operator_id, session_id=SessionId(session_id), requested_by=caller.actor)
    )
    return await _read(services, caller, session_id)


@router.get("/sessions/{session_id}/events")
async def list_session_events(
    caller: Reader,
    services: Given,
    session_id: KeyPath,
    query: Annotated[session_records.StepQuery, Query()],
) -> SessionStepPage:
    """List what happened in the session, in the order in which we heard of it."""
    async with services.databases.read() as connection:
        await sessions.check_session(connection, caller.scope, session_id)
        return await session_records.list_steps(connection, session_id, query, limit=bound_rows(services, query))


@router.get("/sessions/{session_id}/curve")
async def get_meter_curve(
    caller: Reader, services: Given, session_id: KeyPath, query: Annotated[curves.CurveQuery, Query()]
) -> MeterCurve:
    """Show everything that was measured, thinned out to at most `points` values a series."""
    async with services.databases.read() as connection:
        await sessions.check_session(connection, caller.scope, session_id)
        return await curves.read_curve(connection, session_id, query)


@router.get("/sessions/{session_id}/record")
async def get_meter_record(caller: Reader, services: Given, session_id: KeyPath) -> MeterRecord:
    """Show the closed meter record. Errors: `not_found.meter_record` while the session runs."""
    async with services.databases.read() as connection:
        await sessions.check_session(connection, caller.scope, session_id)
        return await session_records.read_record(connection, session_id)


@router.get("/sessions/{session_id}/price")
async def get_session_price(caller: Reader, services: Given, session_id: KeyPath) -> SessionPrice:
    """Show what the session costs, line by line and why: by now while it runs, then with every revision.

    Errors: `not_found.price` for a session without a tariff.
    """
    async with services.databases.read() as connection:
        await sessions.check_session(connection, caller.scope, session_id)
    return await read_price(services, caller.operator_id, session_id)


@router.get("/unmatched-parts")
async def list_unmatched_parts(
    caller: Reader, services: Given, query: Annotated[session_records.UnmatchedQuery, Query()]
) -> UnmatchedPartPage:
    """List parts of transactions that fit no session we know: acknowledged to the station and kept."""
    async with services.databases.read() as connection:
        return await session_records.list_unmatched(connection, caller.scope, query, limit=bound_rows(services, query))


async def _read(services: Given, caller: StaffCaller, session_id: str) -> SessionDetail:
    async with services.databases.read() as connection:
        return await sessions.read_session(connection, caller.scope, session_id, now=services.clock.now())


async def _choose_token(services: Given, caller: StaffCaller, body: SessionStartBody) -> IdToken:
    if (body.id_token is None) == (body.driver_id is None):
        raise PayerError("give an id_token or a driver_id")
    if body.id_token is not None:
        return IdToken(value=body.id_token.value, kind=body.id_token.kind)
    driver_id = DriverId(body.driver_id or "")
    async with services.databases.read() as connection:
        await drivers.check_driver(connection, caller.scope, driver_id)
    return await services.dispatcher.dispatch(FindDriverToken(driver_id=driver_id, operator_id=caller.operator_id))
