"""What is kept of a session: its steps, its meter record, and what fitted no session."""

from typing import Annotated

from pydantic import AwareDatetime, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.kernel.errors import UnavailableError
from busbar.views.paging import PageRequest
from busbar.views.scope import Scope
from busbar.views.shapes.sessions import MeterRecord, SessionStepPage, UnmatchedPartPage


class StepQuery(PageRequest):
    """Which steps are wanted."""


class UnmatchedQuery(PageRequest):
    """Which unmatched parts are wanted."""

    station_id: Annotated[str, Field(min_length=1, max_length=48)] | None = None
    transaction_ref: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    is_joined: bool | None = None
    """Its session was found later."""
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


async def list_steps(connection: AsyncConnection, session_id: str, query: StepQuery, *, limit: int) -> SessionStepPage:
    """Return a page of a session's steps."""
    raise UnavailableError("sessions are not readable yet")


async def read_record(connection: AsyncConnection, session_id: str) -> MeterRecord:
    """Return a session's closed meter record. Errors: `not_found.meter_record`."""
    raise UnavailableError("sessions are not readable yet")


async def list_unmatched(
    connection: AsyncConnection, scope: Scope, query: UnmatchedQuery, *, limit: int
) -> UnmatchedPartPage:
    """Return a page of unmatched parts, the newest first."""
    raise UnavailableError("sessions are not readable yet")
