"""Stations with their connectors and what charges there."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated
from urllib.parse import quote

from pydantic import Field
from sqlalchemy import exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.stations import ConnectorStatus, Protocol, Registration
from busbar.domain.stations.tables import connectors, sites, stations
from busbar.views.missing import StationMissingError
from busbar.views.paging import Order, PageRequest, read_rows
from busbar.views.rows import AnyRow, AnySelect, pick
from busbar.views.running import list_running
from busbar.views.scope import Scope
from busbar.views.search import contains
from busbar.views.shapes.network import Connector, Evse, RunningSession, Station, StationPage


class StationSort(StrEnum):
    """Orders of the list of stations."""

    STATION_ID = "station_id"
    STATION_ID_DOWN = "-station_id"
    NAME = "name"
    NAME_DOWN = "-name"
    LAST_SEEN_AT = "last_seen_at"
    LAST_SEEN_AT_DOWN = "-last_seen_at"
    CREATED_AT = "created_at"
    CREATED_AT_DOWN = "-created_at"


class StationQuery(PageRequest):
    """Which stations are wanted."""

    q: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    """Text in id, name, vendor, model or serial number."""
    site_id: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    registration: Registration | None = None
    is_online: bool | None = None
    status: ConnectorStatus | None = None
    """Of the station or any of its connectors."""
    protocol: Protocol | None = None
    sort: StationSort = StationSort.STATION_ID


_COLUMNS = (stations, sites.c.name.label("site_name"))
_ORDERS = {
    "station_id": stations.c.station_id,
    "name": stations.c.name,
    "last_seen_at": func.coalesce(stations.c.last_seen_at, stations.c.created_at),
    "created_at": stations.c.created_at,
}


def _select(scope: Scope) -> AnySelect:
    return (
        select(*_COLUMNS)
        .select_from(stations.outerjoin(sites, stations.c.site_id == sites.c.site_id))
        .where(scope.covers(operator_id=stations.c.operator_id, site_id=stations.c.site_id))
    )


def _filter(statement: AnySelect, query: StationQuery) -> AnySelect:
    table = stations.c
    if query.q is not None:
        columns = (table.station_id, table.name, table.vendor, table.model, table.serial_number)
        statement = statement.where(or_(*(contains(column, query.q) for column in columns)))
    if query.site_id is not None:
        statement = statement.where(table.site_id == query.site_id)
    if query.registration is not None:
        statement = statement.where(table.registration == query.registration.value)
    if query.is_online is not None:
        statement = statement.where(table.is_online.is_(query.is_online))
    if query.protocol is not None:
        statement = statement.where(table.protocol == query.protocol.value)
    if query.status is not None:
        of_a_connector = exists().where(
            connectors.c.station_id == table.station_id, connectors.c.status == query.status.value
        )
        statement = statement.where(or_(table.status == query.status.value, of_a_connector))
    return statement


async def list_stations(connection: AsyncConnection, scope: Scope, query: StationQuery, *, limit: int) -> StationPage:
    """Return a page of stations."""
    order = Order.choose(query.sort, _ORDERS, key=stations.c.station_id)
    rows, cursor, total = await read_rows(
        connection, _filter(_select(scope), query), order=order, request=query, limit=limit
    )
    return StationPage(items=await _fill(connection, rows), next_cursor=cursor, total=total)


async def read_station(connection: AsyncConnection, scope: Scope, station_id: str) -> Station:
    """Return one station. Errors: `not_found.station`."""
    rows = (await connection.execute(_select(scope).where(stations.c.station_id == station_id))).all()
    if not rows:
        raise StationMissingError("there is no such station", station_id=station_id)
    return (await _fill(connection, rows))[0]


async def check_station(connection: AsyncConnection, scope: Scope, station_id: str) -> None:
    """Raise `not_found.station` unless the station is within the scope."""
    covered = scope.covers(operator_id=stations.c.operator_id, site_id=stations.c.site_id)
    statement = select(stations.c.station_id).where(covered, stations.c.station_id == station_id)
    if (await connection.execute(statement)).first() is None:
        raise StationMissingError("there is no such station", station_id=station_id)


async def find_protocol(connection: AsyncConnection, scope: Scope, station_id: str) -> Protocol | None:
    """Return what the station speaks, or None before its first connection. Errors: `not_found.station`."""
    covered = scope.covers(operator_id=stations.c.operator_id, site_id=stations.c.site_id)
    statement = select(stations.c.protocol).where(covered, stations.c.station_id == station_id)
    row = (await connection.execute(statement)).first()
    if row is None:
        raise StationMissingError("there is no such station", station_id=station_id)
    return None if row.protocol is None else Protocol(row.protocol)


async def list_station_ids(connection: AsyncConnection, scope: Scope) -> frozenset[str]:
    """Return the ids of all stations within the scope."""
    covered = scope.covers(operator_id=stations.c.operator_id, site_id=stations.c.site_id)
    return frozenset((await connection.execute(select(stations.c.station_id).where(covered))).scalars())


def write_code(public_address: str, station_id: str, evse_id: int | None) -> str:
    """Return the address that a station's QR code holds: the driver app, opened at this station or EVSE."""
    tail = "" if evse_id is None else f"/{evse_id}"
    return f"{public_address}/app/s/{quote(station_id, safe='')}{tail}"


async def _fill(connection: AsyncConnection, rows: Sequence[AnyRow]) -> list[Station]:
    """Join the connectors and open sessions of these stations: two statements, however many stations."""
    ids = [row.station_id for row in rows]
    statement = (
        select(connectors)
        .where(connectors.c.station_id.in_(ids))
        .order_by(connectors.c.station_id, connectors.c.evse_id, connectors.c.connector_id)
    )
    found: dict[str, dict[int, list[Connector]]] = {station_id: {} for station_id in ids}
    for row in (await connection.execute(statement)).all() if ids else ():
        found[row.station_id].setdefault(row.evse_id, []).append(Connector.model_validate(row))
    running = await list_running(connection, ids)
    return [_shape(row, found[row.station_id], running) for row in rows]


def _shape(
    row: AnyRow, built: dict[int, list[Connector]], running: dict[tuple[str, int | None], RunningSession]
) -> Station:
    numbers = sorted(set(built) | {evse for station, evse in running if station == row.station_id and evse is not None})
    evses = [
        Evse(evse_id=number, connectors=built.get(number, []), session=running.get((row.station_id, number)))
        for number in numbers
    ]
    return Station(**pick(row, Station), has_password=row.password_hash is not None, evses=evses)
