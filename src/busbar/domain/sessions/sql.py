"""The sessions room on SQL."""

from collections.abc import Mapping
from datetime import datetime
from operator import attrgetter
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, bindparam, delete, insert, or_, select, update
from sqlalchemy.engine import RowMapping

from busbar.canon.access import IdToken, TokenKind, Verdict
from busbar.canon.sessions import ChargingState, ChargingStep, CloseReason, SessionState, TransactionPhase
from busbar.db.reading import QuickRead
from busbar.db.work import sql
from busbar.domain.sessions.model import ASKED, OPEN, FailReason, Order, Session
from busbar.domain.sessions.store import UnmatchedPart, Use
from busbar.domain.sessions.tables import session_events, sessions, transaction_numbers, unmatched_parts
from busbar.domain.sessions.trail import Step, TrailEvent
from busbar.kernel.ids import CommandId, OperatorId, SessionId, StationId, TransactionRef
from busbar.ports.work import UnitOfWork

FIRST_NUMBER = 1_000_001
"""Beyond what stations may still remember from a system before this one."""
_NUMBERS_NAME = "transaction"
_USES_MAX = 1000
_DESK_MAX = 500
_RUNS = msgspec.json.Decoder(tuple[tuple[int, int], ...])
_PLAIN = tuple(
    name
    for name in Session.__struct_fields__
    if name in sessions.columns
    and name not in {"state", "verdict", "fail_reason", "close_reason", "charging_state", "runs"}
)
_LIVE_PLAIN = (
    "heard_at", "last_at", "energy_wh", "exported_wh", "power_w", "current_ma", "voltage_mv",
    "soc_permille", "metered_at",
)  # fmt: skip
_INDEXED = (
    "operator_id", "station_id", "state", "created_at", "driver_id", "start_command_id", "transaction_ref",
    "started_at",
)  # fmt: skip
"""Indexed columns that are no figures; beside them the token."""
_read_indexed = attrgetter(*_INDEXED)
_read_plain = attrgetter(*_PLAIN)
_read_live = attrgetter(*_LIVE_PLAIN)
_OPEN = sorted(OPEN)
_ASKED = sorted(ASKED)
_IS_OPEN = or_(*(sessions.c.state == state for state in _OPEN))


def _build_desk(own: ColumnElement[bool]) -> QuickRead:
    """Select what lies on a station's desk. Built once: building costs more than the database takes to answer."""
    last = select(sessions.c.session_id).where(own, sessions.c.started_at.is_not(None))
    newest = last.order_by(sessions.c.started_at.desc()).limit(1).scalar_subquery()
    since = bindparam("failed_since", type_=sessions.c.requested_at.type)
    failed = (sessions.c.state == SessionState.FAILED) & (sessions.c.requested_at > since)
    wanted = or_(_IS_OPEN, failed, sessions.c.session_id == newest)
    return QuickRead(select(sessions).where(own, wanted).order_by(sessions.c.session_id).limit(_DESK_MAX))


_OWN_STATION = sessions.c.station_id == bindparam("own_station")
_DESK_OF_ANY = _build_desk(_OWN_STATION)
_DESK = _build_desk(_OWN_STATION & (sessions.c.operator_id == bindparam("own_operator")))


def _build_by_ref(own: ColumnElement[bool]) -> QuickRead:
    """Select the session of a reference. What this batch wrote is at hand: nothing staged can change the answer."""
    same = sessions.c.transaction_ref == bindparam("own_ref")
    return QuickRead(select(sessions).where(own, same).order_by(sessions.c.session_id).limit(1))


_BY_REF_OF_ANY = _build_by_ref(_OWN_STATION)
_BY_REF = _build_by_ref(_OWN_STATION & (sessions.c.operator_id == bindparam("own_operator")))


_USES = QuickRead(
    select(sessions.c.session_id, sessions.c.station_id)
    .where(
        sessions.c.operator_id == bindparam("own_operator"),
        sessions.c.token_key == bindparam("own_token"),
        _IS_OPEN,
    )
    .limit(_USES_MAX)
)


