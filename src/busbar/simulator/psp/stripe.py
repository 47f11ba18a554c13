"""Stripe's interface, as far as Busbar uses it."""

import secrets
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from busbar.kernel.errors import BusbarError
from busbar.simulator.psp.courier import Courier, Notice
from busbar.simulator.psp.keys import Keys
from busbar.simulator.psp.till import Brand, Card, Dispute, Movement, Payment, Refund, Status, Till
from busbar.wire.stripe import messages
from busbar.wire.stripe.form import Tree, decode_form, read_group, read_text
from busbar.wire.stripe.signature import HEADER, sign

PAGE_LIFETIME_S = 86_400
KEYS_MAX = 100_000
LINES_PER_PAGE_MAX = 100
STRANGER = "f" * 32
"""What another merchant calls its payment, and signs with."""
Answer = tuple[int, Any]
_STATUSES = {
    Status.WAITING: "requires_payment_method",
    Status.AUTHORISED: "requires_capture",
    Status.CAPTURED: "succeeded",
    Status.CANCELLED: "canceled",
}


class StripeDesk:
    """Answers requests and makes events."""

    def __init__(self, till: Till, keys: Keys, courier: Courier, *, address: str) -> None:
        self._till = till
        self._keys = keys
        self._courier = courier
        self._address = address
        self._answers: dict[str, tuple[str, int, bytes]] = {}
        self.webhook_url = ""

    def forget(self) -> None:
        """Be as after the start: no key was used, and nobody is told."""
        self._answers.clear()
        self.webhook_url = ""

    # ---- the way in --------------------------------------------------------------------------------------------------

    async def serve(self, request: Request) -> Response:
        """Answer a request: the key is checked, a repeat gets the first answer."""
        if request.headers.get("Authorization") != f"Bearer {self._keys.stripe_secret}":
            return _write(*_fail(401, "invalid_request_error", "", "no such API key"))
        body = await request.body()
        path = request.path_params["path"]
        key = request.headers.get("Idempotency-Key", "") if request.method == "POST" else ""
        print_of = sha256(path.encode() + body).hexdigest()
        known = self._answers.get(key) if key else None
        if known is not None:
            if known[0] != print_of:
                return _write(*_fail(400, "idempotency_error", "", "this key was used with other parameters"))
            return Response(known[2], known[1], media_type="application/json")
        form = decode_form(body if request.method == "POST" else request.url.query)
        try:
            status, content = self._route(request.method, path.split("/"), form)
        except BusbarError as error:
            status, content = _fail(404, "invalid_request_error", "resource_missing", error.text)
        answer = _write(status, content)
        if key and len(self._answers) < KEYS_MAX:
            self._answers[key] = (print_of, status, bytes(answer.body))
        return answer

    def _route(self, method: str, path: list[str], form: Tree) -> Answer:
        routes: dict[tuple[str, ...], Callable[..., Answer]] = {
            ("POST", "checkout", "sessions"): self._open_checkout,
            ("GET", "checkout", "sessions", "*"): self._read_checkout,
            ("POST", "checkout", "sessions", "*", "expire"): self._expire_checkout,
            ("POST", "customers"): self._make_customer,
            ("POST", "payment_intents"): self._use_card,
            ("GET", "payment_intents", "*"): self._read_intent,
            ("POST", "payment_intents", "*", "capture"): self._capture,
            ("POST", "payment_intents", "*", "cancel"): self._cancel,
            ("POST", "refunds"): self._refund,
            ("GET", "refunds", "*"): self._read_refund,
            ("GET", "balance_transactions"): self._list_movements,
        }
        parts = path[1:] if path[:1] == ["v1"] else path
        named = (len(parts) > 1 and parts[0] != "checkout") or len(parts) > len(("checkout", "sessions"))
        place = 2 if parts[0] == "checkout" else 1
        pattern = [*parts[:place], "*", *parts[place + 1 :]] if named else parts
        handler = routes.get((method, *pattern))
        if handler is None:
            return _fail(404, "invalid_request_error", "", "there is no such address")
        return handler(form, parts[place]) if named else handler(form)

    # ---- checkout ----------------------------------------------------------------------------------------------------

    def _open_checkout(self, form: Tree) -> Answer:
        is_setup = read_text(form, "mode") == "setup"
        price = ("line_items", "0", "price_data")
        amount = 0 if is_setup else int(read_text(form, *price, "unit_amount") or "0")
        currency = read_text(form, "currency") if is_setup else read_text(form, *price, "currency")
        order_no = read_text(form, "client_reference_id") or secrets.token_hex(16)
        if not currency or (not is_setup and amount <= 0):
            return _fail(400, "invalid_request_error", "parameter_missing", "line_items")
        now_s = self._till.now_s()
        inner = "setup_intent_data" if is_setup else "payment_intent_data"
        payment = self._till.add(
            Payment(
                brand=Brand.STRIPE,
                order_no=order_no,
                ref=f"{'seti' if is_setup else 'pi'}_{secrets.token_hex(12)}",
                checkout_ref=f"cs_test_{secrets.token_hex(24)}",
                amount=amount,
                currency=currency.upper(),
                description=read_text(form, *price, "product_data", "name") or "",
                is_hold=read_text(form, "payment_intent_data", "capture_method") == "manual",
                is_card_saved=is_setup or read_text(form, "payment_intent_data", "setup_future_usage") is not None,
                return_url=read_text(form, "success_url") or "",
                metadata=read_group(form, inner, "metadata"),
                customer=read_text(form, "customer") or "",
                created_s=now_s,
                expires_s=int(read_text(form, "expires_at") or now_s + PAGE_LIFETIME_S),
            )
        )
        return 200, self._show_checkout(payment)

    def _read_checkout(self, form: Tree, ref: str) -> Answer:
        payment = self._till.find_by_ref(ref)
        self._expire_when_due(payment)
        return 200, self._show_checkout(payment, is_expanded="expand" in form)

    def _expire_when_due(self, payment: Payment) -> None:
        if payment.status is Status.WAITING and self._till.now_s() >= payment.expires_s:
            self._till.cancel(payment)
            self.tell(payment, "checkout.session.expired")

    def _expire_checkout(self, _form: Tree, ref: str) -> Answer:
        payment = self._till.find_by_ref(ref)
        if payment.status is not Status.WAITING:
            return _fail(400, "invalid_request_error", "checkout_session_unexpected_state", "the session is over")
        self._till.cancel(payment)
        self.tell(payment, "checkout.session.expired")
        return 200, self._show_checkout(payment)

    def _make_customer(self, form: Tree) -> Answer:
        name = f"cus_{secrets.token_hex(8)}"
        return 200, messages.Customer(id=name, metadata=read_group(form, "metadata"))

    # ---- payment intents ---------------------------------------------------------------------------------------------

    def _use_card(self, form: Tree) -> Answer:
        method = read_text(form, "payment_method") or ""
        customer, card = self._till.methods.get(method, ("", None))
        if card is None or customer != read_text(form, "customer"):
            return _fail(400, "invalid_request_error", "resource_missing", "no such payment method")
        metadata = read_group(form, "metadata")
        now_s = self._till.now_s()
        payment = self._till.add(
            Payment(
                brand=Brand.STRIPE,
                order_no=metadata.get("payment_id") or secrets.token_hex(16),
                ref=f"pi_{secrets.token_hex(12)}",
                amount=int(read_text(form, "amount") or "0"),
                currency=(read_text(form, "currency") or "").upper(),
                is_hold=read_text(form, "capture_method") == "manual",
                metadata=metadata,
                customer=customer,
                method=method,
                created_s=now_s,
                expires_s=now_s + PAGE_LIFETIME_S,
            )
        )
        decline = card.decline or card.later_decline or ("authentication_required" if card.is_challenged else "")
        if decline:
            payment.failure = decline
            self.tell(payment, "payment_intent.payment_failed")
            return _decline(self._show_intent(payment), decline)
        self._till.authorise(payment, card)
        self.tell_paid(payment)
        return 200, self._show_intent(payment, is_expanded=True)

    def _read_intent(self, form: Tree, ref: str) -> Answer:
        return 200, self._show_intent(self._till.find_by_ref(ref), is_expanded="expand" in form)

    def _capture(self, form: Tree, ref: str) -> Answer:
        payment = self._till.find_by_ref(ref)
        amount = int(read_text(form, "amount_to_capture") or payment.amount)
        if payment.status is not Status.AUTHORISED:
            return _fail(400, "invalid_request_error", "payment_intent_unexpected_state", "it cannot be captured")
        if not 0 < amount <= payment.amount:
            return _fail(400, "invalid_request_error", "amount_too_large", "more than was authorised")
        self._till.capture(payment, amount)
        self.tell(payment, "payment_intent.succeeded")
        return 200, self._show_intent(payment, is_expanded=True)

    def _cancel(self, _form: Tree, ref: str) -> Answer:
        payment = self._till.find_by_ref(ref)
        if payment.status in {Status.CAPTURED, Status.CANCELLED}:
            return _fail(400, "invalid_request_error", "payment_intent_unexpected_state", "it cannot be canceled")
        self._till.cancel(payment)
        self.tell(payment, "payment_intent.canceled")
        return 200, self._show_intent(payment)

    # ---- refunds and statements --------------------------------------------------------------------------------------

    def _refund(self, form: Tree) -> Answer:
        payment = self._till.find_by_ref(read_text(form, "payment_intent") or "")
        amount = int(read_text(form, "amount") or payment.captured)
        metadata = read_group(form, "metadata")
        if payment.status is not Status.CAPTURED or not 0 < amount <= self._till.count_left(payment):
            return _fail(400, "invalid_request_error", "charge_already_refunded", "there is not so much left")
        name = metadata.get("refund_id") or secrets.token_hex(16)
        refund = self._till.refund(payment, name, amount, metadata=metadata)
        self.tell_refund(refund)
        return 200, show_refund(refund)

    def _read_refund(self, _form: Tree, ref: str) -> Answer:
        found = next((each for each in self._till.refunds.values() if each.ref == ref), None)
        if found is None:
            return _fail(404, "invalid_request_error", "resource_missing", "no such refund")
        return 200, show_refund(found)

    def _list_movements(self, form: Tree) -> Answer:
        since = int(read_text(form, "created", "gte") or "0")
        until = int(read_text(form, "created", "lt") or str(2**40))
        limit = min(int(read_text(form, "limit") or "10"), LINES_PER_PAGE_MAX)
        after = read_text(form, "starting_after")
        found = self._till.list_movements(Brand.STRIPE, since_s=since, until_s=until)[::-1]
        if after is not None:
            places = [place for place, movement in enumerate(found) if movement.ref == after]
            found = found[places[0] + 1 :] if places else []
        page = [_show_movement(movement) for movement in found[:limit]]
        return 200, messages.BalanceTransactionList(data=page, has_more=len(found) > limit)

    # ---- events ------------------------------------------------------------------------------------------------------

    def tell_paid(self, payment: Payment) -> None:
        """Tell that a payer has paid, or has let money be set aside."""
        if payment.checkout_ref:
            self.tell(payment, "checkout.session.completed")
        if payment.ref.startswith("pi_"):
            is_held = payment.status is Status.AUTHORISED
            self.tell(payment, "payment_intent.amount_capturable_updated" if is_held else "payment_intent.succeeded")

    def tell(self, payment: Payment, kind: str) -> None:
        """Send an event about a payment, as it stands now."""
        is_checkout = kind.startswith("checkout.")
        told = self._till.tell(payment)
        if self._till.mischief.is_of_another:
            told = msgspec.structs.replace(told, ref=f"pi_{secrets.token_hex(12)}", metadata={"payment_id": STRANGER})
        self._send(kind, self._show_checkout(told) if is_checkout else self._show_intent(told))

    def tell_expired(self, payment: Payment, *, was_held: bool) -> None:
        """Tell that the payer's time is over, or that the bank let go what it had set aside."""
        self.tell(payment, "payment_intent.canceled" if was_held else "checkout.session.expired")

    def tell_refund(self, refund: Refund) -> None:
        """Send an event about a refund."""
        self._send("refund.failed" if refund.status == "failed" else "refund.updated", show_refund(refund))

    def tell_dispute(self, dispute: Dispute) -> None:
        """Send an event about a dispute."""
        shown = messages.Dispute(
            id=dispute.ref,
            amount=dispute.amount,
            currency=dispute.payment.currency.lower(),
            status=dispute.status,
            reason=dispute.reason,
            payment_intent=dispute.payment.ref,
        )
        is_open = dispute.status.endswith("needs_response")
        self._send("charge.dispute.created" if is_open else "charge.dispute.closed", shown)

    def _send(self, kind: str, shown: msgspec.Struct) -> None:
        event = messages.Event(
            id=f"evt_{secrets.token_hex(12)}",
            type=kind,
            created=self._till.now_s(),
            data=messages.EventData(object=msgspec.Raw(msgspec.json.encode(shown))),
        )
        body = msgspec.json.encode(event)

        def make() -> Notice:
            secret = STRANGER if self._till.mischief.is_forged else self._keys.stripe_webhook
            signature = sign(body, secret=secret, at_s=self._till.now_s())
            headers = {"Content-Type": "application/json", HEADER: signature}
            return Notice(url=self.webhook_url, headers=headers, body=body)

        self._courier.send(make)

    # ---- objects -----------------------------------------------------------------------------------------------------

    def _show_checkout(self, payment: Payment, *, is_expanded: bool = False) -> messages.CheckoutSession:
        is_setup = payment.ref.startswith("seti_")
        is_done = payment.status in {Status.AUTHORISED, Status.CAPTURED}
        intent: Any = None
        if is_done and not is_setup:
            intent = self._show_intent(payment, is_expanded=True) if is_expanded else payment.ref
        setup: Any = None
        if is_setup:
            setup = self._show_setup(payment) if is_expanded else payment.ref
        status = "complete" if is_done else "expired" if payment.status is Status.CANCELLED else "open"
        return messages.CheckoutSession(
            id=payment.checkout_ref,
            mode="setup" if is_setup else "payment",
            status=status,
            payment_status="paid" if payment.status is Status.CAPTURED else "unpaid",
            url=f"{self._address}/pay/{payment.checkout_ref}" if status == "open" else None,
            amount_total=payment.amount or None,
            currency=payment.currency.lower(),
            client_reference_id=payment.order_no,
            customer=payment.customer or None,
            payment_intent=intent,
            setup_intent=setup,
            metadata=payment.metadata,
            expires_at=payment.expires_s,
        )

    def _show_setup(self, payment: Payment) -> messages.SetupIntent:
        return messages.SetupIntent(
            id=payment.ref,
            status="succeeded" if payment.method else "requires_payment_method",
            customer=payment.customer or None,
            payment_method=self._show_method(payment.method) if payment.method else None,
            metadata=payment.metadata,
        )

    def _show_intent(self, payment: Payment, *, is_expanded: bool = False) -> messages.PaymentIntent:
        charge: Any = None
        if payment.status in {Status.AUTHORISED, Status.CAPTURED}:
            name = f"ch_{payment.ref[3:]}"
            charge = self._show_charge(payment, name) if is_expanded else name
        method: Any = payment.method or None
        if payment.method and is_expanded:
            method = self._show_method(payment.method)
        return messages.PaymentIntent(
            id=payment.ref,
            status=_STATUSES[payment.status],  # pyright: ignore[reportArgumentType] - the table holds its words alone
            amount=payment.amount,
            currency=payment.currency.lower(),
            amount_capturable=payment.amount if payment.status is Status.AUTHORISED else 0,
            amount_received=payment.captured,
            capture_method="manual" if payment.is_hold else "automatic",
            customer=payment.customer or None,
            payment_method=method,
            latest_charge=charge,
            last_payment_error=_explain(payment.failure) if payment.failure else None,
            metadata=payment.metadata,
            created=payment.created_s,
        )

    def _show_charge(self, payment: Payment, name: str) -> messages.Charge:
        details = messages.MethodDetails(type="card", card=_show_card(payment.card))
        return messages.Charge(
            id=name,
            amount=payment.amount,
            amount_captured=payment.captured,
            currency=payment.currency.lower(),
            payment_intent=payment.ref,
            metadata=payment.metadata,
            payment_method_details=details,
        )

    def _show_method(self, name: str) -> messages.PaymentMethod:
        customer, card = self._till.methods[name]
        return messages.PaymentMethod(id=name, customer=customer, card=_show_card(card))


