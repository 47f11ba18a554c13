from datetime import datetime

from busbar.canon.debts import ReceivableState
from busbar.canon.ledger import AccountKind, AccountStatus, MoneyMode, TransferKind, TransferState
from busbar.views.shapes.model import Page, Shape


class AccountName(Shape):
    """Which account, and whose."""

    account_id: str
    kind: AccountKind
    owner: str
    """`driver:ID`, `company:ID`, `provider:NAME`, `guests`; empty: the operator's own."""
    owner_name: str | None
    """Of a driver or a company."""


class Account(AccountName):
    """An account with what moved in it. Amounts are whole minor units of its currency."""

    currency: str
    status: AccountStatus
    debits: int
    """What it gave."""
    credits: int
    """What it got."""
    balance: int
    """What it got less what it gave."""
    opened_at: datetime


class AccountPage(Page[Account]):
    """Accounts, by kind."""


class TrialLine(Shape):
    """All accounts of one kind together."""

    kind: AccountKind
    accounts: int
    debits: int
    credits: int
    balance: int


class TrialBalance(Shape):
    """What all accounts gave and got until an instant: the same, or something is wrong."""

    currency: str
    at: datetime
    lines: list[TrialLine]
    debits: int
    credits: int
    is_balanced: bool
    """Debits are credits, and no balance that the database keeps differs from the sum of its legs."""
    drifted_accounts: int
    """Accounts whose kept balance differs from the sum of their legs: always none."""


class Transfer(Shape):
    """A movement of money."""

    transfer_id: str
    currency: str
    kind: TransferKind
    state: TransferState
    amount: int
    at: datetime
    actor: str
    reason: str
    session_id: str | None
    driver_id: str | None
    driver_name: str | None
    payment_id: str | None
    reverses: str | None
    expires_at: datetime | None
    ended_at: datetime | None


class TransferPage(Page[Transfer]):
    """Transfers, the newest first."""


class TransferLeg(Shape):
    """What one account gave another."""

    phase: int
    """1: the transfer itself; 2: what became of a pending one."""
    debit: AccountName
    credit: AccountName
    amount: int
    at: datetime


class TransferDetail(Transfer):
    """A transfer with its legs."""

    legs: list[TransferLeg]
    reversed_by: str | None


class StatementEntry(Shape):
    """One movement in an account."""

    transfer_id: str
    at: datetime
    kind: TransferKind
    state: TransferState
    amount: int
    """Above zero: the account got it."""
    balance: int
    """After it."""
    counter: AccountName
    """The account at the other end."""
    reason: str
    session_id: str | None
    payment_id: str | None
    driver_id: str | None
    driver_name: str | None = None


class StatementPage(Page[StatementEntry]):
    """Movements in an account, the newest first."""


class LedgerDay(Shape):
    """A day that is closed: nothing is posted into it any more."""

    closed_until: datetime
    closed_at: datetime
    legs: int
    debits: int
    """What moved that day; as much was credited."""


class LedgerDayPage(Page[LedgerDay]):
    """Closed days, the newest first."""


class MoneyTerms(Shape):
    """How the operator's drivers pay."""

    mode: MoneyMode
    currency: str
    hold: int
    start_minimum: int
    reserve: int
    due_days: int
    commission_permille: int
    commission_per_session: int


class Wallet(Shape):
    """A driver's money."""

    driver_id: str
    account_id: str | None
    """Null: nothing was ever paid in."""
    currency: str
    status: AccountStatus
    balance: int
    """What can be spent."""
    held: int
    """Set aside for running sessions."""
    owed: int
    mode: MoneyMode
    start_minimum: int
    """Less, and a prepaid session does not start."""
    company_name: str | None
    """At whose expense the driver charges."""


class WalletEntry(Shape):
    """One movement in a driver's wallet."""

    transfer_id: str
    at: datetime
    kind: TransferKind
    state: TransferState
    amount: int
    balance: int
    session_id: str | None
    reason: str


class WalletEntryPage(Page[WalletEntry]):
    """Movements in a wallet, the newest first."""


class Receivable(Shape):
    """What somebody owes."""

    receivable_id: str
    currency: str
    debtor: str
    debtor_name: str | None
    driver_id: str | None
    session_id: str | None
    amount: int
    open_amount: int
    state: ReceivableState
    opened_at: datetime
    due_at: datetime
    reminded_at: datetime | None
    reminders: int
    ended_at: datetime | None
    is_overdue: bool


class BankPayment(Shape):
    """What was paid into the operator's bank account, and for which debts."""

    debtor: str
    amount: int
    receivable_ids: list[str]
    """Oldest first; the last may be paid in part."""
    open_amount: int
    """What the debtor still owes."""


class ReceivablePage(Page[Receivable]):
    """Receivables, the newest first."""


class Company(Shape):
    """A customer whose drivers charge at its expense."""

    company_id: str
    name: str
    is_active: bool
    created_at: datetime
    driver_count: int
    owed: int
    """In the operator's currency."""


class CompanyPage(Page[Company]):
    """Companies, by name."""


class CompanyDriver(Shape):
    """A driver of a company, and what was spent of the budget."""

    driver_id: str
    driver_name: str
    budget: int | None
    """For a calendar month (UTC); null: without bound."""
    spent: int
    """This month."""
    since: datetime


class CompanyDriverPage(Page[CompanyDriver]):
    """Drivers of a company, by name."""
