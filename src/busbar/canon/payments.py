"""Payments: money on its way between a payer and a provider, and what providers tell of it.

A payment is the provider's (the ledger's nouns are account and transfer). Amounts are whole minor units of the currency
that is named beside them. Ids are made by whoever asks: a repeat answers the payment as it stands.
"""

from datetime import datetime
from enum import StrEnum

from busbar.canon.ledger import Spendable
from busbar.canon.message import Command, Fact, Noun
from busbar.canon.secret import Secret
from busbar.kernel.ids import DriverId, OperatorId, PaymentId, ReceivableId, RefundId, SessionId, StationId

INSTALLATION = OperatorId("installation")
"""Stands in place of an operator: the account that serves operators who have none of their own."""


class Provider(StrEnum):
    """Who carries payments out."""

    STRIPE = "stripe"
    ALIPAY = "alipay"
    WECHATPAY = "wechatpay"


class PayWay(StrEnum):
    """How the payer comes to the provider."""

    PAGE = "page"
    """The provider's page in the payer's browser."""
    CODE = "code"
    """A code that the payer scans with the provider's app."""
    APP = "app"
    """The provider's own app on the payer's phone; needs an app that hands the order over."""
    INSIDE = "inside"
    """A page that runs inside the provider's app (JSAPI)."""
    CARD_ON_FILE = "card_on_file"
    """No payer is there: a card that was saved before."""


class PaymentPurpose(StrEnum):
    """What a payment is for."""

    TOP_UP = "top_up"
    """A driver's wallet."""
    GUEST = "guest"
    """One session of somebody without an account."""
    SESSION = "session"
    """One session of a driver who pays afterwards, by the card on file."""
    CARD = "card"
    """Nothing is paid: a card is saved for later."""


class PaymentState(StrEnum):
    """Where a payment stands.

    created -> pending -> (authorised ->) captured -> partly_refunded -> refunded; or failed, or cancelled.
    `disputed`: a payer's bank took money back, or is about to.
    """

    CREATED = "created"
    """Wanted; the provider does not know of it yet, or we do not know that it does."""
    PENDING = "pending"
    """The provider waits for the payer."""
    AUTHORISED = "authorised"
    """Money is set aside at the payer's bank."""
    CAPTURED = "captured"
    PARTLY_REFUNDED = "partly_refunded"
    REFUNDED = "refunded"
    DISPUTED = "disputed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class RefundState(StrEnum):
    """Where a refund stands."""

    WANTED = "wanted"
    """The provider does not know of it yet, or we do not know that it does."""
    PENDING = "pending"
    """The provider has it in hand."""
    DONE = "done"
    FAILED = "failed"


class ProviderState(StrEnum):
    """A payment as its provider sees it."""

    PENDING = "pending"
    AUTHORISED = "authorised"
    CAPTURED = "captured"
    FAILED = "failed"
    """This attempt did not go through; the payer may try again while the provider waits."""
    CANCELLED = "cancelled"


class SavedCard(Noun, frozen=True, kw_only=True):
    """A card that a provider keeps for us: we hold no number, only the provider's names for it."""

    customer_ref: str
    card_ref: str
    label: str = ""
    """`visa •••• 4242`."""
    expires: str = ""
    """`2029-04`, if known."""


class ProviderNews(Noun, frozen=True, kw_only=True):
    """What a provider says of a payment: in an answer or in a notice."""

    state: ProviderState
    provider_ref: str = ""
    """The provider's own id of the payment; empty while it has none."""
    amount: int | None = None
    """What was asked for; None: not said."""
    currency: str | None = None
    captured: int | None = None
    """None: not said."""
    method_label: str = ""
    card: SavedCard | None = None
    failure_code: str = ""
    failure_text: str = ""


class RefundNews(Noun, frozen=True, kw_only=True):
    """What a provider says of a refund."""

    refund_id: RefundId | None
    """Ours; None: it was made at the provider and is not known here."""
    state: RefundState
    provider_ref: str = ""
    amount: int | None = None
    currency: str | None = None
    failure_text: str = ""


class DisputeNews(Noun, frozen=True, kw_only=True):
    """What a provider says of a dispute."""

    dispute_ref: str
    amount: int
    currency: str
    is_open: bool
    is_lost: bool = False
    reason: str = ""


class ProviderNotice(Noun, frozen=True, kw_only=True):
    """A notice whose signature was checked, in our words."""

    event_id: str
    """Of the provider: the same notice always has the same one."""
    kind: str
    """The provider's word for what happened."""
    payment_id: PaymentId | None = None
    provider_ref: str = ""
    """Names the payment where ours is not told."""
    news: ProviderNews | None = None
    refund: RefundNews | None = None
    dispute: DisputeNews | None = None


