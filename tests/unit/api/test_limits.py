import pytest

from busbar.api.limits import RequestLimitError, RequestLimits


class StillClock:
    elapsed_s = 0.0

    def monotonic_s(self):
        return self.elapsed_s


def count_until_refused(take, *, tries=1000):
    for number in range(tries):
        try:
            take()
        except RequestLimitError as refused:
            return number, refused.facts["retry_after_s"]
    return tries, None


def test_a_caller_has_a_burst_and_then_an_even_rate():
    clock = StillClock()
    limits = RequestLimits(per_min=60, clock=clock)
    assert count_until_refused(lambda: limits.take_caller("staff:1")) == (60, 1)
    limits.take_caller("staff:2")
    clock.elapsed_s += 2
    assert count_until_refused(lambda: limits.take_caller("staff:1"))[0] == 2


def test_strangers_have_a_part_of_it_and_known_callers_cost_their_address_nothing():
    limits = RequestLimits(per_min=60, clock=StillClock())
    for _ in range(100):
        limits.take_stranger("192.0.2.1")
        limits.give_back_stranger("192.0.2.1")
    assert count_until_refused(lambda: limits.take_stranger("192.0.2.1"))[0] == 15


def test_even_the_smallest_limit_lets_a_stranger_sign_in():
    limits = RequestLimits(per_min=1, clock=StillClock())
    limits.take_stranger("192.0.2.1")
    with pytest.raises(RequestLimitError):
        limits.take_stranger("192.0.2.1")
