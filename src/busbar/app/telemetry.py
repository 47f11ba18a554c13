"""The rolling store of samples: roll-ups of what is new, and an end to what is past its retention.

Roll-ups follow the samples: each step takes the next blocks that came in, finds the minutes that they change, computes
those anew from what is stored, and folds them into quarters of an hour, hours and days. It reads beside the core and
writes little at a time, so no station waits for it; done twice, it writes the same.
"""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Delete, and_, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.db.day_parts import drop_parts, make_parts
from busbar.db.engine import Databases
from busbar.domain.metering import rollup
from busbar.domain.metering.rollup import DAY, HOUR, MINUTE, QUARTER, Buckets, Figures, Point, floor_to
from busbar.domain.metering.tables import meter_records, sample_blocks, telemetry_buckets, telemetry_progress
from busbar.domain.sessions.tables import sessions
from busbar.domain.stations.tables import sites, stations
from busbar.kernel.clock import Clock

BLOCKS_PER_STEP = 4000
"""What is read at once: the more of a session, the less often its minutes are computed again."""
ROWS_PER_STEP = 2000
STRETCHES_PER_STEP = 200
"""What one transaction of a chore writes or removes: milliseconds, between which stations have their turn."""
STEPS_MAX = 200
"""Steps of one turn; the next turn goes on."""
PAUSE_S = 0.02
REST_SHARE = 4
"""After an EVSE is computed, the chore rests so many times as long as it took: stations' reports come first …"""
REST_MAX_S = 0.05
"""… but never longer than this, or a slow disk would stop it."""
SETTLE_S = 90
"""On PostgreSQL blocks are taken when they are so old: a transaction that began before has ended by then."""
SPAN_GAP = timedelta(days=2)
"""Blocks of one EVSE further apart than this are rolled up apart: they share no day."""
AHEAD_MAX = timedelta(days=1)
"""A station whose clock is further ahead than this is not rolled up."""
OVERLAP = timedelta(minutes=2)
"""Ends of sessions are looked for again so far back: one that was written late may carry an earlier time."""
PROGRESS = "blocks"


class Retention(msgspec.Struct, frozen=True, kw_only=True):
    """How long things are kept."""

    samples: timedelta
    minutes: timedelta
    buckets: timedelta
    """Quarters, hours and days."""


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


