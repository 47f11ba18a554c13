"""The provider put together: three interfaces, the payers' pages, and the handle for mischief."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from busbar.kernel.clock import Clock
from busbar.kernel.errors import BusbarError, NotFoundError
from busbar.simulator.psp import pages
from busbar.simulator.psp.alipay import AlipayDesk
from busbar.simulator.psp.courier import Courier
from busbar.simulator.psp.keys import describe, make_keys
from busbar.simulator.psp.stripe import StripeDesk
from busbar.simulator.psp.till import CARDS, Brand, Card, Mischief, Payment, Status, Till, new_digits
from busbar.simulator.psp.wechat import WechatDesk

CLASSIC = Card(number="", brand="wallet")
SEE_OTHER = 303
FIELDS_MAX = 20
API_PATHS = ("/stripe/", "/alipay/gateway.do", "/wechat/")


class Psp:
    """A payment provider in memory."""

    def __init__(self, *, clock: Clock, address: str) -> None:
        """`address`: where it is reached, without a slash at the end."""
        self.address = address
        self.keys = make_keys(now=clock.now())
        self.till = Till(now_s=lambda: int(clock.now().timestamp()))
        self.courier = Courier(self.till)
        self.stripe = StripeDesk(self.till, self.keys, self.courier, address=address)
        self.alipay = AlipayDesk(self.till, self.keys, self.courier, address=address)
        self.wechat = WechatDesk(self.till, self.keys, self.courier, address=address)

    def credentials(self) -> dict[str, dict[str, dict[str, str]]]:
        """Return what a merchant enters to be paid here."""
        return describe(self.keys, address=self.address)

    def make_app(self) -> Starlette:
        """Return the HTTP app."""

        @asynccontextmanager
        async def live(_app: Starlette) -> AsyncGenerator[None]:
            yield
            await self.courier.close()

        both, post, get = ["GET", "POST"], ["POST"], ["GET"]
        routes = [
            Route("/stripe/{path:path}", self.stripe.serve, methods=both),
            Route("/alipay/gateway.do", self.alipay.serve, methods=both),
            Route("/alipay/bill/{day}", self.alipay.serve_bill, methods=get),
            Route("/wechat/{path:path}", self.wechat.serve, methods=both),
            Route("/pay/{ref}", self.serve_card_page, methods=both),
            Route("/confirm/{brand}/{order_no}", self.serve_confirmation, methods=both),
            Route("/control/credentials", self.show_credentials, methods=get),
            Route("/control/webhook", self.set_webhook, methods=post),
            Route("/control/mischief", self.set_mischief, methods=post),
            Route("/control/release", self.release, methods=post),
            Route("/control/forget", self.forget, methods=post),
            Route("/control/pay", self.pay, methods=post),
            Route("/control/expire", self.expire, methods=post),
            Route("/control/refund", self.refund, methods=post),
            Route("/control/dispute", self.dispute, methods=post),
            Route("/control/notices", self.list_notices, methods=get),
            Route("/control/payments", self.list_payments, methods=get),
        ]
        handlers: dict[Any, Any] = {BusbarError: _answer_error}
        return Starlette(
            routes=routes,
            lifespan=live,
            exception_handlers=handlers,
            middleware=[Middleware(_Obstacle, till=self.till)],
        )

    # ---- payers' pages -----------------------------------------------------------------------------------------------

    async def serve_card_page(self, request: Request) -> Response:
        """Let a payer enter a card."""
        payment = self.till.find_by_ref(request.path_params["ref"])
        action = f"{self.address}/pay/{payment.checkout_ref}"
        if payment.status is not Status.WAITING:
            return HTMLResponse(pages.show_end(payment, "This payment is over."), 410)
        if request.method == "GET":
            return HTMLResponse(pages.show_card_form(payment, action=action))
        form = await _read_form(request)
        if form.get("step") == "cancel":
            return RedirectResponse(payment.return_url, SEE_OTHER)
        number = "".join(form.get("number", "").split())
        return self._use_card(payment, number, step=form.get("step", ""), action=action)

    def _use_card(self, payment: Payment, number: str, *, step: str, action: str) -> Response:
        card = CARDS.get(number)
        if card is None:
            return HTMLResponse(pages.show_card_form(payment, action=action, error="Use one of the test numbers."))
        if card.decline or step == "refuse":
            return self._decline(payment, card.decline or "authentication_failed", action)
        if card.is_challenged and step != "approve":
            return HTMLResponse(pages.show_challenge(payment, action=action, number=number))
        self._authorise(payment, card)
        return RedirectResponse(payment.return_url, SEE_OTHER)

    def _decline(self, payment: Payment, reason: str, action: str) -> Response:
        payment.failure = reason
        self.stripe.tell(payment, "payment_intent.payment_failed")
        text = {"insufficient_funds": "Your card has insufficient funds."}.get(reason, "Your card was declined.")
        return HTMLResponse(pages.show_card_form(payment, action=action, error=text), 402)

    async def serve_confirmation(self, request: Request) -> Response:
        """Let a payer confirm in what stands for the provider's app."""
        payment = self._find(request.path_params["brand"], request.path_params["order_no"])
        if payment.status is not Status.WAITING:
            return HTMLResponse(pages.show_end(payment, "支付已结束 This payment is over."), 410)
        action = f"{self.address}/confirm/{payment.brand}/{payment.order_no}"
        if request.method == "GET":
            return HTMLResponse(pages.show_confirmation(payment, action=action))
        form = await _read_form(request)
        if form.get("step") == "pay":
            self._authorise(payment, CLASSIC)
        if payment.return_url:
            return RedirectResponse(self.alipay.return_to(payment), SEE_OTHER)
        is_paid = payment.captured > 0
        return HTMLResponse(pages.show_end(payment, "支付成功 Paid." if is_paid else "已取消 Cancelled."))

    def _find(self, brand: str, order_no: str) -> Payment:
        if brand not in set(Brand):
            raise NotFoundError("there is no such interface")
        return self.till.find(Brand(brand), order_no)

    def _authorise(self, payment: Payment, card: Card) -> None:
        self.till.authorise(payment, card)
        self.desk_of(payment).tell_paid(payment)

    def desk_of(self, payment: Payment) -> StripeDesk | AlipayDesk | WechatDesk:
        """Return whose interface a payment came by."""
        desks = {Brand.STRIPE: self.stripe, Brand.ALIPAY: self.alipay, Brand.WECHATPAY: self.wechat}
        return desks[payment.brand]

    # ---- the handle --------------------------------------------------------------------------------------------------

    async def show_credentials(self, _request: Request) -> Response:
        """Show what a merchant enters."""
        return _write(self.credentials())

    async def set_webhook(self, request: Request) -> Response:
        """Say where Stripe's events go (the other providers are told with each payment)."""
        self.stripe.webhook_url = str((await request.json())["url"])
        return _write({})

    async def set_mischief(self, request: Request) -> Response:
        """Say what goes wrong from now on; what is not named is as it should be."""
        self.till.mischief = msgspec.convert(await request.json(), Mischief)
        return _write(self.till.mischief)

    async def release(self, _request: Request) -> Response:
        """Send the notices that were held."""
        return _write({"sent": await self.courier.release()})

    async def forget(self, _request: Request) -> Response:
        """Be as after the start, with the same keys: nothing was paid, nothing waits, nothing goes wrong."""
        await self.courier.forget()
        self.till.forget()
        self.stripe.forget()
        return _write({})

    async def pay(self, request: Request) -> Response:
        """Pay in the payer's place: with a test number, or by confirming; or (`amount`) without being asked for it."""
        wish = await request.json()
        if "amount" in wish:
            return _write(_show(self.till.sell(Brand(wish["provider"]), int(wish["amount"]), wish["currency"])))
        payment = self._find(wish["provider"], wish["order_no"])
        self._authorise(payment, CARDS[wish["number"]] if wish.get("number") else CLASSIC)
        return _write(_show(payment))

    async def expire(self, request: Request) -> Response:
        """Let the payer's time be over; a bank lets go what it had set aside."""
        wish = await request.json()
        payment = self._find(wish["provider"], wish["order_no"])
        was_held = payment.status is Status.AUTHORISED
        self.till.cancel(payment)
        self.desk_of(payment).tell_expired(payment, was_held=was_held)
        return _write(_show(payment))

    async def refund(self, request: Request) -> Response:
        """Let a refund that is on its way go through, or fail; or give money back by hand, unasked (`order_no`)."""
        wish = await request.json()
        if "order_no" in wish:
            payment = self._find(wish["provider"], wish["order_no"])
            refund = self.till.refund(payment, f"hand-{new_digits(12)}", int(wish["amount"]), metadata={})
            refund.notice_url = payment.notice_url
        else:
            found = self.till.refunds.get((Brand(wish["provider"]), wish["refund_no"]))
            if found is None:
                raise NotFoundError("there is no such refund")
            refund = found
            self.till.end_refund(refund, has_failed=bool(wish.get("has_failed")))
        self.desk_of(refund.payment).tell_refund(refund)
        return _write({"status": refund.status, "refund_no": refund.refund_no})

    async def dispute(self, request: Request) -> Response:
        """Open a dispute about a payment, or end one."""
        wish = await request.json()
        if "dispute" in wish:
            found = self.till.close_dispute(wish["dispute"], is_won=bool(wish.get("is_won")))
        else:
            payment = self._find("stripe", wish["order_no"])
            reason, is_inquiry = str(wish.get("reason", "fraudulent")), bool(wish.get("is_inquiry"))
            found = self.till.open_dispute(payment, int(wish["amount"]), reason, is_inquiry=is_inquiry)
        self.stripe.tell_dispute(found)
        return _write({"dispute": found.ref, "status": found.status})

    async def list_notices(self, _request: Request) -> Response:
        """List the notices that were sent, and how they were answered."""
        return _write(list(self.courier.sent))

    async def list_payments(self, _request: Request) -> Response:
        """List all payments, with what went back of each."""
        refunded: Counter[str] = Counter()
        for refund in self.till.refunds.values():
            refunded[refund.payment.ref] += refund.amount if refund.status == "succeeded" else 0
        return _write([{**_show(each), "refunded": refunded[each.ref]} for each in self.till.payments.values()])


