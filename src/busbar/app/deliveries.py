"""Facts on their way to listeners: each a message of its own, exactly once in effect, parked when it keeps failing."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec
import structlog
from sqlalchemy import Select, Text, and_, column, select, values

from busbar.app.tally import DeliveryTally
from busbar.canon.facts import decode_fact
from busbar.canon.message import Fact
from busbar.db.bulk import RowForm
from busbar.db.engine import Databases
from busbar.db.messaging import inbox, outbox, parked
from busbar.db.parked import unpark
from busbar.db.work import SqlUnitOfWork
from busbar.kernel.clock import Clock
from busbar.kernel.errors import BusbarError
from busbar.kernel.ids import FactId
from busbar.ports.feed import PublishedFact
from busbar.ports.intake import PartitionLostError
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]
Concern = Callable[[Any], bool]

log = structlog.get_logger(__name__)
_INBOX = RowForm(inbox, "message_id", "consumer", "at")


class Delivery(msgspec.Struct, kw_only=True):
    """One fact for one consumer."""

    published: PublishedFact
    consumer: str
    attempts: int = 0
    last_error: str = ""
    is_revived: bool = False
    """It was parked, and a person asked for another try."""


class Deliveries:
    """Plans, applies and, where needed, repeats deliveries."""

    def __init__(
        self,
        *,
        databases: Databases,
        clock: Clock,
        redeliver: Callable[[Delivery], None],
        max_attempts: int,
        retry_interval_s: float,
    ) -> None:
        self._databases = databases
        self._clock = clock
        self._redeliver = redeliver
        self._max_attempts = max_attempts
        self._retry_interval_s = retry_interval_s
        self._listeners: dict[type[Fact], dict[str, Handler]] = {}
        self._concerns: dict[str, Concern] = {}
        self._timers: dict[asyncio.TimerHandle, Delivery] = {}
        self._pending: dict[FactId, tuple[Fact, int]] = {}
        self.tally = DeliveryTally()
        self._revived: dict[tuple[FactId, str], Delivery] = {}

    def add(self, fact_type: type[Fact], consumer: str, handler: Handler) -> None:
        """Take a listener; its consumer name is what the inbox remembers."""
        listeners = self._listeners.setdefault(fact_type, {})
        if consumer in listeners:
            raise ValueError(f"{consumer} listens to {fact_type.__name__} already")
        listeners[consumer] = handler

    def limit(self, concerns: Mapping[str, Concern]) -> None:
        """Learn which facts concern a consumer at all: the others are taken as heard, since it would do nothing."""
        self._concerns.update(concerns)

    def pass_over(self, work: SqlUnitOfWork) -> None:
        """Write down, with the facts that this unit tells, whom they do not concern."""
        for published in work.told:
            for consumer in self._listeners.get(type(published.fact), ()):
                if not self._is_concerned(consumer, published.fact):
                    work.stage_bound(_INBOX, (published.fact_id, consumer, work.bind_now()))

    def _is_concerned(self, consumer: str, fact: Fact) -> bool:
        concern = self._concerns.get(consumer)
        return concern is None or concern(fact)

    def plan(self, published: PublishedFact) -> list[Delivery]:
        """Return the deliveries that a fact asks for."""
        fact = published.fact
        listeners = [each for each in self._listeners.get(type(fact), ()) if self._is_concerned(each, fact)]
        if listeners:
            self._pending[published.fact_id] = (fact, len(listeners))
        for consumer in listeners:
            self.tally.note_planned(published.fact_id, consumer, fact.at)
        return [Delivery(published=published, consumer=consumer) for consumer in listeners]

    def list_pending(self) -> list[tuple[FactId, Fact]]:
        """Return the facts that have not reached all their listeners, oldest first."""
        return sorted((fact_id, fact) for fact_id, (fact, _) in self._pending.items())

    def is_listening(self, published: PublishedFact, consumer: str) -> bool:
        """Tell whether a consumer listens to facts of this type."""
        return consumer in self._listeners.get(type(published.fact), {})

    def revive(self, published: PublishedFact, consumer: str, work: UnitOfWork) -> None:
        """Deliver a parked fact once more, should this unit of work be committed. It stays parked until it is heard."""
        delivery = Delivery(published=published, consumer=consumer, is_revived=True)
        work.keep(self._revived, (published.fact_id, consumer), delivery)

    def take_revived(self) -> list[Delivery]:
        """Return, once, the deliveries that were revived by what was committed."""
        revived, self._revived = list(self._revived.values()), {}
        for delivery in revived:
            self._count(delivery, 1)
            self.tally.note_planned(delivery.published.fact_id, delivery.consumer, delivery.published.fact.at)
        return revived

    async def load_missed(
        self, *, since: FactId | None = None, is_ours: Callable[[Fact], bool] | None = None
    ) -> list[Delivery]:
        """Return what was committed but not delivered when the process (or another holder) ended."""
        heard = [(fact_type.__name__, name) for fact_type, listeners in self._listeners.items() for name in listeners]
        if not heard:
            return []
        async with self._databases.read() as connection:
            rows = (await connection.execute(_find_missed(heard, since))).all()
        missed = [
            Delivery(published=PublishedFact(fact_id=FactId(fact_id), fact=decode_fact(body)), consumer=consumer)
            for fact_id, body, consumer in rows
        ]
        missed = [delivery for delivery in missed if is_ours is None or is_ours(delivery.published.fact)]
        turns = {consumer: turn for turn, (_, consumer) in enumerate(heard)}
        missed.sort(key=lambda delivery: (delivery.published.fact_id, turns[delivery.consumer]))
        for delivery in missed:
            self._count(delivery, 1)
            self.tally.note_planned(delivery.published.fact_id, delivery.consumer, delivery.published.fact.at)
        return missed

    def _count(self, delivery: Delivery, step: int) -> None:
        fact_id, fact = delivery.published.fact_id, delivery.published.fact
        left = self._pending.get(fact_id, (fact, 0))[1] + step
        if left > 0:
            self._pending[fact_id] = (fact, left)
        else:
            self._pending.pop(fact_id, None)

    async def apply(self, delivery: Delivery, work: SqlUnitOfWork) -> None:
        """Hand the fact to its listener and write it into the inbox; or park it after too many attempts."""
        key = {"message_id": delivery.published.fact_id, "consumer": delivery.consumer}
        if delivery.attempts >= self._max_attempts:
            work.stage_upsert(
                parked, {**key, "at": work.now, "attempts": delivery.attempts, "error": delivery.last_error[:2000]}
            )
            log.error("fact.parked", fact=type(delivery.published.fact).__name__, **key)
            return
        if delivery.is_revived and not await unpark(work, delivery.published.fact_id, delivery.consumer):
            return  # somebody was quicker: it was heard, or dropped
        work.stage_bound(_INBOX, (delivery.published.fact_id, delivery.consumer, work.bind_now()))
        await self._listeners[type(delivery.published.fact)][delivery.consumer](delivery.published.fact, work)

    def settle(self, delivery: Delivery, error: BusbarError | None, *, is_outage: bool = False) -> None:
        """Plan the next attempt of a delivery that failed. An outage of the database is nobody's failed attempt."""
        if isinstance(error, PartitionLostError):
            self.tally.note_settled(delivery.published.fact_id, delivery.consumer)
            return
        if error is None:
            self._count(delivery, -1)
            is_parked = delivery.attempts >= self._max_attempts
            (self.tally.parked if is_parked else self.tally.delivered)[delivery.consumer] += 1
            self.tally.note_settled(delivery.published.fact_id, delivery.consumer)
            return
        if is_outage:
            self._plan_retry(delivery)
            return
        delivery.attempts += 1
        self.tally.failed[delivery.consumer] += 1
        delivery.last_error = f"{error.code}: {error.text}"
        log.warning(
            "fact.delivery_failed",
            fact=type(delivery.published.fact).__name__,
            fact_id=delivery.published.fact_id,
            station_id=getattr(delivery.published.fact, "station_id", None),
            consumer=delivery.consumer,
            attempts=delivery.attempts,
            error=error.text,
        )
        if delivery.attempts == self._max_attempts:
            self._redeliver(delivery)
        else:
            self._plan_retry(delivery)

    def _plan_retry(self, delivery: Delivery) -> None:
        timer = asyncio.get_running_loop().call_later(self._retry_interval_s, self._repeat, delivery)
        self._timers[timer] = delivery

    def _repeat(self, delivery: Delivery) -> None:
        self._timers = {timer: waiting for timer, waiting in self._timers.items() if waiting is not delivery}
        self.tally.retried += 1
        self._redeliver(delivery)

    def withdraw(self, is_gone: Callable[[Fact], bool], waiting: list[Delivery]) -> None:
        """Forget facts that are no longer ours: those waiting for their turn, and planned repetitions."""
        gone = list(waiting)
        for timer, delivery in list(self._timers.items()):
            if is_gone(delivery.published.fact):
                timer.cancel()
                del self._timers[timer]
                gone.append(delivery)
        for delivery in gone:
            self.tally.note_settled(delivery.published.fact_id, delivery.consumer)
        self._pending = {key: held for key, held in self._pending.items() if not is_gone(held[0])}

    def stop(self) -> None:
        """Forget planned repetitions; the next start finds them again."""
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()


def _find_missed(heard: Sequence[tuple[str, str]], since: FactId | None) -> Select[str, str, str]:
    """Ask for the facts that have not reached all who hear them: once for all pairs of fact and consumer.

    A start, and whoever takes partitions over, would else ask a hundred times.
    """
    pairs = values(column("name", Text), column("consumer", Text), name="heard").data(list(heard)).cte("heard")
    of_consumer = and_(inbox.c.message_id == outbox.c.fact_id, inbox.c.consumer == pairs.c.consumer)
    is_parked = and_(parked.c.message_id == outbox.c.fact_id, parked.c.consumer == pairs.c.consumer)
    statement = (
        select(outbox.c.fact_id, outbox.c.body, pairs.c.consumer)
        .join(pairs, outbox.c.name == pairs.c.name)
        .outerjoin(inbox, of_consumer)
        .outerjoin(parked, is_parked)
        .where(inbox.c.message_id.is_(None), parked.c.message_id.is_(None))
    )
    return statement if since is None else statement.where(outbox.c.fact_id >= since)
