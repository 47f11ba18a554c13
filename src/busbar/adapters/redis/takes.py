"""Limits that several processes count together: each tells the others what was taken, twice a second.

Every process counts by itself and never waits for Redis. While Redis is away each goes on with its own count alone.
"""

import asyncio
from collections.abc import Hashable
from contextlib import suppress
from functools import partial
from typing import Any, Protocol, cast

import msgspec
import structlog

from busbar.adapters.redis.client import CLIENT_ERRORS, RedisAwayError, RedisClient
from busbar.kernel.clock import Clock
from busbar.kernel.throttle import Throttle

INTERVAL_S = 0.5
PAUSE_S = 1.0
POLL_S = 5.0
UNTOLD_MAX_KEYS = 10_000
"""Of one interval; what is taken by more is counted here alone."""

log = structlog.get_logger(__name__)


class _Listener(Protocol):
    """What is used of the client library's listener, which has no types of its own."""

    async def subscribe(self, *channels: str) -> object: ...
    async def get_message(
        self,
        *,
        ignore_subscribe_messages: bool,
        timeout: float,  # noqa: ASYNC109 - named by the library
    ) -> dict[str, Any] | None: ...
    async def aclose(self) -> None: ...


class _Pack(msgspec.Struct, frozen=True, array_like=True):
    origin: str
    takes: list[tuple[str, str | tuple[str, ...], int]]
    """The name of a throttle, the key, how often it was taken."""


_ENCODER = msgspec.msgpack.Encoder()
_PACKS = msgspec.msgpack.Decoder(_Pack)


class SharedTakes:
    """Joins the throttles of several processes; `share` is a `busbar.kernel.throttle.Share`."""

    def __init__(self, client: RedisClient, *, origin: str, clock: Clock) -> None:
        """`origin` names this process."""
        self._client = client
        self._origin = origin
        self._clock = clock
        self._channel = client.name("takes")
        self._throttles: dict[str, Throttle] = {}
        self._untold: dict[tuple[str, Hashable], int] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self.listening = asyncio.Event()
        """Set while takes of others arrive."""

    def share(self, name: str, throttle: Throttle) -> None:
        """Count with all who share a throttle under this name."""
        self._throttles[name] = throttle
        throttle.tell_others(partial(self._note, name))

    def _note(self, name: str, key: Hashable, count: int) -> None:
        place = (name, key)
        if place in self._untold or len(self._untold) < UNTOLD_MAX_KEYS:
            self._untold[place] = self._untold.get(place, 0) + count

    async def start(self) -> None:
        """Begin to tell and to listen."""
        self._tasks = [
            asyncio.create_task(self._tell_on(), name="takes-out"),
            asyncio.create_task(self._listen_on(), name="takes-in"),
        ]

    async def stop(self) -> None:
        """Stop; the throttles go on by themselves."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _tell_on(self) -> None:
        while True:
            await asyncio.sleep(INTERVAL_S)
            untold, self._untold = self._untold, {}
            takes = [(name, cast("Any", key), count) for (name, key), count in untold.items() if count]
            if takes:
                with suppress(RedisAwayError):
                    await self._client.run(self._publish(_ENCODER.encode(_Pack(self._origin, takes))))

    async def _publish(self, body: bytes) -> None:
        await self._client.redis.publish(self._channel, body)  # pyright: ignore[reportUnknownMemberType] - untyped

    async def _listen_on(self) -> None:
        while True:
            try:
                await self._listen()
            except CLIENT_ERRORS as error:
                log.warning("takes.not_heard", error=str(error))
            self.listening.clear()
            await asyncio.sleep(PAUSE_S)

    async def _listen(self) -> None:
        pubsub = cast("_Listener", cast("Any", self._client.redis).pubsub())
        try:
            await pubsub.subscribe(self._channel)
            self.listening.set()
            while True:
                message = await pubsub.get_message(ignore_subscribe_messages=True, timeout=POLL_S)
                if message is not None:
                    self._take(message["data"])
        finally:
            await pubsub.aclose()

    def _take(self, body: bytes) -> None:
        try:
            pack = _PACKS.decode(body)
        except (msgspec.DecodeError, UnicodeError):
            return
        if pack.origin == self._origin:
            return
        now_s = self._clock.monotonic_s()
        for name, key, count in pack.takes:
            throttle = self._throttles.get(name)
            if throttle is not None:
                throttle.note_others(key, count, now_s=now_s)
