from hypothesis import given
from hypothesis import strategies as st

from busbar.gateways.ocpp.pace import Pace


def test_a_burst_is_free_and_then_the_rate_holds():
    pace = Pace(rate_per_s=10, burst_messages=5)
    assert [round(pace.take(100.0), 3) for _ in range(7)] == [0, 0, 0, 0, 0, 0.1, 0.2]
    assert pace.take(100.3) == 0 or pace.take(100.3) < 0.2


def test_silence_earns_no_more_than_the_burst():
    pace = Pace(rate_per_s=10, burst_messages=5)
    pace.take(0.0)
    assert [pace.take(1000.0) for _ in range(5)] == [0] * 5
    assert pace.take(1000.0) > 0


@given(st.lists(st.floats(0, 0.5), min_size=1, max_size=200))
def test_who_waits_as_told_never_exceeds_the_rate(gaps):
    pace, now_s = Pace(rate_per_s=20, burst_messages=10), 0.0
    for gap in gaps:
        now_s += gap
        now_s += pace.take(now_s)
    assert len(gaps) <= 20 * now_s + 10 + 1e-6 * len(gaps)
