"""The webhooks room: which addresses are told what, and what became of it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from busbar.canon.message import Fact, Message
from busbar.canon.secret import Secret
from busbar.canon.tenants import RecordAudit
from busbar.canon.webhooks import (
    CreateWebhook,
    ExpireDeliveries,
    NoteAttempt,
    QueueDeliveries,
    RemoveWebhook,
    ReplayDelivery,
    ReplayWebhook,
    RestWebhook,
    RotateWebhookSecret,
    TryWebhook,
    UpdateWebhook,
    WakeWebhooks,
    Webhook,
    WebhookCreated,
    WebhookDisabled,
    WebhookStop,
)
from busbar.domain.webhooks import model
from busbar.domain.webhooks.model import Delivery, Terms, WebhookRecord
from busbar.domain.webhooks.store import WebhookStore
from busbar.kernel.ids import DeliveryId, IdSource, OperatorId, WebhookId, is_key
from busbar.kernel.person import read_name
from busbar.ports.jobs import JobQueue, NewJob
from busbar.ports.sealing import Sealer
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]

DELIVER_JOB = "webhooks.deliver"


class DeliverJob(msgspec.Struct, frozen=True, kw_only=True):
    """What a job of this kind is about."""

    webhook_id: WebhookId


def name_place(webhook_id: WebhookId) -> str:
    """Return what a webhook's sealed secrets are bound to."""
    return f"webhooks:{webhook_id}"


