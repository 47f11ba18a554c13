"""The wire log on disk: two files per UTC day, written by a thread of its own.

What the event loop does for a frame is to put a tuple into a list; twice a second it hands the lists over, and
the thread packs each station's list in one go.
"""

import asyncio
import contextlib
import sqlite3
import threading
from collections import deque
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Unpack

import msgspec
import structlog

from busbar.adapters.wirelog.day_file import (
    DayWriter,
    Search,
    Stored,
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
from busbar.ports.wirelog import Direction, Narrowing, WireDays, WireEntry, WirePage

FLUSH_INTERVAL_S = 0.5
FOLLOWER_MAX_ENTRIES = 1000
"""Entries waiting for one reader that follows live; the oldest go first."""
READ_MAX_ENTRIES = 1000
WAITING_MAX_CHARACTERS = 64 * 1024 * 1024
"""Text that may wait to be written: frames may be long, and a disk may stand still."""
LOST_MAX_STATIONS = 10_000
"""Stations whose lost frames are counted one by one; the rest are counted together."""
NEVER = datetime.min.replace(tzinfo=UTC)
IN, OUT = Direction.IN, Direction.OUT

log = structlog.get_logger("busbar.wirelog")


class _Parcel(msgspec.Struct, frozen=True):
    """What goes to the thread at once, all of one day."""

    day: date
    entries: dict[StationId, list[Stored]]
    taken: int
    """Entries, and characters, that had ever been appended when it was packed."""
    taken_characters: int


class SqliteWireLog:
    """Keeps every frame under `directory`. `append` belongs to one event loop; the rest of the work is done on threads.

    With `is_kept` False (retention 0) nothing is written; who follows live still sees the frames.
    """

    def __init__(self, directory: Path, *, queue_max_entries: int, is_kept: bool = True) -> None:
        self._directory = directory
        self._bound = queue_max_entries
        self._is_kept = is_kept
        self._entries: dict[StationId, list[Stored]] = {}
        """Entries of the day in hand that were not handed over yet."""
        self._handed: deque[_Parcel] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._day_begins_at = self._day_ends_at = NEVER
        self._last_id = 0
        self._last_ids: dict[date, int] = {}
        """Of days other than the one in hand."""
        self._taken = self._taken_characters = 0
        """Of all entries ever appended; counted by the event loop alone."""
        self._full_at = queue_max_entries
        """How many may be taken before something must be written, or given up; moved on by the thread that writes."""
        self._full_at_characters = WAITING_MAX_CHARACTERS
        self.written = 0
        """Entries that are on disk, since the start …"""
        self.lost_waiting = 0
        """… those that found the queue full …"""
        self.lost_writing = 0
        """… and those that the disk did not take."""
        self._is_writing = True
        self._lost: dict[StationId, int] = {}
        self._lost_at: datetime | None = None
        self._followers: dict[StationId, set[_Follower]] = {}
        self._is_stopping = False
        self._has_work = threading.Event()
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
        self._hand_over()
        self._is_stopping = True
        self._has_work.set()
        await asyncio.to_thread(self._end)

    @property
    def waiting(self) -> int:
        """How many entries wait to be written."""
        return self._taken - (self._full_at - self._bound)

    @property
    def trouble(self) -> str | None:
        """What keeps frames from being kept at the moment, or None."""
        if not self._is_writing:
            return "the disk does not take the wire log"
        is_full = self._taken >= self._full_at or self._taken_characters >= self._full_at_characters
        return "the wire log cannot keep up" if is_full else None

    @property
    def directory(self) -> Path:
        """Where the days lie."""
        return self._directory

    # ---- taking entries: for every frame, so no more than it must be -------------------------------------------------

    def append(self, at: datetime, station_id: StationId, direction: Direction, text: str | bytes) -> None:
        """Take an entry; it is on disk a fraction of a second later. A full queue loses it and says so in a note."""
        if self._taken >= self._full_at or self._taken_characters >= self._full_at_characters:
            self._lose(at, station_id)
            return
        if not self._is_kept:
            self._show(at, station_id, direction, text, 0)
            return
        if not self._day_begins_at <= at < self._day_ends_at:
            self._begin_day(at)
        self._taken += 1
        self._taken_characters += len(text)
        self._last_id = entry_id = self._last_id + 1
        entries = self._entries.get(station_id)
        if entries is None:
            entries = self._begin_list(station_id)
        way = "in" if direction is IN else "out" if direction is OUT else "note"  # quicker than to ask the member
        entries.append((entry_id, at, way, text))
        if self._followers:
            self._show(at, station_id, direction, text, entry_id)

    def _begin_list(self, station_id: StationId) -> list[Stored]:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FLUSH_INTERVAL_S, self._hand_over)
        entries = self._entries[station_id] = []
        return entries

    def _begin_day(self, at: datetime) -> None:
        self._pack()
        self._last_ids[self._day_begins_at.date()] = self._last_id
        day = at.astimezone(UTC).date()
        for old in [known for known in self._last_ids if (day - known).days > 1]:
            del self._last_ids[old]
        last_id = self._last_ids.pop(day, None)
        self._last_id = self._read_last_id(day) if last_id is None else last_id
        self._day_begins_at = datetime(day.year, day.month, day.day, tzinfo=UTC)
        self._day_ends_at = self._day_begins_at + timedelta(days=1)

    def _read_last_id(self, day: date) -> int:
        path = name_file(self._directory, day)
        try:
            return read_last_id(path)
        except UnreadableDayError as error:
            # The log must never stop the stations: they begin a new file, and the damaged one is kept for a person.
            log.error("wire_log.set_aside", day=day.isoformat(), error=str(error.__cause__))  # noqa: TRY400 - the text says it
            with contextlib.suppress(OSError):
                set_aside(path)
            return 0

    def _pack(self) -> None:
        """Put what was appended where the thread looks; belongs to the event loop, like `append`."""
        if self._entries:
            day, entries = self._day_begins_at.date(), self._entries
            self._handed.append(_Parcel(day, entries, self._taken, self._taken_characters))
            self._entries = {}

    def _hand_over(self) -> None:
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()
        self._pack()
        self._has_work.set()

    def _lose(self, at: datetime, station_id: StationId) -> None:
        if not self._lost:
            asyncio.get_running_loop().call_later(2 * FLUSH_INTERVAL_S, self._note_losses)
        if station_id not in self._lost and len(self._lost) >= LOST_MAX_STATIONS:
            station_id = StationId("")
        self._lost[station_id] = self._lost.get(station_id, 0) + 1
        self._lost_at = at
        self.lost_waiting += 1

    def _note_losses(self) -> None:
        if self._lost_at is None:
            return
        if self._taken >= self._full_at or self._taken_characters >= self._full_at_characters:
            asyncio.get_running_loop().call_later(2 * FLUSH_INTERVAL_S, self._note_losses)
            return
        lost, self._lost = self._lost, {}
        for station_id, count in lost.items():
            self.append(self._lost_at, station_id, Direction.NOTE, f"{count} frames lost")

    def _show(
        self, at: datetime, station_id: StationId, direction: Direction, text: str | bytes, entry_id: int
    ) -> None:
        followers = self._followers.get(station_id)
        if followers:
            frame = text if isinstance(text, str) else text.decode(errors="replace")
            entry = WireEntry(at, station_id, direction, frame, entry_id)
            for follower in followers:
                follower.offer(entry)

    # ---- the writing thread ------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._is_stopping:
            self._has_work.wait()
            self._has_work.clear()
            self._write()

    def _end(self) -> None:
        """Let the thread finish, write what it did not see any more, and close the files."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._write()
        with self._turn:
            for writer in self._writers.values():
                writer.close()
            self._writers.clear()

    def flush(self) -> None:
        """Write what is waiting, now; for the event loop's thread, like `append`."""
        self._hand_over()
        self._write()

    def _write(self) -> None:
        """Write what was handed over (any thread)."""
        with self._turn:
            while self._handed:
                parcel = self._handed.popleft()
                self._write_day(parcel.day, parcel.entries)
                self._full_at = parcel.taken + self._bound
                self._full_at_characters = parcel.taken_characters + WAITING_MAX_CHARACTERS

    def _write_day(self, day: date, entries: dict[StationId, list[Stored]]) -> None:
        try:
            if day not in self._writers:
                for old in [known for known in self._writers if (day - known).days > 1]:
                    self._writers.pop(old).close()
                self._writers[day] = DayWriter(name_file(self._directory, day))
            self._writers[day].write(entries)
            self.written += sum(map(len, entries.values()))
            self._is_writing = True
        except (sqlite3.Error, OSError):
            # The log must never stop the stations: a full disk costs these frames, and the log of the process says it.
            lost_frames = sum(map(len, entries.values()))
            self.lost_writing += lost_frames
            self._is_writing = False
            log.exception("wire_log.write_failed", day=day.isoformat(), lost_frames=lost_frames)
            writer = self._writers.pop(day, None)
            if writer is not None:
                with contextlib.suppress(sqlite3.Error):
                    writer.close()

    # ---- reading -----------------------------------------------------------------------------------------------------

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
        """Return entries of a UTC day, newest first (oldest first with `after_id`), at most 1000."""
        self._hand_over()
        search = Search(
            station_id=station_id,
            text=text,
            direction=direction,
            before_id=before_id,
            after_id=after_id,
            since=since,
            until=until,
            limit=min(limit, READ_MAX_ENTRIES),
        )
        return await asyncio.to_thread(self._read, name_file(self._directory, day), search)

    def _read(self, path: Path, search: Search) -> list[WireEntry]:
        self._write()
        return read_entries(path, search) if path.exists() else []

    async def list_days(self, *, station_id: StationId | None = None) -> list[date]:
        """Return the days that hold entries, newest first."""
        self._hand_over()
        return await asyncio.to_thread(self._list_days, station_id)

    def _list_days(self, station_id: StationId | None) -> list[date]:
        self._write()
        found = list_files(self._directory)
        days = [day for day, path in found.items() if station_id is None or _has_station(path, station_id)]
        return sorted(days, reverse=True)

    async def read_page(self, *, station_id: StationId, day: date, **narrowing: Unpack[Narrowing]) -> WirePage:
        """Return entries of a UTC day: there is no other log than this one."""
        return WirePage(entries=await self.read(station_id=station_id, day=day, **narrowing))

    async def read_days(self, *, station_id: StationId | None = None) -> WireDays:
        """Return the days that hold entries, newest first."""
        return WireDays(days=await self.list_days(station_id=station_id))

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
