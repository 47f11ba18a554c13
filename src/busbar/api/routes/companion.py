from typing import Annotated

from fastapi import APIRouter, Query

from busbar.api.bodies.companion import PushDeviceBody, TokenFreezeBody, VehicleBody
from busbar.api.callers import AnyVisitor, OperatorChoice, SignedInDriver, choose_operator
from busbar.api.parameters import KeyPath, StationPath, TokenPath
from busbar.api.remembering import forget_at_stations
from busbar.api.services import Given
from busbar.canon.access import SetTokenStatus, TokenStatus
from busbar.canon.companion import (
    AwaitStation,
    KeepFavourite,
    PutPushDevice,
    PutVehicle,
    RemovePushDevice,
    RemoveVehicle,
    Vehicle,
)
from busbar.kernel.ids import VehicleId
from busbar.views import companion, nearby, tokens
from busbar.views.shapes.companion import KeptStations, OwnVehicle, OwnVehicleList, PopularTimes, PushKey
from busbar.views.shapes.driver_door import OwnToken, OwnTokenList

router = APIRouter(prefix="/driver", tags=["driver's things"])


@router.get("/vehicles")
async def list_my_vehicles(caller: SignedInDriver, services: Given) -> OwnVehicleList:
    """List one's own vehicles."""
    async with services.databases.read() as connection:
        return await companion.list_vehicles(connection, caller.driver_id)


@router.post("/vehicles", status_code=201)
async def add_my_vehicle(caller: SignedInDriver, services: Given, body: VehicleBody) -> OwnVehicle:
    """Add a vehicle of one's own."""
    return await _put_vehicle(caller, services, body, None)


@router.put("/vehicles/{vehicle_id}")
async def put_my_vehicle(caller: SignedInDriver, services: Given, vehicle_id: KeyPath, body: VehicleBody) -> OwnVehicle:
    """Make one of one's own vehicles exactly this."""
    return await _put_vehicle(caller, services, body, VehicleId(vehicle_id))


@router.delete("/vehicles/{vehicle_id}", status_code=204)
async def remove_my_vehicle(caller: SignedInDriver, services: Given, vehicle_id: KeyPath) -> None:
    """Forget one of one's own vehicles."""
    await services.dispatcher.dispatch(
        RemoveVehicle(operator_id=caller.operator_id, driver_id=caller.driver_id, vehicle_id=VehicleId(vehicle_id))
    )


@router.get("/tokens")
async def list_my_tokens(caller: SignedInDriver, services: Given) -> OwnTokenList:
    """List one's own cards and other tokens."""
    async with services.databases.read() as connection:
        items = await tokens.list_of_driver(connection, caller.operator_id, caller.driver_id)
    return OwnTokenList(items=items)


@router.put("/tokens/{value}/freeze")
async def freeze_my_token(caller: SignedInDriver, services: Given, value: TokenPath, body: TokenFreezeBody) -> OwnToken:
    """Let a card of one's own not be used for now, or let it be used again."""
    return await _set_token(caller, services, value, TokenStatus.FROZEN if body.is_frozen else TokenStatus.ACTIVE)


@router.post("/tokens/{value}/lost")
async def report_my_token_lost(caller: SignedInDriver, services: Given, value: TokenPath) -> OwnToken:
    """Report a card of one's own lost: it is refused from now on, and only the operator lets it be used again."""
    return await _set_token(caller, services, value, TokenStatus.LOST)


async def _set_token(caller: SignedInDriver, services: Given, value: str, status: TokenStatus) -> OwnToken:
    wish = SetTokenStatus(
        operator_id=caller.operator_id,
        actor=caller.actor,
        value=value,
        status=status,
        holder_id=caller.driver_id,
    )
    token = await services.dispatcher.dispatch(wish)
    await forget_at_stations(services, caller.actor, token)
    return OwnToken.model_validate(token)


@router.get("/kept-stations")
async def list_my_kept_stations(caller: SignedInDriver, services: Given) -> KeptStations:
    """List one's favourites, and the stations that one waits for."""
    async with services.databases.read() as connection:
        return await companion.read_kept(connection, caller.driver_id, now=services.clock.now())


