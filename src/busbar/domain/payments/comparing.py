"""What a line of a provider's statement and our books say of the same money, and how that differs."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

import msgspec

from busbar.canon.payments import RefundState
from busbar.canon.reconciliation import DifferenceReason, StatementLine
from busbar.domain.payments import model
from busbar.domain.payments.model import Record, RefundRecord
from busbar.kernel.ids import OperatorId
from busbar.ports.payments import COST_FIXED, COST_SHARE

PERCENT = 100
ROUNDING = 1
"""Providers round what they keep in ways of their own."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """How a line differs."""

    reason: DifferenceReason
    here: int | None = None
    there: int
    operator_id: OperatorId | None = None
    note: str = ""


def count_agreed(settings: Mapping[str, str], amount: int) -> int | None:
    """Return what the provider may keep of a payment by its account's settings; None: nothing is entered there."""
    share, fixed = settings.get(COST_SHARE, ""), settings.get(COST_FIXED, "")
    if not share and not fixed:
        return None
    try:
        part = (amount * Decimal(share or "0") / PERCENT).quantize(Decimal(1), ROUND_HALF_UP)
        return int(part) + int(fixed or "0")
    except (InvalidOperation, ValueError):
        return None


def compare_payment(
    record: Record | None, line: StatementLine, earlier: Sequence[StatementLine], *, agreed: int | None
) -> list[Finding]:
    """Return how a line of a payment differs; `earlier`: lines that told of the same payment before."""
    if record is None:
        return [Finding(reason=DifferenceReason.MISSING_HERE, there=line.amount)]
    owner = record.operator_id
    if earlier:
        there = line.amount + sum(other.amount for other in earlier)
        reason = DifferenceReason.DUPLICATE
        return [Finding(reason=reason, here=record.captured, there=there, operator_id=owner)]
    if record.state not in model.PAID_STATES:
        return [Finding(reason=DifferenceReason.STATE, here=0, there=line.amount, operator_id=owner)]
    found: list[Finding] = []
    if record.currency != line.currency:
        note = f"{record.currency} ≠ {line.currency}"
        found.append(Finding(reason=DifferenceReason.CURRENCY, there=line.amount, operator_id=owner, note=note))
    elif record.captured != line.amount:
        reason = DifferenceReason.AMOUNT
        found.append(Finding(reason=reason, here=record.captured, there=line.amount, operator_id=owner))
    if agreed is not None and abs(line.cost - agreed) > ROUNDING:
        reason = DifferenceReason.COST
        found.append(Finding(reason=reason, here=agreed, there=line.cost, operator_id=owner))
    return found


def compare_refund(
    refund: RefundRecord | None,
    line: StatementLine,
    lines: Sequence[StatementLine],
    earlier: Sequence[StatementLine],
    *,
    operator_id: OperatorId | None,
) -> list[Finding]:
    """Return how a line of a refund differs; `lines`: all that tell of it, `earlier`: those before this one."""
    if refund is None:
        return [Finding(reason=DifferenceReason.MISSING_HERE, there=line.amount, operator_id=operator_id)]
    owner, there = refund.operator_id, sum(each.amount for each in lines)
    if refund.currency != line.currency:
        note = f"{refund.currency} ≠ {line.currency}"
        return [Finding(reason=DifferenceReason.CURRENCY, there=line.amount, operator_id=owner, note=note)]
    here = count_refunded(refund)
    is_again = any(each.amount == line.amount for each in earlier)
    if there == here or (not is_again and len(lines) > 1 and line.amount == here):
        return []  # it agrees, or it is another line that is too many
    reason = DifferenceReason.DUPLICATE if is_again else DifferenceReason.AMOUNT
    if here == 0 or there == 0:
        reason = DifferenceReason.STATE
    return [Finding(reason=reason, here=here, there=there, operator_id=owner)]


def count_refunded(refund: RefundRecord) -> int:
    """Return what a statement should tell of a refund, all its lines together."""
    return 0 if refund.state is RefundState.FAILED else -refund.amount


def compare_dispute(record: Record | None, line: StatementLine) -> list[Finding]:
    """Return how a line of a dispute differs."""
    if record is not None and (line.amount >= 0 or record.disputed >= -line.amount):
        return []
    here = None if record is None else -record.disputed
    owner = None if record is None else record.operator_id
    return [Finding(reason=DifferenceReason.MISSING_HERE, here=here, there=line.amount, operator_id=owner)]
