from datetime import datetime
from enum import StrEnum

from busbar.canon.stations import ConnectorStatus
from busbar.views.shapes.model import Shape
from busbar.views.shapes.network import PowerPoint


class Severity(StrEnum):
    """How bad a fault is, the worst first."""

    CRITICAL = "critical"
    """Somebody may be hurt."""
    MAJOR = "major"
    """Nobody can charge there."""
    MINOR = "minor"
    """It may pass by itself."""


class WallSite(Shape):
    """A site on the wall."""

    site_id: str
    name: str
    latitude: float
    longitude: float
    stations: int
    online: int
    faulted: int
    charging: int
    power_w: int


class WallFault(Shape):
    """A station with a fault, or one that is away."""

    station_id: str
    station_name: str
    site_name: str | None
    since: datetime | None
    severity: Severity | None
    """None: it is away."""
    words: str
    is_acknowledged: bool


class ErrorCount(Shape):
    """How many connectors report an error."""

    error: str
    count: int


class StatusCount(Shape):
    """How many connectors are in a state."""

    status: ConnectorStatus
    count: int


class Revenue(Shape):
    """What the charges that began today cost."""

    currency: str
    gross_minor: int


class Savings(Shape):
    """What was saved by driving on today's energy instead of fuel, and by which factors."""

    distance_m: int
    co2_g: int
    fuel_ml: int
    distance_mm_per_wh: int
    co2_g_per_km: int
    grid_co2_mg_per_wh: int
    fuel_ml_per_100km: int


class Wall(Shape):
    """All that a screen on a wall shows."""

    at: datetime
    operator_name: str
    site_name: str | None
    time_zone: str
    midnight: datetime
    power_w: int
    open_sessions: int
    sessions_today: int
    energy_today_wh: int
    evses: int
    busy_permille: int
    """Of the EVSEs, now."""
    revenue: list[Revenue]
    savings: Savings
    sites: list[WallSite]
    statuses: list[StatusCount]
    errors: list[ErrorCount]
    faults: list[WallFault]
    power: list[PowerPoint]
