"""What charges now, and what charged today."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.sessions import SessionState
from busbar.domain.sessions.tables import sessions
from busbar.domain.stations.tables import stations
from busbar.domain.tenants.sql import operators
from busbar.views.rows import AnyRow
from busbar.views.scope import Scope
from busbar.views.sessions import BEGUN_AT, OPEN_STATES, before_clocks
from busbar.views.shapes.network import RunningSession

AT_STATIONS = sessions.outerjoin(stations, stations.c.station_id == sessions.c.station_id)
FLOWING_W = case((stations.c.is_online.is_(True), sessions.c.power_w))
"""A session's power as its station tells it now; of a station that is away nobody knows what flows there."""


async def list_running(
    connection: AsyncConnection, station_ids: Sequence[str]
) -> dict[tuple[str, int | None], RunningSession]:
    """Return the open sessions of these stations by station and EVSE; of several on one EVSE, the newest active."""
    if not station_ids:
        return {}
    table = sessions.c
    statement = (
        select(
            table.session_id,
            table.station_id,
            table.evse_id,
            table.state,
            table.started_at,
            table.charging_state,
            table.energy_wh,
            FLOWING_W.label("power_w"),
            table.soc_permille,
        )
        .select_from(AT_STATIONS)
        .where(table.station_id.in_(station_ids), table.state.in_(OPEN_STATES))
        .order_by(case((table.state == SessionState.ACTIVE.value, 1), else_=0), table.created_at, table.session_id)
    )
    rows = (await connection.execute(statement)).all()
    return {(row.station_id, row.evse_id): RunningSession.model_validate(row) for row in rows}


def find_midnight(now: datetime, zone: ZoneInfo) -> datetime:
    """Return when today began by the clocks of a zone."""
    return datetime.combine(now.astimezone(zone).date(), time(), zone).astimezone(UTC)


async def read_open(connection: AsyncConnection, scope: Scope) -> AnyRow:
    """Return the `number` of open sessions, and their `power_w`."""
    table = sessions.c
    covered = scope.covers(operator_id=table.operator_id, site_id=table.site_id)
    statement = (
        select(func.count().label("number"), func.coalesce(func.sum(FLOWING_W), 0).label("power_w"))
        .select_from(AT_STATIONS)
        .where(covered, table.state.in_(OPEN_STATES))
    )
    return (await connection.execute(statement)).one()


async def read_day(connection: AsyncConnection, scope: Scope, *, now: datetime) -> dict[str, Any]:
    """Return what is open and its power, and what the sessions begun today, by the operator's clocks, delivered."""
    table = sessions.c
    covered = scope.covers(operator_id=table.operator_id, site_id=table.site_id)
    opened = await read_open(connection, scope)
    named = select(operators.c.zone).where(operators.c.operator_id == scope.operator_id)
    zone = ZoneInfo((await connection.execute(named)).scalar_one())
    midnight = find_midnight(now, zone)
    begun = await connection.execute(
        select(func.count().label("number"), func.coalesce(func.sum(table.energy_wh), 0).label("energy_wh"))
        .select_from(sessions)
        .where(covered, table.created_at >= before_clocks(midnight), midnight <= BEGUN_AT)
    )
    today = begun.one()
    return {
        "time_zone": zone.key,
        "open_sessions": opened.number,
        "power_w": opened.power_w,
        "sessions_today": today.number,
        "energy_today_wh": today.energy_wh,
    }
