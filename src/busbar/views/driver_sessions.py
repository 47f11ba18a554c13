"""A driver's own sessions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from pydantic import AwareDatetime
from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.sessions import SessionState
from busbar.domain.billing.tables import session_prices
from busbar.domain.metering.tables import meter_records
from busbar.domain.sessions.tables import sessions
from busbar.domain.stations.tables import connectors, sites, stations
from busbar.domain.tenants.sql import operators
from busbar.kernel.errors import ConflictError
from busbar.kernel.ids import DriverId
from busbar.rating.lines import count_digits
from busbar.views.missing import SessionMissingError
from busbar.views.paging import Order, PageRequest, read_rows
from busbar.views.pricing import COST_COLUMNS, read_price
from busbar.views.rows import AnyRow, AnySelect, pick
from busbar.views.search import within
from busbar.views.sessions import BEGUN_AT, OPEN_STATES, list_fields, read_steps
from busbar.views.shapes.driver_door import (
    DriverSession,
    DriverSessionList,
    DriverSessionPage,
    Month,
    MonthCost,
    MonthList,
    OwnStopTarget,
    Receipt,
)
from busbar.views.shapes.sessions import SessionStep

ACTIVE_MAX = 100
EXPORT_MAX = 10_000
_TOKEN_CHARS_SHOWN = 4


class SessionOpenError(ConflictError):
    """The session is not over."""

    code = "conflict.session_open"


class HistoryQuery(PageRequest):
    """Which of one's own sessions are wanted."""

    is_open: bool | None = None
    since: AwareDatetime | None = None
    """Begun (or asked for, when it never began) at or after this instant."""
    until: AwareDatetime | None = None
    """Begun before this instant."""


_ORDER = Order(name="-own", column=BEGUN_AT, key=sessions.c.session_id, is_descending=True)


def _select(driver_id: DriverId) -> AnySelect:
    table = sessions.c
    at_connector = and_(
        connectors.c.station_id == table.station_id,
        connectors.c.evse_id == table.evse_id,
        connectors.c.connector_id == func.coalesce(table.connector_id, 1),
    )
    joined = (
        sessions.outerjoin(stations, table.station_id == stations.c.station_id)
        .outerjoin(sites, table.site_id == sites.c.site_id)
        .outerjoin(connectors, at_connector)
        .outerjoin(session_prices, table.session_id == session_prices.c.session_id)
    )
    return (
        select(
            sessions,
            stations.c.name.label("station_name"),
            sites.c.name.label("site_name"),
            func.coalesce(sites.c.address, "").label("address"),
            func.coalesce(sites.c.city, "").label("city"),
            func.coalesce(sites.c.country, "").label("country"),
            sites.c.zone.label("time_zone"),
            connectors.c.kind.label("connector_kind"),
            *COST_COLUMNS,
        )
        .select_from(joined)
        .where(table.driver_id == driver_id)
    )


async def list_sessions(
    connection: AsyncConnection, driver_id: DriverId, query: HistoryQuery, *, limit: int, now: datetime
) -> DriverSessionPage:
    """Return a page of a driver's sessions, the newest first."""
    statement = _select(driver_id).where(*within(BEGUN_AT, query.since, query.until))
    if query.is_open is not None:
        is_open = sessions.c.state.in_(OPEN_STATES)
        statement = statement.where(is_open if query.is_open else ~is_open)
    rows, cursor, total = await read_rows(connection, statement, order=_ORDER, request=query, limit=limit)
    items = await _fill(connection, rows, now=now)
    return DriverSessionPage(items=items, next_cursor=cursor, total=total)


async def list_active(connection: AsyncConnection, driver_id: DriverId, *, now: datetime) -> DriverSessionList:
    """Return a driver's open sessions."""
    statement = (
        _select(driver_id)
        .where(sessions.c.state.in_(OPEN_STATES))
        .order_by(sessions.c.created_at.desc(), sessions.c.session_id.desc())
        .limit(ACTIVE_MAX)
    )
    rows = (await connection.execute(statement)).all()
    return DriverSessionList(items=await _fill(connection, rows, now=now))


async def list_all(connection: AsyncConnection, driver_id: DriverId, *, now: datetime) -> list[DriverSession]:
    """Return all of a driver's sessions, the newest first, up to a bound."""
    statement = _select(driver_id).order_by(sessions.c.created_at.desc(), sessions.c.session_id.desc())
    rows = (await connection.execute(statement.limit(EXPORT_MAX))).all()
    return [_shape(row, [], now=now) for row in rows]


async def list_months(connection: AsyncConnection, driver_id: DriverId, *, zone: ZoneInfo) -> MonthList:
    """Return what a driver charged in each month; of very many sessions the newest count."""
    table, price = sessions.c, session_prices.c
    is_priced = and_(table.session_id == price.session_id, price.is_final)
    statement = (
        select(BEGUN_AT.label("begun_at"), table.energy_wh, price.currency, price.gross)
        .select_from(sessions.outerjoin(session_prices, is_priced))
        .where(table.driver_id == driver_id, table.started_at.is_not(None))
        .order_by(table.created_at.desc())
        .limit(EXPORT_MAX)
    )
    months: dict[str, list[AnyRow]] = {}
    for row in (await connection.execute(statement)).all():
        months.setdefault(row.begun_at.astimezone(zone).strftime("%Y-%m"), []).append(row)
    return MonthList(items=[_sum_up(month, rows) for month, rows in sorted(months.items(), reverse=True)])


