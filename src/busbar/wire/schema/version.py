"""The OCPP-J dialects that Busbar speaks."""

from enum import StrEnum


class Version(StrEnum):
    """One OCPP version; the value is its WebSocket sub-protocol name (OCPP-J 3.1.2)."""

    V16 = "ocpp1.6"
    V201 = "ocpp2.0.1"
    V21 = "ocpp2.1"
