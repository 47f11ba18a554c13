"""Two cores on one database that wait for each other's rows: one gives way, tries again, and both are answered."""

import asyncio

from sqlalchemy import Column, Integer, Table, select, update

from busbar.adapters.memory.feed import MemoryFeed
from busbar.adapters.system.clock import SystemClock, TimeOrderedIds
from busbar.app.core import Core
from busbar.canon.message import Command
from busbar.db.engine import Databases
from busbar.db.outage import TRIES_AGAIN_MAX
from busbar.db.schema import Id, metadata
from busbar.db.work import sql

purses = Table(
    "test_purses", metadata, Column("name", Id(), primary_key=True), Column("amount", Integer, nullable=False)
)


class Pay(Command[int], frozen=True, kw_only=True):
    """Take from one purse, then from another; answers at which attempt it was done."""

    first: str
    second: str


class Room:
    def __init__(self):
        self.attempts = 0
        self.has_first = asyncio.Event()
        self.others: Room | None = None

    async def pay(self, command, work):
        self.attempts += 1
        await self._take(command.first, work)
        self.has_first.set()
        await self.others.has_first.wait()
        await self._take(command.second, work)
        return self.attempts

    @staticmethod
    async def _take(name, work):
        await sql(work).execute(select(purses).where(purses.c.name == name).with_for_update())
        await sql(work).execute(update(purses).where(purses.c.name == name).values(amount=purses.c.amount - 1))


async def test_two_cores_that_wait_for_each_other_are_both_done(postgresql_database):
    sides = []
    for room in (Room(), Room()):
        databases = Databases(postgresql_database)
        core = Core(databases=databases, clock=SystemClock(), ids=TimeOrderedIds(), feed=MemoryFeed())
        core.register({Pay: room.pay})
        sides.append((databases, core, room))
    (databases, one, room), (_, other, others) = sides
    room.others, others.others = others, room
    async with databases.writer.begin() as connection:
        await connection.run_sync(purses.create)
        await connection.execute(purses.insert(), [{"name": "a", "amount": 10}, {"name": "b", "amount": 10}])
    try:
        await asyncio.gather(one.start(), other.start())
        attempts = await asyncio.gather(
            one.dispatch(Pay(first="a", second="b")), other.dispatch(Pay(first="b", second="a"))
        )
        async with databases.read() as connection:
            amounts = {row.name: row.amount for row in await connection.execute(select(purses))}
    finally:
        for engine, core, _ in sides:
            await core.stop()
            await engine.close()
    assert 1 < max(attempts) <= 1 + TRIES_AGAIN_MAX
    assert amounts == {"a": 8, "b": 8}
    assert one.is_storing
    assert other.is_storing
