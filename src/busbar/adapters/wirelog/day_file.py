"""One UTC day of the wire log: a file of frames and a SQLite file that finds them. All of this blocks.

The frames file is only ever appended to. A piece of it is what one station said and was told between two moments of
writing, packed by msgpack; the SQLite file (the index) says whose it is, where it begins and how long it is. Frames in
the rows of a database cost four times as much.

After a power failure the index may know pieces that never reached the disk: they are passed over. Files of before
pieces have a row per entry in the table `entry`; they are read as they are, and a day that was begun so goes on in
pieces.
"""

import os
import re
import sqlite3
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from errno import ENOSPC
from io import SEEK_END
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from busbar.kernel.errors import UnavailableError
from busbar.kernel.ids import StationId
from busbar.ports.wirelog import Direction, WireEntry

SUFFIX = ".sqlite3"
FRAMES_SUFFIX = ".frames"
BROKEN_SUFFIX = ".broken"
"""What is put behind the name of a file that cannot be read as a day."""
ROWS_PER_STATEMENT = (64, 8, 1)
"""Pieces per INSERT. One statement per piece would hand the interpreter lock back and forth once per piece, and under
load the writer would then wait up to 5 ms for each of them.
"""
PIECE_MAX_ENTRIES = 512
WRITES_PER_SYNC = 20
"""After so many writes the frames are forced to the disk."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS piece (
  last_id INTEGER PRIMARY KEY, first_id INTEGER NOT NULL, station_id TEXT NOT NULL,
  directions INTEGER NOT NULL, start INTEGER NOT NULL, size INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS piece_station ON piece (station_id, last_id);
"""

Stored = tuple[int, datetime, str, str | bytes]
"""An entry in a piece: its id, when, which way (the plain text of a direction), and the text (bytes: UTF-8)."""
BITS = {direction.value: 1 << place for place, direction in enumerate((Direction.IN, Direction.OUT, Direction.NOTE))}
"""What a piece's `directions` is made of: which ways its entries went."""
ROW_DIRECTIONS: tuple[Direction, ...] = (Direction.IN, Direction.OUT, Direction.NOTE)
"""What the numbers in the table `entry` mean."""

_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(list[tuple[int, datetime, Direction, Any]]).decode


class UnreadableDayError(UnavailableError):
    """The file of a day is damaged, or the disk does not give it."""

    code = "unavailable.wire_log"


def name_file(directory: Path, day: date) -> Path:
    """Give the file of a day."""
    return directory / f"{day.isoformat()}{SUFFIX}"


def list_files(directory: Path) -> dict[date, Path]:
    """Find the files of all days; other files in the directory are left alone."""
    found: dict[date, Path] = {}
    for path in directory.glob(f"*{SUFFIX}"):
        try:
            found[date.fromisoformat(path.name.removesuffix(SUFFIX))] = path
        except ValueError:
            continue
    return found


def name_frames(path: Path) -> Path:
    """Give the frames file beside the index of a day."""
    return path.with_suffix(FRAMES_SUFFIX)


