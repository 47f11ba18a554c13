"""What is wrong with a payload."""

from typing import ClassVar

from busbar.kernel.errors import InvalidError
from busbar.wire.schema.codes import ErrorCode


class PayloadError(InvalidError):
    """A payload breaks its schema.

    `error_code` is the code for the CALLERROR, `path` names the place (`meterValue[0].timestamp`, empty for the payload
    itself), `text` says it in words that are safe to send.
    """

    code: ClassVar[str] = "invalid.payload"

    def __init__(self, text: str, *, error_code: ErrorCode, path: str) -> None:
        super().__init__(text, error_code=error_code.value, path=path)
        self.error_code = error_code
        self.path = path
