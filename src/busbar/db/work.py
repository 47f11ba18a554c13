"""The unit of work on SQL: staged bulk writes, undo per message, one commit per batch."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from datetime import datetime
from typing import Any, TypeVar, cast

import msgspec
from sqlalchemy import Table
from sqlalchemy.engine import CursorResult, Dialect
from sqlalchemy.sql.base import Executable

from busbar.canon.message import Command, Fact, Signal
from busbar.db.bulk import RowForm, choose_binding, make_insert, make_update, make_upsert
from busbar.db.messaging import outbox
from busbar.db.reading import Found, QuickRead
from busbar.db.writer import Writer
from busbar.kernel.ids import FactId, IdSource
from busbar.ports.feed import PublishedFact
from busbar.ports.work import LATER, Later, UnitOfWork

R = TypeVar("R")
K = TypeVar("K")
V = TypeVar("V")

Row = dict[str, Any]
Ask = Callable[[Command[Any], UnitOfWork], Awaitable[Any]]
AskAtOnce = Callable[[Command[Any], UnitOfWork], Any]
Key = tuple[object, ...]
_MISSING: Any = object()
_SAVEPOINT = "message"
_ENCODER = msgspec.json.Encoder()
_OUTBOX = RowForm(outbox, "fact_id", "operator_id", "at", "name", "body")

Journal = list[tuple[Any, Any, Any]]
"""What to put back, newest last: a mapping, its key, the value before; or a list, `_MISSING`, its length before."""


def _answer_later(_command: Command[Any], _work: UnitOfWork) -> Later:
    """Answer nothing at once."""
    return LATER


class SqlUnitOfWork:
    """One transaction of a writer. Used by one batch, then thrown away.

    Rows are staged in memory and written as bulk statements when the batch ends, or earlier when a statement is
    executed that must see them. Each message of the batch has an undo of its own: a journal for what is in memory, a
    savepoint (opened only when the message executes SQL itself) for what is in the database.
    """

    def __init__(
        self, writer: Writer, *, now: datetime, ids: IdSource, ask: Ask, ask_at_once: AskAtOnce = _answer_later
    ) -> None:
        self._writer = writer
        self._now = now
        self._ids = ids
        self._ask = ask
        self._ask_at_once = ask_at_once
        self._inserts: dict[Table, list[Row]] = {}
        self._bound: dict[RowForm, list[tuple[Any, ...]]] = {}
        self._upserts: dict[Table, dict[Key, Row]] = {}
        self._stored: dict[Table, dict[Key, Row]] = {}
        """Of rows that are to be replaced: what the database holds in their indexed columns, where that is known."""
        self._updates: dict[tuple[Table, tuple[str, ...], tuple[str, ...]], dict[Key, Row]] = {}
        self._memory: Journal = []
        self._staged: Journal = []
        self._memory_mark = 0
        self.bind_instant = choose_binding(writer.dialect)
        """Gives an instant in the driver's form."""
        self._bound_now: Any = None
        self._has_begun = False
        self._has_savepoint = False
        self.has_written = False
        """Whether the database was given rows, so that a commit says that it takes them."""
        self._written_mark = False
        """The same when the message at hand began: what it wrote may be taken back."""
        self._told_mark = 0
        self._signal_mark = 0
        self.told: list[PublishedFact] = []
        self.signals: list[Signal] = []

    # ---- what handlers see -------------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        """Our time for all of this unit."""
        return self._now

    async def ask(self, command: Command[R]) -> R:
        """Ask another room in this same transaction."""
        return cast("R", await self._ask(command, self))

    def ask_at_once(self, command: Command[R]) -> R | Later:
        """Ask another room for what it can answer at once."""
        return cast("R | Later", self._ask_at_once(command, self))

    def tell(self, fact: Fact) -> None:
        """Write a fact to the outbox."""
        published = PublishedFact(fact_id=FactId(self._ids.new()), fact=fact)
        self.told.append(published)
        body = _ENCODER.encode(fact).decode()
        row = (published.fact_id, fact.operator_id, self.bind_instant(fact.at), type(fact).__name__, body)
        self.stage_bound(_OUTBOX, row)

    def signal(self, signal: Signal) -> None:
        """Send a live update after the commit."""
        self.signals.append(signal)

    def keep(self, cache: MutableMapping[K, V], key: K, value: V) -> None:
        """Set `cache[key]` with undo."""
        self._memory.append((cache, key, cache.get(key, _MISSING)))
        cache[key] = value

    def forget(self, cache: MutableMapping[K, V], key: K) -> None:
        """Remove `cache[key]` with undo."""
        if key in cache:
            self._memory.append((cache, key, cache[key]))
            del cache[key]

    # ---- what stores see ---------------------------------------------------------------------------------------------

    @property
    def dialect(self) -> Dialect:
        """The database's dialect."""
        return self._writer.dialect

    def bind_now(self) -> Any:
        """Return `now` in the driver's form."""
        if self._bound_now is None:
            self._bound_now = self.bind_instant(self._now)
        return self._bound_now

    def stage_insert(self, table: Table, row: Row) -> None:
        """Insert a row when the batch is written."""
        rows = self._inserts.get(table)
        if rows is None:
            rows = self._inserts[table] = []
        self._staged.append((rows, _MISSING, len(rows)))
        rows.append(row)

    def stage_bound(self, form: RowForm, row: tuple[Any, ...]) -> None:
        """Insert a row that is in the driver's form already (see `RowForm`) when the batch is written."""
        rows = self._bound.get(form)
        if rows is None:
            rows = self._bound[form] = []
        self._staged.append((rows, _MISSING, len(rows)))
        rows.append(row)

    def stage_inserts(self, table: Table, rows: Sequence[Row]) -> None:
        """Insert rows when the batch is written."""
        staged = self._inserts.setdefault(table, [])
        self._staged.append((staged, _MISSING, len(staged)))
        staged.extend(rows)

    def stage_upsert(self, table: Table, row: Row, *, stored: Row | None = None) -> None:
        """Insert or replace a full row by its primary key when the batch is written; the last one wins.

        `stored`: the row is there, and holds these values; indexed columns that keep theirs are left alone then, since
        a database makes each index entry anew whose column is written, whatever is written there.
        """
        rows = self._upserts.setdefault(table, {})
        key = tuple([row[name] for name in _name_keys(table)])
        if stored is not None and key not in rows:
            self._stored.setdefault(table, {})[key] = stored
        self._stage_keyed(rows, key, row)

    def stage_update(self, table: Table, key: Row, values: Row) -> None:
        """Update columns of the row with this key when the batch is written; the last one wins per set of columns."""
        rows = self._updates.setdefault((table, tuple(key), tuple(values)), {})
        row = {f"key_{name}": value for name, value in key.items()}
        row.update(values)
        self._stage_keyed(rows, tuple(key.values()), row)

    def drop_updates(self, table: Table, key: Row) -> None:
        """Forget updates of the row with this key that are staged: a full row is staged that holds what they say."""
        values = tuple(key.values())
        for (of, _keys, _names), rows in self._updates.items():
            if of is table and values in rows:
                self._staged.append((rows, values, rows.pop(values)))

    def _stage_keyed(self, rows: dict[Key, Row], key: Key, row: Row) -> None:
        self._staged.append((rows, key, rows.get(key, _MISSING)))
        rows[key] = row

    async def execute(
        self, statement: Executable, rows: Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Execute now. Staged rows are written first, so the statement sees them."""
        await self._show_staged(is_query=statement.is_select)
        result = await self._writer.execute(statement, rows)
        self.has_written |= not statement.is_select and result.rowcount > 0
        return result

    async def read(self, statement: Executable, values: Mapping[str, Any] | None = None) -> CursorResult[Any]:
        """Read what the database holds, without writing first what is staged: for loads that nothing staged can change.

        Earlier messages of the batch keep their rows staged, so a batch of first uses is still written in bulk.
        `values`: of the statement's parameters, so that it can be built once.
        """
        await self._begin()
        return await self._writer.execute(statement, values)

    async def find(self, query: QuickRead, values: Mapping[str, Any], *, sees_staged: bool = False) -> Found:
        """Read what is read by the thousand, rows by the names of their columns: as `read` does, or as `execute`."""
        if sees_staged:
            await self._show_staged(is_query=True)
        else:
            await self._begin()
        return await self._writer.find(query, values)

    # ---- what the core sees ------------------------------------------------------------------------------------------

    def begin_message(self) -> None:
        """Mark where this message's own undo begins."""
        self._memory_mark = len(self._memory)
        self._staged.clear()
        self._told_mark = len(self.told)
        self._signal_mark = len(self.signals)
        self._written_mark = self.has_written

    async def end_message(self) -> None:
        """Keep what the message did."""
        if self._has_savepoint:
            self._has_savepoint = False
            await self._writer.run(f"RELEASE SAVEPOINT {_SAVEPOINT}")

    def undo_at_once(self) -> None:
        """Take back what a message did that was applied at once, so without SQL."""
        _undo(self._staged, 0)
        _undo(self._memory, self._memory_mark)
        del self.told[self._told_mark :]
        del self.signals[self._signal_mark :]

    async def undo_message(self) -> None:
        """Take back what the message did, and nothing else."""
        if self._has_savepoint:
            self._has_savepoint = False
            await self._writer.run(f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}")
            await self._writer.run(f"RELEASE SAVEPOINT {_SAVEPOINT}")
            self.has_written = self._written_mark
        self.undo_at_once()

    def undo_memory(self) -> None:
        """Take back everything in memory: the transaction failed as a whole."""
        _undo(self._memory, 0)

    async def commit(self) -> None:
        """Write what is staged and make everything durable. A batch that writes nothing costs no commit."""
        if self._inserts or self._upserts or self._updates or self._bound:
            await self._write_staged()
        if self._has_begun:
            await self._writer.commit()
            self._has_begun = False

    async def roll_back(self) -> None:
        """Take everything back, in memory and in the database."""
        self.undo_memory()
        if self._has_begun:
            self._has_begun = False
            await self._writer.rollback()

    async def _begin(self) -> None:
        if not self._has_begun:
            await self._writer.begin()
            self._has_begun = True

    async def _write_staged(self) -> None:
        """Write what is staged, parents before children."""
        await self._begin()
        self._staged.clear()
        writer, dialect = self._writer, self._writer.dialect
        staged = (self._inserts, self._bound, self._upserts, self._updates)
        self.has_written |= any(any(rows.values()) for rows in staged)
        for table, rows in _in_order(self._inserts):
            for names, alike in _group_by_shape(rows):
                await writer.write(make_insert(table, dialect, names), alike)
        for form, bound in self._bound.items():
            if bound:
                await writer.write_bound(form.statement(dialect), bound)
        for table, keyed in _in_order(self._upserts):
            stored = self._stored.get(table, {})
            for names, alike in _group_by_shape([row for key, row in keyed.items() if key not in stored]):
                await writer.write(make_upsert(table, dialect, names), alike)
            for names, alike in _group_by_change(table, keyed, stored):
                await writer.write(make_update(table, dialect, _name_keys(table), names), alike)
        for (table, keys, names), keyed in self._updates.items():
            if keyed:
                await writer.write(make_update(table, dialect, keys, names), keyed.values())
        self._inserts, self._upserts, self._updates, self._bound = {}, {}, {}, {}
        self._stored = {}

    async def _show_staged(self, *, is_query: bool) -> None:
        """Write what is staged. A message that has written nothing and only asks has nothing to be protected from."""
        if not is_query or self._staged:
            await self._open_savepoint()
        await self._write_staged()

    async def _open_savepoint(self) -> None:
        """Protect what earlier messages staged: it is written before the savepoint, this message's rows after it."""
        if self._has_savepoint:
            return
        mine = self._take_own_rows()
        await self._write_staged()
        self._written_mark = self.has_written
        await self._writer.run(f"SAVEPOINT {_SAVEPOINT}")
        self._has_savepoint = True
        self._inserts, self._upserts, self._updates, self._bound = mine

    def _take_own_rows(self) -> tuple[Any, Any, Any, Any]:
        """Separate this message's staged rows from those of the messages before it."""
        if not self._staged:
            return {}, {}, {}, {}
        full = (
            {table: list(rows) for table, rows in self._inserts.items()},
            {table: dict(rows) for table, rows in self._upserts.items()},
            {key: dict(rows) for key, rows in self._updates.items()},
            {form: list(rows) for form, rows in self._bound.items()},
        )
        _undo(self._staged, 0)
        return (
            {table: rows[len(self._inserts.get(table, ())) :] for table, rows in full[0].items()},
            {table: _changed(rows, self._upserts.get(table, {})) for table, rows in full[1].items()},
            {key: _changed(rows, self._updates.get(key, {})) for key, rows in full[2].items()},
            {form: rows[len(self._bound.get(form, ())) :] for form, rows in full[3].items()},
        )


def sql(work: UnitOfWork) -> SqlUnitOfWork:
    """Return the SQL side of a unit of work: for stores in `domain/*/sql.py` alone."""
    if not isinstance(work, SqlUnitOfWork):
        raise TypeError("this store needs a unit of work on SQL")
    return work


def _undo(journal: Journal, mark: int) -> None:
    while len(journal) > mark:
        container, key, before = journal.pop()
        if key is _MISSING:
            del container[before:]
        elif before is _MISSING:
            container.pop(key, None)
        else:
            container[key] = before


def _changed(after: dict[Key, Row], before: dict[Key, Row]) -> dict[Key, Row]:
    return {key: row for key, row in after.items() if before.get(key) is not row}


_KEYS: dict[Table, tuple[str, ...]] = {}
_POSITIONS: dict[Table, int] = {}


def _name_keys(table: Table) -> tuple[str, ...]:
    names = _KEYS.get(table)
    if names is None:
        names = _KEYS[table] = tuple(column.name for column in table.primary_key)
    return names


def _in_order(staged: dict[Table, V]) -> list[tuple[Table, V]]:
    """Order tables so that a row's parent is written before it."""
    if len(staged) > 1 and not _POSITIONS.keys() >= staged.keys():
        some = next(iter(staged))
        _POSITIONS.update({table: position for position, table in enumerate(some.metadata.sorted_tables)})
    return sorted(staged.items(), key=lambda item: _POSITIONS.get(item[0], 0))


def _group_by_shape(rows: list[Row]) -> list[tuple[tuple[str, ...], list[Row]]]:
    """Group rows that have the same columns: nearly always all of them."""
    if not rows:
        return []
    shape = rows[0].keys()
    if all(row.keys() == shape for row in rows):
        return [(tuple(shape), rows)]
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(sorted(row)), []).append(row)
    return list(groups.items())


_INDEXED: dict[Table, frozenset[str]] = {}


def _name_indexed(table: Table) -> frozenset[str]:
    names = _INDEXED.get(table)
    if names is None:
        names = _INDEXED[table] = frozenset(column.name for index in table.indexes for column in index.columns)
    return names


def _group_by_change(
    table: Table, rows: dict[Key, Row], stored: dict[Key, Row]
) -> list[tuple[tuple[str, ...], list[Row]]]:
    """Group rows that are there by what is to be written: all columns but the indexed ones that keep their values."""
    keys, indexed = _name_keys(table), _name_indexed(table)
    groups: dict[tuple[str, ...], list[Row]] = {}
    for key, before in stored.items():
        row = rows.get(key)
        if row is not None:
            kept = {name for name in indexed if name in before and before[name] == row[name]}
            names = tuple([name for name in row if name not in kept and name not in keys])
            named = {f"key_{name}": value for name, value in zip(keys, key, strict=True)}
            groups.setdefault(names, []).append({**row, **named})
    return list(groups.items())
