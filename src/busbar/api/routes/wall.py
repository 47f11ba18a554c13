from typing import Annotated

from fastapi import APIRouter, Query

from busbar.api.callers import Controller, Onlooker
from busbar.api.parameters import StationPath
from busbar.api.services import Given
from busbar.canon.stations import AcknowledgeFaults
from busbar.views import stations, wall
from busbar.views.shapes.wall import Wall

router = APIRouter(tags=["wall display"])


@router.get("/wall")
async def get_wall(
    caller: Onlooker, services: Given, site_id: Annotated[str | None, Query(min_length=1, max_length=64)] = None
) -> Wall:
    """Show all that a screen on a wall shows: of the whole network, or of one site."""
    settings = services.settings
    factors = wall.Factors(
        distance_mm_per_wh=settings.saving_distance_mm_per_wh,
        co2_g_per_km=settings.saving_co2_g_per_km,
        grid_co2_mg_per_wh=settings.saving_grid_co2_mg_per_wh,
        fuel_ml_per_100km=settings.saving_fuel_ml_per_100km,
    )
    async with services.databases.read() as connection:
        return await wall.read_wall(
            connection, caller.scope, site_id=site_id, factors=factors, now=services.clock.now()
        )


@router.post("/stations/{station_id}/faults/acknowledge", status_code=204)
async def acknowledge_faults(caller: Controller, services: Given, station_id: StationPath) -> None:
    """Say that somebody has seen the faults of a station: screens show it smaller until a newer one comes."""
    async with services.databases.read() as connection:
        await stations.read_station(connection, caller.scope, station_id)
    await services.dispatcher.dispatch(
        AcknowledgeFaults(operator_id=caller.operator_id, actor=caller.actor, station_id=station_id)
    )
