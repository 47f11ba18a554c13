"""Reconciliation: what providers' statements say, and how they differ from our books."""

from datetime import date, datetime
from enum import StrEnum

from busbar.canon.message import Command, Fact, Noun
from busbar.canon.payments import Provider
from busbar.kernel.ids import OperatorId, PaymentId, RefundId


class StatementLineKind(StrEnum):
    """What a line of a provider's statement is about."""

    PAYMENT = "payment"
    REFUND = "refund"
    DISPUTE = "dispute"
    OTHER = "other"
    """Payouts to the bank, the provider's own costs."""


class StatementLine(Noun, frozen=True, kw_only=True):
    """One movement as the provider books it."""

    line_ref: str
    kind: StatementLineKind
    amount: int
    """Above zero: money came in."""
    currency: str
    cost: int = 0
    """What the provider keeps of it."""
    payment_id: PaymentId | None = None
    refund_id: RefundId | None = None
    provider_ref: str = ""
    at: datetime


class ImportStatement(Command[int], frozen=True, kw_only=True):
    """Take in a provider's statement of a day from a file, and compare; answers how many differences there are.

    Errors: `not_found.payment_account`, `invalid.statement`.
    """

    operator_id: OperatorId
    actor: str
    provider: Provider
    day: date
    body: bytes


class FetchStatements(Command[int], frozen=True, kw_only=True):
    """Fetch the statements of days that are over and were not fetched yet, and compare; answers how many.

    What cannot be fetched now is tried again with the next.
    """

    days: int = 7


class DifferenceReason(StrEnum):
    """Why a statement and our books differ."""

    MISSING_HERE = "missing_here"
    """The provider has money that we know nothing of."""
    MISSING_THERE = "missing_there"
    """We count on money that the provider does not have."""
    DUPLICATE = "duplicate"
    """The provider tells of the same money twice."""
    AMOUNT = "amount"
    COST = "cost"
    """The provider kept another amount than was agreed."""
    CURRENCY = "currency"
    STATE = "state"
    """The provider moved money for a payment that is not paid here, or a refund that failed here; or the other way."""


class DifferenceState(StrEnum):
    """Where a difference stands."""

    OPEN = "open"
    IN_HAND = "in_hand"
    RESOLVED = "resolved"
    ACCEPTED = "accepted"
    """It stays as it is; somebody said why."""


class SettleDifference(Command[None], frozen=True, kw_only=True):
    """Say who looks after a difference, how it stands, and why.

    Errors: `not_found.difference`, `invalid.note` (resolved or accepted without one), `conflict.difference_state`.
    """

    operator_id: OperatorId
    actor: str
    difference_id: str
    state: DifferenceState
    owner: str = ""
    note: str = ""


class ReconciliationDiffered(Fact, frozen=True, kw_only=True):
    """A provider's statement and our books differ."""

    provider: Provider
    day: date
    differences: int
