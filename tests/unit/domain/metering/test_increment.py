"""What new samples add to roll-ups is what all samples give, less what those before gave."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from busbar.domain.metering import increment, rollup
from busbar.domain.metering.increment import NOTHING_OWN, Course, add_blocks, add_end, begin_course
from busbar.domain.metering.rollup import MINUTE, QUARTER, Figures, floor_to

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BEGIN_US = 1_774_000_000_000_000
gaps = st.one_of(
    st.integers(1, 90_000_000), st.integers(1, 3 * 86_400_000_000), st.sampled_from([60_000_000, 15_000_000])
)
registers = st.one_of(st.none(), st.integers(0, 3000), st.sampled_from([0, 999_990, 10**6 + 5, 2**24, 50_000_000]))
powers = st.one_of(st.none(), st.integers(-50, 22_000))
rows = st.lists(st.tuples(gaps, powers, registers), min_size=1, max_size=30)


def place(rows):
    """Put rows one after the other in time."""
    at_us, blocks = BEGIN_US, []
    for gap, power_w, register_wh in rows:
        at_us += gap
        blocks.append((at_us, power_w, register_wh))
    return blocks


def to_datetime(at_us):
    return EPOCH + timedelta(microseconds=at_us)


def roll_up_at_once(blocks, *others):
    powers = [(to_datetime(at), power) for at, power, _ in blocks if power is not None]
    readings = [(to_datetime(at), value) for at, _, value in blocks if value is not None]
    return rollup.roll_up_samples(powers, sorted({*readings, *others}))


def show(tallies):
    return {to_datetime(at): Figures(*tally) for at, tally in tallies.items()}


@given(rows, st.lists(st.integers(0, 30), max_size=4))
def test_parts_add_up_to_the_whole(rows, cuts):
    blocks = place(rows)
    course, tallies = Course(), {}
    marks = sorted({0, *(min(cut, len(blocks)) for cut in cuts), len(blocks)})
    for since, until in pairwise(marks):
        part = {}
        course = add_blocks(course, blocks[since:until], part)
        increment.fold(part.items(), lambda at: at, tallies)
    assert show(tallies) == roll_up_at_once(blocks)


@given(rows)
def test_quarters_are_folded_alike(rows):
    tallies, quarters = {}, {}
    add_blocks(Course(), place(rows), tallies)
    increment.fold(tallies.items(), lambda at: at - at % (15 * increment.MINUTE_US), quarters)
    folded = rollup.fold(roll_up_at_once(place(rows)).items(), lambda at: floor_to(at, QUARTER))
    assert show(quarters) == folded


@given(rows, st.integers(0, 5000), st.integers(0, 5000), gaps)
def test_a_transactions_own_begin_and_end_are_readings(rows, start_wh, end_wh, gap):
    blocks, tallies = place(rows), {}
    end_us = blocks[-1][0] + gap
    course = add_blocks(begin_course((BEGIN_US, start_wh, None, None)), blocks, tallies)
    ended = add_end(course, (BEGIN_US, start_wh, end_us, end_wh), tallies)
    assert ended.newest_us == end_us
    others = (to_datetime(BEGIN_US), start_wh), (to_datetime(end_us), end_wh)
    assert show(tallies) == roll_up_at_once(blocks, *others)


def test_what_is_not_in_order_is_left_to_others():
    course = add_blocks(Course(), [(BEGIN_US, 1, 1), (BEGIN_US + 5, None, 2)], {})
    assert add_blocks(course, [(BEGIN_US + 5, 1, 1)], {}) is None
    assert add_blocks(course, [(BEGIN_US + 4, 1, 1)], {}) is None
    assert add_end(course, (None, None, BEGIN_US + 5, 9), {}) is None
    assert add_end(course, (None, None, None, None), {}) is None
    assert add_end(course, (BEGIN_US, 1, BEGIN_US + 9, 9), {}) is None


def test_a_session_without_a_begin_of_its_own_begins_with_its_first_reading():
    assert begin_course(NOTHING_OWN) == Course()
    assert MINUTE // timedelta(microseconds=1) == increment.MINUTE_US
