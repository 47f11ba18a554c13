"""Bodies of WeChat Pay v3, as far as Busbar reads or the simulated provider writes them."""

from typing import Literal

import msgspec

from busbar.wire.wechatpay.sealing import Sealed

TradeState = Literal["SUCCESS", "REFUND", "NOTPAY", "CLOSED", "REVOKED", "USERPAYING", "PAYERROR"]
RefundStatus = Literal["SUCCESS", "CLOSED", "PROCESSING", "ABNORMAL"]
NOT_FOUND_CODES = frozenset({"ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS"})


class Amount(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An amount in fen."""

    total: int
    currency: str = "CNY"
    payer_total: int | None = None


class Payer(msgspec.Struct, frozen=True, kw_only=True):
    """Who pays, to this merchant's app."""

    openid: str


class PrepayRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A wish for a payment, by code (native) or within WeChat (JSAPI)."""

    appid: str
    mchid: str
    description: str
    out_trade_no: str
    notify_url: str
    amount: Amount
    time_expire: str | None = None
    payer: Payer | None = None


class Prepaid(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where the payer goes on."""

    code_url: str | None = None
    prepay_id: str | None = None


class Transaction(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a payment stands."""

    mchid: str
    out_trade_no: str
    trade_state: TradeState
    appid: str = ""
    transaction_id: str | None = None
    trade_state_desc: str = ""
    success_time: str | None = None
    amount: Amount | None = None
    payer: Payer | None = None


class RefundAmount(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What of a payment goes back."""

    refund: int
    total: int
    currency: str = "CNY"


class RefundRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A wish for a refund."""

    out_trade_no: str
    out_refund_no: str
    amount: RefundAmount
    reason: str | None = None
    notify_url: str | None = None


class Refund(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a refund stands. In notices the state is called `refund_status`, and the merchant is named."""

    mchid: str = ""
    out_trade_no: str
    out_refund_no: str
    refund_id: str = ""
    status: RefundStatus | None = None
    refund_status: RefundStatus | None = None
    amount: RefundAmount | None = None


class CloseRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A payment that shall not be made any more."""

    mchid: str


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A notice's body; what it is about is sealed."""

    id: str
    create_time: str
    event_type: str
    resource_type: str
    resource: Sealed
    summary: str = ""


class BillPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where the daily bill is fetched, and its digest."""

    hash_type: str
    hash_value: str
    download_url: str


class Failed(msgspec.Struct, frozen=True, kw_only=True):
    """The body of an answer that is no 2xx."""

    code: str = ""
    message: str = ""
