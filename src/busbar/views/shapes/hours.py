"""When a site is open, as the API shows it."""

from datetime import datetime

from busbar.views.shapes.model import Shape


class WeeklyPeriod(Shape):
    """Open on each such day of the week, by the clock there."""

    weekday: int
    """1 (Monday) to 7 (Sunday)."""
    begins: str
    """`08:00`."""
    ends: str
    """`24:00` is the end of the day."""


class ExceptionalPeriod(Shape):
    """A stretch of time once."""

    begins_at: datetime
    ends_at: datetime


class OpeningTimes(Shape):
    """When one may come. Closings win over openings, and both over the week."""

    is_always: bool
    """Day and night, but for closings."""
    regular: list[WeeklyPeriod]
    openings: list[ExceptionalPeriod]
    closings: list[ExceptionalPeriod]