def _sum_up(month: str, rows: Sequence[AnyRow]) -> Month:
    costs: dict[str, int] = {}
    for row in rows:
        if row.currency is not None:
            costs[row.currency] = costs.get(row.currency, 0) + row.gross
    return Month(
        month=month,
        sessions=len(rows),
        energy_wh=sum(row.energy_wh for row in rows),
        costs=[
            MonthCost(currency=currency, currency_digits=count_digits(currency), gross=gross)
            for currency, gross in sorted(costs.items())
        ],
    )


async def read_session(
    connection: AsyncConnection, driver_id: DriverId, session_id: str, *, now: datetime
) -> DriverSession:
    """Return one of a driver's sessions. Errors: `not_found.session`."""
    rows = (await connection.execute(_select(driver_id).where(sessions.c.session_id == session_id))).all()
    if not rows:
        raise SessionMissingError("there is no such session", session_id=session_id)
    return (await _fill(connection, rows, now=now))[0]


async def check_session(connection: AsyncConnection, driver_id: DriverId, session_id: str) -> None:
    """Raise `not_found.session` unless it is one of the driver's own."""
    table = sessions.c
    statement = select(table.session_id).where(table.driver_id == driver_id, table.session_id == session_id)
    if (await connection.execute(statement)).first() is None:
        raise SessionMissingError("there is no such session", session_id=session_id)


async def read_receipt(connection: AsyncConnection, driver_id: DriverId, session_id: str) -> Receipt:
    """Return the receipt of an ended session. Errors: `not_found.session`, `conflict.session_open`."""
    table, record = sessions.c, meter_records.c
    statement = (
        _select(driver_id)
        .add_columns(
            operators.c.name.label("operator_name"),
            record.register_start_wh,
            record.register_end_wh,
            record.flags,
            record.closed_at,
        )
        .outerjoin(operators, table.operator_id == operators.c.operator_id)
        .outerjoin(meter_records, table.session_id == record.session_id)
        .where(table.session_id == session_id)
    )
    row = (await connection.execute(statement)).first()
    if row is None:
        raise SessionMissingError("there is no such session", session_id=session_id)
    if row.state != SessionState.ENDED.value or row.started_at is None or row.ended_at is None:
        raise SessionOpenError("there is a receipt once the session has ended", session_id=session_id)
    return Receipt(
        session_id=session_id,
        receipt_number=session_id.upper(),
        issued_at=row.closed_at or row.heard_at,
        operator_name=row.operator_name or "",
        station_id=row.station_id,
        station_name=row.station_name,
        site_name=row.site_name,
        address=row.address,
        city=row.city,
        country=row.country,
        time_zone=row.time_zone,
        evse_id=row.evse_id,
        id_token=shorten(row.token_value),
        started_at=row.started_at,
        ended_at=row.ended_at,
        duration_s=max(0, int((row.ended_at - row.started_at).total_seconds())),
        energy_wh=row.energy_wh,
        register_start_wh=row.register_start_wh,
        register_end_wh=row.register_end_wh,
        flags=[] if row.flags is None else msgspec.json.decode(row.flags),
        stop_reason=row.stop_reason,
        close_reason=row.close_reason,
        price=None if row.price_currency is None else await read_price(connection, session_id),
    )


def shorten(token: str | None) -> str | None:
    """Return the end of a token's value: enough to recognise it by, not enough to use it."""
    return None if token is None else "…" + token[-_TOKEN_CHARS_SHOWN:]


async def _fill(connection: AsyncConnection, rows: Sequence[AnyRow], *, now: datetime) -> list[DriverSession]:
    """Join the steps of these sessions: one statement, however many sessions."""
    steps = await read_steps(connection, [row.session_id for row in rows])
    return [_shape(row, steps.get(row.session_id, []), now=now) for row in rows]


def _shape(row: AnyRow, steps: list[SessionStep], *, now: datetime) -> DriverSession:
    """Return a session as its driver sees it: not who of the staff did what."""
    values: dict[str, Any] = (
        pick(row, DriverSession)
        | list_fields(row, now=now)
        | {
            "target": _shape_target(row),
            "steps": [step.model_copy(update={"actor": None}) for step in steps],
        }
    )
    return DriverSession(**{name: value for name, value in values.items() if name in DriverSession.model_fields})


def _shape_target(row: AnyRow) -> OwnStopTarget | None:
    if row.target_by is None:
        return None
    return OwnStopTarget(
        energy_wh=row.target_energy_wh,
        soc_permille=row.target_soc_permille,
        stop_at=row.target_at,
        cost=row.target_cost,
        is_reached=row.target_tries > 0,
    )
