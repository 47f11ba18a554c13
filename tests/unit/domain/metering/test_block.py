from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from busbar.canon.metering import Measurand, Sample, SampleContext, SampleLocation
from busbar.domain.metering.block import pack_samples, read_figure, split_instants, unpack_samples

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
POWER = Measurand.POWER_IMPORT


def make(value, measurand=POWER, *, at=AT, **more):
    return Sample(at=at, measurand=measurand, value=value, **more)


def test_samples_come_back_as_they_were():
    taken = (
        make(7000),
        make(-1, Measurand.OTHER, phase="L1-N", location=SampleLocation.EV, raw_measurand="Odd.One"),
        make(6379, Measurand.ENERGY_IMPORT_REGISTER, context=SampleContext.END, signed="OCMF|{}|{}"),
    )
    assert unpack_samples(pack_samples(taken)) == taken


def test_what_is_no_block_is_refused():
    with pytest.raises(msgspec.DecodeError):
        unpack_samples(b"\xc1")


def test_one_instant_is_one_part():
    one = [make(1), make(2, Measurand.VOLTAGE)]
    assert split_instants(one) == [one]


def test_instants_are_parted_in_order_of_time():
    later = AT + timedelta(seconds=10)
    parts = split_instants([make(2, at=later), make(1), make(3, Measurand.VOLTAGE, at=later)])
    assert [[sample.value for sample in part] for part in parts] == [[1], [2, 3]]


def test_phases_make_a_whole_unless_there_is_one():
    phases = [make(1, phase="L1"), make(2, phase="L2"), make(3, phase="L3")]
    assert read_figure(phases, POWER) == 6
    assert read_figure([make(7), *phases], POWER) == 7
    assert read_figure(phases[:1], POWER) == 1


def test_what_was_not_told_is_nothing():
    assert read_figure([make(230_000, Measurand.VOLTAGE)], POWER) is None
    assert read_figure([make(7, phase="N")], POWER) is None
