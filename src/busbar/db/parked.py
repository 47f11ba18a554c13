"""Deliveries that were given up, as a handler sees them."""

import msgspec
from sqlalchemy import delete, select

from busbar.db.messaging import inbox, outbox, parked
from busbar.db.work import sql
from busbar.kernel.ids import FactId, OperatorId
from busbar.ports.work import UnitOfWork


class ParkedDelivery(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery that kept failing."""

    fact_id: FactId
    consumer: str
    attempts: int
    error: str
    operator_id: OperatorId | None
    """Whose fact it is; None: the fact is no longer kept."""
    body: str | None
    """The fact as it is stored; None likewise."""


async def load_parked(work: UnitOfWork, fact_id: FactId, consumer: str) -> ParkedDelivery | None:
    """Return a parked delivery, if it is still there."""
    statement = (
        select(parked.c.attempts, parked.c.error, outbox.c.operator_id, outbox.c.body)
        .outerjoin(outbox, outbox.c.fact_id == parked.c.message_id)
        .where(parked.c.message_id == fact_id, parked.c.consumer == consumer)
    )
    row = (await sql(work).execute(statement)).first()
    if row is None:
        return None
    return ParkedDelivery(
        fact_id=fact_id,
        consumer=consumer,
        attempts=row.attempts,
        error=row.error,
        operator_id=row.operator_id,
        body=row.body,
    )


async def unpark(work: UnitOfWork, fact_id: FactId, consumer: str) -> bool:
    """Park a delivery no longer; tell whether it was parked. In the same unit it is made, or counted as made."""
    of_delivery = (parked.c.message_id == fact_id, parked.c.consumer == consumer)
    return (await sql(work).execute(delete(parked).where(*of_delivery))).rowcount > 0


def count_as_made(work: UnitOfWork, delivery: ParkedDelivery) -> None:
    """Remember the delivery as made, so that nobody makes it."""
    sql(work).stage_upsert(inbox, {"message_id": delivery.fact_id, "consumer": delivery.consumer, "at": work.now})
