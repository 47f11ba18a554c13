"""The inbox of providers' notices: each is taken in once, whatever order they come in."""

from typing import Any

import msgspec

from busbar.canon.closings import FindWallet
from busbar.canon.ledger import FreezeWallet, UnfreezeWallet
from busbar.canon.payments import (
    DisputeNews,
    NoticeOutcome,
    PaymentDisputed,
    PaymentDisputeEnded,
    PaymentPurpose,
    ProviderNotice,
    RefundNews,
    RefundState,
)
from busbar.domain.payments import model
from busbar.domain.payments.book import SYSTEM, PaymentBook
from busbar.domain.payments.model import Record, Wish
from busbar.domain.payments.steps import NoticeTaken, SealedAccount, StoreNotice
from busbar.domain.payments.store import DisputeRecord
from busbar.kernel.errors import ConflictError
from busbar.ports.work import UnitOfWork


class NoticeService:
    """Takes in what providers tell by themselves."""

    def __init__(self, book: PaymentBook) -> None:
        self._book = book
        self._store = book.store

    async def store(self, message: StoreNotice, work: UnitOfWork) -> NoticeTaken:
        """Take a notice in, once."""
        notice = message.notice
        accounts = await self._store.list_accounts(work, None)
        account = next((each for each in accounts if each.account_id == message.account_id), None)
        if account is None:
            raise model.AccountNotFoundError("there is no such account at a provider")
        if await self._store.find_notice(work, account.account_id, notice.event_id) is not None:
            return NoticeTaken(outcome=NoticeOutcome.REPEATED)
        record = await self._find(work, account, notice)
        outcome, detail = NoticeOutcome.UNKNOWN, ""
        if record is not None:
            try:
                outcome = await self._apply(work, record, notice)
            except model.MismatchError as error:
                outcome = NoticeOutcome.REFUSED
                detail = f"{error.code} {error.facts.get('field')}: {error.facts.get('told')}"
        await self._store.insert_notice(
            work,
            account,
            notice,
            payment_id=None if record is None else record.payment_id,
            operator_id=account.operator_id if record is None else record.operator_id,
            outcome=outcome,
            detail=detail,
        )
        return NoticeTaken(outcome=outcome, payment_id=None if record is None else record.payment_id)

    async def _find(self, work: UnitOfWork, account: SealedAccount, notice: ProviderNotice) -> Record | None:
        """Return the payment that a notice is about; one of another account is not."""
        record = None
        if notice.payment_id is not None:
            record = await self._store.load_payment(work, notice.payment_id)
        elif notice.provider_ref:
            record = await self._store.find_by_provider(work, account.account_id, notice.provider_ref)
        return record if record is not None and record.account_id == account.account_id else None

    async def _apply(self, work: UnitOfWork, record: Record, notice: ProviderNotice) -> NoticeOutcome:
        if notice.news is not None:
            after = await self._book.learn(work, record, notice.news)
            if after.wish is Wish.QUERY:  # something happened that the notice does not tell in full: ask
                await self._store.update_payment(work, msgspec.structs.replace(after, due_at=work.now))
            return NoticeOutcome.APPLIED
        if notice.refund is not None:
            return await self._apply_refund(work, record, notice.refund)
        if notice.dispute is not None:
            await self._apply_dispute(work, record, notice.dispute)
            return NoticeOutcome.APPLIED
        return NoticeOutcome.UNKNOWN

    async def _apply_refund(self, work: UnitOfWork, record: Record, news: RefundNews) -> NoticeOutcome:
        refund = None if news.refund_id is None else await self._store.load_refund(work, news.refund_id)
        if refund is None or refund.payment_id != record.payment_id:
            return NoticeOutcome.UNKNOWN  # made at the provider by hand: the statement brings it up
        if news.state is RefundState.PENDING and refund.due_at is not None:
            await self._store.update_refund(work, msgspec.structs.replace(refund, due_at=work.now))
            return NoticeOutcome.APPLIED
        await self._book.learn_refund(work, record, refund, news)
        return NoticeOutcome.APPLIED

    async def _apply_dispute(self, work: UnitOfWork, record: Record, news: DisputeNews) -> None:
        if news.currency != record.currency:
            raise model.MismatchError("the dispute is in another currency", field="currency", told=news.currency)
        known = {each.dispute_ref: each for each in await self._store.list_disputes(work, record.payment_id)}
        before = known.get(news.dispute_ref)
        if before is not None and not before.is_open:
            return  # it is over: an older notice came late
        if before is not None and news.amount != before.amount:
            raise model.MismatchError("the dispute is about another amount", field="disputed", told=news.amount)
        is_taken = news.is_open or news.is_lost
        others = sum(each.amount for each in known.values() if each != before and (each.is_open or each.is_lost))
        after = model.dispute(record, others + (news.amount if is_taken else 0), now=work.now)
        if before is None and is_taken:
            await self._book.books.post_dispute(work, record, news.dispute_ref, news.amount)
        if before is not None and not is_taken:
            await self._book.books.undo_dispute(work, record, news.dispute_ref)
        await self._store.put_dispute(work, _note(record, before, news, work))
        await self._store.update_payment(work, after)
        is_other_open = any(each.is_open for each in known.values() if each != before)
        if news.is_open or (before is not None and not is_other_open):
            await self._freeze(work, record, is_frozen=news.is_open)
        if news.is_lost:
            await self._recover(work, record, news)
        known_facts: dict[str, Any] = {
            "operator_id": record.operator_id,
            "at": work.now,
            "payment_id": record.payment_id,
            "provider": record.provider,
            "purpose": record.purpose,
            "amount": news.amount,
            "currency": record.currency,
            "driver_id": record.driver_id,
            "session_id": record.session_id,
            "dispute_ref": news.dispute_ref,
        }
        if news.is_open:
            work.tell(PaymentDisputed(**known_facts, reason=news.reason))
        else:
            work.tell(PaymentDisputeEnded(**known_facts, is_lost=news.is_lost))

    async def _recover(self, work: UnitOfWork, record: Record, news: DisputeNews) -> None:
        """Take what a lost dispute cost out of the wallet that it was paid into, as far as that goes."""
        if record.purpose is not PaymentPurpose.TOP_UP or record.driver_id is None:
            return
        question = FindWallet(operator_id=record.operator_id, driver_id=record.driver_id, currency=record.currency)
        standing = await work.ask(question)
        amount = min(standing.balance, news.amount)
        await self._book.books.post_recovery(work, record, news.dispute_ref, amount)

    async def _freeze(self, work: UnitOfWork, record: Record, *, is_frozen: bool) -> None:
        """Let nobody spend a disputed top-up; the wallet is the driver's again when the dispute is over."""
        if record.purpose is not PaymentPurpose.TOP_UP or record.driver_id is None:
            return
        kind = FreezeWallet if is_frozen else UnfreezeWallet
        wish = kind(
            operator_id=record.operator_id,
            driver_id=record.driver_id,
            currency=record.currency,
            actor=SYSTEM,
            reason="a top-up is disputed" if is_frozen else "the dispute is over",
        )
        try:
            await work.ask(wish)
        except ConflictError:  # the wallet was closed
            return


def _note(record: Record, before: DisputeRecord | None, news: DisputeNews, work: UnitOfWork) -> DisputeRecord:
    after = DisputeRecord.begin(record, news, now=work.now)
    return after if before is None else msgspec.structs.replace(after, opened_at=before.opened_at)
