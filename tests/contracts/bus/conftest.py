"""Buses of every kind over a core that remembers, and a small cluster on a real broker."""

import asyncio
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
from aio_pika import connect

from busbar.adapters.memory.bus import MemoryBus
from busbar.adapters.rabbitmq.bus import RabbitBus
from busbar.adapters.rabbitmq.deliveries import DeliveryCaller, DeliveryDoor
from busbar.adapters.rabbitmq.intake import IntakeLimits, RabbitIntake
from busbar.adapters.rabbitmq.link import BrokerLink, LinkTerms
from busbar.adapters.rabbitmq.names import Names
from busbar.adapters.rabbitmq.sender import ParcelSender, SenderLimits
from busbar.adapters.system.clock import SystemClock, TimeOrderedIds
from busbar.canon.message import Report
from busbar.kernel.errors import BusbarError
from busbar.ports.bus import Bus, OnAnswer
from busbar.ports.intake import Answer, Parcel
from busbar.ports.presence import Holding
from services import SERVICES, run_service
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

    async def start_gateway(self, gateway_id: str = "gateway-1", *, is_awaited: bool = True, **limits: Any) -> Gateway:
        link = BrokerLink(self.url, names=self.names, process_name=gateway_id, terms=TERMS)
        sender = ParcelSender(names=self.names, ids=self.ids, limits=SenderLimits(**limits))
        door = DeliveryDoor(names=self.names, gateway_id=gateway_id)
        bus = RabbitBus(sender, partition_count=self.names.partition_count, door=door)
        link.add(sender, door)
        await link.start()
        self.gateways.append(Gateway(link, sender, door, bus, gateway_id))
        assert not is_awaited or await link.wait_until_up(20)
        return self.gateways[-1]

    async def start_core(self, core_id: str = "core-1", **limits: Any) -> CoreProcess:
        link = BrokerLink(self.url, names=self.names, process_name=core_id, terms=TERMS)
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
        for gateway in self.gateways:
            await gateway.link.stop()
        for core in self.cores:
            await core.intake.stop()
            await core.link.stop()
        connection = await connect(self.url)
        async with connection, connection.channel() as channel:
            await self.names.delete(channel)


@pytest.fixture(scope="session")
def rabbitmq_url() -> Iterator[str]:
    """Address of a RabbitMQ where queues may be made."""
    with run_service(SERVICES["rabbitmq"]) as url:
        yield url


@pytest.fixture
def own_prefix() -> str:
    """Beginning of the names that one test uses in a server that it shares."""
    return f"busbar_test_{secrets.token_hex(6)}_"


@pytest.fixture
async def cluster(rabbitmq_url: str, own_prefix: str) -> AsyncIterator[Cluster]:
    async with open_cluster(rabbitmq_url, own_prefix) as cluster:
        yield cluster


@asynccontextmanager
async def open_cluster(url: str, prefix: str) -> AsyncGenerator[Cluster]:
    cluster = Cluster(url, Names(partition_count=PARTITION_COUNT, prefix=prefix))
    try:
        yield cluster
    finally:
        await cluster.close()


@dataclass
class Line:
    """A bus and the core at its other end."""

    bus: Bus
    far: Bus
    """The core's own bus: what it delivers goes down to `bus`."""
    worker: FakeWorker
    hold: Callable[[str, str], None]
    """Say that the gateway holds a station by this connection."""


class WorkerEntrance:
    """Gives single reports to a worker, as an embedded core takes them."""

    def __init__(self, worker: FakeWorker) -> None:
        self._worker = worker
        self._ids = TimeOrderedIds()
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def submit(self, report: Report[Any]) -> Any:
        answer = await self._work(report)
        if answer.error is not None:
            raise answer.error
        return answer.reply

    def post(self, report: Report[Any], on_answer: OnAnswer) -> bool:
        task = asyncio.create_task(self._post(report, on_answer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def _post(self, report: Report[Any], on_answer: OnAnswer) -> None:
        try:
            on_answer(await self.submit(report), None)
        except BusbarError as error:
            on_answer(None, error)

    async def _work(self, report: Report[Any]) -> Answer:
        async with self._turn:
            parcel = Parcel(parcel_id=self._ids.new(), partition=0, messages=(report,))
            (answer,) = await self._worker.work(parcel)
        return answer


@pytest.fixture(params=["memory", "rabbitmq"])
async def line(request: pytest.FixtureRequest) -> AsyncIterator[Line]:
    if request.param == "memory":
        worker = FakeWorker()
        entrance = WorkerEntrance(worker)
        bus = MemoryBus(entrance.submit, entrance.post)
        yield Line(bus, bus, worker, hold=lambda _station, _connection: None)
        return
    url, prefix = request.getfixturevalue("rabbitmq_url"), request.getfixturevalue("own_prefix")
    async with open_cluster(url, prefix) as cluster:
        core = await cluster.start_core()
        gateway = await cluster.start_gateway()

        def hold(station_id: str, connection_id: str) -> None:
            cluster.register.holdings[station_id] = Holding(
                station_id=station_id, connection_id=connection_id, gateway_id=gateway.gateway_id
            )

        yield Line(gateway.bus, core.bus, core.worker, hold)
