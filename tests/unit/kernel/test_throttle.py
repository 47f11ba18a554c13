import pytest

from busbar.kernel.throttle import Throttle


def test_a_burst_is_allowed_and_then_an_even_rate():
    throttle = Throttle(takes_max=3, period_s=60, keys_max=10)
    assert [throttle.take("a", now_s=100) for _ in range(3)] == [0, 0, 0]
    assert throttle.take("a", now_s=100) == pytest.approx(20)
    assert throttle.take("a", now_s=119) == pytest.approx(1)
    assert throttle.take("a", now_s=120) == 0
    assert throttle.take("a", now_s=120) > 0


def test_a_refused_take_costs_nothing_and_keys_do_not_share():
    throttle = Throttle(takes_max=1, period_s=60, keys_max=10)
    assert throttle.take("a", now_s=0) == 0
    assert [throttle.take("a", now_s=30) for _ in range(5)] == [pytest.approx(30)] * 5
    assert throttle.take("b", now_s=30) == 0
    assert throttle.take("a", now_s=60) == 0


def test_what_is_given_back_can_be_taken_again():
    throttle = Throttle(takes_max=1, period_s=60, keys_max=10)
    for _ in range(5):
        assert throttle.take("a", now_s=0) == 0
        throttle.give_back("a")
    throttle.give_back("never seen")
    assert throttle.take("a", now_s=0) == 0


def test_memory_is_bounded_and_the_least_recently_used_key_goes_first():
    throttle = Throttle(takes_max=1, period_s=60, keys_max=2)
    throttle.take("a", now_s=0)
    throttle.take("b", now_s=0)
    throttle.take("a", now_s=1)
    throttle.take("c", now_s=2)
    assert throttle.take("a", now_s=3) > 0
    assert throttle.take("b", now_s=3) == 0
