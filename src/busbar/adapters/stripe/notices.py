"""Stripe's webhooks: checked over their very bytes, then read."""

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from busbar.adapters.stripe.reading import read_checkout, read_intent, read_refund
from busbar.canon.payments import DisputeNews, ProviderNotice, RefundState
from busbar.kernel.ids import PaymentId
from busbar.ports.payments import NoticeError
from busbar.wire.stripe.messages import CheckoutSession, Dispute, Event, PaymentIntent, Refund
from busbar.wire.stripe.signature import HEADER, verify

T = TypeVar("T", bound=msgspec.Struct)

DISPUTE_CLOSED = "charge.dispute.closed"
INQUIRY = "warning_"
"""What the status of a dispute begins with while a bank only asks: no money moves."""


def read_notice(headers: Mapping[str, str], body: bytes, *, secret: str, now_s: int) -> ProviderNotice:
    """Return a webhook in our words. Errors: `denied.notice_signature`, `invalid.notice`."""
    lowered = {name.lower(): value for name, value in headers.items()}
    verify(lowered.get(HEADER.lower(), ""), body, secret=secret, now_s=now_s)
    event = _decode(body, Event)
    kind = event.type
    if kind.startswith("payment_intent."):
        return _about_intent(event)
    if kind.startswith("checkout.session."):
        return _about_checkout(event)
    if kind.startswith(("refund.", "charge.refund.")):
        return _about_refund(event)
    if kind.startswith("charge.dispute."):
        return _about_dispute(event)
    return ProviderNotice(event_id=event.id, kind=kind)


def _about_intent(event: Event) -> ProviderNotice:
    intent = _decode(event.data.object, PaymentIntent)
    return ProviderNotice(
        event_id=event.id,
        kind=event.type,
        payment_id=_name(intent.metadata),
        provider_ref=intent.id,
        news=read_intent(intent),
    )


def _about_checkout(event: Event) -> ProviderNotice:
    session = _decode(event.data.object, CheckoutSession)
    return ProviderNotice(
        event_id=event.id,
        kind=event.type,
        payment_id=_name(session.metadata or {}),
        news=read_checkout(session),
    )


def _about_refund(event: Event) -> ProviderNotice:
    refund = _decode(event.data.object, Refund)
    news = read_refund(refund)
    if event.type == "refund.failed":
        news = msgspec.structs.replace(news, state=RefundState.FAILED)
    return ProviderNotice(
        event_id=event.id,
        kind=event.type,
        payment_id=_name(refund.metadata or {}),
        provider_ref=refund.payment_intent or "",
        refund=news,
    )


def _about_dispute(event: Event) -> ProviderNotice:
    dispute = _decode(event.data.object, Dispute)
    if dispute.status.startswith(INQUIRY):
        return ProviderNotice(event_id=event.id, kind=event.type, provider_ref=dispute.payment_intent or "")
    is_open = event.type != DISPUTE_CLOSED
    return ProviderNotice(
        event_id=event.id,
        kind=event.type,
        provider_ref=dispute.payment_intent or "",
        dispute=DisputeNews(
            dispute_ref=dispute.id,
            amount=dispute.amount,
            currency=dispute.currency.upper(),
            is_open=is_open,
            is_lost=not is_open and dispute.status == "lost",
            reason=dispute.reason[:100],
        ),
    )


def _name(metadata: Mapping[str, str]) -> PaymentId | None:
    payment_id = metadata.get("payment_id")
    return None if payment_id is None else PaymentId(payment_id)


def _decode(body: bytes | msgspec.Raw, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeError):
        raise NoticeError("the notice cannot be read") from None
