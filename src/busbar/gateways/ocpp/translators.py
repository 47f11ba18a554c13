"""Finds the translator of a version; its module is loaded when the version is first spoken."""

from functools import cache

from busbar.canon.stations import Protocol
from busbar.gateways.ocpp.translation import Translator


@cache
def find_translator(protocol: Protocol) -> Translator:
    """Return the one translator of a version."""
    match protocol:
        case Protocol.OCPP16:
            from busbar.gateways.ocpp.v16 import Translator16  # noqa: PLC0415  a process pays for what it speaks

            return Translator16()
        case Protocol.OCPP201:
            from busbar.gateways.ocpp.v201 import Translator201  # noqa: PLC0415

            return Translator201()
        case Protocol.OCPP21:
            from busbar.gateways.ocpp.v21 import Translator21  # noqa: PLC0415

            return Translator21()
