"""Parcels that cannot be handled lie in a queue of their own until a person has seen to them.

A parcel gets there when it is garbage, when a core breaks on it each time, or when the broker saw it come back too
often (a core that dies of it). Nobody was told that what is in it was taken.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from hashlib import blake2b
from typing import Any, cast

import msgspec
from aio_pika import Message as BrokerMessage
from aio_pika import connect
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue, DeliveryMode
from aio_pika.exceptions import QueueEmpty

from busbar.adapters.rabbitmq.link import LINK_ERRORS, LinkTerms, publish
from busbar.adapters.rabbitmq.names import Names
from busbar.adapters.rabbitmq.parcels import KIND_PARCEL, Frame, GarbageError, decode_parcel, encode_parcel
from busbar.adapters.rabbitmq.sender import BusError
from busbar.canon.codec import UnknownMessageError, decode_message
from busbar.canon.message import Report
from busbar.ports.parcels import (
    ParcelContent,
    ParcelMessage,
    ParcelNotFoundError,
    ParcelUnreadableError,
    ParkedParcel,
)

ERROR_MAX_CHARACTERS = 500
LIST_MAX = 1000
STATIONS_MAX = 20
"""Named with a parcel."""
_ID_BYTES = 16
RAW_MAX_BYTES = 4096
"""Shown of what is no parcel."""
PUT_BACK_MAX_S = 2.0
PUT_BACK_POLL_S = 0.02


class _Peek(msgspec.Struct):
    """What of a message may be shown."""

    message: str = ""
    station_id: str = ""


_PEEKS = msgspec.msgpack.Decoder(_Peek)


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """Why a parcel is parked."""

    reason: str
    partition: int
    error: str
    at: datetime
    attempts: int = 1


async def park(channel: AbstractChannel, names: Names, message: AbstractIncomingMessage, fault: Fault) -> None:
    """Put a message into the parked queue, then take it out of its own. Errors: the broker's."""
    parked = BrokerMessage(
        message.body,
        type=message.type,
        message_id=_find_id(message),
        timestamp=fault.at,
        delivery_mode=DeliveryMode.PERSISTENT,
        headers={
            "reason": fault.reason,
            "partition": fault.partition,
            "attempts": fault.attempts,
            "error": fault.error[:ERROR_MAX_CHARACTERS],
        },
    )
    await publish(channel.default_exchange, parked, names.parked_queue, is_mandatory=True)
    await message.ack()


