"""The product under test: `busbar up` in a process of its own, as a user starts it, on one core."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

READY_LIMIT_S = 60
STOP_LIMIT_S = 30


def find_free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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

    def wait_until_ready(self) -> None:
        """Wait for `/readyz`."""
        deadline = time.monotonic() + READY_LIMIT_S
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError("busbar ended before it was ready")
            with contextlib.suppress(urllib.error.URLError, OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}/readyz", timeout=1).close()
                return
            time.sleep(0.02)
        raise RuntimeError(f"busbar was not ready in {READY_LIMIT_S} s")


def cores() -> tuple[list[int], list[int]]:
    """Return the cores for the product and for the load: apart where the machine has two."""
    present = sorted(os.sched_getaffinity(0))
    return present[:1], present[1:2] or present[:1]


@contextlib.contextmanager
def started(*, on_cores: Sequence[int] | None = None, **settings: str) -> Iterator[Product]:
    """Start the product with an empty data directory; stop it and throw the directory away at the end."""
    with tempfile.TemporaryDirectory() as directory:
        http_port, ocpp_port = find_free_port(), find_free_port()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("BUSBAR_")} | {
            "BUSBAR_DATA_DIR": directory,
            "BUSBAR_HTTP_PORT": str(http_port),
            "BUSBAR_OCPP_PORT": str(ocpp_port),
            "BUSBAR_ADMIN_EMAIL": "bench@example.org",
            "BUSBAR_ADMIN_PASSWORD": "bench-bench-bench",
            "BUSBAR_STATION_REGISTRATION": "accepted",
            "BUSBAR_LOG_LEVEL": "warning",
            **settings,
        }
        started_s = time.monotonic()
        process = subprocess.Popen(
            [str(Path(sys.executable).with_name("busbar")), "up"], env=environment, stdout=subprocess.DEVNULL
        )
        if on_cores:
            os.sched_setaffinity(process.pid, on_cores)
        try:
            yield Product(process, http_port, ocpp_port, Path(directory), started_s)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(STOP_LIMIT_S)
