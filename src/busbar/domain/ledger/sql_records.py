"""Debts, companies, sessions, policies and closed days on SQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import RowMapping, and_, func, or_, select

from busbar.canon.debts import Company, Receivable, ReceivableState
from busbar.canon.ledger import AccountRef, MoneyPolicy
from busbar.db.work import sql
from busbar.domain.ledger.model import Tab
from busbar.domain.ledger.store import Book, Membership
from busbar.domain.ledger.tables import (
    accounts,
    companies,
    company_drivers,
    ledger_balances,
    ledger_days,
    legs,
    money_policies,
    receivables,
    tabs,
)
from busbar.kernel.ids import CompanyId, DriverId, OperatorId, ReceivableId, SessionId, StationId
from busbar.ports.work import UnitOfWork

_SHARES = msgspec.json.Decoder(tuple[tuple[AccountRef, int], ...])
_POLICY = msgspec.json.Decoder(MoneyPolicy)
_PAYABLE = (ReceivableState.OPEN.value, ReceivableState.REMINDED.value)


def read_row(row: RowMapping) -> dict[str, Any]:
    """Return a row under plain names: its own are a subclass of str, which msgspec refuses."""
    return {str(name): value for name, value in row.items()}


class SqlDebtStore:
    """Receivables and companies."""

    async def insert_receivable(self, work: UnitOfWork, receivable: Receivable) -> None:
        """Add a debt."""
        await sql(work).execute(receivables.insert().values(**msgspec.structs.asdict(receivable)))

    async def load_receivable(self, work: UnitOfWork, receivable_id: ReceivableId) -> Receivable | None:
        """Return a debt, locked."""
        statement = select(receivables).where(receivables.c.receivable_id == receivable_id).with_for_update()
        row = (await sql(work).execute(statement)).mappings().first()
        return None if row is None else _read_receivable(row)

    async def update_receivable(self, work: UnitOfWork, receivable: Receivable) -> None:
        """Write a debt's new state."""
        statement = receivables.update().where(receivables.c.receivable_id == receivable.receivable_id)
        await sql(work).execute(statement.values(**msgspec.structs.asdict(receivable)))

    async def list_payable(self, work: UnitOfWork, book: Book, debtor: str) -> Sequence[Receivable]:
        """Return what a debtor owes, oldest first, locked."""
        table = receivables.c
        statement = select(receivables).where(
            table.operator_id == book.operator_id,
            table.currency == book.currency,
            table.debtor == debtor,
            table.state.in_(_PAYABLE),
        )
        rows = await sql(work).execute(statement.order_by(table.receivable_id).with_for_update())
        return [_read_receivable(row) for row in rows.mappings()]

    async def find_of_session(self, work: UnitOfWork, session_id: SessionId) -> Receivable | None:
        """Return what is still owed for a session, locked."""
        table = receivables.c
        statement = select(receivables).where(table.session_id == session_id, table.state.in_(_PAYABLE))
        row = (await sql(work).execute(statement.with_for_update())).mappings().first()
        return None if row is None else _read_receivable(row)

    async def list_overdue(
        self, work: UnitOfWork, *, due_before: datetime, reminded_before: datetime, reminders_max: int, limit: int
    ) -> Sequence[Receivable]:
        """Return debts that are overdue and were not reminded of lately, nor too often, locked."""
        table = receivables.c
        is_quiet = or_(table.reminded_at.is_(None), table.reminded_at < reminded_before)
        is_due = (table.due_at < due_before) & (table.reminders < reminders_max)
        statement = select(receivables).where(table.state.in_(_PAYABLE), is_due, is_quiet)
        rows = await sql(work).execute(statement.order_by(table.due_at).limit(limit).with_for_update())
        return [_read_receivable(row) for row in rows.mappings()]

    # ---- companies ---------------------------------------------------------------------------------------------------

    async def load_company(self, work: UnitOfWork, company_id: CompanyId) -> Company | None:
        """Return a company."""
        statement = select(companies).where(companies.c.company_id == company_id)
        row = (await sql(work).execute(statement)).mappings().first()
        return None if row is None else _read_company(row)

    async def save_company(self, work: UnitOfWork, company: Company) -> None:
        """Add a company, or write its new state."""
        values = {**msgspec.structs.asdict(company), "is_active": int(company.is_active)}
        sql(work).stage_upsert(companies, values)

    async def find_membership(
        self, work: UnitOfWork, operator_id: OperatorId, driver_id: DriverId
    ) -> Membership | None:
        """Return at whose expense a driver charges."""
        table = company_drivers.c
        statement = (
            select(table.company_id, table.budget, companies.c.is_active)
            .join(companies, companies.c.company_id == table.company_id)
            .where(table.driver_id == driver_id, table.operator_id == operator_id)
        )
        row = (await sql(work).read(statement)).first()
        if row is None:
            return None
        return Membership(company_id=CompanyId(row.company_id), budget=row.budget, is_active=bool(row.is_active))

    async def put_member(
        self, work: UnitOfWork, company: Company, driver_id: DriverId, *, budget: int | None, since: datetime
    ) -> None:
        """Let a driver charge at a company's expense."""
        sql(work).stage_upsert(
            company_drivers,
            {
                "driver_id": driver_id,
                "company_id": company.company_id,
                "operator_id": company.operator_id,
                "budget": budget,
                "since": since,
            },
        )

    async def remove_member(self, work: UnitOfWork, company_id: CompanyId, driver_id: DriverId) -> None:
        """Let a driver pay alone."""
        table = company_drivers.c
        is_it = and_(table.company_id == company_id, table.driver_id == driver_id)
        await sql(work).execute(company_drivers.delete().where(is_it))


