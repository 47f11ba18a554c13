"""Stripe's statement: balance transactions, by the API or as a file of them."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import cast

import msgspec

from busbar.canon.reconciliation import StatementLine, StatementLineKind
from busbar.kernel.errors import InvalidError
from busbar.kernel.ids import PaymentId, RefundId
from busbar.wire.stripe.messages import BalanceTransaction, BalanceTransactionList

_KINDS = {
    "charge": StatementLineKind.PAYMENT,
    "payment": StatementLineKind.PAYMENT,
    "refund": StatementLineKind.REFUND,
    "payment_refund": StatementLineKind.REFUND,
    "refund_failure": StatementLineKind.REFUND,
    "adjustment": StatementLineKind.DISPUTE,
}
_WHOLE_CURRENCIES = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"}
)
"""Those whose minor unit is the unit itself."""
_COLUMNS = {"id", "Type", "Amount", "Fee", "Currency", "Created (UTC)"}


class StatementError(InvalidError):
    """A statement that cannot be read."""

    code = "invalid.statement"


def read_line(line: BalanceTransaction) -> StatementLine:
    """Return one movement in our words."""
    source = line.source if isinstance(line.source, dict) else {}
    metadata = cast("dict[str, str]", source.get("metadata") or {})
    payment_id, refund_id = metadata.get("payment_id"), metadata.get("refund_id")
    return StatementLine(
        line_ref=line.id,
        kind=_KINDS.get(line.type, StatementLineKind.OTHER),
        amount=line.amount,
        currency=line.currency.upper(),
        cost=line.fee,
        payment_id=None if payment_id is None else PaymentId(payment_id),
        refund_id=None if refund_id is None else RefundId(refund_id),
        provider_ref=str(source.get("payment_intent") or ""),
        at=datetime.fromtimestamp(line.created, UTC),
    )


def read_file(body: bytes) -> list[StatementLine]:
    """Read a statement from a file: JSON as the API gives it, or the CSV export. Errors: `invalid.statement`."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeError:
        raise StatementError("the statement is not in UTF-8") from None
    if text.lstrip().startswith("{"):
        try:
            return [read_line(line) for line in msgspec.json.decode(text, type=BalanceTransactionList).data]
        except (msgspec.DecodeError, OverflowError):
            raise StatementError("this is no list of balance transactions") from None
    rows = csv.DictReader(io.StringIO(text))
    if not set(rows.fieldnames or ()) >= _COLUMNS:
        raise StatementError("the statement lacks columns", columns=" ".join(sorted(_COLUMNS)))
    try:
        return [_read_row(row) for row in rows]
    except (ValueError, InvalidOperation, KeyError):
        raise StatementError("a line of the statement cannot be read") from None


def _read_row(row: dict[str, str]) -> StatementLine:
    currency = row["Currency"].upper()
    payment_id = row.get("payment_id (metadata)") or None
    refund_id = row.get("refund_id (metadata)") or None
    return StatementLine(
        line_ref=row["id"],
        kind=_KINDS.get(row["Type"], StatementLineKind.OTHER),
        amount=_read_amount(row["Amount"], currency),
        currency=currency,
        cost=_read_amount(row["Fee"], currency),
        payment_id=None if payment_id is None else PaymentId(payment_id),
        refund_id=None if refund_id is None else RefundId(refund_id),
        provider_ref=row.get("PaymentIntent ID") or "",
        at=datetime.fromisoformat(row["Created (UTC)"]).replace(tzinfo=UTC),
    )


def _read_amount(text: str, currency: str) -> int:
    amount = Decimal(text.replace(",", ""))
    return int(amount if currency in _WHOLE_CURRENCIES else amount * 100)
