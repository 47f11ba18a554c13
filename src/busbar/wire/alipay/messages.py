"""What answers and notices of Alipay hold, as far as Busbar reads or the simulated provider writes it."""

from datetime import datetime, timedelta, timezone
from typing import Literal

import msgspec

from busbar.kernel.errors import InvalidError

SUCCESS = "10000"
"""`code` of an answer that is one."""
WAITING = "10003"
UNAVAILABLE = "20000"
UNAVAILABLE_SUBS = frozenset({"ACQ.SYSTEM_ERROR", "SYSTEM_ERROR", "isp.unknow-error", "aop.ACQ.SYSTEM_ERROR"})
NOT_FOUND_SUBS = frozenset({"ACQ.TRADE_NOT_EXIST"})

CHINA = timezone(timedelta(hours=8))
_FORM = "%Y-%m-%d %H:%M:%S"

TradeStatus = Literal["WAIT_BUYER_PAY", "TRADE_CLOSED", "TRADE_SUCCESS", "TRADE_FINISHED"]


class TimeError(InvalidError):
    """A text that is no time."""

    code = "invalid.time"


def write_time(at: datetime) -> str:
    """Write an instant as Alipay does."""
    return at.astimezone(CHINA).strftime(_FORM)


def read_time(text: str) -> datetime:
    """Read a time of Alipay. Errors: `invalid.time`."""
    try:
        return datetime.strptime(text, _FORM).replace(tzinfo=CHINA)
    except ValueError:
        raise TimeError("this is no time", text=text[:40]) from None


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What every answer begins with."""

    code: str
    msg: str = ""
    sub_code: str | None = None
    sub_msg: str | None = None


class Precreated(Result, frozen=True, kw_only=True):
    """A code for the payer to scan."""

    out_trade_no: str = ""
    qr_code: str = ""


class Trade(Result, frozen=True, kw_only=True):
    """How a payment stands."""

    out_trade_no: str = ""
    trade_no: str = ""
    trade_status: TradeStatus = "WAIT_BUYER_PAY"
    total_amount: str = ""
    trans_currency: str | None = None
    buyer_logon_id: str | None = None


class Refunded(Result, frozen=True, kw_only=True):
    """What became of a refund: `fund_change` Y when this call moved the money, N when an earlier one did."""

    out_trade_no: str = ""
    trade_no: str = ""
    refund_fee: str = "0.00"
    fund_change: str = "N"


class RefundFound(Result, frozen=True, kw_only=True):
    """How a refund stands; without `refund_status` there is none."""

    out_trade_no: str = ""
    out_request_no: str = ""
    trade_no: str = ""
    refund_amount: str | None = None
    refund_status: str | None = None


class BillPlace(Result, frozen=True, kw_only=True):
    """Where the daily bill is fetched."""

    bill_download_url: str = ""


class TradeNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A notice: a form, read into this after its signature was checked."""

    notify_id: str
    notify_time: str
    app_id: str
    out_trade_no: str
    trade_no: str
    trade_status: TradeStatus
    total_amount: str
    seller_id: str = ""
    refund_fee: str = ""
    out_biz_no: str = ""
    buyer_logon_id: str = ""
