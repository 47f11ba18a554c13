"""The books: accounts, trial balance, transfers and statements."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import ColumnElement, String, and_, case, cast, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.ledger import AccountKind, AccountStatus, TransferKind, TransferState
from busbar.domain.access.sql import drivers
from busbar.domain.ledger.tables import accounts, companies, ledger_days, legs, transfers
from busbar.domain.roaming.sql import partners
from busbar.domain.settlement.sql import payees
from busbar.views.missing import AccountMissingError, TransferMissingError
from busbar.views.paging import Order, PageRequest, Question, read_page, read_rows
from busbar.views.rows import AnyRow, AnySelect, pick
from busbar.views.scope import Scope
from busbar.views.search import contains
from busbar.views.shapes.ledger import (
    Account,
    AccountName,
    AccountPage,
    LedgerDay,
    LedgerDayPage,
    StatementEntry,
    StatementPage,
    Transfer,
    TransferDetail,
    TransferLeg,
    TransferPage,
    TrialBalance,
    TrialLine,
)

Text = Annotated[str, Field(min_length=1, max_length=100)]
Key = Annotated[str, Field(min_length=1, max_length=80)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class AccountQuery(PageRequest):
    """Which accounts are wanted."""

    q: Text | None = None
    """Text in the owner's name."""
    kind: AccountKind | None = None
    status: AccountStatus | None = None
    currency: Currency | None = None
    owner: Key | None = None


class TrialQuery(Question):
    """Of which currency, and until when."""

    currency: Currency | None = None
    """Left out: the operator's own."""
    at: datetime | None = None
    """Left out: now."""


class TransferQuery(PageRequest):
    """Which transfers are wanted."""

    kind: TransferKind | None = None
    state: TransferState | None = None
    session_id: Key | None = None
    driver_id: Key | None = None
    payment_id: Key | None = None
    since: datetime | None = None
    until: datetime | None = None


class StatementQuery(PageRequest):
    """Which movements are wanted."""

    since: datetime | None = None
    until: datetime | None = None


class DayQuery(PageRequest):
    """Which closed days are wanted."""


PROVIDERS = {
    "provider:stripe": "Stripe",
    "provider:alipay": "Alipay",
    "provider:wechatpay": "WeChat Pay",
    "provider:demo": "Demo",
    "provider:bank": "Bank",
}
"""What providers call themselves."""


def name_owner(table: Any) -> ColumnElement[str | None]:
    """Return the name of an account's owner."""
    driver = select(drivers.c.display_name).where(literal("driver:") + drivers.c.driver_id == table.owner)
    company = select(companies.c.name).where(literal("company:") + companies.c.company_id == table.owner)
    payee = select(payees.c.name).where(literal("payee:") + payees.c.payee_id == table.owner)
    partner = select(partners.c.name).where(literal("partner:") + partners.c.partner_id == table.owner)
    known = (each.scalar_subquery() for each in (driver, company, payee, partner))
    return func.coalesce(*known, case(PROVIDERS, value=table.owner))


def _sum(side: Any, account_id: Any, *conditions: ColumnElement[bool]) -> ColumnElement[int]:
    total = select(func.coalesce(func.sum(legs.c.amount), 0)).where(side == account_id, *conditions)
    return total.scalar_subquery()


def _select_accounts(scope: Scope) -> AnySelect:
    table = accounts.c
    return select(
        table.account_id,
        table.kind,
        table.owner,
        table.currency,
        table.status,
        table.opened_at,
        name_owner(table).label("owner_name"),
        _sum(legs.c.debit_id, table.account_id).label("debits"),
        _sum(legs.c.credit_id, table.account_id).label("credits"),
    ).where(table.operator_id == scope.operator_id)


def _shape_account(row: AnyRow) -> Account:
    debits, credited = int(row.debits), int(row.credits)
    values = pick(row, Account) | {"debits": debits, "credits": credited, "balance": credited - debits}
    return Account.model_validate(values)


async def list_accounts(connection: AsyncConnection, scope: Scope, query: AccountQuery, *, limit: int) -> AccountPage:
    """Return a page of accounts."""
    table, statement = accounts.c, _select_accounts(scope)
    for column, wanted in (
        (table.kind, query.kind),
        (table.status, query.status),
        (table.currency, query.currency),
        (table.owner, query.owner),
    ):
        if wanted is not None:
            statement = statement.where(column == wanted)
    if query.q is not None:
        statement = statement.where(contains(name_owner(table), query.q))
    order = Order(name="kind", column=table.kind, key=table.account_id)
    items, cursor, total = await read_page(
        connection, statement, order=order, request=query, limit=limit, shape=_shape_account
    )
    return AccountPage(items=items, next_cursor=cursor, total=total)


