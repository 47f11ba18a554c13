"""Real servers for tests, found or started when a test first asks for one, and databases of a test's own.

`make test` names the servers in `BUSBAR_TEST_<SERVICE>_URL`. A file that is run by hand finds or starts them in the
same way (tools/services.py); the workers of one run share what one of them started.
"""

import asyncio
import contextlib
import fcntl
import os
import secrets
import shutil
from collections.abc import Coroutine, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

import asyncpg
import pytest

from busbar.app.migrations import migrate
from busbar.db.engine import Databases
from services import OWN_PREFIX, SERVICES, run_service

R = TypeVar("R")

SQLITE, POSTGRESQL = "sqlite", "postgresql"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests marked `every_database` that use one on both."""
    if metafunc.definition.get_closest_marker("every_database") and "database_kind" in metafunc.fixturenames:
        metafunc.parametrize("database_kind", [SQLITE, POSTGRESQL])


@contextlib.contextmanager
def share_service(name: str, directory: Path) -> Generator[str]:
    """Give a service's address; the first process of a run to ask finds or starts it and outlasts the others.

    `directory` is the same for all processes of a run. Who uses a service holds a lock, which a process that dies lets
    go of.
    """
    service = SERVICES[name]
    given = os.environ.get(service.variable)
    if given:
        yield given
        return
    note, users = directory / f"{name}.url", directory / f"{name}.users"
    with contextlib.ExitStack() as open_files:
        door = open_files.enter_context((directory / f"{name}.door").open("a"))
        fcntl.flock(door, fcntl.LOCK_EX)
        use = open_files.enter_context(users.open("a"))
        if note.exists():
            fcntl.flock(use, fcntl.LOCK_SH)
            fcntl.flock(door, fcntl.LOCK_UN)
            yield note.read_text(encoding="utf-8")
            return
        with run_service(service) as url:
            note.write_text(url, encoding="utf-8")
            fcntl.flock(door, fcntl.LOCK_UN)
            yield url
            fcntl.flock(door, fcntl.LOCK_EX)
            note.unlink()
            users.unlink()  # who comes now starts one of their own
            fcntl.flock(door, fcntl.LOCK_UN)
            fcntl.flock(use, fcntl.LOCK_EX)


def _share(name: str, factory: pytest.TempPathFactory) -> Generator[str]:
    is_worker = "PYTEST_XDIST_WORKER" in os.environ
    base = factory.getbasetemp()
    with share_service(name, base.parent if is_worker else base) as url:
        yield url


@pytest.fixture(scope="session")
def postgresql_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a PostgreSQL where databases may be made; use `database_url` or `make_postgresql_database`."""
    yield from _share("postgresql", tmp_path_factory)


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a Redis; keep to keys that begin with `own_prefix`, and remove them."""
    yield from _share("redis", tmp_path_factory)


@pytest.fixture(scope="session")
def rabbitmq_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a RabbitMQ and a virtual host in it; keep to names that begin with `own_prefix`, and remove them."""
    yield from _share("rabbitmq", tmp_path_factory)


@pytest.fixture
def own_prefix() -> str:
    """Beginning of the names that one test uses in a server that it shares."""
    return f"{OWN_PREFIX}{secrets.token_hex(6)}_"


LIST_TABLES = """
SELECT quote_ident(relname) FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY 1
"""
END_OTHERS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
REWIND_SEQUENCES = """
SELECT setval(quote_ident(sequencename)::regclass, start_value, false) FROM pg_sequences WHERE last_value IS NOT NULL
"""


