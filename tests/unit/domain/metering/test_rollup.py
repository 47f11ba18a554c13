"""Roll-ups: nothing is lost, nothing invented, and days are those of the place."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from busbar.domain.metering.rollup import (
    HOUR,
    MINUTE,
    QUARTER,
    Figures,
    cut,
    floor_to,
    floor_to_day,
    fold,
    next_day,
    roll_up_samples,
    share_energy,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROME = ZoneInfo("Europe/Rome")


def after(seconds):
    return NOON + timedelta(seconds=seconds)


def test_a_register_is_shared_out_over_the_time_between_its_readings():
    shares = share_energy([(after(30), 1000), (after(150), 1240)], MINUTE)
    assert shares == {NOON: 60, after(60): 120, after(120): 60}


@given(
    st.lists(st.tuples(st.integers(1, 7200), st.integers(0, 5000)), min_size=1, max_size=30),
    st.sampled_from([MINUTE, QUARTER, HOUR]),
)
def test_shares_add_up_to_what_was_counted(steps, step):
    at, value, readings = NOON, 0, [(NOON, 0)]
    for seconds, counted in steps:
        at, value = at + timedelta(seconds=seconds), value + min(counted, 5 * seconds)
        readings.append((at, value))
    assert sum(share_energy(readings, step).values()) == value


def test_a_reset_counts_what_it_shows_and_a_leap_nothing():
    assert share_energy([(NOON, 90_000), (after(60), 20)], MINUTE) == {NOON: 20}
    assert share_energy([(NOON, 90_000), (after(60), 50_000)], MINUTE) == {}
    assert share_energy([(NOON, 0), (after(60), 900_000_000)], MINUTE) == {}


def test_what_was_counted_in_a_very_long_silence_falls_to_its_end():
    end = NOON + timedelta(days=3)
    assert share_energy([(NOON, 0), (end, 5000)], MINUTE) == {end - MINUTE: 5000}


def test_two_readings_of_one_instant_count_at_that_instant():
    assert share_energy([(NOON, 0), (NOON, 5)], MINUTE) == {NOON: 5}


def test_minutes_tell_of_power_and_energy():
    powers = [(after(0), 7000), (after(30), 8000), (after(60), 0)]
    minutes = roll_up_samples(powers, [(after(0), 0), (after(60), 120)])
    assert minutes == {NOON: Figures(120, 7000, 8000, 15_000, 2), after(60): Figures(0, 0, 0, 0, 1)}


def test_coarser_buckets_say_the_same_of_more():
    minutes = {NOON: Figures(120, 7000, 8000, 15_000, 2), after(60): Figures(30), after(900): Figures(1, 5, 5, 5, 1)}
    folded = fold(minutes.items(), lambda at: floor_to(at, QUARTER))
    assert folded == {NOON: Figures(150, 7000, 8000, 15_000, 2), after(900): Figures(1, 5, 5, 5, 1)}
    assert cut(folded, NOON, after(900)) == {NOON: folded[NOON]}


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-06-01", 24), ("2026-10-25", 25)])
def test_days_are_as_long_as_they_are(day, hours):
    begins_at = floor_to_day(datetime.fromisoformat(f"{day}T15:00+01:00"), ROME)
    assert begins_at.astimezone(ROME).strftime("%Y-%m-%d %H:%M") == f"{day} 00:00"
    assert next_day(begins_at, ROME) - begins_at == timedelta(hours=hours)