class Payment(Noun, frozen=True, kw_only=True):
    """A payment as it stands."""

    payment_id: PaymentId
    operator_id: OperatorId
    provider: Provider
    way: PayWay
    purpose: PaymentPurpose
    state: PaymentState
    amount: int
    """What was asked for; the most that can be captured."""
    currency: str
    captured: int = 0
    refunded: int = 0
    disputed: int = 0
    is_hold: bool = False
    """True: set aside first, captured later. False: captured when the payer pays."""
    driver_id: DriverId | None = None
    session_id: SessionId | None = None
    station_id: StationId | None = None
    evse_id: int | None = None
    connector_id: int | None = None
    page_url: str = ""
    """Where the payer goes, while pending."""
    code_text: str = ""
    """What the payer's app scans, while pending."""
    order_text: str = ""
    """What an app hands to the provider's app, while pending."""
    provider_ref: str = ""
    method_label: str = ""
    failure_code: str = ""
    failure_text: str = ""
    created_at: datetime
    changed_at: datetime
    expires_at: datetime | None = None


# ---- wishes of people ------------------------------------------------------------------------------------------------


class StartTopUp(Command[Payment], frozen=True, kw_only=True):
    """Begin to put money into a driver's wallet; answers with where the payer goes.

    A provider that does not answer now is asked again by itself: the payment is then `created`. Errors:
    `invalid.amount`, `invalid.currency`, `invalid.pay_way`, `conflict.payment` (the id was used for another payment),
    `conflict.payment_account` (the operator has no account with this provider), `conflict.payment_refused`,
    `limit_exceeded.open_payments`.
    """

    payment_id: PaymentId
    operator_id: OperatorId
    driver_id: DriverId
    provider: Provider
    way: PayWay = PayWay.PAGE
    amount: int
    currency: str
    return_url: str
    payer_ref: str = ""
    """Who pays within the provider's app (WeChat's openid)."""
    language: str = "en"
    requested_by: str


class SaveCard(Command[Payment], frozen=True, kw_only=True):
    """Begin to save a driver's card for later; answers with where the driver goes. Errors: as `StartTopUp`."""

    payment_id: PaymentId
    operator_id: OperatorId
    driver_id: DriverId
    provider: Provider = Provider.STRIPE
    currency: str
    return_url: str
    language: str = "en"
    requested_by: str


class GuestPayment(Noun, frozen=True, kw_only=True):
    """A guest's payment, and the secret of the link that shows it: whoever has it is the guest."""

    payment: Payment
    link: Secret


class StartGuestPayment(Command[GuestPayment], frozen=True, kw_only=True):
    """Begin to pay for one session without an account; it starts by itself once the money is set aside.

    A repeat answers the same payment and link. Errors: as `StartTopUp`, `not_found.station`.
    """

    payment_id: PaymentId
    operator_id: OperatorId
    station_id: StationId
    evse_id: int | None = None
    connector_id: int | None = None
    provider: Provider
    way: PayWay = PayWay.PAGE
    amount: int
    currency: str
    return_url: str
    """The link's secret is put at its end."""
    language: str = "en"
    address: str


class FindGuestPayment(Command[Payment], frozen=True, kw_only=True):
    """The payment that a guest's link shows. Errors: `not_found.payment`."""

    link: Secret


class FindPaidAhead(Command[Spendable | None], frozen=True, kw_only=True):
    """Look up what a guest paid or let set aside for a session: it may cost no more. None: nobody did."""

    operator_id: OperatorId
    session_id: SessionId


class AuthoriseCard(Command[Payment], frozen=True, kw_only=True):
    """Set money aside on a driver's card on file, for a session that is paid afterwards.

    Errors: as `StartTopUp`, `conflict.no_card`.
    """

    payment_id: PaymentId
    operator_id: OperatorId
    driver_id: DriverId
    session_id: SessionId
    amount: int
    currency: str
    requested_by: str


class CapturePayment(Command[Payment], frozen=True, kw_only=True):
    """Take what was set aside, or a part of it; the rest goes free. A repeat changes nothing.

    Errors: `not_found.payment`, `conflict.payment_state`, `conflict.amount_exceeded`.
    """

    operator_id: OperatorId
    payment_id: PaymentId
    amount: int
    requested_by: str


class CancelPayment(Command[Payment], frozen=True, kw_only=True):
    """Give up a payment that was not captured. A repeat changes nothing.

    Errors: `not_found.payment`, `conflict.payment_state`.
    """

    operator_id: OperatorId
    payment_id: PaymentId
    requested_by: str


class RefundPayment(Command[Payment], frozen=True, kw_only=True):
    """Give a payer money back, as often as there is some left. A repeat of `refund_id` changes nothing.

    Errors: `not_found.payment`, `conflict.payment_state`, `conflict.amount_exceeded` (fact `left`), `conflict.refund`
    (the id was used for another refund), `conflict.funds` (a top-up's money was spent).
    """

    refund_id: RefundId
    operator_id: OperatorId
    payment_id: PaymentId
    amount: int
    reason: str = ""
    requested_by: str


