"""Table and store of the mail room."""

from datetime import datetime

import msgspec
from sqlalchemy import Column, Index, RowMapping, String, Table, delete, func, select, update

from busbar.canon.mail import Letter, LetterKind, LetterState
from busbar.db.schema import Id, Instant, Json, metadata
from busbar.db.work import sql
from busbar.kernel.ids import LetterId, OperatorId
from busbar.ports.work import UnitOfWork

letters = Table(
    "letters",
    metadata,
    Column("letter_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("recipient", String(254), nullable=False),
    Column("language", String(40), nullable=False),
    Column("person", String(200), nullable=False),
    Column("about", String(200), nullable=False),
    Column("detail_json", Json(), nullable=False),
    Column("state", String(20), nullable=False),
    Column("queued_at", Instant(), nullable=False),
    Column("settled_at", Instant(), index=True),
    Column("reason", String(80), nullable=False),
    Column("reply", String(300), nullable=False),
    Index(None, "operator_id", "queued_at"),
    Index(None, "operator_id", "state"),
    Index(None, "person", "kind", "queued_at"),
)
"""What is mailed to whom, and what became of it; never what it says."""

FORGOTTEN = ""


def read_letter(row: RowMapping) -> Letter:
    """Return the letter of a row."""
    return msgspec.convert({str(name): value for name, value in row.items()}, Letter)


class SqlLetterStore:
    """`busbar.domain.mail.store.LetterStore` on SQL."""

    async def load(self, work: UnitOfWork, letter_id: LetterId) -> Letter | None:
        """Return a letter."""
        query = select(letters).where(letters.c.letter_id == letter_id)
        row = (await sql(work).execute(query)).mappings().first()
        return None if row is None else read_letter(row)

    async def insert(self, work: UnitOfWork, letter: Letter) -> None:
        """Add a letter."""
        await sql(work).execute(letters.insert().values(msgspec.structs.asdict(letter)))

    async def update(self, work: UnitOfWork, letter: Letter) -> None:
        """Write a letter's new state."""
        changed = update(letters).where(letters.c.letter_id == letter.letter_id)
        await sql(work).execute(changed.values(msgspec.structs.asdict(letter)))

    async def count_waiting(self, work: UnitOfWork, operator_id: OperatorId) -> int:
        """Return how many letters of an operator wait."""
        table = letters.c
        query = select(func.count()).where(table.operator_id == operator_id, table.state == LetterState.WAITING.value)
        return (await sql(work).execute(query)).scalar_one()

    async def count_since(self, work: UnitOfWork, person: str, kind: LetterKind, since: datetime) -> int:
        """Return how many letters of a kind were wished for a person since an instant."""
        table = letters.c
        query = select(func.count()).where(table.person == person, table.kind == kind.value, table.queued_at > since)
        return (await sql(work).execute(query)).scalar_one()

    async def forget_person(self, work: UnitOfWork, person: str) -> None:
        """Take a person's address from their letters; those that wait are withdrawn."""
        of_them = update(letters).where(letters.c.person == person)
        is_waiting = letters.c.state == LetterState.WAITING.value
        withdrawn = {"state": LetterState.GIVEN_UP.value, "settled_at": work.now, "reason": "not_found.driver"}
        await sql(work).execute(of_them.where(is_waiting).values(withdrawn))
        await sql(work).execute(of_them.values(recipient=FORGOTTEN, reply=""))

    async def delete_settled(self, work: UnitOfWork, *, before: datetime) -> int:
        """Remove letters that were settled before an instant; return how many."""
        return (await sql(work).execute(delete(letters).where(letters.c.settled_at < before))).rowcount
