"""Stripe as a provider of payments."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from busbar.adapters.stripe import notices, statements
from busbar.adapters.stripe.client import CardDeclinedError, StripeClient
from busbar.adapters.stripe.reading import read_checkout, read_intent, read_refund
from busbar.canon.payments import (
    PayWay,
    ProviderNews,
    ProviderNotice,
    ProviderState,
    RefundNews,
)
from busbar.canon.reconciliation import StatementLine
from busbar.ports.payments import (
    AGREED,
    FieldSpec,
    Merchant,
    Opened,
    Order,
    PaymentKey,
    PaymentRefusedError,
    ProviderPaymentMissingError,
    RefundOrder,
)
from busbar.wire.stripe.messages import (
    BalanceTransactionList,
    CheckoutSession,
    Customer,
    PaymentIntent,
    Refund,
)

STATEMENT_PAGE = 100
STATEMENT_PAGES_MAX = 2000
_UNEXPECTED_STATE = "payment_intent_unexpected_state"


class StripePayments:
    """`busbar.ports.payments.Payments` on Stripe."""

    fields: Sequence[FieldSpec] = (
        FieldSpec(name="api_url", default="https://api.stripe.com"),
        FieldSpec(name="secret_key", is_secret=True),
        FieldSpec(name="webhook_secret", is_secret=True),
        *AGREED,
    )
    ways = frozenset({PayWay.PAGE, PayWay.CARD_ON_FILE})
    can_hold = True

    def __init__(self, client: StripeClient) -> None:
        self._client = client

    def check(self, merchant: Merchant) -> None:
        """Nothing of Stripe's needs to be parsed."""

    async def open(self, merchant: Merchant, order: Order) -> Opened:
        """Open a page, or use the card on file."""
        if order.way is PayWay.CARD_ON_FILE:
            return Opened(news=await self._use_card(merchant, order))
        customer = await self._find_customer(merchant, order) if order.customer_key else None
        metadata = {"payment_id": order.payment_id}
        fields: dict[str, object] = {
            "mode": "payment" if order.amount else "setup",
            "success_url": order.return_url,
            "cancel_url": order.return_url,
            "client_reference_id": order.payment_id,
            "payment_method_types": ["card"],
            "locale": order.language,
            "metadata": metadata,
            "customer": customer,
            "expires_at": int(order.expires_at.timestamp()),
        }
        if order.amount:
            price = {
                "currency": order.currency.lower(),
                "unit_amount": order.amount,
                "product_data": {"name": order.description},
            }
            fields["line_items"] = [{"quantity": 1, "price_data": price}]
            fields["payment_intent_data"] = {
                "capture_method": "manual" if order.is_hold else "automatic",
                "setup_future_usage": "off_session" if order.is_card_saved else None,
                "metadata": metadata,
            }
        else:
            fields["currency"] = order.currency.lower()
            fields["setup_intent_data"] = {"metadata": metadata}
        key = f"{order.payment_id}-open"
        made = await self._client.post(merchant, "/v1/checkout/sessions", fields, key=key, reply=CheckoutSession)
        return Opened(news=read_checkout(made), checkout_ref=made.id, page_url=made.url or "")

    async def _find_customer(self, merchant: Merchant, order: Order) -> str:
        key = f"customer-{order.customer_key}"
        fields = {"metadata": {"driver_key": order.customer_key}}
        return (await self._client.post(merchant, "/v1/customers", fields, key=key, reply=Customer)).id

    async def _use_card(self, merchant: Merchant, order: Order) -> ProviderNews:
        if order.card is None:
            raise PaymentRefusedError("there is no card on file", reason="no_card")
        fields = {
            "amount": order.amount,
            "currency": order.currency.lower(),
            "customer": order.card.customer_ref,
            "payment_method": order.card.card_ref,
            "off_session": True,
            "confirm": True,
            "capture_method": "manual" if order.is_hold else "automatic",
            "metadata": {"payment_id": order.payment_id},
            "description": order.description,
        }
        key = f"{order.payment_id}-open"
        try:
            intent = await self._client.post(merchant, "/v1/payment_intents", fields, key=key, reply=PaymentIntent)
        except CardDeclinedError as error:
            held = error.failure.payment_intent
            return ProviderNews(
                state=ProviderState.CANCELLED,
                provider_ref=held.id if held is not None else "",
                failure_code=str(error.facts["reason"]),
                failure_text=str(error.facts["detail"]),
            )
        return read_intent(intent)

    async def query(self, merchant: Merchant, key: PaymentKey) -> ProviderNews:
        """Ask how a payment stands: by the payment, else by the visit to the page."""
        expand = {"expand": ["latest_charge", "payment_method"]}
        if key.provider_ref:
            path = f"/v1/payment_intents/{key.provider_ref}"
            return read_intent(await self._client.get(merchant, path, expand, reply=PaymentIntent))
        if not key.checkout_ref:
            raise ProviderPaymentMissingError("Stripe was never asked for it, or its answer was lost")
        path = f"/v1/checkout/sessions/{key.checkout_ref}"
        inner = {
            "expand": ["payment_intent.latest_charge", "payment_intent.payment_method", "setup_intent.payment_method"]
        }
        return read_checkout(await self._client.get(merchant, path, inner, reply=CheckoutSession))

    async def capture(self, merchant: Merchant, key: PaymentKey, *, amount: int) -> ProviderNews:
        """Take what was set aside, or a part of it."""
        path = f"/v1/payment_intents/{key.provider_ref}/capture"
        fields = {"amount_to_capture": amount}
        try:
            done = await self._client.post(
                merchant, path, fields, key=f"{key.payment_id}-capture-{amount}", reply=PaymentIntent
            )
        except PaymentRefusedError as error:
            if error.facts.get("reason") != _UNEXPECTED_STATE:
                raise
            return await self.query(merchant, key)
        return read_intent(done)

    async def cancel(self, merchant: Merchant, key: PaymentKey) -> ProviderNews:
        """Let what was set aside go, or close the page; answers how it stands then."""
        news = await self.query(merchant, key)
        if news.state in {ProviderState.CAPTURED, ProviderState.CANCELLED}:
            return news
        path = f"/v1/payment_intents/{news.provider_ref}/cancel"
        if not news.provider_ref:
            path = f"/v1/checkout/sessions/{key.checkout_ref}/expire"
        kind = PaymentIntent if news.provider_ref else CheckoutSession
        try:
            done = await self._client.post(merchant, path, {}, key=f"{key.payment_id}-cancel", reply=kind)
        except PaymentRefusedError:
            return await self.query(merchant, key)
        return read_intent(done) if isinstance(done, PaymentIntent) else read_checkout(done)

    async def refund(self, merchant: Merchant, key: PaymentKey, order: RefundOrder) -> RefundNews:
        """Give money back."""
        fields = {
            "payment_intent": key.provider_ref,
            "amount": order.amount,
            "metadata": {"refund_id": order.refund_id, "payment_id": key.payment_id},
        }
        made = await self._client.post(merchant, "/v1/refunds", fields, key=order.refund_id, reply=Refund)
        return read_refund(made)

    async def query_refund(self, merchant: Merchant, key: PaymentKey, order: RefundOrder) -> RefundNews:
        """Ask how a refund stands; one whose answer was lost is asked for again, under its key."""
        if not order.provider_ref:
            return await self.refund(merchant, key, order)
        return read_refund(await self._client.get(merchant, f"/v1/refunds/{order.provider_ref}", {}, reply=Refund))

    def read_notice(
        self, merchant: Merchant, *, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> ProviderNotice:
        """Check and read a webhook."""
        return notices.read_notice(headers, body, secret=merchant.secrets["webhook_secret"], now_s=int(now.timestamp()))

    async def download_statement(self, merchant: Merchant, day: date) -> Sequence[StatementLine]:
        """Fetch the balance transactions of a day (UTC)."""
        begin = int(datetime.combine(day, time(), UTC).timestamp())
        end = int(datetime.combine(day + timedelta(days=1), time(), UTC).timestamp())
        lines: list[StatementLine] = []
        last: str | None = None
        for _ in range(STATEMENT_PAGES_MAX):
            fields = {
                "created": {"gte": begin, "lt": end},
                "limit": STATEMENT_PAGE,
                "starting_after": last,
                "expand": ["data.source"],
            }
            page = await self._client.get(merchant, "/v1/balance_transactions", fields, reply=BalanceTransactionList)
            lines += [statements.read_line(line) for line in page.data]
            if not page.has_more or not page.data:
                break
            last = page.data[-1].id
        return lines

    def read_statement(self, body: bytes) -> Sequence[StatementLine]:
        """Read a statement from a file: the JSON of balance transactions, or the CSV of the dashboard's export."""
        return statements.read_file(body)
