import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busbar.canon.metering import Measurand, SampleContext
from busbar.canon.sample_block import Column, SampleBlock, list_samples, pack_columns
from busbar.domain.metering.block import pack_block, unpack_samples
from busbar.domain.metering.layout import find_layout, move_block
from busbar.domain.metering.live import advance, list_newest, take_registers
from busbar.domain.metering.plain import move_on
from tests.unit.domain.metering.test_plain import EMPTY, copy, make, messages, registers


def write_block(samples):
    shape = pack_columns(
        Column(each.measurand, each.phase, each.location, each.context, each.raw_measurand) for each in samples
    )
    return SampleBlock(at=samples[0].at, shape=shape, values=tuple(each.value for each in samples))


def settle(live):
    """Give the newest samples as a list."""
    return msgspec.structs.replace(live, newest=list_newest(live), newest_block=None)


@given(st.lists(messages, max_size=5), messages, registers)
def test_columns_and_samples_are_taken_in_alike(told, last, own):
    last = [msgspec.structs.replace(each, signed=None) for each in last]
    live = EMPTY if own is None else take_registers(copy(EMPTY), own)
    for each in told:
        live = advance(copy(live), each)
    block = write_block(last)
    layout = find_layout(block.shape)
    moved = move_block(copy(live), block, layout) if layout.is_plain else None
    plain = move_on(copy(live), last)
    assert (moved is None) == (plain is None)
    if moved is not None and plain is not None:
        assert settle(moved.live) == plain.live
        assert (moved.power_w, moved.register_wh) == (plain.power_w, plain.register_wh)


def test_the_newest_block_is_known_again_when_more_of_its_instant_comes():
    block = write_block([make(1000, Measurand.ENERGY_IMPORT_REGISTER), make(7000)])
    moved = move_block(copy(EMPTY), block, find_layout(block.shape))
    assert moved is not None
    assert list_newest(moved.live) == list_samples(block)
    more = make(31_000, Measurand.SOC)
    assert advance(moved.live, [more]).newest == (*list_samples(block), more)


@pytest.mark.parametrize("count", [1, 3, 15, 16, 40])
def test_a_body_in_columns_gives_the_samples_again(count):
    kinds = [Measurand.VOLTAGE, Measurand.CURRENT_IMPORT]
    samples = [
        make(number, kinds[number % 2], context=SampleContext.CLOCK, raw_measurand="V" * number)
        for number in range(count)
    ]
    block = write_block(samples)
    body = pack_block(block, find_layout(block.shape).columns)
    assert unpack_samples(body) == tuple(samples) == list_samples(block)
