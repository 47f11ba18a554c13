from datetime import UTC, datetime, timedelta

import pytest

from busbar.domain.sessions.model import find_cost_due

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
BEFORE = NOW - timedelta(minutes=10)


@pytest.mark.parametrize(
    ("cost", "before", "due_in_s"),
    [
        (500, None, 0),
        (501, (BEFORE, 100), 0),
        (100, None, None),
        (100, (BEFORE, 100), None),
        (400, (BEFORE, 200), 300),
        (400, (NOW, 200), None),
        (1, (NOW - timedelta(hours=10), 0), None),
        (1, (NOW - timedelta(seconds=0.5), 0), None),  # one step says nothing yet
        (2, (NOW - timedelta(seconds=7.5), 0), 1867),
    ],
)
def test_when_a_charge_will_cost_what_it_may(cost, before, due_in_s):
    due_at = find_cost_due(500, cost, now=NOW, before=before)
    assert due_at == (None if due_in_s is None else NOW + timedelta(seconds=due_in_s))
