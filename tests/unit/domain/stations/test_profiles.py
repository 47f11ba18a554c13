from datetime import UTC, datetime

import msgspec
import pytest

from busbar.canon.control import (
    ChargingProfile,
    ChargingSchedule,
    ProfileKind,
    ProfilePurpose,
    RateUnit,
    SchedulePeriod,
)
from busbar.domain.stations.model import InvalidProfileError
from busbar.domain.stations.profiles import check_profile

SCHEDULE = ChargingSchedule(
    unit=RateUnit.A,
    periods=(SchedulePeriod(start_s=0, limit_milli=32_000), SchedulePeriod(start_s=600, limit_milli=16_000)),
)
PROFILE = ChargingProfile(
    profile_id=1, stack_level=1, purpose=ProfilePurpose.TX, kind=ProfileKind.RELATIVE, schedule=SCHEDULE
)


def changed(**changes):
    return msgspec.structs.replace(PROFILE, **changes)


def scheduled(**changes):
    return changed(schedule=msgspec.structs.replace(SCHEDULE, **changes))


def test_takes_a_profile():
    assert check_profile(PROFILE) is PROFILE


@pytest.mark.parametrize(
    ("profile", "field"),
    [
        (changed(profile_id=-1), "profile_id"),
        (changed(stack_level=-1), "stack_level"),
        (changed(purpose=ProfilePurpose.STATION_MAX), "kind"),
        (changed(kind=ProfileKind.RECURRING_DAILY), "starts_at"),
        (
            changed(valid_from=datetime(2026, 1, 2, tzinfo=UTC), valid_to=datetime(2026, 1, 1, tzinfo=UTC)),
            "valid_to",
        ),
        (scheduled(periods=()), "periods"),
        (scheduled(periods=(SchedulePeriod(start_s=1, limit_milli=1),)), "periods"),
        (scheduled(periods=(SCHEDULE.periods[0], SCHEDULE.periods[0])), "periods"),
        (scheduled(periods=(SchedulePeriod(start_s=0, limit_milli=-1),)), "limit_milli"),
        (scheduled(periods=(SchedulePeriod(start_s=0, limit_milli=1, phases=4),)), "phases"),
        (scheduled(duration_s=0), "duration_s"),
    ],
)
def test_refuses_a_profile(profile, field):
    with pytest.raises(InvalidProfileError) as caught:
        check_profile(profile)
    assert caught.value.facts["field"] == field
