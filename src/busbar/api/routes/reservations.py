from typing import Annotated

from fastapi import APIRouter, Query

from busbar.api.bodies.reservations import OwnReservationBody, ReservationBody, ReservationRulesBody
from busbar.api.callers import (
    AnyVisitor,
    Controller,
    NetworkKeeper,
    OperatorChoice,
    Reader,
    SignedInDriver,
    StaffCaller,
    choose_operator,
)
from busbar.api.paging import bound_rows
from busbar.api.parameters import IdempotencyKey, KeyPath, make_command_id
from busbar.api.permissions import demand_whole_operator
from busbar.api.services import Given
from busbar.canon.access import FindDriverToken, IdToken
from busbar.canon.reservations import CancelReservation, ReservationPolicy, Reserve, SetReservationPolicy
from busbar.kernel.errors import InvalidError
from busbar.kernel.ids import DriverId, ReservationId, StationId
from busbar.views import drivers, nearby, reservations, stations
from busbar.views.shapes.reservations import (
    OwnReservation,
    OwnReservationList,
    ReservationPage,
    ReservationRecord,
    ReservationRules,
)

router = APIRouter(tags=["reservations"])
driver_router = APIRouter(prefix="/driver", tags=["driver's things"])


class HolderError(InvalidError):
    """Exactly one of `id_token` and `driver_id` is wanted."""

    code = "invalid.reservation_holder"


@router.get("/reservations")
async def list_reservations(
    caller: Reader, services: Given, query: Annotated[reservations.ReservationQuery, Query()]
) -> ReservationPage:
    """List reservations, the newest first."""
    async with services.databases.read() as connection:
        return await reservations.list_reservations(connection, caller.scope, query, limit=bound_rows(services, query))


@router.post("/reservations", status_code=202)
async def make_reservation(
    caller: Controller, services: Given, body: ReservationBody, key: IdempotencyKey = None
) -> ReservationRecord:
    """Ask a station to keep a place for somebody. What the station says comes by `/events`."""
    async with services.databases.read() as connection:
        await stations.check_station(connection, caller.scope, body.station_id)
    made = await services.dispatcher.dispatch(
        Reserve(
            command_id=make_command_id(actor=caller.actor, key=key, ids=services.ids),
            operator_id=caller.operator_id,
            station_id=StationId(body.station_id),
            evse_id=body.evse_id,
            driver_id=None if body.driver_id is None else DriverId(body.driver_id),
            id_token=await _choose_token(services, caller, body),
            duration_min=body.duration_min,
            requested_by=caller.actor,
            is_by_staff=True,
        )
    )
    return await _read(services, caller, made.reservation_id)


@router.get("/reservations/{reservation_id}")
async def get_reservation(caller: Reader, services: Given, reservation_id: KeyPath) -> ReservationRecord:
    """Show one reservation."""
    return await _read(services, caller, reservation_id)


@router.post("/reservations/{reservation_id}/cancel")
async def cancel_reservation(caller: Controller, services: Given, reservation_id: KeyPath) -> ReservationRecord:
    """Give a place free."""
    found = await _read(services, caller, reservation_id)
    await services.dispatcher.dispatch(
        CancelReservation(
            operator_id=caller.operator_id,
            station_id=StationId(found.station_id),
            reservation_id=ReservationId(reservation_id),
            requested_by=caller.actor,
        )
    )
    return await _read(services, caller, reservation_id)


@router.get("/reservation-rules")
async def get_reservation_rules(caller: Reader, services: Given) -> ReservationRules:
    """Show what drivers may reserve."""
    async with services.databases.read() as connection:
        return await reservations.read_rules(connection, caller.operator_id)


