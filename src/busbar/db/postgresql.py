"""PostgreSQL: how connections are opened, and the one that the core writes through."""

import asyncio
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast

import structlog
from sqlalchemy import event
from sqlalchemy.engine import URL, CursorResult, Dialect
from sqlalchemy.exc import DBAPIError, DisconnectionError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.sql.base import Executable

from busbar.db.bulk import BulkStatement, Row
from busbar.db.outage import find_sqlstate, is_database_away
from busbar.db.reading import Found, QuickRead

log = structlog.get_logger(__name__)

COPY_ROWS_MIN = 32
"""From here on COPY is quicker than a statement for each row: it costs a round trip more, and less for each row."""
DOUBT_TIMEOUT_S = 600
"""How long to ask what became of a commit whose answer was lost; the database is away meanwhile."""
DOUBT_INTERVAL_S = 0.2
_CONNECT_TIMEOUT_S = 10
_ANSWER_GRACE_S = 5
"""Beyond the server's own time-out: a server that says nothing at all by then is gone."""
_INTEGRITY = "23"
"""SQLSTATE class of a row that breaks a constraint."""


class DatabaseDriverError(ModuleNotFoundError):
    """The database's driver is not installed; the text says what to install."""


def open_postgresql(
    url: URL, *, is_reader: bool, pool_size: int, application: str, busy_timeout_s: int, statement_timeout_s: int
) -> AsyncEngine:
    """Bounded waits on both sides of the connection, and snapshots for readers as SQLite gives them.

    A connection that ended while nobody used it (the server was restarted) is replaced when it is taken from the pool:
    the driver knows by then, so nothing is asked of the server.
    """
    timeout_ms = statement_timeout_s * 1000
    server_settings = {
        "application_name": f"{application} {'reader' if is_reader else 'writer'}",
        "statement_timeout": f"{timeout_ms}",
        "lock_timeout": f"{busy_timeout_s * 1000}",
        "idle_in_transaction_session_timeout": f"{timeout_ms}",
        "jit": "off",  # costs more than it gains on statements as short as ours
    }
    try:
        engine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            hide_parameters=True,
            isolation_level="REPEATABLE READ" if is_reader else "READ COMMITTED",
            execution_options={"postgresql_readonly": is_reader},
            connect_args={
                "timeout": _CONNECT_TIMEOUT_S,
                "command_timeout": statement_timeout_s + _ANSWER_GRACE_S,
                "server_settings": server_settings,
            },
        )
    except ModuleNotFoundError as error:
        text = f"PostgreSQL needs the Python package {error.name}: install busbar[scale]"
        raise DatabaseDriverError(text, name=error.name) from None

    @event.listens_for(engine.sync_engine, "checkout")
    def on_checkout(connection: Any, _record: object, _proxy: object) -> None:  # pyright: ignore[reportUnusedFunction] - SQLAlchemy calls it
        if connection.driver_connection.is_closed():
            raise DisconnectionError("the connection ended while nobody used it")

    return engine


