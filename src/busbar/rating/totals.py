"""Sums: one rounding per line, tax once per rate on the sum of its lines (EN 16931 BR-CO-17), the price's limits."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

import msgspec

from busbar.canon.pricing import LineKind, Share, Totals
from busbar.rating.lines import Cause, Line, TaxSum, count_digits
from busbar.rating.tariff import Dimension, PriceLimit, Rounding, Tariff, TaxIncluded

LIMIT_ROUNDS_MAX = 50
_SHARE_ORDER = {Share.SERVICE: 0, Share.NONE: 1, Share.ELECTRICITY: 2}


class Draft(NamedTuple):
    """A line that has its amount, on the side of the tariff's prices, and not yet its tax."""

    line: Line
    amount: int


def round_ratio(numerator: int, denominator: int, rounding: Rounding = Rounding.HALF_UP) -> int:
    """Round a ratio to a whole number, away from zero or towards it alike on both sides of zero."""
    sign = -1 if numerator < 0 else 1
    whole, rest = divmod(abs(numerator), denominator)
    doubled = 2 * rest
    is_up = (rounding is Rounding.HALF_UP and doubled >= denominator) or (
        rounding is Rounding.HALF_EVEN and (doubled > denominator or (doubled == denominator and whole % 2 == 1))
    )
    return sign * (whole + is_up)


def to_minor(amount: Decimal, currency: str, rounding: Rounding = Rounding.HALF_UP) -> int:
    """Return an amount in whole minor units."""
    numerator, denominator = amount.as_integer_ratio()
    return round_ratio(numerator * 10 ** count_digits(currency), denominator, rounding)


def to_major(amount: int, currency: str) -> Decimal:
    """Return whole minor units as a decimal in major units."""
    return Decimal(amount).scaleb(-count_digits(currency))


def settle(drafts: Sequence[Draft], mode: TaxIncluded) -> tuple[tuple[Line, ...], tuple[TaxSum, ...], Totals]:
    """Give every line its net, tax and gross: tax is computed once per rate and dealt out to the rate's lines."""
    by_rate: dict[Decimal | None, list[int]] = defaultdict(list)
    for index, draft in enumerate(drafts):
        by_rate[draft.line.vat_percent].append(index)
    settled: list[Line | None] = [None] * len(drafts)
    sums: list[TaxSum] = []
    for rate in sorted(by_rate, key=lambda each: (each is not None, each or Decimal(0))):
        indices = by_rate[rate]
        amounts = [drafts[index].amount for index in indices]
        tax = compute_tax(sum(amounts), rate, mode)
        shares = deal(tax, amounts)
        for index, amount, share in zip(indices, amounts, shares, strict=True):
            net = amount - share if mode is TaxIncluded.YES else amount
            settled[index] = msgspec.structs.replace(drafts[index].line, net=net, tax=share, gross=net + share)
        net = sum(amounts) - tax if mode is TaxIncluded.YES else sum(amounts)
        sums.append(TaxSum(vat_percent=rate, net=net, tax=tax, gross=net + tax))
    totals = Totals(
        net=sum(each.net for each in sums), tax=sum(each.tax for each in sums), gross=sum(each.gross for each in sums)
    )
    return tuple(line for line in settled if line is not None), tuple(sums), totals


def compute_tax(amount: int, rate: Decimal | None, mode: TaxIncluded) -> int:
    """Compute the tax on, or within, an amount of minor units."""
    if not rate or mode is TaxIncluded.NONE:
        return 0
    numerator, denominator = rate.as_integer_ratio()
    whole = 100 * denominator
    return round_ratio(amount * numerator, whole if mode is TaxIncluded.NO else whole + numerator)


def deal(tax: int, amounts: Sequence[int]) -> list[int]:
    """Deal an amount out in proportion; what is left goes to the largest remainders, earlier lines first."""
    total = sum(amounts)
    if total == 0 or tax == 0:
        shares = [0] * len(amounts)
        if shares:
            shares[0] = tax
        return shares
    parts = [divmod(tax * amount, total) for amount in amounts]
    shares = [whole for whole, _ in parts]
    left = tax - sum(shares)
    sign = 1 if total > 0 else -1
    order = sorted(range(len(parts)), key=lambda index: (-parts[index][1] * sign, index))
    for index in order[:left]:
        shares[index] += 1
    return shares


