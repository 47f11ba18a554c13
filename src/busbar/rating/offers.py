"""Offers: what takes something off a price. Each reduction is a line of its own that names its offer.

They come in stages: energy that is free or included, then the staff price, then percentages, then fixed amounts, each
on what the ones before left; within a stage the higher priority first. An exclusive offer stands alone: of all that
combine, and of each exclusive one alone, what costs the driver least holds. Nothing is ever reduced below zero.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum

import msgspec

from busbar.canon.message import Noun
from busbar.canon.pricing import LineKind, OfferRefusal, RefusalReason, Share
from busbar.rating.lines import Cause, Line, Rated, Use
from busbar.rating.tariff import Tariff, TaxIncluded
from busbar.rating.totals import Draft, deal, round_ratio, settle, to_major, to_minor

OFFERS_MAX = 50
HUNDRED = Decimal(100)
_EXACT = Decimal("0.0000000001")


class OfferKind(StrEnum):
    """What an offer does with its `value`."""

    INCLUDED_ENERGY = "included_energy"
    """A plan's included energy: `value` kWh that are left of it."""
    FREE_ENERGY = "free_energy"
    """`value` kWh of every session."""
    STAFF_PRICE = "staff_price"
    """Each selected share of the energy costs `value` per kWh, where it would cost more."""
    PERCENTAGE = "percentage"
    """`value` percent off."""
    FIXED = "fixed"
    """`value` in major units off, on the side of the tariff's prices."""


_STAGES = {kind: stage for stage, kind in enumerate(OfferKind)}


class Offer(Noun, frozen=True, kw_only=True):
    """An offer as it stands for one session: whether it is valid and for whom, its owner has decided."""

    offer_id: str
    name: str
    kind: OfferKind
    value: Decimal
    shares: tuple[Share, ...] = ()
    kinds: tuple[LineKind, ...] = ()
    """The lines it reduces; all, where empty."""
    min_amount: Decimal | None = None
    """What the session must cost without offers."""
    max_amount: Decimal | None = None
    """At most this much is taken off: a bound of the offer, or what is left of its budget."""
    is_exclusive: bool = False
    priority: int = 0


class Purse:
    """The lines of a price with what is left to pay of each, on the side of the tariff's prices."""

    def __init__(self, lines: Sequence[Line], tariff: Tariff) -> None:
        self.tariff = tariff
        has_tax = tariff.tax_included is TaxIncluded.YES
        self.lines = list(lines)
        self.drafts = [Draft(line, line.gross if has_tax else line.net) for line in lines]
        self.left = [max(0, draft.amount) for draft in self.drafts]
        for index, draft in enumerate(self.drafts):
            if draft.amount < 0:
                self._take_from_group(index, -draft.amount)
        self.uses: list[Use] = []
        self.refusals: list[OfferRefusal] = []

    def _take_from_group(self, index: int, amount: int) -> None:
        """Let a line below zero (a cap, a largest price) reduce the lines of its tax rate and share."""
        group = _get_group(self.lines[index])
        for other, line in enumerate(self.lines):
            if _get_group(line) == group and amount:
                taken = min(self.left[other], amount)
                self.left[other] -= taken
                amount -= taken

    def select(self, offer: Offer, *, only_energy: bool = False) -> list[int]:
        """Return the lines that an offer may reduce, in the order in which they began."""
        wanted = [
            index
            for index, line in enumerate(self.lines)
            if self.left[index] > 0
            and (not offer.shares or line.share in offer.shares)
            and (not offer.kinds or line.kind in offer.kinds)
            and (not only_energy or line.kind is LineKind.ENERGY)
        ]
        return sorted(wanted, key=lambda index: (_get_start(self.lines[index]), index))

    def apply(self, offer: Offer) -> None:
        """Apply one offer to what the ones before left."""
        total = sum(self.left)
        if offer.min_amount is not None and sum(each.amount for each in self.drafts[: len(self.lines)]) < self._count(
            offer.min_amount
        ):
            self.refusals.append(_refuse(offer, RefusalReason.BELOW_MINIMUM))
            return
        if offer.kind is OfferKind.PERCENTAGE:
            self._apply_percentage(offer)
        elif offer.kind is OfferKind.FIXED:
            self._apply_fixed(offer)
        elif offer.kind is OfferKind.STAFF_PRICE:
            self._apply_staff_price(offer)
        else:
            self._apply_energy(offer)
        if sum(self.left) == total:
            self.refusals.append(_refuse(offer, RefusalReason.NOTHING_TO_REDUCE))

    def _count(self, amount: Decimal) -> int:
        return to_minor(amount, self.tariff.currency)

    def _bound(self, offer: Offer) -> int | None:
        return None if offer.max_amount is None else max(0, self._count(offer.max_amount))

    def _apply_percentage(self, offer: Offer) -> None:
        percent = min(max(offer.value, Decimal(0)), HUNDRED)
        numerator, denominator = percent.as_integer_ratio()
        groups = _gather(self.lines, self.select(offer))
        bases = [sum(self.left[index] for index in indices) for indices in groups]
        wanted = [round_ratio(base * numerator, 100 * denominator) for base in bases]
        bound = self._bound(offer)
        if bound is not None and sum(wanted) > bound:
            wanted = deal(bound, wanted)
        for indices, base, amount in zip(groups, bases, wanted, strict=True):
            price = -self._to_major(base) / HUNDRED
            self._take(offer, indices, amount, LineKind.DISCOUNT, (percent, "%", price, price * percent))
        self._use(offer, sum(wanted))

    def _apply_fixed(self, offer: Offer) -> None:
        groups = _gather(self.lines, self.select(offer))
        bases = [sum(self.left[index] for index in indices) for indices in groups]
        bound = self._bound(offer)
        amount = min(max(0, self._count(offer.value)), sum(bases), sum(bases) if bound is None else bound)
        parts = deal(amount, bases)
        for indices, part in zip(groups, parts, strict=True):
            exact = -self._to_major(part)
            self._take(offer, indices, part, LineKind.DISCOUNT, (Decimal(1), "session", exact, exact))
        self._use(offer, amount)

    def _apply_staff_price(self, offer: Offer) -> None:
        total = 0
        for index in self.select(offer, only_energy=True):
            line = self.lines[index]
            saved = line.unit_price - max(Decimal(0), offer.value)
            if saved > 0:
                exact = saved * line.quantity
                amount = self._limit(offer, min(self.left[index], self._count(exact)), total)
                self._take(offer, [index], amount, LineKind.DISCOUNT, (line.quantity, "kWh", -saved, -exact))
                total += amount
        self._use(offer, total)

    def _apply_energy(self, offer: Offer) -> None:
        given: dict[Share, Decimal] = {}
        total = 0
        for index in self.select(offer, only_energy=True):
            line = self.lines[index]
            still_free = max(Decimal(0), offer.value) - given.get(line.share, Decimal(0))
            taken = min(still_free, line.quantity)
            if taken <= 0:
                continue
            given[line.share] = given.get(line.share, Decimal(0)) + taken
            numerator, denominator = (taken / line.quantity).as_integer_ratio()
            wanted = round_ratio(self.left[index] * numerator, denominator)
            amount = self._limit(offer, self.left[index] if taken == line.quantity else wanted, total)
            exact = -line.unit_price * taken
            self._take(offer, [index], amount, LineKind.INCLUDED, (taken, "kWh", -line.unit_price, exact))
            total += amount
        self._use(offer, total, energy_wh=max(given.values(), default=Decimal(0)) * 1000)

    def _limit(self, offer: Offer, amount: int, total: int) -> int:
        bound = self._bound(offer)
        return amount if bound is None else min(amount, bound - total)

    def _to_major(self, amount: int) -> Decimal:
        return to_major(amount, self.tariff.currency)

    def _take(
        self, offer: Offer, indices: list[int], amount: int, kind: LineKind, say: tuple[Decimal, str, Decimal, Decimal]
    ) -> None:
        """Take an amount off lines of one tax rate and share, and say so in a line."""
        if amount <= 0:
            return
        first = self.lines[indices[0]]
        rest = amount
        for index in indices:
            taken = min(self.left[index], rest)
            self.left[index] -= taken
            rest -= taken
        quantity, unit, unit_price, exact = say
        line = Line(
            kind=kind,
            cause=Cause.OFFER,
            share=first.share,
            period=first.period if len(indices) == 1 else None,
            quantity=quantity,
            measured=quantity,
            unit=unit,
            unit_price=unit_price,
            exact=exact.quantize(_EXACT) if abs(exact) > _EXACT else exact,
            net=0,
            tax=0,
            gross=0,
            vat_percent=first.vat_percent,
            offer_id=offer.offer_id,
            label=offer.name,
        )
        self.drafts.append(Draft(line, -amount))

    def _use(self, offer: Offer, amount: int, energy_wh: Decimal = Decimal(0)) -> None:
        if amount:
            self.uses.append(Use(offer_id=offer.offer_id, energy_wh=energy_wh, amount=amount))


