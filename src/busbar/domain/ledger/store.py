"""What the ledger room needs of a database. All reads and writes are part of `work`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from busbar.canon.debts import Company, Receivable
from busbar.canon.ledger import Account, AccountRef, AccountStatus, Leg, MoneyPolicy, TransferState
from busbar.canon.settlement import SiteRevenue
from busbar.domain.ledger.model import StoredTransfer, Tab
from busbar.kernel.ids import CompanyId, DriverId, OperatorId, ReceivableId, SessionId, StationId, TransferId
from busbar.ports.work import UnitOfWork


class Book(msgspec.Struct, frozen=True):
    """Whose accounts, and in which currency."""

    operator_id: OperatorId
    currency: str


class Membership(msgspec.Struct, frozen=True, kw_only=True):
    """A driver of a company, and what may be spent in a month."""

    company_id: CompanyId
    budget: int | None
    is_active: bool


class AccountStore(Protocol):
    """Accounts and transfers."""

    async def find_account(self, work: UnitOfWork, book: Book, account: AccountRef) -> Account | None:
        """Return an account."""
        ...

    async def peek_account(self, work: UnitOfWork, book: Book, account: AccountRef) -> Account | None:
        """Return an account as the database holds it, without writing first what this unit has staged."""
        ...

    async def open_account(self, work: UnitOfWork, account: Account) -> None:
        """Add an account, unless somebody was quicker."""
        ...

    async def lock_accounts(self, work: UnitOfWork, account_ids: Sequence[str]) -> Mapping[str, Account]:
        """Return accounts by id; nobody else moves money in them before this unit ends."""
        ...

    async def set_status(self, work: UnitOfWork, account_id: str, status: AccountStatus, *, by: str) -> None:
        """Freeze, unfreeze or close an account."""
        ...

    async def find_transfer(
        self, work: UnitOfWork, operator_id: OperatorId, transfer_id: TransferId
    ) -> StoredTransfer | None:
        """Return a transfer; nobody else ends it before this unit ends."""
        ...

    async def is_reversed(self, work: UnitOfWork, operator_id: OperatorId, transfer_id: TransferId) -> bool:
        """Tell whether a transfer was moved back."""
        ...

    async def list_legs(
        self, work: UnitOfWork, operator_id: OperatorId, transfer_id: TransferId, *, phase: int
    ) -> Sequence[Leg]:
        """Return a transfer's legs of a phase, in order."""
        ...

    async def insert_transfer(
        self, work: UnitOfWork, stored: StoredTransfer, legs: Sequence[tuple[str, str, int]]
    ) -> None:
        """Write a transfer with its legs: giver, taker, amount."""
        ...

    async def end_transfer(
        self, work: UnitOfWork, stored: StoredTransfer, state: TransferState, legs: Sequence[tuple[str, str, int]]
    ) -> None:
        """Write the outcome of a pending transfer."""
        ...

    async def list_due_holds(self, work: UnitOfWork, *, limit: int) -> Sequence[StoredTransfer]:
        """Return pending transfers whose time is over."""
        ...


class DebtStore(Protocol):
    """Receivables, and companies."""

    async def insert_receivable(self, work: UnitOfWork, receivable: Receivable) -> None:
        """Add a debt."""
        ...

    async def load_receivable(self, work: UnitOfWork, receivable_id: ReceivableId) -> Receivable | None:
        """Return a debt; nobody else changes it before this unit ends."""
        ...

    async def update_receivable(self, work: UnitOfWork, receivable: Receivable) -> None:
        """Write a debt's new state."""
        ...

    async def list_payable(self, work: UnitOfWork, book: Book, debtor: str) -> Sequence[Receivable]:
        """Return what a debtor owes, oldest first; nobody else changes it before this unit ends."""
        ...

    async def find_of_session(self, work: UnitOfWork, session_id: SessionId) -> Receivable | None:
        """Return what is still owed for a session."""
        ...

    async def list_overdue(
        self, work: UnitOfWork, *, due_before: datetime, reminded_before: datetime, reminders_max: int, limit: int
    ) -> Sequence[Receivable]:
        """Return debts that are overdue and were not reminded of lately, nor too often."""
        ...

    async def load_company(self, work: UnitOfWork, company_id: CompanyId) -> Company | None:
        """Return a company."""
        ...

    async def save_company(self, work: UnitOfWork, company: Company) -> None:
        """Add a company, or write its new state."""
        ...

    async def find_membership(
        self, work: UnitOfWork, operator_id: OperatorId, driver_id: DriverId
    ) -> Membership | None:
        """Return at whose expense a driver charges."""
        ...

    async def put_member(
        self, work: UnitOfWork, company: Company, driver_id: DriverId, *, budget: int | None, since: datetime
    ) -> None:
        """Let a driver charge at a company's expense."""
        ...

    async def remove_member(self, work: UnitOfWork, company_id: CompanyId, driver_id: DriverId) -> None:
        """Let a driver pay alone."""
        ...


class TabStore(Protocol):
    """Sessions as the ledger knows them, policies, and closed days."""

    async def load_tab(self, work: UnitOfWork, session_id: SessionId) -> Tab | None:
        """Return what is known of a session."""
        ...

    async def save_tab(self, work: UnitOfWork, tab: Tab) -> None:
        """Write what is known of a session."""
        ...

    async def note_energy(self, work: UnitOfWork, tab: Tab, *, before_wh: int, is_first: bool) -> None:
        """Write down what energy a tab's posted price is for."""
        ...

    async def sum_revenue(
        self, work: UnitOfWork, operator_id: OperatorId, *, since: datetime, until: datetime
    ) -> Sequence[SiteRevenue]:
        """Return what sessions brought in a period, by site and currency."""
        ...

    async def sum_day(self, work: UnitOfWork, operator_id: OperatorId, begin: datetime, end: datetime) -> None:
        """Keep what the sessions of a day that is being closed brought."""
        ...

    async def find_closed_until(self, work: UnitOfWork, operator_id: OperatorId) -> datetime | None:
        """Return until when an operator's days are closed."""
        ...

    async def has_hold_at(self, work: UnitOfWork, driver_id: DriverId, station_id: StationId) -> bool:
        """Tell whether money of a driver is held for a session at a station."""
        ...

    async def sum_spent(self, work: UnitOfWork, driver_id: DriverId, payer: str, *, since: datetime) -> int:
        """Return what a driver's sessions since then cost a payer."""
        ...

    async def load_policy(self, work: UnitOfWork, operator_id: OperatorId) -> MoneyPolicy | None:
        """Return an operator's policy."""
        ...

    async def save_policy(self, work: UnitOfWork, operator_id: OperatorId, policy: MoneyPolicy) -> None:
        """Write an operator's policy."""
        ...

    async def list_open_books(self, work: UnitOfWork) -> Sequence[tuple[OperatorId, datetime]]:
        """Return each operator with accounts, and until when its days are closed (or its first account opened)."""
        ...

    async def close_day(self, work: UnitOfWork, operator_id: OperatorId, begin: datetime, end: datetime) -> None:
        """Keep the totals of a day; nothing is posted into it any more."""
        ...


class LedgerStore(AccountStore, DebtStore, TabStore, Protocol):
    """All of it."""
