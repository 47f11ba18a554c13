"""Parcels that no core could handle, kept until a person has seen to them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec

from busbar.kernel.errors import ConflictError, NotFoundError


class ParcelNotFoundError(NotFoundError):
    """No parcel with this id is parked."""

    code = "not_found.parcel"


class ParcelUnreadableError(ConflictError):
    """What is parked under this id is no parcel: it can be looked at and dropped, not replayed."""

    code = "conflict.parcel_unreadable"


class ParkedParcel(msgspec.Struct, frozen=True, kw_only=True):
    """A parked parcel as people see it in a list: never its contents, which may hold secrets."""

    parked_id: str
    reason: str
    """`failed`, `garbage`, or the broker's own word (`delivery_limit`)."""
    partition: int | None
    attempts: int
    error: str
    parked_at: datetime | None
    messages: tuple[str, ...]
    """The tags of its messages, in order."""
    station_ids: tuple[str, ...]
    size_bytes: int
    is_readable: bool
    """It may be replayed."""


class ParcelMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message within a parked parcel."""

    message: str
    """Its tag; `unknown` when it cannot be read at all."""
    station_id: str | None = None
    content: Any = None
    """All that a report says. None for commands, which may hold secrets, and for what this version does not know."""


class ParcelContent(msgspec.Struct, frozen=True, kw_only=True):
    """What is in a parked parcel."""

    parcel: ParkedParcel
    messages: tuple[ParcelMessage, ...] = ()
    raw_hex: str | None = None
    """The beginning of what is no parcel, byte by byte."""


class ParcelShelf(Protocol):
    """Where parked parcels lie. Errors of all: `unavailable.bus`."""

    async def list_all(self, *, limit: int = 100) -> Sequence[ParkedParcel]:
        """Return what is parked, the oldest first."""
        ...

    async def read(self, parked_id: str) -> ParcelContent:
        """Return what is in a parcel. Errors: `not_found.parcel`."""
        ...

    async def replay(self, parked_id: str) -> None:
        """Send a parcel to its partition once more. Errors: `not_found.parcel`, `conflict.parcel_unreadable`."""
        ...

    async def drop(self, parked_id: str) -> None:
        """Forget a parcel for good. Errors: `not_found.parcel`."""
        ...
