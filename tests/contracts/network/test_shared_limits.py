"""Limits that several APIs count together, and each alone while Redis is away."""

import asyncio

from busbar.adapters.redis.client import RedisClient, RedisTerms
from busbar.adapters.redis.takes import SharedTakes
from busbar.adapters.system.clock import SystemClock
from busbar.kernel.throttle import Throttle
from tests.contracts.network.network import open_network
from tests.contracts.watch.conftest import EMAIL, PASSWORD
from tests.patience import HANG_LIMIT_S

WAY = "auth/sign-in"


def make_side(url, prefix, origin):
    client = RedisClient(url, RedisTerms(prefix=prefix, timeout_s=1, rest_s=0.1))
    takes = SharedTakes(client, origin=origin, clock=SystemClock())
    throttle = Throttle(takes_max=3, period_s=3600, keys_max=100)
    takes.share("trial", throttle)
    return client, takes, throttle


async def test_takes_of_one_process_count_at_the_other(redis_url, own_prefix):
    clock = SystemClock()
    sides = [make_side(redis_url, own_prefix, origin) for origin in ("one", "other")]
    for _, takes, _ in sides:
        await takes.start()
    async with asyncio.timeout(HANG_LIMIT_S):
        for _, takes, _ in sides:
            await takes.listening.wait()
    here, there = (throttle for _, _, throttle in sides)
    key = ("operator", "who@example.org")
    assert [here.take(key, now_s=clock.monotonic_s()) for _ in range(3)] == [0, 0, 0]
    probe = ("operator", "somebody else")
    assert there.take(probe, now_s=clock.monotonic_s()) == 0
    async with asyncio.timeout(HANG_LIMIT_S):
        while not there.take(key, now_s=clock.monotonic_s()):
            there.give_back(key)
            await asyncio.sleep(0.05)
    for client, takes, _ in sides:
        await takes.stop()
        await client.close()


async def test_without_redis_each_process_counts_by_itself():
    clock = SystemClock()
    client, takes, throttle = make_side("redis://127.0.0.1:1/0", "none:", "one")
    await takes.start()
    assert [throttle.take("a", now_s=clock.monotonic_s()) > 0 for _ in range(4)] == [False, False, False, True]
    await asyncio.sleep(0)
    await takes.stop()
    await client.close()


async def test_whoever_guesses_at_one_api_may_not_guess_on_at_another(
    tmp_path, postgresql_database, rabbitmq_url, redis_url, own_prefix
):
    servers = {"database_url": postgresql_database, "broker_url": rabbitmq_url, "redis_url": redis_url}
    more = {"apis": 2, "sign_in_max_attempts_per_min": 3}
    async with open_network(tmp_path, prefix=own_prefix, email=EMAIL, password=PASSWORD, **servers, **more) as network:
        for process in network.apis:
            async with asyncio.timeout(HANG_LIMIT_S):
                await process._takes.listening.wait()
        wrong = {"email": EMAIL, "password": "a wrong password"}
        for _ in range(3):
            assert (await network.http.post(WAY, json=wrong)).status_code == 401
        other = f"http://127.0.0.1:{network.apis[1].http.port}/api/v1/{WAY}"
        async with asyncio.timeout(HANG_LIMIT_S):
            while (answer := await network.http.post(other, json=wrong)).status_code == 401:  # noqa: ASYNC110 - told over Redis
                await asyncio.sleep(0.3)
        assert answer.json()["code"] == "limit_exceeded.sign_in"