async def read_account(connection: AsyncConnection, scope: Scope, account_id: str) -> Account:
    """Return one account. Errors: `not_found.account`."""
    statement = _select_accounts(scope).where(accounts.c.account_id == account_id)
    row = (await connection.execute(statement)).first()
    if row is None:
        raise AccountMissingError("there is no such account")
    return _shape_account(row)


async def read_trial_balance(
    connection: AsyncConnection, scope: Scope, *, currency: str, at: datetime | None, now: datetime
) -> TrialBalance:
    """Return what all accounts of a currency gave and got until an instant."""
    table = accounts.c
    of_book = and_(table.operator_id == scope.operator_id, table.currency == currency)
    counted = select(table.kind, func.count().label("accounts")).where(of_book).group_by(table.kind)
    counts: dict[str, int] = {row["kind"]: row["accounts"] for row in (await connection.execute(counted)).mappings()}
    sums: dict[str, dict[str, int]] = {kind: {"debits": 0, "credits": 0} for kind in counts}
    for name, side in (("debits", legs.c.debit_id), ("credits", legs.c.credit_id)):
        statement = (
            select(table.kind, func.sum(legs.c.amount).label("amount"))
            .join(legs, side == table.account_id)
            .where(of_book)
            .group_by(table.kind)
        )
        if at is not None:
            statement = statement.where(legs.c.at < at)
        for row in await connection.execute(statement):
            sums[row.kind][name] = int(row.amount)
    differs = table.balance != _sum(legs.c.credit_id, table.account_id) - _sum(legs.c.debit_id, table.account_id)
    drifted = select(func.count()).where(of_book, table.balance.is_not(None), differs).select_from(accounts)
    drift = int((await connection.execute(drifted)).scalar_one())
    lines = [
        TrialLine(kind=AccountKind(kind), accounts=counts[kind], balance=moved["credits"] - moved["debits"], **moved)
        for kind, moved in sums.items()
    ]
    lines.sort(key=lambda line: list(AccountKind).index(line.kind))
    debits, credited = sum(line.debits for line in lines), sum(line.credits for line in lines)
    return TrialBalance(
        currency=currency,
        at=now if at is None else at,
        lines=lines,
        debits=debits,
        credits=credited,
        is_balanced=debits == credited and drift == 0,
        drifted_accounts=drift,
    )


# ---- transfers -------------------------------------------------------------------------------------------------------


def _select_transfers(scope: Scope) -> AnySelect:
    joined = transfers.outerjoin(drivers, drivers.c.driver_id == transfers.c.driver_id)
    return (
        select(transfers, drivers.c.display_name.label("driver_name"))
        .select_from(joined)
        .where(transfers.c.operator_id == scope.operator_id)
    )


def _shape_transfer(row: AnyRow) -> Transfer:
    return Transfer.model_validate(pick(row, Transfer))


async def list_transfers(
    connection: AsyncConnection, scope: Scope, query: TransferQuery, *, limit: int
) -> TransferPage:
    """Return a page of transfers."""
    table, statement = transfers.c, _select_transfers(scope)
    for column, wanted in (
        (table.kind, query.kind),
        (table.state, query.state),
        (table.session_id, query.session_id),
        (table.driver_id, query.driver_id),
        (table.payment_id, query.payment_id),
    ):
        if wanted is not None:
            statement = statement.where(column == wanted)
    statement = _between(statement, table.at, query.since, query.until)
    order = Order(name="-at", column=table.at, key=table.transfer_id, is_descending=True)
    items, cursor, total = await read_page(
        connection, statement, order=order, request=query, limit=limit, shape=_shape_transfer
    )
    return TransferPage(items=items, next_cursor=cursor, total=total)


