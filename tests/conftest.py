"""What holds for every Python test: the same order of chance each time, no host but this one, and an end.

And what costs much and proves nothing is done once in a process: looking through what never goes, reading whom the
system trusts, drawing traces with every variable in them, compiling the same statements.
"""

import faulthandler
import gc
import signal
import socket
import ssl
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import httpx2
import pytest
import structlog
from httpx2._transports import default as httpx2_transport
from hypothesis import HealthCheck, settings

from tests.patience import HANG_LIMIT_S, Patience
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


TEST_LIMIT_S = 300
"""As `Patience` counts: by then each wait of a test that has a limit of its own has said what it waited for."""
LOOK_INTERVAL_S = 5


class HungError(pytest.fail.Exception, SystemExit):
    """A test hung. An exit too, for that alone leaves every event loop, whichever task it comes upon."""


@contextmanager
def bounded(item: pytest.Item) -> Iterator[None]:
    """Give up what hangs, and say where every thread stood: otherwise a whole suite is lost with it."""
    patience = Patience(TEST_LIMIT_S)

    def look(_number: int, _frame: object) -> None:
        nonlocal patience
        if patience.is_over:
            patience = Patience(HANG_LIMIT_S)  # what tidies up on the way out may hang as well
            faulthandler.dump_traceback(sys.__stderr__)
            raise HungError(f"{item.nodeid} hung")

    before = signal.signal(signal.SIGALRM, look)
    timer = signal.setitimer(signal.ITIMER_REAL, LOOK_INTERVAL_S, LOOK_INTERVAL_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *timer)
        signal.signal(signal.SIGALRM, before)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    """Let no fixture hang."""
    with bounded(item):
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Let no test hang."""
    with bounded(item):
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """Let nothing hang that is tidied up behind a test."""
    with bounded(item):
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
