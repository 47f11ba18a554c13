from typing import Annotated

from pydantic import Field

from busbar.api.bodies.body import Body, EvseNumber, Key, StationIdText
from busbar.api.bodies.control import IdTokenBody

Minutes = Annotated[int, Field(ge=1, le=1440)]


class OwnReservationBody(Body):
    """Where a driver wants a place kept, and for how long."""

    station_id: StationIdText
    evse_id: EvseNumber | None = None
    """Left out: any EVSE of the station."""
    duration_min: Minutes


class ReservationBody(OwnReservationBody):
    """A place kept by staff: for a token, or for a driver (whose app's token is then used)."""

    id_token: IdTokenBody | None = None
    driver_id: Key | None = None


class ReservationRulesBody(Body):
    """What drivers may reserve."""

    is_allowed: bool
    minutes_max: Minutes = 30
    per_driver_max: Annotated[int, Field(ge=1, le=20)] = 1
