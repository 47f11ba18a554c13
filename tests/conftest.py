"""What holds for every Python test: the same order of chance each time, and no host but this one."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ("tests.services",)

settings.register_profile(
    "busbar", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("busbar")

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
