"""Sites, and the network at a glance."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import msgspec
from pydantic import Field
from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.stations import ConnectorStatus, OwnDays
from busbar.domain.stations.sql import read_opening
from busbar.domain.stations.tables import connectors, sites, stations
from busbar.views.hours import show_opening
from busbar.views.missing import SiteMissingError
from busbar.views.paging import Order, PageRequest, read_rows
from busbar.views.rows import AnyRow, AnySelect
from busbar.views.running import read_day
from busbar.views.scope import Scope
from busbar.views.search import contains
from busbar.views.shapes.network import Overview, Site, SitePage, StationCounts


class SiteSort(StrEnum):
    """Orders of the list of sites."""

    NAME = "name"
    NAME_DOWN = "-name"
    CITY = "city"
    CITY_DOWN = "-city"


class SiteQuery(PageRequest):
    """Which sites are wanted."""

    q: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    """Text in name, address or city."""
    is_public: bool | None = None
    sort: SiteSort = SiteSort.NAME


_ORDERS = {"name": sites.c.name, "city": sites.c.city}
_CHARGING = (
    ConnectorStatus.CHARGING.value,
    ConnectorStatus.SUSPENDED_EV.value,
    ConnectorStatus.SUSPENDED_EVSE.value,
)


def _select(scope: Scope) -> AnySelect:
    return select(sites).where(scope.covers(operator_id=sites.c.operator_id, site_id=sites.c.site_id))


async def list_sites(connection: AsyncConnection, scope: Scope, query: SiteQuery, *, limit: int) -> SitePage:
    """Return a page of sites."""
    statement = _select(scope)
    if query.q is not None:
        columns = (sites.c.name, sites.c.address, sites.c.city)
        matches = [contains(column, query.q) for column in columns]
        statement = statement.where(matches[0] | matches[1] | matches[2])
    if query.is_public is not None:
        statement = statement.where(sites.c.is_public.is_(query.is_public))
    order = Order.choose(query.sort, _ORDERS, key=sites.c.site_id)
    rows, cursor, total = await read_rows(connection, statement, order=order, request=query, limit=limit)
    return SitePage(items=await _fill(connection, rows), next_cursor=cursor, total=total)


async def read_site(connection: AsyncConnection, scope: Scope, site_id: str) -> Site:
    """Return one site. Errors: `not_found.site`."""
    rows = (await connection.execute(_select(scope).where(sites.c.site_id == site_id))).all()
    if not rows:
        raise SiteMissingError("there is no such site", site_id=site_id)
    return (await _fill(connection, rows))[0]


async def read_overview(connection: AsyncConnection, scope: Scope, *, now: datetime) -> Overview:
    """Return the network at a glance."""
    covered = scope.covers(operator_id=stations.c.operator_id, site_id=stations.c.site_id)
    of_stations = (await connection.execute(_count_stations().where(covered))).one()
    of_connectors = (await connection.execute(_count_connectors().where(covered))).one()
    day = await read_day(connection, scope, now=now)
    return Overview(at=now, counts=_counts(of_stations, of_connectors), **day)


def _count_stations() -> AnySelect:
    return select(
        func.count().label("stations"),
        func.coalesce(func.sum(case((stations.c.is_online.is_(True), 1), else_=0)), 0).label("online"),
        func.coalesce(func.sum(case((stations.c.status == ConnectorStatus.FAULTED.value, 1), else_=0)), 0).label(
            "faulted"
        ),
    ).select_from(stations)


def _count_connectors() -> AnySelect:
    """Count connectors. One of a station that is not connected counts, but is neither available nor charging."""
    status, is_online = connectors.c.status, stations.c.is_online.is_(True)

    def count(condition: Any) -> Any:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    return select(
        func.count().label("connectors"),
        count((status == ConnectorStatus.AVAILABLE.value) & is_online).label("available"),
        count(status.in_(_CHARGING) & is_online).label("charging"),
        count(status == ConnectorStatus.FAULTED.value).label("faulted"),
    ).select_from(connectors.join(stations, connectors.c.station_id == stations.c.station_id))


def _counts(of_stations: AnyRow | None, of_connectors: AnyRow | None) -> StationCounts:
    return StationCounts(
        stations=of_stations.stations if of_stations else 0,
        stations_online=of_stations.online if of_stations else 0,
        stations_faulted=of_stations.faulted if of_stations else 0,
        connectors=of_connectors.connectors if of_connectors else 0,
        connectors_available=of_connectors.available if of_connectors else 0,
        connectors_charging=of_connectors.charging if of_connectors else 0,
        connectors_faulted=of_connectors.faulted if of_connectors else 0,
    )


async def _fill(connection: AsyncConnection, rows: Sequence[AnyRow]) -> list[Site]:
    """Join the counts of these sites: two statements, however many sites."""
    ids = [row.site_id for row in rows]
    site_id = stations.c.site_id.label("site_id")
    found: list[dict[str, AnyRow]] = []
    for statement in (_count_stations(), _count_connectors()):
        grouped = statement.add_columns(site_id).where(stations.c.site_id.in_(ids)).group_by(stations.c.site_id)
        found.append({row.site_id: row for row in (await connection.execute(grouped)).all()} if ids else {})
    return [_shape(row, _counts(found[0].get(row.site_id), found[1].get(row.site_id))) for row in rows]


def _shape(row: AnyRow, counts: StationCounts) -> Site:
    days = msgspec.json.decode(row.days, type=OwnDays)
    return Site(
        site_id=row.site_id,
        operator_id=row.operator_id,
        name=row.name,
        address=row.address,
        city=row.city,
        country=row.country,
        latitude=row.latitude_e6 / 1_000_000,
        longitude=row.longitude_e6 / 1_000_000,
        time_zone=row.zone,
        subdivision=days.subdivision,
        holidays=list(days.holidays),
        working_days=list(days.workdays),
        is_public=row.is_public,
        grid_limit_w=row.grid_limit_w,
        hours=show_opening(read_opening(row.hours)),
        changed_at=row.changed_at,
        counts=counts,
    )
