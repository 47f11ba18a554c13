"""What a payment means in the ledger: every movement is a transfer of its own, whose id is made of ours."""

from busbar.canon.debts import SettleReceivable
from busbar.canon.ledger import AccountKind, AccountRef, Leg, PostTransfer, ReverseTransfer, TransferKind, name_driver
from busbar.canon.payments import PaymentPurpose, Provider
from busbar.domain.payments.model import Record, RefundRecord
from busbar.kernel.errors import ConflictError
from busbar.kernel.ids import OperatorId, TransferId
from busbar.ports.work import UnitOfWork

ACTOR = "system:payments"
GUESTS = AccountRef(kind=AccountKind.RECEIVABLE, owner="guests")
"""What guests owe where no debt is followed up."""
REFUNDS = AccountRef(kind=AccountKind.REFUNDS)
WRITE_OFFS = AccountRef(kind=AccountKind.WRITE_OFFS)
COSTS = AccountRef(kind=AccountKind.PROVIDER_COSTS)


def name_clearing(provider: Provider) -> AccountRef:
    """Return the account of the money that a provider has for us."""
    return AccountRef(kind=AccountKind.CLEARING, owner=f"provider:{provider}")


def name_purse(record: Record, *, is_stray: bool = False) -> AccountRef:
    """Return where a payer's money stands: the driver's wallet, or a wallet of this one payment."""
    if record.purpose is PaymentPurpose.TOP_UP and record.driver_id is not None and not is_stray:
        return AccountRef(kind=AccountKind.WALLET, owner=name_driver(record.driver_id))
    return AccountRef(kind=AccountKind.WALLET, owner=f"payment:{record.payment_id}")


class Books:
    """Posts what payments move."""

    async def post_capture(self, work: UnitOfWork, record: Record, *, is_stray: bool = False) -> None:
        """Post what came in. `is_stray`: nobody's wallet takes it. Errors: `conflict.account_closed`."""
        await self._post(
            work,
            record,
            f"{record.payment_id}-in",
            TransferKind.TOP_UP,
            (name_clearing(record.provider), name_purse(record, is_stray=is_stray)),
            record.captured,
        )

    async def settle(self, work: UnitOfWork, record: Record) -> int:
        """Pay what the session costs from what the payer gave; answers how much that was."""
        amount = min(record.due_amount or 0, record.left)
        if amount <= 0:
            return 0
        if record.receivable_id is None:
            legs = (name_purse(record), GUESTS)
            kind = TransferKind.RECEIVABLE_PAYMENT
            await self._post(work, record, f"{record.payment_id}-due", kind, legs, amount)
            return amount
        wish = SettleReceivable(
            transfer_id=TransferId(f"{record.payment_id}-due"),
            operator_id=record.operator_id,
            receivable_id=record.receivable_id,
            source=name_purse(record),
            amount=amount,
            actor=ACTOR,
            payment_id=record.payment_id,
        )
        try:
            await work.ask(wish)
        except ConflictError:  # somebody paid it otherwise in the meantime: the payer gets it back
            return 0
        return amount

    async def post_refund(self, work: UnitOfWork, record: Record, refund: RefundRecord, *, is_rest: bool) -> None:
        """Money is on its way back: it is taken at once, so that nobody spends it. Errors: `conflict.funds`.

        `is_rest`: it was never used; else the session was paid with it, and it is given back out of goodwill.
        """
        is_unused = is_rest or record.purpose is PaymentPurpose.TOP_UP
        source = name_purse(record, is_stray=is_rest) if is_unused else REFUNDS
        legs = (source, name_clearing(record.provider))
        name = f"{refund.refund_id}-out"
        await self._post(work, record, name, TransferKind.REFUND, legs, refund.amount, refund.reason)

    async def undo_refund(self, work: UnitOfWork, refund: RefundRecord) -> None:
        """Give again what was taken for a refund that did not go through."""
        await self._reverse(work, refund.operator_id, f"{refund.refund_id}-out", "the refund did not go through")

    async def post_dispute(self, work: UnitOfWork, record: Record, dispute_ref: str, amount: int) -> None:
        """Lose what a bank took back, until the dispute is won."""
        legs = (WRITE_OFFS, name_clearing(record.provider))
        name = name_dispute(record, dispute_ref)
        await self._post(work, record, name, TransferKind.WRITE_OFF, legs, amount, f"disputed: {dispute_ref}")

    async def undo_dispute(self, work: UnitOfWork, record: Record, dispute_ref: str) -> None:
        """Get back what a dispute took: it was won."""
        await self._reverse(work, record.operator_id, name_dispute(record, dispute_ref), "the dispute was won")

    async def post_recovery(self, work: UnitOfWork, record: Record, dispute_ref: str, amount: int) -> None:
        """Take what a lost dispute cost from the payer's wallet: the payer has that money back already."""
        legs = (name_purse(record), WRITE_OFFS)
        name = f"{name_dispute(record, dispute_ref)}-own"
        await self._post(work, record, name, TransferKind.ADJUSTMENT, legs, amount, f"dispute lost: {dispute_ref}")

    async def post_costs(
        self, work: UnitOfWork, *, operator_id: OperatorId, provider: Provider, name: str, amount: int, currency: str
    ) -> None:
        """Post what a provider kept for itself, by its statement of a day."""
        wish = PostTransfer(
            transfer_id=TransferId(name),
            operator_id=operator_id,
            currency=currency,
            kind=TransferKind.PROVIDER_COST,
            legs=(Leg(debit=COSTS, credit=name_clearing(provider), amount=amount),),
            actor=ACTOR,
            reason="statement of the provider",
        )
        await work.ask(wish)

    async def _post(
        self,
        work: UnitOfWork,
        record: Record,
        name: str,
        kind: TransferKind,
        ends: tuple[AccountRef, AccountRef],
        amount: int,
        reason: str = "",
    ) -> None:
        if amount <= 0:
            return
        wish = PostTransfer(
            transfer_id=TransferId(name),
            operator_id=record.operator_id,
            currency=record.currency,
            kind=kind,
            legs=(Leg(debit=ends[0], credit=ends[1], amount=amount),),
            actor=ACTOR,
            reason=reason,
            session_id=record.session_id,
            driver_id=record.driver_id,
            payment_id=record.payment_id,
        )
        await work.ask(wish)

    async def _reverse(self, work: UnitOfWork, operator_id: OperatorId, name: str, reason: str) -> None:
        wish = ReverseTransfer(
            transfer_id=TransferId(f"{name}-back"),
            operator_id=operator_id,
            reverses=TransferId(name),
            actor=ACTOR,
            reason=reason,
        )
        await work.ask(wish)


def name_dispute(record: Record, dispute_ref: str) -> str:
    """Return the id of a dispute's transfer."""
    digits = "".join(char for char in dispute_ref if char.isalnum())[-20:]
    return f"{record.payment_id}-d{digits}"
