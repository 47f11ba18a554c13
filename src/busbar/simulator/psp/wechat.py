"""WeChat Pay v3, as far as Busbar uses it."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import unquote

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from busbar.simulator.psp.courier import Courier, Notice
from busbar.simulator.psp.keys import Keys
from busbar.simulator.psp.till import (
    Brand,
    Movement,
    NoPaymentError,
    Payment,
    Refund,
    Status,
    StatusError,
    Till,
    new_digits,
)
from busbar.wire.wechatpay import messages
from busbar.wire.wechatpay.bill import BillLine, write_bill
from busbar.wire.wechatpay.sealing import seal
from busbar.wire.wechatpay.signature import SignatureError, read_authorization, sign_answer, verify_request

CHINA = timezone(timedelta(hours=8))
_LIFETIME_S = 7200
DAY_S = 86_400
STRANGER = "1900000000"
"""Another merchant."""
Answer = tuple[int, Any]
_STATES = {
    Status.WAITING: "NOTPAY",
    Status.AUTHORISED: "USERPAYING",
    Status.CAPTURED: "SUCCESS",
    Status.CANCELLED: "CLOSED",
}
_REFUND_STATES = {"pending": "PROCESSING", "succeeded": "SUCCESS", "failed": "ABNORMAL"}


class WechatDesk:
    """Answers requests and makes notices."""

    def __init__(self, till: Till, keys: Keys, courier: Courier, *, address: str) -> None:
        self._till = till
        self._keys = keys
        self._courier = courier
        self._address = address

    async def serve(self, request: Request) -> Response:
        """Answer a signed request with a signed answer."""
        body = (await request.body()).decode()
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        try:
            self._check(request.headers.get("Authorization", ""), method=request.method, target=target, body=body)
        except SignatureError as error:
            return self._write(401, messages.Failed(code="SIGN_ERROR", message=error.text))
        path = request.path_params["path"]
        if path.startswith("bill/file/"):
            return Response(self._make_bill(path.rpartition("/")[2]), media_type="text/plain")
        try:
            return self._write(*self._route(request.method, path.split("/"), request, body))
        except NoPaymentError:
            return self._write(404, messages.Failed(code="ORDER_NOT_EXIST", message="订单不存在"))
        except StatusError as error:
            return self._write(400, messages.Failed(code="INVALID_REQUEST", message=error.text))
        except msgspec.DecodeError as error:
            return self._write(400, messages.Failed(code="PARAM_ERROR", message=str(error)[:200]))

    def _check(self, header: str, *, method: str, target: str, body: str) -> None:
        given = read_authorization(header)
        if (given.mchid, given.serial_no) != (self._keys.wechat_mchid, self._keys.wechat_merchant_serial):
            raise SignatureError("another merchant")
        key = self._keys.wechat_merchant.public_key()
        verify_request(given, method=method, target=target, body=body, key=key, now_s=self._till.now_s())

    def _route(self, method: str, path: list[str], request: Request, body: str) -> Answer:  # noqa: PLR0911 - one for each address
        match (method, *path):
            case ("POST", "v3", "pay", "transactions", ("native" | "jsapi") as way):
                return self._prepay(msgspec.json.decode(body, type=messages.PrepayRequest), way)
            case ("GET", "v3", "pay", "transactions", "out-trade-no", order_no):
                return 200, self._show(self._find(order_no))
            case ("POST", "v3", "pay", "transactions", "out-trade-no", order_no, "close"):
                payment = self._find(order_no)
                self._till.cancel(payment)
                return 204, None
            case ("POST", "v3", "refund", "domestic", "refunds"):
                return self._refund(msgspec.json.decode(body, type=messages.RefundRequest))
            case ("GET", "v3", "refund", "domestic", "refunds", number):
                refund = self._till.refunds.get((Brand.WECHATPAY, unquote(number)))
                if refund is None:
                    return 404, messages.Failed(code="RESOURCE_NOT_EXISTS", message="退款单不存在")
                return 200, self._show_refund(refund)
            case ("GET", "v3", "bill", "tradebill"):
                return self._place_bill(request.query_params.get("bill_date", ""))
            case _:
                return 404, messages.Failed(code="NOT_FOUND", message="there is no such address")

    def _write(self, status: int, content: Any) -> Response:
        body = b"" if content is None else msgspec.json.encode(content)
        headers = sign_answer(
            body.decode(),
            key=self._keys.wechat_platform,
            serial_no=self._keys.wechat_serial,
            nonce=secrets.token_hex(16),
            at_s=self._till.now_s(),
        )
        return Response(body, status, headers=headers, media_type="application/json")

    def _find(self, order_no: str) -> Payment:
        payment = self._till.find(Brand.WECHATPAY, unquote(order_no))
        if payment.status is Status.WAITING and self._till.now_s() >= payment.expires_s:
            self._till.cancel(payment)
        return payment

    def _prepay(self, wish: messages.PrepayRequest, way: str) -> Answer:
        known = self._till.payments.get((Brand.WECHATPAY, wish.out_trade_no))
        if known is not None and known.amount != wish.amount.total:
            raise StatusError("the order is there with another amount", status=known.status)
        if known is not None and known.status is not Status.WAITING:
            return 400, messages.Failed(code="ORDERPAID", message="该订单已支付")
        payment = known or self._add(wish)
        if way == "jsapi":
            return 200, messages.Prepaid(prepay_id=f"wx{payment.ref}")
        return 200, messages.Prepaid(code_url=f"{self._address}/confirm/{payment.brand}/{payment.order_no}")

    def _add(self, wish: messages.PrepayRequest) -> Payment:
        now_s = self._till.now_s()
        until = None if wish.time_expire is None else datetime.fromisoformat(wish.time_expire)
        return self._till.add(
            Payment(
                brand=Brand.WECHATPAY,
                order_no=wish.out_trade_no,
                ref=f"4200{new_digits(24)}",
                amount=wish.amount.total,
                currency=wish.amount.currency,
                description=wish.description,
                notice_url=wish.notify_url,
                created_s=now_s,
                expires_s=now_s + _LIFETIME_S if until is None else int(until.timestamp()),
            )
        )

    def _show(self, payment: Payment) -> messages.Transaction:
        is_paid = payment.status is Status.CAPTURED
        has_back = is_paid and self._till.count_left(payment) < payment.captured
        paid_at = datetime.fromtimestamp(payment.paid_s, CHINA).isoformat(timespec="seconds")
        return messages.Transaction(
            mchid=self._keys.wechat_mchid,
            appid=self._keys.wechat_appid,
            out_trade_no=payment.order_no,
            trade_state="REFUND" if has_back else _STATES[payment.status],  # pyright: ignore[reportArgumentType] - its words alone
            transaction_id=payment.ref if is_paid else None,
            success_time=paid_at if is_paid else None,
            amount=messages.Amount(total=payment.amount, currency=payment.currency),
        )

    def _refund(self, wish: messages.RefundRequest) -> Answer:
        payment = self._till.find(Brand.WECHATPAY, wish.out_trade_no)
        is_known = (Brand.WECHATPAY, wish.out_refund_no) in self._till.refunds
        refund = self._till.refund(
            payment, wish.out_refund_no, wish.amount.refund, metadata={}, notice_url=wish.notify_url or ""
        )
        if not is_known and refund.status != "pending":
            self.tell_refund(refund)
        return 200, self._show_refund(refund)

    def _show_refund(self, refund: Refund, *, is_notice: bool = False) -> messages.Refund:
        state: Any = _REFUND_STATES[refund.status]
        amount = messages.RefundAmount(refund=refund.amount, total=refund.payment.amount)
        return messages.Refund(
            mchid=self._keys.wechat_mchid if is_notice else "",
            out_trade_no=refund.payment.order_no,
            out_refund_no=refund.refund_no,
            refund_id=refund.ref,
            status=None if is_notice else state,
            refund_status=state if is_notice else None,
            amount=amount,
        )

    # ---- bills -------------------------------------------------------------------------------------------------------

    def _place_bill(self, day: str) -> Answer:
        digest = hashlib.sha1(self._make_bill(day), usedforsecurity=False).hexdigest()
        url = f"{self._address}/wechat/bill/file/{day}"
        return 200, messages.BillPlace(hash_type="SHA1", hash_value=digest, download_url=url)

    def _make_bill(self, day: str) -> bytes:
        begin_s = int(datetime.fromisoformat(day).replace(tzinfo=CHINA).timestamp())
        moved = self._till.list_movements(Brand.WECHATPAY, since_s=begin_s, until_s=begin_s + DAY_S)
        lines = [_show_movement(movement) for movement in moved]
        return write_bill(lines, mchid=self._keys.wechat_mchid, appid=self._keys.wechat_appid)

    # ---- notices -----------------------------------------------------------------------------------------------------

    def tell_paid(self, payment: Payment) -> None:
        """Tell that a payment was made."""
        shown = self._show(self._till.tell(payment))
        if self._till.mischief.is_of_another:
            shown = msgspec.structs.replace(shown, mchid=STRANGER)
        self._send(payment.notice_url, "TRANSACTION.SUCCESS", "transaction", msgspec.json.encode(shown).decode())

    def tell_expired(self, payment: Payment, *, was_held: bool) -> None:
        """WeChat Pay tells nobody that the payer's time is over."""

    def tell_refund(self, refund: Refund) -> None:
        """Tell how a refund ended."""
        kind = "REFUND.SUCCESS" if refund.status == "succeeded" else "REFUND.ABNORMAL"
        text = msgspec.json.encode(self._show_refund(refund, is_notice=True)).decode()
        self._send(refund.notice_url, kind, "refund", text)

    def _send(self, url: str, kind: str, original_type: str, text: str) -> None:
        nonce = secrets.token_hex(6)
        resource = seal(
            text,
            key=self._keys.wechat_api_key,
            nonce=nonce,
            associated_data=original_type,
            original_type=original_type,
        )
        notice = messages.Notice(
            id=secrets.token_hex(16),
            create_time=datetime.fromtimestamp(self._till.now_s(), UTC).astimezone(CHINA).isoformat(),
            event_type=kind,
            resource_type="encrypt-resource",
            resource=resource,
            summary="支付成功" if kind.startswith("TRANSACTION") else "退款",
        )
        body = msgspec.json.encode(notice)
        self._courier.send(self._sign_later(url, body))

    def _sign_later(self, url: str, body: bytes) -> Callable[[], Notice]:
        def make() -> Notice:
            is_forged = self._till.mischief.is_forged
            headers = sign_answer(
                body.decode(),
                key=self._keys.wechat_merchant if is_forged else self._keys.wechat_platform,
                serial_no=self._keys.wechat_serial,
                nonce=secrets.token_hex(16),
                at_s=self._till.now_s(),
            )
            return Notice(url=url, headers={**headers, "Content-Type": "application/json"}, body=body)

        return make


def _show_movement(movement: Movement) -> BillLine:
    refund = movement.refund
    return BillLine(
        at=f"{datetime.fromtimestamp(movement.at_s, CHINA):%Y-%m-%d %H:%M:%S}",
        transaction_id=movement.payment.ref,
        out_trade_no=movement.payment.order_no,
        amount_minor=movement.amount,
        fee_minor=movement.cost,
        currency=movement.payment.currency,
        refund_id="" if refund is None else refund.ref,
        out_refund_no="" if refund is None else refund.refund_no,
    )
