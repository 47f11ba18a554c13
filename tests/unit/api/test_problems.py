import pytest

from busbar.api.problems import UnauthenticatedError, name_status
from busbar.kernel import errors


class QueueError(errors.LimitExceededError):
    code = "limit_exceeded.queue"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.InvalidError("x"), 422),
        (errors.NotFoundError("x"), 404),
        (errors.ConflictError("x"), 409),
        (errors.DeniedError("x"), 403),
        (UnauthenticatedError("x"), 401),
        (errors.UnavailableError("x"), 503),
        (errors.LimitExceededError("x"), 429),
        (QueueError("x"), 503),
        (errors.BusbarError("x"), 500),
    ],
)
def test_the_kind_of_error_decides_the_status_but_for_a_few_codes(error, status):
    assert name_status(error) == status
