"""One UTC day of the wire log: a SQLite file. All of this blocks and runs on the log's own threads.

A row is a chunk: what one station said and was told between two moments of writing, packed by msgpack. Files of before
chunks have a row per entry in the table `entry`; they are read as they are, and a day that was begun so goes on in
chunks.
"""

import re
import sqlite3
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from busbar.kernel.errors import UnavailableError
from busbar.kernel.ids import StationId
from busbar.ports.wirelog import Direction, WireEntry

SUFFIX = ".sqlite3"
BROKEN_SUFFIX = ".broken"
"""What is put behind the name of a file that cannot be read as a day."""
ROWS_PER_STATEMENT = (64, 8, 1)
"""Chunks per INSERT. One statement per chunk would hand the interpreter lock back and forth once per chunk, and under
load the writer would then wait up to 5 ms for each of them.
"""
CHUNK_MAX_ENTRIES = 512
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

SCHEMA = """
PRAGMA page_size = 16384;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS chunk (
  last_id INTEGER PRIMARY KEY, first_id INTEGER NOT NULL, station_id TEXT NOT NULL,
  directions INTEGER NOT NULL, body BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS chunk_station ON chunk (station_id, last_id, first_id, directions);
"""

Stored = tuple[int, datetime, Direction, str | bytes]
"""An entry in a chunk: its id, when, which way, and the text (bytes: UTF-8)."""
BITS = {direction: 1 << place for place, direction in enumerate((Direction.IN, Direction.OUT, Direction.NOTE))}
"""What a chunk's `directions` is made of: which ways its entries went."""
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


def drop_file(path: Path) -> None:
    """Remove a day's file with what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def set_aside(path: Path) -> None:
    """Move a day's file out of the way, and what SQLite keeps beside it. Errors: OSError."""
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    path.replace(path.with_name(path.name + BROKEN_SUFFIX))


# ---- writing ---------------------------------------------------------------------------------------------------------


class DayWriter:
    """Appends to one day's file."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.executescript(SCHEMA)

    def write(self, entries: Mapping[StationId, Sequence[Stored]]) -> None:
        """Write the entries of each station, oldest first, in one transaction."""
        rows = sorted(_make_rows(entries))
        self._db.execute("BEGIN")
        try:
            start = 0
            for size in ROWS_PER_STATEMENT:
                while len(rows) - start >= size:
                    values = [value for row in rows[start : start + size] for value in row]
                    places = ",".join(["(?,?,?,?,?)"] * size)
                    self._db.execute(f"INSERT OR REPLACE INTO chunk VALUES {places}", values)  # noqa: S608  only question marks
                    start += size
            self._db.execute("COMMIT")
        except sqlite3.Error:
            self._db.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Close the file; its write-ahead log is folded in."""
        self._db.close()


def _make_rows(entries: Mapping[StationId, Sequence[Stored]]) -> Iterator[tuple[int, int, str, int, bytes]]:
    for station_id, stored in entries.items():
        for start in range(0, len(stored), CHUNK_MAX_ENTRIES):
            chunk = stored[start : start + CHUNK_MAX_ENTRIES]
            directions = sum(BITS[direction] for direction in {entry[2] for entry in chunk})
            yield chunk[-1][0], chunk[0][0], station_id, directions, _pack_chunk(chunk)


def _pack_chunk(chunk: Sequence[Stored]) -> bytes:
    try:
        return _pack(chunk)
    except UnicodeEncodeError:  # half a surrogate pair is in no frame, but a note may repeat a stranger's words
        return _pack([(*entry[:3], str(entry[3]).encode(errors="backslashreplace")) for entry in chunk])


# ---- reading ---------------------------------------------------------------------------------------------------------


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries of a station are asked for: newest first, or oldest first with `after_id`."""

    station_id: StationId
    text: str | None = None
    """Found anywhere, in upper or lower case (ASCII), taken literally."""
    direction: Direction | None = None
    before_id: int | None = None
    after_id: int | None = None
    limit: int = 100


def read_last_id(path: Path) -> int:
    """Return the newest entry's id, 0 when there is none. Errors: UnreadableDayError."""
    if not path.exists():
        return 0
    queries = {"chunk": "SELECT max(last_id) FROM chunk", "entry": "SELECT max(entry_id) FROM entry"}
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
    sources = {"chunk": _read_chunks, "entry": _read_rows}
    found: list[WireEntry] = []
    if search.limit <= 0:
        return found
    needle = None if not search.text else re.compile(re.escape(search.text), re.IGNORECASE | re.ASCII)
    with _open_day(path) as day:
        # Rows of the older form are older than every chunk of the day.
        for table in day.tables if search.after_id is None else reversed(day.tables):
            for entry in sources[table](day, search):
                if needle is None or needle.search(entry.text):
                    found.append(entry)
                    if len(found) == search.limit:
                        return found
    return found


class _Day:
    """A day's file, open for reading; what is wrong with it comes out as UnreadableDayError."""

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self._db = db
        self._path = path
        names = self.query("SELECT name FROM sqlite_master WHERE name IN ('chunk', 'entry') ORDER BY name")
        self.tables: list[str] = [name for (name,) in names]
        """Which of `chunk` and `entry` there are; none while the file is just being made."""

    def query(self, query: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        try:
            with closing(self._db.execute(query, values)) as cursor:
                yield from cursor
        except sqlite3.Error as error:
            raise self._unreadable() from error

    def unpack(self, body: bytes) -> list[Stored]:
        try:
            return _unpack(body)
        except (msgspec.DecodeError, UnicodeError) as error:
            raise self._unreadable() from error

    def _unreadable(self) -> UnreadableDayError:
        return UnreadableDayError("the wire log of this day cannot be read", day=self._path.stem)


@contextmanager
def _open_day(path: Path) -> Generator[_Day]:
    try:
        db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    except sqlite3.Error as error:
        raise UnreadableDayError("the wire log of this day cannot be read", day=path.stem) from error
    with closing(db):
        yield _Day(db, path)


def _read_chunks(day: _Day, search: Search) -> Iterator[WireEntry]:
    ranges, values = _limit_ids(search, first="first_id", last="last_id")
    ways = "" if search.direction is None else f" AND directions & {BITS[search.direction]}"
    order = "DESC" if search.after_id is None else "ASC"
    query = f"SELECT body FROM chunk WHERE station_id = ?{ranges}{ways} ORDER BY last_id {order}"  # noqa: S608  fixed parts
    first = 0 if search.after_id is None else search.after_id + 1
    needle = None if not search.text else re.compile(re.escape(search.text.encode()), re.IGNORECASE)
    for (body,) in day.query(query, values):
        if needle is not None and needle.search(body) is None:
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
