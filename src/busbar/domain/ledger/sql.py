"""The store of the ledger room: accounts and transfers here, debts and sessions in `sql_records.py`."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import RowMapping, Select, and_, select
from sqlalchemy.dialects import postgresql, sqlite

from busbar.canon.ledger import Account, AccountRef, AccountStatus, Leg, Transfer, TransferState
from busbar.db.work import sql
from busbar.domain.ledger.model import StoredTransfer
from busbar.domain.ledger.sql_records import SqlDebtStore, SqlTabStore, read_row
from busbar.domain.ledger.sql_revenue import SqlRevenueStore
from busbar.domain.ledger.store import Book
from busbar.domain.ledger.tables import accounts, legs, transfers
from busbar.kernel.ids import OperatorId, TransferId
from busbar.ports.work import UnitOfWork

_GIVER, _TAKER = accounts.alias("giver"), accounts.alias("taker")
_FIRST, _SECOND = 1, 2


class SqlLedgerStore(SqlDebtStore, SqlTabStore, SqlRevenueStore):
    """`busbar.domain.ledger.store.LedgerStore` on SQL."""

    async def find_account(self, work: UnitOfWork, book: Book, account: AccountRef) -> Account | None:
        """Return an account."""
        row = (await sql(work).execute(_select_account(book, account))).mappings().first()
        return None if row is None else _read_account(row)

    async def peek_account(self, work: UnitOfWork, book: Book, account: AccountRef) -> Account | None:
        """Return an account as the database holds it, without writing first what this unit has staged."""
        row = (await sql(work).read(_select_account(book, account))).mappings().first()
        return None if row is None else _read_account(row)

    async def open_account(self, work: UnitOfWork, account: Account) -> None:
        """Add an account, unless somebody was quicker."""
        unit = sql(work)
        insert = sqlite.insert(accounts) if unit.dialect.name == "sqlite" else postgresql.insert(accounts)
        await unit.execute(insert.values(**msgspec.structs.asdict(account)).on_conflict_do_nothing())

    async def lock_accounts(self, work: UnitOfWork, account_ids: Sequence[str]) -> Mapping[str, Account]:
        """Return accounts by id, locked in one order."""
        table = accounts.c
        statement = select(accounts).where(table.account_id.in_(account_ids)).order_by(table.account_id)
        rows = await sql(work).execute(statement.with_for_update())
        return {row["account_id"]: _read_account(row) for row in rows.mappings()}

    async def set_status(self, work: UnitOfWork, account_id: str, status: AccountStatus, *, by: str) -> None:
        """Freeze, unfreeze or close an account."""
        statement = accounts.update().where(accounts.c.account_id == account_id)
        await sql(work).execute(statement.values(status=status, status_by=by))

    async def find_transfer(
        self, work: UnitOfWork, operator_id: OperatorId, transfer_id: TransferId
    ) -> StoredTransfer | None:
        """Return a transfer, locked."""
        table = transfers.c
        statement = select(transfers).where(table.operator_id == operator_id, table.transfer_id == transfer_id)
        row = (await sql(work).execute(statement.with_for_update())).mappings().first()
        return None if row is None else _read_transfer(row)

    async def is_reversed(self, work: UnitOfWork, operator_id: OperatorId, transfer_id: TransferId) -> bool:
        """Tell whether a transfer was moved back."""
        table = transfers.c
        statement = select(table.transfer_id).where(table.operator_id == operator_id, table.reverses == transfer_id)
        return (await sql(work).execute(statement)).first() is not None

    async def list_legs(
        self, work: UnitOfWork, operator_id: OperatorId, transfer_id: TransferId, *, phase: int
    ) -> Sequence[Leg]:
        """Return a transfer's legs of a phase, in order."""
        table = legs.c
        names = (
            table.amount,
            _GIVER.c.kind.label("debit_kind"),
            _GIVER.c.owner.label("debit_owner"),
            _TAKER.c.kind.label("credit_kind"),
            _TAKER.c.owner.label("credit_owner"),
        )
        statement = (
            select(*names)
            .join(_GIVER, _GIVER.c.account_id == table.debit_id)
            .join(_TAKER, _TAKER.c.account_id == table.credit_id)
            .where(table.operator_id == operator_id, table.transfer_id == transfer_id, table.phase == phase)
            .order_by(table.line)
        )
        return [
            Leg(
                debit=_refer(row["debit_kind"], row["debit_owner"]),
                credit=_refer(row["credit_kind"], row["credit_owner"]),
                amount=row["amount"],
            )
            for row in (await sql(work).execute(statement)).mappings()
        ]

    async def insert_transfer(
        self, work: UnitOfWork, stored: StoredTransfer, legs: Sequence[tuple[str, str, int]]
    ) -> None:
        """Write a transfer with its legs."""
        values = msgspec.structs.asdict(stored.transfer)
        await sql(work).execute(
            transfers.insert().values(**values, fingerprint=stored.fingerprint, leg_count=len(legs))
        )
        await _insert_legs(work, stored.transfer, _FIRST, legs)

    async def end_transfer(
        self, work: UnitOfWork, stored: StoredTransfer, state: TransferState, legs: Sequence[tuple[str, str, int]]
    ) -> None:
        """Write the outcome of a pending transfer."""
        transfer = stored.transfer
        await _insert_legs(work, transfer, _SECOND, legs)
        table = transfers.c
        is_it = and_(table.operator_id == transfer.operator_id, table.transfer_id == transfer.transfer_id)
        await sql(work).execute(transfers.update().where(is_it).values(state=state, ended_at=work.now))

    async def list_due_holds(self, work: UnitOfWork, *, limit: int) -> Sequence[StoredTransfer]:
        """Return pending transfers whose time is over."""
        table = transfers.c
        statement = select(transfers).where(table.state == TransferState.PENDING, table.expires_at <= work.now)
        rows = await sql(work).execute(statement.order_by(table.expires_at).limit(limit).with_for_update())
        return [_read_transfer(row) for row in rows.mappings()]


async def _insert_legs(work: UnitOfWork, transfer: Transfer, phase: int, moves: Sequence[tuple[str, str, int]]) -> None:
    key = {"operator_id": transfer.operator_id, "transfer_id": transfer.transfer_id, "phase": phase, "at": work.now}
    rows: list[dict[str, Any]] = [
        {**key, "line": line, "debit_id": debit_id, "credit_id": credit_id, "amount": amount}
        for line, (debit_id, credit_id, amount) in enumerate(moves)
    ]
    await sql(work).execute(legs.insert(), rows)


def _select_account(book: Book, account: AccountRef) -> Select[Any]:
    table = accounts.c
    return select(accounts).where(
        table.operator_id == book.operator_id,
        table.currency == book.currency,
        table.kind == account.kind,
        table.owner == account.owner,
    )


def _refer(kind: str, owner: str) -> AccountRef:
    return msgspec.convert({"kind": kind, "owner": owner}, AccountRef)


def _read_account(row: RowMapping) -> Account:
    return msgspec.convert(read_row(row), Account)


def _read_transfer(row: RowMapping) -> StoredTransfer:
    return StoredTransfer(transfer=msgspec.convert(read_row(row), Transfer), fingerprint=row["fingerprint"])
