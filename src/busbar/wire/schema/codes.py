"""Error codes of the RPC framework, one name for all versions, spelled as each version spells it.

Sources: OCPP-J 1.6 table 7 with errata 5.1 and 5.2 (two misspellings that shall not be mended), OCPP 2.0.1 part 4
table 8, OCPP 2.1 part 4 table 9.
"""

from enum import StrEnum

from busbar.wire.schema.version import Version


class ErrorCode(StrEnum):
    """Why a message was refused; the value is the spelling of OCPP 2.x."""

    FORMAT_VIOLATION = "FormatViolation"
    GENERIC_ERROR = "GenericError"
    INTERNAL_ERROR = "InternalError"
    MESSAGE_TYPE_NOT_SUPPORTED = "MessageTypeNotSupported"
    NOT_IMPLEMENTED = "NotImplemented"
    NOT_SUPPORTED = "NotSupported"
    OCCURRENCE_CONSTRAINT_VIOLATION = "OccurrenceConstraintViolation"
    PROPERTY_CONSTRAINT_VIOLATION = "PropertyConstraintViolation"
    PROTOCOL_ERROR = "ProtocolError"
    RPC_FRAMEWORK_ERROR = "RpcFrameworkError"
    SECURITY_ERROR = "SecurityError"
    TYPE_CONSTRAINT_VIOLATION = "TypeConstraintViolation"


# 1.6 has neither RpcFrameworkError nor MessageTypeNotSupported, and its FormationViolation covers both "syntactically
# incorrect" and "not conform the PDU structure", which 2.x splits into FormatViolation and ProtocolError.
_SPELLING_16 = {code: code.value for code in ErrorCode} | {
    ErrorCode.FORMAT_VIOLATION: "FormationViolation",
    ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION: "OccurenceConstraintViolation",
    ErrorCode.RPC_FRAMEWORK_ERROR: "FormationViolation",
    ErrorCode.MESSAGE_TYPE_NOT_SUPPORTED: "NotSupported",
}
_READ_16 = {
    "FormationViolation": ErrorCode.FORMAT_VIOLATION,
    "OccurenceConstraintViolation": ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION,
}


def spell_code(code: ErrorCode, version: Version) -> str:
    """Return the code as the version writes it on the wire."""
    return _SPELLING_16[code] if version is Version.V16 else code.value


def read_code(text: str) -> ErrorCode | None:
    """Return the code that a peer of any version means, or None for a word that no version defines."""
    known = _READ_16.get(text)
    if known is not None:
        return known
    try:
        return ErrorCode(text)
    except ValueError:
        return None
