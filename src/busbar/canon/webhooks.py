"""Webhooks: an operator's own systems are told what happens, signed, again until they have taken it."""

from datetime import datetime
from enum import StrEnum

from busbar.canon.message import Command, Fact, Noun
from busbar.canon.secret import Secret
from busbar.kernel.ids import DeliveryId, OperatorId, WebhookId


class WebhookStop(StrEnum):
    """Why nothing is sent to a webhook."""

    PERSON = "person"
    """Somebody switched it off."""
    FAILING = "failing"
    """Everything failed for too long."""
    GONE = "gone"
    """It answered 410: it wants no more."""


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    """Given up after its last attempt; it can be replayed."""


class Webhook(Noun, frozen=True, kw_only=True):
    """An address of an operator's that is told what happens."""

    webhook_id: WebhookId
    operator_id: OperatorId
    name: str
    url: str
    events: tuple[str, ...] = ()
    """Names of events; empty: all of them."""
    stopped: WebhookStop | None = None
    created_at: datetime
    created_by: str
    changed_at: datetime
    failing_since: datetime | None = None
    """Of the first failure since the last success."""
    paused_until: datetime | None = None
    """After a failure nothing is sent for a while."""
    delivered_at: datetime | None = None
    """Of the last success."""
    old_secret_until: datetime | None = None
    """Until then what is sent is signed with the secret before the last change as well."""


class WebhookCreated(Noun, frozen=True, kw_only=True):
    """A new webhook, and the secret that its messages are signed with: answered this once."""

    webhook: Webhook
    secret: Secret


class CreateWebhook(Command[WebhookCreated], frozen=True, kw_only=True):
    """Add a webhook; it is told what happens from now on.

    Errors: `invalid.name`, `invalid.webhook_url`, `invalid.webhook_events`, `limit_exceeded.webhooks`.
    """

    operator_id: OperatorId
    name: str
    url: str
    events: tuple[str, ...] = ()
    actor: str


class UpdateWebhook(Command[Webhook], frozen=True, kw_only=True):
    """Change what is given (None: stays). Switched on again, it is told what happens from then on.

    Errors: as `CreateWebhook`, and `not_found.webhook`.
    """

    operator_id: OperatorId
    webhook_id: WebhookId
    name: str | None = None
    url: str | None = None
    events: tuple[str, ...] | None = None
    is_active: bool | None = None
    actor: str


class RemoveWebhook(Command[None], frozen=True, kw_only=True):
    """Forget a webhook with its deliveries. Errors: `not_found.webhook`."""

    operator_id: OperatorId
    webhook_id: WebhookId
    actor: str


class RotateWebhookSecret(Command[Secret], frozen=True, kw_only=True):
    """Make a new secret, answered this once. For a day both sign. Errors: `not_found.webhook`."""

    operator_id: OperatorId
    webhook_id: WebhookId
    actor: str


class TryWebhook(Command[DeliveryId], frozen=True, kw_only=True):
    """Send a message that is marked as a test, also to a webhook that is switched off. Errors: `not_found.webhook`."""

    operator_id: OperatorId
    webhook_id: WebhookId
    actor: str


class ReplayDelivery(Command[None], frozen=True, kw_only=True):
    """Send one message again, with the same id. Errors: `not_found.webhook_delivery`."""

    operator_id: OperatorId
    webhook_id: WebhookId
    delivery_id: DeliveryId
    actor: str


class ReplayWebhook(Command[int], frozen=True, kw_only=True):
    """Send everything again that happened since then, also what was never sent; answer how many were sent before.

    Errors: `not_found.webhook`, `invalid.replay` (longer ago than facts are kept), `conflict.webhook_stopped`.
    """

    operator_id: OperatorId
    webhook_id: WebhookId
    since: datetime
    is_failed_only: bool = False
    """Only what was given up."""
    actor: str


class WebhookDisabled(Fact, frozen=True, kw_only=True):
    """A webhook is told nothing any more, and nobody asked for that."""

    webhook_id: WebhookId
    name: str
    reason: WebhookStop


# ---- steps of those who deliver --------------------------------------------------------------------------------------


class NewDelivery(Noun, frozen=True, kw_only=True):
    """A fact that a webhook is to be told."""

    message_id: str
    event: str
    at: datetime
    content: str
    """JSON, word for word as it is sent."""


class QueueDeliveries(Command[None], frozen=True, kw_only=True):
    """Write down what a webhook is to be told; what it was told already is left out."""

    webhook_id: WebhookId
    read_until: datetime
    """Facts up to here were looked at."""
    deliveries: tuple[NewDelivery, ...]


class WakeWebhooks(Command[None], frozen=True, kw_only=True):
    """Have what is due delivered: a job for each webhook that has none."""

    webhook_ids: tuple[WebhookId, ...]


class RestWebhook(Command[None], frozen=True, kw_only=True):
    """The job of a webhook is done."""

    webhook_id: WebhookId


class NoteAttempt(Command[bool], frozen=True, kw_only=True):
    """A delivery was tried; answers whether to go on with this webhook."""

    webhook_id: WebhookId
    delivery_id: DeliveryId
    at: datetime
    duration_ms: int
    status: int | None = None
    """HTTP status of the answer; None: there was none."""
    error: str | None = None
    """A word of ours for why there was none, or why it does not count."""
    answer: str = ""
    """How the answer begins."""
    retry_after_s: int | None = None


class ExpireDeliveries(Command[int], frozen=True, kw_only=True):
    """Forget deliveries older than this."""

    before: datetime
