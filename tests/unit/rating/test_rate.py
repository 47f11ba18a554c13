"""What OCPI's chapters do not show: periods and shares, zones, idle time, reservations that were cancelled, gaps."""

from datetime import UTC, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from zoneinfo import ZoneInfo

import pytest

from busbar.canon.pricing import Share
from busbar.rating.calendar import Calendar
from busbar.rating.rate import rate
from busbar.rating.record import Outcome, Reading, Record, Reservation
from tests.unit.rating.making import (
    MONDAY,
    UTC_DAYS,
    charge_then_park,
    find_line,
    make_record,
    make_tariff,
    price,
    under,
)

CHINA = Calendar(zone="Asia/Shanghai", country="CN")
ROME = Calendar(zone="Europe/Rome", country="IT")
PERIODS = {
    "sharp": ("1.6", "0.4"), "peak": ("1.2", "0.4"), "flat": ("0.8", "0.4"), "valley": ("0.4", "0.3"),
}  # fmt: skip
LETTERS = "SPFV"


def make_model(slots: str, prices=PERIODS, vat=None):
    """Make a tariff of a billing model as stations of YKC hold it: prices and 48 slots of 00 to 03."""
    elements = [
        under(
            {"period": period},
            price("energy", electricity, share="electricity"),
            price("energy", service, share="service"),
        )
        for period, (electricity, service) in prices.items()
    ]
    letters = "".join(LETTERS[int(slots[index : index + 2])] for index in range(0, 96, 2))
    return make_tariff(*elements, currency="CNY", tax_included="yes", tables=[{"slots": letters}])


MODEL = make_model("03" * 14 + "02" * 6 + "01" * 6 + "02" * 8 + "00" * 6 + "01" * 7 + "02")


def charge_in_china(day: str, *points) -> Record:
    start = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)
    return make_record(*points, start=start)


def test_the_constructed_bill_of_ykc_to_the_last_digit():
    """The model 0x0A and bill 0x3B of ykc.md (32010600019236): 5 kWh by peak, 10 kWh by flat, 20.0000 CNY.

    Its slots put 10:10 to 11:10 into peak; so that a flat part follows, the session is one across 13:00 of that model.
    """
    record = charge_in_china(
        "2025-02-20T12:30", (0, Decimal("1234567.8")), (30, Decimal("1239567.8")), (90, Decimal("1249567.8"))
    )
    rated = rate(MODEL, record, CHINA)
    by_period = {}
    for line in rated.lines:
        energy, amount = by_period.get(line.period, (line.quantity, Decimal(0)))
        assert energy == line.quantity
        by_period[line.period] = (energy, amount + line.exact)
    assert by_period == {
        "peak": (Decimal("5.0000"), Decimal("8.0000")),
        "flat": (Decimal("10.0000"), Decimal("12.0000")),
    }
    assert rated.energy_wh == Decimal("15000.0")
    assert (rated.sum_share(Share.ELECTRICITY).gross, rated.sum_share(Share.SERVICE).gross) == (1400, 600)
    assert rated.totals.gross == 2000


def test_a_captured_bill_of_ykc():
    """Bill 18220000000155: 3.0067 kWh at 0.89; the station cuts 2.675963 to 2.6759."""
    tariff = make_tariff([price("energy", "0.89")], currency="CNY")
    line = rate(tariff, charge_then_park(10, Decimal("3006.7")), CHINA).lines[0]
    assert (line.quantity, line.exact) == (Decimal("3.0067"), Decimal("2.675963"))
    assert line.exact.quantize(Decimal("0.0001"), ROUND_DOWN) == Decimal("2.6759")


def test_five_decimals_of_a_price_are_kept():
    tariff = make_tariff([price("energy", "0.31207", share="electricity"), price("energy", "0.42315", share="service")])
    lines = rate(tariff, charge_then_park(10, Decimal("12345.6")), UTC_DAYS).lines
    assert [line.exact for line in lines] == [Decimal("3.852691392"), Decimal("5.22404064")]


def charge_by_hour(start: datetime, hours: int) -> Record:
    """Charge one kWh an hour."""
    return make_record(*((60 * hour, 1000 * hour) for hour in range(hours + 1)), start=start)


