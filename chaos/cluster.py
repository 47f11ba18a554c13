"""Roles in processes of their own on PostgreSQL, RabbitMQ and Redis: the faults that a network of machines can meet."""

import asyncio
import os
import re
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random
from types import SimpleNamespace
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from chaos.link import Link
from chaos.servers import Server
from tests.chaos.fleet import HEARD, Fleet
from tests.journeys.cluster import LEASE_S, Cluster, Member

MEMBERS = ("core-1", "core-2", "gateway-1", "gateway-2", "api-1", "worker-1")
ROLES = ("core", "gateway", "api", "worker")
SERVERS = ("postgresql", "rabbitmq", "redis")
FREEZE_S = (LEASE_S + 1.0, LEASE_S + 5.0)
"""Longer than a lease lasts."""
HOLD_S = (2.0, 8.0)
START_LIMIT_S = 300
"""Other work on the machine is no fault of Busbar's."""
SETTLE_LIMIT_S = 120
FINISH_LIMIT_S = 600
SETTINGS = {
    "BUSBAR_REQUEST_MAX_PER_MIN": "1000000",
    "BUSBAR_PING_INTERVAL_S": "5",
    "BUSBAR_PONG_TIMEOUT_S": "2",
    "BUSBAR_FACT_RETRY_INTERVAL_S": "1",
}
TRACE = re.compile(r"^Traceback .*?(?=^\d{4}-|\Z)", re.MULTILINE | re.DOTALL)
OPEN_ENDS = {
    "facts that a listener missed": (
        "SELECT count(*) FROM outbox WHERE name = ANY($1) AND fact_id NOT IN (SELECT message_id FROM inbox)"
    ),
    "parked facts": "SELECT count(*) FROM parked WHERE $1::text[] IS NOT NULL",
    "commands without an outcome": (
        "SELECT count(*) FROM station_commands WHERE outcome IS NULL AND $1::text[] IS NOT NULL"
    ),
}


