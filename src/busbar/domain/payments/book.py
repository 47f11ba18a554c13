"""The book of payments: changes of a payment, with all that follows from one, in one unit of work."""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any

import msgspec

from busbar.canon.payments import (
    CardSaved,
    PaymentAuthorised,
    PaymentCancelled,
    PaymentCaptured,
    PaymentFailed,
    PaymentPurpose,
    PaymentRefunded,
    PaymentState,
    PayWay,
    ProviderNews,
    RefundNews,
    RefundState,
    SavedCard,
)
from busbar.canon.tenants import RecordAudit
from busbar.domain.payments import model
from busbar.domain.payments.books import Books
from busbar.domain.payments.model import Event, Record, RefundRecord, Wish
from busbar.domain.payments.store import CardRecord, Store
from busbar.kernel.errors import ConflictError
from busbar.kernel.ids import IdSource, OperatorId, PaymentId, ReceivableId, RefundId, SessionId
from busbar.ports.work import UnitOfWork

SYSTEM = "system:payments"
CARDS_MAX = 10


class PaymentBook:
    """Keeps payments, and tells what happens to them."""

    def __init__(self, *, store: Store, ids: IdSource, books: Books) -> None:
        self.store = store
        self.books = books
        self._ids = ids
        self.hear_refund: Callable[[RefundRecord, UnitOfWork], Awaitable[None]] | None = None
        """Told when a refund has its end: a closing of a wallet waits for it."""

    async def demand(self, work: UnitOfWork, payment_id: PaymentId, operator_id: OperatorId | None = None) -> Record:
        """Return a payment. Errors: `not_found.payment`."""
        record = await self.store.load_payment(work, payment_id)
        if record is None or (operator_id is not None and record.operator_id != operator_id):
            raise model.PaymentNotFoundError("there is no such payment")
        return record

    async def learn(self, work: UnitOfWork, record: Record, news: ProviderNews) -> Record:
        """Take in a provider's news. Errors: `conflict.payment_mismatch`."""
        after, events = model.learn(record, news, now=work.now)
        return await self.keep(work, record, after, events, card=news.card)

    async def keep(
        self,
        work: UnitOfWork,
        before: Record,
        after: Record,
        events: tuple[Event, ...],
        *,
        card: SavedCard | None = None,
    ) -> Record:
        """Write a payment's new state, and do what its events mean."""
        if Event.CAPTURED in events:
            after, events = await self._book_capture(work, after, events)
        if after != before:
            await self.store.update_payment(work, after)
        for event in events:
            await self._tell(work, after, event)
        if card is not None and after.state in model.PAID_STATES | {model.PaymentState.AUTHORISED}:
            await self._save_card(work, after, card)
        if Event.CAPTURED in events:
            after = await self.settle(work, after)
        if Event.GIVE_BACK in events:
            after = await self.give_back(work, after, after.left, reason="not used")
        return after

    async def _book_capture(
        self, work: UnitOfWork, record: Record, events: tuple[Event, ...]
    ) -> tuple[Record, tuple[Event, ...]]:
        try:
            await self.books.post_capture(work, record)
        except ConflictError as error:  # the wallet was closed while the payer paid: the money goes back
            await self.books.post_capture(work, record, is_stray=True)
            failed = msgspec.structs.replace(record, failure_code=error.code, failure_text=error.text[:200])
            return failed, (*events, Event.GIVE_BACK)
        return record, events

    async def settle(self, work: UnitOfWork, record: Record) -> Record:
        """Pay the session from what was captured, once its price is known; what is left goes back."""
        if record.due_amount is None or record.state not in model.PAID_STATES:
            return record
        used = await self.books.settle(work, record)
        rest = record.left - used
        missing = record.due_amount - used
        if used and missing > 0 and record.purpose is PaymentPurpose.SESSION:
            await self._charge_rest(work, record, missing)
        return await self.give_back(work, record, rest, reason="rest of the payment") if rest > 0 else record

    async def _charge_rest(self, work: UnitOfWork, record: Record, amount: int) -> None:
        """Let the same card pay what was not set aside on it."""
        card = None if record.method_id is None else await self.store.load_card(work, record.method_id)
        if card is not None and record.session_id is not None:
            name = f"rest\n{record.payment_id}"
            await self.charge(
                work, card, session_id=record.session_id, amount=amount, is_hold=False, name=name,
                receivable_id=record.receivable_id,
            )  # fmt: skip

    async def charge(
        self,
        work: UnitOfWork,
        card: CardRecord,
        *,
        session_id: SessionId,
        amount: int,
        is_hold: bool,
        name: str,
        receivable_id: ReceivableId | None = None,
    ) -> None:
        """Write down that a card is to pay, once by this name; `receivable_id`: what is due, and known already."""
        payment_id = PaymentId(sha256(f"{name}\n{session_id}".encode()).hexdigest()[:32])
        if await self.store.load_payment(work, payment_id) is not None:
            return
        record = Record(
            payment_id=payment_id,
            operator_id=card.operator_id,
            account_id=card.account_id,
            provider=card.provider,
            way=PayWay.CARD_ON_FILE,
            purpose=PaymentPurpose.SESSION,
            state=PaymentState.CREATED,
            amount=amount,
            currency=card.currency,
            is_hold=is_hold,
            driver_id=card.driver_id,
            session_id=session_id,
            method_id=card.method_id,
            due_amount=None if receivable_id is None else amount,
            receivable_id=receivable_id,
            wish=Wish.OPEN,
            due_at=work.now,
            requested_by=SYSTEM,
            created_at=work.now,
            changed_at=work.now,
        )
        await self.store.insert_payment(work, record)

    async def give_back(self, work: UnitOfWork, record: Record, amount: int, *, reason: str) -> Record:
        """Let money that was not used go back by itself."""
        if amount <= 0:
            return record
        refund_id = RefundId(f"{record.payment_id}-r")
        return await self.begin_refund(
            work, record, refund_id, amount, reason=reason, requested_by=SYSTEM, is_rest=True
        )

    async def begin_refund(
        self,
        work: UnitOfWork,
        record: Record,
        refund_id: RefundId,
        amount: int,
        *,
        reason: str,
        requested_by: str,
        is_rest: bool = False,
    ) -> Record:
        """Write a refund down and take its money. Errors: `conflict.payment_state`, `…amount_exceeded`, `…funds`."""
        after = model.refund(record, amount, now=work.now)
        refund = RefundRecord(
            refund_id=refund_id,
            payment_id=record.payment_id,
            operator_id=record.operator_id,
            amount=amount,
            currency=record.currency,
            reason=reason,
            requested_by=requested_by,
            due_at=work.now,
            created_at=work.now,
            changed_at=work.now,
        )
        await self.books.post_refund(work, record, refund, is_rest=is_rest)
        await self.store.insert_refund(work, refund)
        await self.store.update_payment(work, after)
        return after

    async def learn_refund(self, work: UnitOfWork, record: Record, refund: RefundRecord, news: RefundNews) -> None:
        """Take in what a provider says of a refund. Errors: `conflict.payment_mismatch`."""
        if news.amount is not None and news.amount != refund.amount:
            raise model.MismatchError("the refund is of another amount", field="amount", told=news.amount)
        if news.currency is not None and news.currency != refund.currency:
            raise model.MismatchError("the refund is in another currency", field="currency", told=news.currency)
        if refund.state in {RefundState.DONE, RefundState.FAILED}:
            if refund.state is RefundState.DONE and news.state is RefundState.FAILED:
                await self._undo_refund(work, record, refund, news)
            return
        ref = news.provider_ref or refund.provider_ref
        if news.state is RefundState.FAILED:
            await self._undo_refund(work, record, refund, news)
            return
        is_done = news.state is RefundState.DONE
        due_at = None if is_done else work.now + model.count_pause(refund.attempts)
        after = msgspec.structs.replace(refund, state=news.state, provider_ref=ref, due_at=due_at, changed_at=work.now)
        await self.store.update_refund(work, after)
        if is_done:
            fact = PaymentRefunded(**_describe(record), refund_id=refund.refund_id, amount=refund.amount, at=work.now)
            work.tell(fact)
            await self._tell_refund(after, work)

    async def _tell_refund(self, refund: RefundRecord, work: UnitOfWork) -> None:
        if self.hear_refund is not None:
            await self.hear_refund(refund, work)

    async def _undo_refund(self, work: UnitOfWork, record: Record, refund: RefundRecord, news: RefundNews) -> None:
        failed = msgspec.structs.replace(
            refund,
            state=RefundState.FAILED,
            due_at=None,
            failure_text=news.failure_text[:200],
            changed_at=work.now,
        )
        await self.store.update_refund(work, failed)
        await self.books.undo_refund(work, refund)
        await self.store.update_payment(work, model.unrefund(record, refund.amount, now=work.now))
        await self._tell_refund(failed, work)

    async def _save_card(self, work: UnitOfWork, record: Record, card: SavedCard) -> None:
        if record.driver_id is None:
            return
        known = await self.store.list_cards(work, record.operator_id, record.driver_id)
        if len(known) >= CARDS_MAX:
            await self.store.delete_cards(work, [known[-1].method_id])
        await self.store.put_card(
            work,
            CardRecord(
                method_id=self._ids.new(),
                operator_id=record.operator_id,
                account_id=record.account_id,
                driver_id=record.driver_id,
                provider=record.provider,
                currency=record.currency,
                customer_ref=card.customer_ref,
                card_ref=card.card_ref,
                label=card.label,
                expires=card.expires,
                created_at=work.now,
            ),
        )

    async def _tell(self, work: UnitOfWork, record: Record, event: Event) -> None:
        known = _describe(record)
        match event:
            case Event.AUTHORISED:
                work.tell(PaymentAuthorised(**known, amount=record.amount, at=work.now))
            case Event.CAPTURED:
                work.tell(PaymentCaptured(**known, amount=record.captured, at=work.now))
            case Event.FAILED:
                reason = record.failure_code or "failed"
                work.tell(PaymentFailed(**known, amount=record.amount, reason=reason, at=work.now))
            case Event.CANCELLED:
                work.tell(PaymentCancelled(**known, amount=record.amount, at=work.now))
            case Event.CARD_SAVED if record.driver_id is not None:
                fact = CardSaved(
                    operator_id=record.operator_id, at=work.now, driver_id=record.driver_id, provider=record.provider
                )
                work.tell(fact)
            case _:
                pass

    async def note(self, work: UnitOfWork, record: Record, actor: str, action: str, **detail: str | int) -> None:
        """Write into the audit log who did what about a payment."""
        await work.ask(
            RecordAudit(
                operator_id=record.operator_id,
                actor=actor,
                action=action,
                subject=f"payment:{record.payment_id}",
                detail=detail,
            )
        )


def _describe(record: Record) -> dict[str, Any]:
    return {
        "operator_id": record.operator_id,
        "payment_id": record.payment_id,
        "provider": record.provider,
        "purpose": record.purpose,
        "currency": record.currency,
        "driver_id": record.driver_id,
        "session_id": record.session_id,
        "receivable_id": record.receivable_id,
    }
