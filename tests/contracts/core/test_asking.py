"""What a message sees that asks the database in the middle of a batch, and what becomes of the batch when it fails."""

import asyncio

import pytest
from sqlalchemy import Column, Integer, Table, bindparam, select

from busbar.canon.message import Command
from busbar.db.reading import QuickRead
from busbar.db.schema import Id, metadata
from busbar.db.work import SqlUnitOfWork, sql
from busbar.kernel.errors import ConflictError

sheets = Table(
    "test_sheets", metadata, Column("sheet_id", Id(), primary_key=True), Column("n", Integer, nullable=False)
)
_SHEET = QuickRead(select(sheets).where(sheets.c.sheet_id == bindparam("own_sheet")))


class Turn(Command[list], frozen=True, kw_only=True):
    """Write and ask in this order; answers what was found each time."""

    sheet_id: str
    steps: tuple[str, ...]
    asks_for: str = "first"
    fails: bool = False


async def turn(command, work):
    unit, found = sql(work), []
    for number, step in enumerate(command.steps):
        if step == "stage":
            unit.stage_insert(sheets, {"sheet_id": f"{command.sheet_id}-{number}", "n": 1})
        elif step == "execute":
            rows = (await unit.execute(select(sheets).where(sheets.c.sheet_id == command.asks_for))).all()
            found.append([row.n for row in rows])
        elif step == "insert":
            await unit.execute(sheets.insert(), [{"sheet_id": f"{command.sheet_id}-{number}", "n": 1}])
        else:
            rows = await unit.find(_SHEET, {"own_sheet": command.asks_for}, sees_staged=step == "find staged")
            found.append([row["n"] for row in rows])
    if command.fails:
        raise ConflictError("no")
    return found


@pytest.fixture
async def batch(house, monkeypatch):
    """Play commands in one batch; gives the answers, the sheets stored, and how many savepoints there were."""
    savepoints = []
    open_savepoint = SqlUnitOfWork._open_savepoint

    async def count(self):
        savepoints.append(self)
        await open_savepoint(self)

    monkeypatch.setattr(SqlUnitOfWork, "_open_savepoint", count)
    house.core.register({Turn: turn})
    await house.start()

    async def play(*commands):
        answers = await asyncio.gather(*map(house.core.dispatch, commands), return_exceptions=True)
        async with house.databases.read() as connection:
            stored = (await connection.execute(select(sheets.c.sheet_id).order_by(sheets.c.sheet_id))).scalars().all()
        return answers, list(stored), len(savepoints)

    return play


FIRST = Turn(sheet_id="first", steps=("stage",))


@pytest.mark.parametrize("way", ["execute", "find staged"])
async def test_who_only_asks_sees_what_was_staged_before_and_needs_no_savepoint(batch, way):
    answers, stored, savepoints = await batch(FIRST, Turn(sheet_id="second", steps=(way,), asks_for="first-0"))
    assert answers == [[], [[1]]]
    assert stored == ["first-0"]
    assert savepoints == 0


async def test_a_plain_find_leaves_staged_rows_where_they_are(batch):
    answers, stored, savepoints = await batch(FIRST, Turn(sheet_id="second", steps=("find",), asks_for="first-0"))
    assert answers == [[], [[]]]
    assert (stored, savepoints) == (["first-0"], 0)


@pytest.mark.parametrize("way", ["execute", "find staged"])
@pytest.mark.parametrize("steps", [("stage", "ask"), ("ask", "stage", "ask"), ("ask", "insert", "ask", "stage", "ask")])
async def test_who_asks_and_writes_sees_its_own_rows_and_is_undone_alone(batch, way, steps):
    steps = tuple(way if step == "ask" else step for step in steps)
    own = f"second-{next(number for number, step in enumerate(steps) if step in {'stage', 'insert'})}"
    answers, stored, savepoints = await batch(
        FIRST,
        Turn(sheet_id="second", steps=steps, asks_for=own, fails=True),
        Turn(sheet_id="third", steps=(way,), asks_for=own),
        Turn(sheet_id="fourth", steps=("stage", way), asks_for="fourth-0"),
    )
    assert isinstance(answers[1], ConflictError)
    assert answers[2:] == [[[]], [[1]]]
    assert stored == ["first-0", "fourth-0"]
    assert savepoints > 0


async def test_who_asks_and_fails_takes_nothing_with_it(batch):
    answers, stored, savepoints = await batch(
        FIRST, Turn(sheet_id="second", steps=("execute",), fails=True), Turn(sheet_id="third", steps=("stage",))
    )
    assert isinstance(answers[1], ConflictError)
    assert (stored, savepoints) == (["first-0", "third-0"], 0)
