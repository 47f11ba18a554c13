"""Questions to all gateways of a network at once: each answers with what it has, and who asked puts it together."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Generic, Protocol, TypeVar

import msgspec
import structlog
from aio_pika import Message as BrokerMessage
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractIncomingMessage, DeliveryMode
from aio_pika.exceptions import DeliveryError

from busbar.adapters.rabbitmq.link import LINK_ERRORS, publish
from busbar.adapters.rabbitmq.names import Names
from busbar.kernel.errors import UnavailableError
from busbar.kernel.ids import IdSource

log = structlog.get_logger(__name__)

ANSWER_TIMEOUT_S = 3.0
WAITING_MAX_QUESTIONS = 100
"""Of one gateway; beyond, the oldest are not answered."""
RUNNING_MAX_QUESTIONS = 4
NAMED_MAX_GATEWAYS = 100

ListGateways = Callable[[], Awaitable[frozenset[str] | None]]
"""The gateways that are there, by their process ids; None: nobody knows at the moment."""


class GatewaysAwayError(UnavailableError):
    """No gateway could be asked for what it keeps."""

    code = "unavailable.gateways"


class Answer(Protocol):
    """What a gateway answers, whatever the question."""

    @property
    def gateway_id(self) -> str:
        """Who answers."""
        ...


A = TypeVar("A", bound=Answer)


class Answers(msgspec.Struct, Generic[A], frozen=True):
    """What came back, and from whom nothing did."""

    given: tuple[A, ...]
    silent_gateways: tuple[str, ...] = ()


class RoundupDoor:
    """The gateway's side of one kind of question. A party of the link."""

    def __init__(self, *, names: Names, kind: str, route: str, answer: Callable[[bytes], Awaitable[bytes]]) -> None:
        """`kind` is the type of the questions' messages; `answer` raises msgspec's errors for what it cannot read."""
        self._names = names
        self._kind = kind
        self._route = route
        self._answer = answer
        self._channel: AbstractChannel | None = None
        self._turns = asyncio.Semaphore(RUNNING_MAX_QUESTIONS)

    async def connected(self, channel: AbstractChannel) -> None:
        """Listen to questions."""
        bounds: dict[str, Any] = {"x-max-length": WAITING_MAX_QUESTIONS, "x-overflow": "drop-head"}
        queue = await channel.declare_queue(exclusive=True, auto_delete=True, arguments=bounds)
        await queue.bind(self._names.gateways, self._route)
        self._channel = channel
        await queue.consume(self._take, no_ack=True)

    def disconnected(self) -> None:
        """Whoever asked waits no longer than it waits."""
        self._channel = None

    async def _take(self, message: AbstractIncomingMessage) -> None:
        if message.type != self._kind or message.reply_to is None:
            return
        try:
            async with self._turns:
                body = await self._answer(message.body)
        except (msgspec.DecodeError, UnicodeError) as error:
            log.warning("roundup.garbage", kind=self._kind, error=str(error))
            return
        channel = self._channel
        if channel is None:
            return
        answer = BrokerMessage(body, correlation_id=message.correlation_id, delivery_mode=DeliveryMode.NOT_PERSISTENT)
        try:
            await publish(channel.default_exchange, answer, message.reply_to, is_mandatory=False)
        except LINK_ERRORS as error:
            log.debug("roundup.answer_lost", kind=self._kind, error=str(error))


class Roundup:
    """The asking side. A party of the link."""

    def __init__(self, *, names: Names, ids: IdSource, list_gateways: ListGateways) -> None:
        """`list_gateways` says whose answers are worth waiting for, if anybody knows."""
        self._names = names
        self._ids = ids
        self._list_gateways = list_gateways
        self._waiting: dict[str, asyncio.Queue[bytes]] = {}
        self._exchange: AbstractExchange | None = None
        self._reply_queue = ""

    async def connected(self, channel: AbstractChannel) -> None:
        """Make a queue for answers."""
        queue = await channel.declare_queue(exclusive=True, auto_delete=True)
        await queue.consume(self._take, no_ack=True)
        self._reply_queue = queue.name
        self._exchange = await channel.get_exchange(self._names.gateways, ensure=False)

    def disconnected(self) -> None:
        """Ask nobody until the broker is back; what is on its way is not awaited beyond its time."""
        self._exchange = None

    async def ask(self, body: bytes, *, kind: str, route: str, decode: Callable[[bytes], A]) -> Answers[A]:
        """Ask all gateways. Errors: `unavailable.gateways` when none answers."""
        exchange = self._exchange
        if exchange is None:
            raise GatewaysAwayError("the gateways cannot be asked at the moment")
        expected = await self._list_gateways()
        question_id = self._ids.new()
        message = BrokerMessage(
            body,
            type=kind,
            correlation_id=question_id,
            reply_to=self._reply_queue,
            expiration=ANSWER_TIMEOUT_S,
            delivery_mode=DeliveryMode.NOT_PERSISTENT,
        )
        given: dict[str, A] = {}
        answers = self._waiting[question_id] = asyncio.Queue()
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT_S):
                await publish(exchange, message, route, is_mandatory=True)
                while expected is None or expected - given.keys():
                    _keep(given, await answers.get(), decode, kind)
        except DeliveryError:
            raise GatewaysAwayError("no gateway is there") from None
        except TimeoutError:
            log.info("roundup.gateways_silent", kind=kind, answers=len(given))
        except LINK_ERRORS:
            raise GatewaysAwayError("the gateways cannot be asked at the moment") from None
        finally:
            del self._waiting[question_id]
        if not given:
            raise GatewaysAwayError("no gateway answered in time")
        silent = sorted((expected or frozenset()) - given.keys())
        return Answers(tuple(given.values()), tuple(silent[:NAMED_MAX_GATEWAYS]))

    async def _take(self, message: AbstractIncomingMessage) -> None:
        answers = self._waiting.get(message.correlation_id or "")
        if answers is not None:
            answers.put_nowait(message.body)


def _keep(given: dict[str, A], body: bytes, decode: Callable[[bytes], A], kind: str) -> None:
    try:
        answer = decode(body)
    except (msgspec.DecodeError, UnicodeError) as error:
        log.warning("roundup.garbage", kind=kind, error=str(error))
        return
    given[answer.gateway_id] = answer
