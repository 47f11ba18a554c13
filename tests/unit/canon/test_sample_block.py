from datetime import UTC, datetime

import msgspec
import pytest

from busbar.canon.codec import decode_message, encode_message
from busbar.canon.metering import Measurand, Sample, SampleContext, SampleLocation
from busbar.canon.sample_block import Column, SampleBlock, list_samples, pack_columns, read_columns
from busbar.canon.sessions import SamplesReported
from busbar.kernel.ids import ReportId, StationId

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
COLUMNS = (
    Column(Measurand.VOLTAGE, "L1-N"),
    Column(Measurand.OTHER, None, SampleLocation.EV, SampleContext.CLOCK, "Display.Lux"),
)


def test_a_shape_gives_its_columns_again():
    shape = pack_columns(COLUMNS)
    assert read_columns(shape) == COLUMNS
    assert read_columns(bytes(bytearray(shape))) == COLUMNS
    with pytest.raises(msgspec.DecodeError):
        read_columns(b"\xc1")


def test_a_block_is_its_samples_and_travels_as_a_part_of_a_report():
    block = SampleBlock(at=AT, shape=pack_columns(COLUMNS), values=(230_100, 7))
    assert list_samples(block) == (
        Sample(at=AT, measurand=Measurand.VOLTAGE, value=230_100, phase="L1-N"),
        Sample(
            at=AT,
            measurand=Measurand.OTHER,
            value=7,
            location=SampleLocation.EV,
            context=SampleContext.CLOCK,
            raw_measurand="Display.Lux",
        ),
    )
    report = SamplesReported(report_id=ReportId("r"), station_id=StationId("s"), received_at=AT, evse_id=1, block=block)
    assert decode_message(encode_message(report)) == report
