"""Stations, their EVSEs and connectors: what they report and what we decide about them."""

from datetime import date, datetime
from enum import StrEnum

from busbar.canon.control import ChargingProfile
from busbar.canon.hours import OpeningTimes
from busbar.canon.message import Command, Done, Fact, Noun, Report, Signal
from busbar.kernel.ids import ConnectionId, OperatorId, SiteId, StationId, TemplateId


class Protocol(StrEnum):
    """The language a station speaks; shown to people, decided on by gateways only."""

    OCPP16 = "ocpp1.6"
    OCPP201 = "ocpp2.0.1"
    OCPP21 = "ocpp2.1"


class ConnectorStatus(StrEnum):
    """What a connector is doing, over all protocols. 2.x `Occupied` is OCCUPIED until a transaction says more."""

    AVAILABLE = "available"
    PREPARING = "preparing"
    OCCUPIED = "occupied"
    CHARGING = "charging"
    SUSPENDED_EV = "suspended_ev"
    SUSPENDED_EVSE = "suspended_evse"
    FINISHING = "finishing"
    RESERVED = "reserved"
    UNAVAILABLE = "unavailable"
    FAULTED = "faulted"
    UNKNOWN = "unknown"


class ConnectorKind(StrEnum):
    """The shape of a connector."""

    TYPE1 = "type1"
    TYPE2 = "type2"
    CCS1 = "ccs1"
    CCS2 = "ccs2"
    CHADEMO = "chademo"
    GBT_AC = "gbt_ac"
    GBT_DC = "gbt_dc"
    NACS = "nacs"
    DOMESTIC = "domestic"
    OTHER = "other"


class PowerKind(StrEnum):
    """How a connector delivers energy."""

    AC1 = "ac1"
    AC3 = "ac3"
    DC = "dc"


class Registration(StrEnum):
    """Where a station stands with us. Pending: may boot and talk settings, not charge. Blocked: refused at the door."""

    ACCEPTED = "accepted"
    PENDING = "pending"
    BLOCKED = "blocked"


# ---- at the door -----------------------------------------------------------------------------------------------------


class AdmissionStatus(StrEnum):
    """Whether a connection may be opened."""

    ADMITTED = "admitted"
    UNKNOWN = "unknown"
    BLOCKED = "blocked"


class Admission(Noun, frozen=True, kw_only=True):
    """What the front door needs to judge a connection. An unknown station is registered by setting when it asks."""

    status: AdmissionStatus
    operator_id: OperatorId | None = None
    password_hash: str | None = None
    """Fast keyed hash of the station's secret; None: no password is asked for."""
    is_tolerant: bool | None = None
    """Accept fields that the schema does not know; None: the protocol's default (1.6 yes once seen, 2.x no)."""


class AdmissionRequested(Report[Admission], frozen=True, kw_only=True):
    """A station stands at the door with this identity. The door checks the password against the answer."""

    protocol: Protocol
    remote_address: str


class StationConnected(Report[None], frozen=True, kw_only=True):
    """The WebSocket is open."""

    connection_id: ConnectionId
    protocol: Protocol
    remote_address: str
    is_encrypted: bool = False
    gateway_id: str | None = None
    """The process that has the connection; None: this very process."""


class StationDisconnected(Report[None], frozen=True, kw_only=True):
    """The connection ended. One that is not the newest of its station changes nothing."""

    connection_id: ConnectionId
    reason: str


class BootReply(Noun, frozen=True, kw_only=True):
    """What a boot is answered with."""

    registration: Registration
    interval_s: int
    """Heartbeat interval when accepted, wait before the next boot attempt otherwise."""
    now: datetime


class StationBooted(Report[BootReply], frozen=True, kw_only=True):
    """BootNotification."""

    vendor: str
    model: str
    serial_number: str | None = None
    firmware_version: str | None = None
    iccid: str | None = None
    imsi: str | None = None
    meter_type: str | None = None
    meter_serial_number: str | None = None
    reason: str | None = None


class HeartbeatReply(Noun, frozen=True, kw_only=True):
    """Our time."""

    now: datetime


class HeartbeatReceived(Report[HeartbeatReply], frozen=True, kw_only=True):
    """The station is alive."""


class ConnectorStatusReported(Report[None], frozen=True, kw_only=True):
    """StatusNotification. `evse_id` None is the whole station (1.6 connector 0)."""

    evse_id: int | None
    connector_id: int | None
    status: ConnectorStatus
    at: datetime | None = None
    error_code: str | None = None
    info: str | None = None
    vendor_id: str | None = None
    vendor_error_code: str | None = None


