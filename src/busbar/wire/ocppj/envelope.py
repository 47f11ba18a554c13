"""Frames: the JSON arrays around the payloads (OCPP-J chapter 4.2)."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Generic, TypeVar, cast

import msgspec
from msgspec import Meta, Raw, Struct

from busbar.wire.schema.action import Action
from busbar.wire.schema.codes import ErrorCode
from busbar.wire.schema.decoding import BAD_JSON
from busbar.wire.schema.fields import Payload, read_custom_data
from busbar.wire.schema.version import Version

MAX_MESSAGE_ID_CHARS = 36
MAX_ECHOED_ID_CHARS = 255
"""A message id longer than this is not sent back, so that nobody makes us shout."""
MAX_DESCRIPTION_CHARS = 255
UNREADABLE_ID = "-1"
"""What 2.x puts in a CALLERROR when the message id could not be read (part 4, 4.2.3)."""

CALL, RESULT, ERROR, RESULT_ERROR, SEND = 2, 3, 4, 5, 6
TYPES_OF = {
    Version.V16: frozenset({CALL, RESULT, ERROR}),
    Version.V201: frozenset({CALL, RESULT, ERROR}),
    Version.V21: frozenset({CALL, RESULT, ERROR, RESULT_ERROR, SEND}),
}
NEVER_ANSWERED = {version: types - {CALL} for version, types in TYPES_OF.items()}
_LENGTH_OF = {CALL: 4, RESULT: 3, ERROR: 5, RESULT_ERROR: 5, SEND: 4}

PartT = TypeVar("PartT")
PayloadT = TypeVar("PayloadT", bound=Payload)
MessageId = Annotated[str, Meta(max_length=MAX_MESSAGE_ID_CHARS)]


class CallFrame(Struct, array_like=True, tag=CALL, frozen=True, gc=False, forbid_unknown_fields=True):
    """`[2, id, action, payload]`."""

    message_id: MessageId
    action: str
    payload: Raw


class TypedCallFrame(
    Struct, Generic[PayloadT], array_like=True, tag=CALL, frozen=True, gc=False, forbid_unknown_fields=True
):
    """`[2, id, action, payload]` of an action that is known before the frame is decoded."""

    message_id: MessageId
    action: str
    request: PayloadT


class ResultFrame(Struct, array_like=True, tag=RESULT, frozen=True, gc=False, forbid_unknown_fields=True):
    """`[3, id, payload]`."""

    message_id: MessageId
    payload: Raw


class ErrorFrame(Struct, array_like=True, tag=ERROR, frozen=True, gc=False, forbid_unknown_fields=True):
    """`[4, id, code, description, details]`."""

    message_id: MessageId
    code: str
    description: str
    details: dict[str, Any]


class ResultErrorFrame(Struct, array_like=True, tag=RESULT_ERROR, frozen=True, gc=False, forbid_unknown_fields=True):
    """`[5, id, code, description, details]` (2.1)."""

    message_id: MessageId
    code: str
    description: str
    details: dict[str, Any]


class SendFrame(Struct, array_like=True, tag=SEND, frozen=True, gc=False, forbid_unknown_fields=True):
    """`[6, id, action, payload]` (2.1)."""

    message_id: MessageId
    action: str
    payload: Raw


class BrokenFrame(Struct, frozen=True, gc=False, kw_only=True):
    """A frame that is none of the above: what could still be read of it, and what is wrong."""

    message_type: int | None
    message_id: str | None
    code: ErrorCode
    description: str


Frame = CallFrame | ResultFrame | ErrorFrame | ResultErrorFrame | SendFrame

_DECODERS: dict[Version, msgspec.json.Decoder[Any]] = {
    Version.V16: msgspec.json.Decoder(CallFrame | ResultFrame | ErrorFrame),
    Version.V201: msgspec.json.Decoder(CallFrame | ResultFrame | ErrorFrame),
    Version.V21: msgspec.json.Decoder(Frame),
}
_elements = msgspec.json.Decoder(list[Raw])
_encoder = msgspec.json.Encoder()

# What stands first in a frame whose JSON breaks off later: the message type and, of a call, the id.
_HEAD = re.compile(r'\s*\[\s*(\d{1,9})\s*,\s*"([^"\\\x00-\x1f]{0,255})"\s*[,\]]')
_HEAD_CHARS = 400
_PEEK_CHARS = 120
_PEEK_QUOTES = 4
"""The action of a call stands between the third and the fourth quotation mark."""


DecodeCall = Callable[[str | bytes], TypedCallFrame[Any]]


class CallDecoders(dict[str, DecodeCall]):
    """How a call is decoded whose action is known: envelope and payload in one pass. Made when first asked for.

    An action that may not be called so has None, and is not remembered.
    """

    def __init__(self, actions: Mapping[str, Action]) -> None:
        super().__init__()
        self._actions = actions

    def __missing__(self, name: str) -> DecodeCall | None:
        action = self._actions.get(name)
        if action is None or action.response is None:
            return None
        kind = cast("Any", TypedCallFrame)[action.request]
        decode = msgspec.json.Decoder(kind, dec_hook=read_custom_data).decode
        self[name] = decode
        return decode


class HeldCall(Struct, frozen=True, gc=False):
    """A call of which no more than this is known until its request is asked for: then it is decoded."""

    message_id: str
    action: str
    frame: str
    decode: DecodeCall

    @property
    def request(self) -> Payload:
        """The request; the frame is known to keep to its schema."""
        return self.decode(self.frame).request


def peek_action(frame: str | bytes) -> str | None:
    """Read the action of a call written the usual way, `[2,"id","Action",`, without decoding; None: look properly.

    It is a guess: an id with a quotation mark in it may lead astray, so the decoded action decides.
    """
    if isinstance(frame, bytes):
        return None
    parts = frame[:_PEEK_CHARS].split('"', _PEEK_QUOTES)
    if len(parts) <= _PEEK_QUOTES or parts[0] != "[2," or parts[2] != ",":
        return None
    return parts[3]


def decoder_for(version: Version) -> msgspec.json.Decoder[Any]:
    """Return the decoder of well-formed frames."""
    return _DECODERS[version]


def encode_frame(message_type: int, message_id: str, *parts: bytes) -> bytes:
    """Join encoded parts into a frame without a space too many."""
    return b"".join((b"[%d," % message_type, _encoder.encode(message_id), *(b"," + part for part in parts), b"]"))


def encode_result(message_id: str, payload: bytes) -> bytes:
    """Join an encoded payload into a CALLRESULT."""
    return b"[3,%b,%b]" % (_encoder.encode(message_id), payload)


def encode_text(text: str) -> bytes:
    """Encode one JSON string."""
    return _encoder.encode(text)


def read_head(frame: str | bytes) -> tuple[int | None, str | None]:
    """Return message type and id from the first characters of a frame that is no valid JSON as a whole."""
    head = frame[:_HEAD_CHARS]
    text = head if isinstance(head, str) else head.decode("utf-8", "replace")
    match = _HEAD.match(text)
    if match is None:
        return None, None
    return int(match[1]), _usable_id(match[2])


def salvage_frame(frame: str | bytes, version: Version, *, is_tolerant: bool) -> Frame | BrokenFrame:
    """Look again at a frame that the typed decoder refused: name what is wrong, or repair what is harmless.

    Harmless is a CALLERROR or CALLRESULTERROR without description or details, or with odd ones, since its code says
    it all; and, when tolerant, a message id of more than 36 characters.
    """
    try:
        elements = _elements.decode(frame)
    except msgspec.ValidationError:
        return _broken(None, None, ErrorCode.RPC_FRAMEWORK_ERROR, "the message is not a JSON array")
    except BAD_JSON:
        message_type, message_id = read_head(frame)
        code = ErrorCode.RPC_FRAMEWORK_ERROR if message_id is None else ErrorCode.FORMAT_VIOLATION
        return _broken(message_type, message_id, code, "the message is not valid JSON")
    return _salvage_elements(elements, version, is_tolerant=is_tolerant)


def _salvage_elements(elements: list[Raw], version: Version, *, is_tolerant: bool) -> Frame | BrokenFrame:  # noqa: PLR0911 - one line per rule
    message_type = _as(int, elements[0]) if elements else None
    message_id = _as(str, elements[1]) if len(elements) > 1 else None
    echo = None if message_id is None else _usable_id(message_id)
    if message_type is None:
        return _broken(None, echo, ErrorCode.RPC_FRAMEWORK_ERROR, "the message type must be an integer")
    if message_type not in TYPES_OF[version]:
        text = f"message type {message_type} is not part of {version}"
        return _broken(message_type, echo, ErrorCode.MESSAGE_TYPE_NOT_SUPPORTED, text[:MAX_DESCRIPTION_CHARS])
    if message_id is None:
        return _broken(message_type, None, ErrorCode.RPC_FRAMEWORK_ERROR, "the message id must be a string")
    if len(message_id) > MAX_MESSAGE_ID_CHARS and not (is_tolerant and echo is not None):
        text = f"the message id has more than {MAX_MESSAGE_ID_CHARS} characters"
        return _broken(message_type, echo, ErrorCode.RPC_FRAMEWORK_ERROR, text)
    if message_type in {ERROR, RESULT_ERROR}:
        return _salvage_error(message_type, message_id, elements)
    wanted = _LENGTH_OF[message_type]
    if len(elements) != wanted:
        text = f"a message of type {message_type} has {wanted} elements, not {len(elements)}"
        return _broken(message_type, echo, ErrorCode.RPC_FRAMEWORK_ERROR, text)
    if message_type == RESULT:
        return ResultFrame(message_id, elements[2])
    action = _as(str, elements[2])
    if action is None:
        return _broken(message_type, echo, ErrorCode.RPC_FRAMEWORK_ERROR, "the action must be a string")
    return (CallFrame if message_type == CALL else SendFrame)(message_id, action, elements[3])


def _salvage_error(message_type: int, message_id: str, elements: list[Raw]) -> ErrorFrame | ResultErrorFrame:
    code = _as(str, elements[2]) if len(elements) > 2 else None  # noqa: PLR2004 - places of table 7
    description = _as(str, elements[3]) if len(elements) > 3 else None  # noqa: PLR2004 - see above
    details = _as(dict[str, Any], elements[4]) if len(elements) > 4 else None  # noqa: PLR2004 - see above
    parts: tuple[str, str, str, dict[str, Any]] = (
        message_id,
        code or ErrorCode.GENERIC_ERROR.value,
        description or "",
        details or {},
    )
    return ErrorFrame(*parts) if message_type == ERROR else ResultErrorFrame(*parts)


def _broken(message_type: int | None, message_id: str | None, code: ErrorCode, description: str) -> BrokenFrame:
    return BrokenFrame(message_type=message_type, message_id=message_id, code=code, description=description)


def _usable_id(message_id: str) -> str | None:
    return message_id if len(message_id) <= MAX_ECHOED_ID_CHARS else None


def _as(kind: type[PartT], raw: Raw) -> PartT | None:
    """Return the element if it is of the kind, else None."""
    try:
        return msgspec.json.decode(raw, type=kind)
    except BAD_JSON:
        return None
