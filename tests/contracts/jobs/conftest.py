"""Jobs and leases on both databases: a new one for each test, and a clock that the test moves."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from busbar.adapters.system.clock import TimeOrderedIds
from busbar.db.engine import Databases
from busbar.db.jobs import RetryTerms, SqlJobs
from busbar.db.leases import SqlLeases
from busbar.db.timekeeping import read_clock
from busbar.db.work import SqlUnitOfWork
from tests.contracts.conftest import StepClock
from tests.services import POSTGRESQL, SQLITE

LEASE = timedelta(seconds=60)
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


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
        writer = self.databases.make_writer()
        work = SqlUnitOfWork(writer, now=self.clock.now(), ids=self.ids, ask=_ask_nobody)
        work.begin_message()
        try:
            yield work
            await work.end_message()
            await work.commit()
        except BaseException:
            await work.roll_back()
            raise
        finally:
            await writer.close()


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


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def database_kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    databases = Databases(database_url)
    yield Desk(databases)
    await databases.close()
