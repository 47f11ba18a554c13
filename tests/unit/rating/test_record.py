from datetime import timedelta

from busbar.rating.record import Outcome, Reservation, cut
from tests.unit.rating.making import MONDAY, make_record


def test_a_cut_record_keeps_its_readings_and_its_reservation_first():
    reservation = Reservation(starts_at=MONDAY - timedelta(minutes=9), ends_at=MONDAY, outcome=Outcome.USED)
    record = make_record((0, 0), (10, 1000), reservation=reservation)
    at = MONDAY + timedelta(minutes=3)
    first, second = cut(record, at)
    assert (first.started_at, first.ended_at, second.started_at, second.ended_at) == (
        record.started_at, at, at, record.ended_at,
    )  # fmt: skip
    assert first.readings == second.readings == record.readings
    assert (first.reservation, second.reservation) == (reservation, None)
