"""The way up: messages packed into parcels, one parcel of a partition on its way at a time.

That one-at-a-time is what keeps a station's reports in order, whatever the broker does: a parcel that has to be sent
again cannot overtake a later one, because there is none. It also packs: what comes while a parcel is on its way is the
next parcel, so parcels are small under light load and large under heavy load.
"""

import asyncio
from collections import deque
from collections.abc import Iterator
from datetime import timedelta

import msgspec
import structlog
from aio_pika import Message as BrokerMessage
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, DeliveryMode
from aio_pika.exceptions import DeliveryError

from busbar.adapters.rabbitmq.link import LINK_ERRORS, publish
from busbar.adapters.rabbitmq.names import Names
from busbar.adapters.rabbitmq.parcels import (
    KIND_ANSWERS,
    KIND_PARCEL,
    REPEAT,
    GarbageError,
    decode_answer_frame,
    encode_parcel,
)
from busbar.canon.codec import Settled, UnknownMessageError, decode_answers, encode_message
from busbar.canon.message import Message
from busbar.kernel.clock import Clock
from busbar.kernel.errors import UnavailableError
from busbar.kernel.ids import ConnectionId, IdSource
from busbar.ports.bus import OnAnswer
from busbar.ports.tracing import CURRENT, NO_TRACER, Tracer

log = structlog.get_logger(__name__)

SWEEP_S = 0.25
"""Between looks for what has waited too long."""
RETRY_S = 0.2
"""Pause before a parcel that the broker refused is offered again."""


class BusError(UnavailableError):
    """The broker cannot be reached; the message did not leave this process, or nobody knows whether it did."""

    code = "unavailable.bus"


class AnswerTimeoutError(UnavailableError):
    """No core answered in time. Whether the message was handled is not known."""

    code = "unavailable.timeout"


class SenderLimits(msgspec.Struct, frozen=True, kw_only=True):
    """The bounds of a sender."""

    waiting_max_messages: int = 20_000
    """Waiting and on their way, all partitions together."""
    parcel_max_messages: int = 512
    parcel_max_bytes: int = 262_144
    window_s: float = 0.002
    """How long a message waits for others when no parcel of its partition is on its way."""
    timeout_s: float = 30.0
    """After this a message is answered with an error."""
    resend_after_s: float = 10.0
    """A parcel without answers is sent again, as the same parcel."""


class _Entry:
    """A message on its way, and whom to tell its answer."""

    __slots__ = ("body", "connection_id", "kind", "on_answer", "posted_s", "trace")

    def __init__(
        self,
        body: bytes,
        kind: type[Message],
        on_answer: OnAnswer,
        posted_s: float,
        connection_id: ConnectionId | None,
        trace: str | None,
    ) -> None:
        self.body = body
        self.kind = kind
        self.on_answer = on_answer
        self.posted_s = posted_s
        self.connection_id = connection_id
        self.trace = trace


class _Parcel:
    """Messages that travel together until they are answered."""

    __slots__ = ("body", "entries", "is_sent", "parcel_id", "sent_s")

    def __init__(self, parcel_id: str, body: bytes, entries: list[_Entry]) -> None:
        self.parcel_id = parcel_id
        self.body = body
        self.entries = entries
        self.sent_s = 0.0
        self.is_sent = False


class _Lane:
    """What goes to one partition."""

    __slots__ = ("parcel", "partition", "waiting")

    def __init__(self, partition: int) -> None:
        self.partition = partition
        self.waiting: deque[_Entry] = deque()
        self.parcel: _Parcel | None = None


