"""The process ends at any moment: what was acknowledged is there exactly once afterwards, and nothing is done twice."""

import asyncio
import os
import random
import signal

import pytest

from tests.chaos.fleet import SOUND, Fleet, examine_database
from tests.journeys.conftest import Installation

SEED = int(os.environ.get("BUSBAR_TEST_SEED") or random.SystemRandom().randrange(10**6))
ROUNDS = int(os.environ.get("BUSBAR_TEST_ROUNDS") or 3)


@pytest.fixture
def installation(tmp_path):
    made = Installation(tmp_path / "data", BUSBAR_REQUEST_MAX_PER_MIN="100000")
    made.start()
    yield made
    if made.process is not None:
        made.kill()


async def stop_politely(installation):
    """End it as a service manager does; return the exit code and the seconds that it took."""
    loop = asyncio.get_running_loop()
    process, began_s = installation.process, loop.time()
    process.send_signal(signal.SIGTERM)
    code = await asyncio.to_thread(process.wait, 30)
    installation.process = None
    return code, loop.time() - began_s


async def test_ends_at_random_moments_cost_nothing(installation):
    print(f"BUSBAR_TEST_SEED={SEED} BUSBAR_TEST_ROUNDS={ROUNDS}")  # noqa: T201 - to play a failure again
    chance = random.Random(SEED)  # noqa: S311 - repeatable, not secret
    fleet = Fleet(installation, seed=SEED)
    try:
        await fleet.begin()
        for number in range(ROUNDS):
            await asyncio.sleep(chance.uniform(0.5, 2.5))
            if number % 3 == 1:
                code, took_s = await stop_politely(installation)
                assert code == 0
                assert took_s < 10  # the default shutdown_timeout_s
            else:
                installation.kill()
            await asyncio.to_thread(installation.start)
        await asyncio.sleep(1.5)
        await fleet.finish()
        faults, count = await fleet.find_faults()
    finally:
        await fleet.close()
    assert installation.stop() == 0
    assert faults == []
    assert count > 0
    assert examine_database(installation.data_dir) == SOUND
    assert "Traceback" not in installation.output
