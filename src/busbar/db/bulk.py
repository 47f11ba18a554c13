"""Bulk statements: compiled once, then handed to the driver as plain tuples.

SQLAlchemy's own executemany works out every row's parameters again, which costs several times what SQLite needs to
store the row. Here a statement is compiled once per table and dialect; a row costs one tuple, and the conversion of
those columns that need one.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import Insert, Update

Row = Mapping[str, Any]
Convert = Callable[[Any], Any]

INSERT = "insert"
UPSERT = "upsert"


class BulkStatement:
    """A statement for many rows of one shape."""

    def __init__(self, statement: Insert | Update, dialect: Dialect, names: Iterable[str]) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(names))
        if compiled.positiontup is None:
            raise TypeError(f"bulk statements need positional parameters; {dialect.name} has none")
        self._text = str(compiled)
        self._columns = tuple((name, _find_converter(compiled, name, dialect)) for name in compiled.positiontup)

    async def execute(self, connection: AsyncConnection, rows: Iterable[Row]) -> None:
        """Execute for every row."""
        columns = self._columns
        values = [
            tuple([row[name] if convert is None else convert(row[name]) for name, convert in columns]) for row in rows
        ]
        await connection.exec_driver_sql(self._text, values)


def _find_converter(compiled: SQLCompiler, name: str, dialect: Dialect) -> Convert | None:
    return compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)


_STATEMENTS: dict[tuple[str, Table, str, tuple[str, ...]], BulkStatement] = {}


def make_insert(table: Table, dialect: Dialect, names: tuple[str, ...]) -> BulkStatement:
    """Insert rows that have these columns."""
    return _recall(INSERT, table, dialect, names, lambda: table.insert())  # noqa: PLW0108 - made only when it is new


def make_upsert(table: Table, dialect: Dialect, names: tuple[str, ...]) -> BulkStatement:
    """Insert full rows, or replace those whose primary key is there."""

    def build() -> Insert:
        insert = sqlite.insert(table) if dialect.name == "sqlite" else postgresql.insert(table)
        keys = [column.name for column in table.primary_key]
        others = {column.name: insert.excluded[column.name] for column in table.columns if column.name not in keys}
        return insert.on_conflict_do_update(index_elements=keys, set_=others)

    return _recall(UPSERT, table, dialect, names, build)


def make_update(table: Table, dialect: Dialect, keys: tuple[str, ...], names: tuple[str, ...]) -> BulkStatement:
    """Update columns of rows by a key; rows hold the key's values under `key_<name>`."""

    def build() -> Update:
        statement = table.update()
        for name in keys:
            statement = statement.where(table.c[name] == bindparam(f"key_{name}", type_=table.c[name].type))
        return statement.values({name: bindparam(name, type_=table.c[name].type) for name in names})

    return _recall(",".join(keys), table, dialect, names, build)


def _recall(
    kind: str, table: Table, dialect: Dialect, names: tuple[str, ...], build: Callable[[], Insert | Update]
) -> BulkStatement:
    key = (f"{kind}@{dialect.name}", table, dialect.name, names)
    statement = _STATEMENTS.get(key)
    if statement is None:
        statement = _STATEMENTS[key] = BulkStatement(build(), dialect, names)
    return statement
