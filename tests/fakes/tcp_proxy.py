"""A way between a client and a server that a test can cut: at once, or at a certain word."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class TcpProxy:
    """Passes bytes on between clients and one server."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = 0
        self.cut_before: bytes | None = None
        """What a client says that the server shall not hear any more; the connection breaks instead."""
        self.cut_after: bytes | None = None
        """What a client says whose answer it shall not hear; the connection breaks when the server answers."""

    async def open(self) -> None:
        """Let clients come, at the same port as before."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Let nobody come, and break what is open."""
        assert self._server is not None
        self._server.close()
        self.cut()
        await self._server.wait_closed()

    def cut(self) -> None:
        """Break every connection; new ones may come."""
        for writer in list(self._writers):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            server_reader, server_writer = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, server_writer}
        self._writers |= ends
        is_cut = asyncio.Event()
        try:
            await asyncio.gather(
                self._pass_on(reader, server_writer, is_cut, is_client=True),
                self._pass_on(server_reader, writer, is_cut, is_client=False),
            )
        except OSError:
            pass
        finally:
            for end in ends:
                end.transport.abort()
            self._writers -= ends

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, is_cut: asyncio.Event, *, is_client: bool
    ) -> None:
        while data := await reader.read(65_536):
            if is_client and self.cut_before is not None and self.cut_before in data:
                self.cut_before = None
                raise ConnectionResetError
            if is_client and self.cut_after is not None and self.cut_after in data:
                self.cut_after = None
                is_cut.set()
            elif not is_client and is_cut.is_set():
                raise ConnectionResetError
            writer.write(data)
            await writer.drain()
        raise ConnectionResetError


@asynccontextmanager
async def open_proxy(host: str, port: int) -> AsyncIterator[TcpProxy]:
    """Open a proxy for a while."""
    proxy = TcpProxy(host, port)
    await proxy.open()
    try:
        yield proxy
    finally:
        await proxy.close()
