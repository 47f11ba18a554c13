"""Pages by key: a cursor holds where the last page ended, so that rows which come or go do not shift the next one."""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, TypeVar

import msgspec
from pydantic import BaseModel, ConfigDict, Field, field_validator
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.kernel.errors import InvalidError
from busbar.views.rows import AnyRow, AnySelect

CURSOR_CHARS_MAX = 1000
T = TypeVar("T")


class CursorError(InvalidError):
    """The cursor was not made by this list in this order."""

    code = "invalid.cursor"


class Question(BaseModel):
    """What is wanted of a view. Unknown parameters are refused: a misspelt filter must not show everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*")
    @classmethod
    def _refuse_nul(cls, value: object) -> object:
        if isinstance(value, str) and "\x00" in value:
            raise ValueError("a text holds no NUL: not every database can compare it")
        return value


class PageRequest(Question):
    """Which part of a list is wanted."""

    limit: Annotated[int, Field(ge=1, le=10_000)] | None = None
    """Rows at most; the installation's own bound may be lower."""
    cursor: Annotated[str, Field(min_length=1, max_length=CURSOR_CHARS_MAX)] | None = None
    """`next_cursor` of the page before."""
    with_total: bool = False
    """Count the rows on all pages as well."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """An order of a list: by a column that is never null, then by a key that is unique."""

    name: str
    column: Any
    key: Any
    is_descending: bool = False

    @classmethod
    def choose(cls, sort: StrEnum, columns: dict[str, Any], *, key: Any) -> "Order":
        """Read a sort word such as `-started_at`; `columns` maps the words to columns."""
        word = sort.value.removeprefix("-")
        return cls(name=sort.value, column=columns[word], key=key, is_descending=sort.value.startswith("-"))


class _Cursor(msgspec.Struct, frozen=True, array_like=True):
    order: str
    key: str
    instant: datetime | None = None
    word: str | int | None = None


def write_cursor(order: Order, value: datetime | str | int, key: str) -> str:
    """Write the place of a row in an order."""
    is_instant = isinstance(value, datetime)
    cursor = _Cursor(order.name, key, value if is_instant else None, None if is_instant else value)
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode().rstrip("=")


def read_cursor(order: Order, text: str) -> tuple[datetime | str | int, str]:
    """Read a cursor back. Raises `invalid.cursor`."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        cursor = msgspec.json.decode(raw, type=_Cursor)
    except (binascii.Error, msgspec.MsgspecError, ValueError):
        raise CursorError("the cursor cannot be read") from None
    value = cursor.instant if cursor.instant is not None else cursor.word
    is_aware = cursor.instant is None or cursor.instant.tzinfo is not None
    if cursor.order != order.name or value is None or not is_aware:
        raise CursorError("the cursor belongs to another list or order")
    return value, cursor.key


async def read_page(
    connection: AsyncConnection,
    statement: AnySelect,
    *,
    order: Order,
    request: PageRequest,
    limit: int,
    shape: Callable[[AnyRow], T],
) -> tuple[list[T], str | None, int | None]:
    """Read one page of a statement: the rows shaped, the next cursor and, when asked for, the number of all rows."""
    rows, cursor, total = await read_rows(connection, statement, order=order, request=request, limit=limit)
    return [shape(row) for row in rows], cursor, total


async def read_rows(
    connection: AsyncConnection, statement: AnySelect, *, order: Order, request: PageRequest, limit: int
) -> tuple[Sequence[AnyRow], str | None, int | None]:
    """Read one page's rows, the next cursor and, when asked for, the number of all rows."""
    total: int | None = None
    if request.with_total:
        counted = statement.with_only_columns(order.key, maintain_column_froms=True).order_by(None).subquery()
        total = (await connection.execute(select(func.count()).select_from(counted))).scalar_one()
    paged = statement.add_columns(order.column.label("page_value"), order.key.label("page_key"))
    if request.cursor is not None:
        value, key = read_cursor(order, request.cursor)
        paged = paged.where(_lies_after(order, value, key))
    ends: tuple[ColumnElement[Any], ...] = (order.column, order.key)
    paged = paged.order_by(*(end.desc() if order.is_descending else end.asc() for end in ends)).limit(limit + 1)
    rows = (await connection.execute(paged)).all()
    if len(rows) <= limit:
        return rows, None, total
    last = rows[limit - 1]
    return rows[:limit], write_cursor(order, last.page_value, last.page_key), total


def _lies_after(order: Order, value: datetime | str | int, key: str) -> ColumnElement[bool]:
    column, end = order.column, order.key
    if order.is_descending:
        return or_(column < value, and_(column == value, end < key))
    return or_(column > value, and_(column == value, end > key))
