"""Stations as drivers see them."""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, NamedTuple, Self
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from pydantic import Field, StringConstraints, model_validator
from sqlalchemy import BigInteger, ColumnElement, case, cast, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.hours import OpeningTimes
from busbar.canon.stations import ConnectorKind, ConnectorStatus, PowerKind, Registration
from busbar.domain.companion.sql import driver_favourites
from busbar.domain.sessions.tables import sessions
from busbar.domain.stations.hours import find_change, is_open
from busbar.domain.stations.sql import read_opening
from busbar.domain.stations.tables import connectors, sites, stations
from busbar.domain.tenants.sql import operators
from busbar.kernel.address import split_address
from busbar.views.hours import list_closed, show_opening
from busbar.views.missing import StationMissingError
from busbar.views.paging import Question
from busbar.views.rows import AnyRow, AnySelect
from busbar.views.search import contains
from busbar.views.sessions import OPEN_STATES
from busbar.views.shapes.driver_door import (
    ConnectorSummary,
    DriverConnector,
    DriverEvse,
    DriverStation,
    NearbyStation,
    NearbyStationList,
    Startability,
)

JUDGED_MAX = 500
"""Stations whose prices are looked at when only cheap ones are wanted."""
EARTH_RADIUS_M = 6_371_009
_METRES_PER_DEGREE = 111_195
_E6 = 1_000_000
_HALF_TURN_E6 = 180 * _E6
_SLACK_PERCENT = 102
"""The flat distance by which the database chooses is a little off the exact one by which we judge."""
_CODE_PATH = re.compile(r"^(?:.*/s/)?(?P<station>[^/]{1,144})(?:/(?P<evse>[1-9][0-9]{0,3}))?/?$")

OperatorSlug = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[a-z0-9-]+$")]

_STARTABLE: Mapping[ConnectorStatus, Startability] = {
    ConnectorStatus.AVAILABLE: Startability.READY,
    ConnectorStatus.PREPARING: Startability.READY,
    ConnectorStatus.OCCUPIED: Startability.READY,
    ConnectorStatus.UNKNOWN: Startability.READY,
    ConnectorStatus.CHARGING: Startability.BUSY,
    ConnectorStatus.SUSPENDED_EV: Startability.BUSY,
    ConnectorStatus.SUSPENDED_EVSE: Startability.BUSY,
    ConnectorStatus.FINISHING: Startability.BUSY,
    ConnectorStatus.RESERVED: Startability.RESERVED,
    ConnectorStatus.UNAVAILABLE: Startability.OUT_OF_SERVICE,
    ConnectorStatus.FAULTED: Startability.FAULTED,
}
"""Preparing and Occupied without a session: the cable is in, and somebody may start."""
_BEST_FIRST = tuple(Startability)


