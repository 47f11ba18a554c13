"""The whole product as a person starts it: `busbar up` in a process of its own, driven over its ports alone."""

import asyncio
import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx2
import pytest

from tests.patience import HANG_LIMIT_S, Patience

ADMIN_EMAIL = "admin@example.org"
ADMIN_PASSWORD = "correct horse battery"
START_LIMIT_S = 60
"""As `Patience` counts: longer on a machine that is busy with other things."""
STOP_LIMIT_S = 20


PORTS = range(15_000, 30_000)
"""Below those that systems give to outgoing connections, so that none takes a port while its process is away."""


_given_ports: set[int] = set()


def find_free_port() -> int:
    """Return a port that nobody uses, another one each time: an installation needs two different ones."""
    while True:
        with socket.socket() as probe, contextlib.suppress(OSError):
            port = random.SystemRandom().choice(PORTS)
            probe.bind(("127.0.0.1", port))
            if port not in _given_ports:
                _given_ports.add(port)
                return port


class Installation:
    """A running Busbar and its addresses."""

    start_limit_s = START_LIMIT_S

    def __init__(self, data_dir: Path, **settings: str):
        self.data_dir = data_dir
        self.http_port = find_free_port()
        self.ocpp_port = find_free_port()
        self.settings = settings
        self.program = [str(Path(sys.executable).with_name("busbar"))]
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def http_url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def ocpp_url(self) -> str:
        return f"ws://127.0.0.1:{self.ocpp_port}/ocpp"

    @property
    def output(self) -> str:
        return (self.data_dir.parent / "output.txt").read_text(encoding="utf-8")

    def start(self, *options: str) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("BUSBAR_")}
        environment |= {
            "BUSBAR_DATA_DIR": str(self.data_dir),
            "BUSBAR_HTTP_PORT": str(self.http_port),
            "BUSBAR_OCPP_PORT": str(self.ocpp_port),
            "BUSBAR_ADMIN_EMAIL": ADMIN_EMAIL,
            "BUSBAR_ADMIN_PASSWORD": ADMIN_PASSWORD,
            "BUSBAR_STATION_REGISTRATION": "accepted",
            **self.settings,
        }
        command = [*self.program, "up", *options]
        with (self.data_dir.parent / "output.txt").open("ab") as output:
            self.process = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        assert self.process is not None
        patience = Patience(self.start_limit_s)
        while not patience.is_over:
            assert self.process.poll() is None, f"busbar ended: {self.output}"
            try:
                if httpx2.get(f"{self.http_url}/readyz").status_code == 200:
                    return
            except httpx2.TransportError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"busbar was not ready in {patience.waited_s:.0f} s: {self.output}")

    def stop(self) -> int:
        """End it as Ctrl-C does; return its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        patience = Patience(STOP_LIMIT_S)
        while (code := self.process.poll()) is None:
            assert not patience.is_over, f"busbar did not end in {patience.waited_s:.0f} s: {self.output}"
            time.sleep(0.05)
        self.process = None
        return code

    def kill(self) -> None:
        """End it as a power cut does."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(HANG_LIMIT_S)
        self.process = None


class Console:
    """An operator's program: signs in, reads and writes through the API."""

    def __init__(self, http: httpx2.AsyncClient):
        self.http = http

    async def get(self, path: str, **params: object) -> dict:
        response = await self.http.get(path, params=params)
        assert response.status_code == 200, response.text
        return response.json()

    async def send(
        self, method: str, path: str, body: object = None, *, status: tuple[int, ...] = (200, 201, 202, 204)
    ):
        response = await self.http.request(method, path, json=body)
        assert response.status_code in status, (response.status_code, response.text)
        return response.json() if response.content else None

    async def wait_for(self, path: str, condition, *, limit_s: float = HANG_LIMIT_S, **params: object) -> dict:
        """Read until the condition holds."""
        patience = Patience(limit_s)
        while True:
            found = await self.get(path, **params)
            if condition(found):
                return found
            assert not patience.is_over, found
            await asyncio.sleep(0.05)

    async def find_sessions(self, station_id: str) -> list[dict]:
        return (await self.get("sessions", station_id=station_id))["items"]

    async def wait_for_session(self, station_id: str, *, state: str, count: int = 1) -> dict:
        """Wait until the station has exactly `count` sessions and the newest is in this state."""
        found = await self.wait_for(
            "sessions",
            lambda page: len(page["items"]) == count and page["items"][0]["state"] == state,
            station_id=station_id,
        )
        return await self.get(f"sessions/{found['items'][0]['session_id']}")


@pytest.fixture(scope="module")
def installation(tmp_path_factory) -> Iterator[Installation]:
    """One running product for the module; its tests use stations of their own names."""
    directory = tmp_path_factory.mktemp("installation")
    installation = Installation(directory / "data")
    installation.start()
    yield installation
    assert installation.stop() == 0, installation.output
    assert "Traceback" not in installation.output


@pytest.fixture
async def console(installation) -> AsyncIterator[Console]:
    async with sign_in(installation) as console:
        yield console


class sign_in:  # noqa: N801 - reads as a verb where it is used
    """`async with sign_in(installation) as console`."""

    def __init__(self, installation: Installation):
        self.http = httpx2.AsyncClient(base_url=f"{installation.http_url}/api/v1/", timeout=40)

    async def __aenter__(self) -> Console:
        response = await self.http.post("auth/sign-in", json={"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD})
        assert response.status_code == 200, response.text
        self.http.headers["Authorization"] = f"Bearer {response.json()['token']}"
        return Console(self.http)

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()