class CheckPayment(Command[Payment], frozen=True, kw_only=True):
    """Ask the provider how a payment stands. Errors: `not_found.payment`, `unavailable.payment_provider`."""

    operator_id: OperatorId
    payment_id: PaymentId
    is_look: bool = False
    """Tell only what is known here."""


class RemoveCard(Command[None], frozen=True, kw_only=True):
    """Forget a driver's card. Errors: `not_found.card`."""

    operator_id: OperatorId
    driver_id: DriverId
    method_id: str


# ---- what providers tell ---------------------------------------------------------------------------------------------


class NoticeOutcome(StrEnum):
    """What became of a notice."""

    APPLIED = "applied"
    REPEATED = "repeated"
    """It was there before: nothing happened."""
    UNKNOWN = "unknown"
    """It is about no payment of ours."""
    REFUSED = "refused"
    """Amount, currency or payment are not what we asked for: kept for people to see, and nothing happened."""


class RecordProviderNotice(Command[NoticeOutcome], frozen=True, kw_only=True):
    """A provider called: check its signature over the very bytes, and take in what it says, once.

    Errors: `not_found.payment_account`, `denied.notice_signature`, `denied.notice_seal`, `invalid.notice`.
    """

    account_id: str
    provider: Provider
    headers: dict[str, str]
    body: bytes
    address: str = ""


class DrivePayments(Command[int], frozen=True, kw_only=True):
    """Do at providers what is due; answers of how many payments. For a job."""

    limit: int = 100


# ---- accounts at providers -------------------------------------------------------------------------------------------


class PaymentAccount(Noun, frozen=True, kw_only=True):
    """An operator's account at a provider. Its secrets are sealed and never told again."""

    account_id: str
    operator_id: OperatorId
    provider: Provider
    is_active: bool
    settings: dict[str, str]
    secrets: tuple[str, ...]
    """The names of those that are set."""
    changed_at: datetime


class SavePaymentAccount(Command[PaymentAccount], frozen=True, kw_only=True):
    """Make an operator's account at a provider this. A secret that is left out stays.

    Errors: `invalid.payment_account` (fact `field`), `invalid.payment_key`.
    """

    operator_id: OperatorId
    acting_for: OperatorId | None = None
    """In whose audit log it is noted; None: the account's own operator's."""
    actor: str
    provider: Provider
    is_active: bool = True
    settings: dict[str, str]
    secrets: dict[str, Secret]


class RemovePaymentAccount(Command[None], frozen=True, kw_only=True):
    """Forget an account at a provider; its payments stay, and nothing more can be done about them there.

    Errors: `not_found.payment_account`.
    """

    operator_id: OperatorId
    acting_for: OperatorId | None = None
    """In whose audit log it is noted; None: the account's own operator's."""
    actor: str
    provider: Provider


class ListPaymentAccounts(Command[tuple[PaymentAccount, ...]], frozen=True, kw_only=True):
    """The accounts that an operator's payments go over: its own, and the installation's where it has none."""

    operator_id: OperatorId


# ---- facts -----------------------------------------------------------------------------------------------------------


class PaymentFact(Fact, frozen=True, kw_only=True):
    """What all facts of a payment carry."""

    payment_id: PaymentId
    provider: Provider
    purpose: PaymentPurpose
    amount: int
    currency: str
    driver_id: DriverId | None = None
    session_id: SessionId | None = None
    receivable_id: ReceivableId | None = None


class PaymentAuthorised(PaymentFact, frozen=True, kw_only=True):
    """Money is set aside."""


class PaymentCaptured(PaymentFact, frozen=True, kw_only=True):
    """The money is ours, as `amount`."""


class PaymentFailed(PaymentFact, frozen=True, kw_only=True):
    """A payment will not be made."""

    reason: str


class PaymentCancelled(PaymentFact, frozen=True, kw_only=True):
    """A payment was given up; what was set aside is free again."""


class PaymentRefunded(PaymentFact, frozen=True, kw_only=True):
    """Money went back to the payer, as `amount`."""

    refund_id: RefundId


class PaymentDisputed(PaymentFact, frozen=True, kw_only=True):
    """A payer's bank asks for money back."""

    dispute_ref: str
    reason: str = ""


class PaymentDisputeEnded(PaymentFact, frozen=True, kw_only=True):
    """A dispute is over."""

    dispute_ref: str
    is_lost: bool


class CardSaved(Fact, frozen=True, kw_only=True):
    """A driver has a card on file."""

    driver_id: DriverId
    provider: Provider