def drop_file(path: Path) -> None:
    """Remove a day: its index, what SQLite keeps beside it, its frames."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    name_frames(path).unlink(missing_ok=True)


def set_aside(path: Path) -> None:
    """Move a day out of the way. Errors: OSError."""
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    for file in (path, name_frames(path)):
        if file.exists():
            file.replace(file.with_name(file.name + BROKEN_SUFFIX))


# ---- writing ---------------------------------------------------------------------------------------------------------


class DayWriter:
    """Appends to one day. Errors: sqlite3.Error, OSError; what failed is lost, and what was written before stands."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            self._db.executescript(SCHEMA)
            self._frames = name_frames(path).open("ab", buffering=0)
            self._make_even()
        except (sqlite3.Error, OSError):
            self._db.close()
            raise
        self._unsynced_writes = 0

    def _make_even(self) -> None:
        """After a power failure, put nothing where the index believes that lost frames are."""
        (end,) = self._db.execute("SELECT max(start + size) FROM piece").fetchone()
        if end is not None and self._frames.seek(0, SEEK_END) < end:
            self._frames.truncate(end)

    def write(self, entries: Mapping[StationId, Sequence[Stored]]) -> None:
        """Write the entries of each station, oldest first: the frames, then in one transaction where they are."""
        start = self._frames.seek(0, SEEK_END)
        bodies: list[bytes] = []
        rows: list[tuple[object, ...]] = []
        for station_id, stored in entries.items():
            for first in range(0, len(stored), PIECE_MAX_ENTRIES):
                piece = stored[first : first + PIECE_MAX_ENTRIES]
                body = _pack_piece(piece)
                directions = sum(BITS[direction] for direction in {entry[2] for entry in piece})
                rows.append((piece[-1][0], piece[0][0], station_id, directions, start, len(body)))
                bodies.append(body)
                start += len(body)
        data = b"".join(bodies)
        if self._frames.write(data) != len(data):
            raise OSError(ENOSPC, "the disk took a part of the frames only")
        self._index(rows)
        self._unsynced_writes += 1
        if self._unsynced_writes >= WRITES_PER_SYNC:
            self._unsynced_writes = 0
            os.fdatasync(self._frames.fileno())

    def _index(self, rows: list[tuple[object, ...]]) -> None:
        self._db.execute("BEGIN")
        try:
            first = 0
            for size in ROWS_PER_STATEMENT:
                while len(rows) - first >= size:
                    values = [value for row in rows[first : first + size] for value in row]
                    places = ",".join(["(?,?,?,?,?,?)"] * size)
                    self._db.execute(f"INSERT OR REPLACE INTO piece VALUES {places}", values)  # noqa: S608  only question marks
                    first += size
            self._db.execute("COMMIT")
        except sqlite3.Error:
            self._db.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Close both files; the index's write-ahead log is folded in."""
        self._frames.close()
        self._db.close()


def _pack_piece(piece: Sequence[Stored]) -> bytes:
    try:
        return _pack(piece)
    except UnicodeEncodeError:  # half a surrogate pair is in no frame, but a note may repeat a stranger's words
        return _pack([(*entry[:3], str(entry[3]).encode(errors="backslashreplace")) for entry in piece])


# ---- reading ---------------------------------------------------------------------------------------------------------


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries of a station are asked for: newest first, or oldest first with `after_id`."""

    station_id: StationId
    text: str | None = None
    """Found anywhere, in upper or lower case (ASCII), taken literally."""
    direction: Direction | None = None
    before_id: int | None = None
    after_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Not included."""
    limit: int = 100

    def holds(self, at: datetime) -> bool:
        """Tell whether an instant is within what is asked for."""
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)


def read_last_id(path: Path) -> int:
    """Return the newest entry's id, 0 when there is none. Errors: UnreadableDayError."""
    if not path.exists():
        return 0
    queries = {"piece": "SELECT max(last_id) FROM piece", "entry": "SELECT max(entry_id) FROM entry"}
    with _open_day(path) as day:
        return max((int(row[0] or 0) for table in day.tables for row in day.query(queries[table])), default=0)


def has_station(path: Path, station_id: StationId) -> bool:
    """Tell whether a day holds entries of a station. Errors: UnreadableDayError."""
    with _open_day(path) as day:
        return any(
            next(day.query(f"SELECT 1 FROM {table} WHERE station_id = ? LIMIT 1", (station_id,)), None)  # noqa: S608  ours
            for table in day.tables
        )


def read_entries(path: Path, search: Search) -> list[WireEntry]:
    """Read a station's entries. Errors: UnreadableDayError."""
    sources = {"piece": _read_pieces, "entry": _read_rows}
    found: list[WireEntry] = []
    if search.limit <= 0:
        return found
    needle = None if not search.text else re.compile(re.escape(search.text), re.IGNORECASE | re.ASCII)
    with _open_day(path) as day:
        # Rows of the older form are older than every piece of the day.
        for table in day.tables if search.after_id is None else reversed(day.tables):
            for entry in sources[table](day, search):
                if search.holds(entry.at) and (needle is None or needle.search(entry.text)):
                    found.append(entry)
                    if len(found) == search.limit:
                        return found
    return found


