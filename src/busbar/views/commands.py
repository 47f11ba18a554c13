"""Requests to stations and what became of them."""

from datetime import datetime
from typing import Annotated, Any, cast

import msgspec
from pydantic import Field
from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.control import CommandOutcome, Outcome
from busbar.domain.stations.tables import station_commands, stations
from busbar.views.json_text import read_json
from busbar.views.missing import CommandMissingError
from busbar.views.paging import Order, PageRequest, read_page
from busbar.views.rows import AnyRow, AnySelect
from busbar.views.scope import Scope
from busbar.views.shapes.control import CallFault, StationCommand, StationCommandPage


class CommandQuery(PageRequest):
    """Which requests to a station are wanted."""

    request: Annotated[str, Field(min_length=1, max_length=32)] | None = None
    """The kind, such as `Reset`."""
    outcome: Outcome | None = None
    is_answered: bool | None = None


class AllCommandsQuery(CommandQuery):
    """Which requests to an operator's stations are wanted."""

    station_id: Annotated[str, Field(min_length=1, max_length=48)] | None = None
    site_id: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    requested_by: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    """Who asked, such as `staff:` and an id; a whole kind of callers by the word alone, such as `staff`."""
    since: datetime | None = None
    until: datetime | None = None


_MASK = "********"
_NOT_SHOWN = "nested too deeply to be shown"
_ORDER = Order(
    name="-requested_at",
    column=station_commands.c.requested_at,
    key=station_commands.c.command_id,
    is_descending=True,
)


async def list_commands(
    connection: AsyncConnection, scope: Scope, station_id: str, query: CommandQuery, *, limit: int
) -> StationCommandPage:
    """Return a page of the requests to a station, the newest first."""
    table = station_commands.c
    statement = select(station_commands).where(table.operator_id == scope.operator_id, table.station_id == station_id)
    return await _read_list(connection, statement, query, limit=limit)


async def list_all_commands(
    connection: AsyncConnection, scope: Scope, query: AllCommandsQuery, *, limit: int
) -> StationCommandPage:
    """Return a page of the requests to all stations in sight, the newest first."""
    table = station_commands.c
    statement = select(station_commands).where(table.operator_id == scope.operator_id)
    if scope.site_ids or query.site_id is not None:
        seen = scope.covers(operator_id=stations.c.operator_id, site_id=stations.c.site_id)
        of_sites = select(stations.c.station_id).where(seen)
        if query.site_id is not None:
            of_sites = of_sites.where(stations.c.site_id == query.site_id)
        statement = statement.where(table.station_id.in_(of_sites))
    if query.station_id is not None:
        statement = statement.where(table.station_id == query.station_id)
    if query.requested_by is not None:
        kind = query.requested_by + ":"
        is_of_kind = func.substr(table.requested_by, 1, len(kind)) == kind
        statement = statement.where(or_(table.requested_by == query.requested_by, is_of_kind))
    if query.since is not None:
        statement = statement.where(table.requested_at >= query.since)
    if query.until is not None:
        statement = statement.where(table.requested_at < query.until)
    return await _read_list(connection, statement, query, limit=limit)


async def _read_list(
    connection: AsyncConnection, statement: AnySelect, query: CommandQuery, *, limit: int
) -> StationCommandPage:
    table = station_commands.c
    if query.request is not None:
        statement = statement.where(table.kind == query.request)
    if query.outcome is not None:
        statement = statement.where(table.outcome == query.outcome.value)
    if query.is_answered is not None:
        statement = statement.where(table.answered_at.is_not(None) == query.is_answered)
    items, cursor, total = await read_page(
        connection, statement, order=_ORDER, request=query, limit=limit, shape=_shape
    )
    return StationCommandPage(items=items, next_cursor=cursor, total=total)


async def read_command(connection: AsyncConnection, scope: Scope, station_id: str, command_id: str) -> StationCommand:
    """Return one request to a station. Errors: `not_found.command`."""
    table = station_commands.c
    statement = select(station_commands).where(
        table.operator_id == scope.operator_id, table.station_id == station_id, table.command_id == command_id
    )
    row = (await connection.execute(statement)).first()
    if row is None:
        raise CommandMissingError("there is no such command", command_id=command_id)
    return _shape(row)


def read_answer(outcome: CommandOutcome) -> tuple[Any | None, CallFault | None]:
    """Return the station's answer or its CALLERROR, whichever came."""
    if outcome.answer_json is None:
        return None, None
    answer = read_json(outcome.answer_json)
    if not outcome.is_error or not isinstance(answer, dict):
        return answer, None
    answer = cast("dict[str, Any]", answer)
    return None, CallFault(
        code=str(answer.get("code", "")),
        description=str(answer.get("description", "")),
        details=answer.get("details"),
    )


def _shape(row: AnyRow) -> StationCommand:
    parameters = cast("dict[str, Any]", msgspec.json.decode(row.request))
    parameters.pop("request", None)
    if isinstance(parameters.get("payload_json"), str):
        payload = read_json(parameters.pop("payload_json"))
        parameters["payload"] = _NOT_SHOWN if isinstance(payload, str) else payload
    outcome = None if row.answer is None else msgspec.json.decode(row.answer, type=CommandOutcome)
    answer, error = (None, None) if outcome is None else read_answer(outcome)
    return StationCommand(
        command_id=row.command_id,
        station_id=row.station_id,
        request=row.kind,
        parameters=hide_secrets(parameters),
        requested_by=row.requested_by,
        requested_at=row.requested_at,
        answered_at=row.answered_at,
        expires_at=row.expires_at,
        outcome=row.outcome,
        status=None if outcome is None else outcome.status,
        answer=answer,
        error=error,
    )


def hide_secrets(value: object) -> Any:
    """Return JSON with passwords masked: the values of keys and variables that are named for one."""
    if isinstance(value, list):
        return [hide_secrets(item) for item in cast("list[object]", value)]
    if not isinstance(value, dict):
        return value
    part = cast("dict[str, object]", value)
    is_vpn = {"server", "key"} <= part.keys()
    is_secret_variable = any(_is_secret(_name_of(part.get(name))) for name in ("key", "variable", "ref"))
    return {
        name: _MASK
        if _is_secret(name)
        or (is_secret_variable and name in {"value", "attributeValue"})
        or (is_vpn and name == "key")
        else hide_secrets(item)
        for name, item in part.items()
    }


def _name_of(variable: object) -> object:
    """Return the name of a variable: 1.6 writes it plainly, 2.x and our own requests in a part of its own."""
    if not isinstance(variable, dict):
        return variable
    part = cast("dict[str, object]", variable)
    return part.get("variable", part.get("name"))


def _is_secret(name: object) -> bool:
    return isinstance(name, str) and ("password" in name.lower() or name.lower() in {"authorizationkey", "simpin"})
