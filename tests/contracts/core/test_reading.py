"""A quick read gives what SQLAlchemy gives, on both databases."""

from datetime import UTC, datetime

from sqlalchemy import Boolean, Column, Integer, LargeBinary, Table, bindparam, or_, select

from busbar.canon.message import Command
from busbar.db.reading import QuickRead
from busbar.db.schema import Id, Instant, metadata
from busbar.db.work import sql

things = Table(
    "test_things",
    metadata,
    Column("thing_id", Id(), primary_key=True),
    Column("state", Id(), nullable=False),
    Column("n", Integer),
    Column("at", Instant()),
    Column("is_new", Boolean, nullable=False),
    Column("body", LargeBinary),
)
AT = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
ROWS = [
    {"thing_id": "a", "state": "open", "n": 1, "at": AT, "is_new": True, "body": b"\x00\xff"},
    {"thing_id": "b", "state": "open", "n": None, "at": None, "is_new": False, "body": None},
    {"thing_id": "c", "state": "over", "n": 3, "at": AT, "is_new": True, "body": b""},
    {"thing_id": "d", "state": "held", "n": 4, "at": AT, "is_new": True, "body": b"x"},
]
OPEN = QuickRead(
    select(things)
    .where(or_(things.c.state == "held", things.c.state == "open"), things.c.thing_id != bindparam("besides"))
    .order_by(things.c.thing_id)
    .limit(2)
)
SINCE = QuickRead(select(things.c.n, things.c.at).where(things.c.at >= bindparam("since")).order_by(things.c.n))


class Look(Command[list], frozen=True, kw_only=True):
    """Ask both queries."""


async def look(_command, work):
    unit = sql(work)
    await unit.execute(things.insert(), ROWS)
    return [
        await unit.find(OPEN, {"besides": "nobody"}),
        await unit.find(OPEN, {"besides": "a"}),
        await unit.find(OPEN, {"besides": "b"}),
        await unit.find(SINCE, {"since": AT}),
        await unit.find(SINCE, {"since": AT.replace(year=2027)}),
    ]


async def test_rows_come_by_the_names_and_in_the_types_of_their_columns(house):
    house.core.register({Look: look})
    await house.start()
    first, second, third, since, none = await house.core.dispatch(Look())
    assert first == ROWS[:2]
    assert {type(name) for row in first for name in row} == {str}  # what is converted takes no other kind of text
    assert second == [ROWS[1], ROWS[3]]
    assert third == [ROWS[0], ROWS[3]]
    assert since == [{"n": n, "at": AT} for n in (1, 3, 4)]
    assert none == []
    assert all(type(row["is_new"]) is bool for row in first)
