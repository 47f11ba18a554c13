"""`busbar worker`: jobs, and what one process of the network does for all of them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from busbar.adapters.rabbitmq.bus import RabbitBus, RabbitDispatcher
from busbar.app.chores import Chores, Outgoing, build_runner
from busbar.app.cluster.dispatching import SessionHomes
from busbar.app.cluster.health import HealthDoor
from busbar.app.cluster.schema import migrate_when_needed, open_database
from busbar.app.cluster.timekeeping import Timekeeper
from busbar.app.cluster.transport import Transport
from busbar.app.cluster.watch import look_at_database, watch_transport
from busbar.app.config import Settings
from busbar.app.desk import Desk
from busbar.app.leadership import Leadership
from busbar.app.mail import make_mailing, open_mailer
from busbar.app.paying import make_errands
from busbar.app.push import Pushing, open_push
from busbar.app.routing import Router
from busbar.app.secret_key import find_key
from busbar.app.webhooks import make_telling
from busbar.canon.stations import StationDisconnected
from busbar.db.jobs import SqlJobs
from busbar.db.leases import SqlLeases
from busbar.db.timekeeping import choose_clock
from busbar.domain.stations.tables import stations
from busbar.kernel.calls import CallBook
from busbar.kernel.errors import BusbarError
from busbar.kernel.ids import ConnectionId, ReportId, StationId
from busbar.ports.dispatcher import Dispatcher
from busbar.ports.leases import Grant
from busbar.ports.presence import PresenceError

ROLE = "worker"
SILENT_INTERVAL_S = 2.0
SILENT_MAX = 500
AGAIN_AFTER_S = 30.0
"""A station that was taken as silent comes again after this, should this process end with it in hand."""
SURVEY_INTERVAL_S = 300.0
"""How often stations that count as online are put under watch: presence may have forgotten them."""
SURVEY = "online_survey"
HOLDER_MAX = 80
LOST = "its gateway was lost"

log = structlog.get_logger(__name__)


class WorkerProcess:
    """A worker of a network. Several share the jobs, and the stations that have fallen silent."""

    def __init__(self, settings: Settings) -> None:
        """Put it together; open only the health port. Errors: `StartError`."""
        self._settings = settings
        self.transport = transport = Transport(settings, ROLE)
        self.databases = databases = open_database(settings, ROLE)
        self._timekeeper = Timekeeper(transport.clock, databases)
        self._sender = transport.make_sender()
        self._bus = RabbitBus(self._sender, partition_count=settings.partition_count)
        router = Router(partition_count=settings.partition_count, find_station=SessionHomes(databases).find)
        dispatcher = RabbitDispatcher(self._sender, find_partition_of=router.find)
        desk = Desk(dispatcher)
        calls = CallBook()
        errands = make_errands(
            settings,
            key=find_key(settings),
            dispatcher=dispatcher,
            clock=transport.clock,
            ids=transport.ids,
            calls=calls,
        )
        desk.register(errands.errands())
        self._jobs = SqlJobs(
            databases,
            ids=transport.ids,
            read_now=choose_clock(databases, transport.clock),
            lease=timedelta(seconds=settings.job_lease_s),
        )
        chores = Chores(
            settings=settings,
            databases=databases,
            dispatcher=desk,
            clock=transport.clock,
            is_by_station=True,
        )
        self.runner = build_runner(
            settings,
            jobs=self._jobs,
            chores=chores,
            outgoing=self._open_outgoing(dispatcher, calls),
            clock=transport.clock,
            holder=transport.process_id,
        )
        self.watcher = watch_transport(transport, ROLE)
        self.watcher.add_checks(look_at_database(databases))
        self.watcher.add_calls(calls)
        self.health = HealthDoor(settings, self.watcher)
        self._survey = Leadership(
            leases=SqlLeases(
                databases,
                clock=transport.clock,
                read_now=choose_clock(databases, transport.clock),
                lease=timedelta(seconds=settings.job_lease_s),
            ),
            clock=transport.clock,
            name=SURVEY,
            holder=transport.process_id[:HOLDER_MAX],
            lease_s=settings.job_lease_s,
        )
        self._task: asyncio.Task[None] | None = None

    def _open_outgoing(self, dispatcher: Dispatcher, calls: CallBook) -> Outgoing:
        """Open what leaves the house: pushes, webhooks, mail."""
        settings, databases, clock = self._settings, self.databases, self.transport.clock
        key = find_key(settings)
        sender = open_push(settings, key=key, clock=clock, calls=calls)
        return Outgoing(
            pushing=Pushing(databases=databases, dispatcher=dispatcher, sender=sender, clock=clock),
            telling=make_telling(settings, key=key, databases=databases, dispatcher=dispatcher, clock=clock),
            mailing=make_mailing(
                settings,
                databases=databases,
                dispatcher=dispatcher,
                mailer=open_mailer(settings, clock=clock, calls=calls),
                clock=clock,
            ),
        )

    async def start(self) -> None:
        """Open everything."""
        self.watcher.start()
        await self.health.start()
        await migrate_when_needed(self.databases)
        await self._timekeeper.start()
        await self.transport.start()
        self.runner.start()
        self._survey.start(self._lead_survey)
        ending = self._repeat("end_silent", self.end_silent, SILENT_INTERVAL_S)
        self._task = asyncio.create_task(ending, name="end_silent")

    async def stop(self) -> None:
        """Finish what is in hand, end."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._survey.stop()
        await self.runner.stop(drain_s=self._settings.shutdown_timeout_s)
        await self._sender.drain(timeout_s=self._settings.shutdown_timeout_s)
        await self.watcher.stop()
        await self.transport.stop()
        await self._timekeeper.stop()
        await self.databases.close()
        await self.health.stop()

    def describe(self) -> str:
        """Say where it listens."""
        return f"health on port {self.health.port}"

    async def _repeat(self, name: str, chore: Callable[[], Awaitable[None]], interval_s: float) -> None:
        while True:
            try:
                await chore()
            except (BusbarError, SQLAlchemyError, OSError) as error:
                log.warning("worker.chore_failed", chore=name, error=str(error))
            await asyncio.sleep(interval_s)

    # ---- stations whose gateway was lost -----------------------------------------------------------------------------

    async def end_silent(self) -> None:
        """Tell the end of connections whose gateway renews no lease any more."""
        while True:
            silent = await self.transport.presence.take_silent(limit=SILENT_MAX, again_after_s=AGAIN_AFTER_S)
            if not silent:
                return
            lost = [station_id for station_id in silent if await self.transport.presence.find(station_id) is None]
            for station_id, connection_id in await self._list_online(lost):
                await self._tell_lost(station_id, connection_id)
            await self.transport.presence.forget_silent(silent)

    async def _tell_lost(self, station_id: StationId, connection_id: ConnectionId) -> None:
        """End this very connection: one that the station made meanwhile is another."""
        await self._bus.report(
            StationDisconnected(
                report_id=ReportId(self.transport.ids.new()),
                station_id=station_id,
                received_at=self.transport.clock.now(),
                connection_id=connection_id,
                reason=LOST,
            )
        )

    async def _list_online(self, station_ids: Sequence[StationId]) -> list[tuple[StationId, ConnectionId]]:
        columns = select(stations.c.station_id, stations.c.connection_id)
        online = columns.where(stations.c.station_id.in_(station_ids), stations.c.is_online)
        async with self.databases.read() as connection:
            rows = (await connection.execute(online)).all()
        return [(StationId(row.station_id), ConnectionId(row.connection_id)) for row in rows if row.connection_id]

    async def _lead_survey(self, _grant: Grant) -> None:
        """Survey as long as this worker leads: one look at every station is enough for all workers."""
        await self._repeat("watch_online", self.watch_online, SURVEY_INTERVAL_S)

    async def watch_online(self) -> None:
        """Put every station that counts as online under watch: who is alive is heard again before its time is over."""
        after = ""
        while True:
            query = select(stations.c.station_id).where(stations.c.is_online, stations.c.station_id > after)
            async with self.databases.read() as connection:
                found = (
                    (await connection.execute(query.order_by(stations.c.station_id).limit(SILENT_MAX))).scalars().all()
                )
            if not found:
                return
            now = self.transport.clock.now()
            seen = [(StationId(station_id), now) for station_id in found]
            try:
                await self.transport.presence.see(seen, silent_after_s=self._settings.presence_lease_s)
            except PresenceError:
                return
            after = found[-1]
