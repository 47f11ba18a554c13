"""Revenue, energy, sessions, the electricity's cost and the margin, by site, station, day, month, tariff or group."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.domain.billing.tables import session_prices
from busbar.domain.stations.tables import sites, stations
from busbar.kernel.errors import LimitExceededError
from busbar.rating.totals import to_major, to_minor
from busbar.views.paging import Question
from busbar.views.paper.sheets import Cell
from busbar.views.rows import AnyRow
from busbar.views.scope import Scope
from busbar.views.search import within
from busbar.views.shapes.documents import MoneyTotals
from busbar.views.shapes.reports import Report, ReportRow

SESSIONS_MAX = 500_000
WH_IN_KILO = 1000
HEAD = ("key", "name", "currency", "sessions", "energy_kWh", "net", "tax", "gross", "electricity_cost", "margin")


class ReportTooLargeError(LimitExceededError):
    """The period holds more sessions than one report counts."""

    code = "limit_exceeded.report"


class GroupBy(StrEnum):
    """What a row stands for."""

    SITE = "site"
    STATION = "station"
    DAY = "day"
    MONTH = "month"
    TARIFF = "tariff"
    CUSTOMER_GROUP = "customer_group"


class ReportQuery(Question):
    """Which sessions are counted, by when they began, and how."""

    group_by: GroupBy = GroupBy.SITE
    since: AwareDatetime
    until: AwareDatetime
    site_id: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    station_id: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    electricity_price: Annotated[Decimal, Field(ge=0, le=1000, decimal_places=6)] | None = None
    """What a kWh costs the operator, in major units: gives cost and margin."""


class Count(NamedTuple):
    """What is summed of a group."""

    sessions: int = 0
    energy_wh: int = 0
    net: int = 0
    tax: int = 0
    gross: int = 0

    def add(self, row: AnyRow) -> "Count":
        """Return the count with a session more."""
        return Count(
            self.sessions + 1,
            self.energy_wh + row.energy_wh,
            self.net + row.net,
            self.tax + row.tax,
            self.gross + row.gross,
        )


async def make_report(connection: AsyncConnection, scope: Scope, query: ReportQuery) -> Report:
    """Sum the priced sessions of a period. Errors: `limit_exceeded.report`."""
    table = session_prices.c
    columns = (
        table.site_id, table.station_id, table.zone, table.started_at, table.tariff_id, table.tariff_name,
        table.token_group, table.currency, table.energy_wh, table.net, table.tax, table.gross,
        sites.c.name.label("site_name"), stations.c.name.label("station_name"),
    )  # fmt: skip
    joined = session_prices.outerjoin(sites, table.site_id == sites.c.site_id).outerjoin(
        stations, table.station_id == stations.c.station_id
    )
    statement = (
        select(*columns)
        .select_from(joined)
        .where(
            scope.covers(operator_id=table.operator_id, site_id=table.site_id),
            table.revision > 0,
            *within(table.started_at, query.since, query.until),
        )
        .limit(SESSIONS_MAX + 1)
    )
    if query.site_id is not None:
        statement = statement.where(table.site_id == query.site_id)
    if query.station_id is not None:
        statement = statement.where(table.station_id == query.station_id)
    counts: dict[tuple[str, str], Count] = defaultdict(Count)
    names: dict[str, str] = {}
    sums: dict[str, Count] = defaultdict(Count)
    rows = (await connection.execute(statement)).all()
    if len(rows) > SESSIONS_MAX:
        raise ReportTooLargeError("choose a shorter period", sessions_max=SESSIONS_MAX)
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


def name_group(row: AnyRow, group_by: GroupBy) -> tuple[str, str]:
    """Return key and name of the group that a session belongs to; days and months are the site's."""
    if group_by in {GroupBy.DAY, GroupBy.MONTH}:
        started_at: datetime = row.started_at
        day = started_at.astimezone(ZoneInfo(row.zone)).date().isoformat()
        return (day, day) if group_by is GroupBy.DAY else (day[:7], day[:7])
    pairs = {
        GroupBy.SITE: (row.site_id, row.site_name),
        GroupBy.STATION: (row.station_id, row.station_name),
        GroupBy.TARIFF: (row.tariff_id, row.tariff_name),
        GroupBy.CUSTOMER_GROUP: (row.token_group, row.token_group),
    }
    key, name = pairs[group_by]
    return key or "", name or key or ""


def shape_row(key: str, name: str, currency: str, count: Count, query: ReportQuery) -> ReportRow:
    """Shape a row, with cost and margin where the electricity's price is given."""
    cost = None
    if query.electricity_price is not None:
        cost = to_minor(query.electricity_price * count.energy_wh / WH_IN_KILO, currency)
    return ReportRow(
        key=key,
        name=name,
        currency=currency,
        sessions=count.sessions,
        energy_wh=count.energy_wh,
        totals=MoneyTotals(net=count.net, tax=count.tax, gross=count.gross),
        electricity_cost=cost,
        margin=None if cost is None else count.net - cost,
    )


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
