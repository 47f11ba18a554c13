"""The engine on the `websockets` package: the plain implementation, and the oracle for the fast one."""

import asyncio
import logging
import ssl
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import Any, cast
from weakref import WeakKeyDictionary

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed, InvalidMessage
from websockets.http11 import Request, Response
from websockets.protocol import State
from websockets.typing import Subprotocol

from busbar.gateways.ocpp.handshake import EXTENSIONS, describe_upgrade, format_peer, is_upgrade, respond, trim_reason
from busbar.gateways.ocpp.socket import (
    CloseCode,
    Door,
    OnStumble,
    Refusal,
    SocketLimits,
    SocketListener,
    Welcome,
    ignore_stumble,
)
from busbar.gateways.ocpp.stumbles import TLS_RECORD, make_stumble, read_bad_request, read_tls_failure
from busbar.ports.refusals import RefusalKind

QUIET = logging.getLogger("busbar.ocpp.websockets")
QUIET.setLevel(logging.CRITICAL)
"""The package logs every broken handshake with a traceback; the gateway has its own words for those."""
WRITE_QUEUE_MAX_MESSAGES = 64
WRITE_QUEUE_LOW_MESSAGES = 16
WRITE_QUEUE_CUT_MESSAGES = 256
"""From here on the listener did not slow down, and the other side does not read: the connection is cut."""
READ_QUEUE_MAX_MESSAGES = 4

_TLS_CLOSE_TIMEOUT_S = 1.0


