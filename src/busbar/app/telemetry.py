"""The rolling store of samples: roll-ups of what is new, and an end to what is past its retention."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, select

from busbar.app.recount import length_s
from busbar.app.rollups import Retention, RollUps
from busbar.db.day_parts import drop_parts, make_parts
from busbar.db.engine import Databases
from busbar.domain.metering.rollup import DAY, HOUR, MINUTE, QUARTER
from busbar.domain.metering.tables import sample_blocks, telemetry_buckets
from busbar.kernel.clock import Clock

ROWS_PER_STEP = 2000
PAUSE_S = 0.02


class Telemetry:
    """Keeps roll-ups up to date and the store within its bounds."""

    def __init__(
        self, databases: Databases, *, clock: Clock, retention: Retention, settle_s: float | None = None
    ) -> None:
        """`settle_s`: how old a block must be; None: as the database needs it."""
        self._databases = databases
        self._clock = clock
        self._retention = retention
        self._roll_ups = RollUps(databases, clock=clock, retention=retention, settle_s=settle_s)

    async def roll_up(self) -> int:
        """Roll up what came in since the last turn; return how many blocks that were."""
        return await self._roll_ups.roll_up()

    # ---- retention ---------------------------------------------------------------------------------------------------

    async def make_parts(self) -> None:
        """Make the parts of the days to come, on PostgreSQL."""
        if self._databases.is_sqlite:
            return
        async with self._databases.writer.begin() as connection:
            today = self._clock.now().date()
            await make_parts(connection, sample_blocks.name, column="received_at", today=today)

    async def expire(self) -> None:
        """Remove samples and roll-ups that are past their retention."""
        now = self._clock.now()
        if not self._databases.is_sqlite:
            async with self._databases.writer.begin() as connection:
                keep_from = (now - self._retention.samples).date()
                await drop_parts(connection, sample_blocks.name, keep_from=keep_from)
        await self._expire_samples(now - self._retention.samples)
        await self._expire_buckets([MINUTE], now - self._retention.minutes)
        await self._expire_buckets([QUARTER, HOUR, DAY], now - self._retention.buckets)

    async def _expire_samples(self, before: datetime) -> None:
        """Remove the oldest blocks little by little, by their key, which grows with time."""
        block = sample_blocks.c
        oldest = select(block.block_id, block.received_at).order_by(block.block_id).limit(ROWS_PER_STEP)
        if not self._databases.is_sqlite:  # what lay in no day's part
            oldest = select(block.block_id, block.received_at).where(block.received_at < before).limit(ROWS_PER_STEP)
        while True:
            async with self._databases.writer.begin() as connection:
                past = [row.block_id for row in await connection.execute(oldest) if row.received_at < before]
                if past:
                    gone = delete(sample_blocks).where(block.block_id.between(min(past), max(past)))
                    await connection.execute(gone.where(block.received_at < before))
            if len(past) < ROWS_PER_STEP:
                return
            await asyncio.sleep(PAUSE_S)

    async def _expire_buckets(self, resolutions: Iterable[timedelta], before: datetime) -> None:
        bucket = telemetry_buckets.c
        is_past = and_(bucket.begins_at < before, bucket.resolution_s.in_([length_s(step) for step in resolutions]))
        while True:
            async with self._databases.writer.begin() as connection:
                last = select(bucket.begins_at).where(is_past).order_by(bucket.begins_at)
                until = (await connection.execute(last.offset(ROWS_PER_STEP).limit(1))).scalar()
                within = is_past if until is None else and_(is_past, bucket.begins_at <= until)
                await connection.execute(delete(telemetry_buckets).where(within))
            if until is None:
                return
            await asyncio.sleep(PAUSE_S)
