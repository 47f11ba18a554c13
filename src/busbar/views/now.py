"""What waits for a person: faults, stuck sessions, payments, stations that wait or are away."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.sessions import SessionState
from busbar.canon.stations import ConnectorStatus, Registration
from busbar.domain.sessions.tables import sessions
from busbar.domain.stations.tables import connectors, fault_acknowledgements, sites, stations
from busbar.views.faults import FAULT_SINCE, IS_UNSEEN
from busbar.views.now_money import list_money
from busbar.views.rows import AnyRow, AnySelect
from busbar.views.scope import Scope
from busbar.views.shapes.now import NowCount, NowItem, NowKind, NowList, NowReason

ITEMS_MAX = 50
"""Things of one kind that are listed."""
STOP_PATIENCE = timedelta(minutes=5)
"""A session that was asked to stop, and goes on for longer, is stuck."""
SILENCE_PATIENCE = timedelta(minutes=30)
"""A session of which nothing was heard for longer is stuck."""
AWAY_PATIENCE = timedelta(minutes=2)
"""A station that was away for shorter is about to come back."""

_FAULTED = ConnectorStatus.FAULTED.value


class _Faults(NamedTuple):
    """What the faulted connectors of a station told, and when the newest of them began."""

    words: str
    newest_at: datetime | None


async def list_now(connection: AsyncConnection, scope: Scope, *, now: datetime, with_money: bool) -> NowList:
    """Return what waits for a person: two statements for each kind. `with_money`: payments too."""
    items: list[NowItem] = []
    counts: list[NowCount] = []
    for kind, (where, since) in _station_kinds(now).items():
        statement = _select_stations(scope, where, since)
        found, count = await _read(connection, statement, since)
        counts.append(NowCount(kind=kind, count=count))
        faults = await _read_faults(connection, found) if kind is NowKind.FAULTED else {}
        items += [_shape_station(row, kind, faults.get(row.station_id)) for row in found]
    stuck, count = await _read(connection, _select_stuck(scope, now), sessions.c.created_at)
    counts.append(NowCount(kind=NowKind.STUCK, count=count))
    items += [_shape_session(row) for row in stuck]
    if with_money:
        failed, count = await list_money(connection, scope, now=now, limit=ITEMS_MAX)
        counts.append(NowCount(kind=NowKind.PAYMENT, count=count))
        items += failed
    order = list(NowKind)
    items.sort(key=lambda item: order.index(item.kind))
    counts.sort(key=lambda one: order.index(one.kind))
    return NowList(at=now, items=items, counts=counts)


def _station_kinds(now: datetime) -> dict[NowKind, tuple[ColumnElement[bool], Any]]:
    """Return which stations are of a kind, and since when they are."""
    table = stations.c
    is_accepted = table.registration == Registration.ACCEPTED.value
    is_away = is_accepted & table.is_online.is_(False)
    of_a_connector = exists().where(connectors.c.station_id == table.station_id, connectors.c.status == _FAULTED)
    is_unseen = of_a_connector.where(IS_UNSEEN)
    faulted_since = (
        select(func.min(FAULT_SINCE))
        .where(connectors.c.station_id == table.station_id, connectors.c.status == _FAULTED)
        .scalar_subquery()
    )
    left_at = func.coalesce(table.disconnected_at, table.last_seen_at)
    return {
        NowKind.FAULTED: (
            is_accepted & or_(table.is_online.is_(True) & or_(table.status == _FAULTED, of_a_connector), is_unseen),
            func.coalesce(faulted_since, table.last_seen_at),
        ),
        NowKind.PENDING: (table.registration == Registration.PENDING.value, table.created_at),
        NowKind.OFFLINE: (is_away & (left_at < now - AWAY_PATIENCE), left_at),
        NowKind.UNSEEN: (is_away & table.last_seen_at.is_(None) & table.disconnected_at.is_(None), table.created_at),
    }


def _select_stations(scope: Scope, where: ColumnElement[bool], since: Any) -> AnySelect:
    table = stations.c
    columns = (table.station_id, table.name, table.site_id, table.vendor, table.model, table.error_code)
    return (
        select(
            *columns,
            sites.c.name.label("site_name"),
            since.label("since"),
            fault_acknowledgements.c.at.label("seen_at"),
        )
        .select_from(
            stations.outerjoin(sites, table.site_id == sites.c.site_id).outerjoin(
                fault_acknowledgements, fault_acknowledgements.c.station_id == table.station_id
            )
        )
        .where(scope.covers(operator_id=table.operator_id, site_id=table.site_id), where)
    )


def _select_stuck(scope: Scope, now: datetime) -> AnySelect:
    table = sessions.c
    is_unanswered = table.stop_requested_at < now - STOP_PATIENCE
    is_silent = func.coalesce(table.heard_at, table.created_at) < now - SILENCE_PATIENCE
    is_away = stations.c.is_online.is_(False) & is_silent
    reason = case(
        (is_unanswered, NowReason.STOP_UNANSWERED.value),
        (is_away, NowReason.STATION_OFFLINE.value),
        else_=NowReason.SILENT.value,
    ).label("reason")
    since = case((is_unanswered, table.stop_requested_at), else_=table.heard_at).label("since")
    columns = (table.session_id, table.station_id, table.site_id, table.evse_id)
    return (
        select(*columns, stations.c.name, sites.c.name.label("site_name"), reason, since)
        .select_from(
            sessions.outerjoin(stations, table.station_id == stations.c.station_id).outerjoin(
                sites, table.site_id == sites.c.site_id
            )
        )
        .where(
            scope.covers(operator_id=table.operator_id, site_id=table.site_id),
            table.state == SessionState.ACTIVE.value,
            or_(is_unanswered, is_silent),
        )
    )


async def _read(connection: AsyncConnection, statement: AnySelect, order: Any) -> tuple[list[AnyRow], int]:
    rows = (await connection.execute(statement.order_by(order).limit(ITEMS_MAX))).all()
    if len(rows) < ITEMS_MAX:
        return list(rows), len(rows)
    counted = select(func.count()).select_from(statement.subquery())
    return list(rows), (await connection.execute(counted)).scalar_one()


async def _read_faults(connection: AsyncConnection, rows: Iterable[AnyRow]) -> dict[str, _Faults]:
    """Return what the faulted connectors of these stations told, each text once."""
    table = connectors.c
    statement = (
        select(table.station_id, table.info, table.error_code, table.vendor_error_code, FAULT_SINCE.label("since"))
        .where(table.station_id.in_([row.station_id for row in rows]), table.status == _FAULTED)
        .order_by(table.station_id, table.evse_id, table.connector_id)
    )
    told: dict[str, list[AnyRow]] = {}
    for row in (await connection.execute(statement)).all():
        told.setdefault(row.station_id, []).append(row)
    return {station_id: _sum_up_faults(of_station) for station_id, of_station in told.items()}


def _sum_up_faults(rows: Iterable[AnyRow]) -> _Faults:
    told = list(rows)
    texts = dict.fromkeys(row.info or row.vendor_error_code or row.error_code or "" for row in told)
    newest_at = max((row.since for row in told if row.since is not None), default=None)
    return _Faults(", ".join(filter(None, texts)), newest_at)


def _shape_station(row: AnyRow, kind: NowKind, faults: _Faults | None) -> NowItem:
    make = " ".join(part for part in (row.vendor, row.model) if part)
    faults = faults or _Faults("", row.since)
    newest_at = faults.newest_at
    is_seen = kind is NowKind.FAULTED and row.seen_at is not None and (newest_at is None or newest_at <= row.seen_at)
    return NowItem(
        kind=kind,
        reason=None,
        since=row.since,
        station_id=row.station_id,
        station_name=row.name,
        site_id=row.site_id,
        site_name=row.site_name,
        evse_id=None,
        session_id=None,
        words=(faults.words or row.error_code or "") if kind is NowKind.FAULTED else make,
        acknowledged_at=row.seen_at if is_seen else None,
    )


def _shape_session(row: AnyRow) -> NowItem:
    return NowItem(
        kind=NowKind.STUCK,
        reason=NowReason(row.reason),
        since=row.since,
        station_id=row.station_id,
        station_name=row.name or "",
        site_id=row.site_id,
        site_name=row.site_name,
        evse_id=row.evse_id,
        session_id=row.session_id,
        words="",
        acknowledged_at=None,
    )
