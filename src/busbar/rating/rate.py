"""The price of a session: `rate(tariff, record, calendar)`, the one function that prices whatever is priced.

A running session is rated by calling it on what there is. See README.md for the rules in words.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from busbar.canon.pricing import LineKind, Share
from busbar.rating.calendar import Calendar, to_instant
from busbar.rating.lines import Cause, Line, Rated, Span, count_digits
from busbar.rating.record import Outcome, Record, State
from busbar.rating.rules import Key, Rule, prepare
from busbar.rating.tariff import Dimension, Per, Tariff
from busbar.rating.timeline import SECOND_US, Meter, RecordError, Slice, cut_reservation, cut_session
from busbar.rating.totals import Draft, draft_adjustment, keep_max, keep_min, round_ratio, settle, to_minor

KWH_WH = 1000
TIMED = (Dimension.TIME, Dimension.PARKING, Dimension.IDLE)
KINDS = {
    Dimension.ENERGY: LineKind.ENERGY,
    Dimension.TIME: LineKind.TIME,
    Dimension.PARKING: LineKind.PARKING,
    Dimension.IDLE: LineKind.IDLE,
    Dimension.FLAT: LineKind.FLAT,
}
_DIMENSIONS = {dimension: index for index, dimension in enumerate((Dimension.FLAT, Dimension.ENERGY, *TIMED))}
_SHARES = {share: index for index, share in enumerate(Share)}
_EXACT_DIGITS = 10


class Count(NamedTuple):
    """What was counted for one rule: grains of energy, microseconds, or 1."""

    rule: Rule
    amount: int
    start_us: int
    end_us: int
    is_estimated: bool


class Tally:
    """Counts by rule, in one timeline: the session's, or the reservation's."""

    def __init__(self, scale: int) -> None:
        self.scale = scale
        self.counts: dict[tuple[int, Dimension, Share], Count] = {}
        self.last: dict[Key, tuple[int, Dimension, Share]] = {}
        """The rule that counted last, for each dimension and share."""
        self.last_time: dict[Share, Key] = {}
        self.flat: set[Key] = set()

    def add(self, rule: Rule, amount: int, start_us: int, end_us: int, *, is_estimated: bool = False) -> None:
        """Count an amount for a rule."""
        component = rule.component
        key = (rule.element, component.dimension, component.share)
        before = self.counts.get(key)
        if before is not None:
            amount, start_us = amount + before.amount, before.start_us
            is_estimated = is_estimated or before.is_estimated
        self.counts[key] = Count(rule, amount, start_us, end_us, is_estimated)
        self.last[component.dimension, component.share] = key
        if component.dimension in TIMED:
            self.last_time[component.share] = (component.dimension, component.share)

    def add_flat(self, each: Slice) -> None:
        """Count what is paid once: by the rule that is the first to hold."""
        for key, rule in each.rules.items():
            if key[0] is Dimension.FLAT and key not in self.flat:
                self.flat.add(key)
                self.add(rule, 1, each.start_us, each.end_us)

    def round_up(self) -> dict[tuple[int, Dimension, Share], int]:
        """Return what the steps add: once for energy and once for all time together, to the rule that counted last.

        The total of its dimension is rounded up, not the part that the rule counted (OCPI 2.2.1 and 2.3.0, CDRs,
        `step_size`).
        """
        added: dict[tuple[int, Dimension, Share], int] = {}
        keys = [key for key in self.last if key[0] is Dimension.ENERGY]
        for key in [*keys, *self.last_time.values()]:
            last = self.last[key]
            unit = self.scale if key[0] is Dimension.ENERGY else SECOND_US
            step = self.counts[last].rule.component.step * unit
            total = sum(count.amount for (_, *rest), count in self.counts.items() if tuple(rest) == key)
            if step and total % step:
                added[last] = step - total % step
        return added


def rate(tariff: Tariff, record: Record, calendar: Calendar) -> Rated:
    """Rate a session: every line rounded once, lines that sum to the totals, the same answer for the same question."""
    if record.ended_at < record.started_at:
        raise RecordError("the session ends before it starts")
    plan = prepare(tariff)
    meter = Meter(record.readings)
    has_session = record.reservation is None or record.reservation.outcome is Outcome.USED
    slices = cut_session(plan, record, meter, calendar) if has_session else []
    drafts: list[Draft] = []
    reserved_us = 0
    if record.reservation is not None:
        reserved = cut_reservation(plan, record.reservation, calendar)
        reserved_us = sum(each.end_us - each.start_us for each in reserved)
        drafts += _draft(tariff, _count_reservation(reserved, record.reservation.outcome), record.reservation.outcome)
    drafts += _draft(tariff, _count_session(slices, meter.scale), None)
    drafts += keep_min(drafts, tariff) if has_session else []
    drafts += keep_max(drafts, tariff)
    lines, taxes, totals = settle(drafts, tariff.tax_included)
    charging_us = sum(each.end_us - each.start_us for each in slices if each.state is State.CHARGING)
    parked_us = sum(each.end_us - each.start_us for each in slices if each.state is State.PARKED)
    return Rated(
        currency=tariff.currency,
        lines=lines,
        totals=totals,
        taxes=taxes,
        energy_wh=_to_wh(sum(each.grains for each in slices), meter.scale),
        charging_s=_to_s(charging_us),
        parked_s=_to_s(parked_us),
        reserved_s=_to_s(reserved_us),
        spans=_join(slices, meter.scale),
        is_estimated=any(line.is_estimated for line in lines),
    )


def _count_session(slices: list[Slice], scale: int) -> Tally:
    tally = Tally(scale)
    idle_from = max((each.end_us for each in slices if each.state is State.CHARGING), default=0)
    passed: dict[Dimension, int] = dict.fromkeys(TIMED, 0)
    for each in slices:
        tally.add_flat(each)
        length = each.end_us - each.start_us
        dimensions = [Dimension.TIME] if each.state is State.CHARGING else [Dimension.PARKING]
        if each.start_us >= idle_from:
            dimensions.append(Dimension.IDLE)
        for (dimension, _), rule in each.rules.items():
            if dimension is Dimension.ENERGY:
                if each.grains:
                    tally.add(rule, each.grains, each.start_us, each.end_us, is_estimated=each.is_estimated)
            elif dimension in dimensions:
                free = min(length, max(0, rule.component.grace_s * SECOND_US - passed[dimension]))
                if length > free:
                    tally.add(rule, length - free, each.start_us + free, each.end_us)
        for dimension in dimensions:
            passed[dimension] += length
    return tally


def _count_reservation(slices: list[Slice], outcome: Outcome) -> Tally:
    """Count a reservation; what is paid once for one that was not used is what holds at its end."""
    tally = Tally(1)
    tally.add_flat(slices[0] if outcome is Outcome.USED else slices[-1])
    for each in slices:
        for (dimension, _), rule in each.rules.items():
            if dimension is Dimension.TIME and each.end_us > each.start_us:
                tally.add(rule, each.end_us - each.start_us, each.start_us, each.end_us)
    return tally


def _draft(tariff: Tariff, tally: Tally, outcome: Outcome | None) -> list[Draft]:
    """Draft a line for each rule that counted, and one for what is over its cap."""
    added = tally.round_up()
    keys = sorted(tally.counts, key=lambda key: (_DIMENSIONS[key[1]], key[0], _SHARES[key[2]]))
    drafts: list[Draft] = []
    for key in keys:
        count = tally.counts[key]
        draft = _draft_line(tariff, count, count.amount + added.get(key, 0), tally.scale, outcome)
        drafts.append(draft)
        cap = count.rule.component.cap
        if cap is not None:
            over = draft.amount - to_minor(cap, tariff.currency, tariff.rounding)
            if over > 0:
                group = (count.rule.component.vat_percent, count.rule.component.share)
                drafts.append(draft_adjustment(LineKind.MAXIMUM, Cause.CAP, group, -over, tariff))
    return drafts


def _draft_line(tariff: Tariff, count: Count, amount: int, scale: int, outcome: Outcome | None) -> Draft:
    rule, component = count.rule, count.rule.component
    is_energy = component.dimension is Dimension.ENERGY
    numerator = rule.numerator * amount
    denominator = rule.denominator * (scale if is_energy else 1)
    minor = round_ratio(numerator * 10 ** count_digits(tariff.currency), denominator, tariff.rounding)
    kind, cause = KINDS[component.dimension], Cause.TARIFF
    if outcome is not None:
        case = tariff.elements[rule.element].restrictions.reservation
        is_penalty = case is not None and case.value != "reservation"
        kind = LineKind.CANCELLATION if is_penalty else LineKind.RESERVATION
        if outcome is not Outcome.USED:
            cause = Cause.EXPIRED if outcome is Outcome.EXPIRED else Cause.CANCELLED
    line = Line(
        kind=kind,
        cause=cause,
        share=component.share,
        period=rule.period,
        element=rule.element,
        quantity=_to_quantity(component.dimension, amount, scale),
        measured=_to_quantity(component.dimension, count.amount, scale),
        unit=_name_unit(component.dimension, component.per),
        unit_price=component.price,
        exact=to_decimal(numerator, denominator),
        net=0,
        tax=0,
        gross=0,
        vat_percent=component.vat_percent,
        starts_at=to_instant(count.start_us),
        ends_at=to_instant(count.end_us),
        is_estimated=count.is_estimated,
        label=rule.label,
    )
    return Draft(line, minor)


def _to_quantity(dimension: Dimension, amount: int, scale: int) -> Decimal:
    if dimension is Dimension.FLAT:
        return Decimal(amount)
    return _to_wh(amount, scale).scaleb(-3) if dimension is Dimension.ENERGY else _to_s(amount)


def _name_unit(dimension: Dimension, per: Per) -> str:
    if dimension is Dimension.FLAT:
        return "session"
    if dimension is Dimension.ENERGY:
        return "kWh"
    return "h" if per is Per.HOUR else "min"


def to_decimal(numerator: int, denominator: int) -> Decimal:
    """Return a ratio as a decimal of at most ten digits after the point."""
    scaled = round_ratio(numerator * 10**_EXACT_DIGITS, denominator)
    return Decimal(format(Decimal(scaled).scaleb(-_EXACT_DIGITS).normalize(), "f"))


def _to_wh(grains: int, scale: int) -> Decimal:
    return Decimal(grains) if scale == 1 else Decimal(grains).scaleb(-1)


def _to_s(us: int) -> Decimal:
    whole, rest = divmod(us, SECOND_US)
    return Decimal(whole) if rest == 0 else Decimal(us).scaleb(-6)


def _join(slices: Iterable[Slice], scale: int) -> tuple[Span, ...]:
    """Join slices in which the same rules held."""
    joined: list[Slice] = []
    for each in slices:
        if joined and joined[-1].rules == each.rules and joined[-1].state is each.state:
            before = joined.pop()
            joined.append(before._replace(end_us=each.end_us, grains=before.grains + each.grains))
        else:
            joined.append(each)
    return tuple(
        Span(
            to_instant(each.start_us),
            to_instant(each.end_us),
            each.state,
            _to_wh(each.grains, scale),
            tuple(sorted({rule.element for rule in each.rules.values()})),
        )
        for each in joined
    )
