"""Sites as single-line diagrams: every station with what flows there now."""

from collections.abc import Iterable, Sequence
from typing import Annotated

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.domain.stations.tables import connectors, sites, stations
from busbar.views.paging import Question
from busbar.views.rows import AnyRow, pick
from busbar.views.running import list_running
from busbar.views.scope import Scope
from busbar.views.shapes.busbar import Busbar, BusbarList, Feeder, FeederConnector, FeederEvse
from busbar.views.shapes.network import RunningSession

SITES_MAX = 50
FEEDERS_MAX = 500
"""Stations that one diagram shows at most."""

SiteKey = Annotated[str, Field(min_length=1, max_length=64)]


class BusbarQuery(Question):
    """Of which sites."""

    site_id: Annotated[list[SiteKey], Field(min_length=1, max_length=SITES_MAX)]


async def list_busbars(connection: AsyncConnection, scope: Scope, query: BusbarQuery) -> BusbarList:
    """Return the diagrams of these sites: four statements, however many sites."""
    covered = scope.covers(operator_id=sites.c.operator_id, site_id=sites.c.site_id)
    known = select(sites.c.site_id, sites.c.grid_limit_w).where(covered, sites.c.site_id.in_(query.site_id))
    limits = {row.site_id: row.grid_limit_w for row in await connection.execute(known.order_by(sites.c.site_id))}
    ids = list(limits)
    rows = await _list_stations(connection, scope, ids)
    station_ids = [row.station_id for row in rows if row.place <= FEEDERS_MAX]
    built = await _list_connectors(connection, station_ids)
    running = await list_running(connection, station_ids)
    found: dict[str, list[AnyRow]] = {site_id: [] for site_id in ids}
    for row in rows:
        found[row.site_id].append(row)
    return BusbarList(
        items=[
            Busbar(
                site_id=site_id,
                grid_limit_w=limits[site_id],
                feeders=[_shape(row, built.get(row.station_id, {}), running) for row in of_site[:FEEDERS_MAX]],
                is_whole=len(of_site) <= FEEDERS_MAX,
            )
            for site_id, of_site in found.items()
        ]
    )


async def _list_stations(connection: AsyncConnection, scope: Scope, site_ids: Sequence[str]) -> Sequence[AnyRow]:
    """Return the stations of each site in the order of the diagram, one more than it shows."""
    table = stations.c
    shown_name = func.coalesce(func.nullif(table.name, ""), table.station_id)
    place = func.row_number().over(partition_by=table.site_id, order_by=(shown_name, table.station_id)).label("place")
    covered = scope.covers(operator_id=table.operator_id, site_id=table.site_id)
    ordered = select(stations, place).where(covered, table.site_id.in_(site_ids)).subquery()
    statement = select(ordered).where(ordered.c.place <= FEEDERS_MAX + 1).order_by(ordered.c.site_id, ordered.c.place)
    return (await connection.execute(statement)).all() if site_ids else ()


async def _list_connectors(
    connection: AsyncConnection, station_ids: Sequence[str]
) -> dict[str, dict[int, list[AnyRow]]]:
    table = connectors.c
    statement = (
        select(table.station_id, table.evse_id, table.connector_id, table.label, table.status, table.max_power_w)
        .where(table.station_id.in_(station_ids))
        .order_by(table.station_id, table.evse_id, table.connector_id)
    )
    found: dict[str, dict[int, list[AnyRow]]] = {}
    for row in (await connection.execute(statement)).all() if station_ids else ():
        found.setdefault(row.station_id, {}).setdefault(row.evse_id, []).append(row)
    return found


def _shape(
    row: AnyRow, built: dict[int, list[AnyRow]], running: dict[tuple[str, int | None], RunningSession]
) -> Feeder:
    return Feeder(
        **pick(row, Feeder),
        evses=[
            _shape_evse(number, of_evse, running.get((row.station_id, number))) for number, of_evse in built.items()
        ],
    )


def _shape_evse(evse_id: int, rows: Iterable[AnyRow], session: RunningSession | None) -> FeederEvse:
    parts = list(rows)
    return FeederEvse(
        evse_id=evse_id,
        connectors=[FeederConnector.model_validate(row) for row in parts],
        rated_w=max(row.max_power_w for row in parts),
        session_id=session.session_id if session else None,
        power_w=(session.power_w or 0) if session else 0,
    )
