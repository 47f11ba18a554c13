from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from busbar.canon.hours import ExceptionalPeriod, OpeningTimes, WeeklyPeriod
from busbar.domain.stations.hours import check_opening, find_change, is_open
from busbar.domain.stations.model import InvalidSiteError

ROME = ZoneInfo("Europe/Rome")


def at(text, zone=ROME, fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


def on(weekday, begins, ends):
    return WeeklyPeriod(weekday=weekday, begins_min=begins * 60, ends_min=ends * 60)


def week(*regular, openings=(), closings=()):
    return OpeningTimes(is_always=False, regular=regular, openings=openings, closings=closings)


def period(begins, ends):
    return ExceptionalPeriod(begins_at=at(begins), ends_at=at(ends))


SHOP = week(*(on(day, 8, 20) for day in range(1, 7)))


@pytest.mark.parametrize(
    ("instant", "expected", "change"),
    [
        ("2026-11-30T07:59", False, "2026-11-30T08:00"),  # a Monday
        ("2026-11-30T08:00", True, "2026-11-30T20:00"),
        ("2026-11-30T19:59", True, "2026-11-30T20:00"),
        ("2026-11-30T20:00", False, "2026-12-01T08:00"),
        ("2026-11-28T21:00", False, "2026-11-30T08:00"),  # over the Sunday
    ],
)
def test_the_week_counts_by_the_clock_there(instant, expected, change):
    assert is_open(SHOP, ROME, at(instant)) is expected
    assert find_change(SHOP, ROME, at(instant)) == at(change)


def test_a_night_is_two_periods_without_an_edge_between():
    bar = week(on(5, 18, 24), on(6, 0, 3))
    assert is_open(bar, ROME, at("2026-12-04T23:59"))
    assert is_open(bar, ROME, at("2026-12-05T00:00"))
    assert find_change(bar, ROME, at("2026-12-04T19:00")) == at("2026-12-05T03:00")


def test_day_and_night_has_no_change():
    assert is_open(OpeningTimes(), ROME, at("2026-01-01T03:00"))
    assert find_change(OpeningTimes(), ROME, at("2026-01-01T03:00")) is None


def test_nothing_entered_is_never_open():
    assert not is_open(week(), ROME, at("2026-01-01T03:00"))
    assert find_change(week(), ROME, at("2026-01-01T03:00")) is None


def test_closings_win_over_openings_and_both_over_the_week():
    christmas = period("2026-12-24T12:00", "2026-12-27T00:00")
    sunday = period("2026-12-20T09:00", "2026-12-20T18:00")
    shop = week(*SHOP.regular, openings=(sunday, christmas), closings=(christmas,))
    assert is_open(shop, ROME, at("2026-12-20T10:00"))
    assert find_change(shop, ROME, at("2026-12-20T10:00")) == at("2026-12-20T18:00")
    assert not is_open(shop, ROME, at("2026-12-25T10:00"))
    assert find_change(shop, ROME, at("2026-12-24T10:00")) == at("2026-12-24T12:00")
    assert find_change(shop, ROME, at("2026-12-24T12:00")) == at("2026-12-28T08:00")  # the 27th is a Sunday


def test_a_long_closing_ends_at_the_next_regular_hour():
    shop = week(*SHOP.regular, closings=(period("2026-08-01T00:00", "2026-09-01T00:00"),))
    assert find_change(shop, ROME, at("2026-08-03T10:00")) == at("2026-09-01T08:00")
    always = OpeningTimes(closings=(period("2026-08-01T00:00", "2026-09-01T00:00"),))
    assert find_change(always, ROME, at("2026-07-03T10:00")) == at("2026-08-01T00:00")
    assert find_change(always, ROME, at("2026-08-03T10:00")) == at("2026-09-01T00:00")


def test_the_hour_that_is_left_out_in_spring_is_left_out():
    early = week(WeeklyPeriod(weekday=7, begins_min=150, ends_min=360))  # Sunday 02:30 to 06:00
    before, jump = at("2026-03-29T01:59"), at("2026-03-29T03:00")
    assert jump - before == timedelta(minutes=1)
    assert not is_open(early, ROME, before)
    assert is_open(early, ROME, jump)
    assert find_change(early, ROME, before) == jump
    within = week(WeeklyPeriod(weekday=7, begins_min=130, ends_min=170))  # 02:10 to 02:50 does not come that day
    assert find_change(within, ROME, before) == at("2026-04-05T02:10")


def test_the_hour_that_comes_twice_in_autumn_is_open_twice():
    late = week(WeeklyPeriod(weekday=7, begins_min=0, ends_min=150))  # Sunday until 02:30
    assert find_change(late, ROME, at("2026-10-25T00:00")) == at("2026-10-25T02:30")
    again = at("2026-10-25T02:00", fold=1)
    assert is_open(late, ROME, again)
    assert find_change(late, ROME, at("2026-10-25T02:30")) == again
    assert find_change(late, ROME, again) == at("2026-10-25T02:30", fold=1)


def test_a_day_of_23_and_of_25_hours_ends_at_its_own_midnight():
    sunday = week(on(7, 0, 24))
    assert find_change(sunday, ROME, at("2026-03-29T00:00")) - at("2026-03-29T00:00") == timedelta(hours=23)
    assert find_change(sunday, ROME, at("2026-10-25T00:00")) - at("2026-10-25T00:00") == timedelta(hours=25)


HOURS = st.builds(
    lambda days, openings, closings: OpeningTimes(
        is_always=False,
        regular=tuple(on(day, begins, ends) for day, (begins, ends) in sorted(days.items())),
        openings=tuple(openings),
        closings=tuple(closings),
    ),
    st.dictionaries(st.integers(1, 7), st.tuples(st.integers(0, 11), st.integers(12, 24)), max_size=7),
    *(
        st.lists(
            st.builds(
                lambda begin, length: ExceptionalPeriod(
                    begins_at=at("2026-10-20T00:00") + timedelta(hours=begin),
                    ends_at=at("2026-10-20T00:00") + timedelta(hours=begin + length),
                ),
                st.integers(0, 300),
                st.integers(1, 60),
            ),
            max_size=3,
        )
        for _ in range(2)
    ),
)


@given(HOURS, st.integers(0, 24 * 14), st.sampled_from(["Europe/Rome", "Asia/Shanghai", "America/New_York"]))
def test_until_the_change_nothing_changes_and_then_it_does(hours, hour, zone_name):
    zone = ZoneInfo(zone_name)
    now = at("2026-10-20T00:00") + timedelta(hours=hour)
    change = find_change(hours, zone, now)
    state = is_open(hours, zone, now)
    until = now + timedelta(days=9) if change is None else change
    looks = now
    while looks < until:
        assert is_open(hours, zone, looks) is state
        looks += timedelta(minutes=30)
    if change is not None:
        assert is_open(hours, zone, change) is not state


@pytest.mark.parametrize(
    "hours",
    [
        OpeningTimes(regular=(on(1, 8, 20),)),
        week(on(0, 8, 20)),
        week(on(8, 8, 20)),
        week(on(1, 20, 8)),
        week(on(1, 8, 25)),
        week(on(1, 8, 12), on(1, 11, 20)),
        week(*(WeeklyPeriod(weekday=1, begins_min=n, ends_min=n + 1) for n in range(43))),
        week(openings=(period("2026-12-24T12:00", "2026-12-24T12:00"),)),
        week(closings=(period("2026-12-24T12:00", "2028-12-24T12:00"),)),
        week(closings=(period("2026-12-24T12:00", "2026-12-24T13:00"),) * 201),
    ],
)
def test_hours_that_no_site_can_have_are_refused(hours):
    with pytest.raises(InvalidSiteError) as caught:
        check_opening(hours)
    assert caught.value.facts["field"] == "hours"


def test_hours_are_kept_in_order():
    given = week(on(2, 8, 12), on(1, 14, 20), on(1, 8, 12))
    assert [(each.weekday, each.begins_min) for each in check_opening(given).regular] == [(1, 480), (1, 840), (2, 480)]
