"""The same suite for every WebSocket engine, on plain asyncio and on uvloop, with real sockets on the loopback."""

import asyncio
import base64
import json
import os
import ssl
import struct
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import msgspec
import pytest
import uvloop
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from busbar.adapters.system.clock import SystemClock, TimeOrderedIds
from busbar.canon.control import StationDelivery
from busbar.gateways.ocpp.gateway import OcppGateway
from busbar.gateways.ocpp.picows_engine import PicowsEngine
from busbar.gateways.ocpp.settings import GatewaySettings
from busbar.gateways.ocpp.socket import Refusal, Socket, SocketLimits, Upgrade, Welcome
from busbar.gateways.ocpp.websockets_engine import WebsocketsEngine
from busbar.kernel.ids import CommandId, StationId
from busbar.ports.wirelog import Direction
from tests.fakes.gateway_bus import FakeCore, ListWireLog
from tests.patience import HANG_LIMIT_S

LIMITS = SocketLimits(
    frame_max_bytes=64 * 1024,
    handshake_timeout_s=2,
    handshake_max_connections=8,
    ping_interval_s=60,
    pong_timeout_s=20,
    close_timeout_s=0.5,
)


ENGINE_SUITES = {"test_deflate.py", "test_handshake.py", "test_messages.py", "test_tls.py"}
"""These try the engines themselves, on both event loops; the gateway above them runs on uvloop."""


def pytest_asyncio_loop_factories(config, item):
    factories = {"uvloop": uvloop.new_event_loop}
    return factories | {"asyncio": asyncio.new_event_loop} if item.path.name in ENGINE_SUITES else factories


@dataclass
class Recorder:
    """A listener that writes down what it is told, and echoes."""

    is_echoing: bool = True
    texts: list[str] = field(default_factory=list)
    ends: list[tuple[int, str]] = field(default_factory=list)
    held: list[bool] = field(default_factory=list)
    socket: Socket | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    pause_after: int | None = None

    def begin(self, socket):
        self.socket = socket
        self.changed.set()

    def receive(self, text):
        self.texts.append(text)
        if len(self.texts) == self.pause_after:
            self.socket.pause_reading()
        if self.is_echoing:
            self.socket.send(text.encode())
        self.changed.set()

    def hold_writing(self):
        self.held.append(True)
        self.changed.set()

    def release_writing(self):
        self.held.append(False)
        self.changed.set()

    def end(self, code, reason):
        self.ends.append((int(code), reason))
        self.changed.set()

    async def wait_for(self, condition):
        async with asyncio.timeout(HANG_LIMIT_S):
            while not condition():
                self.changed.clear()
                await self.changed.wait()


@dataclass
class House:
    """An engine, what its door saw, and who was let in."""

    engine: object
    seen: list[Upgrade] = field(default_factory=list)
    listeners: list[Recorder] = field(default_factory=list)
    decide: Callable[[Upgrade], Awaitable[Welcome | Refusal]] | None = None
    is_echoing: bool = True

    async def judge(self, upgrade):
        self.seen.append(upgrade)
        if self.decide is not None:
            return await self.decide(upgrade)
        return self.welcome(upgrade)

    @staticmethod
    def frame(opcode, payload=b""):
        return frame(opcode, payload)

    def welcome(self, upgrade):
        listener = Recorder(is_echoing=self.is_echoing)
        self.listeners.append(listener)
        return Welcome(upgrade.protocols[0] if upgrade.protocols else None, listener)

    @property
    def url(self):
        return f"ws://127.0.0.1:{self.engine.port}/ocpp/CS1"

    @asynccontextmanager
    async def open_raw(self, *, extra="", tail=b"", tls=None):
        """A connection whose frames the test writes byte by byte."""
        name = None if tls is None else "localhost"
        reader, writer = await asyncio.open_connection("127.0.0.1", self.engine.port, ssl=tls, server_hostname=name)
        raw = RawClient(reader, writer)
        try:
            await raw.upgrade(extra=extra, tail=tail)
            yield raw
        finally:
            writer.close()


