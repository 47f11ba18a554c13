"""Roll-ups follow the samples: each step takes the next blocks that came in and adds them to the buckets.

A session whose samples come in order is added to what is there: its minutes, and the quarters, hours and days of its
EVSE. For that it is remembered how far each session is rolled up. What came late, or of which nothing is remembered, is
counted anew from what is stored (`recount`). A step's buckets and its progress are written in one transaction, so each
block is added once, whatever breaks off and whoever else is at it.

It reads beside the core and writes little at a time, so no station waits for it.
"""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import BigInteger, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.app.addition import Additions
from busbar.app.progress import BLOCKS, EDGES, Progress, ProgressLostError, move_on, note_rebuild, read_progress
from busbar.app.recount import Evse, Stretch, list_changes, recount, replace
from busbar.db.engine import Databases
from busbar.db.messaging import outbox
from busbar.db.schema import EPOCH, count_microseconds
from busbar.domain.metering.increment import (
    NOTHING_OWN,
    Block,
    Course,
    Own,
    Tallies,
    add_blocks,
    add_end,
    add_power,
    begin_course,
)
from busbar.domain.metering.rollup import DAY, floor_to
from busbar.domain.metering.tables import meter_records, sample_blocks
from busbar.domain.sessions.tables import sessions
from busbar.domain.stations.tables import sites, stations
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.clock import Clock

BLOCKS_PER_STEP = 4000
SESSIONS_PER_STEP = 1000
"""Ends of sessions that are written at once."""
STEPS_MAX = 200
"""Steps of one turn; the next turn goes on."""
PAUSE_S = 0.02
REST_SHARE = 3
"""After a step the chore rests so many times as long as it took: stations' reports come first …"""
REST_MAX_S = 0.1
"""… but never longer than this, or a slow disk would stop it."""
EVSES_AT_A_TIME = 25
"""After so many the event loop has its turn."""
SETTLE_S = 90
"""On PostgreSQL blocks are taken when they are so old: a transaction that began before has ended by then."""
AHEAD_MAX = timedelta(days=1)
"""A station whose clock is further ahead than this is not rolled up."""
OVERLAP = timedelta(minutes=2)
"""Ends of sessions are looked for again so far back: one that was written late may carry an earlier time."""
COURSES_MAX = 100_000
KEYS_PER_QUERY = 500


class Retention(msgspec.Struct, frozen=True, kw_only=True):
    """How long things are kept."""

    samples: timedelta
    minutes: timedelta
    buckets: timedelta
    """Quarters, hours and days."""


class News(msgspec.Struct):
    """What is new of one EVSE."""

    blocks: dict[str, list[Block]] = msgspec.field(default_factory=dict[str, list[Block]])
    """By session; those of none under an empty name."""
    ends: dict[str, Own] = msgspec.field(default_factory=dict[str, Own])


