"""Signals to the screens of other processes: published in packs, lossy, with the newest of each thing kept for a while.

Facts do not come this way: they are stored, and what must not miss one reads them from there.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from secrets import SystemRandom
from typing import Any, Protocol, TypeVar, cast

import msgspec
import structlog

from busbar.adapters.redis.client import CLIENT_ERRORS, RedisAwayError, RedisClient
from busbar.canon.codec import UnknownMessageError, UnsendableError, decode_message, encode_message
from busbar.canon.message import Signal
from busbar.canon.sessions import SessionProgressed
from busbar.canon.stations import StationSeen
from busbar.ports.feed import Event, Feed, Subscription
from busbar.ports.tracing import NO_TRACER, Tracer

S = TypeVar("S", bound=Signal)

log = structlog.get_logger(__name__)

POLL_S = 5.0
"""How long a listener waits before it looks whether its connection still lives."""


class FeedLimits(msgspec.Struct, frozen=True, kw_only=True):
    """The bounds of a feed."""

    waiting_max_signals: int = 10_000
    """Beyond, the oldest are dropped."""
    pack_max_signals: int = 500
    window_s: float = 0.05
    """How long signals wait for others."""
    newest_kept_s: int = 3600
    """How long the newest signal about a station or session can be read after it was sent."""
    pause_s: float = 1.0
    """After Redis failed; half of it is left to chance."""


class _Pack(msgspec.Struct, frozen=True, array_like=True):
    origin: str
    signals: list[msgspec.Raw]
    traces: list[str | None] = []


_ENCODER = msgspec.msgpack.Encoder()
_PACKS = msgspec.msgpack.Decoder(_Pack)


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


class RedisFeed:
    """Takes signals to the feeds of other processes; see `busbar.ports.feed.Feed`.

    `publish` reaches the other processes, not this one; what they publish is published to `hub`, this process's own
    feed, and subscriptions are the hub's.
    """

    def __init__(
        self,
        client: RedisClient,
        *,
        hub: Feed,
        origin: str,
        is_listening: bool = True,
        limits: FeedLimits | None = None,
        tracer: Tracer = NO_TRACER,
    ) -> None:
        """`origin` names this process; one that shows no screens need not listen."""
        self._client = client
        self._hub = hub
        self._origin = origin
        self._is_listening = is_listening
        self._tracer = tracer
        self._limits = limits or FeedLimits()
        self._channel = client.name("signals")
        self._waiting: deque[Signal] = deque(maxlen=self._limits.waiting_max_signals)
        self._wakeup = asyncio.Event()
        self._chance = SystemRandom()
        self._tasks: list[asyncio.Task[None]] = []
        self.listening = asyncio.Event()
        """Set while signals of others arrive."""
        self.dropped_count = 0

    async def start(self) -> None:
        """Begin to send and to listen."""
        self._tasks.append(asyncio.create_task(self._send_all(), name="signals-out"))
        if self._is_listening:
            self._tasks.append(asyncio.create_task(self._listen_on(), name="signals-in"))

    async def stop(self) -> None:
        """Stop; what waits is dropped."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    def publish(self, event: Event) -> None:
        """Take a signal to the other processes; facts are passed over. Never blocks."""
        if not isinstance(event, Signal):
            return
        if len(self._waiting) == self._limits.waiting_max_signals:
            self.dropped_count += 1
        self._waiting.append(event)
        self._wakeup.set()

    def subscribe(self, *, bound: int = 1000) -> AbstractAsyncContextManager[Subscription]:
        """Subscribe to everything from now on."""
        return self._hub.subscribe(bound=bound)

    async def find_newest(self, kind: type[S], ids: Sequence[str]) -> dict[str, S]:
        """Return the newest signal of this kind about each of these stations or sessions, as far as it is known.

        Nothing, when Redis is away: nothing of value rides on a signal.
        """
        if not ids:
            return {}
        keys = [self._client.name("newest", kind.__name__, each) for each in ids]
        try:
            bodies = cast("list[bytes | None]", await self._client.run(self._client.redis.mget(keys)))
        except RedisAwayError:
            return {}
        found = {each: _read(body) for each, body in zip(ids, bodies, strict=True) if body is not None}
        return {each: signal for each, signal in found.items() if isinstance(signal, kind)}

    # ---- out ---------------------------------------------------------------------------------------------------------

    async def _send_all(self) -> None:
        while True:
            await self._wakeup.wait()
            self._wakeup.clear()
            await asyncio.sleep(self._limits.window_s)
            while self._waiting:
                count = min(len(self._waiting), self._limits.pack_max_signals)
                signals = [self._waiting.popleft() for _ in range(count)]
                try:
                    await self._client.run(self._send(signals))
                except RedisAwayError as error:
                    self.dropped_count += count
                    log.debug("signals.not_sent", count=count, error=str(error))

    async def _send(self, signals: Sequence[Signal]) -> None:
        bodies: list[bytes] = []
        traces: list[str | None] = []
        newest: dict[str, bytes] = {}
        for signal in signals:
            try:
                body = encode_message(signal)
            except UnsendableError:
                continue
            bodies.append(body)
            traces.append(self._tracer.context_of(signal))
            subject = _find_subject(signal)
            if subject is not None:
                newest[self._client.name("newest", type(signal).__name__, subject)] = body
        async with self._client.redis.pipeline(transaction=False) as pipeline:
            for key, body in newest.items():
                pipeline.set(key, body, ex=self._limits.newest_kept_s)
            pack = _ENCODER.encode(_Pack(self._origin, list(map(msgspec.Raw, bodies)), traces if any(traces) else []))
            pipeline.publish(self._channel, pack)  # pyright: ignore[reportUnknownMemberType] - its keywords have no types
            await pipeline.execute()

    # ---- in ----------------------------------------------------------------------------------------------------------

    async def _listen_on(self) -> None:
        while True:
            try:
                async for body in self._listen():
                    self._take(body)
            except CLIENT_ERRORS as error:
                log.warning("signals.not_heard", error=str(error))
            self.listening.clear()
            await asyncio.sleep(self._limits.pause_s * (0.5 + self._chance.random() / 2))

    async def _listen(self) -> AsyncIterator[bytes]:
        make_pubsub = cast("Any", self._client.redis).pubsub
        pubsub = cast("_Listener", make_pubsub())
        try:
            await pubsub.subscribe(self._channel)
            self.listening.set()
            while True:
                message = await pubsub.get_message(ignore_subscribe_messages=True, timeout=POLL_S)
                if message is not None:
                    yield message["data"]
        finally:
            await pubsub.aclose()

    def _take(self, body: bytes) -> None:
        try:
            pack = _PACKS.decode(body)
        except (msgspec.DecodeError, UnicodeError):
            return
        if pack.origin == self._origin:
            return
        for place, raw in enumerate(pack.signals):
            signal = _read(raw)
            if signal is None:
                continue
            if place < len(pack.traces) and (trace := pack.traces[place]) is not None:
                self._tracer.carry(signal, trace)
            self._hub.publish(signal)


def _find_subject(signal: Signal) -> str | None:
    """Return what a signal is about, for kinds of which only the newest matters."""
    if isinstance(signal, SessionProgressed):
        return signal.session_id
    if isinstance(signal, StationSeen):
        return signal.station_id
    return None


def _read(body: bytes | msgspec.Raw) -> Signal | None:
    try:
        message = decode_message(body)
    except UnknownMessageError:
        return None
    return message if isinstance(message, Signal) else None
