"""Meter curves, thinned out without losing a peak."""

from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.metering import Measurand
from busbar.domain.metering.sql import samples
from busbar.views.paging import Question
from busbar.views.rows import AnySelect
from busbar.views.shapes.sessions import MeterCurve, Series

VALUES_MAX = 100_000
"""Values of all series of one answer."""


class CurveQuery(Question):
    """Which part of a curve is wanted, and how fine."""

    measurand: frozenset[Measurand] = frozenset()
    """None: all of them."""
    points: Annotated[int, Field(ge=10, le=5000)] = 500
    """Values of one series at most."""


UNITS: dict[Measurand, str] = {
    Measurand.ENERGY_IMPORT_REGISTER: "Wh",
    Measurand.ENERGY_EXPORT_REGISTER: "Wh",
    Measurand.ENERGY_IMPORT_INTERVAL: "Wh",
    Measurand.ENERGY_EXPORT_INTERVAL: "Wh",
    Measurand.ENERGY_NET: "Wh",
    Measurand.REACTIVE_ENERGY_IMPORT_REGISTER: "varh",
    Measurand.REACTIVE_ENERGY_EXPORT_REGISTER: "varh",
    Measurand.REACTIVE_ENERGY_IMPORT_INTERVAL: "varh",
    Measurand.REACTIVE_ENERGY_EXPORT_INTERVAL: "varh",
    Measurand.REACTIVE_ENERGY_NET: "varh",
    Measurand.APPARENT_ENERGY_IMPORT: "VAh",
    Measurand.APPARENT_ENERGY_EXPORT: "VAh",
    Measurand.APPARENT_ENERGY_NET: "VAh",
    Measurand.POWER_IMPORT: "W",
    Measurand.POWER_EXPORT: "W",
    Measurand.POWER_OFFERED: "W",
    Measurand.POWER_FACTOR: "permille",
    Measurand.REACTIVE_POWER_IMPORT: "var",
    Measurand.REACTIVE_POWER_EXPORT: "var",
    Measurand.CURRENT_IMPORT: "mA",
    Measurand.CURRENT_EXPORT: "mA",
    Measurand.CURRENT_OFFERED: "mA",
    Measurand.VOLTAGE: "mV",
    Measurand.FREQUENCY: "mHz",
    Measurand.TEMPERATURE: "m°C",
    Measurand.SOC: "permille",
    Measurand.FAN_SPEED: "rpm",
    Measurand.OTHER: "",
}
"""The canonical unit of each measurand, as `busbar.canon.metering.Measurand` says."""


async def read_curve(connection: AsyncConnection, session_id: str, query: CurveQuery) -> MeterCurve:
    """Return what was measured in a session: all of a short series, the extremes of a long one's stretches."""
    series: dict[tuple[Any, ...], Series] = {}
    for row in (await connection.execute(_thin(session_id, query))).all():
        key = (row.measurand, row.raw_measurand, row.phase, row.location)
        if key not in series:
            series[key] = Series(
                measurand=row.measurand,
                raw_measurand=row.raw_measurand,
                phase=row.phase,
                location=row.location,
                unit=UNITS[Measurand(row.measurand)],
                sampled_at=[],
                values=[],
                sample_count=row.total,
            )
        series[key].sampled_at.append(row.at)
        series[key].values.append(row.value)
    return MeterCurve(session_id=session_id, series=list(series.values()))


def _thin(session_id: str, query: CurveQuery) -> AnySelect:
    """Cut each series into stretches of as many samples; keep of each the least and the greatest, and the very ends."""
    table = samples.c
    series = (table.measurand, table.raw_measurand, table.phase, table.location)
    position = func.row_number().over(partition_by=series, order_by=(table.at, table.sample_id)) - 1
    numbered = select(
        *series,
        table.at,
        table.value,
        position.label("position"),
        func.count().over(partition_by=series).label("total"),
    ).where(table.session_id == session_id)
    if query.measurand:
        numbered = numbered.where(table.measurand.in_(sorted(query.measurand)))
    row = numbered.subquery()
    stretches = max(1, query.points // 2 - 1)
    names = (row.c.measurand, row.c.raw_measurand, row.c.phase, row.c.location)
    stretch = row.c.position * stretches // row.c.total
    least = func.row_number().over(partition_by=(*names, stretch), order_by=(row.c.value, row.c.position))
    greatest = func.row_number().over(partition_by=(*names, stretch), order_by=(row.c.value.desc(), row.c.position))
    ranked = select(row, least.label("least"), greatest.label("greatest")).subquery()
    kept = ranked.c
    return (
        select(ranked)
        .where(
            or_(
                kept.total <= query.points,
                kept.least == 1,
                kept.greatest == 1,
                kept.position == 0,
                kept.position == kept.total - 1,
            )
        )
        .order_by(kept.measurand, kept.raw_measurand, kept.phase, kept.location, kept.position)
        .limit(VALUES_MAX)
    )
