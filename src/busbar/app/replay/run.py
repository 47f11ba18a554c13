"""A replay from beginning to end: which days, what differs, and what is handed in when that is wished."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import msgspec
from sqlalchemy import select

from busbar.app.config import Settings
from busbar.app.data_dir import claim
from busbar.app.frames import open_wire_log
from busbar.app.replay.comparison import Difference, SessionFigures, compare, read_sessions, read_statuses
from busbar.app.replay.frames import FrameReader, Told, choose_days, read_frames
from busbar.app.replay.scratch import FrameClock, Player, open_core, open_scratch
from busbar.app.secret_key import find_key
from busbar.canon.stations import Protocol
from busbar.canon.tenants import RecordAudit
from busbar.db.engine import Databases
from busbar.domain.stations.tables import stations
from busbar.kernel.clock import Clock
from busbar.kernel.errors import ConflictError, NotFoundError
from busbar.kernel.ids import IdSource, OperatorId, StationId
from busbar.ports.wirelog import WireLog

ACTOR = "system:replay"
_DAY = timedelta(days=1)


class NoFramesError(NotFoundError):
    """The wire log holds no frames of this station and day: they are past their retention, or were never taken."""

    code = "not_found.frames"


class ReplayStationError(NotFoundError):
    """No such station."""

    code = "not_found.station"


class ReplayScaledError(ConflictError):
    """Reports are handed in by a process that has the installation to itself; this one is shared by several."""

    code = "conflict.replay_scaled"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a replay found and did."""

    station_id: StationId
    day: date
    first_day: date
    last_day: date
    """What was replayed: sessions of the day may have begun before it and ended after it."""
    reports: int
    refused_frames: int
    """Frames that mean nothing to today's translators."""
    refused_reports: dict[str, int]
    """What today's rooms refused, and how often."""
    compared_sessions: int
    left_out: tuple[str, ...]
    """Sessions that began before the frames that are kept."""
    differences: tuple[Difference, ...]
    handed_in: int = 0


class Replay:
    """One station's day."""

    def __init__(self, settings: Settings, *, clock: Clock, ids: IdSource) -> None:
        self._settings = settings
        self._clock = clock
        self._ids = ids
        self._wire_log: WireLog = open_wire_log(settings)
        self._databases = Databases(settings.database, busy_timeout_s=settings.database_busy_timeout_s)

    async def run(self, station_id: StationId, day: date, *, is_applied: bool) -> Outcome:
        """Replay and compare; with `is_applied` hand in what is missing.

        Errors: `not_found.station`, `not_found.frames`, `conflict.replay_scaled`, `DataDirInUseError`, SQLAlchemy's,
        OSError.
        """
        if is_applied and self._settings.broker_url is not None:
            raise ReplayScaledError("this installation has a broker: restore it to a single process to hand reports in")
        try:
            outcome, told = await self._compare(station_id, day)
            if not is_applied or not outcome.differences:
                return outcome
            count = await self._hand_in(station_id, outcome, told)
            return msgspec.structs.replace(outcome, handed_in=count)
        finally:
            await self._databases.close()

    # ---- the day, and what belongs to it -----------------------------------------------------------------------------

    async def _compare(self, station_id: StationId, day: date) -> tuple[Outcome, list[Told]]:
        since = datetime.combine(day, time.min, UTC)
        until = since + _DAY
        protocol, is_tolerant = await self._find_station(station_id)
        kept = await self._wire_log.list_days(station_id=station_id)
        if day not in kept:
            raise NoFramesError(f"the wire log holds no frames of {station_id} on {day}", station_id=station_id)
        database = await read_sessions(self._databases, station_id, since=since, until=until)
        first, last = _span(database, day)
        days = choose_days(kept, first=first, last=last)
        left_out = _find_headless(database, datetime.combine(days[0], time.min, UTC))
        reader = FrameReader(protocol=protocol, is_tolerant=is_tolerant, ids=self._ids)
        told = await self._read(reader, station_id, days)
        async with open_scratch(self._settings, self._databases, station_id) as scratch:
            player = await self._play(scratch, told)
            replayed = await read_sessions(scratch, station_id, since=since, until=until)
            statuses = await read_statuses(scratch, station_id) if days[-1] == max(kept) else None
        differences = compare(_fields(database, but=left_out), _fields(replayed, but=left_out))
        if statuses is not None:
            differences += compare(await read_statuses(self._databases, station_id), statuses)
        _mark(told, replayed, {each.subject for each in differences})
        outcome = Outcome(
            station_id=station_id,
            day=day,
            first_day=days[0],
            last_day=days[-1],
            reports=len(told),
            refused_frames=reader.refused,
            refused_reports={text: player.failed.count(text) for text in sorted(set(player.failed))},
            compared_sessions=len((database.keys() | replayed.keys()) - set(left_out)),
            left_out=left_out,
            differences=tuple(differences),
        )
        return outcome, told

    async def _find_station(self, station_id: StationId) -> tuple[Protocol, bool | None]:
        statement = select(stations.c.protocol, stations.c.is_tolerant).where(stations.c.station_id == station_id)
        async with self._databases.read() as connection:
            row = (await connection.execute(statement)).first()
        if row is None:
            raise ReplayStationError("there is no such station", station_id=station_id)
        return Protocol(row.protocol) if row.protocol else Protocol.OCPP16, row.is_tolerant

    async def _read(self, reader: FrameReader, station_id: StationId, days: Sequence[date]) -> list[Told]:
        told: list[Told] = []
        for day in days:
            async for entry in read_frames(self._wire_log, station_id, day):
                report = reader.read(entry, day)
                if report is not None:
                    told.append(report)
        return told

    async def _play(self, scratch: Databases, told: Sequence[Told]) -> Player:
        clock = FrameClock(told[0].report.received_at if told else self._clock.now())
        async with open_core(self._settings, scratch, clock=clock, key=find_key(self._settings)) as core:
            player = Player(core, clock=clock)
            await player.play(told)
        return player

    # ---- handing in --------------------------------------------------------------------------------------------------

    async def _hand_in(self, station_id: StationId, outcome: Outcome, told: Sequence[Told]) -> int:
        """Hand in the reports of transactions that differ: what the rooms know already changes nothing."""
        wanted = [each for each in told if each.is_wanted]
        if not wanted:
            return 0
        with claim(self._settings.data_dir):
            key = find_key(self._settings)
            async with open_core(self._settings, self._databases, clock=self._clock, key=key) as core:
                await Player(core).play(wanted)
                await core.dispatch(
                    RecordAudit(
                        operator_id=await self._find_operator(station_id),
                        actor=ACTOR,
                        action="station.replay",
                        subject=f"station:{station_id}",
                        detail={"day": outcome.day, "reports": len(wanted)},
                    )
                )
        return len(wanted)

    async def _find_operator(self, station_id: StationId) -> OperatorId:
        async with self._databases.read() as connection:
            statement = select(stations.c.operator_id).where(stations.c.station_id == station_id)
            return OperatorId((await connection.execute(statement)).scalar_one())


