"""Cores that know of each other: each says every second that it is there. Soft: it decides nothing but the balance."""

import asyncio

import msgspec
import structlog
from aio_pika import Message as BrokerMessage
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractIncomingMessage, DeliveryMode

from busbar.adapters.rabbitmq.link import LINK_ERRORS, publish
from busbar.adapters.rabbitmq.names import Names
from busbar.kernel.bounded import BoundedDict

log = structlog.get_logger(__name__)

CORES_MAX = 1000
MISSES_MAX = 3
"""Greetings that a core may miss before the others go on without it."""


class Greeting(msgspec.Struct, frozen=True, array_like=True):
    """What a core says to the others."""

    core_id: str
    is_leaving: bool = False


_ENCODER = msgspec.msgpack.Encoder()
_GREETINGS = msgspec.msgpack.Decoder(Greeting)


class Members:
    """The cores that were heard lately, this one included as long as it takes part."""

    def __init__(self, *, names: Names, core_id: str, interval_s: float) -> None:
        self.core_id = core_id
        self._names = names
        self._interval_s = interval_s
        self._heard_s: BoundedDict[str, float] = BoundedDict(bound=CORES_MAX)
        self._exchange: AbstractExchange | None = None
        self.changed = asyncio.Event()

    async def join(self, channel: AbstractChannel) -> None:
        """Listen to the others and greet them."""
        queue = await channel.declare_queue(exclusive=True, auto_delete=True)
        await queue.bind(self._names.cores)
        self._exchange = await channel.get_exchange(self._names.cores, ensure=False)
        await queue.consume(self._take, no_ack=True)
        await self.greet()

    def part(self) -> None:
        """Forget the others: the broker is gone."""
        self._exchange = None
        self._heard_s.clear()

    async def greet(self, *, is_leaving: bool = False) -> None:
        """Say that this core is there, or that it will not be."""
        if self._exchange is None:
            return
        body = _ENCODER.encode(Greeting(self.core_id, is_leaving))
        try:
            message = BrokerMessage(body, delivery_mode=DeliveryMode.NOT_PERSISTENT)
            await publish(self._exchange, message, "", is_mandatory=False)
        except LINK_ERRORS as error:
            log.debug("cores.not_greeted", error=str(error))

    def list_present(self) -> list[str]:
        """Return the cores that take part now."""
        since_s = asyncio.get_running_loop().time() - self._interval_s * MISSES_MAX
        present = {core_id for core_id, heard_s in self._heard_s.items() if heard_s >= since_s}
        return sorted(present | {self.core_id})

    async def _take(self, message: AbstractIncomingMessage) -> None:
        try:
            greeting = _GREETINGS.decode(message.body)
        except (msgspec.DecodeError, UnicodeError):
            return
        if greeting.core_id == self.core_id:
            return
        if greeting.is_leaving:
            self._heard_s.pop(greeting.core_id, None)
            self.changed.set()
            return
        is_new = greeting.core_id not in self.list_present()
        self._heard_s[greeting.core_id] = asyncio.get_running_loop().time()
        if is_new:
            self.changed.set()
            await self.greet()  # so that it need not wait to know of us
