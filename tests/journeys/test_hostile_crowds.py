"""Crowds at both doors that say nothing, half of something, or never stop: those who mean it still get in."""

import asyncio
import contextlib
from pathlib import Path

import httpx2
import pytest

from tests.patience import HANG_LIMIT_S, Patience

from .conftest import Installation, sign_in
from .stations import Station16, connected

HEAD = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
HTTP_TIMEOUT_S = 2
HTTP_MAX = 20


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    installation = Installation(
        tmp_path_factory.mktemp("crowds") / "data",
        BUSBAR_HTTP_TIMEOUT_S=str(HTTP_TIMEOUT_S),
        BUSBAR_HTTP_MAX_CONNECTIONS=str(HTTP_MAX),
        BUSBAR_HANDSHAKE_MAX_CONNECTIONS="8",
        BUSBAR_HANDSHAKE_TIMEOUT_S="60",
    )
    installation.start()
    yield installation
    assert installation.stop() == 0, installation.output
    assert "Traceback" not in installation.output


class crowd:  # noqa: N801 - reads as a verb where it is used
    """`async with crowd(port, 30, b"...") as visitors`: so many connections that send this and wait."""

    def __init__(self, port: int, count: int, words: bytes = b""):
        self.port, self.count, self.words = port, count, words
        self.visitors: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def __aenter__(self):
        for _ in range(self.count):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(self.words)
            self.visitors.append((reader, writer))
        return self.visitors

    async def __aexit__(self, *_):
        for _, writer in self.visitors:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


async def read_end(reader):
    """Read until the other side hangs up."""
    with contextlib.suppress(ConnectionError):
        return await reader.read()
    return b""


def read_memory_kib(installation):
    status = Path(f"/proc/{installation.process.pid}/status").read_text(encoding="utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


@pytest.mark.parametrize("words", [b"", b"GET /ocpp/X HTTP/1.1\r\nHost: x\r\n"], ids=["silent", "half"])
async def test_unfinished_handshakes_keep_no_station_out(installation, words):
    async with (
        crowd(installation.ocpp_port, 24, words),
        asyncio.timeout(HANG_LIMIT_S),
        connected(Station16, installation, "CROWD-1") as station,
    ):
        assert (await station.boot()).status == "Accepted"


@pytest.mark.parametrize(
    "words",
    [
        b"",
        HEAD,
        POST + b"Content-Length: 90\r\n\r\n{",
        POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
    ],
    ids=["silent", "head", "body", "chunks"],
)
async def test_requests_that_never_arrive_are_given_up(installation, words):
    async with crowd(installation.http_port, 3, words) as visitors, asyncio.timeout(HANG_LIMIT_S):
        for reader, _ in visitors:
            assert not (await read_end(reader)).startswith(b"HTTP/1.1 2")


async def test_a_request_in_drips_is_given_up_as_well(installation):
    async with (
        crowd(installation.http_port, 1, HEAD) as [(reader, writer)],
        asyncio.timeout(HANG_LIMIT_S),
    ):
        with contextlib.suppress(ConnectionError):
            while not reader.at_eof():
                writer.write(b"X-Drip: 1\r\n")
                await writer.drain()
                await asyncio.sleep(0.2)
        assert (await read_end(reader))[:13] in {b"", b"HTTP/1.1 408 "}


async def test_a_head_without_end_is_refused(installation):
    async with (
        crowd(installation.http_port, 1, HEAD) as [(reader, writer)],
        asyncio.timeout(HANG_LIMIT_S),
    ):
        with contextlib.suppress(ConnectionError):
            for _ in range(400):
                writer.write(b"X-Filler: " + b"a" * 1000 + b"\r\n")
                await writer.drain()
        assert not (await read_end(reader)).startswith(b"HTTP/1.1 2")


async def test_more_connections_than_allowed_keep_nobody_out(installation):
    async with crowd(installation.http_port, 3 * HTTP_MAX), httpx2.AsyncClient(timeout=HANG_LIMIT_S) as http:
        assert (await http.get(f"{installation.http_url}/healthz")).status_code == 200


async def test_who_does_not_read_the_answer_is_cut(installation):
    async with httpx2.AsyncClient(timeout=HANG_LIMIT_S) as http:  # it is written when it is first asked for
        assert (await http.get(f"{installation.http_url}/openapi.json")).status_code == 200
    request = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 40
    async with crowd(installation.http_port, 1) as [(reader, writer)]:
        writer.transport.pause_reading()
        writer.write(request)
        patience = Patience(HTTP_TIMEOUT_S + 2)
        while not patience.is_over:  # noqa: ASYNC110 - the other side is to act meanwhile
            await asyncio.sleep(0.1)
        writer.transport.resume_reading()
        async with asyncio.timeout(HANG_LIMIT_S):
            assert len(await read_end(reader)) < 40 * 100_000


async def test_requests_one_after_the_other_and_large_bodies_still_pass(installation):
    async with sign_in(installation) as console:
        for number in range(30):
            await console.send("POST", "drivers", {"display_name": f"D{number}"})
        large = await console.http.post("drivers", json={"display_name": "x" * 500_000})
        assert large.status_code == 422
        larger = await console.http.post("drivers", content=b"x" * 2_000_000)
        assert larger.status_code == 413
        await console.get("drivers")


async def test_a_client_that_never_reads_its_stream_costs_nobody_anything(installation):
    async with sign_in(installation) as console:
        token = console.http.headers["Authorization"].encode()
        request = b"GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: " + token + b"\r\n\r\n"
        async with crowd(installation.http_port, 4, request) as visitors:
            for _, writer in visitors:
                writer.transport.pause_reading()
            before = read_memory_kib(installation)
            for number in range(60):
                await console.send("PUT", f"tokens/STREAM-{number}", {"label": "x" * 100})
            assert read_memory_kib(installation) - before < 50_000
            assert (await console.get("tokens", limit=1))["items"]
