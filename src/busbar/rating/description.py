"""A tariff as sentences that a driver can read, in Chinese, English and Italian."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from busbar.canon.pricing import Share
from busbar.rating.coding import trim
from busbar.rating.lines import count_digits
from busbar.rating.phrases import CURRENCY_SIGNS, LANGUAGES, PHRASES
from busbar.rating.rules import SLOT_MIN, SLOTS
from busbar.rating.tariff import (
    PERIOD_OF_LETTER,
    Component,
    Dimension,
    Element,
    Period,
    PeriodTable,
    PriceLimit,
    Restrictions,
    Tariff,
    TaxIncluded,
    Weekday,
)

HOUR_S = 3600
MINUTE_S = 60
ROW_MIN = 3
THOUSAND = Decimal(1000)


def describe(tariff: Tariff, language: str) -> tuple[str, ...]:
    """Say in sentences what a tariff says; a language that is not spoken gives English."""
    return tuple(Speaker(tariff, language).speak())


class Speaker:
    """Speaks of one tariff in one language."""

    def __init__(self, tariff: Tariff, language: str) -> None:
        spoken = language[:2].lower()
        self.language = spoken if spoken in LANGUAGES else "en"
        self.words = PHRASES[self.language]
        self.tariff = tariff

    def speak(self) -> Iterator[str]:
        """Say every sentence in turn."""
        components = [component for element in self.tariff.elements for component in element.components]
        if not any(component.price for component in components) and self.tariff.min_price is None:
            yield self.words["nothing"]
            return
        restricted: set[tuple[Dimension, Share]] = set()
        for element in self.tariff.elements:
            for component in element.components:
                key = (component.dimension, component.share)
                yield self._say_component(element, component, is_other=key in restricted)
                if element.restrictions.reservation is None:
                    restricted.add(key)
        for table in self.tariff.tables:
            yield self._say_table(table)
        yield from self._say_limit("min_price", self.tariff.min_price)
        yield from self._say_limit("max_price", self.tariff.max_price)
        if self.tariff.hold_amount is not None:
            yield self.words["hold"].format(amount=self.write_money(self.tariff.hold_amount))
        if any(component.vat_percent for component in components) or self.tariff.tax_included is not TaxIncluded.NO:
            yield self.words[f"prices_{self.tariff.tax_included}"]

    def _say_component(self, element: Element, component: Component, *, is_other: bool) -> str:
        words = self.words
        asked = element.restrictions
        subject = words[asked.reservation] if asked.reservation else words[component.dimension]
        if component.share is not Share.NONE:
            subject = f"{subject} ({words[component.share]})"
        parts = [self._say_price(component), *self._say_terms(component), *self._say_conditions(asked)]
        if is_other and asked == Restrictions():
            parts.append(words["otherwise"])
        return subject + words["colon"] + words["comma"].join(parts) + words["stop"]

    def _say_price(self, component: Component) -> str:
        if not component.price:
            return self.words["free"]
        unit = {Dimension.ENERGY: "kWh", Dimension.FLAT: "once"}.get(component.dimension, str(component.per))
        space = "" if self.language == "zh" else " "
        return f"{self.write_money(component.price)}{space}{self.words[unit]}"

    def _say_terms(self, component: Component) -> Iterator[str]:
        words = self.words
        if component.vat_percent and self.tariff.tax_included is not TaxIncluded.NONE and component.price:
            yield words[f"vat_{self.tariff.tax_included}"].format(percent=self.write_number(component.vat_percent))
        if component.step > 1 and component.dimension is not Dimension.FLAT:
            is_energy = component.dimension is Dimension.ENERGY
            amount = self.write_unit(component.step, "kWh") if is_energy else self.write_time(component.step)
            yield words["step_energy" if is_energy else "step_time"].format(amount=amount)
        if component.grace_s:
            yield words["grace"].format(amount=self.write_time(component.grace_s))
        if component.cap is not None:
            yield words["cap"].format(amount=self.write_money(component.cap))

    def _say_conditions(self, asked: Restrictions) -> Iterator[str]:
        yield from self._say_days(asked)
        yield from self._say_pair(asked.start_time, asked.end_time, ("from_to", "from_time", "to_time"))
        start, end = (self.write_date(day) if day else None for day in (asked.start_date, asked.end_date))
        yield from self._say_pair(start, end, ("between_dates", "from_date", "to_date"))
        if asked.period is not None:
            yield self.words["period"].format(a=self.name_period(asked.period))
        for name, unit, field in (
            ("energy", "kWh", "energy_wh"), ("power", "kW", "power_w"), ("power", "A", "current_ma"),
        ):  # fmt: skip
            for bound in ("min", "max"):
                value: int | None = getattr(asked, f"{bound}_{field}")
                if value is not None:
                    yield self.words[f"{bound}_{name}"].format(a=self.write_unit(value, unit))
        for bound, value in (("min", asked.min_duration_s), ("max", asked.max_duration_s)):
            if value is not None:
                yield self.words[f"{bound}_duration"].format(a=self.write_time(value))

    def _say_days(self, asked: Restrictions | PeriodTable) -> Iterator[str]:
        names = self._name_weekdays([index for index, day in enumerate(Weekday) if day in asked.weekdays])
        types = [self.words[kind] for kind in asked.day_types]
        for group in (names, types):
            if group:
                yield self.words["on"].format(a=self._join(group))
        if asked.season_start and asked.season_end:
            ends = {name: self.write_day(day) for name, day in (("a", asked.season_start), ("b", asked.season_end))}
            yield self.words["season"].format(**ends)

    def _name_weekdays(self, indices: list[int]) -> list[str]:
        """Name weekdays, three or more in a row by the first and the last."""
        names = [self.words[day] for day in Weekday]
        if len(indices) >= ROW_MIN and indices[-1] - indices[0] == len(indices) - 1:
            return [self.words["days"].format(a=names[indices[0]], b=names[indices[-1]])]
        return [names[index] for index in indices]

    def _say_pair(self, start: str | None, end: str | None, phrases: tuple[str, str, str]) -> Iterator[str]:
        both, only_start, only_end = phrases
        if start and end:
            yield self.words[both].format(a=start, b=end)
        elif start or end:
            yield self.words[only_start if start else only_end].format(a=start, b=end)

    def _say_table(self, table: PeriodTable) -> str:
        words = self.words
        runs: dict[Period, list[str]] = {}
        start = 0
        for index in range(1, SLOTS + 1):
            if index == SLOTS or table.slots[index] != table.slots[start]:
                run = f"{_write_slot(start)}-{_write_slot(index)}"
                runs.setdefault(PERIOD_OF_LETTER[table.slots[start]], []).append(run)
                start = index
        said = [
            words["table"].format(period=self.name_period(period), times=words["list"].join(times))
            for period, times in runs.items()
        ]
        days = words["comma"].join(self._say_days(table))
        text = ("；" if self.language == "zh" else "; ").join(said)
        return (f"{days}{words['colon']}" if days else "") + text + words["stop"]

    def _say_limit(self, name: str, limit: PriceLimit | None) -> Iterator[str]:
        if limit is None:
            return
        sides = (("before", limit.before_taxes), ("after", limit.after_taxes))
        said = [
            f"{self.write_money(amount)} ({self.words[side]})" if self._is_taxed() else self.write_money(amount)
            for side, amount in sides
            if amount is not None
        ]
        yield self.words[name].format(amount=self._join(list(dict.fromkeys(said))))

    def _is_taxed(self) -> bool:
        return any(component.vat_percent for element in self.tariff.elements for component in element.components)

    def _join(self, names: list[str]) -> str:
        if len(names) == 1:
            return names[0]
        return self.words["list"].join(names[:-1]) + self.words["and"] + names[-1]

    def name_period(self, period: Period) -> str:
        """Name a period of the day."""
        return self.words["flat_period" if period is Period.FLAT else period]

    def write_number(self, number: Decimal) -> str:
        """Write a number without trailing zeros, with the language's decimal mark."""
        text = format(trim(number) or Decimal(0), "f")
        return text.replace(".", ",") if self.language == "it" else text

    def write_money(self, amount: Decimal) -> str:
        """Write an amount with its currency, with as many decimals as the minor unit has, or more if it needs them."""
        digits = count_digits(self.tariff.currency)
        trimmed = trim(amount) or Decimal(0)
        exponent = trimmed.as_tuple().exponent
        decimals = max(digits, -exponent if isinstance(exponent, int) else 0)
        text = f"{trimmed:.{decimals}f}"
        currency = self.tariff.currency
        if self.language == "zh":
            return f"{text}元" if currency == "CNY" else f"{text} {currency}"
        sign = CURRENCY_SIGNS.get(currency)
        if self.language == "it":
            return f"{text.replace('.', ',')} {sign or currency}"
        return f"{sign}{text}" if sign else f"{currency} {text}"

    def write_unit(self, thousandths: int, unit: str) -> str:
        """Write whole Wh, W or mA in a larger unit."""
        return f"{self.write_number(Decimal(thousandths) / THOUSAND)} {unit}"

    def write_time(self, duration_s: int) -> str:
        """Write a duration in hours, minutes and seconds."""
        hours, rest = divmod(duration_s, HOUR_S)
        minutes, seconds = divmod(rest, MINUTE_S)
        space = "" if self.language == "zh" else " "
        parts = ((hours, "h"), (minutes, "min"), (seconds, "s"))
        return (
            space.join(f"{count}{space}{self.words[unit]}" for count, unit in parts if count) or f"0 {self.words['s']}"
        )

    def write_day(self, day: str) -> str:
        """Write a day of every year, `06-01`."""
        month = self.words["months"].split()[int(day[:2]) - 1]
        return self.words["day"].format(day=int(day[3:]), month=month)

    def write_date(self, day: date) -> str:
        """Write a date."""
        text = self.write_day(f"{day.month:02}-{day.day:02}")
        return f"{day.year}年{text}" if self.language == "zh" else f"{text} {day.year}"


def _write_slot(index: int) -> str:
    minute = index * SLOT_MIN
    return f"{minute // 60:02}:{minute % 60:02}"
