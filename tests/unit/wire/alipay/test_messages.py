from datetime import UTC, datetime

import pytest

from busbar.wire.alipay.messages import TimeError, read_time, write_time


def test_times_are_those_of_china():
    at = datetime(2026, 3, 1, 20, 30, tzinfo=UTC)
    assert write_time(at) == "2026-03-02 04:30:00"
    assert read_time("2026-03-02 04:30:00") == at


def test_what_is_no_time_is_refused():
    with pytest.raises(TimeError):
        read_time("2026-03-02T04:30")
