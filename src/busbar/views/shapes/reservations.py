from datetime import datetime

from busbar.canon.reservations import ReservationState
from busbar.views.shapes.model import Page, Shape
from busbar.views.shapes.pricing import PriceLine


class ReservationCost(Shape):
    """What a reservation cost that nobody used. Amounts are whole minor units."""

    currency: str
    net: int
    tax: int
    gross: int
    tariff_name: str
    lines: list[PriceLine]


class OwnReservation(Shape):
    """A place kept for the driver."""

    reservation_id: str
    station_id: str
    station_name: str | None
    site_name: str | None
    evse_id: int | None
    """Null: any EVSE of the station."""
    state: ReservationState
    is_open: bool
    created_at: datetime
    held_at: datetime | None
    expires_at: datetime
    ended_at: datetime | None
    session_id: str | None
    """The charge that used it."""
    detail: str
    """The station's own word, where it refused."""
    cost: ReservationCost | None
    """What it cost that nobody came; one that was used is part of the price of its charge."""


class OwnReservationList(Shape):
    """A driver's reservations, the newest first."""

    items: list[OwnReservation]


class ReservationRecord(OwnReservation):
    """A place kept for somebody, for staff."""

    number: int
    """What the station calls it."""
    site_id: str | None
    driver_id: str | None
    driver_name: str | None
    id_token: str
    requested_by: str


class ReservationPage(Page[ReservationRecord]):
    """Reservations, the newest first."""


class ReservationRules(Shape):
    """What drivers may reserve. Staff may always, up to a day."""

    is_allowed: bool
    minutes_max: int
    per_driver_max: int
    """Reservations that a driver holds at once."""
