"""What a tariff says: everything that OCPI 2.2.1 and 2.3.0 tariffs say, and what Chinese ones need beside it.

Frozen and bounded. Prices are decimals in major units of the currency; energy is whole Wh, power W, current mA, time s.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec

from busbar.canon.pricing import Share

ELEMENTS_MAX = 200
COMPONENTS_MAX = 20
TABLES_MAX = 60
TEXTS_MAX = 20
LARGEST_WHOLE = 10**12

Currency = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}$")]
TimeOfDay = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
DayOfYear = Annotated[str, msgspec.Meta(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
Slots = Annotated[str, msgspec.Meta(pattern=r"^[SPFVD]{48}$")]
Whole = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_WHOLE)]
ShortText = Annotated[str, msgspec.Meta(max_length=512)]


class Dimension(StrEnum):
    """What is counted."""

    ENERGY = "energy"
    """Energy delivered, priced per kWh."""
    TIME = "time"
    """Time connected while charging; under a reservation restriction, the time reserved."""
    PARKING = "parking"
    """All time connected without charging, pauses too (OCPI PARKING_TIME)."""
    IDLE = "idle"
    """Time connected after charging was over: pauses before more charging do not count."""
    FLAT = "flat"
    """Once."""


class Per(StrEnum):
    """The unit of a price over time."""

    HOUR = "hour"
    MINUTE = "minute"


class Period(StrEnum):
    """The periods of a Chinese day; a letter each in the tables of half-hours."""

    SHARP = "sharp"
    """尖"""
    PEAK = "peak"
    """峰"""
    FLAT = "flat"
    """平"""
    VALLEY = "valley"
    """谷"""
    DEEP_VALLEY = "deep_valley"
    """深谷"""


PERIOD_OF_LETTER = {
    "S": Period.SHARP, "P": Period.PEAK, "F": Period.FLAT, "V": Period.VALLEY, "D": Period.DEEP_VALLEY,
}  # fmt: skip


class Weekday(StrEnum):
    """Days of the week, in the order of `date.weekday()`."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class DayType(StrEnum):
    """Every date is exactly one of these: a holiday, else a working day or a weekend by the country's calendar."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


class ReservationCase(StrEnum):
    """The element prices a reservation: any, one that nobody came for, or one that was cancelled.

    For an expired or cancelled reservation the element of that case comes first for each dimension, and `reservation`
    fills what it leaves open.
    """

    RESERVATION = "reservation"
    EXPIRES = "reservation_expires"
    CANCELLED = "reservation_cancelled"


class TaxIncluded(StrEnum):
    """Whether the tariff's prices hold the tax (OCPI 2.3.0 `tax_included`)."""

    NO = "no"
    YES = "yes"
    NONE = "none"
    """No tax is due at all."""


class TariffKind(StrEnum):
    """Which sessions the tariff is for (OCPI `type`); without one it is for all."""

    AD_HOC_PAYMENT = "ad_hoc_payment"
    PROFILE_CHEAP = "profile_cheap"
    PROFILE_FAST = "profile_fast"
    PROFILE_GREEN = "profile_green"
    REGULAR = "regular"


class Rounding(StrEnum):
    """How a line is rounded to whole minor units."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    DOWN = "down"


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, cache_hash=True):
    """A part of a tariff."""


class Restrictions(Part, frozen=True, kw_only=True):
    """When an element holds: all that is set must match. Minima are inclusive, maxima exclusive, as are ends."""

    start_time: TimeOfDay | None = None
    end_time: TimeOfDay | None = None
    """Local time of day. An end at or before the start wraps to the next day; `00:00` ends at midnight."""
    start_date: date | None = None
    end_date: date | None = None
    weekdays: Annotated[tuple[Weekday, ...], msgspec.Meta(max_length=7)] = ()
    day_types: Annotated[tuple[DayType, ...], msgspec.Meta(max_length=3)] = ()
    season_start: DayOfYear | None = None
    season_end: DayOfYear | None = None
    """A season of every year, from a day (`06-01`) until before another (`09-01`); it may wrap the new year."""
    period: Period | None = None
    """The period that the tariff's tables give the half-hour."""
    min_energy_wh: Whole | None = None
    max_energy_wh: Whole | None = None
    min_power_w: Whole | None = None
    max_power_w: Whole | None = None
    min_current_ma: Whole | None = None
    max_current_ma: Whole | None = None
    min_duration_s: Whole | None = None
    max_duration_s: Whole | None = None
    reservation: ReservationCase | None = None


