"""Payees, agreements, settlements and pay-outs, for screens, statements and files."""

from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon import settlement as canon
from busbar.domain.settlement.periods import span_settled
from busbar.domain.settlement.sql import agreements, payees, payouts, settlement_terms, settlements
from busbar.domain.stations.tables import sites
from busbar.domain.tenants.sql import operators
from busbar.views.missing import AgreementMissingError, PayeeMissingError, PayoutMissingError, SettlementMissingError
from busbar.views.paging import Order, PageRequest, read_page
from busbar.views.rows import AnyRow, AnySelect
from busbar.views.scope import Scope
from busbar.views.search import contains
from busbar.views.shapes import settlement as shapes

Key = Annotated[str, Field(min_length=1, max_length=64)]
_OWED = [
    canon.SettlementState.APPROVED.value,
    canon.SettlementState.PAYING.value,
    canon.SettlementState.RETURNED.value,
    canon.SettlementState.OWED.value,
]


class PayeeQuery(PageRequest):
    """Which payees are wanted."""

    q: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    kind: canon.PayeeKind | None = None
    is_active: bool | None = None


class AgreementQuery(PageRequest):
    """Which agreements are wanted."""

    payee_id: Key | None = None
    site_id: Key | None = None


class SettlementQuery(PageRequest):
    """Which settlements are wanted."""

    payee_id: Key | None = None
    state: canon.SettlementState | None = None
    payout_id: Key | None = None
    since: datetime | None = None
    """Of periods that begin then or later."""
    until: datetime | None = None


class PayoutQuery(PageRequest):
    """Which pay-outs are wanted."""


async def read_terms(connection: AsyncConnection, scope: Scope) -> shapes.SettlementTerms:
    """Return how the operator settles."""
    statement = select(settlement_terms.c.content).where(settlement_terms.c.operator_id == scope.operator_id)
    content = (await connection.execute(statement)).scalar_one_or_none()
    terms = canon.SettlementTerms() if content is None else msgspec.json.decode(content, type=canon.SettlementTerms)
    return shapes.SettlementTerms(**msgspec.structs.asdict(terms))


# ---- payees ----------------------------------------------------------------------------------------------------------


def _select_payees(scope: Scope) -> AnySelect:
    owed = (
        select(func.coalesce(func.sum(settlements.c.payable), 0))
        .where(settlements.c.payee_id == payees.c.payee_id, settlements.c.state.in_(_OWED))
        .scalar_subquery()
    )
    return select(payees.c.content, owed.label("owed")).where(payees.c.operator_id == scope.operator_id)


def _shape_payee(row: AnyRow) -> shapes.Payee:
    payee = msgspec.json.decode(row.content, type=canon.Payee)
    return shapes.Payee(**_pick(payee, shapes.Payee), owed=int(row.owed))


async def list_payees(connection: AsyncConnection, scope: Scope, query: PayeeQuery, *, limit: int) -> shapes.PayeePage:
    """Return a page of payees."""
    table, statement = payees.c, _select_payees(scope)
    if query.q is not None:
        statement = statement.where(contains(table.name, query.q))
    if query.kind is not None:
        statement = statement.where(table.kind == query.kind)
    if query.is_active is not None:
        statement = statement.where(table.is_active == int(query.is_active))
    order = Order(name="name", column=table.name, key=table.payee_id)
    items, cursor, total = await read_page(
        connection, statement, order=order, request=query, limit=limit, shape=_shape_payee
    )
    return shapes.PayeePage(items=items, next_cursor=cursor, total=total)


async def read_payee(connection: AsyncConnection, scope: Scope, payee_id: str) -> shapes.Payee:
    """Return one payee. Errors: `not_found.payee`."""
    row = (await connection.execute(_select_payees(scope).where(payees.c.payee_id == payee_id))).first()
    if row is None:
        raise PayeeMissingError("there is no such payee")
    return _shape_payee(row)


# ---- agreements ------------------------------------------------------------------------------------------------------


def _select_agreements(scope: Scope) -> AnySelect:
    joined = agreements.join(payees, payees.c.payee_id == agreements.c.payee_id).outerjoin(
        sites, sites.c.site_id == agreements.c.site_id
    )
    return (
        select(agreements.c.content, payees.c.name.label("payee_name"), sites.c.name.label("site_name"))
        .select_from(joined)
        .where(agreements.c.operator_id == scope.operator_id)
    )


def _shape_agreement(row: AnyRow) -> shapes.Agreement:
    agreement = msgspec.json.decode(row.content, type=canon.Agreement)
    shares = shapes.Shares(**msgspec.structs.asdict(agreement.shares))
    values: dict[str, Any] = {**_pick(agreement, shapes.Agreement), "shares": shares}
    return shapes.Agreement(**values, payee_name=row.payee_name, site_name=row.site_name)


async def list_agreements(
    connection: AsyncConnection, scope: Scope, query: AgreementQuery, *, limit: int
) -> shapes.AgreementPage:
    """Return a page of agreements."""
    table, statement = agreements.c, _select_agreements(scope)
    if query.payee_id is not None:
        statement = statement.where(table.payee_id == query.payee_id)
    if query.site_id is not None:
        statement = statement.where(table.site_id == query.site_id)
    order = Order(name="-created_at", column=table.created_at, key=table.agreement_id, is_descending=True)
    items, cursor, total = await read_page(
        connection, statement, order=order, request=query, limit=limit, shape=_shape_agreement
    )
    return shapes.AgreementPage(items=items, next_cursor=cursor, total=total)


async def read_agreement(connection: AsyncConnection, scope: Scope, agreement_id: str) -> shapes.Agreement:
    """Return one agreement. Errors: `not_found.agreement`."""
    statement = _select_agreements(scope).where(agreements.c.agreement_id == agreement_id)
    row = (await connection.execute(statement)).first()
    if row is None:
        raise AgreementMissingError("there is no such agreement")
    return _shape_agreement(row)


