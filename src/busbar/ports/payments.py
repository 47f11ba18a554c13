"""Payment providers: one port for all of them. Nothing here is called inside a unit of work."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

import msgspec

from busbar.canon.payments import (
    PayWay,
    Provider,
    ProviderNews,
    ProviderNotice,
    RefundNews,
    SavedCard,
)
from busbar.canon.reconciliation import StatementLine
from busbar.kernel.errors import ConflictError, DeniedError, InvalidError, NotFoundError, UnavailableError
from busbar.kernel.ids import PaymentId, RefundId


class ProviderUnavailableError(UnavailableError):
    """The provider did not answer, or not in a way that says what it did: ask again with the same ids."""

    code = "unavailable.payment_provider"


class PaymentRefusedError(ConflictError):
    """The provider will not do it; facts `reason` (the provider's code) and `detail`."""

    code = "conflict.payment_refused"


class ProviderPaymentMissingError(NotFoundError):
    """The provider knows no such payment."""

    code = "not_found.provider_payment"


class MerchantError(InvalidError):
    """A field of the account at the provider is missing or unreadable; fact `field`."""

    code = "invalid.payment_account"


class NoticeError(InvalidError):
    """A notice that cannot be read."""

    code = "invalid.notice"


class AnswerSignatureError(DeniedError):
    """The provider's answer is not signed by the provider."""

    code = "denied.provider_answer"


class FieldSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One field of an account at a provider."""

    name: str
    is_secret: bool = False
    is_needed: bool = True
    default: str = ""
    max_chars: int = 200


COST_SHARE, COST_FIXED, LOOKED_AFTER_BY = "cost_share", "cost_fixed", "looked_after_by"
AGREED: tuple[FieldSpec, ...] = (
    FieldSpec(name=COST_SHARE, is_needed=False, max_chars=10),
    FieldSpec(name=COST_FIXED, is_needed=False, max_chars=10),
    FieldSpec(name=LOOKED_AFTER_BY, is_needed=False, max_chars=120),
)
"""What may be entered of every provider: what it keeps of a payment (percent, and whole minor units), with which its
statements are compared, and who looks after what differs."""


class Merchant(msgspec.Struct, frozen=True, kw_only=True):
    """An account at a provider, with its secrets in plain text: in memory alone, and only while it is used."""

    account_id: str
    provider: Provider
    settings: Mapping[str, str]
    secrets: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Merchant({self.account_id}, {self.provider})"


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """A payment that a provider is asked for. Its id is the key that makes a repeat harmless."""

    payment_id: PaymentId
    way: PayWay
    amount: int
    currency: str
    is_hold: bool
    is_card_saved: bool = False
    """The card is kept for later; with amount 0 that is all."""
    description: str
    return_url: str
    notice_url: str
    payer_ref: str = ""
    customer_key: str = ""
    """Names the payer to the provider, always in the same way; empty: nobody who comes again."""
    card: SavedCard | None = None
    expires_at: datetime
    language: str = "en"


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A provider's answer to an order."""

    news: ProviderNews
    checkout_ref: str = ""
    """The provider's id of the visit to its page."""
    page_url: str = ""
    code_text: str = ""
    order_text: str = ""


class PaymentKey(msgspec.Struct, frozen=True, kw_only=True):
    """Names a payment to its provider, by whichever id that knows."""

    payment_id: PaymentId
    amount: int
    currency: str
    checkout_ref: str = ""
    provider_ref: str = ""


class RefundOrder(msgspec.Struct, frozen=True, kw_only=True):
    """A refund that a provider is asked for. Its id makes a repeat harmless."""

    refund_id: RefundId
    amount: int
    currency: str
    reason: str = ""
    notice_url: str
    provider_ref: str = ""
    """The provider's id of the refund, once it told one."""


class Payments(Protocol):
    """A provider. All calls have a time limit; each may be repeated with the same ids.

    Errors of all that call: `unavailable.payment_provider`, `conflict.payment_refused`, `denied.provider_answer`,
    `invalid.payment_account`.
    """

    fields: Sequence[FieldSpec]
    """What an account consists of."""
    ways: frozenset[PayWay]
    can_hold: bool
    """Whether money can be set aside and captured later."""

    def check(self, merchant: Merchant) -> None:
        """Look whether keys can be read. Errors: `invalid.payment_account`, `invalid.payment_key`."""
        ...

    async def open(self, merchant: Merchant, order: Order) -> Opened:
        """Ask for a payment."""
        ...

    async def query(self, merchant: Merchant, key: PaymentKey) -> ProviderNews:
        """Ask how a payment stands. Errors: `not_found.provider_payment`."""
        ...

    async def capture(self, merchant: Merchant, key: PaymentKey, *, amount: int) -> ProviderNews:
        """Take what was set aside, or a part of it."""
        ...

    async def cancel(self, merchant: Merchant, key: PaymentKey) -> ProviderNews:
        """Give up what was not captured; answers how it stands then, which may be that it was captured."""
        ...

    async def refund(self, merchant: Merchant, key: PaymentKey, order: RefundOrder) -> RefundNews:
        """Give money back."""
        ...

    async def query_refund(self, merchant: Merchant, key: PaymentKey, order: RefundOrder) -> RefundNews:
        """Ask how a refund stands. Errors: `not_found.provider_payment`."""
        ...

    def read_notice(
        self, merchant: Merchant, *, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> ProviderNotice:
        """Check a notice's signature and read it. Errors: `denied.notice_signature`, `invalid.notice`."""
        ...

    async def download_statement(self, merchant: Merchant, day: date) -> Sequence[StatementLine]:
        """Fetch the statement of a day of the provider."""
        ...

    def read_statement(self, body: bytes) -> Sequence[StatementLine]:
        """Read a statement from a file. Errors: `invalid.statement`."""
        ...
