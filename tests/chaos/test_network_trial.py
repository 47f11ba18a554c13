"""The short form of `make chaos ARGS="--mode cluster"`: a network of processes on real servers, and a few faults."""

import os
import random

from chaos.cluster import ClusterWorld
from chaos.trial import run

SEED = int(os.environ.get("BUSBAR_TEST_SEED") or random.SystemRandom().randrange(10**6))
FAULTS = ("kill core", "part gateway from rabbitmq, redis", "part core from postgresql", "kill gateway")
"""Of each kind that a network adds: a process is gone, a process is cut off from what it needs."""


async def test_faults_in_a_network_cost_nothing(tmp_path, postgresql_databases, rabbitmq_url, redis_url, own_prefix):
    name = await postgresql_databases.make()
    urls = {"postgresql": postgresql_databases.name_url(name), "rabbitmq": rabbitmq_url, "redis": redis_url}
    world = ClusterWorld(tmp_path, seed=SEED, stations=4, urls=urls, prefix=own_prefix)
    world.faults = {kind: world.faults[kind] for kind in FAULTS}
    print(f"BUSBAR_TEST_SEED={SEED}")  # noqa: T201 - to play a failure again
    try:
        verdict = await run(world, seed=SEED, count=len(FAULTS), tell=print)
    finally:
        await postgresql_databases.remove(name)
    assert verdict.wrong == []
    assert verdict.transactions > 0
    assert set(verdict.inflicted) == set(FAULTS)
