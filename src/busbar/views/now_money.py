"""Payments that wait for a person: what failed and is owed, refunds that did not go through, open disputes."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.payments import PaymentState, RefundState
from busbar.domain.ledger.tables import receivables
from busbar.domain.payments.tables import payment_disputes, payment_refunds, payments
from busbar.domain.sessions.tables import sessions
from busbar.domain.stations.tables import sites, stations
from busbar.views.rows import AnyRow, AnySelect
from busbar.views.scope import Scope
from busbar.views.shapes.now import NowItem, NowKind, NowReason

REFUND_PATIENCE = timedelta(days=90)
"""A refund that failed longer ago is history: its money was given back in another way, or never will be."""


async def list_money(
    connection: AsyncConnection, scope: Scope, *, now: datetime, limit: int
) -> tuple[list[NowItem], int]:
    """Return the oldest of these payments, and how many there are."""
    items: list[NowItem] = []
    count = 0
    for reason, (statement, since) in _select_all(scope, now).items():
        rows = (await connection.execute(statement.order_by(since).limit(limit))).all()
        items += [_shape(row, reason) for row in rows]
        if len(rows) < limit:
            count += len(rows)
        else:
            count += (await connection.execute(select(func.count()).select_from(statement.subquery()))).scalar_one()
    items.sort(key=lambda item: (item.since is not None, item.since))
    return items[:limit], count


def _select_all(scope: Scope, now: datetime) -> dict[NowReason, tuple[AnySelect, Any]]:
    """Return the statement for each reason, and the column that says since when it waits."""
    table, newer = payments.c, payment_refunds.alias("newer")
    is_owed = exists().where(receivables.c.session_id == table.session_id, receivables.c.open_amount > 0)
    is_newest = ~exists().where(
        newer.c.payment_id == payment_refunds.c.payment_id, newer.c.created_at > payment_refunds.c.created_at
    )
    refund, dispute = payment_refunds.c, payment_disputes.c
    return {
        NowReason.PAYMENT_FAILED: (
            _select(
                scope,
                func.coalesce(table.due_amount, table.amount),
                table.failure_text,
                table.changed_at,
                (table.state == PaymentState.FAILED.value) & table.session_id.is_not(None) & is_owed,
            ),
            table.changed_at,
        ),
        NowReason.REFUND_FAILED: (
            _select(
                scope,
                refund.amount,
                refund.failure_text,
                refund.changed_at,
                (refund.state == RefundState.FAILED.value) & (refund.changed_at > now - REFUND_PATIENCE) & is_newest,
                joined=payment_refunds,
            ),
            refund.changed_at,
        ),
        NowReason.DISPUTED: (
            _select(
                scope, dispute.amount, dispute.reason, dispute.opened_at, dispute.is_open.is_(True),
                joined=payment_disputes,
            ),
            dispute.opened_at,
        ),
    }  # fmt: skip


def _select(
    scope: Scope, amount: Any, words: Any, since: Any, where: ColumnElement[bool], *, joined: Any = None
) -> AnySelect:
    table = payments.c
    source: Any = payments
    if joined is not None:
        source = source.join(joined, joined.c.payment_id == table.payment_id)
    of_station = func.coalesce(table.station_id, sessions.c.station_id)
    source = (
        source.outerjoin(sessions, sessions.c.session_id == table.session_id)
        .outerjoin(stations, stations.c.station_id == of_station)
        .outerjoin(sites, sites.c.site_id == stations.c.site_id)
    )
    return (
        select(
            table.payment_id,
            table.session_id,
            table.currency,
            table.evse_id,
            of_station.label("station_id"),
            stations.c.name.label("station_name"),
            stations.c.site_id,
            sites.c.name.label("site_name"),
            amount.label("amount"),
            words.label("words"),
            since.label("since"),
        )
        .select_from(source)
        .where(table.operator_id == scope.operator_id, where)
    )


def _shape(row: AnyRow, reason: NowReason) -> NowItem:
    return NowItem(
        kind=NowKind.PAYMENT,
        reason=reason,
        since=row.since,
        station_id=row.station_id or "",
        station_name=row.station_name or "",
        site_id=row.site_id,
        site_name=row.site_name,
        evse_id=row.evse_id,
        session_id=row.session_id,
        words=row.words,
        acknowledged_at=None,
        payment_id=row.payment_id,
        amount=row.amount,
        currency=row.currency,
    )