class NearbyQuery(Question):
    """Where, and which stations are wanted."""

    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = None
    """Given with `latitude`, or not at all: then all stations, by the names of their sites."""
    radius_m: Annotated[int, Field(ge=1, le=200_000)] = 10_000
    connector_kind: ConnectorKind | None = None
    power_kind: PowerKind | None = None
    min_power_w: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    is_available: bool | None = None
    """Only stations with a free connector that matches the rest."""
    is_favourite: bool | None = None
    """Only the signed-in driver's favourites, however far they are."""
    is_open: bool | None = None
    """Only stations of sites that are open now."""
    max_price: Annotated[int, Field(ge=0, le=100_000_000)] | None = None
    """Only where a charge of 30 kWh in an hour costs at most this, in whole minor units of `price_currency`."""
    price_currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    """Given with `max_price`: stations priced in another one are left out."""
    q: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    """Text in the names of station and site, the address or the city."""
    limit: Annotated[int, Field(ge=1, le=500)] = 100
    operator: OperatorSlug | None = None
    """Whose stations, for a visitor who is not signed in; left out: the installation's default operator."""

    @model_validator(mode="after")
    def _check_position(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("give latitude and longitude, or neither")
        if (self.max_price is None) != (self.price_currency is None):
            raise ValueError("give max_price and price_currency, or neither")
        return self

    @property
    def position(self) -> "Position | None":
        """Where to look around."""
        if self.latitude is None or self.longitude is None:
            return None
        return Position(self.latitude, self.longitude)


class Position(NamedTuple):
    """Degrees north and east, WGS 84."""

    latitude: float
    longitude: float


class Door(NamedTuple):
    """Whether one may come to a site now. A station that stands at none is always open."""

    zone: str
    hours: OpeningTimes
    is_open: bool
    changes_at: datetime | None

    @classmethod
    def of(cls, row: AnyRow, now: datetime) -> Self:
        """Judge the hours of a row."""
        hours, zone = read_opening(row.hours), ZoneInfo(row.zone)
        return cls(row.zone, hours, is_open(hours, zone, now), find_change(hours, zone, now))


def measure_distance_m(here: Position, there: Position) -> int:
    """Return the distance of two positions along the surface (haversine), in whole metres."""
    north, other_north = math.radians(here.latitude), math.radians(there.latitude)
    half_north = math.sin((other_north - north) / 2) ** 2
    half_east = math.sin(math.radians(there.longitude - here.longitude) / 2) ** 2
    arc = math.sqrt(min(1.0, half_north + math.cos(north) * math.cos(other_north) * half_east))
    return round(2 * EARTH_RADIUS_M * math.asin(arc))


async def list_nearby(
    connection: AsyncConnection,
    query: NearbyQuery,
    *,
    operator_id: str,
    driver_id: str | None = None,
    now: datetime,
) -> NearbyStationList:
    """Return an operator's public stations around a position, the nearest first; without one, by site and name.

    Their prices come later, from `busbar.views.station_prices`; nothing is left out for its price here.
    """
    statement = _select(operator_id).where(sites.c.is_public.is_(True), *_matches(query))
    position, most = query.position, query.limit if query.max_price is None else JUDGED_MAX
    if query.is_open is not None:
        is_closed = sites.c.site_id.in_(await list_closed(connection, operator_id, now=now))
        statement = statement.where(~is_closed if query.is_open else is_closed)
    if query.is_favourite:
        own = driver_favourites.c.driver_id == (driver_id or "")
        kept = select(driver_favourites.c.station_id).where(own)
        statement = statement.where(stations.c.station_id.in_(kept.scalar_subquery()))
    if position is None or query.is_favourite:
        statement = statement.order_by(sites.c.name, stations.c.name, stations.c.station_id)
    else:
        square = _flat_square(position)
        radius_e6 = query.radius_m * _E6 // _METRES_PER_DEGREE + 1
        statement = statement.where(
            sites.c.latitude_e6.between(*_box(position, radius_e6)),
            square * 10_000 <= (radius_e6 * _SLACK_PERCENT) ** 2,
        ).order_by(square, stations.c.station_id)
    rows = (await connection.execute(statement.limit(most + 1))).all()
    ids = [row.station_id for row in rows]
    built, busy = await _read_connectors(connection, ids), await _read_busy(connection, ids)
    doors: dict[str | None, Door] = {}
    for row in rows:
        if row.site_id not in doors:
            doors[row.site_id] = Door.of(row, now)
    items = [
        _shape_nearby(row, built.get(row.station_id, []), busy, position, door=doors[row.site_id])
        for row in rows[:most]
    ]
    if position is not None:
        if not query.is_favourite:
            items = [item for item in items if (item.distance_m or 0) <= query.radius_m]
        items.sort(key=lambda item: (item.distance_m, item.station_id))
    return NearbyStationList(items=items, is_truncated=len(rows) > most)


async def look_up_code(
    connection: AsyncConnection, code: str, *, operator_id: str, driver_id: str | None, now: datetime
) -> DriverStation:
    """Return the station that a scanned code or typed id names. Errors: `not_found.station`."""
    station_id, evse_id = read_code(code)
    station = await read_station(connection, station_id, operator_id=operator_id, driver_id=driver_id, now=now)
    is_known = any(evse.evse_id == evse_id for evse in station.evses)
    return station.model_copy(update={"chosen_evse_id": evse_id if is_known else None})


def read_code(code: str) -> tuple[str, int | None]:
    """Read a QR code's address (`…/app/s/{station}/{evse}`), or a typed `station` or `station/evse`."""
    path = split_address(code).path if "://" in code else code
    found = _CODE_PATH.match(path.strip())
    if found is None:
        raise StationMissingError("this code names no station")
    evse = found["evse"]
    return unquote(found["station"]), None if evse is None else int(evse)


async def read_station(
    connection: AsyncConnection, station_id: str, *, operator_id: str, driver_id: str | None, now: datetime
) -> DriverStation:
    """Return one station as drivers see it. Errors: `not_found.station`."""
    row = (await connection.execute(_select(operator_id).where(stations.c.station_id == station_id))).first()
    if row is None:
        raise StationMissingError("there is no such station")
    built = (await _read_connectors(connection, [station_id])).get(station_id, [])
    busy = await _read_busy(connection, [station_id])
    door = Door.of(row, now)
    numbers = sorted({connector.evse_id for connector in built} | {evse for _, evse in busy if evse is not None})
    return DriverStation(
        station_id=row.station_id,
        name=row.name or row.station_id,
        operator_name=row.operator_name,
        site_id=row.site_id,
        site_name=row.site_name,
        address=row.address,
        city=row.city,
        country=row.country,
        latitude=None if row.latitude_e6 is None else row.latitude_e6 / _E6,
        longitude=None if row.longitude_e6 is None else row.longitude_e6 / _E6,
        is_online=row.is_online,
        time_zone=door.zone,
        hours=show_opening(door.hours),
        is_open=door.is_open,
        changes_at=door.changes_at,
        evses=[
            _shape_evse(
                number,
                [connector for connector in built if connector.evse_id == number],
                session=busy.get((station_id, number)),
                driver_id=driver_id,
                is_online=row.is_online,
            )
            for number in numbers
        ],
        chosen_evse_id=None,
    )


async def list_public_ids(connection: AsyncConnection, *, operator_id: str) -> frozenset[str]:
    """Return the ids of an operator's public stations."""
    statement = _select(operator_id).where(sites.c.is_public.is_(True)).with_only_columns(stations.c.station_id)
    return frozenset((await connection.execute(statement)).scalars())


async def check_station(connection: AsyncConnection, station_id: str, *, operator_id: str) -> None:
    """Raise `not_found.station` unless drivers of this operator may charge there."""
    statement = select(stations.c.station_id).where(
        stations.c.station_id == station_id,
        stations.c.operator_id == operator_id,
        stations.c.registration == Registration.ACCEPTED.value,
    )
    if (await connection.execute(statement)).first() is None:
        raise StationMissingError("there is no such station")


def _select(operator_id: str) -> AnySelect:
    joined = stations.outerjoin(sites, stations.c.site_id == sites.c.site_id).join(
        operators, stations.c.operator_id == operators.c.operator_id
    )
    return (
        select(
            stations.c.station_id,
            stations.c.name,
            stations.c.is_online,
            stations.c.site_id,
            sites.c.name.label("site_name"),
            func.coalesce(sites.c.address, "").label("address"),
            func.coalesce(sites.c.city, "").label("city"),
            func.coalesce(sites.c.country, "").label("country"),
            sites.c.latitude_e6,
            sites.c.longitude_e6,
            sites.c.hours,
            func.coalesce(sites.c.zone, operators.c.zone).label("zone"),
            operators.c.name.label("operator_name"),
        )
        .select_from(joined)
        .where(stations.c.operator_id == operator_id, stations.c.registration == Registration.ACCEPTED.value)
    )


def _box(position: Position, radius_e6: int) -> tuple[int, int]:
    centre = round(position.latitude * _E6)
    reach = radius_e6 * _SLACK_PERCENT // 100
    return centre - reach, centre + reach


def _flat_square(position: Position) -> ColumnElement[int]:
    """Return the square of the distance, in millionths of a degree of latitude, as if the earth were flat here."""
    north = cast(sites.c.latitude_e6, BigInteger) - round(position.latitude * _E6)
    apart = func.abs(cast(sites.c.longitude_e6, BigInteger) - round(position.longitude * _E6))
    east = case((apart > _HALF_TURN_E6, 2 * _HALF_TURN_E6 - apart), else_=apart)
    narrowed = east * round(math.cos(math.radians(position.latitude)) * 1000) // 1000
    return north * north + narrowed * narrowed


def _matches(query: NearbyQuery) -> list[ColumnElement[bool]]:
    """Return the predicates of what is wanted; all that concerns a connector holds for one and the same."""
    found: list[ColumnElement[bool]] = []
    if query.q is not None:
        columns = (stations.c.station_id, stations.c.name, sites.c.name, sites.c.address, sites.c.city)
        found.append(or_(*(contains(column, query.q) for column in columns)))
    wanted: list[ColumnElement[bool]] = []
    if query.connector_kind is not None:
        wanted.append(connectors.c.kind == query.connector_kind.value)
    if query.power_kind is not None:
        wanted.append(connectors.c.power_kind == query.power_kind.value)
    if query.min_power_w is not None:
        wanted.append(connectors.c.max_power_w >= query.min_power_w)
    if query.is_available:
        wanted.append(connectors.c.status == ConnectorStatus.AVAILABLE.value)
        found.append(stations.c.is_online.is_(True))
    if wanted:
        found.append(exists().where(connectors.c.station_id == stations.c.station_id, *wanted))
    return found


async def _read_connectors(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, list[AnyRow]]:
    found: dict[str, list[AnyRow]] = {}
    if ids:
        statement = select(connectors).where(connectors.c.station_id.in_(ids))
        ordered = statement.order_by(connectors.c.station_id, connectors.c.evse_id, connectors.c.connector_id)
        for row in (await connection.execute(ordered)).all():
            found.setdefault(row.station_id, []).append(row)
    return found


async def _read_busy(connection: AsyncConnection, ids: Sequence[str]) -> dict[tuple[str, int | None], AnyRow]:
    """Return the open sessions of these stations by station and EVSE."""
    if not ids:
        return {}
    table = sessions.c
    statement = (
        select(table.station_id, table.evse_id, table.session_id, table.driver_id)
        .where(table.station_id.in_(ids), table.state.in_(OPEN_STATES))
        .order_by(table.created_at, table.session_id)
    )
    return {(row.station_id, row.evse_id): row for row in (await connection.execute(statement)).all()}


def _shape_nearby(
    row: AnyRow,
    built: Sequence[AnyRow],
    busy: Mapping[tuple[str, int | None], AnyRow],
    position: Position | None,
    *,
    door: "Door",
) -> NearbyStation:
    latitude, longitude = row.latitude_e6 / _E6, row.longitude_e6 / _E6
    free = {
        connector.evse_id
        for connector in built
        if row.is_online
        and connector.status == ConnectorStatus.AVAILABLE.value
        and (row.station_id, connector.evse_id) not in busy
    }
    return NearbyStation(
        station_id=row.station_id,
        name=row.name or row.station_id,
        operator_name=row.operator_name,
        site_id=row.site_id,
        site_name=row.site_name,
        address=row.address,
        city=row.city,
        country=row.country,
        latitude=latitude,
        longitude=longitude,
        distance_m=None if position is None else measure_distance_m(position, Position(latitude, longitude)),
        is_online=row.is_online,
        max_power_w=max((connector.max_power_w for connector in built), default=None),
        connectors=_summarise(built, free),
        available_evses=len(free),
        total_evses=len({connector.evse_id for connector in built}),
        time_zone=door.zone,
        is_open=door.is_open,
        changes_at=door.changes_at,
        price=None,
    )


def _summarise(built: Sequence[AnyRow], free: set[int]) -> list[ConnectorSummary]:
    kinds: dict[tuple[str, str], list[AnyRow]] = {}
    for connector in built:
        kinds.setdefault((connector.kind, connector.power_kind), []).append(connector)
    return [
        ConnectorSummary(
            kind=ConnectorKind(kind),
            power_kind=PowerKind(power_kind),
            max_power_w=max(connector.max_power_w for connector in group),
            total=len(group),
            available=sum(
                connector.evse_id in free and connector.status == ConnectorStatus.AVAILABLE.value for connector in group
            ),
        )
        for (kind, power_kind), group in sorted(kinds.items())
    ]


def _shape_evse(
    number: int, built: Sequence[AnyRow], *, session: AnyRow | None, driver_id: str | None, is_online: bool
) -> DriverEvse:
    is_own = session is not None and driver_id is not None and session.driver_id == driver_id
    if is_own:
        startability = Startability.YOURS
    elif not is_online:
        startability = Startability.OFFLINE
    elif session is not None:
        startability = Startability.BUSY
    else:
        each = [_STARTABLE[ConnectorStatus(connector.status)] for connector in built]
        startability = min(each, key=_BEST_FIRST.index, default=Startability.READY)
    return DriverEvse(
        evse_id=number,
        startability=startability,
        session_id=session.session_id if session is not None and is_own else None,
        connectors=[DriverConnector.model_validate(connector) for connector in built],
    )
