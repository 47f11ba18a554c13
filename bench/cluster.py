"""The roles on PostgreSQL, RabbitMQ and Redis: a gateway and a core against others, and what a second core adds."""

import asyncio
import contextlib
import itertools
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.audit import audit
from bench.contest import Contest, Pace
from bench.figure import Figure
from bench.generator import Result
from bench.processes import cores, list_tree
from bench.product import (
    SETTINGS,
    STOP_LIMIT_S,
    ServerError,
    data_directory,
    find_free_port,
    make_environment,
    register_tokens,
    wait_until_ready,
)
from bench.servers import Server
from bench.throughput import OURS, House, Rival, Standing
from services import SERVICES, start_service

GROWTH_FLOOR = 1.6
VERSION = "1.6"
CONNECTIONS = 1000
PARTITIONS_SETTLE_S = 10.0
"""A core that comes takes its share of the partitions meanwhile."""


@dataclass
class Cluster:
    """The processes of one installation, each a role."""

    settings: dict[str, str]
    service_ids: tuple[int, ...]
    running: contextlib.ExitStack
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict[str, subprocess.Popen[bytes]])

    @property
    def database_url(self) -> str:
        """Where its rows are."""
        return self.settings["BUSBAR_DATABASE_URL"].replace("postgresql://", "postgresql+asyncpg://")

    def start(self, role: str, name: str | None = None, **settings: str) -> int:
        """Start a role on the servers' core, wait until it is ready; return the port it is asked on."""
        port = find_free_port()
        door = "BUSBAR_HTTP_PORT" if role == "api" else "BUSBAR_HEALTH_PORT"
        environment = make_environment(self.settings | settings | {door: str(port)})
        process = subprocess.Popen([busbar(), role], env=environment, stdout=subprocess.DEVNULL)
        os.sched_setaffinity(process.pid, cores()[0])
        self.processes[name or role] = process
        self.running.callback(self.stop, name or role)
        wait_until_ready(process, port)
        return port

    def stop(self, name: str) -> None:
        """Stop a process, if it still runs."""
        process = self.processes.pop(name, None)
        if process is not None:
            process.send_signal(signal.SIGTERM)
            process.wait(STOP_LIMIT_S)


def busbar() -> str:
    """Name the product's program."""
    return str(Path(sys.executable).with_name("busbar"))


@contextlib.contextmanager
def services_started() -> Iterator[tuple[dict[str, str], tuple[int, ...]]]:
    """Start PostgreSQL, RabbitMQ and Redis of our own on the load's core; give their addresses and processes."""
    before = set(list_tree(os.getpid()))
    everywhere = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores()[1])
    with contextlib.ExitStack() as running:
        try:
            services = [SERVICES[name] for name in ("postgresql", "rabbitmq", "redis")]
            addresses = {service.variable: running.enter_context(start_service(service)) for service in services}
        finally:
            os.sched_setaffinity(0, everywhere)
        yield addresses, tuple(set(list_tree(os.getpid())) - before)


@contextlib.contextmanager
def cluster_started() -> Iterator[Cluster]:
    """Run one process of each role but the worker; the tokens of the load are known."""
    with (
        data_directory() as directory,
        services_started() as (addresses, service_ids),
        contextlib.ExitStack() as running,
    ):
        key_file = directory / "secret.key"
        key_file.write_bytes(os.urandom(32))
        key_file.chmod(0o600)
        settings = {
            "BUSBAR_DATA_DIR": str(directory),
            "BUSBAR_DATABASE_URL": addresses["BUSBAR_TEST_POSTGRESQL_URL"],
            "BUSBAR_BROKER_URL": addresses["BUSBAR_TEST_RABBITMQ_URL"],
            "BUSBAR_REDIS_URL": addresses["BUSBAR_TEST_REDIS_URL"],
            "BUSBAR_SECRET_KEY_FILE": str(key_file),
        }
        migrated = subprocess.run([busbar(), "migrate"], env=make_environment(settings), check=False)
        if migrated.returncode != 0:
            raise ServerError("the schema was not made")
        cluster = Cluster(settings, service_ids, running)
        cluster.start("core")
        http_port = cluster.start("api")
        register_tokens(http_port)
        yield cluster


