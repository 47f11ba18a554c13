from datetime import UTC, datetime, timedelta

import pytest

from busbar.kernel.ids import find_first_id, is_key


@pytest.mark.parametrize("text", ["01a1fbb9fb24", "A_b-1", "x" * 64])
def test_keys_are_recognised(text):
    assert is_key(text)


@pytest.mark.parametrize("text", ["", "x" * 65, "a b", "a\u0000", "\ud800", "é", "../a", "a\n"])
def test_other_texts_are_no_keys(text):
    assert not is_key(text)


def test_an_instant_divides_ids_into_earlier_and_later_ones():
    at = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
    before, since = (f"{int(when.timestamp() * 1000):012x}7{'0' * 19}" for when in (at - timedelta(milliseconds=1), at))
    assert before < find_first_id(at) < since
