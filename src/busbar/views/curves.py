"""Meter curves, thinned out without losing a peak."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.metering import Measurand, Sample
from busbar.domain.metering.block import unpack_samples
from busbar.domain.metering.tables import sample_blocks
from busbar.views.paging import Question
from busbar.views.shapes.sessions import MeterCurve, Series

BLOCKS_MAX = 200_000
"""Instants read for one curve: two days at one a second."""
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
    blocks = sample_blocks.c
    found = await connection.execute(
        select(blocks.body)
        .where(blocks.session_id == session_id)
        .order_by(blocks.at, blocks.block_id)
        .limit(BLOCKS_MAX)
    )
    gathered: dict[tuple[str, str, str, str], list[Sample]] = {}
    for body in found.scalars():
        for sample in unpack_samples(body):
            if not query.measurand or sample.measurand in query.measurand:
                key = (sample.measurand, sample.raw_measurand or "", sample.phase or "", sample.location)
                gathered.setdefault(key, []).append(sample)
    series: list[Series] = []
    room = VALUES_MAX
    for key in sorted(gathered):
        taken = gathered[key]
        kept = thin(taken, points=query.points)[:room]
        room -= len(kept)
        first = taken[0]
        series.append(
            Series(
                measurand=first.measurand,
                raw_measurand=first.raw_measurand,
                phase=first.phase,
                location=first.location,
                unit=UNITS[first.measurand],
                sampled_at=[sample.at for sample in kept],
                values=[sample.value for sample in kept],
                sample_count=len(taken),
            )
        )
    return MeterCurve(session_id=session_id, series=series)


def thin(samples: Sequence[Sample], *, points: int) -> list[Sample]:
    """Cut a series into stretches of as many samples; keep of each the least and the greatest, and the very ends."""
    total = len(samples)
    if total <= points:
        return list(samples)
    stretches = max(1, points // 2 - 1)
    kept = {0, total - 1}
    for number in range(stretches):
        stretch = range(-(-number * total // stretches), -(-(number + 1) * total // stretches))
        if stretch:
            kept.add(min(stretch, key=lambda place: samples[place].value))
            kept.add(max(stretch, key=lambda place: samples[place].value))
    return [samples[place] for place in sorted(kept)]