class PostgresqlDatabases:
    """Makes databases that are migrated already: copies of a template.

    Making and dropping one costs up to a second (the server writes all it has to the disk), emptying one some
    milliseconds. So one that a test gives back is emptied and used again, unless the test changed its tables.
    """

    def __init__(self, server_url: str) -> None:
        self._server_url = server_url
        self._template = f"{OWN_PREFIX}{secrets.token_hex(6)}"
        self._count = 0
        self._clean: list[str] = []
        self._tables: list[str] = []
        self._rows: dict[str, list[asyncpg.Record]] = {}
        """What the migrations themselves write."""
        self._lane = asyncio.new_event_loop()
        self._thread = Thread(target=self._lane.run_forever, daemon=True, name="databases of tests")
        self._thread.start()
        self._cleaners: dict[str, asyncpg.Connection] = {}
        """On the lane: a connection of each database that is used again. One that is new learns all tables first."""

    def name_url(self, name: str) -> str:
        """Return the address of a database, as Busbar takes it."""
        return self._name_plain_url(name).replace("postgresql://", "postgresql+asyncpg://")

    def _name_plain_url(self, name: str) -> str:
        return f"{self._server_url.rpartition('/')[0]}/{name}"

    async def open(self) -> None:
        """Make the template."""
        await self._execute(f"CREATE DATABASE {self._template}")
        databases = Databases(self.name_url(self._template))
        await migrate(databases)
        await databases.close()
        connection = await asyncpg.connect(self._name_plain_url(self._template))
        self._tables = [name for (name,) in await connection.fetch(LIST_TABLES)]
        for name in self._tables:
            rows = await connection.fetch(f"TABLE {name}")
            if rows:
                self._rows[name] = rows
        await connection.close()

    async def close(self) -> None:
        """Remove the template and what was made from it."""
        asyncio.run_coroutine_threadsafe(self._close_cleaners(), self._lane).result()
        self._lane.call_soon_threadsafe(self._lane.stop)
        self._thread.join()
        self._lane.close()
        for name in [*self._clean, self._template]:
            await self.remove(name)

    async def _close_cleaners(self) -> None:
        for connection in self._cleaners.values():
            connection.terminate()

    async def make(self, *, is_migrated: bool = True) -> str:
        """Make a database and return its name. Its commits do not wait for the disk: no test pulls the plug on it."""
        if is_migrated and self._clean:
            return self._clean.pop()
        self._count += 1
        name = f"{self._template}_{self._count}"
        await self._execute(
            f"CREATE DATABASE {name} TEMPLATE {self._template if is_migrated else 'template0'}",
            f"ALTER DATABASE {name} SET synchronous_commit = off",
        )
        return name

    def give_back(self, name: str) -> None:
        """Take a migrated database back: empty it for another test, or remove it."""
        asyncio.run_coroutine_threadsafe(self._take_back(name), self._lane).result()

    async def _take_back(self, name: str) -> None:
        connection = await self._find_cleaner(name)
        await connection.execute(END_OTHERS)
        found = [name for (name,) in await connection.fetch(LIST_TABLES)]
        if set(self._tables) <= set(found):
            await self._empty(connection, added=[name for name in found if name not in self._tables])
            self._clean.append(name)
        else:
            await self._cleaners.pop(name).close()
            await self.remove(name)

    async def _find_cleaner(self, name: str) -> asyncpg.Connection:
        """Return the connection that empties a database; another if a test ended it with all the others."""
        known = self._cleaners.get(name)
        if known is not None and not known.is_closed():
            with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await known.execute("SELECT 1")
                return known
        self._cleaners[name] = await asyncpg.connect(self._name_plain_url(name))
        return self._cleaners[name]

    async def _empty(self, connection: asyncpg.Connection, *, added: Sequence[str]) -> None:
        """Take what a test wrote, and the tables it `added`: partitions of its days."""
        async with connection.transaction():
            await connection.execute("SET LOCAL session_replication_role = replica")  # no trigger, no order of tables
            for name in added:
                await connection.execute(f"DROP TABLE IF EXISTS {name} CASCADE")
            # Most are empty, and to look into all costs a tenth of what deleting nothing from all does.
            looks = ", ".join(f"EXISTS (SELECT FROM {name})" for name in self._tables)
            written = zip(self._tables, await connection.fetchrow(f"SELECT {looks}"), strict=True)
            for name in [name for name, has_rows in written if has_rows]:
                await connection.execute(f"DELETE FROM {name}")  # noqa: S608 - a name from the database itself
            for name, rows in self._rows.items():
                await connection.copy_records_to_table(name, records=rows)
            await connection.execute(REWIND_SEQUENCES)

    async def remove(self, name: str) -> None:
        """Remove a database, whoever is connected to it."""
        await self._execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    async def _execute(self, *statements: str) -> None:
        connection = await asyncpg.connect(self._server_url)
        for statement in statements:
            await connection.execute(statement)
        await connection.close()


def run_apart(work: Coroutine[Any, Any, R]) -> R:
    """Run a coroutine in a thread of its own, from code that is not on an event loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@pytest.fixture(scope="session")
def postgresql_databases(postgresql_url: str) -> Iterator[PostgresqlDatabases]:
    """Makes databases; one template for each worker."""
    databases = PostgresqlDatabases(postgresql_url)
    try:
        run_apart(databases.open())
        yield databases
    finally:
        run_apart(databases.close())


@pytest.fixture
def postgresql_database(postgresql_databases: PostgresqlDatabases) -> Iterator[str]:
    """Address of a migrated PostgreSQL database of the test's own."""
    name = run_apart(postgresql_databases.make())
    yield postgresql_databases.name_url(name)
    postgresql_databases.give_back(name)


@pytest.fixture
def empty_postgresql_database(postgresql_databases: PostgresqlDatabases) -> Iterator[str]:
    """Address of an empty PostgreSQL database of the test's own."""
    name = run_apart(postgresql_databases.make(is_migrated=False))
    yield postgresql_databases.name_url(name)
    run_apart(postgresql_databases.remove(name))


@pytest.fixture
def database_kind() -> str:
    """Which database a test runs on: SQLite, unless it is marked `every_database`, or its suite says otherwise."""
    return SQLITE


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy: making its tables takes a hundred times as long."""
    path = tmp_path_factory.mktemp("template") / "busbar.sqlite3"
    run_apart(make_sqlite_file(path))
    return path


async def make_sqlite_file(path: Path) -> None:
    """Bring an empty SQLite file to the newest tables."""
    databases = Databases(f"sqlite+aiosqlite:///{path}")
    await migrate(databases)
    await databases.close()


@pytest.fixture
def database_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """Address of a migrated database of the test's own."""
    if database_kind == POSTGRESQL:
        return request.getfixturevalue("postgresql_database")
    path = tmp_path / "busbar.sqlite3"
    shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
def empty_database_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """Address of a database without tables."""
    if database_kind == POSTGRESQL:
        return request.getfixturevalue("empty_postgresql_database")
    return f"sqlite+aiosqlite:///{tmp_path / 'empty.sqlite3'}"
