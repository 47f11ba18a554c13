"""A block: what one message told of one instant, kept as one row.

Ten samples in ten rows cost the database ten times as much as ten samples in one, and nothing ever asks for one of them
without the others. What lists, sums and roll-ups need of a block stands beside it in columns of its own.

A body is a list of samples; or a list of three: the columns, the instant, the values (`canon/sample_block.py`).
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from busbar.canon.metering import Measurand, Sample
from busbar.canon.sample_block import SampleBlock, read_columns, spread_values
from busbar.domain.metering.series import build_series

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(tuple[Sample, ...])
_IN_COLUMNS = msgspec.msgpack.Decoder(tuple[msgspec.Raw, datetime, tuple[int, ...]])
_HEAD = b"\x93"
"""What a MessagePack list of three begins with."""
_LISTS = frozenset({0xDC, 0xDD, *range(0x90, 0xA0)})
"""The bytes that a list may begin with; a sample is no list."""


def pack_samples(samples: Sequence[Sample]) -> bytes:
    """Return samples as bytes."""
    return _ENCODER.encode(samples)


def unpack_samples(body: bytes) -> tuple[Sample, ...]:
    """Return the samples of a block. Errors: `msgspec.DecodeError` for what is none."""
    block = read_block(body)
    if block is None:
        return _DECODER.decode(body)
    shape, at, values = block
    return spread_values(at, read_columns(shape), values)


def read_block(body: bytes) -> tuple[bytes, datetime, tuple[int, ...]] | None:
    """Return shape, instant and values of a body in columns; None for a list of samples (see `unpack_samples`)."""
    if body[:1] != _HEAD or body[1] not in _LISTS:
        return None
    shape, at, values = _IN_COLUMNS.decode(body)
    return bytes(shape), at, values


def pack_block(block: SampleBlock, columns: msgspec.Raw) -> bytes:
    """Return a block in columns as bytes; `columns` is its shape."""
    return _ENCODER.encode((columns, block.at, block.values))


def split_instants(samples: Sequence[Sample]) -> list[Sequence[Sample]]:
    """Part samples by their instant, in order of time; nearly every message tells of one instant alone."""
    if not samples:
        return []
    at = samples[0].at
    if all(sample.at is at or sample.at == at for sample in samples):
        return [samples]
    parts: dict[object, list[Sample]] = {}
    for sample in sorted(samples, key=lambda each: each.at):
        parts.setdefault(sample.at, []).append(sample)
    return list(parts.values())


def read_figure(samples: Sequence[Sample], measurand: Measurand) -> int | None:
    """Return a quantity of one instant: the whole's, else the sum of its phases; None when it was not told."""
    only: Sample | None = None
    for sample in samples:
        if sample.measurand is measurand:
            if only is not None:
                series = build_series(samples, measurand)
                return series[-1].value if series else None
            only = sample
    if only is None:
        return None
    if only.phase is None:
        return only.value
    series = build_series((only,), measurand)
    return series[-1].value if series else None