def apply_offers(rated: Rated, offers: Iterable[Offer], tariff: Tariff) -> Rated:
    """Apply offers to a price; what gave nothing is named in `refusals` with its reason."""
    ordered = sorted(offers, key=lambda offer: (_STAGES[offer.kind], -offer.priority, offer.offer_id))[:OFFERS_MAX]
    together = [offer for offer in ordered if not offer.is_exclusive]
    choices = [together, *([offer] for offer in ordered if offer.is_exclusive)]
    results = [_apply_choice(rated, choice, tariff) for choice in choices if choice]
    if not results:
        return rated
    best = min(range(len(results)), key=lambda index: (results[index].totals.gross, index))
    chosen = [choice for choice in choices if choice][best]
    others = [_refuse(offer, RefusalReason.ANOTHER_IS_BETTER) for offer in ordered if offer not in chosen]
    return msgspec.structs.replace(results[best], refusals=(*results[best].refusals, *others))


def _apply_choice(rated: Rated, offers: list[Offer], tariff: Tariff) -> Rated:
    purse = Purse(rated.lines, tariff)
    for offer in offers:
        purse.apply(offer)
    lines, taxes, totals = settle(purse.drafts, tariff.tax_included)
    return msgspec.structs.replace(
        rated, lines=lines, taxes=taxes, totals=totals, uses=tuple(purse.uses), refusals=tuple(purse.refusals)
    )


def _refuse(offer: Offer, reason: RefusalReason) -> OfferRefusal:
    return OfferRefusal(offer_id=offer.offer_id, name=offer.name, reason=reason)


def _get_group(line: Line) -> tuple[Decimal | None, Share]:
    return line.vat_percent, line.share


def _get_start(line: Line) -> str:
    return line.starts_at.isoformat() if line.starts_at else "9"


def _gather(lines: Sequence[Line], indices: list[int]) -> list[list[int]]:
    """Gather lines by tax rate and share: a reduction of several rates is a line for each."""
    groups: dict[tuple[Decimal | None, Share], list[int]] = {}
    for index in indices:
        groups.setdefault(_get_group(lines[index]), []).append(index)
    return list(groups.values())