class RollUps:
    """Takes blocks and ends of sessions, in turns."""

    def __init__(self, databases: Databases, *, clock: Clock, retention: Retention, settle_s: float | None) -> None:
        self._databases = databases
        self._clock = clock
        self._retention = retention
        usual_s = 0 if databases.is_sqlite else SETTLE_S
        self._settle_s = usual_s if settle_s is None else settle_s
        self._courses: BoundedDict[str, Course] = BoundedDict(bound=COURSES_MAX)
        self._reached_id: int | None = None
        """How far the blocks are that `_courses` tells of."""

    @property
    def followed_count(self) -> int:
        """How many sessions it is remembered of how far they are rolled up."""
        return len(self._courses)

    async def roll_up(self) -> int:
        """Roll up what came in since the last turn; return how many blocks that were."""
        total = 0
        try:
            for _ in range(STEPS_MAX):
                begun_s = self._clock.monotonic_s()
                taken = await self._add_blocks()
                total += taken
                if taken < BLOCKS_PER_STEP:
                    await self._add_ends()
                    break
                took_s = self._clock.monotonic_s() - begun_s
                await asyncio.sleep(min(took_s * REST_SHARE, REST_MAX_S))
        except ProgressLostError:
            self._forget()  # another process does this now; what it wrote stands
        except BaseException:
            self._forget()
            raise
        return total

    def _forget(self) -> None:
        self._courses.clear()
        self._reached_id = None

    # ---- steps -------------------------------------------------------------------------------------------------------

    async def _add_blocks(self) -> int:
        now = self._clock.now()
        until = now - timedelta(seconds=self._settle_s)
        async with self._databases.read() as connection:
            progress = await read_progress(connection)
            if progress.block_id != self._reached_id:
                self._forget()
            blocks = await self._list_new(connection, progress, until)
            if not blocks:
                return 0
            if len(blocks) == BLOCKS_PER_STEP:
                until = blocks[-1].received_at
            last_id = blocks[-1].block_id
            await self._forget_joined(connection, progress)
            earliest, latest = self._earliest(now), now + AHEAD_MAX
            news = _gather(blocks, count_microseconds(earliest), count_microseconds(latest))
            step = _Step(progress=progress, last_id=last_id, earliest=earliest)
            stretches, additions, courses = await self._work_out(connection, news, step)
        async with self._databases.writer.begin() as connection:
            await move_on(connection, BLOCKS, progress.blocks, block_id=last_id, received_at=until)
            if progress.blocks is None:
                await note_rebuild(connection, progress.rebuilt_id, until)
            if progress.edges is None:
                since = blocks[0].received_at if progress.blocks is None else progress.blocks.received_at
                await move_on(connection, EDGES, None, block_id=0, received_at=since)
            await replace(connection, stretches)
            await additions.write(connection)
        self._take_courses(courses)
        self._reached_id = last_id
        return len(blocks)

    async def _add_ends(self) -> None:
        """Add the own registers of the sessions that ended: they may have come without a sample.

        A session that the next turn does not find among those that ended is forgotten: all it told is rolled up. Were
        it to tell more, it would be counted anew.
        """
        now = self._clock.now()
        until = now - timedelta(seconds=self._settle_s)
        async with self._databases.read() as connection:
            progress = await read_progress(connection)
            since = progress.ends_since
            if since is None:
                return
            found = await _list_ended(connection, since - OVERLAP, until)
        own = [each for each in found if each.own_start_at is not None or each.own_end_at is not None]
        ended = [each for each in own if not self._is_added(each.session_id, _read_own(each))]
        for first in range(0, len(ended), SESSIONS_PER_STEP):
            news: dict[Evse, News] = {}
            for row in ended[first : first + SESSIONS_PER_STEP]:
                evse = Evse(row.operator_id, row.station_id, row.evse_id or 0)
                news.setdefault(evse, News()).ends[row.session_id] = _read_own(row)
            await self._add_some_ends(news, progress, now)
        async with self._databases.writer.begin() as connection:
            await move_on(connection, EDGES, progress.edges, block_id=0, received_at=until)
        for each in found:
            if each.closed_at <= until - OVERLAP:
                self._courses.pop(each.session_id, None)

    async def _add_some_ends(self, news: dict[Evse, News], progress: Progress, now: datetime) -> None:
        step = _Step(progress=progress, last_id=progress.block_id or 0, earliest=self._earliest(now))
        async with self._databases.read() as connection:
            stretches, additions, courses = await self._work_out(connection, news, step)
        async with self._databases.writer.begin() as connection:
            await replace(connection, stretches)
            await additions.write(connection)
        self._take_courses(courses)
        await asyncio.sleep(PAUSE_S)

    def _earliest(self, now: datetime) -> datetime:
        return floor_to(now - self._retention.samples, DAY) + 2 * DAY

    def _is_added(self, session_id: str, own: Own) -> bool:
        course = self._courses.get(session_id)
        return course is not None and course.own == own

    def _take_courses(self, courses: dict[str, Course | None]) -> None:
        for session_id, course in courses.items():
            if course is None:
                self._courses.pop(session_id, None)
            else:
                self._courses[session_id] = course

    # ---- what a step changes -----------------------------------------------------------------------------------------

    async def _work_out(
        self, connection: AsyncConnection, news: dict[Evse, News], step: "_Step"
    ) -> tuple[list[Stretch], Additions, dict[str, Course | None]]:
        """Work out what takes the place of buckets, what is added to them, and how far sessions are then."""
        zones = await _read_zones(connection, {evse.station_id for evse in news})
        begun = await self._begin_courses(connection, news, step)
        stretches: list[Stretch] = []
        additions = Additions(self._databases.writer.dialect, earliest=step.earliest)
        courses: dict[str, Course | None] = {}
        for number, (evse, new) in enumerate(news.items()):
            zone = zones.get(evse.station_id, UTC)
            moved = None if step.is_rebuilding else self._add(new, begun)
            if moved is not None:
                courses |= moved[0]
                additions.add(evse, moved[1], zone)
            else:
                stretches += await self._recount(connection, evse, new, zone=zone, step=step)
                for session_id in filter(None, {*new.blocks, *new.ends}):
                    courses[session_id] = await _load_course(connection, session_id, step)
            if not number % EVSES_AT_A_TIME:
                await asyncio.sleep(0)
        return stretches, additions, courses

    def _add(self, new: News, begun: dict[str, Course]) -> tuple[dict[str, Course | None], dict[str, Tallies]] | None:
        """Add what is new of one EVSE; None: some of it did not come in order."""
        courses: dict[str, Course | None] = {}
        minutes: dict[str, Tallies] = {}
        for session_id, blocks in new.blocks.items():
            tallies = minutes[session_id] = {}
            if not session_id:
                for at_us, power_w, _register in blocks:
                    if power_w is not None:
                        add_power(tallies, at_us, power_w)
                continue
            course = self._courses.get(session_id) or begun.get(session_id)
            moved = None if course is None else add_blocks(course, blocks, tallies)
            if moved is None:
                return None
            courses[session_id] = moved
        for session_id, own in new.ends.items():
            course = self._courses.get(session_id)
            tallies = minutes.setdefault(session_id, {})
            moved = None if course is None else add_end(course, own, tallies)
            if moved is None:
                return None
            courses[session_id] = moved
        return courses, minutes

    async def _recount(
        self, connection: AsyncConnection, evse: Evse, new: News, *, zone: tzinfo, step: "_Step"
    ) -> list[Stretch]:
        instants: dict[str, list[datetime]] = {}
        for session_id, blocks in new.blocks.items():
            instants.setdefault(session_id, []).extend(_read_instant(at_us) for at_us, _, _ in blocks)
        for session_id, (start_us, _, end_us, _) in new.ends.items():
            edges = [_read_instant(at_us) for at_us in (start_us, end_us) if at_us is not None]
            instants.setdefault(session_id, []).extend(at for at in edges if at >= step.earliest)
        changes = [change for session_id, each in instants.items() for change in list_changes(session_id, each)]
        if not changes:
            return []
        begun_s = self._clock.monotonic_s()
        stretches = await recount(connection, evse, changes, zone=zone, earliest=step.earliest, last_id=step.last_id)
        await asyncio.sleep(min((self._clock.monotonic_s() - begun_s) * REST_SHARE, REST_MAX_S))
        return stretches

    async def _begin_courses(
        self, connection: AsyncConnection, news: dict[Evse, News], step: "_Step"
    ) -> dict[str, Course]:
        """Begin the courses of sessions of which nothing was rolled up so far."""
        if step.is_rebuilding:
            return {}
        known = self._courses
        unknown = [name for new in news.values() for name in new.blocks if name and name not in known]
        begun: dict[str, Course] = {}
        for first in range(0, len(unknown), KEYS_PER_QUERY):
            some = unknown[first : first + KEYS_PER_QUERY]
            rolled_up = await _list_rolled_up(connection, some, step.progress)
            owns = await _read_owns(connection, some)
            for session_id in some:
                own, closed_at = owns.get(session_id, (NOTHING_OWN, None))
                since = step.progress.ends_since
                if session_id in rolled_up or (closed_at is not None and (since is None or closed_at <= since)):
                    continue
                begun[session_id] = begin_course(own)
        return begun

    # ---- reading -----------------------------------------------------------------------------------------------------

    async def _list_new(self, connection: AsyncConnection, progress: Progress, settled_at: datetime) -> Sequence[Any]:
        block = sample_blocks.c
        at = type_coerce(block.at, BigInteger).label("at") if self._databases.is_sqlite else block.at
        names = (block.block_id, block.received_at, block.operator_id, block.station_id, block.evse_id)
        wanted = select(*names, block.session_id, at, block.power_w, block.register_wh)
        wanted = wanted.where(block.received_at <= settled_at)
        if progress.blocks is not None:
            wanted = wanted.where(block.block_id > progress.blocks.block_id)
            if not self._databases.is_sqlite:  # the day's part and those after it are enough to look into
                wanted = wanted.where(block.received_at >= progress.blocks.received_at - DAY)
        return (await connection.execute(wanted.order_by(block.block_id).limit(BLOCKS_PER_STEP))).all()

    async def _forget_joined(self, connection: AsyncConnection, progress: Progress) -> None:
        """Count sessions anew that turned out to be one."""
        since = progress.blocks.received_at - OVERLAP if progress.blocks is not None else None
        if since is None or not self._courses:
            return
        query = select(outbox.c.body).where(outbox.c.name == "SessionsJoined", outbox.c.at > since)
        for body in (await connection.execute(query)).scalars():
            joined = msgspec.json.decode(body, type=_Joined)
            self._courses.pop(joined.session_id, None)
            self._courses.pop(joined.joined_session_id, None)


