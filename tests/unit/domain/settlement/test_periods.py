from datetime import UTC, date, datetime

import pytest

from busbar.canon.settlement import Agreement, PeriodKind, Settlement, SettlementState, Shares
from busbar.domain.settlement import periods


@pytest.mark.parametrize(
    ("kind", "day", "period"),
    [
        (PeriodKind.MONTH, date(2026, 2, 28), (date(2026, 2, 1), date(2026, 3, 1))),
        (PeriodKind.MONTH, date(2026, 12, 1), (date(2026, 12, 1), date(2027, 1, 1))),
        (PeriodKind.WEEK, date(2026, 3, 1), (date(2026, 2, 23), date(2026, 3, 2))),
        (PeriodKind.WEEK, date(2026, 2, 23), (date(2026, 2, 23), date(2026, 3, 2))),
    ],
)
def test_a_period_is_that_of_the_day(kind, day, period):
    assert periods.find_period(kind, day) == period


def test_days_begin_where_the_operator_is():
    assert periods.begin_day(date(2026, 3, 29), "Europe/Rome") == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert periods.begin_day(date(2026, 3, 30), "Europe/Rome") == datetime(2026, 3, 29, 22, tzinfo=UTC)


def settle(since, until):
    return Settlement(
        settlement_id="s", operator_id="one", payee_id="a", reference="2026-02", currency="EUR", since=since,
        until=until, period=PeriodKind.MONTH, state=SettlementState.APPROVED, lines=(), amount=0, tax=0, carried=0,
        payable=0, made_at=until, made_by="staff:x",
    )  # fmt: skip


FEBRUARY_BY_UTC = settle(datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    "zone", ["Europe/Rome", "America/New_York", "Asia/Shanghai", "Asia/Magadan", "Pacific/Pago_Pago", "UTC"]
)
def test_a_period_meets_what_was_settled_by_other_clocks(zone):
    march = periods.span_days(date(2026, 3, 1), date(2026, 4, 1), zone)
    met = periods.meet(march, [FEBRUARY_BY_UTC])
    assert (met.since, met.until) == (FEBRUARY_BY_UTC.until, periods.begin_day(date(2026, 4, 1), zone))
    assert met.begin(date(2026, 3, 1), zone) == met.since
    assert met.begin(date(2026, 3, 9), zone) == periods.begin_day(date(2026, 3, 9), zone)
    february = periods.meet(periods.span_days(date(2026, 2, 1), date(2026, 3, 1), zone), [FEBRUARY_BY_UTC])
    assert february == periods.span_settled(FEBRUARY_BY_UTC, zone)


def test_periods_of_another_kind_are_not_met():
    week = settle(datetime(2026, 3, 23, tzinfo=UTC), datetime(2026, 3, 30, tzinfo=UTC))
    march = periods.span_days(date(2026, 3, 1), date(2026, 4, 1), "UTC")
    assert periods.meet(march, [week]) == march


def cut(payee_id, *, since=date(2026, 1, 1), until=None):
    return Agreement(
        agreement_id=payee_id, operator_id="one", payee_id=payee_id, site_id=None, currency="EUR", shares=Shares(),
        valid_from=since, valid_until=until, created_at=datetime(2026, 3, 1, tzinfo=UTC), created_by="staff:x",
    )  # fmt: skip


def test_a_period_is_cut_where_agreements_change():
    agreements = [cut("a", since=date(2026, 2, 10)), cut("a", until=date(2026, 2, 20)), cut("a")]
    stretches = periods.list_stretches(date(2026, 2, 1), date(2026, 3, 1), agreements)
    assert [start.day for start, _ in stretches] == [1, 10, 20]
