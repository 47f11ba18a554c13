"""A whole installation in this process, driven over its ports."""

import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvloop
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from websockets.asyncio.client import ClientConnection, connect

from busbar.app.config import SQLITE_FILE_NAME, Settings
from busbar.app.roles import Installation
from tests.patience import HANG_LIMIT_S

EMAIL = "chief@installation.example"
PASSWORD = "correct horse battery"


def pytest_asyncio_loop_factories(config, item):
    return {"uvloop": uvloop.new_event_loop}


class Talker:
    """A station that says what a test writes."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.number = 0

    async def call(self, action: str, payload: dict[str, Any]) -> Any:
        self.number += 1
        await self.socket.send(json.dumps([2, f"m{self.number}", action, payload]))
        return json.loads(await self.socket.recv())

    async def obey(self) -> str:
        """Accept the next request, and return its action."""
        frame = json.loads(await self.socket.recv())
        await self.socket.send(json.dumps([3, frame[1], {"status": "Accepted"}]))
        return frame[2]


class Site:
    """The running installation, and a client of its HTTP door."""

    def __init__(self, installation: Installation, http: httpx2.AsyncClient) -> None:
        self.installation = installation
        self.house = installation.house
        self.http = http

    async def sign_in(self, password: str = PASSWORD) -> httpx2.Response:
        answer = await self.http.post("/api/v1/auth/sign-in", json={"email": EMAIL, "password": password})
        if answer.status_code == 200:
            self.http.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        return answer

    @asynccontextmanager
    async def plug_in(self, name: str = "CS-1", protocol: str = "ocpp1.6") -> AsyncIterator[Talker]:
        url = f"ws://127.0.0.1:{self.house.gateway.port}/ocpp/{name}"
        async with connect(url, subprotocols=[protocol], compression=None) as socket:
            yield Talker(socket)

    async def scrape(self) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
        """Return every sample by name and labels."""
        answer = await self.http.get("/metrics")
        assert answer.status_code == 200, answer.text
        samples: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
        for family in text_string_to_metric_families(answer.text):
            for sample in family.samples:
                samples.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
        return samples


@pytest.fixture
async def open_site(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Callable[..., Awaitable[Site]]]:
    sites: list[Site] = []
    shutil.copyfile(sqlite_template, tmp_path / SQLITE_FILE_NAME)

    async def build(**given: Any) -> Site:
        settings = Settings(
            **{
                "data_dir": tmp_path,
                "http_port": 0,
                "ocpp_port": 0,
                "admin_email": EMAIL,
                "admin_password": SecretStr(PASSWORD),
                "station_registration": "accepted",
                "shutdown_timeout_s": 1,
            }
            | given
        )
        installation = Installation(settings, out=StringIO())
        await installation.start()
        http = httpx2.AsyncClient(base_url=f"http://127.0.0.1:{installation.http.port}", timeout=HANG_LIMIT_S)
        sites.append(Site(installation, http))
        return sites[-1]

    yield build
    for site in sites:
        await site.http.aclose()
        await site.installation.stop()


@pytest.fixture
async def site(open_site: Callable[..., Awaitable[Site]]) -> Site:
    return await open_site()
