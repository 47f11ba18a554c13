"""Stripe's objects, as far as Busbar reads or the simulated provider writes them."""

from typing import Any, Literal

import msgspec

API_VERSION = "2024-06-20"

IntentStatus = Literal[
    "requires_payment_method",
    "requires_confirmation",
    "requires_action",
    "processing",
    "requires_capture",
    "canceled",
    "succeeded",
]


class StripeObject(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """Anything with an id."""

    id: str


class CardDetails(msgspec.Struct, frozen=True, kw_only=True):
    """What may be shown of a card."""

    brand: str | None = None
    last4: str | None = None
    exp_month: int | None = None
    exp_year: int | None = None


class MethodDetails(msgspec.Struct, frozen=True, kw_only=True):
    """What a charge was paid with."""

    type: str | None = None
    card: CardDetails | None = None


class PaymentMethod(StripeObject, frozen=True, kw_only=True):
    """A means of payment that the provider keeps."""

    object: str = "payment_method"
    type: str = "card"
    customer: str | None = None
    card: CardDetails | None = None


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """Why a payment did not go through."""

    type: str | None = None
    code: str | None = None
    decline_code: str | None = None
    message: str | None = None
    payment_intent: "PaymentIntent | None" = None


class Charge(StripeObject, frozen=True, kw_only=True):
    """One movement of money from a payer."""

    object: str = "charge"
    amount: int = 0
    amount_captured: int = 0
    amount_refunded: int = 0
    currency: str = ""
    payment_intent: str | None = None
    metadata: dict[str, str] = {}
    payment_method_details: MethodDetails | None = None


class PaymentIntent(StripeObject, frozen=True, kw_only=True):
    """A payment, from the wish to the money."""

    object: str = "payment_intent"
    status: IntentStatus
    amount: int
    currency: str
    amount_capturable: int = 0
    amount_received: int = 0
    capture_method: str = "automatic"
    customer: str | None = None
    payment_method: "str | PaymentMethod | None" = None
    latest_charge: "str | Charge | None" = None
    last_payment_error: Failure | None = None
    cancellation_reason: str | None = None
    client_secret: str | None = None
    metadata: dict[str, str] = {}
    created: int = 0


class SetupIntent(StripeObject, frozen=True, kw_only=True):
    """A card that is saved for later."""

    object: str = "setup_intent"
    status: str = "requires_payment_method"
    customer: str | None = None
    payment_method: "str | PaymentMethod | None" = None
    metadata: dict[str, str] = {}


class CheckoutSession(StripeObject, frozen=True, kw_only=True):
    """A visit to the provider's page."""

    object: str = "checkout.session"
    mode: str = "payment"
    status: Literal["open", "complete", "expired"] | None = None
    payment_status: str = "unpaid"
    url: str | None = None
    amount_total: int | None = None
    currency: str | None = None
    client_reference_id: str | None = None
    customer: str | None = None
    payment_intent: "str | PaymentIntent | None" = None
    setup_intent: "str | SetupIntent | None" = None
    metadata: dict[str, str] | None = None
    expires_at: int | None = None


class Customer(StripeObject, frozen=True, kw_only=True):
    """Somebody whose cards are kept."""

    object: str = "customer"
    metadata: dict[str, str] = {}


class Refund(StripeObject, frozen=True, kw_only=True):
    """Money that goes back."""

    object: str = "refund"
    amount: int
    currency: str
    status: str | None = None
    payment_intent: str | None = None
    failure_reason: str | None = None
    metadata: dict[str, str] | None = None


class Dispute(StripeObject, frozen=True, kw_only=True):
    """A payer who takes the money back by their bank."""

    object: str = "dispute"
    amount: int
    currency: str
    status: str
    reason: str = ""
    payment_intent: str | None = None


class BalanceTransaction(StripeObject, frozen=True, kw_only=True):
    """One line of the account's statement."""

    object: str = "balance_transaction"
    type: str
    amount: int
    fee: int = 0
    net: int = 0
    currency: str
    created: int
    source: "str | dict[str, Any] | None" = None


class BalanceTransactionList(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the statement."""

    object: str = "list"
    data: list[BalanceTransaction]
    has_more: bool = False


class EventData(msgspec.Struct, frozen=True, kw_only=True):
    """What an event is about, yet unread."""

    object: msgspec.Raw


class Event(StripeObject, frozen=True, kw_only=True):
    """A webhook's body."""

    object: str = "event"
    type: str
    created: int
    livemode: bool = False
    api_version: str | None = API_VERSION
    data: EventData


class Failed(msgspec.Struct, frozen=True, kw_only=True):
    """The body of an answer that is no 2xx."""

    error: Failure
