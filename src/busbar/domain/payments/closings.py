"""Closing a wallet: what was paid in goes back to where it came from, staff pay out the rest, then it is closed."""

from typing import Any

import msgspec

from busbar.canon.closings import (
    BeginWalletClosing,
    CancelWalletClosing,
    ClosingState,
    ConfirmWalletPayout,
    FindWallet,
    WalletClosing,
    WalletClosingChanged,
    WalletStanding,
)
from busbar.canon.drivers import DriverErased, FindDriver
from busbar.canon.ledger import (
    AccountKind,
    AccountRef,
    AccountStatus,
    CloseWallet,
    FreezeWallet,
    Leg,
    PostTransfer,
    TransferKind,
    UnfreezeWallet,
    name_driver,
)
from busbar.canon.payments import RefundState
from busbar.canon.tenants import RecordAudit
from busbar.domain.payments import closing_rules as rules
from busbar.domain.payments.book import PaymentBook
from busbar.domain.payments.model import RefundRecord
from busbar.domain.payments.store import ClosingStore
from busbar.kernel.errors import NotFoundError
from busbar.kernel.ids import DriverId, RefundId, TransferId, is_key
from busbar.ports.work import UnitOfWork

CASH_OUT = AccountRef(kind=AccountKind.CASH_OUT)
SYSTEM = "system:payments"


