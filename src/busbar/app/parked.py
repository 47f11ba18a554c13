"""Parked facts: what a person may do about a delivery that was given up."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from busbar.app.deliveries import Deliveries
from busbar.canon.facts import decode_fact
from busbar.canon.message import DONE, Done, Message
from busbar.canon.operations import DropParkedFact, RetryParkedFact
from busbar.canon.tenants import Principal, RecordAudit, Role
from busbar.db.parked import ParkedDelivery, count_as_made, load_parked, unpark
from busbar.kernel.errors import ConflictError, DeniedError, NotFoundError
from busbar.ports.feed import PublishedFact
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]

ERROR_MAX_CHARACTERS: Final = 200
"""Of the error that an audit entry repeats."""


class ParkedFactMissingError(NotFoundError):
    """No such delivery is parked (any more)."""

    code = "not_found.parked_fact"


class FactGoneError(ConflictError):
    """The fact is no longer kept, so it cannot be delivered again."""

    code = "conflict.fact_gone"


class ConsumerGoneError(ConflictError):
    """Nobody of that name listens to the fact any more."""

    code = "conflict.consumer_gone"


class OperationDeniedError(DeniedError):
    """Only administrators of the platform do this."""

    code = "denied.operation"


class ParkedFacts:
    """Tries parked deliveries again, or drops them."""

    def __init__(self, deliveries: Deliveries) -> None:
        self._deliveries = deliveries

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Return what the core gives to this."""
        return {RetryParkedFact: self.retry, DropParkedFact: self.drop}

    async def retry(self, message: RetryParkedFact, work: UnitOfWork) -> Done:
        """Deliver again, right after the commit, with as many attempts as a new fact has. Till then it stays parked."""
        delivery = await _find(message, work)
        if delivery.body is None:
            raise FactGoneError("the fact is no longer kept; it can only be dropped", fact_id=message.fact_id)
        published = PublishedFact(fact_id=message.fact_id, fact=decode_fact(delivery.body))
        if not self._deliveries.is_listening(published, message.consumer):
            raise ConsumerGoneError("nobody of that name listens any more", consumer=message.consumer)
        self._deliveries.revive(published, message.consumer, work)
        await _note(work, message.by, "fact.retry", delivery)
        return DONE

    async def drop(self, message: DropParkedFact, work: UnitOfWork) -> Done:
        """Take the delivery for made, without effect."""
        delivery = await _find(message, work)
        await unpark(work, message.fact_id, message.consumer)
        count_as_made(work, delivery)
        await _note(work, message.by, "fact.drop", delivery)
        return DONE


async def _find(message: RetryParkedFact | DropParkedFact, work: UnitOfWork) -> ParkedDelivery:
    if not (message.by.is_platform and message.by.role is Role.ADMIN):
        raise OperationDeniedError("only administrators of the platform do this")
    delivery = await load_parked(work, message.fact_id, message.consumer)
    if delivery is None:
        raise ParkedFactMissingError("no such delivery is parked", fact_id=message.fact_id[:64])
    return delivery


async def _note(work: UnitOfWork, by: Principal, action: str, delivery: ParkedDelivery) -> None:
    detail = {
        "consumer": delivery.consumer,
        "attempts": delivery.attempts,
        "error": delivery.error[:ERROR_MAX_CHARACTERS],
    }
    await work.ask(
        RecordAudit(
            operator_id=delivery.operator_id or by.operator_id,
            actor=by.name,
            action=action,
            subject=f"fact:{delivery.fact_id}",
            detail=detail,
        )
    )
