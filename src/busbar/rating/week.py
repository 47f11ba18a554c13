"""The picture of a week: what a kWh costs in each half-hour, by share."""

from datetime import date, timedelta
from decimal import Decimal

from busbar.canon.message import Noun
from busbar.canon.pricing import Share
from busbar.rating.calendar import Calendar
from busbar.rating.rules import SLOT_MIN, SLOTS, Plan, find_mask_at, find_period, prepare
from busbar.rating.tariff import DayType, Dimension, Period, Tariff
from busbar.rating.timeline import choose_at

WEEK_DAYS = 7


class Slot(Noun, frozen=True, kw_only=True):
    """Half an hour: prices per kWh by share, and per hour of time, where they hold."""

    electricity: Decimal | None = None
    service: Decimal | None = None
    whole: Decimal | None = None
    """Of energy that is not told apart."""
    total: Decimal = Decimal(0)
    """Per kWh."""
    time: Decimal | None = None
    """Per hour of charging."""
    period: Period | None = None
    changes_within: bool = False
    """Another price begins inside the half-hour."""


class Day(Noun, frozen=True, kw_only=True):
    """A local day of 48 half-hours."""

    day: date
    day_type: DayType
    slots: tuple[Slot, ...]


def draw_week(
    tariff: Tariff, day: date, calendar: Calendar, *, power_w: int = 0, energy_wh: int = 0
) -> tuple[Day, ...]:
    """Draw the week from Monday on that holds a date, as prices stand at a power and after an amount of energy."""
    plan = prepare(tariff)
    monday = day - timedelta(days=day.weekday())
    days = (monday + timedelta(days=index) for index in range(WEEK_DAYS))
    return tuple(
        Day(
            day=each,
            day_type=calendar.find_day_type(each),
            slots=tuple(_draw_slot(plan, calendar, each, index, (energy_wh, power_w)) for index in range(SLOTS)),
        )
        for each in days
    )


def _draw_slot(plan: Plan, calendar: Calendar, day: date, index: int, at: tuple[int, int]) -> Slot:
    start = index * SLOT_MIN
    rules = choose_at(plan, find_mask_at(plan, calendar, day, start), energy_wh=at[0], power_w=at[1])
    prices = {
        share: rule.component.price for (dimension, share), rule in rules.items() if dimension is Dimension.ENERGY
    }
    time = next((rule for (dimension, _), rule in rules.items() if dimension is Dimension.TIME), None)
    return Slot(
        electricity=prices.get(Share.ELECTRICITY),
        service=prices.get(Share.SERVICE),
        whole=prices.get(Share.NONE),
        total=sum(prices.values(), Decimal(0)),
        time=None if time is None else time.component.price * (60 if time.component.per.value == "minute" else 1),
        period=find_period(plan.tariff.tables, calendar, day, start),
        changes_within=any(start < minute < start + SLOT_MIN for minute in plan.minutes),
    )
