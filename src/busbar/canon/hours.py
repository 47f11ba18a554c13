"""When a site is open. The shape is that of OCPI's `Hours` (2.3.0, mod_locations, 8.4.14)."""

from datetime import datetime

from busbar.canon.message import Noun


class WeeklyPeriod(Noun, frozen=True, kw_only=True):
    """Open on each such day of the week, by the clock on the wall there."""

    weekday: int
    """1 (Monday) to 7 (Sunday), as ISO 8601 and OCPI count."""
    begins_min: int
    """Minutes after midnight, 0 to 1439."""
    ends_min: int
    """Minutes after midnight, later than `begins_min`, up to 1440: a night is two such periods."""


class ExceptionalPeriod(Noun, frozen=True, kw_only=True):
    """A stretch of time once, half-open."""

    begins_at: datetime
    ends_at: datetime


class OpeningTimes(Noun, frozen=True, kw_only=True):
    """When one may come: closings win over openings, and both over the week."""

    is_always: bool = True
    """Day and night, but for closings; then there are no regular hours."""
    regular: tuple[WeeklyPeriod, ...] = ()
    openings: tuple[ExceptionalPeriod, ...] = ()
    closings: tuple[ExceptionalPeriod, ...] = ()
