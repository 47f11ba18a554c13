"""What happens inside the unit of work while an errand speaks to a provider outside: the messages between the two.

A provider may take seconds, during which a unit of work must not be open. So an errand asks what to do, does it, and
tells what came of it; each step here is one command to the core, private to this room.
"""

from datetime import date, datetime

from busbar.canon.message import Command, Noun
from busbar.canon.payments import (
    NoticeOutcome,
    Payment,
    PaymentAccount,
    PaymentPurpose,
    PayWay,
    Provider,
    ProviderNews,
    ProviderNotice,
    RefundNews,
    SavedCard,
)
from busbar.canon.reconciliation import StatementLine
from busbar.domain.payments.model import Record, RefundRecord, Wish
from busbar.kernel.ids import DriverId, OperatorId, PaymentId, RefundId, SessionId, StationId


class SealedAccount(Noun, frozen=True, kw_only=True):
    """An account at a provider, its secrets still sealed (Base64 by name)."""

    account_id: str
    operator_id: OperatorId
    provider: Provider
    is_active: bool
    settings: dict[str, str]
    secrets: dict[str, str]
    changed_at: datetime

    def show(self) -> PaymentAccount:
        """Return what may be told."""
        return PaymentAccount(
            account_id=self.account_id,
            operator_id=self.operator_id,
            provider=self.provider,
            is_active=self.is_active,
            settings=self.settings,
            secrets=tuple(sorted(self.secrets)),
            changed_at=self.changed_at,
        )


class StorePayment(Command[Payment], frozen=True, kw_only=True):
    """Write down that a payment is wanted. Errors: as `StartTopUp`, `StartGuestPayment`, `AuthoriseCard`."""

    payment_id: PaymentId
    operator_id: OperatorId
    provider: Provider
    way: PayWay
    purpose: PaymentPurpose
    amount: int
    currency: str
    is_hold: bool
    driver_id: DriverId | None = None
    session_id: SessionId | None = None
    station_id: StationId | None = None
    evse_id: int | None = None
    connector_id: int | None = None
    return_url: str = ""
    payer_ref: str = ""
    language: str = "en"
    address_key: str = ""
    requested_by: str


class Task(Noun, frozen=True, kw_only=True):
    """What is to be done about a payment, with all that it takes."""

    record: Record
    account: SealedAccount
    operator_name: str
    card: SavedCard | None = None
    refunds: tuple[RefundRecord, ...] = ()
    """Those that are due."""


class TakePayment(Command[Task | None], frozen=True, kw_only=True):
    """Take a payment in hand, so that nobody else does for a while. None: nothing is due, or it is in hand."""

    payment_id: PaymentId
    is_look: bool = False
    """Only look at it, whatever is due."""


class NoteNews(Command[Payment], frozen=True, kw_only=True):
    """A provider answered. Errors: `conflict.payment_mismatch`."""

    payment_id: PaymentId
    step: Wish
    news: ProviderNews
    checkout_ref: str = ""
    page_url: str = ""
    code_text: str = ""
    order_text: str = ""


class NoteRefund(Command[None], frozen=True, kw_only=True):
    """A provider answered about a refund."""

    refund_id: RefundId
    news: RefundNews


class NoteTrouble(Command[Payment], frozen=True, kw_only=True):
    """A step could not be done: now (it is tried again), or ever (`is_final`)."""

    payment_id: PaymentId
    step: Wish
    refund_id: RefundId | None = None
    is_final: bool
    is_refused: bool = False
    """The provider said no: a refund that somebody asked for has failed then, and may be asked for anew."""
    code: str
    text: str


class NoteStart(Command[None], frozen=True, kw_only=True):
    """The session that was paid for was asked for, or (None) cannot be: then what was paid goes back."""

    payment_id: PaymentId
    session_id: SessionId | None
    code: str = ""
    text: str = ""


class NoteStop(Command[None], frozen=True, kw_only=True):
    """The session that nobody pays for was asked to stop."""

    payment_id: PaymentId


class FindPayment(Command[Payment], frozen=True, kw_only=True):
    """Look a payment up. Errors: `not_found.payment`."""

    payment_id: PaymentId
    operator_id: OperatorId | None = None


class ListDuePayments(Command[tuple[PaymentId, ...]], frozen=True, kw_only=True):
    """Payments about which something is due, the longest due first."""

    limit: int


class NoticeTaken(Noun, frozen=True, kw_only=True):
    """What became of a notice, and the payment that it is about."""

    outcome: NoticeOutcome
    payment_id: PaymentId | None = None


class StoreNotice(Command[NoticeTaken], frozen=True, kw_only=True):
    """Take in a notice whose signature was right, once."""

    account_id: str
    notice: ProviderNotice


class FindAccount(Command[SealedAccount], frozen=True, kw_only=True):
    """Look an account up, by its id, or the one that an operator has itself. Errors: `not_found.payment_account`."""

    account_id: str | None = None
    operator_id: OperatorId | None = None
    provider: Provider


class StoreAccount(Command[PaymentAccount], frozen=True, kw_only=True):
    """Write an account whose fields were checked and whose secrets are sealed."""

    operator_id: OperatorId
    acting_for: OperatorId | None = None
    actor: str
    provider: Provider
    account_id: str
    is_active: bool
    settings: dict[str, str]
    secrets: dict[str, str]


class StatementWanted(Noun, frozen=True, kw_only=True):
    """A statement that is not here yet."""

    account: SealedAccount
    day: date


class ListStatementsWanted(Command[tuple[StatementWanted, ...]], frozen=True, kw_only=True):
    """Days before `until` whose statements are missing, of accounts that are active and had payments."""

    since: date
    until: date


class StoreStatement(Command[int], frozen=True, kw_only=True):
    """Take in a statement and compare; answers how many differences are new."""

    account_id: str
    provider: Provider
    day: date
    lines: tuple[StatementLine, ...]
    actor: str
