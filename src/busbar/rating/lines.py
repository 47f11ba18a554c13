"""What rating answers: price lines that say where they come from, and their sums."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NamedTuple

from busbar.canon.message import Noun
from busbar.canon.pricing import LineKind, OfferRefusal, PriceLine, Share, Totals
from busbar.rating.record import State
from busbar.rating.tariff import Period

NO_TAX = Decimal(0)
_MILLIONTH = Decimal("0.000001")
_UNIT_S = {"h": Decimal(3600), "min": Decimal(60)}
DIGITS = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0,
    "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0, "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3,
    "TND": 3,
}  # fmt: skip
"""Digits of a currency's minor unit (ISO 4217) where they are not two."""


def count_digits(currency: str) -> int:
    """Count the decimals of a currency's minor unit."""
    return DIGITS.get(currency, 2)


class Cause(StrEnum):
    """Why a line is there, beside what it counts."""

    TARIFF = "tariff"
    CAP = "cap"
    """The component's own cap."""
    MIN_PRICE = "min_price"
    MAX_PRICE = "max_price"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    OFFER = "offer"


class Line(Noun, frozen=True, kw_only=True):
    """One computed line, rounded once: `exact` before, `net`, `tax` and `gross` after (whole minor units)."""

    kind: LineKind
    cause: Cause = Cause.TARIFF
    share: Share = Share.NONE
    period: Period | None = None
    element: int | None = None
    """The tariff's element, counted from 0."""
    quantity: Decimal
    """What is paid for: kWh, seconds, or 1."""
    measured: Decimal
    """What was counted: less than `quantity` where a step rounded it up."""
    unit: str
    """`kWh`, `h`, `min` (both with `quantity` in seconds) or `session`."""
    unit_price: Decimal
    exact: Decimal
    """The amount before rounding, in major units, with tax if the tariff's prices are."""
    net: int
    tax: int
    gross: int
    vat_percent: Decimal | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    is_estimated: bool = False
    """Energy of a meter gap was spread evenly to tell this line from another."""
    offer_id: str | None = None
    label: str = ""
    """The element's or offer's name."""

    def to_price_line(self, reason: str = "") -> PriceLine:
        """Return the line as the house tells it, time in the unit of its price."""
        quantity = self.quantity
        if self.unit in _UNIT_S:
            quantity = (quantity / _UNIT_S[self.unit]).quantize(_MILLIONTH, ROUND_HALF_UP).normalize()
        words = (self.label, self.period, self.cause if self.cause is not Cause.TARIFF else "")
        return PriceLine(
            kind=self.kind,
            share=self.share,
            quantity=Decimal(format(quantity, "f")),
            unit=self.unit,
            unit_price=self.unit_price,
            net=self.net,
            tax=self.tax,
            gross=self.gross,
            vat_percent=self.vat_percent or NO_TAX,
            reason=reason or next((str(word) for word in words if word), ""),
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            offer_id=self.offer_id,
        )


class TaxSum(Noun, frozen=True, kw_only=True):
    """The sums of one tax rate: `net + tax == gross`."""

    vat_percent: Decimal | None
    net: int
    tax: int
    gross: int


class Span(NamedTuple):
    """A stretch of the session in which the same elements held: what a CDR calls a charging period."""

    starts_at: datetime
    ends_at: datetime
    state: State
    energy_wh: Decimal
    elements: tuple[int, ...]


class Use(Noun, frozen=True, kw_only=True):
    """What an offer gave: for the plan's or coupon's own account."""

    offer_id: str
    energy_wh: Decimal = Decimal(0)
    amount: int = 0
    """Whole minor units, positive, on the side of the tariff's prices."""


class Rated(Noun, frozen=True, kw_only=True):
    """A rated session. Lines sum to the totals, and to the sums by tax."""

    currency: str
    lines: tuple[Line, ...]
    totals: Totals
    taxes: tuple[TaxSum, ...]
    energy_wh: Decimal
    charging_s: Decimal
    parked_s: Decimal
    reserved_s: Decimal
    spans: tuple[Span, ...] = ()
    is_estimated: bool = False
    uses: tuple[Use, ...] = ()
    refusals: tuple[OfferRefusal, ...] = ()

    def sum_share(self, share: Share) -> Totals:
        """Sum the lines of one share."""
        lines = [line for line in self.lines if line.share is share]
        return Totals(
            net=sum(line.net for line in lines),
            tax=sum(line.tax for line in lines),
            gross=sum(line.gross for line in lines),
        )
