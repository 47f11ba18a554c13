"""Who was turned away at the stations' door, as far as it is a reader's business."""

from collections.abc import Iterable
from typing import Annotated

import msgspec
from pydantic import AwareDatetime, Field
from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.domain.stations.tables import stations
from busbar.domain.tenants.sql import operators
from busbar.ports.refusals import RefusalKind, RefusalPage, Refused
from busbar.views.paging import Question
from busbar.views.scope import Scope
from busbar.views.shapes.refusals import RefusalItem, RefusalItems

NAMES_PER_QUERY = 500


class RefusalQuery(Question):
    """Which refusals are wanted."""

    kind: RefusalKind | None = None
    station_id: Annotated[str, Field(min_length=1, max_length=48)] | None = None
    """Of a station with this name; large and small letters, and spaces, are not told apart: they are often confused."""
    with_nameless: bool = False
    """With a station's name: also those that told no name, since they may be that station's."""
    since: AwareDatetime | None = None
    """Seen at this instant or later."""
    limit: Annotated[int, Field(ge=1, le=1000)] = 200


async def list_refusals(
    connection: AsyncConnection, scope: Scope, query: RefusalQuery, page: RefusalPage
) -> RefusalItems:
    """Choose what the reader may see.

    A name that is a station's belongs to whoever has that station. What belongs to nobody is shown to the operator
    whom new stations fall to, as they do when they are let in.
    """
    fitting = [refused for refused in page.refusals if _fits(refused, query)]
    names = {refused.name for refused in fitting if refused.name is not None}
    taken = await _find_stations(connection, names, true())
    own = scope.covers(operator_id=stations.c.operator_id, site_id=stations.c.site_id)
    seen = await _find_stations(connection, taken, own)
    is_keeper = await _is_keeper(connection, scope)
    visible = [refused for refused in fitting if (refused.name in seen if refused.name in taken else is_keeper)]
    return RefusalItems(
        items=[_shape(refused, seen) for refused in visible[: query.limit]],
        total=len(visible),
        missing_gateways=list(page.silent_gateways),
    )


def _fits(refused: Refused, query: RefusalQuery) -> bool:
    return (
        (query.kind is None or refused.kind is query.kind)
        and (query.since is None or refused.last_at >= query.since)
        and (query.station_id is None or _is_named(refused, query))
    )


def _is_named(refused: Refused, query: RefusalQuery) -> bool:
    if refused.name is None:
        return query.with_nameless
    return _fold(refused.name) == _fold(query.station_id or "")


def _fold(name: str) -> str:
    return "".join(name.replace("%20", " ").split()).casefold()


async def _find_stations(
    connection: AsyncConnection, names: Iterable[str], covered: ColumnElement[bool]
) -> frozenset[str]:
    """Return those names that are stations' within the predicate."""
    column, found, left = stations.c.station_id, set[str](), sorted(names)
    while left:
        part, left = left[:NAMES_PER_QUERY], left[NAMES_PER_QUERY:]
        rows = await connection.execute(select(column).where(covered, column.in_(part)))
        found.update(rows.scalars())
    return frozenset(found)


async def _is_keeper(connection: AsyncConnection, scope: Scope) -> bool:
    if scope.site_ids:
        return False
    statement = select(func.count()).where(operators.c.operator_id == scope.operator_id, operators.c.is_default)
    return bool((await connection.execute(statement)).scalar_one())


def _shape(refused: Refused, seen: frozenset[str]) -> RefusalItem:
    return RefusalItem(**msgspec.structs.asdict(refused), station_id=refused.name if refused.name in seen else None)
