from datetime import UTC, date, datetime

import pytest

from busbar.rating.calendar import Calendar, CalendarError, count_us, find_jumps, find_zone, list_borders, to_instant

CHINA = Calendar(zone="Asia/Shanghai", country="CN")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 9, 28), "workday"),  # a Sunday worked for National Day
        (date(2025, 9, 27), "weekend"),
        (date(2025, 10, 1), "holiday"),
        (date(2025, 10, 8), "holiday"),  # off in exchange for 11 October
        (date(2025, 10, 11), "workday"),
        (date(2026, 2, 14), "workday"),
        (date(2026, 2, 17), "holiday"),
        (date(2026, 3, 2), "workday"),
    ],
)
def test_days_of_china(day, expected):
    assert CHINA.find_day_type(day) == expected


def test_days_without_a_country_and_declared_ones():
    declared = Calendar(holidays=frozenset({date(2026, 3, 2)}), workdays=frozenset({date(2026, 3, 1)}))
    assert Calendar().find_day_type(date(2026, 1, 1)) == "workday"
    assert [declared.find_day_type(date(2026, 3, day)) for day in (1, 2, 7)] == ["workday", "holiday", "weekend"]
    assert Calendar(country="IT").find_day_type(date(2026, 6, 2)) == "holiday"
    assert Calendar(country="DE", subdivision="BY").find_day_type(date(2026, 1, 6)) == "holiday"


@pytest.mark.parametrize(
    "look",
    [
        lambda: find_zone("Mars/Olympus"),
        lambda: find_zone("../etc"),
        lambda: Calendar(country="QQ").find_day_type(date(2026, 1, 1)),
        lambda: Calendar(country="DE", subdivision="QQ").find_day_type(date(2026, 1, 1)),
    ],
)
def test_what_is_unknown_is_refused(look):
    with pytest.raises(CalendarError):
        look()


def list_hours(zone, day, *minutes):
    return [to_instant(us).strftime("%d %H:%M") for us in list_borders(zone, day, minutes)]


def test_borders_of_a_day_of_23_and_one_of_25_hours():
    assert list_hours("Europe/Rome", date(2026, 5, 1), 0, 420) == ["30 22:00", "01 05:00"]
    # 02:30 does not exist: before and after, and the jump itself
    assert list_hours("Europe/Rome", date(2026, 3, 29), 0, 150) == ["28 23:00", "29 00:30", "29 01:00", "29 01:30"]
    # 02:30 comes twice
    assert list_hours("Europe/Rome", date(2026, 10, 25), 0, 150) == ["24 22:00", "25 00:30", "25 01:00", "25 01:30"]


def test_a_jump_of_half_an_hour_is_found():
    start = count_us(datetime(2026, 4, 4, 12, tzinfo=UTC))
    jumps = find_jumps(find_zone("Australia/Lord_Howe"), start, start + 86_400_000_000)
    assert [to_instant(us) for us in jumps] == [datetime(2026, 4, 4, 15, tzinfo=UTC)]