NIGHT = make_tariff(
    under({"start_time": "00:00", "end_time": "06:00"}, price("energy", "1", step=0), price("time", "1")),
    [price("energy", "10"), price("time", "10")],
)


@pytest.mark.parametrize(
    ("day", "night_hours", "day_hours"),
    [("2026-03-28T23:00", 6, 18), ("2026-03-27T23:00", 6, 18), ("2026-10-24T22:00", 7, 18)],
)
def test_days_of_24_23_and_25_hours(day, night_hours, day_hours):
    """From local midnight to midnight: on 29 March the clock skips 02:00, on 25 October it comes twice."""
    start = datetime.fromisoformat(day).replace(tzinfo=UTC)
    is_short = day.startswith("2026-03-28")
    night_hours -= is_short
    rated = rate(NIGHT, charge_by_hour(start, night_hours + day_hours), ROME)
    by_price = {(line.kind, line.unit_price): line.measured for line in rated.lines}
    assert by_price["energy", 1] == night_hours
    assert by_price["energy", 10] == day_hours
    assert by_price["time", 1] == night_hours * 3600


def test_a_session_over_the_change_of_the_clock():
    """01:30 to 03:30 summer time on 29 March is one hour; half an hour of it before the jump."""
    tariff = make_tariff(
        under({"start_time": "01:00", "end_time": "02:00"}, price("time", "6")),
        under({"start_time": "02:00", "end_time": "03:00"}, price("time", "1000")),
        under({"start_time": "03:00", "end_time": "04:00"}, price("time", "12")),
    )
    start = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    lines = rate(tariff, charge_by_hour(start, 1), ROME).lines
    assert [(line.unit_price, line.measured) for line in lines] == [(6, 1800), (12, 1800)]


def test_the_same_tariff_elsewhere():
    at = datetime(2026, 3, 2, 23, tzinfo=UTC)  # midnight in Rome
    assert [rate(NIGHT, charge_by_hour(at, 1), zone).lines[0].unit_price for zone in (ROME, UTC_DAYS)] == [1, 10]


IDLE = make_tariff([price("idle", "0.50", per="minute", grace_s=900, cap="20"), price("parking", "0.01", per="minute")])


def test_idle_time_counts_after_charging_and_its_grace():
    record = make_record((0, 0), (30, 5000, "parked"), (60, 5000), (90, 9000, "parked"), (125, 9000, "parked"))
    rated = rate(IDLE, record, UTC_DAYS)
    idle = find_line(rated, "idle")
    assert (idle.measured, idle.gross) == (20 * 60, 1000)
    assert idle.starts_at == MONDAY + timedelta(minutes=105)
    assert find_line(rated, "parking").measured == 65 * 60  # the pause counts here


def test_idle_time_has_its_cap():
    rated = rate(IDLE, charge_then_park(30, 5000, 300), UTC_DAYS)
    assert find_line(rated, "idle").gross == 14250
    assert find_line(rated, "maximum", cause="cap").gross == -12250
    assert rated.totals.gross == 2000 + 300


def test_a_short_stop_costs_no_idle_time():
    assert [line.kind for line in rate(IDLE, charge_then_park(30, 5000, 15), UTC_DAYS).lines] == ["parking"]


CANCELLING = make_tariff(
    under({"reservation": "reservation_cancelled", "max_duration_s": 600}, price("flat", "0")),
    under({"reservation": "reservation_cancelled"}, price("flat", "2"), price("time", "0")),
    under({"reservation": "reservation"}, price("time", "3")),
    [price("energy", "0.5"), price("flat", "1")],
    min_price={"before_taxes": "9"},
)


@pytest.mark.parametrize(
    ("minutes", "outcome", "gross"),
    [(5, "cancelled", 0), (10, "cancelled", 0), (20, "cancelled", 200), (20, "expired", 100)],
)
def test_what_a_reservation_costs_without_a_session(minutes, outcome, gross):
    """Nothing of the session is priced; what is paid once is what holds when it is cancelled."""
    reservation = Reservation(starts_at=MONDAY, ends_at=MONDAY + timedelta(minutes=minutes), outcome=Outcome(outcome))
    record = Record(started_at=MONDAY, ended_at=MONDAY, reservation=reservation)
    rated = rate(CANCELLING, record, UTC_DAYS)
    assert all(line.kind in {"reservation", "cancellation"} for line in rated.lines)
    assert rated.reserved_s == minutes * 60
    assert rated.energy_wh == 0
    assert rated.totals.gross == gross


