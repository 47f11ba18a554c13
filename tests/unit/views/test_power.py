from datetime import UTC, datetime, timedelta

import pytest

from busbar.views.power import PowerQuery, sum_up

SINCE = datetime(2026, 3, 1, tzinfo=UTC)


def make(*, steps=6, step_s=300):
    return PowerQuery(since=SINCE, until=SINCE + timedelta(seconds=steps * step_s), step_s=step_s)


def test_sessions_add_up():
    assert sum_up([{0: 10, 1: 20}, {1: 5}], make()) == [10, 25, 0, 0, 0, 0]


def test_a_value_counts_on_until_the_next_but_for_no_longer_than_a_quarter_of_an_hour():
    assert sum_up([{0: 10, 2: 30}], make()) == [10, 10, 30, 0, 0, 0]
    assert sum_up([{0: 10, 5: 30}], make()) == [10, 10, 10, 0, 0, 30]


def test_a_period_is_bounded():
    for until, step_s in ((SINCE, 300), (SINCE + timedelta(days=40), 86_400), (SINCE + timedelta(days=10), 60)):
        with pytest.raises(ValueError, match=r"steps|until"):
            PowerQuery(since=SINCE, until=until, step_s=step_s)
