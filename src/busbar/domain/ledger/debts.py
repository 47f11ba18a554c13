"""Debts: opened where a session costs more than its driver had, and followed until they are paid or given up."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from busbar.canon.debts import (
    BankPayment,
    Receivable,
    ReceivableOpened,
    ReceivableReminded,
    ReceivableSettled,
    ReceivableState,
    ReceivableWrittenOff,
    RemindOverdue,
    RemindReceivable,
    SettleReceivable,
    TakeBankPayment,
    WriteOffReceivable,
)
from busbar.canon.drivers import FindDriver
from busbar.canon.ledger import (
    AccountKind,
    AccountRef,
    Leg,
    PostTransfer,
    TransferKind,
    TransferReply,
)
from busbar.canon.tenants import RecordAudit
from busbar.domain.ledger import model
from busbar.domain.ledger.holds import wallet_of
from busbar.domain.ledger.posting import shape_posted, tell_posted
from busbar.domain.ledger.store import Book
from busbar.domain.ledger.teller import Teller
from busbar.kernel.errors import ConflictError, NotFoundError
from busbar.kernel.ids import DriverId, IdSource, OperatorId, ReceivableId, SessionId, TransferId
from busbar.ports.work import UnitOfWork

REMINDER_INTERVAL = timedelta(days=7)
REMINDERS_MAX = 4
"""As often a debtor is reminded by itself; then a person decides: remind once more, or write off."""
SYSTEM = "system:ledger"
BANK = AccountRef(kind=AccountKind.CLEARING, owner="provider:bank")
"""Money that was paid into the operator's bank account directly."""


class ReceivableNotFoundError(NotFoundError):
    """No such debt with this operator."""

    code = "not_found.receivable"


class ReceivableClosedError(ConflictError):
    """The debt was paid or given up."""

    code = "conflict.receivable_closed"


def owed_by(debtor: str) -> AccountRef:
    """Name the account of what somebody owes."""
    return AccountRef(kind=AccountKind.RECEIVABLE, owner=debtor)


