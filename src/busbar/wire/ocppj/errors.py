"""What the caller of a connection can do wrong. What the peer does wrong is an event, never an exception."""

from typing import ClassVar

from busbar.kernel.errors import ConflictError, InvalidError, LimitExceededError, NotFoundError


class CallOpenError(ConflictError):
    """A Call is still open: wait for its answer or its time-out (one open Call per direction, OCPP-J 4.1.1)."""

    code: ClassVar[str] = "conflict.call_open"


class UnknownCallError(NotFoundError):
    """No Call of the peer with this message id waits for an answer."""

    code: ClassVar[str] = "not_found.call"


class NotSendableError(InvalidError):
    """This end may not send this message in this version, or not as the answer to that Call."""

    code: ClassVar[str] = "invalid.not_sendable"


class FrameTooLargeError(LimitExceededError):
    """The frame would be longer than the limit."""

    code: ClassVar[str] = "limit_exceeded.frame"
