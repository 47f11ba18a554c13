"""What the database says of a station and day, what the replay says, and where they differ."""

from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, and_, func, or_, select

from busbar.db.engine import Databases
from busbar.domain.metering.tables import meter_records
from busbar.domain.sessions.tables import sessions
from busbar.domain.stations.tables import connectors
from busbar.kernel.ids import StationId

MISSING = "-"
_SESSION_FIELDS = (
    "state", "ended_at", "start_register_wh", "end_register_wh", "energy_wh", "exported_wh", "stop_reason",
    "close_reason", "token_value",
)  # fmt: skip
_RECORD_FIELDS = ("energy_wh", "register_start_wh", "register_end_wh", "sample_count")


class SessionFigures(msgspec.Struct, frozen=True, kw_only=True):
    """A session and its meter record, as far as frames decide them."""

    transaction_ref: str | None
    start_heard_at: datetime | None
    heard_at: datetime
    fields: dict[str, str]


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One figure that the replay gives otherwise than the database has it."""

    subject: str
    """`session EVSE START`, `connector EVSE/CONNECTOR`."""
    field: str
    database: str
    replay: str


def overlaps(since: datetime, until: datetime) -> ColumnElement[bool]:
    """Say which sessions something was heard of within a span, or which ran through it."""
    began_at = func.coalesce(sessions.c.start_heard_at, sessions.c.created_at)
    ended = or_(sessions.c.end_heard_at.is_(None), sessions.c.end_heard_at >= since)
    return and_(began_at < until, ended, sessions.c.heard_at >= since)


async def read_sessions(
    databases: Databases, station_id: StationId, *, since: datetime, until: datetime
) -> dict[str, SessionFigures]:
    """Return a station's sessions of a span under names that are the same in both databases.

    A transaction number of 1.6 is ours and may be another one in the replay; EVSE and start are the station's. A
    session that was only asked for, and never began, is no frame's doing.
    """
    records = [meter_records.c[name].label(f"record_{name}") for name in _RECORD_FIELDS]
    statement = (
        select(sessions, *records)
        .outerjoin(meter_records, meter_records.c.session_id == sessions.c.session_id)
        .where(sessions.c.station_id == station_id, sessions.c.transaction_ref.is_not(None), overlaps(since, until))
    )
    async with databases.read() as connection:
        rows = (await connection.execute(statement)).mappings().all()
    found: dict[str, SessionFigures] = {}
    for row in rows:
        start = row["started_at"].isoformat() if row["started_at"] else f"of transaction {row['transaction_ref']}"
        fields = {name: _write(row[name]) for name in _SESSION_FIELDS}
        fields |= {f"meter record {name}": _write(row[f"record_{name}"]) for name in _RECORD_FIELDS}
        found[f"session {row['evse_id'] or '?'} {start}"] = SessionFigures(
            transaction_ref=row["transaction_ref"],
            start_heard_at=row["start_heard_at"],
            heard_at=row["heard_at"],
            fields=fields,
        )
    return found


async def read_statuses(databases: Databases, station_id: StationId) -> dict[str, dict[str, str]]:
    """Return what each connector was last reported to be."""
    statement = select(connectors).where(connectors.c.station_id == station_id)
    async with databases.read() as connection:
        rows = (await connection.execute(statement)).mappings().all()
    return {f"connector {row['evse_id']}/{row['connector_id']}": {"status": row["reported"]} for row in rows}


def compare(database: dict[str, dict[str, str]], replay: dict[str, dict[str, str]]) -> list[Difference]:
    """Name what differs, subject by subject."""
    found: list[Difference] = []
    for subject in sorted(database.keys() | replay.keys()):
        ours, theirs = database.get(subject), replay.get(subject)
        if ours is None or theirs is None:
            words = ("there" if ours is not None else MISSING, "there" if theirs is not None else MISSING)
            found.append(Difference(subject=subject, field="", database=words[0], replay=words[1]))
            continue
        found += [
            Difference(subject=subject, field=name, database=ours[name], replay=theirs[name])
            for name in ours
            if ours[name] != theirs[name]
        ]
    return found


def _write(value: object) -> str:
    if value is None:
        return MISSING
    return value.isoformat() if isinstance(value, datetime) else str(value)