class WebhookService:
    """Keeps webhooks and their deliveries."""

    def __init__(
        self,
        *,
        store: WebhookStore,
        ids: IdSource,
        jobs: JobQueue,
        sealer: Sealer,
        make_secret: Callable[[], bytes],
        terms: Terms,
    ) -> None:
        """`make_secret`: random bytes that nobody can guess."""
        self._store = store
        self._ids = ids
        self._jobs = jobs
        self._sealer = sealer
        self._make_secret = make_secret
        self._terms = terms

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Say which messages are handled here."""
        return {
            CreateWebhook: self.create,
            UpdateWebhook: self.update,
            RemoveWebhook: self.remove,
            RotateWebhookSecret: self.rotate,
            TryWebhook: self.test,
            ReplayDelivery: self.replay_one,
            ReplayWebhook: self.replay,
            QueueDeliveries: self.queue,
            WakeWebhooks: self.wake,
            RestWebhook: self.rest,
            NoteAttempt: self.note_attempt,
            ExpireDeliveries: self.expire,
        }

    def listeners(self) -> list[tuple[type[Fact], str, Handler]]:
        """Say which facts are listened to: none, they are read from the outbox."""
        return []

    # ---- what people wish --------------------------------------------------------------------------------------------

    async def create(self, command: CreateWebhook, work: UnitOfWork) -> WebhookCreated:
        """Add a webhook."""
        if await self._store.count(work, command.operator_id) >= model.WEBHOOKS_MAX:
            raise model.TooManyWebhooksError(f"an operator has at most {model.WEBHOOKS_MAX} webhooks")
        webhook = Webhook(
            webhook_id=WebhookId(self._ids.new()),
            operator_id=command.operator_id,
            name=read_name(command.name),
            url=model.read_url(command.url, is_private_allowed=self._terms.is_private_allowed),
            events=model.read_events(command.events, self._terms.events),
            created_at=work.now,
            created_by=command.actor,
            changed_at=work.now,
        )
        text, sealed = self._new_secret(webhook.webhook_id)
        await self._store.insert(work, WebhookRecord(webhook=webhook, secret=sealed, read_until=work.now))
        await self._audit(work, webhook, command.actor, "create", url=_show(webhook, "url"), events=webhook.events)
        return WebhookCreated(webhook=webhook, secret=Secret(text=text))

    async def update(self, command: UpdateWebhook, work: UnitOfWork) -> Webhook:
        """Change a webhook."""
        record = await self._find(work, command.operator_id, command.webhook_id)
        before = record.webhook
        changed = msgspec.structs.replace(
            before,
            name=before.name if command.name is None else read_name(command.name),
            url=before.url
            if command.url is None
            else model.read_url(command.url, is_private_allowed=self._terms.is_private_allowed),
            events=before.events if command.events is None else model.read_events(command.events, self._terms.events),
            changed_at=work.now,
        )
        if command.is_active is False and before.stopped is None:
            changed = msgspec.structs.replace(changed, stopped=WebhookStop.PERSON)
        is_back = command.is_active is True and before.stopped is not None
        if is_back or changed.url != before.url:
            changed = msgspec.structs.replace(changed, failing_since=None, paused_until=None)
        if is_back:
            changed = msgspec.structs.replace(changed, stopped=None)
        read_until = work.now if is_back else record.read_until
        await self._store.update(work, msgspec.structs.replace(record, webhook=changed, read_until=read_until))
        await self._audit(work, changed, command.actor, "update", **_differences(before, changed))
        return changed

    async def remove(self, command: RemoveWebhook, work: UnitOfWork) -> None:
        """Forget a webhook."""
        record = await self._find(work, command.operator_id, command.webhook_id)
        await self._store.delete(work, record.webhook.webhook_id)
        await self._audit(work, record.webhook, command.actor, "remove", url=_show(record.webhook, "url"))

    async def rotate(self, command: RotateWebhookSecret, work: UnitOfWork) -> Secret:
        """Make a new secret."""
        record = await self._find(work, command.operator_id, command.webhook_id)
        text, sealed = self._new_secret(record.webhook.webhook_id)
        webhook = msgspec.structs.replace(
            record.webhook, old_secret_until=work.now + model.SECRET_LIFE, changed_at=work.now
        )
        await self._store.update(
            work, msgspec.structs.replace(record, webhook=webhook, secret=sealed, old_secret=record.secret)
        )
        await self._audit(work, webhook, command.actor, "rotate_secret")
        return Secret(text=text)

    async def test(self, command: TryWebhook, work: UnitOfWork) -> DeliveryId:
        """Have a test sent."""
        record = await self._find(work, command.operator_id, command.webhook_id)
        webhook = record.webhook
        at = work.now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        data = {"operator_id": webhook.operator_id, "webhook_id": webhook.webhook_id, "name": webhook.name}
        content = {"type": model.TEST_EVENT, "timestamp": at, "data": data}
        delivery_id = DeliveryId(self._ids.new())
        delivery = Delivery(
            delivery_id=delivery_id,
            webhook_id=webhook.webhook_id,
            operator_id=webhook.operator_id,
            message_id=delivery_id,
            event=model.TEST_EVENT,
            happened_at=work.now,
            content=msgspec.json.encode(content).decode(),
            created_at=work.now,
            next_at=work.now,
        )
        await self._store.insert_deliveries(work, [delivery])
        webhook = msgspec.structs.replace(webhook, paused_until=None)
        await self._wake(work, msgspec.structs.replace(record, webhook=webhook))
        return delivery_id

    async def replay_one(self, command: ReplayDelivery, work: UnitOfWork) -> None:
        """Send one message again."""
        record = await self._find(work, command.operator_id, command.webhook_id)
        found = await self._store.load_delivery(work, command.delivery_id) if is_key(command.delivery_id) else None
        if found is None or found.webhook_id != record.webhook.webhook_id:
            raise model.DeliveryNotFoundError("there is no such delivery", delivery_id=command.delivery_id[:64])
        await self._store.update_delivery(work, model.make_wait(found, now=work.now))
        await self._audit(work, record.webhook, command.actor, "replay", delivery_id=found.delivery_id)
        webhook = msgspec.structs.replace(record.webhook, paused_until=None)
        await self._wake(work, msgspec.structs.replace(record, webhook=webhook))

    async def replay(self, command: ReplayWebhook, work: UnitOfWork) -> int:
        """Send everything again since then."""
        record = await self._find(work, command.operator_id, command.webhook_id)
        if record.webhook.stopped is not None:
            raise model.WebhookStoppedError("switch the webhook on first")
        model.check_since(command.since, now=work.now)
        waiting = await self._store.make_wait(
            work,
            record.webhook.webhook_id,
            since=command.since,
            is_failed_only=command.is_failed_only,
            now=work.now,
        )
        if not command.is_failed_only:
            record = msgspec.structs.replace(record, read_until=min(record.read_until, command.since))
        webhook = msgspec.structs.replace(record.webhook, paused_until=None)
        detail = {"since": command.since, "is_failed_only": command.is_failed_only, "deliveries": waiting}
        await self._audit(work, webhook, command.actor, "replay", **detail)
        await self._wake(work, msgspec.structs.replace(record, webhook=webhook))
        return waiting

    # ---- steps of those who deliver ----------------------------------------------------------------------------------

    async def queue(self, command: QueueDeliveries, work: UnitOfWork) -> None:
        """Write down what is to be told."""
        record = await self._store.load(work, command.webhook_id)
        if record is None or record.webhook.stopped is not None:
            return
        named = [delivery.message_id for delivery in command.deliveries]
        told = await self._store.find_told(work, command.webhook_id, named)
        fresh = [delivery for delivery in command.deliveries if delivery.message_id not in told]
        await self._store.insert_deliveries(
            work,
            [
                Delivery(
                    delivery_id=DeliveryId(self._ids.new()),
                    webhook_id=command.webhook_id,
                    operator_id=record.webhook.operator_id,
                    message_id=each.message_id,
                    event=each.event,
                    happened_at=each.at,
                    content=each.content,
                    created_at=work.now,
                    next_at=work.now,
                )
                for each in fresh
            ],
        )
        record = msgspec.structs.replace(record, read_until=command.read_until)
        await (self._wake(work, record) if fresh else self._store.update(work, record))

    async def wake(self, command: WakeWebhooks, work: UnitOfWork) -> None:
        """Have what is due delivered."""
        for webhook_id in command.webhook_ids:
            record = await self._store.load(work, webhook_id)
            if record is not None:
                await self._wake(work, record)

    async def _wake(self, work: UnitOfWork, record: WebhookRecord) -> None:
        """Write a webhook, with a job unless one is at it or it pauses."""
        webhook = record.webhook
        is_pausing = webhook.paused_until is not None and webhook.paused_until > work.now
        is_awake = record.awake_until is not None and record.awake_until > work.now
        if not is_pausing and not is_awake:
            payload = msgspec.json.encode(DeliverJob(webhook_id=webhook.webhook_id)).decode()
            await self._jobs.enqueue(NewJob(kind=DELIVER_JOB, payload_json=payload, max_attempts=1), work)
            record = msgspec.structs.replace(record, awake_until=work.now + model.AWAKE)
        await self._store.update(work, record)

    async def rest(self, command: RestWebhook, work: UnitOfWork) -> None:
        """Note that the job is done."""
        record = await self._store.load(work, command.webhook_id)
        if record is not None:
            await self._store.update(work, msgspec.structs.replace(record, awake_until=None))

    async def note_attempt(self, command: NoteAttempt, work: UnitOfWork) -> bool:
        """Write down how an attempt went."""
        record = await self._store.load(work, command.webhook_id)
        delivery = await self._store.load_delivery(work, command.delivery_id)
        if record is None or delivery is None:
            return False
        await self._store.update_delivery(work, model.note(delivery, command))
        if delivery.event == model.TEST_EVENT and not model.is_taken(command):
            return True  # a test that fails says nothing about what is really sent
        webhook = model.judge(record.webhook, command, self._terms)
        await self._store.update(
            work, msgspec.structs.replace(record, webhook=webhook, awake_until=work.now + model.AWAKE)
        )
        if webhook.stopped is not None and record.webhook.stopped is None:
            work.tell(
                WebhookDisabled(
                    operator_id=webhook.operator_id,
                    at=work.now,
                    webhook_id=webhook.webhook_id,
                    name=webhook.name,
                    reason=webhook.stopped,
                )
            )
            await self._audit(work, webhook, "system", "disable", reason=webhook.stopped)
        return webhook.paused_until is None

    async def expire(self, command: ExpireDeliveries, work: UnitOfWork) -> int:
        """Forget old deliveries."""
        return await self._store.delete_deliveries(work, before=command.before)

    # ---- parts -------------------------------------------------------------------------------------------------------

    def _new_secret(self, webhook_id: WebhookId) -> tuple[str, bytes]:
        text = model.write_secret(self._make_secret())
        return text, self._sealer.seal(text, place=name_place(webhook_id))

    async def _find(self, work: UnitOfWork, operator_id: OperatorId, webhook_id: WebhookId) -> WebhookRecord:
        found = await self._store.load(work, webhook_id) if is_key(webhook_id) else None
        if found is None or found.webhook.operator_id != operator_id:
            raise model.WebhookNotFoundError("there is no such webhook", webhook_id=webhook_id[:64])
        return found

    async def _audit(self, work: UnitOfWork, webhook: Webhook, actor: str, verb: str, **detail: object) -> None:
        await work.ask(
            RecordAudit(
                operator_id=webhook.operator_id,
                actor=actor,
                action=f"webhook.{verb}",
                subject=f"webhook:{webhook.webhook_id}",
                detail=detail,
            )
        )


def _differences(before: Webhook, after: Webhook) -> dict[str, object]:
    """Return what an edit changed: each field with what it was and what it is."""
    fields = ("name", "url", "events", "stopped")
    changed = [field for field in fields if getattr(before, field) != getattr(after, field)]
    return {field: {"from": _show(before, field), "to": _show(after, field)} for field in changed}


def _show(webhook: Webhook, field: str) -> object:
    """Return a field as it may stand in the audit log: what follows an address's question mark may be a secret."""
    return webhook.url.partition("?")[0] if field == "url" else getattr(webhook, field)
