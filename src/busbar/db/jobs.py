"""The jobs table: what waits, what runs under a lease, and what was given up.

A job that is done is deleted; one of a schedule waits for its next turn. A worker claims jobs for a while and renews
its lease while it works; a lease that is over makes the job free again, and whatever the former worker says of it then
is not heard. A job that failed too often is dead: it stays until a person runs it again or drops it.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import msgspec
from croniter import croniter
from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    Integer,
    String,
    Table,
    Text,
    and_,
    case,
    delete,
    func,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult, Row
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.base import Executable

from busbar.db.engine import Databases
from busbar.db.schema import Id, Instant, Json, metadata
from busbar.db.timekeeping import ReadNow
from busbar.db.work import sql
from busbar.kernel.errors import ConflictError, NotFoundError
from busbar.kernel.ids import IdSource, JobId
from busbar.ports.jobs import Job, JobState, NewJob, Schedule
from busbar.ports.work import UnitOfWork

WAITING, RUNNING, DEAD = JobState.WAITING.value, JobState.RUNNING.value, JobState.DEAD.value
ERROR_MAX_CHARACTERS = 2000
SCHEDULE_PREFIX = "schedule:"
_ALIVE_TEXT = f"state != '{DEAD}'"  # as text: a partial index is recognised by its words
LOST = "its worker ended without a word, as often as it may be tried"

jobs = Table(
    "jobs",
    metadata,
    Column("job_id", Id(), primary_key=True),
    Column("kind", String(80), nullable=False),
    Column("unique_key", String(200), nullable=True),
    Column("payload", Json(), nullable=False),
    Column("cron", String(100), nullable=True),
    Column("state", String(20), nullable=False),
    Column("enqueued_at", Instant(), nullable=False),
    Column("run_at", Instant(), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("max_attempts", Integer, nullable=False),
    Column("leased_by", String(80), nullable=True),
    Column("lease_until", Instant(), nullable=True),
    Column("last_error", Text, nullable=True),
    Index(None, "state", "run_at"),
    Index(
        "uq_jobs_unique_key",
        "unique_key",
        unique=True,
        sqlite_where=text(_ALIVE_TEXT),
        postgresql_where=text(_ALIVE_TEXT),
    ),
)
"""Work for later. `unique_key` is unique among the jobs that are not dead."""

_IS_ALIVE = jobs.c.state != DEAD
_FREE: dict[str, Any] = {"state": WAITING, "leased_by": None, "lease_until": None}


class Executor(Protocol):
    """A connection, or a unit of work."""

    async def execute(self, statement: Executable, /) -> CursorResult[Any]:
        """Execute a statement."""
        ...


class JobNotFoundError(NotFoundError):
    """No such job; one that is done is kept no longer."""

    code = "not_found.job"


class JobRunningError(ConflictError):
    """A worker has the job in hand."""

    code = "conflict.job_running"


class JobWaitingError(ConflictError):
    """Another job with the same unique key waits or runs."""

    code = "conflict.job_waiting"


class JobRow(msgspec.Struct, frozen=True, kw_only=True):
    """A job as people see it."""

    job_id: JobId
    kind: str
    state: str
    unique_key: str | None
    cron: str | None
    payload: str
    enqueued_at: datetime
    run_at: datetime
    attempts: int
    max_attempts: int
    leased_by: str | None
    lease_until: datetime | None
    last_error: str | None


class RetryTerms(msgspec.Struct, frozen=True, kw_only=True):
    """How long a failed job waits: twice as long each time, up to a bound."""

    interval: timedelta = timedelta(seconds=30)
    interval_max: timedelta = timedelta(hours=1)

    def choose_pause(self, attempts: int) -> timedelta:
        """Return the pause after so many attempts."""
        doublings = min(max(attempts - 1, 0), 20)
        return min(self.interval * (1 << doublings), self.interval_max)


def find_next_run(cron: str, *, after: datetime) -> datetime:
    """Return the next instant that a cron text names. Raises ValueError for a text that is none."""
    following: datetime = croniter(cron, after, ret_type=datetime).get_next()
    return following.astimezone(UTC)


class SqlJobs:
    """See `busbar.ports.jobs.JobQueue`; the rest is for those who do the work."""

    def __init__(
        self,
        databases: Databases,
        *,
        ids: IdSource,
        read_now: ReadNow,
        lease: timedelta = timedelta(seconds=60),
        terms: RetryTerms | None = None,
    ) -> None:
        self._databases = databases
        self._ids = ids
        self._read_now = read_now
        self._lease = lease
        self._terms = terms or RetryTerms()

    # ---- the way in --------------------------------------------------------------------------------------------------

    async def enqueue(self, job: NewJob, work: UnitOfWork) -> JobId | None:
        """Write a job down in a unit of work; None when one with its unique key waits or runs already."""
        row = write_row(JobId(self._ids.new()), job, now=work.now)
        if job.unique_key is None:
            sql(work).stage_insert(jobs, row)
            return row["job_id"]
        added = await sql(work).execute(self._insert_unless_known().values(row))
        return row["job_id"] if added.rowcount else None

    async def schedule(self, schedules: Iterable[Schedule]) -> None:
        """Make sure that these come round: new ones begin at once, changed ones follow their new cron text.

        A turn that lies further ahead than the cron text says was set by a clock that was ahead; it is set anew.
        """
        async with self._databases.writer.begin() as connection:
            now = await self._read_now(connection)
            for schedule in schedules:
                await self._keep_schedule(connection, schedule, now)

    async def _keep_schedule(self, connection: AsyncConnection, schedule: Schedule, now: datetime) -> None:
        key = SCHEDULE_PREFIX + schedule.kind
        next_run_at = find_next_run(schedule.cron, after=now)
        job = NewJob(kind=schedule.kind, unique_key=key, max_attempts=schedule.max_attempts)
        row = write_row(JobId(self._ids.new()), job, now=now) | {"cron": schedule.cron}
        if (await connection.execute(self._insert_unless_known().values(row))).rowcount:
            return
        is_changed = or_(jobs.c.cron != schedule.cron, jobs.c.max_attempts != schedule.max_attempts)
        is_ahead = and_(jobs.c.state == WAITING, jobs.c.run_at > next_run_at)
        run_at = case((is_ahead, literal(next_run_at, Instant())), else_=jobs.c.run_at)
        await connection.execute(
            update(jobs)
            .where(jobs.c.unique_key == key, _IS_ALIVE, or_(is_changed, is_ahead))
            .values(cron=schedule.cron, max_attempts=schedule.max_attempts, run_at=run_at)
        )

    def _insert_unless_known(self) -> Any:
        insert = sqlite.insert(jobs) if self._databases.is_sqlite else postgresql.insert(jobs)
        return insert.on_conflict_do_nothing(index_elements=["unique_key"], index_where=text(_ALIVE_TEXT))

    # ---- the workers -------------------------------------------------------------------------------------------------

    async def find_wait_s(self, kinds: Collection[str]) -> float | None:
        """Return how long it is until a job of these kinds can be claimed: 0 or less: now; None: there is none.

        Reads only: a worker that finds nothing to do takes no part in the writing.
        """
        free_at = case((jobs.c.state == RUNNING, jobs.c.lease_until), else_=jobs.c.run_at)
        statement = select(func.min(free_at, type_=Instant())).where(jobs.c.kind.in_(kinds), _IS_ALIVE)
        async with self._databases.read() as connection:
            due_at: datetime | None = (await connection.execute(statement)).scalar()
            return None if due_at is None else (due_at - await self._read_now(connection)).total_seconds()

    async def claim(
        self, kinds: Collection[str], *, holder: str, limit: int, held: Collection[JobId] = ()
    ) -> list[Job]:
        """Take up to `limit` jobs that are due, each for the length of a lease; `held` are this worker's already."""
        async with self._databases.writer.begin() as connection:
            now = await self._read_now(connection)
            is_lost = and_(jobs.c.state == RUNNING, jobs.c.lease_until <= now, jobs.c.job_id.not_in(held))
            await _park_spent(connection, and_(jobs.c.kind.in_(kinds), is_lost))
            is_due = and_(jobs.c.state == WAITING, jobs.c.run_at <= now)
            due = (
                select(jobs.c.job_id)
                .where(jobs.c.kind.in_(kinds), or_(is_due, is_lost))
                .order_by(jobs.c.run_at, jobs.c.job_id)
                .limit(limit)
            )
            if connection.dialect.name == "postgresql":
                due = due.with_for_update(skip_locked=True)
            claimed = due.cte("due")
            rows = await connection.execute(
                update(jobs)
                .where(jobs.c.job_id.in_(select(claimed.c.job_id)))
                .values(state=RUNNING, leased_by=holder, lease_until=now + self._lease, attempts=jobs.c.attempts + 1)
                .returning(jobs)
            )
            return sorted((_read_job(row) for row in rows), key=lambda job: job.job_id)

    async def renew(self, held: Collection[JobId], *, holder: str) -> set[JobId]:
        """Keep the leases of jobs alive; return those that are still this worker's."""
        async with self._databases.writer.begin() as connection:
            now = await self._read_now(connection)
            rows = await connection.execute(
                update(jobs)
                .where(jobs.c.job_id.in_(held), jobs.c.state == RUNNING, jobs.c.leased_by == holder)
                .values(lease_until=now + self._lease)
                .returning(jobs.c.job_id)
            )
            return {JobId(row.job_id) for row in rows}

    async def finish(self, job: Job, *, holder: str) -> bool:
        """Note that a job is done; False: it was another's by then, and nothing was noted."""
        async with self._databases.writer.begin() as connection:
            if job.cron is None:
                done = await connection.execute(delete(jobs).where(_is_held(job, holder)))
                return done.rowcount > 0
            now = await self._read_now(connection)
            following = find_next_run(job.cron, after=now)
            return await _set(connection, job, holder, run_at=following, attempts=0, last_error=None, **_FREE)

    async def fail(self, job: Job, *, holder: str, error: str) -> bool:
        """Note that an attempt failed: the job waits for the next one, or is dead after its last.

        One of a schedule is never dead: after its last attempt it waits for its next turn.
        """
        async with self._databases.writer.begin() as connection:
            now = await self._read_now(connection)
            again_at = now + self._terms.choose_pause(job.attempts)
            noted: dict[str, Any] = {"last_error": error[:ERROR_MAX_CHARACTERS]}
            is_spent = job.attempts >= job.max_attempts
            if job.cron is not None:
                next_turn_at = find_next_run(job.cron, after=now)
                run_at = next_turn_at if is_spent else min(again_at, next_turn_at)
                noted |= {**_FREE, "run_at": run_at, "attempts": 0 if is_spent else job.attempts}
            elif is_spent:
                noted |= {**_FREE, "state": DEAD}
            else:
                noted |= {**_FREE, "run_at": again_at}
            return await _set(connection, job, holder, **noted)

    async def release(self, job: Job, *, holder: str) -> bool:
        """Give a job back that was not carried through; the attempt does not count."""
        async with self._databases.writer.begin() as connection:
            return await _set(connection, job, holder, attempts=job.attempts - 1, **_FREE)

    async def vacate(self) -> int:
        """End all leases: whoever opens a database that belongs to one process knows that their holders are gone."""
        async with self._databases.writer.begin() as connection:
            await _park_spent(connection, jobs.c.state == RUNNING)
            freed = await connection.execute(update(jobs).where(jobs.c.state == RUNNING).values(_FREE))
            return freed.rowcount

    # ---- people ------------------------------------------------------------------------------------------------------

    async def list_jobs(self, *, state: str | None = None, limit: int = 1000) -> list[JobRow]:
        """Return jobs, the next ones first."""
        statement = select(jobs).order_by(jobs.c.run_at, jobs.c.job_id).limit(limit)
        if state is not None:
            statement = statement.where(jobs.c.state == state)
        async with self._databases.read() as connection:
            return [JobRow(**row) for row in (await connection.execute(statement)).mappings()]

    async def retry(self, job_id: JobId) -> JobRow:
        """Run a job again at once. Errors: `not_found.job`, `conflict.job_running`, `conflict.job_waiting`."""
        async with self._databases.writer.begin() as connection:
            return await retry_job(connection, job_id, now=await self._read_now(connection))

    async def drop(self, job_id: JobId) -> JobRow:
        """Forget a job. Errors: `not_found.job`, `conflict.job_running`."""
        async with self._databases.writer.begin() as connection:
            return await drop_job(connection, job_id)


