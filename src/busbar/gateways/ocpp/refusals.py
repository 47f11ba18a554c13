"""Kernel errors in the tongue of OCPP. Pure."""

from busbar.gateways.ocpp.translation import RefusedError
from busbar.kernel.errors import BusbarError, DeniedError, InvalidError, LimitExceededError, UnavailableError
from busbar.wire.schema.codes import ErrorCode


def name_error(error: BusbarError) -> ErrorCode:
    """Give the error code of the CALLERROR for a kernel error.

    InternalError for what may succeed later: stations send a transaction's messages again after it.
    """
    match error:
        case RefusedError():
            return error.error_code
        case DeniedError():
            return ErrorCode.SECURITY_ERROR
        case InvalidError():
            return ErrorCode.PROPERTY_CONSTRAINT_VIOLATION
        case UnavailableError() | LimitExceededError():
            return ErrorCode.INTERNAL_ERROR
        case _ if error.code == "internal":
            return ErrorCode.INTERNAL_ERROR
        case _:
            return ErrorCode.GENERIC_ERROR
