"""Presence of every kind, and how long its leases last."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from busbar.adapters.memory.presence import MemoryPresence
from busbar.adapters.redis.client import RedisClient, RedisTerms
from busbar.adapters.redis.presence import RedisPresence
from busbar.adapters.system.clock import SystemClock
from busbar.ports.presence import Presence
from tests.patience import HANG_LIMIT_S


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait until a condition holds, which it must in the end."""
    async with asyncio.timeout(HANG_LIMIT_S):
        while not await condition():  # noqa: ASYNC110 - it is another process's doing
            await asyncio.sleep(0.02)


async def remove_keys(client: RedisClient) -> None:
    """Remove what a test has left."""
    keys = [key async for key in client.redis.scan_iter(match=client.terms.prefix + "*")]
    if keys:
        await client.redis.delete(*keys)


@pytest.fixture
def lease_s() -> float:
    """Outlast what holds up a test; those that see a lease run out ask for a short one."""
    return 30.0


@pytest.fixture(params=["memory", "redis"])
async def presence(request: pytest.FixtureRequest, lease_s: float) -> AsyncIterator[Presence]:
    clock = SystemClock()
    if request.param == "memory":
        yield MemoryPresence(clock, lease_s=lease_s)
        return
    url, prefix = request.getfixturevalue("redis_url"), request.getfixturevalue("own_prefix")
    client = RedisClient(url, RedisTerms(prefix=prefix))
    yield RedisPresence(client, clock=clock, lease_s=lease_s)
    await remove_keys(client)
    await client.close()
