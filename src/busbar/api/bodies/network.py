from typing import Annotated

from pydantic import Field, StringConstraints

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
StationPassword = Annotated[str, StringConstraints(min_length=16, max_length=40, pattern=r"^[\x21-\x7e]+$")]


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
    is_public: bool = True
    """Shown to drivers."""


class SitePatch(Body):
    """What is left out stays."""

    name: Name | None = None
    address: Line | None = None
    city: Line | None = None
    country: Country | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    time_zone: Zone | None = None
    is_public: bool | None = None


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
