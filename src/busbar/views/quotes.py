"""Tariffs before anybody pays them: in words, as a picture of the week, and by an example."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.invoicing import InvoiceProfile
from busbar.canon.pricing import LineKind, TaxRate
from busbar.canon.stations import NO_OWN_DAYS, OwnDays
from busbar.canon.tariffs import TariffVersion
from busbar.domain.billing.rates import list_calendars, rate_session
from busbar.domain.invoicing.model import list_rates
from busbar.domain.invoicing.sql import invoice_profiles
from busbar.domain.stations.tables import sites, stations
from busbar.domain.tenants.sql import operators
from busbar.kernel.ids import SiteId
from busbar.rating.calendar import Calendar, CalendarError, find_zone
from busbar.rating.checking import Oddity, check
from busbar.rating.coding import decode
from busbar.rating.description import describe
from busbar.rating.lines import Rated, count_digits
from busbar.rating.offers import Offer, apply_offers
from busbar.rating.record import Outcome, Reading, Record, Reservation
from busbar.rating.tariff import Tariff
from busbar.rating.taxes import fill_taxes
from busbar.rating.week import Slot, draw_week
from busbar.views.missing import StationMissingError
from busbar.views.pricing import shape_line
from busbar.views.rows import AnyRow
from busbar.views.shapes.pricing import (
    PriceExample,
    Quote,
    Remark,
    ReservationExample,
    Sentences,
    TariffPreview,
    WeekDay,
    WeekSlot,
)

_SLOT_MIN = 30
_HOUR_S = 3600


class Place(msgspec.Struct, frozen=True):
    """Where a charge would be, and how days are counted there."""

    site_id: SiteId | None
    zone: str
    country: str
    days: OwnDays = NO_OWN_DAYS
    taxes: tuple[TaxRate, ...] = ()
    """Of what tariffs name none for."""


class Charge(msgspec.Struct, frozen=True, kw_only=True):
    """The charge of an example."""

    energy_wh: int = 30_000
    duration_s: int = 3600
    starts_at: datetime
    reserved_s: int | None = None
    """For how long a place is kept before it, where that is asked for."""


async def find_place(connection: AsyncConnection, station_id: str, *, operator_id: str) -> Place:
    """Return where a station is; one without a site is where its operator is. Errors: `not_found.station`."""
    statement = (
        select(
            stations.c.site_id,
            sites.c.zone,
            sites.c.country,
            sites.c.days,
            operators.c.country.label("operator_country"),
            operators.c.zone.label("operator_zone"),
            invoice_profiles.c.content.label("profile_json"),
        )
        .select_from(
            stations.outerjoin(sites, stations.c.site_id == sites.c.site_id)
            .join(operators, operators.c.operator_id == stations.c.operator_id)
            .outerjoin(invoice_profiles, invoice_profiles.c.operator_id == stations.c.operator_id)
        )
        .where(stations.c.station_id == station_id, stations.c.operator_id == operator_id)
    )
    row = (await connection.execute(statement)).first()
    if row is None:
        raise StationMissingError("there is no such station", station_id=station_id)
    return read_place(row)


def read_place(row: AnyRow) -> Place:
    """Read where a station is, from a row with `operator_zone` and `profile_json` beside its site's columns."""
    taxes = _read_rates(row.profile_json, row.site_id)
    if row.zone is None:
        return Place(row.site_id, row.operator_zone, row.operator_country, taxes=taxes)
    return Place(row.site_id, row.zone, row.country, msgspec.json.decode(row.days, type=OwnDays), taxes)


async def find_rates(connection: AsyncConnection, operator_id: str) -> tuple[TaxRate, ...]:
    """Return the taxes that hold at no site in particular, of what tariffs name none for."""
    own = select(invoice_profiles.c.content).where(invoice_profiles.c.operator_id == operator_id)
    return _read_rates((await connection.execute(own)).scalar_one_or_none(), None)


def _read_rates(profile_json: str | None, site_id: SiteId | None) -> tuple[TaxRate, ...]:
    if profile_json is None:
        return ()
    return list_rates(msgspec.json.decode(profile_json, type=InvoiceProfile).tax_rules, site_id)


def preview(terms: Tariff, *, zone: str, country: str, charge: Charge, now: datetime) -> TariffPreview:
    """Show a tariff as people see it before it is published. Errors: `invalid.calendar`."""
    calendar = _find_calendar(zone, country, now)
    return TariffPreview(
        currency=terms.currency,
        currency_digits=count_digits(terms.currency),
        sentences=say(terms),
        week=_draw(terms, calendar, now),
        example=show_example(rate_example(terms, charge, zone=zone, country=country), charge),
        remarks=[_shape_remark(oddity) for oddity in check(terms)],
    )


def _shape_remark(oddity: Oddity) -> Remark:
    return Remark(
        code=oddity.code,
        path=oddity.path,
        other=oddity.other,
        weekday="" if oddity.weekday is None else oddity.weekday.value,
        time=oddity.time,
    )