async def retry_job(connection: Executor, job_id: JobId, *, now: datetime) -> JobRow:
    """Make a waiting or dead job due, with all its attempts before it."""
    row = await _find_idle(connection, job_id)
    if row.state == DEAD and row.unique_key is not None:
        taken = select(jobs.c.job_id).where(jobs.c.unique_key == row.unique_key, _IS_ALIVE)
        if (await connection.execute(taken)).first() is not None:
            raise JobWaitingError("another job with the same unique key waits or runs: drop this one", job_id=job_id)
    values = {**_FREE, "run_at": now, "attempts": 0}
    await connection.execute(update(jobs).where(jobs.c.job_id == job_id).values(values))
    return msgspec.structs.replace(row, state=WAITING, run_at=now, attempts=0)


async def drop_job(connection: Executor, job_id: JobId) -> JobRow:
    """Delete a waiting or dead job."""
    row = await _find_idle(connection, job_id)
    await connection.execute(delete(jobs).where(jobs.c.job_id == job_id))
    return row


async def _find_idle(connection: Executor, job_id: JobId) -> JobRow:
    statement = select(jobs).where(jobs.c.job_id == job_id).with_for_update()
    row = (await connection.execute(statement)).mappings().first()
    if row is None:
        raise JobNotFoundError("there is no such job", job_id=job_id[:64])
    if row["state"] == RUNNING:
        raise JobRunningError("a worker has this job in hand", job_id=job_id)
    return JobRow(**row)


