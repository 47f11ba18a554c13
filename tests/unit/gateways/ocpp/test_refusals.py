import pytest

from busbar.gateways.ocpp.refusals import name_error
from busbar.gateways.ocpp.translation import RefusedError
from busbar.kernel.errors import (
    BusbarError,
    ConflictError,
    DeniedError,
    InvalidError,
    LimitExceededError,
    NotFoundError,
    UnavailableError,
)
from busbar.wire.schema.codes import ErrorCode


class InternalError(BusbarError):
    code = "internal"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RefusedError("not here", error_code=ErrorCode.NOT_SUPPORTED), ErrorCode.NOT_SUPPORTED),
        (DeniedError("x"), ErrorCode.SECURITY_ERROR),
        (InvalidError("x"), ErrorCode.PROPERTY_CONSTRAINT_VIOLATION),
        (UnavailableError("x"), ErrorCode.INTERNAL_ERROR),
        (LimitExceededError("x"), ErrorCode.INTERNAL_ERROR),
        (InternalError("x"), ErrorCode.INTERNAL_ERROR),
        (NotFoundError("x"), ErrorCode.GENERIC_ERROR),
        (ConflictError("x"), ErrorCode.GENERIC_ERROR),
    ],
)
def test_each_kind_has_its_code(error, code):
    assert name_error(error) is code
