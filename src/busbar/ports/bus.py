"""The bus between gateways and the core."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

from busbar.canon.control import CommandOutcome, StationDelivery
from busbar.canon.message import Report
from busbar.kernel.errors import BusbarError
from busbar.kernel.ids import ConnectionId, StationId

R = TypeVar("R")

OnAnswer = Callable[[Any, BusbarError | None], None]
"""What a report came to: the handler's reply, or the kernel error it raised. Must not raise."""

DeliveryHandler = Callable[[StationDelivery], Awaitable[CommandOutcome]]


class Bus(Protocol):
    """Reports go up, station deliveries come down."""

    async def report(self, report: Report[R]) -> R:
        """Hand a report to the core and return its reply once the report is durable.

        One station's reports are handled in the order of these calls. Waits while the core's queue is full (that is the
        back-pressure on the socket). Errors: the kernel error its handler raised; `unavailable` while the core is down.
        """
        ...

    def post(self, report: Report[Any], on_answer: OnAnswer) -> bool:
        """Hand a report to the core without a task that waits; tell whether it was taken.

        `on_answer` is called from the event loop, never within this call, once the report is durable; answers of one
        station come in the order of its reports. False: there is no room, or nobody works; `report` waits, or says why.
        """
        ...

    def attach(self, station_id: StationId, connection_id: ConnectionId, handler: DeliveryHandler) -> None:
        """Take deliveries for a station from now on; a newer connection replaces an older one."""
        ...

    def detach(self, station_id: StationId, connection_id: ConnectionId) -> None:
        """Stop taking deliveries, if this connection is still the one attached."""
        ...

    async def deliver(self, delivery: StationDelivery) -> CommandOutcome:
        """Bring a request to the gateway that holds the station; `undelivered` when none does. Never raises."""
        ...
