"""OCPP-J: framing and correlation of calls over one connection, for 1.6, 2.0.1 and 2.1."""

from busbar.wire.ocppj.connection import Connection, Limits
from busbar.wire.ocppj.dialect import Dialect, dialect_of
from busbar.wire.ocppj.envelope import HeldCall, TypedCallFrame
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
from busbar.wire.schema.action import Action, Role
from busbar.wire.schema.codes import ErrorCode, read_code, spell_code
from busbar.wire.schema.errors import PayloadError
from busbar.wire.schema.quirk import Quirk, QuirkKind
from busbar.wire.schema.version import Version

__all__ = [
    "Action",
    "CallOpenError",
    "CallReceived",
    "CallTimedOut",
    "Connection",
    "Dialect",
    "ErrorCode",
    "ErrorReceived",
    "Event",
    "FrameTooLargeError",
    "HeldCall",
    "Ignored",
    "IgnoredReason",
    "Limits",
    "NotSendableError",
    "OpenCall",
    "PayloadError",
    "ProtocolFault",
    "Quirk",
    "QuirkKind",
    "ResultErrorReceived",
    "ResultReceived",
    "ResultRefused",
    "Role",
    "SendReceived",
    "TypedCallFrame",
    "UnknownCallError",
    "Version",
    "dialect_of",
    "read_code",
    "spell_code",
]
