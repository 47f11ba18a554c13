"""A database is brought to the steps of a version to come while stations and programs use it: nobody notices.

The version to come is this one with steps of the test's own. They add columns to the tables that every report goes
through, a table, and an index beside the writers: what steps may do (`tests/house/test_migrations.py`).
"""

import asyncio
import json
import os
import shutil
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select
from websockets.asyncio.client import connect

from busbar.app.migrations import find_current, find_directory, find_head
from busbar.db.engine import Databases
from busbar.db.messaging import parked
from busbar.domain.metering.tables import sample_blocks
from tests.journeys.conftest import Installation, sign_in
from tests.journeys.stations import stamp
from tests.patience import HANG_LIMIT_S
from tests.services import POSTGRESQL

pytestmark = pytest.mark.every_database

TABLES = ("sessions", "sample_blocks", "meter_records", "stations", "connectors", "id_tokens", "outbox", "api_keys")
STATIONS = 4
EVERYBODY = (*(f"M-{number}" for number in range(STATIONS)), "api")
PACE_S = 0.05
"""Rest between two calls: the machine is needed for the process that takes the steps."""
SETTLED = 10
"""Answers that each station has before and after the steps are taken."""
COLUMNS = f"""
import sqlalchemy as sa
from alembic import op

revision = "9001"
down_revision = "{find_head()}"


def upgrade():
    for table in {TABLES!r}:
        op.add_column(table, sa.Column("test_note", sa.String(length=20), nullable=True))
        op.add_column(table, sa.Column("test_count", sa.Integer(), nullable=False, server_default="0"))
    op.create_table("test_notes", sa.Column("note_id", sa.Integer(), primary_key=True))
"""
INDEX = """
from busbar.app.migrations.indexes import add_index

revision = "9002"
down_revision = "9001"


def upgrade():
    add_index("test_ix_sessions_note", "sessions", ["test_note", "session_id"])
"""
PROGRAM = """
import asyncio, pathlib, sys

import busbar.app.migrations as steps

directory = pathlib.Path(sys.argv.pop(1))
steps.find_directory = lambda: directory
"""
MIGRATE = "from busbar.db.engine import Databases; print(*asyncio.run(steps.migrate(Databases(sys.argv[1]))))"
BUSBAR = "from busbar.cli import app; app()"


@pytest.fixture
def later(tmp_path) -> Path:
    """The steps of the version to come."""
    directory = tmp_path / "later"
    shutil.copytree(find_directory(), directory)
    (directory / "versions" / "9001_columns.py").write_text(COLUMNS, encoding="utf-8")
    (directory / "versions" / "9002_index.py").write_text(INDEX, encoding="utf-8")
    return directory


@pytest.fixture
def installation(tmp_path, database_kind, request):
    """Busbar as it serves before, and goes on serving."""
    settings = {"BUSBAR_STATION_RATE_MAX_MESSAGES_PER_S": "1000"}
    if database_kind == POSTGRESQL:
        settings["BUSBAR_DATABASE_URL"] = request.getfixturevalue("empty_postgresql_database")
    installation = Installation(tmp_path / "data", **settings)
    installation.start()
    yield installation
    if installation.process is not None:
        installation.kill()


def name_database(installation) -> str:
    own = f"sqlite+aiosqlite:///{installation.data_dir / 'busbar.sqlite3'}"
    return installation.settings.get("BUSBAR_DATABASE_URL", own)


