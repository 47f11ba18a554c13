"""The fast engine: a front door of ours reads the HTTP upgrade, then picows frames what follows.

picows knows neither the peer nor asynchronous admission, and leaves fragments, compression, close codes and UTF-8 to
its user: all that is here. TLS is aiofastnet's.
"""

import asyncio
import socket as sockets
import ssl
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import cast

import aiofastnet
import structlog
from picows import WSAutoPingStrategy, WSUpgradeRequest, WSUpgradeResponse, WSUpgradeResponseWithListener
from picows import picows as extension
from websockets.http11 import Response

from busbar.gateways.ocpp.handshake import (
    HEAD_END,
    HEAD_MAX_BYTES,
    Acceptance,
    describe_upgrade,
    format_peer,
    read_request,
    respond,
    write_plain_upgrade,
)
from busbar.gateways.ocpp.picows_socket import PicowsSocket
from busbar.gateways.ocpp.socket import Door, OnStumble, Refusal, SocketLimits, Welcome, ignore_stumble
from busbar.gateways.ocpp.stumbles import TLS_RECORD, read_bad_request, read_tls_failure

log = structlog.get_logger("busbar.ocpp")

WSProtocol = cast("type[asyncio.BufferedProtocol]", extension.WSProtocol)  # pyright: ignore[reportUnknownMemberType, reportAttributeAccessIssue]  picows' type stub leaves this class out
READ_BUFFER_BYTES = 4096
READ_MAX_BYTES = 8192
"""What one read may bring. Who is paused still gets the frames of the read that is under way: this bounds them."""
ACCEPT_PAUSE_S = 0.2
"""Rest after the system would not give a connection (out of file descriptors)."""
PATIENCE_S = 1.0
"""While every handshake place is taken, who has sent no whole request for this long gives way to the next visitor."""
TLS_PATIENCE_S = 3.0
"""Likewise where TLS is negotiated first."""
SWEEPS_PER_PING = 4
SWEEP_MAX_S = 5.0


_lend = cast("Callable[[asyncio.BufferedProtocol, int], memoryview]", WSProtocol.get_buffer)


class BoundedProtocol(WSProtocol):
    """Reads of a bounded size.

    picows doubles its buffer whenever a read fills it, and never gives it back: a flood would make each read larger
    than the one before. So it grows for a long frame only.
    """

    def get_buffer(self, sizehint: int) -> memoryview:
        """Lend the next read its place."""
        buffer = _lend(self, sizehint)
        return buffer if len(buffer) <= READ_MAX_BYTES else buffer[:READ_MAX_BYTES]


make_protocol = cast("Callable[..., asyncio.BufferedProtocol]", BoundedProtocol)


