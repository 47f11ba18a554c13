"""Roll-ups computed anew from what is stored: of samples that came late, or of which nothing is known in memory.

Done twice, it gives the same. Only blocks up to the last one of the step are looked at: others are still to be added.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, NamedTuple

from sqlalchemy import Delete, and_, bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.domain.metering import rollup
from busbar.domain.metering.rollup import DAY, HOUR, MINUTE, QUARTER, Buckets, Figures, Point, floor_to
from busbar.domain.metering.tables import meter_records, sample_blocks, telemetry_buckets

LATEST = datetime(9999, 1, 1, tzinfo=UTC)
"""Nothing is rolled up from here on: a clock that tells the last day there is leaves no room for the day after."""
SPAN_GAP = timedelta(days=2)
"""Blocks of one EVSE further apart than this are rolled up apart: they share no day."""


class Evse(NamedTuple):
    """Whose buckets."""

    operator_id: str
    station_id: str
    evse_id: int


class Change(NamedTuple):
    """New samples of one session (or of none) between two instants."""

    session_id: str
    since: datetime
    until: datetime


class Stretch(NamedTuple):
    """Buckets of one resolution that take the place of those which begin within a period."""

    evse: Evse
    resolution: timedelta
    since: datetime
    until: datetime
    buckets: Buckets
    session_id: str = ""
    zone: tzinfo = UTC


def length_s(step: timedelta) -> int:
    """Return a resolution as it is stored."""
    return int(step.total_seconds())


def list_changes(session_id: str, instants: list[datetime]) -> list[Change]:
    """Part a session's new instants where nothing lies for an hour: what lies between need not be read again."""
    parts: list[list[datetime]] = []
    for at in sorted(instants):
        if parts and at - parts[-1][-1] <= HOUR:
            parts[-1].append(at)
        else:
            parts.append([at])
    return [Change(session_id, part[0], part[-1]) for part in parts]


def _cluster(changes: list[Change]) -> list[list[Change]]:
    clusters: list[list[Change]] = []
    until: datetime | None = None
    for change in changes:
        if until is None or change.since - until > SPAN_GAP:
            clusters.append([])
        clusters[-1].append(change)
        until = max(change.until, until or change.until)
    return clusters


async def recount(
    connection: AsyncConnection, evse: Evse, changes: list[Change], *, zone: tzinfo, earliest: datetime, last_id: int
) -> list[Stretch]:
    """Compute all buckets that changes touch, from the samples (up to block `last_id`) up to the days."""
    stretches: list[Stretch] = []
    for cluster in _cluster(sorted(changes, key=lambda change: change.since)):
        finest = [
            await _compute_finest(connection, evse, change, earliest=earliest, last_id=last_id) for change in cluster
        ]
        stretches += await _compute_coarser(connection, evse, finest, zone=zone)
    return stretches


async def _compute_coarser(
    connection: AsyncConnection, evse: Evse, minutes: list[Stretch], *, zone: tzinfo
) -> list[Stretch]:
    since = floor_to(min(stretch.since for stretch in minutes), QUARTER)
    until = floor_to(max(stretch.until for stretch in minutes) - MINUTE, QUARTER) + QUARTER
    finest = [
        (begins_at, session_id, figures)
        for begins_at, session_id, figures in await _list_buckets(connection, evse, MINUTE, since, until)
        if not any(
            session_id == stretch.session_id and stretch.since <= begins_at < stretch.until for stretch in minutes
        )
    ]
    merged: dict[tuple[str, datetime], Figures] = {(name, at): figures for at, name, figures in finest}
    for stretch in minutes:
        merged |= {(stretch.session_id, at): figures for at, figures in stretch.buckets.items()}
    quarters = rollup.fold(((at, figures) for (_, at), figures in merged.items()), lambda at: floor_to(at, QUARTER))
    hours_since, hours_until = floor_to(since, HOUR), floor_to(until - QUARTER, HOUR) + HOUR
    days_since = rollup.floor_to_day(since, zone)
    days_until = rollup.next_day(rollup.floor_to_day(until - QUARTER, zone), zone)
    stored = await _list_buckets(connection, evse, QUARTER, min(hours_since, days_since), max(hours_until, days_until))
    known = {at: figures for at, _, figures in stored if not since <= at < until} | quarters
    hours = rollup.fold(rollup.cut(known, hours_since, hours_until).items(), lambda at: floor_to(at, HOUR))
    days = rollup.fold(rollup.cut(known, days_since, days_until).items(), lambda at: rollup.floor_to_day(at, zone))
    return [
        *minutes,
        Stretch(evse, QUARTER, since, until, quarters),
        Stretch(evse, HOUR, hours_since, hours_until, hours),
        Stretch(evse, DAY, days_since, days_until, days, zone=zone),
    ]


