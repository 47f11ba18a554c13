"""Messages to operators' own systems."""

from typing import Protocol

import msgspec


class Sending(msgspec.Struct, frozen=True, kw_only=True):
    """A message to be sent."""

    url: str
    message_id: str
    content: bytes
    secrets: tuple[str, ...]
    """As people copied them; each signs."""


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What became of it."""

    status: int | None = None
    """HTTP status of the answer; None: there was none."""
    error: str | None = None
    """Why there was none."""
    answer: str = ""
    """How the answer begins."""
    retry_after_s: int | None = None
    duration_ms: int = 0


class WebhookSender(Protocol):
    """Sends messages. Never raises for what the other side does."""

    async def send(self, sending: Sending) -> Sent:
        """Send a message once."""
        ...
