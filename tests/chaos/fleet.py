"""Stations that keep their own books, charging under load, and the comparison of those books with the API's."""

import asyncio
import json
import random
import sqlite3
from collections import Counter
from datetime import datetime

import httpx2

from busbar.adapters.system.clock import SystemClock
from busbar.simulator.scenario import Scenario, SitePlan, StationPlan
from busbar.simulator.swarm import Swarm
from tests.journeys.conftest import sign_in
from tests.patience import Patience

PROTOCOLS = ("1.6", "2.0.1", "2.1")
PATIENCE_16 = {"TransactionMessageAttempts": "100", "TransactionMessageRetryInterval": "5"}
PATIENCE_2 = {"OCPPCommCtrlr.MessageAttempts.TransactionEvent": "100"}
"""A station gives a message about a transaction up only after a hundred attempts."""
HEARD = ("StationCommandAnswered", "StationBootAccepted", "StationOffline", "ConnectorStatusChanged")
"""Facts with one listener each."""


class Fleet:
    """Visited stations, and free ones that are started by API; their time runs `speed` times as fast as ours."""

    def __init__(self, installation, *, seed, stations=9, free=3, speed=60):
        self.installation = installation
        self.seed = seed
        self.tokens = [f"TAG{number:03}" for number in range(2 * stations + free)]
        visited = [self._plan(f"V-{number:02}", number, ("ac22", "ac22")) for number in range(stations)]
        self.free = [self._plan(f"F-{number:02}", number, ("ac22",), is_free=True) for number in range(free)]
        site = SitePlan(
            "site",
            (*visited, *self.free),
            tokens=tuple(self.tokens[free:]),
            arrivals_per_h=(stations * 12.0,),
            stay_min=(2, 6),
            occupied_permille=1000,
        )
        scenario = Scenario(installation.ocpp_url, (site,), seed=seed, speed=speed, call_timeout_s=5)
        self.swarm = Swarm(scenario, clock=SystemClock())
        self.sessions_by_key: dict[str, set[str]] = {}
        self.triggers: Counter[str] = Counter()
        self._is_over = asyncio.Event()
        self._people: list[asyncio.Task[None]] = []

    def _plan(self, identity, number, evses, **more):
        protocol = PROTOCOLS[number % 3]
        settings = PATIENCE_16 if protocol == "1.6" else PATIENCE_2
        return StationPlan(identity, protocol=protocol, evses=evses, sample_s=60, settings=settings, **more)

    async def begin(self):
        async with sign_in(self.installation) as console:
            for token in self.tokens:
                await console.send("PUT", f"tokens/{token}", {"kind": "rfid"})
            headers = {"Authorization": console.http.headers["Authorization"]}
        base = f"{self.installation.http_url}/api/v1/"
        self.http = httpx2.AsyncClient(base_url=base, timeout=20, headers=headers)
        await self.swarm.start()
        await self.swarm.wait_until_registered()
        self._people = [asyncio.create_task(self._ask(number)) for number in range(len(self.free))]

    async def _ask(self, number):
        """Start by API and send requests, each under a key of its own, again and again until it is answered."""
        chance = random.Random(f"{self.seed}/{number}")  # noqa: S311 - repeatable, not secret
        station_id, turn = self.free[number].identity, 0
        while not self._is_over.is_set():
            turn += 1
            body = {"station_id": station_id, "evse_id": 1, "id_token": {"value": self.tokens[number]}}
            answer = await self._insist("sessions", body, key=f"start-{station_id}-{turn}")
            if answer.status_code == 202:
                again = await self._insist("sessions", body, key=f"start-{station_id}-{turn}")
                self.sessions_by_key[f"{station_id}-{turn}"] = {
                    answer.json()["session_id"],
                    again.json()["session_id"],
                }
            self.triggers[station_id] += 1
            body = {"topic": "heartbeat", "timeout_s": 5}
            await self._insist(f"stations/{station_id}/commands/trigger", body, key=f"trigger-{station_id}-{turn}")
            await asyncio.sleep(chance.uniform(0.1, 0.8))

    async def _insist(self, path, body, *, key):
        while True:
            try:
                answer = await self.http.post(path, json=body, headers={"Idempotency-Key": key})
            except httpx2.TransportError:
                await asyncio.sleep(0.1)
            else:
                if answer.status_code < 500:
                    return answer
                await asyncio.sleep(0.1)

    async def finish(self, *, limit_s=60):
        """Let nobody come any more, unplug every vehicle, and wait until every station has told all it had to."""
        self._is_over.set()
        await asyncio.gather(*self._people)
        for visitors in self.swarm.visitors:
            visitors.end()
        for station in self.swarm.stations.values():
            for evse_id in station.station.charging.evses:
                station.unplug(evse_id)
        patience = Patience(limit_s)
        while not all(self._is_settled(station) for station in self.swarm.stations.values()):
            if patience.is_over:
                left = [station.identity for station in self.swarm.stations.values() if not self._is_settled(station)]
                raise TimeoutError(f"not settled after {patience.waited_s:.0f} s: {left}")
            await asyncio.sleep(0.05)
        await self.http.aclose()

    @staticmethod
    def _is_settled(station):
        running = [evse for evse in station.station.charging.evses.values() if evse.transaction is not None]
        return station.is_settled and not running

    async def close(self):
        self._is_over.set()
        for task in self._people:
            task.cancel()
        await asyncio.gather(*self._people, return_exceptions=True)
        await self.swarm.stop()

    # ---- judging -----------------------------------------------------------------------------------------------------

    async def find_faults(self):
        """Compare the stations' books with what the API says; return what is wrong, and how many transactions stand."""
        faults, count = [], 0
        async with sign_in(self.installation) as console:
            for station in self.swarm.stations.values():
                sessions = await list_all(console, "sessions", station_id=station.identity)
                faults += compare(station, sessions)
                count += len(station.finished)
                frames = (await console.get(f"stations/{station.identity}/wirelog", limit=1000))["items"]
                for frame in frames:
                    if frame["direction"] != "note":
                        json.loads(frame["text"])
            faults += [("unmatched", part) for part in await list_all(console, "unmatched-parts")]
        for key, session_ids in self.sessions_by_key.items():
            if len(session_ids) != 1:
                faults.append(("one key, two sessions", key))
        for station_id, asked in self.triggers.items():
            done = self.swarm.stations[station_id].books.commands["TriggerMessage"]
            if done > asked:
                faults.append(("a command was carried out twice", station_id, done, asked))
        return faults, count


