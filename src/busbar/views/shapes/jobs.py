from datetime import datetime
from typing import Annotated

from pydantic import Field

from busbar.ports.jobs import JobState
from busbar.views.shapes.model import Page, Shape


class Job(Shape):
    """Work for later, or that comes round."""

    job_id: str
    kind: str
    state: JobState
    unique_key: str | None
    cron: Annotated[str | None, Field(description="When it comes round, in UTC; null: it is done once.")]
    payload: Annotated[str, Field(description="JSON, as its handler takes it.")]
    enqueued_at: datetime
    run_at: Annotated[datetime, Field(description="Not before.")]
    attempts: int
    max_attempts: int
    leased_by: Annotated[str | None, Field(description="The process that has it in hand.")]
    lease_until: datetime | None
    last_error: str | None


class JobPage(Page[Job]):
    """Jobs."""