async def _park_spent(connection: AsyncConnection, is_lost: ColumnElement[bool]) -> None:
    """Give up lost jobs that were tried often enough: what brings its worker down would do so for ever."""
    is_spent = and_(jobs.c.cron.is_(None), jobs.c.attempts >= jobs.c.max_attempts)
    await connection.execute(
        update(jobs).where(is_lost, is_spent).values(state=DEAD, leased_by=None, lease_until=None, last_error=LOST)
    )


async def _set(connection: AsyncConnection, job: Job, holder: str, **values: object) -> bool:
    changed = await connection.execute(update(jobs).where(_is_held(job, holder)).values(values))
    return changed.rowcount > 0


def _is_held(job: Job, holder: str) -> ColumnElement[bool]:
    """Say which row is this worker's: the number of the attempt fences off who lost it and had it again."""
    return and_(
        jobs.c.job_id == job.job_id,
        jobs.c.state == RUNNING,
        jobs.c.leased_by == holder,
        jobs.c.attempts == job.attempts,
    )


def write_row(job_id: JobId, job: NewJob, *, now: datetime) -> dict[str, Any]:
    """Return the row of a job that waits."""
    return {
        "job_id": job_id,
        "kind": job.kind,
        "unique_key": job.unique_key,
        "payload": job.payload_json,
        "cron": None,
        "state": WAITING,
        "enqueued_at": now,
        "run_at": job.run_at or now,
        "attempts": 0,
        "max_attempts": job.max_attempts,
        "leased_by": None,
        "lease_until": None,
        "last_error": None,
    }


def _read_job(row: Row[Any]) -> Job:
    return Job(
        job_id=JobId(row.job_id),
        kind=row.kind,
        payload_json=row.payload,
        attempts=row.attempts,
        max_attempts=row.max_attempts,
        cron=row.cron,
    )
