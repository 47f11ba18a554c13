"""The engine on the `websockets` package: the plain implementation, and the oracle for the fast one."""

import asyncio
import logging
import ssl
from contextlib import suppress
from http import HTTPStatus
from weakref import WeakKeyDictionary

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.protocol import State
from websockets.typing import Subprotocol

from busbar.gateways.ocpp.handshake import EXTENSIONS, describe_upgrade, is_upgrade, respond, trim_reason
from busbar.gateways.ocpp.socket import CloseCode, Door, Refusal, SocketLimits, SocketListener, Welcome

QUIET = logging.getLogger("busbar.ocpp.websockets")
QUIET.setLevel(logging.CRITICAL)
"""The package logs every broken handshake with a traceback; the gateway has its own words for those."""
WRITE_QUEUE_MAX_MESSAGES = 64
WRITE_QUEUE_LOW_MESSAGES = 16
WRITE_QUEUE_CUT_MESSAGES = 256
"""From here on the listener did not slow down, and the other side does not read: the connection is cut."""
READ_QUEUE_MAX_MESSAGES = 4


class WebsocketsEngine:
    """A server of `websockets.asyncio`."""

    def __init__(self, *, door: Door, limits: SocketLimits, tls: ssl.SSLContext | None = None) -> None:
        self._door = door
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
            ssl=self._tls,
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
            return None
        if self._handshakes >= self._limits.handshake_max_connections:
            return respond(Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "too many handshakes", (("Retry-After", "5"),)))
        self._handshakes += 1
        try:
            upgrade = describe_upgrade(
                request,
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
