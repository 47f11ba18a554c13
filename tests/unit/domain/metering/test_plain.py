from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from busbar.canon.metering import Measurand, Sample, SampleContext, SampleLocation
from busbar.domain.metering.block import read_figure
from busbar.domain.metering.live import Live, advance, take_registers
from busbar.domain.metering.model import OwnRegisters
from busbar.domain.metering.plain import move_on
from busbar.kernel.ids import SessionId

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
EMPTY = Live(session_id=SessionId("s"), counting=[])


def make(value, measurand=Measurand.POWER_IMPORT, *, at=AT, **more):
    return Sample(at=at, measurand=measurand, value=value, **more)


def copy(live):
    return msgspec.structs.replace(live, counting=None if live.counting is None else list(live.counting))


samples = st.builds(
    make,
    st.integers(0, 50_000),
    st.sampled_from([
        Measurand.POWER_IMPORT, Measurand.ENERGY_IMPORT_REGISTER, Measurand.CURRENT_IMPORT, Measurand.VOLTAGE,
        Measurand.SOC, Measurand.TEMPERATURE, Measurand.ENERGY_EXPORT_REGISTER, Measurand.ENERGY_IMPORT_INTERVAL,
    ]),
    at=st.integers(0, 3).map(lambda step: AT + timedelta(seconds=10 * step)),
    phase=st.sampled_from([None, None, "L1", "L2", "L3", "L1-N", "N"]),
    location=st.sampled_from([SampleLocation.OUTLET, SampleLocation.OUTLET, SampleLocation.EV]),
    context=st.sampled_from([SampleContext.PERIODIC, SampleContext.PERIODIC, SampleContext.BEGIN]),
    signed=st.sampled_from([None, None, None, "OCMF"]),
)  # fmt: skip
messages = st.tuples(st.integers(0, 3), st.lists(samples, min_size=1, max_size=8, unique=True)).map(
    lambda told: [msgspec.structs.replace(each, at=AT + timedelta(seconds=10 * told[0])) for each in told[1]]
)
registers = st.one_of(
    st.none(),
    st.builds(OwnRegisters, start_wh=st.integers(0, 100), start_at=st.just(AT)),
    st.builds(OwnRegisters, end_wh=st.integers(0, 100), end_at=st.just(AT)),
)


@given(st.lists(messages, max_size=5), messages, registers)
def test_the_plain_way_and_the_long_way_agree(told, last, own):
    live = EMPTY if own is None else take_registers(copy(EMPTY), own)
    for each in told:
        live = advance(copy(live), each)
    plain = move_on(copy(live), last)
    if plain is None:
        return
    assert plain.live == advance(copy(live), last)
    assert plain.power_w == read_figure(last, Measurand.POWER_IMPORT)
    assert plain.register_wh == read_figure(last, Measurand.ENERGY_IMPORT_REGISTER)


def test_what_stations_send_as_a_rule_is_plain():
    first = move_on(copy(EMPTY), [make(1000, Measurand.ENERGY_IMPORT_REGISTER), make(7000)])
    assert first is not None
    phases = [make(16_000 + place, Measurand.CURRENT_IMPORT, phase=f"L{place}") for place in (1, 2, 3)]
    later = [
        msgspec.structs.replace(each, at=AT + timedelta(minutes=1))
        for each in (make(1200, Measurand.ENERGY_IMPORT_REGISTER), make(7100), *phases, make(31_000, Measurand.SOC))
    ]
    second = move_on(first.live, later)
    assert second is not None
    assert second.live.state.energy_wh == 200
    assert second.live.state.current_ma == 16_003
    assert (second.power_w, second.register_wh) == (7100, 1200)


def test_what_is_late_repeated_or_of_two_instants_goes_the_long_way():
    live = advance(copy(EMPTY), [make(1000, Measurand.ENERGY_IMPORT_REGISTER)])
    assert move_on(live, [make(1100, Measurand.ENERGY_IMPORT_REGISTER)]) is None
    later = AT + timedelta(minutes=1)
    assert move_on(live, [make(7000, at=later), make(7000, at=later)]) is None
    assert move_on(live, [make(7000, at=later), make(7000, at=later + timedelta(seconds=1))]) is None


def test_a_value_that_was_undone_leaves_nothing_behind():
    live = advance(copy(EMPTY), [make(1000, Measurand.ENERGY_IMPORT_REGISTER)])
    later = AT + timedelta(minutes=1)
    move_on(live, [make(1100, Measurand.ENERGY_IMPORT_REGISTER, at=later)])
    again = move_on(live, [make(1200, Measurand.ENERGY_IMPORT_REGISTER, at=later)])
    assert again is not None
    assert [sample.value for sample in again.live.counting[: again.live.counted]] == [1000, 1200]