class _Obstacle:
    """Stands in the way of merchants' requests as the mischief says; pages and the handle always work."""

    def __init__(self, app: ASGIApp, till: Till) -> None:
        self._app = app
        self._till = till

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        try:
            await self._serve(scope, receive, send)
        except ClientDisconnect:  # who hung up is not answered
            return

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        mischief = self._till.mischief
        if scope["type"] != "http" or not scope["path"].startswith(API_PATHS):
            await self._app(scope, receive, send)
            return
        if mischief.is_down:
            await Response("down", 503)(scope, receive, send)
            return
        if scope["method"] == "POST" and mischief.slow_count > 0 and mischief.slow_after > 0:
            mischief.slow_after -= 1
        elif scope["method"] == "POST" and mischief.slow_count > 0:
            mischief.slow_count -= 1
            held: list[Any] = []

            async def hold(message: Any) -> None:
                held.append(message)

            await self._app(scope, receive, hold)
            await asyncio.sleep(mischief.slow_s)
            for message in held:
                await send(message)
            return
        await self._app(scope, receive, send)


async def _answer_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, BusbarError)  # noqa: S101 - it is registered for these alone
    status = 404 if isinstance(error, NotFoundError) else 409
    return Response(
        msgspec.json.encode({"code": error.code, "text": error.text}), status, media_type="application/json"
    )


async def _read_form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True, max_num_fields=FIELDS_MAX))


def _show(payment: Payment) -> dict[str, Any]:
    return {
        "provider": payment.brand,
        "order_no": payment.order_no,
        "ref": payment.ref,
        "amount": payment.amount,
        "currency": payment.currency,
        "status": payment.status,
        "captured": payment.captured,
    }


def _write(content: Any) -> Response:
    return Response(msgspec.json.encode(content), media_type="application/json")
