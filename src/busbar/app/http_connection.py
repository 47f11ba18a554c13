"""One HTTP connection with bounds: how long a request may take to arrive, how large its head is, how long we write.

uvicorn has no such bounds of its own, and whoever sends nothing, half a request or an endless head, or never reads its
answer, would hold a connection and memory for ever, from the same supply that the stations' door lives on.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

HEAD_MAX_BYTES = 64 * 1024
_ANSWER = "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
TOO_LARGE = "431 Request Header Fields Too Large"
TOO_SLOW = "408 Request Timeout"


class Lobby:
    """The connections of one door. When there are as many as may be, the one that owes us a request longest goes."""

    def __init__(self, *, connections_max: int, timeout_s: float) -> None:
        """`timeout_s`: for a request to arrive, and for a stalled answer to be read on."""
        self.timeout_s = timeout_s
        self._connections_max = connections_max
        self._open: set[HttpConnection] = set()
        self._owing: dict[HttpConnection, None] = {}

    @property
    def open_connections(self) -> int:
        """How many there are."""
        return len(self._open)

    def enter(self, connection: "HttpConnection") -> bool:
        """Take a connection in; False: there is no room."""
        if len(self._open) >= self._connections_max:
            oldest = next(iter(self._owing), None)
            if oldest is None:
                return False
            self.leave(oldest)
            oldest.cut()
        self._open.add(connection)
        return True

    def leave(self, connection: "HttpConnection") -> None:
        """Forget a connection."""
        self._open.discard(connection)
        self._owing.pop(connection, None)

    def note_owing(self, connection: "HttpConnection") -> None:
        """Remember that a request is awaited."""
        if connection in self._open:
            self._owing[connection] = None

    def note_paid(self, connection: "HttpConnection") -> None:
        """Remember that the request is complete."""
        self._owing.pop(connection, None)


class HttpConnection(HttpToolsProtocol):
    """uvicorn's connection, bounded."""

    def __init__(self, lobby: Lobby, **given: Any) -> None:
        super().__init__(**given)
        self._lobby = lobby
        self._arriving: asyncio.TimerHandle | None = None
        self._stalling: asyncio.TimerHandle | None = None
        self._head_bytes = 0
        self._is_in_head = False
        self._answering: RequestResponseCycle | None = None
        """The request being answered; of several sent at once, `cycle` is the last."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Take the connection; its first request is awaited from now on."""
        super().connection_made(transport)
        if self._lobby.enter(self):
            self._await_request()
        else:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._lobby.leave(self)
        self._stop_waiting()
        self._let_go()
        self.resume_writing()
        super().connection_lost(exc)

    # ---- what comes in -----------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Take bytes in; a head that goes on and on is refused."""
        super().data_received(data)
        if self._is_in_head:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_MAX_BYTES:
                self._refuse(TOO_LARGE)

    def on_message_begin(self) -> None:
        """Await the rest of a request that has begun."""
        super().on_message_begin()
        self._is_in_head, self._head_bytes = True, 0
        self._await_request()

    def on_headers_complete(self) -> None:
        """Note the end of the head."""
        self._is_in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note the end of the request."""
        self._stop_waiting()
        super().on_message_complete()

    def _await_request(self) -> None:
        if self._arriving is None:
            self._arriving = self.loop.call_later(self._lobby.timeout_s, self._give_up)
            self._lobby.note_owing(self)

    def _stop_waiting(self) -> None:
        if self._arriving is not None:
            self._arriving.cancel()
            self._arriving = None
        self._lobby.note_paid(self)

    def _give_up(self) -> None:
        self._arriving = None
        self._refuse(TOO_SLOW)

    def _refuse(self, status: str) -> None:
        """Say why and hang up; a request that is being answered already is only cut off."""
        if self._is_idle():
            self.transport.write(_ANSWER.format(status=status).encode())
            self.transport.close()
        else:
            self.cut()

    def cut(self) -> None:
        """End the connection now."""
        self._stop_waiting()
        self._let_go()
        self.transport.abort()

    def _is_idle(self) -> bool:
        return self._answering is None or self._answering.response_complete

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._answering = cycle
        super()._start_asgi_task(cycle, app)

    def _let_go(self) -> None:
        """Tell the request being answered that nobody listens any more, before it writes to a closed transport."""
        if self._answering is not None and not self._answering.response_complete:
            self._answering.disconnected = True
            self._answering.message_event.set()

    # ---- what goes out -----------------------------------------------------------------------------------------------

    def pause_writing(self) -> None:
        """Wait for the other side to read, but not for ever."""
        super().pause_writing()
        if self._stalling is None:
            self._stalling = self.loop.call_later(self._lobby.timeout_s, self.cut)

    def resume_writing(self) -> None:
        """Go on writing."""
        if self._stalling is not None:
            self._stalling.cancel()
            self._stalling = None
        super().resume_writing()
