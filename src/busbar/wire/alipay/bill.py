"""The daily bill: CSV in GB 18030, notes begin with `#`, every cell may end in a tab."""

import csv
import io

import msgspec

from busbar.kernel.errors import InvalidError
from busbar.wire.alipay.amount import read_yuan, write_yuan

ENCODING = "gb18030"
LINES_MAX = 1_000_000
TRADE_NO, ORDER_NO, KIND, DONE_AT = "支付宝交易号", "商户订单号", "业务类型", "完成时间"
AMOUNT, FEE, REQUEST_NO = "商家实收\uff08元\uff09", "服务费\uff08元\uff09", "退款批次号/请求号"
HEADINGS = (
    TRADE_NO,
    ORDER_NO,
    KIND,
    "商品名称",
    "创建时间",
    DONE_AT,
    "对方账户",
    "订单金额\uff08元\uff09",
    AMOUNT,
    FEE,
    REQUEST_NO,
    "备注",
)
PAID, REFUNDED = "交易", "退款"


class BillError(InvalidError):
    """A bill that cannot be read."""

    code = "invalid.statement"


class BillLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line; a refund's amount is negative."""

    trade_no: str
    out_trade_no: str
    is_refund: bool
    done_at: str
    amount_minor: int
    fee_minor: int
    out_request_no: str = ""


def read_bill(body: bytes) -> list[BillLine]:
    """Read a bill. Errors: `invalid.statement`, `invalid.amount`."""
    try:
        text = body.decode(ENCODING)
    except UnicodeError:
        raise BillError("the bill is not in GB 18030") from None
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if not lines:
        return []
    if len(lines) > LINES_MAX:
        raise BillError("the bill is too long", lines=len(lines))
    rows = csv.DictReader(io.StringIO("\n".join(lines)))
    names = [name.strip() for name in rows.fieldnames or ()]
    missing = {TRADE_NO, ORDER_NO, KIND, DONE_AT, AMOUNT, FEE} - set(names)
    if missing:
        raise BillError("the bill lacks columns", columns=" ".join(sorted(missing)))
    rows.fieldnames = names
    return [_read_line({name: (cell or "").strip() for name, cell in row.items() if name}) for row in rows]


def _read_line(cells: dict[str, str]) -> BillLine:
    return BillLine(
        trade_no=cells[TRADE_NO],
        out_trade_no=cells[ORDER_NO],
        is_refund=cells[KIND] == REFUNDED,
        done_at=cells[DONE_AT],
        amount_minor=read_yuan(cells[AMOUNT]),
        fee_minor=read_yuan(cells[FEE] or "0"),
        out_request_no=cells.get(REQUEST_NO, ""),
    )


def write_bill(lines: list[BillLine], *, seller_id: str) -> bytes:
    """Write a bill."""
    out = io.StringIO()
    out.write(f"#支付宝业务明细查询\r\n#账号\uff1a[{seller_id}]\r\n#----业务明细列表----\r\n")
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for line in lines:
        cells = {
            TRADE_NO: line.trade_no,
            ORDER_NO: line.out_trade_no,
            KIND: REFUNDED if line.is_refund else PAID,
            DONE_AT: line.done_at,
            AMOUNT: write_yuan(line.amount_minor),
            FEE: write_yuan(line.fee_minor),
            REQUEST_NO: line.out_request_no,
        }
        writer.writerow([f"{cells.get(heading, '')}\t" for heading in HEADINGS])
    out.write(f"#----业务明细列表结束----\r\n#合计\uff1a{len(lines)}笔\r\n")
    return out.getvalue().encode(ENCODING)