class ClosingService:
    """Pays out wallets and closes them."""

    def __init__(self, *, store: ClosingStore, book: PaymentBook) -> None:
        self._store = store
        self._book = book

    async def begin(self, message: BeginWalletClosing, work: UnitOfWork) -> WalletClosing:
        """Pay out what is in a wallet, and close it."""
        known = await self._store.load_closing(work, message.closing_id)
        if known is not None:
            rules.check_repeat(known, message)
            return known
        if await self._store.find_open_closing(work, message.operator_id, message.driver_id) is not None:
            raise rules.ClosingUnderWayError("the wallet is being closed already")
        iban, holder = rules.read_bank_account(message.iban, message.holder)
        standing = await self._ask_standing(work, message)
        rules.check_standing(standing, message)
        if standing.status is AccountStatus.FROZEN:
            await work.ask(UnfreezeWallet(**_whose(message), actor=message.actor, reason=message.reason))
        closing = WalletClosing(
            closing_id=message.closing_id,
            operator_id=message.operator_id,
            driver_id=message.driver_id,
            currency=message.currency,
            state=ClosingState.REFUNDING,
            amount=standing.balance,
            iban=iban,
            holder=holder,
            reason=message.reason,
            requested_by=message.actor,
            created_at=work.now,
            changed_at=work.now,
        )
        await self._store.insert_closing(work, closing)
        await self._send_back(work, closing)
        await work.ask(FreezeWallet(**_whose(closing), actor=SYSTEM, reason="wallet is being closed"))
        await self._note(work, closing, message.actor, "wallet.begin_closing")
        return await self._advance(work, closing)

    async def _send_back(self, work: UnitOfWork, closing: WalletClosing) -> None:
        """Give back to providers what came from them, the newest first, as far as the money goes."""
        left = closing.amount
        found = await self._store.list_refundable(
            work, closing.operator_id, closing.driver_id, currency=closing.currency, limit=rules.PAYMENTS_MAX
        )
        for number, payment_id in enumerate(found):
            if left <= 0:
                break
            record = await self._book.demand(work, payment_id, closing.operator_id)
            amount = min(left, record.left)
            if amount <= 0:
                continue
            await self._book.begin_refund(
                work,
                record,
                RefundId(f"{closing.closing_id}-{number}"),
                amount,
                reason="wallet closed",
                requested_by=closing.requested_by,
            )
            left -= amount

    async def hear_refund(self, refund: RefundRecord, work: UnitOfWork) -> None:
        """Go on with a closing when its provider said what became of a refund."""
        closing_id = rules.name_closing(refund.refund_id)
        closing = None if closing_id is None else await self._store.load_closing(work, closing_id)
        if closing is not None and closing.state in rules.OPEN:
            await self._advance(work, closing)

    async def _advance(self, work: UnitOfWork, closing: WalletClosing) -> WalletClosing:
        """Set aside what staff shall pay out once all refunds have their end, and close what is empty."""
        refunds = await self._store.list_closing_refunds(work, closing.closing_id)
        after = msgspec.structs.replace(
            closing, refunded=sum(each.amount for each in refunds if each.state is RefundState.DONE)
        )
        if any(each.state in {RefundState.WANTED, RefundState.PENDING} for each in refunds):
            return await self._keep(work, closing, after)
        standing = await self._ask_standing(work, closing)
        if standing.balance > 0:
            legs = (_wallet_of(closing.driver_id), _payable_to(closing.driver_id))
            await self._post(work, after, f"hand{after.by_hand}", legs, standing.balance)
            after = msgspec.structs.replace(after, by_hand=after.by_hand + standing.balance)
        if after.by_hand > 0 or standing.held or standing.owed:
            return await self._keep(work, closing, msgspec.structs.replace(after, state=ClosingState.TO_PAY))
        await work.ask(CloseWallet(**_whose(closing), actor=SYSTEM, reason=closing.reason))
        return await self._keep(work, closing, msgspec.structs.replace(after, state=ClosingState.CLOSED))

    async def confirm(self, message: ConfirmWalletPayout, work: UnitOfWork) -> WalletClosing:
        """Staff paid the rest out."""
        closing = await self._find(work, message)
        reference = rules.read_reference(message.reference)
        if closing.state is ClosingState.CLOSED and closing.reference == reference:
            return closing
        if closing.state is not ClosingState.TO_PAY:
            raise rules.ClosingStateError("nothing is to be paid out", state=closing.state.value)
        late = (await self._ask_standing(work, closing)).balance
        if late > 0:  # somebody paid in meanwhile: that is paid out as well, by another confirmation
            await self._advance(work, closing)
            closing = await self._find(work, message)
            raise rules.ClosingStateError("more came in meanwhile; look at the amount again", by_hand=closing.by_hand)
        if closing.by_hand > 0:
            await self._post(work, closing, "paid", (_payable_to(closing.driver_id), CASH_OUT), closing.by_hand)
        await work.ask(CloseWallet(**_whose(closing), actor=SYSTEM, reason=closing.reason))
        await self._note(work, closing, message.actor, "wallet.confirm_payout")
        done = msgspec.structs.replace(closing, state=ClosingState.CLOSED, paid_by=message.actor, reference=reference)
        return await self._keep(work, closing, done)

    async def cancel(self, message: CancelWalletClosing, work: UnitOfWork) -> WalletClosing:
        """Let the wallet be used again."""
        closing = await self._find(work, message)
        if message.driver_id is not None:
            rules.check_holder(closing, message.driver_id)
        if closing.state is ClosingState.CANCELLED:
            return closing
        if closing.state is ClosingState.CLOSED:
            raise rules.ClosingStateError("the wallet is closed", state=closing.state.value)
        if closing.by_hand > 0:
            legs = (_payable_to(closing.driver_id), _wallet_of(closing.driver_id))
            await self._post(work, closing, "kept", legs, closing.by_hand)
        await work.ask(UnfreezeWallet(**_whose(closing), actor=SYSTEM, reason="closing was cancelled"))
        await self._note(work, closing, message.actor, "wallet.cancel_closing")
        return await self._keep(work, closing, msgspec.structs.replace(closing, state=ClosingState.CANCELLED))

    async def hear_erased(self, fact: DriverErased, work: UnitOfWork) -> None:
        """Forget the bank account of a person who is nobody any more, unless money is still to be paid to it."""
        await self._store.blank_closings(work, fact.driver_id)

    # ---- parts -------------------------------------------------------------------------------------------------------

    async def _find(self, work: UnitOfWork, message: ConfirmWalletPayout | CancelWalletClosing) -> WalletClosing:
        is_id = is_key(message.closing_id)
        closing = await self._store.load_closing(work, message.closing_id) if is_id else None
        if closing is None or closing.operator_id != message.operator_id:
            raise rules.ClosingNotFoundError("there is no such closing")
        return closing

    async def _ask_standing(self, work: UnitOfWork, of: WalletClosing | BeginWalletClosing) -> WalletStanding:
        return await work.ask(FindWallet(operator_id=of.operator_id, driver_id=of.driver_id, currency=of.currency))

    async def _keep(self, work: UnitOfWork, before: WalletClosing, after: WalletClosing) -> WalletClosing:
        after = msgspec.structs.replace(after, changed_at=work.now)
        await self._store.update_closing(work, after)
        if (before.state, before.by_hand) != (after.state, after.by_hand) or before.created_at == work.now:
            work.tell(
                WalletClosingChanged(
                    operator_id=after.operator_id,
                    at=work.now,
                    closing_id=after.closing_id,
                    driver_id=after.driver_id,
                    state=after.state,
                    currency=after.currency,
                    by_hand=after.by_hand,
                )
            )
        if after.state not in rules.OPEN:
            await self._blank_if_erased(work, after)
        return after

    async def _blank_if_erased(self, work: UnitOfWork, closing: WalletClosing) -> None:
        try:
            await work.ask(FindDriver(operator_id=closing.operator_id, driver_id=closing.driver_id))
        except NotFoundError:
            await self._store.blank_closings(work, closing.driver_id)

    async def _post(
        self, work: UnitOfWork, closing: WalletClosing, name: str, ends: tuple[AccountRef, AccountRef], amount: int
    ) -> None:
        await work.ask(
            PostTransfer(
                transfer_id=TransferId(f"{closing.closing_id}-{name}"),
                operator_id=closing.operator_id,
                currency=closing.currency,
                kind=TransferKind.CASH_OUT,
                legs=(Leg(debit=ends[0], credit=ends[1], amount=amount),),
                actor=SYSTEM,
                reason="wallet is being closed",
                driver_id=closing.driver_id,
            )
        )

    async def _note(self, work: UnitOfWork, closing: WalletClosing, actor: str, action: str) -> None:
        await work.ask(
            RecordAudit(
                operator_id=closing.operator_id, actor=actor, action=action, subject=f"driver:{closing.driver_id}"
            )
        )


def _wallet_of(driver_id: DriverId) -> AccountRef:
    return AccountRef(kind=AccountKind.WALLET, owner=name_driver(driver_id))


def _payable_to(driver_id: DriverId) -> AccountRef:
    """Name the account of what staff shall pay out to a driver."""
    return AccountRef(kind=AccountKind.PAYABLE, owner=name_driver(driver_id))


def _whose(of: WalletClosing | BeginWalletClosing) -> dict[str, Any]:
    return {"operator_id": of.operator_id, "driver_id": of.driver_id, "currency": of.currency}
