"""`busbar api`: the doors for people and programs; decides nothing."""

import asyncio
import sys
from typing import TextIO

import structlog

from busbar.adapters.memory.feed import MemoryFeed
from busbar.adapters.rabbitmq.bus import RabbitDispatcher
from busbar.adapters.rabbitmq.facts import RabbitFacts
from busbar.adapters.rabbitmq.refusals import NetworkRefusals
from busbar.adapters.rabbitmq.roundup import Roundup
from busbar.adapters.rabbitmq.wirelog import NetworkWireLog
from busbar.adapters.redis.board import RedisBoard
from busbar.adapters.redis.feed import RedisFeed
from busbar.adapters.redis.takes import SharedTakes
from busbar.api.app import create_app, end_streams
from busbar.app.cluster.dispatching import SessionHomes, TrustingDispatcher
from busbar.app.cluster.schema import migrate_when_needed, open_database
from busbar.app.cluster.timekeeping import Timekeeper
from busbar.app.cluster.transport import Transport
from busbar.app.cluster.waiting import CommandWaiter
from busbar.app.cluster.watch import NOTICE_LEASE_S, list_on_board, look_at, look_at_database, watch_transport
from busbar.app.config import Settings
from busbar.app.desk import Desk
from busbar.app.frames import WIRE_LOG_DIRECTORY
from busbar.app.http import HttpDoor, bind
from busbar.app.parked_list import open_parked
from busbar.app.paying import make_errands
from busbar.app.push import open_push
from busbar.app.rooms import build_people, list_errands
from busbar.app.routing import Router
from busbar.app.secret_key import find_key
from busbar.app.watch.embedded import watch_http
from busbar.app.watch.storage import StorageLook, watch_storage
from busbar.canon.secret import Secret
from busbar.canon.tenants import EnsureAdministrator
from busbar.db.facts import SqlFactLog
from busbar.gateways.ocpp.raw import check_request
from busbar.kernel.calls import CallBook
from busbar.kernel.errors import UnavailableError

ROLE = "api"
ENSURE_INTERVAL_S = 1.0

log = structlog.get_logger(__name__)