class ClusterWorld:
    """Two cores, two gateways, an API and a worker, their servers, their stations, and what can be done to them."""

    name = "cluster"

    def __init__(self, directory: Path, *, seed: int, stations: int) -> None:
        self._directory, self._seed, self._stations = directory, seed, stations
        self._servers: dict[str, Server] = {}
        self._links: dict[str, Link] = {}
        self._cluster: Cluster | None = None
        self.fleet: Fleet | None = None
        self.faults: dict[str, Callable[[Random], Awaitable[None]]] = {
            **{f"kill {role}": self._make_kill(role) for role in ROLES},
            "stop core": self._stop_core,
            "freeze core": self._make_freeze("core"),
            "freeze gateway": self._make_freeze("gateway"),
            **{f"restart {name}": self._make_restart(name) for name in SERVERS},
            "cut gateway from peers": self._part_gateway,
            "cut link": self._cut_link,
            "silent link": self._hold_link,
        }

    @property
    def cluster(self) -> Cluster:
        """The processes, once they are made."""
        if self._cluster is None:
            raise RuntimeError("open() comes first")
        return self._cluster

    async def open(self) -> None:
        """Start servers, processes and stations."""
        self._servers = {name: Server(name, self._directory / name) for name in SERVERS}
        self._directory.chmod(0o755)
        await asyncio.gather(*(server.make() for server in self._servers.values()))
        self._cluster = Cluster(
            self._directory,
            database_url=self._servers["postgresql"].url,
            broker_url=self._servers["rabbitmq"].url,
            redis_url=self._servers["redis"].url,
            prefix="chaos_",
        )
        self.cluster.settings |= SETTINGS
        for name in MEMBERS:
            self.cluster.members[name] = await self._plan_member(name)
        await self.cluster.start(*MEMBERS)
        gateways = [member for name, member in self.cluster.members.items() if name.startswith("gateway")]
        stations = self._links["stations"] = Link(*(gateway.ocpp_port for gateway in gateways))
        await stations.start()
        place = SimpleNamespace(
            http_url=self.cluster["api-1"].http_url, ocpp_url=f"ws://127.0.0.1:{stations.port}/ocpp"
        )
        self.fleet = Fleet(place, seed=self._seed, stations=self._stations)
        await self.fleet.begin()

    async def _plan_member(self, name: str) -> Member:
        """Plan a process; a gateway sees its peers over links of its own."""
        role = name.partition("-")[0]
        settings = dict(self.cluster.settings)
        if role == "gateway":
            for server, setting in (("rabbitmq", "BUSBAR_BROKER_URL"), ("redis", "BUSBAR_REDIS_URL")):
                link = self._links[f"{name} {server}"] = Link(self._servers[server].port)
                await link.start()
                settings[setting] = turn_to(self._servers[server].url, link.port)
        return Member(role, name, self._directory / name, settings, start_limit_s=START_LIMIT_S)

    async def judge(self) -> tuple[list[object], int]:
        """Let everything come to an end; return what is wrong, and how many transactions were compared."""
        assert self.fleet is not None  # noqa: S101 - opened before it is judged
        await self.fleet.finish(limit_s=FINISH_LIMIT_S)
        left = await self._wait_for_ends()
        faults, count = await self.fleet.find_faults()
        faults += [("still open", what, found) for what, found in left.items() if found]
        for name in reversed(MEMBERS):
            await self.cluster[name].stop()
        for member in self.cluster.members.values():
            faults += [("a defect is in the log", member.name, trace) for trace in find_own_traces(member.output)]
        return faults, count

    async def _wait_for_ends(self) -> dict[str, int]:
        """Wait until every fact was heard and every command has its outcome; return what is left of each."""
        connection = await asyncpg.connect(self._servers["postgresql"].url)
        loop = asyncio.get_running_loop()
        until_s = loop.time() + SETTLE_LIMIT_S
        try:
            while True:
                left = {what: await connection.fetchval(query, list(HEARD)) for what, query in OPEN_ENDS.items()}
                if not any(left.values()) or loop.time() > until_s:
                    return left
                await asyncio.sleep(0.5)
        finally:
            await connection.close()

    async def close(self) -> None:
        """End whatever still runs."""
        if self.fleet is not None:
            await self.fleet.close()
        for member in self._cluster.members.values() if self._cluster is not None else ():
            if member.process is not None:
                member.kill()
        for link in self._links.values():
            await link.stop()
        for server in self._servers.values():
            server.stop()

    # ---- faults ------------------------------------------------------------------------------------------------------

    def _choose(self, role: str, chance: Random) -> Member:
        return self.cluster[chance.choice([name for name in MEMBERS if name.startswith(role)])]

    def _make_kill(self, role: str) -> Callable[[Random], Awaitable[None]]:
        async def kill(chance: Random) -> None:
            member = self._choose(role, chance)
            member.kill()
            await asyncio.sleep(chance.uniform(0, 2))
            await member.start()

        return kill

    async def _stop_core(self, chance: Random) -> None:
        member = self._choose("core", chance)
        await member.stop()
        await member.start()

    def _make_freeze(self, role: str) -> Callable[[Random], Awaitable[None]]:
        async def freeze(chance: Random) -> None:
            member = self._choose(role, chance)
            assert member.process is not None  # noqa: S101 - it runs between two faults
            os.kill(member.process.pid, signal.SIGSTOP)
            try:
                await asyncio.sleep(chance.uniform(*FREEZE_S))
            finally:
                os.kill(member.process.pid, signal.SIGCONT)
            await member.wait_until_ready()

        return freeze

    def _make_restart(self, name: str) -> Callable[[Random], Awaitable[None]]:
        async def restart(chance: Random) -> None:
            server = self._servers[name]
            await asyncio.to_thread(chance.choice([server.kill, server.stop]))
            await asyncio.sleep(chance.uniform(0, 2))
            await server.start()
            await asyncio.gather(*(member.wait_until_ready() for member in self.cluster.members.values()))

        return restart

    async def _part_gateway(self, chance: Random) -> None:
        name = self._choose("gateway", chance).name
        links = [link for key, link in self._links.items() if key.startswith(name)]
        way = chance.choice([Link.hold, Link.refuse])
        for link in links:
            way(link)
        await asyncio.sleep(chance.uniform(*FREEZE_S))
        for link in links:
            link.heal()
        await self.cluster[name].wait_until_ready()

    async def _cut_link(self, _chance: Random) -> None:
        self._links["stations"].cut()

    async def _hold_link(self, chance: Random) -> None:
        self._links["stations"].hold()
        await asyncio.sleep(chance.uniform(*HOLD_S))
        self._links["stations"].heal()


def find_own_traces(output: str) -> list[str]:
    """Return the traces in a log that lead through our code; the broker's client logs a lost connection with one."""
    return [trace for trace in TRACE.findall(output) if "/busbar/" in trace]


def turn_to(url: str, port: int) -> str:
    """Return an address with another port."""
    parts = urlsplit(url)
    user = f"{parts.username}:{parts.password}@" if parts.username else ""
    return urlunsplit(parts._replace(netloc=f"{user}{parts.hostname}:{port}"))
