"""Alipay as a provider of payments."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from busbar.adapters.alipay.client import BILL_MAX_BYTES, AlipayClient
from busbar.canon.payments import (
    PayWay,
    ProviderNews,
    ProviderNotice,
    ProviderState,
    RefundNews,
    RefundState,
)
from busbar.canon.reconciliation import StatementLine, StatementLineKind
from busbar.kernel.errors import InvalidError
from busbar.kernel.ids import PaymentId, RefundId
from busbar.ports.payments import (
    AGREED,
    FieldSpec,
    Merchant,
    NoticeError,
    Opened,
    Order,
    PaymentKey,
    PaymentRefusedError,
    ProviderPaymentMissingError,
    RefundOrder,
)
from busbar.wire.alipay.amount import read_yuan, write_yuan
from busbar.wire.alipay.bill import BillError, BillLine, read_bill
from busbar.wire.alipay.messages import (
    BillPlace,
    Precreated,
    Refunded,
    RefundFound,
    Result,
    Trade,
    TradeNotice,
    read_time,
    write_time,
)
from busbar.wire.alipay.signature import SIGN_TYPE, join_notice, load_private_key, load_public_key, verify

CURRENCY = "CNY"
FIELDS_MAX = 100
_STATES = {
    "WAIT_BUYER_PAY": ProviderState.PENDING,
    "TRADE_SUCCESS": ProviderState.CAPTURED,
    "TRADE_FINISHED": ProviderState.CAPTURED,
    "TRADE_CLOSED": ProviderState.CANCELLED,
}


class AlipayPayments:
    """`busbar.ports.payments.Payments` on Alipay."""

    fields: Sequence[FieldSpec] = (
        FieldSpec(name="gateway_url", default="https://openapi.alipay.com/gateway.do"),
        FieldSpec(name="app_id"),
        FieldSpec(name="seller_id", is_needed=False),
        FieldSpec(name="alipay_public_key", max_chars=4000),
        FieldSpec(name="app_private_key", is_secret=True, max_chars=8000),
        *AGREED,
    )
    ways = frozenset({PayWay.PAGE, PayWay.CODE, PayWay.APP})
    can_hold = False

    def __init__(self, client: AlipayClient) -> None:
        self._client = client

    def check(self, merchant: Merchant) -> None:
        """Look whether both keys can be read."""
        load_private_key(merchant.secrets["app_private_key"])
        load_public_key(merchant.settings["alipay_public_key"])

    async def open(self, merchant: Merchant, order: Order) -> Opened:
        """Make a signed address or order, or ask for a code."""
        if order.currency != CURRENCY:
            raise PaymentRefusedError("Alipay is paid in CNY", reason="currency")
        content: dict[str, Any] = {
            "out_trade_no": order.payment_id,
            "total_amount": write_yuan(order.amount),
            "subject": order.description,
            "time_expire": write_time(order.expires_at),
        }
        news = ProviderNews(state=ProviderState.PENDING)
        urls = {"notice_url": order.notice_url}
        if order.way is PayWay.CODE:
            method = "alipay.trade.precreate"
            made = await self._client.ask(merchant, method, content, Precreated, **urls)
            return Opened(news=news, code_text=made.qr_code)
        if order.way is PayWay.APP:
            content["product_code"] = "QUICK_MSECURITY_PAY"
            return Opened(news=news, order_text=self._client.sign(merchant, "alipay.trade.app.pay", content, **urls))
        content["product_code"] = "FAST_INSTANT_TRADE_PAY"
        urls["return_url"] = order.return_url
        query = self._client.sign(merchant, "alipay.trade.page.pay", content, **urls)
        return Opened(news=news, page_url=f"{merchant.settings['gateway_url']}?{query}")

    async def query(self, merchant: Merchant, key: PaymentKey) -> ProviderNews:
        """Ask how a payment stands."""
        content = {"out_trade_no": key.payment_id}
        return _read_trade(await self._client.ask(merchant, "alipay.trade.query", content, Trade))

    async def capture(self, merchant: Merchant, key: PaymentKey, *, amount: int) -> ProviderNews:  # noqa: ARG002 - the port's
        """Nothing is set aside at Alipay: answer how it stands."""
        return await self.query(merchant, key)

    async def cancel(self, merchant: Merchant, key: PaymentKey) -> ProviderNews:
        """Close a payment that was not made; answers how it stands then."""
        try:
            await self._client.ask(merchant, "alipay.trade.close", {"out_trade_no": key.payment_id}, Result)
        except ProviderPaymentMissingError:
            return ProviderNews(state=ProviderState.CANCELLED)  # nobody came to the page: there is nothing to close
        except PaymentRefusedError:
            return await self.query(merchant, key)
        return ProviderNews(state=ProviderState.CANCELLED)

    async def refund(self, merchant: Merchant, key: PaymentKey, order: RefundOrder) -> RefundNews:
        """Give money back. `fund_change` N may be a repeat, or a refund that is still on its way: look it up."""
        content = {
            "out_trade_no": key.payment_id,
            "out_request_no": order.refund_id,
            "refund_amount": write_yuan(order.amount),
            "refund_reason": order.reason or None,
        }
        done = await self._client.ask(merchant, "alipay.trade.refund", content, Refunded)
        if done.fund_change != "Y":
            is_done = await self._is_refunded(merchant, key, order)
            return _tell_refund(order, RefundState.DONE if is_done else RefundState.PENDING)
        return _tell_refund(order, RefundState.DONE)

    async def query_refund(self, merchant: Merchant, key: PaymentKey, order: RefundOrder) -> RefundNews:
        """Ask how a refund stands; Alipay never says that one failed: what is not done is asked for again."""
        if await self._is_refunded(merchant, key, order):
            return _tell_refund(order, RefundState.DONE)
        return await self.refund(merchant, key, order)

    async def _is_refunded(self, merchant: Merchant, key: PaymentKey, order: RefundOrder) -> bool:
        content = {"out_trade_no": key.payment_id, "out_request_no": order.refund_id}
        method = "alipay.trade.fastpay.refund.query"
        found = await self._client.ask(merchant, method, content, RefundFound)
        return found.refund_status == "REFUND_SUCCESS"

    def read_notice(
        self,
        merchant: Merchant,
        *,
        headers: Mapping[str, str],  # noqa: ARG002 - Alipay signs within the body
        body: bytes,
        now: datetime,  # noqa: ARG002 - notices of Alipay carry no time limit: they are known by their id
    ) -> ProviderNotice:
        """Check and read a notice."""
        try:
            pairs = parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=FIELDS_MAX)
        except ValueError:
            raise NoticeError("the notice is no form") from None
        form = dict(pairs)
        if form.get("sign_type", SIGN_TYPE) != SIGN_TYPE:
            raise NoticeError("the notice is signed in another way")
        verify(join_notice(form), form.get("sign", ""), load_public_key(merchant.settings["alipay_public_key"]))
        try:
            notice = msgspec.convert(form, TradeNotice)
            amount = read_yuan(notice.total_amount)
            refunded = read_yuan(notice.refund_fee) if notice.refund_fee else 0
        except (msgspec.ValidationError, InvalidError):
            raise NoticeError("the notice cannot be read") from None
        seller_id = merchant.settings.get("seller_id", "")
        if notice.app_id != merchant.settings["app_id"] or (seller_id and notice.seller_id != seller_id):
            raise NoticeError("the notice is for another merchant")
        payment_id = PaymentId(notice.out_trade_no)
        if notice.out_biz_no and notice.refund_fee:
            # the sum of all refunds is told, not this one's: what it was is asked for
            refund = RefundNews(refund_id=RefundId(notice.out_biz_no), state=RefundState.PENDING)
            return ProviderNotice(event_id=notice.notify_id, kind="refund", payment_id=payment_id, refund=refund)
        state = _STATES[notice.trade_status]
        if state is ProviderState.CANCELLED and refunded:
            state = ProviderState.CAPTURED  # closed because all of it went back
        news = ProviderNews(
            state=state,
            provider_ref=notice.trade_no,
            amount=amount,
            currency=CURRENCY,
            captured=amount if state is ProviderState.CAPTURED else None,
            method_label=notice.buyer_logon_id[:60],
        )
        return ProviderNotice(event_id=notice.notify_id, kind=notice.trade_status, payment_id=payment_id, news=news)

    async def download_statement(self, merchant: Merchant, day: date) -> Sequence[StatementLine]:
        """Fetch the bill of a day (China's)."""
        content = {"bill_type": "trade", "bill_date": day.isoformat()}
        method = "alipay.data.dataservice.bill.downloadurl.query"
        place = await self._client.ask(merchant, method, content, BillPlace)
        return self.read_statement(await self._client.fetch(place.bill_download_url))

    def read_statement(self, body: bytes) -> Sequence[StatementLine]:
        """Read a bill from a file: the archive as it is fetched, or the CSV within."""
        if body[:2] != b"PK":
            return [_read_line(line) for line in read_bill(body)]
        try:
            archive = zipfile.ZipFile(io.BytesIO(body))
            members = [member for member in archive.infolist() if not member.is_dir()]
            details = [member for member in members if "汇总" not in member.filename] or members
            if not details or details[0].file_size > BILL_MAX_BYTES:
                raise BillError("the archive holds no bill, or too long a one")
            return [_read_line(line) for line in read_bill(archive.read(details[0]))]
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError):
            raise BillError("the archive cannot be read") from None


