"""Transfers that others ask for: posted at once, moved back, and accounts opened for them."""

from busbar.canon.ledger import (
    Account,
    AccountKind,
    AccountRef,
    AdjustWallet,
    Leg,
    OpenAccount,
    PostTransfer,
    ReverseTransfer,
    Transfer,
    TransferKind,
    TransferReply,
    TransferState,
    name_driver,
)
from busbar.canon.tenants import RecordAudit
from busbar.domain.ledger import model
from busbar.domain.ledger.debts import Debts
from busbar.domain.ledger.posting import shape_posted, tell_posted
from busbar.domain.ledger.store import Book
from busbar.domain.ledger.teller import Teller
from busbar.ports.work import UnitOfWork

FREELY = frozenset({TransferKind.ADJUSTMENT, TransferKind.CASH_OUT})
"""What goes out of a frozen wallet all the same: what staff put right, and what is paid out to whom it belongs."""


class Transfers:
    """Posts what is asked for, once."""

    def __init__(self, teller: Teller, debts: Debts) -> None:
        self._teller = teller
        self._debts = debts

    async def open_account(self, message: OpenAccount, work: UnitOfWork) -> Account:
        """Open an account, or answer the one that is there."""
        model.check_reference(message.account)
        book = Book(message.operator_id, message.currency)
        await self._teller.open(work, book, message.account)
        found = await self._teller.find(work, book, message.account)
        if found is None:
            raise model.AccountError("the account could not be opened")
        return found

    async def post(self, message: PostTransfer, work: UnitOfWork) -> TransferReply:
        """Move money, and pay with a top-up what its driver owes."""
        model.check_transfer(message)
        fingerprint = model.take_fingerprint(
            currency=message.currency,
            kind=message.kind,
            legs=message.legs,
            session_id=message.session_id,
            reverses=None,
        )
        known = await self._teller.recall(work, message.operator_id, message.transfer_id, fingerprint=fingerprint)
        if known is not None:
            return TransferReply(transfer=known, exists=True)
        book = Book(message.operator_id, message.currency)
        if message.kind not in FREELY:
            spent = [leg.debit for leg in message.legs if leg.debit.kind is AccountKind.WALLET]
            for wallet in (await self._teller.lock(work, book, spent)).values():
                model.check_unfrozen(wallet)
        transfer = shape_posted(message, now=work.now)
        await self._teller.write(work, transfer, message.legs, fingerprint=fingerprint)
        tell_posted(work, transfer)
        if message.kind is TransferKind.TOP_UP and message.driver_id is not None:
            await self._debts.settle_from_wallet(work, book, message.driver_id, actor=message.actor)
        return TransferReply(transfer=transfer)

    async def reverse(self, message: ReverseTransfer, work: UnitOfWork) -> TransferReply:
        """Move back what a posted transfer moved."""
        found = await self._teller.store.find_transfer(work, message.operator_id, message.reverses)
        if found is None:
            raise model.TransferNotFoundError("no such transfer", transfer_id=message.reverses[:64])
        before = found.transfer
        model.check_words(
            transfer_id=message.transfer_id, currency=before.currency, actor=message.actor, reason=message.reason
        )
        first = await self._teller.store.list_legs(work, message.operator_id, message.reverses, phase=1)
        legs = model.turn_back(first)
        fingerprint = model.take_fingerprint(
            currency=before.currency,
            kind=TransferKind.REVERSAL,
            legs=legs,
            session_id=before.session_id,
            reverses=message.reverses,
        )
        known = await self._teller.recall(work, message.operator_id, message.transfer_id, fingerprint=fingerprint)
        if known is not None:
            return TransferReply(transfer=known, exists=True)
        if before.state is not TransferState.POSTED or before.kind in {TransferKind.HOLD, TransferKind.REVERSAL}:
            raise model.TransferStateError("only a posted transfer is moved back", state=before.state)
        if await self._teller.store.is_reversed(work, message.operator_id, message.reverses):
            raise model.TransferReversedError("the transfer was moved back before", transfer_id=message.reverses)
        transfer = Transfer(
            transfer_id=message.transfer_id,
            operator_id=before.operator_id,
            currency=before.currency,
            kind=TransferKind.REVERSAL,
            state=TransferState.POSTED,
            amount=before.amount,
            at=work.now,
            actor=message.actor,
            reason=message.reason,
            session_id=before.session_id,
            driver_id=before.driver_id,
            payment_id=before.payment_id,
            reverses=before.transfer_id,
        )
        await self._teller.write(work, transfer, legs, fingerprint=fingerprint)
        tell_posted(work, transfer)
        await work.ask(
            RecordAudit(
                operator_id=message.operator_id,
                actor=message.actor,
                action="transfer.reverse",
                subject=f"transfer:{message.reverses}",
            )
        )
        return TransferReply(transfer=transfer)

    async def adjust(self, message: AdjustWallet, work: UnitOfWork) -> TransferReply:
        """Put a wallet right by hand."""
        model.check_reason(message.reason)
        model.check_amount(abs(message.amount))
        await self._debts.check_driver(work, message.operator_id, message.driver_id)
        wallet = AccountRef(kind=AccountKind.WALLET, owner=name_driver(message.driver_id))
        is_giving = message.amount > 0
        leg = Leg(
            debit=model.ADJUSTMENTS if is_giving else wallet,
            credit=wallet if is_giving else model.ADJUSTMENTS,
            amount=abs(message.amount),
        )
        reply = await self.post(
            PostTransfer(
                transfer_id=message.transfer_id,
                operator_id=message.operator_id,
                currency=message.currency,
                kind=TransferKind.ADJUSTMENT,
                legs=(leg,),
                actor=message.actor,
                reason=message.reason,
                driver_id=message.driver_id,
            ),
            work,
        )
        if not reply.exists:
            await work.ask(
                RecordAudit(
                    operator_id=message.operator_id,
                    actor=message.actor,
                    action="wallet.adjust",
                    subject=f"driver:{message.driver_id}",
                )
            )
        return reply
