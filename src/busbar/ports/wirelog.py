"""The wire log: every frame as it went over the wire, per station and day."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

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


class WireLog(Protocol):
    """Append is cheap and never waits; a log that cannot keep up says in a note how many entries it lost."""

    def append(self, at: datetime, station_id: StationId, direction: Direction, text: str | bytes) -> None:
        """Take a frame or a note (UTF-8, if bytes); it is on disk within a second or so."""
        ...

    async def read(
        self,
        *,
        station_id: StationId,
        day: date,
        text: str | None = None,
        direction: Direction | None = None,
        before_id: int | None = None,
        after_id: int | None = None,
        limit: int = 100,
    ) -> list[WireEntry]:
        """Return entries of a UTC day, newest first (oldest first with `after_id`).

        `text` is found anywhere in the frame.
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