async def list_all(console, path, **params):
    items, cursor = [], {}
    while True:
        page = await console.get(path, limit=500, **params, **cursor)
        items += page["items"]
        if page["next_cursor"] is None:
            return items
        cursor = {"cursor": page["next_cursor"]}


def compare(station, sessions):
    """Name what differs between a station's finished transactions and the sessions that the API tells of."""
    faults = [] if station.failure is None else [("the station crashed", station.identity, station.failure)]
    by_ref = {}
    for session in sessions:
        if session["transaction_ref"] is None:
            if session["state"] != "failed":
                faults.append(("neither begun nor failed", session))
        elif session["transaction_ref"] in by_ref:
            faults.append(("twice", session))
        else:
            by_ref[session["transaction_ref"]] = session
    remote = [each.remote_start_id for each in station.finished if each.remote_start_id is not None]
    if len(set(remote)) != len(remote):
        faults.append(("a remote start was carried out twice", station.identity, remote))
    for own in station.finished:
        session = by_ref.pop(own.ref, None)
        if session is None:
            faults.append(("lost", own))
        elif differs(own, session, is_exact=station.station.version.value == "ocpp1.6"):
            faults.append(("differs", own, session))
    return faults + [("nobody's", session) for session in by_ref.values()]


def differs(own, session, *, is_exact):
    """1.6 tells whole Wh; 2.x registers have decimals and are rounded once, at both ends."""
    energy_wh = own.meter_stop_wh - own.meter_start_wh
    return (
        session["state"] != "ended"
        or abs(session["energy_wh"] - energy_wh) > (0 if is_exact else 1)
        or session["stop_reason"] != own.reason
        or abs((datetime.fromisoformat(session["started_at"]) - own.started_at).total_seconds()) >= 1
        or abs((datetime.fromisoformat(session["ended_at"]) - own.stopped_at).total_seconds()) >= 1
    )


def examine_database(data_dir):
    """Look into the file of an installation that is not running: what is broken, parked, lost or left open."""
    with sqlite3.connect(f"{(data_dir / 'busbar.sqlite3').as_uri()}?mode=ro", uri=True) as db:
        missed = (
            f"SELECT count(*) FROM outbox WHERE name IN ({','.join('?' * len(HEARD))}) "  # noqa: S608 - question marks
            "AND fact_id NOT IN (SELECT message_id FROM inbox)"
        )
        found = {
            "integrity": db.execute("PRAGMA integrity_check").fetchone()[0],
            "missed": db.execute(missed, HEARD).fetchone()[0],
            "parked": db.execute("SELECT count(*) FROM parked").fetchone()[0],
            "unanswered": db.execute("SELECT count(*) FROM station_commands WHERE outcome IS NULL").fetchone()[0],
        }
    db.close()
    return found


SOUND = {"integrity": "ok", "missed": 0, "parked": 0, "unanswered": 0}
