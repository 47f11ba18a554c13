"""What the app keeps for a driver, and how busy a station usually is."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.domain.companion.model import AWAITED_FOR
from busbar.domain.companion.sql import driver_favourites, driver_vehicles, driver_waits
from busbar.domain.sessions.tables import sessions
from busbar.domain.stations.tables import connectors, sites, stations
from busbar.kernel.ids import DriverId
from busbar.views.shapes.companion import BusyHour, KeptStations, OwnVehicle, OwnVehicleList, PopularTimes

WEEKS = 8
CHARGES_MIN = 20
"""Fewer say nothing about a week."""
CHARGES_MAX = 10_000
LONGEST = timedelta(days=2)
"""A charge that was never ended must not fill the week."""
_HOUR = timedelta(hours=1)


class Stay(NamedTuple):
    """A charge, in the time of its site."""

    begins: datetime
    ends: datetime


async def list_vehicles(connection: AsyncConnection, driver_id: DriverId) -> OwnVehicleList:
    """Return a driver's vehicles."""
    table = driver_vehicles.c
    query = select(driver_vehicles).where(table.driver_id == driver_id).order_by(table.vehicle_id)
    rows = (await connection.execute(query)).all()
    return OwnVehicleList(items=[OwnVehicle.model_validate(row) for row in rows])


async def read_kept(connection: AsyncConnection, driver_id: DriverId, *, now: datetime) -> KeptStations:
    """Return the stations that a driver keeps in mind."""
    favourites = select(driver_favourites.c.station_id).where(driver_favourites.c.driver_id == driver_id)
    table = driver_waits.c
    awaited = select(table.station_id).where(table.driver_id == driver_id, table.since > now - AWAITED_FOR)
    return KeptStations(
        favourites=sorted((await connection.execute(favourites)).scalars()),
        awaited=sorted((await connection.execute(awaited)).scalars()),
    )


async def read_popular_times(connection: AsyncConnection, station_id: str, *, now: datetime) -> PopularTimes:
    """Return how busy a station usually is, hour by hour of the week."""
    zoned = select(sites.c.zone).join(stations, stations.c.site_id == sites.c.site_id)
    zone = ZoneInfo((await connection.execute(zoned.where(stations.c.station_id == station_id))).scalar() or "UTC")
    counted = select(func.count(func.distinct(connectors.c.evse_id))).where(connectors.c.station_id == station_id)
    evses = (await connection.execute(counted)).scalar_one()
    table, since = sessions.c, now - timedelta(weeks=WEEKS)
    query = (
        select(table.started_at, table.ended_at)
        .where(
            table.station_id == station_id,
            table.started_at > since - LONGEST,
            or_(table.ended_at.is_(None), table.ended_at > since),
        )
        .order_by(table.started_at.desc())
        .limit(CHARGES_MAX)
    )
    rows = (await connection.execute(query)).all()
    if len(rows) < CHARGES_MIN or evses == 0:
        return PopularTimes(time_zone=zone.key, weeks=0, hours=[])
    first = max(since, min(row.started_at for row in rows))
    weeks = max(1, -(-(now - first) // timedelta(weeks=1)))
    stays = [Stay(max(row.started_at, first), min(row.ended_at or now, row.started_at + LONGEST, now)) for row in rows]
    return PopularTimes(time_zone=zone.key, weeks=weeks, hours=fill_week(stays, zone=zone, places=evses * weeks))


def fill_week(stays: Iterable[Stay], *, zone: ZoneInfo, places: int) -> list[BusyHour]:
    """Lay charges over the hours of a week; `places`: how many could have stood there in each of them."""
    taken_s = [0] * (7 * 24)
    for stay in stays:
        at = stay.begins
        while at < stay.ends:
            local = at.astimezone(zone)
            until = min(stay.ends, at + (_HOUR - timedelta(minutes=local.minute, seconds=local.second)))
            taken_s[local.weekday() * 24 + local.hour] += max(1, int((until - at).total_seconds()))
            at = until if until > at else at + _HOUR
    return _share(taken_s, places=places)


def _share(taken_s: Sequence[int], *, places: int) -> list[BusyHour]:
    return [
        BusyHour(weekday=index // 24, hour=index % 24, busy_permille=min(1000, taken * 1000 // (3600 * places)))
        for index, taken in enumerate(taken_s)
    ]
