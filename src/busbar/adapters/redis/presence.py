"""Presence in Redis: a key with a lease for each station that is held, and one sorted set of when each falls silent.

Every change is one script, so that two gateways at once cannot both be right. Times are Redis's own: processes tell how
long ago something was, never when.
"""

from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import Any, cast

from busbar.adapters.redis.client import ENCODING_ERRORS, RedisAwayError, RedisClient
from busbar.kernel.clock import Clock
from busbar.kernel.ids import ConnectionId, StationId
from busbar.ports.presence import Holding, PresenceError

BATCH_MAX = 500
"""Stations in one script: it blocks everybody else while it runs."""

HOLD = """
local held = redis.call('GET', KEYS[1])
if held and string.sub(held, 1, string.find(held, ' ', 1, true) - 1) > ARGV[1] then
  return {0, held}
end
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. ARGV[2], 'PX', ARGV[3])
return {1, held or ''}
"""
RENEW = """
local late = {}
for place, key in ipairs(KEYS) do
  local held = redis.call('GET', key)
  local mine = ARGV[place + 2]
  if held and string.sub(held, 1, string.find(held, ' ', 1, true) - 1) > mine then
    late[#late + 1] = place - 1
  else
    redis.call('SET', key, mine .. ' ' .. ARGV[2], 'PX', ARGV[1])
  end
end
return late
"""
RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then
  return redis.call('DEL', KEYS[1])
end
return 0
"""
SEE = """
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
for place = 1, #ARGV, 2 do
  redis.call('ZADD', KEYS[1], 'GT', now_ms + ARGV[place], ARGV[place + 1])
end
return 0
"""
TAKE_SILENT = """
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
local silent = redis.call('ZRANGE', KEYS[1], '-inf', now_ms, 'BYSCORE', 'LIMIT', 0, ARGV[1])
for _, station in ipairs(silent) do
  if ARGV[2] == '' then
    redis.call('ZREM', KEYS[1], station)
  else
    redis.call('ZADD', KEYS[1], now_ms + ARGV[2], station)
  end
end
return silent
"""


class RedisPresence:
    """See `busbar.ports.presence.Presence`."""

    def __init__(self, client: RedisClient, *, clock: Clock, lease_s: float) -> None:
        self._client = client
        self._clock = clock
        self._lease_ms = int(lease_s * 1000)
        self._silence_key = client.name("silence")
        register = client.redis.register_script
        self._hold = register(HOLD)
        self._renew = register(RENEW)
        self._release = register(RELEASE)
        self._see = register(SEE)
        self._take_silent = register(TAKE_SILENT)

    async def hold(self, holding: Holding) -> Holding | None:
        """Say that this gateway has the station; return whom it took the place of, or itself when it is too late."""
        values = [holding.connection_id, holding.gateway_id, self._lease_ms]
        is_taken, held = await self._run(self._hold(keys=[self._key(holding.station_id)], args=values))
        if not is_taken:
            return holding
        known = _read(holding.station_id, held)
        return known if known is not None and known.gateway_id != holding.gateway_id else None

    async def renew(self, holdings: Sequence[Holding]) -> list[Holding]:
        """Keep leases alive; return those that a newer one has taken the place of. All are of one gateway."""
        late: list[Holding] = []
        for start in range(0, len(holdings), BATCH_MAX):
            batch = holdings[start : start + BATCH_MAX]
            keys = [self._key(holding.station_id) for holding in batch]
            values = [self._lease_ms, batch[0].gateway_id, *(holding.connection_id for holding in batch)]
            late += [batch[place] for place in await self._run(self._renew(keys=keys, args=values))]
        return late

    async def release(self, holding: Holding) -> None:
        """Give a holding up, if it is still the one known."""
        value = f"{holding.connection_id} {holding.gateway_id}"
        await self._run(self._release(keys=[self._key(holding.station_id)], args=[value]))

    async def find(self, station_id: StationId) -> Holding | None:
        """Return who holds a station now."""
        held = await self._run(cast("Awaitable[Any]", self._client.redis.get(self._key(station_id))))
        return _read(station_id, held or b"")

    async def see(self, seen: Sequence[tuple[StationId, datetime]], *, silent_after_s: float) -> None:
        """Note when stations were heard; they are silent that many seconds later."""
        now = self._clock.now()
        for start in range(0, len(seen), BATCH_MAX):
            values: list[int | str] = []
            for station_id, at in seen[start : start + BATCH_MAX]:
                values += [int((silent_after_s - (now - at).total_seconds()) * 1000), station_id]
            await self._run(self._see(keys=[self._silence_key], args=values))

    async def take_silent(self, *, limit: int, again_after_s: float | None = None) -> list[StationId]:
        """Return stations that have become silent, the longest silent first."""
        again_ms = "" if again_after_s is None else int(again_after_s * 1000)
        values = [min(limit, BATCH_MAX), again_ms]
        silent: list[bytes] = await self._run(self._take_silent(keys=[self._silence_key], args=values))
        return [StationId(station.decode(errors=ENCODING_ERRORS)) for station in silent]

    async def forget_silent(self, station_ids: Sequence[StationId]) -> None:
        """Stop watching stations until they are heard again."""
        if station_ids:
            await self._run(cast("Awaitable[Any]", self._client.redis.zrem(self._silence_key, *station_ids)))

    def _key(self, station_id: StationId) -> str:
        return self._client.name("holding", station_id)

    async def _run(self, call: Awaitable[Any]) -> Any:
        try:
            return await self._client.run(call)
        except RedisAwayError as error:
            raise PresenceError("who holds which station cannot be asked at the moment", cause=str(error)) from None


def _read(station_id: StationId, held: bytes) -> Holding | None:
    connection_id, _, gateway_id = held.decode().partition(" ")
    if not connection_id:
        return None
    return Holding(station_id=station_id, connection_id=ConnectionId(connection_id), gateway_id=gateway_id)