class Balance:
    """Amounts by rate and share while the smallest and largest price are kept."""

    def __init__(self, drafts: Iterable[Draft], mode: TaxIncluded) -> None:
        self.mode = mode
        self.groups: dict[tuple[Decimal | None, Share], int] = defaultdict(int)
        for draft in drafts:
            self.groups[draft.line.vat_percent, draft.line.share] += draft.amount

    def measure(self) -> tuple[int, int]:
        """Return net and gross as they would be settled now."""
        by_rate: dict[Decimal | None, int] = defaultdict(int)
        for (rate, _), amount in self.groups.items():
            by_rate[rate] += amount
        amount = sum(by_rate.values())
        tax = sum(compute_tax(each, rate, self.mode) for rate, each in by_rate.items())
        return (amount - tax, amount) if self.mode is TaxIncluded.YES else (amount, amount + tax)

    def convert(self, difference: int, rate: Decimal | None, *, is_net: bool) -> int:
        """Return about how much an amount must change for net or gross to change by `difference`; at least 1."""
        own_side = self.mode is not TaxIncluded.YES
        if own_side is is_net or not rate or self.mode is TaxIncluded.NONE:
            return max(1, difference)
        numerator, denominator = rate.as_integer_ratio()
        whole = 100 * denominator
        ratio = (whole, whole + numerator) if own_side else (whole + numerator, whole)
        return max(1, difference * ratio[0] // ratio[1])


def keep_max(drafts: list[Draft], tariff: Tariff) -> list[Draft]:
    """Take off what is over the largest price: from the highest taxed lines first, of these from service first."""
    if tariff.max_price is None:
        return []
    balance = Balance(drafts, tariff.tax_included)
    before = dict(balance.groups)
    order = sorted(balance.groups, key=lambda group: (-(group[0] or Decimal(0)), _SHARE_ORDER[group[1]]))
    for is_net, limit in _list_limits(tariff.max_price, tariff.currency):
        for _ in range(LIMIT_ROUNDS_MAX):
            over = balance.measure()[0 if is_net else 1] - limit
            group = next((group for group in order if balance.groups[group] > 0), None)
            if over <= 0 or group is None:
                break
            balance.groups[group] -= min(balance.groups[group], balance.convert(over, group[0], is_net=is_net))
    return [
        draft_adjustment(LineKind.MAXIMUM, Cause.MAX_PRICE, group, balance.groups[group] - before[group], tariff)
        for group in order
        if balance.groups[group] != before[group]
    ]


def keep_min(drafts: list[Draft], tariff: Tariff) -> list[Draft]:
    """Add what is missing to the smallest price, taxed as the tariff's energy is, or its first component."""
    if tariff.min_price is None:
        return []
    balance = Balance(drafts, tariff.tax_included)
    group = find_main_group(tariff)
    before = balance.groups[group]
    for is_net, limit in _list_limits(tariff.min_price, tariff.currency):
        for _ in range(LIMIT_ROUNDS_MAX):
            missing = limit - balance.measure()[0 if is_net else 1]
            if missing <= 0:
                break
            balance.groups[group] += balance.convert(missing, group[0], is_net=is_net)
    added = balance.groups[group] - before
    return [draft_adjustment(LineKind.MINIMUM, Cause.MIN_PRICE, group, added, tariff)] if added else []


def _list_limits(limit: PriceLimit, currency: str) -> list[tuple[bool, int]]:
    sides = ((True, limit.before_taxes), (False, limit.after_taxes))
    return [(is_net, to_minor(amount, currency)) for is_net, amount in sides if amount is not None]


def find_main_group(tariff: Tariff) -> tuple[Decimal | None, Share]:
    """Find the tax rate and share that stand for the tariff: those of its energy, service before electricity."""
    components = [
        component
        for element in tariff.elements
        if element.restrictions.reservation is None
        for component in element.components
    ] or [component for element in tariff.elements for component in element.components]
    energy = [each for each in components if each.dimension is Dimension.ENERGY] or components
    main = min(energy, key=lambda each: (_SHARE_ORDER[each.share], each.vat_percent or Decimal(0)))
    return main.vat_percent, main.share


def draft_adjustment(
    kind: LineKind, cause: Cause, group: tuple[Decimal | None, Share], amount: int, tariff: Tariff
) -> Draft:
    """Draft a line that changes the sum of one tax rate and share."""
    exact = to_major(amount, tariff.currency)
    line = Line(
        kind=kind,
        cause=cause,
        share=group[1],
        quantity=Decimal(1),
        measured=Decimal(1),
        unit="session",
        unit_price=exact,
        exact=exact,
        net=0,
        tax=0,
        gross=0,
        vat_percent=group[0],
    )
    return Draft(line, amount)
