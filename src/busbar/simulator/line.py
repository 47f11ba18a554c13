"""The WebSocket of one virtual station: no task and no queue per station, so that thousands fit in one process.

The protocol itself is the sans-IO core of `websockets`; this module moves its bytes.
"""

import asyncio
import ssl
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Protocol, cast
from urllib.parse import quote

from websockets.client import ClientProtocol
from websockets.exceptions import InvalidHandshake
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from busbar.simulator.agenda import Agenda, Appointment

FRAME_MAX_BYTES = 4 * 1024 * 1024
CONNECT_TIMEOUT_S = 20.0
BACKOFF_FIRST_S = 1.0
BACKOFF_MAX_S = 60.0


@dataclass(frozen=True, slots=True)
class Access:
    """How a station reaches its CSMS. `url` is the address before the identity; `subprotocols` in order of choice."""

    url: str
    subprotocols: tuple[str, ...]
    password: str | None = None
    is_deflating: bool = False
    tls: ssl.SSLContext | None = None


class Listener(Protocol):
    """Who is told of the line's fate."""

    def line_up(self) -> None:
        """Hear that the connection stands."""
        ...

    def line_down(self) -> None:
        """Hear that it is gone."""
        ...

    def receive(self, frame: str | bytes) -> None:
        """Take a text frame."""
        ...


class WebSocketLine:
    """Keeps one station connected. `on_refused` hears why an attempt failed, in words."""

    def __init__(self, identity: str, access: Access, *, agenda: Agenda, chance: Random) -> None:
        self.identity = identity
        self.access = access
        self.agenda = agenda
        self.chance = chance
        self.listener: Listener | None = None
        self.on_refused: Callable[[str], None] = lambda _why: None
        self.subprotocol: str | None = None
        self.is_wanted = False
        self._socket: _Socket | None = None
        self._attempt: asyncio.Task[None] | None = None
        self._retry: Appointment | None = None
        self._failures = 0

    def open(self) -> None:
        """Connect, and keep connected."""
        self.is_wanted = True
        if self._socket is None and self._attempt is None:
            self._connect()

    def send(self, frame: bytes) -> None:
        """Send one text frame."""
        if self._socket is not None:
            self._socket.send(frame)

    def close(self) -> None:
        """Close politely; the listener is not told, since it asked."""
        self._let_go()
        socket, self._socket = self._socket, None
        if socket is not None:
            socket.close()

    def drop(self) -> None:
        """Be gone without a word."""
        self._let_go()
        socket, self._socket = self._socket, None
        if socket is not None:
            socket.abort()

    async def wait_closed(self) -> None:
        """Wait for an attempt under way to end."""
        attempt = self._attempt
        if attempt is not None:
            attempt.cancel()
            await asyncio.gather(attempt, return_exceptions=True)

    def _let_go(self) -> None:
        self.is_wanted = False
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None
        if self._attempt is not None:
            self._attempt.cancel()
            self._attempt = None

    def _connect(self) -> None:
        self._retry = None
        if self.is_wanted and self._socket is None and self._attempt is None:
            self._attempt = asyncio.get_running_loop().create_task(self._try())

    async def _try(self) -> None:
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                await self._open_socket()
        except (OSError, TimeoutError, InvalidHandshake) as error:
            self._attempt = None
            self.on_refused(str(error) or type(error).__name__)
            self._plan_retry()

    async def _open_socket(self) -> None:
        uri = parse_uri(f"{self.access.url.rstrip('/')}/{quote(self.identity, safe='')}")
        tls = (self.access.tls or ssl.create_default_context()) if uri.secure else None
        loop = asyncio.get_running_loop()
        upgraded: asyncio.Future[None] = loop.create_future()
        _transport, socket = await loop.create_connection(
            lambda: _Socket(self, ClientProtocol(
                uri,
                subprotocols=[Subprotocol(name) for name in self.access.subprotocols],
                extensions=[ClientPerMessageDeflateFactory()] if self.access.is_deflating else None,
                max_size=FRAME_MAX_BYTES,
            ), upgraded),
            uri.host,
            uri.port,
            ssl=tls,
            server_hostname=uri.host if tls is not None else None,
        )  # fmt: skip
        try:
            await upgraded
        except BaseException:
            socket.abort()
            raise
        self._attempt = None
        if not self.is_wanted:
            socket.close()
            return
        if socket.subprotocol is None:
            # OCPP-J 3.1.2: without an agreed sub-protocol there is nothing to say
            socket.close()
            raise ConnectionError("the CSMS agreed to no sub-protocol")
        self._failures = 0
        self._socket = socket
        self.subprotocol = socket.subprotocol
        if self.listener is not None:
            self.listener.line_up()
        socket.begin()

    def authorization(self) -> str | None:
        """Return the Basic auth header."""
        if self.access.password is None:
            return None
        pair = f"{self.identity}:{self.access.password}"
        return "Basic " + b64encode(pair.encode()).decode()

    def socket_lost(self, socket: "_Socket") -> None:
        """Try again: the peer or the network ended it."""
        if self._socket is not socket:
            return
        self._socket = None
        if self.listener is not None:
            self.listener.line_down()
        self._plan_retry()

    def _plan_retry(self) -> None:
        if not self.is_wanted or self._retry is not None:
            return
        wait_s = min(BACKOFF_MAX_S, BACKOFF_FIRST_S * 2**self._failures) * self.chance.uniform(0.5, 1.5)
        self._failures = min(self._failures + 1, 10)
        self._retry = self.agenda.after_wall(wait_s, self._connect)


