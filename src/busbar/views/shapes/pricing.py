from datetime import date, datetime
from typing import Annotated, Any

from pydantic import WithJsonSchema

from busbar.canon.control import Outcome, ShowPart
from busbar.canon.pricing import LineKind, OfferSource, RefusalReason, Share
from busbar.canon.tariffs import Scope
from busbar.canon.what_if import WhatIfState
from busbar.rating.tariff import DayType, Period
from busbar.views.shapes.model import Page, Shape

TariffTerms = Annotated[dict[str, Any], WithJsonSchema({"type": "object", "format": "TariffTerms"})]
"""What a tariff says: see `busbar.rating.tariff.Tariff`."""


class Cost(Shape):
    """What a session costs, so far or in the end. Amounts are whole minor units of the currency."""

    currency: str
    currency_digits: int
    """Decimals of the currency: 2 for EUR and CNY, 0 for JPY."""
    net: int
    tax: int
    gross: int
    revision: int
    """0 while it runs; then it counts the prices that the session had."""
    is_final: bool
    priced_at: datetime | None
    tariff_id: str
    tariff_name: str
    tariff_version: int


class PriceLine(Shape):
    """A line of a price. Amounts are whole minor units, those of a reduction below zero; decimals are texts."""

    kind: LineKind
    share: Share
    quantity: str
    unit: str
    """`kWh`, `h`, `min`, `session` …"""
    unit_price: str
    """In major units of the currency; with tax if the tariff's prices are."""
    net: int
    tax: int
    gross: int
    vat_percent: str
    reason: str
    """Why the line is there: the tariff's element, the period of the day, the offer."""
    starts_at: datetime | None
    ends_at: datetime | None
    offer_id: str | None


class OfferRefusal(Shape):
    """An offer of the session's driver that took nothing off, and why."""

    offer_id: str
    """Of an offer, or of a plan."""
    name: str
    source: OfferSource
    """By what the session had it."""
    reason: RefusalReason


class PriceRevision(Shape):
    """A price that a session had, or has."""

    revision: int
    priced_at: datetime
    net: int
    tax: int
    gross: int
    energy_wh: int
    is_final: bool


class StationCost(Shape):
    """What the station itself reckoned (OCPP 2.1), beside our price. Decimals are texts, in major units."""

    currency: str
    net: str | None
    gross: str | None
    failure: str | None
    """Why it could not reckon."""
    at: datetime
    is_final: bool
    difference: int | None
    """Its gross less ours, in whole minor units; none while either is missing."""


class StationTariff(Shape):
    """Which tariff a station that reckons by itself uses for the session (OCPP 2.1)."""

    tariff_ref: str
    """As the station names it."""
    told_at: datetime
    is_ours: bool
    """It is the one that the session is priced with."""
    wanted_ref: str
    """The name of that one."""
    sent_at: datetime | None
    """When the station was given it."""
    outcome: Outcome | None
    """What it answered; none yet, or it was given nothing."""
    status: str | None
    """The station's own word."""


class StationDisplay(Shape):
    """What a station can show of prices, what it was told last, and what it answered."""

    parts: list[ShowPart]
    """Empty: it shows no prices, or was not asked yet."""
    known_at: datetime | None
    """When it told what it can show."""
    price_text: str
    tariff_ref: str
    """The tariff's id and version that it was told."""
    price_sent_at: datetime | None
    price_outcome: Outcome | None
    """None: no answer yet, or nothing was told."""
    price_status: str | None
    """The station's own word."""
    cost: int | None
    """The cost that it was told last, in whole minor units."""
    cost_currency: str | None
    cost_currency_digits: int | None
    cost_session_id: str | None
    cost_sent_at: datetime | None
    cost_outcome: Outcome | None
    cost_status: str | None


class SessionPrice(Cost):
    """What a session costs, line by line."""

    session_id: str
    assigned_by: Scope
    """What the tariff was assigned to that this session has it."""
    fixed_at: datetime
    """When it was decided which tariff this is."""
    energy_wh: int
    """That the price is for."""
    lines: list[PriceLine]
    refusals: list[OfferRefusal]
    """Offers that took nothing off."""
    revisions: list[PriceRevision]
    """Every price that the session had, the newest first; empty while it runs."""
    station_cost: StationCost | None
    """What the station reckoned, if it does."""
    station_tariff: StationTariff | None
    """What it reckons with, if it does."""


class TariffVersion(Shape):
    """What a tariff says from an instant on."""

    tariff_id: str
    version: int
    name: str
    currency: str
    terms: TariffTerms
    valid_from: datetime
    published_at: datetime
    published_by: str


class TariffVersionPage(Page[TariffVersion]):
    """Versions of a tariff, the newest first."""


