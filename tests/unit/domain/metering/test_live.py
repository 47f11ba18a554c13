from datetime import UTC, datetime, timedelta

import pytest

from busbar.canon.metering import Measurand, Sample, SampleContext, SampleLocation
from busbar.domain.metering.live import NEWEST_MAX, Live, advance, split_samples, take_registers
from busbar.domain.metering.model import OwnRegisters
from busbar.kernel.ids import SessionId

BEGIN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
REGISTER = Measurand.ENERGY_IMPORT_REGISTER


def at(second: int) -> datetime:
    return BEGIN + timedelta(seconds=second)


def sample(second: int, value: int, measurand: Measurand = REGISTER, **more) -> Sample:
    return Sample(at=at(second), measurand=measurand, value=value, **more)


def show(*messages: tuple[Sample, ...] | Sample):
    live = Live(session_id=SessionId("s"))
    for message in messages:
        live = advance(live, [message] if isinstance(message, Sample) else list(message))
    return live.state


def phases(second: int, measurand: Measurand, *values: int) -> tuple[Sample, ...]:
    return tuple(sample(second, value, measurand, phase=f"L{index}") for index, value in enumerate(values, 1))


def test_the_newest_values_are_shown():
    state = show(
        (sample(10, 100), sample(10, 7000, Measurand.POWER_IMPORT), sample(10, 500, Measurand.SOC)),
        (sample(20, 120), sample(20, 0, Measurand.POWER_IMPORT)),
        sample(5, 9000, Measurand.POWER_IMPORT),
    )
    assert (state.energy_wh, state.power_w, state.soc_permille, state.last_sample_at) == (20, 0, 500, at(20))


def test_power_of_phases_is_added_up_and_currents_are_not():
    state = show(
        phases(10, Measurand.POWER_IMPORT, 2000, 2100, 2200)
        + phases(10, Measurand.CURRENT_IMPORT, 9000, 9500, 9200)
        + phases(10, Measurand.VOLTAGE, 230_000, 231_000, 229_000)
        + (sample(10, 400_000, Measurand.VOLTAGE, phase="L1-L2"), sample(10, 100, Measurand.CURRENT_IMPORT, phase="N"))
    )
    assert (state.power_w, state.current_ma, state.voltage_mv) == (6300, 9500, 231_000)


def test_the_outlet_is_shown_before_other_places():
    inlet = {"location": SampleLocation.INLET}
    state = show(
        (
            sample(10, 230_000, Measurand.VOLTAGE, **inlet),
            sample(10, 400_000, Measurand.VOLTAGE),
            sample(10, 900, Measurand.SOC, location=SampleLocation.EV),
        )
    )
    assert (state.voltage_mv, state.soc_permille) == (400_000, 900)


def test_an_early_begin_that_comes_late_counts():
    assert show(sample(60, 500), sample(0, 100, context=SampleContext.BEGIN)).energy_wh == 400
    assert show(sample(60, 500), sample(0, 100)).energy_wh == 400
    assert show(sample(0, 100), sample(60, 500), sample(30, 300)).energy_wh == 400


def test_a_reset_while_running_is_counted_on():
    assert show(sample(0, 5000), sample(60, 6000), sample(120, 100), sample(180, 300)).energy_wh == 1300


@pytest.mark.parametrize("measurand", [Measurand.ENERGY_IMPORT_INTERVAL, Measurand.POWER_IMPORT])
def test_without_a_register_something_else_is_shown(measurand):
    taken = [sample(60 * minute, 600, measurand) for minute in range(11)]
    expected = 6600 if measurand is Measurand.ENERGY_IMPORT_INTERVAL else 100
    assert show(*taken).energy_wh == expected
    assert show(*taken, sample(700, 50), sample(760, 75)).energy_wh == 25, "a register rules as soon as there is one"


def test_export_is_shown_beside():
    exported = Measurand.ENERGY_EXPORT_REGISTER
    assert show(sample(0, 10, exported), sample(60, 40, exported)).exported_wh == 30


def test_own_registers_are_the_ends():
    live = Live(session_id=SessionId("s"))
    live = take_registers(live, OwnRegisters(start_wh=100, start_at=at(0)))
    live = advance(live, [sample(30, 200)])
    assert live.state.energy_wh == 100
    live = take_registers(live, OwnRegisters(end_wh=450, end_at=at(60)))
    assert live.state.energy_wh == 350
    assert advance(live, [sample(90, 9999)]).state.energy_wh == 350, "nothing counts after the end"
    assert take_registers(live, OwnRegisters(start_wh=7, start_at=at(1))).registers.start_wh == 100


def test_repeats_are_known_without_the_tables():
    live = advance(Live(session_id=SessionId("s")), [sample(10, 1), sample(20, 2)])
    fresh, late = split_samples(live, [sample(20, 2), sample(20, 3), sample(10, 1), sample(30, 4), sample(30, 4)])
    assert (fresh, late) == ([sample(20, 3), sample(30, 4)], [sample(10, 1)])


def test_too_many_samples_of_one_instant_are_left_to_the_tables():
    many = [sample(10, value) for value in range(NEWEST_MAX)]
    live = advance(Live(session_id=SessionId("s")), many)
    assert split_samples(live, [sample(10, 10**6)]) == ([], [sample(10, 10**6)])
