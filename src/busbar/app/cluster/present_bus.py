"""The bus of a gateway in a network: whatever is attached here is also told to presence, with a lease.

A station that comes back at another gateway is that one's: the older connection is closed as soon as either side
learns of it, by the newer one's gateway or at the next renewal. Presence may be away; it is told again.
"""

import asyncio
from collections.abc import Awaitable
from typing import Any, Protocol, TypeVar, cast

import msgspec
import structlog

from busbar.adapters.rabbitmq.deliveries import DeliveryCaller
from busbar.canon.control import CommandOutcome, Disconnect, StationDelivery
from busbar.canon.message import Report
from busbar.canon.stations import AdmissionRequested, StationConnected, StationDisconnected
from busbar.kernel.clock import Clock
from busbar.kernel.ids import CommandId, ConnectionId, IdSource, StationId
from busbar.ports.bus import DeliveryHandler, OnAnswer
from busbar.ports.presence import Holding, Presence, PresenceError

R = TypeVar("R")

RENEWALS_PER_LEASE = 3
CLOSE_TIMEOUT_S = 5
ELSEWHERE = "the station has a newer connection elsewhere"

log = structlog.get_logger(__name__)


class FencedBus(Protocol):
    """A bus that tells the core by which connection a station spoke; see `busbar.ports.bus.Bus`."""

    async def report(self, report: Report[R], *, connection_id: ConnectionId | None = None) -> R:
        """Hand a report to the core; it is refused once the station has a newer connection."""
        ...

    def post(self, report: Report[Any], on_answer: OnAnswer, *, connection_id: ConnectionId | None = None) -> bool:
        """Hand a report over without waiting."""
        ...

    def attach(self, station_id: StationId, connection_id: ConnectionId, handler: DeliveryHandler) -> None:
        """Take deliveries for a station."""
        ...

    def detach(self, station_id: StationId, connection_id: ConnectionId) -> None:
        """Stop taking deliveries."""
        ...

    async def deliver(self, delivery: StationDelivery) -> CommandOutcome:
        """Bring a request to the gateway that holds the station."""
        ...


class PresentBus:
    """See `busbar.ports.bus.Bus`."""

    def __init__(
        self,
        bus: FencedBus,
        *,
        presence: Presence,
        caller: DeliveryCaller,
        gateway_id: str,
        clock: Clock,
        ids: IdSource,
        lease_s: float,
    ) -> None:
        self._bus = bus
        self._presence = presence
        self._caller = caller
        self._gateway_id = gateway_id
        self._clock = clock
        self._ids = ids
        self._lease_s = lease_s
        self._held: dict[StationId, tuple[Holding, DeliveryHandler]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._renewal: asyncio.Task[None] | None = None

    @property
    def held_stations(self) -> int:
        """How many stations this gateway has."""
        return len(self._held)

    def start(self) -> None:
        """Begin to renew leases."""
        self._renewal = asyncio.create_task(self._renew_all(), name="presence-renewal")

    async def stop(self) -> None:
        """Stop renewing; what is still held is given up when its lease is over."""
        tasks = [task for task in (self._renewal, *self._tasks) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # ---- the bus -----------------------------------------------------------------------------------------------------

    async def report(self, report: Report[R]) -> R:
        """Hand a report to the core; a connection is told with the gateway that has it."""
        return await self._bus.report(self._sign(report), connection_id=self._find_connection(report))

    def post(self, report: Report[Any], on_answer: OnAnswer) -> bool:
        """Hand a report over without waiting."""
        return self._bus.post(self._sign(report), on_answer, connection_id=self._find_connection(report))

    def _find_connection(self, report: Report[Any]) -> ConnectionId | None:
        """Return the connection that a report came by; what is about connections themselves is judged by its own."""
        if isinstance(report, AdmissionRequested | StationConnected | StationDisconnected):
            return None
        known = self._held.get(report.station_id)
        return None if known is None else known[0].connection_id

    def _sign(self, report: Report[R]) -> Report[R]:
        if isinstance(report, StationConnected):
            return cast("Report[R]", msgspec.structs.replace(report, gateway_id=self._gateway_id))
        return report

    def attach(self, station_id: StationId, connection_id: ConnectionId, handler: DeliveryHandler) -> None:
        """Take deliveries for a station, and tell presence."""
        self._bus.attach(station_id, connection_id, handler)
        holding = Holding(station_id=station_id, connection_id=connection_id, gateway_id=self._gateway_id)
        known = self._held.get(station_id)
        if known is None or known[0].connection_id <= connection_id:
            self._held[station_id] = (holding, handler)
            self._spawn(self._hold(holding))

    def detach(self, station_id: StationId, connection_id: ConnectionId) -> None:
        """Stop taking deliveries, and tell presence."""
        self._bus.detach(station_id, connection_id)
        known = self._held.get(station_id)
        if known is not None and known[0].connection_id == connection_id:
            del self._held[station_id]
            self._spawn(self._release(known[0]))

    async def deliver(self, delivery: StationDelivery) -> CommandOutcome:
        """Bring a request to the gateway that holds the station."""
        return await self._bus.deliver(delivery)

    # ---- presence ----------------------------------------------------------------------------------------------------

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _hold(self, holding: Holding) -> None:
        try:
            before = await self._presence.hold(holding)
            await self._presence.see([(holding.station_id, self._clock.now())], silent_after_s=self._lease_s)
        except PresenceError as error:
            log.debug("presence.not_told", station_id=holding.station_id, error=error.text)
            return
        if before == holding:
            await self._close_own(holding)
        elif before is not None:
            await self._caller.deliver_to(before, self._ask_to_close(holding.station_id))

    async def _release(self, holding: Holding) -> None:
        try:
            await self._presence.release(holding)
        except PresenceError as error:
            log.debug("presence.not_told", station_id=holding.station_id, error=error.text)

    async def _close_own(self, holding: Holding) -> None:
        known = self._held.get(holding.station_id)
        if known is not None and known[0] == holding:
            await known[1](self._ask_to_close(holding.station_id))

    def _ask_to_close(self, station_id: StationId) -> StationDelivery:
        return StationDelivery(
            command_id=CommandId(self._ids.new()),
            station_id=station_id,
            request=Disconnect(reason=ELSEWHERE),
            timeout_s=CLOSE_TIMEOUT_S,
        )

    async def _renew_all(self) -> None:
        while True:
            await asyncio.sleep(self._lease_s / RENEWALS_PER_LEASE)
            holdings = [holding for holding, _ in self._held.values()]
            if not holdings:
                continue
            try:
                now = self._clock.now()
                late = await self._presence.renew(holdings)
                gone = {holding.station_id for holding in late}
                alive = [(each.station_id, now) for each in holdings if each.station_id not in gone]
                await self._presence.see(alive, silent_after_s=self._lease_s)
            except PresenceError as error:
                log.warning("presence.not_renewed", stations=len(holdings), error=error.text)
                continue
            for holding in late:
                await self._close_own(holding)
