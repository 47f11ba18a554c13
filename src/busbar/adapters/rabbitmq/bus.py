"""The bus over RabbitMQ: reports go up in parcels, deliveries come down to the one gateway that holds the station."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

from busbar.adapters.rabbitmq.deliveries import DeliveryCaller, DeliveryDoor
from busbar.adapters.rabbitmq.sender import BusError, ParcelSender
from busbar.canon.codec import UnsendableError
from busbar.canon.control import CommandOutcome, StationDelivery
from busbar.canon.message import Command, Message, Report
from busbar.kernel.errors import BusbarError, LimitExceededError
from busbar.kernel.ids import ConnectionId, StationId
from busbar.kernel.partition import find_partition
from busbar.ports.bus import DeliveryHandler, OnAnswer

R = TypeVar("R")


class QueueFullError(LimitExceededError):
    """More commands wait than the bound allows."""

    code = "limit_exceeded.queue"


class RabbitBus:
    """See `busbar.ports.bus.Bus`. `door` takes deliveries (a gateway), `caller` sends them (a core)."""

    def __init__(
        self,
        sender: ParcelSender,
        *,
        partition_count: int,
        door: DeliveryDoor | None = None,
        caller: DeliveryCaller | None = None,
    ) -> None:
        self._sender = sender
        self._partition_count = partition_count
        self._door = door
        self._caller = caller
        self._turn = asyncio.Lock()
        self._in_line = 0

    async def report(self, report: Report[R], *, connection_id: ConnectionId | None = None) -> R:
        """Hand a report to the core that holds its station; see `busbar.ports.bus.Bus`.

        With the connection that it was said on it is refused once the station has a newer one.

        Errors: as there; `unavailable.bus` while the broker is away, `unavailable.timeout` when no core answers.
        """
        if not self._in_line and not self._sender.is_full:
            return cast("R", await self._send(cast("Report[object]", report), connection_id))
        self._in_line += 1
        try:
            async with self._turn:
                await self._sender.wait_for_room()
                future = self._send(cast("Report[object]", report), connection_id)
        finally:
            self._in_line -= 1
        return cast("R", await future)

    def post(self, report: Report[Any], on_answer: OnAnswer, *, connection_id: ConnectionId | None = None) -> bool:
        """Hand a report over without waiting; see `busbar.ports.bus.Bus`."""
        if self._in_line or self._sender.is_full:
            return False  # nobody overtakes who waits for room
        partition = find_partition(report.station_id, count=self._partition_count)
        try:
            self._sender.post(report, partition, on_answer, connection_id=connection_id)
        except (UnsendableError, BusError):
            return False
        return True

    def _send(self, report: Report[object], connection_id: ConnectionId | None) -> asyncio.Future[object]:
        partition = find_partition(report.station_id, count=self._partition_count)
        return _send(self._sender, report, partition, connection_id)

    def attach(self, station_id: StationId, connection_id: ConnectionId, handler: DeliveryHandler) -> None:
        """Take deliveries for a station, unless a newer connection already does."""
        if self._door is None:
            raise TypeError("this process holds no stations")
        self._door.attach(station_id, connection_id, handler)

    def detach(self, station_id: StationId, connection_id: ConnectionId) -> None:
        """Stop taking deliveries, if this connection is still the one attached."""
        if self._door is not None:
            self._door.detach(station_id, connection_id)

    async def deliver(self, delivery: StationDelivery) -> CommandOutcome:
        """Bring a request to the gateway that holds the station; `undelivered` when none does. Never raises."""
        if self._caller is None:
            raise TypeError("this process delivers nothing")
        return await self._caller.deliver(delivery)


class RabbitDispatcher:
    """Carries commands to the core that holds their partition; see `busbar.ports.dispatcher.Dispatcher`.

    Its sender has a clock: a command whose caller has gone is not carried out any more.
    """

    def __init__(self, sender: ParcelSender, *, find_partition_of: Callable[[Command[object]], Awaitable[int]]) -> None:
        """`find_partition_of` says which partition decides about a command."""
        self._sender = sender
        self._find_partition = find_partition_of

    async def dispatch(self, command: Command[R]) -> R:
        """Return the handler's reply once it is durable.

        Errors: what the handler raised; `limit_exceeded.queue`; `unavailable.bus` when it was not sent;
        `unavailable.timeout` when nobody knows whether it was carried out.
        """
        if self._sender.is_full:
            raise QueueFullError("too many messages wait; try again later", waiting=self._sender.outstanding_messages)
        wish = cast("Command[object]", command)
        return cast("R", await _send(self._sender, wish, await self._find_partition(wish)))


def _send(
    sender: ParcelSender, message: Message, partition: int, connection_id: ConnectionId | None = None
) -> asyncio.Future[object]:
    future: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    sender.post(message, partition, _tell(future), connection_id=connection_id)
    return future


def _tell(future: asyncio.Future[object]) -> OnAnswer:
    def on_answer(reply: object, error: BusbarError | None) -> None:
        if future.done():
            return  # its caller went away
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(reply)

    return on_answer
