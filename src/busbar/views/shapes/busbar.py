from busbar.canon.stations import ConnectorStatus, Registration
from busbar.views.shapes.model import Shape


class FeederConnector(Shape):
    """A connector of a station on a busbar."""

    connector_id: int
    label: str | None
    status: ConnectorStatus


class FeederEvse(Shape):
    """An EVSE of a station on a busbar, and what flows there."""

    evse_id: int
    connectors: list[FeederConnector]
    rated_w: int
    """What its plate allows."""
    session_id: str | None
    power_w: int


class Feeder(Shape):
    """A station as it hangs from its site's busbar."""

    station_id: str
    name: str
    registration: Registration
    is_online: bool
    status: ConnectorStatus
    """Of the station as a whole."""
    evses: list[FeederEvse]


class Busbar(Shape):
    """A site as a single-line diagram: its stations in the order of their names."""

    site_id: str
    grid_limit_w: int | None
    """What the grid connection gives at most, in W; null where nobody entered it."""
    feeders: list[Feeder]
    is_whole: bool
    """False: the site has more stations than one diagram shows."""


class BusbarList(Shape):
    """The diagrams of the sites that were asked for and may be seen."""

    items: list[Busbar]