def _read_trade(trade: Trade) -> ProviderNews:
    try:
        amount = read_yuan(trade.total_amount) if trade.total_amount else None
    except InvalidError:
        amount = None
    state = _STATES[trade.trade_status]
    return ProviderNews(
        state=state,
        provider_ref=trade.trade_no,
        amount=amount,
        currency=CURRENCY,
        captured=amount if state is ProviderState.CAPTURED else None,
        method_label=(trade.buyer_logon_id or "")[:60],
    )


def _tell_refund(order: RefundOrder, state: RefundState) -> RefundNews:
    return RefundNews(refund_id=order.refund_id, state=state, amount=order.amount, currency=order.currency)


def _read_line(line: BillLine) -> StatementLine:
    return StatementLine(
        line_ref=f"{line.trade_no}-{line.out_request_no}" if line.is_refund else line.trade_no,
        kind=StatementLineKind.REFUND if line.is_refund else StatementLineKind.PAYMENT,
        amount=line.amount_minor,
        currency=CURRENCY,
        cost=-line.fee_minor if line.fee_minor < 0 else line.fee_minor,
        payment_id=PaymentId(line.out_trade_no),
        refund_id=RefundId(line.out_request_no) if line.out_request_no else None,
        provider_ref=line.trade_no,
        at=read_time(line.done_at).astimezone(UTC),
    )
