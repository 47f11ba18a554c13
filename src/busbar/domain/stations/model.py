"""What a station is to us, and every decision about it: pure values and functions."""

import re
from datetime import datetime, timedelta

import msgspec

from busbar.canon.stations import (
    ConnectorSpec,
    ConnectorStatus,
    ConnectorStatusReported,
    OwnDays,
    Protocol,
    Registration,
    SiteSpec,
    StationBooted,
    StationConnected,
    StationSpec,
)
from busbar.kernel.errors import ConflictError, InvalidError, LimitExceededError, NotFoundError
from busbar.kernel.ids import ConnectionId, OperatorId, SiteId, StationId

MAX_CONNECTORS = 200
MAX_EVSE_ID = 1000
MAX_POWER_W = 10_000_000
MAX_GRID_W = 1_000_000_000
MAX_TEXT = 500
MAX_NAME = 120
MAX_OWN_DAYS = 100
MIN_PASSWORD = 16
MAX_PASSWORD = 40
"""Security profiles 1 and 2: 16 to 40 characters (2.0.1 part 2 and 1.6 security whitepaper, A00.FR.205)."""
LATITUDE_E6 = 90_000_000
LONGITUDE_E6 = 180_000_000
CALM = timedelta(seconds=10)
"""A station that has not booted so long after it connected needs no boot, and can take what waits for it."""
SEEN_STEP = timedelta(seconds=30)
"""`last_seen_at` is written down at most this often; live screens hear of every sign of life by signal."""

_STATION_ID = re.compile(r"[^\x00-\x1f\x7f/]{1,48}")


class StationNotFoundError(NotFoundError):
    """No such station, or not this operator's."""

    code = "not_found.station"


class SiteNotFoundError(NotFoundError):
    """No such site, or not this operator's."""

    code = "not_found.site"


class TemplateNotFoundError(NotFoundError):
    """No such charging-profile template."""

    code = "not_found.template"


class StationTakenError(ConflictError):
    """The identity is in use; it is unique in an installation, because it alone stands in the connection URL."""

    code = "conflict.station_taken"


class StationOnlineError(ConflictError):
    """The station is connected: block or disconnect it first."""

    code = "conflict.station_online"


class SiteInUseError(ConflictError):
    """The site still has stations."""

    code = "conflict.site_in_use"


class CommandConflictError(ConflictError):
    """The command id was used before for something else."""

    code = "conflict.command"


class CommandNotFoundError(NotFoundError):
    """No such command to this station."""

    code = "not_found.command"


class CommandSentError(ConflictError):
    """The command does not wait any more: it was sent, or has ended."""

    code = "conflict.command_sent"


class CommandExpiryError(InvalidError):
    """A command's expiry lies in the past, or further ahead than this installation lets commands wait."""

    code = "invalid.expiry"


class QueuedSecretError(InvalidError):
    """A command with a password in it cannot wait: what waits is stored, and passwords are not."""

    code = "invalid.queued_secret"


class CommandQueueFullError(LimitExceededError):
    """As many commands wait for this station as may."""

    code = "limit_exceeded.station_commands"


class InvalidStationError(InvalidError):
    """A field of a station breaks its bound; fact `field`."""

    code = "invalid.station"


class InvalidSiteError(InvalidError):
    """A field of a site breaks its bound; fact `field`."""

    code = "invalid.site"


class InvalidConnectorsError(InvalidError):
    """The list of connectors is not one that a station can have."""

    code = "invalid.connectors"


class InvalidPasswordError(InvalidError):
    """The station password is too short, too long, or has characters that Basic authentication cannot carry."""

    code = "invalid.password"


class InvalidProfileError(InvalidError):
    """The charging profile breaks a rule of the protocols; fact `field`."""

    code = "invalid.profile"