def _span(database: dict[str, SessionFigures], day: date) -> tuple[date, date]:
    """Return the days from the beginning to the end of everything that ran on the day."""
    began = [each.start_heard_at.date() for each in database.values() if each.start_heard_at is not None]
    heard = [each.heard_at.date() for each in database.values()]
    return min([day, *began]), max([day, *heard])


def _find_headless(database: dict[str, SessionFigures], first_at: datetime) -> tuple[str, ...]:
    """Name the sessions whose beginning is in no frame that is kept."""
    return tuple(
        sorted(
            subject
            for subject, each in database.items()
            if each.start_heard_at is not None and each.start_heard_at < first_at
        )
    )


def _fields(found: dict[str, SessionFigures], *, but: Sequence[str]) -> dict[str, dict[str, str]]:
    return {subject: each.fields for subject, each in found.items() if subject not in but}


def _mark(told: Sequence[Told], replayed: dict[str, SessionFigures], subjects: set[str]) -> None:
    refs = {each.transaction_ref for subject, each in replayed.items() if subject in subjects}
    for each in told:
        each.is_wanted = each.replayed_ref is not None and each.replayed_ref in refs


def write_outcome(outcome: Outcome, *, as_json: bool) -> str:
    """Write what was found as text for people, or as JSON for programs."""
    if as_json:
        return msgspec.json.format(msgspec.json.encode(outcome), indent=2).decode()
    span = f"{outcome.first_day} to {outcome.last_day}" if outcome.first_day != outcome.last_day else f"{outcome.day}"
    lines = [
        f"{outcome.station_id}: {outcome.reports} reports of {span}, {outcome.compared_sessions} sessions compared"
    ]
    if outcome.refused_frames:
        lines.append(f"{outcome.refused_frames} frames mean nothing today")
    lines += [f"{count} times refused: {text}" for text, count in outcome.refused_reports.items()]
    lines += [f"left out: {subject}: it began before the frames that are kept" for subject in outcome.left_out]
    if not outcome.differences:
        return "\n".join([*lines, "no difference"])
    rows = [("what", "figure", "database", "replay")]
    rows += [(each.subject, each.field, each.database, each.replay) for each in outcome.differences]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines += ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    if outcome.handed_in:
        lines.append(f"{outcome.handed_in} reports handed in: run it again to see what is left")
    return "\n".join(lines)
