"""Samples in columns: what a message told of one instant, with what its values are told apart from the values.

A station tells the same quantities again and again, and only the values change. So the columns are packed once, and
whoever meets a block knows them by their bytes. `list_samples` gives the plain samples again.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from busbar.canon.message import Command, Noun
from busbar.canon.metering import Measurand, MeterState, Sample, SampleContext, SampleLocation
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.ids import OperatorId, SessionId, StationId

SHAPES_MAX = 4096
"""Shapes whose columns are remembered; a network has a few per make of station."""


class Column(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What one value of a block is: all of a `Sample` but its instant and its value."""

    measurand: Measurand
    phase: str | None = None
    location: SampleLocation = SampleLocation.OUTLET
    context: SampleContext = SampleContext.PERIODIC
    raw_measurand: str | None = None


class SampleBlock(Noun, gc=False, frozen=True, kw_only=True):
    """Samples of one instant, none of them signed, in the order in which they were told."""

    at: datetime
    shape: bytes
    """The columns, packed (MessagePack)."""
    values: tuple[int, ...]
    """One for each column."""


class RecordBlock(Command[MeterState], frozen=True, kw_only=True):
    """Take in what a station tells of one instant; see `RecordSamples` and `RecordStationSamples`.

    Asked at once only: metering answers for a session, or an EVSE outside of any, that is in memory and whose samples
    come in order.
    """

    operator_id: OperatorId
    station_id: StationId
    session_id: SessionId | None
    """The running session that they belong to, if any."""
    evse_id: int | None
    block: SampleBlock


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(tuple[Column, ...])
_COLUMNS: BoundedDict[bytes, tuple[Column, ...]] = BoundedDict(bound=SHAPES_MAX)


def pack_columns(columns: Iterable[Column]) -> bytes:
    """Return the shape that stands for these columns."""
    return _ENCODER.encode(tuple(columns))


def read_columns(shape: bytes) -> tuple[Column, ...]:
    """Return the columns of a shape. Errors: `msgspec.DecodeError` for what is none."""
    columns = _COLUMNS.get(shape)
    if columns is None:
        _COLUMNS[shape] = columns = _DECODER.decode(shape)
    return columns


def list_samples(block: SampleBlock) -> tuple[Sample, ...]:
    """Return the samples of a block."""
    return spread_values(block.at, read_columns(block.shape), block.values)


def spread_values(at: datetime, columns: Iterable[Column], values: Iterable[int]) -> tuple[Sample, ...]:
    """Return the samples that these values are."""
    return tuple(
        [
            Sample(
                at=at,
                measurand=column.measurand,
                value=value,
                phase=column.phase,
                location=column.location,
                context=column.context,
                raw_measurand=column.raw_measurand,
            )
            for column, value in zip(columns, values, strict=True)
        ]
    )
