"""What a session costs: price lines, their totals, and the facts that a session was priced."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

from busbar.canon.message import Command, Fact, Noun, Signal
from busbar.kernel.ids import DriverId, OperatorId, SessionId, SiteId, StationId, TariffId, TokenId


class LineKind(StrEnum):
    """What a price line is for."""

    ENERGY = "energy"
    TIME = "time"
    """Time connected while charging."""
    PARKING = "parking"
    """Time connected without charging (OCPI PARKING_TIME)."""
    IDLE = "idle"
    """Occupying the place after charging was over and the grace time with it."""
    FLAT = "flat"
    RESERVATION = "reservation"
    CANCELLATION = "cancellation"
    MINIMUM = "minimum"
    """What is missing to the smallest price."""
    MAXIMUM = "maximum"
    """What is over the largest price (negative)."""
    DISCOUNT = "discount"
    """An offer's reduction (negative)."""
    INCLUDED = "included"
    """Energy that a membership plan includes or somebody gives away (negative)."""
    SUBSCRIPTION = "subscription"
    """The price of a membership plan for a month."""


class Share(StrEnum):
    """Whose part of the price it is: the electricity's (电费), the service's (服务费), or not told apart."""

    NONE = "none"
    ELECTRICITY = "electricity"
    SERVICE = "service"


class PriceLine(Noun, frozen=True, kw_only=True):
    """One computed line of a price, rounded once. Amounts are whole minor units; a reduction's are negative."""

    kind: LineKind
    share: Share = Share.NONE
    quantity: Decimal
    unit: str
    """`kWh`, `min`, `h`, `session`, `month`, `%` …"""
    unit_price: Decimal
    """Per unit, in major units of the currency; with tax if the tariff's prices are."""
    net: int
    tax: int
    gross: int
    vat_percent: Decimal
    reason: str = ""
    """Why the line is there, in words: the tariff's period, the offer's name …"""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    """The half-open period that it is for."""
    offer_id: str | None = None
    """The offer, coupon or plan that a reduction comes from."""


class OfferSource(StrEnum):
    """By what a session has an offer."""

    OFFER = "offer"
    COUPON = "coupon"
    PLAN = "plan"


class RefusalReason(StrEnum):
    """Why an offer that the session's driver has took nothing off."""

    BELOW_MINIMUM = "below_minimum"
    NOTHING_TO_REDUCE = "nothing_to_reduce"
    ANOTHER_IS_BETTER = "another_is_better"
    OTHER_CURRENCY = "other_currency"
    ELSEWHERE = "elsewhere"
    """It holds at other sites."""
    BUDGET_SPENT = "budget_spent"
    """Others used up what the coupon may take off."""
    ENERGY_USED_UP = "energy_used_up"
    """The plan's included energy of the month."""
    ONE_COUPON = "one_coupon"
    """Another coupon holds for this session; this one waits."""


class OfferRefusal(Noun, frozen=True, kw_only=True):
    """An offer that took nothing off a price, and why."""

    offer_id: str
    name: str = ""
    source: OfferSource = OfferSource.OFFER
    reason: RefusalReason


class TaxRate(Noun, frozen=True, kw_only=True):
    """The tax of what a tariff names none for; of several, the first of a kind holds."""

    kind: LineKind | None = None
    """None: of every kind."""
    percent: Decimal
    """Zero: no tax."""


class Totals(Noun, frozen=True, kw_only=True):
    """The sums of price lines, in whole minor units: `net + tax == gross`."""

    net: int = 0
    tax: int = 0
    gross: int = 0


class PricingFact(Fact, frozen=True, kw_only=True):
    """What all facts of a priced session carry."""

    session_id: SessionId
    station_id: StationId
    site_id: SiteId | None = None
    evse_id: int | None = None
    driver_id: DriverId | None = None
    token_id: TokenId | None = None
    tariff_id: TariffId
    version: int
    """Of the tariff: the one that the session began with."""


class TariffFixed(PricingFact, frozen=True, kw_only=True):
    """A session began, and with this version of this tariff it will be priced."""

    reason: str
    """What it was assigned by: `driver`, `group`, `plan`, `partner`, `connector`, `station`, `site`, `operator`."""
    hold: int | None = None
    """What the tariff wants set aside before the charge, in whole minor units; None: as the operator's policy says."""


class SessionPriced(PricingFact, frozen=True, kw_only=True):
    """An ended session has its price.

    Told again with the next `revision` when its meter record was corrected and the price is another; `previous` then
    holds the totals that this one replaces.
    """

    revision: int
    """1, 2, 3 … of this session."""
    tariff_name: str
    currency: str
    """ISO 4217; its exponent says what a minor unit is (JPY has none)."""
    lines: tuple[PriceLine, ...]
    """They sum to `totals`."""
    refusals: tuple[OfferRefusal, ...] = ()
    """Offers of its driver that took nothing off."""
    totals: Totals
    previous: Totals | None = None
    energy_wh: int
    started_at: datetime
    ended_at: datetime
    is_final: bool
    """False: a rule or a person closed the session, and its station may yet report another end."""
    has_start: bool = True
    """False: the meter's reading at the begin never came."""
    has_end: bool = True
    """False: the one at the end never came."""


