"""A way between two programs that can be cut: a relay of TCP connections on a loopback port."""

import asyncio
import contextlib
from collections import deque

CHUNK_BYTES = 65_536


class Link:
    """Relays connections to ports of this machine in turn, until it is told to hold everything back or to cut it off.

    A link that holds is a network that has gone silent: nothing is refused, nothing arrives. What waits meanwhile goes
    on when the link is healed, as segments that are sent again would.
    """

    def __init__(self, *target_ports: int) -> None:
        self._target_ports = deque(target_ports)
        self._is_open = asyncio.Event()
        self._is_open.set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._is_refusing = False
        self.port = 0

    async def start(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """End every connection, and listen no more."""
        if self._server is not None:
            self._server.close()
        self._is_open.set()
        self.refuse()
        await asyncio.gather(*self._tasks)

    def hold(self) -> None:
        """Let nothing through, in either direction; connections stay."""
        self._is_open.clear()

    def cut(self) -> None:
        """Reset every connection there is."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def refuse(self) -> None:
        """Reset every connection, and each new one as well."""
        self._is_refusing = True
        self.cut()

    def heal(self) -> None:
        """Let everything through again."""
        self._is_refusing = False
        self._is_open.set()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:
            return
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            await self._relay(reader, writer)
        finally:
            writer.transport.abort()
            self._tasks.discard(task)
            self._writers.discard(writer)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_refusing:
            return
        await self._is_open.wait()
        far = await self._connect()
        if far is None:
            return
        far_reader, far_writer = far
        self._writers.add(far_writer)
        ways = [
            asyncio.create_task(self._pump(reader, far_writer)),
            asyncio.create_task(self._pump(far_reader, writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            far_writer.transport.abort()
            self._writers.discard(far_writer)

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """Connect to the next port that takes connections."""
        for _ in range(len(self._target_ports)):
            self._target_ports.rotate(-1)
            with contextlib.suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", self._target_ports[0])
        return None

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(CHUNK_BYTES):
                await self._is_open.wait()
                writer.write(chunk)
                await writer.drain()
