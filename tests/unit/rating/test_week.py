from datetime import date
from decimal import Decimal

from busbar.rating.calendar import Calendar
from busbar.rating.week import draw_week
from tests.unit.rating.making import UTC_DAYS, make_tariff, price, under

CHINA = Calendar(zone="Asia/Shanghai", country="CN")


def test_a_week_of_periods_and_shares():
    tariff = make_tariff(
        under(
            {"period": "valley"}, price("energy", "0.3", share="electricity"), price("energy", "0.2", share="service")
        ),
        under({"period": "peak"}, price("energy", "1.2", share="electricity"), price("energy", "0.4", share="service")),
        currency="CNY",
        tables=[{"slots": "V" * 48, "day_types": ["holiday"]}, {"slots": "V" * 16 + "P" * 32}],
    )
    week = draw_week(tariff, date(2026, 10, 8), CHINA)
    assert [day.day_type for day in week] == [
        "holiday",
        "holiday",
        "holiday",
        "workday",
        "workday",
        "workday",
        "weekend",
    ]
    assert week[0].day == date(2026, 10, 5)
    assert {slot.total for slot in week[0].slots} == {Decimal("0.5")}
    assert [(slot.period, slot.electricity, slot.service) for slot in week[3].slots[15:17]] == [
        ("valley", Decimal("0.3"), Decimal("0.2")), ("peak", Decimal("1.2"), Decimal("0.4")),
    ]  # fmt: skip


def test_a_price_that_changes_within_a_half_hour_is_marked():
    tariff = make_tariff(
        under({"start_time": "07:15"}, price("energy", "2")), [price("energy", "1"), price("time", "0.1", per="minute")]
    )
    slots = draw_week(tariff, date(2026, 3, 2), UTC_DAYS)[0].slots
    assert len(slots) == 48
    assert [index for index, slot in enumerate(slots) if slot.changes_within] == [14]
    assert [slot.whole for slot in slots[14:16]] == [1, 2]
    assert slots[0].time == 6


def test_a_week_at_another_power():
    tariff = make_tariff(under({"max_power_w": 11000}, price("energy", "0.3")), [price("energy", "0.6")])
    drawn = [draw_week(tariff, date(2026, 3, 2), UTC_DAYS, power_w=power)[0].slots[0].whole for power in (0, 50000)]
    assert drawn == [Decimal("0.3"), Decimal("0.6")]
