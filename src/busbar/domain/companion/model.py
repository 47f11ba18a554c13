"""What is a vehicle, a plate, a device; and which notice a fact about a charge makes."""

import base64
import binascii
import re
from datetime import timedelta

import msgspec

from busbar.canon.companion import NoticeTopic
from busbar.kernel.address import split_address
from busbar.kernel.errors import InvalidError, LimitExceededError, NotFoundError
from busbar.kernel.ids import DriverId, OperatorId, StationId

VEHICLES_MAX = 20
FAVOURITES_MAX = 200
AWAITED_MAX = 10
DEVICES_MAX = 10
"""A driver's; of more the oldest go."""
AWAITED_FOR = timedelta(hours=12)
"""Nobody wants to hear tomorrow of a station that they wanted today."""
ENDPOINT_MAX = 1000
_POINT_BYTES, _AUTH_BYTES = 65, 16
_UNCOMPRESSED = 4
_VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_PLATE = re.compile(r"[^\W_](?:[ .·-]?[^\W_]){1,14}")
_FAULTS = frozenset(
    {"GroundFault", "OvercurrentFault", "AbnormalCondition", "EmergencyStop", "PowerLoss", "PowerQuality"}
)
"""Stations' own words for an end that the driver did not want."""


class VehicleNotFoundError(NotFoundError):
    """The driver has no such vehicle."""

    code = "not_found.vehicle"


class VinError(InvalidError):
    """A vehicle identification number has 17 letters and digits, without I, O and Q (ISO 3779)."""

    code = "invalid.vin"


class PlateError(InvalidError):
    """A plate has 2 to 15 letters and digits, with single blanks, dots or hyphens between."""

    code = "invalid.plate"


class VehicleLimitError(LimitExceededError):
    """A driver has as many vehicles as may be."""

    code = "limit_exceeded.vehicles"


class FavouriteLimitError(LimitExceededError):
    """A driver has as many favourites as may be."""

    code = "limit_exceeded.favourites"


class AwaitedLimitError(LimitExceededError):
    """A driver waits for as many stations as may be."""

    code = "limit_exceeded.awaited_stations"


class EndpointError(InvalidError):
    """The address that a device is told things at is none."""

    code = "invalid.push_endpoint"


class DeviceKeyError(InvalidError):
    """The keys of a device are none."""

    code = "invalid.push_key"


class PushDevice(msgspec.Struct, frozen=True, kw_only=True):
    """A browser or phone that a driver wants to be told things on."""

    device_id: str
    operator_id: OperatorId
    driver_id: DriverId
    endpoint: str
    public_key: str
    auth: str
    language: str


class Wait(msgspec.Struct, frozen=True, kw_only=True):
    """A driver who waits for a station."""

    operator_id: OperatorId
    driver_id: DriverId
    station_id: StationId


def read_vin(text: str | None) -> str | None:
    """Return a vehicle identification number as it is written. Errors: `invalid.vin`."""
    if text is None or not text.strip():
        return None
    vin = text.strip().upper()
    if not _VIN.fullmatch(vin):
        raise VinError("a VIN has 17 letters and digits, without I, O and Q")
    return vin


def read_plate(text: str | None) -> str | None:
    """Return a licence plate as it is written. Errors: `invalid.plate`."""
    if text is None or not text.strip():
        return None
    plate = " ".join(text.upper().split())
    if not _PLATE.fullmatch(plate):
        raise PlateError("a plate has 2 to 15 letters and digits")
    return plate


def check_endpoint(address: str) -> str:
    """Return the address of a push service. Errors: `invalid.push_endpoint`."""
    parts = split_address(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or len(address) > ENDPOINT_MAX:
        raise EndpointError("this is no address of a push service")
    return address


def check_keys(public_key: str, auth: str) -> None:
    """Raise `invalid.push_key` unless these are a P-256 point and a secret of 16 bytes, base64url (RFC 8291)."""
    point, secret = decode_key(public_key), decode_key(auth)
    if len(point) != _POINT_BYTES or point[0] != _UNCOMPRESSED or len(secret) != _AUTH_BYTES:
        raise DeviceKeyError("these are no keys of a device")


def decode_key(text: str) -> bytes:
    """Return the bytes of a base64url text without padding; nothing for what is none."""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return b""


def name_end(stop_reason: str | None) -> NoticeTopic:
    """Name the notice of a charge that is over: a fault is told as one."""
    return NoticeTopic.FAULT if stop_reason in _FAULTS else NoticeTopic.ENDED
