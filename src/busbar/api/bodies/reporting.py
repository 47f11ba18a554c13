from decimal import Decimal
from typing import Annotated

from pydantic import Field

from busbar.api.bodies.body import Body, Email, Key, Language, Name
from busbar.canon.reporting import GroupBy, ReportFormat, ReportPlan, Rhythm


class ReportScheduleBody(Body):
    """A report that comes round. Days and hours are those of the operator's time zone."""

    name: Name
    group_by: GroupBy = GroupBy.SITE
    site_id: Key | None = None
    tariff_id: Key | None = None
    customer_group: Annotated[str, Field(min_length=1, max_length=255)] | None = None
    electricity_price: Annotated[Decimal, Field(ge=0, le=1000, decimal_places=6)] | None = None
    """What a kWh costs the operator, in major units: gives cost and margin."""
    rhythm: Rhythm = Rhythm.MONTHLY
    weekday: Annotated[int, Field(ge=1, le=7)] = 1
    """Of a weekly report: 1 is Monday."""
    day: Annotated[int, Field(ge=1, le=28)] = 1
    """Of a monthly report."""
    hour: Annotated[int, Field(ge=0, le=23)] = 6
    formats: Annotated[tuple[ReportFormat, ...], Field(min_length=1, max_length=3)] = (ReportFormat.PDF,)
    recipients: Annotated[tuple[Email, ...], Field(min_length=1, max_length=20)]
    language: Language = "en"
    is_active: bool = True

    def to_plan(self) -> ReportPlan:
        """Return the plan."""
        return ReportPlan(**self.model_dump())