def show_refund(refund: Refund) -> messages.Refund:
    """Return a refund as Stripe shows it."""
    return messages.Refund(
        id=refund.ref,
        amount=refund.amount,
        currency=refund.payment.currency.lower(),
        status=refund.status,
        payment_intent=refund.payment.ref,
        failure_reason="expired_or_canceled_card" if refund.status == "failed" else None,
        metadata=refund.metadata,
    )


def _show_movement(movement: Movement) -> messages.BalanceTransaction:
    payment = movement.payment
    kinds = {"payment": "charge", "refund": "refund", "refund_failure": "refund_failure", "dispute": "adjustment"}
    metadata = payment.metadata if movement.refund is None else {**payment.metadata, **movement.refund.metadata}
    return messages.BalanceTransaction(
        id=movement.ref,
        type=kinds[movement.kind],
        amount=movement.amount,
        fee=movement.cost,
        net=movement.amount - movement.cost,
        currency=payment.currency.lower(),
        created=movement.at_s,
        source={"id": payment.ref, "payment_intent": payment.ref, "metadata": metadata},
    )


def _show_card(card: Card | None) -> messages.CardDetails | None:
    if card is None:
        return None
    return messages.CardDetails(brand=card.brand, last4=card.number[-4:], exp_month=12, exp_year=2034)


def _explain(reason: str) -> messages.Failure:
    is_question = reason == "authentication_required"
    return messages.Failure(
        type="card_error",
        code=reason if is_question else "card_declined",
        decline_code=None if is_question else reason,
        message="Your card was declined." if not is_question else "The bank wants to ask the payer.",
    )


def _decline(intent: messages.PaymentIntent, reason: str) -> Answer:
    failure = msgspec.structs.replace(_explain(reason), payment_intent=intent)
    return 402, messages.Failed(error=failure)


def _fail(status: int, kind: str, code: str, text: str) -> Answer:
    return status, messages.Failed(error=messages.Failure(type=kind, code=code or None, message=text))


def _write(status: int, content: Any) -> Response:
    return Response(msgspec.json.encode(content), status, media_type="application/json")
