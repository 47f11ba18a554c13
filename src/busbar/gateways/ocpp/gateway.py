"""The OCPP gateway: what the roof starts and stops."""

import asyncio
from collections import Counter
from random import SystemRandom

import structlog

from busbar.gateways.ocpp.connection import StationConnection
from busbar.gateways.ocpp.door import FrontDoor
from busbar.gateways.ocpp.house import GatewayStats, House
from busbar.gateways.ocpp.picows_engine import PicowsEngine
from busbar.gateways.ocpp.refusal_list import RefusalList
from busbar.gateways.ocpp.settings import GatewaySettings
from busbar.gateways.ocpp.socket import SocketEngine
from busbar.gateways.ocpp.websockets_engine import WebsocketsEngine
from busbar.kernel.clock import Clock
from busbar.kernel.ids import IdSource
from busbar.ports.bus import Bus
from busbar.ports.tracing import Tracer
from busbar.ports.wirelog import WireLog

DRAIN_SPREAD = 0.6
"""Part of the drain time over which connections are closed at most, so that stations do not come back all at once …"""
DRAIN_PER_STATION_S = 0.005
"""… and what each of them adds to it: a few stations need no spreading."""
FINISH_S = 1.0
"""What is left for the core to hear of the end, after the last connection was cut."""

log = structlog.get_logger("busbar.ocpp")


class OcppGateway:
    """Holds the stations' sockets, and nothing else that would be missed."""

    def __init__(self, *, bus: Bus, wire_log: WireLog, clock: Clock, ids: IdSource, settings: GatewaySettings) -> None:
        self._settings = settings
        self._house = House(bus=bus, wire_log=wire_log, clock=clock, ids=ids, settings=settings)
        self._door = FrontDoor(self._house)
        self._engine: SocketEngine | None = None
        self._is_listening = False

    @property
    def port(self) -> int:
        """The port that is listened on; 0 before the start."""
        return self._engine.port if self._engine is not None else 0

    def follow(self, tracer: Tracer) -> None:
        """Let a tracer follow some of the messages."""
        self._house.tracer = tracer

    @property
    def refusals(self) -> RefusalList:
        """Who was turned away, and why."""
        return self._house.refusals

    @property
    def is_listening(self) -> bool:
        """Whether stations can connect."""
        return self._is_listening

    @property
    def stats(self) -> GatewayStats:
        """A glance at the gateway."""
        tally = self._house.tally
        connections = self._connections()
        protocols = tally.read_protocols()
        return GatewayStats(
            is_listening=self._is_listening,
            connected_stations=len(self._house.open),
            stations_by_protocol=dict(Counter(one.protocol.value for one in connections)),
            frames_in=tally.frames_in,
            frames_out=tally.frames_out,
            connections_accepted=sum(one.connected for one in protocols.values()),
            connections_refused=tally.refused.total(),
            connections_replaced=tally.replaced,
            calls_failed=sum(one.failed.total() for one in protocols.values()),
            paused_sockets=sum(one.is_paused for one in connections),
            connects={name: one.connected for name, one in protocols.items()},
            disconnects=dict(tally.disconnected),
            refusals=dict(tally.refused),
            messages=tally.read_messages(),
            answer_times={name: one.read_answer_times() for name, one in protocols.items()},
        )

    async def start(self) -> None:
        """Listen. Errors: OSError (address taken, certificate unreadable), ssl.SSLError."""
        settings = self._settings
        engine_class = PicowsEngine if settings.websocket_engine == "picows" else WebsocketsEngine
        tls = settings.load_tls()
        self._engine = engine_class(
            door=self._door.judge, limits=settings.socket_limits, tls=tls, on_stumble=self._house.refuse
        )
        await self._engine.start(host=settings.bind, port=settings.ocpp_port)
        self._is_listening = True
        log.info("ocpp.listening", bind=settings.bind, port=self.port, engine=settings.websocket_engine, tls=bool(tls))

    async def stop(self, drain_s: float = 10.0) -> None:
        """Let nobody in any more, close every connection with 1001 spread over the time, then cut what is left."""
        engine = self._engine
        if engine is None:
            return
        self._is_listening = False
        await engine.stop_accepting()
        connections = self._connections()
        spread_s = min(drain_s * DRAIN_SPREAD, len(connections) * DRAIN_PER_STATION_S)
        chance = SystemRandom()
        try:
            async with asyncio.timeout(drain_s):
                await asyncio.gather(*(_drain(one, chance.uniform(0, spread_s)) for one in connections))
        except TimeoutError:
            log.warning("ocpp.drain_cut", stations=len(self._house.open))
        await engine.stop()
        await self._finish(connections)
        self._engine = None

    async def _finish(self, connections: list[StationConnection]) -> None:
        """Let the connections tell of their end; whoever still waits for the core is dropped."""
        try:
            async with asyncio.timeout(FINISH_S):
                await asyncio.gather(*(one.wait_over() for one in connections))
        except TimeoutError:
            for one in connections:
                one.abandon()

    def _connections(self) -> list[StationConnection]:
        return [one for one in self._house.open.values() if isinstance(one, StationConnection)]


async def _drain(connection: StationConnection, delay_s: float) -> None:
    await asyncio.sleep(delay_s)
    await connection.drain()
    await connection.wait_over()
