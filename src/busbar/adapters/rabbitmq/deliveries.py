"""The way down: a station's request goes to the one gateway that holds the station, once."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
import structlog
from aio_pika import Message as BrokerMessage
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractIncomingMessage, DeliveryMode
from aio_pika.exceptions import DeliveryError

from busbar.adapters.rabbitmq.link import LINK_ERRORS, publish
from busbar.adapters.rabbitmq.names import Names
from busbar.adapters.rabbitmq.parcels import KIND_DELIVERY, KIND_OUTCOME, VERSION
from busbar.canon.control import CommandOutcome, Outcome, StationDelivery
from busbar.kernel.errors import UnavailableError
from busbar.kernel.ids import ConnectionId, IdSource, StationId
from busbar.ports.bus import DeliveryHandler
from busbar.ports.presence import Holding, Presence
from busbar.ports.tracing import CURRENT

log = structlog.get_logger(__name__)

TRACE_HEADER = "traceparent"
"""Carries the context of what asked for a delivery, if that is followed."""

GRACE_S = 2.0
"""Beyond a request's own time-out: what the way there and back may take."""

FindHolding = Callable[[StationId], Awaitable[Holding | None]]


class DeliveryFrame(msgspec.Struct, frozen=True, array_like=True):
    """A delivery on its way."""

    version: int
    connection_id: ConnectionId | None
    """The connection it is meant for: one that is older does not get it."""
    delivery: StationDelivery
    is_exact: bool = False
    """A newer connection does not get it either."""


_ENCODER = msgspec.msgpack.Encoder()
_DELIVERIES = msgspec.msgpack.Decoder(DeliveryFrame)
_OUTCOMES = msgspec.msgpack.Decoder(CommandOutcome)


def _make_undelivered(status: str) -> CommandOutcome:
    return CommandOutcome(outcome=Outcome.UNDELIVERED, status=status)


