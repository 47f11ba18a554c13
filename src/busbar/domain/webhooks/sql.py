"""Tables and store of the webhooks room."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    RowMapping,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    func,
    select,
    update,
)

from busbar.canon.webhooks import DeliveryState, Webhook
from busbar.db.schema import Id, Instant, Json, metadata
from busbar.db.work import sql
from busbar.domain.webhooks.model import TEST_EVENT, Attempt, Delivery, WebhookRecord
from busbar.kernel.ids import DeliveryId, OperatorId, WebhookId
from busbar.ports.work import UnitOfWork

webhooks = Table(
    "webhooks",
    metadata,
    Column("webhook_id", Id(), primary_key=True),
    Column("operator_id", Id(), ForeignKey("operators.operator_id"), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    Column("url", String(500), nullable=False),
    Column("events", Json(), nullable=False),
    Column("stopped", String(20)),
    Column("created_at", Instant(), nullable=False),
    Column("created_by", String(128), nullable=False),
    Column("changed_at", Instant(), nullable=False),
    Column("failing_since", Instant()),
    Column("paused_until", Instant()),
    Column("delivered_at", Instant()),
    Column("old_secret_until", Instant()),
    Column("secret", LargeBinary, nullable=False),
    Column("old_secret", LargeBinary),
    Column("read_until", Instant(), nullable=False),
    Column("awake_until", Instant()),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("delivery_id", Id(), primary_key=True),
    Column("webhook_id", Id(), ForeignKey("webhooks.webhook_id"), nullable=False),
    Column("operator_id", Id(), nullable=False),
    Column("message_id", Id(), nullable=False),
    Column("event", String(80), nullable=False),
    Column("happened_at", Instant(), nullable=False),
    Column("content", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("log", Json(), nullable=False),
    Column("created_at", Instant(), nullable=False, index=True),
    Column("next_at", Instant(), nullable=False),
    Column("status", Integer),
    UniqueConstraint("webhook_id", "message_id"),
    Index(None, "webhook_id", "delivery_id"),
    Index(None, "state", "next_at"),
)

_EVENTS = msgspec.json.Decoder(tuple[str, ...])
_LOG = msgspec.json.Decoder(tuple[Attempt, ...])
_OF_RECORD = ("secret", "old_secret", "read_until", "awake_until")
IDS_PER_LOOK = 500


class SqlWebhookStore:
    """`busbar.domain.webhooks.store.WebhookStore` on SQL."""

    async def load(self, work: UnitOfWork, webhook_id: WebhookId) -> WebhookRecord | None:
        """Return a webhook."""
        found = await sql(work).execute(select(webhooks).where(webhooks.c.webhook_id == webhook_id))
        row = found.mappings().first()
        return None if row is None else read_webhook(row)

    async def count(self, work: UnitOfWork, operator_id: OperatorId) -> int:
        """Return how many webhooks an operator has."""
        statement = select(func.count()).select_from(webhooks).where(webhooks.c.operator_id == operator_id)
        return (await sql(work).execute(statement)).scalar_one()

    async def insert(self, work: UnitOfWork, record: WebhookRecord) -> None:
        """Add a webhook."""
        await sql(work).execute(webhooks.insert().values(_write_webhook(record)))

    async def update(self, work: UnitOfWork, record: WebhookRecord) -> None:
        """Write a webhook's new state."""
        statement = update(webhooks).where(webhooks.c.webhook_id == record.webhook.webhook_id)
        await sql(work).execute(statement.values(_write_webhook(record)))

    async def delete(self, work: UnitOfWork, webhook_id: WebhookId) -> None:
        """Remove a webhook with its deliveries."""
        await sql(work).execute(delete(webhook_deliveries).where(webhook_deliveries.c.webhook_id == webhook_id))
        await sql(work).execute(delete(webhooks).where(webhooks.c.webhook_id == webhook_id))

    async def load_delivery(self, work: UnitOfWork, delivery_id: DeliveryId) -> Delivery | None:
        """Return a delivery."""
        table = webhook_deliveries
        row = (await sql(work).execute(select(table).where(table.c.delivery_id == delivery_id))).mappings().first()
        return None if row is None else read_delivery(row)

    async def find_told(self, work: UnitOfWork, webhook_id: WebhookId, message_ids: Sequence[str]) -> set[str]:
        """Return which of these messages the webhook has a delivery of."""
        table = webhook_deliveries.c
        told: set[str] = set()
        for start in range(0, len(message_ids), IDS_PER_LOOK):
            some = message_ids[start : start + IDS_PER_LOOK]
            query = select(table.message_id).where(table.webhook_id == webhook_id, table.message_id.in_(some))
            told |= set((await sql(work).execute(query)).scalars())
        return told

    async def insert_deliveries(self, work: UnitOfWork, deliveries: Sequence[Delivery]) -> None:
        """Add deliveries."""
        for delivery in deliveries:
            sql(work).stage_insert(webhook_deliveries, _write_delivery(delivery))

    async def update_delivery(self, work: UnitOfWork, delivery: Delivery) -> None:
        """Write a delivery's new state."""
        table = webhook_deliveries
        statement = update(table).where(table.c.delivery_id == delivery.delivery_id)
        await sql(work).execute(statement.values(_write_delivery(delivery)))

    async def make_wait(
        self, work: UnitOfWork, webhook_id: WebhookId, *, since: datetime, is_failed_only: bool, now: datetime
    ) -> int:
        """Make what happened since then wait again."""
        table = webhook_deliveries.c
        states = [DeliveryState.FAILED.value] if is_failed_only else [each.value for each in DeliveryState]
        is_meant = (table.webhook_id == webhook_id) & (table.happened_at >= since) & table.state.in_(states)
        statement = update(webhook_deliveries).where(is_meant, table.event != TEST_EVENT)
        again = {"state": DeliveryState.WAITING.value, "attempts": 0, "next_at": now}
        return (await sql(work).execute(statement.values(again))).rowcount

    async def delete_deliveries(self, work: UnitOfWork, *, before: datetime) -> int:
        """Remove old deliveries."""
        table = webhook_deliveries
        return (await sql(work).execute(delete(table).where(table.c.created_at < before))).rowcount


def _name(row: RowMapping) -> dict[str, Any]:
    return {str(name): value for name, value in row.items()}  # its names are a subclass of str, which msgspec refuses


def read_webhook(row: RowMapping) -> WebhookRecord:
    """Return the webhook of a row."""
    values = _name(row) | {"events": _EVENTS.decode(row["events"])}
    of_record: dict[str, Any] = {name: values.pop(name) for name in _OF_RECORD}
    return WebhookRecord(webhook=msgspec.convert(values, Webhook), **of_record)


def _write_webhook(record: WebhookRecord) -> dict[str, Any]:
    values = msgspec.structs.asdict(record.webhook)
    values["events"] = msgspec.json.encode(record.webhook.events).decode()
    return values | {name: getattr(record, name) for name in _OF_RECORD}


def read_delivery(row: RowMapping) -> Delivery:
    """Return the delivery of a row."""
    return msgspec.convert(_name(row) | {"log": _LOG.decode(row["log"])}, Delivery)


def _write_delivery(delivery: Delivery) -> dict[str, Any]:
    return msgspec.structs.asdict(delivery) | {"log": msgspec.json.encode(delivery.log).decode()}
