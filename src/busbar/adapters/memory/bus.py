"""The bus within one process: a report is a call into the core, a delivery a call into the gateway."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar, cast

from busbar.canon.control import CommandOutcome, Outcome, StationDelivery
from busbar.canon.message import Report
from busbar.kernel.ids import ConnectionId, StationId
from busbar.ports.bus import DeliveryHandler, OnAnswer

R = TypeVar("R")

Submit = Callable[[Report[object]], Awaitable[object]]
"""Takes a report, waits for room, answers once durable."""


class Post(Protocol):
    """Takes a report if there is room; the answer is told."""

    def __call__(self, report: Report[Any], on_answer: OnAnswer) -> bool:
        """Take a report."""
        ...


class MemoryBus:
    """Joins gateways and core that live in the same event loop."""

    def __init__(self, submit: Submit, post: Post) -> None:
        self._submit = submit
        self.post = post
        """See `busbar.ports.bus.Bus`; nothing stands between a station's message and the core."""
        self._handlers: dict[StationId, tuple[ConnectionId, DeliveryHandler]] = {}

    async def report(self, report: Report[R]) -> R:
        """Hand a report to the core; see `busbar.ports.bus.Bus`."""
        return cast("R", await self._submit(cast("Report[object]", report)))

    def attach(self, station_id: StationId, connection_id: ConnectionId, handler: DeliveryHandler) -> None:
        """Take deliveries for a station, unless a newer connection already does."""
        held = self._handlers.get(station_id)
        if held is None or held[0] <= connection_id:
            self._handlers[station_id] = (connection_id, handler)

    def detach(self, station_id: StationId, connection_id: ConnectionId) -> None:
        """Stop taking deliveries, if this connection is still the one attached."""
        held = self._handlers.get(station_id)
        if held is not None and held[0] == connection_id:
            del self._handlers[station_id]

    async def deliver(self, delivery: StationDelivery) -> CommandOutcome:
        """Bring a request to the station's connection; `undelivered` when there is none."""
        held = self._handlers.get(delivery.station_id)
        if held is None:
            return CommandOutcome(outcome=Outcome.UNDELIVERED, status="station is not connected")
        return await held[1](delivery)