class _Day:
    """A day's file, open for reading; what is wrong with it comes out as UnreadableDayError."""

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self._db = db
        self._path = path
        self._frames: BinaryIO | None = None
        names = self.query("SELECT name FROM sqlite_master WHERE name IN ('piece', 'entry') ORDER BY name DESC")
        self.tables: list[str] = [name for (name,) in names]
        """Which of `piece` and `entry` there are; none while the file is just being made."""

    def query(self, query: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        try:
            with closing(self._db.execute(query, values)) as cursor:
                yield from cursor
        except sqlite3.Error as error:
            raise self._unreadable() from error

    def read_piece(self, start: int, size: int) -> bytes | None:
        """Read a piece's body; None when a power failure kept it from the disk."""
        try:
            if self._frames is None:
                self._frames = name_frames(self._path).open("rb")
            self._frames.seek(start)
            body = self._frames.read(size)
        except OSError as error:
            raise self._unreadable() from error
        return body if len(body) == size and body[0] else None

    def unpack(self, body: bytes) -> list[tuple[int, datetime, Direction, str | bytes]]:
        try:
            return _unpack(body)
        except (msgspec.DecodeError, UnicodeError) as error:
            raise self._unreadable() from error

    def close(self) -> None:
        self._db.close()
        if self._frames is not None:
            self._frames.close()

    def _unreadable(self) -> UnreadableDayError:
        return UnreadableDayError("the wire log of this day cannot be read", day=self._path.stem)


@contextmanager
def _open_day(path: Path) -> Generator[_Day]:
    try:
        db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    except sqlite3.Error as error:
        raise UnreadableDayError("the wire log of this day cannot be read", day=path.stem) from error
    with closing(db):
        day = _Day(db, path)
        with closing(day):
            yield day


def _read_pieces(day: _Day, search: Search) -> Iterator[WireEntry]:
    ranges, values = _limit_ids(search, first="first_id", last="last_id")
    ways = "" if search.direction is None else f" AND directions & {BITS[search.direction.value]}"
    order = "DESC" if search.after_id is None else "ASC"
    query = f"SELECT start, size FROM piece WHERE station_id = ?{ranges}{ways} ORDER BY last_id {order}"  # noqa: S608  fixed parts
    first = 0 if search.after_id is None else search.after_id + 1
    needle = None if not search.text else re.compile(re.escape(search.text.encode()), re.IGNORECASE)
    for start, size in day.query(query, values):
        body = day.read_piece(start, size)
        if body is None or (needle is not None and needle.search(body) is None):
            continue
        entries = day.unpack(body)
        for entry_id, at, direction, text in entries if order == "ASC" else reversed(entries):
            if entry_id < first or (search.before_id is not None and entry_id >= search.before_id):
                continue
            if search.direction is None or direction is search.direction:
                frame = text if isinstance(text, str) else text.decode(errors="replace")
                yield WireEntry(at, search.station_id, direction, frame, entry_id)


def _read_rows(day: _Day, search: Search) -> Iterator[WireEntry]:
    ranges, values = _limit_ids(search, first="entry_id", last="entry_id")
    order = "DESC" if search.after_id is None else "ASC"
    query = f"SELECT entry_id, at_us, direction, text FROM entry WHERE station_id = ?{ranges} ORDER BY entry_id {order}"  # noqa: S608  fixed parts
    for entry_id, at_us, code, text in day.query(query, values):
        direction = ROW_DIRECTIONS[int(code)]
        if search.direction is None or direction is search.direction:
            yield WireEntry(EPOCH + timedelta(microseconds=at_us), search.station_id, direction, text, entry_id)


def _limit_ids(search: Search, *, first: str, last: str) -> tuple[str, list[object]]:
    clauses, values = "", list[object]([search.station_id])
    if search.before_id is not None:
        clauses += f" AND {first} < ?"
        values.append(search.before_id)
    if search.after_id is not None:
        clauses += f" AND {last} > ?"
        values.append(search.after_id)
    return clauses, values
