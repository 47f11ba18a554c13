"""Jobs, for those who run the installation."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.db.jobs import jobs
from busbar.ports.jobs import JobState
from busbar.views.paging import Order, PageRequest, read_page
from busbar.views.rows import AnyRow, pick
from busbar.views.shapes.jobs import Job, JobPage


class JobQuery(PageRequest):
    """Which jobs are wanted."""

    state: JobState | None = None
    kind: Annotated[str, Field(min_length=1, max_length=80)] | None = None


_BY_TIME = Order(name="run_at", column=jobs.c.run_at, key=jobs.c.job_id)


async def list_jobs(connection: AsyncConnection, query: JobQuery, *, limit: int) -> JobPage:
    """Return a page of jobs, the next ones first."""
    statement = select(jobs)
    if query.state is not None:
        statement = statement.where(jobs.c.state == query.state)
    if query.kind is not None:
        statement = statement.where(jobs.c.kind == query.kind)
    items, cursor, total = await read_page(
        connection, statement, order=_BY_TIME, request=query, limit=limit, shape=_shape
    )
    return JobPage(items=items, next_cursor=cursor, total=total)


def _shape(row: AnyRow) -> Job:
    return Job(**pick(row, Job))