async def read_transfer(connection: AsyncConnection, scope: Scope, transfer_id: str) -> TransferDetail:
    """Return one transfer with its legs. Errors: `not_found.transfer`."""
    statement = _select_transfers(scope).where(transfers.c.transfer_id == transfer_id)
    row = (await connection.execute(statement)).first()
    if row is None:
        raise TransferMissingError("there is no such transfer")
    table = transfers.c
    back = select(table.transfer_id).where(table.operator_id == scope.operator_id, table.reverses == transfer_id)
    giver, taker = accounts.alias("giver"), accounts.alias("taker")
    names = [
        column.label(f"{side}_{name}")
        for side, account in (("debit", giver.c), ("credit", taker.c))
        for name, column in (
            ("account_id", account.account_id),
            ("kind", account.kind),
            ("owner", account.owner),
            ("owner_name", name_owner(account)),
        )
    ]
    moved = (
        select(legs.c.phase, legs.c.amount, legs.c.at, *names)
        .join(giver, giver.c.account_id == legs.c.debit_id)
        .join(taker, taker.c.account_id == legs.c.credit_id)
        .where(legs.c.operator_id == scope.operator_id, legs.c.transfer_id == transfer_id)
        .order_by(legs.c.phase, legs.c.line)
    )
    found = [
        TransferLeg(
            phase=leg["phase"],
            amount=leg["amount"],
            at=leg["at"],
            debit=AccountName(**{name: leg[f"debit_{name}"] for name in AccountName.model_fields}),
            credit=AccountName(**{name: leg[f"credit_{name}"] for name in AccountName.model_fields}),
        )
        for leg in (await connection.execute(moved)).mappings()
    ]
    reversed_by = (await connection.execute(back)).scalar()
    return TransferDetail(**_shape_transfer(row).model_dump(), legs=found, reversed_by=reversed_by)


# ---- statements ------------------------------------------------------------------------------------------------------

_NUMBER = legs.c.transfer_id + ":" + cast(legs.c.phase, String) + ":" + cast(legs.c.line, String)
"""Tells two legs of one instant apart."""


def _signed(account_id: str) -> ColumnElement[int]:
    return case((legs.c.credit_id == account_id, legs.c.amount), else_=-legs.c.amount)


async def read_statement(
    connection: AsyncConnection, account_id: str, query: StatementQuery, *, limit: int
) -> StatementPage:
    """Return a page of the movements in an account; whether it may be seen was asked before."""
    other, person = accounts.alias("other"), drivers.alias("person")
    of_account = or_(legs.c.debit_id == account_id, legs.c.credit_id == account_id)
    is_other = other.c.account_id == case((legs.c.credit_id == account_id, legs.c.debit_id), else_=legs.c.credit_id)
    is_transfer = and_(transfers.c.operator_id == legs.c.operator_id, transfers.c.transfer_id == legs.c.transfer_id)
    columns = [
        transfers.c.transfer_id,
        legs.c.at,
        transfers.c.kind,
        transfers.c.state,
        _signed(account_id).label("amount"),
        transfers.c.reason,
        transfers.c.session_id,
        transfers.c.payment_id,
        transfers.c.driver_id,
        person.c.display_name.label("driver_name"),
        other.c.account_id.label("other_account_id"),
        other.c.kind.label("other_kind"),
        other.c.owner.label("other_owner"),
        name_owner(other.c).label("other_owner_name"),
    ]
    joined = legs.join(transfers, is_transfer).join(other, is_other)
    joined = joined.outerjoin(person, person.c.driver_id == transfers.c.driver_id)
    statement = select(*columns).select_from(joined).where(of_account)
    statement = _between(statement, legs.c.at, query.since, query.until)
    order = Order(name="-at", column=legs.c.at, key=_NUMBER, is_descending=True)
    rows, cursor, total = await read_rows(connection, statement, order=order, request=query, limit=limit)
    if not rows:
        return StatementPage(items=[], next_cursor=None, total=total)
    newest = rows[0]
    until = or_(legs.c.at < newest.page_value, and_(legs.c.at == newest.page_value, newest.page_key >= _NUMBER))
    so_far = select(func.coalesce(func.sum(_signed(account_id)), 0)).where(of_account, until)
    balance = int((await connection.execute(so_far)).scalar_one())
    items: list[StatementEntry] = []
    for row in rows:
        counter = AccountName(
            account_id=row.other_account_id,
            kind=row.other_kind,
            owner=row.other_owner,
            owner_name=row.other_owner_name,
        )
        values = pick(row, StatementEntry) | {"balance": balance, "counter": counter}
        items.append(StatementEntry.model_validate(values))
        balance -= int(row.amount)
    return StatementPage(items=items, next_cursor=cursor, total=total)


async def list_days(connection: AsyncConnection, scope: Scope, query: DayQuery, *, limit: int) -> LedgerDayPage:
    """Return a page of closed days."""
    table = ledger_days.c
    statement = select(table.closed_until, table.closed_at, table.legs, table.debits).where(
        table.operator_id == scope.operator_id
    )
    order = Order(name="-closed_until", column=table.closed_until, key=table.operator_id, is_descending=True)
    items, cursor, total = await read_page(
        connection, statement, order=order, request=query, limit=limit, shape=LedgerDay.model_validate
    )
    return LedgerDayPage(items=items, next_cursor=cursor, total=total)


def _between(statement: AnySelect, column: Any, since: datetime | None, until: datetime | None) -> AnySelect:
    if since is not None:
        statement = statement.where(column >= since)
    return statement if until is None else statement.where(column < until)
