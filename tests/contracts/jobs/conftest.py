"""Jobs and leases on both databases: a new one for each test, and a clock that the test moves."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from sqlalchemy import delete

from busbar.adapters.system.clock import TimeOrderedIds
from busbar.app.migrations import migrate
from busbar.db.engine import Databases
from busbar.db.jobs import RetryTerms, SqlJobs, jobs
from busbar.db.leases import SqlLeases, leases
from busbar.db.timekeeping import read_clock
from busbar.db.work import SqlUnitOfWork
from tests.contracts.conftest import StepClock

LEASE = timedelta(seconds=60)
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A database of this run's own on the server for tests; each test empties the tables that it uses."""
    server = os.environ["BUSBAR_TEST_POSTGRESQL_URL"]
    name = f"busbar_jobs_{TimeOrderedIds().new()}"
    url = f"postgresql+asyncpg://{server.partition('://')[2].rpartition('/')[0]}/{name}"

    async def run(statement: str) -> None:
        admin = await asyncpg.connect(server)
        await admin.execute(statement)
        await admin.close()

    async def prepare() -> None:
        databases = Databases(url)
        await migrate(databases)
        await databases.close()

    asyncio.run(run(f"CREATE DATABASE {name}"))
    try:
        asyncio.run(prepare())
        yield url
    finally:
        asyncio.run(run(f"DROP DATABASE {name} WITH (FORCE)"))


@dataclass
class Desk:
    """A database, a clock, and processes that work on it."""

    databases: Databases
    clock: StepClock = field(default_factory=lambda: StepClock(NOON))
    ids: TimeOrderedIds = field(default_factory=TimeOrderedIds)

    def jobs(self, terms: RetryTerms | None = None) -> SqlJobs:
        return SqlJobs(self.databases, ids=self.ids, read_now=read_clock(self.clock), lease=LEASE, terms=terms)

    def leases(self, clock: StepClock | None = None, lease: timedelta = LEASE) -> SqlLeases:
        clock = clock or self.clock
        return SqlLeases(self.databases, clock=clock, read_now=read_clock(clock), lease=lease)

    @asynccontextmanager
    async def work(self) -> AsyncIterator[SqlUnitOfWork]:
        """A unit of work as the core makes them; what raises inside is undone."""
        async with self.databases.writer.connect() as connection:
            work = SqlUnitOfWork(connection, now=self.clock.now(), ids=self.ids, ask=_ask_nobody)
            work.begin_message()
            yield work
            await work.end_message()
            await work.flush()
            await connection.commit()


async def until(is_so: Callable[[], bool | Awaitable[bool]]) -> None:
    """Wait until something is so; what never comes about fails."""
    for _ in range(2000):
        answer = is_so()
        if answer if isinstance(answer, bool) else await answer:
            return
        await asyncio.sleep(0.01)
    pytest.fail("it never came to pass")


async def _ask_nobody(command: object, _work: object) -> None:
    raise AssertionError(f"nobody is to be asked: {command}")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{request.getfixturevalue('tmp_path') / 'busbar.sqlite3'}"
    return request.getfixturevalue("postgresql_url")


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    databases = Databases(database_url)
    await migrate(databases)
    async with databases.writer.begin() as connection:
        await connection.execute(delete(jobs))
        await connection.execute(delete(leases))
    yield Desk(databases)
    await databases.close()