@router.put("/favourites/{station_id}", status_code=204)
async def keep_my_favourite(caller: SignedInDriver, services: Given, station_id: StationPath) -> None:
    """Keep a station among one's favourites."""
    await _check_station(caller, services, station_id)
    await _keep(caller, services, station_id, is_kept=True)


@router.delete("/favourites/{station_id}", status_code=204)
async def drop_my_favourite(caller: SignedInDriver, services: Given, station_id: StationPath) -> None:
    """Keep a station among one's favourites no longer."""
    await _keep(caller, services, station_id, is_kept=False)


@router.put("/awaited/{station_id}", status_code=204)
async def await_station(caller: SignedInDriver, services: Given, station_id: StationPath) -> None:
    """Be told once, on one's devices, when a connector of this station is free; for the next 12 hours."""
    await _check_station(caller, services, station_id)
    await _await(caller, services, station_id, is_awaited=True)


@router.delete("/awaited/{station_id}", status_code=204)
async def stop_awaiting_station(caller: SignedInDriver, services: Given, station_id: StationPath) -> None:
    """Wait for this station no longer."""
    await _await(caller, services, station_id, is_awaited=False)


@router.get("/stations/{station_id}/popular-times")
async def get_popular_times(
    visitor: AnyVisitor, services: Given, station_id: StationPath, operator: OperatorChoice = None
) -> PopularTimes:
    """Show how busy a station usually is, from its own charges. Needs no sign-in."""
    chosen = await choose_operator(services, visitor, operator)
    async with services.databases.read() as connection:
        await nearby.check_station(connection, station_id, operator_id=chosen.operator_id)
        return await companion.read_popular_times(connection, station_id, now=services.clock.now())


@router.get("/push-key")
async def get_push_key(_caller: SignedInDriver, services: Given) -> PushKey:
    """Show what a browser subscribes to push messages with."""
    return PushKey(application_server_key=services.push_key)


@router.put("/push-device", status_code=204)
async def put_my_push_device(caller: SignedInDriver, services: Given, body: PushDeviceBody) -> None:
    """Be told things on this device, also while the app is closed."""
    await services.dispatcher.dispatch(
        PutPushDevice(
            operator_id=caller.operator_id,
            driver_id=caller.driver_id,
            endpoint=body.endpoint,
            public_key=body.p256dh,
            auth=body.auth,
            language=body.language,
        )
    )


@router.delete("/push-device", status_code=204)
async def remove_my_push_device(
    caller: SignedInDriver, services: Given, endpoint: Annotated[str, Query(min_length=8, max_length=1000)]
) -> None:
    """Be told nothing on this device any more."""
    await services.dispatcher.dispatch(RemovePushDevice(endpoint=endpoint, driver_id=caller.driver_id))


async def _put_vehicle(
    caller: SignedInDriver, services: Given, body: VehicleBody, vehicle_id: VehicleId | None
) -> OwnVehicle:
    vehicle: Vehicle = await services.dispatcher.dispatch(
        PutVehicle(
            operator_id=caller.operator_id,
            driver_id=caller.driver_id,
            vehicle_id=vehicle_id,
            name=body.name,
            plate=body.plate,
            vin=body.vin,
            connector_kind=body.connector_kind,
            battery_wh=body.battery_wh,
        )
    )
    return OwnVehicle.model_validate(vehicle)


async def _check_station(caller: SignedInDriver, services: Given, station_id: StationPath) -> None:
    async with services.databases.read() as connection:
        await nearby.check_station(connection, station_id, operator_id=caller.operator_id)


async def _keep(caller: SignedInDriver, services: Given, station_id: StationPath, *, is_kept: bool) -> None:
    wish = KeepFavourite(
        operator_id=caller.operator_id, driver_id=caller.driver_id, station_id=station_id, is_kept=is_kept
    )
    await services.dispatcher.dispatch(wish)


async def _await(caller: SignedInDriver, services: Given, station_id: StationPath, *, is_awaited: bool) -> None:
    wish = AwaitStation(
        operator_id=caller.operator_id, driver_id=caller.driver_id, station_id=station_id, is_awaited=is_awaited
    )
    await services.dispatcher.dispatch(wish)
