"""Jobs: work that is done later, away from the one who asked for it, and again when it failed."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec

from busbar.kernel.ids import JobId
from busbar.ports.work import UnitOfWork

JOB_MAX_ATTEMPTS = 10


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DEAD = "dead"
    """It failed as often as it may be tried: it stays until somebody runs it again or drops it."""


class NewJob(msgspec.Struct, frozen=True, kw_only=True):
    """A wish for work."""

    kind: str
    """Which handler does it."""
    payload_json: str = "{}"
    run_at: datetime | None = None
    """Not before; None: at once."""
    unique_key: str | None = None
    """While a job with this key waits or runs, another one is not taken."""
    max_attempts: int = JOB_MAX_ATTEMPTS


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """Work that comes round by itself, once for the whole installation however many processes there are."""

    kind: str
    cron: str
    """Five fields, or six with the seconds last; in UTC."""
    max_attempts: int = JOB_MAX_ATTEMPTS


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A job in the hands of a worker."""

    job_id: JobId
    kind: str
    payload_json: str
    attempts: int
    """Which attempt this is, beginning with 1."""
    max_attempts: int
    cron: str | None = None


JobHandler = Callable[[Job], Awaitable[None]]
"""Does a job of one kind. It may be called again for a job whose end was not noted: its effect must be idempotent."""


class JobQueue(Protocol):
    """The way in for jobs."""

    async def enqueue(self, job: NewJob, work: UnitOfWork) -> JobId | None:
        """Write the job down in this unit of work: it exists if and only if what else the unit does happens.

        Returns None when a job with its unique key waits or runs already.
        """
        ...