def start_gateway(cluster: Cluster) -> Server:
    """Start the gateway; what a message costs is what the gateway and the core spend on it."""
    port = find_free_port()
    cluster.start("gateway", BUSBAR_OCPP_PORT=str(port))
    return Server(OURS, port, tuple(cluster.processes[name].pid for name in ("gateway", "core")))


@contextlib.contextmanager
def gateway_and_core_started() -> Iterator[Standing]:
    """Run a gateway and a core, as a house to be measured."""
    with cluster_started() as cluster:
        server = start_gateway(cluster)
        conditions = {"settings": SETTINGS, "counted": "gateway and core; PostgreSQL, RabbitMQ and Redis are not"}
        yield Standing(cluster.database_url, server, conditions)


CLUSTER = House(
    "gateway + core",
    gateway_and_core_started,
    {
        "1.6": (Rival("ocpp 1.6", 15, 30), Rival("ocpp-rpc", None, None), Rival("picows echo", None, None)),
        "2.0.1": (Rival("ocpp 2.0.1", 30, 55), Rival("ocpp-rpc", None, None), Rival("picows echo", None, None)),
    },
)


def find_busiest_us(result: Result, cores_from: int) -> float:
    """Return what the busiest core process spends on a message of the whole cluster: it bounds the throughput."""
    return max(result.process_cpu_s[cores_from:]) * 1e6 / max(1, result.messages)


def measure_growth(pace: Pace) -> Iterator[Figure]:
    """Measure with one core process and with two, in turns."""
    one: list[Result] = []
    two: list[Result] = []
    with data_directory() as directory, cluster_started() as cluster:
        gateway = start_gateway(cluster)
        contest = Contest(pace, directory=directory, is_audited=[OURS])
        contest.warm_up([gateway], version=VERSION)
        for number in range(pace.rounds[CONNECTIONS]):
            one.append(contest.run(gateway, version=VERSION, connections=CONNECTIONS))
            second = f"core {number + 2}"
            cluster.start("core", second)
            time.sleep(PARTITIONS_SETTLE_S)
            both = Server(OURS, gateway.port, (*gateway.process_ids, cluster.processes[second].pid))
            two.append(contest.run(both, version=VERSION, connections=CONNECTIONS))
            cluster.stop(second)
            time.sleep(PARTITIONS_SETTLE_S)
        found = asyncio.run(audit(cluster.database_url, contest.books[OURS]))
    yield Figure(
        name=f"second core, {VERSION}, {CONNECTIONS} connections",
        ours=round(statistics.median(find_busiest_us(each, 1) for each in two), 2),
        theirs=round(statistics.median(find_busiest_us(each, 1) for each in one), 2),
        unit="µs CPU of the busiest core/message",
        floor=GROWTH_FLOOR,
        faults=sum(each.faults_sum for each in [*one, *two]) + len(found.differences),
        conditions={
            "how": "the busiest core process bounds the throughput: compared is what it spends on a message",
            "cores_present": os.cpu_count(),
            "one": [describe(each) for each in one],
            "two": [describe(each) for each in two],
            "audit": found.describe(),
            "settings": SETTINGS,
        },
    )


def describe(result: Result) -> dict[str, Any]:
    """Say what each process spent on a message."""
    names = itertools.chain(["gateway", "core"], (f"core {number}" for number in itertools.count(2)))
    spent: Sequence[float] = result.process_cpu_s
    each_us = {name: round(s * 1e6 / max(1, result.messages), 1) for name, s in zip(names, spent, strict=False)}
    return {"us": each_us, "messages_per_s": round(result.messages_per_s), "p99_ms": result.p99_ms}
