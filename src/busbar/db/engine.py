"""Engines: one writer (the core's) and a pool of readers (the views')."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from busbar.db.postgresql import PostgresqlWriter, open_postgresql
from busbar.db.writer import RETRY_S, SqliteWriter, Writer, prepare_writer

_BUSY_TIMEOUT_S = 10
_STATEMENT_TIMEOUT_S = 60
_READERS = 4
_STATEMENTS_KEPT = 32
"""Prepared by each connection to SQLite but the core's. The driver's own 128 take 8 MiB where they hold lists of keys:
each length of a list is a statement of its own.
"""
_WRITERS = 4
"""On PostgreSQL; SQLite has one. The core has one transaction open, jobs and leases have the others."""


def _prepare_sqlite(engine: AsyncEngine, *, is_reader: bool, busy_timeout_s: int) -> None:
    """Write-ahead log, full durability, and transactions that we begin ourselves.

    The driver's own transaction control would begin late and commit early, so it is switched off
    (SQLAlchemy, "Serializable isolation / Savepoints / Transactional DDL" of the SQLite dialect).
    """

    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:  # pyright: ignore[reportUnusedFunction] - SQLAlchemy calls it
        connection.isolation_level = None
        cursor = connection.cursor()
        _turn_to_wal(connection, cursor, tries=1 + int(busy_timeout_s / RETRY_S))
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA busy_timeout={busy_timeout_s * 1000}")
        if is_reader:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Connection) -> None:  # pyright: ignore[reportUnusedFunction] - SQLAlchemy calls it
        connection.exec_driver_sql("BEGIN" if is_reader else "BEGIN IMMEDIATE")


async def _rest(_driver: object) -> None:
    await asyncio.sleep(RETRY_S)


def _turn_to_wal(connection: Any, cursor: Any, *, tries: int) -> None:
    """Give the file its write-ahead log. Of two who do so to a new file at once, SQLite refuses one without a wait."""
    for left in reversed(range(tries)):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or not left:
                raise
            connection.run_async(_rest)
        else:
            return


class Databases:
    """The database of an installation, opened twice: to write (one connection on SQLite) and to read."""

    def __init__(
        self,
        url: str,
        *,
        busy_timeout_s: int = _BUSY_TIMEOUT_S,
        statement_timeout_s: int = _STATEMENT_TIMEOUT_S,
        readers_max: int = _READERS,
        writers_max: int = _WRITERS,
        application: str = "busbar",
    ) -> None:
        """`url`: a SQLAlchemy URL; `sqlite+aiosqlite:///FILE` or `postgresql+asyncpg://…`.

        `busy_timeout_s`: how long to wait for another's lock. The rest is for PostgreSQL, but for `readers_max`;
        `application` is what the server's list of connections shows. Errors do not tell the rows that were written:
        they are people's data. Errors: `DatabaseDriverError`.
        """
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.busy_timeout_s = busy_timeout_s
        if self.is_sqlite:
            shared: dict[str, Any] = {
                "max_overflow": 0,
                "hide_parameters": True,
                "connect_args": {"cached_statements": _STATEMENTS_KEPT},
            }
            self.writer = create_async_engine(self.url, pool_size=1, **shared)
            self.reader = create_async_engine(self.url, pool_size=readers_max, **shared)
            _prepare_sqlite(self.writer, is_reader=False, busy_timeout_s=busy_timeout_s)
            _prepare_sqlite(self.reader, is_reader=True, busy_timeout_s=busy_timeout_s)
            return
        options: dict[str, Any] = {
            "application": application,
            "busy_timeout_s": busy_timeout_s,
            "statement_timeout_s": statement_timeout_s,
        }
        self.writer = open_postgresql(self.url, is_reader=False, pool_size=writers_max, **options)
        self.reader = open_postgresql(self.url, is_reader=True, pool_size=readers_max, **options)

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncConnection]:
        """Give a connection that sees one consistent state and cannot write.

        A server that nobody can reach says so as one of SQLAlchemy's errors, like all else that can go wrong.
        """
        async with AsyncExitStack() as stack:
            try:
                connection = await stack.enter_async_context(self.reader.connect())
            except OSError as error:
                raise NoConnectionError(f"the database cannot be reached: {error}") from error
            yield connection

    def make_writer(self) -> Writer:
        """Make the core's own way to write; whoever takes it closes it."""
        if not self.is_sqlite:
            return PostgresqlWriter(self.writer)
        engine = create_engine(
            self.url.set(drivername="sqlite"),
            pool_size=1,
            max_overflow=0,
            hide_parameters=True,
            connect_args={"check_same_thread": False},
        )
        prepare_writer(engine)
        return SqliteWriter(engine, busy_timeout_s=self.busy_timeout_s)

    async def close(self) -> None:
        """Close every connection."""
        await self.writer.dispose()
        await self.reader.dispose()
