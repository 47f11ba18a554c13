from typing import Annotated

from fastapi import APIRouter, Query

from busbar.api.callers import PlatformKeeper
from busbar.api.paging import bound_rows
from busbar.api.parameters import KeyPath
from busbar.api.services import Given
from busbar.canon.jobs import DropJob, RetryJob
from busbar.kernel.ids import JobId
from busbar.views import jobs
from busbar.views.shapes.jobs import JobPage

router = APIRouter(prefix="/jobs", tags=["jobs"])


@router.get("")
async def list_jobs(_caller: PlatformKeeper, services: Given, query: Annotated[jobs.JobQuery, Query()]) -> JobPage:
    """List what waits to be done, what is being done, and what was given up."""
    async with services.databases.read() as connection:
        return await jobs.list_jobs(connection, query, limit=bound_rows(services, query))


@router.post("/{job_id}/retry", status_code=204)
async def retry_job(caller: PlatformKeeper, services: Given, job_id: KeyPath) -> None:
    """Run a job again at once, with all its attempts before it."""
    await services.dispatcher.dispatch(RetryJob(by=caller.principal, job_id=JobId(job_id)))


@router.delete("/{job_id}", status_code=204)
async def drop_job(caller: PlatformKeeper, services: Given, job_id: KeyPath) -> None:
    """Forget a job without doing it."""
    await services.dispatcher.dispatch(DropJob(by=caller.principal, job_id=JobId(job_id)))
