"""`busbar jobs`: what a person at a terminal sees and does."""

import asyncio
import json
import shutil

import pytest
from typer.testing import CliRunner

from busbar.app.config import SQLITE_FILE_NAME
from busbar.cli import EXIT_START, app
from busbar.db.engine import Databases
from busbar.db.jobs import DEAD, WAITING, jobs
from busbar.ports.jobs import NewJob
from tests.contracts.jobs.conftest import Desk


@pytest.fixture
async def desk(tmp_path, sqlite_template):
    shutil.copyfile(sqlite_template, tmp_path / SQLITE_FILE_NAME)
    databases = Databases(f"sqlite+aiosqlite:///{tmp_path / SQLITE_FILE_NAME}")
    desk = Desk(databases)
    async with desk.work() as work:
        desk.job_id = await desk.jobs().enqueue(NewJob(kind="bill"), work)
        await desk.jobs().enqueue(NewJob(kind="letter"), work)
    async with databases.writer.begin() as connection:
        dead = {"state": DEAD, "attempts": 3, "last_error": "RuntimeError: no paper\nin tray 2"}
        await connection.execute(jobs.update().where(jobs.c.job_id == desk.job_id).values(dead))
    yield desk
    await databases.close()


@pytest.fixture
def run(tmp_path):
    def run(*words, code=0):
        # typer's runner is synchronous and the command runs a loop of its own
        result = CliRunner(env={"BUSBAR_DATA_DIR": str(tmp_path)}).invoke(app, ["jobs", *words])
        assert result.exit_code == code, result.output
        return result.output.splitlines()

    return run


async def test_what_was_given_up_is_listed_run_again_and_dropped(desk, run):
    async def ask(*words, code=0):
        return await asyncio.to_thread(run, *words, code=code)

    head, *lines = await ask("list")
    assert head.split()[:3] == ["job", "kind", "state"]
    assert len(lines) == 2
    [_, line] = await ask("list", "--state", "dead")
    assert line.endswith("3 of 10                RuntimeError: no paper")
    [line] = await ask("list", "--state", "dead", "--json")
    assert json.loads(line)["job_id"] == desk.job_id
    assert await ask("retry", desk.job_id) == ["bill is due now"]
    assert [row.state for row in await desk.jobs().list_jobs()] == [WAITING, WAITING]
    assert await ask("drop", desk.job_id) == ["bill is forgotten"]
    assert await ask("drop", desk.job_id, code=EXIT_START) == ["there is no such job (not_found.job)"]
    assert await ask("list", "--state", "dead") == ["no jobs"]


def test_a_database_that_is_not_there_is_said_so(run, tmp_path):
    [line] = run("list", code=EXIT_START)
    assert line.startswith("cannot use the database")