class ParcelSender:
    """Carries messages to the cores that hold their partitions, and brings the answers. A party of the link."""

    def __init__(
        self,
        *,
        names: Names,
        ids: IdSource,
        limits: SenderLimits | None = None,
        clock: Clock | None = None,
        tracer: Tracer = NO_TRACER,
    ) -> None:
        """With a `clock` parcels expire: what nobody waits for any more is not done any more (commands)."""
        self._tracer = tracer
        self._names = names
        self._ids = ids
        self._limits = limits or SenderLimits()
        self._clock = clock
        self._lanes = [_Lane(partition) for partition in range(names.partition_count)]
        self._on_their_way: dict[str, _Lane] = {}
        self._in_window: list[_Lane] = []
        self._outstanding = 0
        self._channel: AbstractChannel | None = None
        self._reply_queue = ""
        self._publishing: set[asyncio.Task[None]] = set()
        self._sweep_timer: asyncio.TimerHandle | None = None
        self._room = asyncio.Event()
        self._idle = asyncio.Event()
        self._room.set()
        self._idle.set()
        self._is_stopping = False
        self.parcel_count = 0
        self.message_count = 0

    @property
    def outstanding_messages(self) -> int:
        """How many messages wait or are on their way."""
        return self._outstanding

    @property
    def is_full(self) -> bool:
        """Whether the next message must wait for room."""
        return self._outstanding >= self._limits.waiting_max_messages

    async def wait_for_room(self) -> None:
        """Return when there is room. Errors: `unavailable.bus` when there is none in time."""
        try:
            async with asyncio.timeout(self._limits.timeout_s):
                while self.is_full and not self._is_stopping:
                    self._room.clear()
                    await self._room.wait()
        except TimeoutError:
            raise BusError("too many messages wait for the broker") from None

    def post(
        self, message: Message, partition: int, on_answer: OnAnswer, *, connection_id: ConnectionId | None = None
    ) -> None:
        """Take a message; `on_answer` is told its reply or its error, later and once. Look for room beforehand.

        With the `connection_id` that a station said it on, it is refused once the station has a newer connection.
        Errors: `invalid.message`, `unavailable.bus` when the sender is stopping.
        """
        if self._is_stopping:
            raise BusError("this process is stopping")
        loop = asyncio.get_running_loop()
        lane = self._lanes[partition]
        trace = self._find_trace(message) if self._tracer.is_on else None
        body = encode_message(message)
        lane.waiting.append(_Entry(body, type(message), on_answer, loop.time(), connection_id, trace))
        if self._outstanding == 0:
            self._idle.clear()
            self._sweep_timer = loop.call_later(SWEEP_S, self._sweep)
        self._outstanding += 1
        if lane.parcel is not None:
            return
        if len(lane.waiting) >= self._limits.parcel_max_messages:
            self._pack(lane)
        elif len(lane.waiting) == 1:
            if not self._in_window:
                loop.call_later(self._limits.window_s, self._end_window)
            self._in_window.append(lane)

    def _find_trace(self, message: Message) -> str | None:
        """Return the trace that a message belongs to, or whatever is done at the moment; the parcel carries it on."""
        context = self._tracer.context_of(message)
        if context is None:
            return CURRENT.get()
        self._tracer.drop(message)
        return context

    async def drain(self, timeout_s: float) -> None:
        """Take nothing in any more; wait for the answers, then give up what is left."""
        self._is_stopping = True
        self._room.set()
        try:
            async with asyncio.timeout(timeout_s):
                await self._idle.wait()
        except TimeoutError:
            for lane in self._lanes:
                self._give_up(lane, older_than_s=float("inf"))
        if self._sweep_timer is not None:
            self._sweep_timer.cancel()

    # ---- the link ----------------------------------------------------------------------------------------------------

    async def connected(self, channel: AbstractChannel) -> None:
        """Make a queue for answers and send again what is not answered."""
        queue = await channel.declare_queue(exclusive=True, auto_delete=True)
        await queue.consume(self._take_answers, no_ack=True)
        self._reply_queue = queue.name
        self._channel = channel
        for lane in self._lanes:
            if lane.parcel is not None:
                self._send(lane)
            else:
                self._pack(lane)

    def disconnected(self) -> None:
        """Keep everything until the broker is back, or until it has waited too long."""
        self._channel = None

    # ---- parcels -----------------------------------------------------------------------------------------------------

    def _end_window(self) -> None:
        lanes, self._in_window = self._in_window, []
        for lane in lanes:
            self._pack(lane)

    def _pack(self, lane: _Lane) -> None:
        """Make the lane's next parcel, unless one is on its way or the broker is away."""
        if lane.parcel is not None or not lane.waiting or self._channel is None:
            return
        entries = list(self._take_entries(lane))
        parcel_id = self._ids.new()
        expires_at = None if self._clock is None else self._clock.now() + timedelta(seconds=self._limits.timeout_s)
        body = encode_parcel(
            parcel_id,
            lane.partition,
            [entry.body for entry in entries],
            expires_at=expires_at,
            connections=[entry.connection_id for entry in entries],
            traces=[entry.trace for entry in entries],
        )
        lane.parcel = _Parcel(parcel_id, body, entries)
        self._on_their_way[parcel_id] = lane
        self.parcel_count += 1
        self.message_count += len(entries)
        self._send(lane)

    def _take_entries(self, lane: _Lane) -> Iterator[_Entry]:
        count, size = 0, 0
        while lane.waiting and count < self._limits.parcel_max_messages:
            size += len(lane.waiting[0].body)
            if count and size > self._limits.parcel_max_bytes:
                return
            count += 1
            yield lane.waiting.popleft()

    def _send(self, lane: _Lane) -> None:
        task = asyncio.create_task(self._publish(lane, lane.parcel))
        self._publishing.add(task)
        task.add_done_callback(self._publishing.discard)

    async def _publish(self, lane: _Lane, parcel: _Parcel | None) -> None:
        channel = self._channel
        if parcel is None or channel is None:
            return
        loop = asyncio.get_running_loop()
        is_repeat = parcel.sent_s > 0
        parcel.sent_s = loop.time()
        message = BrokerMessage(
            parcel.body,
            type=KIND_PARCEL,
            message_id=parcel.parcel_id,
            reply_to=self._reply_queue,
            delivery_mode=DeliveryMode.PERSISTENT,
            headers={REPEAT: True} if is_repeat else None,
        )
        try:
            await publish(
                channel.default_exchange,
                message,
                self._names.partition_queue(lane.partition),
                is_mandatory=True,
                timeout_s=self._limits.timeout_s,
            )
            parcel.is_sent = True
        except DeliveryError as error:
            log.warning("bus.parcel_refused", partition=lane.partition, error=str(error))
            loop.call_later(RETRY_S, self._repeat, lane, parcel)
        except LINK_ERRORS as error:
            log.debug("bus.parcel_not_sent", partition=lane.partition, error=str(error))

    def _repeat(self, lane: _Lane, parcel: _Parcel) -> None:
        if lane.parcel is parcel and self._channel is not None:
            self._send(lane)

    async def _take_answers(self, message: AbstractIncomingMessage) -> None:
        if message.type != KIND_ANSWERS:
            return
        try:
            frame = decode_answer_frame(message.body)
        except GarbageError as error:
            log.warning("bus.garbage", error=error.text)
            return
        lane = self._on_their_way.pop(frame.parcel_id, None)
        if lane is None or lane.parcel is None:
            return  # answered already: the parcel was sent twice
        entries = lane.parcel.entries
        lane.parcel = None
        self._pack(lane)
        answers: list[Settled]
        try:
            answers = decode_answers(frame.answers, [entry.kind for entry in entries])
        except UnknownMessageError as error:
            answers = [(None, error)] * len(entries)
        self._settle(entries, answers)

    def _settle(self, entries: list[_Entry], answers: list[Settled]) -> None:
        self._outstanding -= len(entries)
        self._room.set()
        for entry, (reply, error) in zip(entries, answers, strict=True):
            try:
                entry.on_answer(reply, error)
            except Exception:  # supervisor: one caller's fault must not keep the answers of the others
                log.exception("bus.caller_broke", message_type=entry.kind.__name__)
        if self._outstanding == 0:
            self._idle.set()

    # ---- what waits too long -----------------------------------------------------------------------------------------

    def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        now_s = loop.time()
        for lane in self._lanes:
            self._give_up(lane, older_than_s=now_s - self._limits.timeout_s)
            parcel = lane.parcel
            if parcel is not None and parcel.sent_s and now_s - parcel.sent_s > self._limits.resend_after_s:
                self._repeat(lane, parcel)
        self._sweep_timer = loop.call_later(SWEEP_S, self._sweep) if self._outstanding else None

    def _give_up(self, lane: _Lane, *, older_than_s: float) -> None:
        """Answer what was posted before then; a parcel is given up as a whole."""
        parcel = lane.parcel
        if parcel is not None and parcel.entries[0].posted_s < older_than_s:
            lane.parcel = None
            self._on_their_way.pop(parcel.parcel_id, None)
            error = AnswerTimeoutError("no core answered in time") if parcel.is_sent else _make_bus_error()
            self._settle(parcel.entries, [(None, error)] * len(parcel.entries))
        late: list[_Entry] = []
        while lane.waiting and lane.waiting[0].posted_s < older_than_s:
            late.append(lane.waiting.popleft())
        if late:
            self._settle(late, [(None, _make_bus_error())] * len(late))
        self._pack(lane)


def _make_bus_error() -> BusError:
    return BusError("the broker cannot be reached")
