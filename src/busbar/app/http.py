"""The HTTP server inside our own event loop."""

import asyncio
import contextlib
import socket
from collections.abc import Generator
from functools import partial
from ipaddress import IPv4Address, IPv6Address

import uvicorn
from starlette.applications import Starlette

from busbar.app.http_connection import HttpConnection, Lobby
from busbar.kernel.errors import UnavailableError

_BACKLOG = 1024


class PortTakenError(UnavailableError):
    """Another program listens there; facts `port` and `setting`."""

    code = "unavailable.port"


def bind(address: IPv4Address | IPv6Address, port: int, *, setting: str) -> socket.socket:
    """Take a port before anything else is opened, so that a taken one is told at once. Errors: `unavailable.port`."""
    family = socket.AF_INET6 if isinstance(address, IPv6Address) else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # asyncio sets TCP_NODELAY by the protocol
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((str(address), port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise PortTakenError(
            f"cannot listen on {address} port {port}: {error.strerror}. Stop the other program, or choose another port "
            f"with {setting}; `busbar doctor` tells who holds it",
            port=port,
            setting=setting,
        ) from None
    listener.setblocking(False)
    return listener


class _Server(uvicorn.Server):
    """A server that leaves signals to the process that it is a part of."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Capture none."""
        yield


class HttpDoor:
    """Serves an app on a listener that is bound already."""

    def __init__(
        self,
        app: Starlette,
        listener: socket.socket,
        *,
        shutdown_timeout_s: int,
        timeout_s: int = 30,
        connections_max: int = 4000,
    ) -> None:
        """`timeout_s`: for a request to arrive, and for a stalled answer to be read on."""
        self._listener = listener
        self.lobby = lobby = Lobby(connections_max=connections_max, timeout_s=timeout_s)
        self._server = _Server(
            uvicorn.Config(
                app,
                loop="none",
                http=partial(HttpConnection, lobby),  # pyright: ignore[reportArgumentType] - whatever makes a protocol will do
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                date_header=True,
                timeout_graceful_shutdown=shutdown_timeout_s,
            )
        )
        self._task: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        """The port in use."""
        return int(self._listener.getsockname()[1])

    async def start(self) -> None:
        """Serve; returns when requests are taken."""
        self._task = asyncio.create_task(self._server.serve(sockets=[self._listener]), name="http")
        while not self._server.started:
            if self._task.done():
                await self._task
                raise UnavailableError("the HTTP server did not start")
            await asyncio.sleep(0.005)

    async def stop(self) -> None:
        """Finish running requests, then close."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task
