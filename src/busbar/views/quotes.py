"""Tariffs before anybody pays them: in words, as a picture of the week, and by an example."""

from datetime import datetime, timedelta
from decimal import Decimal

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.tariffs import TariffVersion
from busbar.domain.billing.rates import rate_session
from busbar.domain.stations.tables import sites, stations
from busbar.domain.tenants.sql import operators
from busbar.kernel.ids import SiteId
from busbar.rating.calendar import Calendar, CalendarError, find_zone
from busbar.rating.checking import check
from busbar.rating.coding import decode
from busbar.rating.description import describe
from busbar.rating.lines import count_digits
from busbar.rating.record import Reading, Record
from busbar.rating.tariff import Tariff
from busbar.rating.week import Slot, draw_week
from busbar.views.missing import StationMissingError
from busbar.views.pricing import shape_line
from busbar.views.shapes.pricing import (
    PriceExample,
    Quote,
    Remark,
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


class Charge(msgspec.Struct, frozen=True, kw_only=True):
    """The charge of an example."""

    energy_wh: int = 30_000
    duration_s: int = 3600
    starts_at: datetime


async def find_place(connection: AsyncConnection, station_id: str, *, operator_id: str) -> Place:
    """Return where a station is; one without a site is where its operator is. Errors: `not_found.station`."""
    statement = (
        select(stations.c.site_id, sites.c.zone, sites.c.country, operators.c.zone.label("operator_zone"))
        .select_from(
            stations.outerjoin(sites, stations.c.site_id == sites.c.site_id).join(
                operators, operators.c.operator_id == stations.c.operator_id
            )
        )
        .where(stations.c.station_id == station_id, stations.c.operator_id == operator_id)
    )
    row = (await connection.execute(statement)).first()
    if row is None:
        raise StationMissingError("there is no such station", station_id=station_id)
    return Place(row.site_id, row.zone or row.operator_zone, row.country or "")


def preview(terms: Tariff, *, zone: str, country: str, charge: Charge, now: datetime) -> TariffPreview:
    """Show a tariff as people see it before it is published. Errors: `invalid.calendar`."""
    calendar = _find_calendar(zone, country, now)
    return TariffPreview(
        currency=terms.currency,
        currency_digits=count_digits(terms.currency),
        sentences=say(terms),
        week=_draw(terms, calendar, now),
        example=_show_example(terms, charge, zone=zone, country=country),
        remarks=[Remark.model_validate(msgspec.to_builtins(oddity)) for oddity in check(terms)],
    )


def quote(
    version: TariffVersion, place: Place, *, station_id: str, evse_id: int | None, connector_id: int | None,
    charge: Charge,
) -> Quote:  # fmt: skip
    """Show what a charge costs under this version at this place."""
    terms = decode(version.content_json)
    now = charge.starts_at
    calendar = _find_calendar(place.zone, place.country, now)
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
        example=_show_example(terms, charge, zone=place.zone, country=place.country),
        hold=_write(terms.hold_amount),
    )


def say(terms: Tariff) -> Sentences:
    """Return a tariff in words."""
    return Sentences(**{language: list(describe(terms, language)) for language in Sentences.model_fields})


def _find_calendar(zone: str, country: str, now: datetime) -> Calendar:
    find_zone(zone)
    calendar = Calendar(zone=zone, country=country or None)
    try:
        calendar.find_day_type(now.date())
    except CalendarError:
        return Calendar(zone=zone)
    return calendar


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


def _show_example(terms: Tariff, charge: Charge, *, zone: str, country: str) -> PriceExample:
    """Rate an even charge that fills its time, by the function that rates real ones."""
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
    rated = rate_session(terms, record, zone=zone, country=country)
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