class _Joined(msgspec.Struct):
    session_id: str
    joined_session_id: str


class _Step(msgspec.Struct, frozen=True, kw_only=True):
    """What a step begins from."""

    progress: Progress
    last_id: int
    earliest: datetime

    @property
    def is_rebuilding(self) -> bool:
        """Whether these blocks may be in the buckets already, since progress was lost after they were."""
        return self.progress.is_rebuilding


def _gather(blocks: Iterable[Any], earliest_us: int, latest_us: int) -> dict[Evse, News]:
    """Sort new blocks by EVSE and session; what lies too far back or ahead is left out."""
    news: dict[Evse, News] = {}
    lists: dict[tuple[str, int | None, str | None], list[Block]] = {}
    for _, _, operator_id, station_id, evse_id, session_id, at, power_w, register_wh in blocks:
        at_us = at if type(at) is int else count_microseconds(at)
        if not earliest_us <= at_us <= latest_us:
            continue
        key = (station_id, evse_id, session_id)
        own = lists.get(key)
        if own is None:
            new = news.setdefault(Evse(operator_id, station_id, evse_id or 0), News())
            own = lists[key] = new.blocks.setdefault(session_id or "", [])
        own.append((at_us, power_w, register_wh))
    for own in lists.values():
        own.sort(key=_first)
    return news


