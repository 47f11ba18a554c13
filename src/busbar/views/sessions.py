"""Sessions."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AwareDatetime, Field
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.sessions import CloseReason, SessionState
from busbar.domain.access.sql import drivers
from busbar.domain.billing.tables import session_prices
from busbar.domain.sessions.model import OPEN
from busbar.domain.sessions.tables import session_events, sessions
from busbar.domain.stations.tables import sites, stations
from busbar.views.missing import SessionMissingError
from busbar.views.paging import Order, PageRequest, read_page
from busbar.views.pricing import COST_COLUMNS, shape_cost
from busbar.views.rows import AnyRow, AnySelect, pick
from busbar.views.scope import Scope
from busbar.views.search import within
from busbar.views.shapes.sessions import Session, SessionDetail, SessionPage, SessionStep

STEPS_MAX = 500
OPEN_STATES = tuple(state.value for state in OPEN)
BEGUN_AT = func.coalesce(sessions.c.started_at, sessions.c.requested_at, sessions.c.created_at)
_CLOCKS_DIFFER = timedelta(days=1)
"""A session is entered after it began; a station's clock may go ahead of ours by less than this."""
Key = Annotated[str, Field(min_length=1, max_length=64)]


class SessionSort(StrEnum):
    """Orders of the list of sessions."""

    CREATED_AT = "created_at"
    CREATED_AT_DOWN = "-created_at"
    STARTED_AT = "started_at"
    STARTED_AT_DOWN = "-started_at"
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
    sort: SessionSort = SessionSort.CREATED_AT_DOWN
    """`created_at`: as we learned of them; `started_at`: as they began (or were asked for)."""


_ORDERS = {"created_at": sessions.c.created_at, "started_at": BEGUN_AT, "energy_wh": sessions.c.energy_wh}


def _select(scope: Scope) -> AnySelect:
    joined = (
        sessions.outerjoin(stations, sessions.c.station_id == stations.c.station_id)
        .outerjoin(sites, sessions.c.site_id == sites.c.site_id)
        .outerjoin(drivers, sessions.c.driver_id == drivers.c.driver_id)
        .outerjoin(session_prices, sessions.c.session_id == session_prices.c.session_id)
    )
    return (
        select(
            sessions,
            stations.c.name.label("station_name"),
            sites.c.name.label("site_name"),
            drivers.c.display_name.label("driver_name"),
            *COST_COLUMNS,
        )
        .select_from(joined)
        .where(scope.covers(operator_id=sessions.c.operator_id, site_id=sessions.c.site_id))
    )


def _filter(statement: AnySelect, query: SessionQuery) -> AnySelect:
    table = sessions.c
    equal = {
        table.state: query.state,
        table.station_id: query.station_id,
        table.evse_id: query.evse_id,
        table.site_id: query.site_id,
        table.token_key: None if query.id_token is None else query.id_token.casefold(),
        table.token_id: query.token_id,
        table.driver_id: query.driver_id,
        table.transaction_ref: query.transaction_ref,
        table.close_reason: query.close_reason,
    }
    statement = statement.where(*(column == value for column, value in equal.items() if value is not None))
    if query.is_open is not None:
        is_open = table.state.in_(OPEN_STATES)
        statement = statement.where(is_open if query.is_open else ~is_open)
    if query.since is not None:
        statement = statement.where(table.created_at >= before_clocks(query.since))
    return statement.where(*within(BEGUN_AT, query.since, query.until))


def before_clocks(instant: datetime) -> datetime:
    """Return an instant before which nothing was entered that began at or after `instant`: a bound for the index."""
    try:
        return instant - _CLOCKS_DIFFER
    except OverflowError:
        return instant


async def list_sessions(
    connection: AsyncConnection, scope: Scope, query: SessionQuery, *, limit: int, now: datetime
) -> SessionPage:
    """Return a page of sessions."""
    order = Order.choose(query.sort, _ORDERS, key=sessions.c.session_id)
    items, cursor, total = await read_page(
        connection,
        _filter(_select(scope), query),
        order=order,
        request=query,
        limit=limit,
        shape=lambda row: Session(**list_fields(row, now=now)),
    )
    return SessionPage(items=items, next_cursor=cursor, total=total)


async def read_session(connection: AsyncConnection, scope: Scope, session_id: str, *, now: datetime) -> SessionDetail:
    """Return one session with its steps. Errors: `not_found.session`."""
    row = (await connection.execute(_select(scope).where(sessions.c.session_id == session_id))).first()
    if row is None:
        raise SessionMissingError("there is no such session", session_id=session_id)
    steps = await read_steps(connection, [session_id])
    return SessionDetail(**list_fields(row, now=now), steps=steps.get(session_id, []))


async def check_session(connection: AsyncConnection, scope: Scope, session_id: str) -> None:
    """Raise `not_found.session` unless the session is within the scope."""
    covered = scope.covers(operator_id=sessions.c.operator_id, site_id=sessions.c.site_id)
    found = await connection.execute(select(sessions.c.session_id).where(covered, sessions.c.session_id == session_id))
    if found.first() is None:
        raise SessionMissingError("there is no such session", session_id=session_id)


async def read_steps(connection: AsyncConnection, session_ids: list[str]) -> dict[str, list[SessionStep]]:
    """Return the steps of these sessions as we heard of them (stations' clocks differ), up to 500 each."""
    if not session_ids:
        return {}
    table = session_events.c
    newest = (
        func.row_number()
        .over(partition_by=table.session_id, order_by=(table.heard_at.desc(), table.at.desc(), table.event_id.desc()))
        .label("age")
    )
    numbered = select(session_events, newest).where(table.session_id.in_(session_ids)).subquery()
    statement = (
        select(numbered)
        .where(numbered.c.age <= STEPS_MAX)
        .order_by(numbered.c.session_id, numbered.c.heard_at, numbered.c.at, numbered.c.number, numbered.c.event_id)
    )
    found: dict[str, list[SessionStep]] = {}
    for row in (await connection.execute(statement)).all():
        found.setdefault(row.session_id, []).append(SessionStep.model_validate(row))
    return found


def list_fields(row: AnyRow, *, now: datetime) -> dict[str, Any]:
    """Return the fields of a session that stand in its row or follow from it."""
    values = pick(row, Session)
    started_at: datetime | None = row.started_at
    until: datetime = row.ended_at or now
    is_open = row.state in OPEN_STATES
    has_duration = is_open or row.ended_at is not None
    return values | {
        "is_open": is_open,
        "id_token": row.token_value,
        "id_token_kind": row.token_kind,
        "last_sample_at": row.metered_at,
        "cost": shape_cost(row),
        "duration_s": max(0, int((until - started_at).total_seconds()))
        if started_at is not None and has_duration
        else None,
    }
