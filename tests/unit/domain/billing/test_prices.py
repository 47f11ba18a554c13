from datetime import UTC, datetime, timedelta
from decimal import Decimal

from busbar.canon.metering import CurrentPoint, MeterCurve, MeterPoint
from busbar.canon.pricing import LineKind, PriceLine
from busbar.canon.sessions import ChargingState, ChargingStep
from busbar.domain.billing.prices import digest_lines, is_current_asked, make_record
from busbar.rating.coding import decode
from busbar.rating.record import State

BEGIN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def at(minute):
    return BEGIN + timedelta(minutes=minute)


def record(*points, steps=(), minutes=60, energy_wh=None, gaps=(), currents=()):
    curve = MeterCurve(
        session_id="s",
        points=tuple(MeterPoint(at=at(minute), energy_wh=wh, is_gap=minute in gaps) for minute, wh in points),
        currents=tuple(CurrentPoint(at=at(minute), current_ma=each) for minute, each in currents),
    )
    told = [ChargingStep(at=at(minute), state=state) for minute, state in steps]
    total = energy_wh if energy_wh is not None else points[-1][1] if points else 0
    return make_record(curve, told, started_at=BEGIN, ended_at=at(minutes), energy_wh=total)


def shape(made):
    return [((each.at - BEGIN) // timedelta(minutes=1), each.energy_wh, each.state) for each in made.readings]


def test_a_session_is_charging_until_its_last_energy_when_its_station_says_nothing():
    assert shape(record((0, 0), (30, 5000), (50, 5000))) == [
        (0, 0, State.CHARGING), (30, 5000, State.PARKED), (50, 5000, State.PARKED), (60, 5000, State.PARKED),
    ]  # fmt: skip


def test_the_stations_word_rules_and_an_evse_that_holds_back_does_not_park():
    steps = [(0, ChargingState.CHARGING), (20, ChargingState.SUSPENDED_EVSE), (40, ChargingState.SUSPENDED_EV)]
    assert shape(record((0, 0), (30, 3000), (60, 3000), steps=steps)) == [
        (0, 0, State.CHARGING), (20, 2000, State.CHARGING), (30, 3000, State.CHARGING), (40, 3000, State.PARKED),
        (60, 3000, State.PARKED),
    ]  # fmt: skip


def test_the_record_spans_the_whole_session_and_ends_with_its_energy():
    made = record((10, 0), (30, 4000), energy_wh=4500)
    assert shape(made)[0] == (0, 0, State.CHARGING)
    assert shape(made)[-1][:2] == (60, 4500)
    assert (made.started_at, made.ended_at) == (BEGIN, at(60))


def test_a_session_of_which_nothing_was_measured():
    made = record(energy_wh=0)
    assert shape(made) == [(0, 0, State.CHARGING), (60, 0, State.CHARGING)]


def test_power_is_the_mean_between_readings_and_unknown_across_a_gap():
    made = record((0, 0), (30, 5000), (60, 6000), gaps=(30,))
    assert [each.power_w for each in made.readings] == [10_000, None, 0]
    assert [each.is_gap for each in made.readings] == [False, True, False]


def test_readings_stand_in_order_of_time_whatever_the_clocks_said():
    made = record((-5, 0), (30, 5000), (70, 6000), minutes=60)
    instants = [each.at for each in made.readings]
    assert instants == sorted(instants)


def test_equal_prices_have_equal_digests():
    line = PriceLine(
        kind=LineKind.ENERGY, quantity=Decimal(1), unit="kWh", unit_price=Decimal("0.5"), net=50, tax=0, gross=50,
        vat_percent=Decimal(0),
    )  # fmt: skip
    known = digest_lines([line], tariff_id="t", version=1, is_final=True)
    assert known == digest_lines([line], tariff_id="t", version=1, is_final=True)
    assert known != digest_lines([line], tariff_id="t", version=2, is_final=True)
    assert known != digest_lines([line], tariff_id="t", version=1, is_final=False)


def test_a_current_holds_from_where_it_is_told_to_the_next_and_is_unknown_before_and_across_a_gap():
    made = record((0, 0), (20, 2000), (40, 4000), gaps=(40,), currents=((10, 16_000), (20, 32_000)))
    assert [((each.at - BEGIN) // timedelta(minutes=1), each.energy_wh, each.current_ma) for each in made.readings] == [
        (0, 0, None), (10, 1000, 16_000), (20, 2000, 32_000), (40, 4000, None), (60, 4000, 32_000),
    ]  # fmt: skip


def test_a_price_depends_on_the_current_only_where_an_element_asks_for_it():
    component = {"components": [{"dimension": "energy", "price": "1"}]}
    assert not is_current_asked(decode({"currency": "EUR", "elements": [component]}))
    for name in ("min_current_ma", "max_current_ma"):
        asking = {**component, "restrictions": {name: 16_000}}
        assert is_current_asked(decode({"currency": "EUR", "elements": [asking, component]}))