class _Visitor(ServerConnection):
    """A connection that negotiates TLS by itself, since the event loop tells nobody why that failed."""

    def __init__(
        self,
        *given: Any,
        tls: ssl.SSLContext | None,
        handshake_timeout_s: float,
        on_stumble: OnStumble,
        **more: Any,
    ) -> None:
        super().__init__(*given, **more)
        self._tls = tls
        self._handshake_timeout_s = handshake_timeout_s
        self._on_stumble = on_stumble
        self._peer = "unknown"
        self._early = bytearray()
        """What came before there was a transport to answer by."""
        self._bare: asyncio.Transport | None = None
        """The transport under TLS."""
        self._is_open = False
        self._is_first = True
        self._encrypting: asyncio.Task[None] | None = None
        self._impatience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin; with TLS, wait for the visitor to begin with it."""
        self._peer = format_peer(transport.get_extra_info("peername"))
        if self._tls is None:
            self._open(transport)
            return
        self._bare = cast("asyncio.Transport", transport)
        self._impatience = self.loop.call_later(self._handshake_timeout_s, self._bare.abort)

    def data_received(self, data: bytes) -> None:
        """Take bytes: of TLS, of the request, of frames."""
        if not self._is_open:
            self._early += data
            if self._encrypting is None and self._bare is not None and self._tls is not None:
                self._encrypting = self.loop.create_task(self._encrypt(self._bare, self._tls))
                # The task begins, TLS takes the transport over, and then it is given what came before that.
                self.loop.call_soon(self.loop.call_soon, self._hand_on, self._bare)
            return
        is_first, self._is_first = self._is_first, False
        if is_first and self._tls is None and data.startswith(TLS_RECORD):
            # It would wait for an answer that never comes.
            self._on_stumble(read_bad_request(TLS_RECORD, peer_address=self._peer, is_encrypted=False, detail=""))
            self.transport.close()
            return
        super().data_received(data)

    def _hand_on(self, bare: asyncio.Transport) -> None:
        data, self._early = memoryview(bytes(self._early)), bytearray()
        while data and not bare.is_closing():
            encryption = cast("asyncio.BufferedProtocol", bare.get_protocol())
            buffer = memoryview(encryption.get_buffer(len(data)))
            count = min(len(buffer), len(data))
            buffer[:count] = data[:count]
            encryption.buffer_updated(count)
            data = data[count:]

    async def _encrypt(self, bare: asyncio.Transport, tls: ssl.SSLContext) -> None:
        try:
            transport = await self.loop.start_tls(
                bare,
                self,
                tls,
                server_side=True,
                ssl_handshake_timeout=self._handshake_timeout_s,
                ssl_shutdown_timeout=_TLS_CLOSE_TIMEOUT_S,
            )
        except OSError as error:  # ssl.SSLError is one, and so are a connection that is cut and a time that is over
            stumble = read_tls_failure(error, peer_address=self._peer)
            if stumble is not None:
                self._on_stumble(stumble)
            bare.abort()
            return
        if transport is None or transport.is_closing():
            bare.abort()
            return
        self._open(transport)

    def _open(self, transport: asyncio.BaseTransport) -> None:
        if self._impatience is not None:
            self._impatience.cancel()
        self._is_open = True
        super().connection_made(transport)
        if self._early:
            early, self._early = bytes(self._early), bytearray()
            self.data_received(early)

    def eof_received(self) -> None:
        """Take the end of what the visitor sends."""
        if self._is_open:
            super().eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """Say what came instead of a request, if it was none."""
        if self._impatience is not None:
            self._impatience.cancel()
        if not self._is_open:
            return
        error = self.protocol.handshake_exc
        has_spoken = not self._is_first  # port checks say nothing
        if has_spoken and self.request is None and isinstance(error, InvalidMessage):
            self._on_stumble(
                read_bad_request(b"", peer_address=self._peer, is_encrypted=self._tls is not None, detail=str(error))
            )
        super().connection_lost(exc)


class WebsocketsEngine:
    """A server of `websockets.asyncio`."""

    def __init__(
        self,
        *,
        door: Door,
        limits: SocketLimits,
        tls: ssl.SSLContext | None = None,
        on_stumble: OnStumble = ignore_stumble,
    ) -> None:
        self._door = door
        self._on_stumble = on_stumble
        self._limits = limits
        self._tls = tls
        self._server: Server | None = None
        self._handshakes = 0
        self._open: set[_WebsocketsSocket] = set()
        self._sweeping: asyncio.Task[None] | None = None
        self._welcomes: WeakKeyDictionary[ServerConnection, Welcome] = WeakKeyDictionary()
        self._port = 0

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return self._port

    async def start(self, *, host: str, port: int) -> None:
        """Listen."""
        limits = self._limits
        self._server = await serve(
            self._handle,
            host,
            port,
            create_connection=cast(
                "type[ServerConnection]",
                partial(
                    _Visitor,
                    tls=self._tls,
                    handshake_timeout_s=limits.handshake_timeout_s,
                    on_stumble=self._on_stumble,
                ),
            ),
            process_request=self._judge,
            select_subprotocol=self._choose_protocol,
            compression=None,
            extensions=list(EXTENSIONS),
            open_timeout=limits.handshake_timeout_s,
            ping_interval=limits.ping_interval_s,
            ping_timeout=limits.pong_timeout_s,
            close_timeout=limits.close_timeout_s,
            max_size=limits.frame_max_bytes,
            max_queue=READ_QUEUE_MAX_MESSAGES,
            server_header=None,
            logger=QUIET,
            backlog=limits.accept_backlog_max_connections,
        )
        self._sweeping = asyncio.get_running_loop().create_task(self._sweep())
        self._port = next(iter(self._server.sockets)).getsockname()[1]

    async def stop_accepting(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close(close_connections=False)

    async def stop(self) -> None:
        """Cut what is still open."""
        if self._server is None:
            return
        self._server.close(close_connections=False)
        for connection in self._server.connections:
            connection.transport.abort()
        await self._server.wait_closed()
        self._server = None
        if self._sweeping is not None:
            self._sweeping.cancel()
            await asyncio.gather(self._sweeping, return_exceptions=True)

    async def _sweep(self) -> None:
        """Cut connections that we have closed and the peer has not: `websockets` itself would wait for ever."""
        while True:
            await asyncio.sleep(self._limits.close_timeout_s)
            for one in tuple(self._open):
                one.look_after()

    async def _judge(self, connection: ServerConnection, request: Request) -> Response | None:
        if not is_upgrade(request):
            self._on_stumble(
                make_stumble(
                    RefusalKind.NOT_WEBSOCKET,
                    peer_address=format_peer(connection.remote_address),
                    is_encrypted=self._tls is not None,
                    detail="this is no HTTP/1.1 WebSocket upgrade",
                    target=request.path,
                )
            )
            return None
        if self._handshakes >= self._limits.handshake_max_connections:
            return respond(Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "too many handshakes", (("Retry-After", "5"),)))
        self._handshakes += 1
        try:
            upgrade = describe_upgrade(
                request.path,
                protocols=request.headers.get_all("Sec-WebSocket-Protocol"),
                authorization=request.headers.get_all("Authorization"),
                peer=connection.remote_address,
                is_encrypted=self._tls is not None,
                certificate=connection.transport.get_extra_info("peercert"),
            )
            answer = await self._door(upgrade)
        finally:
            self._handshakes -= 1
        if isinstance(answer, Refusal):
            return respond(answer)
        self._welcomes[connection] = answer
        return None

    def _choose_protocol(self, connection: ServerConnection, _offered: object) -> Subprotocol | None:
        welcome = self._welcomes.get(connection)
        return None if welcome is None or welcome.protocol is None else Subprotocol(welcome.protocol)

    async def _handle(self, connection: ServerConnection) -> None:
        listener = self._welcomes[connection].listener
        socket = _WebsocketsSocket(connection, listener, close_timeout_s=self._limits.close_timeout_s)
        self._open.add(socket)
        listener.begin(socket)
        end = (int(CloseCode.ABNORMAL), "")
        writing = asyncio.get_running_loop().create_task(socket.write_out())
        try:
            while True:
                await socket.may_read.wait()
                message = await connection.recv()
                if isinstance(message, str):
                    if not socket.is_closing:
                        listener.receive(message)
                else:
                    socket.close(CloseCode.UNSUPPORTED_DATA, "binary frames are not OCPP-J")
        except ConnectionClosed as closed:
            is_ours = socket.is_closing or not closed.rcvd_then_sent
            first = closed.sent or closed.rcvd if is_ours else closed.rcvd
            if first is not None:
                end = (int(first.code), first.reason)
        finally:
            self._open.discard(socket)
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
            listener.end(*end)


class _WebsocketsSocket:
    """Sends through a bounded queue and a task, since `websockets` sends asynchronously."""

    def __init__(self, connection: ServerConnection, listener: SocketListener, *, close_timeout_s: float) -> None:
        self._connection = connection
        self._listener = listener
        self._close_timeout_s = close_timeout_s
        self._queue: asyncio.Queue[bytes | tuple[CloseCode, str]] = asyncio.Queue()
        self._is_held = False
        self._is_overdue = False
        self.is_closing = False
        self.may_read = asyncio.Event()
        self.may_read.set()

    def send(self, message: bytes) -> None:
        """Queue a message."""
        if self.is_closing:
            return
        self._queue.put_nowait(message)
        waiting = self._queue.qsize()
        if waiting >= WRITE_QUEUE_CUT_MESSAGES:
            self.abort()
        elif waiting >= WRITE_QUEUE_MAX_MESSAGES and not self._is_held:
            self._is_held = True
            self._listener.hold_writing()

    def close(self, code: CloseCode, reason: str) -> None:
        """Close after what is queued."""
        if not self.is_closing:
            self.is_closing = True
            self._queue.put_nowait((code, reason))
            self.may_read.set()
            # A peer that does not read keeps the close frame in the queue; it gets no longer than any other.
            self._connection.loop.call_later(2 * self._close_timeout_s, self._connection.transport.abort)

    def abort(self) -> None:
        """Cut."""
        self.is_closing = True
        self.may_read.set()
        self._connection.transport.abort()

    def pause_reading(self) -> None:
        """Let the queue of `websockets` fill, which stops the transport."""
        self.may_read.clear()

    def resume_reading(self) -> None:
        """Go on."""
        self.may_read.set()

    def look_after(self) -> None:
        """Cut the connection if it has been closing since the last look."""
        if self._connection.state is not State.OPEN:
            if self._is_overdue:
                self._connection.transport.abort()
            self._is_overdue = True

    async def write_out(self) -> None:
        """Send what is queued until the connection ends."""
        with suppress(ConnectionClosed):
            while True:
                message = await self._queue.get()
                if isinstance(message, tuple):
                    code, reason = message
                    await self._connection.close(code, trim_reason(reason))
                    return
                await self._connection.send(message, text=True)
                if self._is_held and self._queue.qsize() <= WRITE_QUEUE_LOW_MESSAGES:
                    self._is_held = False
                    self._listener.release_writing()
