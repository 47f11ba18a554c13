"""What the gateway is told: the settings of the same names, handed in by the roof."""

import ssl
from pathlib import Path
from typing import Literal

import msgspec

from busbar.gateways.ocpp.socket import SocketLimits


class GatewaySettings(msgspec.Struct, frozen=True, kw_only=True):
    """Addresses and bounds of the OCPP gateway; defaults as in the settings schema."""

    secret_key: bytes
    """The installation's key of the fast keyed hash (16..64 bytes)."""
    bind: str = "127.0.0.1"
    ocpp_port: int = 8180
    websocket_engine: Literal["picows", "websockets"] = "picows"
    ocpp_tls_certificate_file: Path | None = None
    ocpp_tls_key_file: Path | None = None
    ocpp_tls_client_ca_file: Path | None = None
    ping_interval_s: float = 60
    pong_timeout_s: float = 20
    handshake_timeout_s: float = 10
    handshake_max_connections: int = 256
    connected_max_stations: int = 20_000
    frame_max_bytes: int = 1_048_576
    station_rate_max_messages_per_s: int = 50
    station_burst_max_messages: int = 500
    station_queue_max_commands: int = 64
    station_inbox_max_calls: int = 16
    """Calls of one station that wait behind the one being handled; then nothing more is read from it."""

    refusals_max_entries: int = 1000
    """Visitors that were turned away, of whom is kept why; see `busbar.gateways.ocpp.refusal_list`."""

    @property
    def socket_limits(self) -> SocketLimits:
        """The bounds of the WebSocket engine."""
        return SocketLimits(
            frame_max_bytes=self.frame_max_bytes,
            handshake_timeout_s=self.handshake_timeout_s,
            handshake_max_connections=self.handshake_max_connections,
            ping_interval_s=self.ping_interval_s,
            pong_timeout_s=self.pong_timeout_s,
        )

    def load_tls(self) -> ssl.SSLContext | None:
        """Read the certificates; None without any. Errors: OSError, ssl.SSLError.

        TLS 1.2 is the least that OCPP allows (2.x A00.FR.306). A client certificate is asked for when roots are given
        and must then be valid; whether it is needed is the door's decision.
        """
        if self.ocpp_tls_certificate_file is None:
            return None
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self.ocpp_tls_certificate_file, self.ocpp_tls_key_file)
        if self.ocpp_tls_client_ca_file is not None:
            context.load_verify_locations(self.ocpp_tls_client_ca_file)
            context.verify_mode = ssl.CERT_OPTIONAL
        return context