class DeliveryDoor:
    """The gateway's side: takes deliveries for the stations that are attached. A party of the link."""

    def __init__(self, *, names: Names, gateway_id: str, running_max: int = 10_000) -> None:
        """`running_max`: requests that may wait for their stations at once."""
        self._names = names
        self._gateway_id = gateway_id
        self._running_max = running_max
        self._handlers: dict[StationId, tuple[ConnectionId, DeliveryHandler]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._channel: AbstractChannel | None = None

    def attach(self, station_id: StationId, connection_id: ConnectionId, handler: DeliveryHandler) -> None:
        """Take deliveries for a station, unless a newer connection already does."""
        held = self._handlers.get(station_id)
        if held is None or held[0] <= connection_id:
            self._handlers[station_id] = (connection_id, handler)

    def detach(self, station_id: StationId, connection_id: ConnectionId) -> None:
        """Stop taking deliveries, if this connection is still the one attached."""
        held = self._handlers.get(station_id)
        if held is not None and held[0] == connection_id:
            del self._handlers[station_id]

    async def connected(self, channel: AbstractChannel) -> None:
        """Make a queue of this gateway's own."""
        queue = await channel.declare_queue(exclusive=True, auto_delete=True)
        await queue.bind(self._names.gateways, self._gateway_id)
        self._channel = channel
        await queue.consume(self._take, no_ack=True)

    def disconnected(self) -> None:
        """Outcomes that are still awaited can be told to nobody: their callers time out."""
        self._channel = None

    async def _take(self, message: AbstractIncomingMessage) -> None:
        if message.type != KIND_DELIVERY:
            return
        try:
            frame = _DELIVERIES.decode(message.body)
        except (msgspec.DecodeError, UnicodeError) as error:
            log.warning("delivery.garbage", error=str(error))
            return
        context = message.headers.get(TRACE_HEADER)
        CURRENT.set(context if isinstance(context, str) else None)  # each message is taken in a task of its own
        outcome = await self._hand_over(frame)
        channel = self._channel
        if channel is None or message.reply_to is None:
            log.warning("delivery.outcome_lost", command_id=frame.delivery.command_id)
            return
        answer = BrokerMessage(
            _encode_outcome(outcome),
            type=KIND_OUTCOME,
            correlation_id=message.correlation_id,
            delivery_mode=DeliveryMode.NOT_PERSISTENT,
        )
        try:
            await publish(channel.default_exchange, answer, message.reply_to, is_mandatory=False)
        except LINK_ERRORS as error:
            log.warning("delivery.outcome_lost", command_id=frame.delivery.command_id, error=str(error))

    async def _hand_over(self, frame: DeliveryFrame) -> CommandOutcome:
        held = self._handlers.get(frame.delivery.station_id)
        if held is None:
            return _make_undelivered("station is not connected")
        if frame.connection_id is not None and held[0] < frame.connection_id:
            return _make_undelivered("station has a newer connection elsewhere")
        if frame.is_exact and held[0] != frame.connection_id:
            return _make_undelivered("the station's connection is another one now")
        if len(self._running) >= self._running_max:
            return _make_undelivered("too many requests wait for stations")
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - we are running in it
        self._running.add(task)
        try:
            return await held[1](frame.delivery)
        finally:
            self._running.discard(task)


class DeliveryCaller:
    """The core's side: finds the gateway, sends the request once, waits for the outcome. A party of the link."""

    def __init__(
        self, *, names: Names, ids: IdSource, presence: Presence, find_holding: FindHolding | None = None
    ) -> None:
        """`find_holding` knows from elsewhere who holds a station, when presence does not."""
        self._names = names
        self._ids = ids
        self._presence = presence
        self._find_holding = find_holding
        self._waiting: dict[str, asyncio.Future[CommandOutcome]] = {}
        self._exchange: AbstractExchange | None = None
        self._reply_queue = ""

    async def connected(self, channel: AbstractChannel) -> None:
        """Make a queue for outcomes."""
        queue = await channel.declare_queue(exclusive=True, auto_delete=True)
        await queue.consume(self._take_outcome, no_ack=True)
        self._reply_queue = queue.name
        self._exchange = await channel.get_exchange(self._names.gateways, ensure=False)

    def disconnected(self) -> None:
        """Give up what is on its way: whether its station got it cannot be known, so it is never sent twice."""
        self._exchange = None
        lost = CommandOutcome(outcome=Outcome.TIMED_OUT, status="the broker was lost before an answer came")
        for future in self._waiting.values():
            if not future.done():
                future.set_result(lost)

    async def deliver(self, delivery: StationDelivery) -> CommandOutcome:
        """Bring a request to the gateway that holds the station; never raises."""
        holding = await self._find(delivery.station_id)
        if holding is None:
            return _make_undelivered("station is not connected")
        return await self._send(holding, delivery, is_exact=False)

    async def deliver_to(self, holding: Holding, delivery: StationDelivery) -> CommandOutcome:
        """Bring a request to this very connection of the station, and no other; never raises."""
        return await self._send(holding, delivery, is_exact=True)

    async def _send(self, holding: Holding, delivery: StationDelivery, *, is_exact: bool) -> CommandOutcome:
        exchange = self._exchange
        if exchange is None:
            return _make_undelivered("the broker cannot be reached")
        delivery_id = self._ids.new()
        timeout_s = delivery.timeout_s + GRACE_S
        message = BrokerMessage(
            _ENCODER.encode(DeliveryFrame(VERSION, holding.connection_id, delivery, is_exact)),
            type=KIND_DELIVERY,
            message_id=delivery_id,
            correlation_id=delivery_id,
            reply_to=self._reply_queue,
            expiration=delivery.timeout_s,
            delivery_mode=DeliveryMode.NOT_PERSISTENT,
            headers={TRACE_HEADER: context} if (context := CURRENT.get()) is not None else None,
        )
        waiter: asyncio.Future[CommandOutcome] = asyncio.get_running_loop().create_future()
        self._waiting[delivery_id] = waiter
        try:
            async with asyncio.timeout(timeout_s):
                await publish(exchange, message, holding.gateway_id, is_mandatory=True)
                return await waiter
        except DeliveryError:
            return _make_undelivered("the station's gateway is gone")
        except TimeoutError:
            return CommandOutcome(outcome=Outcome.TIMED_OUT, status="no answer in time")
        except LINK_ERRORS:
            return CommandOutcome(outcome=Outcome.TIMED_OUT, status="the broker was lost before an answer came")
        finally:
            del self._waiting[delivery_id]

    async def _find(self, station_id: StationId) -> Holding | None:
        try:
            holding = await self._presence.find(station_id)
        except UnavailableError as error:
            log.warning("delivery.presence_away", error=error.text)
            holding = None
        if holding is None and self._find_holding is not None:
            return await self._find_holding(station_id)
        return holding

    async def _take_outcome(self, message: AbstractIncomingMessage) -> None:
        waiter = self._waiting.get(message.correlation_id or "")
        if waiter is None or waiter.done() or message.type != KIND_OUTCOME:
            return
        try:
            waiter.set_result(_OUTCOMES.decode(message.body))
        except (msgspec.DecodeError, UnicodeError):
            waiter.set_result(CommandOutcome(outcome=Outcome.TIMED_OUT, status="the answer cannot be read"))


def _encode_outcome(outcome: CommandOutcome) -> bytes:
    try:
        return _ENCODER.encode(outcome)
    except (OverflowError, UnicodeError):  # half a surrogate pair in a station's words: the outcome itself matters more
        return _ENCODER.encode(CommandOutcome(outcome=outcome.outcome, is_error=outcome.is_error))
