from datetime import UTC, datetime
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from busbar.views.paging import CURSOR_CHARS_MAX, CursorError, Order, read_cursor, write_cursor

INSTANTS = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants naive bounds


class Sort(StrEnum):
    NAME = "name"
    NAME_DOWN = "-name"


def make(sort=Sort.NAME):
    return Order.choose(sort, {"name": "column"}, key="key")


@given(value=st.one_of(st.text(max_size=100), st.integers(-(2**60), 2**60), INSTANTS), key=st.text(max_size=64))
def test_a_cursor_brings_back_what_was_put_into_it(value, key):
    assert read_cursor(make(), write_cursor(make(), value, key)) == (value, key)


def test_a_cursor_of_long_values_stays_within_its_bound():
    assert len(write_cursor(make(), "é" * 255, "f" * 64)) <= CURSOR_CHARS_MAX


@given(text=st.text(max_size=100))
def test_any_other_text_is_refused(text):
    with pytest.raises(CursorError):
        read_cursor(make(), text)


def test_a_cursor_belongs_to_its_order():
    cursor = write_cursor(make(), "a", "k")
    with pytest.raises(CursorError):
        read_cursor(make(Sort.NAME_DOWN), cursor)


def test_a_minus_turns_the_order_round():
    assert make(Sort.NAME_DOWN).is_descending
    assert make(Sort.NAME_DOWN).column == "column"
