"""What the door keeps about visitors that it turned away, on both engines: kinds, counts, bounds, and no secrets."""

import asyncio
import contextlib
import socket
import ssl

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake

from busbar.canon.stations import Admission, AdmissionRequested, AdmissionStatus
from tests.patience import HANG_LIMIT_S

from .test_door import admit, basic
from .test_tls import Authority, trust

UPGRADE = b"GET /ocpp/CS-1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path, "test root")


async def list_refusals(site, count=1):
    async with asyncio.timeout(HANG_LIMIT_S):
        while len(found := (await site.gateway.refusals.read_all()).refusals) < count:  # noqa: ASYNC110 - the list tells nobody
            await asyncio.sleep(0.01)
    return found


async def visit(site, path="/ocpp/CS-1", *, scheme="ws", offers=("ocpp1.6",), **options):
    """Come to the door and be turned away."""
    url = f"{scheme}://localhost:{site.gateway.port}{path}"
    with contextlib.suppress(OSError, EOFError, InvalidHandshake):
        async with connect(url, subprotocols=list(offers) or None, compression=None, **options) as socket:
            await socket.wait_closed()


async def send_raw(site, data):
    """Send bytes, and read until the other side closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.gateway.port)
    writer.write(data)
    async with asyncio.timeout(HANG_LIMIT_S):
        with contextlib.suppress(OSError):
            await reader.read()
    writer.close()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/steve/websocket/CentralSystemService/CS-1", "CS-1"),
        ("/CS-1", "CS-1"),
        ("/ocpp", None),
        ("/ocpp/" + "a" * 49, None),
        ("/ocpp/%zz", "%zz"),
    ],
)
async def test_a_wrong_path_is_kept_with_the_name_in_it(site, path, name):
    await visit(site, path + "?token=hidden")
    (refused,) = await list_refusals(site)
    assert (refused.kind, refused.name, refused.path) == ("wrong_path", name, path)
    assert refused.address in {"127.0.0.1", "::1"}
    assert "hidden" not in str(refused)


@pytest.mark.parametrize(("offers", "kind"), [((), "no_protocol"), (("ocpp2.0", "OCPP1.6"), "unknown_protocol")])
async def test_a_missing_or_foreign_sub_protocol_is_kept_as_it_was_offered(site, offers, kind):
    await visit(site, offers=offers)
    (refused,) = await list_refusals(site)
    assert (refused.kind, refused.name, refused.offered) == (kind, "CS-1", ", ".join(offers))
    assert refused.code == "invalid.protocol"


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({}, "no_credentials"),
        (basic("CS-1", "secret word"), "wrong_password"),
        (basic("CS-2", "right"), "other_name"),
        ({"Authorization": "Basic !!!"}, "bad_credentials"),
        ({"Authorization": "Bearer right"}, "bad_credentials"),
    ],
)
async def test_what_is_wrong_with_the_credentials_is_kept_without_them(site, headers, kind):
    site.core.replies[AdmissionRequested] = admit("right")
    await visit(site, additional_headers=headers)
    (refused,) = await list_refusals(site)
    assert (refused.kind, refused.name, refused.code) == (kind, "CS-1", "denied.station_credentials")
    told = str(refused)
    assert "right" not in told
    assert "secret word" not in told
    assert "CS-2" not in told


@pytest.mark.parametrize(
    ("status", "kind"), [(AdmissionStatus.UNKNOWN, "unknown_station"), (AdmissionStatus.BLOCKED, "blocked")]
)
async def test_who_may_not_come_in_is_kept_and_counted_once_for_each_cause(site, status, kind):
    site.core.replies[AdmissionRequested] = Admission(status=status)
    for _ in range(3):
        await visit(site)
    await visit(site, "/ocpp/CS-2")
    newest, older = await list_refusals(site, 2)
    assert (newest.name, newest.count) == ("CS-2", 1)
    assert (older.kind, older.name, older.count) == (kind, "CS-1", 3)
    assert older.first_at < older.last_at < newest.last_at


@pytest.mark.parametrize(
    "request_text",
    [
        b"GET /ocpp/CS-1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        UPGRADE + b"Sec-WebSocket-Key: x\r\n\r\n",
        UPGRADE + b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 8\r\n\r\n",
    ],
    ids=["no-upgrade", "bad-key", "old-version"],
)
async def test_a_request_that_is_no_websocket_is_kept_with_its_path(site, request_text):
    await send_raw(site, request_text)
    (refused,) = await list_refusals(site)
    assert (refused.kind, refused.path, refused.name) == ("not_websocket", "/ocpp/CS-1", "CS-1")
    assert refused.code == "invalid.websocket_upgrade"


async def test_what_is_no_http_is_kept_without_what_it_said(site):
    await send_raw(site, b"hello, is there anybody of secret\r\n\r\n")
    (refused,) = await list_refusals(site)
    assert (refused.kind, refused.path, refused.name) == ("not_websocket", None, None)


async def test_tls_on_the_plain_port_is_told_at_once(site):
    await visit(site, scheme="wss", ssl=ssl.create_default_context())
    (refused,) = await list_refusals(site)
    assert (refused.kind, refused.code) == ("tls_on_plain_port", "invalid.tls_on_plain_port")
    async with site.plug_in() as station:
        assert await station.is_well()


@pytest.fixture
async def tls_site(open_site, authority):
    chain, key = authority.issue("localhost")
    return await open_site(
        ocpp_tls_certificate_file=chain, ocpp_tls_key_file=key, ocpp_tls_client_ca_file=authority.file
    )


async def test_plain_http_on_the_tls_port_is_told(tls_site):
    await visit(tls_site)
    (refused,) = await list_refusals(tls_site)
    assert (refused.kind, refused.is_encrypted) == ("plain_on_tls_port", True)


async def test_a_station_that_does_not_trust_our_certificate_is_told(tls_site):
    def shake_hands():  # as stations do: what is wrong is said to the other side, not only to the program
        with socket.create_connection(("localhost", tls_site.gateway.port), timeout=5) as bare:
            ssl.create_default_context().wrap_socket(bare, server_hostname="localhost")

    with pytest.raises(ssl.SSLCertVerificationError):
        await asyncio.to_thread(shake_hands)
    (refused,) = await list_refusals(tls_site)
    assert refused.kind == "tls_untrusted"


async def test_no_cipher_in_common_is_told(tls_site, authority):
    context = trust(authority)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE-RSA-AES128-GCM-SHA256")  # the server's key is of another kind
    await visit(tls_site, scheme="wss", ssl=context)
    (refused,) = await list_refusals(tls_site)
    assert refused.kind == "tls_version"


async def test_a_certificate_of_somebody_else_s_authority_is_told(tls_site, authority, tmp_path):
    stranger = Authority(tmp_path, "stranger")
    await visit(tls_site, scheme="wss", ssl=trust(authority, own=stranger.issue("CS-1")))
    (refused,) = await list_refusals(tls_site)
    assert refused.kind == "tls_client_certificate"


async def test_a_certificate_of_another_station_is_told(tls_site, authority):
    tls_site.core.replies[AdmissionRequested] = admit("right")
    await visit(tls_site, scheme="wss", ssl=trust(authority, own=authority.issue("CS-9")))
    (refused,) = await list_refusals(tls_site)
    assert (refused.kind, refused.name) == ("other_certificate", "CS-1")
    assert "CS-9" in refused.detail


async def test_port_checks_leave_nothing(tls_site, site):
    for door in (tls_site, site):
        _, writer = await asyncio.open_connection("127.0.0.1", door.gateway.port)
        writer.close()
        await writer.wait_closed()
    await visit(site, "/ocpp")
    assert len(await list_refusals(site)) == 1
    await visit(tls_site)
    assert [one.kind for one in await list_refusals(tls_site)] == ["plain_on_tls_port"]


async def test_refusals_are_counted_for_whoever_measures(site):
    await visit(site, "/ocpp")
    await send_raw(site, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await list_refusals(site, 2)
    assert site.gateway.stats.refusals == {"not_found.station_path": 1, "invalid.websocket_upgrade": 1}
