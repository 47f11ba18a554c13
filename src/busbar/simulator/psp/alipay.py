"""Alipay's open gateway, as far as Busbar uses it."""

import io
import json
import secrets
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from busbar.kernel.errors import BusbarError
from busbar.simulator.psp import pages
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
from busbar.wire.alipay.amount import read_yuan, write_yuan
from busbar.wire.alipay.answer import write_answer
from busbar.wire.alipay.bill import BillLine, write_bill
from busbar.wire.alipay.messages import CHINA, SUCCESS, read_time, write_time
from busbar.wire.alipay.signature import SIGN_TYPE, SignatureError, join, join_notice, sign, verify

Answer = dict[str, Any]
_LIFETIME_S = 7200
DAY_S = 86_400
_STATUSES = {
    Status.WAITING: "WAIT_BUYER_PAY",
    Status.AUTHORISED: "WAIT_BUYER_PAY",
    Status.CAPTURED: "TRADE_SUCCESS",
    Status.CANCELLED: "TRADE_CLOSED",
}
BUYER = "dem***@example.org"
STRANGER = "2088000000000000"
"""Another merchant."""


class AlipayDesk:
    """Answers requests and makes notices."""

    def __init__(self, till: Till, keys: Keys, courier: Courier, *, address: str) -> None:
        self._till = till
        self._keys = keys
        self._courier = courier
        self._address = address

    async def serve(self, request: Request) -> Response:
        """Answer a request at the gateway, by form or by address."""
        text = (await request.body()).decode() if request.method == "POST" else request.url.query
        given = dict(parse_qsl(text, keep_blank_values=True))
        method = given.get("method", "")
        problem = self._check(given)
        if method == "alipay.trade.page.pay":
            if problem is not None:
                return PlainTextResponse(f"{problem['sub_code']}: {problem['sub_msg']}", 400)
            payment = self.prepare(given)
            return HTMLResponse(pages.show_confirmation(payment, action=self.name_page(payment)))
        content = problem or self._route(method, given)
        return Response(write_answer(method, content, self._keys.alipay_platform), media_type="text/html;charset=utf-8")

    def _check(self, given: dict[str, str]) -> Answer | None:
        if given.get("app_id") != self._keys.alipay_app_id:
            return _fail("40002", "isv.invalid-app-id", "there is no such app")
        try:
            verify(join(given), given.get("sign", ""), self._keys.alipay_merchant.public_key())
        except SignatureError:
            return _fail("40002", "isv.invalid-signature", "the signature is not that of the app")
        return None

    def _route(self, method: str, given: dict[str, str]) -> Answer:
        routes: dict[str, Callable[[dict[str, str], dict[str, Any]], Answer]] = {
            "alipay.trade.precreate": self._precreate,
            "alipay.trade.query": self._query,
            "alipay.trade.close": self._close,
            "alipay.trade.refund": self._refund,
            "alipay.trade.fastpay.refund.query": self._query_refund,
            "alipay.data.dataservice.bill.downloadurl.query": self._place_bill,
        }
        handler = routes.get(method)
        if handler is None:
            return _fail("40004", "isv.invalid-method", "there is no such method")
        try:
            return handler(given, json.loads(given.get("biz_content", "{}")))
        except NoPaymentError:
            return _fail("40004", "ACQ.TRADE_NOT_EXIST", "交易不存在")
        except BusbarError as error:
            return _fail("40004", "ACQ.INVALID_PARAMETER", error.text)

    def prepare(self, given: dict[str, str]) -> Payment:
        """Make the payment that signed parameters ask for, or return it if it is there."""
        content = json.loads(given.get("biz_content", "{}"))
        order_no = content["out_trade_no"]
        amount = read_yuan(content["total_amount"])
        known = self._till.payments.get((Brand.ALIPAY, order_no))
        if known is not None:
            if known.amount != amount:
                raise StatusError("the order is there with another amount", status=known.status)
            return known
        now_s = self._till.now_s()
        until = content.get("time_expire")
        return self._till.add(
            Payment(
                brand=Brand.ALIPAY,
                order_no=order_no,
                ref=f"{datetime.fromtimestamp(now_s, CHINA):%Y%m%d}22001{new_digits(15)}",
                amount=amount,
                currency="CNY",
                description=content.get("subject", ""),
                notice_url=given.get("notify_url", ""),
                return_url=given.get("return_url", ""),
                created_s=now_s,
                expires_s=int(read_time(until).timestamp()) if until else now_s + _LIFETIME_S,
            )
        )

    def name_page(self, payment: Payment) -> str:
        """Return where the payer confirms."""
        return f"{self._address}/confirm/{payment.brand}/{payment.order_no}"

    def _precreate(self, given: dict[str, str], _content: dict[str, Any]) -> Answer:
        payment = self.prepare(given)
        return _tell(out_trade_no=payment.order_no, qr_code=self.name_page(payment))

    def _query(self, _given: dict[str, str], content: dict[str, Any]) -> Answer:
        payment = self._till.find(Brand.ALIPAY, content["out_trade_no"])
        if payment.status is Status.WAITING and self._till.now_s() >= payment.expires_s:
            self._till.cancel(payment)
        return _tell(
            out_trade_no=payment.order_no,
            trade_no=payment.ref,
            trade_status=self._name_status(payment),
            total_amount=write_yuan(payment.amount),
            buyer_logon_id=BUYER,
        )

    def _name_status(self, payment: Payment) -> str:
        is_empty = payment.status is Status.CAPTURED and self._till.count_left(payment) == 0
        return "TRADE_CLOSED" if is_empty else _STATUSES[payment.status]

    def _close(self, _given: dict[str, str], content: dict[str, Any]) -> Answer:
        payment = self._till.find(Brand.ALIPAY, content["out_trade_no"])
        if payment.status is Status.CAPTURED:
            return _fail("40004", "ACQ.TRADE_STATUS_ERROR", "交易状态不合法")
        self._till.cancel(payment)
        return _tell(out_trade_no=payment.order_no, trade_no=payment.ref)

    def _refund(self, _given: dict[str, str], content: dict[str, Any]) -> Answer:
        payment = self._till.find(Brand.ALIPAY, content["out_trade_no"])
        number = content["out_request_no"]
        amount = read_yuan(content["refund_amount"])
        if self._till.mischief.refunds == "fail":
            return _fail("40004", "ACQ.SELLER_BALANCE_NOT_ENOUGH", "卖家余额不足")
        known = self._till.refunds.get((Brand.ALIPAY, number))
        if known is not None and known.amount != amount:
            return _fail("40004", "ACQ.DISCORDANT_REPEAT_REQUEST", "请求不一致")
        if known is not None and known.status == "failed":
            del self._till.refunds[Brand.ALIPAY, number]
        is_known = (Brand.ALIPAY, number) in self._till.refunds
        if not is_known and (payment.status is not Status.CAPTURED or amount > self._till.count_left(payment)):
            return _fail("40004", "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限")
        refund = self._till.refund(payment, number, amount, metadata={})
        is_moved = not is_known and refund.status == "succeeded"
        if is_moved:
            self.tell_refund(refund)
        refunded = payment.captured - self._till.count_left(payment)
        return _tell(
            out_trade_no=payment.order_no,
            trade_no=payment.ref,
            refund_fee=write_yuan(refunded),
            fund_change="Y" if is_moved else "N",
        )

    def _query_refund(self, _given: dict[str, str], content: dict[str, Any]) -> Answer:
        refund = self._till.refunds.get((Brand.ALIPAY, content["out_request_no"]))
        if refund is None:
            return _tell()
        found = {"refund_status": "REFUND_SUCCESS"} if refund.status == "succeeded" else {}
        return _tell(
            out_trade_no=refund.payment.order_no,
            out_request_no=refund.refund_no,
            trade_no=refund.payment.ref,
            refund_amount=write_yuan(refund.amount),
            **found,
        )

    # ---- bills -------------------------------------------------------------------------------------------------------

    def _place_bill(self, _given: dict[str, str], content: dict[str, Any]) -> Answer:
        return _tell(bill_download_url=f"{self._address}/alipay/bill/{content['bill_date']}")

    async def serve_bill(self, request: Request) -> Response:
        """Hand out the bill of a day as the archive that Alipay makes."""
        day = request.path_params["day"]
        begin_s = int(datetime.fromisoformat(day).replace(tzinfo=CHINA).timestamp())
        moved = self._till.list_movements(Brand.ALIPAY, since_s=begin_s, until_s=begin_s + DAY_S)
        lines = [self._show_movement(movement) for movement in moved]
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            body = write_bill(lines, seller_id=self._keys.alipay_seller_id)
            archive.writestr(f"{self._keys.alipay_seller_id}_{day}_业务明细.csv", body)
            archive.writestr(f"{self._keys.alipay_seller_id}_{day}_业务明细(汇总).csv", b"")
        return Response(out.getvalue(), media_type="application/zip")

    def _show_movement(self, movement: Movement) -> BillLine:
        return BillLine(
            trade_no=movement.payment.ref,
            out_trade_no=movement.payment.order_no,
            is_refund=movement.refund is not None,
            done_at=write_time(datetime.fromtimestamp(movement.at_s, UTC)),
            amount_minor=movement.amount,
            fee_minor=-movement.cost,
            out_request_no="" if movement.refund is None else movement.refund.refund_no,
        )

    # ---- notices -----------------------------------------------------------------------------------------------------

    def tell_paid(self, payment: Payment) -> None:
        """Tell how a payment stands."""
        self._send(self._till.tell(payment), {"trade_status": self._name_status(payment)})

    def tell_expired(self, payment: Payment, *, was_held: bool) -> None:  # noqa: ARG002 - nothing is set aside here
        """Tell that the payer's time is over."""
        self.tell_paid(payment)

    def tell_refund(self, refund: Refund) -> None:
        """Tell of a refund that went through: the sum of all of them, and the number of this one."""
        payment = refund.payment
        if refund.status != "succeeded":
            return
        refunded = payment.captured - self._till.count_left(payment)
        more = {"refund_fee": write_yuan(refunded), "out_biz_no": refund.refund_no}
        self._send(payment, {"trade_status": self._name_status(payment), **more})

    def return_to(self, payment: Payment) -> str:
        """Return where the payer's browser goes back to, with signed parameters."""
        fields = {
            "out_trade_no": payment.order_no,
            "trade_no": payment.ref,
            "total_amount": write_yuan(payment.amount),
            "app_id": self._keys.alipay_app_id,
            "sign_type": SIGN_TYPE,
            "timestamp": self._now_text(),
        }
        fields["sign"] = sign(join_notice(fields), self._keys.alipay_platform)
        mark = "&" if "?" in payment.return_url else "?"
        return f"{payment.return_url}{mark}{urlencode(fields)}"

    def _now_text(self) -> str:
        return write_time(datetime.fromtimestamp(self._till.now_s(), UTC))

    def _send(self, payment: Payment, more: dict[str, str]) -> None:
        fields = {
            "notify_id": secrets.token_hex(16),
            "notify_time": self._now_text(),
            "notify_type": "trade_status_sync",
            "app_id": self._keys.alipay_app_id,
            "seller_id": self._keys.alipay_seller_id,
            "out_trade_no": payment.order_no,
            "trade_no": payment.ref,
            "total_amount": write_yuan(payment.amount),
            "buyer_logon_id": BUYER,
            "charset": "utf-8",
            "version": "1.0",
            "sign_type": SIGN_TYPE,
            **more,
        }
        mischief = self._till.mischief
        if mischief.is_of_another:
            fields["app_id"] = fields["seller_id"] = STRANGER
        key = self._keys.alipay_merchant if mischief.is_forged else self._keys.alipay_platform
        fields["sign"] = sign(join_notice(fields), key)
        body = urlencode(fields).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        url = payment.notice_url
        self._courier.send(lambda: Notice(url=url, headers=headers, body=body, expected="success"))


def _tell(**content: Any) -> Answer:
    return {"code": SUCCESS, "msg": "Success", **content}


def _fail(code: str, sub_code: str, text: str) -> Answer:
    return {"code": code, "msg": "Business Failed", "sub_code": sub_code, "sub_msg": text}