class Connector(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A connector as built and as it is now."""

    spec: ConnectorSpec
    reported: ConnectorStatus = ConnectorStatus.UNKNOWN
    observed: ConnectorStatus | None = None
    """What a running transaction says, for protocols whose status is no more than Occupied."""
    error_code: str | None = None
    info: str | None = None
    vendor_error_code: str | None = None
    status_at: datetime | None = None
    """Of the newest report, by the station's clock: it keeps the reports in order."""
    changed_at: datetime | None = None
    """Since when status and errors are as reported, by our clock: what ours is compared with."""

    @property
    def status(self) -> ConnectorStatus:
        """What screens show and decisions use."""
        if self.reported is ConnectorStatus.OCCUPIED and self.observed is not None:
            return self.observed
        return self.reported


class Station(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A station: what people entered, what it told of itself, and its connection."""

    station_id: StationId
    operator_id: OperatorId
    registration: Registration
    created_at: datetime
    site_id: SiteId | None = None
    name: str = ""
    note: str = ""
    is_tolerant: bool | None = None
    password_hash: str | None = None
    protocol: Protocol | None = None
    vendor: str | None = None
    model: str | None = None
    serial_number: str | None = None
    firmware_version: str | None = None
    iccid: str | None = None
    imsi: str | None = None
    meter_type: str | None = None
    meter_serial_number: str | None = None
    status: ConnectorStatus = ConnectorStatus.UNKNOWN
    error_code: str | None = None
    is_online: bool = False
    is_encrypted: bool = False
    connection_id: ConnectionId | None = None
    gateway_id: str | None = None
    """The process that has the connection, where there are several."""
    remote_address: str | None = None
    connected_at: datetime | None = None
    disconnected_at: datetime | None = None
    last_seen_at: datetime | None = None
    booted_at: datetime | None = None
    boot_reason: str | None = None
    queued_commands: int = 0
    connectors: tuple[Connector, ...] = ()


def check_station_id(station_id: str) -> StationId:
    """Return the identity if it can stand in a connection URL: 1..48 characters, no control characters, no slash."""
    if not _STATION_ID.fullmatch(station_id):
        raise InvalidStationError("a station id has 1 to 48 characters, no slash and no control characters", field="id")
    return StationId(station_id)


def check_station(spec: StationSpec) -> StationSpec:
    """Return the entry if every field is within its bound."""
    if len(spec.name) > MAX_NAME:
        raise InvalidStationError(f"a name has at most {MAX_NAME} characters", field="name")
    if len(spec.note) > MAX_TEXT:
        raise InvalidStationError(f"a note has at most {MAX_TEXT} characters", field="note")
    return spec


def check_site(spec: SiteSpec, *, is_zone_known: bool, is_region_known: bool) -> SiteSpec:
    """Return the entry if every field is within its bound."""
    if not 1 <= len(spec.name.strip()) <= MAX_NAME:
        raise InvalidSiteError(f"a name has 1 to {MAX_NAME} characters", field="name")
    if len(spec.address) > MAX_TEXT or len(spec.city) > MAX_NAME:
        raise InvalidSiteError("the address is too long", field="address")
    if spec.country and not re.fullmatch(r"[A-Z]{2}", spec.country):
        raise InvalidSiteError("a country is two capital letters (ISO 3166-1)", field="country")
    if abs(spec.latitude_e6) > LATITUDE_E6:
        raise InvalidSiteError("a latitude lies between -90 and 90 degrees", field="latitude_e6")
    if abs(spec.longitude_e6) > LONGITUDE_E6:
        raise InvalidSiteError("a longitude lies between -180 and 180 degrees", field="longitude_e6")
    if spec.grid_limit_w is not None and not 1 <= spec.grid_limit_w <= MAX_GRID_W:
        raise InvalidSiteError("a grid connection gives 1 W to 1 GW", field="grid_limit_w")
    if not is_zone_known:
        raise InvalidSiteError("the time zone is not an IANA zone", field="zone")
    _check_days(spec.days, is_region_known=is_region_known)
    return spec


def _check_days(days: OwnDays, *, is_region_known: bool) -> None:
    if not is_region_known:
        raise InvalidSiteError("no region of this country is known by these letters", field="subdivision")
    if len(days.holidays) > MAX_OWN_DAYS or len(days.workdays) > MAX_OWN_DAYS:
        raise InvalidSiteError(f"a site has at most {MAX_OWN_DAYS} days of its own of a kind", field="holidays")
    if set(days.holidays) & set(days.workdays):
        raise InvalidSiteError("a day is a holiday or a working day", field="workdays")


def check_connectors(connectors: tuple[ConnectorSpec, ...]) -> tuple[ConnectorSpec, ...]:
    """Return the connectors in order, if a station can have them."""
    if len(connectors) > MAX_CONNECTORS:
        raise InvalidConnectorsError(f"a station has at most {MAX_CONNECTORS} connectors")
    keys = {(connector.evse_id, connector.connector_id) for connector in connectors}
    if len(keys) != len(connectors):
        raise InvalidConnectorsError("two connectors have the same numbers")
    for connector in connectors:
        if not (1 <= connector.evse_id <= MAX_EVSE_ID and 1 <= connector.connector_id <= MAX_CONNECTORS):
            raise InvalidConnectorsError("EVSE and connector numbers begin at 1", evse_id=connector.evse_id)
        if not 1 <= connector.max_power_w <= MAX_POWER_W:
            raise InvalidConnectorsError("the power is out of range", evse_id=connector.evse_id)
        if connector.label is not None and len(connector.label) > MAX_NAME:
            raise InvalidConnectorsError("the label is too long", evse_id=connector.evse_id)
    return tuple(sorted(connectors, key=lambda connector: (connector.evse_id, connector.connector_id)))


def check_password(password: str) -> str:
    """Return the password if a station can send it by Basic authentication."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD or not password.isascii() or not password.isprintable():
        raise InvalidPasswordError(
            f"a station password has {MIN_PASSWORD} to {MAX_PASSWORD} printable ASCII characters"
        )
    return password


def rebuild_connectors(before: tuple[Connector, ...], specs: tuple[ConnectorSpec, ...]) -> tuple[Connector, ...]:
    """Replace what is built; a connector that stays keeps its live status."""
    known = {(connector.spec.evse_id, connector.spec.connector_id): connector for connector in before}
    return tuple(
        msgspec.structs.replace(known[key], spec=spec)
        if (key := (spec.evse_id, spec.connector_id)) in known
        else Connector(spec=spec)
        for spec in check_connectors(specs)
    )


def connect(station: Station, report: StationConnected, now: datetime) -> Station | None:
    """Take a connection, unless the station has a newer one (None).

    One that has ended rules no more, however new its id: the clock of the gateway that made it may have been ahead.
    """
    if station.is_online and station.connection_id is not None and station.connection_id > report.connection_id:
        return None
    return msgspec.structs.replace(
        station,
        is_online=True,
        protocol=report.protocol,
        connection_id=report.connection_id,
        gateway_id=report.gateway_id,
        remote_address=report.remote_address,
        is_encrypted=report.is_encrypted,
        connected_at=now,
        last_seen_at=now,
    )


def disconnect(station: Station, connection_id: ConnectionId, now: datetime) -> Station | None:
    """End the connection, unless another one has taken its place (None)."""
    if not station.is_online or station.connection_id != connection_id:
        return None
    return msgspec.structs.replace(station, is_online=False, disconnected_at=now)


def boot(station: Station, report: StationBooted, now: datetime) -> Station:
    """Take in what the station tells of itself."""
    return msgspec.structs.replace(
        station,
        vendor=report.vendor,
        model=report.model,
        serial_number=report.serial_number,
        firmware_version=report.firmware_version,
        iccid=report.iccid,
        imsi=report.imsi,
        meter_type=report.meter_type,
        meter_serial_number=report.meter_serial_number,
        booted_at=now,
        boot_reason=report.reason,
        last_seen_at=now,
    )


def can_take_commands(station: Station) -> bool:
    """Tell whether a station can be sent what waited for it: 2.x takes requests once its boot is accepted (B01)."""
    return station.is_online and station.registration is Registration.ACCEPTED


def is_calm(station: Station, now: datetime) -> bool:
    """Tell whether a station has been connected for so long that no boot is coming."""
    return station.connected_at is not None and now - station.connected_at >= CALM


def note_seen(station: Station, now: datetime) -> Station | None:
    """Remember a sign of life, if the one written down is old enough (else None)."""
    if station.last_seen_at is not None and now - station.last_seen_at < SEEN_STEP:
        return None
    return msgspec.structs.replace(station, last_seen_at=now)


def find_connectors(station: Station, evse_id: int, connector_id: int | None) -> tuple[Connector, ...]:
    """Return the connectors of an EVSE, or the one named."""
    return tuple(
        connector
        for connector in station.connectors
        if connector.spec.evse_id == evse_id and connector_id in {None, connector.spec.connector_id}
    )


def report_status(station: Station, report: ConnectorStatusReported, now: datetime) -> Station:
    """Take a status in. A connector nobody entered is entered as reported, with the power still to be told by a person.

    A status older than the one known (by the station's own clock) changes nothing: 1.6 stations deliver queued ones
    late. One from the future is of now, or a clock that was wrong once would keep out every later status.
    """
    if report.evse_id is None:
        return msgspec.structs.replace(
            station, status=report.status, error_code=_name_error(report.error_code), last_seen_at=now
        )
    connector_id = report.connector_id or 1
    at = min(report.at or now, now)
    found = find_connectors(station, report.evse_id, connector_id)
    before = found[0] if found else Connector(spec=_guess_connector(report.evse_id, connector_id))
    if before.status_at is not None and at < before.status_at:
        return station
    after = msgspec.structs.replace(
        before,
        reported=report.status,
        observed=before.observed if report.status is ConnectorStatus.OCCUPIED else None,
        error_code=_name_error(report.error_code),
        info=report.info,
        vendor_error_code=report.vendor_error_code,
        status_at=at,
        changed_at=_date_change(before, report, now),
    )
    return _put_connector(station, after)


def _date_change(before: Connector, report: ConnectorStatusReported, now: datetime) -> datetime:
    """Return since when a connector is as reported; stations tell the same again after a boot, or when asked."""
    known = (before.reported, before.error_code, before.vendor_error_code)
    if known != (report.status, _name_error(report.error_code), report.vendor_error_code):
        return now
    return before.changed_at or before.status_at or now


def observe(station: Station, evse_id: int, connector_id: int | None, status: ConnectorStatus) -> Station:
    """Let a running transaction say what an Occupied connector is doing."""
    for connector in find_connectors(station, evse_id, connector_id):
        observed = None if status is ConnectorStatus.AVAILABLE else status
        if connector_id is not None or connector.reported is ConnectorStatus.OCCUPIED or observed is None:
            station = _put_connector(station, msgspec.structs.replace(connector, observed=observed))
    return station


def list_changes(before: Station, after: Station) -> list[Connector]:
    """Return the connectors whose shown status or error is another than before."""
    known = {(old.spec.evse_id, old.spec.connector_id): (old.status, old.error_code) for old in before.connectors}
    return [
        new
        for new in after.connectors
        if known.get((new.spec.evse_id, new.spec.connector_id)) != (new.status, new.error_code)
    ]


def _put_connector(station: Station, connector: Connector) -> Station:
    key = (connector.spec.evse_id, connector.spec.connector_id)
    others = [other for other in station.connectors if (other.spec.evse_id, other.spec.connector_id) != key]
    if len(others) >= MAX_CONNECTORS or connector.spec.evse_id > MAX_EVSE_ID:
        raise InvalidConnectorsError(f"a station has at most {MAX_CONNECTORS} connectors")
    ordered = sorted([*others, connector], key=lambda each: (each.spec.evse_id, each.spec.connector_id))
    return msgspec.structs.replace(station, connectors=tuple(ordered))


def _guess_connector(evse_id: int, connector_id: int) -> ConnectorSpec:
    """Enter a connector of unknown make with the smallest public AC rating; a person corrects it."""
    return ConnectorSpec(evse_id=evse_id, connector_id=connector_id, max_power_w=UNSTATED_POWER_W)


UNSTATED_POWER_W = 22_000
"""32 A on three phases: what most stations that nobody described turn out to be (IEC 61851-1 mode 3)."""


def _name_error(error_code: str | None) -> str | None:
    return None if error_code in {None, "", "NoError"} else error_code
