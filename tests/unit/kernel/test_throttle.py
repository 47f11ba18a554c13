import pytest

from busbar.kernel.throttle import AttemptsError, AttemptThrottle, Throttle, place_of


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


def try_until_refused(throttle: AttemptThrottle, *, account: str, address: str, now_s: float = 0) -> int:
    for attempt in range(1000):
        try:
            throttle.take(account=account, address=address, now_s=now_s)
        except AttemptsError:
            return attempt
    return 1000


def test_one_address_is_slowed_down_before_it_can_shut_an_account():
    throttle = AttemptThrottle(attempts_max_per_min=10)
    assert try_until_refused(throttle, account="mara", address="192.0.2.1") == 10
    throttle.take(account="mara", address="192.0.2.2", now_s=0)


def test_one_account_is_guarded_against_many_addresses():
    throttle = AttemptThrottle(attempts_max_per_min=10)
    counts = [try_until_refused(throttle, account="mara", address=f"192.0.2.{host}") for host in range(4)]
    assert counts == [10, 10, 0, 0]
    throttle.take(account="ben", address="192.0.2.3", now_s=0)


def test_the_refusal_says_how_long_to_wait():
    throttle = AttemptThrottle(attempts_max_per_min=1)
    throttle.take(account="mara", address="192.0.2.1", now_s=0)
    with pytest.raises(AttemptsError) as caught:
        throttle.take(account="mara", address="192.0.2.1", now_s=30.5)
    assert (caught.value.code, caught.value.facts) == ("limit_exceeded.sign_in", {"wait_s": 30})


def test_what_succeeds_is_not_counted():
    throttle = AttemptThrottle(attempts_max_per_min=1)
    for _ in range(5):
        throttle.take(account="mara", address="192.0.2.1", now_s=0)
        throttle.give_back(account="mara", address="192.0.2.1")


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("not an address", "not an address"),
        ("x" * 1000, "x" * 64),
    ],
)
def test_a_place_is_what_one_customer_has(address, place):
    assert place_of(address) == place


def test_what_is_taken_elsewhere_counts_here_and_is_told_there():
    told = []
    here, there = (Throttle(takes_max=4, period_s=60, keys_max=10) for _ in range(2))
    here.tell_others(lambda key, count: (told.append(count), there.note_others(key, count, now_s=0.0)))
    waits = [here.take("a", now_s=0.0) for _ in range(5)]
    assert [wait > 0 for wait in waits] == [False, False, False, False, True]
    assert there.take("a", now_s=0.0) > 0
    assert there.take("b", now_s=0.0) == 0
    here.give_back("a")
    assert there.take("a", now_s=0.0) == 0
    assert told == [1, 1, 1, 1, -1]


def test_what_others_took_is_made_up_for_within_two_periods():
    throttle = Throttle(takes_max=4, period_s=60, keys_max=10)
    throttle.note_others("a", 1_000_000, now_s=0.0)
    assert throttle.take("a", now_s=0.0) > 0
    assert throttle.take("a", now_s=120.0) == 0
    throttle.note_others("b", -5, now_s=0.0)
    assert [throttle.take("b", now_s=0.0) > 0 for _ in range(5)] == [False, False, False, False, True]
