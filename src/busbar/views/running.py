from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.kernel.errors import UnavailableError
from busbar.views.scope import Scope
from busbar.views.shapes.network import RunningSession


async def list_running(
    connection: AsyncConnection, station_ids: list[str]
) -> dict[tuple[str, int | None], RunningSession]:
    """Return the open sessions of these stations by station and EVSE."""
    raise UnavailableError("sessions are not readable yet")


async def read_day(connection: AsyncConnection, scope: Scope, *, now: datetime) -> dict[str, Any]:
    """Return the overview's figures of today's sessions."""
    raise UnavailableError("sessions are not readable yet")
