"""Jobs that tell operators' own systems what happens: facts are read from the outbox, written down, and sent."""

import asyncio
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import RowMapping, or_, select

from busbar.adapters.system.sealing import AesSealer
from busbar.adapters.webhooks.sender import HttpWebhooks
from busbar.api.live import EVENTS, name_event, show
from busbar.app.config import Settings
from busbar.canon.facts import decode_fact
from busbar.canon.webhooks import (
    DeliveryState,
    ExpireDeliveries,
    NewDelivery,
    NoteAttempt,
    QueueDeliveries,
    RestWebhook,
    WakeWebhooks,
)
from busbar.db.engine import Databases
from busbar.db.messaging import outbox
from busbar.domain.webhooks.model import TEST_EVENT, WebhookRecord
from busbar.domain.webhooks.service import DeliverJob, name_place
from busbar.domain.webhooks.sql import read_webhook, webhook_deliveries, webhooks
from busbar.kernel.clock import Clock
from busbar.kernel.ids import DeliveryId, WebhookId
from busbar.ports.dispatcher import Dispatcher
from busbar.ports.jobs import Job
from busbar.ports.sealing import Sealer
from busbar.ports.webhooks import Sending, WebhookSender

OVERLAP = timedelta(seconds=15)
"""How far back facts are looked for again: those of several processes are not committed in the order of their ids."""
FACTS_PER_LOOK = 300
DUE_PER_LOOK = 20
AT_ONCE_MAX = 4
"""Messages on their way to one webhook."""
TURN_S = 45.0
"""How long one job sends to one webhook before others have their turn."""
RETENTION = timedelta(days=30)


def make_telling(
    settings: Settings, *, key: bytes, databases: Databases, dispatcher: Dispatcher, clock: Clock
) -> "Telling":
    """Put together what tells webhooks."""
    return Telling(
        databases=databases,
        dispatcher=dispatcher,
        sender=open_sender(settings, clock=clock),
        sealer=AesSealer(key),
        clock=clock,
    )


def open_sender(settings: Settings, *, clock: Clock) -> HttpWebhooks:
    """Make the sender that the settings describe."""
    return HttpWebhooks(
        clock=clock,
        timeout_s=settings.webhook_timeout_s,
        is_private_allowed=settings.webhook_is_private_allowed,
    )