class Debts:
    """Receivables and their ends."""

    def __init__(self, teller: Teller, *, ids: IdSource) -> None:
        self._teller = teller
        self._ids = ids

    async def check_driver(self, work: UnitOfWork, operator_id: OperatorId, driver_id: DriverId) -> None:
        """Refuse a driver whom the operator does not have. Errors: `not_found.driver`."""
        await work.ask(FindDriver(operator_id=operator_id, driver_id=driver_id))

    # ---- opening -----------------------------------------------------------------------------------------------------

    async def note_owed(
        self,
        work: UnitOfWork,
        book: Book,
        *,
        debtor: str,
        amount: int,
        due_at: datetime,
        session_id: SessionId | None,
        driver_id: DriverId | None,
    ) -> None:
        """Write down that somebody owes something more for a session; the money was moved already."""
        found = None if session_id is None else await self._teller.store.find_of_session(work, session_id)
        if found is not None and found.debtor == debtor:
            receivable = msgspec.structs.replace(
                found, amount=found.amount + amount, open_amount=found.open_amount + amount
            )
            await self._teller.store.update_receivable(work, receivable)
        else:
            receivable = Receivable(
                receivable_id=ReceivableId(self._ids.new()),
                operator_id=book.operator_id,
                currency=book.currency,
                debtor=debtor,
                driver_id=driver_id,
                session_id=session_id,
                amount=amount,
                open_amount=amount,
                state=ReceivableState.OPEN,
                opened_at=work.now,
                due_at=due_at,
            )
            await self._teller.store.insert_receivable(work, receivable)
        work.tell(ReceivableOpened(**_describe(receivable, work.now), due_at=receivable.due_at))
        if debtor.startswith(("company:", "partner:")):
            await self._settle_from(work, book, AccountRef(kind=AccountKind.WALLET, owner=debtor), actor=SYSTEM)

    async def forgive_session(self, work: UnitOfWork, session_id: SessionId, amount: int) -> int:
        """Write down that less is owed for a session than was thought; return how much less. The money moves later."""
        found = await self._teller.store.find_of_session(work, session_id)
        if found is None:
            return 0
        less = min(amount, found.open_amount)
        await self._lower(work, found, less, end=ReceivableState.SETTLED)
        return less

    # ---- paying ------------------------------------------------------------------------------------------------------

    async def settle_from_wallet(self, work: UnitOfWork, book: Book, driver_id: DriverId, *, actor: str) -> None:
        """Pay what a driver owes from the wallet, oldest first, as far as it reaches."""
        await self._settle_from(work, book, wallet_of(driver_id), actor=actor)

    async def _settle_from(self, work: UnitOfWork, book: Book, wallet: AccountRef, *, actor: str) -> None:
        payable = await self._teller.store.list_payable(work, book, wallet.owner)
        if not payable:
            return
        left = (await self._teller.lock(work, book, (wallet,)))[wallet].balance or 0
        for receivable in payable:
            amount = min(left, receivable.open_amount)
            if amount > 0:
                left -= amount
                wish = _shape_payment(receivable, wallet, amount, self._teller.new_id(), actor)
                await self._pay(work, receivable, wish)

    async def settle(self, message: SettleReceivable, work: UnitOfWork) -> TransferReply:
        """Pay a debt or a part of it."""
        receivable = await self._get(work, message.operator_id, message.receivable_id)
        known = await self._recall(work, receivable, message)
        if known is not None:
            return known
        _check_payable(receivable)
        model.check_amount(message.amount)
        model.check_reference(message.source)
        if message.amount > receivable.open_amount:
            raise model.ReceivableExceededError("less is owed", open=receivable.open_amount)
        wish = _shape_payment(receivable, message.source, message.amount, message.transfer_id, message.actor)
        return await self._pay(work, receivable, msgspec.structs.replace(wish, payment_id=message.payment_id))

    async def take_bank_payment(self, message: TakeBankPayment, work: UnitOfWork) -> BankPayment:
        """Pay a debtor's debts, oldest first, with what came in at the bank."""
        model.check_amount(message.amount)
        book = Book(message.operator_id, message.currency)
        payable = await self._teller.store.list_payable(work, book, message.debtor)
        owed = sum(receivable.open_amount for receivable in payable)
        if message.amount > owed:
            raise model.ReceivableExceededError("less is owed", open=owed)
        left, paid = message.amount, list[ReceivableId]()
        for receivable in payable:
            amount = min(left, receivable.open_amount)
            if not amount:
                break
            name = message.transfer_id if not paid else TransferId(f"{message.transfer_id}-{len(paid)}")
            wish = _shape_payment(receivable, BANK, amount, name, message.actor)
            await self._pay(work, receivable, msgspec.structs.replace(wish, reason=message.reference))
            paid.append(receivable.receivable_id)
            left -= amount
        await work.ask(
            RecordAudit(
                operator_id=message.operator_id,
                actor=message.actor,
                action="receivable.take_bank_payment",
                subject=message.debtor,
                detail={"amount": message.amount, "currency": message.currency},
            )
        )
        return BankPayment(
            debtor=message.debtor,
            amount=message.amount,
            receivable_ids=tuple(paid),
            open_amount=owed - message.amount,
        )

    async def _recall(
        self, work: UnitOfWork, receivable: Receivable, message: SettleReceivable
    ) -> TransferReply | None:
        wish = _shape_payment(receivable, message.source, message.amount, message.transfer_id, message.actor)
        known = await self._teller.recall(
            work, message.operator_id, message.transfer_id, fingerprint=_fingerprint(wish)
        )
        return None if known is None else TransferReply(transfer=known, exists=True)

    async def _pay(self, work: UnitOfWork, receivable: Receivable, wish: PostTransfer) -> TransferReply:
        model.check_transfer(wish)
        transfer = shape_posted(wish, now=work.now)
        await self._teller.write(work, transfer, wish.legs, fingerprint=_fingerprint(wish))
        tell_posted(work, transfer)
        paid = wish.legs[0].amount
        after = await self._lower(work, receivable, paid, end=ReceivableState.SETTLED)
        work.tell(
            ReceivableSettled(
                **_describe(after, work.now),
                transfer_id=wish.transfer_id,
                payment_id=wish.payment_id,
                paid=paid,
            )
        )
        return TransferReply(transfer=transfer)

    async def _lower(
        self, work: UnitOfWork, receivable: Receivable, amount: int, *, end: ReceivableState
    ) -> Receivable:
        left = receivable.open_amount - amount
        after = msgspec.structs.replace(
            receivable,
            open_amount=left,
            state=receivable.state if left else end,
            ended_at=None if left else work.now,
        )
        await self._teller.store.update_receivable(work, after)
        return after

    # ---- reminding, giving up ----------------------------------------------------------------------------------------

    async def remind(self, message: RemindReceivable, work: UnitOfWork) -> Receivable:
        """Note that a debtor was reminded."""
        receivable = await self._get(work, message.operator_id, message.receivable_id)
        _check_payable(receivable)
        return await self._remind(work, receivable)

    async def remind_overdue(self, message: RemindOverdue, work: UnitOfWork) -> int:
        """Remind all whose debt is overdue, each so often and no more."""
        overdue = await self._teller.store.list_overdue(
            work,
            due_before=work.now,
            reminded_before=work.now - REMINDER_INTERVAL,
            reminders_max=REMINDERS_MAX,
            limit=message.limit,
        )
        for receivable in overdue:
            await self._remind(work, receivable)
        return len(overdue)

    async def _remind(self, work: UnitOfWork, receivable: Receivable) -> Receivable:
        after = msgspec.structs.replace(
            receivable,
            state=ReceivableState.REMINDED,
            reminded_at=work.now,
            reminders=receivable.reminders + 1,
        )
        await self._teller.store.update_receivable(work, after)
        work.tell(ReceivableReminded(**_describe(after, work.now), reminders=after.reminders))
        return after

    async def write_off(self, message: WriteOffReceivable, work: UnitOfWork) -> TransferReply:
        """Give up what is left of a debt."""
        receivable = await self._get(work, message.operator_id, message.receivable_id)
        _check_payable(receivable)
        amount = receivable.open_amount
        wish = PostTransfer(
            transfer_id=message.transfer_id,
            operator_id=message.operator_id,
            currency=receivable.currency,
            kind=TransferKind.WRITE_OFF,
            legs=(Leg(debit=model.WRITE_OFFS, credit=owed_by(receivable.debtor), amount=amount),),
            actor=message.actor,
            reason=message.reason,
            session_id=receivable.session_id,
            driver_id=receivable.driver_id,
        )
        model.check_transfer(wish)
        fingerprint = _fingerprint(wish)
        known = await self._teller.recall(work, message.operator_id, message.transfer_id, fingerprint=fingerprint)
        if known is not None:
            return TransferReply(transfer=known, exists=True)
        transfer = shape_posted(wish, now=work.now)
        await self._teller.write(work, transfer, wish.legs, fingerprint=fingerprint)
        tell_posted(work, transfer)
        after = await self._lower(work, receivable, amount, end=ReceivableState.WRITTEN_OFF)
        work.tell(
            ReceivableWrittenOff(**_describe(after, work.now), transfer_id=message.transfer_id, written_off=amount)
        )
        await work.ask(
            RecordAudit(
                operator_id=message.operator_id,
                actor=message.actor,
                action="receivable.write_off",
                subject=f"receivable:{message.receivable_id}",
            )
        )
        return TransferReply(transfer=transfer)

    async def _get(self, work: UnitOfWork, operator_id: OperatorId, receivable_id: ReceivableId) -> Receivable:
        receivable = await self._teller.store.load_receivable(work, receivable_id)
        if receivable is None or receivable.operator_id != operator_id:
            raise ReceivableNotFoundError("no such debt", receivable_id=receivable_id[:64])
        return receivable


