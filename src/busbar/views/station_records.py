"""What is kept about a station beside its state: events, quirks, settings."""

from typing import Annotated, Any, cast

from pydantic import AwareDatetime, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.domain.stations.tables import station_events, station_quirks, station_variables
from busbar.views.json_text import read_json
from busbar.views.paging import Order, PageRequest, read_page
from busbar.views.rows import AnyRow
from busbar.views.scope import Scope
from busbar.views.search import contains, within
from busbar.views.shapes.network import (
    Quirk,
    QuirkList,
    StationEvent,
    StationEventPage,
    Variable,
    VariablePage,
)

QUIRKS_MAX = 1000


class StationEventQuery(PageRequest):
    """Which events of a station are wanted."""

    topic: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    """Not included."""


class VariableQuery(PageRequest):
    """Which settings of a station are wanted."""

    q: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    """Text in the component or the variable."""


_EVENTS = Order(name="-event", column=station_events.c.at, key=station_events.c.event_id, is_descending=True)
_VARIABLES = Order(name="ref", column=station_variables.c.ref, key=station_variables.c.ref)


async def list_events(
    connection: AsyncConnection, scope: Scope, station_id: str, query: StationEventQuery, *, limit: int
) -> StationEventPage:
    """Return a page of a station's events, the newest first."""
    table = station_events.c
    statement = select(station_events).where(table.operator_id == scope.operator_id, table.station_id == station_id)
    if query.topic is not None:
        statement = statement.where(table.topic == query.topic)
    statement = statement.where(*within(table.at, query.since, query.until))
    items, cursor, total = await read_page(
        connection, statement, order=_EVENTS, request=query, limit=limit, shape=_shape_event
    )
    return StationEventPage(items=items, next_cursor=cursor, total=total)


def _shape_event(row: AnyRow) -> StationEvent:
    payload: object = read_json(row.payload)
    return StationEvent(
        event_id=row.event_id,
        station_id=row.station_id,
        at=row.at,
        topic=row.topic,
        payload=cast("dict[str, Any]", payload) if isinstance(payload, dict) else {"value": payload},
    )


async def list_quirks(connection: AsyncConnection, scope: Scope, station_id: str) -> QuirkList:
    """Return a station's quirks."""
    table = station_quirks.c
    statement = (
        select(station_quirks)
        .where(table.operator_id == scope.operator_id, table.station_id == station_id)
        .order_by(table.action, table.field)
        .limit(QUIRKS_MAX)
    )
    rows = (await connection.execute(statement)).mappings().all()
    return QuirkList(
        items=[
            Quirk(
                action=row["action"],
                field=row["field"],
                first_seen_at=row["first_at"],
                last_seen_at=row["last_at"],
                count=row["count"],
            )
            for row in rows
        ]
    )


async def list_variables(
    connection: AsyncConnection, scope: Scope, station_id: str, query: VariableQuery, *, limit: int
) -> VariablePage:
    """Return a page of a station's settings."""
    table = station_variables.c
    statement = select(station_variables).where(table.operator_id == scope.operator_id, table.station_id == station_id)
    if query.q is not None:
        statement = statement.where(contains(table.variable, query.q) | contains(table.component, query.q))
    items, cursor, total = await read_page(
        connection, statement, order=_VARIABLES, request=query, limit=limit, shape=Variable.model_validate
    )
    return VariablePage(items=items, next_cursor=cursor, total=total)