def _first(block: Block) -> int:
    return block[0]


def _read_instant(at_us: int) -> datetime:
    return EPOCH + timedelta(microseconds=at_us)


def _count(at: datetime | None) -> int | None:
    return None if at is None else count_microseconds(at)


def _read_own(row: Any) -> Own:
    """Return what a transaction says of its registers; an instant without a value, or the other way, says nothing."""
    start_us, start_wh = _count(row.own_start_at), row.own_start_wh
    end_us, end_wh = _count(row.own_end_at), row.own_end_wh
    if start_us is None or start_wh is None:
        start_us = start_wh = None
    if end_us is None or end_wh is None:
        end_us = end_wh = None
    return (start_us, start_wh, end_us, end_wh)


async def _list_ended(connection: AsyncConnection, since: datetime, until: datetime) -> Sequence[Any]:
    record, table = meter_records.c, sessions.c
    query = (
        select(table.operator_id, table.station_id, table.evse_id, table.session_id)
        .add_columns(record.own_start_at, record.own_start_wh, record.own_end_at, record.own_end_wh, record.closed_at)
        .join(meter_records, record.session_id == table.session_id)
        .where(record.closed_at > since, record.closed_at <= until)
    )
    return (await connection.execute(query)).all()


async def _list_rolled_up(connection: AsyncConnection, session_ids: list[str], progress: Progress) -> set[str]:
    """List the sessions that have blocks which are rolled up."""
    block = sample_blocks.c
    query = select(block.session_id).where(block.session_id.in_(session_ids))
    query = query.where(block.block_id <= (progress.block_id or 0)).distinct()
    return set((await connection.execute(query)).scalars())


async def _read_owns(connection: AsyncConnection, session_ids: list[str]) -> dict[str, tuple[Own, datetime | None]]:
    record = meter_records.c
    query = select(record.session_id, record.own_start_at, record.own_start_wh, record.own_end_at, record.own_end_wh)
    rows = await connection.execute(query.add_columns(record.closed_at).where(record.session_id.in_(session_ids)))
    return {row.session_id: (_read_own(row), row.closed_at) for row in rows}


async def _load_course(connection: AsyncConnection, session_id: str, step: _Step) -> Course | None:
    """Return how far a session is that was counted anew; None: it is to be counted anew the next time as well.

    That is so of one that ended long ago: it will hardly tell more, and nothing would ever forget it again.
    """
    own, closed_at = (await _read_owns(connection, [session_id])).get(session_id, (NOTHING_OWN, None))
    since = step.progress.ends_since
    if closed_at is not None and since is not None and closed_at <= since - OVERLAP:
        return None
    block = sample_blocks.c
    mine = (block.session_id == session_id, block.block_id <= step.last_id)
    newest = (await connection.execute(select(func.max(block.at)).where(*mine))).scalar()
    reading = select(block.at, block.register_wh).where(*mine, block.register_wh.is_not(None))
    row = (await connection.execute(reading.order_by(block.at.desc()).limit(1))).first()
    readings = [(at_us, value) for at_us, value in (own[:2], own[2:]) if at_us is not None and value is not None]
    if row is not None:
        readings.append((count_microseconds(row.at), row.register_wh))
    instants = [at_us for at_us, _ in readings]
    if newest is not None:
        instants.append(count_microseconds(newest))
    if not instants:
        return None
    last_us, last_wh = max(readings, default=(0, None))
    return Course(max(instants), last_us, last_wh, own)


async def _read_zones(connection: AsyncConnection, station_ids: set[str]) -> dict[str, tzinfo]:
    query = select(stations.c.station_id, sites.c.zone).join(sites, sites.c.site_id == stations.c.site_id)
    rows = await connection.execute(query.where(stations.c.station_id.in_(station_ids)))
    return {station_id: ZoneInfo(zone) for station_id, zone in rows}