class Charging:
    """Stations that charge and tell samples one after the other, and a program that asks for them."""

    def __init__(self, installation):
        self.installation = installation
        self.answers: Counter[str] = Counter()
        self.samples = 0
        self.is_over = False
        self.is_answered = asyncio.Event()

    async def call(self, name, socket, action, payload):
        await socket.send(json.dumps([2, f"{action} {self.answers[name]}", action, payload]))
        async with asyncio.timeout(HANG_LIMIT_S):
            answer = json.loads(await socket.recv())
        assert answer[0] == 3, answer
        self.note_answer(name)
        await asyncio.sleep(PACE_S)
        return answer[2]

    def note_answer(self, name) -> None:
        self.answers[name] += 1
        self.is_answered.set()

    async def charge(self, number: int) -> None:
        name, at = f"M-{number}", 0
        async with connect(f"{self.installation.ocpp_url}/{name}", subprotocols=["ocpp1.6"]) as socket:
            boot = {"chargePointVendor": "Trial", "chargePointModel": "T1"}
            assert (await self.call(name, socket, "BootNotification", boot))["status"] == "Accepted"
            while not self.is_over:
                begin = {"connectorId": 1, "idTag": f"T{number}", "meterStart": 10 * at, "timestamp": stamp(at)}
                reference = (await self.call(name, socket, "StartTransaction", begin))["transactionId"]
                for _ in range(5):
                    at += 10
                    values = [
                        {"value": f"{10 * at}", "measurand": "Energy.Active.Import.Register", "unit": "Wh"},
                        {"value": "3600.0", "measurand": "Power.Active.Import", "unit": "W"},
                    ]
                    told = [{"timestamp": stamp(at), "sampledValue": values}]
                    meter = {"connectorId": 1, "transactionId": reference, "meterValue": told}
                    await self.call(name, socket, "MeterValues", meter)
                    self.samples += 1
                end = {"transactionId": reference, "meterStop": 10 * at, "timestamp": stamp(at)}
                await self.call(name, socket, "StopTransaction", end)
                at += 10

    async def ask(self) -> None:
        """A program reads and writes through the API."""
        async with sign_in(self.installation) as console:
            while not self.is_over:
                await console.get("sessions")
                await console.get("stations")
                await console.send("PUT", f"tokens/NEW{self.answers['api']}", {"kind": "rfid"})
                self.note_answer("api")
                await asyncio.sleep(PACE_S)

    async def settle(self, *names) -> None:
        """Wait until each of these has been answered some more times."""
        before = self.answers.copy()
        while any(self.answers[name] - before[name] < SETTLED for name in names):
            self.is_answered.clear()
            await self.is_answered.wait()


async def run_later(later, program, *arguments, **settings) -> tuple[int, str]:
    """Run a program of the version to come; return its exit code and what it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM + program, str(later), *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        env={name: value for name, value in os.environ.items() if not name.startswith("BUSBAR_")} | settings,
    )  # fmt: skip
    async with asyncio.timeout(HANG_LIMIT_S):
        printed, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, printed.decode().strip()


async def migrate(installation, later) -> None:
    """Take the steps as a person does. A SQLite file is its process's own: there the command refuses, we do not."""
    settings = installation.settings | {"BUSBAR_DATA_DIR": str(installation.data_dir)}
    done = await run_later(later, BUSBAR, "migrate", **settings)
    if "BUSBAR_DATABASE_URL" in settings:
        assert done == (0, f"schema {find_head()} -> 9002")
        return
    assert done[0] != 0
    assert "another busbar" in done[1]
    assert await run_later(later, MIGRATE, name_database(installation)) == (0, f"{find_head()} 9002")


async def count_stored(url) -> tuple[str | None, int, int]:
    """Read the revision, how many messages of samples are stored, and how many messages were given up."""
    databases = Databases(url)
    try:
        async with databases.read() as connection:
            revision = await find_current(connection)
            blocks = (await connection.execute(select(func.count()).select_from(sample_blocks))).scalar_one()
            given_up = (await connection.execute(select(func.count()).select_from(parked))).scalar_one()
            return revision, blocks, given_up
    finally:
        await databases.close()


async def test_steps_are_taken_while_stations_and_programs_are_answered(installation, later):
    url = name_database(installation)
    charging = Charging(installation)
    async with asyncio.TaskGroup() as group:
        for number in range(STATIONS):
            group.create_task(charging.charge(number))
        group.create_task(charging.ask())
        await charging.settle(*EVERYBODY)
        await migrate(installation, later)
        await charging.settle(*EVERYBODY)  # the process that was there before goes on
        charging.is_over = True
    assert await count_stored(url) == ("9002", charging.samples, 0)
    assert installation.stop() == 0
    for word in ("Traceback", "error", "critical"):
        assert word not in installation.output
    installation.program = [sys.executable, "-c", PROGRAM + BUSBAR, str(later)]
    installation.start()  # the version to come takes over
    charging.is_over = False
    async with asyncio.TaskGroup() as group:
        group.create_task(charging.charge(STATIONS))
        await charging.settle(f"M-{STATIONS}")
        charging.is_over = True
    assert await count_stored(url) == ("9002", charging.samples, 0)
    assert installation.stop() == 0
    assert "Traceback" not in installation.output
