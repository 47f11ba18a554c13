"""What has to be done now and then: rules that time brings about, and records whose time is over."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from sqlalchemy import delete, select

from busbar.app.wiring import House
from busbar.canon.drivers import ExpireDriverSignIns
from busbar.canon.sessions import CloseAbandonedSessions
from busbar.canon.tenants import ExpireStaffSignIns
from busbar.db.messaging import inbox, outbox
from busbar.db.once import performed

log = structlog.get_logger(__name__)

SWEEP_INTERVAL_S = 15
DAILY_INTERVAL_S = 6 * 3600
FACT_RETENTION = timedelta(days=30)
"""How far back live streams can resume, and a repeated delivery is still known."""


class Housekeeping:
    """Runs each chore at its interval; a chore that fails is logged and comes round again."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin all chores."""
        for chore, interval_s in (
            (self.close_abandoned, SWEEP_INTERVAL_S),
            (self.expire_sign_ins, DAILY_INTERVAL_S),
            (self.expire_wire_log, DAILY_INTERVAL_S),
            (self.expire_facts, DAILY_INTERVAL_S),
            (self.expire_replies, DAILY_INTERVAL_S),
        ):
            self._tasks.append(asyncio.create_task(self._repeat(chore, interval_s), name=chore.__name__))

    async def stop(self) -> None:
        """End all chores."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _repeat(self, chore: Callable[[], Awaitable[None]], interval_s: float) -> None:
        while True:
            try:
                await chore()
            except Exception:  # supervisor: one failed chore must not end the others, nor its own next turn
                log.exception("housekeeping.failed", chore=chore.__name__)
            await asyncio.sleep(interval_s)

    async def close_abandoned(self) -> None:
        """Close sessions that were silent too long, and give up starts that nobody answered."""
        now, settings = self._house.clock.now(), self._house.settings
        closed = await self._house.desk.dispatch(
            CloseAbandonedSessions(
                silent_since=now - timedelta(hours=settings.session_abandonment_h),
                requested_before=now - timedelta(seconds=settings.remote_start_timeout_s),
            )
        )
        if closed:
            log.info("sessions.swept", closed=closed)

    async def expire_sign_ins(self) -> None:
        """Forget sign-ins that are over."""
        await self._house.desk.dispatch(ExpireStaffSignIns())
        await self._house.desk.dispatch(ExpireDriverSignIns())

    async def expire_wire_log(self) -> None:
        """Drop the days that are past their retention."""
        keep_from = self._house.clock.now().date() - timedelta(days=self._house.settings.wire_log_retention_days)
        await self._house.wire_log.expire(keep_from=keep_from)

    async def expire_facts(self) -> None:
        """Drop facts that no stream resumes from any more, and the memory of their deliveries."""
        before = self._house.clock.now() - FACT_RETENTION
        async with self._house.databases.writer.begin() as connection:
            await connection.execute(delete(outbox).where(outbox.c.at < before))
            # by the fact, not by its own time alone: a clock that was set back must not make old facts new again
            is_gone = inbox.c.message_id.not_in(select(outbox.c.fact_id))
            await connection.execute(delete(inbox).where(inbox.c.at < before, is_gone))

    async def expire_replies(self) -> None:
        """Forget replies to idempotency keys that are past their retention."""
        before = self._house.clock.now() - timedelta(hours=self._house.settings.idempotency_retention_h)
        async with self._house.databases.writer.begin() as connection:
            await connection.execute(delete(performed).where(performed.c.at < before))
