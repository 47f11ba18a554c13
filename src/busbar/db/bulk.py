"""Bulk statements: compiled once, then handed to the driver as plain tuples.

SQLAlchemy's own executemany works out every row's parameters again, which costs several times what SQLite needs to
store the row. Here a statement is compiled once per table and dialect; a row costs one tuple, and the conversion of
those columns that need one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import Insert, Update

from busbar.db.schema import Instant, count_microseconds

Row = Mapping[str, Any]
Convert = Callable[[Any], Any]

INSERT = "insert"
UPSERT = "upsert"


class BulkStatement:
    """A statement for many rows of one shape: its text, and how a row becomes the driver's tuple."""

    def __init__(
        self, statement: Insert | Update, dialect: Dialect, names: Iterable[str], *, fills: str | None = None
    ) -> None:
        """Compile; `fills` names the table that it adds to, if that is all it does."""
        compiled = statement.compile(dialect=dialect, column_keys=list(names))
        if compiled.positiontup is None:
            raise TypeError(f"bulk statements need positional parameters; {dialect.name} has none")
        self.text = str(compiled)
        ordered: list[str] = compiled.positiontup
        self.columns = tuple(ordered)
        self.fills = fills
        self._read = _make_reader(ordered)
        converters = [(place, _find_converter(compiled, name, dialect)) for place, name in enumerate(ordered)]
        self._converters = [(place, convert) for place, convert in converters if convert is not None]

    def bind(self, rows: Iterable[Row]) -> list[Sequence[Any]]:
        """Give the tuples that the driver takes."""
        read, converters = self._read, self._converters
        if not converters:
            return [read(row) for row in rows]
        bound: list[Sequence[Any]] = []
        for row in rows:
            values: list[Any] = list(read(row))
            for place, convert in converters:
                value = values[place]
                if value is not None:
                    values[place] = convert(value)
            bound.append(values)
        return bound


class RowForm:
    """Rows of one table that are made in the driver's form: tuples of these columns, in the order of the table.

    For the few rows that come by the thousand: nothing is done to them any more before they are written. Instants are
    given by `SqlUnitOfWork.bind_instant`; the other columns must be of types that the driver takes as they are.
    """

    def __init__(self, table: Table, *names: str) -> None:
        self._table = table
        self._names = names
        self._statements: dict[str, BulkStatement] = {}

    def statement(self, dialect: Dialect) -> BulkStatement:
        """Return the statement that inserts such rows."""
        statement = self._statements.get(dialect.name)
        if statement is None:
            statement = make_insert(self._table, dialect, self._names)
            if statement.columns != self._names:
                raise ValueError(f"the columns of {self._table.name} stand in another order")
            self._statements[dialect.name] = statement
        return statement


def choose_binding(dialect: Dialect) -> Convert:
    """Return what gives an aware instant in the driver's form."""
    return count_microseconds if dialect.name == "sqlite" else _leave


def _leave(value: Any) -> Any:
    return value


def _make_reader(names: list[str]) -> Callable[[Row], Sequence[Any]]:
    """Make what takes a row's values out in order."""
    return itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],)


def _find_converter(compiled: SQLCompiler, name: str, dialect: Dialect) -> Convert | None:
    kind = compiled.binds[name].type
    if isinstance(kind, Instant):
        return count_microseconds if dialect.name == "sqlite" else None
    return kind.dialect_impl(dialect).bind_processor(dialect)


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
        fills = table.name if kind == INSERT else None
        statement = _STATEMENTS[key] = BulkStatement(build(), dialect, names, fills=fills)
    return statement
