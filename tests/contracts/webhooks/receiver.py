"""A receiver on this machine: checks signatures as Standard Webhooks lays down, and answers as it is told."""

import asyncio
import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Message:
    """What came in."""

    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        return json.loads(self.body)

    def is_signed_with(self, secret: str) -> bool:
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + self.body
        good = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return f"v1,{good}" in self.headers["webhook-signature"].split(" ")


@dataclass
class Receiver:
    """Takes messages."""

    answers: list[str] = field(default_factory=list)
    """For each message a status line with headers, `hang` or `big`; when they are used up: 204."""
    taken: list[Message] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0

    async def start(self) -> "Receiver":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def stop(self) -> None:
        self._server.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?key=of-mine"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
            body = await reader.readexactly(int(headers["content-length"]))
            self.taken.append(Message(headers, body))
            self.came.set()
            answer = self.answers.pop(0) if self.answers else "204 Taken\r\nContent-Length: 0"
            if answer == "hang":
                await reader.read()
            elif answer == "big":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 900000000\r\n\r\n")
                while True:
                    writer.write(b"x" * 65_536)
                    await writer.drain()
            else:
                writer.write(f"HTTP/1.1 {answer}\r\nConnection: close\r\n\r\n".encode())
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()
