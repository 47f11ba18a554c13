"""Stations as drivers see them."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.stations import ConnectorKind
from busbar.kernel.errors import UnavailableError
from busbar.views.shapes.driver_door import DriverStation, NearbyStationList


class NearbyQuery(BaseModel):
    """Where, and which stations are wanted."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
    radius_m: Annotated[int, Field(ge=1, le=200_000)] = 10_000
    connector_kind: ConnectorKind | None = None
    min_power_w: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    is_available: bool | None = None
    """Only stations with a free EVSE."""
    q: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    """Text in the names of station and site, the address or the city."""
    limit: Annotated[int, Field(ge=1, le=500)] = 100


async def list_nearby(connection: AsyncConnection, query: NearbyQuery, *, operator_id: str | None) -> NearbyStationList:
    """Return public stations of an operator (None: the default one) around a position, the nearest first."""
    raise UnavailableError("not readable yet")


async def look_up_code(
    connection: AsyncConnection, code: str, *, operator_id: str | None, driver_id: str | None
) -> DriverStation:
    """Return the station that a scanned code or typed id names. Errors: `not_found.station`."""
    raise UnavailableError("not readable yet")


async def read_station(
    connection: AsyncConnection, station_id: str, *, operator_id: str | None, driver_id: str | None
) -> DriverStation:
    """Return one station as drivers see it. Errors: `not_found.station`."""
    raise UnavailableError("not readable yet")


async def check_station(connection: AsyncConnection, station_id: str, *, operator_id: str) -> None:
    """Raise `not_found.station` unless drivers of this operator may charge there."""
    raise UnavailableError("not readable yet")
