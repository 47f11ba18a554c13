"""The core as a holder of partitions: see docs/decisions/0006-partitions.md.

A parcel is one command to the core, so it is applied, undone and committed with whatever else waits. Its answers are
written with its effects; what is held is checked as a unit of work begins.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any, Protocol, cast
from weakref import WeakKeyDictionary

import msgspec
import structlog
from sqlalchemy.exc import SQLAlchemyError

from busbar.app.core import Core
from busbar.app.refusal import MessageFailedError, StorageError, UnstorableError
from busbar.app.routing import CONTROL_PARTITION, changes_shared
from busbar.canon.codec import decode_answers, encode_answers
from busbar.canon.control import SendStationCommand
from busbar.canon.message import Command, Fact, Message, Report
from busbar.db.engine import Databases
from busbar.db.facts import SqlFactLog
from busbar.db.partitions import (
    Hold,
    count_shared_change,
    expire_answers,
    find_answers,
    keep_answers,
    lock_partitions,
    settle_facts,
    take_partition,
)
from busbar.db.work import SqlUnitOfWork, sql
from busbar.kernel.clock import Clock
from busbar.kernel.ids import ConnectionId, FactId, IdSource, StationId
from busbar.kernel.partition import find_partition
from busbar.ports.feed import PublishedFact
from busbar.ports.intake import Answer, ConnectionReplacedError, Parcel, PartitionLostError
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]
IsGone = Callable[[StationId], bool]
FindConnection = Callable[[UnitOfWork, StationId], Awaitable[ConnectionId | None]]

SETTLE_INTERVAL_S = 5.0
"""How often it is written down which facts have reached all listeners."""
EXPIRE_INTERVAL_S = 60.0
ANSWERS_RETENTION = timedelta(minutes=10)
"""How long the answers of a parcel are kept at least, should it come again."""

log = structlog.get_logger(__name__)


class HoldsStations(Protocol):
    """A room that keeps stations in memory."""

    def forget_stations(self, is_gone: IsGone) -> None:
        """Drop what another process writes from now on."""
        ...


class HoldsShared(Protocol):
    """A part of a room that keeps in memory what stations share."""

    def forget_all(self) -> None:
        """Read everything anew at its next use."""
        ...


class Ids(IdSource, Protocol):
    """Ids that can be made to sort after those of others."""

    def start_after(self, last: str) -> None:
        """Make every id sort after this one."""
        ...


class WorkParcel(Command[tuple[Answer, ...]], frozen=True, kw_only=True):
    """Apply a parcel's messages from a position on. Never leaves the process."""

    parcel: Parcel
    position: int = 0


class Rooms(msgspec.Struct, frozen=True, kw_only=True):
    """What the rooms keep in memory, to be forgotten."""

    stations: Sequence[HoldsStations]
    shared: Sequence[HoldsShared]


