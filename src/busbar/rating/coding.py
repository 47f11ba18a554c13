"""Tariffs as plain JSON: canonical, so that equal tariffs are equal texts; exact about what is wrong with others."""

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple

import msgspec

from busbar.kernel.errors import InvalidError
from busbar.rating.tariff import (
    ALWAYS,
    Component,
    DayOfYear,
    Dimension,
    Element,
    EnergyMix,
    PriceLimit,
    Restrictions,
    Tariff,
)

BYTES_MAX = 262_144
PRICE_MAX = Decimal(1_000_000)
DECIMALS_MAX = 8
PERCENT_MAX = Decimal(100)
TIMED = {Dimension.TIME, Dimension.PARKING, Dimension.IDLE}
RESERVABLE = {Dimension.TIME, Dimension.FLAT}
_PLACE = re.compile(r"(?P<text>.*?)(?: - at `\$(?P<path>[^`]*)`)?$", re.DOTALL)


class TariffError(InvalidError):
    """The tariff breaks a rule: `path` says where, `problem` which; `problems` holds all."""

    code: ClassVar[str] = "invalid.tariff"

    def __init__(self, problems: tuple["Problem", ...]) -> None:
        first = problems[0]
        super().__init__(
            f"{first.path or 'tariff'}: {first.text}", path=first.path, problem=first.code, problems=len(problems)
        )
        self.problems = problems


class Problem(NamedTuple):
    """What is wrong, and where: `elements[2].components[0].price`."""

    path: str
    code: str
    text: str


def decode(data: bytes | str | dict[str, Any]) -> Tariff:
    """Read a tariff from JSON, as text or as plain objects; `TariffError` names every rule it breaks."""
    try:
        if isinstance(data, dict):
            tariff = msgspec.convert(data, Tariff)
        elif len(data) > BYTES_MAX:
            raise TariffError((Problem("", "too_long", f"more than {BYTES_MAX} bytes"),))
        else:
            tariff = msgspec.json.decode(data, type=Tariff)
    except msgspec.ValidationError as error:
        raise TariffError((_read_problem(str(error)),)) from None
    except (msgspec.DecodeError, ValueError) as error:
        raise TariffError((Problem("", "not_json", str(error)[:200]),)) from None
    problems = tuple(find_problems(tariff))
    if problems:
        raise TariffError(problems)
    return _normalise(tariff)


def encode(tariff: Tariff) -> bytes:
    """Write a tariff as canonical JSON: equal tariffs give equal bytes."""
    return msgspec.json.encode(_normalise(tariff))


def to_plain(tariff: Tariff) -> dict[str, Any]:
    """Return a tariff as plain objects, prices as text."""
    return msgspec.to_builtins(_normalise(tariff))


def _read_problem(message: str) -> Problem:
    match = _PLACE.match(message)
    text = match["text"] if match else message
    path = ((match["path"] if match else "") or "").lstrip(".")
    codes = (("missing", "missing"), ("unknown field", "unknown_field"), ("Expected", "type"), ("Invalid", "value"))
    code = next((code for word, code in codes if word in text), "value")
    if "matching regex" in text:
        code = "pattern"
    elif "length" in text:
        code = "length"
    return Problem(path, code, text)


def find_problems(tariff: Tariff) -> Iterator[Problem]:
    """Find what the types do not forbid."""
    for index, element in enumerate(tariff.elements):
        yield from _judge_element(element, f"elements[{index}]")
    for index, table in enumerate(tariff.tables):
        yield from _judge_season(table.season_start, table.season_end, f"tables[{index}]")
    yield from _judge_limits(tariff)
    if tariff.hold_amount is not None:
        yield from _judge_price(tariff.hold_amount, "hold_amount")
    yield from _judge_times(tariff.valid_from, tariff.valid_until)
    yield from _judge_mix(tariff.energy_mix)
    uses_periods = any(element.restrictions.period is not None for element in tariff.elements)
    if uses_periods and not tariff.tables:
        yield Problem("tables", "no_table", "an element names a period, but no table says when it is")


def _judge_element(element: Element, path: str) -> Iterator[Problem]:
    seen: set[tuple[Dimension, str]] = set()
    for index, component in enumerate(element.components):
        place = f"{path}.components[{index}]"
        key = (component.dimension, component.share)
        if key in seen:
            yield Problem(place, "repeated", "the element has another component of this dimension and share")
        seen.add(key)
        yield from _judge_component(component, place)
        if element.restrictions.reservation is not None and component.dimension not in RESERVABLE:
            yield Problem(f"{place}.dimension", "reservation", "a reservation is priced by time and once")
    yield from _judge_restrictions(element.restrictions, f"{path}.restrictions")


def _judge_component(component: Component, path: str) -> Iterator[Problem]:
    yield from _judge_price(component.price, f"{path}.price")
    if component.cap is not None:
        yield from _judge_price(component.cap, f"{path}.cap")
        if component.dimension is Dimension.FLAT:
            yield Problem(f"{path}.cap", "flat", "what is paid once has no cap")
    if component.vat_percent is not None:
        yield from _judge_percent(component.vat_percent, f"{path}.vat_percent")
    if component.grace_s and component.dimension not in {Dimension.PARKING, Dimension.IDLE}:
        yield Problem(f"{path}.grace_s", "grace", "only parking and idle time have a grace time")