class IdleCostNear(PricingFact, frozen=True, kw_only=True):
    """A vehicle has stopped charging and still stands there: occupying the place will soon cost something."""

    begins_at: datetime


class CostProgressed(Signal, frozen=True, kw_only=True):
    """What a running session costs so far, by the same rules that will price it."""

    session_id: SessionId
    station_id: StationId
    driver_id: DriverId | None = None
    currency: str
    totals: Totals
    energy_wh: int


class PriceSoFar(Noun, frozen=True, kw_only=True):
    """What a running session costs by now, line by line."""

    tariff_id: TariffId
    version: int
    currency: str
    lines: tuple[PriceLine, ...]
    refusals: tuple[OfferRefusal, ...] = ()
    totals: Totals
    energy_wh: int
    at: datetime


class PriceSessionNow(Command[PriceSoFar], frozen=True, kw_only=True):
    """Price what there is of a running session. Errors: `not_found.price` (no tariff was fixed for it)."""

    operator_id: OperatorId
    session_id: SessionId


class Extent(msgspec.Struct, frozen=True, kw_only=True):
    """From when to when a session that is over went, and what it took."""

    started_at: datetime
    ended_at: datetime
    has_start: bool
    has_end: bool
    energy_wh: int


class PriceSpan(Noun, frozen=True, kw_only=True):
    """A stretch of a session in which the same components of its tariff held."""

    starts_at: datetime
    ends_at: datetime
    energy_wh: Decimal
    is_parked: bool


class PriceTrace(Noun, frozen=True, kw_only=True):
    """How a session's price came about: its stretches, the reservation before it, and what its tariff said."""

    spans: tuple[PriceSpan, ...]
    connector_id: int | None
    reserved_at: datetime | None
    reserved_until: datetime | None
    tariff_json: str
    """With the taxes of what it names none for."""
    published_at: datetime


class TracePrice(Command[PriceTrace], frozen=True, kw_only=True):
    """Tell how the price of a session that is over came about; takes nothing. Errors: `not_found.price`."""

    operator_id: OperatorId
    session_id: SessionId
    extent: Extent


class PriceRunningSessions(Command[int], frozen=True, kw_only=True):
    """Say what some running sessions cost so far, each in its turn; answers how many. The core does it every second."""


# ---- prices on stations ----------------------------------------------------------------------------------------------


class PriceNote(Noun, frozen=True, kw_only=True):
    """What a station is told of a price beside the answer that it waits for."""

    currency: str
    digits: int
    """Decimals of the currency."""
    cost: int | None = None
    """So far, or in the end; with tax, in whole minor units."""
    limit: int | None = None
    """What the session may cost at most; told when it is another than before."""
    text: str = ""
    language: str = ""
    tariff_ref: str = ""
    tariff_json: str | None = None
    """The driver's own tariff, for a station that reckons (2.1)."""


class StationCost(Noun, frozen=True, kw_only=True):
    """What a station itself reckoned that a charge costs (2.1)."""

    currency: str
    net: Decimal | None = None
    gross: Decimal | None = None
    """In major units, as it told them."""
    failure: str | None = None
    """Why it could not reckon."""


class DescribeStart(Command[PriceNote | None], frozen=True, kw_only=True):
    """Say what a station is to show whoever presented a token there; None: it shows no prices, or there is none."""

    operator_id: OperatorId
    station_id: StationId
    token_value: str
    token_kind: str
    driver_id: DriverId | None = None
    group: str | None = None
    token_id: TokenId | None = None
    language: str | None = None


class DescribeProgress(Command[PriceNote | None], frozen=True, kw_only=True):
    """Say what a station is to be told of a session's cost, now that it told of the session; None: nothing."""

    operator_id: OperatorId
    station_id: StationId
    session_id: SessionId
    driver_id: DriverId | None = None
    group: str | None = None
    end: Extent | None = None
    """The session is over."""
    token_id: TokenId | None = None
    station_cost: StationCost | None = None
    """What the station reckoned, if it did."""
    station_tariff: str | None = None
    """The tariff that it reckons with from now on, if it told of one."""
    cost_target: int | None = None
    """Where the driver wants the charge to end, in whole minor units."""


class TendDisplays(Command[int], frozen=True, kw_only=True):
    """Look after what some stations show, each in its turn; answers how many. The core does it every second."""
