"""The store of the payments room."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy import RowMapping, Table, and_, bindparam, delete, exists, func, or_, select, union

from busbar.canon.payments import (
    NoticeOutcome,
    Provider,
    ProviderNotice,
    RefundState,
)
from busbar.canon.reconciliation import DifferenceState, StatementLine, StatementLineKind
from busbar.db.reading import QuickRead
from busbar.db.work import sql
from busbar.domain.payments.model import OPEN_STATES, PAID_STATES, Record, RefundRecord
from busbar.domain.payments.sql_closings import SqlClosingStore
from busbar.domain.payments.steps import SealedAccount
from busbar.domain.payments.store import CardRecord, DifferenceRecord, DisputeRecord
from busbar.domain.payments.tables import (
    payment_accounts,
    payment_cards,
    payment_differences,
    payment_disputes,
    payment_notices,
    payment_refunds,
    payment_statement_lines,
    payment_statements,
    payments,
)
from busbar.kernel.ids import DriverId, OperatorId, PaymentId, RefundId, SessionId
from busbar.ports.work import UnitOfWork

T = TypeVar("T")
DETAIL_CHARS_MAX = 250
PAYMENTS_MAX = 100
"""Of one session."""
_OF_SESSION = QuickRead(
    payments.select()
    .where(payments.c.session_id == bindparam("session_id", type_=payments.c.session_id.type))
    .where(*(payments.c.state != over for over in ("failed", "cancelled")))
    .order_by(payments.c.created_at.desc())
    .limit(1)
    .with_for_update()
)
"""Asked at the end of every session, so it is built once."""


def _read(row: RowMapping | None, kind: type[T]) -> T | None:
    return None if row is None else _demand(row, kind)


def _demand(row: RowMapping, kind: type[T]) -> T:
    return msgspec.convert(_name(row), kind)


def _name(row: RowMapping) -> dict[str, Any]:
    """Return a row by plain names: those of SQLAlchemy are a kind of text of their own."""
    return {str(name): value for name, value in row.items()}


def _write(record: msgspec.Struct) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__struct_fields__}


class SqlPaymentStore:
    """`busbar.domain.payments.store.PaymentStore` on SQL."""

    async def load_payment(self, work: UnitOfWork, payment_id: PaymentId) -> Record | None:
        """Return a payment, locked."""
        query = payments.select().where(payments.c.payment_id == payment_id).with_for_update()
        return _read((await sql(work).execute(query)).mappings().first(), Record)

    async def find_by_provider(self, work: UnitOfWork, account_id: str, provider_ref: str) -> Record | None:
        """Return the payment that the provider calls so, locked."""
        table = payments.c
        query = payments.select().where(table.account_id == account_id, table.provider_ref == provider_ref)
        return _read((await sql(work).execute(query.with_for_update())).mappings().first(), Record)

    async def find_of_session(self, work: UnitOfWork, session_id: SessionId) -> Record | None:
        """Return the newest payment for a session that is not over, locked."""
        # nothing of payments is ever staged, so what other rooms staged need not be written first
        rows = await sql(work).find(_OF_SESSION, {"session_id": session_id})
        return msgspec.convert(rows[0], Record) if rows else None

    async def list_of_session(self, work: UnitOfWork, session_id: SessionId) -> Sequence[Record]:
        """Return the payments for a session that are not over, the newest first, locked."""
        table = payments.c
        own = payments.select().where(table.session_id == session_id, table.state.not_in(["failed", "cancelled"]))
        rows = await sql(work).execute(own.order_by(table.created_at.desc()).limit(PAYMENTS_MAX).with_for_update())
        return [_demand(row, Record) for row in rows.mappings()]

    async def move_session(self, work: UnitOfWork, gone: SessionId, kept: SessionId) -> None:
        """Let the payments of a session be another's."""
        await sql(work).execute(payments.update().where(payments.c.session_id == gone).values(session_id=kept))

    async def count_open(self, work: UnitOfWork, *, driver_id: DriverId | None, address_key: str) -> int:
        """Return how many payments a driver or an address has open."""
        whose = payments.c.driver_id == driver_id if driver_id is not None else payments.c.address_key == address_key
        query = select(func.count()).where(whose, payments.c.state.in_([state.value for state in OPEN_STATES]))
        return (await sql(work).execute(query)).scalar_one()

    async def list_due(self, work: UnitOfWork, *, now: datetime, limit: int) -> Sequence[PaymentId]:
        """Return payments about which something is due."""
        due = union(
            select(payments.c.payment_id, payments.c.due_at).where(payments.c.due_at <= now),
            select(payment_refunds.c.payment_id, payment_refunds.c.due_at).where(payment_refunds.c.due_at <= now),
        ).subquery()
        query = select(due.c.payment_id).group_by(due.c.payment_id).order_by(func.min(due.c.due_at)).limit(limit)
        return [PaymentId(payment_id) for payment_id in (await sql(work).execute(query)).scalars()]

    async def insert_payment(self, work: UnitOfWork, record: Record) -> None:
        """Add a payment."""
        await sql(work).execute(payments.insert().values(_write(record)))

    async def update_payment(self, work: UnitOfWork, record: Record) -> None:
        """Write a payment's new state."""
        query = payments.update().where(payments.c.payment_id == record.payment_id)
        await sql(work).execute(query.values(_write(record)))

    async def load_refund(self, work: UnitOfWork, refund_id: RefundId) -> RefundRecord | None:
        """Return a refund."""
        query = payment_refunds.select().where(payment_refunds.c.refund_id == refund_id)
        return _read((await sql(work).execute(query)).mappings().first(), RefundRecord)

    async def list_refunds(self, work: UnitOfWork, payment_id: PaymentId) -> Sequence[RefundRecord]:
        """Return a payment's refunds."""
        query = payment_refunds.select().where(payment_refunds.c.payment_id == payment_id)
        rows = await sql(work).execute(query.order_by(payment_refunds.c.created_at))
        return [_demand(row, RefundRecord) for row in rows.mappings()]

    async def insert_refund(self, work: UnitOfWork, refund: RefundRecord) -> None:
        """Add a refund."""
        await sql(work).execute(payment_refunds.insert().values(_write(refund)))

    async def update_refund(self, work: UnitOfWork, refund: RefundRecord) -> None:
        """Write a refund's new state."""
        query = payment_refunds.update().where(payment_refunds.c.refund_id == refund.refund_id)
        await sql(work).execute(query.values(_write(refund)))

    async def list_disputes(self, work: UnitOfWork, payment_id: PaymentId) -> Sequence[DisputeRecord]:
        """Return a payment's disputes."""
        rows = await sql(work).execute(payment_disputes.select().where(payment_disputes.c.payment_id == payment_id))
        return [_demand(row, DisputeRecord) for row in rows.mappings()]

    async def put_dispute(self, work: UnitOfWork, dispute: DisputeRecord) -> None:
        """Add a dispute or write its new state."""
        table = payment_disputes.c
        is_it = and_(table.account_id == dispute.account_id, table.dispute_ref == dispute.dispute_ref)
        await _put(work, payment_disputes, is_it, _write(dispute))

    async def find_notice(self, work: UnitOfWork, account_id: str, event_id: str) -> NoticeOutcome | None:
        """Return what became of a notice before."""
        table = payment_notices.c
        query = select(table.outcome).where(table.account_id == account_id, table.event_id == event_id)
        outcome = (await sql(work).execute(query)).scalar()
        return None if outcome is None else NoticeOutcome(outcome)

    async def insert_notice(
        self,
        work: UnitOfWork,
        account: SealedAccount,
        notice: ProviderNotice,
        *,
        payment_id: PaymentId | None,
        operator_id: OperatorId,
        outcome: NoticeOutcome,
        detail: str,
    ) -> None:
        """Remember a notice."""
        await sql(work).execute(
            payment_notices.insert().values(
                account_id=account.account_id,
                event_id=notice.event_id,
                operator_id=operator_id,
                provider=account.provider,
                kind=notice.kind,
                payment_id=payment_id,
                outcome=outcome,
                detail=detail[:DETAIL_CHARS_MAX],
                received_at=work.now,
            )
        )

    async def list_cards(self, work: UnitOfWork, operator_id: OperatorId, driver_id: DriverId) -> Sequence[CardRecord]:
        """Return a driver's cards, the newest first."""
        table = payment_cards.c
        query = payment_cards.select().where(table.driver_id == driver_id, table.operator_id == operator_id)
        rows = await sql(work).execute(query.order_by(table.created_at.desc()))
        return [_demand(row, CardRecord) for row in rows.mappings()]

    async def load_card(self, work: UnitOfWork, method_id: str) -> CardRecord | None:
        """Return a card."""
        query = payment_cards.select().where(payment_cards.c.method_id == method_id)
        return _read((await sql(work).execute(query)).mappings().first(), CardRecord)

    async def put_card(self, work: UnitOfWork, card: CardRecord) -> None:
        """Add a card, unless the driver has it already."""
        table = payment_cards.c
        is_there = select(table.method_id).where(table.driver_id == card.driver_id, table.card_ref == card.card_ref)
        if (await sql(work).execute(is_there)).first() is None:
            await sql(work).execute(payment_cards.insert().values(_write(card)))

    async def delete_cards(self, work: UnitOfWork, method_ids: Sequence[str]) -> None:
        """Remove cards."""
        await sql(work).execute(delete(payment_cards).where(payment_cards.c.method_id.in_(method_ids)))