async def _compute_finest(
    connection: AsyncConnection, evse: Evse, change: Change, *, earliest: datetime, last_id: int
) -> Stretch:
    """Compute the minutes from the reading before a change to the one after it."""
    block = sample_blocks.c
    if change.session_id:
        mine = block.session_id == change.session_id
    else:
        is_evse = block.evse_id.is_(None) if evse.evse_id == 0 else block.evse_id == evse.evse_id
        mine = and_(block.session_id.is_(None), block.station_id == evse.station_id, is_evse)
    mine = and_(mine, block.block_id <= last_id)
    own = await _read_own_readings(connection, change.session_id)
    counted = select(block.at, block.register_wh).where(mine, block.register_wh.is_not(None))

    has_none: set[str] = set()
    """Where nothing is stored before, or after: then nothing is further out either, and need not be looked for."""

    async def find(before: datetime | None = None, after: datetime | None = None) -> list[Point]:
        """Return the one reading next to an instant."""
        side = "before" if before else "after"
        if not change.session_id:
            return []
        found: list[Point] = []
        if side not in has_none:
            query = counted.where(block.at < before) if before else counted.where(block.at > after)
            order = block.at.desc() if before else block.at
            found = [(row.at, row.register_wh) for row in await connection.execute(query.order_by(order).limit(1))]
        if not found:
            has_none.add(side)
        found += [point for point in own if (point[0] < before if before else after and point[0] > after)]
        return [max(found) if before else min(found)] if found else []

    begin = (await find(before=change.since) or [(change.since, 0)])[0][0]
    end = (await find(after=change.until) or [(change.until, 0)])[0][0]
    since, until = max(floor_to(begin, MINUTE), earliest), floor_to(min(end, LATEST), MINUTE) + MINUTE
    rows = (
        await connection.execute(
            select(block.at, block.power_w, block.register_wh)
            .where(mine, block.at >= since, block.at < until)
            .order_by(block.at, block.block_id)
        )
    ).all()
    readings: list[Point] = []
    if change.session_id:
        readings = [(row.at, row.register_wh) for row in rows if row.register_wh is not None]
        readings += [point for point in own if since <= point[0] < until]
        readings += [*await find(before=since), *await find(after=until - timedelta(microseconds=1))]
    powers = [(row.at, row.power_w) for row in rows if row.power_w is not None]
    buckets = rollup.cut(rollup.roll_up_samples(powers, sorted(set(readings))), since, until)
    return Stretch(evse, MINUTE, since, until, buckets, change.session_id)


async def _read_own_readings(connection: AsyncConnection, session_id: str) -> list[Point]:
    """Return what the transaction itself says of its register at its begin and end."""
    if not session_id:
        return []
    record = meter_records.c
    query = select(record.own_start_at, record.own_start_wh, record.own_end_at, record.own_end_wh)
    row = (await connection.execute(query.where(record.session_id == session_id))).first()
    pairs = [] if row is None else [(row.own_start_at, row.own_start_wh), (row.own_end_at, row.own_end_wh)]
    return [(at, value) for at, value in pairs if at is not None and value is not None]


async def _list_buckets(
    connection: AsyncConnection, evse: Evse, resolution: timedelta, since: datetime, until: datetime
) -> list[tuple[datetime, str, Figures]]:
    bucket = telemetry_buckets.c
    rows = await connection.execute(
        select(telemetry_buckets).where(
            bucket.resolution_s == length_s(resolution),
            bucket.station_id == evse.station_id,
            bucket.evse_id == evse.evse_id,
            bucket.begins_at >= since,
            bucket.begins_at < until,
        )
    )
    return [
        (
            row.begins_at,
            row.session_id,
            Figures(row.energy_wh, row.power_min_w, row.power_max_w, row.power_sum_w, row.power_count),
        )
        for row in rows
    ]


def _build_removal() -> Delete:
    """Remove the buckets that a stretch takes the place of."""
    bucket = telemetry_buckets.c
    own = [bucket.resolution_s, bucket.station_id, bucket.evse_id, bucket.session_id]
    begins_at = bucket.begins_at
    return delete(telemetry_buckets).where(
        *(column == bindparam(f"own_{column.name}") for column in own),
        begins_at >= bindparam("since", type_=begins_at.type),
        begins_at < bindparam("until", type_=begins_at.type),
    )


_REMOVAL = _build_removal()


async def replace(connection: AsyncConnection, stretches: Sequence[Stretch]) -> None:
    """Write stretches, in two statements for all of them."""
    gone = [
        {
            "own_resolution_s": length_s(stretch.resolution),
            "own_station_id": stretch.evse.station_id,
            "own_evse_id": stretch.evse.evse_id,
            "own_session_id": stretch.session_id,
            "since": stretch.since,
            "until": stretch.until,
        }
        for stretch in stretches
    ]
    if not gone:
        return
    await connection.execute(_REMOVAL, gone)
    kept: dict[tuple[Evse, timedelta, str], dict[datetime, dict[str, Any]]] = {}
    for stretch in stretches:  # where two meet, the later one stands
        own = kept.setdefault((stretch.evse, stretch.resolution, stretch.session_id), {})
        for begins_at in [at for at in own if stretch.since <= at < stretch.until]:
            del own[begins_at]
        own |= {row["begins_at"]: row for row in _list_rows(stretch)}
    rows = [row for own in kept.values() for row in own.values()]
    if rows:
        await connection.execute(telemetry_buckets.insert(), rows)


def _list_rows(stretch: Stretch) -> list[dict[str, Any]]:
    is_day, step, zone = stretch.resolution == DAY, stretch.resolution, stretch.zone
    return [
        {
            "resolution_s": length_s(step),
            **stretch.evse._asdict(),
            "session_id": stretch.session_id,
            "begins_at": begins_at,
            "ends_at": rollup.next_day(begins_at, zone) if is_day else begins_at + step,
            **figures._asdict(),
        }
        for begins_at, figures in stretch.buckets.items()
    ]
