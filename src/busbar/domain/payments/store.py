"""What the payments room needs of a database. All reads and writes are part of `work`."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

import msgspec

from busbar.canon.closings import WalletClosing
from busbar.canon.payments import (
    DisputeNews,
    NoticeOutcome,
    Provider,
    ProviderNotice,
    SavedCard,
)
from busbar.canon.reconciliation import DifferenceReason, DifferenceState, StatementLine
from busbar.domain.payments.model import Record, RefundRecord
from busbar.domain.payments.steps import SealedAccount
from busbar.kernel.ids import DriverId, OperatorId, PaymentId, RefundId, SessionId
from busbar.ports.work import UnitOfWork


class CardRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A driver's card at a provider."""

    method_id: str
    operator_id: OperatorId
    account_id: str
    driver_id: DriverId
    provider: Provider
    currency: str
    customer_ref: str
    card_ref: str
    label: str
    expires: str
    created_at: datetime

    @property
    def saved(self) -> SavedCard:
        """The card as the provider knows it."""
        return SavedCard(customer_ref=self.customer_ref, card_ref=self.card_ref, label=self.label, expires=self.expires)


class DisputeRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A dispute."""

    account_id: str
    dispute_ref: str
    payment_id: PaymentId
    operator_id: OperatorId
    amount: int
    currency: str
    is_open: bool
    is_lost: bool
    reason: str
    opened_at: datetime
    ended_at: datetime | None = None

    @classmethod
    def begin(cls, record: Record, news: DisputeNews, *, now: datetime) -> "DisputeRecord":
        """Return a dispute of this payment."""
        return cls(
            account_id=record.account_id,
            dispute_ref=news.dispute_ref,
            payment_id=record.payment_id,
            operator_id=record.operator_id,
            amount=news.amount,
            currency=news.currency,
            is_open=news.is_open,
            is_lost=news.is_lost,
            reason=news.reason,
            opened_at=now,
            ended_at=None if news.is_open else now,
        )


class DifferenceRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A difference between a statement and our books."""

    difference_id: str
    operator_id: OperatorId
    account_id: str
    provider: Provider
    day: date
    reason: DifferenceReason
    subject: str
    payment_id: PaymentId | None = None
    refund_id: RefundId | None = None
    provider_ref: str = ""
    here: int | None = None
    there: int | None = None
    currency: str
    state: DifferenceState = DifferenceState.OPEN
    owner: str = ""
    note: str = ""
    found_at: datetime
    changed_at: datetime


class PaymentStore(Protocol):
    """Payments, refunds, disputes, cards and notices. What is loaded is locked until the unit of work ends."""

    async def load_payment(self, work: UnitOfWork, payment_id: PaymentId) -> Record | None:
        """Return a payment."""
        ...

    async def find_by_provider(self, work: UnitOfWork, account_id: str, provider_ref: str) -> Record | None:
        """Return the payment that the provider calls so."""
        ...

    async def find_of_session(self, work: UnitOfWork, session_id: SessionId) -> Record | None:
        """Return the newest payment for a session that is not over."""
        ...

    async def list_of_session(self, work: UnitOfWork, session_id: SessionId) -> Sequence[Record]:
        """Return the payments for a session that are not over, the newest first."""
        ...

    async def move_session(self, work: UnitOfWork, gone: SessionId, kept: SessionId) -> None:
        """Let the payments of a session be another's."""
        ...

    async def count_open(self, work: UnitOfWork, *, driver_id: DriverId | None, address_key: str) -> int:
        """Return how many payments a driver or an address has open."""
        ...

    async def list_due(self, work: UnitOfWork, *, now: datetime, limit: int) -> Sequence[PaymentId]:
        """Return payments about which something is due."""
        ...

    async def insert_payment(self, work: UnitOfWork, record: Record) -> None:
        """Add a payment."""
        ...

    async def update_payment(self, work: UnitOfWork, record: Record) -> None:
        """Write a payment's new state."""
        ...

    async def load_refund(self, work: UnitOfWork, refund_id: RefundId) -> RefundRecord | None:
        """Return a refund."""
        ...

    async def list_refunds(self, work: UnitOfWork, payment_id: PaymentId) -> Sequence[RefundRecord]:
        """Return a payment's refunds."""
        ...

    async def insert_refund(self, work: UnitOfWork, refund: RefundRecord) -> None:
        """Add a refund."""
        ...

    async def update_refund(self, work: UnitOfWork, refund: RefundRecord) -> None:
        """Write a refund's new state."""
        ...

    async def list_disputes(self, work: UnitOfWork, payment_id: PaymentId) -> Sequence[DisputeRecord]:
        """Return a payment's disputes."""
        ...

    async def put_dispute(self, work: UnitOfWork, dispute: DisputeRecord) -> None:
        """Add a dispute or write its new state."""
        ...

    async def find_notice(self, work: UnitOfWork, account_id: str, event_id: str) -> NoticeOutcome | None:
        """Return what became of a notice before."""
        ...

    async def insert_notice(
        self,
        work: UnitOfWork,
        account: SealedAccount,
        notice: ProviderNotice,
        *,
        payment_id: PaymentId | None,
        operator_id: OperatorId,
        outcome: NoticeOutcome,
        detail: str,
    ) -> None:
        """Remember a notice."""
        ...

    async def list_cards(self, work: UnitOfWork, operator_id: OperatorId, driver_id: DriverId) -> Sequence[CardRecord]:
        """Return a driver's cards, the newest first."""
        ...

    async def load_card(self, work: UnitOfWork, method_id: str) -> CardRecord | None:
        """Return a card."""
        ...

    async def put_card(self, work: UnitOfWork, card: CardRecord) -> None:
        """Add a card, unless the driver has it already."""
        ...

    async def delete_cards(self, work: UnitOfWork, method_ids: Sequence[str]) -> None:
        """Remove cards."""
        ...