class ParkedParcels:
    """Shows, replays and drops what is parked, over a connection of its own for each wish.

    Errors of all: `unavailable.bus`.
    """

    def __init__(self, url: str, *, names: Names, terms: LinkTerms | None = None) -> None:
        self._url = url
        self._names = names
        self._terms = terms or LinkTerms()

    async def count(self) -> int:
        """Return how many parcels are parked."""
        async with self._open() as (_, queue):
            return queue.count

    async def list_all(self, *, limit: int = 100) -> list[ParkedParcel]:
        """Return what is parked, the oldest first, at most `LIST_MAX`."""
        async with self._open() as (_, queue):
            return [self._describe(message) async for message in queue.take(min(limit, LIST_MAX))]

    async def read(self, parked_id: str) -> ParcelContent:
        """Return what is in a parcel. Errors: `not_found.parcel`."""
        async with self._open() as (_, queue):
            message = (await self._find(queue, parked_id))[0]
            frame = _read_frame(message)
            return ParcelContent(
                parcel=self._describe(message),
                messages=() if frame is None else tuple(map(_read_content, frame.messages)),
                raw_hex=message.body[:RAW_MAX_BYTES].hex() if frame is None else None,
            )

    async def replay(self, parked_id: str) -> None:
        """Send a parcel to its partition once more. Errors: `not_found.parcel`, `conflict.parcel_unreadable`."""
        async with self._open() as (channel, queue):
            copies = await self._find(queue, parked_id)
            frame = _read_frame(copies[0])
            if frame is None:
                raise ParcelUnreadableError("this is no parcel; it can only be dropped", parked_id=parked_id)
            await self._send(channel, frame)
            for copy in copies:
                await copy.ack()

    async def replay_all(self) -> int:
        """Send every parcel that can be read to its partition once more; return how many."""
        sent = 0
        async with self._open() as (channel, queue):
            async for message in queue.take(queue.count):
                frame = _read_frame(message)
                if frame is not None:
                    await self._send(channel, frame)
                    await message.ack()
                    sent += 1
        return sent

    async def drop(self, parked_id: str) -> None:
        """Forget a parcel for good. Errors: `not_found.parcel`."""
        async with self._open() as (_, queue):
            for copy in await self._find(queue, parked_id):
                await copy.ack()

    async def _find(self, queue: "_Shelf", parked_id: str) -> list[AbstractIncomingMessage]:
        """Return all copies of a parcel: one that was sent twice may be parked twice."""
        copies = [message async for message in queue.take(queue.count) if _find_id(message) == parked_id]
        if not copies:
            raise ParcelNotFoundError("no such parcel is parked", parked_id=parked_id)
        return copies

    async def _send(self, channel: AbstractChannel, frame: Frame) -> None:
        """Send a parcel anew: nobody waits for its answers, and it does not expire."""
        body = encode_parcel(frame.parcel_id, frame.partition, [bytes(raw) for raw in frame.messages])
        message = BrokerMessage(
            body, type=KIND_PARCEL, message_id=frame.parcel_id, delivery_mode=DeliveryMode.PERSISTENT
        )
        await publish(
            channel.default_exchange, message, self._names.partition_queue(frame.partition), is_mandatory=True
        )

    @asynccontextmanager
    async def _open(self) -> AsyncGenerator[tuple[AbstractChannel, "_Shelf"]]:
        """Open the queue; what was taken from it and not acknowledged lies there again afterwards, in order.

        The broker puts it back a moment after it was told to: whoever looks next must find it.
        """
        try:
            async with (
                await connect(self._url, timeout=self._terms.connect_timeout_s) as connection,
                connection.channel(publisher_confirms=True, on_return_raises=True) as channel,
            ):
                await self._names.declare(channel)
                queue = _Shelf(await channel.declare_queue(self._names.parked_queue, passive=True))
                try:
                    yield channel, queue
                finally:
                    await self._put_back(channel, queue)
        except LINK_ERRORS as error:
            raise BusError(f"the broker cannot be reached: {error or type(error).__name__}") from None

    async def _put_back(self, channel: AbstractChannel, queue: "_Shelf") -> None:
        left = [message for message in queue.taken if not message.processed]
        if not left:
            return
        await left[-1].nack(multiple=True, requeue=True)
        loop = asyncio.get_running_loop()
        until_s = loop.time() + PUT_BACK_MAX_S
        while loop.time() < until_s:
            now = await channel.declare_queue(self._names.parked_queue, passive=True)
            if (now.declaration_result.message_count or 0) >= queue.count - len(queue.taken) + len(left):
                return
            await asyncio.sleep(PUT_BACK_POLL_S)

    def _describe(self, message: AbstractIncomingMessage) -> ParkedParcel:
        frame = _read_frame(message)
        headers = cast("Mapping[str, Any]", message.headers)
        death = _read_death(headers)
        partition = headers.get("partition", self._names.find_partition(str(death.get("queue", ""))))
        peeks = [] if frame is None else [_peek(raw) for raw in frame.messages]
        stations = dict.fromkeys(peek.station_id for peek in peeks if peek.station_id)
        return ParkedParcel(
            parked_id=_find_id(message),
            reason=str(headers.get("reason", death.get("reason", "unknown"))),
            partition=partition if isinstance(partition, int) else None,
            attempts=int(headers.get("attempts", headers.get("x-delivery-count", 0))),
            error=str(headers.get("error", "")),
            parked_at=message.timestamp or death.get("time"),
            messages=tuple(peek.message for peek in peeks),
            station_ids=tuple(stations)[:STATIONS_MAX],
            size_bytes=len(message.body),
            is_readable=frame is not None,
        )


class _Shelf:
    """The parked queue, and what was taken from it."""

    def __init__(self, queue: AbstractQueue) -> None:
        self._queue = queue
        self.count = queue.declaration_result.message_count or 0
        """How much lay there at first."""
        self.taken: list[AbstractIncomingMessage] = []

    async def take(self, limit: int) -> AsyncIterator[AbstractIncomingMessage]:
        """Take one after the other, the oldest first."""
        for _ in range(min(limit, self.count)):
            try:
                message = await self._queue.get(no_ack=False)
            except QueueEmpty:
                return
            self.taken.append(message)
            yield message


def _find_id(message: AbstractIncomingMessage) -> str:
    return message.message_id or blake2b(message.body, digest_size=_ID_BYTES).hexdigest()


def _read_frame(message: AbstractIncomingMessage) -> Frame | None:
    if message.type != KIND_PARCEL:
        return None
    try:
        return decode_parcel(message.body)
    except GarbageError:
        return None


def _peek(raw: msgspec.Raw) -> _Peek:
    try:
        return _PEEKS.decode(raw)
    except (msgspec.DecodeError, UnicodeError):
        return _Peek(message="unknown")


def _read_content(raw: msgspec.Raw) -> ParcelMessage:
    """Return a message of a parcel; what commands hold is shown to nobody."""
    peek = _peek(raw)
    try:
        message = decode_message(raw)
    except (UnknownMessageError, msgspec.DecodeError, UnicodeError):
        message = None
    return ParcelMessage(
        message=peek.message,
        station_id=peek.station_id or None,
        content=msgspec.to_builtins(message, str_keys=True) if isinstance(message, Report) else None,
    )


def _read_death(headers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the broker's own note of why it parked a message."""
    deaths = headers.get("x-death")
    if isinstance(deaths, list) and deaths and isinstance(deaths[0], dict):
        return cast("dict[str, Any]", deaths[0])
    return {}
