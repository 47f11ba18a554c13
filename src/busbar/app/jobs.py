"""The worker: takes jobs that are due, a bounded number at a time, and keeps its hold on them while it works."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import msgspec
import structlog
from sqlalchemy.exc import SQLAlchemyError

from busbar.db.jobs import SqlJobs
from busbar.db.outage import is_database_away
from busbar.kernel.clock import Clock
from busbar.kernel.errors import UnavailableError
from busbar.kernel.ids import JobId
from busbar.ports.jobs import Job, JobHandler, Schedule

log = structlog.get_logger(__name__)

OUTAGE = (SQLAlchemyError, OSError)
"""What a database that is gone raises: a refused connection comes bare from PostgreSQL's driver."""

RENEWALS_PER_LEASE = 3
SCHEDULE_INTERVAL_S = 300
"""How often schedules are looked at again: a clock that was put right must not leave them waiting."""
PAUSE_MIN_S = 0.05


class JobLimits(msgspec.Struct, frozen=True, kw_only=True):
    """The bounds of a worker."""

    running_max_jobs: int = 4
    poll_interval_s: float = 1.0
    run_max_s: float = 900.0
    """Then the attempt counts as failed."""
    lease_s: float = 60.0


class JobRunner:
    """Runs the jobs whose kinds it knows; others are left to whoever knows them."""

    def __init__(self, *, jobs: SqlJobs, clock: Clock, holder: str, limits: JobLimits | None = None) -> None:
        """`holder`: the name of this process, which no other one has or had."""
        self._jobs = jobs
        self._clock = clock
        self._holder = holder
        self._limits = limits or JobLimits()
        self._handlers: dict[str, JobHandler] = {}
        self._schedules: list[Schedule] = []
        self._running: dict[JobId, asyncio.Task[None]] = {}
        self._renewed_s: dict[JobId, float] = {}
        self._lost: set[JobId] = set()
        self._wakeup = asyncio.Event()
        self._is_stopping = False
        self._loops: list[asyncio.Task[None]] = []

    def register(self, kind: str, handler: JobHandler, *, cron: str | None = None) -> None:
        """Take the handler of a kind; with `cron` the work also comes round by itself."""
        if kind in self._handlers:
            raise ValueError(f"{kind} has a handler already")
        self._handlers[kind] = handler
        if cron is not None:
            self._schedules.append(Schedule(kind=kind, cron=cron))

    def start(self) -> None:
        """Begin to work."""
        renewal_s = self._limits.lease_s / RENEWALS_PER_LEASE
        self._loops = [
            asyncio.create_task(self._run(), name="jobs"),
            asyncio.create_task(self._repeat(self._renew, renewal_s), name="job-leases"),
            asyncio.create_task(self._repeat(self._schedule, SCHEDULE_INTERVAL_S), name="job-schedules"),
        ]

    async def stop(self, *, drain_s: float = 0) -> None:
        """Take no more jobs; give those in hand so long to end, and the others back."""
        self._is_stopping = True
        self._wakeup.set()
        if self._loops:
            await self._loops[0]
        if self._running and drain_s > 0:
            await asyncio.wait(self._running.values(), timeout=drain_s)
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for loop in self._loops[1:]:
            loop.cancel()
        await asyncio.gather(*self._loops[1:], return_exceptions=True)

    def wake(self) -> None:
        """Look for jobs now instead of at the next turn: one was just written down."""
        self._wakeup.set()

    @property
    def running_jobs(self) -> int:
        """How many jobs are in hand."""
        return len(self._running)

    async def run_due(self) -> int:
        """Run everything that is due now, batch by batch; return how many jobs were run. For whoever steps."""
        count = 0
        while claimed := await self._claim():
            count += len(claimed)
            await asyncio.gather(*[self._spawn(job) for job in claimed])
        return count

    # ---- the loops ---------------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        while not self._is_stopping:
            self._wakeup.clear()
            pause_s = await self._guard(self._take, default=self._limits.poll_interval_s)
            try:
                async with asyncio.timeout(pause_s):
                    await self._wakeup.wait()
            except TimeoutError:
                continue

    async def _repeat(self, turn: Callable[[], Awaitable[float]], interval_s: float) -> None:
        while True:
            await self._guard(turn, default=0)
            await asyncio.sleep(interval_s)

    async def _guard(self, turn: Callable[[], Awaitable[float]], *, default: float) -> float:
        try:
            return await turn()
        except OUTAGE as error:
            log.warning("jobs.database_failed", error=str(error))
            return default

    async def _schedule(self) -> float:
        await self._jobs.schedule(self._schedules)
        self.wake()
        return 0

    async def _take(self) -> float:
        """Take what is due; return how long to wait."""
        if len(self._running) >= self._limits.running_max_jobs:
            return self._limits.poll_interval_s
        wait_s = await self._jobs.find_wait_s(self._handlers)
        if wait_s is None:
            return self._limits.poll_interval_s
        if wait_s <= 0:
            for job in await self._claim():
                self._spawn(job)
        return min(max(wait_s, PAUSE_MIN_S), self._limits.poll_interval_s)

    async def _claim(self) -> list[Job]:
        room = self._limits.running_max_jobs - len(self._running)
        asked_s = self._clock.monotonic_s()
        claimed = await self._jobs.claim(self._handlers, holder=self._holder, limit=room, held=set(self._running))
        for job in claimed:
            self._renewed_s[job.job_id] = asked_s
        return claimed

    async def _renew(self) -> float:
        """Renew all leases; stop work on jobs whose lease is over or another's."""
        held = set(self._running)
        if not held:
            return 0
        asked_s = self._clock.monotonic_s()
        try:
            kept = await self._jobs.renew(held, holder=self._holder)
        except OUTAGE:
            self._give_up({job_id for job_id in held if asked_s - self._renewed_s[job_id] >= self._limits.lease_s})
            raise
        for job_id in kept & self._running.keys():
            self._renewed_s[job_id] = asked_s
        self._give_up(held - kept)
        return 0

    def _give_up(self, lost: Iterable[JobId]) -> None:
        for job_id in lost:
            task = self._running.get(job_id)
            if task is not None:
                log.warning("job.lease_lost", job_id=job_id)
                self._lost.add(job_id)
                task.cancel()

    # ---- one job -----------------------------------------------------------------------------------------------------

    def _spawn(self, job: Job) -> asyncio.Task[None]:
        task = asyncio.create_task(self._work(job), name=f"job-{job.kind}")
        self._running[job.job_id] = task
        task.add_done_callback(lambda _task: self._end(job.job_id))
        return task

    def _end(self, job_id: JobId) -> None:
        self._running.pop(job_id, None)
        self._renewed_s.pop(job_id, None)
        self._lost.discard(job_id)
        self._wakeup.set()

    async def _work(self, job: Job) -> None:
        try:
            async with asyncio.timeout(self._limits.run_max_s):
                await self._handlers[job.kind](job)
        except asyncio.CancelledError:
            if job.job_id not in self._lost:
                await self._note(self._jobs.release(job, holder=self._holder), job)
            raise
        except Exception as error:  # supervisor: one failed job must not end the worker
            reason = f"{type(error).__name__}: {error}"
            if isinstance(error, UnavailableError) or is_database_away(error):  # no defect: it is tried again
                log.warning("job.failed", kind=job.kind, job_id=job.job_id, attempts=job.attempts, error=reason)
            else:
                log.exception("job.failed", kind=job.kind, job_id=job.job_id, attempts=job.attempts)
            await self._note(self._jobs.fail(job, holder=self._holder, error=reason), job)
        else:
            await self._note(self._jobs.finish(job, holder=self._holder), job)

    async def _note(self, noting: Awaitable[bool], job: Job) -> None:
        """Write down what became of a job. What cannot be written is found out when its lease is over."""
        try:
            if not await noting:
                log.warning("job.not_ours", kind=job.kind, job_id=job.job_id)
        except OUTAGE as error:
            log.warning("job.not_noted", kind=job.kind, job_id=job.job_id, error=str(error))