class SqlTabStore:
    """Sessions as the ledger knows them, policies, and closed days."""

    async def load_tab(self, work: UnitOfWork, session_id: SessionId) -> Tab | None:
        """Return what is known of a session."""
        statement = select(tabs).where(tabs.c.session_id == session_id)
        row = (await sql(work).execute(statement)).mappings().first()
        return None if row is None else _read_tab(row)

    async def save_tab(self, work: UnitOfWork, tab: Tab) -> None:
        """Write what is known of a session."""
        shares = msgspec.json.encode(tab.shares).decode()
        values = {**msgspec.structs.asdict(tab), "shares": shares, "is_stopped": int(tab.is_stopped)}
        sql(work).stage_upsert(tabs, values)

    async def has_hold_at(self, work: UnitOfWork, driver_id: DriverId, station_id: StationId) -> bool:
        """Tell whether money of a driver is held for a session at a station."""
        table = tabs.c
        statement = select(table.session_id).where(
            table.driver_id == driver_id, table.revision == 0, table.station_id == station_id, table.held > 0
        )
        return (await sql(work).read(statement.limit(1))).first() is not None

    async def sum_spent(self, work: UnitOfWork, driver_id: DriverId, payer: str, *, since: datetime) -> int:
        """Return what a driver's sessions since then cost a payer."""
        table = tabs.c
        statement = select(func.coalesce(func.sum(table.total), 0)).where(
            table.driver_id == driver_id, table.payer == payer, table.at >= since
        )
        return int((await sql(work).read(statement)).scalar_one())

    async def load_policy(self, work: UnitOfWork, operator_id: OperatorId) -> MoneyPolicy | None:
        """Return an operator's policy."""
        statement = select(money_policies.c.policy).where(money_policies.c.operator_id == operator_id)
        text = (await sql(work).read(statement)).scalar()
        return None if text is None else _POLICY.decode(text)

    async def save_policy(self, work: UnitOfWork, operator_id: OperatorId, policy: MoneyPolicy) -> None:
        """Write an operator's policy."""
        text = msgspec.json.encode(policy).decode()
        sql(work).stage_upsert(money_policies, {"operator_id": operator_id, "policy": text, "changed_at": work.now})

    # ---- days --------------------------------------------------------------------------------------------------------

    async def list_open_books(self, work: UnitOfWork) -> Sequence[tuple[OperatorId, datetime]]:
        """Return each operator with accounts, and until when its days are closed (or its first account opened)."""
        closed = (
            select(ledger_days.c.operator_id, func.max(ledger_days.c.closed_until).label("until"))
            .group_by(ledger_days.c.operator_id)
            .subquery()
        )
        statement = (
            select(
                accounts.c.operator_id,
                func.coalesce(closed.c.until, func.min(accounts.c.opened_at)).label("closed_until"),
            )
            .outerjoin(closed, closed.c.operator_id == accounts.c.operator_id)
            .group_by(accounts.c.operator_id, closed.c.until)
        )
        rows = (await sql(work).execute(statement)).mappings()
        return [(OperatorId(row["operator_id"]), row["closed_until"]) for row in rows]

    async def close_day(self, work: UnitOfWork, operator_id: OperatorId, begin: datetime, end: datetime) -> None:
        """Keep the totals of a day; nothing is posted into it any more.

        What an account ever gave is what it had given when it last moved and what it gave on this day: no day costs
        more to close than it had legs, however old the books are.
        """
        unit, table = sql(work), legs.c
        of_day = and_(table.operator_id == operator_id, table.at >= begin, table.at < end)
        totals = select(func.count().label("legs"), func.coalesce(func.sum(table.amount), 0).label("debits"))
        total = (await unit.execute(totals.where(of_day))).mappings().one()
        moved = (
            select(table.debit_id.label("account_id"))
            .where(of_day)
            .union(select(table.credit_id.label("account_id")).where(of_day))
            .subquery()
        )
        before = ledger_balances.c
        earlier = before.account_id == moved.c.account_id, before.closed_until <= begin
        newest = select(func.max(before.closed_until)).where(*earlier).correlate(moved).scalar_subquery()
        sides = [
            (
                select(func.coalesce(func.sum(table.amount), 0))
                .where(side == moved.c.account_id, table.at >= begin, table.at < end)
                .scalar_subquery()
                + func.coalesce(
                    select(kept_side)
                    .where(before.account_id == moved.c.account_id, before.closed_until == newest)
                    .scalar_subquery(),
                    0,
                )
            ).label(kept_side.name)
            for kept_side, side in ((before.debits, table.debit_id), (before.credits, table.credit_id))
        ]
        kept = select(moved.c.account_id, *sides)
        key = {"closed_until": end, "operator_id": operator_id}
        rows: list[dict[str, Any]] = [
            {**key, "account_id": row["account_id"], "debits": int(row["debits"]), "credits": int(row["credits"])}
            for row in (await unit.execute(kept)).mappings()
        ]
        if rows:
            await unit.execute(ledger_balances.insert(), rows)
        await unit.execute(
            ledger_days.insert().values(
                operator_id=operator_id,
                closed_until=end,
                closed_at=work.now,
                legs=total["legs"],
                debits=int(total["debits"]),
                is_summed=1,
            )
        )


def _read_receivable(row: RowMapping) -> Receivable:
    return msgspec.convert(read_row(row), Receivable)


def _read_company(row: RowMapping) -> Company:
    return msgspec.convert(read_row(row) | {"is_active": bool(row["is_active"])}, Company)


def _read_tab(row: RowMapping) -> Tab:
    values = read_row(row)
    values["shares"] = _SHARES.decode(values["shares"])
    values["is_stopped"] = bool(values["is_stopped"])
    return msgspec.convert(values, Tab)
