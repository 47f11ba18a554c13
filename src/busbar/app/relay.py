"""Station commands on their way out, and their outcomes on the way back.

A command is recorded first and sent after the commit, so a slow station never holds a transaction. Its outcome comes
back as a report like any other. What was on its way when the process ended counts as timed out: whether the station got
it cannot be known, and doing it twice would be worse.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine

import structlog
from sqlalchemy import select

from busbar.app.core import CoreStoppedError
from busbar.app.refusal import UnstorableError
from busbar.app.tally import RelayTally
from busbar.canon.control import (
    QUEUED,
    AnyStationRequest,
    CommandAnswered,
    CommandOutcome,
    Outcome,
    RawCall,
    SendStationCommand,
    StationCommandAnswered,
    StationCommandQueued,
    StationCommandRequested,
    StationDelivery,
)
from busbar.canon.stations import FindStation, Protocol
from busbar.db.engine import Databases
from busbar.domain.stations.sql import read_outcome
from busbar.domain.stations.tables import station_commands
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.clock import Clock
from busbar.kernel.errors import BusbarError, UnavailableError
from busbar.kernel.ids import CommandId, IdSource, ReportId, StationId
from busbar.ports.bus import Bus
from busbar.ports.dispatcher import Dispatcher
from busbar.ports.feed import Feed, PublishedFact
from busbar.ports.tracing import CURRENT, NO_TRACER, Span, Tracer

log = structlog.get_logger(__name__)

CheckRequest = Callable[[Protocol, str, str], None]

GRACE_S = 5
"""Beyond a command's own time-out: what the way there and back may take."""
PLAIN_MAX = 10_000
"""Requests whose passwords are kept until they are sent."""
TOO_LATE = CommandOutcome(outcome=Outcome.UNDELIVERED, status="it expired before its turn came")
RETRY_S = 1.0
"""Pause before an outcome that could not be stored is told again."""


