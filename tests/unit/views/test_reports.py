from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest

from busbar.views.reports import Count, GroupBy, ReportQuery, list_cells, name_group, shape_row
from busbar.views.shapes.reports import Report

SESSION = SimpleNamespace(
    site_id="site-1", site_name="North", station_id="CP-1", station_name=None, zone="Asia/Shanghai",
    quarter=int(datetime(2026, 3, 31, 17, tzinfo=UTC).timestamp()) // 900, tariff_id="t", tariff_name="Day",
    token_group=None, currency="CNY", sessions=1, energy_wh=12_345, net=1000, tax=60, gross=1060, evse_id=2,
    connector_id=1, cost_nano=0, costed_wh=0,
)  # fmt: skip


@pytest.mark.parametrize(
    ("group_by", "named"),
    [
        ("site", ("site-1", "North")), ("station", ("CP-1", "CP-1")),
        ("connector", ("CP-1/2-1", "CP-1 · 2-1")), ("day", ("2026-04-01", "2026-04-01")),
        ("month", ("2026-04", "2026-04")), ("tariff", ("t", "Day")), ("customer_group", ("", "")),
    ],
)  # fmt: skip
def test_the_group_of_a_session(group_by, named):
    assert name_group(SESSION, GroupBy(group_by)) == named


def ask(**more):
    return ReportQuery(since=datetime(2026, 3, 1, tzinfo=UTC), until=datetime(2026, 4, 1, tzinfo=UTC), **more)


def test_cost_and_margin_need_the_price_of_electricity():
    count = Count().add(SESSION).add(SESSION)
    row = shape_row("k", "n", "CNY", count, ask(electricity_price="0.6"))
    assert (row.sessions, row.energy_wh, row.totals.net, row.electricity_cost, row.margin) == (
        2,
        24_690,
        2000,
        1481,
        519,
    )
    bare = shape_row("k", "n", "CNY", count, ask())
    assert (bare.electricity_cost, bare.margin, bare.costed_wh) == (None, None, 0)
    bought = shape_row("k", "n", "CNY", count._replace(cost_nano=7_405_000_000, costed_wh=12_345), ask())
    assert (bought.electricity_cost, bought.margin, bought.costed_wh) == (741, 1259, 12_345), "rounded once, half up"


def test_a_table_is_in_major_units():
    row = shape_row("k", "n", "CNY", Count().add(SESSION), ask())
    assert list_cells(Report(rows=[row], sums=[])) == [
        ["k", "n", "CNY", 1, Decimal("12.345"), Decimal("10.00"), Decimal("0.60"), Decimal("10.60"), None, None]
    ]
