"""What every feed between processes promises."""

import asyncio

from tests.patience import HANG_LIMIT_S


async def take(subscription, count):
    events = []
    async with asyncio.timeout(HANG_LIMIT_S):
        async for event in subscription:
            events.append(event)
            if len(events) == count:
                break
    return events


async def test_what_one_process_publishes_another_hears_in_order(pair):
    events = [pair.make(number) for number in range(1500)]
    async with pair.far.subscribe(bound=2000) as subscription:
        for event in events:
            pair.near.publish(event)
        assert await take(subscription, len(events)) == events


async def test_both_directions_are_open_and_nobody_hears_himself(pair):
    async with pair.near.subscribe() as near, pair.far.subscribe() as far:
        pair.near.publish(pair.make(1))
        assert await take(far, 1) == [pair.make(1)]
        pair.far.publish(pair.make(2))
        assert await take(near, 1) == [pair.make(2)]


async def test_what_goes_another_way_is_passed_over(pair):
    async with pair.far.subscribe() as subscription:
        pair.near.publish(pair.make_other(1))
        pair.near.publish(pair.make(2))
        assert await take(subscription, 1) == [pair.make(2)]


async def test_what_is_published_in_the_process_itself_is_heard_there(pair):
    async with pair.far.subscribe() as subscription:
        pair.far_hub.publish(pair.make_other(1))
        assert await take(subscription, 1) == [pair.make_other(1)]
