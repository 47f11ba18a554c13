"""The wire log in SQLite: one file per UTC day, written by a thread of its own in batches."""

import asyncio
import contextlib
import sqlite3
import threading
from collections import deque
from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path

import structlog

from busbar.adapters.wirelog.day_file import (
    DayWriter,
    UnreadableDayError,
    drop_file,
    has_station,
    list_files,
    name_file,
    read_entries,
    read_last_id,
    set_aside,
)
from busbar.kernel.ids import StationId
from busbar.ports.wirelog import Direction, WireEntry

FLUSH_INTERVAL_S = 0.2
FOLLOWER_MAX_ENTRIES = 1000
"""Entries waiting for one reader that follows live; the oldest go first."""
READ_MAX_ENTRIES = 1000
WAITING_MAX_CHARACTERS = 64 * 1024 * 1024
"""Text that may wait to be written: frames may be long, and a disk may stand still."""
LOST_MAX_STATIONS = 10_000
"""Stations whose lost frames are counted one by one; the rest are counted together."""

log = structlog.get_logger("busbar.wirelog")


class SqliteWireLog:
    """Keeps every frame under `directory`. `append` belongs to one event loop; the rest of the work is done on threads.

    With `is_kept` False (retention 0) nothing is written; who follows live still sees the frames.
    """

    def __init__(self, directory: Path, *, queue_max_entries: int, is_kept: bool = True) -> None:
        self._directory = directory
        self._bound = queue_max_entries
        self._is_kept = is_kept
        self._waiting: deque[WireEntry] = deque()
        self._taken_characters = 0
        """Of all entries ever appended; counted by the event loop alone …"""
        self._written_characters = 0
        """… and of those that are written, or given up; counted by the thread that writes."""
        self._last_ids: dict[date, int] = {}
        self._lost: dict[StationId, int] = {}
        self._lost_at: datetime | None = None
        self._followers: dict[StationId, set[_Follower]] = {}
        self._stop = threading.Event()
        self._turn = threading.Lock()
        self._writers: dict[date, DayWriter] = {}
        self._thread: threading.Thread | None = None

    def open(self) -> None:
        """Make the directory and start the writing thread. Errors: OSError."""
        self._directory.mkdir(parents=True, exist_ok=True)
        self._thread = threading.Thread(target=self._run, name="wire log", daemon=True)
        self._thread.start()

    async def close(self) -> None:
        """Write what is waiting and stop."""
        self._stop.set()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)
            self._thread = None

    def append(self, entry: WireEntry) -> None:
        """Take an entry; it is on disk a fraction of a second later. A full queue loses it and says so in a note."""
        followers = self._followers.get(entry.station_id)
        if not self._is_kept:
            if followers:
                self._show(followers, entry)
            return
        if self._is_full():
            self._lose(entry)
            return
        day = entry.at.date()
        entry_id = self._last_ids.get(day)
        if entry_id is None:
            entry_id = self._begin_day(day)
        self._last_ids[day] = entry_id = entry_id + 1
        stored = WireEntry(entry.at, entry.station_id, entry.direction, entry.text, entry_id)
        self._waiting.append(stored)
        self._taken_characters += len(entry.text)
        if followers:
            self._show(followers, stored)

    def _is_full(self) -> bool:
        waiting_characters = self._taken_characters - self._written_characters
        return len(self._waiting) >= self._bound or waiting_characters >= WAITING_MAX_CHARACTERS

    def _begin_day(self, day: date) -> int:
        for old in [known for known in self._last_ids if (day - known).days > 1]:
            del self._last_ids[old]
        path = name_file(self._directory, day)
        try:
            return read_last_id(path)
        except UnreadableDayError as error:
            # The log must never stop the stations: they begin a new file, and the damaged one is kept for a person.
            log.error("wire_log.set_aside", day=day.isoformat(), error=str(error.__cause__))  # noqa: TRY400 - the text says it
            with contextlib.suppress(OSError):
                set_aside(path)
            return 0

    def _lose(self, entry: WireEntry) -> None:
        if not self._lost:
            asyncio.get_running_loop().call_later(2 * FLUSH_INTERVAL_S, self._note_losses)
        station_id = entry.station_id
        if station_id not in self._lost and len(self._lost) >= LOST_MAX_STATIONS:
            station_id = StationId("")
        self._lost[station_id] = self._lost.get(station_id, 0) + 1
        self._lost_at = entry.at

    def _note_losses(self) -> None:
        if self._lost_at is None:
            return
        if self._is_full():
            asyncio.get_running_loop().call_later(2 * FLUSH_INTERVAL_S, self._note_losses)
            return
        lost, self._lost = self._lost, {}
        for station_id, count in lost.items():
            self.append(WireEntry(self._lost_at, station_id, Direction.NOTE, f"{count} frames lost"))

    @staticmethod
    def _show(followers: "set[_Follower]", entry: WireEntry) -> None:
        for follower in followers:
            follower.offer(entry)

    # ---- the writing thread ------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stop.wait(FLUSH_INTERVAL_S):
            self.flush()
        self.flush()
        with self._turn:
            for writer in self._writers.values():
                writer.close()
            self._writers.clear()

    def flush(self) -> None:
        """Write what is waiting now (any thread)."""
        with self._turn:
            by_day: dict[date, list[WireEntry]] = {}
            for _ in range(len(self._waiting)):
                entry = self._waiting.popleft()
                by_day.setdefault(entry.at.date(), []).append(entry)
            for day, entries in by_day.items():
                self._write_day(day, entries)
                self._written_characters += sum(len(entry.text) for entry in entries)

    def _write_day(self, day: date, entries: list[WireEntry]) -> None:
        try:
            if day not in self._writers:
                for old in [known for known in self._writers if (day - known).days > 1]:
                    self._writers.pop(old).close()
                self._writers[day] = DayWriter(name_file(self._directory, day))
            self._writers[day].write(entries)
        except (sqlite3.Error, OSError):
            # The log must never stop the stations: a full disk costs these frames, and the log of the process says it.
            log.exception("wire_log.write_failed", day=day.isoformat(), lost_frames=len(entries))
            writer = self._writers.pop(day, None)
            if writer is not None:
                with contextlib.suppress(sqlite3.Error):
                    writer.close()

    # ---- reading -----------------------------------------------------------------------------------------------------

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
        """Return entries of a UTC day, newest first (oldest first with `after_id`), at most 1000."""
        return await asyncio.to_thread(
            self._read,
            day,
            station_id=station_id,
            text=text,
            direction=direction,
            before_id=before_id,
            after_id=after_id,
            limit=max(0, min(limit, READ_MAX_ENTRIES)),
        )

    def _read(
        self,
        day: date,
        *,
        station_id: StationId,
        text: str | None,
        direction: Direction | None,
        before_id: int | None,
        after_id: int | None,
        limit: int,
    ) -> list[WireEntry]:
        self.flush()
        path = name_file(self._directory, day)
        if not path.exists():
            return []
        return read_entries(
            path,
            station_id=station_id,
            text=text,
            direction=direction,
            before_id=before_id,
            after_id=after_id,
            limit=limit,
        )

    async def list_days(self, *, station_id: StationId | None = None) -> list[date]:
        """Return the days that hold entries, newest first."""
        return await asyncio.to_thread(self._list_days, station_id)

    def _list_days(self, station_id: StationId | None) -> list[date]:
        self.flush()
        found = list_files(self._directory)
        days = [day for day, path in found.items() if station_id is None or _has_station(path, station_id)]
        return sorted(days, reverse=True)

    async def follow(self, *, station_id: StationId) -> AsyncIterator[WireEntry]:
        """Yield a station's entries as they are appended; a reader too slow for them misses the oldest."""
        follower = _Follower()
        self._followers.setdefault(station_id, set()).add(follower)
        try:
            while True:
                yield await follower.take()
        finally:
            followers = self._followers[station_id]
            followers.discard(follower)
            if not followers:
                del self._followers[station_id]

    async def expire(self, *, keep_from: date) -> int:
        """Drop all days before `keep_from`; return how many days went."""
        return await asyncio.to_thread(self._expire, keep_from)

    def _expire(self, keep_from: date) -> int:
        with self._turn:
            gone = [day for day in list_files(self._directory) if day < keep_from]
            for day in gone:
                writer = self._writers.pop(day, None)
                if writer is not None:
                    writer.close()
                drop_file(name_file(self._directory, day))
        return len(gone)


def _has_station(path: Path, station_id: StationId) -> bool:
    """Tell whether a day holds entries of a station; a day that cannot be read holds nothing for anybody."""
    try:
        return has_station(path, station_id)
    except UnreadableDayError:
        return False


class _Follower:
    """A bounded queue between `append` and one reader."""

    def __init__(self) -> None:
        self._entries: deque[WireEntry] = deque(maxlen=FOLLOWER_MAX_ENTRIES)
        self._wakeup = asyncio.Event()

    def offer(self, entry: WireEntry) -> None:
        self._entries.append(entry)
        self._wakeup.set()

    async def take(self) -> WireEntry:
        while not self._entries:
            self._wakeup.clear()
            await self._wakeup.wait()
        return self._entries.popleft()
