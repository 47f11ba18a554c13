from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query

from busbar.api.bodies.body import PRINTABLE, Zone
from busbar.api.bodies.charging import DriverStartBody, StopTargetBody
from busbar.api.callers import AnyVisitor, OperatorChoice, SignedInDriver, choose_operator
from busbar.api.paging import bound_rows
from busbar.api.parameters import IdempotencyKey, KeyPath, StationPath, make_command_id
from busbar.api.prices import QuoteQuery, read_nearby, read_price, read_quote
from busbar.api.services import Given
from busbar.api.stopping import stop_or_cancel
from busbar.canon.access import FindDriverToken
from busbar.canon.sessions import SetStopTarget, StartSession, StopTarget
from busbar.kernel.ids import SessionId, StationId
from busbar.views import curves, driver_sessions, nearby
from busbar.views.shapes.driver_door import (
    DriverSession,
    DriverSessionList,
    DriverSessionPage,
    DriverStation,
    MonthList,
    NearbyStationList,
    Network,
    Receipt,
)
from busbar.views.shapes.pricing import Quote, SessionPrice
from busbar.views.shapes.sessions import MeterCurve

router = APIRouter(prefix="/driver", tags=["driver"])


@router.get("/network")
async def get_network(visitor: AnyVisitor, services: Given, operator: OperatorChoice = None) -> Network:
    """Show whose stations these are. Needs no sign-in."""
    chosen = await choose_operator(services, visitor, operator)
    return Network(
        operator_id=chosen.operator_id,
        operator_name=chosen.name,
        slug=chosen.slug,
        time_zone=chosen.zone,
        language=chosen.language,
        can_reset=services.settings.mail_host is not None,
    )


@router.get("/stations")
async def list_nearby_stations(
    visitor: AnyVisitor, services: Given, query: Annotated[nearby.NearbyQuery, Query()]
) -> NearbyStationList:
    """List stations around a position, the nearest first; without one, all by site. Needs no sign-in."""
    operator = await choose_operator(services, visitor, query.operator)
    return await read_nearby(services, operator.operator_id, query, driver_id=visitor.driver_id)


@router.get("/lookup")
async def look_up_code(
    visitor: AnyVisitor,
    services: Given,
    code: Annotated[str, Query(min_length=1, max_length=400, pattern=PRINTABLE)],
    operator: OperatorChoice = None,
) -> DriverStation:
    """Find the station that a QR code or a typed id names. Needs no sign-in."""
    chosen = await choose_operator(services, visitor, operator)
    async with services.databases.read() as connection:
        return await nearby.look_up_code(
            connection,
            code,
            operator_id=chosen.operator_id,
            driver_id=visitor.driver_id,
            now=services.clock.now(),
        )


@router.get("/stations/{station_id}")
async def get_public_station(
    visitor: AnyVisitor, services: Given, station_id: StationPath, operator: OperatorChoice = None
) -> DriverStation:
    """Show one station. Needs no sign-in."""
    chosen = await choose_operator(services, visitor, operator)
    async with services.databases.read() as connection:
        return await nearby.read_station(
            connection,
            station_id,
            operator_id=chosen.operator_id,
            driver_id=visitor.driver_id,
            now=services.clock.now(),
        )


@router.get("/stations/{station_id}/quote")
async def get_public_quote(
    visitor: AnyVisitor,
    services: Given,
    station_id: StationPath,
    query: Annotated[QuoteQuery, Query()],
    operator: OperatorChoice = None,
) -> Quote:
    """Show what a charge costs that begins there now: for the driver who is signed in, else for anybody.

    Needs no sign-in. Errors: `not_found.tariff_there` where nothing is assigned: charging is free.
    """
    chosen = await choose_operator(services, visitor, operator)
    async with services.databases.read() as connection:
        await nearby.check_station(connection, station_id, operator_id=chosen.operator_id)
    return await read_quote(services, chosen.operator_id, station_id, query, driver_id=visitor.driver_id)


@router.post("/sessions", status_code=202)
async def start_my_session(
    caller: SignedInDriver, services: Given, body: DriverStartBody, key: IdempotencyKey = None
) -> DriverSession:
    """Ask a station to start charging. Its steps come by `/driver/events` and `GET /driver/sessions/{id}`."""
    async with services.databases.read() as connection:
        await nearby.check_station(connection, body.station_id, operator_id=caller.operator_id)
    id_token = await services.dispatcher.dispatch(
        FindDriverToken(driver_id=caller.driver_id, operator_id=caller.operator_id)
    )
    session_id = await services.dispatcher.dispatch(
        StartSession(
            command_id=make_command_id(actor=caller.actor, key=key, ids=services.ids),
            operator_id=caller.operator_id,
            station_id=StationId(body.station_id),
            evse_id=body.evse_id,
            connector_id=body.connector_id,
            id_token=id_token,
            requested_by=caller.actor,
        )
    )
    return await _read(services, caller, session_id)


