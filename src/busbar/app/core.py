"""The core: applies reports, commands and fact deliveries in batches, one transaction and one commit a batch.

Whatever waits when a commit ends is the next batch (group commit): a batch of one under light load, hundreds under
heavy load. Answers go out after the commit only. A message that is refused undoes itself; a batch whose commit fails
is applied again in halves, down to the message that it broke on, so that one bad message harms nobody else.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast

import msgspec
import structlog

from busbar.app.correlation import describe
from busbar.app.deliveries import Concern, Deliveries, Delivery
from busbar.app.refusal import MessageFailedError, StorageError, is_outage, name_refusal
from busbar.app.tally import CoreTally
from busbar.app.tracing import follow_command, trace_batch
from busbar.canon.message import Command, Fact, Message, Report
from busbar.db.engine import Databases
from busbar.db.outage import GIVE_WAY_S, TRIES_AGAIN_MAX, UNSTORABLE, is_database_away, is_passing
from busbar.db.partitions import is_repeated
from busbar.db.work import SqlUnitOfWork
from busbar.kernel.clock import Clock
from busbar.kernel.errors import BusbarError, LimitExceededError, UnavailableError
from busbar.kernel.ids import IdSource
from busbar.ports.bus import OnAnswer
from busbar.ports.feed import Feed
from busbar.ports.intake import Answer
from busbar.ports.tracing import NO_TRACER, Tracer
from busbar.ports.work import LATER, UnitOfWork

R = TypeVar("R")
Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]
HandlerAtOnce = Callable[[Any, UnitOfWork], Any]
log = structlog.get_logger(__name__)

OUTAGES_MAX = 2
"""Messages of one batch that the database may refuse in a row for no fault of theirs before the rest is not tried."""
PULSE_S = 1.0
GATHER_S = 0.002
"""How long a batch waits at most for as many reports as the one before had …"""
GATHER_SHARE = 0.75
"""… or nearly as many: they were all answered at once, so they will all be back in a moment. One commit is for all."""
GATHER_MIN_REPORTS = 16
"""A batch that had fewer says nothing about the next one, which does not wait."""
LEAVE_S = 5.0
"""How long a stop goes on with facts that listeners have not heard: the outbox has them for the next start."""
MESSAGES_PER_LOOK = 16
"""How many messages are applied between two looks at the clock."""


class QueueFullError(LimitExceededError):
    """More commands wait than the bound allows."""

    code = "limit_exceeded.queue"


class CoreStoppedError(UnavailableError):
    """The core takes nothing in any more."""

    code = "unavailable.core"


class CoreLimits(msgspec.Struct, frozen=True, kw_only=True):
    """The bounds of a core."""

    queue_max_messages: int = 20_000
    batch_max_messages: int = 512
    batch_max_ms: int = 50
    """Time to apply a batch in: what is left when it is over is the next batch, so that nobody waits for all of it."""
    delivery_max_attempts: int = 10
    delivery_retry_interval_s: float = 30.0


class _Item:
    """A message that waits, and who is told of its answer, if anybody."""

    __slots__ = ("answer", "error", "message", "on_answer")

    def __init__(self, message: Message | Delivery, on_answer: OnAnswer | None) -> None:
        self.message = message
        self.on_answer = on_answer
        self.answer: object = None
        self.error: BusbarError | None = None


class Core:
    """Holds every domain room and applies what comes, in order."""

    def __init__(
        self, *, databases: Databases, clock: Clock, ids: IdSource, feed: Feed, limits: CoreLimits | None = None
    ) -> None:
        self._writer = databases.make_writer()
        self._clock = clock
        self._ids = ids
        self._feed = feed
        self._limits = limits or CoreLimits()
        self._queue_max = self._limits.queue_max_messages
        self._handlers: dict[type[Message], Handler] = {}
        self._at_once: dict[type[Any], HandlerAtOnce] = {}
        self._waiting: deque[_Item] = deque()
        self._wakeup = asyncio.Event()
        self._wake_at = 1
        """How many messages must wait before the loop is woken."""
        self._room = asyncio.Event()
        self._room.set()
        self._line = asyncio.Lock()
        self._in_line = 0
        """Reports that wait for room, in the order in which they came."""
        self._task: asyncio.Task[None] | None = None
        self._pulse: list[Command[Any]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._is_stopping = self._is_leaving = False
        self._is_storing = True
        self._turn = asyncio.Lock()
        self.tally = CoreTally()
        self.tracer: Tracer = NO_TRACER
        self._deliveries = Deliveries(
            databases=databases,
            clock=clock,
            redeliver=self._enqueue_delivery,
            max_attempts=self._limits.delivery_max_attempts,
            retry_interval_s=self._limits.delivery_retry_interval_s,
        )

    # ---- set-up ------------------------------------------------------------------------------------------------------

    def register(self, handlers: Mapping[type[Message], Handler]) -> None:
        """Take a room's handlers. A message type has exactly one."""
        for message_type, handler in handlers.items():
            if message_type in self._handlers:
                raise ValueError(f"{message_type.__name__} has a handler already")
            self._handlers[message_type] = handler

    def register_at_once(self, handlers: Mapping[type[Message], HandlerAtOnce]) -> None:
        """Take a room's handlers that answer from memory, without waiting, or say `LATER` and have done nothing.

        They are asked before the message's own handler: for the few messages that come by the thousand.
        """
        self._at_once.update(handlers)

    def listen(
        self, listeners: Iterable[tuple[type[Fact], str, Handler]], *, concerns: Mapping[str, Concern] | None = None
    ) -> None:
        """Take a room's listeners: fact type, stable consumer name, handler; and which facts concern a consumer."""
        for fact_type, consumer, handler in listeners:
            self._deliveries.add(fact_type, consumer, handler)
        self._deliveries.limit(concerns or {})

    def pulse(self, command: Command[Any]) -> None:
        """Carry a command out every second while the core runs: what a room's memory has to do now and then."""
        self._pulse.append(command)

    async def start(self, *, has_everything: bool = True) -> None:
        """Begin to work; facts that were not delivered before the last stop come first.

        Without `has_everything` none of them are ours yet: whoever takes partitions over hands in theirs.
        """
        if has_everything:
            self.redeliver(await self._deliveries.load_missed())
        self._task = asyncio.create_task(self._run(), name="core")
        self._beat()

    def _beat(self) -> None:
        for command in self._pulse:
            self._waiting.append(_Item(command, None))
        self._wakeup.set()
        self._timer = asyncio.get_running_loop().call_later(PULSE_S, self._beat)

    async def stop(self) -> None:
        """Finish what waits, then end; facts that many listeners wait for are left to the next start after a while.

        Nothing is taken in any more.
        """
        self._is_stopping = True
        leaving = asyncio.get_running_loop().call_later(LEAVE_S, self._leave_deliveries)
        if self._timer is not None:
            self._timer.cancel()
        self._deliveries.stop()
        self._wakeup.set()
        if self._task is not None:
            await self._task
        leaving.cancel()
        await self._writer.close()

    def _leave_deliveries(self) -> None:
        self._is_leaving = True
        self._waiting = deque(item for item in self._waiting if not isinstance(item.message, Delivery))

    @property
    def waiting_messages(self) -> int:
        """How many messages wait."""
        return len(self._waiting)

    @property
    def queue_max_messages(self) -> int:
        """How many messages may wait before the doors are slowed down."""
        return self._queue_max

    @property
    def lag_s(self) -> float:
        """How long the report at the head of the queue has been here; 0 when none waits."""
        head = self._waiting[0].message if self._waiting else None
        return (self._clock.now() - head.received_at).total_seconds() if isinstance(head, Report) else 0.0

    @property
    def deliveries(self) -> Deliveries:
        """The facts on their way to listeners."""
        return self._deliveries

    @property
    def is_running(self) -> bool:
        """Whether messages are being applied."""
        return self._task is not None and not self._task.done() and not self._is_stopping

    @property
    def is_storing(self) -> bool:
        """Whether the database took the last batch that had rows; false while it is locked, full or gone."""
        return self._is_storing

    # ---- for whoever holds partitions --------------------------------------------------------------------------------

    @asynccontextmanager
    async def pause(self) -> AsyncGenerator[None]:
        """Apply nothing within this context: what is in memory is what is stored."""
        async with self._turn:
            yield

    async def apply_each(self, messages: Sequence[Message], work: SqlUnitOfWork) -> list[Answer]:
        """Apply messages in order within this unit of work, each with an undo of its own."""
        answers: list[Answer] = []
        for message in messages:
            item = _Item(message, None)
            at_once = self._at_once.get(type(message))
            if at_once is None or not self._apply_at_once(item, work, at_once):
                await self._apply(item, work)
            if item.error is not None:
                self.tally.messages_refused[item.error.code] += 1
            answers.append(Answer(item.answer) if item.error is None else Answer(error=item.error))
        return answers

    def redeliver(self, deliveries: Iterable[Delivery]) -> None:
        """Take in deliveries that an earlier holder left undone."""
        for delivery in deliveries:
            self._enqueue_delivery(delivery)

    def withdraw(self, is_gone: Callable[[Fact], bool]) -> None:
        """Drop deliveries that wait and are no longer ours; whoever takes them over finds them in the outbox."""
        kept: list[_Item] = []
        gone: list[Delivery] = []
        for item in self._waiting:
            message = item.message
            if isinstance(message, Delivery) and is_gone(message.published.fact):
                gone.append(message)
            else:
                kept.append(item)
        self._waiting.clear()
        self._waiting.extend(kept)
        self._deliveries.withdraw(is_gone, gone)

    # ---- the ways in -------------------------------------------------------------------------------------------------

    async def submit(self, report: Report[R]) -> R:
        """Take a report; wait for room when the queue is full. Answers once durable."""
        if not self._in_line and len(self._waiting) < self._queue_max:
            return cast("R", await self._ask_soon(report))
        self._in_line += 1
        try:
            async with self._line:
                while len(self._waiting) >= self._queue_max and not self._is_stopping:
                    self._room.clear()
                    await self._room.wait()
                future = self._ask_soon(report)
        finally:
            self._in_line -= 1
        return cast("R", await future)

    def post(self, report: Report[Any], on_answer: OnAnswer) -> bool:
        """Take a report if there is room; `on_answer` is told once it is durable. False: `submit` it, and see why."""
        if self._in_line or self._is_stopping or len(self._waiting) >= self._queue_max:
            return False  # nobody overtakes who waits for room
        if type(report) not in self._handlers:
            return False
        self._waiting.append(_Item(report, on_answer))
        if len(self._waiting) == self._wake_at:
            self._wakeup.set()
        return True

    async def dispatch(self, command: Command[R]) -> R:
        """Carry a command out; answers once durable. Errors: its handler's; `limit_exceeded.queue`."""
        if len(self._waiting) >= self._queue_max:
            raise QueueFullError("too many messages wait; try again later", waiting=len(self._waiting))
        if self.tracer.is_on:
            follow_command(self.tracer, command)
        return cast("R", await self._ask_soon(command))

    def _ask_soon(self, message: Message) -> asyncio.Future[Any]:
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def settle(answer: object, error: BusbarError | None) -> None:
            if future.done():
                return  # its sender went away; what it asked for is done and stored all the same
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(answer)

        self._enqueue(message, settle)
        return future

    def _enqueue(self, message: Message, on_answer: OnAnswer) -> None:
        if self._is_stopping:
            raise CoreStoppedError("the core is stopping")
        if type(message) not in self._handlers:
            raise TypeError(f"nobody handles {type(message).__name__}")
        self._waiting.append(_Item(message, on_answer))
        self._wakeup.set()

    def _enqueue_delivery(self, delivery: Delivery) -> None:
        if self._is_leaving:
            return
        self._waiting.append(_Item(delivery, None))
        self._wakeup.set()

    # ---- the loop ----------------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            while self._waiting:
                count = min(len(self._waiting), self._limits.batch_max_messages)
                batch = [self._waiting.popleft() for _ in range(count)]
                self._room.set()
                async with self._turn:
                    await self._apply_batch(batch)
                reports = sum(isinstance(item.message, Report) for item in batch)
                if reports >= GATHER_MIN_REPORTS and not self._is_stopping:
                    await self._gather(int(reports * GATHER_SHARE))
            if self._is_stopping:
                return
            self._wakeup.clear()
            await self._wakeup.wait()

    async def _gather(self, reports: int) -> None:
        """Let so many reports come in before the next batch begins, if they do so soon."""
        self._wake_at = min(len(self._waiting) + reports, self._limits.batch_max_messages)
        self._wakeup.clear()
        timer = asyncio.get_running_loop().call_later(GATHER_S, self._wakeup.set)
        await self._wakeup.wait()
        timer.cancel()
        self._wake_at = 1

    async def _apply_batch(self, batch: list[_Item]) -> None:
        """Apply what the time allows and put the rest back. A batch that fails is tried again in halves, in order."""
        parts = [batch]
        outages = 0
        tries_again = TRIES_AGAIN_MAX
        while parts:
            part = parts.pop()
            if outages >= OUTAGES_MAX:
                self._fail(part, StorageError("the database takes nothing at the moment"))
                continue
            try:
                work, applied = await self._commit(part)
            except Exception as error:  # noqa: BLE001 - supervisor: whatever a batch breaks on, the core goes on
                self.tally.batches_failed += 1
                if tries_again and is_passing(error):
                    tries_again -= 1
                    await asyncio.sleep(GIVE_WAY_S)
                    parts.append(part)
                    continue
                if len(part) > 1:
                    if not is_repeated(error):
                        log.warning("core.batch_failed", messages=len(part), error=str(error))
                    half = len(part) // 2
                    parts += [part[half:], part[:half]]
                    continue
                blame = name_refusal(error, part[0].message)
                outages = outages + 1 if is_outage(blame) else 0
                self._fail(part, blame)
            else:
                outages = 0
                self._is_storing |= work.has_written  # questions are answered by a full disk, too
                if applied < len(part):
                    parts.append(part[applied:])
                    for rest in parts:
                        self._waiting.extendleft(reversed(rest))
                    parts.clear()
                self._settle(part[:applied])
                self._publish(work)

    def _fail(self, items: list[_Item], error: BusbarError) -> None:
        if is_outage(error):
            self.tally.outages += self._is_storing
            self._is_storing = False
        for item in items:
            item.error = error
        self._settle(items)

    async def _commit(self, batch: list[_Item]) -> tuple[SqlUnitOfWork, int]:
        """Apply messages until the time is over, and make what they did durable; return how many those were."""
        work = SqlUnitOfWork(
            self._writer, now=self._clock.now(), ids=self._ids, ask=self._ask, ask_at_once=self._ask_at_once
        )
        loop = asyncio.get_running_loop()
        begun_s = applied_s = loop.time()
        until_s = begun_s + self._limits.batch_max_ms / 1000
        applied = 0
        try:
            find_at_once = self._at_once.get
            for item in batch:
                at_once = find_at_once(type(item.message))
                if at_once is None or not self._apply_at_once(item, work, at_once):
                    await self._apply(item, work)
                applied += 1
                if not applied % MESSAGES_PER_LOOK and loop.time() > until_s:
                    break
            applied_s = loop.time()
            self._deliveries.pass_over(work)
            await work.commit()
        except BaseException:
            await work.roll_back()
            raise
        apply_s, commit_s = applied_s - begun_s, loop.time() - applied_s
        self.tally.note_batch(messages=applied, apply_s=apply_s, commit_s=commit_s)
        if self.tracer.is_following:
            messages = [item.message for item in batch[:applied]]
            trace_batch(self.tracer, messages, work.told, work.signals, apply_s=apply_s, commit_s=commit_s)
        return work, applied

    def _apply_at_once(self, item: _Item, work: SqlUnitOfWork, handler: HandlerAtOnce) -> bool:
        """Apply a message from memory, if that can be; else nothing has happened."""
        item.error = None
        work.begin_message()
        try:
            answer = handler(item.message, work)
        except Exception:  # noqa: BLE001 - supervisor: the message's own handler meets the same and says it
            work.undo_at_once()
            return False
        if answer is LATER:
            return False
        item.answer = answer
        return True

    async def _apply(self, item: _Item, work: SqlUnitOfWork) -> None:
        item.error = None
        work.begin_message()
        message = item.message
        try:
            if isinstance(message, Delivery):
                await self._deliveries.apply(message, work)
            else:
                item.answer = await self._handlers[type(message)](message, work)
        except BusbarError as error:
            item.error = error
        except UNSTORABLE:
            raise
        except Exception as error:  # supervisor: a defect in one handler must not stop the stations of all others
            if is_database_away(error):
                raise
            log.exception("core.handler_broke", **describe(message))
            item.error = MessageFailedError("the message could not be handled")
        if item.error is None:
            await work.end_message()
        else:
            await work.undo_message()

    async def _ask(self, command: Command[Any], work: UnitOfWork) -> object:
        handler = self._handlers.get(type(command))
        if handler is None:
            raise TypeError(f"nobody handles {type(command).__name__}")
        return await handler(command, work)

    def _ask_at_once(self, command: Command[Any], work: UnitOfWork) -> object:
        handler = self._at_once.get(type(command))
        return LATER if handler is None else handler(command, work)

    def _settle(self, batch: list[_Item]) -> None:
        for item in batch:
            if item.error is not None:
                self.tally.messages_refused[item.error.code] += 1
            if item.on_answer is not None:
                item.on_answer(item.answer, item.error)
            elif isinstance(item.message, Delivery):
                self._deliveries.settle(item.message, item.error, is_outage=is_outage(item.error))

    def _publish(self, work: SqlUnitOfWork) -> None:
        for published in work.told:
            for delivery in self._deliveries.plan(published):
                self._enqueue_delivery(delivery)
            self._feed.publish(published)
        for delivery in self._deliveries.take_revived():
            self._enqueue_delivery(delivery)
        for signal in work.signals:
            self._feed.publish(signal)
