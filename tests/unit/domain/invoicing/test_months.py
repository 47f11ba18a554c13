from datetime import UTC, datetime, timedelta

import pytest

from busbar.domain.invoicing.months import find_bounds, list_due, name_month, name_month_before, name_statement
from busbar.kernel.ids import OperatorId

ROME = "Europe/Rome"


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "month", "before"),
    [
        ("2026-10-31T22:59:59", "2026-10", "2026-09"),
        ("2026-10-31T23:00:00", "2026-11", "2026-10"),
        ("2026-12-31T23:00:00", "2027-01", "2026-12"),
        ("2026-03-31T21:59:59", "2026-03", "2026-02"),
    ],
)
def test_a_month_begins_at_the_operators_midnight(instant, month, before):
    assert (name_month(at(instant), zone=ROME), name_month_before(at(instant), zone=ROME)) == (month, before)


def test_a_month_in_which_clocks_change_is_an_hour_more_or_less():
    for month, hours in (("2026-03", 31 * 24 - 1), ("2026-10", 31 * 24 + 1), ("2026-02", 28 * 24)):
        begin, end = find_bounds(month, zone=ROME)
        assert end - begin == timedelta(hours=hours)
    assert find_bounds("2026-12", zone=ROME) == (at("2026-11-30T23:00"), at("2026-12-31T23:00"))


@pytest.mark.parametrize(
    ("first", "last", "over", "due"),
    [
        ("2026-11", "", "2026-10", []),
        ("2026-11", "", "2026-11", ["2026-11"]),
        ("2026-11", "2026-11", "2026-11", []),
        ("2026-11", "2026-11", "2027-01", ["2026-12", "2027-01"]),
        ("2026-11", "", "2027-01", ["2026-11", "2026-12", "2027-01"]),
    ],
)
def test_each_month_is_due_once(first, last, over, due):
    assert list_due(first, last, over=over) == due


def test_a_statement_is_named_by_what_it_is_over():
    names = {
        name_statement(OperatorId("o"), party, month, session)
        for party in ("company:1", "driver:1")
        for month in ("2026-10", "2026-11")
        for session in ("s1", "s2")
    }
    assert len(names) == 8
    assert name_statement(OperatorId("o"), "driver:1", "2026-10", "s1") in names
