"""Roles in processes of their own on PostgreSQL, RabbitMQ and Redis: the world that a network of machines lives in."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from random import Random
from types import SimpleNamespace
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from chaos.clock import SetClock
from chaos.link import Link
from chaos.network import NetworkFaults
from chaos.servers import Server
from tests.chaos.fleet import HEARD, Fleet
from tests.journeys.cluster import Cluster, Member
from tests.patience import Patience

MEMBERS = ("core-1", "core-2", "gateway-1", "gateway-2", "api-1", "worker-1")
SERVERS = {
    "postgresql": "BUSBAR_DATABASE_URL",
    "rabbitmq": "BUSBAR_BROKER_URL",
    "redis": "BUSBAR_REDIS_URL",
}
SETTLE_LIMIT_S = 120
FINISH_LIMIT_S = 300
"""As `Patience` counts. Stations wait longer and longer between two attempts."""
SETTINGS = {
    "BUSBAR_REQUEST_MAX_PER_MIN": "1000000",
    "BUSBAR_PING_INTERVAL_S": "5",
    "BUSBAR_PONG_TIMEOUT_S": "2",
    "BUSBAR_FACT_RETRY_INTERVAL_S": "1",
    "BUSBAR_REMOTE_START_TIMEOUT_S": "45",
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
    "starts that neither began nor failed": (
        "SELECT count(*) FROM sessions WHERE state IN ('requested', 'waiting') AND $1::text[] IS NOT NULL"
    ),
}


class ClusterWorld:
    """Cores, gateways, an API and a worker, their servers, their stations, and what can be done to them.

    Every process sees each of its servers over a link of its own. The servers are ours to break, unless `urls` names
    others', which are left alone.
    """

    name = "cluster"

    def __init__(
        self,
        directory: Path,
        *,
        seed: int,
        stations: int,
        urls: Mapping[str, str] | None = None,
        prefix: str = "chaos_",
    ) -> None:
        self._directory, self._seed, self._stations = directory, seed, stations
        self._urls, self._prefix = dict(urls or {}), prefix
        self._cluster: Cluster | None = None
        self.servers = {} if urls else {name: Server(name, directory / name) for name in SERVERS}
        self.links: dict[str, Link] = {}
        self.clocks: dict[str, SetClock] = {}
        self.has_clocks = SetClock.find(directory) is not None
        self.fleet: Fleet | None = None
        self.faults: dict[str, Callable[[Random], Awaitable[None]]] = NetworkFaults(self).list_faults()

    @property
    def cluster(self) -> Cluster:
        """The processes, once they are made."""
        if self._cluster is None:
            raise RuntimeError("open() comes first")
        return self._cluster

    async def open(self) -> None:
        """Start servers, processes and stations."""
        self._directory.chmod(0o755)
        await asyncio.gather(*(server.make() for server in self.servers.values()))
        self._urls |= {name: server.url for name, server in self.servers.items()}
        self._cluster = Cluster(
            self._directory,
            database_url=self._urls["postgresql"],
            broker_url=self._urls["rabbitmq"],
            redis_url=self._urls["redis"],
            prefix=self._prefix,
        )
        self.cluster.settings |= SETTINGS
        for name in MEMBERS:
            self.cluster.members[name] = await self._plan_member(name)
        await self.cluster.start(*MEMBERS)
        gateways = [member for name, member in self.cluster.members.items() if name.startswith("gateway")]
        stations = self.links["stations"] = Link(*(gateway.ocpp_port for gateway in gateways))
        await stations.start()
        place = SimpleNamespace(
            http_url=self.cluster["api-1"].http_url, ocpp_url=f"ws://127.0.0.1:{stations.port}/ocpp"
        )
        self.fleet = Fleet(place, seed=self._seed, stations=self._stations)
        await self.fleet.begin()

    async def _plan_member(self, name: str) -> Member:
        """Plan a process, its links to the servers, and its clock."""
        role = name.partition("-")[0]
        directory = self._directory / name
        directory.mkdir()
        settings = dict(self.cluster.settings)
        for server, setting in SERVERS.items():
            link = self.links[f"{name} {server}"] = Link(urlsplit(settings[setting]).port or 0)
            await link.start()
            settings[setting] = turn_to(settings[setting], link.port)
        clock = SetClock.find(directory)
        if clock is not None:
            self.clocks[name] = clock
            settings |= clock.environ
        return Member(role, name, directory, settings)

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
        connection = await asyncpg.connect(self._urls["postgresql"].replace("+asyncpg", ""))
        patience = Patience(SETTLE_LIMIT_S)
        try:
            while True:
                left = {what: await connection.fetchval(query, list(HEARD)) for what, query in OPEN_ENDS.items()}
                if not any(left.values()) or patience.is_over:
                    return left
                await asyncio.sleep(0.2)
        finally:
            await connection.close()

    async def close(self) -> None:
        """End whatever still runs; take away what was made in servers that are not ours."""
        if self.fleet is not None:
            await self.fleet.close()
        if self._cluster is not None:
            for member in self._cluster.members.values():
                if member.process is not None:
                    member.kill()
            if not self.servers:
                await self._cluster.close()
        for link in self.links.values():
            await link.stop()
        for server in self.servers.values():
            server.stop()


def find_own_traces(output: str) -> list[str]:
    """Return the traces in a log that lead through our code; the broker's client logs a lost connection with one."""
    return [trace for trace in TRACE.findall(output) if "/busbar/" in trace]


def turn_to(url: str, port: int) -> str:
    """Return an address with another port."""
    parts = urlsplit(url)
    password = f":{parts.password}" if parts.password else ""
    user = f"{parts.username}{password}@" if parts.username else ""
    return urlunsplit(parts._replace(netloc=f"{user}{parts.hostname}:{port}"))
