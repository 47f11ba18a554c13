"""What went wrong before there was an upgrade request to judge: TLS, and what is no WebSocket. Pure."""

import re
import ssl
from collections.abc import Mapping
from types import MappingProxyType

from busbar.gateways.ocpp.socket import Stumble
from busbar.ports.refusals import RefusalKind

TLS_RECORD = b"\x16"
"""The first byte of whoever begins with TLS; no HTTP request starts with it."""
_TARGET = re.compile(rb"[A-Z]{1,20} (\S{1,1024}) HTTP/\d")
_REASONS: Mapping[RefusalKind, re.Pattern[str]] = MappingProxyType(
    {
        RefusalKind.PLAIN_ON_TLS_PORT: re.compile(r"http[ _]request", re.IGNORECASE),
        RefusalKind.TLS_CLIENT_CERTIFICATE: re.compile(r"certificate[ _]verify[ _]failed", re.IGNORECASE),
        RefusalKind.TLS_UNTRUSTED: re.compile(
            r"alert[ _](unknown[ _]ca|bad[ _]certificate|certificate[ _]\w+|unsupported[ _]certificate)", re.IGNORECASE
        ),
        RefusalKind.TLS_VERSION: re.compile(
            r"unsupported[ _]protocol|no[ _]shared[ _]cipher|version[ _]too[ _]low|protocol[ _]version"
            r"|wrong[ _]version[ _]number|no[ _]protocols[ _]available|wrong[ _]ssl[ _]version",
            re.IGNORECASE,
        ),
    }
)
CODES: Mapping[RefusalKind, str] = MappingProxyType(
    {
        RefusalKind.TLS_ON_PLAIN_PORT: "invalid.tls_on_plain_port",
        RefusalKind.PLAIN_ON_TLS_PORT: "invalid.plain_on_tls_port",
        RefusalKind.TLS_CLIENT_CERTIFICATE: "denied.client_certificate",
        RefusalKind.TLS_UNTRUSTED: "invalid.tls_untrusted",
        RefusalKind.TLS_VERSION: "invalid.tls_version",
        RefusalKind.TLS_FAILED: "invalid.tls",
        RefusalKind.NOT_WEBSOCKET: "invalid.websocket_upgrade",
    }
)
"""As in metrics and logs; whoever gets so little far is answered by TLS or with HTTP 400."""


def read_tls_failure(error: OSError, *, peer_address: str) -> Stumble | None:
    """Say what a failed TLS handshake came of; None: the other side only went away, as port checks do."""
    if not isinstance(error, ssl.SSLError) or isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return None
    text = f"{error.reason or ''} {error}".strip()
    kind = next((kind for kind, sign in _REASONS.items() if sign.search(text)), RefusalKind.TLS_FAILED)
    return make_stumble(kind, peer_address=peer_address, is_encrypted=True, detail=error.reason or text)


def read_bad_request(head: bytes, *, peer_address: str, is_encrypted: bool, detail: str) -> Stumble:
    """Say what was sent instead of a WebSocket upgrade."""
    if head.startswith(TLS_RECORD) and not is_encrypted:
        return make_stumble(RefusalKind.TLS_ON_PLAIN_PORT, peer_address=peer_address, is_encrypted=False, detail="")
    match = _TARGET.match(head)
    return make_stumble(
        RefusalKind.NOT_WEBSOCKET,
        peer_address=peer_address,
        is_encrypted=is_encrypted,
        detail=detail,
        target=match[1].decode("ascii", "replace") if match else None,
    )


def make_stumble(
    kind: RefusalKind, *, peer_address: str, is_encrypted: bool, detail: str, target: str | None = None
) -> Stumble:
    """Return a stumble before the door."""
    return Stumble(
        kind=kind,
        code=CODES[kind],
        peer_address=peer_address,
        is_encrypted=is_encrypted,
        detail=detail,
        target=target,
    )
