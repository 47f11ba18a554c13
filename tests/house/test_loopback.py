"""The guard that keeps tests on this machine works."""

import socket

import pytest

from tests.conftest import is_loopback


def test_another_host_is_refused():
    with socket.socket() as probe, pytest.raises(PermissionError, match="loopback"):
        probe.connect(("192.0.2.1", 80))
    with socket.socket() as probe, pytest.raises(PermissionError, match="loopback"):
        probe.connect_ex(("192.0.2.1", 80))


def test_this_machine_is_allowed():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass


@pytest.mark.parametrize(
    ("address", "is_allowed"),
    [(("127.0.0.1", 1), True), (("::1", 1, 0, 0), True), ("/run/x.sock", True), (("10.0.0.1", 1), False)],
)
def test_addresses(address, is_allowed):
    assert is_loopback(address) is is_allowed