class TariffSummary(Shape):
    """A tariff in a list."""

    tariff_id: str
    operator_id: str
    name: str
    currency: str
    version: int
    """Of the newest published one; 0: none yet."""
    valid_from: datetime | None
    """Of that version."""
    is_draft_new: bool
    """The draft says something that is not published."""
    assignments: int
    """That hold now or will."""
    created_at: datetime
    changed_at: datetime
    retired_at: datetime | None


class TariffPage(Page[TariffSummary]):
    """Tariffs."""


class Tariff(TariffSummary):
    """A tariff with its draft and what is published."""

    draft: TariffTerms
    published: TariffTerms | None
    """What the newest version says."""


class Overlap(Shape):
    """Another assignment of the same thing, which holds while this one does."""

    assignment_id: str
    tariff_id: str
    tariff_name: str
    valid_from: datetime
    valid_until: datetime | None
    is_ruling: bool
    """It rules while both hold: it begins later, or was made later."""


class Assignment(Shape):
    """A tariff is that of a thing, or of people, for a time."""

    assignment_id: str
    tariff_id: str
    tariff_name: str
    scope: Scope
    subject: str
    subject_name: str | None
    """As people call it."""
    valid_from: datetime
    valid_until: datetime | None
    is_over: bool
    is_future: bool
    """It has not begun."""
    overlaps: list[Overlap]
    """From now on."""
    created_at: datetime
    created_by: str


class AssignmentPage(Page[Assignment]):
    """Assignments of tariffs, the newest first."""


class Sentences(Shape):
    """A tariff in words, in the three languages that the house speaks."""

    zh: list[str]
    en: list[str]
    it: list[str]


class WeekSlot(Shape):
    """Half an hour of a week: prices per kWh in major units, as texts, where they hold."""

    electricity: str | None
    service: str | None
    whole: str | None
    """Of energy whose price is not told apart."""
    total: str
    time: str | None
    """Per hour of charging."""
    period: Period | None
    changes_within: bool
    """Another price begins inside the half-hour."""


class WeekDay(Shape):
    """A local day of 48 half-hours."""

    day: date
    day_type: DayType
    slots: list[WeekSlot]


class PriceExample(Shape):
    """What a charge would cost that begins now."""

    energy_wh: int
    duration_s: int
    starts_at: datetime
    currency: str
    currency_digits: int
    net: int
    tax: int
    gross: int
    lines: list[PriceLine]


class Remark(Shape):
    """Something odd about a tariff that is not forbidden."""

    code: str
    """`gap`, `never`, `overlap`, `free`, `mixed_shares`, `unused_table` …"""
    path: str
    """Where: `elements[2]`."""
    other: str
    weekday: str
    time: str


class TariffPreview(Shape):
    """A tariff before anybody pays it: in words, as a picture of the week, and by an example."""

    currency: str
    currency_digits: int
    sentences: Sentences
    week: list[WeekDay]
    example: PriceExample
    remarks: list[Remark]


class ReservationExample(Shape):
    """What a reservation costs that is made now. Amounts are whole minor units, with tax."""

    duration_s: int
    used: int
    """On top of the charge, when the driver comes at the end of it."""
    expired: int
    """When nobody comes."""
    cancelled: int
    """When it is given back at the end of it: earlier costs no more."""


class Quote(Shape):
    """What a charge costs that begins here and now."""

    station_id: str
    evse_id: int | None
    connector_id: int | None
    tariff_id: str
    tariff_name: str
    tariff_version: int
    valid_from: datetime
    currency: str
    currency_digits: int
    time_zone: str
    """That the times of the sentences and of the week are in."""
    sentences: Sentences
    now: WeekSlot
    """The prices of this half-hour."""
    week: list[WeekDay]
    example: PriceExample
    """With what the offers take off."""
    offers: list[str]
    """The names of those that a session which begins now has; one that takes nothing off this example has no line."""
    hold: str | None
    reservation: ReservationExample | None
    """Null where it was not asked for (`reserve_min`), or costs nothing."""
    """What is held on a card before the start, in major units."""


class WhatIfSum(Shape):
    """Sessions together: what they cost, and would have cost, in whole minor units with tax."""

    key: str
    name: str
    """As people call it: a site's name, an hour, a group's value; empty: none."""
    sessions: int
    energy_wh: int
    before: int
    after: int


class WhatIf(Shape):
    """What the sessions of a period would have cost under a tariff's draft."""

    what_if_id: str
    tariff_id: str
    tariff_name: str
    since: datetime
    until: datetime
    site_id: str | None
    state: WhatIfState
    done: int
    total: int
    """Sessions of the period; 0 until it began."""
    currency: str
    currency_digits: int
    other_currency: int
    """Sessions in another currency, which were left out."""
    sum: WhatIfSum
    by_site: list[WhatIfSum]
    by_hour: list[WhatIfSum]
    by_group: list[WhatIfSum]
    created_at: datetime
    created_by: str
    finished_at: datetime | None


class WhatIfPage(Page[WhatIf]):
    """Questions about past sessions, the newest first."""
