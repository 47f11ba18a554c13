"""Signals when Redis comes and goes, and the newest of each thing."""

import asyncio

import pytest

from busbar.adapters.memory.feed import MemoryFeed
from busbar.adapters.redis.client import RedisClient, RedisTerms
from busbar.adapters.redis.feed import FeedLimits, RedisFeed
from busbar.canon.sessions import SessionProgressed
from busbar.canon.stations import StationSeen
from tests.contracts.feed.conftest import NOW, make_signal
from tests.contracts.presence.conftest import remove_keys, until
from tests.fakes.wire_cutter import WireCutter
from tests.patience import HANG_LIMIT_S

LIMITS = FeedLimits(window_s=0.005, pause_s=0.05)


@pytest.fixture
async def make_feed(redis_url, own_prefix):
    made = []

    async def make(origin, url=redis_url, limits=LIMITS, **options):
        client = RedisClient(url, RedisTerms(prefix=own_prefix, timeout_s=1, rest_s=0.05))
        feed = RedisFeed(client, hub=MemoryFeed(), origin=origin, limits=limits, **options)
        await feed.start()
        if options.get("is_listening", True):
            await feed.listening.wait()
        made.append((feed, client))
        return feed

    yield make
    for feed, client in made:
        await feed.stop()
        await client.close()
    client = RedisClient(redis_url, RedisTerms(prefix=own_prefix))
    await remove_keys(client)
    await client.close()


async def test_signals_are_heard_again_when_redis_is_back(make_feed, redis_url):
    near = await make_feed("near", is_listening=False)
    async with WireCutter(redis_url) as cutter:
        far = await make_feed("far", cutter.url)
        async with far.subscribe() as subscription:
            cutter.drop()
            events = aiter(subscription)
            number = 0
            async with asyncio.timeout(HANG_LIMIT_S):
                heard = asyncio.ensure_future(anext(events))
                while not heard.done():
                    number += 1
                    near.publish(make_signal(number))
                    await asyncio.wait([heard], timeout=0.02)
            assert isinstance(heard.result(), StationSeen)
        await far.stop()


async def test_a_feed_drops_the_oldest_while_redis_is_away(make_feed, redis_url):
    async with WireCutter(redis_url) as cutter:
        near = await make_feed("near", cutter.url, FeedLimits(waiting_max_signals=10), is_listening=False)
        await cutter.cut()
        for number in range(30):
            near.publish(make_signal(number))
        assert near.dropped_count >= 20
        await near.stop()


async def test_the_newest_signal_of_each_thing_can_be_read(make_feed):
    near, far = await make_feed("near"), await make_feed("far")
    for energy_wh in (1, 2, 3):
        near.publish(
            SessionProgressed(operator_id="o", at=NOW, session_id="x", station_id="station-1", energy_wh=energy_wh)
        )
    near.publish(make_signal(1))

    async def is_there():
        return "station-1" in await far.find_newest(StationSeen, ["station-1", "station-2"])

    await until(is_there)
    found = await far.find_newest(SessionProgressed, ["x", "y"])
    assert {session_id: signal.energy_wh for session_id, signal in found.items()} == {"x": 3}
    assert await far.find_newest(StationSeen, []) == {}


async def test_nothing_is_known_while_redis_is_away(make_feed, redis_url):
    async with WireCutter(redis_url) as cutter:
        feed = await make_feed("near", cutter.url, is_listening=False)
        await cutter.cut()
        assert await feed.find_newest(StationSeen, ["station-1"]) == {}
        await feed.stop()