# ---- settlements -----------------------------------------------------------------------------------------------------


def _select_settlements(scope: Scope) -> AnySelect:
    return (
        select(settlements.c.content, payees.c.name.label("payee_name"), operators.c.zone)
        .select_from(settlements.join(payees, payees.c.payee_id == settlements.c.payee_id))
        .join(operators, operators.c.operator_id == settlements.c.operator_id)
        .where(settlements.c.operator_id == scope.operator_id)
    )


def _read_settlement(row: AnyRow) -> tuple[canon.Settlement, dict[str, Any]]:
    settlement = msgspec.json.decode(row.content, type=canon.Settlement)
    span = span_settled(settlement, row.zone)
    told = {"payee_name": row.payee_name, "first_day": span.first, "last_day": span.end - timedelta(days=1)}
    return settlement, _pick(settlement, shapes.Settlement) | told


def _shape_settlement(row: AnyRow) -> shapes.Settlement:
    return shapes.Settlement(**_read_settlement(row)[1])


async def list_settlements(
    connection: AsyncConnection, scope: Scope, query: SettlementQuery, *, limit: int
) -> shapes.SettlementPage:
    """Return a page of settlements."""
    table, statement = settlements.c, _select_settlements(scope)
    for column, wanted in (
        (table.payee_id, query.payee_id),
        (table.state, query.state),
        (table.payout_id, query.payout_id),
    ):
        if wanted is not None:
            statement = statement.where(column == wanted)
    if query.since is not None:
        statement = statement.where(table.since >= query.since)
    if query.until is not None:
        statement = statement.where(table.since < query.until)
    order = Order(name="-since", column=table.since, key=table.settlement_id, is_descending=True)
    items, cursor, total = await read_page(
        connection, statement, order=order, request=query, limit=limit, shape=_shape_settlement
    )
    return shapes.SettlementPage(items=items, next_cursor=cursor, total=total)


async def read_settlement(connection: AsyncConnection, scope: Scope, settlement_id: str) -> shapes.SettlementDetail:
    """Return one settlement with its lines. Errors: `not_found.settlement`."""
    statement = _select_settlements(scope).where(settlements.c.settlement_id == settlement_id)
    row = (await connection.execute(statement)).first()
    if row is None:
        raise SettlementMissingError("there is no such settlement")
    settlement, values = _read_settlement(row)
    wanted = {line.site_id for line in settlement.lines if line.site_id}
    named = select(sites.c.site_id, sites.c.name).where(sites.c.site_id.in_(wanted))
    names = {found.site_id: found.name for found in await connection.execute(named)}
    span = span_settled(settlement, row.zone)
    lines = [
        shapes.SettlementLine(
            **msgspec.structs.asdict(line),
            site_name=names.get(line.site_id or ""),
            first_day=span.name(line.since, row.zone),
            last_day=span.name(line.until, row.zone) - timedelta(days=1),
        )
        for line in settlement.lines
    ]
    return shapes.SettlementDetail(**values, zone=row.zone, lines=lines)


async def read_settlements(
    connection: AsyncConnection, scope: Scope, settlement_ids: list[str]
) -> list[shapes.Settlement]:
    """Return these settlements, by payee."""
    statement = _select_settlements(scope).where(settlements.c.settlement_id.in_(settlement_ids))
    rows = (await connection.execute(statement.order_by(payees.c.name, settlements.c.settlement_id))).all()
    return [_shape_settlement(row) for row in rows]


# ---- pay-outs --------------------------------------------------------------------------------------------------------


def _shape_payout(row: AnyRow) -> shapes.Payout:
    payout = msgspec.json.decode(row.content, type=canon.Payout)
    return shapes.Payout(**_pick(payout, shapes.Payout))


async def list_payouts(
    connection: AsyncConnection, scope: Scope, query: PayoutQuery, *, limit: int
) -> shapes.PayoutPage:
    """Return a page of pay-outs."""
    statement = select(payouts.c.content).where(payouts.c.operator_id == scope.operator_id)
    order = Order(name="-created_at", column=payouts.c.created_at, key=payouts.c.payout_id, is_descending=True)
    items, cursor, total = await read_page(
        connection, statement, order=order, request=query, limit=limit, shape=_shape_payout
    )
    return shapes.PayoutPage(items=items, next_cursor=cursor, total=total)


async def read_payout(connection: AsyncConnection, scope: Scope, payout_id: str) -> shapes.PayoutDetail:
    """Return one pay-out with its payments. Errors: `not_found.payout`."""
    statement = select(payouts.c.content).where(
        payouts.c.operator_id == scope.operator_id, payouts.c.payout_id == payout_id
    )
    content = (await connection.execute(statement)).scalar_one_or_none()
    if content is None:
        raise PayoutMissingError("there is no such pay-out")
    payout = msgspec.json.decode(content, type=canon.Payout)
    wanted = [entry.settlement_id for entry in payout.entries]
    standing = select(settlements.c.settlement_id, settlements.c.state).where(settlements.c.settlement_id.in_(wanted))
    states = {row.settlement_id: row.state for row in await connection.execute(standing)}
    entries = [
        shapes.PayoutEntry(**msgspec.structs.asdict(entry), state=states[entry.settlement_id])
        for entry in payout.entries
    ]
    return shapes.PayoutDetail(**_pick(payout, shapes.Payout), entries=entries)


def _pick(noun: msgspec.Struct, shape: type[Any]) -> dict[str, Any]:
    fields = set(noun.__struct_fields__)
    return {name: getattr(noun, name) for name in shape.model_fields if name in fields}
