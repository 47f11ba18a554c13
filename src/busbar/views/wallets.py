"""Drivers' wallets, debts, and companies."""

from datetime import datetime
from typing import Annotated

from pydantic import Field
from sqlalchemy import and_, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.debts import ReceivableState
from busbar.canon.ledger import AccountKind, AccountStatus, MoneyPolicy, name_driver
from busbar.domain.access.sql import drivers
from busbar.domain.ledger.model import begin_month
from busbar.domain.ledger.tables import accounts, companies, company_drivers, receivables, tabs
from busbar.domain.roaming.sql import partners
from busbar.kernel.ids import DriverId
from busbar.views.ledger import StatementQuery, read_statement
from busbar.views.missing import CompanyMissingError, ReceivableMissingError
from busbar.views.paging import Order, PageRequest, read_page
from busbar.views.rows import AnyRow, AnySelect, pick
from busbar.views.scope import Scope
from busbar.views.search import contains
from busbar.views.shapes.ledger import (
    Company,
    CompanyDriver,
    CompanyDriverPage,
    CompanyPage,
    Receivable,
    ReceivablePage,
    Wallet,
    WalletEntry,
    WalletEntryPage,
)

Text = Annotated[str, Field(min_length=1, max_length=100)]
Key = Annotated[str, Field(min_length=1, max_length=80)]
_PAYABLE = (ReceivableState.OPEN.value, ReceivableState.REMINDED.value)


class ReceivableQuery(PageRequest):
    """Which debts are wanted."""

    state: ReceivableState | None = None
    is_payable: bool | None = None
    """Open or reminded."""
    is_overdue: bool | None = None
    driver_id: Key | None = None
    session_id: Key | None = None
    debtor: Key | None = None


class CompanyQuery(PageRequest):
    """Which companies are wanted."""

    q: Text | None = None
    """Text in the name."""
    is_active: bool | None = None


class MemberQuery(PageRequest):
    """Which drivers of a company are wanted."""


async def read_wallet(
    connection: AsyncConnection, scope: Scope, driver_id: str, *, currency: str, policy: MoneyPolicy
) -> Wallet:
    """Return a driver's money; that the driver is the operator's was asked before."""
    table = accounts.c
    statement = select(table.account_id, table.kind, table.status, table.balance).where(
        table.operator_id == scope.operator_id,
        table.currency == currency,
        table.owner == name_driver(DriverId(driver_id)),
    )
    found = {row.kind: row for row in await connection.execute(statement)}
    wallet = found.get(AccountKind.WALLET)
    company = (
        select(companies.c.name)
        .join(company_drivers, company_drivers.c.company_id == companies.c.company_id)
        .where(
            company_drivers.c.driver_id == driver_id,
            company_drivers.c.operator_id == scope.operator_id,
            companies.c.is_active == 1,
        )
    )
    return Wallet(
        driver_id=driver_id,
        account_id=None if wallet is None else wallet.account_id,
        currency=currency,
        status=AccountStatus.OPEN if wallet is None else AccountStatus(wallet.status),
        balance=0 if wallet is None else wallet.balance,
        held=found[AccountKind.HELD].balance if AccountKind.HELD in found else 0,
        owed=-found[AccountKind.RECEIVABLE].balance if AccountKind.RECEIVABLE in found else 0,
        mode=policy.mode,
        start_minimum=policy.start_minimum,
        company_name=(await connection.execute(company)).scalar(),
    )


async def list_entries(
    connection: AsyncConnection, wallet: Wallet, query: StatementQuery, *, limit: int
) -> WalletEntryPage:
    """Return a page of the movements in a wallet."""
    if wallet.account_id is None:
        return WalletEntryPage(items=[])
    page = await read_statement(connection, wallet.account_id, query, limit=limit)
    items = [WalletEntry.model_validate(entry) for entry in page.items]
    return WalletEntryPage(items=items, next_cursor=page.next_cursor, total=page.total)


# ---- debts -----------------------------------------------------------------------------------------------------------


async def list_receivables(
    connection: AsyncConnection, scope: Scope, query: ReceivableQuery, *, limit: int, now: datetime
) -> ReceivablePage:
    """Return a page of debts."""
    table, statement = receivables.c, _select_receivables(scope)
    for column, wanted in (
        (table.state, query.state),
        (table.driver_id, query.driver_id),
        (table.session_id, query.session_id),
        (table.debtor, query.debtor),
    ):
        if wanted is not None:
            statement = statement.where(column == wanted)
    if query.is_payable is not None:
        is_payable = table.state.in_(_PAYABLE)
        statement = statement.where(is_payable if query.is_payable else ~is_payable)
    if query.is_overdue is not None:
        is_late = and_(table.state.in_(_PAYABLE), table.due_at < now)
        statement = statement.where(is_late if query.is_overdue else ~is_late)
    order = Order(name="-opened_at", column=table.opened_at, key=table.receivable_id, is_descending=True)
    items, cursor, total = await read_page(
        connection, statement, order=order, request=query, limit=limit, shape=lambda row: _shape_receivable(row, now)
    )
    return ReceivablePage(items=items, next_cursor=cursor, total=total)


