from datetime import datetime

from busbar.views.shapes.model import Shape


class EvseBucket(Shape):
    """What an EVSE drew in a period."""

    begins_at: datetime
    ends_at: datetime
    energy_wh: int
    power_min_w: int | None
    """Null when no power was sampled."""
    power_mean_w: int | None
    """Mean of the samples."""
    power_max_w: int | None
    sample_count: int
    """Samples of power."""


class EvseTelemetry(Shape):
    """An EVSE over time. What nothing is known of is left out."""

    evse_id: int | None
    """Null: the station as a whole."""
    buckets: list[EvseBucket]


class StationTelemetry(Shape):
    """A station over time."""

    station_id: str
    resolution: str
    time_zone: str
    """The site's: its days are those of the buckets of a day."""
    evses: list[EvseTelemetry]


class SiteBucket(Shape):
    """What a site drew in a period, all its stations together."""

    begins_at: datetime
    ends_at: datetime
    energy_wh: int
    power_mean_w: int
    """The energy over the whole period."""


class SiteTelemetry(Shape):
    """A site over time. What nothing is known of is left out."""

    site_id: str
    resolution: str
    time_zone: str
    buckets: list[SiteBucket]
