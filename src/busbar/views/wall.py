"""What a screen on a wall shows: the whole of it in one answer, so that nothing on it contradicts the rest."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.stations import ConnectorStatus, Registration
from busbar.domain.billing.tables import session_prices
from busbar.domain.sessions.tables import sessions
from busbar.domain.stations.tables import connectors, fault_acknowledgements, sites, stations
from busbar.domain.tenants.sql import operators
from busbar.kernel.ids import SiteId
from busbar.views.faults import FAULT_SINCE, IS_UNSEEN
from busbar.views.missing import SiteMissingError
from busbar.views.power import PowerQuery, read_power
from busbar.views.rows import AnyRow
from busbar.views.running import AT_STATIONS, FLOWING_W, find_midnight, read_open
from busbar.views.scope import Scope
from busbar.views.sessions import BEGUN_AT, OPEN_STATES, before_clocks
from busbar.views.shapes.wall import (
    ErrorCount,
    Revenue,
    Savings,
    Severity,
    StatusCount,
    Wall,
    WallFault,
    WallSite,
)

SITES_MAX = 2_000
FAULTS_MAX = 12
ERRORS_MAX = 5
STEP_S = 300
AWAY_PATIENCE = timedelta(minutes=2)
_E6 = 1_000_000
_FAULTED = ConnectorStatus.FAULTED.value
_CRITICAL = frozenset({"GroundFailure", "HighTemperature", "OverCurrentFailure", "OverVoltage"})
_MINOR = frozenset(
    {
        "EVCommunicationError",
        "ReaderFailure",
        "WeakSignal",
        "LocalListConflict",
        "NoError",
        "UnderVoltage",
        "OtherError",
    }
)
_M_PER_KM = 1000
_WH_PER_KILO = 1000


class Factors(NamedTuple):
    """By which savings are reckoned; settings of the installation."""

    distance_mm_per_wh: int
    co2_g_per_km: int
    grid_co2_mg_per_wh: int
    fuel_ml_per_100km: int


def judge(error_code: str | None) -> Severity:
    """Return how bad an error is, by the words of OCPP 1.6; what has no such word stops the charge, and no more."""
    if error_code in _CRITICAL:
        return Severity.CRITICAL
    return Severity.MINOR if error_code in _MINOR else Severity.MAJOR


def reckon_savings(energy_wh: int, factors: Factors) -> Savings:
    """Return what was saved by driving on this energy; all whole numbers, rounded down."""
    distance_m = energy_wh * factors.distance_mm_per_wh // _WH_PER_KILO
    avoided_g = distance_m * factors.co2_g_per_km // _M_PER_KM
    caused_g = energy_wh * factors.grid_co2_mg_per_wh // _WH_PER_KILO
    return Savings(
        distance_m=distance_m,
        co2_g=avoided_g - caused_g,
        fuel_ml=distance_m * factors.fuel_ml_per_100km // (100 * _M_PER_KM),
        **factors._asdict(),
    )


async def read_wall(
    connection: AsyncConnection, scope: Scope, *, site_id: str | None, factors: Factors, now: datetime
) -> Wall:
    """Return a wall of the whole network, or of one site. Errors: `not_found.site`."""
    site = None if site_id is None else await _find_site(connection, scope, site_id)
    if site is not None:
        scope = Scope(operator_id=scope.operator_id, site_ids=(SiteId(site.site_id),))
    operator = (await connection.execute(select(operators).where(operators.c.operator_id == scope.operator_id))).one()
    zone = ZoneInfo(operator.zone if site is None else site.zone)
    midnight = find_midnight(now, zone)
    table = sessions.c
    covered = scope.covers(operator_id=table.operator_id, site_id=table.site_id)
    opened = await read_open(connection, scope)
    today = and_(covered, table.created_at >= before_clocks(midnight), midnight <= BEGUN_AT)
    begun = (
        await connection.execute(
            select(func.count().label("number"), func.coalesce(func.sum(table.energy_wh), 0).label("energy_wh"))
            .select_from(sessions)
            .where(today)
        )
    ).one()
    evses = await _count_evses(connection, scope)
    query = PowerQuery(since=midnight, until=max(now, midnight + timedelta(seconds=STEP_S)), step_s=STEP_S)
    return Wall(
        at=now,
        operator_name=operator.name,
        site_name=None if site is None else site.name,
        time_zone=zone.key,
        midnight=midnight,
        power_w=opened.power_w,
        open_sessions=opened.number,
        sessions_today=begun.number,
        energy_today_wh=begun.energy_wh,
        evses=evses,
        busy_permille=min(1000, opened.number * 1000 // evses) if evses else 0,
        revenue=await _read_revenue(connection, scope, midnight),
        savings=reckon_savings(begun.energy_wh, factors),
        sites=await _read_sites(connection, scope),
        statuses=await _read_statuses(connection, scope),
        errors=await _read_errors(connection, scope),
        faults=await _read_faults(connection, scope, now=now),
        power=(await read_power(connection, scope, query)).points,
    )


async def _find_site(connection: AsyncConnection, scope: Scope, site_id: str) -> AnyRow:
    table = sites.c
    covered = scope.covers(operator_id=table.operator_id, site_id=table.site_id)
    row = (await connection.execute(select(sites).where(covered, table.site_id == site_id))).first()
    if row is None:
        raise SiteMissingError("there is no such site", site_id=site_id)
    return row


def _accepted(scope: Scope) -> ColumnElement[bool]:
    table = stations.c
    covered = scope.covers(operator_id=table.operator_id, site_id=table.site_id)
    return and_(covered, table.registration == Registration.ACCEPTED.value)


async def _count_evses(connection: AsyncConnection, scope: Scope) -> int:
    pairs = (
        select(connectors.c.station_id, connectors.c.evse_id)
        .join(stations, stations.c.station_id == connectors.c.station_id)
        .where(_accepted(scope))
        .distinct()
        .subquery()
    )
    return (await connection.execute(select(func.count()).select_from(pairs))).scalar_one()


async def _read_revenue(connection: AsyncConnection, scope: Scope, midnight: datetime) -> list[Revenue]:
    table = session_prices.c
    statement = (
        select(table.currency, func.sum(table.gross).label("gross"))
        .where(scope.covers(operator_id=table.operator_id, site_id=table.site_id), table.started_at >= midnight)
        .group_by(table.currency)
        .order_by(func.sum(table.gross).desc())
    )
    rows = (await connection.execute(statement)).all()
    return [Revenue(currency=row.currency, gross_minor=int(row.gross)) for row in rows]


async def _read_sites(connection: AsyncConnection, scope: Scope) -> list[WallSite]:
    table = stations.c
    counted = (
        select(
            table.site_id,
            func.count().label("stations"),
            func.sum(case((table.is_online.is_(True), 1), else_=0)).label("online"),
            func.sum(case((table.status == _FAULTED, 1), else_=0)).label("faulted"),
        )
        .where(_accepted(scope), table.site_id.is_not(None))
        .group_by(table.site_id)
    )
    counts = {row.site_id: row for row in (await connection.execute(counted)).all()}
    running = (
        select(
            sessions.c.site_id,
            func.count().label("charging"),
            func.coalesce(func.sum(FLOWING_W), 0).label("w"),
        )
        .select_from(AT_STATIONS)
        .where(
            scope.covers(operator_id=sessions.c.operator_id, site_id=sessions.c.site_id),
            sessions.c.state.in_(OPEN_STATES),
        )
        .group_by(sessions.c.site_id)
    )
    flows = {row.site_id: row for row in (await connection.execute(running)).all()}
    named = select(sites).where(scope.covers(operator_id=sites.c.operator_id, site_id=sites.c.site_id))
    rows = (await connection.execute(named.order_by(sites.c.name).limit(SITES_MAX))).all()
    return [_shape_site(row, counts.get(row.site_id), flows.get(row.site_id)) for row in rows]


def _shape_site(row: AnyRow, count: AnyRow | None, flow: AnyRow | None) -> WallSite:
    return WallSite(
        site_id=row.site_id,
        name=row.name,
        latitude=row.latitude_e6 / _E6,
        longitude=row.longitude_e6 / _E6,
        stations=count.stations if count else 0,
        online=count.online if count else 0,
        faulted=count.faulted if count else 0,
        charging=flow.charging if flow else 0,
        power_w=flow.w if flow else 0,
    )


async def _read_statuses(connection: AsyncConnection, scope: Scope) -> list[StatusCount]:
    """Count connectors by state; those of a station that is away are nobody's to know."""
    status = case((stations.c.is_online.is_(True), connectors.c.status), else_=ConnectorStatus.UNKNOWN.value).label(
        "shown"
    )
    statement = (
        select(status, func.count().label("number"))
        .select_from(connectors.join(stations, stations.c.station_id == connectors.c.station_id))
        .where(_accepted(scope))
        .group_by(status)
    )
    rows = (await connection.execute(statement)).all()
    return [StatusCount(status=ConnectorStatus(row.shown), count=row.number) for row in rows]


