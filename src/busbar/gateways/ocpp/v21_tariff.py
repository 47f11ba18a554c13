"""A tariff of ours in the words of OCPP 2.1 (block I), for stations that reckon. Pure.

Exact, or not at all: what 2.1 has no words for (shares, steps, caps, kinds of day, seasons, periods of the Chinese day,
idle time only after the last charging) is refused, and the station is told the cost instead.
"""

from decimal import Decimal
from typing import Any

from busbar.canon.pricing import Share
from busbar.gateways.ocpp.translation import UntranslatableError
from busbar.rating.coding import decode
from busbar.rating.tariff import Component, Dimension, Element, Per, PriceLimit, Restrictions, Tariff, TaxIncluded
from busbar.wire import ocpp21

TARIFF_ID_MAX_CHARS = 60
DESCRIPTION_MAX_CHARS = 1024
DIGITS = Decimal("0.00000001")
HUNDRED = Decimal(100)
MINUTES = Decimal(60)
FIELDS = {Dimension.ENERGY: "energy", Dimension.TIME: "charging_time", Dimension.PARKING: "idle_time",
          Dimension.FLAT: "fixed_fee"}  # fmt: skip
TIMED = frozenset({Dimension.TIME, Dimension.PARKING})
_UNSAYABLE = ("day_types", "season_start", "season_end", "period", "min_current_ma", "max_current_ma")
_NOT_FOR_FLAT = ("min_energy_wh", "max_energy_wh", "min_power_w", "max_power_w", "min_duration_s", "max_duration_s")


def write_tariff(content_json: str, *, tariff_ref: str, texts: tuple[tuple[str, str], ...]) -> ocpp21.TariffType:
    """Write a tariff; `texts`: language and words. Errors: UntranslatableError says what has no words."""
    tariff = decode(content_json)
    fields: dict[str, Any] = {}
    for dimension, name in FIELDS.items():
        held = list(_list_components(tariff, dimension))
        if held:
            fields[name] = _write_field(tariff, dimension, held)
    return ocpp21.TariffType(
        tariff_id=tariff_ref[:TARIFF_ID_MAX_CHARS],
        currency=tariff.currency,
        description=[
            ocpp21.MessageContentType(format="UTF8", language=language, content=text[:DESCRIPTION_MAX_CHARS])
            for language, text in texts[:10]
        ]
        or None,
        min_cost=_write_limit(tariff.min_price),
        max_cost=_write_limit(tariff.max_price),
        **fields,
    )


def _list_components(tariff: Tariff, dimension: Dimension) -> list[tuple[Element, Component]]:
    found = [
        (element, component)
        for element in tariff.elements
        if element.restrictions.reservation is None
        for component in element.components
        if component.dimension is dimension
    ]
    _refuse_if(
        any(
            component.dimension is Dimension.IDLE
            for element in tariff.elements
            for component in element.components
            if element.restrictions.reservation is None
        ),
        "a price of the time after the last charging",
    )
    return found


def _write_field(tariff: Tariff, dimension: Dimension, held: list[tuple[Element, Component]]) -> Any:
    rates = {_rate_of(tariff, component) for _element, component in held}
    _refuse_if(len(rates) > 1, "more than one tax rate for one kind of price")
    _refuse_if(any(component.share is not Share.NONE for _element, component in held), "electricity and service apart")
    _refuse_if(any(component.step for _element, component in held), "steps")
    _refuse_if(any(component.cap is not None for _element, component in held), "a cap of one price")
    (rate,) = rates
    prices = [_write_price(tariff, dimension, element.restrictions, component) for element, component in held]
    taxes = [ocpp21.TaxRateType(type="VAT", tax=_number(rate))] if rate else None
    if dimension is Dimension.ENERGY:
        return ocpp21.TariffEnergyType(prices=prices, tax_rates=taxes)
    if dimension is Dimension.FLAT:
        return ocpp21.TariffFixedType(prices=prices, tax_rates=taxes)
    return ocpp21.TariffTimeType(prices=prices, tax_rates=taxes)


def _rate_of(tariff: Tariff, component: Component) -> Decimal:
    if tariff.tax_included is TaxIncluded.NONE or component.vat_percent is None:
        return Decimal(0)
    return component.vat_percent


def _write_price(tariff: Tariff, dimension: Dimension, asked: Restrictions, component: Component) -> Any:
    amount = component.price
    if tariff.tax_included is TaxIncluded.YES:
        amount = amount * HUNDRED / (HUNDRED + _rate_of(tariff, component))  # 2.1 takes prices without tax (I12.FR.13)
    if dimension in TIMED and component.per is Per.HOUR:
        amount /= MINUTES
    conditions = _write_conditions(dimension, asked, component)
    price = _number(amount.quantize(DIGITS).normalize())
    if dimension is Dimension.ENERGY:
        return ocpp21.TariffEnergyPriceType(price_kwh=price, conditions=conditions)
    if dimension is Dimension.FLAT:
        return ocpp21.TariffFixedPriceType(price_fixed=price, conditions=conditions)
    return ocpp21.TariffTimePriceType(price_minute=price, conditions=conditions)


def _write_conditions(dimension: Dimension, asked: Restrictions, component: Component) -> Any:
    for name in _UNSAYABLE:
        _refuse_if(bool(getattr(asked, name)), f"a restriction by {name}")
    said: dict[str, Any] = {
        "start_time_of_day": asked.start_time,
        "end_time_of_day": asked.end_time,
        "day_of_week": [day.value.capitalize() for day in asked.weekdays] or None,
        "valid_from_date": None if asked.start_date is None else asked.start_date.isoformat(),
        "valid_to_date": None if asked.end_date is None else asked.end_date.isoformat(),
    }
    if dimension is Dimension.FLAT:
        _refuse_if(any(getattr(asked, name) is not None for name in _NOT_FOR_FLAT), "a restricted price paid once")
        return ocpp21.TariffConditionsFixedType(**said) if any(said.values()) else None
    said |= {
        "min_energy": asked.min_energy_wh,
        "max_energy": asked.max_energy_wh,
        "min_power": asked.min_power_w,
        "max_power": asked.max_power_w,
        "min_time": asked.min_duration_s,
        "max_time": asked.max_duration_s,
    }
    if component.grace_s:
        said["min_idle_time"] = component.grace_s
    return ocpp21.TariffConditionsType(**said) if any(value is not None for value in said.values()) else None


def _write_limit(limit: PriceLimit | None) -> Any:
    if limit is None:
        return None
    return ocpp21.PriceType(
        excl_tax=None if limit.before_taxes is None else _number(limit.before_taxes),
        incl_tax=None if limit.after_taxes is None else _number(limit.after_taxes),
    )


def _number(value: Decimal) -> float:
    """Write a decimal as the JSON number that reads the same."""
    return int(value) if value == value.to_integral_value() else float(value)


def _refuse_if(is_unsayable: bool, what: str) -> None:  # noqa: FBT001 - reads as a rule
    if is_unsayable:
        raise UntranslatableError(f"OCPP 2.1 has no words for {what}")
