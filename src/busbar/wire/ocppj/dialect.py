"""One version as a whole: its actions, found by name or by message type."""

from collections.abc import Mapping
from functools import cache

from msgspec import Struct

from busbar.wire.ocppj.envelope import CallDecoders
from busbar.wire.ocppj.errors import NotSendableError
from busbar.wire.schema.action import Action, Role
from busbar.wire.schema.decoding import decode_payload
from busbar.wire.schema.fields import Payload
from busbar.wire.schema.version import Version


class Dialect(Struct, frozen=True, gc=False, kw_only=True):
    """The actions of one version."""

    version: Version
    actions: Mapping[str, Action]
    by_request: Mapping[type[Payload], Action]
    by_sender: Mapping[Role, Mapping[str, Action]]
    """What each end may begin, by name."""
    call_decoders: Mapping[Role, CallDecoders]
    """How a call of each end is decoded, by action."""

    def read_request(self, action: str, payload: bytes, *, sender: Role) -> Payload:
        """Decode a request given by name and JSON, as an outside caller hands it over.

        Raises NotSendableError when `sender` may not begin this action, PayloadError when the schema does not hold.
        """
        known = self.by_sender[sender].get(action)
        if known is None:
            raise NotSendableError(
                f"{action[:50]} is not a request that a {sender} may send in {self.version}",
                action=action[:50],
                version=self.version.value,
            )
        return decode_payload(payload, known.request)


@cache
def dialect_of(version: Version) -> Dialect:
    """Return the dialect; its module is imported when the version is first spoken."""
    match version:
        case Version.V16:
            from busbar.wire.ocpp16 import ACTIONS  # noqa: PLC0415 - a process pays for the versions it speaks
        case Version.V201:
            from busbar.wire.ocpp201 import ACTIONS  # noqa: PLC0415 - see above
        case Version.V21:
            from busbar.wire.ocpp21 import ACTIONS  # noqa: PLC0415 - see above
    by_sender = {role: {name: action for name, action in ACTIONS.items() if role in action.senders} for role in Role}
    return Dialect(
        version=version,
        actions=ACTIONS,
        by_request={action.request: action for action in ACTIONS.values()},
        by_sender=by_sender,
        call_decoders={role: CallDecoders(actions) for role, actions in by_sender.items()},
    )
