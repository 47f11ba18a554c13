"""What Busbar calls its things in the broker, and how it makes them."""

from typing import Any

import msgspec
from aio_pika.abc import AbstractChannel, AbstractExchange, ExchangeType
from aio_pika.exceptions import ChannelPreconditionFailed

from busbar.kernel.errors import ConflictError


class PartitionCountError(ConflictError):
    """The broker's queues were made for another number of partitions."""

    code = "conflict.partition_count"


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """The names of queues and exchanges, and the bounds that the broker keeps for us."""

    partition_count: int
    prefix: str = "busbar"
    deliveries_max: int = 20
    """How often a parcel is handed to a core before the broker parks it: a core that dies of it hands it back."""
    waiting_max_parcels: int = 10_000
    """Of one partition."""
    parked_max_parcels: int = 10_000

    def partition_queue(self, partition: int) -> str:
        """Return the queue of a partition's parcels."""
        return f"{self.prefix}.reports.{partition}"

    def find_partition(self, queue: str) -> int | None:
        """Return the partition that a queue belongs to."""
        prefix, _, number = queue.rpartition(".")
        is_ours = prefix == f"{self.prefix}.reports" and number.isdecimal() and int(number) < self.partition_count
        return int(number) if is_ours else None

    @property
    def parked_queue(self) -> str:
        """Where parcels lie that cannot be handled."""
        return f"{self.prefix}.parked"

    @property
    def count_queue(self) -> str:
        """A queue that is never used: its length bound says for how many partitions the broker was set up."""
        return f"{self.prefix}.partitions"

    @property
    def gateways(self) -> str:
        """The exchange that takes deliveries to gateways, by gateway id."""
        return f"{self.prefix}.gateways"

    @property
    def cores(self) -> str:
        """The exchange by which cores tell each other that they are there."""
        return f"{self.prefix}.cores"

    @property
    def facts(self) -> str:
        """The exchange that takes committed facts to every process that wants them."""
        return f"{self.prefix}.facts"

    def describe_partition_queue(self) -> dict[str, Any]:
        """Return the arguments of a partition's queue."""
        return {
            "x-queue-type": "quorum",
            "x-single-active-consumer": True,
            "x-delivery-limit": self.deliveries_max,
            "x-max-length": self.waiting_max_parcels,
            "x-overflow": "reject-publish",
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": self.parked_queue,
            "x-dead-letter-strategy": "at-least-once",
        }

    async def declare(self, channel: AbstractChannel) -> None:
        """Make every durable thing that is not there. Errors: `conflict.partition_count`, and the broker's."""
        try:
            await channel.declare_queue(
                self.count_queue, durable=True, arguments={"x-max-length": self.partition_count}
            )
        except ChannelPreconditionFailed:
            raise PartitionCountError(
                "the broker's queues were made for another number of partitions; see docs/howto/scale-out.md",
                partition_count=self.partition_count,
            ) from None
        await channel.declare_queue(
            self.parked_queue,
            durable=True,
            arguments={"x-queue-type": "quorum", "x-max-length": self.parked_max_parcels},
        )
        for partition in range(self.partition_count):
            await channel.declare_queue(
                self.partition_queue(partition), durable=True, arguments=self.describe_partition_queue()
            )
        await self.declare_exchange(channel, self.gateways, ExchangeType.DIRECT)
        await self.declare_exchange(channel, self.cores, ExchangeType.FANOUT)
        await self.declare_exchange(channel, self.facts, ExchangeType.FANOUT)

    async def declare_exchange(self, channel: AbstractChannel, name: str, kind: ExchangeType) -> AbstractExchange:
        """Make an exchange that outlives the broker's restart."""
        return await channel.declare_exchange(name, kind, durable=True)

    async def delete(self, channel: AbstractChannel) -> None:
        """Take everything away, with all that waits: for tests, and before the number of partitions changes."""
        for queue in (self.count_queue, self.parked_queue, *map(self.partition_queue, range(self.partition_count))):
            await channel.queue_delete(queue)
        for exchange in (self.gateways, self.cores, self.facts):
            await channel.exchange_delete(exchange)
