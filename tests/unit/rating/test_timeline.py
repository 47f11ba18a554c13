from datetime import timedelta
from decimal import Decimal

import pytest

from busbar.rating.calendar import count_us
from busbar.rating.rate import rate
from busbar.rating.record import READINGS_MAX, Outcome, Reading, Record, Reservation
from busbar.rating.rules import prepare
from busbar.rating.timeline import Meter, RecordError, cut_session
from tests.unit.rating.making import MONDAY, UTC_DAYS, make_record, make_tariff, price, under

START = count_us(MONDAY)
MINUTE = 60_000_000
FREE = make_tariff([price("energy", "0")])


def make_meter(*points):
    return Meter(make_record(*points).readings)


def test_between_readings_the_register_runs_evenly_in_whole_wh():
    meter = make_meter((0, 100), (3, 200))
    assert [meter.read(START + minute * MINUTE) for minute in (-5, 0, 1, 2, 3, 9)] == [100, 100, 133, 167, 200, 200]
    assert meter.scale == 1


def test_tenths_are_kept_where_a_meter_counts_them():
    meter = make_meter((0, Decimal("0.5")), (3, 200))
    assert (meter.scale, meter.read(START + MINUTE), meter.read(START)) == (10, 670, 5)


def test_a_step_back_counts_nothing():
    meter = make_meter((0, 100), (1, 50), (2, 80), (3, 130))
    assert meter.grains == [100, 100, 100, 130]


def test_readings_are_put_in_order_and_the_last_of_an_instant_holds():
    first, second, third = make_record((2, 300), (0, 100), (2, 200)).readings
    assert Meter((first, second, third)).grains == [100, 200]


def test_an_amount_is_passed_where_the_register_says():
    meter = make_meter((0, 0), (10, 1000))
    us = meter.find_passing(333)
    assert us == START + 3 * MINUTE + 19_800_000
    assert meter.read(us) == 333
    assert (meter.find_passing(0), meter.find_passing(1001)) == (None, None)


def test_power_is_stated_or_the_mean():
    readings = make_record((0, 0, "charging", {"power_w": 7000}), (60, 5000), (120, 9000)).readings
    meter = Meter(readings)
    assert [meter.measure_power_w(index) for index in range(3)] == [7000, 4000, 0]
    gap = Meter((Reading(at=MONDAY, energy_wh=0, power_w=7000, is_gap=True), readings[1]))
    assert gap.measure_power_w(0) == 5000


def test_a_guess_is_inside_a_gap_that_counted_energy():
    meter = make_meter((0, 0), (10, 1000, "charging", {"is_gap": True}), (30, 2000))
    assert [meter.is_guess(START + minute * MINUTE) for minute in (5, 10, 20, 30, 40)] == [
        False, False, True, False, False,
    ]  # fmt: skip


def test_nothing_changes_within_a_slice():
    tariff = make_tariff(under({"start_time": "09:40"}, price("energy", "2")), [price("energy", "1")])
    slices = cut_session(
        prepare(tariff), (record := make_record((0, 0), (5, 500), (20, 2000))), Meter(record.readings), UTC_DAYS
    )
    assert [(each.end_us - each.start_us, each.grains) for each in slices] == [(10 * MINUTE, 1000), (10 * MINUTE, 1000)]


def test_a_record_without_readings_or_time_counts_nothing():
    assert rate(FREE, Record(started_at=MONDAY, ended_at=MONDAY), UTC_DAYS).lines == ()
    rated = rate(FREE, Record(started_at=MONDAY, ended_at=MONDAY + timedelta(hours=1)), UTC_DAYS)
    assert (rated.energy_wh, rated.charging_s) == (0, 3600)


def test_what_cannot_be_is_refused():
    with pytest.raises(RecordError):
        rate(FREE, Record(started_at=MONDAY, ended_at=MONDAY - timedelta(seconds=1)), UTC_DAYS)
    backwards = Reservation(starts_at=MONDAY, ends_at=MONDAY - timedelta(seconds=1), outcome=Outcome.EXPIRED)
    with pytest.raises(RecordError):
        rate(FREE, Record(started_at=MONDAY, ended_at=MONDAY, reservation=backwards), UTC_DAYS)
    with pytest.raises(RecordError):
        Meter((Reading(at=MONDAY, energy_wh=0),) * (READINGS_MAX + 1))
