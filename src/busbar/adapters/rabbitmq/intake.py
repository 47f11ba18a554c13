"""The core's side of the broker: partitions come and go, parcels are worked on and answered.

Every core consumes every partition's queue; the broker offers a queue to one of them (single active consumer) and to
the next one in the line as soon as that one is gone. Which of them it should be is agreed by `balance`: a core that
holds a partition which is another's steps aside to the end of the line, and a core that should hold one pokes its
queue, so that even a silent partition is taken over.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from functools import partial

import msgspec
import structlog
from aio_pika import Message as BrokerMessage
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue, DeliveryMode
from aio_pika.exceptions import DeliveryError

from busbar.adapters.rabbitmq.balance import plan_partitions
from busbar.adapters.rabbitmq.link import LINK_ERRORS, publish
from busbar.adapters.rabbitmq.members import Members
from busbar.adapters.rabbitmq.names import Names
from busbar.adapters.rabbitmq.parcels import (
    KIND_ANSWERS,
    KIND_PARCEL,
    REPEAT,
    Frame,
    GarbageError,
    Wish,
    decode_parcel,
    encode_answer_frame,
    encode_parcel,
    read_messages,
    refuse_all,
)
from busbar.adapters.rabbitmq.parked import Fault, park
from busbar.adapters.rabbitmq.sender import AnswerTimeoutError
from busbar.canon.codec import UnknownMessageError
from busbar.kernel.clock import Clock
from busbar.kernel.errors import BusbarError, UnavailableError
from busbar.kernel.ids import ConnectionId
from busbar.ports.intake import Answer, Parcel, PartitionLostError, PartitionWorker

log = structlog.get_logger(__name__)

COUNT_TIMEOUT_S = 5.0
PAUSE_MIN_S = 0.1
PAUSE_MAX_S = 2.0
"""Between attempts while the database takes nothing."""


class ParcelFailedError(BusbarError):
    """The core broke on a parcel each time: it is parked for a person to see."""

    code = "internal"


class IntakeLimits(msgspec.Struct, frozen=True, kw_only=True):
    """The bounds of an intake."""

    prefetch_max_parcels: int = 8
    """Of one partition, in this process's hands."""
    parcel_max_attempts: int = 3
    """Before a parcel that a core breaks on is parked."""
    greeting_interval_s: float = 1.0
    aside_pause_s: float = 10.0
    """After a core stepped aside for another that did not come, it holds the partition at least this long."""


class _Post:
    """One partition, as this process sees it."""

    __slots__ = (
        "answering",
        "aside_s",
        "consumer_tag",
        "deliveries",
        "handled_since_s",
        "has_lost_link",
        "is_held",
        "is_wanted_away",
        "partition",
        "queue",
        "task",
        "wakeup",
    )

    def __init__(self, partition: int) -> None:
        self.partition = partition
        self.deliveries: deque[tuple[float, AbstractIncomingMessage]] = deque()
        """Each with the time when it came."""
        self.handled_since_s: float | None = None
        """When the one came that is being handled."""
        self.wakeup = asyncio.Event()
        self.queue: AbstractQueue | None = None
        self.consumer_tag = ""
        self.answering: set[asyncio.Task[None]] = set()
        self.task: asyncio.Task[None] | None = None
        self.is_held = False
        self.is_wanted_away = False
        """The partition is to go to another core as soon as what is in hand is done."""
        self.has_lost_link = False
        """Since the partition was taken the connection was lost: another core may have had it meanwhile."""
        self.aside_s = float("-inf")

    @property
    def oldest_s(self) -> float | None:
        """When the oldest parcel came that is in hand, or None."""
        if self.handled_since_s is None and self.deliveries:
            return self.deliveries[0][0]
        return self.handled_since_s

    def put_back(self, message: AbstractIncomingMessage) -> None:
        """Let a parcel wait that could not be handled."""
        self.deliveries.appendleft((self.handled_since_s or 0.0, message))


