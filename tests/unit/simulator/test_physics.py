"""Batteries, vehicles, meters and what flows between them: exact where energy is counted, plausible elsewhere."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from busbar.simulator.battery import MWS_PER_WH, Battery, interpolate
from busbar.simulator.behaviour import Behaviour
from busbar.simulator.chance import seed_chance
from busbar.simulator.evse import Evse, Permit, Token
from busbar.simulator.flow import Cap, EvseSpec, compute_flow, offer
from busbar.simulator.meter import Meter, show_fraction
from busbar.simulator.sampling import MEASURANDS, read_meter
from busbar.simulator.vehicle import MODELS, draw_vehicle
from busbar.simulator.virtual import make_specs

AC = EvseSpec(1)
DC = EvseSpec(1, True, 1, 500_000, 150_000, ("cCCS2",))


@given(st.lists(st.tuples(st.integers(0, 400_000), st.integers(0, 100_000)), max_size=60))
def test_a_meter_never_loses_a_milliwatt_second(stretches):
    whole, parts = Meter(), Meter()
    for power_w, duration_ms in stretches:
        whole.add(power_w, duration_ms)
        for _ in range(duration_ms // 10_000):
            parts.add(power_w, 10_000)
        parts.add(power_w, duration_ms % 10_000)
    assert whole.register_mws == parts.register_mws == sum(power * duration for power, duration in stretches)
    assert whole.energy_wh == whole.register_mws // MWS_PER_WH


def test_a_register_is_shown_cut_off_and_exact():
    meter = Meter(6_379_259_277 * MWS_PER_WH // 1_000_000 + 1)
    assert meter.show() == "6379"
    assert meter.show(decimals=6) == "6379.259277"
    assert meter.show(decimals=3, is_kwh=True) == "6.379"
    assert show_fraction(-1_250, 1000, 2) == "-1.25"


def test_a_register_rolls_over():
    meter = Meter(rollover_wh=1000)
    meter.add(1_000, 3_600_000)
    assert meter.energy_wh == 0
    meter.add(500, 3_600_000)
    assert meter.energy_wh == 500


def test_a_broken_line_is_read_between_its_points():
    points = ((0, 100), (10, 200), (20, 0))
    assert [interpolate(points, at) for at in (-5, 0, 5, 10, 15, 20, 99)] == [100, 100, 150, 200, 100, 0, 0]


def test_power_tapers_towards_a_full_battery():
    battery = MODELS["family"].make(soc_permille=0).battery
    taken = [battery.fill(soc).acceptance_w() for soc in (100, 300, 600, 800, 900, 960, 1000)]
    assert taken == sorted(taken, reverse=True)
    assert taken[0] == 170_000
    assert taken[-1] < 10_000


def test_a_cold_battery_takes_less_and_warms_up():
    battery = MODELS["family"].make(soc_permille=200, ambient_c=-10).battery
    cold_w = battery.acceptance_w()
    assert cold_w < 50_000
    for _ in range(600):
        battery.charge(battery.acceptance_w(), 1_000)
    assert battery.temperature_mc > -9_000
    assert battery.acceptance_w() > cold_w


def test_a_battery_is_never_more_than_full_nor_less_than_empty():
    battery = Battery(capacity_wh=1_000, power_max_w=10_000).fill(990)
    battery.charge(10_000, 3_600_000)
    assert battery.soc_permille == 1000
    battery.draw(5_000)
    assert battery.soc_permille == 0


@given(
    model=st.sampled_from(sorted(MODELS)),
    soc=st.integers(0, 1000),
    current_ma=st.none() | st.integers(-10, 200_000),
    power_w=st.none() | st.integers(-10, 400_000),
    phases=st.none() | st.integers(1, 3),
    is_dc=st.booleans(),
)
def test_what_flows_stays_within_every_limit(model, soc, current_ma, power_w, phases, is_dc):
    spec = DC if is_dc else AC
    vehicle = MODELS[model].make(soc_permille=soc)
    flow = compute_flow(spec, vehicle, Cap(current_ma, power_w, phases), seed_chance(1, "flow"), is_closed=True)
    assert flow.power_w >= 0
    assert flow.power_w <= spec.power_max_w * 1.02
    if current_ma is not None:
        assert max(flow.currents_ma) <= max(0, current_ma)
    if power_w is not None and is_dc:
        assert flow.power_w <= max(0, power_w)
    if phases is not None and not is_dc:
        assert sum(1 for each in flow.currents_ma if each) <= phases
    if is_dc and not vehicle.dc_power_max_w:
        assert flow.power_w == 0


def test_below_six_ampere_nothing_is_offered():
    assert offer(AC, Cap(current_ma=5_999), 230_000) == (0, 0, 3)
    assert offer(AC, Cap(current_ma=6_000), 230_000) == (6_000, 4_140, 3)
    assert offer(AC, Cap(power_w=4_140), 230_000)[0] == 6_000
    assert offer(AC, Cap(power_w=1_380, phases=1), 230_000) == (6_000, 1_380, 1)


def test_an_open_contactor_or_a_full_vehicle_lets_nothing_flow():
    vehicle = MODELS["compact"].make(soc_permille=300)
    assert not compute_flow(AC, vehicle, Cap(), seed_chance(1), is_closed=False).is_flowing
    vehicle.target_permille = 200
    flow = compute_flow(AC, vehicle, Cap(), seed_chance(1), is_closed=True)
    assert not flow.is_flowing
    assert flow.offered_ma == 32_000


def test_energy_counted_is_energy_taken_but_for_the_losses():
    vehicle = MODELS["compact"].make(soc_permille=300)
    evse = Evse(AC, seed_chance(3), vehicle=vehicle, permit=Permit(Token("T")), is_energised=True)
    evse.renew_flow()
    before_mws = vehicle.battery.stored_mws
    evse.advance(1_800_000)
    taken_mws = vehicle.battery.stored_mws - before_mws
    assert 5_400 < evse.meter.energy_wh < 5_600
    assert 0 <= evse.meter.register_mws * 9 // 10 - taken_mws < MWS_PER_WH


def test_the_same_seed_gives_the_same_run():
    def play(seed):
        evse = Evse(AC, seed_chance(seed), vehicle=MODELS["city"].make(soc_permille=100), is_energised=True)
        evse.permit = Permit(Token("T"))
        evse.renew_flow()
        evse.advance(777_777)
        return evse.meter.register_mws, evse.flow.voltages_mv

    assert play(1) == play(1)
    assert play(1) != play(2)


def test_every_measurand_can_be_read():
    evse = Evse(DC, seed_chance(4), vehicle=MODELS["bus"].make(soc_permille=421), permit=Permit(Token("T")))
    evse.is_energised = True
    evse.renew_flow()
    readings = {reading.measurand: reading for reading in read_meter(evse, [*MEASURANDS, "Gravity"], Behaviour())}
    assert set(readings) == set(MEASURANDS)
    assert readings["SoC"].text == "42"
    assert 149_990 <= int(readings["Power.Active.Import"].text) <= 150_000
    assert readings["Voltage"].phase is None
    assert readings["Current.Import"].phase is None


def charging(spec, model, seed=7):
    """An EVSE at which this model charges."""
    evse = Evse(spec, seed_chance(seed), vehicle=MODELS[model].make(soc_permille=200), permit=Permit(Token("T")))
    evse.is_energised = True
    evse.renew_flow()
    return evse


@pytest.mark.parametrize(
    ("kind", "model", "wired", "loaded"),
    [
        ("ac22", "compact", ["L1", "L2", "L3"], ["L1", "L2", "L3"]),
        ("ac22", "hybrid", ["L1", "L2", "L3"], ["L1"]),
        ("ac7", "compact", ["L1"], ["L1"]),
        ("ac7", "city", ["L1"], ["L1"]),
    ],
)
def test_alternating_current_is_read_by_phase_and_sums_up_to_the_power(kind, model, wired, loaded):
    evse = charging(*make_specs([kind]), model)
    asked = ["Current.Import", "Voltage", "Power.Active.Import"]
    for second in range(60):
        evse.advance(second * 1000)
        readings = read_meter(evse, asked, Behaviour())
        currents = {each.phase: Decimal(each.text) for each in readings if each.measurand == "Current.Import"}
        voltages = {each.phase: Decimal(each.text) for each in readings if each.measurand == "Voltage"}
        (power_w,) = [Decimal(each.text) for each in readings if each.measurand == "Power.Active.Import"]
        assert list(currents) == wired
        assert list(voltages) == [f"{phase}-N" for phase in wired]
        assert [phase for phase, current in currents.items() if current] == loaded
        assert all(220 < voltage < 240 for voltage in voltages.values())
        # currents and voltages are cut off at the second decimal, power at whole watts
        cut_w = sum(voltages[f"{phase}-N"] + currents[phase] for phase in loaded) / 100
        summed_w = sum(current * voltages[f"{phase}-N"] for phase, current in currents.items())
        assert -cut_w < summed_w - power_w < 1


def test_a_connector_warms_with_the_current_and_cools_slowly():
    full, half = charging(AC, "van"), charging(AC, "compact")
    seen_mc: list[int] = []
    for minute in range(31):
        full.advance(minute * 60_000)
        half.advance(minute * 60_000)
        seen_mc.append(full.contact.temperature_mc)
    assert seen_mc == sorted(seen_mc)
    assert seen_mc[0] == 20_000
    assert 28_000 < seen_mc[5] < 40_000
    assert 48_000 < seen_mc[-1] < 52_000
    assert 26_000 < half.contact.temperature_mc < 29_000
    full.permit = None
    full.renew_flow()
    full.advance(31 * 60_000)
    assert 44_000 < full.contact.temperature_mc < seen_mc[-1]
    full.advance(3 * 3_600_000)
    assert full.contact.temperature_mc in {19_999, 20_000}


def test_a_connector_is_read_at_the_outlet_within_its_thermometers_noise():
    evse = charging(DC, "family")
    evse.advance(900_000)
    (reading,) = read_meter(evse, ["Temperature"], Behaviour())
    assert (reading.unit, reading.location, reading.phase) == ("Celsius", "Outlet", None)
    assert abs(int(Decimal(reading.text) * 1000) - evse.contact.temperature_mc) <= 300


def test_names_of_evses_mean_kind_and_power():
    slow, medium, fast = make_specs(["ac7", "ac22", "dc300"])
    assert (slow.phases, slow.current_max_ma) == (1, 31_000)
    assert (medium.phases, medium.current_max_ma, medium.power_max_w) == (3, 32_000, 22_080)
    assert (fast.is_dc, fast.power_max_w, fast.evse_id) == (True, 300_000, 3)


def test_only_vehicles_with_an_inlet_come_to_direct_current():
    chance = seed_chance(6)
    names = {draw_vehicle(chance, {"hybrid": 9, "city": 1}, needs_dc=True).name for _ in range(20)}
    assert names == {"city"}
