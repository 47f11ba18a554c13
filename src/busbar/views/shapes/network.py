from datetime import date, datetime
from typing import Any

from busbar.canon.sessions import ChargingState
from busbar.canon.stations import ConnectorKind, ConnectorStatus, PowerKind, Protocol, Registration
from busbar.views.shapes.hours import OpeningTimes
from busbar.views.shapes.model import Page, Shape


class StationCounts(Shape):
    """Stations and connectors of a site or an operator, by state."""

    stations: int
    stations_online: int
    stations_faulted: int
    connectors: int
    connectors_available: int
    connectors_charging: int
    connectors_faulted: int


class Site(Shape):
    """A place with stations."""

    site_id: str
    operator_id: str
    name: str
    address: str
    city: str
    country: str
    """ISO 3166-1 alpha-2, or empty."""
    latitude: float
    """Degrees north, WGS 84."""
    longitude: float
    """Degrees east, WGS 84."""
    time_zone: str
    """IANA name, such as `Europe/Rome`."""
    subdivision: str
    """ISO 3166-2 without the country, or empty."""
    holidays: list[date]
    """Beside those of country and region."""
    working_days: list[date]
    is_public: bool
    """Shown to drivers."""
    grid_limit_w: int | None
    """What the grid connection gives at most, in W; null where nobody entered it."""
    hours: OpeningTimes
    changed_at: datetime
    counts: StationCounts


class SitePage(Page[Site]):
    """Sites."""


class Connector(Shape):
    """One socket or cable of an EVSE."""

    connector_id: int
    kind: ConnectorKind
    power_kind: PowerKind
    max_power_w: int
    max_current_ma: int | None
    label: str | None
    """What is painted on it."""
    status: ConnectorStatus
    status_at: datetime | None
    error_code: str | None
    vendor_error_code: str | None
    info: str | None


class RunningSession(Shape):
    """What charges at an EVSE now."""

    session_id: str
    started_at: datetime | None
    charging_state: ChargingState | None
    energy_wh: int
    power_w: int | None
    """None: nothing was told, or the station is offline."""
    soc_permille: int | None


class Evse(Shape):
    """The part of a station that delivers energy to one vehicle at a time."""

    evse_id: int
    connectors: list[Connector]
    session: RunningSession | None


class Station(Shape):
    """A physical unit with at least one EVSE."""

    station_id: str
    operator_id: str
    name: str
    note: str
    site_id: str | None
    site_name: str | None
    registration: Registration
    is_online: bool
    protocol: Protocol | None
    """Of the present or last connection."""
    vendor: str | None
    model: str | None
    serial_number: str | None
    firmware_version: str | None
    iccid: str | None
    imsi: str | None
    meter_type: str | None
    meter_serial_number: str | None
    created_at: datetime
    connected_at: datetime | None
    disconnected_at: datetime | None
    booted_at: datetime | None
    last_seen_at: datetime | None
    boot_reason: str | None
    remote_address: str | None
    is_encrypted: bool
    """The present or last connection came over TLS."""
    has_password: bool
    is_tolerant: bool | None
    """Take fields that the schema does not know; null: the protocol's default."""
    status: ConnectorStatus
    """Of the station as a whole."""
    error_code: str | None
    evses: list[Evse]


class StationPage(Page[Station]):
    """Stations."""


class Overview(Shape):
    """The network at a glance."""

    at: datetime
    time_zone: str
    """The operator's, by whose clocks it is today."""
    counts: StationCounts
    open_sessions: int
    power_w: int
    """Sum over the open sessions of the stations that are online."""
    energy_today_wh: int
    """Delivered by the sessions begun today."""
    sessions_today: int


class StationEvent(Shape):
    """Something a station told, or that happened to its connection."""

    event_id: str
    station_id: str
    at: datetime
    topic: str
    """What it was about: a word of ours, or the protocol's action, such as `SecurityEventNotification`."""
    payload: dict[str, Any]


class StationEventPage(Page[StationEvent]):
    """Station events, the newest first."""


class Quirk(Shape):
    """A message that was taken although it breaks the schema in a harmless way."""

    action: str
    field: str
    first_seen_at: datetime
    last_seen_at: datetime
    count: int


class QuirkList(Shape):
    """All quirks of a station."""

    items: list[Quirk]


class Variable(Shape):
    """A setting of a station, as it last told it. In OCPP 1.6 only `variable` (the configuration key) is set."""

    variable: str
    variable_instance: str | None
    component: str | None
    component_instance: str | None
    evse_id: int | None
    connector_id: int | None
    attribute: str
    value: str | None
    is_readonly: bool | None
    reported_at: datetime


class VariablePage(Page[Variable]):
    """Settings of a station, by component and variable."""


class MadePassword(Shape):
    """A password that was made here: it is told this once."""

    password: str | None
    """Null when the caller gave the password."""


class PowerPoint(Shape):
    """The power of all sessions together in a step of time."""

    at: datetime
    """Where the step begins."""
    power_w: int


class PowerCurve(Shape):
    """Power over time."""

    step_s: int
    points: list[PowerPoint]