@router.get("/sessions")
async def list_my_sessions(
    caller: SignedInDriver, services: Given, query: Annotated[driver_sessions.HistoryQuery, Query()]
) -> DriverSessionPage:
    """List one's own sessions, the newest first."""
    async with services.databases.read() as connection:
        return await driver_sessions.list_sessions(
            connection, caller.driver_id, query, limit=bound_rows(services, query), now=services.clock.now()
        )


@router.get("/sessions/active")
async def list_my_active_sessions(caller: SignedInDriver, services: Given) -> DriverSessionList:
    """List one's own open sessions with live figures and steps."""
    async with services.databases.read() as connection:
        return await driver_sessions.list_active(connection, caller.driver_id, now=services.clock.now())


@router.get("/sessions/months")
async def list_my_months(
    caller: SignedInDriver, services: Given, time_zone: Annotated[Zone, Query()] = "UTC"
) -> MonthList:
    """Sum up one's own charging by month."""
    async with services.databases.read() as connection:
        return await driver_sessions.list_months(connection, caller.driver_id, zone=ZoneInfo(time_zone))


@router.get("/sessions/{session_id}")
async def get_my_session(caller: SignedInDriver, services: Given, session_id: KeyPath) -> DriverSession:
    """Show one of one's own sessions with live figures and steps."""
    return await _read(services, caller, session_id)


@router.post("/sessions/{session_id}/stop", status_code=202)
async def stop_my_session(
    caller: SignedInDriver, services: Given, session_id: KeyPath, key: IdempotencyKey = None
) -> DriverSession:
    """Ask the station to end the charge; a start that has not begun yet is given up."""
    async with services.databases.read() as connection:
        await driver_sessions.check_session(connection, caller.driver_id, session_id)
    await stop_or_cancel(services, caller, session_id, key=key)
    return await _read(services, caller, session_id)


@router.put("/sessions/{session_id}/target")
async def set_my_stop_target(
    caller: SignedInDriver, services: Given, session_id: KeyPath, body: StopTargetBody
) -> DriverSession:
    """Say where the charge shall end by itself. The server keeps it: the phone may sleep."""
    async with services.databases.read() as connection:
        await driver_sessions.check_session(connection, caller.driver_id, session_id)
    stop_at = None if body.after_s is None else services.clock.now() + timedelta(seconds=body.after_s)
    await services.dispatcher.dispatch(
        SetStopTarget(
            operator_id=caller.operator_id,
            session_id=SessionId(session_id),
            target=StopTarget(
                energy_wh=body.energy_wh, soc_permille=body.soc_permille, stop_at=stop_at, cost=body.cost
            ),
            requested_by=caller.actor,
        )
    )
    return await _read(services, caller, session_id)


@router.get("/sessions/{session_id}/curve")
async def get_my_meter_curve(
    caller: SignedInDriver, services: Given, session_id: KeyPath, query: Annotated[curves.CurveQuery, Query()]
) -> MeterCurve:
    """Show what was measured in one of one's own sessions."""
    async with services.databases.read() as connection:
        await driver_sessions.check_session(connection, caller.driver_id, session_id)
        return await curves.read_curve(connection, session_id, query)


@router.get("/sessions/{session_id}/price")
async def get_my_session_price(caller: SignedInDriver, services: Given, session_id: KeyPath) -> SessionPrice:
    """Show what one of one's own sessions costs, line by line: by now while it runs, then in the end."""
    async with services.databases.read() as connection:
        await driver_sessions.check_session(connection, caller.driver_id, session_id)
    return await read_price(services, caller.operator_id, session_id)


@router.get("/sessions/{session_id}/receipt")
async def get_my_receipt(caller: SignedInDriver, services: Given, session_id: KeyPath) -> Receipt:
    """Show the receipt of one of one's own ended sessions."""
    async with services.databases.read() as connection:
        return await driver_sessions.read_receipt(connection, caller.driver_id, session_id)


async def _read(services: Given, caller: SignedInDriver, session_id: str) -> DriverSession:
    async with services.databases.read() as connection:
        return await driver_sessions.read_session(connection, caller.driver_id, session_id, now=services.clock.now())
