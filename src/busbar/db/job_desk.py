"""Jobs in the hands of people: run again, or dropped, with an entry in the audit log."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from busbar.canon.jobs import DropJob, RetryJob
from busbar.canon.message import Message
from busbar.canon.tenants import Principal, RecordAudit, Role
from busbar.db.jobs import JobRow, drop_job, jobs, retry_job, write_row
from busbar.db.work import sql
from busbar.kernel.errors import DeniedError
from busbar.kernel.ids import IdSource, JobId
from busbar.ports.jobs import NewJob
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]


class JobRoleError(DeniedError):
    """The role of the caller does not allow this."""

    code = "denied.role"


class SqlJobQueue:
    """Where rooms write down work for later: in the unit of work of what brings it about."""

    def __init__(self, ids: IdSource) -> None:
        self._ids = ids

    async def enqueue(self, job: NewJob, work: UnitOfWork) -> JobId:
        """Write a job down; a key that makes it the only one is the business of `SqlJobs`."""
        job_id = JobId(self._ids.new())
        sql(work).stage_insert(jobs, write_row(job_id, job, now=work.now))
        return job_id


class JobDesk:
    """Carries out what platform administrators wish about jobs."""

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Say which messages are handled here."""
        return {RetryJob: self.retry, DropJob: self.drop}

    async def retry(self, message: RetryJob, work: UnitOfWork) -> None:
        """Run a job again at once."""
        _require_platform(message.by)
        await _record(work, message.by, "job.retry", await retry_job(sql(work), message.job_id, now=work.now))

    async def drop(self, message: DropJob, work: UnitOfWork) -> None:
        """Forget a job."""
        _require_platform(message.by)
        await _record(work, message.by, "job.drop", await drop_job(sql(work), message.job_id))


def _require_platform(by: Principal) -> None:
    if not by.is_platform or by.role is not Role.ADMIN:
        raise JobRoleError("only administrators of the platform may do this")


async def _record(work: UnitOfWork, by: Principal, action: str, job: JobRow) -> None:
    subject = f"job:{job.job_id}"
    audit = RecordAudit(
        operator_id=by.operator_id, actor=by.name, action=action, subject=subject, detail={"kind": job.kind}
    )
    await work.ask(audit)
