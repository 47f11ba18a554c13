"""The daily bill: CSV in UTF-8, each cell behind a grave accent, a sum of two lines at the end."""

import csv
import io

import msgspec

from busbar.kernel.errors import InvalidError

LINES_MAX = 1_000_000
FEN_PER_YUAN = 100
AT, TRANSACTION, ORDER_NO, STATE, CURRENCY = "交易时间", "微信订单号", "商户订单号", "交易状态", "货币种类"
AMOUNT, REFUND_ID, REFUND_NO, REFUND, FEE = "应结订单金额", "微信退款单号", "商户退款单号", "退款金额", "手续费"
HEADINGS = (
    AT, "公众账号ID", "商户号", TRANSACTION, ORDER_NO, STATE, CURRENCY, AMOUNT, REFUND_ID, REFUND_NO, REFUND, FEE,
    "费率",
)  # fmt: skip
SUM_HEADING = "总交易单数"


class BillError(InvalidError):
    """A bill that cannot be read."""

    code = "invalid.statement"


class BillLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line; a refund's amount is negative."""

    at: str
    transaction_id: str
    out_trade_no: str
    amount_minor: int
    fee_minor: int
    currency: str = "CNY"
    refund_id: str = ""
    out_refund_no: str = ""

    @property
    def is_refund(self) -> bool:
        """Whether money went back."""
        return bool(self.out_refund_no)


def read_bill(body: bytes) -> list[BillLine]:
    """Read a bill. Errors: `invalid.statement`."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeError:
        raise BillError("the bill is not in UTF-8") from None
    lines = text.splitlines()
    if len(lines) > LINES_MAX:
        raise BillError("the bill is too long", lines=len(lines))
    rows = list(csv.reader(io.StringIO(text)))
    if not rows:
        return []
    names = [name.strip() for name in rows[0]]
    missing = {AT, TRANSACTION, ORDER_NO, AMOUNT, REFUND_NO, REFUND, FEE} - set(names)
    if missing:
        raise BillError("the bill lacks columns", columns=" ".join(sorted(missing)))
    found: list[BillLine] = []
    for row in rows[1:]:
        if row and row[0].startswith(SUM_HEADING):
            break
        if row:
            found.append(_read_line(dict(zip(names, (cell.strip().lstrip("`") for cell in row), strict=False))))
    return found


def _read_line(cells: dict[str, str]) -> BillLine:
    is_refund = cells.get(REFUND_NO, "") not in {"", "0"}
    return BillLine(
        at=cells[AT],
        transaction_id=cells[TRANSACTION],
        out_trade_no=cells[ORDER_NO],
        amount_minor=-_read_yuan(cells[REFUND]) if is_refund else _read_yuan(cells[AMOUNT]),
        fee_minor=_read_yuan(cells[FEE]),
        currency=cells.get(CURRENCY) or "CNY",
        refund_id=cells.get(REFUND_ID, "") if is_refund else "",
        out_refund_no=cells[REFUND_NO] if is_refund else "",
    )


def _read_yuan(text: str) -> int:
    """Return fen of yuan with up to five decimals (fees have them), the rest cut off."""
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    yuan, _, decimals = digits.partition(".")
    if not (yuan + decimals).isdecimal() or not (yuan + decimals).isascii() or not yuan:
        raise BillError("this is no amount in yuan", text=text[:40])
    return sign * (int(yuan) * FEN_PER_YUAN + int(decimals[:2].ljust(2, "0")))


def _write_yuan(amount_minor: int) -> str:
    yuan, fen = divmod(abs(amount_minor), FEN_PER_YUAN)
    return f"{'-' if amount_minor < 0 else ''}{yuan}.{fen:02}"


def write_bill(lines: list[BillLine], *, mchid: str, appid: str) -> bytes:
    """Write a bill."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for line in lines:
        cells = {
            AT: line.at,
            "公众账号ID": appid,
            "商户号": mchid,
            TRANSACTION: line.transaction_id,
            ORDER_NO: line.out_trade_no,
            STATE: "REFUND" if line.is_refund else "SUCCESS",
            CURRENCY: line.currency,
            AMOUNT: "0.00" if line.is_refund else _write_yuan(line.amount_minor),
            REFUND_ID: line.refund_id or "0",
            REFUND_NO: line.out_refund_no or "0",
            REFUND: _write_yuan(-line.amount_minor) if line.is_refund else "0.00",
            FEE: _write_yuan(line.fee_minor),
        }
        writer.writerow([f"`{cells.get(heading, '')}" for heading in HEADINGS])
    writer.writerow((SUM_HEADING, "应结订单总金额", "退款总金额"))
    paid = sum(line.amount_minor for line in lines if not line.is_refund)
    back = -sum(line.amount_minor for line in lines if line.is_refund)
    writer.writerow((f"`{len(lines)}", f"`{_write_yuan(paid)}", f"`{_write_yuan(back)}"))
    return out.getvalue().encode()
