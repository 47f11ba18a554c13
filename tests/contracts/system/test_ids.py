"""Ids of the machine: UUIDv7, in order, never twice, from as many threads as like."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import time_machine

from busbar.adapters.system.clock import TimeOrderedIds

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
COUNT = 5000


def stamp_ms(one: str) -> int:
    return int(one[:12], 16)


def test_an_id_is_a_uuid_of_version_seven():
    before_ms = time.time_ns() // 1_000_000
    one = TimeOrderedIds().new()
    read = uuid.UUID(hex=one)
    assert (read.version, read.variant, read.hex) == (7, uuid.RFC_4122, one)
    assert before_ms <= stamp_ms(one) <= before_ms + 60_000


def test_ids_of_one_millisecond_are_in_order_and_stay_near_it():
    with time_machine.travel(NOON, tick=False):
        ids = TimeOrderedIds()
        made = [ids.new() for _ in range(COUNT)]
    assert made == sorted(set(made))
    assert len(made) == COUNT
    assert stamp_ms(made[-1]) - stamp_ms(made[0]) < 100
    assert len({one[16:] for one in made}) == COUNT


def test_a_clock_that_is_set_back_changes_nothing():
    ids = TimeOrderedIds()
    with time_machine.travel(NOON, tick=False):
        first = ids.new()
    with time_machine.travel(NOON.replace(year=2020), tick=False):
        assert ids.new() > first


def test_threads_never_get_the_same_id_and_each_sees_its_own_in_order():
    ids = TimeOrderedIds()
    with ThreadPoolExecutor(4) as pool:
        hands = list(pool.map(lambda _: [ids.new() for _ in range(COUNT)], range(4)))
    assert all(hand == sorted(hand) for hand in hands)
    assert len({one for hand in hands for one in hand}) == 4 * COUNT
