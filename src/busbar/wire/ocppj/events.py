"""What a received frame, or the passing of time, means. One frame is exactly one event."""

from enum import StrEnum
from typing import Any

from msgspec import Struct

from busbar.wire.schema.action import Action
from busbar.wire.schema.codes import ErrorCode
from busbar.wire.schema.fields import Payload
from busbar.wire.schema.quirk import Quirk


class OpenCall(Struct, frozen=True, kw_only=True):
    """A Call of ours that waits for its answer. `frame` goes on the wire; `expires_at` is on the caller's clock."""

    message_id: str
    action: Action
    request: Payload
    frame: bytes
    expires_at: float
    context: Any
    """Whatever the caller gave along; never looked at."""


class CallReceived(Struct, frozen=True, gc=False, kw_only=True):
    """The peer calls: `answer` or `fail` it with its message id."""

    message_id: str
    action: str
    request: Payload
    quirks: tuple[Quirk, ...] = ()


class SendReceived(Struct, frozen=True, gc=False, kw_only=True):
    """The peer sent a message that is never answered (2.1)."""

    message_id: str
    action: str
    request: Payload
    quirks: tuple[Quirk, ...] = ()


class ResultReceived(Struct, frozen=True, kw_only=True):
    """Our Call was answered."""

    call: OpenCall
    response: Payload
    quirks: tuple[Quirk, ...] = ()


class ErrorReceived(Struct, frozen=True, kw_only=True):
    """Our Call was refused. `code` and `description` are the peer's own words (see `read_code`)."""

    call: OpenCall
    code: str
    description: str
    details: dict[str, Any]


class ResultRefused(Struct, frozen=True, kw_only=True):
    """Our Call was answered with something that is no valid response; the Call is over.

    `reply` is the CALLRESULTERROR to send back (2.1), else None. `payload` is what came, undecoded.
    """

    call: OpenCall
    code: ErrorCode
    description: str
    payload: bytes
    reply: bytes | None


class ResultErrorReceived(Struct, frozen=True, gc=False, kw_only=True):
    """The peer could not take an answer of ours (CALLRESULTERROR, 2.1). `action` is None if it was long ago."""

    message_id: str
    action: str | None
    code: str
    description: str
    details: dict[str, Any]


class IgnoredReason(StrEnum):
    """Why a frame changes nothing."""

    LATE_ANSWER = "late_answer"
    """The answer to a Call that had timed out before."""
    UNKNOWN_ANSWER = "unknown_answer"
    """An answer, perhaps a repeated one, to no Call of ours that is open."""
    UNREADABLE_TO_PEER = "unreadable_to_peer"
    """The peer says `-1`: something of ours could not be read; which, it cannot tell."""
    REPEATED_CALL = "repeated_call"
    """The same Call again while the first is being handled: the answer to come serves both."""
    UNKNOWN_MESSAGE_TYPE = "unknown_message_type"
    """1.6 ignores message types that it does not define (OCPP-J 1.6, 4.1.3)."""


class Ignored(Struct, frozen=True, gc=False, kw_only=True):
    """Nothing is to be done but to note it."""

    reason: IgnoredReason
    message_id: str | None = None


class ProtocolFault(Struct, frozen=True, gc=False, kw_only=True):
    """The frame breaks the protocol. Send `reply` if there is one; the connection goes on."""

    code: ErrorCode
    description: str
    message_id: str | None = None
    action: str | None = None
    path: str = ""
    reply: bytes | None = None


class CallTimedOut(Struct, frozen=True, kw_only=True):
    """Our Call got no answer in time; the next one may go out."""

    call: OpenCall


Event = (
    CallReceived
    | SendReceived
    | ResultReceived
    | ErrorReceived
    | ResultRefused
    | ResultErrorReceived
    | Ignored
    | ProtocolFault
)
