import pytest

from busbar.kernel.errors import (
    BusbarError,
    ConflictError,
    DeniedError,
    InvalidError,
    LimitExceededError,
    NotFoundError,
    UnavailableError,
)


@pytest.mark.parametrize(
    "kind", [InvalidError, NotFoundError, ConflictError, DeniedError, UnavailableError, LimitExceededError]
)
def test_an_error_carries_its_kind_text_and_facts(kind):
    error = kind("it cannot be", station_id="A", text="even this", count=3)
    assert isinstance(error, BusbarError)
    assert (str(error), error.text) == ("it cannot be", "it cannot be")
    assert error.facts == {"station_id": "A", "text": "even this", "count": 3}
    assert error.code in {"invalid", "not_found", "conflict", "denied", "unavailable", "limit_exceeded"}
