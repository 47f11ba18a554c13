"""What the electricity of a session costs the operator: prices by half-hour, exact to the thousand-millionth.

Pure. Energy is whole Wh, prices are major units per kWh with up to six decimals, so a cost is a whole number of
thousand-millionths of a major unit (`nano`): nothing is rounded before a report does it once a row.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import ClassVar

import msgspec

from busbar.canon.message import Noun
from busbar.kernel.errors import InvalidError
from busbar.rating.calendar import EPOCH, MICROSECOND, Calendar
from busbar.rating.tariff import DayType, Period

HALVES = 48
MONTHS = 12
DAYS_MAX = 24
PRICE_MAX = Decimal(1000)
PRICE_DECIMALS = 6
QUARTER_US = 900 * 1_000_000
"""Every time zone's half-hours begin and end at a quarter of an hour."""
LETTERS: Mapping[str, Period] = {
    "S": Period.SHARP, "P": Period.PEAK, "F": Period.FLAT, "V": Period.VALLEY, "D": Period.DEEP_VALLEY,
}  # fmt: skip
_MICROS = 10**PRICE_DECIMALS


class PurchaseError(InvalidError):
    """No prices that electricity can be bought at; fact `field`."""

    code: ClassVar[str] = "invalid.purchase"


class PurchaseDays(Noun, frozen=True, kw_only=True):
    """Which half-hours of some days belong to which period."""

    slots: str
    """48 letters, one for each half-hour of the local day: S(harp), P(eak), F(lat), V(alley), D(eep valley)."""
    months: tuple[int, ...] = ()
    """1..12; none: all."""
    day_types: tuple[DayType, ...] = ()
    """None: all."""

    def covers(self, day: date, day_type: DayType) -> bool:
        """Tell whether a day is one of these."""
        return (not self.months or day.month in self.months) and (not self.day_types or day_type in self.day_types)


class PurchaseTerms(Noun, frozen=True, kw_only=True):
    """Prices by period, and when which period is. Of the days that cover a date the first ones rule."""

    prices: dict[Period, Decimal]
    """Per kWh, in major units."""
    days: tuple[PurchaseDays, ...]

    def find_price(self, day: date, half: int, calendar: Calendar) -> Decimal:
        """Return what a kWh costs in a half-hour (0..47) of a local day."""
        day_type = calendar.find_day_type(day)
        slots = next(each.slots for each in self.days if each.covers(day, day_type))
        return self.prices[LETTERS[slots[half]]]


def check_terms(terms: PurchaseTerms) -> PurchaseTerms:
    """Refuse prices that leave a half-hour open or cannot be. Errors: `invalid.purchase` (fact `field`)."""
    if not 0 < len(terms.days) <= DAYS_MAX:
        raise PurchaseError(f"give 1 to {DAYS_MAX} kinds of days", field="days")
    last = terms.days[-1]
    if last.months or last.day_types:
        raise PurchaseError("the last kind of days holds for all that the others leave", field="days")
    for days in terms.days:
        if len(days.slots) != HALVES or not set(days.slots) <= set(LETTERS):
            raise PurchaseError(f"a day has {HALVES} half-hours, each one of S P F V D", field="slots")
        if any(not 1 <= month <= MONTHS for month in days.months) or len(set(days.months)) != len(days.months):
            raise PurchaseError("months are 1 to 12, each once", field="months")
        missing = {LETTERS[letter] for letter in days.slots} - set(terms.prices)
        if missing:
            raise PurchaseError("a period has no price", field="prices", period=min(missing).value)
    for price in terms.prices.values():
        exponent = price.as_tuple().exponent
        if not price.is_finite() or not 0 <= price <= PRICE_MAX or not isinstance(exponent, int):
            raise PurchaseError(f"a price is 0 to {PRICE_MAX} for each kWh", field="prices")
        if -exponent > PRICE_DECIMALS:
            raise PurchaseError(f"a price has at most {PRICE_DECIMALS} decimals", field="prices")
    return terms


class Purchase(Noun, frozen=True, kw_only=True):
    """Terms that hold from a local day on, until the next ones."""

    valid_from: date
    terms: PurchaseTerms


class Bought(msgspec.Struct, frozen=True, kw_only=True):
    """What the electricity of a session cost."""

    nano: int = 0
    """Thousand-millionths of a major unit."""
    energy_wh: int = 0
    """Of which a price is known."""


def choose(purchases: Sequence[Purchase], day: date) -> PurchaseTerms | None:
    """Return the terms of a local day; `purchases` by `valid_from`."""
    found = None
    for each in purchases:
        if each.valid_from > day:
            break
        found = each.terms
    return found


def buy(
    points: Sequence[tuple[datetime, int]],
    *,
    started_at: datetime,
    ended_at: datetime,
    energy_wh: int,
    purchases: Sequence[Purchase],
    calendar: Calendar,
) -> Bought:
    """Return what a session's electricity cost.

    `points`: how much had been taken by an instant, whole Wh since the begin, by time. Between two points the energy
    is spread evenly; whole Wh fall to each quarter of an hour, and all of them together are the session's energy.
    """
    nano = known_wh = 0
    for at, taken_wh in split(points, started_at=started_at, ended_at=ended_at, energy_wh=energy_wh):
        local = calendar.localise(at)
        terms = choose(purchases, local.date())
        if terms is None or taken_wh == 0:
            continue
        price = terms.find_price(local.date(), local.hour * 2 + local.minute // 30, calendar)
        nano += taken_wh * int(price * _MICROS)
        known_wh += taken_wh
    return Bought(nano=nano, energy_wh=known_wh)


def split(
    points: Sequence[tuple[datetime, int]], *, started_at: datetime, ended_at: datetime, energy_wh: int
) -> list[tuple[datetime, int]]:
    """Return how many Wh fall to each quarter of an hour, by its begin (the session's, for the first)."""
    begin, end = _count(started_at), max(_count(ended_at), _count(started_at))
    curve = [(begin, 0)]
    for at, taken in points:
        instant = min(max(_count(at), begin), end)
        if instant > curve[-1][0]:
            curve.append((instant, min(max(taken, curve[-1][1]), energy_wh)))
    if curve[-1][0] < end:
        curve.append((end, energy_wh))
    else:
        curve[-1] = (end, energy_wh)
    edges = [begin, *range((begin // QUARTER_US + 1) * QUARTER_US, end, QUARTER_US), end]
    found: list[tuple[datetime, int]] = []
    before = place = 0
    for start, stop in pairwise(edges):
        while place + 1 < len(curve) - 1 and curve[place + 1][0] <= stop:
            place += 1
        level = _find_level(curve, place, stop)
        found.append((EPOCH + start * MICROSECOND, level - before))
        before = level
    if end == begin:
        found = [(EPOCH + begin * MICROSECOND, energy_wh)]
    return found


def _find_level(curve: list[tuple[int, int]], place: int, at: int) -> int:
    (left, low), (right, high) = curve[place], curve[min(place + 1, len(curve) - 1)]
    if at >= right or right == left:
        return high
    return low + (high - low) * (at - left) // (right - left)


def _count(at: datetime) -> int:
    """Return the microseconds since 1970."""
    return (at.astimezone(UTC) - EPOCH) // timedelta(microseconds=1)