class SqlSessionStore:
    """See `busbar.domain.sessions.store.SessionStore`."""

    async def load_desk(
        self, work: UnitOfWork, station_id: StationId, *, operator_id: OperatorId | None, failed_since: datetime
    ) -> list[Session]:
        """Return a station's open sessions, the starts that failed since, and the session that began last."""
        query, values = _DESK_OF_ANY, {"own_station": station_id, "failed_since": failed_since}
        if operator_id is not None:
            query, values = _DESK, values | {"own_operator": operator_id}
        return [read_session(row) for row in await sql(work).find(query, values)]

    async def load(self, work: UnitOfWork, session_id: SessionId) -> Session | None:
        """Return a session."""
        return await self._first(work, sessions.c.session_id == session_id)

    async def find_by_ref(
        self, work: UnitOfWork, station_id: StationId, ref: TransactionRef, *, operator_id: OperatorId | None
    ) -> Session | None:
        """Return the session of a station's transaction."""
        query, values = _BY_REF_OF_ANY, {"own_station": station_id, "own_ref": ref}
        if operator_id is not None:
            query, values = _BY_REF, values | {"own_operator": operator_id}
        rows = await sql(work).find(query, values)
        return read_session(rows[0]) if rows else None

    async def find_by_command(self, work: UnitOfWork, command_id: CommandId) -> Session | None:
        """Return the session that this command asked for."""
        return await self._first(work, sessions.c.start_command_id == command_id)

    async def find_start(
        self,
        work: UnitOfWork,
        station_id: StationId,
        *,
        operator_id: OperatorId | None,
        evse_id: int | None,
        started_at: datetime,
        id_token: IdToken,
    ) -> Session | None:
        """Return the session that began on this EVSE at this instant of the station under this token."""
        same = (
            _of_station(station_id, operator_id)
            & (sessions.c.started_at == started_at)
            & (sessions.c.token_key == id_token.value.casefold())
            & sessions.c.evse_id.is_not_distinct_from(evse_id)
        )
        return await self._first(work, same)

    async def find_station_of_ref(self, work: UnitOfWork, ref: TransactionRef) -> StationId | None:
        """Return a station that has a session with this reference."""
        query = select(sessions.c.station_id).where(sessions.c.transaction_ref == ref).limit(1)
        return (await sql(work).execute(query)).scalars().first()

    async def list_uses(self, work: UnitOfWork, operator_id: OperatorId, id_token: IdToken) -> list[Use]:
        """Return the open sessions under a token, as the database holds them."""
        found = await sql(work).find(_USES, {"own_operator": operator_id, "own_token": id_token.value.casefold()})
        return [Use(SessionId(row["session_id"]), StationId(row["station_id"])) for row in found]

    async def list_silent(
        self, work: UnitOfWork, *, before: datetime, limit: int, station_id: StationId | None = None
    ) -> list[Session]:
        """Return active sessions last heard of before, oldest first."""
        return await self._list(work, _of(station_id, is_silent(before)), limit=limit)

    async def list_unanswered(
        self, work: UnitOfWork, *, before: datetime, limit: int, station_id: StationId | None = None
    ) -> list[Session]:
        """Return sessions asked for before that have not begun, oldest first."""
        return await self._list(work, _of(station_id, is_unanswered(before)), limit=limit)

    async def list_targeted(self, work: UnitOfWork, *, limit: int) -> list[Session]:
        """Return the open sessions that shall end by themselves."""
        wanted = sessions.c.target_by.is_not(None) & sessions.c.state.in_(_OPEN)
        return await self._list(work, wanted, limit=limit)

    def save(self, work: UnitOfWork, session: Session, *, before: Session | None) -> None:
        """Write the whole session; bulk, at the end of the batch. `before`: what is stored, but for its figures."""
        unit = sql(work)
        stored: dict[str, Any] | None = None
        if before is not None:
            stored = dict[str, Any](zip(_INDEXED, _read_indexed(before), strict=True))
            stored["token_key"] = before.id_token.value.casefold() if before.id_token else None
        unit.stage_upsert(sessions, write_session(session), stored=stored)
        # updates are written after upserts: an earlier one of this batch must not win over this row
        unit.drop_updates(sessions, {"session_id": session.session_id})

    def save_live(self, work: UnitOfWork, session: Session) -> None:
        """Write the figures that change with every message; bulk, at the end of the batch."""
        values: dict[str, Any] = dict(zip(_LIVE_PLAIN, _read_live(session), strict=True))
        values["runs"] = msgspec.json.encode(session.runs).decode()
        order = session.charging_order
        values["charging_number"] = order.number if order else None
        values["charging_at"] = order.at if order else None
        sql(work).stage_update(sessions, {"session_id": session.session_id}, values)

    async def remove(self, work: UnitOfWork, session_id: SessionId) -> None:
        """Remove a session that became part of another."""
        await sql(work).execute(delete(sessions).where(sessions.c.session_id == session_id))

    def add_event(self, work: UnitOfWork, event: TrailEvent) -> None:
        """Write a step; bulk, at the end of the batch."""
        sql(work).stage_upsert(session_events, {name: getattr(event, name) for name in TrailEvent.__struct_fields__})

    async def list_charging(
        self, work: UnitOfWork, session_id: SessionId, *, operator_id: OperatorId, limit: int
    ) -> list[ChargingStep]:
        """Return what the station told of a session's charging states, by its own time."""
        table = session_events.c
        told = (table.session_id == session_id) & (table.operator_id == operator_id)
        query = select(table.at, table.detail).where(told, table.step == Step.CHARGING_STATE)
        found = (await sql(work).execute(query.order_by(table.at, table.number, table.event_id).limit(limit))).all()
        return [ChargingStep(at=row.at, state=ChargingState(row.detail)) for row in found]

    async def join_events(self, work: UnitOfWork, *, session_id: SessionId, joined_session_id: SessionId) -> None:
        """Give the steps of one session to another; where both have the same step, the kept session's stands."""
        held = select(session_events.c.event_id).where(session_events.c.session_id == session_id)
        moving = session_events.c.session_id == joined_session_id
        unit = sql(work)
        await unit.execute(delete(session_events).where(moving, session_events.c.event_id.in_(held.scalar_subquery())))
        await unit.execute(update(session_events).where(moving).values(session_id=session_id))

    async def keep_unmatched(self, work: UnitOfWork, part: UnmatchedPart) -> None:
        """Keep a part that matches nothing; a repeat changes nothing."""
        known = select(unmatched_parts.c.part_id).where(unmatched_parts.c.part_id == part.part_id)
        if (await sql(work).execute(known)).first() is None:
            sql(work).stage_insert(
                unmatched_parts, {name: getattr(part, name) for name in UnmatchedPart.__struct_fields__}
            )

    async def list_unmatched(
        self, work: UnitOfWork, station_id: StationId, *, operator_id: OperatorId, limit: int
    ) -> list[UnmatchedPart]:
        """Return a station's parts that still wait for a session, oldest first."""
        query = select(unmatched_parts).where(
            unmatched_parts.c.station_id == station_id,
            unmatched_parts.c.operator_id == operator_id,
            unmatched_parts.c.session_id.is_(None),
        )
        found = await sql(work).execute(query.order_by(unmatched_parts.c.received_at).limit(limit))
        return [_read_unmatched(row) for row in found.mappings()]

    async def list_occupied_stations(self, work: UnitOfWork, *, limit: int) -> list[StationId]:
        """Return the stations that have open sessions."""
        query = select(sessions.c.station_id).where(sessions.c.state.in_(_OPEN)).distinct()
        return [StationId(name) for name in (await sql(work).execute(query.limit(limit))).scalars()]

    async def list_unmatched_stations(self, work: UnitOfWork, *, limit: int) -> list[StationId]:
        """Return the stations that have such parts."""
        query = select(unmatched_parts.c.station_id).where(unmatched_parts.c.session_id.is_(None)).distinct()
        return [StationId(name) for name in (await sql(work).execute(query.limit(limit))).scalars()]

    async def mark_joined(self, work: UnitOfWork, part_id: str, session_id: SessionId) -> None:
        """Note that a part found its session."""
        found = update(unmatched_parts).where(unmatched_parts.c.part_id == part_id)
        await sql(work).execute(found.values(session_id=session_id, joined_at=work.now))

    async def reserve_numbers(self, work: UnitOfWork, count: int) -> int:
        """Take `count` whole numbers that nobody gets again; return the first."""
        unit = sql(work)
        own = transaction_numbers.c.name == _NUMBERS_NAME
        moved = update(transaction_numbers).where(own).values(next_number=transaction_numbers.c.next_number + count)
        following = (await unit.execute(moved.returning(transaction_numbers.c.next_number))).scalar()
        if following is None:
            following = FIRST_NUMBER + count
            await unit.execute(insert(transaction_numbers).values(name=_NUMBERS_NAME, next_number=following))
        return int(following) - count

    async def _first(self, work: UnitOfWork, wanted: ColumnElement[bool]) -> Session | None:
        found = await self._list(work, wanted, limit=1)
        return found[0] if found else None

    async def _list(self, work: UnitOfWork, wanted: ColumnElement[bool], *, limit: int) -> list[Session]:
        query = select(sessions).where(wanted).order_by(sessions.c.session_id).limit(limit)
        return [read_session(row) for row in (await sql(work).execute(query)).mappings()]


