"""Debts: what drivers and companies owe, from the session or the month that they owe it for to its end.

Amounts are whole minor units of the currency that is named beside them.
"""

from datetime import datetime
from enum import StrEnum

from busbar.canon.ledger import AccountRef, LedgerFact, TransferKind, TransferReply
from busbar.canon.message import Command, Noun
from busbar.kernel.ids import CompanyId, DriverId, OperatorId, PaymentId, ReceivableId, SessionId, TransferId


class ReceivableState(StrEnum):
    """Where a debt stands."""

    OPEN = "open"
    REMINDED = "reminded"
    SETTLED = "settled"
    WRITTEN_OFF = "written_off"


class Receivable(Noun, frozen=True, kw_only=True):
    """What somebody owes for one session or one period."""

    receivable_id: ReceivableId
    operator_id: OperatorId
    currency: str
    debtor: str
    """As the owner of an account: `driver:ID`, `company:ID`, `session:ID`."""
    driver_id: DriverId | None = None
    session_id: SessionId | None = None
    amount: int
    open_amount: int
    state: ReceivableState
    opened_at: datetime
    due_at: datetime
    reminded_at: datetime | None = None
    reminders: int = 0
    ended_at: datetime | None = None


class SettleReceivable(Command[TransferReply], frozen=True, kw_only=True):
    """Pay a debt, or a part of it, from `source` (a provider's clearing account, a wallet).

    Errors: `not_found.receivable`, `conflict.receivable_closed`, `conflict.receivable_exceeded` (fact `open`),
    `conflict.transfer`, `conflict.funds`.
    """

    transfer_id: TransferId
    operator_id: OperatorId
    receivable_id: ReceivableId
    source: AccountRef
    amount: int
    actor: str
    payment_id: PaymentId | None = None


class BankPayment(Noun, frozen=True, kw_only=True):
    """What was paid into the operator's bank account, and for which debts."""

    debtor: str
    amount: int
    receivable_ids: tuple[ReceivableId, ...]
    """Oldest first; the last may be paid in part."""
    open_amount: int
    """What the debtor still owes."""


class TakeBankPayment(Command[BankPayment], frozen=True, kw_only=True):
    """Note that a debtor has paid into the operator's bank account: its oldest debts are paid first.

    Errors: `invalid.transfer`, `conflict.receivable_exceeded` (fact `open`: less is owed than was paid).
    """

    transfer_id: TransferId
    """The first transfer has this name; the others are numbered after it."""
    operator_id: OperatorId
    currency: str
    debtor: str
    amount: int
    reference: str
    """What the bank calls the payment."""
    actor: str


class RemindReceivable(Command[Receivable], frozen=True, kw_only=True):
    """Note that a debtor was reminded. Errors: `not_found.receivable`, `conflict.receivable_closed`."""

    operator_id: OperatorId
    receivable_id: ReceivableId
    actor: str


class RemindOverdue(Command[int], frozen=True, kw_only=True):
    """Remind all whose debt is overdue and who were not reminded for as long; answers how many, at most `limit`."""

    limit: int = 200


class WriteOffReceivable(Command[TransferReply], frozen=True, kw_only=True):
    """Give up what is left of a debt. Errors: `not_found.receivable`, `conflict.receivable_closed`."""

    transfer_id: TransferId
    operator_id: OperatorId
    receivable_id: ReceivableId
    actor: str
    reason: str


class ReturnToCard(Command[int], frozen=True, kw_only=True):
    """Give back to the card that paid a session what it costs less now; answers how much goes there, at most `amount`.

    A repeat with the same revision gives nothing back again.
    """

    operator_id: OperatorId
    session_id: SessionId
    amount: int
    revision: int
    """Of the price."""


# ---- companies -------------------------------------------------------------------------------------------------------


class Company(Noun, frozen=True, kw_only=True):
    """A customer whose drivers charge at its expense; it pays by the month."""

    company_id: CompanyId
    operator_id: OperatorId
    name: str
    is_active: bool = True
    created_at: datetime


class SaveCompany(Command[Company], frozen=True, kw_only=True):
    """Add a company, or change it. Errors: `invalid.name`, `not_found.company`."""

    operator_id: OperatorId
    actor: str
    company_id: CompanyId | None = None
    """None: a new one."""
    name: str
    is_active: bool = True


class PutCompanyDriver(Command[None], frozen=True, kw_only=True):
    """Let a driver charge at a company's expense, up to a budget each calendar month (UTC); None: without bound.

    A driver belongs to one company at most. Errors: `not_found.company`, `not_found.driver`, `invalid.budget`.
    """

    operator_id: OperatorId
    actor: str
    company_id: CompanyId
    driver_id: DriverId
    budget: int | None = None


class RemoveCompanyDriver(Command[None], frozen=True, kw_only=True):
    """Let a driver pay alone again. Errors: `not_found.company`."""

    operator_id: OperatorId
    actor: str
    company_id: CompanyId
    driver_id: DriverId


class FindDriverCompany(Command[CompanyId | None], frozen=True, kw_only=True):
    """Tell at which company's expense a driver charges; None: at the own. Answered from memory."""

    operator_id: OperatorId
    driver_id: DriverId


# ---- facts -----------------------------------------------------------------------------------------------------------


class ReceivableFact(LedgerFact, frozen=True, kw_only=True):
    """What facts about a debt carry: `amount` is what is open."""

    receivable_id: ReceivableId
    debtor: str


class ReceivableOpened(ReceivableFact, frozen=True, kw_only=True):
    """Somebody owes something."""

    due_at: datetime


class ReceivableReminded(ReceivableFact, frozen=True, kw_only=True):
    """A debtor was reminded."""

    reminders: int = 1
    """How often by now."""


class ReceivableSettled(ReceivableFact, frozen=True, kw_only=True):
    """A debt, or a part of it, was paid."""

    paid: int


class ReceivableWrittenOff(ReceivableFact, frozen=True, kw_only=True):
    """A debt was given up."""

    written_off: int


class TakeDue(Command[TransferReply], frozen=True, kw_only=True):
    """Take what a driver owes for something else than a session, such as a month of a plan.

    It comes from the wallet if that holds as much; else it is a debt, paid by the next top-up. A repeat with the same
    id answers `exists`. Errors: `invalid.transfer`.
    """

    transfer_id: TransferId
    operator_id: OperatorId
    driver_id: DriverId
    currency: str
    amount: int
    """With tax."""
    tax: int = 0
    """What of it is tax."""
    kind: TransferKind = TransferKind.SUBSCRIPTION
    actor: str
    reason: str