class SqlAccountStore:
    """`busbar.domain.payments.store.AccountStore` on SQL."""

    async def find_account(
        self, work: UnitOfWork, *, account_id: str | None, operator_id: OperatorId | None, provider: Provider
    ) -> SealedAccount | None:
        """Return an account."""
        table = payment_accounts.c
        is_it = table.operator_id == operator_id if account_id is None else table.account_id == account_id
        query = payment_accounts.select().where(is_it, table.provider == provider)
        row = (await sql(work).execute(query)).mappings().first()
        return None if row is None else _read_account(row)

    async def list_accounts(self, work: UnitOfWork, operator_id: OperatorId | None) -> Sequence[SealedAccount]:
        """Return an operator's accounts; None: all."""
        query = payment_accounts.select().order_by(payment_accounts.c.provider)
        if operator_id is not None:
            query = query.where(payment_accounts.c.operator_id == operator_id)
        return [_read_account(row) for row in (await sql(work).execute(query)).mappings()]

    async def put_account(self, work: UnitOfWork, account: SealedAccount) -> None:
        """Add an account or write its new state."""
        values = _write(account)
        for name in ("settings", "secrets"):
            values[name] = msgspec.json.encode(values[name]).decode()
        await _put(work, payment_accounts, payment_accounts.c.account_id == account.account_id, values)

    async def delete_account(self, work: UnitOfWork, account_id: str) -> None:
        """Remove an account."""
        await sql(work).execute(delete(payment_accounts).where(payment_accounts.c.account_id == account_id))


