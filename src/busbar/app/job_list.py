"""Jobs for people at a terminal: what waits, what runs, what was given up."""

from datetime import timedelta

import msgspec

from busbar.adapters.system.clock import SystemClock, TimeOrderedIds
from busbar.app.config import Settings
from busbar.db.engine import Databases
from busbar.db.jobs import JobRow, SqlJobs
from busbar.db.timekeeping import choose_clock
from busbar.kernel.ids import JobId

LIST_MAX_ROWS = 1000


async def list_jobs(settings: Settings, *, state: str | None) -> list[JobRow]:
    """Return jobs, the next ones first."""
    databases = Databases(settings.database, busy_timeout_s=settings.database_busy_timeout_s)
    try:
        return await _open(settings, databases).list_jobs(state=state, limit=LIST_MAX_ROWS)
    finally:
        await databases.close()


async def retry_job(settings: Settings, job_id: str) -> JobRow:
    """Run a job again. Errors: `not_found.job`, `conflict.job_running`, `conflict.job_waiting`."""
    databases = Databases(settings.database, busy_timeout_s=settings.database_busy_timeout_s)
    try:
        return await _open(settings, databases).retry(JobId(job_id))
    finally:
        await databases.close()


async def drop_job(settings: Settings, job_id: str) -> JobRow:
    """Forget a job. Errors: `not_found.job`, `conflict.job_running`."""
    databases = Databases(settings.database, busy_timeout_s=settings.database_busy_timeout_s)
    try:
        return await _open(settings, databases).drop(JobId(job_id))
    finally:
        await databases.close()


def _open(settings: Settings, databases: Databases) -> SqlJobs:
    clock = SystemClock()
    lease = timedelta(seconds=settings.job_lease_s)
    return SqlJobs(databases, ids=TimeOrderedIds(), read_now=choose_clock(databases, clock), lease=lease)


def write_jobs(rows: list[JobRow], *, as_json: bool) -> str:
    """Write jobs as a table for people, or as JSON, one a line, for programs."""
    if as_json:
        return "\n".join(msgspec.json.encode(row).decode() for row in rows)
    if not rows:
        return "no jobs"
    lines = [("job", "kind", "state", "due", "attempts", "comes round", "last error")]
    lines += [
        (
            row.job_id,
            row.kind,
            row.state,
            row.run_at.isoformat(timespec="seconds"),
            f"{row.attempts} of {row.max_attempts}",
            row.cron or "",
            (row.last_error or "").partition("\n")[0][:100],
        )
        for row in rows
    ]
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
