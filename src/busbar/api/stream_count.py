"""How many live streams are open, and when they end."""

import asyncio

from busbar.kernel.errors import LimitExceededError

RETRY_FULL_S = 10
STRANGERS_SHARE = 2
"""Who is not signed in gets this part of the streams, so that strangers cannot keep staff and drivers out."""


class StreamLimitError(LimitExceededError):
    """As many live streams are open as the installation allows."""

    code = "limit_exceeded.streams"


class Streams:
    """Counts the open streams and tells them when to end."""

    def __init__(self, *, clients_max: int) -> None:
        self._clients_max = clients_max
        self._strangers_max = max(1, clients_max // STRANGERS_SHARE)
        self._open = 0
        self._strangers = 0
        self.closing = asyncio.Event()

    @property
    def open_streams(self) -> int:
        """How many streams are open."""
        return self._open

    @property
    def max_streams(self) -> int:
        """How many may be open."""
        return self._clients_max

    def check(self, *, is_stranger: bool = False) -> None:
        """Refuse a stream too many. Errors: `limit_exceeded.streams`."""
        is_full = self._open >= self._clients_max or (is_stranger and self._strangers >= self._strangers_max)
        if is_full or self.closing.is_set():
            raise StreamLimitError("too many live streams are open", retry_after_s=RETRY_FULL_S)

    def enter(self, *, is_stranger: bool = False) -> None:
        """Count a stream that begins to flow."""
        self._open += 1
        self._strangers += is_stranger

    def leave(self, *, is_stranger: bool = False) -> None:
        """Count a stream that ended."""
        self._open -= 1
        self._strangers -= is_stranger
