"""Who was turned away at the stations' door, and why: what a person who sets up a station wants to know first."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec


class RefusalKind(StrEnum):
    """What was wrong, in the order in which a visit can go wrong."""

    TLS_ON_PLAIN_PORT = "tls_on_plain_port"
    """TLS was begun on a port that speaks plain WebSocket: `wss://` where `ws://` is right."""
    PLAIN_ON_TLS_PORT = "plain_on_tls_port"
    """Plain HTTP was sent to a port that speaks TLS: `ws://` where `wss://` is right."""
    TLS_UNTRUSTED = "tls_untrusted"
    """The station did not trust our certificate."""
    TLS_VERSION = "tls_version"
    """No TLS version or cipher in common."""
    TLS_CLIENT_CERTIFICATE = "tls_client_certificate"
    """The station showed a certificate that is not from our authority, or has expired."""
    TLS_FAILED = "tls_failed"
    """Any other trouble of TLS."""
    NOT_WEBSOCKET = "not_websocket"
    """No valid WebSocket upgrade: headers are missing or wrong."""
    WRONG_PATH = "wrong_path"
    """Nothing is served at this path, or no station can have this name."""
    NO_PROTOCOL = "no_protocol"
    """No sub-protocol was offered."""
    UNKNOWN_PROTOCOL = "unknown_protocol"
    """Only sub-protocols were offered that we do not speak."""
    UNKNOWN_STATION = "unknown_station"
    """Nobody knows the name, and new stations are not taken in by themselves, or too many wait already."""
    BLOCKED = "blocked"
    """Somebody has blocked the station."""
    NO_CREDENTIALS = "no_credentials"
    """A password is asked for, and none was given."""
    BAD_CREDENTIALS = "bad_credentials"
    """Credentials were given in a form that cannot be read, or that is not HTTP Basic."""
    OTHER_NAME = "other_name"
    """The user name of the credentials is not the name in the path."""
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - the name of a kind
    OTHER_CERTIFICATE = "other_certificate"
    """The station's certificate names another station, and no right password came with it."""
    CROWDED = "crowded"
    """A bound was reached: as many stations are connected as may be."""
    NOT_READY = "not_ready"
    """We could not answer at the moment; the station may try again."""


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """Visits from one address under one name that went wrong in the same way."""

    kind: RefusalKind
    code: str
    """The stable code of the error, as in metrics and logs."""
    name: str | None
    """The name that the visitor gave itself, or what looks like it in a path that is wrong."""
    address: str
    """Without the port."""
    path: str | None
    """As sent, without query, cut."""
    offered: str
    """Sub-protocols that were offered, cut."""
    is_encrypted: bool
    detail: str
    """What was found, in English, without secrets."""
    count: int
    first_at: datetime
    last_at: datetime
    gateway_id: str = ""
    """The process at whose door it was; empty: this one."""


class RefusalPage(msgspec.Struct, frozen=True, kw_only=True):
    """What the doors have kept."""

    refusals: tuple[Refused, ...]
    """The newest first."""
    silent_gateways: tuple[str, ...] = ()
    """Gateways that did not say in time what they have kept."""


class RefusalBook(Protocol):
    """What the doors of all gateways keep about visitors that they turned away, since each gateway's start."""

    async def read_all(self) -> RefusalPage:
        """Return everything that is kept. Errors: `unavailable.gateways`."""
        ...