@dataclass
class RawClient:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    head: bytes = b""

    async def upgrade(self, *, extra="", tail=b""):
        key = base64.b64encode(os.urandom(16)).decode()
        self.writer.write(
            (
                "GET /ocpp/CS1 HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
                f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n{extra}\r\n"
            ).encode()
            + tail
        )
        self.head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), HANG_LIMIT_S)

    def send(self, opcode, payload=b"", *, fin=True, rsv=0, masked=True, length=None):
        self.writer.write(frame(opcode, payload, fin=fin, rsv=rsv, masked=masked, length=length))

    async def receive(self):
        """Return (opcode, rsv1, payload) of the next frame."""
        async with asyncio.timeout(HANG_LIMIT_S):
            first, second = await self.reader.readexactly(2)
            size = second & 127
            if size == 126:
                (size,) = struct.unpack("!H", await self.reader.readexactly(2))
            elif size == 127:
                (size,) = struct.unpack("!Q", await self.reader.readexactly(8))
            return first & 15, bool(first & 64), await self.reader.readexactly(size)

    async def receive_close(self):
        """Return the code of the close frame that must come next, and see the connection end."""
        opcode, _, payload = await self.receive()
        assert opcode == 8, (opcode, payload)
        async with asyncio.timeout(HANG_LIMIT_S):
            assert await self.reader.read(1) == b""
        return int.from_bytes(payload[:2], "big")


def frame(opcode, payload=b"", *, fin=True, rsv=0, masked=True, length=None):
    size = len(payload) if length is None else length
    head = bytearray([(0x80 if fin else 0) | rsv << 4 | opcode])
    flag = 0x80 if masked else 0
    if size < 126:
        head.append(flag | size)
    elif size < 65536:
        head += bytes([flag | 126]) + struct.pack("!H", size)
    else:
        head += bytes([flag | 127]) + struct.pack("!Q", size)
    if masked:
        mask = b"\x01\x02\x03\x04"
        return bytes(head) + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
    return bytes(head) + payload


@pytest.fixture(params=[WebsocketsEngine, PicowsEngine], ids=["websockets", "picows"])
def engine_class(request):
    return request.param


@pytest.fixture
async def open_house(engine_class):
    houses = []

    async def build(*, tls: ssl.SSLContext | None = None, is_echoing=True, **limits):
        house = House(engine=None, is_echoing=is_echoing)
        house.engine = engine_class(door=house.judge, limits=msgspec.structs.replace(LIMITS, **limits), tls=tls)
        await house.engine.start(host="127.0.0.1", port=0)
        houses.append(house)
        return house

    yield build
    for house in houses:
        await house.engine.stop()


@pytest.fixture
async def house(open_house):
    return await open_house()


# ---- the whole gateway -----------------------------------------------------------------------------------------------


@dataclass
class Station:
    """A station that says exactly what a test writes."""

    socket: ClientConnection

    async def say(self, *frame):
        await self.socket.send(json.dumps(list(frame)))

    async def hear(self):
        return json.loads(await asyncio.wait_for(self.socket.recv(), HANG_LIMIT_S))

    async def call(self, action, payload, message_id="m1"):
        """Send a call and return what comes back for it, without type and id."""
        await self.say(2, message_id, action, payload)
        answer = await self.hear()
        assert answer[1] == message_id, answer
        return answer[2] if answer[0] == 3 else answer[2:]

    async def is_well(self):
        """Tell whether the connection still serves."""
        return "currentTime" in await self.call("Heartbeat", {}, "well")

    async def wait_end(self):
        """Return the close code and reason."""
        async with asyncio.timeout(HANG_LIMIT_S):
            try:
                while True:
                    await self.socket.recv()
            except ConnectionClosed as closed:
                return (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "")


@dataclass
class Site:
    """A running gateway, the core it reports to and its wire log."""

    gateway: OcppGateway
    core: FakeCore
    wire_log: ListWireLog

    @asynccontextmanager
    async def plug_in(self, protocol="ocpp1.6", name="CS-1", **options):
        protocols = protocol if isinstance(protocol, list) else [protocol]
        url = f"ws://127.0.0.1:{self.gateway.port}/ocpp/{name}"
        async with connect(url, subprotocols=protocols or None, compression=None, **options) as socket:
            yield Station(socket)

    def notes(self):
        return self.wire_log.texts(Direction.NOTE)

    async def deliver(self, request, *, timeout_s=5, name="CS-1"):
        delivery = StationDelivery(
            command_id=CommandId(f"command {id(request)}"),
            station_id=StationId(name),
            request=request,
            timeout_s=timeout_s,
        )
        return await self.core.bus.deliver(delivery)


SECRET_KEY = b"k" * 32


@pytest.fixture(params=["websockets", "picows"])
async def open_site(request):
    sites = []

    async def build(**settings):
        core, wire_log = FakeCore(), ListWireLog()
        gateway = OcppGateway(
            bus=core.bus,
            wire_log=wire_log,
            clock=SystemClock(),
            ids=TimeOrderedIds(),
            settings=GatewaySettings(secret_key=SECRET_KEY, ocpp_port=0, websocket_engine=request.param, **settings),
        )
        await gateway.start()
        sites.append(Site(gateway, core, wire_log))
        return sites[-1]

    yield build
    for site in sites:
        await site.gateway.stop(drain_s=2)


@pytest.fixture
async def site(open_site):
    return await open_site()