class StationNotified(Report[Done], frozen=True, kw_only=True):
    """Anything else that a station tells us, kept as an event: firmware, logs, security events, monitors."""

    topic: str
    """The action of the protocol, `SecurityEventNotification` and the like."""
    payload_json: str
    at: datetime | None = None


class QuirkObserved(Report[None], frozen=True, kw_only=True):
    """A message was taken although it breaks the schema, in a way known to be harmless."""

    action: str
    fields: tuple[str, ...]


# ---- decided ---------------------------------------------------------------------------------------------------------


class StationRegistered(Fact, frozen=True, kw_only=True):
    """A station is known from now on, by our hand or by its own first connection."""

    station_id: StationId
    registration: Registration


class StationRegistrationChanged(Fact, frozen=True, kw_only=True):
    """A person accepted, blocked or put back a station."""

    station_id: StationId
    registration: Registration


class StationOnline(Fact, frozen=True, kw_only=True):
    """A station is connected."""

    station_id: StationId
    protocol: Protocol


class StationOffline(Fact, frozen=True, kw_only=True):
    """A station's newest connection ended."""

    station_id: StationId
    reason: str


class StationBootAccepted(Fact, frozen=True, kw_only=True):
    """A station (re)started and was accepted. Sessions it forgot are the sessions room's matter."""

    station_id: StationId
    reason: str | None = None


class ConnectorStatusChanged(Fact, frozen=True, kw_only=True):
    """A connector's status is another than before."""

    station_id: StationId
    site_id: SiteId | None
    evse_id: int | None
    connector_id: int | None
    status: ConnectorStatus
    error_code: str | None = None


class StationSeen(Signal, frozen=True, kw_only=True):
    """A station was heard."""

    station_id: StationId


# ---- asked -----------------------------------------------------------------------------------------------------------


class StationStanding(Noun, frozen=True, kw_only=True):
    """What other rooms may know of a station, for decisions in the same transaction."""

    station_id: StationId
    operator_id: OperatorId
    site_id: SiteId | None
    registration: Registration
    is_online: bool
    protocol: Protocol | None = None


class FindStation(Command[StationStanding], frozen=True, kw_only=True):
    """Look a station up. Errors: `not_found.station`."""

    station_id: StationId


class OwnDays(Noun, frozen=True, kw_only=True):
    """What a site's calendar knows beside its country's holidays."""

    subdivision: str = ""
    """ISO 3166-2 without the country (`BZ`, `BY`), where the region has holidays of its own; or empty."""
    holidays: tuple[date, ...] = ()
    workdays: tuple[date, ...] = ()
    """Days that are worked whatever they are, such as make-up days; they rule over holidays."""


NO_OWN_DAYS = OwnDays()


class SiteStanding(Noun, frozen=True, kw_only=True):
    """What other rooms may know of a site: where it is, in words that calendars understand."""

    site_id: SiteId
    operator_id: OperatorId
    zone: str
    country: str
    """ISO 3166-1 alpha-2, or empty."""
    days: OwnDays = NO_OWN_DAYS


class FindSite(Command[SiteStanding], frozen=True, kw_only=True):
    """Look a site up. Errors: `not_found.site`."""

    operator_id: OperatorId
    site_id: SiteId


class PlaceDescription(Noun, frozen=True, kw_only=True):
    """Where a connector is, and what it is, in words for people elsewhere. Positions in millionths of a degree."""

    station_id: StationId
    site_id: SiteId | None = None
    name: str = ""
    address: str = ""
    city: str = ""
    country: str = ""
    """ISO 3166-1 alpha-2, or empty."""
    latitude_e6: int | None = None
    longitude_e6: int | None = None
    evse_id: int | None = None
    connector_id: int | None = None
    kind: ConnectorKind = ConnectorKind.OTHER
    power_kind: PowerKind = PowerKind.AC3


class DescribePlace(Command[PlaceDescription], frozen=True, kw_only=True):
    """Describe a connector and its site; without a site, or of an unknown connector, what there is to say."""

    operator_id: OperatorId
    station_id: StationId
    site_id: SiteId | None = None
    """Where the station was when it was used."""
    evse_id: int | None = None
    connector_id: int | None = None


class ObserveCharging(Command[None], frozen=True, kw_only=True):
    """Sessions tell what a transaction says of a connector (2.x chargingState).

    So its status can say more than Occupied.
    """

    station_id: StationId
    evse_id: int
    connector_id: int | None
    status: ConnectorStatus


# ---- kept by people --------------------------------------------------------------------------------------------------


