"""Charging profiles: which one holds, what it allows, and the schedule that they make together."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from busbar.kernel.quantity import LARGEST
from busbar.simulator.flow import Cap, EvseSpec
from busbar.simulator.limits import (
    PROFILES_MAX,
    Profile,
    ProfileBook,
    Purpose,
    Step,
    express_limit,
    least,
    read_limit,
)

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SPEC = EvseSpec(1)


def profile(profile_id=1, *, level=0, purpose=Purpose.TX_DEFAULT, kind="Absolute", limits=((0, 16_000),), **more):
    start_at = more.pop("start_at", NOW - timedelta(hours=1) if kind != "Relative" else None)
    steps = tuple(Step(start, limit) for start, limit in limits)
    return Profile(profile_id, level, purpose, kind, False, steps, start_at=start_at, **more)


def cap(book, now=NOW, *, evse_id=1, ref=None, ready_at=NOW):
    return book.cap_evse(evse_id, now, ready_at=ready_at, transaction_ref=ref, has_transaction=ref is not None)


def book_of(*profiles):
    book = ProfileBook()
    for each in profiles:
        assert book.install(each)
    return book


@pytest.mark.parametrize(
    ("value", "milli"), [(16.5, 16_500), (0, 0), (-4.2, -4200), (9_007_199_254_741, LARGEST), (-1e300, -LARGEST)]
)
def test_a_limit_is_read_in_thousandths_however_large_it_is(value, milli):
    assert read_limit(value) == milli


def test_without_profiles_all_is_free():
    assert cap(ProfileBook()) == Cap()


def test_the_highest_valid_stack_level_holds():
    book = book_of(profile(1), profile(2, level=3, limits=((0, 10_000),), valid_to=NOW + timedelta(minutes=5)))
    assert cap(book).current_ma == 10_000
    assert cap(book, NOW + timedelta(minutes=5)).current_ma == 16_000


def test_a_step_holds_until_the_next_and_the_duration_ends_it():
    book = book_of(profile(limits=((0, 16_000), (3_600, 8_000)), duration_s=7_200))
    assert cap(book, NOW - timedelta(minutes=1)).current_ma == 16_000
    assert cap(book, NOW).current_ma == 8_000
    assert cap(book, NOW + timedelta(hours=1)) == Cap()
    assert cap(book, NOW - timedelta(hours=2)) == Cap()


def test_a_transaction_profile_goes_before_the_default_one():
    own = profile(2, purpose=Purpose.TX, evse_id=1, transaction_ref="A", limits=((0, 7_000),), duration_s=3_660)
    book = book_of(profile(1), own)
    assert cap(book, ref="A").current_ma == 7_000
    assert cap(book, ref="B").current_ma == 16_000
    assert cap(book, NOW + timedelta(minutes=2), ref="A").current_ma == 16_000
    book.end_transaction(1, "A")
    assert cap(book, ref="A").current_ma == 16_000


def test_an_evse_goes_before_the_station_on_the_same_level():
    book = book_of(profile(1, evse_id=0), profile(2, evse_id=1, limits=((0, 9_000),)))
    assert cap(book, evse_id=1).current_ma == 9_000
    assert cap(book, evse_id=2).current_ma == 16_000


def test_a_relative_profile_begins_when_energy_could_flow():
    book = book_of(profile(kind="Relative", limits=((0, 32_000), (600, 6_000))))
    assert cap(book, NOW + timedelta(minutes=9), ready_at=NOW).current_ma == 32_000
    assert cap(book, NOW + timedelta(minutes=10), ready_at=NOW).current_ma == 6_000


def test_a_daily_profile_recurs():
    daily = profile(
        kind="Recurring", recurrence="Daily", start_at=datetime(2026, 1, 1, 20, tzinfo=UTC), duration_s=4 * 3600
    )
    book = book_of(daily)
    assert [cap(book, NOW.replace(hour=hour)).current_ma for hour in (19, 20, 23)] == [None, 16_000, 16_000]
    assert cap(book, NOW.replace(hour=0)) == Cap()


def test_a_weekly_profile_recurs_on_its_day():
    weekly = profile(
        kind="Recurring", recurrence="Weekly", start_at=datetime(2026, 2, 23, tzinfo=UTC), duration_s=86_400
    )
    book = book_of(weekly)
    assert cap(book).current_ma == 16_000  # a Monday, as the first
    assert cap(book, NOW + timedelta(days=1)) == Cap()


def test_the_same_place_is_replaced_and_the_same_id_too():
    book = book_of(profile(1), profile(2, limits=((0, 20_000),)))
    assert [each.profile_id for each in book.profiles] == [2]
    assert book.install(profile(2, level=5))
    assert len(book.profiles) == 1


def test_the_book_is_bounded():
    book = book_of(*(profile(number, level=number) for number in range(PROFILES_MAX)))
    assert not book.install(profile(999, level=999))
    assert book.install(profile(5, level=5, limits=((0, 1_000),)))


def test_priority_goes_before_everything_of_the_transaction():
    own = profile(2, purpose=Purpose.TX, evse_id=1, transaction_ref="A", limits=((0, 7_000),))
    book = book_of(own, profile(3, purpose=Purpose.PRIORITY, limits=((0, 32_000),)))
    best = book.cap_evse(1, NOW, ready_at=NOW, transaction_ref="A", has_transaction=True, has_priority=True)
    assert best.current_ma == 32_000


def test_the_composite_schedule_takes_the_least_of_all():
    station = profile(9, purpose=Purpose.STATION_MAX, limits=((0, 32_000), (3_600 + 1_800, 10_000)))
    book = book_of(profile(1, limits=((0, 16_000), (3_600 + 600, 12_000))), station)
    schedule = book.compose(SPEC, NOW, 3600, ready_at=NOW, transaction_ref=None, has_transaction=False)
    assert [(start, each.current_ma) for start, each in schedule] == [(0, 16_000), (600, 12_000), (1_800, 10_000)]
    whole = book.compose(None, NOW, 3600, ready_at=NOW, transaction_ref=None, has_transaction=False)
    assert [(start, each.current_ma) for start, each in whole] == [(0, 32_000), (1_800, 10_000)]


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 7_000), st.integers(6_000, 40_000), st.integers(60, 9_000)),
        max_size=6,
    ),
    st.integers(0, 3_599),
)
def test_the_composite_schedule_says_what_will_be_obeyed(shapes, offset_s):
    book = ProfileBook()
    for number, (level, start_s, limit_ma, duration_s) in enumerate(shapes):
        start_at = NOW - timedelta(hours=1) + timedelta(seconds=start_s)
        book.install(profile(number, level=level, limits=((0, limit_ma),), duration_s=duration_s, start_at=start_at))
    schedule = book.compose(SPEC, NOW, 3600, ready_at=NOW, transaction_ref=None, has_transaction=False)
    promised = [each for start, each in schedule if start <= offset_s][-1]
    assert promised == cap(book, NOW + timedelta(seconds=offset_s))


def test_a_cap_is_expressed_in_either_unit():
    assert express_limit(Cap(current_ma=16_000), (SPEC,), is_power=True) == 11_040_000
    assert express_limit(Cap(power_w=11_040), (SPEC,), is_power=False) == 16_000
    assert express_limit(Cap(), (SPEC,), is_power=False) == 32_000
    assert express_limit(Cap(current_ma=16_000, phases=1), (SPEC,), is_power=True) == 3_680_000


def test_the_least_of_caps_is_taken_one_by_one():
    assert least([Cap(10, None, 3), None, Cap(20, 5, 1)]) == Cap(10, 5, 1)