class RabbitIntake:
    """See `busbar.ports.intake.Intake`. A party of the link."""

    def __init__(self, *, names: Names, core_id: str, clock: Clock, limits: IntakeLimits | None = None) -> None:
        self._names = names
        self._clock = clock
        self._limits = limits or IntakeLimits()
        self._posts = [_Post(partition) for partition in range(names.partition_count)]
        self._members = Members(names=names, core_id=core_id, interval_s=self._limits.greeting_interval_s)
        self._channel: AbstractChannel | None = None
        self._worker: PartitionWorker | None = None
        self._balancer: asyncio.Task[None] | None = None
        self._plan: dict[int, str] = {}
        self._is_stopping = False
        self.parcel_count = 0
        self.message_count = 0
        self.parked_count = 0

    # ---- what others see ---------------------------------------------------------------------------------------------

    @property
    def held_partitions(self) -> list[int]:
        """The partitions that this process holds."""
        return [post.partition for post in self._posts if post.is_held]

    @property
    def present_cores(self) -> list[str]:
        """The cores that take part, as far as this one knows."""
        return self._members.list_present()

    @property
    def waiting_parcels(self) -> int:
        """How many parcels are in hand and not yet worked on."""
        return sum(len(post.deliveries) for post in self._posts)

    def list_lags(self) -> dict[int, float]:
        """Return how long the oldest parcel in hand waits, in seconds, of each partition that is held."""
        now_s = asyncio.get_running_loop().time()
        return {post.partition: now_s - (post.oldest_s or now_s) for post in self._posts if post.is_held}

    async def count_waiting(self) -> dict[int, int]:
        """Ask the broker how many parcels wait, besides those in hand, of each partition that is held."""
        channel, found = self._channel, dict[int, int]()
        if channel is None:
            return found
        try:
            async with asyncio.timeout(COUNT_TIMEOUT_S):
                for partition in self.held_partitions:
                    queue = await channel.declare_queue(self._names.partition_queue(partition), passive=True)
                    found[partition] = queue.declaration_result.message_count or 0
        except (TimeoutError, *LINK_ERRORS) as error:
            log.debug("intake.queues_not_counted", error=str(error))
        return found

    async def start(self, worker: PartitionWorker) -> None:
        """Begin to take partitions and parcels: now, or as soon as the link is up."""
        self._worker = worker
        self._is_stopping = False
        for post in self._posts:
            post.task = asyncio.create_task(self._attend(post, worker), name=f"partition-{post.partition}")
        if self._channel is not None:
            try:
                await self._take_part(self._channel)
            except LINK_ERRORS as error:  # the link makes the connection anew and calls `connected`
                log.debug("intake.link_lost", error=str(error))

    async def stop(self) -> None:
        """Finish what is in hand and let others take the partitions at once."""
        self._is_stopping = True
        if self._balancer is not None:
            self._balancer.cancel()
        for post in self._posts:
            post.is_wanted_away = True
            post.wakeup.set()
        await self._members.greet(is_leaving=True)
        tasks = [post.task for post in self._posts if post.task is not None]
        await asyncio.gather(*tasks)
        self._worker = None

    # ---- the link ----------------------------------------------------------------------------------------------------

    async def connected(self, channel: AbstractChannel) -> None:
        """Consume every partition's queue."""
        await channel.set_qos(prefetch_count=self._limits.prefetch_max_parcels)
        self._channel = channel
        if self._worker is not None and not self._is_stopping:
            await self._take_part(channel)

    def disconnected(self) -> None:
        """Nothing is held any more; what is in hand will be offered again, here or elsewhere."""
        self._channel = None
        if self._balancer is not None:
            self._balancer.cancel()
            self._balancer = None
        self._members.part()
        for post in self._posts:
            post.deliveries.clear()
            post.queue = None
            post.has_lost_link = True
            post.wakeup.set()

    async def _take_part(self, channel: AbstractChannel) -> None:
        await self._members.join(channel)
        for post in self._posts:
            await self._consume(post, channel)
        self._balancer = asyncio.create_task(self._keep_balance(), name="partition-balance")

    async def _consume(self, post: _Post, channel: AbstractChannel) -> None:
        queue = await channel.get_queue(self._names.partition_queue(post.partition), ensure=False)
        post.queue = queue
        post.consumer_tag = await queue.consume(partial(self._take, post))

    async def _take(self, post: _Post, message: AbstractIncomingMessage) -> None:
        if self._channel is None or message.channel.is_closed:
            return
        post.deliveries.append((asyncio.get_running_loop().time(), message))
        post.wakeup.set()

    # ---- one partition -----------------------------------------------------------------------------------------------

    async def _attend(self, post: _Post, worker: PartitionWorker) -> None:
        while True:
            await post.wakeup.wait()
            post.wakeup.clear()
            try:
                await self._forget_lost(post, worker)
                while post.deliveries and not post.is_wanted_away:
                    post.handled_since_s, message = post.deliveries.popleft()
                    try:
                        await self._handle(post, worker, message)
                    finally:
                        post.handled_since_s = None
                    await self._forget_lost(post, worker)
                if post.is_wanted_away:
                    await self._step_aside(post, worker)
            except LINK_ERRORS as error:  # the link makes the connection anew; then all of it is offered again
                log.debug("intake.link_lost", partition=post.partition, error=str(error))
            if post.is_wanted_away:
                post.wakeup.set()  # asked for while the partition was on its way out already
            elif self._is_stopping:
                await asyncio.gather(*post.answering)
                return

    async def _forget_lost(self, post: _Post, worker: PartitionWorker) -> None:
        if post.has_lost_link:
            post.has_lost_link = False
            if post.is_held:
                await self._hand_over(post, worker)

    async def _hand_over(self, post: _Post, worker: PartitionWorker) -> None:
        post.is_held = False
        log.info("partition.left", partition=post.partition)
        try:
            await worker.hand_over(post.partition)
        except BusbarError as error:
            log.warning("partition.not_left", partition=post.partition, error=error.text)

    async def _step_aside(self, post: _Post, worker: PartitionWorker) -> None:
        """Let go of a partition: what was worked on is answered, what was not goes back, and the next core has it."""
        post.is_wanted_away = False
        post.aside_s = asyncio.get_running_loop().time()
        await asyncio.gather(*post.answering)
        if post.is_held:
            await self._hand_over(post, worker)
        queue, channel = post.queue, self._channel
        if queue is None or channel is None:
            return
        await queue.cancel(post.consumer_tag)
        while post.deliveries:
            _, message = post.deliveries.popleft()
            if not message.channel.is_closed:
                await message.nack(requeue=True)
        if not self._is_stopping:
            await self._consume(post, channel)

    async def _handle(self, post: _Post, worker: PartitionWorker, message: AbstractIncomingMessage) -> None:
        channel = self._channel
        if channel is None or message.channel.is_closed:
            return
        if not post.is_held and self._is_anothers(post):
            post.put_back(message)
            post.is_wanted_away = True
            return
        try:
            frame = decode_parcel(message.body) if message.type == KIND_PARCEL else None
        except GarbageError as error:
            frame, reason = None, str(error.facts.get("cause", ""))
        else:
            reason = f"a message of type {message.type}"
        if frame is None or frame.partition != post.partition:
            await self._park(channel, post, message, reason="garbage", error=reason)
            log.error("parcel.garbage", partition=post.partition, error=reason)
            return
        try:
            if not post.is_held:
                await self._take_over(post, worker, message)
            answers = await self._answer(post, worker, frame, message)
        except PartitionLostError:
            log.warning("partition.lost", partition=post.partition)
            post.put_back(message)
            post.is_wanted_away = True
            return
        self.parcel_count += 1
        self.message_count += len(frame.messages)
        task = asyncio.create_task(self._send_answers(channel, frame, answers, message))
        post.answering.add(task)
        task.add_done_callback(post.answering.discard)

    async def _take_over(self, post: _Post, worker: PartitionWorker, message: AbstractIncomingMessage) -> None:
        pause_s = PAUSE_MIN_S
        while True:
            try:
                await worker.take_over(post.partition)
                break
            except PartitionLostError:
                raise
            except UnavailableError as error:
                log.warning("partition.not_taken", partition=post.partition, error=error.text)
            except Exception:  # supervisor: a defect must not end the partition's care
                log.exception("partition.not_taken", partition=post.partition)
            pause_s = await self._pause(post, message, pause_s)
        post.is_held = True
        log.info("partition.taken", partition=post.partition)

    async def _answer(
        self, post: _Post, worker: PartitionWorker, frame: Frame, message: AbstractIncomingMessage
    ) -> list[Answer]:
        """Have a parcel worked on and return the answers."""
        if not frame.messages:
            return []  # a poke
        if frame.expires_at is not None and frame.expires_at < self._clock.now():
            return refuse_all(len(frame.messages), AnswerTimeoutError("it came too late to be carried out"))
        read = read_messages(frame)
        known: list[Wish] = []
        connections: list[ConnectionId | None] = []
        traces: list[str | None] = []
        for place, one in enumerate(read):
            if not isinstance(one, UnknownMessageError):
                known.append(one)
                connections.append(frame.connections[place] if place < len(frame.connections) else None)
                traces.append(frame.traces[place] if place < len(frame.traces) else None)
        parcel = Parcel(
            parcel_id=frame.parcel_id,
            partition=post.partition,
            messages=tuple(known),
            connections=tuple(connections) if any(connections) else (),
            traces=tuple(traces) if any(traces) else (),
            may_be_repeat=bool(message.redelivered) or REPEAT in message.headers,
        )
        answers = iter(await self._work(post, worker, parcel, message) if known else ())
        return [Answer(error=one) if isinstance(one, UnknownMessageError) else next(answers) for one in read]

    async def _work(
        self, post: _Post, worker: PartitionWorker, parcel: Parcel, message: AbstractIncomingMessage
    ) -> list[Answer]:
        failures, pause_s = 0, PAUSE_MIN_S
        while True:
            try:
                return _check_answers(await worker.work(parcel), parcel)
            except PartitionLostError:
                raise
            except UnavailableError as error:
                log.warning("parcel.delayed", partition=post.partition, error=error.text)
            except Exception as error:  # supervisor: a defect must not stop the partition
                failures += 1
                log.exception("parcel.failed", partition=post.partition, parcel_id=parcel.parcel_id, attempt=failures)
                if failures >= self._limits.parcel_max_attempts and self._channel is not None:
                    text = f"{type(error).__name__}: {error}"
                    await self._park(self._channel, post, message, reason="failed", error=text, attempts=failures)
                    return refuse_all(len(parcel.messages), ParcelFailedError("the message could not be handled"))
            pause_s = await self._pause(post, message, pause_s)

    async def _park(
        self,
        channel: AbstractChannel,
        post: _Post,
        message: AbstractIncomingMessage,
        *,
        reason: str,
        error: str,
        attempts: int = 1,
    ) -> None:
        fault = Fault(reason=reason, partition=post.partition, error=error, at=self._clock.now(), attempts=attempts)
        await park(channel, self._names, message, fault)
        self.parked_count += 1

    async def _pause(self, post: _Post, message: AbstractIncomingMessage, pause_s: float) -> float:
        """Wait before another attempt; return the next pause. Errors: PartitionLostError when it is not ours to try."""
        if message.channel.is_closed or post.is_wanted_away:
            raise PartitionLostError("the parcel goes back", partition=post.partition)
        await asyncio.sleep(pause_s)
        return min(pause_s * 2, PAUSE_MAX_S)

    async def _send_answers(
        self, channel: AbstractChannel, frame: Frame, answers: list[Answer], message: AbstractIncomingMessage
    ) -> None:
        """Tell the answers, then let go of the parcel; when that fails, it is offered and answered again."""
        try:
            if message.reply_to and answers:
                reply = BrokerMessage(
                    encode_answer_frame(frame.parcel_id, answers),
                    type=KIND_ANSWERS,
                    delivery_mode=DeliveryMode.NOT_PERSISTENT,
                )
                await publish(channel.default_exchange, reply, message.reply_to, is_mandatory=False)
            if not message.processed:
                await message.ack()
        except LINK_ERRORS as error:
            log.debug("intake.answers_not_sent", parcel_id=frame.parcel_id, error=str(error))

    # ---- balance -----------------------------------------------------------------------------------------------------

    async def _keep_balance(self) -> None:
        while True:
            await self._members.greet()
            await self._balance()
            self._members.changed.clear()
            try:
                async with asyncio.timeout(self._limits.greeting_interval_s):
                    await self._members.changed.wait()
            except TimeoutError:
                continue

    async def _balance(self) -> None:
        self._plan = plan_partitions(self._members.list_present(), self._names.partition_count)
        for post in self._posts:
            if post.is_held and self._is_anothers(post):
                post.is_wanted_away = True
                post.wakeup.set()
            elif not post.is_held and self._plan[post.partition] == self._members.core_id:
                await self._poke(post)

    def _is_anothers(self, post: _Post) -> bool:
        """Tell whether another core should have the partition; one that was offered it and did not come is passed."""
        holder = self._plan.get(post.partition, self._members.core_id)
        is_patient = asyncio.get_running_loop().time() - post.aside_s < self._limits.aside_pause_s
        return holder != self._members.core_id and not is_patient

    async def _poke(self, post: _Post) -> None:
        """Send an empty parcel: whichever core is offered it learns that the partition is its own."""
        channel = self._channel
        if channel is None:
            return
        body = encode_parcel("", post.partition, ())
        poke = BrokerMessage(body, type=KIND_PARCEL, delivery_mode=DeliveryMode.PERSISTENT)
        queue = self._names.partition_queue(post.partition)
        try:
            await publish(channel.default_exchange, poke, queue, is_mandatory=False)
        except (DeliveryError, *LINK_ERRORS) as error:
            log.debug("intake.not_poked", partition=post.partition, error=str(error))


def _check_answers(answers: Sequence[Answer], parcel: Parcel) -> list[Answer]:
    if len(answers) != len(parcel.messages):
        raise ParcelFailedError("the core gave another number of answers", answers=len(answers))
    return list(answers)