class Telemetry:
    """Keeps roll-ups up to date and the store within its bounds."""

    def __init__(
        self, databases: Databases, *, clock: Clock, retention: Retention, settle_s: float | None = None
    ) -> None:
        """`settle_s`: how old a block must be; None: as the database needs it."""
        self._databases = databases
        self._clock = clock
        self._retention = retention
        usual_s = 0 if databases.is_sqlite else SETTLE_S
        self._settle_s = usual_s if settle_s is None else settle_s

    # ---- roll-ups ----------------------------------------------------------------------------------------------------

    async def roll_up(self) -> int:
        """Roll up what came in since the last turn; return how many blocks that were."""
        total = 0
        for _ in range(STEPS_MAX):
            taken = await self._roll_up_some()
            total += taken
            if taken < BLOCKS_PER_STEP:
                break
            await asyncio.sleep(PAUSE_S)
        return total

    async def _roll_up_some(self) -> int:
        now = self._clock.now()
        until = now - timedelta(seconds=self._settle_s)
        async with self._databases.read() as connection:
            query = select(telemetry_progress).where(telemetry_progress.c.name == PROGRESS)
            progress = (await connection.execute(query)).first()
            blocks = await self._list_new(connection, progress, until)
            if len(blocks) == BLOCKS_PER_STEP:
                until = blocks[-1].received_at
            edges: list[_Edge] = []
            if progress is not None:
                edges = await _list_edges(connection, progress.received_at - OVERLAP, until)
            if not blocks and not edges:
                return 0
            earliest = floor_to(now - self._retention.samples, DAY) + 2 * DAY
            zones = await _read_zones(connection, {news.station_id for news in (*blocks, *edges)})
            stretches: list[Stretch] = []
            for evse, changes in _gather([*blocks, *edges], earliest, now + AHEAD_MAX).items():
                zone = zones.get(evse.station_id, UTC)
                begun_s = self._clock.monotonic_s()
                for cluster in _cluster(changes):
                    stretches += await _compute(connection, evse, cluster, zone=zone, earliest=earliest)
                took_s = self._clock.monotonic_s() - begun_s
                await asyncio.sleep(min(took_s * REST_SHARE, REST_MAX_S))
        last_id = blocks[-1].block_id if blocks else progress.block_id if progress is not None else 0
        for first in range(0, len(stretches), STRETCHES_PER_STEP):
            async with self._databases.writer.begin() as connection:
                await _replace(connection, stretches[first : first + STRETCHES_PER_STEP])
        async with self._databases.writer.begin() as connection:  # only now: what was cut off is done again
            await _note(connection, last_id, until)
        return len(blocks)

    async def _list_new(self, connection: AsyncConnection, progress: Any, settled_at: datetime) -> Sequence[Any]:
        block = sample_blocks.c
        names = (block.block_id, block.received_at, block.operator_id, block.station_id, block.evse_id)
        wanted = select(*names, block.session_id, block.at).where(block.received_at <= settled_at)
        if progress is not None:
            wanted = wanted.where(block.block_id > progress.block_id)
            if not self._databases.is_sqlite:  # the day's part and those after it are enough to look into
                wanted = wanted.where(block.received_at >= progress.received_at - DAY)
        return (await connection.execute(wanted.order_by(block.block_id).limit(BLOCKS_PER_STEP))).all()

    # ---- retention ---------------------------------------------------------------------------------------------------

    async def make_parts(self) -> None:
        """Make the parts of the days to come, on PostgreSQL."""
        if self._databases.is_sqlite:
            return
        async with self._databases.writer.begin() as connection:
            today = self._clock.now().date()
            await make_parts(connection, sample_blocks.name, column="received_at", today=today)

    async def expire(self) -> None:
        """Remove samples and roll-ups that are past their retention."""
        now = self._clock.now()
        if not self._databases.is_sqlite:
            async with self._databases.writer.begin() as connection:
                keep_from = (now - self._retention.samples).date()
                await drop_parts(connection, sample_blocks.name, keep_from=keep_from)
        await self._expire_samples(now - self._retention.samples)
        await self._expire_buckets([MINUTE], now - self._retention.minutes)
        await self._expire_buckets([QUARTER, HOUR, DAY], now - self._retention.buckets)

    async def _expire_samples(self, before: datetime) -> None:
        """Remove the oldest blocks little by little, by their key, which grows with time."""
        block = sample_blocks.c
        oldest = select(block.block_id, block.received_at).order_by(block.block_id).limit(ROWS_PER_STEP)
        if not self._databases.is_sqlite:  # what lay in no day's part
            oldest = select(block.block_id, block.received_at).where(block.received_at < before).limit(ROWS_PER_STEP)
        while True:
            async with self._databases.writer.begin() as connection:
                past = [row.block_id for row in await connection.execute(oldest) if row.received_at < before]
                if past:
                    gone = delete(sample_blocks).where(block.block_id.between(min(past), max(past)))
                    await connection.execute(gone.where(block.received_at < before))
            if len(past) < ROWS_PER_STEP:
                return
            await asyncio.sleep(PAUSE_S)

    async def _expire_buckets(self, resolutions: Iterable[timedelta], before: datetime) -> None:
        bucket = telemetry_buckets.c
        is_past = and_(bucket.begins_at < before, bucket.resolution_s.in_([_seconds(step) for step in resolutions]))
        while True:
            async with self._databases.writer.begin() as connection:
                last = select(bucket.begins_at).where(is_past).order_by(bucket.begins_at)
                until = (await connection.execute(last.offset(ROWS_PER_STEP).limit(1))).scalar()
                within = is_past if until is None else and_(is_past, bucket.begins_at <= until)
                await connection.execute(delete(telemetry_buckets).where(within))
            if until is None:
                return
            await asyncio.sleep(PAUSE_S)


class _Edge(NamedTuple):
    """A begin or end that a transaction itself told."""

    operator_id: str
    station_id: str
    evse_id: int | None
    session_id: str
    at: datetime


async def _list_edges(connection: AsyncConnection, since: datetime, until: datetime) -> list[_Edge]:
    """List begin and end of the sessions that ended: their registers may have come without a sample."""
    record, table = meter_records.c, sessions.c
    query = (
        select(table.operator_id, table.station_id, table.evse_id, table.session_id)
        .add_columns(record.own_start_at, record.own_end_at)
        .join(meter_records, record.session_id == table.session_id)
        .where(record.closed_at > since, record.closed_at <= until)
    )
    return [
        _Edge(row.operator_id, row.station_id, row.evse_id, row.session_id, at)
        for row in await connection.execute(query)
        for at in (row.own_start_at, row.own_end_at)
        if at is not None
    ]


