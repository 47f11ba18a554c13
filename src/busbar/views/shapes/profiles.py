from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from busbar.canon.control import ProfileKind, ProfilePurpose, RateUnit
from busbar.views.shapes.model import Page, Shape

Small = Annotated[int, Field(ge=0, le=2**31 - 1)]
LimitMilli = Annotated[int, Field(ge=0, le=2**53)]


class SchedulePeriod(Shape):
    """From `start_s` after the schedule's start on, at most this limit."""

    start_s: Small
    limit_milli: LimitMilli
    """Thousandths of the schedule's unit: mW or mA."""
    phases: Annotated[int, Field(ge=1, le=3)] | None = None


class ChargingSchedule(Shape):
    """Limits over time, the periods in order, the first at 0 s."""

    unit: RateUnit
    periods: Annotated[tuple[SchedulePeriod, ...], Field(min_length=1, max_length=1024)]
    duration_s: Small | None = None
    starts_at: AwareDatetime | None = None
    min_rate_milli: LimitMilli | None = None


class ChargingProfile(Shape):
    """A schedule of limits as it is sent to a station."""

    profile_id: Small
    stack_level: Small
    purpose: ProfilePurpose
    kind: ProfileKind
    schedule: ChargingSchedule
    transaction_ref: Annotated[str, Field(min_length=1, max_length=36)] | None = None
    valid_from: AwareDatetime | None = None
    valid_to: AwareDatetime | None = None


class ProfileTemplate(Shape):
    """A charging profile kept under a name, to be sent again and again."""

    template_id: str
    operator_id: str
    name: str
    profile: ChargingProfile
    changed_at: datetime


class ProfileTemplatePage(Page[ProfileTemplate]):
    """Charging profile templates."""
