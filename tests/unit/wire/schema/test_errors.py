from busbar.kernel.errors import InvalidError
from busbar.wire.schema.codes import ErrorCode
from busbar.wire.schema.errors import PayloadError


def test_a_payload_error_is_invalid_input_with_its_facts():
    error = PayloadError("idTag is required", error_code=ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION, path="idTag")
    assert isinstance(error, InvalidError)
    assert (error.code, error.text) == ("invalid.payload", "idTag is required")
    assert error.facts == {"error_code": "OccurrenceConstraintViolation", "path": "idTag"}
