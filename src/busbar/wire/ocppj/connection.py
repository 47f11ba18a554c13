"""One end of one OCPP-J connection, without any input or output of its own.

Bytes come in by `receive_text` and mean exactly one event; `call`, `answer`, `fail`, `send` and `fail_result` return
the bytes that shall go out as one WebSocket text message. Time comes in by `call(now=...)` and `expire(now=...)`.
Nothing that a peer sends makes it raise.
"""

from collections import deque
from collections.abc import Callable, Container, Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from busbar.wire.ocppj import envelope
from busbar.wire.ocppj.dialect import dialect_of
from busbar.wire.ocppj.envelope import (
    MAX_MESSAGE_ID_CHARS,
    UNREADABLE_ID,
    BrokenFrame,
    CallFrame,
    ErrorFrame,
    Frame,
    HeldCall,
    ResultErrorFrame,
    ResultFrame,
    SendFrame,
    TypedCallFrame,
)
from busbar.wire.ocppj.errors import CallOpenError, FrameTooLargeError, NotSendableError, UnknownCallError
from busbar.wire.ocppj.events import (
    CallReceived,
    CallTimedOut,
    ErrorReceived,
    Event,
    Ignored,
    IgnoredReason,
    OpenCall,
    ProtocolFault,
    ResultErrorReceived,
    ResultReceived,
    ResultRefused,
    SendReceived,
)
from busbar.wire.schema.action import Role
from busbar.wire.schema.codes import ErrorCode, spell_code
from busbar.wire.schema.decoding import BAD_JSON, decode_payload, decode_tolerant, encode_checked
from busbar.wire.schema.errors import PayloadError
from busbar.wire.schema.fields import Payload
from busbar.wire.schema.quirk import Quirk, QuirkKind
from busbar.wire.schema.version import Version

PayloadT = TypeVar("PayloadT", bound=Payload)
OpenPeerCall = CallReceived | TypedCallFrame[Any] | HeldCall

_REMEMBERED_IDS = 16
_SHOWN_ACTION_CHARS = 50


class Limits(Struct, frozen=True, gc=False, kw_only=True):
    """Bounds of one connection."""

    max_frame_bytes: int = 256 * 1024
    """Longest frame taken or made (of text frames handed over as `str`: characters)."""
    max_open_peer_calls: int = 16
    """Calls of the peer that may wait for our answers; the protocol allows one, slow stations repeat themselves."""


