"""Stripe's objects in the words of the house."""

from busbar.canon.payments import ProviderNews, ProviderState, RefundNews, RefundState, SavedCard
from busbar.kernel.ids import RefundId
from busbar.wire.stripe.messages import (
    CardDetails,
    Charge,
    CheckoutSession,
    PaymentIntent,
    PaymentMethod,
    Refund,
    SetupIntent,
)

_STATES = {
    "requires_payment_method": ProviderState.PENDING,
    "requires_confirmation": ProviderState.PENDING,
    "requires_action": ProviderState.PENDING,
    "processing": ProviderState.PENDING,
    "requires_capture": ProviderState.AUTHORISED,
    "succeeded": ProviderState.CAPTURED,
    "canceled": ProviderState.CANCELLED,
}
_REFUND_STATES = {
    "pending": RefundState.PENDING,
    "requires_action": RefundState.PENDING,
    "succeeded": RefundState.DONE,
    "failed": RefundState.FAILED,
    "canceled": RefundState.FAILED,
}


def read_intent(intent: PaymentIntent) -> ProviderNews:
    """Return how a payment stands."""
    failure = intent.last_payment_error
    state = _STATES[intent.status]
    if state is ProviderState.PENDING and failure is not None:
        state = ProviderState.FAILED
    return ProviderNews(
        state=state,
        provider_ref=intent.id,
        amount=intent.amount,
        currency=intent.currency.upper(),
        captured=intent.amount_received if state is ProviderState.CAPTURED else None,
        method_label=_label_intent(intent),
        card=_save_card(intent.customer, intent.payment_method),
        failure_code=(failure.decline_code or failure.code or "") if failure is not None else "",
        failure_text=(failure.message or "")[:200] if failure is not None else "",
    )


def read_checkout(session: CheckoutSession) -> ProviderNews:
    """Return how the payment behind a page stands."""
    if isinstance(session.payment_intent, PaymentIntent):
        return read_intent(session.payment_intent)
    if isinstance(session.setup_intent, SetupIntent) and session.status == "complete":
        card = _save_card(session.setup_intent.customer, session.setup_intent.payment_method)
        return ProviderNews(state=ProviderState.CAPTURED, provider_ref=session.setup_intent.id, captured=0, card=card)
    is_over = session.status == "expired"
    ref = session.payment_intent if isinstance(session.payment_intent, str) else ""
    return ProviderNews(state=ProviderState.CANCELLED if is_over else ProviderState.PENDING, provider_ref=ref)


def read_refund(refund: Refund) -> RefundNews:
    """Return how a refund stands."""
    refund_id = (refund.metadata or {}).get("refund_id")
    return RefundNews(
        refund_id=None if refund_id is None else RefundId(refund_id),
        state=_REFUND_STATES.get(refund.status or "", RefundState.PENDING),
        provider_ref=refund.id,
        amount=refund.amount,
        currency=refund.currency.upper(),
        failure_text=refund.failure_reason or "",
    )


def show_card(card: CardDetails | None) -> str:
    """Return what may be shown of a card."""
    return f"{card.brand or 'card'} •••• {card.last4}" if card is not None and card.last4 else ""


def _label_intent(intent: PaymentIntent) -> str:
    charge = intent.latest_charge
    if isinstance(charge, Charge) and charge.payment_method_details is not None:
        return show_card(charge.payment_method_details.card)
    method = intent.payment_method
    return show_card(method.card) if isinstance(method, PaymentMethod) else ""


def _save_card(customer: str | None, method: str | PaymentMethod | None) -> SavedCard | None:
    if customer is None or not isinstance(method, PaymentMethod) or method.customer != customer:
        return None
    card = method.card
    has_end = card is not None and card.exp_year and card.exp_month
    expires = f"{card.exp_year}-{card.exp_month:02}" if card is not None and has_end else ""
    return SavedCard(customer_ref=customer, card_ref=method.id, label=show_card(card), expires=expires)
