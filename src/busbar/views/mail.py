"""Letters: who was mailed what, and what became of it."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.mail import LetterKind, LetterState
from busbar.domain.mail.sql import letters
from busbar.views.missing import LetterMissingError
from busbar.views.paging import Order, PageRequest, read_page
from busbar.views.rows import AnyRow, pick
from busbar.views.scope import Scope
from busbar.views.search import contains
from busbar.views.shapes.mail import Letter, LetterPage


class LetterQuery(PageRequest):
    """Which letters are wanted."""

    q: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    """Text in the address."""
    kind: LetterKind | None = None
    state: LetterState | None = None
    about: Annotated[str, Field(min_length=1, max_length=200)] | None = None


_NEWEST = Order(name="-queued_at", column=letters.c.queued_at, key=letters.c.letter_id, is_descending=True)


async def list_letters(connection: AsyncConnection, scope: Scope, query: LetterQuery, *, limit: int) -> LetterPage:
    """Return a page of letters, the newest first."""
    table = letters.c
    statement = select(letters).where(scope.covers(operator_id=table.operator_id))
    if query.q is not None:
        statement = statement.where(contains(table.recipient, query.q))
    if query.kind is not None:
        statement = statement.where(table.kind == query.kind.value)
    if query.state is not None:
        statement = statement.where(table.state == query.state.value)
    if query.about is not None:
        statement = statement.where(table.about == query.about)
    items, cursor, total = await read_page(
        connection, statement, order=_NEWEST, request=query, limit=limit, shape=_shape
    )
    return LetterPage(items=items, next_cursor=cursor, total=total)


async def read_one(connection: AsyncConnection, scope: Scope, letter_id: str) -> Letter:
    """Return a letter. Errors: `not_found.letter`."""
    wanted = select(letters).where(scope.covers(operator_id=letters.c.operator_id), letters.c.letter_id == letter_id)
    row = (await connection.execute(wanted)).first()
    if row is None:
        raise LetterMissingError("there is no such letter")
    return _shape(row)


def _shape(row: AnyRow) -> Letter:
    return Letter(**pick(row, Letter))
