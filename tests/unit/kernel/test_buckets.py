import pytest
from hypothesis import given
from hypothesis import strategies as st

from busbar.kernel.buckets import Buckets

BOUNDS = (0.001, 0.01, 0.1, 1.0)
VALUES = st.lists(st.one_of(st.sampled_from(BOUNDS), st.floats(0, 5, allow_nan=False)), max_size=50)


def test_a_value_counts_in_the_first_bucket_that_holds_it():
    buckets = Buckets(BOUNDS)
    for value in (0.0, 0.001, 0.0011, 1.0, 1.5):
        buckets.add(value)
    spread = buckets.read()
    assert spread.counts == (2, 1, 0, 1, 1)
    assert spread.count == 5
    assert spread.total == pytest.approx(2.5021)


@given(VALUES)
def test_many_at_once_count_like_one_by_one(values):
    one_by_one, at_once = Buckets(BOUNDS), Buckets(BOUNDS)
    for value in values:
        one_by_one.add(value)
    at_once.add_all(values)
    assert at_once.read().counts == one_by_one.read().counts
    assert at_once.read().total == pytest.approx(one_by_one.read().total)


def test_what_was_added_since():
    buckets = Buckets(BOUNDS)
    buckets.add(0.5)
    earlier = buckets.read()
    buckets.add_all([0.005, 2.0])
    added = buckets.read().since(earlier)
    assert added.counts == (0, 1, 0, 0, 1)
    assert added.total == pytest.approx(2.005)


def test_quantiles_lie_within_their_bucket():
    buckets = Buckets((1.0, 2.0, 4.0))
    assert buckets.read().quantile(0.5) is None
    buckets.add_all([0.5] * 50 + [3.0] * 50)
    assert buckets.read().quantile(0.5) == pytest.approx(1.0)
    assert buckets.read().quantile(0.75) == pytest.approx(3.0)
    buckets.add_all([100.0] * 900)
    assert buckets.read().quantile(0.99) == 4.0


@pytest.mark.parametrize("bounds", [(), (1.0, 1.0), (2.0, 1.0)])
def test_bounds_ascend(bounds):
    with pytest.raises(ValueError, match="ascend"):
        Buckets(bounds)
