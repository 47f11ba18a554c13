"""Whether RabbitMQ and Redis answer, where the settings name them."""

import asyncio

from aio_pika import connect

from busbar.adapters.rabbitmq.link import LINK_ERRORS
from busbar.adapters.redis.client import RedisAwayError, RedisClient
from busbar.app.config import Settings, show_value
from busbar.app.doctor.finding import Finding

CONNECT_TIMEOUT_S = 10


def check_network(settings: Settings) -> list[Finding]:
    """Connect to each service that is named; changes nothing. One process needs none of them."""
    findings: list[Finding] = []
    if settings.broker_url is not None:
        shown = show_value("broker_url", settings.broker_url)
        fault = asyncio.run(_try_broker(settings.broker_url.get_secret_value()))
        remedy = "check BUSBAR_BROKER_URL, that RabbitMQ runs, and that its user may use the virtual host"
        findings.append(_judge("broker", shown, fault, remedy))
    if settings.redis_url is not None:
        shown = show_value("redis_url", settings.redis_url)
        fault = asyncio.run(_try_redis(settings.redis_url.get_secret_value()))
        findings.append(_judge("redis", shown, fault, "check BUSBAR_REDIS_URL, and that Redis runs"))
    return findings


def _judge(name: str, shown: str, fault: str | None, remedy: str) -> Finding:
    if fault is None:
        return Finding("ok", name, f"{shown} answers")
    return Finding("bad", name, f"{shown} cannot be used: {fault}", remedy)


async def _try_broker(url: str) -> str | None:
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            connection = await connect(url, timeout=CONNECT_TIMEOUT_S)
            await connection.close()
    except LINK_ERRORS as error:
        return str(error) or type(error).__name__
    return None


async def _try_redis(url: str) -> str | None:
    client = RedisClient(url)
    try:
        await client.run(client.redis.ping())  # pyright: ignore[reportUnknownMemberType] - its keywords have no types
    except RedisAwayError as error:
        return str(error)
    finally:
        await client.close()
    return None