class ApiProcess:
    """An API server of a network."""

    def __init__(self, settings: Settings, *, out: TextIO = sys.stdout) -> None:
        """Put it together; open only the HTTP port. Errors: `StartError`, `unavailable.port`."""
        self._settings = settings
        self._out = out
        self.transport = transport = Transport(settings, ROLE)
        self.databases = databases = open_database(settings, ROLE)
        self._timekeeper = Timekeeper(transport.clock, databases)
        listener = bind(settings.bind, settings.http_port, setting="BUSBAR_HTTP_PORT")
        key = find_key(settings)
        self._sender = transport.make_sender(is_for_commands=True)
        self._takes = SharedTakes(transport.redis, origin=transport.process_id, clock=transport.clock)
        self._calls = CallBook()
        self.desk = self._make_desk(key)
        hub = MemoryFeed()
        fact_log = SqlFactLog(databases)
        tracer = transport.tracer
        self._signals = RedisFeed(transport.redis, hub=hub, origin=transport.process_id, tracer=tracer)
        transport.link.add(RabbitFacts(names=transport.names, hub=hub, origin=transport.process_id, tracer=tracer))
        self.watcher = watch_transport(transport, ROLE)
        self.watcher.add_calls(self._calls)
        roundup = make_roundup(transport)
        self._watch_parts()
        self.app = create_app(
            dispatcher=self.desk,
            station_commands=CommandWaiter(
                dispatcher=self.desk, feed=hub, databases=databases, check_request=check_request
            ),
            feed=hub,
            fact_log=fact_log,
            wire_log=NetworkWireLog(roundup, clock=transport.clock),
            refusals=NetworkRefusals(roundup),
            databases=databases,
            settings=settings,
            clock=transport.clock,
            ids=transport.ids,
            watch=self.watcher,
            tracer=tracer,
            share=self._takes.share,
            parcels=open_parked(settings),
            push_key=open_push(settings, key=key, clock=transport.clock).public_key,
        )
        self.http = HttpDoor(
            self.app,
            listener,
            shutdown_timeout_s=settings.shutdown_timeout_s,
            timeout_s=settings.http_timeout_s,
            connections_max=settings.http_max_connections,
        )
        watch_http(self.watcher, self.app, self.http)
        self._ensuring: asyncio.Task[None] | None = None
        self._is_founded = False

    def _make_desk(self, key: bytes) -> Desk:
        """Make the desk where commands come first, with the errands of rooms that this process does by itself."""
        settings, transport = self._settings, self.transport
        router = Router(partition_count=settings.partition_count, find_station=SessionHomes(self.databases).find)
        cores = TrustingDispatcher(
            RabbitDispatcher(self._sender, find_partition_of=router.find), clock=transport.clock, key=key
        )
        desk = Desk(cores)
        people = build_people(settings, key=key, ids=transport.ids)
        share = self._takes.share
        for errands in list_errands(people, settings, key=key, dispatcher=cores, clock=transport.clock, share=share):
            desk.register(errands)
        desk.register(
            make_errands(
                settings, key=key, dispatcher=cores, clock=transport.clock, ids=transport.ids, calls=self._calls
            ).errands()
        )
        return desk

    def _watch_parts(self) -> None:
        """Have database, cores and disk looked at."""
        settings = self._settings
        self.watcher.add_checks(
            look_at_database(self.databases),
            look_at("core", lambda: None if self._is_founded else "no core has answered yet"),
        )
        watch_storage(
            self.watcher,
            StorageLook(
                databases=self.databases,
                data_dir=settings.data_dir,
                wire_log_dir=settings.data_dir / WIRE_LOG_DIRECTORY,
                clock=self.transport.clock,
            ),
        )

    async def start(self) -> None:
        """Open everything; the first administrator is made as soon as a core is there."""
        await migrate_when_needed(self.databases)
        await self._timekeeper.start()
        await self.transport.start()
        await self._signals.start()
        await self._takes.start()
        self.watcher.start()
        await self.http.start()
        self._ensuring = asyncio.create_task(self._ensure_administrator(), name="first-administrator")

    async def stop(self) -> None:
        """End the streams, finish running requests, end."""
        if self._ensuring is not None:
            self._ensuring.cancel()
            await asyncio.gather(self._ensuring, return_exceptions=True)
        end_streams(self.app)
        await self.http.stop()
        await self._sender.drain(timeout_s=self._settings.shutdown_timeout_s)
        await self._signals.stop()
        await self._takes.stop()
        await self.watcher.stop()
        await self.transport.stop()
        await self._timekeeper.stop()
        await self.databases.close()

    def describe(self) -> str:
        """Say where it listens."""
        return f"console, driver app and API on port {self.http.port}"

    async def _ensure_administrator(self) -> None:
        """See to it that there is a first administrator; print a password that was made here, this once."""
        settings = self._settings
        given = settings.admin_password
        password = Secret(text=given.get_secret_value()) if given is not None else None
        wish = EnsureAdministrator(password=password)
        if settings.admin_email is not None:
            wish = EnsureAdministrator(email=settings.admin_email, password=password)
        while True:
            try:
                ensured = await self.desk.dispatch(wish)
                break
            except UnavailableError as error:
                log.info("api.no_core_yet", error=error.text)
                await asyncio.sleep(ENSURE_INTERVAL_S)
        self._is_founded = True
        if ensured.is_created and ensured.password is not None and given is None:
            self._out.write(f"\n  Sign in as {ensured.email} with {ensured.password.text} (shown this once)\n\n")
            self._out.flush()


def make_roundup(transport: Transport) -> Roundup:
    """Make the way to what all gateways keep; the notice board says which those are."""
    board = RedisBoard(transport.redis, lease_s=NOTICE_LEASE_S)
    roundup = Roundup(names=transport.names, ids=transport.ids, list_gateways=lambda: list_on_board(board, "gateway"))
    transport.link.add(roundup)
    return roundup
