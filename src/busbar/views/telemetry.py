"""Energy and power over time, of a station and of a site, from the roll-ups."""

from datetime import timedelta
from enum import StrEnum
from itertools import groupby
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, model_validator
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.domain.metering.tables import telemetry_buckets
from busbar.domain.stations.tables import sites, stations
from busbar.views.missing import SiteMissingError, StationMissingError
from busbar.views.paging import Question
from busbar.views.rows import AnyRow
from busbar.views.scope import Scope
from busbar.views.shapes.telemetry import (
    EvseBucket,
    EvseTelemetry,
    SiteBucket,
    SiteTelemetry,
    StationTelemetry,
)

STEPS_MAX = 3000
ROWS_MAX = 100_000
WH_S = 3600


class Resolution(StrEnum):
    """How long a bucket is."""

    MINUTE = "1m"
    QUARTER = "15m"
    HOUR = "1h"
    DAY = "1d"


LENGTHS = {
    Resolution.MINUTE: timedelta(minutes=1),
    Resolution.QUARTER: timedelta(minutes=15),
    Resolution.HOUR: timedelta(hours=1),
    Resolution.DAY: timedelta(days=1),
}
SPANS = (
    (timedelta(hours=3), Resolution.MINUTE),
    (timedelta(days=2), Resolution.QUARTER),
    (timedelta(days=14), Resolution.HOUR),
)
"""Up to which span a resolution is chosen when the caller names none; beyond these it is a day."""


class TelemetryQuery(Question):
    """Which period, and how fine."""

    since: AwareDatetime
    """Buckets that begin here or later."""
    until: AwareDatetime
    """Not included."""
    resolution: Resolution | None = None
    """None: as the length of the period suggests."""

    @model_validator(mode="after")
    def _check_period(self) -> Self:
        if self.until <= self.since:
            raise ValueError("until lies after since")
        if (self.until - self.since) / LENGTHS[self.chosen] > STEPS_MAX:
            raise ValueError(f"at most {STEPS_MAX} buckets: ask for a shorter period, or a coarser resolution")
        return self

    @property
    def chosen(self) -> Resolution:
        """The resolution in force."""
        if self.resolution is not None:
            return self.resolution
        span = self.until - self.since
        return next((resolution for longest, resolution in SPANS if span <= longest), Resolution.DAY)


class StationTelemetryQuery(TelemetryQuery):
    """Which period, how fine, and which EVSE."""

    evse_id: Annotated[int, Field(ge=1, le=10_000)] | None = None


async def read_station_telemetry(
    connection: AsyncConnection, scope: Scope, station_id: str, query: StationTelemetryQuery
) -> StationTelemetry:
    """Return what each EVSE of a station drew. Errors: `not_found.station`."""
    covered = scope.covers(operator_id=stations.c.operator_id, site_id=stations.c.site_id)
    asked = select(sites.c.zone).select_from(stations).outerjoin(sites, sites.c.site_id == stations.c.site_id)
    found = (await connection.execute(asked.where(covered, stations.c.station_id == station_id))).first()
    if found is None:
        raise StationMissingError("there is no such station", station_id=station_id)
    bucket = telemetry_buckets.c
    statement = (
        select(
            bucket.evse_id,
            bucket.begins_at,
            bucket.ends_at,
            func.sum(bucket.energy_wh).label("energy_wh"),
            func.min(bucket.power_min_w).label("power_min_w"),
            func.max(bucket.power_max_w).label("power_max_w"),
            func.sum(bucket.power_sum_w).label("power_sum_w"),
            func.sum(bucket.power_count).label("power_count"),
        )
        .where(
            bucket.operator_id == scope.operator_id,
            bucket.resolution_s == int(LENGTHS[query.chosen].total_seconds()),
            bucket.station_id == station_id,
            bucket.begins_at >= query.since,
            bucket.begins_at < query.until,
        )
        .group_by(bucket.evse_id, bucket.begins_at, bucket.ends_at)
        .order_by(bucket.evse_id, bucket.begins_at)
        .limit(ROWS_MAX)
    )
    if query.evse_id is not None:
        statement = statement.where(bucket.evse_id == query.evse_id)
    rows = (await connection.execute(statement)).all()
    return StationTelemetry(
        station_id=station_id,
        resolution=query.chosen.value,
        time_zone=found.zone or "UTC",
        evses=[
            EvseTelemetry(evse_id=evse_id or None, buckets=[_show(row) for row in group])
            for evse_id, group in groupby(rows, key=lambda row: row.evse_id)
        ],
    )


def _show(row: AnyRow) -> EvseBucket:
    count = int(row.power_count)
    return EvseBucket(
        begins_at=row.begins_at,
        ends_at=row.ends_at,
        energy_wh=int(row.energy_wh),
        power_min_w=row.power_min_w,
        power_mean_w=round(int(row.power_sum_w) / count) if count else None,
        power_max_w=row.power_max_w,
        sample_count=count,
    )


async def read_site_telemetry(
    connection: AsyncConnection, scope: Scope, site_id: str, query: TelemetryQuery
) -> SiteTelemetry:
    """Return what the stations of a site drew together. Errors: `not_found.site`."""
    covered = scope.covers(operator_id=sites.c.operator_id, site_id=sites.c.site_id)
    zone = (await connection.execute(select(sites.c.zone).where(covered, sites.c.site_id == site_id))).scalar()
    if zone is None:
        raise SiteMissingError("there is no such site", site_id=site_id)
    bucket = telemetry_buckets.c
    own = select(stations.c.station_id).where(stations.c.site_id == site_id)
    statement = (
        select(bucket.begins_at, bucket.ends_at, func.sum(bucket.energy_wh).label("energy_wh"))
        .where(
            bucket.operator_id == scope.operator_id,
            bucket.resolution_s == int(LENGTHS[query.chosen].total_seconds()),
            bucket.station_id.in_(own.scalar_subquery()),
            bucket.begins_at >= query.since,
            bucket.begins_at < query.until,
        )
        .group_by(bucket.begins_at, bucket.ends_at)
        .order_by(bucket.begins_at)
        .limit(ROWS_MAX)
    )
    rows = (await connection.execute(statement)).all()
    return SiteTelemetry(
        site_id=site_id,
        resolution=query.chosen.value,
        time_zone=zone,
        buckets=[
            SiteBucket(
                begins_at=row.begins_at,
                ends_at=row.ends_at,
                energy_wh=int(row.energy_wh),
                power_mean_w=int(row.energy_wh) * WH_S // int((row.ends_at - row.begins_at).total_seconds()),
            )
            for row in rows
        ],
    )
