from datetime import date

import pytest

from busbar.rating.calendar import Calendar
from busbar.rating.rules import find_mask, find_period, matches_calendar, matches_time, prepare
from busbar.rating.tariff import PeriodTable, Restrictions
from tests.unit.rating.making import MONDAY, make_tariff, price, under

HERE = Calendar()


@pytest.mark.parametrize(
    ("start", "end", "held"),
    [
        (None, None, [0, 359, 360, 1439]),
        ("06:00", None, [360, 1439]),
        (None, "06:00", [0, 359]),
        ("06:00", "00:00", [360, 1439]),
        ("22:00", "06:00", [0, 359, 1439]),
        ("06:00", "06:00", [0, 359, 360, 1439]),
        ("06:00", "06:01", [360]),
    ],
)
def test_times_of_day(start, end, held):
    assert [minute for minute in (0, 359, 360, 1439) if matches_time(start, end, minute)] == held


def holds(day, **asked):
    return matches_calendar(Restrictions(**asked), HERE, day, 0, None)


def test_dates_are_half_open():
    asked = {"start_date": date(2026, 3, 1), "end_date": date(2026, 3, 3)}
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)]
    assert [holds(day, **asked) for day in days] == [False, True, True, False]


@pytest.mark.parametrize(
    ("start", "end", "months"), [("06-01", "09-01", [6, 7, 8]), ("11-01", "03-01", [1, 2, 11, 12])]
)
def test_seasons_may_wrap_the_new_year(start, end, months):
    found = [month for month in range(1, 13) if holds(date(2026, month, 15), season_start=start, season_end=end)]
    assert found == months


def test_weekdays_and_day_types():
    assert [holds(date(2026, 3, day), weekdays=("saturday", "monday")) for day in (1, 2, 7)] == [False, True, True]
    assert [holds(date(2026, 3, day), day_types=("weekend",)) for day in (1, 2, 7)] == [True, False, True]


def test_the_first_table_whose_day_matches_holds():
    tables = (
        PeriodTable(slots="D" * 48, day_types=("holiday",)),
        PeriodTable(slots="V" * 16 + "P" * 32, season_start="06-01", season_end="09-01"),
        PeriodTable(slots="F" * 48),
    )
    china = Calendar(zone="Asia/Shanghai", country="CN")
    moments = [(date(2026, 10, 1), 0), (date(2026, 7, 1), 479), (date(2026, 7, 1), 480), (date(2026, 3, 2), 480)]
    assert [find_period(tables, china, *moment) for moment in moments] == ["deep_valley", "valley", "peak", "flat"]
    assert find_period((), china, date(2026, 3, 2), 0) is None


def test_a_plan_is_made_once_and_says_what_holds():
    def make():
        return make_tariff(under({"start_time": "09:00"}, price("energy", "2")), [price("energy", "1")])

    plan = prepare(make())
    assert plan is prepare(make())
    assert plan.minutes == (0, 540)
    nine_thirty = int(MONDAY.timestamp()) * 1_000_000
    assert [find_mask(plan, HERE, nine_thirty - minutes * 60_000_000) for minutes in (0, 31)] == [3, 2]


def test_a_tariff_without_times_asks_for_no_border():
    assert prepare(make_tariff([price("energy", "1")])).minutes == ()