def _seconds(step: timedelta) -> int:
    return int(step.total_seconds())


def _gather(blocks: Iterable[Any], earliest: datetime, latest: datetime) -> dict[Evse, list[Change]]:
    """Sum up which sessions of which EVSE have something new, and when; what lies too far back or ahead is left."""
    spans: dict[Evse, dict[str, list[datetime]]] = {}
    for block in blocks:
        if earliest <= block.at <= latest:
            evse = Evse(block.operator_id, block.station_id, block.evse_id or 0)
            spans.setdefault(evse, {}).setdefault(block.session_id or "", []).append(block.at)
    found: dict[Evse, list[Change]] = {}
    for evse, instants_of in spans.items():
        changes = [
            Change(session_id, part[0], part[-1])
            for session_id, instants in instants_of.items()
            for part in _part(instants)
        ]
        found[evse] = sorted(changes, key=lambda change: change.since)
    return found


def _part(instants: list[datetime]) -> list[list[datetime]]:
    """Part instants where nothing lies for an hour: what lies between need not be read again."""
    parts: list[list[datetime]] = []
    for at in sorted(instants):
        if parts and at - parts[-1][-1] <= HOUR:
            parts[-1].append(at)
        else:
            parts.append([at])
    return parts


def _cluster(changes: list[Change]) -> list[list[Change]]:
    clusters: list[list[Change]] = []
    until: datetime | None = None
    for change in changes:
        if until is None or change.since - until > SPAN_GAP:
            clusters.append([])
        clusters[-1].append(change)
        until = max(change.until, until or change.until)
    return clusters


async def _compute(
    connection: AsyncConnection, evse: Evse, changes: list[Change], *, zone: tzinfo, earliest: datetime
) -> list[Stretch]:
    """Compute all buckets that changes touch, from the samples up to the days."""
    minutes = [await _compute_finest(connection, evse, change, earliest=earliest) for change in changes]
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


async def _compute_finest(connection: AsyncConnection, evse: Evse, change: Change, *, earliest: datetime) -> Stretch:
    """Compute the minutes from the reading before a change to the one after it."""
    block = sample_blocks.c
    if change.session_id:
        mine = block.session_id == change.session_id
    else:
        is_evse = block.evse_id.is_(None) if evse.evse_id == 0 else block.evse_id == evse.evse_id
        mine = and_(block.session_id.is_(None), block.station_id == evse.station_id, is_evse)
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
    since, until = max(floor_to(begin, MINUTE), earliest), floor_to(end, MINUTE) + MINUTE
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
            bucket.resolution_s == _seconds(resolution),
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


async def _read_zones(connection: AsyncConnection, station_ids: set[str]) -> dict[str, tzinfo]:
    query = select(stations.c.station_id, sites.c.zone).join(sites, sites.c.site_id == stations.c.site_id)
    rows = await connection.execute(query.where(stations.c.station_id.in_(station_ids)))
    return {station_id: ZoneInfo(zone) for station_id, zone in rows}


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


async def _replace(connection: AsyncConnection, stretches: Sequence[Stretch]) -> None:
    """Write stretches, in two statements for all of them."""
    gone = [
        {
            "own_resolution_s": _seconds(stretch.resolution),
            "own_station_id": stretch.evse.station_id,
            "own_evse_id": stretch.evse.evse_id,
            "own_session_id": stretch.session_id,
            "since": stretch.since,
            "until": stretch.until,
        }
        for stretch in stretches
    ]
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
            "resolution_s": _seconds(step),
            **stretch.evse._asdict(),
            "session_id": stretch.session_id,
            "begins_at": begins_at,
            "ends_at": rollup.next_day(begins_at, zone) if is_day else begins_at + step,
            **figures._asdict(),
        }
        for begins_at, figures in stretch.buckets.items()
    ]


async def _note(connection: AsyncConnection, block_id: int, received_at: datetime) -> None:
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    note = insert(telemetry_progress).values(name=PROGRESS, block_id=block_id, received_at=received_at)
    values = {"block_id": block_id, "received_at": received_at}
    await connection.execute(note.on_conflict_do_update(index_elements=["name"], set_=values))
