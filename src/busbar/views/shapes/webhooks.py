from datetime import datetime
from typing import Any

from busbar.canon.webhooks import DeliveryState, WebhookStop
from busbar.views.shapes.model import Page, Shape


class Webhook(Shape):
    """An address that is told what happens."""

    webhook_id: str
    name: str
    url: str
    events: list[str]
    """Empty: all of them."""
    is_active: bool
    stopped: WebhookStop | None
    """Why nothing is sent."""
    created_at: datetime
    created_by: str
    changed_at: datetime
    failing_since: datetime | None
    """Since then no message arrived."""
    paused_until: datetime | None
    """After a failure nothing is sent for a while."""
    delivered_at: datetime | None
    """When a message arrived last."""
    old_secret_until: datetime | None
    """Until then the secret before the last change signs as well."""
    waiting: int
    """Messages that are still to be sent."""
    failed: int
    """Messages that were given up."""


class WebhookPage(Page[Webhook]):
    """Webhooks, the oldest first."""


class NewWebhook(Shape):
    """A new webhook, and its secret."""

    webhook: Webhook
    secret: str
    """Answered this once."""


class WebhookSecret(Shape):
    """A new secret."""

    secret: str
    """Answered this once; for a day the one before signs as well."""


class WebhookAttempt(Shape):
    """One try."""

    at: datetime
    duration_ms: int
    status: int | None
    """HTTP status of the answer; null: there was none."""
    error: str | None
    """Why there was none."""
    answer: str
    """How the answer begins."""


class WebhookDelivery(Shape):
    """A message to a webhook."""

    delivery_id: str
    webhook_id: str
    message_id: str
    """What the receiver gets as `webhook-id`."""
    event: str
    happened_at: datetime
    state: DeliveryState
    attempts: int
    """Since it was last made to wait."""
    status: int | None
    """HTTP status of the last answer."""
    error: str | None
    """Why there was no answer at the last attempt."""
    created_at: datetime
    tried_at: datetime | None
    next_at: datetime | None
    """When it is tried next."""


class WebhookDeliveryPage(Page[WebhookDelivery]):
    """Messages, the newest first."""


class WebhookDeliveryDetail(WebhookDelivery):
    """A message with what was sent and what came back."""

    content: dict[str, Any]
    log: list[WebhookAttempt]
    """The last attempts, oldest first."""


class WebhookTest(Shape):
    """A test that is on its way."""

    delivery_id: str


class WebhookReplayed(Shape):
    """What is sent again."""

    deliveries: int
    """Messages that were sent before; those that never were come on top."""


class WebhookEvent(Shape):
    """An event that webhooks can be told."""

    name: str
    topic: str


class WebhookEventList(Shape):
    """Events, by name."""

    items: list[WebhookEvent]