class CommandRelay:
    """Delivers recorded station commands through the bus, each station's in order, and brings outcomes to who waits."""

    def __init__(  # noqa: PLR0913 - the roof hands in each thing that is needed
        self,
        *,
        bus: Bus,
        dispatcher: Dispatcher,
        feed: Feed,
        databases: Databases,
        clock: Clock,
        ids: IdSource,
        check_request: CheckRequest,
        queue_max_commands: int = 64,
    ) -> None:
        """`check_request` refuses a raw call that breaks the schema of the station's protocol."""
        self._bus = bus
        self._dispatcher = dispatcher
        self._feed = feed
        self._databases = databases
        self._clock = clock
        self._ids = ids
        self._check_request = check_request
        self._queue_max_commands = queue_max_commands
        self._waiters: dict[CommandId, set[asyncio.Future[CommandOutcome]]] = {}
        self._queues: dict[StationId, deque[StationDelivery]] = {}
        self._in_flight: set[CommandId] = set()
        self._plain: BoundedDict[CommandId, AnyStationRequest] = BoundedDict(bound=PLAIN_MAX)
        self._has_everything = True
        self._workers: set[asyncio.Task[None]] = set()
        self._reader: asyncio.Task[None] | None = None
        self.tally = RelayTally()
        self.tracer: Tracer = NO_TRACER

    async def start(self, *, has_everything: bool = True) -> None:
        """Settle what an earlier process left open, then follow the facts.

        Without `has_everything` nothing is ours yet: whoever takes partitions over has theirs settled.
        """
        started = asyncio.Event()
        self._reader = asyncio.create_task(self._follow(started), name="command-relay")
        await started.wait()
        self._has_everything = has_everything
        if has_everything:
            await self.settle_lost(_is_any)

    async def stop(self) -> None:
        """Stop; what is on its way is given up."""
        tasks = [task for task in (self._reader, *self._workers) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def waiting_commands(self) -> int:
        """How many requests to stations have no outcome yet."""
        return len(self._in_flight)

    async def run(self, command: SendStationCommand) -> CommandOutcome:
        """Record, send, and wait for the outcome; see `busbar.ports.dispatcher.StationCommands`."""
        if isinstance(command.request, RawCall):
            await self._check_raw(command, command.request)
        self._plain[command.command_id] = command.request  # what is recorded has its passwords masked
        waiter: asyncio.Future[CommandOutcome] = asyncio.get_running_loop().create_future()
        waiters = self._waiters.setdefault(command.command_id, set())
        waiters.add(waiter)
        try:
            await self._dispatcher.dispatch(command)
            known = await self._find_outcome(command.command_id)
            if known is not None:
                return known
            async with asyncio.timeout(command.timeout_s + GRACE_S):
                return await waiter
        except TimeoutError:
            return CommandOutcome(outcome=Outcome.TIMED_OUT, status="no answer in time")
        finally:
            waiters.discard(waiter)
            if not waiters:
                self._waiters.pop(command.command_id, None)
                self._plain.pop(command.command_id, None)

    async def _check_raw(self, command: SendStationCommand, call: RawCall) -> None:
        """Refuse what breaks the schema before it is recorded; a station that never connected has no schema yet."""
        standing = await self._dispatcher.dispatch(FindStation(station_id=command.station_id))
        if standing.protocol is not None and standing.operator_id == command.operator_id:
            self._check_request(standing.protocol, call.action, call.payload_json)

    def remember(self, command: SendStationCommand) -> None:
        """Keep a command's plain request until it is sent: what is recorded has its passwords masked."""
        self._plain[command.command_id] = command.request

    async def settle_lost(self, is_ours: Callable[[StationId], bool]) -> None:
        """Settle recorded commands that nobody is delivering."""
        statement = select(station_commands.c.command_id, station_commands.c.station_id)
        async with self._databases.read() as connection:
            left = (await connection.execute(statement.where(station_commands.c.outcome.is_(None)))).all()
        lost = CommandOutcome(outcome=Outcome.TIMED_OUT, status="the server restarted before an answer came")
        for command_id, station_id in left:
            if command_id not in self._in_flight and is_ours(StationId(station_id)):
                await self._report(CommandId(command_id), StationId(station_id), lost)

    async def settle_when_due(self, is_ours: Callable[[StationId], bool]) -> None:
        """Settle what an earlier holder of a partition was delivering, when its time is over and no outcome has come.

        That holder may still be there and bring the outcome, so nothing is given up before.
        """
        columns = (
            station_commands.c.command_id,
            station_commands.c.station_id,
            station_commands.c.requested_at,
            station_commands.c.sent_at,
            station_commands.c.timeout_s,
        )
        async with self._databases.read() as connection:
            left = (await connection.execute(select(*columns).where(station_commands.c.outcome.is_(None)))).all()
        now = self._clock.now()
        for row in left:
            if row.command_id in self._in_flight or not is_ours(StationId(row.station_id)):
                continue
            due_s = row.timeout_s + GRACE_S - (now - (row.sent_at or row.requested_at)).total_seconds()
            self._spawn(self._settle_at_last(CommandId(row.command_id), StationId(row.station_id), max(0.0, due_s)))

    async def _settle_at_last(self, command_id: CommandId, station_id: StationId, due_s: float) -> None:
        await asyncio.sleep(due_s)
        if await self._find_outcome(command_id) is None:
            lost = CommandOutcome(outcome=Outcome.TIMED_OUT, status="whoever sent it ended before an answer came")
            await self._report(command_id, station_id, lost)

    async def _find_outcome(self, command_id: CommandId) -> CommandOutcome | None:
        async with self._databases.read() as connection:
            statement = select(station_commands.c.answer).where(station_commands.c.command_id == command_id)
            answer = (await connection.execute(statement)).scalar()
        return None if answer is None else read_outcome(answer)

    async def _follow(self, started: asyncio.Event) -> None:
        while True:
            async with self._feed.subscribe(bound=100_000) as events:
                started.set()
                async for event in events:
                    if isinstance(event, PublishedFact):
                        self._take(event)
            log.error("relay.feed_overrun")
            await self.settle_lost(_is_any)

    def _take(self, published: PublishedFact) -> None:
        fact = published.fact
        if isinstance(fact, StationCommandRequested):
            plain = self._plain.get if self._has_everything else self._plain.pop
            delivery = StationDelivery(
                command_id=fact.command_id,
                station_id=fact.station_id,
                request=plain(fact.command_id, fact.request),
                timeout_s=fact.timeout_s,
                expires_at=fact.expires_at,
            )
            context = self.tracer.context_of(published) if self.tracer.is_on else None
            if context is not None:
                self.tracer.carry(delivery, context)
            self._queue(delivery)
        elif isinstance(fact, StationCommandAnswered):
            self._tell_waiters(fact.command_id, fact.outcome)
        elif isinstance(fact, StationCommandQueued):
            self._tell_waiters(fact.command_id, QUEUED)

    def _tell_waiters(self, command_id: CommandId, outcome: CommandOutcome) -> None:
        for waiter in self._waiters.get(command_id, ()):
            if not waiter.done():
                waiter.set_result(outcome)

    def _queue(self, delivery: StationDelivery) -> None:
        self._in_flight.add(delivery.command_id)
        queue = self._queues.get(delivery.station_id)
        if queue is None:
            queue = self._queues[delivery.station_id] = deque[StationDelivery]()
            self._spawn(self._deliver_all(delivery, queue))
        elif len(queue) < self._queue_max_commands:
            queue.append(delivery)
        else:
            full = CommandOutcome(outcome=Outcome.UNDELIVERED, status="too many commands wait for this station")
            self.tally.note_outcome(type(delivery.request).__name__, full.outcome.value)
            self._spawn(self._report(delivery.command_id, delivery.station_id, full))

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._workers.add(task)
        task.add_done_callback(self._workers.discard)

    async def _deliver_all(self, first: StationDelivery, queue: deque[StationDelivery]) -> None:
        """Deliver one station's commands in order; a station has one open call at a time anyway (OCPP-J part 4)."""
        station_id, delivery = first.station_id, first
        try:
            while True:
                begun_s = self._clock.monotonic_s()
                is_late = delivery.expires_at is not None and delivery.expires_at <= self._clock.now()
                span = self._begin_span(delivery)
                outcome = TOO_LATE if is_late else await self._bus.deliver(delivery)
                elapsed_s = self._clock.monotonic_s() - begun_s
                self.tally.note_outcome(type(delivery.request).__name__, outcome.outcome.value, elapsed_s=elapsed_s)
                if span is not None:
                    span.end("" if outcome.outcome is Outcome.ACCEPTED else outcome.outcome.value)
                await self._report(delivery.command_id, station_id, outcome, context=span.context if span else None)
                if not queue:
                    return
                delivery = queue.popleft()
        finally:
            del self._queues[station_id]

    def _begin_span(self, delivery: StationDelivery) -> Span | None:
        """Follow a delivery whose request is followed; whoever carries it out finds the context in `CURRENT`."""
        tracer = self.tracer
        context = tracer.context_of(delivery) if tracer.is_on else None
        span = None if context is None else tracer.begin(f"send {type(delivery.request).__name__}", parent=context)
        tracer.drop(delivery)
        CURRENT.set(None if span is None else span.context)
        return span

    async def _report(
        self, command_id: CommandId, station_id: StationId, outcome: CommandOutcome, *, context: str | None = None
    ) -> None:
        """Tell the core what became of a command, as often as it takes: the station did it, so it must not be lost."""
        report = CommandAnswered(
            report_id=ReportId(self._ids.new()),
            station_id=station_id,
            received_at=self._clock.now(),
            command_id=command_id,
            outcome=outcome,
        )
        if context is not None:
            self.tracer.carry(report, context)
        while True:
            try:
                await self._bus.report(report)
                break
            except BusbarError as error:
                log.warning("relay.outcome_not_stored", command_id=command_id, error=error.text)
                if not _is_worth_a_retry(error):
                    break
                await asyncio.sleep(RETRY_S)
        self._in_flight.discard(command_id)


def _is_worth_a_retry(error: BusbarError) -> bool:
    """Tell whether the same outcome may be stored later: not what the database refuses whenever it is tried."""
    return isinstance(error, UnavailableError) and not isinstance(error, UnstorableError | CoreStoppedError)


def _is_any(_station_id: StationId) -> bool:
    return True
