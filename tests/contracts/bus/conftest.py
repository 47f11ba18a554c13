"""Buses of every kind over a core that remembers, and a small cluster on a real broker."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from busbar.adapters.memory.bus import MemoryBus
from busbar.adapters.system.clock import TimeOrderedIds
from busbar.canon.message import Report
from busbar.kernel.errors import BusbarError
from busbar.ports.bus import Bus, OnAnswer
from busbar.ports.intake import Answer, Parcel
from busbar.ports.presence import Holding
from tests.fakes.cluster import Cluster, open_cluster
from tests.fakes.partition_worker import FakeWorker


@pytest.fixture
async def cluster(rabbitmq_url: str, own_prefix: str) -> AsyncIterator[Cluster]:
    async with open_cluster(rabbitmq_url, own_prefix) as cluster:
        yield cluster


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