class PartitionHolder:
    """See `busbar.ports.intake.PartitionWorker`."""

    def __init__(
        self,
        *,
        core: Core,
        databases: Databases,
        clock: Clock,
        ids: Ids,
        rooms: Rooms,
        partition_count: int,
        name: str,
    ) -> None:
        """`name` says in the database who holds a partition: for people."""
        self._core = core
        self._databases = databases
        self._fact_log = SqlFactLog(databases)
        self._clock = clock
        self._ids = ids
        self._rooms = rooms
        self._count = partition_count
        self._name = name[:120]
        self._epochs: dict[int, int] = {}
        self._opened: WeakKeyDictionary[SqlUnitOfWork, bool] = WeakKeyDictionary()
        self._shared_changes = -1
        self._published: dict[int, FactId] = {}
        self._taking = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []
        self._on_taken: list[Callable[[int], Awaitable[None]]] = []
        self._look: Callable[[SendStationCommand], None] | None = None
        self._find_connection: FindConnection | None = None
        core.register({WorkParcel: self._apply})

    # ---- set-up ------------------------------------------------------------------------------------------------------

    def watch(self, listeners: Iterable[tuple[type[Fact], str, Handler]]) -> list[tuple[type[Fact], str, Handler]]:
        """Return listeners that hear only of what is held here."""
        return [(fact_type, consumer, self._watch(handler)) for fact_type, consumer, handler in listeners]

    def _watch(self, handler: Handler) -> Handler:
        async def hear(fact: Fact, work: UnitOfWork) -> None:
            await self._open(sql(work))
            self._check(self.find_partition(fact))
            await handler(fact, work)

        return hear

    def fence(self, handler: Handler) -> Handler:
        """Return a handler that touches only what is held here: for what comes neither as a parcel nor as a fact."""

        async def handle(message: Message, work: UnitOfWork) -> object:
            await self._open(sql(work))
            return await handler(message, work)

        return handle

    def fence_connections(self, find: FindConnection) -> None:
        """Refuse what a station said on an older connection than the one that `find` knows, if it knows any."""
        self._find_connection = find

    def when_taken(self, act: Callable[[int], Awaitable[None]]) -> None:
        """Do this whenever a partition was taken over."""
        self._on_taken.append(act)

    def see_commands(self, look: Callable[[SendStationCommand], None]) -> None:
        """Show every request to a station before it is recorded, since what is recorded has its passwords masked."""
        self._look = look

    async def start(self) -> None:
        """Begin to write down how far facts have come, and to forget old answers."""
        self._tasks = [
            asyncio.create_task(self._repeat(self.settle, SETTLE_INTERVAL_S), name="partitions-settle"),
            asyncio.create_task(self._repeat(self.expire, EXPIRE_INTERVAL_S), name="partitions-expire"),
        ]

    async def stop(self) -> None:
        """End that."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _repeat(self, chore: Callable[[], Awaitable[None]], interval_s: float) -> None:
        while True:
            await asyncio.sleep(interval_s)
            try:
                await chore()
            except (SQLAlchemyError, OSError) as error:
                log.warning("partitions.chore_failed", error=str(error))

    # ---- what is held ------------------------------------------------------------------------------------------------

    @property
    def held(self) -> frozenset[int]:
        """The partitions that this core holds."""
        return frozenset(self._epochs)

    def find_partition(self, about: object) -> int:
        """Return the partition of whatever names a station; else the control partition."""
        station_id = getattr(about, "station_id", None)
        return CONTROL_PARTITION if station_id is None else find_partition(station_id, count=self._count)

    def find_home(self, station_id: StationId) -> int:
        """Return the partition of a station."""
        return find_partition(station_id, count=self._count)

    def is_elsewhere(self, station_id: StationId) -> bool:
        """Tell whether another core holds this station."""
        return find_partition(station_id, count=self._count) not in self._epochs

    async def take_over(self, partition: int) -> None:
        """Hold a partition from now on; see `busbar.ports.intake.PartitionWorker`."""
        async with self._taking:
            try:
                async with self._databases.writer.begin() as connection:
                    taken = await take_partition(connection, partition, holder=self._name, now=self._clock.now())
                newest = await self._fact_log.read_newest_id()
                if newest is not None:
                    self._ids.start_after(newest)
                async with self._core.pause():
                    self._forget(partition)
                    self._epochs[partition] = taken.epoch
                missed = await self._core.deliveries.load_missed(
                    since=taken.settled_fact_id, is_ours=lambda fact: self.find_partition(fact) == partition
                )
            except (SQLAlchemyError, OSError) as error:
                self._epochs.pop(partition, None)
                raise StorageError("the database takes nothing at the moment") from error
            self._core.redeliver(missed)
            log.info("partition.taken", partition=partition, epoch=taken.epoch, missed_facts=len(missed))
        try:
            for act in self._on_taken:
                await act(partition)
        except (SQLAlchemyError, OSError) as error:  # all of it is done again
            raise StorageError("the database takes nothing at the moment") from error

    async def hand_over(self, partition: int) -> None:
        """Hold a partition no more; see `busbar.ports.intake.PartitionWorker`."""
        async with self._core.pause():
            epoch = self._epochs.get(partition)
            marks = self._mark([partition])
            self._forget(partition)
        if epoch is None:
            return
        with contextlib.suppress(SQLAlchemyError, OSError):  # whoever takes over reads a few facts more
            async with self._databases.writer.begin() as connection:
                await settle_facts(connection, marks, {partition: epoch})
        log.info("partition.handed_over", partition=partition)

    def _forget(self, partition: int) -> None:
        """Drop all that is in memory of a partition."""
        self._epochs.pop(partition, None)
        self._published.pop(partition, None)
        for room in self._rooms.stations:
            room.forget_stations(lambda station_id: find_partition(station_id, count=self._count) == partition)
        self._core.withdraw(lambda fact: self.find_partition(fact) == partition)

    def _check(self, partition: int) -> None:
        if partition not in self._epochs:
            raise PartitionLostError("this process does not hold the partition", partition=partition)

    # ---- parcels -----------------------------------------------------------------------------------------------------

    async def work(self, parcel: Parcel) -> Sequence[Answer]:
        """Apply a parcel; see `busbar.ports.intake.PartitionWorker`."""
        self._check(parcel.partition)
        for message, trace in zip(parcel.messages, parcel.traces, strict=False):
            if trace is not None:
                self._core.tracer.carry(message, trace)
        if self._look is not None:
            for message in parcel.messages:
                if isinstance(message, SendStationCommand):
                    self._look(message)
        if parcel.may_be_repeat:  # applied once more it would fail, and with it the batch that it is in
            answers = await self._recall(parcel)
            if answers:
                return await self._complete(parcel, answers)
        try:
            return await self._submit(WorkParcel(parcel=parcel))
        except (UnstorableError, MessageFailedError):
            return await self._work_again(parcel)

    async def report(self, message: Report[Any] | Command[Any]) -> Any:
        """Apply a message of this very process, if its partition is held. Errors: `unavailable.partition`, its own."""
        partition = self.find_partition(message)
        answer = (await self.work(Parcel(parcel_id=self._ids.new(), partition=partition, messages=(message,))))[0]
        if answer.error is not None:
            raise answer.error
        return answer.reply

    async def _submit(self, message: WorkParcel) -> tuple[Answer, ...]:
        # a report's way in waits for room in the queue, and a parcel shall wait
        return cast("tuple[Answer, ...]", await self._core.submit(cast("Report[object]", message)))

    async def _work_again(self, parcel: Parcel) -> Sequence[Answer]:
        """Answer what was answered before; what cannot be written as a whole is applied message by message."""
        answers = await self._recall(parcel)
        if not answers:
            log.warning("parcel.refused", parcel_id=parcel.parcel_id, messages=len(parcel.messages))
        return await self._complete(parcel, answers)

    async def _complete(self, parcel: Parcel, answers: dict[int, Answer]) -> Sequence[Answer]:
        """Apply what is not answered yet, message by message; return all answers."""
        for position in range(len(parcel.messages)):
            if position in answers:
                continue
            single = msgspec.structs.replace(
                parcel,
                messages=(parcel.messages[position],),
                connections=parcel.connections[position : position + 1],
            )
            try:
                answers[position] = await self._try_single(WorkParcel(parcel=single, position=position))
            except (UnstorableError, MessageFailedError) as error:
                answers[position] = Answer(error=error)
        return [answers[position] for position in range(len(parcel.messages))]

    async def _try_single(self, step: WorkParcel) -> Answer:
        """Apply one message; once more when it failed: what it met half-way (a unique key) is stored by now."""
        try:
            return (await self._submit(step))[0]
        except UnstorableError:
            return (await self._submit(step))[0]

    async def _recall(self, parcel: Parcel) -> dict[int, Answer]:
        kinds = [type(cast("Message", message)) for message in parcel.messages]
        try:
            async with self._databases.read() as connection:
                found = await find_answers(connection, parcel.parcel_id)
        except (SQLAlchemyError, OSError) as error:
            raise StorageError("the database does not answer") from error
        answers: dict[int, Answer] = {}
        for position, body in found.items():
            count = len(msgspec.msgpack.decode(body))  # of the whole parcel, or of a single step
            for offset, (reply, error) in enumerate(decode_answers(body, kinds[position : position + count])):
                answers[position + offset] = Answer(reply, error)
        return answers

    async def _apply(self, message: WorkParcel, work: UnitOfWork) -> tuple[Answer, ...]:
        unit = sql(work)
        await self._open(unit)
        parcel = message.parcel
        self._check(parcel.partition)
        messages = cast("Sequence[Message]", parcel.messages)
        late = await self._find_late(parcel, work)
        if late:
            current = [each for place, each in enumerate(messages) if place not in late]
            applied = iter(await self._core.apply_each(current, unit))
            answers = [late[place] if place in late else next(applied) for place in range(len(messages))]
        else:
            answers = await self._core.apply_each(messages, unit)
        if any(changes_shared(each) and not answer.error for each, answer in zip(messages, answers, strict=True)):
            await count_shared_change(unit)
        keep_answers(
            unit,
            parcel_id=parcel.parcel_id,
            partition=parcel.partition,
            position=message.position,
            answers=encode_answers((answer.reply, answer.error) for answer in answers),
        )
        return tuple(answers)

    async def _find_late(self, parcel: Parcel, work: UnitOfWork) -> dict[int, Answer]:
        """Refuse what stations said on connections that they have replaced since."""
        late: dict[int, Answer] = {}
        if self._find_connection is None:
            return late
        for place, connection_id in enumerate(parcel.connections):
            message = parcel.messages[place]
            if connection_id is None or not isinstance(message, Report):
                continue
            newest = await self._find_connection(work, message.station_id)
            if newest is not None and newest > connection_id:
                log.info("parcel.late_message", station_id=message.station_id, connection_id=connection_id)
                error = ConnectionReplacedError("the station has a newer connection", station_id=message.station_id)
                late[place] = Answer(error=error)
        return late

    # ---- the fence ---------------------------------------------------------------------------------------------------

    async def _open(self, work: SqlUnitOfWork) -> None:
        """Keep what is held until the unit of work ends; drop what was taken from us, and shared rows that changed."""
        if work in self._opened:
            return
        hold = await lock_partitions(work, self._epochs) if self._epochs else Hold({}, 0)
        self._opened[work] = True
        for partition, epoch in list(self._epochs.items()):
            if hold.epochs.get(partition) != epoch:
                log.warning("partition.lost", partition=partition, epoch=epoch, now=hold.epochs.get(partition))
                self._forget(partition)
        if hold.shared_changes != self._shared_changes:
            self._shared_changes = hold.shared_changes
            for room in self._rooms.shared:
                room.forget_all()

    # ---- how far facts have come -------------------------------------------------------------------------------------

    def note_published(self, published: PublishedFact) -> None:
        """Remember the newest fact of each partition."""
        partition = self.find_partition(published.fact)
        if partition in self._epochs:
            self._published[partition] = published.fact_id

    def _mark(self, partitions: Iterable[int]) -> dict[int, FactId]:
        """Return for each partition the fact before which all have reached their listeners."""
        marks = {partition: self._published[partition] for partition in partitions if partition in self._published}
        for fact_id, fact in reversed(self._core.deliveries.list_pending()):
            partition = self.find_partition(fact)
            if partition in marks:
                marks[partition] = min(marks[partition], fact_id)
        return marks

    async def settle(self) -> None:
        """Write down how far facts have come."""
        marks, epochs = self._mark(self._epochs), dict(self._epochs)
        if marks:
            async with self._databases.writer.begin() as connection:
                await settle_facts(connection, marks, epochs)

    async def expire(self) -> None:
        """Forget answers of parcels that cannot come again."""
        for partition in self.held:
            async with self._databases.writer.begin() as connection:
                await expire_answers(connection, partition, now=self._clock.now(), retention=ANSWERS_RETENTION)