def _check_payable(receivable: Receivable) -> None:
    if not model.is_payable(receivable):
        raise ReceivableClosedError("the debt is closed", state=receivable.state)


def _shape_payment(
    receivable: Receivable, source: AccountRef, amount: int, transfer_id: TransferId, actor: str
) -> PostTransfer:
    return PostTransfer(
        transfer_id=transfer_id,
        operator_id=receivable.operator_id,
        currency=receivable.currency,
        kind=TransferKind.RECEIVABLE_PAYMENT,
        legs=(Leg(debit=source, credit=owed_by(receivable.debtor), amount=amount),),
        actor=actor,
        session_id=receivable.session_id,
        driver_id=receivable.driver_id,
    )


def _fingerprint(wish: PostTransfer) -> str:
    return model.take_fingerprint(
        currency=wish.currency, kind=wish.kind, legs=wish.legs, session_id=wish.session_id, reverses=None
    )


def _describe(receivable: Receivable, now: datetime) -> dict[str, Any]:
    return {
        "operator_id": receivable.operator_id,
        "at": now,
        "currency": receivable.currency,
        "amount": receivable.open_amount,
        "session_id": receivable.session_id,
        "driver_id": receivable.driver_id,
        "receivable_id": receivable.receivable_id,
        "debtor": receivable.debtor,
    }
