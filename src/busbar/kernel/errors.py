"""The kinds of error.

A room defines its own errors as subclasses, each with a stable `code` (never changed once released) and the facts of
the case as keyword attributes. Doors translate the kind to their own tongue: an HTTP problem, an OCPP status, a
CALLERROR. Only `Unavailable` is worth a retry.
"""

from typing import ClassVar


class BusbarError(Exception):
    """An error that a caller can be told about.

    `code` is stable and machine-readable (`kind.subject` in snake case); the text is for people; `facts` are JSON-
    ready.
    """

    code: ClassVar[str] = "error"

    def __init__(self, text: str, /, **facts: str | int | bool | None) -> None:
        super().__init__(text)
        self.text = text
        self.facts = facts


class InvalidError(BusbarError):
    """The input breaks a rule; the same input will always be refused."""

    code = "invalid"


class NotFoundError(BusbarError):
    """The thing named is not there, or not visible to the caller."""

    code = "not_found"


class ConflictError(BusbarError):
    """The input is right but the present state forbids it."""

    code = "conflict"


class DeniedError(BusbarError):
    """The caller is unknown or may not do this."""

    code = "denied"


class UnavailableError(BusbarError):
    """Something needed is not answering now; a retry may succeed."""

    code = "unavailable"


class LimitExceededError(BusbarError):
    """A named bound was reached."""

    code = "limit_exceeded"
