from typing import Annotated

from fastapi import APIRouter, Query

from busbar.api.bodies.webhooks import WebhookBody, WebhookPatch, WebhookReplay
from busbar.api.callers import WebhookKeeper
from busbar.api.live import EVENTS
from busbar.api.paging import bound_rows
from busbar.api.parameters import KeyPath
from busbar.api.services import Given
from busbar.canon import webhooks as canon
from busbar.kernel.ids import DeliveryId, WebhookId
from busbar.views import webhooks
from busbar.views.shapes.webhooks import (
    NewWebhook,
    Webhook,
    WebhookDeliveryDetail,
    WebhookDeliveryPage,
    WebhookEvent,
    WebhookEventList,
    WebhookPage,
    WebhookReplayed,
    WebhookSecret,
    WebhookTest,
)

router = APIRouter(tags=["webhooks"])


@router.get("/webhook-events")
async def list_webhook_events(_caller: WebhookKeeper) -> WebhookEventList:
    """List the events that webhooks can be told."""
    return WebhookEventList(items=[WebhookEvent(name=name, topic=topic) for name, topic in EVENTS.items()])


@router.get("/webhooks")
async def list_webhooks(
    caller: WebhookKeeper, services: Given, query: Annotated[webhooks.WebhookQuery, Query()]
) -> WebhookPage:
    """List the addresses that are told what happens."""
    async with services.databases.read() as connection:
        return await webhooks.list_webhooks(connection, caller.scope, query, limit=bound_rows(services, query))


@router.post("/webhooks", status_code=201)
async def create_webhook(caller: WebhookKeeper, services: Given, body: WebhookBody) -> NewWebhook:
    """Add an address; it is told what happens from now on. The secret is answered this once."""
    created = await services.dispatcher.dispatch(
        canon.CreateWebhook(
            operator_id=caller.operator_id, name=body.name, url=body.url, events=body.events, actor=caller.actor
        )
    )
    webhook = await _show(caller, services, created.webhook.webhook_id)
    return NewWebhook(webhook=webhook, secret=created.secret.text)


@router.get("/webhooks/{webhook_id}")
async def get_webhook(caller: WebhookKeeper, services: Given, webhook_id: KeyPath) -> Webhook:
    """Show one webhook."""
    return await _show(caller, services, webhook_id)


@router.patch("/webhooks/{webhook_id}")
async def update_webhook(caller: WebhookKeeper, services: Given, webhook_id: KeyPath, body: WebhookPatch) -> Webhook:
    """Change a webhook, switch it off or on."""
    await services.dispatcher.dispatch(
        canon.UpdateWebhook(
            operator_id=caller.operator_id,
            webhook_id=WebhookId(webhook_id),
            name=body.name,
            url=body.url,
            events=body.events,
            is_active=body.is_active,
            actor=caller.actor,
        )
    )
    return await _show(caller, services, webhook_id)


@router.delete("/webhooks/{webhook_id}", status_code=204)
async def remove_webhook(caller: WebhookKeeper, services: Given, webhook_id: KeyPath) -> None:
    """Forget a webhook, with what it was told."""
    await services.dispatcher.dispatch(
        canon.RemoveWebhook(operator_id=caller.operator_id, webhook_id=WebhookId(webhook_id), actor=caller.actor)
    )


@router.post("/webhooks/{webhook_id}/rotate-secret")
async def rotate_webhook_secret(caller: WebhookKeeper, services: Given, webhook_id: KeyPath) -> WebhookSecret:
    """Make a new secret, answered this once; for a day messages are signed with both."""
    secret = await services.dispatcher.dispatch(
        canon.RotateWebhookSecret(operator_id=caller.operator_id, webhook_id=WebhookId(webhook_id), actor=caller.actor)
    )
    return WebhookSecret(secret=secret.text)


@router.post("/webhooks/{webhook_id}/test", status_code=202)
async def test_webhook(caller: WebhookKeeper, services: Given, webhook_id: KeyPath) -> WebhookTest:
    """Send the event `WebhookTested`, also to a webhook that is switched off. Its delivery tells what came of it."""
    delivery_id = await services.dispatcher.dispatch(
        canon.TryWebhook(operator_id=caller.operator_id, webhook_id=WebhookId(webhook_id), actor=caller.actor)
    )
    return WebhookTest(delivery_id=delivery_id)


@router.post("/webhooks/{webhook_id}/replay", status_code=202)
async def replay_webhook(
    caller: WebhookKeeper, services: Given, webhook_id: KeyPath, body: WebhookReplay
) -> WebhookReplayed:
    """Send everything again that happened since then, each under its own id; also what was never sent."""
    deliveries = await services.dispatcher.dispatch(
        canon.ReplayWebhook(
            operator_id=caller.operator_id,
            webhook_id=WebhookId(webhook_id),
            since=body.since,
            is_failed_only=body.is_failed_only,
            actor=caller.actor,
        )
    )
    return WebhookReplayed(deliveries=deliveries)


@router.get("/webhooks/{webhook_id}/deliveries")
async def list_webhook_deliveries(
    caller: WebhookKeeper,
    services: Given,
    webhook_id: KeyPath,
    query: Annotated[webhooks.DeliveryQuery, Query()],
) -> WebhookDeliveryPage:
    """List what a webhook was told, the newest first; kept for 30 days."""
    async with services.databases.read() as connection:
        return await webhooks.list_deliveries(
            connection, caller.scope, webhook_id, query, limit=bound_rows(services, query)
        )


@router.get("/webhooks/{webhook_id}/deliveries/{delivery_id}")
async def get_webhook_delivery(
    caller: WebhookKeeper, services: Given, webhook_id: KeyPath, delivery_id: KeyPath
) -> WebhookDeliveryDetail:
    """Show one message with its attempts."""
    async with services.databases.read() as connection:
        return await webhooks.read_delivery(connection, caller.scope, webhook_id, delivery_id)


@router.post("/webhooks/{webhook_id}/deliveries/{delivery_id}/replay", status_code=202)
async def replay_webhook_delivery(
    caller: WebhookKeeper, services: Given, webhook_id: KeyPath, delivery_id: KeyPath
) -> WebhookDeliveryDetail:
    """Send one message again, under the same id."""
    await services.dispatcher.dispatch(
        canon.ReplayDelivery(
            operator_id=caller.operator_id,
            webhook_id=WebhookId(webhook_id),
            delivery_id=DeliveryId(delivery_id),
            actor=caller.actor,
        )
    )
    async with services.databases.read() as connection:
        return await webhooks.read_delivery(connection, caller.scope, webhook_id, delivery_id)


async def _show(caller: WebhookKeeper, services: Given, webhook_id: str) -> Webhook:
    async with services.databases.read() as connection:
        return await webhooks.read_webhook(connection, caller.scope, webhook_id)