ALWAYS = Restrictions()
"""Of an element without any: this very one is left out where a tariff is written."""


class Component(Part, frozen=True, kw_only=True):
    """The price of one dimension, or of one share of it."""

    dimension: Dimension
    price: Decimal
    """Per kWh, hour, minute, or once."""
    per: Per = Per.HOUR
    """Of TIME, PARKING and IDLE."""
    share: Share = Share.NONE
    vat_percent: Decimal | None = None
    step: Whole = 0
    """Wh or s: what is counted is rounded up to a multiple, once a session (OCPI `step_size`); 0 counts exactly."""
    grace_s: Whole = 0
    """Of PARKING and IDLE: the first seconds cost nothing."""
    cap: Decimal | None = None
    """At most this much for the component in a session."""


class Element(Part, frozen=True, kw_only=True):
    """Components that hold under the same restrictions."""

    components: Annotated[tuple[Component, ...], msgspec.Meta(min_length=1, max_length=COMPONENTS_MAX)]
    restrictions: Restrictions = ALWAYS
    name: ShortText = ""


class PeriodTable(Part, frozen=True, kw_only=True):
    """Which period each half-hour of a local day is in; the first table whose day matches holds.

    `slots` is a letter for each half-hour from 00:00: S sharp, P peak, F flat, V valley, D deep valley.
    """

    slots: Slots
    weekdays: Annotated[tuple[Weekday, ...], msgspec.Meta(max_length=7)] = ()
    day_types: Annotated[tuple[DayType, ...], msgspec.Meta(max_length=3)] = ()
    season_start: DayOfYear | None = None
    season_end: DayOfYear | None = None


class PriceLimit(Part, frozen=True, kw_only=True):
    """A smallest or largest price of a session, before and after taxes: both hold."""

    before_taxes: Decimal | None = None
    after_taxes: Decimal | None = None


class Text(Part, frozen=True, kw_only=True):
    """What the operator tells about the tariff, in one language."""

    language: Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]
    text: ShortText


class EnergySource(Part, frozen=True, kw_only=True):
    """Where a part of the energy comes from (OCPI `EnergySource`)."""

    source: ShortText
    percent: Decimal


class EnergyMix(Part, frozen=True, kw_only=True):
    """What kind of energy is delivered (OCPI `EnergyMix`)."""

    is_green: bool
    sources: Annotated[tuple[EnergySource, ...], msgspec.Meta(max_length=20)] = ()
    carbon_dioxide_g: Decimal | None = None
    nuclear_waste_g: Decimal | None = None
    """Per kWh."""
    supplier: ShortText = ""
    product: ShortText = ""


class Tariff(Part, frozen=True, kw_only=True):
    """A tariff. For each dimension and share the first element that matches holds; if none does, it costs nothing."""

    currency: Currency
    elements: Annotated[tuple[Element, ...], msgspec.Meta(min_length=1, max_length=ELEMENTS_MAX)]
    tax_included: TaxIncluded = TaxIncluded.NO
    min_price: PriceLimit | None = None
    max_price: PriceLimit | None = None
    hold_amount: Decimal | None = None
    """What to hold on a card before the start (OCPI `preauthorize_amount`)."""
    tables: Annotated[tuple[PeriodTable, ...], msgspec.Meta(max_length=TABLES_MAX)] = ()
    rounding: Rounding = Rounding.HALF_UP
    kind: TariffKind | None = None
    """Read and written; sessions are priced with none that has one: tariffs are assigned to those whom they are for."""
    texts: Annotated[tuple[Text, ...], msgspec.Meta(max_length=TEXTS_MAX)] = ()
    url: Annotated[str, msgspec.Meta(max_length=255)] | None = None
    valid_from: datetime | None = None
    """OCPI `start_date_time`: sessions that begin before have another tariff."""
    valid_until: datetime | None = None
    """OCPI `end_date_time`: so do those that begin then or after."""
    energy_mix: EnergyMix | None = None
