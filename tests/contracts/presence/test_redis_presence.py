"""Presence when Redis comes and goes."""

import asyncio
from datetime import UTC, datetime

import pytest
import redis.asyncio

from busbar.adapters.redis.client import RedisClient, RedisTerms
from busbar.adapters.redis.presence import RedisPresence
from busbar.adapters.system.clock import SystemClock
from busbar.kernel.errors import UnavailableError
from busbar.ports.presence import Holding
from tests.contracts.presence.conftest import remove_keys, until
from tests.fakes.wire_cutter import WireCutter
from tests.patience import HANG_LIMIT_S

HOLDING = Holding(station_id="station-1", connection_id="1", gateway_id="gateway-1")


@pytest.fixture
async def cut(redis_url, own_prefix):
    """A presence whose way to Redis can be cut."""
    async with WireCutter(redis_url) as cutter:
        client = RedisClient(cutter.url, RedisTerms(prefix=own_prefix, timeout_s=3, rest_s=0.05))
        yield RedisPresence(client, clock=SystemClock(), lease_s=30), cutter
        await cutter.restore()
        await until(lambda: is_back(client))
        await remove_keys(client)
        await client.close()


async def is_back(client):
    try:
        return bool(await client.redis.ping())
    except redis.exceptions.RedisError:
        return False


async def test_every_call_says_that_redis_is_away_and_works_again_by_itself(cut):
    presence, cutter = cut
    await presence.hold(HOLDING)
    await cutter.cut()
    calls = [
        lambda: presence.hold(HOLDING),
        lambda: presence.renew([HOLDING]),
        lambda: presence.release(HOLDING),
        lambda: presence.find("station-1"),
        lambda: presence.see([("station-1", datetime.now(UTC))], silent_after_s=1),
        lambda: presence.take_silent(limit=1),
        lambda: presence.forget_silent(["station-1"]),
    ]
    for call in calls:
        with pytest.raises(UnavailableError) as caught:
            await call()
        assert caught.value.code == "unavailable.presence"
    await cutter.restore()

    async def is_found():
        try:
            return await presence.find("station-1") == HOLDING
        except UnavailableError:
            return False

    await until(is_found)


async def test_a_redis_that_hears_and_does_not_answer_costs_little_time(cut):
    presence, cutter = cut
    await presence.hold(HOLDING)
    cutter.freeze()
    async with asyncio.timeout(HANG_LIMIT_S):
        with pytest.raises(UnavailableError):
            await presence.find("station-1")


async def test_a_redis_that_forgot_everything_is_told_again(redis_url, own_prefix):
    client = RedisClient(redis_url, RedisTerms(prefix=own_prefix))
    presence = RedisPresence(client, clock=SystemClock(), lease_s=30)
    await presence.hold(HOLDING)
    await client.redis.script_flush()  # a Redis that was restarted has no scripts either
    await remove_keys(client)
    assert await presence.find("station-1") is None
    assert await presence.renew([HOLDING]) == []
    assert await presence.find("station-1") == HOLDING
    await remove_keys(client)
    await client.close()
