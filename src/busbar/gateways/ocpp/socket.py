"""What the gateway needs of a WebSocket server, whichever engine stands behind it.

An engine accepts TCP (and TLS), reads the HTTP upgrade and asks the door; the door refuses, or welcomes with a
listener that is told everything about the connection from then on, in order and from the event loop.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import IntEnum
from http import HTTPStatus
from typing import Protocol

import msgspec

from busbar.ports.refusals import RefusalKind


class CloseCode(IntEnum):
    """The close codes of RFC 6455 that we send or read, and those of the IANA registry that stations may send."""

    NORMAL = 1000
    GOING_AWAY = 1001
    PROTOCOL_ERROR = 1002
    UNSUPPORTED_DATA = 1003
    NO_STATUS = 1005
    ABNORMAL = 1006
    INVALID_DATA = 1007
    POLICY_VIOLATION = 1008
    MESSAGE_TOO_BIG = 1009
    INTERNAL_ERROR = 1011
    SERVICE_RESTART = 1012
    TRY_AGAIN_LATER = 1013


class SocketLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds of the server and of each connection; the settings of the same names."""

    frame_max_bytes: int
    handshake_timeout_s: float
    handshake_max_connections: int
    ping_interval_s: float
    pong_timeout_s: float
    close_timeout_s: float = 5.0
    """Wait for the other side's close frame."""
    accept_backlog_max_connections: int = 4096
    """Connections that the kernel holds while as many handshakes as allowed are in progress."""
    deflate_min_bytes: int = 1024
    """Messages that we send are compressed from this length on; a short answer gets no shorter worth the time."""


class Upgrade(msgspec.Struct, frozen=True, kw_only=True):
    """A station's valid WebSocket upgrade request, as far as the door cares."""

    peer_address: str
    target: str
    """The request target as sent: percent-encoded, with a query if there was one."""
    authorization: tuple[str, ...]
    """Values of the Authorization header; never logged."""
    protocols: tuple[str, ...]
    """Sub-protocols offered, in the station's order."""
    is_encrypted: bool
    certificate_names: tuple[str, ...] = ()
    """Common names of the client certificate that TLS has verified; empty: none was shown."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The upgrade is answered with an HTTP error and the connection closed."""

    status: HTTPStatus
    text: str
    headers: tuple[tuple[str, str], ...] = ()


class Socket(Protocol):
    """One open WebSocket connection. Nothing here blocks or raises; after the end everything is ignored."""

    def send(self, message: bytes) -> None:
        """Send a text message (UTF-8)."""
        ...

    def close(self, code: CloseCode, reason: str) -> None:
        """Begin the closing handshake, and cut the connection if the other side does not answer in time."""
        ...

    def abort(self) -> None:
        """Cut the connection now."""
        ...

    def pause_reading(self) -> None:
        """Take no more from the network; what was already read may still be delivered. May be repeated."""
        ...

    def resume_reading(self) -> None:
        """Go on reading. May be repeated."""
        ...


class SocketListener(Protocol):
    """What an engine tells of one connection."""

    def begin(self, socket: Socket) -> None:
        """Take the open connection."""
        ...

    def receive(self, text: str) -> None:
        """Take one whole text message."""
        ...

    def hold_writing(self) -> None:
        """Slow down: the other side does not read what we send."""
        ...

    def release_writing(self) -> None:
        """Go on: what we had sent is read."""
        ...

    def end(self, code: int, reason: str) -> None:
        """Learn of the end, once: the close code (1006 without a closing handshake) and why, in short."""
        ...


@dataclass(frozen=True, slots=True)
class Welcome:
    """The upgrade is completed with this sub-protocol (None: without one) and the listener gets the connection."""

    protocol: str | None
    listener: SocketListener


Door = Callable[[Upgrade], Awaitable[Welcome | Refusal]]
"""Judges an upgrade; never raises."""


class Stumble(msgspec.Struct, frozen=True, kw_only=True):
    """A visitor that was turned away, by the engine before there was an upgrade to judge, or by the door."""

    kind: RefusalKind
    code: str
    peer_address: str
    is_encrypted: bool
    detail: str
    """What was found, in English, without secrets."""
    name: str | None = None
    target: str | None = None
    """The request target as sent, if a request came."""
    protocols: tuple[str, ...] = ()


OnStumble = Callable[[Stumble], None]
"""Hears of visitors that never came to the door. Must not raise."""


def ignore_stumble(_stumble: Stumble) -> None:
    """Keep nothing."""


class SocketEngine(Protocol):
    """A WebSocket server."""

    @property
    def port(self) -> int:
        """The port that is listened on; 0 before the start."""
        ...

    async def start(self, *, host: str, port: int) -> None:
        """Listen. Errors: OSError when the address is taken or not ours."""
        ...

    async def stop_accepting(self) -> None:
        """Let nobody in any more; open connections go on."""
        ...

    async def stop(self) -> None:
        """Cut what is still open and free everything."""
        ...