async def _read_errors(connection: AsyncConnection, scope: Scope) -> list[ErrorCount]:
    error = func.coalesce(connectors.c.vendor_error_code, connectors.c.error_code, "").label("error")
    statement = (
        select(error, func.count().label("number"))
        .select_from(connectors.join(stations, stations.c.station_id == connectors.c.station_id))
        .where(_accepted(scope), connectors.c.status == _FAULTED)
        .group_by(error)
        .order_by(func.count().desc(), error)
        .limit(ERRORS_MAX)
    )
    rows = (await connection.execute(statement)).all()
    return [ErrorCount(error=row.error, count=row.number) for row in rows]


def _rank_error() -> ColumnElement[int]:
    """Return how bad a connector's error is as `judge` has it, 0 being the worst."""
    code = connectors.c.error_code
    return case((code.in_(sorted(_CRITICAL)), 0), (code.in_(sorted(_MINOR)), 2), else_=1)


async def _read_faults(connection: AsyncConnection, scope: Scope, *, now: datetime) -> list[WallFault]:
    """Return faults, what nobody has seen first, of that the worst, then the newest; then stations that are away.

    A station that loses its connection takes a fault that nobody has seen with it into the dark: it stays.
    """
    table, seen = stations.c, fault_acknowledgements.c
    joined = stations.outerjoin(sites, sites.c.site_id == table.site_id)
    faulted = (
        select(
            table.station_id, table.name, sites.c.name.label("site_name"),
            connectors.c.error_code, connectors.c.vendor_error_code, connectors.c.info, FAULT_SINCE.label("since"),
            IS_UNSEEN.label("is_unseen"),
        )
        .select_from(
            joined.join(connectors, connectors.c.station_id == table.station_id).outerjoin(
                fault_acknowledgements, seen.station_id == table.station_id
            )
        )
        .where(_accepted(scope), connectors.c.status == _FAULTED, or_(table.is_online.is_(True), IS_UNSEEN))
        .order_by(case((IS_UNSEEN, 0), else_=1), _rank_error(), FAULT_SINCE.desc(), table.station_id)
        .limit(FAULTS_MAX)
    )  # fmt: skip
    left_at = func.coalesce(table.disconnected_at, table.last_seen_at).label("left_at")
    away = (
        select(table.station_id, table.name, sites.c.name.label("site_name"), left_at)
        .select_from(joined)
        .where(_accepted(scope), table.is_online.is_(False), left_at < now - AWAY_PATIENCE)
        .order_by(left_at.desc(), table.station_id)
        .limit(FAULTS_MAX)
    )
    found = _shape_faults((await connection.execute(faulted)).all())
    return found + [
        WallFault(
            station_id=row.station_id,
            station_name=row.name or row.station_id,
            site_name=row.site_name,
            since=row.left_at,
            severity=None,
            words="",
            is_acknowledged=True,
        )
        for row in (await connection.execute(away)).all()
    ]


def _shape_faults(rows: Sequence[AnyRow]) -> list[WallFault]:
    return [
        WallFault(
            station_id=row.station_id,
            station_name=row.name or row.station_id,
            site_name=row.site_name,
            since=row.since,
            severity=judge(row.error_code),
            words=row.info or row.vendor_error_code or row.error_code or "",
            is_acknowledged=not row.is_unseen,
        )
        for row in rows
    ]
