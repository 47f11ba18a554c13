"""What the registers of ended sessions showed: for whoever reckons them again, pages of sessions at a time."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.domain.metering.tables import meter_records, sample_blocks


async def read_registers(
    connection: AsyncConnection, session_ids: Sequence[str]
) -> dict[str, list[tuple[datetime, int]]]:
    """Return what the registers of sessions showed, by time: at their begin and end, and in between."""
    blocks, record = sample_blocks.c, meter_records.c
    samples = select(blocks.session_id, blocks.at, blocks.register_wh).where(
        blocks.session_id.in_(session_ids), blocks.register_wh.is_not(None)
    )
    registers: dict[str, list[tuple[datetime, int]]] = {}
    for session_id, at, register_wh in await connection.execute(samples.order_by(blocks.session_id, blocks.at)):
        registers.setdefault(session_id, []).append((at, register_wh))
    own = select(
        record.session_id, record.own_start_at, record.own_start_wh, record.own_end_at, record.own_end_wh
    ).where(record.session_id.in_(session_ids))
    for session_id, start_at, start_wh, end_at, end_wh in await connection.execute(own):
        ends = [(at, wh) for at, wh in ((start_at, start_wh), (end_at, end_wh)) if at is not None and wh is not None]
        if ends:
            registers[session_id] = sorted({*registers.get(session_id, ()), *ends})
    return registers
