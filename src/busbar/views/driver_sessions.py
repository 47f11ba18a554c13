"""A driver's own sessions."""

from datetime import datetime

from pydantic import AwareDatetime
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.kernel.errors import UnavailableError
from busbar.kernel.ids import DriverId
from busbar.views.paging import PageRequest
from busbar.views.shapes.driver_door import DriverSession, DriverSessionList, DriverSessionPage, Receipt


class HistoryQuery(PageRequest):
    """Which of one's own sessions are wanted."""

    is_open: bool | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


async def list_sessions(
    connection: AsyncConnection, driver_id: DriverId, query: HistoryQuery, *, limit: int, now: datetime
) -> DriverSessionPage:
    """Return a page of a driver's sessions, the newest first."""
    raise UnavailableError("not readable yet")


async def list_active(connection: AsyncConnection, driver_id: DriverId, *, now: datetime) -> DriverSessionList:
    """Return a driver's open sessions."""
    raise UnavailableError("not readable yet")


async def read_session(
    connection: AsyncConnection, driver_id: DriverId, session_id: str, *, now: datetime
) -> DriverSession:
    """Return one of a driver's sessions. Errors: `not_found.session`."""
    raise UnavailableError("not readable yet")


async def check_session(connection: AsyncConnection, driver_id: DriverId, session_id: str) -> None:
    """Raise `not_found.session` unless it is one of the driver's own."""
    raise UnavailableError("not readable yet")


async def read_receipt(connection: AsyncConnection, driver_id: DriverId, session_id: str) -> Receipt:
    """Return the receipt of an ended session. Errors: `not_found.session`, `conflict.session_open`."""
    raise UnavailableError("not readable yet")


async def list_all(connection: AsyncConnection, driver_id: DriverId, *, now: datetime) -> list[DriverSession]:
    """Return all of a driver's sessions, the newest first, up to a bound."""
    raise UnavailableError("not readable yet")