class ClosingStore(Protocol):
    """Wallets on their way to being closed. What is loaded is locked until the unit of work ends."""

    async def load_closing(self, work: UnitOfWork, closing_id: str) -> WalletClosing | None:
        """Return a closing."""
        ...

    async def find_open_closing(
        self, work: UnitOfWork, operator_id: OperatorId, driver_id: DriverId
    ) -> WalletClosing | None:
        """Return the closing of a driver's wallet that is under way."""
        ...

    async def insert_closing(self, work: UnitOfWork, closing: WalletClosing) -> None:
        """Add a closing."""
        ...

    async def update_closing(self, work: UnitOfWork, closing: WalletClosing) -> None:
        """Write a closing's new state."""
        ...

    async def list_closing_refunds(self, work: UnitOfWork, closing_id: str) -> Sequence[RefundRecord]:
        """Return the refunds that a closing began."""
        ...

    async def list_refundable(
        self, work: UnitOfWork, operator_id: OperatorId, driver_id: DriverId, *, currency: str, limit: int
    ) -> Sequence[PaymentId]:
        """Return a driver's top-ups that can be given back over an account that is still there, the newest first."""
        ...

    async def blank_closings(self, work: UnitOfWork, driver_id: DriverId) -> None:
        """Forget the bank accounts of a driver's closings that are over."""
        ...


class AccountStore(Protocol):
    """Accounts at providers."""

    async def find_account(
        self, work: UnitOfWork, *, account_id: str | None, operator_id: OperatorId | None, provider: Provider
    ) -> SealedAccount | None:
        """Return an account."""
        ...

    async def list_accounts(self, work: UnitOfWork, operator_id: OperatorId | None) -> Sequence[SealedAccount]:
        """Return an operator's accounts; None: all."""
        ...

    async def put_account(self, work: UnitOfWork, account: SealedAccount) -> None:
        """Add an account or write its new state."""
        ...

    async def delete_account(self, work: UnitOfWork, account_id: str) -> None:
        """Remove an account."""
        ...


class StatementStore(Protocol):
    """Statements, and how they differ from our books."""

    async def list_fetched(self, work: UnitOfWork, account_id: str, *, since: date) -> Sequence[date]:
        """Return the days whose statement is here."""
        ...

    async def has_payments(self, work: UnitOfWork, account_id: str) -> bool:
        """Tell whether anything was ever paid over an account."""
        ...

    async def insert_statement(
        self, work: UnitOfWork, account: SealedAccount, day: date, lines: Sequence[StatementLine], *, actor: str
    ) -> Sequence[StatementLine]:
        """Write a statement down; return the lines that were not there yet."""
        ...

    async def list_lines(
        self,
        work: UnitOfWork,
        account_id: str,
        *,
        payment_id: PaymentId | None = None,
        refund_id: RefundId | None = None,
    ) -> Sequence[StatementLine]:
        """Return the lines of all statements that tell of a payment, or of a refund."""
        ...

    async def list_unseen(self, work: UnitOfWork, account_id: str, *, before: datetime) -> Sequence[Record]:
        """Return payments captured before an instant that no statement tells of."""
        ...

    async def list_unseen_refunds(
        self, work: UnitOfWork, account_id: str, *, before: datetime
    ) -> Sequence[RefundRecord]:
        """Return refunds done before an instant that no statement tells of."""
        ...

    async def insert_difference(self, work: UnitOfWork, difference: DifferenceRecord) -> bool:
        """Add a difference; False: it is there already."""
        ...

    async def load_difference(self, work: UnitOfWork, difference_id: str) -> DifferenceRecord | None:
        """Return a difference."""
        ...

    async def list_open_about(self, work: UnitOfWork, account_id: str) -> Sequence[DifferenceRecord]:
        """Return the differences of an account that are not settled."""
        ...

    async def update_difference(self, work: UnitOfWork, difference: DifferenceRecord) -> None:
        """Write a difference's new state."""
        ...


class Store(PaymentStore, AccountStore, StatementStore, ClosingStore, Protocol):
    """Everything of the room."""
