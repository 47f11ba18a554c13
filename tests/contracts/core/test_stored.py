"""Rows that are known to be there: only what must be is written of them, and the outcome is that of a full row."""

import asyncio

import pytest
from sqlalchemy import Column, Integer, Table, select

from busbar.canon.message import Command
from busbar.db.schema import Id, metadata
from busbar.db.work import sql
from busbar.kernel.errors import ConflictError

places = Table(
    "test_places",
    metadata,
    Column("place_id", Id(), primary_key=True),
    Column("state", Id(), nullable=False, index=True),
    Column("owner", Id(), index=True),
    Column("n", Integer, nullable=False),
)


class Put(Command[None], frozen=True, kw_only=True):
    """Write a place; `looks`: after what was staged before it."""

    place_id: str = "a"
    state: str
    owner: str | None = None
    n: int = 0
    fails: bool = False
    looks: bool = False


class Keeper:
    def __init__(self):
        self.held = {}

    async def put(self, command, work):
        unit = sql(work)
        before = self.held.get(command.place_id)
        row = {"place_id": command.place_id, "state": command.state, "owner": command.owner, "n": command.n}
        stored = None if before is None else {"state": before["state"], "owner": before["owner"]}
        unit.stage_upsert(places, row, stored=stored)
        work.keep(self.held, command.place_id, row)
        if command.looks:
            await unit.execute(select(places))
        if command.fails:
            raise ConflictError("no")


@pytest.fixture
async def keeper(house):
    keeper = Keeper()
    house.core.register({Put: keeper.put})
    await house.start()
    await house.core.dispatch(Put(state="new", owner="x", n=1))
    return keeper


async def play(house, *commands):
    """Dispatch all in one batch; return what is stored afterwards."""
    await asyncio.gather(*map(house.core.dispatch, commands), return_exceptions=True)
    async with house.databases.read() as connection:
        rows = (await connection.execute(select(places).order_by(places.c.place_id))).mappings().all()
    return {row["place_id"]: (row["state"], row["owner"], row["n"]) for row in rows}


@pytest.mark.parametrize("looks", [False, True])
@pytest.mark.parametrize(
    "states",
    [["open"], ["open", "new"], ["open", "over", "open"], ["new"], ["open", "new", "over"]],
)
async def test_the_last_row_of_a_batch_stands(house, keeper, states, looks):
    commands = [Put(state=state, owner="x", n=number, looks=looks) for number, state in enumerate(states, 5)]
    assert await play(house, *commands) == {"a": (states[-1], "x", 4 + len(states))}


@pytest.mark.parametrize("looks", [False, True])
async def test_what_was_undone_is_not_taken_as_written(house, keeper, looks):
    refused = Put(state="gone", owner="y", n=7, fails=True, looks=looks)
    assert await play(house, Put(state="open", n=2), refused) == {"a": ("open", None, 2)}
    assert await play(house, refused, Put(state="open", owner="z", n=3)) == {"a": ("open", "z", 3)}
    assert await play(house, refused) == {"a": ("open", "z", 3)}


async def test_new_rows_and_known_ones_are_written_side_by_side(house, keeper):
    stored = await play(
        house,
        Put(place_id="b", state="new", n=1),
        Put(state="open", owner="x", n=2),
        Put(place_id="b", state="open", n=2),
    )
    assert stored == {"a": ("open", "x", 2), "b": ("open", None, 2)}
    stored = await play(house, Put(state="over", n=3), Put(place_id="b", state="open", owner="z", n=3))
    assert stored == {"a": ("over", None, 3), "b": ("open", "z", 3)}
