"""Queries that are asked by the thousand: compiled once, and on SQLite handed to the driver as they are.

SQLAlchemy's own way from a query to its rows takes several times what SQLite needs to find them.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select
from sqlalchemy.engine import Dialect

Found = list[dict[str, Any]]
Convert = Callable[[Any], Any]


class QuickRead:
    """A query whose parameters are given by name; the rows come by the names of their columns."""

    def __init__(self, query: Select[*tuple[Any, ...]]) -> None:
        self.query = query
        self._forms: dict[str, _Form] = {}

    def form(self, dialect: Dialect) -> "_Form":
        """Return the query in a driver's form."""
        form = self._forms.get(dialect.name)
        if form is None:
            form = self._forms[dialect.name] = _Form(self.query, dialect)
        return form


class _Form:
    """The text of a query, and what is done to the values that go in and come out."""

    def __init__(self, query: Select[*tuple[Any, ...]], dialect: Dialect) -> None:
        compiled: Any = query.compile(dialect=dialect)
        if compiled.post_compile_params:
            raise TypeError("the text of a quick read is the same for all values: it has no `in_`")
        self.text = str(compiled)
        names: Sequence[str] = compiled.positiontup
        self._given = [
            (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names
        ]
        self._fixed: Mapping[str, Any] = compiled.params
        columns = list(query.selected_columns)
        self._names = [str(column.name) for column in columns]  # SQLAlchemy's are a kind of text of their own
        converters = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self._converters: list[tuple[str, Convert]] = [
            (name, convert) for name, convert in zip(self._names, converters, strict=True) if convert is not None
        ]

    def bind(self, values: Mapping[str, Any]) -> list[Any]:
        """Give the driver's values."""
        fixed = self._fixed
        return [
            convert(value) if convert is not None and value is not None else value
            for name, convert in self._given
            for value in (values[name] if name in values else fixed[name],)
        ]

    def read(self, rows: Sequence[Sequence[Any]]) -> Found:
        """Give the driver's rows by name."""
        found: Found = [dict(zip(self._names, row, strict=True)) for row in rows]
        for row in found:
            for name, convert in self._converters:
                row[name] = convert(row[name])
        return found
