"""How charges are laid over the hours of a week."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from busbar.views.companion import Stay, fill_week


def test_a_charge_fills_the_hours_that_it_takes_in_the_time_of_its_site():
    begins = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)  # a Monday; half past eleven in Rome
    hours = fill_week([Stay(begins, begins + timedelta(hours=1))], zone=ZoneInfo("Europe/Rome"), places=1)
    busy = {(hour.weekday, hour.hour): hour.busy_permille for hour in hours if hour.busy_permille}
    assert busy == {(0, 11): 500, (0, 12): 500}
    assert len(hours) == 168


def test_several_places_share_an_hour_and_no_hour_is_more_than_full():
    begins = datetime(2026, 3, 2, 10, tzinfo=UTC)
    stays = [Stay(begins, begins + timedelta(hours=1))] * 3
    assert fill_week(stays, zone=ZoneInfo("UTC"), places=4)[10].busy_permille == 750
    assert fill_week(stays, zone=ZoneInfo("UTC"), places=2)[10].busy_permille == 1000
