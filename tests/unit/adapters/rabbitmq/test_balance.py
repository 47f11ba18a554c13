from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from busbar.adapters.rabbitmq.balance import plan_partitions

CORES = st.sets(st.text("abcdef0123456789", min_size=4, max_size=8), min_size=1, max_size=8)
COUNTS = st.integers(1, 64)


@given(CORES, COUNTS)
def test_partitions_are_spread_evenly(cores, count):
    plan = plan_partitions(cores, count)
    assert set(plan) == set(range(count))
    held = Counter(dict.fromkeys(cores, 0))
    held.update(plan.values())
    assert max(held.values()) - min(held.values()) <= 1


@given(CORES, COUNTS)
def test_everybody_comes_to_the_same_plan(cores, count):
    assert plan_partitions(sorted(cores), count) == plan_partitions(sorted(cores, reverse=True), count)


def test_few_partitions_move_when_a_core_comes():
    cores = [f"core-{number}" for number in range(4)]
    before, after = plan_partitions(cores, 64), plan_partitions([*cores, "core-new"], 64)
    moved = [partition for partition in before if before[partition] != after[partition]]
    assert len(moved) <= 24  # at least 12 must


def test_nobody_holds_anything_where_nobody_is():
    assert plan_partitions([], 8) == {}
