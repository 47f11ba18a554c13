"""One UTC day of the wire log: a SQLite file. All of this blocks and runs on the log's own threads."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from busbar.kernel.errors import UnavailableError
from busbar.kernel.ids import StationId
from busbar.ports.wirelog import Direction, WireEntry

SUFFIX = ".sqlite3"
BROKEN_SUFFIX = ".broken"
"""What is put behind the name of a file that cannot be read as a day."""
CHUNKS = (256, 32, 4, 1)
"""Rows per INSERT statement. One statement per row would hand the interpreter lock back and forth once per row, and
under load the writer would then wait up to 5 ms for each of them.
"""
DAY_S = 86_400
SECOND_US = 1_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DIRECTIONS: tuple[Direction, ...] = (Direction.IN, Direction.OUT, Direction.NOTE)
CODES = {direction: code for code, direction in enumerate(DIRECTIONS)}

SCHEMA = """
PRAGMA page_size = 16384;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS entry (
  entry_id INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, station_id TEXT NOT NULL,
  direction INTEGER NOT NULL, text TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS entry_station ON entry (station_id, entry_id);
"""


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


def count_us(at: datetime) -> int:
    """Give an instant as whole microseconds since 1970."""
    since = at - EPOCH
    return (since.days * DAY_S + since.seconds) * SECOND_US + since.microseconds


class DayWriter:
    """Appends to one day's file."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.executescript(SCHEMA)

    def write(self, entries: Sequence[WireEntry]) -> None:
        """Write entries (their ids given) in one transaction."""
        self._db.execute("BEGIN")
        try:
            start = 0
            for size in CHUNKS:
                while len(entries) - start >= size:
                    self._insert(entries[start : start + size])
                    start += size
            self._db.execute("COMMIT")
        except sqlite3.Error:
            self._db.execute("ROLLBACK")
            raise

    def _insert(self, entries: Sequence[WireEntry]) -> None:
        values: list[object] = []
        for entry in entries:
            values += (entry.entry_id, count_us(entry.at), entry.station_id, CODES[entry.direction], entry.text)
        places = ",".join(["(?,?,?,?,?)"] * len(entries))
        self._db.execute(f"INSERT OR REPLACE INTO entry VALUES {places}", values)  # noqa: S608  only question marks

    def close(self) -> None:
        """Close the file; its write-ahead log is folded in."""
        self._db.close()


def _query(path: Path, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Read from a day; one whose table is just being made is an empty one. Errors: UnreadableDayError."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            return db.execute(query, values).fetchall()
    except sqlite3.Error as error:
        if "no such table" in str(error):
            return []
        raise UnreadableDayError("the wire log of this day cannot be read", day=path.stem) from error


def read_last_id(path: Path) -> int:
    """Return the newest entry's id, 0 when there is none. Errors: UnreadableDayError."""
    if not path.exists():
        return 0
    rows = _query(path, "SELECT max(entry_id) FROM entry")
    return int(rows[0][0] or 0) if rows else 0


def has_station(path: Path, station_id: StationId) -> bool:
    """Tell whether a day holds entries of a station. Errors: UnreadableDayError."""
    return bool(_query(path, "SELECT 1 FROM entry WHERE station_id = ? LIMIT 1", (station_id,)))


def read_entries(
    path: Path,
    *,
    station_id: StationId,
    text: str | None,
    direction: Direction | None,
    before_id: int | None,
    after_id: int | None,
    limit: int,
) -> list[WireEntry]:
    """Read a station's entries, newest first; oldest first with `after_id`. Errors: UnreadableDayError."""
    wheres, values = ["station_id = ?"], list[object]([station_id])
    if text:
        escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        wheres.append("text LIKE ? ESCAPE '\\'")
        values.append(f"%{escaped}%")
    for clause, value in (
        ("direction = ?", None if direction is None else CODES[direction]),
        ("entry_id < ?", before_id),
        ("entry_id > ?", after_id),
    ):
        if value is not None:
            wheres.append(clause)
            values.append(value)
    order = "ASC" if after_id is not None else "DESC"
    query = (
        f"SELECT entry_id, at_us, direction, text FROM entry WHERE {' AND '.join(wheres)} "  # noqa: S608  fixed clauses
        f"ORDER BY entry_id {order} LIMIT ?"
    )
    rows = _query(path, query, [*values, limit])
    return [
        WireEntry(
            at=EPOCH + timedelta(microseconds=at_us),
            station_id=station_id,
            direction=DIRECTIONS[int(code)],
            text=frame,
            entry_id=entry_id,
        )
        for entry_id, at_us, code, frame in rows
    ]
