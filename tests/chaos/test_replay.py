"""Frames that were kept give the same sessions again; what the database lost comes back from them."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from busbar.adapters.system.clock import SystemClock, TimeOrderedIds
from busbar.app.config import Settings
from busbar.app.replay.run import Replay
from busbar.kernel.ids import StationId
from tests.chaos.fleet import SOUND, Fleet, examine_database, list_all
from tests.journeys.conftest import Installation, sign_in
from tests.patience import HANG_LIMIT_S, Patience

SEED = 20260302
BUSBAR = str(Path(sys.executable).with_name("busbar"))
OF_SESSIONS = ("sessions", "session_events", "meter_records", "sample_blocks")


@pytest.fixture
def installation(tmp_path):
    made = Installation(tmp_path / "data", BUSBAR_REQUEST_MAX_PER_MIN="100000")
    made.start()
    yield made
    if made.process is not None:
        made.kill()


async def replay(installation, station_id, day, *, is_applied=False):
    settings = Settings(data_dir=installation.data_dir)
    played = Replay(settings, clock=SystemClock(), ids=TimeOrderedIds())
    return await played.run(StationId(station_id), date.fromisoformat(day), is_applied=is_applied)


def run_replay(installation, *words, code):
    """`busbar replay` as a person types it."""
    environment = os.environ | {"BUSBAR_DATA_DIR": str(installation.data_dir)}
    done = subprocess.run([BUSBAR, "replay", *words], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code, (done.stdout, done.stderr)
    return done.stdout


async def until(condition):
    """Wait until a condition holds, for as long as the machine leaves the fleet little to play with."""
    patience = Patience(HANG_LIMIT_S)
    while not condition():
        assert not patience.is_over, "the fleet never came so far"
        await asyncio.sleep(0.1)


async def list_sessions(installation):
    async with sign_in(installation) as console:
        return [each for each in await list_all(console, "sessions") if each["transaction_ref"]]


def name_day(session):
    """Name the day whose frames told of a session: they lie by our clock, and the stations' run many times as fast."""
    return session["created_at"][:10]


def lose(installation, session_id):
    with closing(sqlite3.connect(installation.data_dir / "busbar.sqlite3")) as db:
        for table in OF_SESSIONS:
            assert db.execute(f"DELETE FROM {table} WHERE session_id = ?", (session_id,)).rowcount  # noqa: S608 - our tables
        db.commit()


def tamper(installation, session_id):
    with closing(sqlite3.connect(installation.data_dir / "busbar.sqlite3")) as db:
        db.execute("UPDATE sessions SET end_register_wh = 1, energy_wh = 2 WHERE session_id = ?", (session_id,))
        db.commit()


def read_audit(installation):
    with closing(sqlite3.connect(installation.data_dir / "busbar.sqlite3")) as db:
        return db.execute("SELECT actor, subject FROM audit_entries WHERE action = 'station.replay'").fetchall()


async def test_frames_give_the_same_again_and_bring_back_what_was_lost(installation):
    fleet = Fleet(installation, seed=SEED, stations=3, free=0)
    try:
        await fleet.begin()
        await until(lambda: all(each.finished for each in fleet.swarm.stations.values()))
        await fleet.finish()
        faults, _ = await fleet.find_faults()
    finally:
        await fleet.close()
    assert faults == []
    sessions = await list_sessions(installation)
    chosen = {each["station_id"]: each for each in sessions if each["energy_wh"]}
    assert len(chosen) == 3, "one of each protocol"

    for station_id, session in chosen.items():  # while Busbar runs
        outcome = await replay(installation, station_id, name_day(session))
        assert (outcome.differences, outcome.refused_frames, outcome.refused_reports) == ((), 0, {})
        of_station = [each for each in sessions if each["station_id"] == station_id]
        assert outcome.compared_sessions == len(of_station)
        assert outcome.reports > 3 * len(of_station)
    assert installation.stop() == 0

    for station_id, session in chosen.items():
        day = name_day(session)
        lose(installation, session["session_id"])
        outcome = await replay(installation, station_id, day, is_applied=True)
        [difference] = outcome.differences
        assert (difference.database, difference.replay, outcome.handed_in > 1) == ("-", "there", True)
        again = await replay(installation, station_id, day, is_applied=True)
        assert (again.differences, again.handed_in) == ((), 0)
    assert read_audit(installation) == [("system:replay", f"station:{station_id}") for station_id in chosen]
    assert examine_database(installation.data_dir) == SOUND

    installation.start()
    after = {each["station_id"] + each["started_at"]: each for each in await list_sessions(installation)}
    assert len(after) == len(sessions)
    for station_id, session in chosen.items():
        found = after[station_id + session["started_at"]]
        for name in ("state", "energy_wh", "started_at", "ended_at", "stop_reason"):
            assert found[name] == session[name], name
    assert installation.stop() == 0


async def test_a_changed_figure_is_told(installation):
    fleet = Fleet(installation, seed=SEED + 1, stations=1, free=0)
    try:
        await fleet.begin()
        await until(lambda: any(each.finished for each in fleet.swarm.stations.values()))
        await fleet.finish()
    finally:
        await fleet.close()
    [session, *_] = [each for each in await list_sessions(installation) if each["energy_wh"]]
    assert installation.stop() == 0
    tamper(installation, session["session_id"])
    words = ("--station", session["station_id"], "--day", name_day(session))
    outcome = json.loads(run_replay(installation, *words, "--json", code=1))
    told = {each["field"]: (each["database"], each["replay"]) for each in outcome["differences"]}
    assert told.keys() == {"energy_wh", "end_register_wh"}
    assert told["energy_wh"] == ("2", str(session["energy_wh"]))
    lines = run_replay(installation, *words, code=1).splitlines()
    assert lines[0].startswith(f"{session['station_id']}: {outcome['reports']} reports of ")
    assert lines[1].split() == ["what", "figure", "database", "replay"]
    assert len(lines) == 4


def test_what_cannot_be_replayed_is_said_so(installation):
    installation.stop()
    run_replay(installation, "--station", "NOBODY", "--day", "2026-03-01", code=1)
    run_replay(installation, "--station", "NOBODY", "--day", "1 March", code=2)
