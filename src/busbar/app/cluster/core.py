"""`busbar core`: holds partitions and decides."""

from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from busbar.adapters.memory.feed import MemoryFeed
from busbar.adapters.rabbitmq.bus import RabbitBus
from busbar.adapters.rabbitmq.facts import RabbitFacts
from busbar.adapters.rabbitmq.intake import RabbitIntake
from busbar.adapters.redis.feed import RedisFeed
from busbar.app.cluster.health import HealthDoor
from busbar.app.cluster.schema import migrate_when_needed, open_database
from busbar.app.cluster.timekeeping import Timekeeper
from busbar.app.cluster.transport import Transport
from busbar.app.cluster.watch import watch_core
from busbar.app.config import Settings
from busbar.app.desk import Desk
from busbar.app.feeds import FanOutFeed
from busbar.app.partitions import PartitionHolder, Rooms
from busbar.app.relay import CommandRelay
from busbar.app.rooms import build_charging, build_core, build_people, furnish
from busbar.app.secret_key import find_key
from busbar.app.terms import choose_intake_limits
from busbar.canon.control import CommandOutcome, StationDelivery
from busbar.canon.message import Report
from busbar.domain.stations.tables import stations
from busbar.gateways.ocpp.raw import check_request
from busbar.kernel.ids import ConnectionId, StationId
from busbar.ports.bus import DeliveryHandler, OnAnswer
from busbar.ports.intake import PartitionLostError
from busbar.ports.presence import Holding

R = TypeVar("R")
ROLE = "core"


class CoreProcess:
    """A core of a network."""

    def __init__(self, settings: Settings) -> None:
        """Put it together; open only the health port. Errors: `StartError`."""
        self.transport = transport = Transport(settings, ROLE)
        self.databases = databases = open_database(settings, ROLE)
        self._timekeeper = Timekeeper(transport.clock, databases)
        hub = MemoryFeed()
        tracer = transport.tracer
        self._signals = RedisFeed(
            transport.redis, hub=hub, origin=transport.process_id, is_listening=False, tracer=tracer
        )
        facts = RabbitFacts(
            names=transport.names, hub=hub, origin=transport.process_id, is_listening=False, tracer=tracer
        )
        feed = FanOutFeed([hub, self._signals, facts])
        self.core = core = build_core(
            settings, databases=databases, clock=transport.clock, ids=transport.ids, feed=feed
        )
        core.tracer = tracer
        key = find_key(settings)
        people = build_people(settings, key=key, ids=transport.ids)
        charging = build_charging(settings, key=key, ids=transport.ids, clock=transport.clock)
        self.holder = holder = PartitionHolder(
            core=core,
            databases=databases,
            clock=transport.clock,
            ids=transport.ids,
            rooms=Rooms(
                stations=[charging.fleet, charging.sessions, charging.metering, charging.billing],
                shared=[
                    people.access.tokens,
                    people.tenants.operators,
                    charging.billing,
                    charging.ledger,
                    charging.invoicing,
                    charging.roaming,
                ],
            ),
            partition_count=settings.partition_count,
            name=transport.process_id,
        )
        charging.sessions.share_with_others(holder.is_elsewhere)
        charging.billing.share_with_others(holder.is_elsewhere)
        furnish(core, people, charging, watch=holder.watch, fence=holder.fence)
        feed.tap(holder.note_published)
        sender = transport.make_sender()
        caller = transport.make_caller(self._find_holding)
        self._bus = _CoreBus(holder, RabbitBus(sender, partition_count=settings.partition_count, caller=caller))
        self.relay = CommandRelay(
            bus=self._bus,
            dispatcher=Desk(core),
            feed=hub,
            databases=databases,
            clock=transport.clock,
            ids=transport.ids,
            check_request=check_request,
            queue_max_commands=settings.station_queue_max_commands,
        )
        self.relay.tracer = tracer
        holder.fence_connections(charging.fleet.find_connection)
        holder.when_taken(self._settle_lost)
        holder.see_commands(self.relay.remember)
        self.intake = RabbitIntake(
            names=transport.names,
            core_id=transport.process_id,
            clock=transport.clock,
            limits=choose_intake_limits(settings),
        )
        transport.link.add(facts, self.intake)
        self.watcher = watch_core(transport, ROLE, core=core, intake=self.intake, relay=self.relay, databases=databases)
        self.health = HealthDoor(settings, self.watcher)

    async def start(self) -> None:
        """Open everything, then take partitions."""
        self.watcher.start()
        await self.health.start()
        await migrate_when_needed(self.databases)
        await self._timekeeper.start()
        await self.core.start(has_everything=False)
        await self.relay.start(has_everything=False)
        await self.holder.start()
        await self._signals.start()
        await self.intake.start(self.holder)
        await self.transport.start()

    async def stop(self) -> None:
        """Finish what is in hand, let others take the partitions, end."""
        await self.intake.stop()
        await self.relay.stop()
        await self.holder.stop()
        await self.core.stop()
        await self._signals.stop()
        await self.watcher.stop()
        await self.transport.stop()
        await self._timekeeper.stop()
        await self.databases.close()
        await self.health.stop()

    def describe(self) -> str:
        """Say where it listens."""
        return f"health on port {self.health.port}"

    async def _settle_lost(self, partition: int) -> None:
        await self.relay.settle_when_due(lambda station_id: self.holder.find_home(station_id) == partition)

    async def _find_holding(self, station_id: StationId) -> Holding | None:
        """Say who had the station when it was last told: for when presence is away."""
        columns = select(stations.c.connection_id, stations.c.gateway_id)
        own = columns.where(stations.c.station_id == station_id, stations.c.is_online)
        try:
            async with self.databases.read() as connection:
                row = (await connection.execute(own)).first()
        except (SQLAlchemyError, OSError):
            return None
        if row is None or row.connection_id is None or row.gateway_id is None:
            return None
        return Holding(station_id=station_id, connection_id=ConnectionId(row.connection_id), gateway_id=row.gateway_id)


class _CoreBus:
    """A core's own reports go to itself as long as it holds the station; deliveries go over the broker."""

    def __init__(self, holder: PartitionHolder, bus: RabbitBus) -> None:
        self._holder = holder
        self._bus = bus

    async def report(self, report: Report[R]) -> R:
        """Hand a report to whichever core holds the station; see `busbar.ports.bus.Bus`."""
        try:
            return await self._holder.report(report)
        except PartitionLostError:
            return await self._bus.report(report)

    def post(self, report: Report[Any], on_answer: OnAnswer) -> bool:
        """Hand a report over without waiting."""
        return self._bus.post(report, on_answer)

    def attach(self, station_id: StationId, connection_id: ConnectionId, handler: DeliveryHandler) -> None:
        """Take deliveries: no station is connected here."""
        self._bus.attach(station_id, connection_id, handler)

    def detach(self, station_id: StationId, connection_id: ConnectionId) -> None:
        """Stop taking deliveries."""
        self._bus.detach(station_id, connection_id)

    async def deliver(self, delivery: StationDelivery) -> CommandOutcome:
        """Bring a request to the gateway that holds the station."""
        return await self._bus.deliver(delivery)
