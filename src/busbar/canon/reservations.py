"""Reservations: an EVSE kept for one driver for a while, at the station and in our books."""

from datetime import datetime
from enum import StrEnum

from busbar.canon.access import IdToken
from busbar.canon.message import Command, Fact, Noun, Report
from busbar.kernel.ids import CommandId, DriverId, OperatorId, ReservationId, SessionId, SiteId, StationId


class ReservationState(StrEnum):
    """Where a reservation stands.

    requested -> held -> used, cancelled, expired or removed; or requested -> refused.
    """

    REQUESTED = "requested"
    """The station was asked."""
    HELD = "held"
    """The station keeps the place."""
    USED = "used"
    """The driver came: a session began under it."""
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    """Nobody came."""
    REFUSED = "refused"
    """The station did not take it."""
    REMOVED = "removed"
    """The station gave it up: a fault, or it went out of service."""


class Reservation(Noun, frozen=True, kw_only=True):
    """A place kept for somebody."""

    reservation_id: ReservationId
    number: int
    """What the station calls it; one of its own for each reservation of a station."""
    operator_id: OperatorId
    station_id: StationId
    site_id: SiteId | None = None
    evse_id: int | None = None
    """None: any EVSE of the station."""
    driver_id: DriverId | None = None
    id_token: IdToken
    state: ReservationState = ReservationState.REQUESTED
    detail: str = ""
    """The station's own word, where it refused."""
    requested_by: str
    created_at: datetime
    expires_at: datetime
    held_at: datetime | None = None
    ended_at: datetime | None = None
    session_id: SessionId | None = None


class ReservationPolicy(Noun, frozen=True, kw_only=True):
    """What drivers of an operator may reserve. Staff may always."""

    is_allowed: bool = False
    minutes_max: int = 30
    per_driver_max: int = 1
    """Reservations that a driver holds at once."""


class Reserve(Command[Reservation], frozen=True, kw_only=True):
    """Ask a station to keep a place. `command_id` is the client's: a repeat answers the same reservation.

    Errors: `not_found.station`, `conflict.station_offline`, `conflict.station_not_accepted`,
    `conflict.reservations_off` (drivers may not), `conflict.reserved` (kept for somebody else, or twice),
    `conflict.token_refused`, `invalid.reservation_time`, `limit_exceeded.reservations`, `conflict.command`.
    """

    command_id: CommandId
    operator_id: OperatorId
    station_id: StationId
    evse_id: int | None = None
    driver_id: DriverId | None = None
    id_token: IdToken
    duration_min: int
    requested_by: str
    is_by_staff: bool = False
    """Staff are not bound by what drivers may."""


class CancelReservation(Command[Reservation], frozen=True, kw_only=True):
    """Give a place free. A repeat changes nothing.

    Errors: `not_found.reservation`, `conflict.reservation_over`.
    """

    operator_id: OperatorId
    station_id: StationId
    reservation_id: ReservationId
    driver_id: DriverId | None = None
    """Whose it must be; None: staff."""
    requested_by: str


class ExpireReservations(Command[int], frozen=True, kw_only=True):
    """End what ran out at a station; answers how many."""

    station_id: StationId


class SetReservationPolicy(Command[ReservationPolicy], frozen=True, kw_only=True):
    """Say what drivers may reserve. Errors: `invalid.reservation_policy`."""

    operator_id: OperatorId
    actor: str
    policy: ReservationPolicy


class ReservationStatusReported(Report[None], frozen=True, kw_only=True):
    """The station says that a reservation is over (2.x ReservationStatusUpdate)."""

    number: int
    is_removed: bool
    """Given up by the station; else it ran out, or nobody began."""


class ReservationFact(Fact, frozen=True, kw_only=True):
    """What facts of a reservation carry."""

    reservation_id: ReservationId
    station_id: StationId
    site_id: SiteId | None = None
    evse_id: int | None = None
    driver_id: DriverId | None = None


class ReservationRequested(ReservationFact, frozen=True, kw_only=True):
    """A station was asked to keep a place."""

    expires_at: datetime


class ReservationHeld(ReservationFact, frozen=True, kw_only=True):
    """The station keeps the place."""

    expires_at: datetime


class ReservationEnded(ReservationFact, frozen=True, kw_only=True):
    """A reservation is over; with all that a price of it needs."""

    state: ReservationState
    starts_at: datetime
    ends_at: datetime
    expires_at: datetime
    session_id: SessionId | None = None
    is_due: bool = False
    """The station kept the place, and the driver let it lapse or gave it back: that may cost something."""
