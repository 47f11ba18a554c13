"""Meter curves, thinned out without losing a peak."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.metering import Measurand
from busbar.canon.sample_block import Column, read_columns
from busbar.domain.metering.block import read_block, unpack_samples
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
    gathered = gather(found.scalars(), query.measurand)
    series: list[Series] = []
    room = VALUES_MAX
    for key in sorted(gathered):
        taken = gathered[key]
        kept = thin(taken.values, points=query.points)[:room]
        room -= len(kept)
        first = taken.column
        series.append(
            Series(
                measurand=first.measurand,
                raw_measurand=first.raw_measurand,
                phase=first.phase,
                location=first.location,
                unit=UNITS[first.measurand],
                sampled_at=[taken.instants[place] for place in kept],
                values=[taken.values[place] for place in kept],
                sample_count=len(taken.values),
            )
        )
    return MeterCurve(session_id=session_id, series=series)


class _Course:
    """All values of one quantity, in order of time."""

    __slots__ = ("column", "instants", "values")

    def __init__(self, column: Column) -> None:
        self.column = column
        self.instants: list[datetime] = []
        self.values: list[int] = []


_Key = tuple[str, str, str, str]


def gather(bodies: Iterable[bytes], wanted: frozenset[Measurand]) -> dict[_Key, _Course]:
    """Sort values by what they measure. Messages of one shape after the other, nearly all, are taken as columns."""
    courses: dict[_Key, _Course] = {}
    shape, instants, rows = b"", list[datetime](), list[tuple[int, ...]]()
    for body in bodies:
        block = read_block(body)
        if block is not None and block[0] == shape:
            instants.append(block[1])
            rows.append(block[2])
            continue
        _take(courses, wanted, shape, instants, rows)
        instants, rows = list[datetime](), list[tuple[int, ...]]()
        if block is not None:
            shape = block[0]
            instants.append(block[1])
            rows.append(block[2])
            continue
        for sample in unpack_samples(body):
            column = Column(sample.measurand, sample.phase, sample.location, raw_measurand=sample.raw_measurand)
            if (course := _find(courses, wanted, column)) is not None:
                course.instants.append(sample.at)
                course.values.append(sample.value)
    _take(courses, wanted, shape, instants, rows)
    return courses


def _take(
    courses: dict[_Key, _Course],
    wanted: frozenset[Measurand],
    shape: bytes,
    instants: list[datetime],
    rows: list[tuple[int, ...]],
) -> None:
    """Take messages of one shape in."""
    if not rows:
        return
    columns = [_find(courses, wanted, column) for column in read_columns(shape)]
    is_told_twice = len({id(course) for course in columns if course is not None}) < sum(map(bool, columns))
    if is_told_twice:  # one after the other, or their order would be lost
        for at, row in zip(instants, rows, strict=True):
            for course, value in zip(columns, row, strict=True):
                if course is not None:
                    course.instants.append(at)
                    course.values.append(value)
        return
    for course, values in zip(columns, zip(*rows, strict=True), strict=True):
        if course is not None:
            course.instants += instants
            course.values += values


def _find(courses: dict[_Key, _Course], wanted: frozenset[Measurand], column: Column) -> _Course | None:
    if wanted and column.measurand not in wanted:
        return None
    key = (column.measurand, column.raw_measurand or "", column.phase or "", column.location)
    course = courses.get(key)
    if course is None:
        course = courses[key] = _Course(column)
    return course


def thin(values: Sequence[int], *, points: int) -> list[int]:
    """Return the places of the values to keep: the very ends, and the least and the greatest of equal stretches."""
    total = len(values)
    if total <= points:
        return list(range(total))
    stretches = max(1, points // 2 - 1)
    kept = {0, total - 1}
    for number in range(stretches):
        since, until = -(-number * total // stretches), -(-(number + 1) * total // stretches)
        if since < until:
            stretch = values[since:until]
            kept.add(since + stretch.index(min(stretch)))
            kept.add(since + stretch.index(max(stretch)))
    return sorted(kept)
