"""The wire log: every frame as it went over the wire, per station and day."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, TypedDict, Unpack

import msgspec

from busbar.kernel.ids import StationId


class Direction(StrEnum):
    """Seen from us."""

    IN = "in"
    OUT = "out"
    NOTE = "note"
    """Not a frame: `connected`, `disconnected`, `refused: wrong password`, `12 frames lost` …"""


class WireEntry(msgspec.Struct, frozen=True, gc=False):
    """One frame, verbatim, or one note."""

    at: datetime
    station_id: StationId
    direction: Direction
    text: str
    entry_id: int = 0
    """Order within the day; given by the log."""


class Narrowing(TypedDict, total=False):
    """What narrows the search in a day; see `WireLog.read`."""

    text: str | None
    direction: Direction | None
    before_id: int | None
    after_id: int | None
    since: datetime | None
    until: datetime | None
    limit: int


class WirePage(msgspec.Struct, frozen=True, kw_only=True):
    """Entries of one station and day."""

    entries: list[WireEntry]
    silent_gateways: tuple[str, ...] = ()
    """Gateways that did not answer in time: what they have of it is missing here."""


class WireDays(msgspec.Struct, frozen=True, kw_only=True):
    """Days that hold entries, the newest first."""

    days: list[date]
    silent_gateways: tuple[str, ...] = ()


class WireReader(Protocol):
    """The wire logs of all gateways, as they are read."""

    async def read_page(self, *, station_id: StationId, day: date, **narrowing: Unpack[Narrowing]) -> WirePage:
        """Return entries as `WireLog.read` does. Errors: `unavailable.wire_log`."""
        ...

    async def read_days(self, *, station_id: StationId | None = None) -> WireDays:
        """Return the days that hold entries. Errors: `unavailable.wire_log`."""
        ...

    def follow(self, *, station_id: StationId) -> AsyncIterator[WireEntry]:
        """Yield a station's entries as they are appended."""
        ...


class WireLog(Protocol):
    """Append is cheap and never waits; a log that cannot keep up says in a note how many entries it lost."""

    def append(self, at: datetime, station_id: StationId, direction: Direction, text: str | bytes) -> None:
        """Take a frame or a note (UTF-8, if bytes); it is on disk within a second or so."""
        ...

    async def read(  # noqa: PLR0913  each narrows the search by itself
        self,
        *,
        station_id: StationId,
        day: date,
        text: str | None = None,
        direction: Direction | None = None,
        before_id: int | None = None,
        after_id: int | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 100,
    ) -> list[WireEntry]:
        """Return entries of a UTC day, newest first (oldest first with `after_id`).

        `text` is found anywhere in the frame; `since` and `until` (not included) narrow the day.
        """
        ...

    async def list_days(self, *, station_id: StationId | None = None) -> list[date]:
        """Return the days that hold entries, newest first."""
        ...

    def follow(self, *, station_id: StationId) -> AsyncIterator[WireEntry]:
        """Yield a station's entries as they are appended."""
        ...

    async def expire(self, *, keep_from: date) -> int:
        """Drop all days before `keep_from`; return how many days went."""
        ...
