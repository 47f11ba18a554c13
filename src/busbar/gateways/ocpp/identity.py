"""Who stands at the door: the station id in the path, the sub-protocol, the password. Pure."""

import base64
import binascii
import re
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

from busbar.canon.stations import Protocol
from busbar.kernel.errors import DeniedError, InvalidError, NotFoundError
from busbar.kernel.ids import StationId
from busbar.kernel.secret import verify_secret
from busbar.ports.refusals import RefusalKind

PATH_PREFIX = "/ocpp/"
STATION_ID_MAX_CHARACTERS = 48  # OCPP 2.x part 4, 3.1.1
TARGET_MAX_CHARACTERS = 1024
BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
PROTOCOLS = (Protocol.OCPP21, Protocol.OCPP201, Protocol.OCPP16)
"""Newest first."""
_PROTOCOLS = {protocol.value: protocol for protocol in PROTOCOLS}


class UnknownPathError(NotFoundError):
    """Nothing is served at this path, or no station can have this id."""

    code = "not_found.station_path"


class BadPathError(InvalidError):
    """The path is not percent-encoded UTF-8."""

    code = "invalid.station_path"


class CredentialsError(DeniedError):
    """The password is missing, unreadable or wrong, or belongs to another identity."""

    code = "denied.station_credentials"

    def __init__(self, text: str, kind: RefusalKind) -> None:
        super().__init__(text)
        self.kind = kind


def read_station_id(target: str) -> StationId:
    """Read the station id from the request target. Errors: UnknownPathError (404), BadPathError (400)."""
    if len(target) > TARGET_MAX_CHARACTERS:
        raise BadPathError("the path is too long")
    path = target.partition("?")[0]
    if not path.startswith(PATH_PREFIX):
        raise UnknownPathError("stations connect at /ocpp/{station id}")
    encoded = path.removeprefix(PATH_PREFIX)
    if BAD_ESCAPE.search(encoded):
        raise BadPathError("the station id is not percent-encoded as RFC 3986 asks")
    try:
        text = unquote_to_bytes(encoded).decode()
    except UnicodeDecodeError:
        raise BadPathError("the station id is not UTF-8") from None
    if not 1 <= len(text) <= STATION_ID_MAX_CHARACTERS:
        raise UnknownPathError(f"a station id has 1 to {STATION_ID_MAX_CHARACTERS} characters")
    if "/" in text or not text.isprintable() or text != text.strip():
        raise UnknownPathError("a station id has no slash, no control character and no space at its ends")
    return StationId(text)


def choose_protocol(offered: Iterable[str]) -> Protocol | None:
    """Choose the newest of the offered sub-protocols that we speak; names are compared exactly."""
    names = set(offered)
    return next((protocol for name, protocol in _PROTOCOLS.items() if name in names), None)


def read_password(authorization: tuple[str, ...], station_id: StationId) -> bytes:
    """Read the password from the Authorization header: any bytes after the colon that follows the identity.

    Errors: CredentialsError.
    """
    if len(authorization) != 1:
        if not authorization:
            raise CredentialsError("no password", RefusalKind.NO_CREDENTIALS)
        raise CredentialsError("more than one Authorization header", RefusalKind.BAD_CREDENTIALS)
    scheme, _, encoded = authorization[0].strip().partition(" ")
    if scheme.lower() != "basic":
        raise CredentialsError("not Basic authentication", RefusalKind.BAD_CREDENTIALS)
    try:
        credentials = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise CredentialsError("unreadable credentials", RefusalKind.BAD_CREDENTIALS) from None
    # Compared as a whole, so that an identity with a colon in it has its password as well.
    prefix = station_id.encode() + b":"
    if not credentials.startswith(prefix):
        raise CredentialsError("the user name is not the station's identity", RefusalKind.OTHER_NAME)
    return credentials.removeprefix(prefix)


def verify_password(password: bytes, password_hash: str, key: bytes) -> bool:
    """Tell whether this is the station's password.

    1.6 stations hold a binary key that is set as hexadecimal text (AuthorizationKey) and send its bytes (OCPP-J 1.6,
    6.2.2): a password that was stored as that text is recognised by them too.
    """
    candidates = (password, password.hex().encode(), password.hex().upper().encode())
    return any([verify_secret(candidate, password_hash, key) for candidate in candidates])  # noqa: C419  all are tried: the time tells nothing
