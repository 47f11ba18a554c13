"""A backup made under load, put back elsewhere: nothing of before it is missing, and stations noticed nothing."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chaos.fleet import SOUND, Fleet, examine_database, list_all
from tests.journeys.conftest import Installation, sign_in
from tests.patience import HANG_LIMIT_S, Patience

SEED = 20260301
BUSBAR = str(Path(sys.executable).with_name("busbar"))


@pytest.fixture
def make_installation(tmp_path):
    made = []

    def make(name):
        (tmp_path / name).mkdir()
        made.append(Installation(tmp_path / name / "data", BUSBAR_REQUEST_MAX_PER_MIN="100000"))
        return made[-1]

    yield make
    for installation in made:
        if installation.process is not None:
            installation.kill()


def run_busbar(installation, *words):
    environment = os.environ | {"BUSBAR_DATA_DIR": str(installation.data_dir)}
    return subprocess.run([BUSBAR, *words], env=environment, capture_output=True, text=True, check=True)


async def list_ended(installation):
    async with sign_in(installation) as console:
        sessions = await list_all(console, "sessions")
    return {each["session_id"]: each for each in sessions if each["state"] == "ended"}


async def test_what_was_acknowledged_before_a_backup_under_load_is_in_it(make_installation, tmp_path):
    here, there = make_installation("here"), make_installation("there")
    here.start()
    fleet = Fleet(here, seed=SEED)
    try:
        await fleet.begin()
        patience = Patience(HANG_LIMIT_S)
        while len(before := await list_ended(here)) < 12:
            assert not patience.is_over, before
            await asyncio.sleep(0.1)
        await asyncio.to_thread(run_busbar, here, "backup", str(tmp_path / "b.tar"), "--wire-log")
        await fleet.finish()
        faults, count = await fleet.find_faults()
    finally:
        await fleet.close()
    assert here.stop() == 0
    assert (faults, examine_database(here.data_dir)) == ([], SOUND), "nobody noticed the backup"
    assert count > len(before) >= 12, "charging went on"

    run_busbar(there, "restore", str(tmp_path / "b.tar"))
    await asyncio.to_thread(there.start)
    after = await list_ended(there)
    assert before.items() <= after.items()
    assert there.stop() == 0
    assert examine_database(there.data_dir)["integrity"] == "ok"
