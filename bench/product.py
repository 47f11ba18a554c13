"""The product under test: `busbar up` in a process of its own, as a user starts it, on one core."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx2

from bench import CACHE

READY_LIMIT_S = 180
STOP_LIMIT_S = 180
ADMIN = {"email": "bench@example.org", "password": "bench-bench-bench"}
KEEPS_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"
TOKENS_MAX = 200
TOKENS_AT_ONCE = 20
SETTINGS = {
    "BUSBAR_STATION_REGISTRATION": "accepted",
    "BUSBAR_STATION_RATE_MAX_MESSAGES_PER_S": "10000",
    "BUSBAR_STATION_BURST_MAX_MESSAGES": "100000",
    "BUSBAR_REQUEST_MAX_PER_MIN": "1000000",
    "BUSBAR_LOG_LEVEL": "warning",
}
"""What differs from the defaults under load: unknown stations are taken, nobody is slowed. Nothing is switched off."""


class ServerError(Exception):
    """A server under test did not start or did not last."""


def find_free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_environment(settings: dict[str, str]) -> dict[str, str]:
    """Give a process of the product these settings and none of ours; as installed, it finds its sources compiled."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("BUSBAR_", KEEPS_NO_BYTECODE))}
    admin = {"BUSBAR_ADMIN_EMAIL": ADMIN["email"], "BUSBAR_ADMIN_PASSWORD": ADMIN["password"]}
    return own | admin | SETTINGS | settings


@contextlib.contextmanager
def data_directory() -> Generator[Path]:
    """Give an empty directory on the working copy's disk (`/tmp` may be memory), and throw it away at the end."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="data-") as name:
        yield Path(name)


@dataclass(frozen=True)
class Product:
    """A started product."""

    process: subprocess.Popen[bytes]
    http_port: int
    ocpp_port: int
    data_dir: Path
    started_s: float
    """When its process began, on the monotonic clock."""

    @property
    def ocpp_url(self) -> str:
        """Where stations connect."""
        return f"ws://127.0.0.1:{self.ocpp_port}/ocpp"

    @property
    def database_url(self) -> str:
        """Where its rows are."""
        return f"sqlite+aiosqlite:///{self.data_dir / 'busbar.sqlite3'}"

    def wait_until_ready(self) -> None:
        """Wait for `/readyz`."""
        wait_until_ready(self.process, self.http_port)


def wait_until_ready(process: subprocess.Popen[bytes], http_port: int) -> None:
    """Wait until a process answers `/readyz`."""
    deadline = time.monotonic() + READY_LIMIT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ServerError("busbar ended before it was ready")
        with contextlib.suppress(httpx2.TransportError):
            if httpx2.get(f"http://127.0.0.1:{http_port}/readyz").is_success:
                return
        time.sleep(0.02)
    raise ServerError(f"busbar was not ready in {READY_LIMIT_S} s")


async def put_tokens(http_port: int, tokens: Iterable[str]) -> None:
    """Make the drivers' tokens known, through the API."""
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{http_port}/api/v1/", timeout=60) as http:
        signed_in = (await http.post("auth/sign-in", json=ADMIN)).raise_for_status()
        http.headers["Authorization"] = f"Bearer {signed_in.json()['token']}"
        limit = asyncio.Semaphore(TOKENS_AT_ONCE)

        async def put(token: str) -> None:
            async with limit:
                body = {"kind": "rfid", "concurrency": "allowed"}
                (await http.put(f"tokens/{token}", json=body)).raise_for_status()

        await asyncio.gather(*map(put, tokens))


def register_tokens(http_port: int, tokens: Iterable[str] | None = None) -> None:
    """Make tokens known: these, or those that the load generator presents."""
    asyncio.run(put_tokens(http_port, tokens or [f"TAG{number:06d}" for number in range(TOKENS_MAX)]))


@contextlib.contextmanager
def started(*, on_cores: Sequence[int] | None = None, is_demo: bool = False, **settings: str) -> Generator[Product]:
    """Start the product in a directory of its own, empty or with the demo site; throw that away at the end."""
    with data_directory() as directory:
        http_port, ocpp_port = find_free_port(), find_free_port()
        doors = {
            "BUSBAR_DATA_DIR": str(directory),
            "BUSBAR_HTTP_PORT": str(http_port),
            "BUSBAR_OCPP_PORT": str(ocpp_port),
        }
        started_s = time.monotonic()
        process = subprocess.Popen(
            [str(Path(sys.executable).with_name("busbar")), "up", *(["--demo"] if is_demo else [])],
            env=make_environment(doors | settings),
            stdout=subprocess.DEVNULL,
        )
        if on_cores:
            os.sched_setaffinity(process.pid, on_cores)
        try:
            yield Product(process, http_port, ocpp_port, directory, started_s)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(STOP_LIMIT_S)
