"""A notice board in Redis: each process of a network pins how it is, with a lease, and reads how the others are."""

from collections.abc import Awaitable, Sequence
from typing import Any, cast

import msgspec

from busbar.adapters.redis.client import RedisAwayError, RedisClient
from busbar.ports.watching import BoardError, Glance

NOTICES_MAX = 500
"""Processes that are shown: more than any network has, and a bound for who reads."""

PIN = """
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
redis.call('ZADD', KEYS[1], now_ms + ARGV[3], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 0
"""
READ = """
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now_ms)
local found = {}
for place, name in ipairs(redis.call('ZRANGE', KEYS[1], 0, ARGV[2] - 1)) do
  found[place] = redis.call('GET', ARGV[1] .. name) or ''
end
return found
"""

_ENCODER = msgspec.msgpack.Encoder()
_GLANCES = msgspec.msgpack.Decoder(Glance)


class RedisBoard:
    """See `busbar.ports.watching.Board`."""

    def __init__(self, client: RedisClient, *, lease_s: float) -> None:
        self._client = client
        self._lease_ms = int(lease_s * 1000)
        self._index = client.name("processes")
        self._pin = client.redis.register_script(PIN)
        self._read = client.redis.register_script(READ)

    async def pin(self, glance: Glance) -> None:
        """Tell how this process is, for as long as the lease lasts."""
        keys = [self._index, self._key(glance.process_id)]
        await self._run(self._pin(keys=keys, args=[glance.process_id, _ENCODER.encode(glance), self._lease_ms]))

    async def unpin(self, process_id: str) -> None:
        """Take this process's notice away."""
        await self._run(cast("Awaitable[Any]", self._client.redis.zrem(self._index, process_id)))
        await self._run(cast("Awaitable[Any]", self._client.redis.delete(self._key(process_id))))

    async def read(self) -> Sequence[Glance]:
        """Return how all processes are that have said so lately; what another version wrote may be left out."""
        bodies: list[bytes] = await self._run(self._read(keys=[self._index], args=[self._key(""), NOTICES_MAX]))
        found: list[Glance] = []
        for body in bodies:
            try:
                found.append(_GLANCES.decode(body))
            except (msgspec.DecodeError, UnicodeError):
                continue
        return found

    def _key(self, process_id: str) -> str:
        return self._client.name("process", process_id)

    async def _run(self, call: Awaitable[Any]) -> Any:
        try:
            return await self._client.run(call)
        except RedisAwayError as error:
            raise BoardError("the notice board cannot be reached at the moment", cause=str(error)) from None
