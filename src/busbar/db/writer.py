"""The one connection that the core writes through.

On SQLite everything but the commit runs on the event loop's own thread: a statement takes microseconds there, while a
hop to another thread and back takes ten times that, and a thread that writes row by row fights the loop for the
interpreter. The commit waits for the disk, so it alone is left to a thread. On PostgreSQL every statement is awaited
(`busbar.db.postgresql`).
"""

import asyncio
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, cast

from sqlalchemy import event
from sqlalchemy.engine import Connection, CursorResult, Dialect, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.base import Executable

from busbar.db.bulk import BulkStatement, Row
from busbar.db.reading import Found, QuickRead

Rows = Sequence[Mapping[str, Any]] | Mapping[str, Any]
"""The values of a statement's parameters: of one row or of many."""

CHECKPOINT_PAGES = 8000
"""Pages of 4 KiB in the write-ahead log before they are put into the database: one that was written again and again is
put there once. A start after a crash reads so many at most.
"""
CACHE_KIB = 16 * 1024
"""Pages that the writer keeps at hand. Each running session has one of its own in the index of its samples: when they
do not all find room, a page is read again for nearly every sample, and written in the middle of a batch.
"""
RETRY_S = 0.01
"""How often a locked SQLite file is asked again: another process holds it for milliseconds, as a rule."""


class Writer(Protocol):
    """A transaction at a time. Errors are SQLAlchemy's; after one, `rollback` is all that may be asked."""

    @property
    def dialect(self) -> Dialect:
        """The database's dialect."""
        ...

    async def begin(self) -> None:
        """Begin a transaction that writes."""
        ...

    async def execute(self, statement: Executable, rows: Rows | None = None) -> CursorResult[Any]:
        """Execute a statement."""
        ...

    async def find(self, query: QuickRead, values: Mapping[str, Any]) -> Found:
        """Read rows by the names of their columns."""
        ...

    async def run(self, text: str) -> None:
        """Execute a statement that has no parameters and no rows: a savepoint's."""
        ...

    async def write(self, statement: BulkStatement, rows: Iterable[Row]) -> None:
        """Execute a compiled statement for every row."""
        ...

    async def write_bound(self, statement: BulkStatement, rows: Sequence[Sequence[Any]]) -> None:
        """Execute a compiled statement for every row, each in the driver's form already."""
        ...

    async def commit(self) -> None:
        """Make everything durable. Returns when it is."""
        ...

    async def rollback(self) -> None:
        """Take everything back. Raises nothing."""
        ...

    async def close(self) -> None:
        """Give the connection back."""
        ...


class SqliteWriter:
    """See `Writer`; on a SQLite file, or in memory."""

    def __init__(self, engine: Engine, *, busy_timeout_s: float) -> None:
        """`engine`: a synchronous one whose connections may be used by any thread and begin nothing by themselves."""
        self._engine = engine
        self._busy_timeout_s = busy_timeout_s
        self._connection: Connection | None = None
        self._raw: sqlite3.Connection | None = None
        self._disk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite commit")

    @property
    def dialect(self) -> Dialect:
        """The database's dialect."""
        return self._engine.dialect

    def _open(self) -> sqlite3.Connection:
        if self._raw is None or self._connection is None:
            self._connection = self._engine.connect()
            self._raw = cast("sqlite3.Connection", self._connection.connection.driver_connection)
        return self._raw

    async def begin(self) -> None:
        """Begin a transaction that writes; wait while another process does."""
        waited_s = 0.0
        while True:
            try:
                self._open().execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or waited_s >= self._busy_timeout_s:
                    raise self._name(error, "BEGIN IMMEDIATE") from error
            else:
                return
            await asyncio.sleep(RETRY_S)
            waited_s += RETRY_S

    async def execute(self, statement: Executable, rows: Rows | None = None) -> CursorResult[Any]:
        """Execute a statement."""
        return self._held().execute(statement, rows)

    async def find(self, query: QuickRead, values: Mapping[str, Any]) -> Found:
        """Read rows by the names of their columns."""
        form = query.form(self.dialect)
        try:
            return form.read(self._open().execute(form.text, form.bind(values)).fetchall())
        except sqlite3.Error as error:
            raise self._name(error, form.text) from error

    async def run(self, text: str) -> None:
        """Execute a statement that has no parameters and no rows."""
        self._held().exec_driver_sql(text)

    async def write(self, statement: BulkStatement, rows: Iterable[Row]) -> None:
        """Execute a compiled statement for every row."""
        await self.write_bound(statement, statement.bind(rows))

    async def write_bound(self, statement: BulkStatement, rows: Sequence[Sequence[Any]]) -> None:
        """Execute a compiled statement for every row, each in the driver's form already."""
        try:
            self._open().executemany(statement.text, rows)
        except sqlite3.Error as error:
            raise self._name(error, statement.text) from error

    async def commit(self) -> None:
        """Make everything durable, on the thread that waits for the disk."""
        try:
            await asyncio.get_running_loop().run_in_executor(self._disk, self._open().commit)
        except sqlite3.Error as error:
            raise self._name(error, "COMMIT") from error
        self._held().commit()  # nothing is left to do for the database: SQLAlchemy learns that the transaction is over

    async def rollback(self) -> None:
        """Take everything back; a connection that cannot even do that is thrown away."""
        connection, raw = self._connection, self._raw
        if connection is None or raw is None:
            return
        try:
            raw.rollback()
            connection.rollback()
        except (sqlite3.Error, DBAPIError):
            self._connection = self._raw = None
            connection.invalidate()
            connection.close()

    async def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = self._raw = None
        self._disk.shutdown(wait=True)

    def _held(self) -> Connection:
        self._open()
        return cast("Connection", self._connection)

    def _name(self, error: sqlite3.Error, text: str) -> BaseException:
        """Give a driver's error SQLAlchemy's name; the rows stay untold, they are people's data."""
        return DBAPIError.instance(text, None, error, sqlite3.Error, hide_parameters=True, dialect=self.dialect)


def prepare_writer(engine: Engine) -> None:
    """Let a synchronous SQLite engine begin nothing by itself: its writer does."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:  # pyright: ignore[reportUnusedFunction] - SQLAlchemy calls it
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA busy_timeout=0")
        cursor.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
        cursor.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        cursor.close()
