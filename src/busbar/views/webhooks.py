"""Webhooks, and what they were told."""

from typing import Annotated, Any

import msgspec
from pydantic import Field
from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.webhooks import DeliveryState
from busbar.domain.webhooks.model import Attempt
from busbar.domain.webhooks.sql import webhook_deliveries, webhooks
from busbar.views.missing import DeliveryMissingError, WebhookMissingError
from busbar.views.paging import Order, PageRequest, read_page, read_rows
from busbar.views.rows import AnyRow, AnySelect, fields_of, pick
from busbar.views.scope import Scope
from busbar.views.shapes.webhooks import (
    Webhook,
    WebhookAttempt,
    WebhookDelivery,
    WebhookDeliveryDetail,
    WebhookDeliveryPage,
    WebhookPage,
)

_EVENTS = msgspec.json.Decoder(list[str])
_LOG = msgspec.json.Decoder(tuple[Attempt, ...])
_WEBHOOKS = Order(name="webhook", column=webhooks.c.webhook_id, key=webhooks.c.webhook_id)
_DELIVERIES = Order(
    name="-delivery",
    column=webhook_deliveries.c.delivery_id,
    key=webhook_deliveries.c.delivery_id,
    is_descending=True,
)


class WebhookQuery(PageRequest):
    """Which webhooks are wanted."""


class DeliveryQuery(PageRequest):
    """Which messages are wanted."""

    state: DeliveryState | None = None
    event: Annotated[str, Field(min_length=1, max_length=80)] | None = None


def _select() -> AnySelect:
    table = webhook_deliveries.c

    def count(state: DeliveryState) -> Any:
        return func.coalesce(func.sum(case((table.state == state.value, 1), else_=0)), 0)

    tally = (
        select(
            table.webhook_id,
            count(DeliveryState.WAITING).label("waiting"),
            count(DeliveryState.FAILED).label("failed"),
        )
        .group_by(table.webhook_id)
        .subquery()
    )
    return select(
        webhooks,
        func.coalesce(tally.c.waiting, 0).label("waiting"),
        func.coalesce(tally.c.failed, 0).label("failed"),
    ).select_from(webhooks.outerjoin(tally, tally.c.webhook_id == webhooks.c.webhook_id))


async def list_webhooks(connection: AsyncConnection, scope: Scope, query: WebhookQuery, *, limit: int) -> WebhookPage:
    """Return a page of an operator's webhooks."""
    statement = _select().where(scope.covers(operator_id=webhooks.c.operator_id))
    items, cursor, total = await read_page(
        connection, statement, order=_WEBHOOKS, request=query, limit=limit, shape=_shape
    )
    return WebhookPage(items=items, next_cursor=cursor, total=total)


async def read_webhook(connection: AsyncConnection, scope: Scope, webhook_id: str) -> Webhook:
    """Return one webhook. Errors: `not_found.webhook`."""
    is_it = webhooks.c.webhook_id == webhook_id
    statement = _select().where(is_it, scope.covers(operator_id=webhooks.c.operator_id))
    row = (await connection.execute(statement)).first()
    if row is None:
        raise WebhookMissingError("there is no such webhook", webhook_id=webhook_id)
    return _shape(row)


async def list_deliveries(
    connection: AsyncConnection, scope: Scope, webhook_id: str, query: DeliveryQuery, *, limit: int
) -> WebhookDeliveryPage:
    """Return a page of the messages to a webhook. Errors: `not_found.webhook`."""
    await read_webhook(connection, scope, webhook_id)
    table = webhook_deliveries.c
    statement = select(webhook_deliveries).where(table.webhook_id == webhook_id)
    if query.state is not None:
        statement = statement.where(table.state == query.state.value)
    if query.event is not None:
        statement = statement.where(table.event == query.event)
    rows, cursor, total = await read_rows(connection, statement, order=_DELIVERIES, request=query, limit=limit)
    items = [WebhookDelivery.model_validate(_describe(row)) for row in rows]
    return WebhookDeliveryPage(items=items, next_cursor=cursor, total=total)


async def read_delivery(
    connection: AsyncConnection, scope: Scope, webhook_id: str, delivery_id: str
) -> WebhookDeliveryDetail:
    """Return one message. Errors: `not_found.webhook`, `not_found.webhook_delivery`."""
    await read_webhook(connection, scope, webhook_id)
    table = webhook_deliveries.c
    is_it = (table.webhook_id == webhook_id) & (table.delivery_id == delivery_id)
    row = (await connection.execute(select(webhook_deliveries).where(is_it))).first()
    if row is None:
        raise DeliveryMissingError("there is no such message", delivery_id=delivery_id)
    log = [WebhookAttempt.model_validate(attempt) for attempt in _LOG.decode(row.log)]
    detail = {"content": msgspec.json.decode(row.content), "log": log}
    return WebhookDeliveryDetail.model_validate(_describe(row) | detail)


def _shape(row: AnyRow) -> Webhook:
    more = {"events": _EVENTS.decode(row.events), "is_active": row.stopped is None}
    return Webhook.model_validate(pick(row, Webhook) | more)


def _describe(row: AnyRow) -> dict[str, Any]:
    log = _LOG.decode(row.log)
    is_waiting = row.state == DeliveryState.WAITING.value
    return {**fields_of(row)} | {
        "error": log[-1].error if log else None,
        "tried_at": log[-1].at if log else None,
        "next_at": row.next_at if is_waiting else None,
    }