@router.put("/reservation-rules")
async def set_reservation_rules(caller: NetworkKeeper, services: Given, body: ReservationRulesBody) -> ReservationRules:
    """Say what drivers may reserve."""
    demand_whole_operator(caller.principal)
    policy = ReservationPolicy(
        is_allowed=body.is_allowed, minutes_max=body.minutes_max, per_driver_max=body.per_driver_max
    )
    await services.dispatcher.dispatch(
        SetReservationPolicy(operator_id=caller.operator_id, actor=caller.actor, policy=policy)
    )
    async with services.databases.read() as connection:
        return await reservations.read_rules(connection, caller.operator_id)


@driver_router.get("/reservation-rules")
async def get_public_reservation_rules(
    visitor: AnyVisitor, services: Given, operator: OperatorChoice = None
) -> ReservationRules:
    """Show what drivers may reserve. Needs no sign-in."""
    chosen = await choose_operator(services, visitor, operator)
    async with services.databases.read() as connection:
        return await reservations.read_rules(connection, chosen.operator_id)


@driver_router.get("/reservations")
async def list_my_reservations(caller: SignedInDriver, services: Given) -> OwnReservationList:
    """List one's own reservations, the newest first."""
    async with services.databases.read() as connection:
        return await reservations.list_own(connection, caller.driver_id)


@driver_router.post("/reservations", status_code=202)
async def reserve_for_me(
    caller: SignedInDriver, services: Given, body: OwnReservationBody, key: IdempotencyKey = None
) -> OwnReservation:
    """Ask a station to keep a place for oneself. What the station says comes by `/driver/events`."""
    async with services.databases.read() as connection:
        await nearby.check_station(connection, body.station_id, operator_id=caller.operator_id)
    id_token = await services.dispatcher.dispatch(
        FindDriverToken(driver_id=caller.driver_id, operator_id=caller.operator_id)
    )
    made = await services.dispatcher.dispatch(
        Reserve(
            command_id=make_command_id(actor=caller.actor, key=key, ids=services.ids),
            operator_id=caller.operator_id,
            station_id=StationId(body.station_id),
            evse_id=body.evse_id,
            driver_id=caller.driver_id,
            id_token=id_token,
            duration_min=body.duration_min,
            requested_by=caller.actor,
        )
    )
    return await _read_own(services, caller.driver_id, made.reservation_id)


@driver_router.get("/reservations/{reservation_id}")
async def get_my_reservation(caller: SignedInDriver, services: Given, reservation_id: KeyPath) -> OwnReservation:
    """Show one of one's own reservations."""
    return await _read_own(services, caller.driver_id, reservation_id)


@driver_router.post("/reservations/{reservation_id}/cancel")
async def cancel_my_reservation(caller: SignedInDriver, services: Given, reservation_id: KeyPath) -> OwnReservation:
    """Give a place free that was kept for oneself."""
    found = await _read_own(services, caller.driver_id, reservation_id)
    await services.dispatcher.dispatch(
        CancelReservation(
            operator_id=caller.operator_id,
            station_id=StationId(found.station_id),
            reservation_id=ReservationId(reservation_id),
            driver_id=caller.driver_id,
            requested_by=caller.actor,
        )
    )
    return await _read_own(services, caller.driver_id, reservation_id)


async def _choose_token(services: Given, caller: StaffCaller, body: ReservationBody) -> IdToken:
    if (body.id_token is None) == (body.driver_id is None):
        raise HolderError("give an id_token or a driver_id")
    if body.id_token is not None:
        return IdToken(value=body.id_token.value, kind=body.id_token.kind)
    driver_id = DriverId(body.driver_id or "")
    async with services.databases.read() as connection:
        await drivers.check_driver(connection, caller.scope, driver_id)
    return await services.dispatcher.dispatch(FindDriverToken(driver_id=driver_id, operator_id=caller.operator_id))


async def _read(services: Given, caller: StaffCaller, reservation_id: str) -> ReservationRecord:
    async with services.databases.read() as connection:
        return await reservations.read_reservation(connection, caller.scope, reservation_id)


async def _read_own(services: Given, driver_id: DriverId, reservation_id: str) -> OwnReservation:
    async with services.databases.read() as connection:
        return await reservations.read_own(connection, driver_id, reservation_id)