def test_what_is_paid_once_is_paid_when_it_first_holds():
    tariff = make_tariff(under({"min_energy_wh": 1000}, price("flat", "2")), [price("energy", "1")])
    assert rate(tariff, charge_then_park(10, 999), UTC_DAYS).totals.gross == 100
    assert rate(tariff, charge_then_park(10, 1001), UTC_DAYS).totals.gross == 300
    assert find_line(rate(tariff, charge_then_park(10, 2000), UTC_DAYS), "flat").starts_at == MONDAY + timedelta(
        minutes=5
    )


def test_energy_passes_a_bound_where_the_register_does():
    tariff = make_tariff(
        under({"max_energy_wh": 333}, price("energy", "1"), price("time", "1")), [price("energy", "2")]
    )
    lines = rate(tariff, charge_then_park(10, 1000), UTC_DAYS).lines
    assert [(line.kind, line.measured) for line in lines] == [
        ("energy", Decimal("0.333")), ("energy", Decimal("0.667")), ("time", Decimal("199.8")),
    ]  # fmt: skip


def test_a_gap_is_spread_evenly_and_said():
    tariff = make_tariff(under({"start_time": "10:00"}, price("energy", "2")), [price("energy", "1")])
    record = make_record((0, 0), (10, 1000, "charging", {"is_gap": True}), (50, 5000), (60, 6000))
    rated = rate(tariff, record, UTC_DAYS)
    assert [(line.quantity, line.is_estimated) for line in rated.lines] == [(3, True), (3, True)]
    assert rated.is_estimated
    whole = rate(make_tariff([price("energy", "1")]), record, UTC_DAYS)
    assert not whole.is_estimated  # all of it has one price: the register says it all


def test_a_running_session_is_rated_on_what_there_is():
    tariff = make_tariff([price("energy", "0.5"), price("time", "6")])
    readings = tuple(Reading(at=MONDAY + timedelta(minutes=minute), energy_wh=minute * 100) for minute in range(11))
    costs = [
        rate(
            tariff, Record(started_at=MONDAY, ended_at=readings[-1].at, readings=readings[:count]), UTC_DAYS
        ).totals.gross
        for count in (0, 1, 6, 11)
    ]
    assert costs == [100, 100, 125, 150]


def test_spans_are_the_charging_periods_of_a_record():
    tariff = make_tariff(under({"start_time": "10:00"}, price("energy", "2")), [price("energy", "1")])
    spans = rate(tariff, charge_then_park(60, 6000, 30), UTC_DAYS).spans
    assert [(span.energy_wh, span.state, span.elements) for span in spans] == [
        (3000, "charging", (1,)), (3000, "charging", (0,)), (0, "parked", (0,)),
    ]  # fmt: skip


def test_yen_have_no_cents_and_rounding_may_go_down():
    assert (
        rate(make_tariff([price("energy", "33")], currency="JPY"), charge_then_park(5, 1500), UTC_DAYS).totals.gross
        == 50
    )
    down = make_tariff([price("energy", "33")], currency="JPY", rounding="down")
    assert rate(down, charge_then_park(5, 1500), UTC_DAYS).totals.gross == 49


@pytest.mark.parametrize("is_turned", [False, True])
def test_of_two_dimensions_that_count_the_same_time_one_rounds_up_whatever_their_order(is_turned):
    both = [price("parking", "1.20", per="minute", step=0), price("idle", "0.60", per="minute", step=60)]
    tariff = make_tariff(both[::-1] if is_turned else both)
    rated = rate(tariff, make_record((0, 0, "parked"), (1.5, 0, "parked")), ROME)
    assert [(line.kind, line.quantity, line.gross) for line in rated.lines] == [
        ("parking", Decimal(90), 180),
        ("idle", Decimal(120), 120),
    ]
