"""The unit of work on SQL: staged bulk writes, undo per message, one commit per batch."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar, cast

import msgspec
from sqlalchemy import Table
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.base import Executable

from busbar.canon.message import Command, Fact, Signal
from busbar.db.bulk import make_insert, make_update, make_upsert
from busbar.db.messaging import outbox
from busbar.kernel.ids import FactId, IdSource
from busbar.ports.feed import PublishedFact
from busbar.ports.work import UnitOfWork

R = TypeVar("R")
K = TypeVar("K")
V = TypeVar("V")

Row = dict[str, Any]
Ask = Callable[[Command[Any], UnitOfWork], Awaitable[Any]]
_MISSING = object()
_SAVEPOINT = "message"
_ENCODER = msgspec.json.Encoder()


class _Undo(Protocol):
    def __call__(self) -> object: ...


class SqlUnitOfWork:
    """One transaction over one connection. Used by one batch, then thrown away.

    Rows are staged in memory and written as bulk statements when the batch ends, or earlier when a statement is
    executed
    that must see them. Each message of the batch has an undo of its own: journal entries for what is in memory, a
    savepoint (opened only when the message executes SQL itself) for what is in the database.
    """

    def __init__(self, connection: AsyncConnection, *, now: datetime, ids: IdSource, ask: Ask) -> None:
        self.connection = connection
        self._now = now
        self._ids = ids
        self._ask = ask
        self._inserts: dict[Table, list[Row]] = {}
        self._upserts: dict[Table, dict[tuple[object, ...], Row]] = {}
        self._updates: dict[tuple[Table, tuple[str, ...], tuple[str, ...]], dict[tuple[object, ...], Row]] = {}
        self._cache_undo: list[_Undo] = []
        self._stage_undo: list[_Undo] = []
        self._cache_mark = 0
        self._has_savepoint = False
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

    def tell(self, fact: Fact) -> None:
        """Write a fact to the outbox."""
        published = PublishedFact(fact_id=FactId(self._ids.new()), fact=fact)
        self.told.append(published)
        self.stage_insert(
            outbox,
            {
                "fact_id": published.fact_id,
                "operator_id": fact.operator_id,
                "at": fact.at,
                "name": type(fact).__name__,
                "body": _ENCODER.encode(fact).decode(),
            },
        )

    def signal(self, signal: Signal) -> None:
        """Send a live update after the commit."""
        self.signals.append(signal)

    def keep(self, cache: MutableMapping[K, V], key: K, value: V) -> None:
        """Set `cache[key]` with undo."""
        self._remember(cast("MutableMapping[object, object]", cache), key)
        cache[key] = value

    def forget(self, cache: MutableMapping[K, V], key: K) -> None:
        """Remove `cache[key]` with undo."""
        if key in cache:
            self._remember(cast("MutableMapping[object, object]", cache), key)
            del cache[key]

    def _remember(self, cache: MutableMapping[object, object], key: object) -> None:
        before = cache.get(key, _MISSING)

        def undo() -> None:
            if before is _MISSING:
                cache.pop(key, None)
            else:
                cache[key] = before

        self._cache_undo.append(undo)

    # ---- what stores see ---------------------------------------------------------------------------------------------

    def stage_insert(self, table: Table, row: Row) -> None:
        """Insert a row when the batch is written."""
        rows = self._inserts.setdefault(table, [])
        rows.append(row)
        self._stage_undo.append(rows.pop)

    def stage_inserts(self, table: Table, rows: Sequence[Row]) -> None:
        """Insert rows when the batch is written."""
        staged = self._inserts.setdefault(table, [])
        before = len(staged)
        staged.extend(rows)

        def undo() -> None:
            del staged[before:]

        self._stage_undo.append(undo)

    def stage_upsert(self, table: Table, row: Row) -> None:
        """Insert or replace a full row by its primary key when the batch is written; the last one wins."""
        key = tuple(row[column.name] for column in table.primary_key)
        self._stage_keyed(self._upserts.setdefault(table, {}), key, row)

    def stage_update(self, table: Table, key: Row, values: Row) -> None:
        """Update columns of the row with this key when the batch is written; the last one wins per set of columns."""
        rows = self._updates.setdefault((table, tuple(key), tuple(values)), {})
        self._stage_keyed(
            rows, tuple(key.values()), {**{f"key_{name}": value for name, value in key.items()}, **values}
        )

    def _stage_keyed(self, rows: dict[tuple[object, ...], Row], key: tuple[object, ...], row: Row) -> None:
        before = rows.get(key)

        def undo() -> None:
            if before is None:
                rows.pop(key, None)
            else:
                rows[key] = before

        rows[key] = row
        self._stage_undo.append(undo)

    async def execute(
        self, statement: Executable, rows: Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Execute now. Staged rows are written first, so the statement sees them."""
        await self._open_savepoint()
        await self.flush()
        return cast("CursorResult[Any]", await self.connection.execute(statement, rows))

    async def read(self, statement: Executable) -> CursorResult[Any]:
        """Read what the database holds, without writing first what is staged: for loads that nothing staged can change.

        Earlier messages of the batch keep their rows staged, so a batch of first uses is still written in bulk.
        """
        return cast("CursorResult[Any]", await self.connection.execute(statement))

    # ---- what the core sees ------------------------------------------------------------------------------------------

    def begin_message(self) -> None:
        """Mark where this message's own undo begins."""
        self._cache_mark = len(self._cache_undo)
        self._stage_undo.clear()
        self._told_mark = len(self.told)
        self._signal_mark = len(self.signals)

    async def end_message(self) -> None:
        """Keep what the message did."""
        if self._has_savepoint:
            self._has_savepoint = False
            await self.connection.exec_driver_sql(f"RELEASE SAVEPOINT {_SAVEPOINT}")

    async def undo_message(self) -> None:
        """Take back what the message did, and nothing else."""
        if self._has_savepoint:
            self._has_savepoint = False
            await self.connection.exec_driver_sql(f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}")
            await self.connection.exec_driver_sql(f"RELEASE SAVEPOINT {_SAVEPOINT}")
        _undo(self._stage_undo, 0)
        _undo(self._cache_undo, self._cache_mark)
        del self.told[self._told_mark :]
        del self.signals[self._signal_mark :]

    def undo_memory(self) -> None:
        """Take back everything in memory: the transaction failed as a whole."""
        _undo(self._cache_undo, 0)

    async def flush(self) -> None:
        """Write what is staged, parents before children."""
        if self._stage_undo:
            self._stage_undo.clear()
        connection, dialect = self.connection, self.connection.dialect
        for table, rows in _in_order(self._inserts):
            for names, alike in _group_by_shape(rows):
                await make_insert(table, dialect, names).execute(connection, alike)
        for table, keyed in _in_order(self._upserts):
            for names, alike in _group_by_shape(list(keyed.values())):
                await make_upsert(table, dialect, names).execute(connection, alike)
        for (table, keys, names), keyed in self._updates.items():
            if keyed:
                await make_update(table, dialect, keys, names).execute(connection, keyed.values())
        self._inserts, self._upserts, self._updates = {}, {}, {}

    async def _open_savepoint(self) -> None:
        """Protect what earlier messages staged: it is written before the savepoint, this message's rows after it."""
        if self._has_savepoint:
            return
        mine = self._take_own_rows()
        await self.flush()
        await self.connection.exec_driver_sql(f"SAVEPOINT {_SAVEPOINT}")
        self._has_savepoint = True
        self._inserts, self._upserts, self._updates = mine

    def _take_own_rows(self) -> tuple[Any, Any, Any]:
        """Separate this message's staged rows from those of the messages before it."""
        full = (
            {table: list(rows) for table, rows in self._inserts.items()},
            {table: dict(rows) for table, rows in self._upserts.items()},
            {key: dict(rows) for key, rows in self._updates.items()},
        )
        _undo(self._stage_undo, 0)
        return (
            {table: rows[len(self._inserts.get(table, ())) :] for table, rows in full[0].items()},
            {table: _changed(rows, self._upserts.get(table, {})) for table, rows in full[1].items()},
            {key: _changed(rows, self._updates.get(key, {})) for key, rows in full[2].items()},
        )


def sql(work: UnitOfWork) -> SqlUnitOfWork:
    """Return the SQL side of a unit of work: for stores in `domain/*/sql.py` alone."""
    if not isinstance(work, SqlUnitOfWork):
        raise TypeError("this store needs a unit of work on SQL")
    return work


def _undo(journal: list[_Undo], mark: int) -> None:
    while len(journal) > mark:
        journal.pop()()


def _changed(
    after: dict[tuple[object, ...], Row], before: dict[tuple[object, ...], Row]
) -> dict[tuple[object, ...], Row]:
    return {key: row for key, row in after.items() if before.get(key) is not row}


_POSITIONS: dict[Table, int] = {}


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
