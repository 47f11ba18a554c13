"""Revenue, energy, sessions, cost and margin by site, station, connector, day, month, tariff or customer group."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field
from sqlalchemy import BigInteger, ColumnElement, cast, func, literal_column, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.reporting import GroupBy
from busbar.domain.billing.tables import session_costs, session_prices
from busbar.domain.stations.tables import sites, stations
from busbar.kernel.errors import LimitExceededError
from busbar.rating.totals import to_major, to_minor
from busbar.views.paging import Question
from busbar.views.paper.reporting import Subject
from busbar.views.paper.sheets import Cell
from busbar.views.rows import AnyRow, AnySelect
from busbar.views.scope import Scope
from busbar.views.search import within
from busbar.views.shapes.documents import MoneyTotals
from busbar.views.shapes.reports import Report, ReportRow

GROUPS_MAX = 200_000
"""Sums that the database hands over; by day or month one for each quarter of an hour and zone."""
QUARTER_S = 900
"""Every time zone's days begin at a quarter of an hour."""
WH_IN_KILO = 1000
NANO_DIGITS = 9
"""Costs of sessions are kept in thousand-millionths of a major unit."""
HEAD = ("key", "name", "currency", "sessions", "energy_kWh", "net", "tax", "gross", "electricity_cost", "margin")
Key = Annotated[str, Field(min_length=1, max_length=64)]


class ReportTooLargeError(LimitExceededError):
    """The period holds more groups than one report shows."""

    code = "limit_exceeded.report"


class ReportQuery(Question):
    """Which sessions are counted, by when they began, and how."""

    group_by: GroupBy = GroupBy.SITE
    since: AwareDatetime
    until: AwareDatetime
    site_id: Key | None = None
    station_id: Key | None = None
    evse_id: Annotated[int, Field(ge=1, le=1000)] | None = None
    """Of the station that is named."""
    tariff_id: Key | None = None
    customer_group: Annotated[str, Field(min_length=1, max_length=255)] | None = None
    """The group of the tokens that charged."""
    driver_id: Key | None = None
    electricity_price: Annotated[Decimal, Field(ge=0, le=1000, decimal_places=6)] | None = None
    """What a kWh costs the operator, in major units; left out: what the purchase tariffs say. Gives cost and margin."""


class Count(NamedTuple):
    """What is summed of a group."""

    sessions: int = 0
    energy_wh: int = 0
    net: int = 0
    tax: int = 0
    gross: int = 0
    cost_nano: int = 0
    costed_wh: int = 0

    def add(self, row: AnyRow) -> "Count":
        """Return the count with the sums of a row more."""
        return Count(
            self.sessions + int(row.sessions),
            self.energy_wh + int(row.energy_wh),
            self.net + int(row.net),
            self.tax + int(row.tax),
            self.gross + int(row.gross),
            self.cost_nano + int(row.cost_nano),
            self.costed_wh + int(row.costed_wh),
        )


async def make_report(connection: AsyncConnection, scope: Scope, query: ReportQuery) -> Report:
    """Sum the priced sessions of a period, in the database. Errors: `limit_exceeded.report`."""
    counts: dict[tuple[str, str], Count] = defaultdict(Count)
    names: dict[str, str] = {}
    sums: dict[str, Count] = defaultdict(Count)
    statement = _sum_up(connection, scope, query).limit(GROUPS_MAX + 1)
    rows = (await connection.execute(statement)).all()
    if len(rows) > GROUPS_MAX:
        raise ReportTooLargeError("choose a shorter period", groups_max=GROUPS_MAX)
    for row in rows:
        key, name = name_group(row, query.group_by)
        names[key] = name
        counts[key, row.currency] = counts[key, row.currency].add(row)
        sums[row.currency] = sums[row.currency].add(row)
    is_by_time = query.group_by in {GroupBy.DAY, GroupBy.MONTH}
    order = sorted(counts, key=lambda group: group if is_by_time else (names[group[0]].lower(), *group))
    return Report(
        rows=[shape_row(group[0], names[group[0]], group[1], counts[group], query) for group in order],
        sums=[shape_row("", "", currency, sums[currency], query) for currency in sorted(sums)],
    )


