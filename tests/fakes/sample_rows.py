"""The samples of stored blocks, one row each, for tests that look at what was kept."""

from collections.abc import Iterable
from typing import Any

from busbar.domain.metering.block import unpack_samples


def list_sample_rows(blocks: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give every sample as a row: its own fields and those of its block."""
    return [
        {**block, **{name: getattr(sample, name) for name in sample.__struct_fields__}}
        for block in blocks
        for sample in unpack_samples(block["body"])
    ]
