"""The connection to the broker: made again by itself, for ever, until it is stopped."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from secrets import SystemRandom
from typing import Any, Protocol, TypeVar

import msgspec
import structlog
from aio_pika import connect
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractExchange, AbstractMessage
from aio_pika.exceptions import CONNECTION_EXCEPTIONS

from busbar.adapters.rabbitmq.names import Names, PartitionCountError

log = structlog.get_logger(__name__)
R = TypeVar("R")

LINK_ERRORS = (*CONNECTION_EXCEPTIONS, TimeoutError)
"""What the client library raises when the broker is away, goes away, or refuses."""
CLOSE_TIMEOUT_S = 2.0


class LinkTerms(msgspec.Struct, frozen=True, kw_only=True):
    """How a connection is kept."""

    heartbeat_s: int = 10
    """The broker gives a process up that it has not heard for twice as long."""
    connect_timeout_s: float = 10.0
    pause_min_s: float = 0.2
    pause_max_s: float = 5.0
    """Between attempts to connect: doubled each time, and half of it left to chance."""


class Party(Protocol):
    """Who speaks over the link. Each has a channel of its own; a channel that breaks takes the connection with it."""

    async def connected(self, channel: AbstractChannel) -> None:
        """Take a fresh channel: make what is yours in the broker, and begin."""
        ...

    def disconnected(self) -> None:
        """Hear that the channel is gone, with everything that was on its way."""
        ...


class BrokerLink:
    """Holds one connection for all the parties of a process."""

    def __init__(self, url: str, *, names: Names, process_name: str, terms: LinkTerms | None = None) -> None:
        """`process_name` is what the broker's own tools show of this connection."""
        self._url = url
        self._names = names
        self._process_name = process_name
        self._terms = terms or LinkTerms()
        self._parties: list[Party] = []
        self._task: asyncio.Task[None] | None = None
        self._up = asyncio.Event()
        self._chance = SystemRandom()
        self.reconnect_count = 0
        self.last_error = ""

    def add(self, *parties: Party) -> None:
        """Take parties in, before the start. They are connected in this order."""
        self._parties += parties

    @property
    def is_up(self) -> bool:
        """Whether the broker can be spoken to now."""
        return self._up.is_set()

    async def start(self) -> None:
        """Begin to connect; does not wait for it."""
        self._task = asyncio.create_task(self._run(), name="broker-link")

    async def wait_until_up(self, timeout_s: float) -> bool:
        """Wait for the connection; tell whether it is there."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._up.wait()
        return self.is_up

    async def stop(self) -> None:
        """Close the connection, and make no other."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _run(self) -> None:
        pause_s = self._terms.pause_min_s
        while True:
            try:
                await self._hold()
                pause_s = self._terms.pause_min_s
                self.last_error = "the connection was lost"
                log.warning("broker.lost")
            except LINK_ERRORS as error:
                self.last_error = str(error) or type(error).__name__
                log.warning("broker.away", error=self.last_error)
            except PartitionCountError as error:
                self.last_error = error.text
                log.error("broker.other_partition_count", error=error.text, **error.facts)  # noqa: TRY400 - no trace
            except Exception as error:  # supervisor: whatever the client library breaks on, the process connects again
                self.last_error = str(error) or type(error).__name__
                log.exception("broker.link_broke")
            self.reconnect_count += 1
            await asyncio.sleep(pause_s * (0.5 + self._chance.random() / 2))
            pause_s = min(pause_s * 2, self._terms.pause_max_s)

    async def _hold(self) -> None:
        """Connect, and return when the connection is lost."""
        asking = connect(
            self._url,
            timeout=self._terms.connect_timeout_s,
            heartbeat=self._terms.heartbeat_s,
            client_properties={"connection_name": self._process_name},
        )
        connection = await within(asking, self._terms.connect_timeout_s + CLOSE_TIMEOUT_S)
        broken = asyncio.Event()
        connected: list[Party] = []
        try:
            connection.close_callbacks.add(_set(broken))
            await within(self._set_up(connection, broken, connected), self._terms.connect_timeout_s)
            if connection.is_closed:
                return
            self._up.set()
            log.info("broker.connected")
            await broken.wait()
        finally:
            self._up.clear()
            for party in connected:
                party.disconnected()
            await _close(connection)

    async def _set_up(self, connection: AbstractConnection, broken: asyncio.Event, connected: list[Party]) -> None:
        """Make what all share in the broker, then connect the parties; `connected` names those that were told."""
        async with await self._open_channel(connection, asyncio.Event()) as channel:
            await self._names.declare(channel)
        for party in self._parties:
            channel = await self._open_channel(connection, broken)
            connected.append(party)
            await party.connected(channel)

    async def _open_channel(self, connection: AbstractConnection, broken: asyncio.Event) -> AbstractChannel:
        channel = connection.channel(publisher_confirms=True, on_return_raises=True)
        await channel.initialize()
        channel.close_callbacks.add(_set(broken))
        underlay = await channel.get_underlay_channel()
        underlay.on_consumer_cancel_callbacks.add(_set(broken))  # its queue was deleted: make it again
        return channel


def _set(event: asyncio.Event) -> Callable[..., None]:
    def on_close(*_: object) -> None:
        event.set()

    return on_close


async def _close(connection: AbstractConnection) -> None:
    with suppress(*LINK_ERRORS):
        await within(connection.close(), CLOSE_TIMEOUT_S)


async def within(work: Coroutine[Any, Any, R], limit_s: float) -> R:
    """Return what a coroutine returns. Errors: its own; TimeoutError once the limit is over, whatever it does then.

    The client library may not end when it is cancelled: it waits for a broker that was lost meanwhile. Such a task is
    left to itself.
    """
    task = asyncio.ensure_future(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=limit_s)
    except asyncio.CancelledError:
        task.cancel()
        raise
    if not done:
        task.cancel()
        raise TimeoutError(f"the broker did not answer in {limit_s:g} s")
    if task.cancelled():  # by the client library, when the connection ended meanwhile: nobody cancelled us
        raise ConnectionResetError("the connection to the broker ended")
    return task.result()


async def publish(
    exchange: AbstractExchange,
    message: AbstractMessage,
    key: str,
    *,
    is_mandatory: bool,
    timeout_s: float | None = None,
) -> None:
    """Hand a message to the broker. Errors: `LINK_ERRORS`, DeliveryError when it is mandatory and nobody takes it.

    When a connection ends without a reason, the client library fails what waits with a bare Exception.
    """
    try:
        await exchange.publish(message, key, mandatory=is_mandatory, timeout=timeout_s)
    except Exception as error:  # supervisor: of a client library that has no better word for it
        if type(error) is not Exception:
            raise
        raise ConnectionResetError("the connection to the broker ended") from None