class Telling:
    """Tells webhooks what happens; see `busbar.domain.webhooks`."""

    def __init__(
        self, *, databases: Databases, dispatcher: Dispatcher, sender: WebhookSender, sealer: Sealer, clock: Clock
    ) -> None:
        self._databases = databases
        self._dispatcher = dispatcher
        self._sender = sender
        self._sealer = sealer
        self._clock = clock

    # ---- what is to be told ------------------------------------------------------------------------------------------

    async def collect(self) -> None:
        """Write down what webhooks are to be told, and have what is due sent."""
        now = self._clock.now()
        async with self._databases.read() as connection:
            rows = (await connection.execute(select(webhooks).where(webhooks.c.stopped.is_(None)))).mappings().all()
        for row in rows:
            await self._collect_for(read_webhook(row), now=now)
        await self._wake(now)

    async def _collect_for(self, record: WebhookRecord, *, now: datetime) -> None:
        webhook, told = record.webhook, webhook_deliveries.c
        is_told = select(told.delivery_id).where(
            told.webhook_id == webhook.webhook_id, told.message_id == outbox.c.fact_id
        )
        query = (
            select(outbox.c.fact_id, outbox.c.name, outbox.c.at, outbox.c.body)
            .where(
                outbox.c.at >= _choose_since(record),
                outbox.c.operator_id == webhook.operator_id,
                outbox.c.name.in_(webhook.events or tuple(EVENTS)),
                ~is_told.exists(),
            )
            .order_by(outbox.c.at, outbox.c.fact_id)
            .limit(FACTS_PER_LOOK)
        )
        async with self._databases.read() as connection:
            rows = (await connection.execute(query)).all()
        read_until = rows[-1].at if len(rows) == FACTS_PER_LOOK else now
        if rows or read_until - record.read_until >= OVERLAP:
            await self._dispatcher.dispatch(
                QueueDeliveries(
                    webhook_id=webhook.webhook_id,
                    read_until=read_until,
                    deliveries=tuple(_describe(row.fact_id, row.body) for row in rows),
                )
            )

    async def _wake(self, now: datetime) -> None:
        table = webhook_deliveries.c
        is_due = (table.state == DeliveryState.WAITING.value) & (table.next_at <= now)
        is_free = or_(webhooks.c.awake_until.is_(None), webhooks.c.awake_until <= now)
        is_ready = or_(webhooks.c.paused_until.is_(None), webhooks.c.paused_until <= now)
        is_wanted = or_(webhooks.c.stopped.is_(None), table.event == TEST_EVENT)
        query = (
            select(webhooks.c.webhook_id)
            .join(webhook_deliveries, table.webhook_id == webhooks.c.webhook_id)
            .where(is_due, is_free, is_ready, is_wanted)
            .distinct()
        )
        async with self._databases.read() as connection:
            found = (await connection.execute(query)).scalars().all()
        if found:
            await self._dispatcher.dispatch(WakeWebhooks(webhook_ids=tuple(WebhookId(each) for each in found)))

    async def expire(self) -> None:
        """Forget old deliveries."""
        await self._dispatcher.dispatch(ExpireDeliveries(before=self._clock.now() - RETENTION))

    # ---- telling -----------------------------------------------------------------------------------------------------

    async def deliver(self, job: Job) -> None:
        """Send what is due to one webhook, oldest first, until one fails or its turn is over."""
        webhook_id = msgspec.json.decode(job.payload_json, type=DeliverJob).webhook_id
        began_s = self._clock.monotonic_s()
        goes_on = True
        while goes_on and self._clock.monotonic_s() - began_s < TURN_S:
            record, due = await self._read_due(webhook_id)
            if record is None or not due:
                break
            secrets = self._open_secrets(record)
            told = await asyncio.gather(*(self._tell(record, secrets, row) for row in due[:AT_ONCE_MAX]))
            goes_on = all(told)
        await self._dispatcher.dispatch(RestWebhook(webhook_id=webhook_id))

    async def _read_due(self, webhook_id: WebhookId) -> tuple[WebhookRecord | None, list[RowMapping]]:
        table = webhook_deliveries.c
        of_it = select(webhook_deliveries).where(
            table.webhook_id == webhook_id,
            table.state == DeliveryState.WAITING.value,
            table.next_at <= self._clock.now(),
        )
        async with self._databases.read() as connection:
            found = await connection.execute(select(webhooks).where(webhooks.c.webhook_id == webhook_id))
            row = found.mappings().first()
            if row is None:
                return None, []
            if row["stopped"] is not None:
                of_it = of_it.where(table.event == TEST_EVENT)
            ordered = of_it.order_by(table.next_at, table.delivery_id).limit(DUE_PER_LOOK)
            due = (await connection.execute(ordered)).mappings().all()
        return read_webhook(row), list(due)

    def _open_secrets(self, record: WebhookRecord) -> tuple[str, ...]:
        webhook = record.webhook
        place, sealed = name_place(webhook.webhook_id), [record.secret]
        is_old_good = webhook.old_secret_until is not None and webhook.old_secret_until > self._clock.now()
        if record.old_secret is not None and is_old_good:
            sealed.append(record.old_secret)
        return tuple(self._sealer.unseal(each, place=place) for each in sealed)

    async def _tell(self, record: WebhookRecord, secrets: tuple[str, ...], row: RowMapping) -> bool:
        at = self._clock.now()
        sending = Sending(
            url=record.webhook.url, message_id=row["message_id"], content=row["content"].encode(), secrets=secrets
        )
        sent = await self._sender.send(sending)
        return await self._dispatcher.dispatch(
            NoteAttempt(
                webhook_id=record.webhook.webhook_id,
                delivery_id=DeliveryId(row["delivery_id"]),
                at=at,
                duration_ms=sent.duration_ms,
                status=sent.status,
                error=sent.error,
                answer=sent.answer,
                retry_after_s=sent.retry_after_s,
            )
        )


def _choose_since(record: WebhookRecord) -> datetime:
    """Return from when on facts are looked at: nothing from before it was made, unless somebody wants it replayed."""
    created_at = record.webhook.created_at
    since = record.read_until - OVERLAP
    return max(since, created_at) if record.read_until >= created_at else record.read_until


def _describe(fact_id: str, body: str) -> NewDelivery:
    fact = decode_fact(body)
    event, data = name_event(fact), show(fact)
    content = {"type": event, "timestamp": data["at"], "data": data}
    return NewDelivery(message_id=fact_id, event=event, at=fact.at, content=msgspec.json.encode(content).decode())
