"""What holds for every Python test: the same order of chance each time, and no host but this one.

And what costs much and proves nothing is done once in a process: looking through what never goes, reading whom the
system trusts, drawing traces with every variable in them, compiling the same statements.
"""

import gc
import socket
import ssl
from collections.abc import Iterator
from functools import cache
from typing import Any

import httpx2
import pytest
import structlog
from httpx2._transports import default as httpx2_transport
from hypothesis import HealthCheck, settings

from tests.statements import share_statements

gc.disable()  # until all is imported and collected: none of it goes

pytest_plugins = ("tests.services",)

settings.register_profile(
    "busbar", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("busbar")

structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.StackInfoRenderer(),
        structlog.dev.set_exc_info,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)

share_statements()

LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0", "::ffff:127.")


def is_loopback(address: object) -> bool:
    """Tell whether a socket address stays on this machine: a path, or a loopback host."""
    return not isinstance(address, tuple) or str(address[0]).startswith(LOOPBACK) or address[0] == ""


@pytest.fixture(autouse=True, scope="session")
def stay_on_this_machine() -> Iterator[None]:
    """Refuse every connection that Python's own sockets would open to another host."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guard(address: object) -> None:
        if not is_loopback(address):
            raise PermissionError(f"a test tried to reach {address}: tests use loopback addresses only")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        guard(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        guard(address)
        return connect_ex(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        yield


def pytest_collection_finish() -> None:
    """Leave what was imported and collected alone from now on, as a process of Busbar does."""
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True, scope="session")
def read_authorities_once() -> Iterator[None]:
    """Read whom the system trusts once: for each client anew it takes longer than most requests."""
    read = httpx2.create_ssl_context
    read_usual = cache(read)

    def create(**wish: Any) -> ssl.SSLContext:
        is_usual = wish.get("verify", True) is True and wish.get("cert") is None
        return read_usual(trust_env=wish.get("trust_env", True)) if is_usual else read(**wish)

    with pytest.MonkeyPatch.context() as patch:
        for place in (httpx2, httpx2_transport):
            patch.setattr(place, "create_ssl_context", create)
        yield
