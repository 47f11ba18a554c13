"""A small cluster on a real broker, of parts: gateways over fake stations, cores over a fake worker."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec
from aio_pika import connect

from busbar.adapters.rabbitmq.bus import RabbitBus
from busbar.adapters.rabbitmq.deliveries import DeliveryCaller, DeliveryDoor
from busbar.adapters.rabbitmq.intake import IntakeLimits, RabbitIntake
from busbar.adapters.rabbitmq.link import BrokerLink, LinkTerms
from busbar.adapters.rabbitmq.names import Names
from busbar.adapters.rabbitmq.sender import ParcelSender, SenderLimits
from busbar.adapters.system.clock import SystemClock, TimeOrderedIds
from busbar.ports.presence import Holding
from tests.fakes.partition_worker import FakeWorker, Ledger

TERMS = LinkTerms(heartbeat_s=5, connect_timeout_s=5, pause_min_s=0.05, pause_max_s=0.2)
LIMITS = IntakeLimits(greeting_interval_s=0.2, aside_pause_s=2.0)
PARTITION_COUNT = 4


class Register:
    """Who holds which station: a presence for tests of other things."""

    def __init__(self) -> None:
        self.holdings: dict[str, Holding] = {}

    async def find(self, station_id: str) -> Holding | None:
        return self.holdings.get(station_id)


@dataclass
class Gateway:
    """One gateway process."""

    link: BrokerLink
    sender: ParcelSender
    door: DeliveryDoor
    bus: RabbitBus
    gateway_id: str


@dataclass
class CoreProcess:
    """One core process."""

    link: BrokerLink
    intake: RabbitIntake
    worker: FakeWorker
    bus: RabbitBus
    caller: DeliveryCaller
    sender: ParcelSender


@dataclass
class Cluster:
    """Gateways and cores on one broker, under names of their own."""

    url: str
    names: Names
    ledger: Ledger = field(default_factory=Ledger)
    register: Register = field(default_factory=Register)
    clock: SystemClock = field(default_factory=SystemClock)
    ids: TimeOrderedIds = field(default_factory=TimeOrderedIds)
    gateways: list[Gateway] = field(default_factory=list)
    cores: list[CoreProcess] = field(default_factory=list)
    links: list[BrokerLink] = field(default_factory=list)

    async def start_party(self, name: str, *parties: Any) -> BrokerLink:
        """Start a process of another kind."""
        link = BrokerLink(self.url, names=self.names, process_name=name, terms=TERMS)
        link.add(*parties)
        await link.start()
        assert await link.wait_until_up(20)
        self.links.append(link)
        return link

    async def start_gateway(
        self, gateway_id: str = "gateway-1", *, url: str | None = None, is_awaited: bool = True, **limits: Any
    ) -> Gateway:
        link = BrokerLink(url or self.url, names=self.names, process_name=gateway_id, terms=TERMS)
        sender = ParcelSender(names=self.names, ids=self.ids, limits=SenderLimits(**limits))
        door = DeliveryDoor(names=self.names, gateway_id=gateway_id)
        bus = RabbitBus(sender, partition_count=self.names.partition_count, door=door)
        link.add(sender, door)
        await link.start()
        self.gateways.append(Gateway(link, sender, door, bus, gateway_id))
        assert not is_awaited or await link.wait_until_up(20)
        return self.gateways[-1]

    async def start_core(self, core_id: str = "core-1", *, url: str | None = None, **limits: Any) -> CoreProcess:
        link = BrokerLink(url or self.url, names=self.names, process_name=core_id, terms=TERMS)
        sender = ParcelSender(names=self.names, ids=self.ids)
        caller = DeliveryCaller(names=self.names, ids=self.ids, presence=self.register)
        bus = RabbitBus(sender, partition_count=self.names.partition_count, caller=caller)
        limits_of = msgspec.structs.replace(LIMITS, **limits)
        intake = RabbitIntake(names=self.names, core_id=core_id, clock=self.clock, limits=limits_of)
        worker = FakeWorker(self.ledger)
        link.add(sender, caller, intake)
        await intake.start(worker)
        await link.start()
        self.cores.append(CoreProcess(link, intake, worker, bus, caller, sender))
        assert await link.wait_until_up(20)
        return self.cores[-1]

    async def close(self) -> None:
        for link in [*self.links, *(gateway.link for gateway in self.gateways)]:
            await link.stop()
        for core in self.cores:
            await core.intake.stop()
            await core.link.stop()
        connection = await connect(self.url)
        async with connection, connection.channel() as channel:
            await self.names.delete(channel)


@asynccontextmanager
async def open_cluster(url: str, prefix: str) -> AsyncGenerator[Cluster]:
    cluster = Cluster(url, Names(partition_count=PARTITION_COUNT, prefix=prefix))
    try:
        yield cluster
    finally:
        await cluster.close()