def _sum_up(connection: AsyncConnection, scope: Scope, query: ReportQuery) -> AnySelect:
    """Return the statement that sums by group; by time it sums quarters of an hour, which days are put together of."""
    table = session_prices.c
    groups = {
        GroupBy.SITE: (table.site_id, sites.c.name.label("site_name")),
        GroupBy.STATION: (table.station_id, stations.c.name.label("station_name")),
        GroupBy.CONNECTOR: (
            table.station_id, stations.c.name.label("station_name"), table.evse_id, table.connector_id
        ),
        GroupBy.TARIFF: (table.tariff_id, table.tariff_name),
        GroupBy.CUSTOMER_GROUP: (table.token_group,),
    }.get(query.group_by, (table.zone, _count_quarters(connection).label("quarter")))  # fmt: skip
    joined = session_prices.outerjoin(sites, table.site_id == sites.c.site_id).outerjoin(
        stations, table.station_id == stations.c.station_id
    )
    cost = session_costs.c
    is_its = (cost.session_id == table.session_id) & ~cost.is_due & (cost.currency == table.currency)
    joined = joined.outerjoin(session_costs, is_its)
    statement = (
        select(
            *groups,
            table.currency,
            func.count().label("sessions"),
            *(func.sum(column).label(column.name) for column in (table.energy_wh, table.net, table.tax, table.gross)),
            *(func.coalesce(func.sum(column), 0).label(column.name) for column in (cost.cost_nano, cost.costed_wh)),
        )
        .select_from(joined)
        .where(
            scope.covers(operator_id=table.operator_id, site_id=table.site_id),
            table.revision > 0,
            *within(table.started_at, query.since, query.until),
        )
        .group_by(*(getattr(column, "element", column) for column in groups), table.currency)
    )
    for column, wanted in (
        (table.site_id, query.site_id),
        (table.station_id, query.station_id),
        (table.evse_id, query.evse_id),
        (table.tariff_id, query.tariff_id),
        (table.token_group, query.customer_group),
        (table.driver_id, query.driver_id),
    ):
        if wanted is not None:
            statement = statement.where(column == wanted)
    return statement


def _count_quarters(connection: AsyncConnection) -> ColumnElement[int]:
    """Return the number of whole quarters of an hour from 1970 to the begin of a session."""
    started_at = session_prices.c.started_at
    if connection.dialect.name == "sqlite":
        return type_coerce(started_at, BigInteger) // literal_column(str(QUARTER_S * 1_000_000), BigInteger)
    return cast(func.floor(func.extract("epoch", started_at) / literal_column(str(QUARTER_S))), BigInteger)


def name_group(row: AnyRow, group_by: GroupBy) -> tuple[str, str]:
    """Return key and name of the group that a row belongs to; days and months are the site's."""
    if group_by in {GroupBy.DAY, GroupBy.MONTH}:
        started_at = datetime.fromtimestamp(int(row.quarter) * QUARTER_S, ZoneInfo(row.zone))
        day = started_at.date().isoformat()
        return (day, day) if group_by is GroupBy.DAY else (day[:7], day[:7])
    if group_by is GroupBy.CONNECTOR:
        place = f"{row.evse_id or '?'}" + (f"-{row.connector_id}" if row.connector_id else "")
        return f"{row.station_id}/{place}", f"{row.station_name or row.station_id} · {place}"
    if group_by is GroupBy.CUSTOMER_GROUP:
        return row.token_group or "", row.token_group or ""
    if group_by is GroupBy.SITE:
        key, name = row.site_id, row.site_name
    elif group_by is GroupBy.STATION:
        key, name = row.station_id, row.station_name
    else:
        key, name = row.tariff_id, row.tariff_name
    return key or "", name or key or ""


def shape_row(key: str, name: str, currency: str, count: Count, query: ReportQuery) -> ReportRow:
    """Shape a row, with cost and margin where the electricity's price is given."""
    cost, costed_wh = None, count.costed_wh
    if query.electricity_price is not None:
        cost, costed_wh = to_minor(query.electricity_price * count.energy_wh / WH_IN_KILO, currency), count.energy_wh
    elif costed_wh:
        cost = to_minor(Decimal(count.cost_nano).scaleb(-NANO_DIGITS), currency)
    return ReportRow(
        key=key,
        name=name,
        currency=currency,
        sessions=count.sessions,
        energy_wh=count.energy_wh,
        totals=MoneyTotals(net=count.net, tax=count.tax, gross=count.gross),
        electricity_cost=cost,
        costed_wh=costed_wh,
        margin=None if cost is None else count.net - cost,
    )


def name_subject(query: ReportQuery, report: Report) -> Subject:
    """Say what a report is about, for its paper."""
    has_cost = any(row.electricity_cost is not None for row in report.sums)
    return Subject(group_by=query.group_by, since=query.since, until=query.until, has_cost=has_cost)


def list_cells(report: Report) -> list[list[Cell]]:
    """List a report as the rows of a table, amounts in major units."""
    return [
        [
            row.key,
            row.name,
            row.currency,
            row.sessions,
            Decimal(row.energy_wh).scaleb(-3),
            *(
                None if amount is None else to_major(amount, row.currency)
                for amount in (row.totals.net, row.totals.tax, row.totals.gross, row.electricity_cost, row.margin)
            ),
        ]
        for row in report.rows
    ]
