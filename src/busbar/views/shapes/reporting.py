from datetime import datetime
from typing import Annotated

from pydantic import Field

from busbar.canon.reporting import GroupBy, ReportFormat, Rhythm
from busbar.views.shapes.model import Shape


class ReportSchedule(Shape):
    """A report that comes round, and how it went the last time."""

    schedule_id: str
    name: str
    group_by: GroupBy
    site_id: str | None
    tariff_id: str | None
    customer_group: str | None
    electricity_price: str | None
    rhythm: Rhythm
    weekday: int
    day: int
    hour: int
    formats: list[ReportFormat]
    recipients: list[str]
    language: str
    is_active: bool
    time_zone: Annotated[str, Field(description="The operator's, which days and hours are of.")]
    created_at: datetime
    created_by: str
    next_at: Annotated[datetime | None, Field(description="When it comes next; null: it is paused.")]
    last_at: datetime | None
    last_letters: Annotated[int, Field(description="Letters of the last time.")]
    last_sent: Annotated[int, Field(description="Those of them that the mail server has.")]
    last_failed: Annotated[int, Field(description="Those of them that were refused or given up.")]
    last_reason: Annotated[str, Field(description="The code of the last failure.")]


class ReportScheduleList(Shape):
    """Reports that come round."""

    items: list[ReportSchedule]