class SqlStatementStore:
    """`busbar.domain.payments.store.StatementStore` on SQL."""

    async def list_fetched(self, work: UnitOfWork, account_id: str, *, since: date) -> Sequence[date]:
        """Return the days whose statement is here."""
        table = payment_statements.c
        query = select(table.day).where(table.account_id == account_id, table.day >= since)
        return list((await sql(work).execute(query)).scalars())

    async def has_payments(self, work: UnitOfWork, account_id: str) -> bool:
        """Tell whether anything was ever paid over an account."""
        query = select(payments.c.payment_id).where(
            payments.c.account_id == account_id, payments.c.captured_at.is_not(None)
        )
        return (await sql(work).execute(query.limit(1))).first() is not None

    async def insert_statement(
        self, work: UnitOfWork, account: SealedAccount, day: date, lines: Sequence[StatementLine], *, actor: str
    ) -> Sequence[StatementLine]:
        """Write a statement down; return the lines that were not there yet."""
        table = payment_statement_lines.c
        refs = [line.line_ref for line in lines]
        known: set[str] = set()
        for start in range(0, len(refs), REFS_PER_LOOK):
            part = refs[start : start + REFS_PER_LOOK]
            query = select(table.line_ref).where(table.account_id == account.account_id, table.line_ref.in_(part))
            known.update((await sql(work).execute(query)).scalars())
        fresh = list({line.line_ref: line for line in lines if line.line_ref not in known}.values())
        for line in fresh:
            row = {"account_id": account.account_id, "operator_id": account.operator_id, "day": day, **_write(line)}
            await sql(work).execute(payment_statement_lines.insert().values(row))
        summed = {
            kind: sum(line.amount for line in lines if line.kind is kind)
            for kind in (StatementLineKind.PAYMENT, StatementLineKind.REFUND)
        }
        row = {
            "account_id": account.account_id,
            "day": day,
            "operator_id": account.operator_id,
            "provider": account.provider,
            "line_count": len(lines),
            "paid": summed[StatementLineKind.PAYMENT],
            "refunded": -summed[StatementLineKind.REFUND],
            "cost": sum(line.cost for line in lines),
            "currency": lines[0].currency if lines else "",
            "fetched_at": work.now,
            "actor": actor,
        }
        statement = payment_statements.c
        is_it = and_(statement.account_id == account.account_id, statement.day == day)
        await _put(work, payment_statements, is_it, row)
        return fresh

    async def list_lines(
        self,
        work: UnitOfWork,
        account_id: str,
        *,
        payment_id: PaymentId | None = None,
        refund_id: RefundId | None = None,
    ) -> Sequence[StatementLine]:
        """Return the lines of all statements that tell of a payment, or of a refund."""
        table = payment_statement_lines.c
        is_about = table.refund_id == refund_id if payment_id is None else table.payment_id == payment_id
        query = payment_statement_lines.select().where(table.account_id == account_id, is_about).limit(LIST_MAX)
        return [_demand(row, StatementLine) for row in (await sql(work).execute(query)).mappings()]

    async def list_unseen(self, work: UnitOfWork, account_id: str, *, before: datetime) -> Sequence[Record]:
        """Return payments captured before an instant that no statement tells of."""
        table, line = payments.c, payment_statement_lines.c
        is_seen = exists().where(line.payment_id == table.payment_id, line.kind == StatementLineKind.PAYMENT)
        query = payments.select().where(
            table.account_id == account_id,
            table.captured > 0,
            table.captured_at < before,
            table.state.in_([state.value for state in PAID_STATES]),
            ~is_seen,
        )
        return [_demand(row, Record) for row in (await sql(work).execute(query.limit(LIST_MAX))).mappings()]

    async def list_unseen_refunds(
        self, work: UnitOfWork, account_id: str, *, before: datetime
    ) -> Sequence[RefundRecord]:
        """Return refunds done before an instant that no statement tells of."""
        table, line = payment_refunds.c, payment_statement_lines.c
        is_seen = exists().where(line.refund_id == table.refund_id)
        is_of = exists().where(payments.c.payment_id == table.payment_id, payments.c.account_id == account_id)
        query = payment_refunds.select().where(
            is_of, table.state == RefundState.DONE.value, table.changed_at < before, ~is_seen
        )
        return [_demand(row, RefundRecord) for row in (await sql(work).execute(query.limit(LIST_MAX))).mappings()]

    async def insert_difference(self, work: UnitOfWork, difference: DifferenceRecord) -> bool:
        """Add a difference; False: it is there already."""
        table = payment_differences.c
        is_there = select(table.difference_id).where(
            table.account_id == difference.account_id,
            table.subject == difference.subject,
            table.reason == difference.reason,
        )
        if (await sql(work).execute(is_there)).first() is not None:
            return False
        await sql(work).execute(payment_differences.insert().values(_write(difference)))
        return True

    async def load_difference(self, work: UnitOfWork, difference_id: str) -> DifferenceRecord | None:
        """Return a difference."""
        query = payment_differences.select().where(payment_differences.c.difference_id == difference_id)
        return _read((await sql(work).execute(query)).mappings().first(), DifferenceRecord)

    async def list_open_about(self, work: UnitOfWork, account_id: str) -> Sequence[DifferenceRecord]:
        """Return the differences of an account that are not settled."""
        table = payment_differences.c
        is_open = or_(table.state == DifferenceState.OPEN.value, table.state == DifferenceState.IN_HAND.value)
        query = payment_differences.select().where(table.account_id == account_id, is_open).limit(LIST_MAX)
        return [_demand(row, DifferenceRecord) for row in (await sql(work).execute(query)).mappings()]

    async def update_difference(self, work: UnitOfWork, difference: DifferenceRecord) -> None:
        """Write a difference's new state."""
        query = payment_differences.update().where(payment_differences.c.difference_id == difference.difference_id)
        await sql(work).execute(query.values(_write(difference)))


class SqlStore(SqlPaymentStore, SqlAccountStore, SqlStatementStore, SqlClosingStore):
    """`busbar.domain.payments.store.Store` on SQL."""


REFS_PER_LOOK = 500
LIST_MAX = 1000
"""Rows that one look takes; the next one takes the rest."""


def _read_account(row: RowMapping) -> SealedAccount:
    values = _name(row)
    for name in ("settings", "secrets"):
        values[name] = msgspec.json.decode(values[name])
    return msgspec.convert(values, SealedAccount)


async def _put(work: UnitOfWork, table: Table, is_it: Any, values: dict[str, Any]) -> None:
    done = await sql(work).execute(table.update().where(is_it).values(values))
    if done.rowcount == 0:
        await sql(work).execute(table.insert().values(values))