def _judge_price(price: Decimal, path: str) -> Iterator[Problem]:
    if not price.is_finite():
        yield Problem(path, "not_finite", "not a finite number")
    elif price < 0:
        yield Problem(path, "negative", "below zero")
    elif price > PRICE_MAX:
        yield Problem(path, "too_large", f"more than {PRICE_MAX}")
    elif count_decimals(price) > DECIMALS_MAX:
        yield Problem(path, "too_fine", f"more than {DECIMALS_MAX} decimals")


def _judge_percent(percent: Decimal, path: str) -> Iterator[Problem]:
    problems = list(_judge_price(percent, path))
    yield from problems
    if not problems and percent > PERCENT_MAX:
        yield Problem(path, "too_large", f"more than {PERCENT_MAX} percent")


def count_decimals(number: Decimal) -> int:
    """Count the decimals of a number as written without trailing zeros."""
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _judge_restrictions(restrictions: Restrictions, path: str) -> Iterator[Problem]:
    pairs = (("energy", "wh"), ("power", "w"), ("current", "ma"), ("duration", "s"))
    for name, unit in pairs:
        least = getattr(restrictions, f"min_{name}_{unit}")
        most = getattr(restrictions, f"max_{name}_{unit}")
        if least is not None and most is not None and least >= most:
            yield Problem(f"{path}.max_{name}_{unit}", "empty_range", "not above the minimum")
    start, end = restrictions.start_date, restrictions.end_date
    if start is not None and end is not None and start >= end:
        yield Problem(f"{path}.end_date", "empty_range", "not after the first day")
    yield from _judge_season(restrictions.season_start, restrictions.season_end, path)


def _judge_season(start: DayOfYear | None, end: DayOfYear | None, path: str) -> Iterator[Problem]:
    if (start is None) is not (end is None):
        missing = "season_start" if start is None else "season_end"
        yield Problem(f"{path}.{missing}", "missing", "a season has a start and an end")
    elif start is not None and start == end:
        yield Problem(f"{path}.season_end", "empty_range", "the season is empty")
    for name, day in (("season_start", start), ("season_end", end)):
        if day is not None and day in {"02-30", "02-31", "04-31", "06-31", "09-31", "11-31"}:
            yield Problem(f"{path}.{name}", "no_such_day", "there is no such day")


def _judge_mix(mix: EnergyMix | None) -> Iterator[Problem]:
    if mix is None:
        return
    for index, source in enumerate(mix.sources):
        yield from _judge_percent(source.percent, f"energy_mix.sources[{index}].percent")
    for name in ("carbon_dioxide_g", "nuclear_waste_g"):
        amount: Decimal | None = getattr(mix, name)
        if amount is not None:
            yield from _judge_price(amount, f"energy_mix.{name}")


def _judge_limits(tariff: Tariff) -> Iterator[Problem]:
    for name, limit in (("min_price", tariff.min_price), ("max_price", tariff.max_price)):
        if limit is None:
            continue
        if limit == PriceLimit():
            yield Problem(name, "missing", "neither before nor after taxes")
        for side in ("before_taxes", "after_taxes"):
            amount: Decimal | None = getattr(limit, side)
            if amount is not None:
                yield from _judge_price(amount, f"{name}.{side}")
    if tariff.min_price is None or tariff.max_price is None:
        return
    for side in ("before_taxes", "after_taxes"):
        least: Decimal | None = getattr(tariff.min_price, side)
        most: Decimal | None = getattr(tariff.max_price, side)
        if least is not None and most is not None and least > most:
            yield Problem(f"max_price.{side}", "empty_range", "below the smallest price")


def _judge_times(start: datetime | None, end: datetime | None) -> Iterator[Problem]:
    for name, at in (("valid_from", start), ("valid_until", end)):
        if at is not None and at.tzinfo is None:
            yield Problem(name, "no_zone", "an instant needs its offset")
            return
    if start is not None and end is not None and start >= end:
        yield Problem("valid_until", "empty_range", "not after the start")


def _normalise(tariff: Tariff) -> Tariff:
    """Write every decimal without trailing zeros, and drop what says nothing."""
    elements = tuple(_trim_element(element) for element in tariff.elements)
    return msgspec.structs.replace(
        tariff,
        elements=elements,
        min_price=_trim_limit(tariff.min_price),
        max_price=_trim_limit(tariff.max_price),
        hold_amount=trim(tariff.hold_amount),
    )


def _trim_element(element: Element) -> Element:
    return msgspec.structs.replace(
        element,
        components=tuple(_trim_component(each) for each in element.components),
        restrictions=ALWAYS if element.restrictions == ALWAYS else element.restrictions,
    )


def _trim_component(component: Component) -> Component:
    vat = None if component.vat_percent is None else trim(component.vat_percent)
    return msgspec.structs.replace(component, price=trim(component.price), cap=trim(component.cap), vat_percent=vat)


def _trim_limit(limit: PriceLimit | None) -> PriceLimit | None:
    if limit is None:
        return None
    return PriceLimit(before_taxes=trim(limit.before_taxes), after_taxes=trim(limit.after_taxes))


def trim(number: Decimal | None) -> Decimal | None:
    """Write a number without trailing zeros and without an exponent."""
    if number is None:
        return None
    trimmed = number.normalize()
    return trimmed.quantize(Decimal(1)) if trimmed == trimmed.to_integral_value() else trimmed
