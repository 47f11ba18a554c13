from datetime import UTC, date, datetime

import msgspec
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


FEBRUARY_BY_UTC = msgspec.structs.replace(
    settle(datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)),
    first_day=date(2026, 2, 1),
    end_day=date(2026, 3, 1),
)


@pytest.mark.parametrize(
    "zone",
    [
        "Europe/Rome", "America/New_York", "Asia/Shanghai", "Asia/Magadan", "Pacific/Pago_Pago", "Pacific/Auckland",
        "Pacific/Kiritimati", "UTC",
    ],
)  # fmt: skip
def test_a_period_meets_what_was_settled_by_other_clocks(zone):
    march = periods.span_days(date(2026, 3, 1), date(2026, 4, 1), zone)
    met = periods.meet(march, [FEBRUARY_BY_UTC], kind=PeriodKind.MONTH)
    assert (met.since, met.until) == (FEBRUARY_BY_UTC.until, periods.begin_day(date(2026, 4, 1), zone))
    assert met.begin(date(2026, 3, 1), zone) == met.since
    assert met.begin(date(2026, 3, 9), zone) == periods.begin_day(date(2026, 3, 9), zone)
    nominal = periods.span_days(date(2026, 2, 1), date(2026, 3, 1), zone)
    february = periods.meet(nominal, [FEBRUARY_BY_UTC], kind=PeriodKind.MONTH)
    assert february == periods.span_settled(FEBRUARY_BY_UTC, zone)


def test_periods_of_another_kind_are_not_met():
    week = msgspec.structs.replace(
        settle(datetime(2026, 3, 23, tzinfo=UTC), datetime(2026, 3, 31, 11, tzinfo=UTC)), period=PeriodKind.WEEK
    )
    march = periods.span_days(date(2026, 3, 1), date(2026, 4, 1), "UTC")
    assert periods.meet(march, [week], kind=PeriodKind.MONTH) == march


@pytest.mark.parametrize("zone", ["Europe/Rome", "America/New_York", "Asia/Magadan", "Pacific/Pago_Pago"])
def test_days_whose_names_were_not_kept_are_those_of_the_nearest_midnights(zone):
    old = msgspec.structs.replace(FEBRUARY_BY_UTC, first_day=None, end_day=None)
    assert periods.span_settled(old, zone) == periods.span_settled(FEBRUARY_BY_UTC, zone)


def test_clocks_may_differ_by_a_day_and_two_hours():
    by = {zone: periods.span_days(date(2026, 2, 1), date(2026, 3, 1), zone) for zone in ("Etc/GMT+12", "Etc/GMT-14")}
    for span in by.values():
        for other in by.values():
            assert periods.meet(span, [settle(other.since, other.until)], kind=PeriodKind.MONTH) == other


def test_days_keep_the_names_that_they_had_when_they_were_settled():
    by_rome = periods.span_days(date(2026, 2, 1), date(2026, 3, 1), "Europe/Rome")
    old = settle(by_rome.since, by_rome.until)
    kept = msgspec.structs.replace(old, first_day=by_rome.first, end_day=by_rome.end)
    for zone in ("Europe/Rome", "Pacific/Kiritimati", "Pacific/Pago_Pago"):
        assert periods.span_settled(kept, zone) == by_rome
        assert (by_rome.name(by_rome.since, zone), by_rome.name(by_rome.until, zone)) == (by_rome.first, by_rome.end)
    assert by_rome.name(periods.begin_day(date(2026, 2, 9), "Europe/Rome"), "Europe/Rome") == date(2026, 2, 9)


def cut(payee_id, *, since=date(2026, 1, 1), until=None):
    return Agreement(
        agreement_id=payee_id, operator_id="one", payee_id=payee_id, site_id=None, currency="EUR", shares=Shares(),
        valid_from=since, valid_until=until, created_at=datetime(2026, 3, 1, tzinfo=UTC), created_by="staff:x",
    )  # fmt: skip


def test_a_period_is_cut_where_agreements_change():
    agreements = [cut("a", since=date(2026, 2, 10)), cut("a", until=date(2026, 2, 20)), cut("a")]
    stretches = periods.list_stretches(date(2026, 2, 1), date(2026, 3, 1), agreements)
    assert [start.day for start, _ in stretches] == [1, 10, 20]
