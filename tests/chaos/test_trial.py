"""The short form of `make chaos`: what was acknowledged is there exactly once afterwards, and nothing is done twice."""

import os
import random

from chaos.embedded import Embedded
from chaos.trial import plan, run

SEED = int(os.environ.get("BUSBAR_TEST_SEED") or random.SystemRandom().randrange(10**6))


async def test_faults_in_one_process_cost_nothing(tmp_path):
    world = Embedded(tmp_path, seed=SEED, stations=4)
    print(f"BUSBAR_TEST_SEED={SEED}")  # noqa: T201 - to play a failure again
    verdict = await run(world, seed=SEED, count=len(world.faults) + 1, tell=print)
    assert verdict.wrong == []
    assert verdict.transactions > 0
    assert set(verdict.inflicted) == set(world.faults)


def test_every_kind_of_fault_comes_before_any_comes_again():
    kinds = ["a", "b", "c"]
    planned, again, few = (plan(kinds, count=count, chance=random.Random(7)) for count in (9, 9, 2))  # noqa: S311 - repeatable, not secret
    assert planned[:3] == kinds
    assert set(planned[3:]) <= set(kinds)
    assert planned == again
    assert few == ["a", "b"]
