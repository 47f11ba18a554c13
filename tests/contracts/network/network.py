"""A gateway, a core and an API of a network, in this process, on a real PostgreSQL, RabbitMQ and Redis."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import httpx2
from aio_pika import connect
from pydantic import SecretStr

from busbar.adapters.rabbitmq.names import Names
from busbar.adapters.redis.client import RedisClient
from busbar.app.cluster.api import ApiProcess
from busbar.app.cluster.core import CoreProcess
from busbar.app.cluster.gateway import GatewayProcess
from busbar.app.config import Settings
from tests.patience import Patience

PARTITION_COUNT = 2
START_LIMIT_S = 30


class Network:
    """The processes, and a client of the API's door."""

    def __init__(
        self, gateways: list[GatewayProcess], core: CoreProcess, apis: list[ApiProcess], http: httpx2.AsyncClient
    ) -> None:
        self.gateways, self.core, self.apis, self.http = gateways, core, apis, http

    @property
    def ocpp_url(self) -> str:
        return f"ws://127.0.0.1:{self.gateways[0].gateway.port}/ocpp"


async def wait_until_ready(process: Any) -> None:
    patience = Patience(START_LIMIT_S)
    while any(part.condition.value == "down" for part in await process.watcher.check()):
        assert not patience.is_over, await process.watcher.check()
        await asyncio.sleep(0.05)


@asynccontextmanager
async def open_network(
    directory: Path,
    *,
    database_url: str,
    broker_url: str,
    redis_url: str,
    prefix: str,
    email: str,
    password: str,
    gateways: int = 1,
    apis: int = 1,
    **more: Any,
) -> AsyncIterator[Network]:
    """Start the processes and end them; take away what was made in the servers."""
    (directory / "key").write_bytes(bytes(range(32)))
    common = {
        "database_url": SecretStr(database_url.replace("postgresql+asyncpg", "postgresql")),
        "broker_url": SecretStr(broker_url),
        "redis_url": SecretStr(redis_url),
        "cluster_name": prefix,
        "partition_count": PARTITION_COUNT,
        "secret_key_file": directory / "key",
        "admin_email": email,
        "admin_password": SecretStr(password),
        "station_registration": "accepted",
        "bind": "127.0.0.1",
        "health_port": 0,
        "http_port": 0,
        "ocpp_port": 0,
        "shutdown_timeout_s": 1,
        **more,
    }

    def place(name: str) -> Settings:
        return Settings(**{**common, "data_dir": directory / name})

    async with AsyncExitStack() as stack:
        stack.push_async_callback(forget, broker_url, redis_url, prefix)
        core = CoreProcess(place("core"))
        doors = [GatewayProcess(place(f"gateway-{number}")) for number in range(gateways)]
        people = [ApiProcess(place(f"api-{number}"), out=StringIO()) for number in range(apis)]
        for process in (core, *doors, *people):
            stack.push_async_callback(process.stop)
            await process.start()
        for process in (core, *doors, *people):
            await wait_until_ready(process)
        http = await stack.enter_async_context(
            httpx2.AsyncClient(base_url=f"http://127.0.0.1:{people[0].http.port}/api/v1/", timeout=20)
        )
        yield Network(doors, core, people, http)


async def forget(broker_url: str, redis_url: str, prefix: str) -> None:
    connection = await connect(broker_url)
    async with connection, connection.channel() as channel:
        await Names(partition_count=PARTITION_COUNT, prefix=prefix).delete(channel)
    client = RedisClient(redis_url)
    async for key in client.redis.scan_iter(f"{prefix}*"):
        await client.redis.delete(key)
    await client.close()
