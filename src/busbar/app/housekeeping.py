"""What has to be done now and then: rules that time brings about, and records whose time is over.

Most of it concerns the database and is done once for the whole installation, as jobs that come round; what lies in this
process's own directory is done by this process.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from sqlalchemy import delete, select

from busbar.app.jobs import JobLimits, JobRunner
from busbar.app.wiring import House
from busbar.canon.drivers import ExpireDriverSignIns
from busbar.canon.sessions import CloseAbandonedSessions
from busbar.canon.tenants import ExpireStaffSignIns
from busbar.db.messaging import inbox, outbox
from busbar.db.once import performed
from busbar.ports.jobs import Job, JobHandler

log = structlog.get_logger(__name__)

SWEEP_CRON = "* * * * * */15"
DAILY_CRON = "17 */6 * * *"
OWN_INTERVAL_S = 6 * 3600
FACT_RETENTION = timedelta(days=30)
"""How far back live streams can resume, and a repeated delivery is still known."""

DRAIN_S = 1.0
"""What jobs in hand have to end by themselves when the process stops."""

Chore = Callable[[], Awaitable[None]]


class Housekeeping:
    """Has each chore done in its turn; a chore that fails is logged and comes round again."""

    def __init__(self, house: House) -> None:
        self._house = house
        settings = house.settings
        self.runner = JobRunner(
            jobs=house.jobs,
            clock=house.clock,
            holder=house.ids.new(),
            limits=JobLimits(
                running_max_jobs=settings.job_max_running,
                poll_interval_s=settings.job_poll_interval_s,
                run_max_s=settings.job_timeout_s,
                lease_s=settings.job_lease_s,
            ),
        )
        for kind, chore, cron in (
            ("sessions.close_abandoned", self.close_abandoned, SWEEP_CRON),
            ("sign_ins.expire", self.expire_sign_ins, DAILY_CRON),
            ("facts.expire", self.expire_facts, DAILY_CRON),
            ("replies.expire", self.expire_replies, DAILY_CRON),
        ):
            self.runner.register(kind, as_handler(chore), cron=cron)
        self._own: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin all chores."""
        if self._house.databases.is_sqlite:
            await self._house.jobs.vacate()
        self.runner.start()
        self._own = asyncio.create_task(self._repeat(self.expire_wire_log, OWN_INTERVAL_S), name="expire_wire_log")

    async def stop(self) -> None:
        """End all chores; a job that is cut short is done again."""
        if self._own is not None:
            self._own.cancel()
            await asyncio.gather(self._own, return_exceptions=True)
        await self.runner.stop(drain_s=DRAIN_S)

    async def _repeat(self, chore: Chore, interval_s: float) -> None:
        while True:
            try:
                await chore()
            except Exception:  # supervisor: one failed turn must not end the next one
                log.exception("housekeeping.failed")
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


def as_handler(chore: Chore) -> JobHandler:
    """Let a chore be done as a job; it has no payload."""

    async def handle(_job: Job) -> None:
        await chore()

    return handle
