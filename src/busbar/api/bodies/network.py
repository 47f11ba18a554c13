from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from busbar.api.bodies.body import (
    PRINTABLE,
    Body,
    ConnectorNumber,
    CurrentMa,
    EvseNumber,
    Key,
    Latitude,
    Line,
    Longitude,
    Name,
    Note,
    PowerW,
    StationIdText,
    Zone,
)
from busbar.canon.stations import ConnectorKind, PowerKind, Registration
from busbar.views.shapes.profiles import ChargingProfile

Country = Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")]
SitePowerW = Annotated[int, Field(ge=1, le=1_000_000_000)]
Subdivision = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{0,6}$")]
Days = Annotated[tuple[date, ...], Field(max_length=100)]
StationPassword = Annotated[str, StringConstraints(min_length=16, max_length=40, pattern=r"^[\x21-\x7e]+$")]


ClockText = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$")]


class WeeklyPeriodBody(Body):
    """Open on each such day of the week, by the clock there."""

    weekday: Annotated[int, Field(ge=1, le=7)]
    """1 (Monday) to 7 (Sunday)."""
    begins: ClockText
    ends: ClockText
    """Later than `begins`; `24:00` is the end of the day. A night is two periods."""


class ExceptionalPeriodBody(Body):
    """A stretch of time once."""

    begins_at: AwareDatetime
    ends_at: AwareDatetime


class OpeningTimesBody(Body):
    """When one may come. Closings win over openings, and both over the week."""

    is_always: bool = True
    """Day and night, but for closings; then there are no regular hours."""
    regular: Annotated[tuple[WeeklyPeriodBody, ...], Field(max_length=42)] = ()
    openings: Annotated[tuple[ExceptionalPeriodBody, ...], Field(max_length=200)] = ()
    closings: Annotated[tuple[ExceptionalPeriodBody, ...], Field(max_length=200)] = ()


class SiteBody(Body):
    """A site."""

    name: Name
    address: Line = ""
    city: Line = ""
    country: Country = ""
    """ISO 3166-1 alpha-2, or empty."""
    latitude: Latitude
    longitude: Longitude
    time_zone: Zone = "UTC"
    subdivision: Subdivision = ""
    """ISO 3166-2 without the country (`BZ`, `BY`), where the region has holidays of its own."""
    holidays: Days = ()
    """Beside those of country and region."""
    working_days: Days = ()
    """Days that are worked whatever they are; they rule over holidays."""
    is_public: bool = True
    """Shown to drivers."""
    grid_limit_w: SitePowerW | None = None
    """What the grid connection gives at most, in W; null where it is not known."""
    hours: OpeningTimesBody = OpeningTimesBody()


class SitePatch(Body):
    """What is left out stays."""

    name: Name | None = None
    address: Line | None = None
    city: Line | None = None
    country: Country | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    time_zone: Zone | None = None
    subdivision: Subdivision | None = None
    holidays: Days | None = None
    working_days: Days | None = None
    is_public: bool | None = None
    grid_limit_w: SitePowerW | None = None
    """Null: no longer known."""
    hours: OpeningTimesBody | None = None


class ConnectorBody(Body):
    """A connector as built."""

    evse_id: EvseNumber
    connector_id: ConnectorNumber = 1
    kind: ConnectorKind = ConnectorKind.TYPE2
    power_kind: PowerKind = PowerKind.AC3
    max_power_w: PowerW
    max_current_ma: CurrentMa | None = None
    label: Annotated[str, StringConstraints(max_length=32, pattern=PRINTABLE)] | None = None


Connectors = Annotated[tuple[ConnectorBody, ...], Field(max_length=200)]


class StationBody(Body):
    """A station entered beforehand."""

    station_id: StationIdText
    """The identity that the station connects with."""
    name: Line = ""
    note: Note = ""
    site_id: Key | None = None
    registration: Registration = Registration.ACCEPTED
    is_tolerant: bool | None = None
    password: StationPassword | None = None
    connectors: Connectors = ()


class StationPatch(Body):
    """What is left out stays; null is a value for `site_id` and `is_tolerant`."""

    name: Line | None = None
    note: Note | None = None
    site_id: Key | None = None
    is_tolerant: bool | None = None


class ConnectorsBody(Body):
    """All connectors of a station, in place of those known before."""

    connectors: Connectors


class RegistrationBody(Body):
    """Where the station shall stand with us."""

    registration: Registration


class StationPasswordBody(Body):
    """The station's password; left out, one is made and answered once."""

    password: StationPassword | None = None


class ProfileTemplateBody(Body):
    """A charging profile under a name."""

    name: Name
    profile: ChargingProfile