class _Socket(asyncio.Protocol):
    """Bytes between the transport and the sans-IO protocol."""

    def __init__(self, line: WebSocketLine, protocol: ClientProtocol, upgraded: asyncio.Future[None]) -> None:
        self.line = line
        self.protocol = protocol
        self.upgraded = upgraded
        self.subprotocol: str | None = None
        self.transport: asyncio.Transport | None = None
        self._is_begun = False
        self._early: list[bytes] = []
        self._parts: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the upgrade."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's transports are of no common class
        request = self.protocol.connect()
        authorization = self.line.authorization()
        if authorization is not None:
            request.headers["Authorization"] = authorization
        self.protocol.send_request(request)
        self._flush()

    def data_received(self, data: bytes) -> None:
        """Feed the protocol and act on what it says."""
        self.protocol.receive_data(data)
        for event in self.protocol.events_received():
            if isinstance(event, Response):
                self._take_response()
            elif isinstance(event, Frame):
                self._take_frame(event)
        self._flush()

    def eof_received(self) -> None:
        """Note that the peer closed its side."""
        self.protocol.receive_eof()
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the transport is gone."""
        if not self.upgraded.done():
            self.upgraded.set_exception(ConnectionError(f"closed before the upgrade: {exc or 'no reason given'}"))
        self.line.socket_lost(self)

    def send(self, frame: bytes) -> None:
        """Send a text frame."""
        if self.protocol.state is State.OPEN:
            self.protocol.send_text(frame)
            self._flush()

    def begin(self) -> None:
        """Hand on what came before the listener knew that the line is up."""
        self._is_begun = True
        early, self._early = self._early, []
        for frame in early:
            self._hand_on(frame)

    def close(self) -> None:
        """Close with a close frame; the peer gets a moment to answer it."""
        if self.protocol.state is State.OPEN:
            self.protocol.send_close(1000)
            self._flush()
        if self.transport is not None:
            # the closing handshake is the peer's to finish; a station that is switched off does not wait for it
            self.transport.close()

    def abort(self) -> None:
        """Vanish."""
        if self.transport is not None:
            self.transport.abort()

    def _take_response(self) -> None:
        if self.upgraded.done():
            return
        problem = self.protocol.handshake_exc
        if problem is not None:
            self.upgraded.set_exception(problem)
            return
        self.subprotocol = self.protocol.subprotocol
        self.upgraded.set_result(None)

    def _take_frame(self, frame: Frame) -> None:
        if frame.opcode in {Opcode.TEXT, Opcode.CONT}:
            self._parts.append(bytes(frame.data))
            if frame.fin:
                whole, self._parts = b"".join(self._parts), []
                self._hand_on(whole)

    def _hand_on(self, frame: bytes) -> None:
        if not self._is_begun:
            self._early.append(frame)
        elif self.line.listener is not None:
            self.line.listener.receive(frame)

    def _flush(self) -> None:
        if self.transport is None or self.transport.is_closing():
            return
        for data in self.protocol.data_to_send():
            if data:
                self.transport.write(data)
            else:
                self.transport.close()  # the sans-IO core asks for the end of the stream
                return
        if self.protocol.close_expected() and self.protocol.state is State.CLOSED:
            self.transport.close()
