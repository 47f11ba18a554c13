"""Messages to drivers' phones and browsers, through the push service that each of them names."""

from typing import Protocol

import msgspec

from busbar.kernel.errors import InvalidError, NotFoundError, UnavailableError


class PushGoneError(NotFoundError):
    """The device does not want messages any more, or is no more."""

    code = "not_found.push_device"


class PushRefusedError(InvalidError):
    """The push service will never take this, or is none that we may speak to."""

    code = "invalid.push"


class PushUnavailableError(UnavailableError):
    """The push service does not answer now."""

    code = "unavailable.push"


class PushTarget(msgspec.Struct, frozen=True, kw_only=True):
    """Where a message goes, and the keys that only the device can read it with."""

    endpoint: str
    public_key: bytes
    auth: bytes


class PushSender(Protocol):
    """Sends messages."""

    async def send(self, target: PushTarget, content: bytes, *, ttl_s: int, topic: str | None = None) -> None:
        """Hand a message over; of those with one topic that wait for a device, only the newest stays.

        Errors: `not_found.push_device`, `invalid.push`, `unavailable.push`.
        """
        ...
