"""A tariff as OCPI writes it (mod_tariffs), where OCPI can say all that it says; else none: a record may name none.

OCPI has no shares (电费, 服务费), tables of periods, seasons, kinds of days, idle time, grace or caps; in 2.2.1 prices
are always before tax.
"""

from decimal import Decimal
from typing import Any

from busbar.canon.pricing import Share
from busbar.canon.roaming import Cdr, OwnParty
from busbar.rating import coding
from busbar.rating.tariff import (
    Component,
    Dimension,
    Element,
    Per,
    PriceLimit,
    ReservationCase,
    Restrictions,
    Tariff,
    TaxIncluded,
    Weekday,
)

_MINUTES = Decimal(60)
_TYPES = {
    Dimension.ENERGY: "ENERGY",
    Dimension.FLAT: "FLAT",
    Dimension.PARKING: "PARKING_TIME",
    Dimension.TIME: "TIME",
}
_TAXES = {TaxIncluded.YES: "YES", TaxIncluded.NO: "NO", TaxIncluded.NONE: "N/A"}


def write_tariff(cdr: Cdr, own: OwnParty, *, is_newer: bool) -> dict[str, Any] | None:
    """Return the tariff of a record; None: OCPI (`is_newer`: 2.3.0, else 2.2.1) cannot say all that it says."""
    tariff = coding.decode(cdr.tariff_json)
    if not can_say(tariff, is_newer=is_newer):
        return None
    shaped: dict[str, Any] = {
        "country_code": own.country_code,
        "party_id": own.party_id,
        "id": f"{cdr.tariff_id}"[:36],
        "currency": tariff.currency,
        "elements": [_shape_element(each) for each in tariff.elements],
    }
    for name in ("min_price", "max_price"):
        limit: PriceLimit | None = getattr(tariff, name)
        if limit is not None:
            shaped[name] = _shape_limit(limit, is_newer=is_newer)
    if is_newer:
        shaped["tax_included"] = _TAXES[tariff.tax_included]
    return shaped | {"last_updated": f"{cdr.tariff_at:%Y-%m-%dT%H:%M:%S}Z"}


def can_say(tariff: Tariff, *, is_newer: bool) -> bool:
    """Tell whether OCPI has words for all that decides the price."""
    limits = [each for each in (tariff.min_price, tariff.max_price) if each is not None]
    if tariff.tables or any(each.before_taxes is None for each in limits):
        return False
    components = [component for element in tariff.elements for component in element.components]
    if not is_newer and tariff.tax_included is TaxIncluded.YES and any(each.vat_percent for each in components):
        return False
    return all(map(_can_say_component, components)) and all(
        _can_say_restrictions(element.restrictions) for element in tariff.elements
    )


def _can_say_component(component: Component) -> bool:
    is_plain = component.share is Share.NONE and not component.grace_s and component.cap is None
    return is_plain and component.dimension in _TYPES


def _can_say_restrictions(when: Restrictions) -> bool:
    is_of_year = when.season_start is not None or when.season_end is not None
    is_cancelled = when.reservation is ReservationCase.CANCELLED
    return not (is_of_year or when.day_types or when.period is not None or is_cancelled)


def _shape_element(element: Element) -> dict[str, Any]:
    shaped: dict[str, Any] = {"price_components": [_shape_component(each) for each in element.components]}
    restrictions = _shape_restrictions(element.restrictions)
    return shaped | ({"restrictions": restrictions} if restrictions else {})


def _shape_component(component: Component) -> dict[str, Any]:
    is_timed = component.dimension in {Dimension.TIME, Dimension.PARKING}
    per_hour = component.price * _MINUTES if is_timed and component.per is Per.MINUTE else component.price
    shaped: dict[str, Any] = {"type": _TYPES[component.dimension], "price": per_hour}
    if component.vat_percent is not None:
        shaped["vat"] = component.vat_percent
    return shaped | {"step_size": max(1, component.step)}


def _shape_restrictions(when: Restrictions) -> dict[str, Any]:
    shaped: dict[str, Any] = {
        name: getattr(when, name) for name in ("start_time", "end_time") if getattr(when, name) is not None
    }
    shaped |= {
        name: getattr(when, name).isoformat() for name in ("start_date", "end_date") if getattr(when, name) is not None
    }
    for name, field, places in (
        ("min_kwh", "min_energy_wh", 3), ("max_kwh", "max_energy_wh", 3), ("min_current", "min_current_ma", 3),
        ("max_current", "max_current_ma", 3), ("min_power", "min_power_w", 3), ("max_power", "max_power_w", 3),
        ("min_duration", "min_duration_s", 0), ("max_duration", "max_duration_s", 0),
    ):  # fmt: skip
        value: int | None = getattr(when, field)
        if value is not None:
            shaped[name] = Decimal(value).scaleb(-places)
    if when.weekdays:
        shaped["day_of_week"] = [day.name for day in sorted(when.weekdays, key=list(Weekday).index)]
    if when.reservation is not None:
        shaped["reservation"] = when.reservation.value.upper()
    return shaped


def _shape_limit(limit: PriceLimit, *, is_newer: bool) -> dict[str, Any]:
    names = ("before_taxes", "after_taxes") if is_newer else ("excl_vat", "incl_vat")
    amounts = (limit.before_taxes, limit.after_taxes)
    return {name: amount for name, amount in zip(names, amounts, strict=True) if amount is not None}
