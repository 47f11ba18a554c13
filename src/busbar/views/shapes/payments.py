"""Payments, accounts at providers, and differences, as the API shows them."""

from datetime import date, datetime

from busbar.canon.payments import PaymentPurpose, PaymentState, PayWay, Provider, RefundState
from busbar.canon.reconciliation import DifferenceReason, DifferenceState
from busbar.canon.sessions import SessionState
from busbar.views.shapes.model import Page, Shape
from busbar.views.shapes.pricing import SessionPrice


class Payment(Shape):
    """A payment at a provider. Amounts are whole minor units of the currency."""

    payment_id: str
    operator_id: str
    provider: Provider
    way: PayWay
    purpose: PaymentPurpose
    state: PaymentState
    amount: int
    currency: str
    captured: int
    refunded: int
    disputed: int
    is_hold: bool
    """Set aside first, captured later."""
    driver_id: str | None
    driver_name: str | None = None
    session_id: str | None
    station_id: str | None
    provider_ref: str
    method_label: str
    failure_code: str
    failure_text: str
    requested_by: str
    created_at: datetime
    changed_at: datetime
    captured_at: datetime | None
    expires_at: datetime | None


class PaymentPage(Page[Payment]):
    """A page of payments."""


class PaymentRefund(Shape):
    """A refund."""

    refund_id: str
    amount: int
    currency: str
    state: RefundState
    reason: str
    failure_text: str
    requested_by: str
    created_at: datetime
    changed_at: datetime


class PaymentDispute(Shape):
    """A dispute."""

    dispute_ref: str
    amount: int
    currency: str
    is_open: bool
    is_lost: bool
    reason: str
    opened_at: datetime
    ended_at: datetime | None


class PaymentNotice(Shape):
    """A notice of the provider, and what became of it."""

    event_id: str
    kind: str
    outcome: str
    detail: str
    received_at: datetime


class PaymentDetail(Shape):
    """A payment with all that happened to it."""

    payment: Payment
    refunds: list[PaymentRefund]
    disputes: list[PaymentDispute]
    notices: list[PaymentNotice]


class DriverPayment(Shape):
    """One's own payment: where to go, while it waits; how it ended."""

    payment_id: str
    provider: Provider
    way: PayWay
    purpose: PaymentPurpose
    state: PaymentState
    amount: int
    currency: str
    captured: int
    refunded: int
    page_url: str
    """Where to go on, while the payment waits for the payer."""
    code_text: str
    """What the payer's app scans."""
    code_image: str = ""
    """The same as a picture (a data address of an SVG)."""
    order_text: str
    """What an app hands to the provider's app."""
    method_label: str
    failure_code: str
    created_at: datetime
    expires_at: datetime | None


class DriverPaymentList(Shape):
    """One's own newest payments."""

    items: list[DriverPayment]


class PayOption(Shape):
    """A way to pay here."""

    provider: Provider
    way: PayWay
    can_hold: bool
    """Money is set aside and taken at the end; else it is paid first, and the rest goes back."""


class PayOptionList(Shape):
    """The ways to pay with an operator."""

    currency: str
    items: list[PayOption]


class SavedCard(Shape):
    """A card that the provider keeps."""

    method_id: str
    provider: Provider
    label: str
    expires: str
    created_at: datetime


class SavedCardList(Shape):
    """One's own cards, the newest first; the first one pays."""

    items: list[SavedCard]


class GuestStart(Shape):
    """A guest's payment, and the secret of its link: it is told once, keep it."""

    link: str
    payment: DriverPayment


class GuestSession(Shape):
    """What the guest's session does."""

    session_id: str
    state: SessionState
    started_at: datetime | None
    ended_at: datetime | None
    stop_requested_at: datetime | None
    energy_wh: int | None
    power_w: int | None
    """None once it has ended, or while nothing was measured."""
    soc_permille: int | None
    evse_id: int | None
    gross: int | None
    """Its price so far, or at the end."""
    net: int | None
    tax: int | None
    price: SessionPrice | None
    """The same line by line; none where no tariff holds."""
    receipt_reference: str | None
    """Of the receipt that is there as PDF; none before the session is priced in the end."""


class GuestStay(Shape):
    """All that a guest's link shows: payment, session, and at the end the receipt."""

    payment: DriverPayment
    operator_name: str
    station_id: str
    station_name: str
    site_name: str | None
    time_zone: str
    """Where the station's clock hangs."""
    session: GuestSession | None


class PaymentAccountField(Shape):
    """A field of an account at a provider."""

    name: str
    is_secret: bool
    is_needed: bool
    default: str


class PaymentProvider(Shape):
    """A provider that payments may go over, and what an account there consists of."""

    provider: Provider
    can_hold: bool
    """Money is set aside first and captured later."""
    fields: list[PaymentAccountField]


class PaymentProviderList(Shape):
    """The providers that payments may go over."""

    items: list[PaymentProvider]


class PaymentAccountTrial(Shape):
    """A provider knew an account's keys."""

    answered_ms: int


class PaymentAccount(Shape):
    """An account at a provider. Secrets are never shown: only which are set."""

    provider: Provider
    account_id: str
    is_own: bool
    """False: the installation's, which serves operators that have none."""
    is_active: bool
    settings: dict[str, str]
    secrets: list[str]
    notice_url: str
    """Where the provider sends its notices."""
    changed_at: datetime


class PaymentAccountList(Shape):
    """The accounts that payments go over."""

    items: list[PaymentAccount]


class Difference(Shape):
    """How a provider's statement and our books differ."""

    difference_id: str
    operator_id: str
    provider: Provider
    day: date
    reason: DifferenceReason
    subject: str
    payment_id: str | None
    refund_id: str | None
    provider_ref: str
    here: int | None
    there: int | None
    currency: str
    state: DifferenceState
    owner: str
    note: str
    found_at: datetime
    changed_at: datetime


class DifferencePage(Page[Difference]):
    """A page of differences."""


class Statement(Shape):
    """A provider's statement of a day."""

    provider: Provider
    day: date
    line_count: int
    paid: int
    refunded: int
    cost: int
    currency: str
    fetched_at: datetime
    actor: str


class StatementList(Shape):
    """The newest statements."""

    items: list[Statement]


class Compared(Shape):
    """What a comparison found."""

    differences: int
