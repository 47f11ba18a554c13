"""The rules that a charging profile keeps in every protocol version: pure."""

from itertools import pairwise

from busbar.canon.control import ChargingProfile, ChargingSchedule, ProfileKind, ProfilePurpose
from busbar.domain.stations.model import InvalidProfileError

MAX_PERIODS = 1024
MAX_STACK_LEVEL = 1000
MAX_LIMIT_MILLI = 10_000_000_000


def check_profile(profile: ChargingProfile) -> ChargingProfile:
    """Return the profile if stations can take it (1.6 section 3.13, 2.0.1 K01.FR.*)."""
    if profile.profile_id < 0:
        raise InvalidProfileError("a profile id is not negative", field="profile_id")
    if not 0 <= profile.stack_level <= MAX_STACK_LEVEL:
        raise InvalidProfileError(f"a stack level lies between 0 and {MAX_STACK_LEVEL}", field="stack_level")
    if profile.valid_from is not None and profile.valid_to is not None and profile.valid_to <= profile.valid_from:
        raise InvalidProfileError("the validity ends before it begins", field="valid_to")
    if profile.purpose is ProfilePurpose.STATION_MAX and profile.kind is ProfileKind.RELATIVE:
        raise InvalidProfileError("a station's maximum cannot be relative to a session", field="kind")
    is_recurring = profile.kind in {ProfileKind.RECURRING_DAILY, ProfileKind.RECURRING_WEEKLY}
    if is_recurring and profile.schedule.starts_at is None:
        raise InvalidProfileError("a recurring schedule says when it starts", field="starts_at")
    check_schedule(profile.schedule)
    return profile


def check_schedule(schedule: ChargingSchedule) -> None:
    """Refuse a schedule that no station can follow."""
    periods = schedule.periods
    if not 1 <= len(periods) <= MAX_PERIODS:
        raise InvalidProfileError(f"a schedule has 1 to {MAX_PERIODS} periods", field="periods")
    if periods[0].start_s != 0:
        raise InvalidProfileError("the first period starts at 0", field="periods")
    if any(later.start_s <= earlier.start_s for earlier, later in pairwise(periods)):
        raise InvalidProfileError("periods are in the order of their starts", field="periods")
    if any(not 0 <= period.limit_milli <= MAX_LIMIT_MILLI for period in periods):
        raise InvalidProfileError("a limit is out of range", field="limit_milli")
    if any(period.phases not in {None, 1, 2, 3} for period in periods):
        raise InvalidProfileError("a period has 1 to 3 phases", field="phases")
    if schedule.duration_s is not None and schedule.duration_s <= 0:
        raise InvalidProfileError("a duration is positive", field="duration_s")
