"""WeChat Pay as a provider of payments."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TypeVar
from urllib.parse import quote, urlencode

import msgspec

from busbar.adapters.wechatpay.client import WechatClient
from busbar.canon.payments import (
    PayWay,
    ProviderNews,
    ProviderNotice,
    ProviderState,
    RefundNews,
    RefundState,
)
from busbar.canon.reconciliation import StatementLine, StatementLineKind
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
    ProviderUnavailableError,
    RefundOrder,
)
from busbar.wire.wechatpay.bill import BillError, BillLine, read_bill
from busbar.wire.wechatpay.messages import (
    Amount,
    BillPlace,
    CloseRequest,
    Notice,
    Payer,
    Prepaid,
    PrepayRequest,
    Refund,
    RefundAmount,
    RefundRequest,
    Transaction,
)
from busbar.wire.wechatpay.sealing import KEY_BYTES, ApiKeyError, unseal
from busbar.wire.wechatpay.signature import load_private_key, load_public_key, sign_for_client, verify_answer

T = TypeVar("T")
CURRENCY = "CNY"
CHINA = timezone(timedelta(hours=8))
_STATES = {
    "SUCCESS": ProviderState.CAPTURED,
    "REFUND": ProviderState.CAPTURED,
    "NOTPAY": ProviderState.PENDING,
    "USERPAYING": ProviderState.PENDING,
    "PAYERROR": ProviderState.FAILED,
    "CLOSED": ProviderState.CANCELLED,
    "REVOKED": ProviderState.CANCELLED,
}
_REFUND_STATES = {
    "SUCCESS": RefundState.DONE,
    "PROCESSING": RefundState.PENDING,
    "CLOSED": RefundState.FAILED,
    "ABNORMAL": RefundState.FAILED,
}


class WechatPayments:
    """`busbar.ports.payments.Payments` on WeChat Pay."""

    fields: Sequence[FieldSpec] = (
        FieldSpec(name="api_url", default="https://api.mch.weixin.qq.com"),
        FieldSpec(name="mchid"),
        FieldSpec(name="appid"),
        FieldSpec(name="merchant_serial"),
        FieldSpec(name="platform_serial"),
        FieldSpec(name="platform_key", max_chars=8000),
        FieldSpec(name="merchant_private_key", is_secret=True, max_chars=8000),
        FieldSpec(name="api_v3_key", is_secret=True),
        *AGREED,
    )
    ways = frozenset({PayWay.CODE, PayWay.INSIDE})
    can_hold = False

    def __init__(self, client: WechatClient) -> None:
        self._client = client

    def check(self, merchant: Merchant) -> None:
        """Look whether keys can be read."""
        load_private_key(merchant.secrets["merchant_private_key"])
        load_public_key(merchant.settings["platform_key"])
        if len(merchant.secrets["api_v3_key"].encode()) != KEY_BYTES:
            raise ApiKeyError("an API v3 key has 32 bytes")

    async def open(self, merchant: Merchant, order: Order) -> Opened:
        """Prepare a payment: by code, or for the page inside WeChat."""
        if order.currency != CURRENCY:
            raise PaymentRefusedError("WeChat Pay is paid in CNY", reason="currency")
        is_inside = order.way is PayWay.INSIDE
        if is_inside and not order.payer_ref:
            raise PaymentRefusedError("a payment inside WeChat needs the payer's openid", reason="payer")
        body = PrepayRequest(
            appid=merchant.settings["appid"],
            mchid=merchant.settings["mchid"],
            description=order.description,
            out_trade_no=order.payment_id,
            notify_url=order.notice_url,
            amount=Amount(total=order.amount, currency=CURRENCY),
            time_expire=order.expires_at.astimezone(CHINA).isoformat(timespec="seconds"),
            payer=Payer(openid=order.payer_ref) if is_inside else None,
        )
        target = f"/v3/pay/transactions/{'jsapi' if is_inside else 'native'}"
        made = _demand(await self._client.ask(merchant, "POST", target, body=body, reply=Prepaid))
        order_text = ""
        if made.prepay_id:
            client_order = sign_for_client(
                app_id=merchant.settings["appid"],
                prepay_id=made.prepay_id,
                key=load_private_key(merchant.secrets["merchant_private_key"]),
                nonce=self._client.new_nonce(),
                at_s=self._client.now_s,
            )
            order_text = json.dumps(client_order)
        news = ProviderNews(state=ProviderState.PENDING)
        return Opened(news=news, code_text=made.code_url or "", order_text=order_text)

    async def query(self, merchant: Merchant, key: PaymentKey) -> ProviderNews:
        """Ask how a payment stands."""
        query = urlencode({"mchid": merchant.settings["mchid"]})
        target = f"/v3/pay/transactions/out-trade-no/{quote(key.payment_id)}?{query}"
        return _read_transaction(_demand(await self._client.ask(merchant, "GET", target, reply=Transaction)))

    async def capture(self, merchant: Merchant, key: PaymentKey, *, amount: int) -> ProviderNews:  # noqa: ARG002 - the port's
        """Nothing is set aside at WeChat Pay: answer how it stands."""
        return await self.query(merchant, key)

    async def cancel(self, merchant: Merchant, key: PaymentKey) -> ProviderNews:
        """Close a payment that was not made; answers how it stands then."""
        target = f"/v3/pay/transactions/out-trade-no/{quote(key.payment_id)}/close"
        try:
            await self._client.ask(
                merchant, "POST", target, body=CloseRequest(mchid=merchant.settings["mchid"]), reply=Prepaid
            )
        except ProviderPaymentMissingError:
            return ProviderNews(state=ProviderState.CANCELLED)
        except PaymentRefusedError:
            return await self.query(merchant, key)
        return ProviderNews(state=ProviderState.CANCELLED)

    async def refund(self, merchant: Merchant, key: PaymentKey, order: RefundOrder) -> RefundNews:
        """Give money back."""
        body = RefundRequest(
            out_trade_no=key.payment_id,
            out_refund_no=order.refund_id,
            amount=RefundAmount(refund=order.amount, total=key.amount, currency=CURRENCY),
            reason=order.reason or None,
            notify_url=order.notice_url,
        )
        target = "/v3/refund/domestic/refunds"
        return _read_refund(_demand(await self._client.ask(merchant, "POST", target, body=body, reply=Refund)))

    async def query_refund(self, merchant: Merchant, key: PaymentKey, order: RefundOrder) -> RefundNews:  # noqa: ARG002 - the port's
        """Ask how a refund stands."""
        target = f"/v3/refund/domestic/refunds/{quote(order.refund_id)}"
        return _read_refund(_demand(await self._client.ask(merchant, "GET", target, reply=Refund)))

    def read_notice(
        self, merchant: Merchant, *, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> ProviderNotice:
        """Check, unseal and read a notice."""
        try:
            text = body.decode()
        except UnicodeError:
            raise NoticeError("the notice is not in UTF-8") from None
        verify_answer(
            headers,
            text,
            key=load_public_key(merchant.settings["platform_key"]),
            serial_no=merchant.settings["platform_serial"],
            now_s=int(now.timestamp()),
        )
        try:
            notice = msgspec.json.decode(body, type=Notice)
            inner = unseal(notice.resource, key=merchant.secrets["api_v3_key"])
            if notice.event_type.startswith("REFUND."):
                refund = msgspec.json.decode(inner, type=Refund)
                if refund.mchid and refund.mchid != merchant.settings["mchid"]:
                    raise NoticeError("the notice is for another merchant")
                return ProviderNotice(
                    event_id=notice.id,
                    kind=notice.event_type,
                    payment_id=PaymentId(refund.out_trade_no),
                    refund=_read_refund(refund),
                )
            transaction = msgspec.json.decode(inner, type=Transaction)
        except (msgspec.DecodeError, UnicodeError):
            raise NoticeError("the notice cannot be read") from None
        if transaction.mchid != merchant.settings["mchid"]:
            raise NoticeError("the notice is for another merchant")
        return ProviderNotice(
            event_id=notice.id,
            kind=notice.event_type,
            payment_id=PaymentId(transaction.out_trade_no),
            news=_read_transaction(transaction),
        )

    async def download_statement(self, merchant: Merchant, day: date) -> Sequence[StatementLine]:
        """Fetch the bill of a day (China's)."""
        query = urlencode({"bill_date": day.isoformat(), "bill_type": "ALL"})
        place = _demand(await self._client.ask(merchant, "GET", f"/v3/bill/tradebill?{query}", reply=BillPlace))
        return self.read_statement(await self._client.fetch(merchant, place))

    def read_statement(self, body: bytes) -> Sequence[StatementLine]:
        """Read a bill from a file."""
        return [_read_line(line) for line in read_bill(body)]


def _demand(answer: T | None) -> T:
    if answer is None:
        raise ProviderUnavailableError("WeChat Pay said nothing")
    return answer


def _read_transaction(transaction: Transaction) -> ProviderNews:
    state = _STATES[transaction.trade_state]
    amount = transaction.amount
    is_failed = state is ProviderState.FAILED
    return ProviderNews(
        state=state,
        provider_ref=transaction.transaction_id or "",
        amount=None if amount is None else amount.total,
        currency=None if amount is None else amount.currency,
        captured=amount.total if amount is not None and state is ProviderState.CAPTURED else None,
        failure_code=transaction.trade_state if is_failed else "",
        failure_text=transaction.trade_state_desc[:200] if is_failed else "",
    )


def _read_refund(refund: Refund) -> RefundNews:
    status = refund.status or refund.refund_status
    return RefundNews(
        refund_id=RefundId(refund.out_refund_no),
        state=_REFUND_STATES.get(status or "", RefundState.PENDING),
        provider_ref=refund.refund_id,
        amount=None if refund.amount is None else refund.amount.refund,
        currency=None if refund.amount is None else refund.amount.currency,
        failure_text=status or "" if _REFUND_STATES.get(status or "") is RefundState.FAILED else "",
    )


def _read_line(line: BillLine) -> StatementLine:
    try:
        at = datetime.strptime(line.at, "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA).astimezone(UTC)
    except ValueError:
        raise BillError("a time of the bill cannot be read", text=line.at[:40]) from None
    return StatementLine(
        line_ref=line.refund_id if line.is_refund else line.transaction_id,
        kind=StatementLineKind.REFUND if line.is_refund else StatementLineKind.PAYMENT,
        amount=line.amount_minor,
        currency=line.currency,
        cost=line.fee_minor,
        payment_id=PaymentId(line.out_trade_no),
        refund_id=RefundId(line.out_refund_no) if line.is_refund else None,
        provider_ref=line.transaction_id,
        at=at,
    )
