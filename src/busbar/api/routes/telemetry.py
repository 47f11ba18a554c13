from typing import Annotated

from fastapi import APIRouter, Query

from busbar.api.callers import Reader
from busbar.api.parameters import KeyPath, StationPath
from busbar.api.services import Given
from busbar.views import telemetry
from busbar.views.shapes.telemetry import SiteTelemetry, StationTelemetry

router = APIRouter(tags=["telemetry"])


@router.get("/stations/{station_id}/telemetry")
async def get_station_telemetry(
    caller: Reader,
    services: Given,
    station_id: StationPath,
    query: Annotated[telemetry.StationTelemetryQuery, Query()],
) -> StationTelemetry:
    """Show what each EVSE of a station drew over time. Roll-ups follow the samples within two minutes."""
    async with services.databases.read() as connection:
        return await telemetry.read_station_telemetry(connection, caller.scope, station_id, query)


@router.get("/sites/{site_id}/telemetry")
async def get_site_telemetry(
    caller: Reader, services: Given, site_id: KeyPath, query: Annotated[telemetry.TelemetryQuery, Query()]
) -> SiteTelemetry:
    """Show what the stations of a site drew together over time; days are those of its time zone."""
    async with services.databases.read() as connection:
        return await telemetry.read_site_telemetry(connection, caller.scope, site_id, query)