class PostgresqlWriter:
    """See `busbar.db.writer.Writer`; many rows of one table go by COPY.

    A batch has a dozen statements of its own, however few messages are in it: they go to the driver as they are, on a
    connection that is kept from batch to batch. SQLAlchemy's way there takes several times what the driver needs; it is
    left to the statements that are built anew (`execute`), which find the transaction that was begun here.

    When the connection breaks during a commit, the server is asked what became of it: a batch that was stored must not
    be applied again.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._connection: AsyncConnection | None = None
        self._driver: Any = None

    @property
    def dialect(self) -> Dialect:
        """The database's dialect."""
        return self._engine.dialect

    async def begin(self) -> None:
        """Begin a transaction; a connection that the server closed meanwhile is replaced."""
        if self._driver is None or self._driver.is_closed():
            await self._discard()
            connection = await self._engine.connect()
            await connection.execution_options(isolation_level="AUTOCOMMIT")  # SQLAlchemy begins nothing by itself
            self._connection = connection
            self._driver = (await connection.get_raw_connection()).driver_connection
        with self._naming("BEGIN"):
            # Whatever a server or a role begins with: what is written counts on seeing what others have committed.
            await self._driver.execute("BEGIN ISOLATION LEVEL READ COMMITTED;")

    async def execute(
        self, statement: Executable, rows: Sequence[Mapping[str, Any]] | Mapping[str, Any] | None = None
    ) -> CursorResult[Any]:
        """Execute a statement."""
        if self._connection is None:
            raise RuntimeError("no transaction has begun")
        return cast("CursorResult[Any]", await self._connection.execute(statement, rows))

    async def find(self, query: QuickRead, values: Mapping[str, Any]) -> Found:
        """Read rows by the names of their columns."""
        form = query.form(self.dialect)
        with self._naming(form.text):
            return form.read(await self._held().fetch(form.text, *form.bind(values)))

    async def run(self, text: str) -> None:
        """Execute a statement that has no parameters and no rows."""
        with self._naming(text):
            await self._held().execute(text)

    async def write(self, statement: BulkStatement, rows: Iterable[Row]) -> None:
        """Execute a compiled statement for every row."""
        await self.write_bound(statement, statement.bind(rows))

    async def write_bound(self, statement: BulkStatement, rows: Sequence[Sequence[Any]]) -> None:
        """Execute a compiled statement for every row, each in the driver's form already."""
        driver = self._held()
        if statement.fills is None or len(rows) < COPY_ROWS_MIN:
            with self._naming(statement.text):
                await driver.executemany(statement.text, rows)
        else:
            with self._naming(f"COPY {statement.fills}"):
                await driver.copy_records_to_table(statement.fills, records=rows, columns=statement.columns)

    async def commit(self) -> None:
        """Make everything durable."""
        driver = self._held()
        process_id = driver.get_server_pid()
        with self._naming("SELECT pg_current_xact_id()"):
            number = await driver.fetchval("SELECT pg_current_xact_id()::text")
        try:
            with self._naming("COMMIT"):
                await driver.execute("COMMIT;")
        except (DBAPIError, OSError) as error:
            if not is_database_away(error):
                raise
            await self.rollback()
            if not await self._was_committed(number, process_id):
                raise
            log.warning("database.commit_confirmed", error=str(error))

    async def _was_committed(self, number: str, process_id: int) -> bool:
        """Ask what became of a transaction whose connection broke. Errors: those of a database that is away."""
        until_s = asyncio.get_running_loop().time() + DOUBT_TIMEOUT_S
        while True:
            try:
                async with self._engine.connect() as connection:
                    status = (await connection.exec_driver_sql(f"SELECT pg_xact_status('{number}')")).scalar()
                    if status != "in progress":
                        return status == "committed"
                    await connection.exec_driver_sql(f"SELECT pg_terminate_backend({process_id:d})")
            except (DBAPIError, OSError) as error:
                if not is_database_away(error) or asyncio.get_running_loop().time() > until_s:
                    raise
            await asyncio.sleep(DOUBT_INTERVAL_S)

    async def rollback(self) -> None:
        """Take everything back; a connection that cannot even do that is thrown away."""
        driver = self._driver
        if driver is None:
            return
        try:
            if not driver.is_closed() and driver.is_in_transaction():
                with self._naming("ROLLBACK"):
                    await driver.execute("ROLLBACK;")
        except (DBAPIError, OSError):
            driver.terminate()
        if driver.is_closed():
            await self._discard()

    async def close(self) -> None:
        """Give the connection back to the pool."""
        await self.rollback()
        if self._connection is not None:
            connection, self._connection, self._driver = self._connection, None, None
            await connection.close()

    async def _discard(self) -> None:
        """Throw a connection away that has ended."""
        if self._connection is not None:
            connection, self._connection, self._driver = self._connection, None, None
            await connection.invalidate()
            await connection.close()

    def _held(self) -> Any:
        if self._driver is None:
            raise RuntimeError("no transaction has begun")
        return self._driver

    @contextmanager
    def _naming(self, text: str) -> Generator[None]:
        """Give a driver's error SQLAlchemy's name; the rows stay untold, they are people's data."""
        import asyncpg  # noqa: PLC0415 - of the extra `scale`: loaded where PostgreSQL is used

        try:
            yield
        except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            kind = IntegrityError if find_sqlstate(error).startswith(_INTEGRITY) else DBAPIError
            is_lost = bool(self._driver.is_closed())
            raise kind(text, None, error, hide_parameters=True, connection_invalidated=is_lost) from error
