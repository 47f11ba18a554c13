"""Drivers, as staff see them."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.drivers import DriverStatus
from busbar.kernel.errors import UnavailableError
from busbar.views.paging import PageRequest
from busbar.views.scope import Scope
from busbar.views.shapes.access import Driver, DriverPage


class DriverSort(StrEnum):
    """Orders of the list of drivers."""

    DISPLAY_NAME = "display_name"
    DISPLAY_NAME_DOWN = "-display_name"
    CREATED_AT = "created_at"
    CREATED_AT_DOWN = "-created_at"


class DriverQuery(PageRequest):
    """Which drivers are wanted."""

    q: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    """Text in name or e-mail address."""
    status: DriverStatus | None = None
    sort: DriverSort = DriverSort.DISPLAY_NAME


async def list_drivers(connection: AsyncConnection, scope: Scope, query: DriverQuery, *, limit: int) -> DriverPage:
    """Return a page of drivers."""
    raise UnavailableError("drivers are not readable yet")


async def read_driver(connection: AsyncConnection, scope: Scope, driver_id: str) -> Driver:
    """Return one driver. Errors: `not_found.driver`."""
    raise UnavailableError("drivers are not readable yet")


async def check_driver(connection: AsyncConnection, scope: Scope, driver_id: str) -> None:
    """Raise `not_found.driver` unless the driver is within the scope."""
    raise UnavailableError("drivers are not readable yet")