class ConnectorSpec(Noun, frozen=True, kw_only=True):
    """One connector as built. EVSE and connector numbers are the protocol's, from 1."""

    evse_id: int
    connector_id: int = 1
    kind: ConnectorKind = ConnectorKind.TYPE2
    power_kind: PowerKind = PowerKind.AC3
    max_power_w: int
    max_current_ma: int | None = None
    label: str | None = None
    """What is painted on it."""


class SiteSpec(Noun, frozen=True, kw_only=True):
    """What people enter of a site. Positions in millionths of a degree (WGS 84), `zone` an IANA name."""

    name: str
    address: str = ""
    city: str = ""
    country: str = ""
    """ISO 3166-1 alpha-2, or empty."""
    latitude_e6: int
    longitude_e6: int
    zone: str = "UTC"
    is_public: bool = True
    """Shown to drivers."""
    grid_limit_w: int | None = None
    """What the grid connection gives at most, in W; None where nobody entered it."""
    hours: OpeningTimes = OpeningTimes()
    days: OwnDays = NO_OWN_DAYS


class StationSpec(Noun, frozen=True, kw_only=True):
    """What people enter of a station."""

    site_id: SiteId | None = None
    name: str = ""
    is_tolerant: bool | None = None
    note: str = ""


class SaveSite(Command[SiteId], frozen=True, kw_only=True):
    """Create a site (`site_id` None) or change it. Errors: `not_found.site`, `invalid.site`."""

    operator_id: OperatorId
    actor: str
    site_id: SiteId | None = None
    spec: SiteSpec


class DeleteSite(Command[None], frozen=True, kw_only=True):
    """Remove a site that has no stations. Errors: `not_found.site`, `conflict.site_in_use`."""

    operator_id: OperatorId
    actor: str
    site_id: SiteId


class CreateStation(Command[StationId], frozen=True, kw_only=True):
    """Enter a station beforehand. Errors: `conflict.station_taken`, `not_found.site`, `invalid.station`."""

    operator_id: OperatorId
    actor: str
    station_id: StationId
    spec: StationSpec
    registration: Registration = Registration.ACCEPTED
    connectors: tuple[ConnectorSpec, ...] = ()
    password: str | None = None


class UpdateStation(Command[None], frozen=True, kw_only=True):
    """Change what people entered. Errors: `not_found.station`, `not_found.site`, `invalid.station`."""

    operator_id: OperatorId
    actor: str
    station_id: StationId
    spec: StationSpec


class PutConnectors(Command[None], frozen=True, kw_only=True):
    """Replace the station's connectors as built; live status of those that stay is kept.

    Errors: `not_found.station`, `invalid.connectors`.
    """

    operator_id: OperatorId
    actor: str
    station_id: StationId
    connectors: tuple[ConnectorSpec, ...]


class SetRegistration(Command[None], frozen=True, kw_only=True):
    """Accept, block or put back a station.

    A blocked one is refused at its next message and connection. Errors: `not_found.station`.
    """

    operator_id: OperatorId
    actor: str
    station_id: StationId
    registration: Registration


class AcknowledgeFaults(Command[None], frozen=True, kw_only=True):
    """Say that somebody has seen the faults of a station; a newer one is not seen yet. Errors: `not_found.station`."""

    operator_id: OperatorId
    actor: str
    station_id: StationId


class FaultsAcknowledged(Fact, frozen=True, kw_only=True):
    """Somebody has seen the faults of a station."""

    station_id: StationId
    site_id: SiteId | None = None


class SetStationPassword(Command[str | None], frozen=True, kw_only=True):
    """Set, make or (`is_removed`) remove the station's password.

    A made one is answered, once, in plain text.

    Errors: `not_found.station`, `invalid.password`.
    """

    operator_id: OperatorId
    actor: str
    station_id: StationId
    password: str | None = None
    is_removed: bool = False


class DeleteStation(Command[None], frozen=True, kw_only=True):
    """Forget a station; its sessions stay. Errors: `not_found.station`, `conflict.station_online`."""

    operator_id: OperatorId
    actor: str
    station_id: StationId


class SaveProfileTemplate(Command[TemplateId], frozen=True, kw_only=True):
    """Create (`template_id` None) or change a charging-profile template.

    Errors: `not_found.template`, `invalid.profile`.
    """

    operator_id: OperatorId
    actor: str
    template_id: TemplateId | None = None
    name: str
    profile: ChargingProfile


class DeleteProfileTemplate(Command[None], frozen=True, kw_only=True):
    """Remove a template. Errors: `not_found.template`."""

    operator_id: OperatorId
    actor: str
    template_id: TemplateId


class EndAllConnections(Command[int], frozen=True, kw_only=True):
    """Every station counts as offline: said when a process that held all connections starts anew.

    Answers how many were online.
    """
