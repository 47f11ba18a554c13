"""Connections that send what no station may: broken JSON, broken UTF-8, broken frames; and come back when cut off."""

import asyncio
import base64
import contextlib
import json
import os
import struct

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.journeys.hostile import VALID, make_frame

PAUSE_S = 0.02
FRAMES_MADE = 400
GIANT_BYTES = 200_000
TEXT, BINARY, CLOSE, PING = 1, 2, 8, 9
FIN = 0x80
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec="utf-8"), max_size=20)
    | st.sampled_from(["Heartbeat", "MeterValues", "TransactionEvent", "StartTransaction", "1e999999999", "9" * 5000]),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=30,
)
TEXTS = st.one_of(
    st.tuples(st.integers(1, 7), st.text(st.characters(codec="utf-8"), max_size=40), JSON, JSON).map(json.dumps),
    JSON.map(json.dumps),
    st.integers(1, 60_000).map(lambda depth: "[" * depth),
    st.integers(1, 20_000).map(lambda depth: '{"a":' * depth + "1" + "}" * depth),
).map(str.encode)
BYTES = st.one_of(TEXTS, st.binary(max_size=300))


def make_payloads() -> list[bytes]:
    """Let hypothesis make payloads, the same in every run."""
    made: list[bytes] = []

    @settings(max_examples=FRAMES_MADE, phases=[Phase.generate])
    @given(BYTES)
    def collect(payload: bytes) -> None:
        made.append(payload)

    collect()
    return made


def write_frame(opcode: int, payload: bytes, *, first: int = FIN, is_masked: bool = True, told: int | None = None):
    """Write a WebSocket frame; `first` holds the bits beside the opcode, `told` is the length that it claims."""
    length = len(payload) if told is None else told
    mask_bit = 0x80 if is_masked else 0
    head = bytes([first | opcode])
    if length < 126:
        head += bytes([mask_bit | length])
    elif length < 65_536:
        head += bytes([mask_bit | 126]) + struct.pack(">H", length)
    else:
        head += bytes([mask_bit | 127]) + struct.pack(">Q", length)
    return head + (bytes(4) if is_masked else b"") + payload  # a mask of zeros leaves the payload as it is


def flip(chance, payload: bytes) -> bytes:
    """Change a few bits."""
    spoilt = bytearray(payload)
    for _ in range(chance.choice([1, 1, 3, 20])):
        spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
    return bytes(spoilt)


class Liar:
    """One such connection, under a name of its own, for as long as its task runs."""

    def __init__(self, port: int, name: str, *, chance, payloads: list[bytes]) -> None:
        self._port, self._name, self._chance, self._payloads = port, name, chance, payloads
        self._protocol = chance.choice(sorted(VALID))
        self.frames = 0
        self.connections = 0

    async def lie(self) -> None:
        """Connect, send until cut off, and connect again."""
        while True:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await self._lie_once()
            await asyncio.sleep(PAUSE_S)

    async def _lie_once(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            key = base64.b64encode(os.urandom(16)).decode()
            writer.write(
                f"GET /ocpp/{self._name} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
                f"Sec-WebSocket-Protocol: {self._protocol}\r\n\r\n".encode()
            )
            if not (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101"):
                return
            self.connections += 1
            listening = asyncio.create_task(self._listen(reader))
            try:
                while not listening.done():
                    writer.write(self._make())
                    self.frames += 1
                    await writer.drain()
                    await asyncio.sleep(PAUSE_S)
            finally:
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)
        finally:
            writer.transport.abort()

    @staticmethod
    async def _listen(reader: asyncio.StreamReader) -> None:
        while await reader.read(65_536):
            pass

    def _make(self) -> bytes:
        chance = self._chance
        how = chance.random()
        if how < 0.4:
            text = make_frame(chance, VALID[self._protocol], self.frames)
            return write_frame(TEXT, text.encode("utf-8", "surrogatepass"))
        if how < 0.6:
            return write_frame(TEXT, chance.choice(self._payloads))
        action, payload = chance.choice(VALID[self._protocol])
        good = json.dumps([2, str(self.frames), action, payload]).encode()
        if how < 0.8:
            return write_frame(TEXT, flip(chance, good))
        return self._break_frame(chance, good)

    def _break_frame(self, chance, good: bytes) -> bytes:
        giant = b'"' + b"x" * GIANT_BYTES
        return chance.choice(
            [
                lambda: write_frame(chance.choice([0, 3, 4, 5, 6, 7, 11, 15]), good),  # no such opcode, or no beginning
                lambda: write_frame(BINARY, good),
                lambda: write_frame(TEXT, good, is_masked=False),
                lambda: write_frame(TEXT, good, first=FIN | chance.choice([0x10, 0x20, 0x40])),
                lambda: write_frame(PING, b"x" * 200),
                lambda: write_frame(PING, b"x", first=0),
                lambda: write_frame(
                    CLOSE, chance.choice([b"", b"x", b"\x03", struct.pack(">H", 999), b"\x03\xe8\xff"])
                ),
                lambda: write_frame(TEXT, good, told=chance.choice([len(good) + 1, 70_000, 2**31, 2**63 - 1, 2**63])),
                lambda: write_frame(TEXT, good[: len(good) // 2]),
                lambda: write_frame(TEXT, good[:9], first=0) + write_frame(PING, b"?") + write_frame(0, good[9:]),
                lambda: write_frame(TEXT, giant, first=0) + b"".join(write_frame(0, giant, first=0) for _ in range(8)),
                lambda: write_frame(TEXT, b"", first=0) + write_frame(0, b"", first=0) * 500,
                lambda: write_frame(TEXT, b'["\xed\xa0\x80"]'),  # a surrogate, which UTF-8 has no place for
                lambda: write_frame(TEXT, b'[2,"\xc0\xaf","Heartbeat",{}]'),  # longer than it needs to be
                lambda: os.urandom(chance.randrange(1, 200)),
            ]
        )()
