"""How many live streams are open, and when they end."""

import asyncio

from busbar.kernel.errors import LimitExceededError

RETRY_FULL_S = 10


class StreamLimitError(LimitExceededError):
    """As many live streams are open as the installation allows."""

    code = "limit_exceeded.streams"


class Streams:
    """Counts the open streams and tells them when to end."""

    def __init__(self, *, clients_max: int) -> None:
        self._clients_max = clients_max
        self._open = 0
        self.closing = asyncio.Event()

    def check(self) -> None:
        """Refuse a stream too many. Errors: `limit_exceeded.streams`."""
        if self._open >= self._clients_max or self.closing.is_set():
            raise StreamLimitError("too many live streams are open", retry_after_s=RETRY_FULL_S)

    def enter(self) -> None:
        """Count a stream that begins to flow."""
        self._open += 1

    def leave(self) -> None:
        """Count a stream that ended."""
        self._open -= 1
