"""A network of processes as an operator runs it: roles on PostgreSQL, RabbitMQ and Redis, driven over their ports."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
from aio_pika import connect

from busbar.adapters.rabbitmq.names import Names
from busbar.adapters.redis.client import RedisClient
from tests.journeys.conftest import ADMIN_EMAIL, ADMIN_PASSWORD, find_free_port
from tests.patience import Patience

START_LIMIT_S = 60
"""As `Patience` counts: longer on a machine that is busy with other things."""
STOP_LIMIT_S = 30
PARTITION_COUNT = 8
LEASE_S = 3
HEARTBEAT_S = 1
"""The broker gives a process up after twice as long."""


@dataclass
class Member:
    """One process."""

    role: str
    name: str
    directory: Path
    settings: dict[str, str]
    health_port: int = field(default_factory=find_free_port)
    http_port: int = field(default_factory=find_free_port)
    ocpp_port: int = field(default_factory=find_free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def http_url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def ocpp_url(self) -> str:
        return f"ws://127.0.0.1:{self.ocpp_port}/ocpp"

    @property
    def health_url(self) -> str:
        return f"http://127.0.0.1:{self.http_port if self.role == 'api' else self.health_port}"

    @property
    def output(self) -> str:
        return (self.directory / "output.txt").read_text(encoding="utf-8")

    def launch(self) -> None:
        self.directory.mkdir(exist_ok=True)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("BUSBAR_")}
        environment |= self.settings | {
            "BUSBAR_DATA_DIR": str(self.directory / "data"),
            "BUSBAR_HEALTH_PORT": str(self.health_port),
            "BUSBAR_HTTP_PORT": str(self.http_port),
            "BUSBAR_OCPP_PORT": str(self.ocpp_port),
        }
        command = [str(Path(sys.executable).with_name("busbar")), self.role]
        with (self.directory / "output.txt").open("ab") as output:
            self.process = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)

    async def wait_until_ready(self) -> None:
        assert self.process is not None
        patience = Patience(START_LIMIT_S)
        async with httpx2.AsyncClient() as http:
            while not patience.is_over:
                assert self.process.poll() is None, f"{self.name} ended: {self.output}"
                with contextlib.suppress(httpx2.TransportError):
                    if (await http.get(f"{self.health_url}/readyz")).status_code == 200:
                        return
                await asyncio.sleep(0.05)
        raise AssertionError(f"{self.name} was not ready in {patience.waited_s:.0f} s: {self.output}")

    async def start(self) -> None:
        self.launch()
        await self.wait_until_ready()

    async def stop(self) -> None:
        """End it as a service manager does; it must end by itself and well."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        patience = Patience(STOP_LIMIT_S)
        while (code := self.process.poll()) is None:
            assert not patience.is_over, f"{self.name} did not end in {patience.waited_s:.0f} s: {self.output}"
            await asyncio.sleep(0.05)
        self.process = None
        assert code == 0, self.output

    def freeze(self) -> None:
        """Stop it where it stands, as a machine that is moved does."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on as if nothing had been."""
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it as a power cut does."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(STOP_LIMIT_S)
        self.process = None


class Cluster:
    """Members by name: gateway-1, gateway-2, core-1 …"""

    def __init__(self, directory: Path, *, database_url: str, broker_url: str, redis_url: str, prefix: str) -> None:
        self._directory = directory
        self._broker_url, self._redis_url, self._prefix = broker_url, redis_url, prefix
        key_file = directory / "secret.key"
        key_file.write_bytes(bytes(range(32)))
        self.settings = {
            "BUSBAR_DATABASE_URL": database_url.replace("postgresql+asyncpg", "postgresql"),
            "BUSBAR_BROKER_URL": broker_url,
            "BUSBAR_REDIS_URL": redis_url,
            "BUSBAR_CLUSTER_NAME": prefix,
            "BUSBAR_PARTITION_COUNT": str(PARTITION_COUNT),
            "BUSBAR_PRESENCE_LEASE_S": str(LEASE_S),
            "BUSBAR_BROKER_HEARTBEAT_S": str(HEARTBEAT_S),
            "BUSBAR_SECRET_KEY_FILE": str(key_file),
            "BUSBAR_ADMIN_EMAIL": ADMIN_EMAIL,
            "BUSBAR_ADMIN_PASSWORD": ADMIN_PASSWORD,
            "BUSBAR_STATION_REGISTRATION": "accepted",
        }
        self.members: dict[str, Member] = {}

    def __getitem__(self, name: str) -> Member:
        return self.members[name]

    async def start(self, *names: str) -> None:
        """Start members together: the part of a name before the hyphen is its role."""
        for name in names:
            member = self.members.get(name)
            if member is None:
                role = name.partition("-")[0]
                member = self.members[name] = Member(role, name, self._directory / name, self.settings)
            member.launch()
        await asyncio.gather(*(self.members[name].wait_until_ready() for name in names))

    async def close(self) -> None:
        """End what still runs and take everything away that was made in the servers."""
        running = [member for member in self.members.values() if member.process is not None]
        for member in running:
            member.kill()
        connection = await connect(self._broker_url)
        async with connection, connection.channel() as channel:
            await Names(partition_count=PARTITION_COUNT, prefix=self._prefix).delete(channel)
        client = RedisClient(self._redis_url)
        async for key in client.redis.scan_iter(f"{self._prefix}*"):
            await client.redis.delete(key)
        await client.close()