class PicowsEngine:
    """A server that accepts one connection per free handshake place; the kernel holds the others.

    Visitors who say nothing keep nobody out: they lose their places first, the longest silent before all others.
    """

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
        self._listening: sockets.socket | None = None
        self._places = asyncio.Semaphore(limits.handshake_max_connections)
        self._tasks: set[asyncio.Task[None]] = set()
        self._silent: dict[asyncio.Task[None], float] = {}
        """Admissions whose request is not complete, by the time they began, oldest first."""
        self._accepting: asyncio.Task[None] | None = None
        self._sweeping: asyncio.Task[None] | None = None
        self._open: set[PicowsSocket] = set()
        self._fronts: set[_FrontDoor] = set()
        self._port = 0

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return self._port

    async def start(self, *, host: str, port: int) -> None:
        """Listen."""
        is_ipv6 = ":" in host
        self._listening = sockets.create_server(
            (host, port),
            family=sockets.AF_INET6 if is_ipv6 else sockets.AF_INET,
            backlog=self._limits.accept_backlog_max_connections,
            dualstack_ipv6=host == "::" and sockets.has_dualstack_ipv6(),
        )
        self._listening.setblocking(False)
        self._port = self._listening.getsockname()[1]
        loop = asyncio.get_running_loop()
        self._accepting = loop.create_task(self._accept(self._listening))
        self._sweeping = loop.create_task(self._sweep())

    async def stop_accepting(self) -> None:
        """Stop listening."""
        accepting, self._accepting = self._accepting, None
        if accepting is not None:
            accepting.cancel()
            await asyncio.gather(accepting, return_exceptions=True)
        if self._listening is not None:
            self._listening.close()
            self._listening = None

    async def stop(self) -> None:
        """Cut what is still open."""
        await self.stop_accepting()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for one in (*self._open, *self._fronts):
            one.abort()
        while self._open or self._fronts:  # noqa: ASYNC110  they end within the next turns of the loop
            await asyncio.sleep(0)
        sweeping, self._sweeping = self._sweeping, None
        if sweeping is not None:
            sweeping.cancel()
            await asyncio.gather(sweeping, return_exceptions=True)

    async def _accept(self, listening: sockets.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._take_place()
            try:
                connection, peer = await loop.sock_accept(listening)
            except OSError as error:
                self._places.release()
                log.warning("ocpp.accept_failed", error=str(error))
                await asyncio.sleep(ACCEPT_PAUSE_S)
                continue
            except asyncio.CancelledError:
                self._places.release()
                raise
            task = loop.create_task(self._admit(connection, peer))
            self._tasks.add(task)
            self._silent[task] = loop.time()
            task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._silent.pop(task, None)

    async def _take_place(self) -> None:
        """Wait for a free place; while there is none, let the longest silent visitors go."""
        patience_s = PATIENCE_S if self._tls is None else TLS_PATIENCE_S
        while self._places.locked():
            oldest = next(iter(self._silent), None)
            until_s = None if oldest is None else self._silent[oldest] + patience_s
            try:
                async with asyncio.timeout_at(until_s):
                    await self._places.acquire()
                    return
            except TimeoutError:
                if oldest is not None and self._silent.pop(oldest, None) is not None:
                    oldest.cancel()
                await asyncio.sleep(0)  # it gives its place back in its own turn
        await self._places.acquire()

    async def _admit(self, connection: sockets.socket, peer: object) -> None:
        front = _FrontDoor(self._fronts)
        try:
            async with asyncio.timeout(self._limits.handshake_timeout_s):
                await self._connect(connection, front)
                await self._greet(front, peer)
        except TimeoutError:
            log.info("ocpp.handshake_timed_out", peer=format_peer(peer))
            front.abort()
        except (OSError, EOFError) as error:  # ssl.SSLError is an OSError
            self._note_failure(error, format_peer(peer))
            front.abort()
        except asyncio.CancelledError:
            front.abort()
            raise
        finally:
            if front.transport is None:
                connection.close()
            self._places.release()

    def _note_failure(self, error: OSError | EOFError, peer_address: str) -> None:
        log.info("ocpp.handshake_failed", peer=peer_address, error=str(error))
        stumble = read_tls_failure(error, peer_address=peer_address) if isinstance(error, OSError) else None
        if stumble is not None:
            self._on_stumble(stumble)

    async def _connect(self, connection: sockets.socket, front: "_FrontDoor") -> None:
        loop = asyncio.get_running_loop()
        if self._tls is None:
            await loop.connect_accepted_socket(lambda: front, connection)
        else:
            await aiofastnet.connect_accepted_socket(
                loop,
                lambda: front,
                connection,
                ssl=self._tls,
                ssl_handshake_timeout=self._limits.handshake_timeout_s,
                ssl_shutdown_timeout=self._limits.close_timeout_s,
            )

    async def _greet(self, front: "_FrontDoor", peer: object) -> None:
        head = await front.read_head()
        task = asyncio.current_task()
        if task is not None:
            self._silent.pop(task, None)
        transport = front.transport
        if transport is None:
            raise EOFError("the connection is gone")
        accepted = read_request(head) if head else respond(_TOO_LONG)
        if isinstance(accepted, Response):
            stumble = read_bad_request(
                head,
                peer_address=format_peer(peer),
                is_encrypted=self._tls is not None,
                detail=accepted.body.decode(errors="replace").strip(),
            )
            self._on_stumble(stumble)
            front.refuse(accepted)
            return
        upgrade = describe_upgrade(
            accepted.target,
            protocols=accepted.protocols,
            authorization=accepted.authorization,
            peer=peer,
            is_encrypted=self._tls is not None,
            certificate=transport.get_extra_info("peercert"),
        )
        answer = await self._door(upgrade)
        if isinstance(answer, Refusal):
            front.refuse(respond(answer))
        elif not transport.is_closing():
            self._hand_over(front, transport, accepted, answer)

    def _hand_over(
        self, front: "_FrontDoor", transport: asyncio.Transport, accepted: Acceptance, welcome: Welcome
    ) -> None:
        one = PicowsSocket(
            listener=welcome.listener,
            limits=self._limits,
            transport=transport,
            is_inflating=accepted.deflate_bits is not None,
            deflate_bits=accepted.own_deflate_bits,
            forget=self._open.discard,
        )
        headers = [("Sec-WebSocket-Extensions", value) for value in accepted.extensions]
        if welcome.protocol is not None:
            headers.append(("Sec-WebSocket-Protocol", welcome.protocol))

        def answer(_request: WSUpgradeRequest) -> WSUpgradeResponseWithListener:
            return WSUpgradeResponseWithListener(WSUpgradeResponse.create_101_response(headers), one)

        protocol = make_protocol(
            None,  # host_port
            None,  # ws_path
            False,  # is_client_side
            answer,  # ws_listener_factory
            one.ear,  # logger
            True,  # disconnect_on_exception
            None,  # websocket_handshake_timeout: ours is running
            False,  # enable_auto_ping: the sweep does that for all connections at once
            0,
            0,
            WSAutoPingStrategy.PING_WHEN_IDLE,
            False,  # enable_auto_pong: reserved bits are looked at first
            self._limits.frame_max_bytes,
            None,  # extra_headers
            READ_BUFFER_BYTES,
        )
        self._open.add(one)
        front.leave()
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        # Bytes go in the way a transport brings them: into the buffer that picows offers.
        data = memoryview(write_plain_upgrade(accepted.key) + front.take_rest())
        while data and not transport.is_closing():
            buffer = memoryview(protocol.get_buffer(-1))
            count = min(len(buffer), len(data))
            buffer[:count] = data[:count]
            protocol.buffer_updated(count)
            data = data[count:]
        one.start_reading()

    async def _sweep(self) -> None:
        """Ping what was silent, cut what does not answer."""
        loop = asyncio.get_running_loop()
        shortest_s = min(self._limits.ping_interval_s, self._limits.pong_timeout_s)
        while True:
            await asyncio.sleep(min(shortest_s / SWEEPS_PER_PING, SWEEP_MAX_S))
            now_s = loop.time()
            for one in tuple(self._open):
                one.look_after(now_s)


_TOO_LONG = Refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the request head is longer than 16 KiB")


class _FrontDoor(asyncio.Protocol):
    """Reads the head of one HTTP request and then nothing until the connection is handed over."""

    def __init__(self, register: "set[_FrontDoor]") -> None:
        self.transport: asyncio.Transport | None = None
        self._register = register
        self._data = bytearray()
        self._head: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection (after the TLS handshake)."""
        self._register.add(self)
        self.transport = transport  # pyright: ignore[reportAttributeAccessIssue]  asyncio hands stream protocols a Transport

    def data_received(self, data: bytes) -> None:
        """Collect up to the empty line."""
        if self._head.done():
            self._data += data  # a transport may bring a last piece after it was paused
            return
        searched = max(0, len(self._data) - len(HEAD_END) + 1)
        self._data += data
        end = self._data.find(HEAD_END, searched)
        is_tls = self._data.startswith(TLS_RECORD)  # on a plain port: it would wait for an answer until it gives up
        if end < 0 and len(self._data) < HEAD_MAX_BYTES and not is_tls:
            return
        if self.transport is not None:
            self.transport.pause_reading()
        if is_tls:
            self._head.set_result(TLS_RECORD)
            return
        end += len(HEAD_END)
        is_short = len(HEAD_END) <= end <= HEAD_MAX_BYTES
        self._head.set_result(bytes(self._data[:end]) if is_short else b"")
        del self._data[:end]

    def eof_received(self) -> bool:
        """Give up: nobody sends half a request and waits."""
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """Give up."""
        self.leave()
        if not self._head.done():
            self._head.set_exception(exc or EOFError("closed before the request was complete"))
            self._head.exception()

    async def read_head(self) -> bytes:
        """Return the head, empty if it is too long. Errors: EOFError, OSError."""
        return await self._head

    def take_rest(self) -> bytes:
        """Return what came after the head."""
        rest = bytes(self._data)
        self._data.clear()
        return rest

    def leave(self) -> None:
        """Belong to the front door no more."""
        self._register.discard(self)

    def refuse(self, response: Response) -> None:
        """Answer and close."""
        if self.transport is not None:
            self.transport.write(response.serialize())
            self.transport.close()

    def abort(self) -> None:
        """Cut."""
        if self.transport is not None:
            with suppress(RuntimeError):  # uvloop: the transport is closed already
                self.transport.abort()
