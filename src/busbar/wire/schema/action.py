"""What may be said: an action, its request, its response and who may begin."""

from enum import StrEnum

from msgspec import Struct

from busbar.wire.schema.fields import Payload


class Role(StrEnum):
    """One end of a connection."""

    STATION = "station"
    CSMS = "csms"


class Action(Struct, frozen=True, gc=False, kw_only=True):
    """One OCPP action of one version.

    `response` is None for a message that is sent and never answered (SEND, 2.1). `senders` are the ends that may begin.
    """

    name: str
    request: type[Payload]
    response: type[Payload] | None
    senders: frozenset[Role]


STATION = frozenset({Role.STATION})
CSMS = frozenset({Role.CSMS})
BOTH = STATION | CSMS
