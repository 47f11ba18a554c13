"""Committed facts to every process that wants them: for live screens, and for what is kept in memory.

Quick, not certain: a process that was away has missed some. It is told so by the end of its subscriptions, and reads on
from the stored facts.
"""

import asyncio
from collections import deque
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

import msgspec
import structlog
from aio_pika import Message as BrokerMessage
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractIncomingMessage, DeliveryMode

from busbar.adapters.rabbitmq.link import LINK_ERRORS, publish
from busbar.adapters.rabbitmq.names import Names
from busbar.adapters.rabbitmq.parcels import VERSION
from busbar.canon.codec import UnknownMessageError, UnsendableError, decode_message, encode_message
from busbar.canon.message import Fact
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.ids import FactId
from busbar.ports.feed import Event, Feed, PublishedFact, Subscription
from busbar.ports.tracing import NO_TRACER, Tracer

log = structlog.get_logger(__name__)

ORIGINS_MAX = 1000


class FactLimits(msgspec.Struct, frozen=True, kw_only=True):
    """The bounds of the way that facts go."""

    waiting_max_facts: int = 20_000
    """In this process; beyond, the oldest are not sent, which the others notice."""
    pack_max_facts: int = 500
    queue_max_packs: int = 1000
    """Of one process that does not keep up; beyond, the broker drops the oldest, which that process notices."""


class _Pack(msgspec.Struct, frozen=True, array_like=True):
    """Facts of one process, numbered without gaps as long as it lives."""

    version: int
    origin: str
    first_number: int
    facts: tuple[tuple[FactId, msgspec.Raw], ...]
    traces: tuple[str | None, ...] = ()
    """The trace that each belongs to, as far as any is followed."""


_ENCODER = msgspec.msgpack.Encoder()
_PACKS = msgspec.msgpack.Decoder(_Pack)


class Hub(Feed, Protocol):
    """This process's own feed."""

    def interrupt(self) -> None:
        """End every subscription: facts may have been missed, and whoever needs all of them reads the stored ones."""
        ...


class RabbitFacts:
    """Takes facts to the feeds of other processes; see `busbar.ports.feed.Feed`. A party of the link.

    `publish` reaches the other processes, not this one; what they publish is published to `hub`, this process's own
    feed, and subscriptions are the hub's.
    """

    def __init__(
        self,
        *,
        names: Names,
        hub: Hub,
        origin: str,
        is_listening: bool = True,
        limits: FactLimits | None = None,
        tracer: Tracer = NO_TRACER,
    ) -> None:
        """`origin` names this process anew at each start."""
        self._names = names
        self._hub = hub
        self._origin = origin
        self._is_listening = is_listening
        self._tracer = tracer
        self._limits = limits or FactLimits()
        self._waiting: deque[PublishedFact] = deque()
        self._next_number = 0
        self._expected: BoundedDict[str, int] = BoundedDict(bound=ORIGINS_MAX)
        self._exchange: AbstractExchange | None = None
        self._sender: asyncio.Task[None] | None = None
        self._was_connected = False
        self.gap_count = 0

    def publish(self, event: Event) -> None:
        """Take a fact to the other processes; signals are passed over. Never blocks."""
        if not isinstance(event, PublishedFact):
            return
        if len(self._waiting) >= self._limits.waiting_max_facts:
            self._waiting.popleft()
            self._next_number += 1
        self._waiting.append(event)
        self._begin_to_send()

    def subscribe(self, *, bound: int = 1000) -> AbstractAsyncContextManager[Subscription]:
        """Subscribe to everything from now on."""
        return self._hub.subscribe(bound=bound)

    # ---- the link ----------------------------------------------------------------------------------------------------

    async def connected(self, channel: AbstractChannel) -> None:
        """Listen to the others; tell them where this process stands, so that they notice what they missed."""
        if self._is_listening:
            bounds: dict[str, Any] = {"x-max-length": self._limits.queue_max_packs, "x-overflow": "drop-head"}
            queue = await channel.declare_queue(exclusive=True, auto_delete=True, arguments=bounds)
            await queue.bind(self._names.facts)
            await queue.consume(self._take, no_ack=True)
            if self._was_connected:
                self._notice_gap("the broker was away")
            self._was_connected = True
        self._exchange = await channel.get_exchange(self._names.facts, ensure=False)
        await publish(self._exchange, self._pack(()), "", is_mandatory=False)
        self._begin_to_send()

    def disconnected(self) -> None:
        """Keep what waits, bounded; what is on its way may be lost, which the others notice."""
        self._exchange = None
        self._expected.clear()

    # ---- out ---------------------------------------------------------------------------------------------------------

    def _begin_to_send(self) -> None:
        if self._waiting and self._exchange is not None and (self._sender is None or self._sender.done()):
            self._sender = asyncio.create_task(self._send_all(self._exchange), name="facts-out")

    async def _send_all(self, exchange: AbstractExchange) -> None:
        """Send what waits: what comes while a pack is on its way is the next pack."""
        while self._waiting and exchange is self._exchange:
            count = min(len(self._waiting), self._limits.pack_max_facts)
            message = self._pack(tuple(self._waiting.popleft() for _ in range(count)))
            self._next_number += count
            try:
                await publish(exchange, message, "", is_mandatory=False)
            except LINK_ERRORS as error:
                log.debug("facts.not_sent", count=count, error=str(error))
                return

    def _pack(self, facts: tuple[PublishedFact, ...]) -> BrokerMessage:
        raw: list[tuple[FactId, msgspec.Raw]] = []
        traces: list[str | None] = []
        for each in facts:
            try:
                raw.append((each.fact_id, msgspec.Raw(encode_message(each.fact))))
            except UnsendableError as error:  # the others notice by the numbers that one is missing
                log.warning("facts.unsendable", fact_id=each.fact_id, error=error.text)
            else:
                traces.append(self._tracer.context_of(each))
        followed = tuple(traces) if any(traces) else ()
        body = _ENCODER.encode(_Pack(VERSION, self._origin, self._next_number, tuple(raw), followed))
        return BrokerMessage(body, delivery_mode=DeliveryMode.NOT_PERSISTENT)

    # ---- in ----------------------------------------------------------------------------------------------------------

    async def _take(self, message: AbstractIncomingMessage) -> None:
        try:
            pack = _PACKS.decode(message.body)
        except (msgspec.DecodeError, UnicodeError) as error:
            log.warning("facts.garbage", error=str(error))
            return
        if pack.origin == self._origin:
            return
        expected = self._expected.get(pack.origin)
        self._expected[pack.origin] = pack.first_number + len(pack.facts)
        if expected is not None and expected != pack.first_number:
            self._notice_gap(f"{pack.first_number - expected} facts of {pack.origin} are missing")
        for place, (fact_id, raw) in enumerate(pack.facts):
            try:
                fact = decode_message(raw)
            except UnknownMessageError:
                continue  # of a newer version: nobody here could make use of it
            if isinstance(fact, Fact):
                published = PublishedFact(fact_id=fact_id, fact=fact)
                if place < len(pack.traces) and (trace := pack.traces[place]) is not None:
                    self._tracer.carry(published, trace)
                self._hub.publish(published)

    def _notice_gap(self, reason: str) -> None:
        self.gap_count += 1
        log.warning("facts.missed", reason=reason)
        self._hub.interrupt()