def is_silent(before: datetime) -> ColumnElement[bool]:
    """Tell which sessions are active and were last heard of before."""
    return (sessions.c.state == SessionState.ACTIVE) & (sessions.c.heard_at < before)


def is_unanswered(before: datetime) -> ColumnElement[bool]:
    """Tell which sessions were asked for before and have not begun."""
    return sessions.c.state.in_(_ASKED) & (sessions.c.requested_at < before)


def _of(station_id: StationId | None, wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    return wanted if station_id is None else wanted & (sessions.c.station_id == station_id)


def _of_station(station_id: StationId, operator_id: OperatorId | None) -> ColumnElement[bool]:
    of_station = sessions.c.station_id == station_id
    return of_station if operator_id is None else of_station & (sessions.c.operator_id == operator_id)


def write_session(session: Session) -> dict[str, Any]:
    """Return a session's row."""
    row: dict[str, Any] = dict(zip(_PLAIN, _read_plain(session), strict=True))
    token, stop_token, order = session.id_token, session.stop_token, session.charging_order
    row.update(
        state=session.state,
        verdict=session.verdict,
        fail_reason=session.fail_reason,
        close_reason=session.close_reason,
        charging_state=session.charging_state,
        token_value=token.value if token else None,
        token_kind=token.kind if token else None,
        token_key=token.value.casefold() if token else None,
        token_group=session.group,
        stop_token_value=stop_token.value if stop_token else None,
        stop_token_kind=stop_token.kind if stop_token else None,
        charging_number=order.number if order else None,
        charging_at=order.at if order else None,
        runs=msgspec.json.encode(session.runs).decode(),
    )
    return row


def read_session(row: Mapping[Any, Any]) -> Session:
    """Return the session of a row."""
    number, at = row["charging_number"], row["charging_at"]
    fields: dict[str, Any] = {name: row[name] for name in _PLAIN}
    fields.update(
        state=SessionState(row["state"]),
        verdict=Verdict(row["verdict"]) if row["verdict"] else None,
        fail_reason=FailReason(row["fail_reason"]) if row["fail_reason"] else None,
        close_reason=CloseReason(row["close_reason"]) if row["close_reason"] else None,
        charging_state=ChargingState(row["charging_state"]) if row["charging_state"] else None,
        id_token=_read_token(row["token_value"], row["token_kind"]),
        group=row["token_group"],
        stop_token=_read_token(row["stop_token_value"], row["stop_token_kind"]),
        charging_order=Order(number, at) if number is not None and at is not None else None,
        runs=_RUNS.decode(row["runs"]),
    )
    return Session(**fields)


def _read_unmatched(row: RowMapping) -> UnmatchedPart:
    fields: dict[str, Any] = {**row, "phase": TransactionPhase(row["phase"])}
    return UnmatchedPart(**fields)


def _read_token(value: str | None, kind: str | None) -> IdToken | None:
    return IdToken(value=value, kind=TokenKind(kind or TokenKind.RFID)) if value is not None else None
