"""Who may keep a place, and how a reservation goes on."""

from datetime import UTC, datetime, timedelta

import pytest

from busbar.canon.access import IdToken, Verdict
from busbar.canon.control import Outcome
from busbar.canon.reservations import Reservation, ReservationPolicy, ReservationState
from busbar.canon.sessions import SessionStarted
from busbar.domain.reservations import model
from busbar.kernel.errors import BusbarError
from busbar.kernel.ids import DriverId, OperatorId, ReservationId, SessionId, StationId, TransactionRef

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
OPEN_HOUSE = ReservationPolicy(is_allowed=True, minutes_max=45, per_driver_max=2)


def reserve(**given):
    usual = {
        "reservation_id": ReservationId("r"),
        "number": 4,
        "operator_id": OperatorId("o"),
        "station_id": StationId("S"),
        "evse_id": 1,
        "driver_id": DriverId("ada"),
        "id_token": IdToken(value="AABB"),
        "requested_by": "driver:ada",
        "created_at": NOW,
        "expires_at": NOW + timedelta(minutes=30),
    }
    return Reservation(**(usual | given))


def started(**given):
    usual = {
        "operator_id": OperatorId("o"),
        "at": NOW,
        "session_id": SessionId("s"),
        "station_id": StationId("S"),
        "evse_id": 1,
        "transaction_ref": TransactionRef("1"),
        "started_at": NOW,
    }
    return SessionStarted(**(usual | given))


def code_of(call, *args, **kwargs):
    with pytest.raises(BusbarError) as raised:
        call(*args, **kwargs)
    return raised.value.code


def test_how_long_a_place_is_kept():
    def find(minutes, *, is_by_staff=False):
        return model.find_expiry(minutes, policy=OPEN_HOUSE, is_by_staff=is_by_staff, now=NOW)

    assert find(45) == NOW + timedelta(minutes=45)
    assert find(600, is_by_staff=True) == NOW + timedelta(hours=10)
    for minutes, is_by_staff in ((4, False), (46, False), (1441, True)):
        assert code_of(find, minutes, is_by_staff=is_by_staff) == "invalid.reservation_time"


def test_rules_stay_within_the_houses_bounds():
    assert model.check_policy(OPEN_HOUSE) is OPEN_HOUSE
    for given in ({"minutes_max": 4}, {"minutes_max": 1441}, {"per_driver_max": 0}, {"per_driver_max": 21}):
        assert code_of(model.check_policy, ReservationPolicy(**given)) == "invalid.reservation_policy"


def test_what_a_driver_may():
    model.check_driver(OPEN_HOUSE, held=1)
    assert code_of(model.check_driver, OPEN_HOUSE, held=2) == "limit_exceeded.reservations"
    assert code_of(model.check_driver, ReservationPolicy(), held=0) == "conflict.reservations_off"


def test_a_place_is_kept_once():
    held = [reserve(), reserve(evse_id=None, id_token=IdToken(value="CC"))]
    model.check_place(held, evse_id=2, token="DD")
    model.check_place(held, evse_id=None, token="DD")
    assert code_of(model.check_place, held, evse_id=1, token="DD") == "conflict.reserved"
    assert code_of(model.check_place, held, evse_id=2, token="aabb") == "conflict.reserved"


def test_only_a_token_that_may_charge_may_reserve():
    model.check_verdict(Verdict.ACCEPTED)
    assert code_of(model.check_verdict, Verdict.BLOCKED) == "conflict.token_refused"


def test_numbers_begin_anew_at_their_end():
    assert [model.next_number(last) for last in (None, 1, 2**31 - 1)] == [1, 2, 1]


def test_a_stations_answer_counts_once():
    asked = reserve()
    held = model.answer(asked, Outcome.ACCEPTED, "Accepted", now=NOW)
    assert (held.state, held.held_at) == (ReservationState.HELD, NOW)
    assert model.answer(held, Outcome.REJECTED, "Occupied", now=NOW) is held
    refused = model.answer(asked, Outcome.REJECTED, "Occupied", now=NOW)
    assert (refused.state, refused.detail, refused.ended_at) == (ReservationState.REFUSED, "Occupied", NOW)
    assert model.answer(asked, Outcome.TIMED_OUT, None, now=NOW).detail == "timed_out"
    over = model.end(held, ReservationState.USED, now=NOW)
    assert model.end(over, ReservationState.EXPIRED, now=NOW) is over


def test_which_session_uses_a_reservation_up():
    held = [reserve(), reserve(number=5, evse_id=2, driver_id=DriverId("bob"))]
    assert model.find_used(held, started(reservation_number=5)) is held[1]
    assert model.find_used(held, started(driver_id=DriverId("ada"))) is held[0]
    assert model.find_used(held, started(driver_id=DriverId("ada"), evse_id=2)) is None
    assert model.find_used(held, started(driver_id=DriverId("eve"))) is None
