"""What drivers owe for something else than sessions: from the wallet, or a debt."""

from datetime import timedelta

from busbar.canon.debts import TakeDue
from busbar.canon.ledger import AccountStatus, Leg, MoneyMode, PostTransfer, TransferReply, name_driver
from busbar.domain.ledger import model
from busbar.domain.ledger.debts import Debts, owed_by
from busbar.domain.ledger.holds import wallet_of
from busbar.domain.ledger.store import Book
from busbar.domain.ledger.tabs import Tabs
from busbar.domain.ledger.teller import Teller
from busbar.domain.ledger.transfers import Transfers
from busbar.ports.work import UnitOfWork


class Dues:
    """Takes what is due."""

    def __init__(self, teller: Teller, *, debts: Debts, transfers: Transfers, tabs: Tabs) -> None:
        self._teller = teller
        self._debts = debts
        self._transfers = transfers
        self._tabs = tabs

    async def take(self, message: TakeDue, work: UnitOfWork) -> TransferReply:
        """Take it from the wallet if it holds it whole; else it is owed."""
        model.check_amount(message.amount)
        known = await self._teller.store.find_transfer(work, message.operator_id, message.transfer_id)
        if known is not None:
            return TransferReply(transfer=known.transfer, exists=True)
        terms = await self._tabs.find_terms(work, message.operator_id)
        book = Book(message.operator_id, message.currency)
        wallet, debtor = wallet_of(message.driver_id), name_driver(message.driver_id)
        standing = (await self._teller.lock(work, book, (wallet,)))[wallet]
        is_paid = (
            terms.policy.mode is MoneyMode.PREPAID
            and standing.status is AccountStatus.OPEN
            and (standing.balance or 0) >= message.amount
        )
        payer = wallet if is_paid else owed_by(debtor)
        parts = ((model.SERVICE, message.amount - message.tax), (model.TAXES, message.tax))
        reply = await self._transfers.post(
            PostTransfer(
                transfer_id=message.transfer_id,
                operator_id=message.operator_id,
                currency=message.currency,
                kind=message.kind,
                legs=tuple(Leg(debit=payer, credit=account, amount=amount) for account, amount in parts if amount),
                actor=message.actor,
                reason=message.reason,
                driver_id=message.driver_id,
            ),
            work,
        )
        if not is_paid and terms.policy.mode is not MoneyMode.NONE:
            await self._debts.note_owed(
                work,
                book,
                debtor=debtor,
                amount=message.amount,
                due_at=work.now + timedelta(days=terms.policy.due_days),
                session_id=None,
                driver_id=message.driver_id,
            )
        return reply
