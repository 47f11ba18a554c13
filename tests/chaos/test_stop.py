"""A polite stop while people and stations do their worst: it ends in time, and says so to who still waits."""

import asyncio
import signal

import pytest
import websockets

from tests.journeys.conftest import Installation, sign_in
from tests.patience import Patience

TIMEOUT_S = 4


@pytest.fixture
def installation(tmp_path):
    made = Installation(tmp_path / "data", BUSBAR_SHUTDOWN_TIMEOUT_S=str(TIMEOUT_S))
    made.start()
    yield made
    if made.process is not None:
        made.kill()


async def open_raw(port, words):
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(words)
    writer.transport.pause_reading()
    return writer


async def test_whoever_does_not_let_go_does_not_hold_the_stop_up(installation):
    async with sign_in(installation) as console:
        signed_in = b"Host: x\r\nAuthorization: " + console.http.headers["Authorization"].encode()
        writers = [
            await open_raw(installation.http_port, b"GET /api/v1/events HTTP/1.1\r\n" + signed_in + b"\r\n\r\n"),
            await open_raw(
                installation.http_port,
                b"POST /api/v1/drivers HTTP/1.1\r\n" + signed_in + b"\r\nContent-Length: 50\r\n\r\n{",
            ),
            await open_raw(installation.ocpp_port, b"GET /ocpp/X HTTP/1.1\r\n"),
        ]
        url = f"{installation.ocpp_url}/DEAF-1"
        async with websockets.connect(url, subprotocols=["ocpp1.6"], ping_interval=None, close_timeout=0.1) as station:
            await station.send('[2,"1","Heartbeat",{}]')
            await station.recv()
            reset = console.http.post("stations/DEAF-1/commands/reset", json={"kind": "immediate"})
            waiting = asyncio.create_task(reset)
            await console.wait_for("stations/DEAF-1/commands", lambda page: page["items"])
            station.transport.pause_reading()
            process = installation.process
            process.send_signal(signal.SIGTERM)
            patience = Patience(2 * TIMEOUT_S)  # its own time, and a moment for the stations
            while (code := process.poll()) is None:
                assert not patience.is_over, f"it did not end in {patience.waited_s:.0f} s: {installation.output}"
                await asyncio.sleep(0.05)
            answer = await waiting
        installation.process = None
        for writer in writers:
            writer.transport.abort()
    assert code == 0
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable.stopping")
    assert "Traceback" not in installation.output
