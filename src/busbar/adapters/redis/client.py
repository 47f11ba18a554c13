"""The connection to Redis: bounded in time, and left alone for a moment after it failed."""

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar, cast

import msgspec
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

R = TypeVar("R")

HEALTH_CHECK_S = 10
"""A connection that was idle for so long is tried before it is used."""

ENCODING_ERRORS = "surrogatepass"
"""A station may call itself by half a surrogate pair."""
CLIENT_ERRORS = (RedisError, OSError, TimeoutError)
"""What the client library raises when Redis is away or refuses."""


class RedisTerms(msgspec.Struct, frozen=True, kw_only=True):
    """How Redis is spoken to."""

    timeout_s: float = 2.0
    """Of one call, and of a new connection."""
    connections_max: int = 16
    rest_s: float = 1.0
    """After a failure nobody tries for so long: a Redis that is away costs its callers no time."""
    prefix: str = "busbar:"
    """Of all keys and channels."""


class RedisAwayError(Exception):
    """Redis failed a moment ago and is not tried yet, or failed just now."""


class RedisClient:
    """One pool of connections for all that a process keeps in Redis."""

    def __init__(self, url: str, terms: RedisTerms | None = None) -> None:
        self.terms = terms or RedisTerms()
        pool = BlockingConnectionPool.from_url(  # pyright: ignore[reportUnknownMemberType] - its keywords have no types
            url,
            max_connections=self.terms.connections_max,
            timeout=self.terms.timeout_s,
            socket_timeout=self.terms.timeout_s,
            socket_connect_timeout=self.terms.timeout_s,
            health_check_interval=HEALTH_CHECK_S,
            retry=Retry(NoBackoff(), 1),
            encoding_errors=ENCODING_ERRORS,
        )
        self.redis: Redis = Redis(connection_pool=cast("Any", pool))
        self._pool = pool
        self._rests_until_s = 0.0
        self.is_up = True
        self.last_error = ""

    def name(self, *parts: str) -> str:
        """Return a key or channel of ours."""
        return self.terms.prefix + ":".join(parts)

    async def run(self, call: Awaitable[R]) -> R:
        """Wait for a call. Errors: RedisAwayError."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._rests_until_s:
            if asyncio.iscoroutine(call):
                call.close()
            raise RedisAwayError(self.last_error)
        try:
            async with asyncio.timeout(self.terms.timeout_s * 2):
                result = await call
        except CLIENT_ERRORS as error:
            self.is_up = False
            self.last_error = str(error) or type(error).__name__
            self._rests_until_s = loop.time() + self.terms.rest_s
            raise RedisAwayError(self.last_error) from error
        self.is_up = True
        return result

    async def close(self) -> None:
        """Close all connections."""
        await self.redis.aclose()
        await self._pool.disconnect()
