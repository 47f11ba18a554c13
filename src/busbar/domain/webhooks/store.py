"""What the webhooks room needs of a database. All reads and writes are part of `work`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from busbar.domain.webhooks.model import Delivery, WebhookRecord
from busbar.kernel.ids import DeliveryId, OperatorId, WebhookId
from busbar.ports.work import UnitOfWork


class WebhookStore(Protocol):
    """Webhooks and what they were told."""

    async def load(self, work: UnitOfWork, webhook_id: WebhookId) -> WebhookRecord | None:
        """Return a webhook."""
        ...

    async def count(self, work: UnitOfWork, operator_id: OperatorId) -> int:
        """Return how many webhooks an operator has."""
        ...

    async def insert(self, work: UnitOfWork, record: WebhookRecord) -> None:
        """Add a webhook."""
        ...

    async def update(self, work: UnitOfWork, record: WebhookRecord) -> None:
        """Write a webhook's new state."""
        ...

    async def delete(self, work: UnitOfWork, webhook_id: WebhookId) -> None:
        """Remove a webhook with its deliveries."""
        ...

    async def load_delivery(self, work: UnitOfWork, delivery_id: DeliveryId) -> Delivery | None:
        """Return a delivery."""
        ...

    async def find_told(self, work: UnitOfWork, webhook_id: WebhookId, message_ids: Sequence[str]) -> set[str]:
        """Return which of these messages the webhook has a delivery of."""
        ...

    async def insert_deliveries(self, work: UnitOfWork, deliveries: Sequence[Delivery]) -> None:
        """Add deliveries."""
        ...

    async def update_delivery(self, work: UnitOfWork, delivery: Delivery) -> None:
        """Write a delivery's new state."""
        ...

    async def make_wait(
        self, work: UnitOfWork, webhook_id: WebhookId, *, since: datetime, is_failed_only: bool, now: datetime
    ) -> int:
        """Make what happened since then wait again, save what waits already; return how many."""
        ...

    async def delete_deliveries(self, work: UnitOfWork, *, before: datetime) -> int:
        """Remove old deliveries; return how many."""
        ...
