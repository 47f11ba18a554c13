"""Facts on their way to listeners: each a message of its own, exactly once in effect, parked when it keeps failing."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import structlog
from sqlalchemy import and_, select

from busbar.app.tally import DeliveryTally
from busbar.canon.facts import decode_fact
from busbar.canon.message import Fact
from busbar.db.engine import Databases
from busbar.db.messaging import inbox, outbox, parked
from busbar.db.work import SqlUnitOfWork
from busbar.kernel.clock import Clock
from busbar.kernel.errors import BusbarError
from busbar.kernel.ids import FactId
from busbar.ports.feed import PublishedFact
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]

log = structlog.get_logger(__name__)


class Delivery(msgspec.Struct, kw_only=True):
    """One fact for one consumer."""

    published: PublishedFact
    consumer: str
    attempts: int = 0
    last_error: str = ""


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
        self._timers: set[asyncio.TimerHandle] = set()
        self.tally = DeliveryTally()

    def add(self, fact_type: type[Fact], consumer: str, handler: Handler) -> None:
        """Take a listener; its consumer name is what the inbox remembers."""
        listeners = self._listeners.setdefault(fact_type, {})
        if consumer in listeners:
            raise ValueError(f"{consumer} listens to {fact_type.__name__} already")
        listeners[consumer] = handler

    def plan(self, published: PublishedFact) -> list[Delivery]:
        """Return the deliveries that a fact asks for."""
        listeners = self._listeners.get(type(published.fact), {})
        for consumer in listeners:
            self.tally.note_planned(published.fact_id, consumer, published.fact.at)
        return [Delivery(published=published, consumer=consumer) for consumer in listeners]

    async def load_missed(self) -> list[Delivery]:
        """Return what was committed but not delivered when the process ended."""
        missed: list[Delivery] = []
        async with self._databases.read() as connection:
            for fact_type, listeners in self._listeners.items():
                for consumer in listeners:
                    of_consumer = and_(inbox.c.message_id == outbox.c.fact_id, inbox.c.consumer == consumer)
                    is_parked = and_(parked.c.message_id == outbox.c.fact_id, parked.c.consumer == consumer)
                    statement = (
                        select(outbox.c.fact_id, outbox.c.body)
                        .outerjoin(inbox, of_consumer)
                        .outerjoin(parked, is_parked)
                        .where(outbox.c.name == fact_type.__name__)
                        .where(inbox.c.message_id.is_(None), parked.c.message_id.is_(None))
                        .order_by(outbox.c.fact_id)
                    )
                    missed += [
                        Delivery(
                            published=PublishedFact(fact_id=FactId(fact_id), fact=decode_fact(body)), consumer=consumer
                        )
                        for fact_id, body in await connection.execute(statement)
                    ]
        missed.sort(key=lambda delivery: delivery.published.fact_id)
        for delivery in missed:
            self.tally.note_planned(delivery.published.fact_id, delivery.consumer, delivery.published.fact.at)
        return missed

    async def apply(self, delivery: Delivery, work: SqlUnitOfWork) -> None:
        """Hand the fact to its listener and write it into the inbox; or park it after too many attempts."""
        key = {"message_id": delivery.published.fact_id, "consumer": delivery.consumer}
        if delivery.attempts >= self._max_attempts:
            work.stage_upsert(
                parked, {**key, "at": work.now, "attempts": delivery.attempts, "error": delivery.last_error[:2000]}
            )
            log.error("fact.parked", fact=type(delivery.published.fact).__name__, **key)
            return
        work.stage_insert(inbox, {**key, "at": work.now})
        await self._listeners[type(delivery.published.fact)][delivery.consumer](delivery.published.fact, work)

    def settle(self, delivery: Delivery, error: BusbarError | None, *, is_outage: bool = False) -> None:
        """Plan the next attempt of a delivery that failed. An outage of the database is nobody's failed attempt."""
        if error is None:
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
        log.warning("fact.delivery_failed", consumer=delivery.consumer, attempts=delivery.attempts, error=error.text)
        if delivery.attempts == self._max_attempts:
            self._redeliver(delivery)
        else:
            self._plan_retry(delivery)

    def _plan_retry(self, delivery: Delivery) -> None:
        timer = asyncio.get_running_loop().call_later(self._retry_interval_s, self._repeat, delivery)
        self._timers.add(timer)

    def _repeat(self, delivery: Delivery) -> None:
        loop_time = asyncio.get_running_loop().time()
        self._timers = {timer for timer in self._timers if not timer.cancelled() and timer.when() > loop_time}
        self.tally.retried += 1
        self._redeliver(delivery)

    def stop(self) -> None:
        """Forget planned repetitions; the next start finds them again."""
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
