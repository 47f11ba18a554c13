"""Sessions."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.sessions import CloseReason, SessionState
from busbar.kernel.errors import UnavailableError
from busbar.views.paging import PageRequest
from busbar.views.scope import Scope
from busbar.views.shapes.sessions import SessionDetail, SessionPage

Key = Annotated[str, Field(min_length=1, max_length=64)]


class SessionSort(StrEnum):
    """Orders of the list of sessions."""

    BEGUN_AT = "begun_at"
    BEGUN_AT_DOWN = "-begun_at"
    ENERGY_WH = "energy_wh"
    ENERGY_WH_DOWN = "-energy_wh"


class SessionQuery(PageRequest):
    """Which sessions are wanted."""

    is_open: bool | None = None
    state: SessionState | None = None
    station_id: Annotated[str, Field(min_length=1, max_length=48)] | None = None
    evse_id: Annotated[int, Field(ge=1, le=1000)] | None = None
    site_id: Key | None = None
    id_token: Annotated[str, Field(min_length=1, max_length=255)] | None = None
    """The token's value; case does not matter."""
    token_id: Key | None = None
    driver_id: Key | None = None
    transaction_ref: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    close_reason: CloseReason | None = None
    since: AwareDatetime | None = None
    """Begun (or asked for, when it never began) at or after this instant."""
    until: AwareDatetime | None = None
    """Begun before this instant."""
    sort: SessionSort = SessionSort.BEGUN_AT_DOWN


async def list_sessions(
    connection: AsyncConnection, scope: Scope, query: SessionQuery, *, limit: int, now: datetime
) -> SessionPage:
    """Return a page of sessions."""
    raise UnavailableError("sessions are not readable yet")


async def read_session(connection: AsyncConnection, scope: Scope, session_id: str, *, now: datetime) -> SessionDetail:
    """Return one session with its steps. Errors: `not_found.session`."""
    raise UnavailableError("sessions are not readable yet")


async def check_session(connection: AsyncConnection, scope: Scope, session_id: str) -> None:
    """Raise `not_found.session` unless the session is within the scope."""
    raise UnavailableError("sessions are not readable yet")
