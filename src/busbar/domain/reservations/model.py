"""Who may keep a place for how long, and how a reservation goes on: pure decisions."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from busbar.canon.access import Verdict
from busbar.canon.control import Outcome
from busbar.canon.reservations import Reservation, ReservationPolicy, ReservationState
from busbar.canon.sessions import SessionStarted
from busbar.kernel.errors import ConflictError, InvalidError, LimitExceededError, NotFoundError

MINUTES_MIN = 5
MINUTES_MAX = 24 * 60
"""For drivers and staff alike: nobody keeps a place longer."""
PER_DRIVER_MAX = 20
NUMBER_MAX = 2**31 - 1
DETAIL_MAX_CHARS = 50
OPEN = frozenset({ReservationState.REQUESTED, ReservationState.HELD})


class ReservationNotFoundError(NotFoundError):
    """No such reservation, or somebody else's."""

    code = "not_found.reservation"


class StationNotFoundError(NotFoundError):
    """The operator has no such station."""

    code = "not_found.station"


class StationOfflineError(ConflictError):
    """The station is not connected: nobody can ask it to keep a place."""

    code = "conflict.station_offline"


class StationNotAcceptedError(ConflictError):
    """The station is not accepted (yet)."""

    code = "conflict.station_not_accepted"


class ReservationsOffError(ConflictError):
    """Drivers may not reserve with this operator."""

    code = "conflict.reservations_off"


class ReservedError(ConflictError):
    """The place is kept for somebody already."""

    code = "conflict.reserved"


class TokenRefusedError(ConflictError):
    """The token may not charge here now."""

    code = "conflict.token_refused"


class ReservationOverError(ConflictError):
    """The reservation is over."""

    code = "conflict.reservation_over"


class CommandReusedError(ConflictError):
    """This command id was used to ask for something else."""

    code = "conflict.command"


class ReservationTimeError(InvalidError):
    """Shorter or longer than may be; facts `minutes_min`, `minutes_max`."""

    code = "invalid.reservation_time"


class ReservationPolicyError(InvalidError):
    """Rules that contradict themselves or the bounds of the house."""

    code = "invalid.reservation_policy"


class ReservationLimitError(LimitExceededError):
    """The driver holds as many reservations as may be."""

    code = "limit_exceeded.reservations"


def check_policy(policy: ReservationPolicy) -> ReservationPolicy:
    """Return rules that hold. Errors: `invalid.reservation_policy`."""
    if not MINUTES_MIN <= policy.minutes_max <= MINUTES_MAX:
        raise ReservationPolicyError(f"a reservation lasts {MINUTES_MIN} to {MINUTES_MAX} minutes")
    if not 1 <= policy.per_driver_max <= PER_DRIVER_MAX:
        raise ReservationPolicyError(f"a driver holds 1 to {PER_DRIVER_MAX} reservations")
    return policy


def find_expiry(minutes: int, *, policy: ReservationPolicy, is_by_staff: bool, now: datetime) -> datetime:
    """Return when a reservation of that length is over. Errors: `invalid.reservation_time`."""
    most = MINUTES_MAX if is_by_staff else policy.minutes_max
    if not MINUTES_MIN <= minutes <= most:
        raise ReservationTimeError(
            f"a reservation lasts {MINUTES_MIN} to {most} minutes", minutes_min=MINUTES_MIN, minutes_max=most
        )
    return now + timedelta(minutes=minutes)


def check_driver(policy: ReservationPolicy, *, held: int) -> None:
    """Raise unless a driver with that many may reserve. Errors: `…reservations_off`, `limit_exceeded.reservations`."""
    if not policy.is_allowed:
        raise ReservationsOffError("drivers cannot reserve here")
    if held >= policy.per_driver_max:
        raise ReservationLimitError(f"a driver holds {policy.per_driver_max} reservations at most")


def check_place(open_ones: Sequence[Reservation], *, evse_id: int | None, token: str) -> None:
    """Raise `conflict.reserved` if this EVSE is kept, or the same token holds something at this station."""
    for other in open_ones:
        if other.id_token.value.lower() == token.lower():
            raise ReservedError("this station is reserved for the same driver already")
        if evse_id is not None and other.evse_id == evse_id:
            raise ReservedError("the EVSE is reserved already", evse_id=evse_id)


def check_verdict(verdict: Verdict) -> None:
    """Raise `conflict.token_refused` unless the token may charge."""
    if verdict is not Verdict.ACCEPTED:
        raise TokenRefusedError("the token may not charge here now", verdict=verdict.value)


def next_number(last: int | None) -> int:
    """Return what the station shall call the next reservation: a positive 32-bit number, after the last one's."""
    return 1 if last is None or last >= NUMBER_MAX else last + 1


def answer(reservation: Reservation, outcome: Outcome, word: str | None, *, now: datetime) -> Reservation:
    """Return what a reservation is after the station's answer; only one that waits for it changes."""
    if reservation.state is not ReservationState.REQUESTED:
        return reservation
    if outcome is Outcome.ACCEPTED:
        return msgspec.structs.replace(reservation, state=ReservationState.HELD, held_at=now)
    detail = (word or outcome.value)[:DETAIL_MAX_CHARS]
    return msgspec.structs.replace(reservation, state=ReservationState.REFUSED, ended_at=now, detail=detail)


def end(reservation: Reservation, state: ReservationState, *, now: datetime) -> Reservation:
    """Return a reservation that is over; one that was over stays as it is."""
    if reservation.state not in OPEN:
        return reservation
    return msgspec.structs.replace(reservation, state=state, ended_at=now)


def is_due(before: Reservation, state: ReservationState, *, is_by_driver: bool) -> bool:
    """Tell whether a reservation that ends so may be billed: a place that was kept, and lost by the driver's own doing.

    Nobody pays for what staff cancelled, what the station gave up, or a place that the station never confirmed.
    """
    if before.state is not ReservationState.HELD or before.driver_id is None:
        return False
    return state is ReservationState.EXPIRED or (state is ReservationState.CANCELLED and is_by_driver)


def find_used(open_ones: Sequence[Reservation], started: SessionStarted) -> Reservation | None:
    """Return the reservation that a session uses up: the one it names, else the driver's own there."""
    for reservation in open_ones:
        if started.reservation_number is not None and started.reservation_number == reservation.number:
            return reservation
    for reservation in open_ones:
        is_there = reservation.evse_id in {None, started.evse_id}
        if is_there and reservation.driver_id is not None and reservation.driver_id == started.driver_id:
            return reservation
    return None
