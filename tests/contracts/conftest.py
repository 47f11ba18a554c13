"""A real core on a real database, for suites that try a room as it will be used: on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Connection, MetaData, inspect

from busbar.adapters.memory.feed import MemoryFeed
from busbar.adapters.system.clock import TimeOrderedIds
from busbar.adapters.system.secrets import Argon2Passwords
from busbar.app.core import Core, CoreLimits
from busbar.db.engine import Databases
from busbar.db.schema import metadata
from tests.services import POSTGRESQL, SQLITE


@pytest.fixture(autouse=True, scope="session")
def passwords_cost_little() -> Iterator[None]:
    """Hash people's passwords with a pass over some KiB: what they cost in earnest is no matter of these suites."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(Argon2Passwords.__init__.__kwdefaults__, "memory_kib", 8)
        patch.setitem(Argon2Passwords.__init__.__kwdefaults__, "passes", 1)
        yield


class StepClock:
    """A clock that a test moves by hand."""

    def __init__(self, start: datetime) -> None:
        self.instant = start
        self.elapsed_s = 0.0

    def now(self) -> datetime:
        return self.instant

    def monotonic_s(self) -> float:
        return self.elapsed_s

    def advance(self, step: timedelta) -> None:
        self.instant += step
        self.elapsed_s += step.total_seconds()


@dataclass
class House:
    """What a room's suite needs: register rooms with `core`, then `await start()`."""

    core: Core
    databases: Databases
    clock: StepClock
    ids: TimeOrderedIds
    feed: MemoryFeed
    start: Callable[[], Awaitable[None]]
    restart: Callable[[], Core]
    """A second core on the same database, as after a restart of the process: register rooms again, then start it."""


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def database_kind(request: pytest.FixtureRequest) -> str:
    return request.param


def create_missing(tables: MetaData, connection: Connection) -> None:
    """Create the tables that are not there; asks once, and not for each table."""
    present = set(inspect(connection).get_table_names())
    missing = [table for table in tables.tables.values() if table.name not in present]
    if missing:
        tables.create_all(connection, tables=missing, checkfirst=False)


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    databases = Databases(database_url)
    clock = StepClock(datetime(2026, 3, 1, 12, 0, tzinfo=UTC))
    ids = TimeOrderedIds()
    feed = MemoryFeed()
    cores: list[Core] = []

    def build() -> Core:
        limits = CoreLimits(delivery_retry_interval_s=0.01, delivery_max_attempts=3)
        cores.append(Core(databases=databases, clock=clock, ids=ids, feed=feed, limits=limits))
        return cores[-1]

    async def start() -> None:
        """Create the tables of every room that is imported, and of the test, and let the core run."""
        async with databases.writer.begin() as connection:
            await connection.run_sync(partial(create_missing, metadata))
        await cores[0].start()

    yield House(core=build(), databases=databases, clock=clock, ids=ids, feed=feed, start=start, restart=build)
    for core in cores:
        await core.stop()
    await databases.close()