class Connection:
    """The protocol state of one end: one open Call of ours, the open Calls of the peer.

    `new_message_id` returns a fresh id of 1 to 36 characters, never used before for this station on any connection
    (1.6-J errata 3.1, 2.x part 4, 4.1.4). `is_tolerant` repairs the harmless faults listed in `QuirkKind`.
    """

    __slots__ = (
        "_answered",
        "_by_request",
        "_call_decoders",
        "_decode_frame",
        "_known_actions",
        "_new_message_id",
        "_open_call",
        "_peer_actions",
        "_peer_calls",
        "_timed_out_ids",
        "is_tolerant",
        "limits",
        "role",
        "version",
    )

    def __init__(
        self,
        *,
        version: Version,
        role: Role,
        new_message_id: Callable[[], str],
        is_tolerant: bool = False,
        limits: Limits | None = None,
    ) -> None:
        self.version = version
        self.role = role
        self.is_tolerant = is_tolerant
        self.limits = limits or Limits()
        dialect = dialect_of(version)
        peer = Role.STATION if role is Role.CSMS else Role.CSMS
        self._new_message_id = new_message_id
        self._known_actions = dialect.actions
        self._peer_actions = dialect.by_sender[peer]
        self._by_request = dialect.by_request
        self._call_decoders = dialect.call_decoders[peer]
        self._decode_frame = envelope.decoder_for(version).decode
        self._open_call: OpenCall | None = None
        self._peer_calls: dict[str, OpenPeerCall] = {}
        self._timed_out_ids: tuple[str, ...] = ()
        self._answered: deque[tuple[str, str]] | None = None

    # ------------------------------------------------------------------ in

    def receive_text(self, frame: str | bytes) -> Event:
        """Take one WebSocket text message and return what it means. Never raises for anything a peer can send."""
        action = envelope.peek_action(frame)
        decode = None if action is None else self._call_decoders[action]
        if decode is None or len(frame) > self.limits.max_frame_bytes:
            return self._receive_any(frame)
        try:
            call = decode(frame)
        except BAD_JSON:
            return self._receive_any(frame)  # finds out what is wrong, and mends what may be mended
        if call.action != action:
            return self._receive_any(frame)
        return self._open_peer_call(call.message_id, call.action, call.request, ())

    def receive_plainly(self, frame: str, actions: Container[str]) -> TypedCallFrame[Any] | None:
        """Decode a Call of one of these actions if nothing about it is out of the ordinary: then `hold` it.

        None, or a Call that is not held: nothing has happened, `receive_text` takes the frame.
        """
        action = envelope.peek_action(frame)
        if action is None or action not in actions or self._peer_calls or len(frame) > self.limits.max_frame_bytes:
            return None
        try:
            call = self._call_decoders[action](frame)
        except BAD_JSON:
            return None
        return call if call.action == action else None

    def recall(self, frame: str, message_id: str, action: str) -> HeldCall:
        """Give a Call of which is known that `receive_plainly` would take it, undecoded."""
        return HeldCall(message_id, action, frame, self._call_decoders[action])

    def hold(self, call: TypedCallFrame[Any] | HeldCall) -> None:
        """Keep a Call that came by `receive_plainly` open until it is answered."""
        self._peer_calls[call.message_id] = call

    def _receive_any(self, frame: str | bytes) -> Event:  # noqa: PLR0911 - one per kind of frame
        """Take a frame of any kind: envelope first, then the payload."""
        if len(frame) > self.limits.max_frame_bytes:
            return self._refuse_length(frame)
        try:
            received: Frame | BrokenFrame = self._decode_frame(frame)
        except BAD_JSON:
            received = envelope.salvage_frame(frame, self.version, is_tolerant=self.is_tolerant)
        match received:
            case CallFrame():
                return self._receive_call(received)
            case ResultFrame():
                return self._receive_result(received)
            case ErrorFrame():
                return self._receive_error(received)
            case SendFrame():
                return self._receive_send(received)
            case ResultErrorFrame():
                return self._receive_result_error(received)
            case BrokenFrame():
                return self._refuse_frame(received)

    def expire(self, now: float) -> CallTimedOut | None:
        """Close our open Call if its time is over at `now` (the clock of `call`)."""
        call = self._open_call
        if call is None or now < call.expires_at:
            return None
        self._open_call = None
        self._timed_out_ids = (*self._timed_out_ids, call.message_id)[-_REMEMBERED_IDS:]
        return CallTimedOut(call=call)

    def close(self) -> OpenCall | None:
        """Forget everything, the connection being gone; returns our Call that will never be answered, if any."""
        call, self._open_call = self._open_call, None
        self._peer_calls.clear()
        return call

    @property
    def open_call(self) -> OpenCall | None:
        """Our Call that waits for its answer."""
        return self._open_call

    @property
    def open_peer_call_ids(self) -> tuple[str, ...]:
        """Message ids of the peer's Calls that wait for our answers, oldest first."""
        return tuple(self._peer_calls)

    # ------------------------------------------------------------------ out

    def call(self, request: Payload, *, now: float, timeout_s: float, context: Any = None) -> OpenCall:
        """Open a Call; its `frame` goes out. The answer, or its lack, comes back as an event with this very object.

        Raises CallOpenError while another is open (the caller queues), NotSendableError, PayloadError,
        FrameTooLargeError.
        """
        if self._open_call is not None:
            raise CallOpenError("a Call is still open", message_id=self._open_call.message_id)
        action = self._by_request.get(type(request))
        if action is None or self.role not in action.senders or action.response is None:
            raise self._not_sendable(request, "as a Call")
        message_id = self._fresh_id()
        frame = self._frame(envelope.CALL, message_id, envelope.encode_text(action.name), encode_checked(request))
        self._open_call = OpenCall(
            message_id=message_id,
            action=action,
            request=request,
            frame=frame,
            expires_at=now + timeout_s,
            context=context,
        )
        return self._open_call

    def send(self, request: Payload) -> bytes:
        """Return the frame of a message that is never answered (2.1); allowed at any time.

        Raises NotSendableError, PayloadError, FrameTooLargeError.
        """
        action = self._by_request.get(type(request))
        if action is None or self.role not in action.senders or action.response is not None:
            raise self._not_sendable(request, "as a SEND")
        name = envelope.encode_text(action.name)
        return self._frame(envelope.SEND, self._fresh_id(), name, encode_checked(request))

    def answer(self, message_id: str, response: Payload) -> bytes:
        """Return the CALLRESULT for a Call of the peer.

        Raises UnknownCallError, NotSendableError (not the response of that action), PayloadError, FrameTooLargeError;
        after any of the last three the Call is still open: `fail` it.
        """
        call = self._peer_call(message_id)
        if type(response) is not self._peer_actions[call.action].response:
            raise self._not_sendable(response, f"as the answer to {call.action}")
        frame = self._bounded(envelope.encode_result(message_id, encode_checked(response)))
        self._close_peer_call(call)
        return frame

    def answer_plainly(self, call: TypedCallFrame[Any] | HeldCall, payload: bytes) -> bytes:
        """Return the CALLRESULT for a Call that is held; `payload` was made by us and proven before."""
        self._close_peer_call(call)
        return envelope.encode_result(call.message_id, payload)

    def _close_peer_call(self, call: OpenPeerCall) -> None:
        del self._peer_calls[call.message_id]
        if self.version is Version.V21:
            if self._answered is None:
                self._answered = deque(maxlen=_REMEMBERED_IDS)
            self._answered.append((call.message_id, call.action))

    def fail(
        self, message_id: str, code: ErrorCode, description: str = "", details: Mapping[str, Any] | None = None
    ) -> bytes:
        """Return the CALLERROR for a Call of the peer; the code is spelled as the version spells it.

        Raises UnknownCallError, FrameTooLargeError.
        """
        self._peer_call(message_id)
        frame = self._error(envelope.ERROR, message_id, code, description, details)
        del self._peer_calls[message_id]
        return frame

    def fail_result(
        self, call: OpenCall, code: ErrorCode, description: str = "", details: Mapping[str, Any] | None = None
    ) -> bytes:
        """Return the CALLRESULTERROR that tells the peer that its answer could not be used (2.1 only).

        Raises NotSendableError, FrameTooLargeError.
        """
        if self.version is not Version.V21:
            raise NotSendableError("CALLRESULTERROR belongs to OCPP 2.1", version=self.version.value)
        return self._error(envelope.RESULT_ERROR, call.message_id, code, description, details)

    # ------------------------------------------------------------------ one method per kind of frame

    def _receive_call(self, frame: CallFrame) -> CallReceived | Ignored | ProtocolFault:
        action = self._peer_actions.get(frame.action)
        if action is None or action.response is None:
            return self._refuse_action(frame)
        try:
            request, quirks = self._read_payload(frame, action.request)
        except PayloadError as error:
            refusal = self._refuse_crowd(frame.message_id, frame.action, None)
            return refusal or self._fault(frame, error.error_code, error.text, path=error.path)
        return self._open_peer_call(frame.message_id, frame.action, request, quirks)

    def _open_peer_call(
        self, message_id: str, action: str, request: Payload, quirks: tuple[Quirk, ...]
    ) -> CallReceived | Ignored | ProtocolFault:
        if self._peer_calls:
            refusal = self._refuse_crowd(message_id, action, request)
            if refusal is not None:
                return refusal
        call = CallReceived(message_id=message_id, action=action, request=request, quirks=quirks)
        self._peer_calls[message_id] = call
        return call

    def _receive_send(self, frame: SendFrame) -> SendReceived | ProtocolFault:
        action = self._peer_actions.get(frame.action)
        if action is None or action.response is not None:
            return self._refuse_action(frame)
        try:
            request, quirks = self._read_payload(frame, action.request)
        except PayloadError as error:
            return self._fault(frame, error.error_code, error.text, path=error.path)
        return SendReceived(message_id=frame.message_id, action=frame.action, request=request, quirks=quirks)

    def _receive_result(self, frame: ResultFrame) -> ResultReceived | ResultRefused | Ignored:
        call = self._take_open_call(frame.message_id)
        if call is None:
            return self._ignore_answer(frame.message_id)
        if call.action.response is None:  # never: `call` opens none of these
            raise AssertionError(call.action.name)
        try:
            response, quirks = self._read_payload(frame, call.action.response)
        except PayloadError as error:
            return self._refuse_result(call, error.error_code, error.text, bytes(frame.payload))
        return ResultReceived(call=call, response=response, quirks=quirks)

    def _receive_error(self, frame: ErrorFrame) -> ErrorReceived | Ignored:
        call = self._take_open_call(frame.message_id)
        if call is None:
            return self._ignore_answer(frame.message_id)
        return ErrorReceived(call=call, code=frame.code, description=frame.description, details=frame.details)

    def _receive_result_error(self, frame: ResultErrorFrame) -> ResultErrorReceived:
        return ResultErrorReceived(
            message_id=frame.message_id,
            action=dict(self._answered or ()).get(frame.message_id),
            code=frame.code,
            description=frame.description,
            details=frame.details,
        )

    # ------------------------------------------------------------------ refusals

    def _refuse_length(self, frame: str | bytes) -> ProtocolFault | ResultRefused | Ignored:
        message_type, message_id = envelope.read_head(frame)
        text = f"the message is longer than {self.limits.max_frame_bytes} bytes"
        # B06.FR.17 and the like: too many bytes are a FormatViolation
        code = ErrorCode.RPC_FRAMEWORK_ERROR if message_id is None else ErrorCode.FORMAT_VIOLATION
        return self._refuse_frame(
            BrokenFrame(message_type=message_type, message_id=message_id, code=code, description=text)
        )

    def _refuse_frame(self, broken: BrokenFrame) -> ProtocolFault | ResultRefused | Ignored:
        """Answer a frame that is no message: only what is, or may be, a Call is answered (part 4, 4.2.3 and 4.3)."""
        if broken.message_type == envelope.RESULT and broken.message_id is not None:
            call = self._take_open_call(broken.message_id)
            if call is not None:
                return self._refuse_result(call, broken.code, broken.description, b"")
        if broken.code is ErrorCode.MESSAGE_TYPE_NOT_SUPPORTED and self.version is Version.V16:
            return Ignored(reason=IgnoredReason.UNKNOWN_MESSAGE_TYPE, message_id=broken.message_id)
        reply = None
        if broken.message_type not in envelope.NEVER_ANSWERED[self.version]:
            reply_id = broken.message_id
            # 1.6 has no id for "unreadable", and its stations may send blank lines to keep a line alive: such text
            # gets no answer. A Call whose id cannot be used gets one in every version.
            if reply_id is None and (self.version is not Version.V16 or broken.message_type == envelope.CALL):
                reply_id = UNREADABLE_ID
            if reply_id is not None:
                reply = self._error(envelope.ERROR, reply_id, broken.code, broken.description)
        return ProtocolFault(
            code=broken.code, description=broken.description, message_id=broken.message_id, reply=reply
        )

    def _refuse_action(self, frame: CallFrame | SendFrame) -> ProtocolFault:
        """NotImplemented: no such action. NotSupported: the action exists, but not from this end or not this way."""
        name = frame.action[:_SHOWN_ACTION_CHARS]
        if frame.action in self._known_actions:
            kind = "Call" if isinstance(frame, CallFrame) else "SEND"
            return self._fault(frame, ErrorCode.NOT_SUPPORTED, f"{name} may not be sent by this end as a {kind}")
        return self._fault(frame, ErrorCode.NOT_IMPLEMENTED, f"{name} is not an action of {self.version}")

    def _refuse_crowd(self, message_id: str, action: str, request: Payload | None) -> Ignored | ProtocolFault | None:
        """Judge a Call that comes while others are open; None lets it in. `request` is None if it breaks its schema.

        The same Call again is a retry (2.0.1 errata 2025-09, 4.6): one answer serves both. The same id on another Call
        cannot be told apart and is refused, as 4.2.3 says. Ids of Calls that were answered may come again: there is
        hardware that never changes them, and what is repeated in earnest is for the rooms to find.
        """
        earlier = self._peer_calls.get(message_id)
        if earlier is not None:
            if earlier.action == action and earlier.request == request:
                return Ignored(reason=IgnoredReason.REPEATED_CALL, message_id=message_id)
            text = "another Call with this message id is still open"
            return self._fault_call(message_id, action, ErrorCode.RPC_FRAMEWORK_ERROR, text)
        if len(self._peer_calls) >= self.limits.max_open_peer_calls:
            text = "too many Calls wait for their answers"
            return self._fault_call(message_id, action, ErrorCode.GENERIC_ERROR, text)
        return None

    def _refuse_result(self, call: OpenCall, code: ErrorCode, description: str, payload: bytes) -> ResultRefused:
        reply = None
        if self.version is Version.V21:
            reply = self._error(envelope.RESULT_ERROR, call.message_id, code, description)
        return ResultRefused(call=call, code=code, description=description, payload=payload, reply=reply)

    def _fault(
        self, frame: CallFrame | SendFrame, code: ErrorCode, description: str, *, path: str = ""
    ) -> ProtocolFault:
        if isinstance(frame, CallFrame):
            return self._fault_call(frame.message_id, frame.action, code, description, path=path)
        action = frame.action[:_SHOWN_ACTION_CHARS]
        return ProtocolFault(code=code, description=description, message_id=frame.message_id, action=action, path=path)

    def _fault_call(
        self, message_id: str, action: str, code: ErrorCode, description: str, *, path: str = ""
    ) -> ProtocolFault:
        return ProtocolFault(
            code=code,
            description=description,
            message_id=message_id,
            action=action[:_SHOWN_ACTION_CHARS],
            path=path,
            reply=self._error(envelope.ERROR, message_id, code, description),
        )

    def _ignore_answer(self, message_id: str) -> Ignored:
        if message_id == UNREADABLE_ID:
            return Ignored(reason=IgnoredReason.UNREADABLE_TO_PEER, message_id=message_id)
        is_late = message_id in self._timed_out_ids
        reason = IgnoredReason.LATE_ANSWER if is_late else IgnoredReason.UNKNOWN_ANSWER
        return Ignored(reason=reason, message_id=message_id)

    # ------------------------------------------------------------------ parts

    def _read_payload(
        self, frame: CallFrame | ResultFrame | SendFrame, kind: type[PayloadT]
    ) -> tuple[PayloadT, tuple[Quirk, ...]]:
        if not self.is_tolerant:
            return decode_payload(frame.payload, kind), ()
        message, quirks = decode_tolerant(frame.payload, kind)
        if len(frame.message_id) > MAX_MESSAGE_ID_CHARS:
            quirks = (*quirks, Quirk(QuirkKind.LONG_MESSAGE_ID, ""))
        return message, quirks

    def _take_open_call(self, message_id: str) -> OpenCall | None:
        call = self._open_call
        if call is None or call.message_id != message_id:
            return None
        self._open_call = None
        return call

    def _peer_call(self, message_id: str) -> OpenPeerCall:
        call = self._peer_calls.get(message_id)
        if call is None:
            raise UnknownCallError("no Call with this message id waits for an answer", message_id=message_id)
        return call

    def _fresh_id(self) -> str:
        message_id = self._new_message_id()
        if not 1 <= len(message_id) <= MAX_MESSAGE_ID_CHARS:
            raise NotSendableError(f"a message id has 1 to {MAX_MESSAGE_ID_CHARS} characters", message_id=message_id)
        return message_id

    def _frame(self, message_type: int, message_id: str, *parts: bytes) -> bytes:
        return self._bounded(envelope.encode_frame(message_type, message_id, *parts))

    def _bounded(self, frame: bytes) -> bytes:
        if len(frame) > self.limits.max_frame_bytes:
            raise FrameTooLargeError(
                "the message is longer than a frame may be",
                frame_bytes=len(frame),
                max_frame_bytes=self.limits.max_frame_bytes,
            )
        return frame

    def _error(
        self,
        message_type: int,
        message_id: str,
        code: ErrorCode,
        description: str,
        details: Mapping[str, Any] | None = None,
    ) -> bytes:
        text = envelope.encode_text(description[: envelope.MAX_DESCRIPTION_CHARS])
        spelled = envelope.encode_text(spell_code(code, self.version))
        return self._frame(message_type, message_id, spelled, text, msgspec.json.encode(details or {}))

    def _not_sendable(self, message: Payload, how: str) -> NotSendableError:
        name = type(message).__name__
        text = f"{name} cannot be sent {how} by the {self.role} in {self.version}"
        return NotSendableError(text, message=name, role=self.role.value, version=self.version.value)