def quote(
    version: TariffVersion, place: Place, *, station_id: str, evse_id: int | None, connector_id: int | None,
    charge: Charge, offers: Sequence[Offer] = (),
) -> Quote:  # fmt: skip
    """Show what a charge costs under this version at this place, less what these offers take off."""
    terms = fill_taxes(decode(version.content_json), place.taxes)
    now = charge.starts_at
    calendar = _find_calendar(place.zone, place.country, now, place.days)
    week = _draw(terms, calendar, now)
    local = calendar.localise(now)
    return Quote(
        station_id=station_id,
        evse_id=evse_id,
        connector_id=connector_id,
        tariff_id=version.tariff_id,
        tariff_name=version.name,
        tariff_version=version.version,
        valid_from=version.valid_from,
        currency=terms.currency,
        currency_digits=count_digits(terms.currency),
        time_zone=place.zone,
        sentences=say(terms),
        now=week[local.weekday()].slots[(local.hour * 60 + local.minute) // _SLOT_MIN],
        week=week,
        example=show_example(
            rate_example(terms, charge, zone=place.zone, country=place.country, days=place.days, offers=offers),
            charge,
        ),
        offers=[each.name for each in offers],
        hold=_write(terms.hold_amount),
        reservation=_show_reservation(terms, charge, place),
    )


def _show_reservation(terms: Tariff, charge: Charge, place: Place) -> ReservationExample | None:
    """Show what a reservation costs, by the function that will price it; null where it costs nothing."""
    if charge.reserved_s is None:
        return None
    ends_at = charge.starts_at + timedelta(seconds=charge.reserved_s)
    costs: dict[Outcome, int] = {}
    for outcome in Outcome:
        kept = Reservation(starts_at=charge.starts_at, ends_at=ends_at, outcome=outcome)
        record = Record(started_at=ends_at, ended_at=ends_at, reservation=kept)
        rated = rate_session(terms, record, zone=place.zone, country=place.country, days=place.days)
        own = (LineKind.RESERVATION, LineKind.CANCELLATION, LineKind.MAXIMUM)
        costs[outcome] = sum(line.gross for line in rated.lines if line.kind in own)
    if not any(costs.values()):
        return None
    return ReservationExample(
        duration_s=charge.reserved_s,
        used=costs[Outcome.USED],
        expired=costs[Outcome.EXPIRED],
        cancelled=costs[Outcome.CANCELLED],
    )


def say(terms: Tariff) -> Sentences:
    """Return a tariff in words."""
    return Sentences(**{language: list(describe(terms, language)) for language in Sentences.model_fields})


def _find_calendar(zone: str, country: str, now: datetime, days: OwnDays = NO_OWN_DAYS) -> Calendar:
    find_zone(zone)
    *better, last = list_calendars(zone, country, days)
    for calendar in better:
        try:
            calendar.find_day_type(now.date())
        except CalendarError:
            continue
        return calendar
    return last


def _draw(terms: Tariff, calendar: Calendar, now: datetime) -> list[WeekDay]:
    return [
        WeekDay(day=each.day, day_type=each.day_type, slots=[_shape_slot(slot) for slot in each.slots])
        for each in draw_week(terms, calendar.localise(now).date(), calendar)
    ]


def _shape_slot(slot: Slot) -> WeekSlot:
    return WeekSlot(
        electricity=_write(slot.electricity),
        service=_write(slot.service),
        whole=_write(slot.whole),
        total=format(slot.total, "f"),
        time=_write(slot.time),
        period=slot.period,
        changes_within=slot.changes_within,
    )


def _write(number: Decimal | None) -> str | None:
    return None if number is None else format(number, "f")


def read_offers(offers_json: str) -> list[Offer]:
    """Return the offers of a session that would begin, as rating takes them."""
    return msgspec.json.decode(offers_json, type=list[Offer])


def rate_example(
    terms: Tariff,
    charge: Charge,
    *,
    zone: str,
    country: str,
    days: OwnDays = NO_OWN_DAYS,
    offers: Sequence[Offer] = (),
) -> Rated:
    """Rate an even charge that fills its time, by the functions that rate real ones."""
    ends_at = charge.starts_at + timedelta(seconds=charge.duration_s)
    power_w = charge.energy_wh * _HOUR_S // charge.duration_s
    record = Record(
        started_at=charge.starts_at,
        ended_at=ends_at,
        readings=(
            Reading(at=charge.starts_at, energy_wh=0, power_w=power_w),
            Reading(at=ends_at, energy_wh=charge.energy_wh),
        ),
    )
    rated = rate_session(terms, record, zone=zone, country=country, days=days)
    return apply_offers(rated, offers, terms) if offers else rated


def show_example(rated: Rated, charge: Charge) -> PriceExample:
    """Show what the charge of an example costs."""
    return PriceExample(
        energy_wh=charge.energy_wh,
        duration_s=charge.duration_s,
        starts_at=charge.starts_at,
        currency=rated.currency,
        currency_digits=count_digits(rated.currency),
        net=rated.totals.net,
        tax=rated.totals.tax,
        gross=rated.totals.gross,
        lines=[shape_line(line.to_price_line()) for line in rated.lines],
    )