async def read_receivable(
    connection: AsyncConnection, scope: Scope, receivable_id: str, *, now: datetime
) -> Receivable:
    """Return one debt. Errors: `not_found.receivable`."""
    statement = _select_receivables(scope).where(receivables.c.receivable_id == receivable_id)
    row = (await connection.execute(statement)).first()
    if row is None:
        raise ReceivableMissingError("there is no such debt")
    return _shape_receivable(row, now)


def _select_receivables(scope: Scope) -> AnySelect:
    table = receivables.c
    driver = select(drivers.c.display_name).where(literal("driver:") + drivers.c.driver_id == table.debtor)
    company = select(companies.c.name).where(literal("company:") + companies.c.company_id == table.debtor)
    partner = select(partners.c.name).where(literal("partner:") + partners.c.partner_id == table.debtor)
    known = (each.scalar_subquery() for each in (driver, company, partner))
    name = func.coalesce(*known).label("debtor_name")
    return select(receivables, name).where(table.operator_id == scope.operator_id)


def _shape_receivable(row: AnyRow, now: datetime) -> Receivable:
    is_overdue = row.state in _PAYABLE and row.due_at < now
    return Receivable.model_validate(pick(row, Receivable) | {"is_overdue": is_overdue})


# ---- companies -------------------------------------------------------------------------------------------------------


def _select_companies(scope: Scope, currency: str) -> AnySelect:
    table, member, account = companies.c, company_drivers.c, accounts.c
    count = select(func.count()).select_from(company_drivers).where(member.company_id == table.company_id)
    owed = select(func.coalesce(func.sum(-account.balance), 0)).where(
        account.operator_id == table.operator_id,
        account.currency == currency,
        account.kind == AccountKind.RECEIVABLE,
        account.owner == literal("company:") + table.company_id,
    )
    counted = (count.scalar_subquery().label("driver_count"), owed.scalar_subquery().label("owed"))
    return select(companies, *counted).where(table.operator_id == scope.operator_id)


async def list_companies(
    connection: AsyncConnection, scope: Scope, query: CompanyQuery, *, limit: int, currency: str
) -> CompanyPage:
    """Return a page of companies."""
    table, statement = companies.c, _select_companies(scope, currency)
    if query.q is not None:
        statement = statement.where(contains(table.name, query.q))
    if query.is_active is not None:
        statement = statement.where(table.is_active == int(query.is_active))
    order = Order(name="name", column=table.name, key=table.company_id)
    items, cursor, total = await read_page(
        connection, statement, order=order, request=query, limit=limit, shape=Company.model_validate
    )
    return CompanyPage(items=items, next_cursor=cursor, total=total)


async def check_company(connection: AsyncConnection, scope: Scope, company_id: str) -> None:
    """Raise `not_found.company` unless the company is the operator's."""
    table = companies.c
    own = select(table.company_id).where(table.operator_id == scope.operator_id, table.company_id == company_id)
    if (await connection.execute(own)).first() is None:
        raise CompanyMissingError("there is no such company", company_id=company_id)


async def read_company(connection: AsyncConnection, scope: Scope, company_id: str, *, currency: str) -> Company:
    """Return one company. Errors: `not_found.company`."""
    statement = _select_companies(scope, currency).where(companies.c.company_id == company_id)
    row = (await connection.execute(statement)).first()
    if row is None:
        raise CompanyMissingError("there is no such company")
    return Company.model_validate(row)


async def list_members(
    connection: AsyncConnection, scope: Scope, company_id: str, query: MemberQuery, *, limit: int, now: datetime
) -> CompanyDriverPage:
    """Return a page of a company's drivers."""
    member = company_drivers.c
    spent = select(func.coalesce(func.sum(tabs.c.total), 0)).where(
        tabs.c.driver_id == member.driver_id,
        tabs.c.payer == f"company:{company_id}",
        tabs.c.at >= begin_month(now),
    )
    statement = (
        select(
            member.driver_id,
            drivers.c.display_name.label("driver_name"),
            member.budget,
            member.since,
            spent.scalar_subquery().label("spent"),
        )
        .join(drivers, drivers.c.driver_id == member.driver_id)
        .where(member.company_id == company_id, member.operator_id == scope.operator_id)
    )
    order = Order(name="driver_name", column=drivers.c.display_name, key=member.driver_id)
    items, cursor, total = await read_page(
        connection, statement, order=order, request=query, limit=limit, shape=CompanyDriver.model_validate
    )
    return CompanyDriverPage(items=items, next_cursor=cursor, total=total)
