"""The HTTP upgrade of RFC 6455: read, judged and answered, without input or output.

Header grammar, key and extension negotiation are those of the `websockets` package, so both engines agree on them.
"""

import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

from websockets.datastructures import Headers
from websockets.exceptions import InvalidHandshake
from websockets.extensions.permessage_deflate import PerMessageDeflate, ServerPerMessageDeflateFactory
from websockets.http11 import Request, Response
from websockets.server import ServerProtocol

from busbar.gateways.ocpp.socket import Refusal, Upgrade

HEAD_MAX_BYTES = 16 * 1024
HEAD_END = b"\r\n\r\n"
REASON_MAX_BYTES = 123

EXTENSIONS = (ServerPerMessageDeflateFactory(server_no_context_takeover=True, client_no_context_takeover=True),)
"""RFC 7692 without context takeover: no connection keeps a window of its own (some 300 KiB) between messages."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A valid upgrade request and what its 101 answer has to say."""

    target: str
    protocols: tuple[str, ...]
    """The `Sec-WebSocket-Protocol` headers, as they were sent."""
    authorization: tuple[str, ...]
    """The `Authorization` headers."""
    extensions: tuple[str, ...]
    """The `Sec-WebSocket-Extensions` of the answer."""
    deflate_bits: int | None
    """Window of what the station compresses; None: not compressed."""
    own_deflate_bits: int | None
    """Window of what we compress."""
    key: str


_PLAIN_HEAD = re.compile(rb"GET (/[!-~]*) HTTP/1\.1\r\n((?:[A-Za-z0-9-]+:[ -~]*\r\n){4,64})\r\n")
_PLAIN_HEADER = re.compile(r"([A-Za-z0-9-]+): *([ -~]*?) *\r\n")
_STRANGE = frozenset({"sec-websocket-extensions", "content-length", "transfer-encoding"})
KEY_BYTES = 16


def read_request(head: bytes) -> Acceptance | Response:
    """Judge an HTTP request (up to and with the empty line); a Response is the refusal to send."""
    return read_plainly(head) or read_fully(head)


def read_plainly(head: bytes) -> Acceptance | None:
    """Read an upgrade as nearly all stations send it; None: `read_fully` judges it.

    When thousands come back at once, the full grammar and the making of an answer that is not used cost a seventh of
    all that a connection does.
    """
    match = _PLAIN_HEAD.fullmatch(head)
    if match is None:
        return None
    pairs: list[tuple[str, str]] = _PLAIN_HEADER.findall(match[2].decode())
    found = {name.lower(): value for name, value in pairs}
    key = found.get("sec-websocket-key", "")
    is_upgrade = (
        len(found) == len(pairs)
        and found.get("upgrade", "").lower() == "websocket"
        and found.get("connection", "").lower() == "upgrade"
        and found.get("sec-websocket-version") == "13"
        and not _STRANGE & found.keys()
    )
    if not is_upgrade or not _is_key(key):
        return None
    return Acceptance(
        target=match[1].decode(),
        protocols=_pick(found, "sec-websocket-protocol"),
        authorization=_pick(found, "authorization"),
        extensions=(),
        deflate_bits=None,
        own_deflate_bits=None,
        key=key,
    )


def _pick(found: dict[str, str], name: str) -> tuple[str, ...]:
    return (found[name],) if name in found else ()


def _is_key(key: str) -> bool:
    try:
        return len(binascii.a2b_base64(key, strict_mode=True)) == KEY_BYTES
    except binascii.Error:
        return False


def read_fully(head: bytes) -> Acceptance | Response:
    """Judge any request."""
    protocol = ServerProtocol(extensions=EXTENSIONS)
    protocol.receive_data(head)
    events = protocol.events_received()
    if not events or not isinstance(events[0], Request):
        return respond(Refusal(HTTPStatus.BAD_REQUEST, "this is no HTTP/1.1 WebSocket upgrade"))
    request = events[0]
    response = protocol.accept(request)
    if response.status_code != HTTPStatus.SWITCHING_PROTOCOLS:
        return response
    found = next((one for one in protocol.extensions if isinstance(one, PerMessageDeflate)), None)
    return Acceptance(
        target=request.path,
        protocols=tuple(request.headers.get_all("Sec-WebSocket-Protocol")),
        authorization=tuple(request.headers.get_all("Authorization")),
        extensions=tuple(response.headers.get_all("Sec-WebSocket-Extensions")),
        deflate_bits=found.remote_max_window_bits if found else None,
        own_deflate_bits=found.local_max_window_bits if found else None,
        key=request.headers["Sec-WebSocket-Key"],
    )


def is_upgrade(request: Request) -> bool:
    """Tell whether the request is a valid upgrade."""
    try:
        ServerProtocol(extensions=EXTENSIONS).process_request(request)
    except InvalidHandshake:
        return False
    return True


def describe_upgrade(
    target: str,
    *,
    protocols: Iterable[str],
    authorization: Iterable[str],
    peer: object,
    is_encrypted: bool,
    certificate: dict[str, object] | None,
) -> Upgrade:
    """Tell the door what it needs of a request with these headers (`Sec-WebSocket-Protocol`, `Authorization`).

    `peer` and `certificate` are as Python's transports give them.
    """
    offered = [name.strip() for value in protocols for name in value.split(",")]
    return Upgrade(
        peer_address=format_peer(peer),
        target=target,
        authorization=tuple(authorization),
        protocols=tuple(name for name in offered if name),
        is_encrypted=is_encrypted,
        certificate_names=tuple(read_common_names(certificate)),
    )


def format_peer(peer: object) -> str:
    """Write a socket address as `host:port`."""
    if not isinstance(peer, tuple) or not peer:
        return "unknown"
    host, port = cast("tuple[str, int]", peer[:2])
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def read_common_names(certificate: dict[str, object] | None) -> list[str]:
    """Give the common names in the subject of a verified certificate, as `ssl.SSLSocket.getpeercert` writes it."""
    subject = cast("tuple[tuple[tuple[str, str], ...], ...]", (certificate or {}).get("subject") or ())
    return [value for group in subject for name, value in group if name == "commonName"]


def respond(refusal: Refusal) -> Response:
    """Make the HTTP answer of a refusal."""
    body = f"{refusal.text}\n".encode()
    headers = Headers()
    headers["Connection"] = "close"
    headers["Content-Type"] = "text/plain; charset=utf-8"
    headers["Content-Length"] = str(len(body))
    for name, value in refusal.headers:
        headers[name] = value
    return Response(refusal.status.value, refusal.status.phrase, headers, body)


def write_plain_upgrade(key: str) -> bytes:
    """Write the upgrade request again with nothing but what RFC 6455 asks, for a parser that takes no other form."""
    return (
        "GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
    ).encode()


def trim_reason(reason: str) -> str:
    """Cut a close reason to the 123 bytes that fit into a control frame."""
    return reason.encode()[:REASON_MAX_BYTES].decode(errors="ignore")
