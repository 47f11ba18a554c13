"""wss:// on every engine, with and without stations' own certificates; the certificates are made here, for here."""

import asyncio
import datetime as dt
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake, InvalidStatus

from busbar.canon.stations import Admission, AdmissionRequested, AdmissionStatus, StationBooted, StationConnected
from busbar.gateways.ocpp.settings import GatewaySettings
from busbar.kernel.secret import hash_secret
from tests.patience import HANG_LIMIT_S

from .conftest import SECRET_KEY, Station


def name(common_name):
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "CSO"), x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    )


class Authority:
    """A certificate authority for one test."""

    def __init__(self, directory, common_name):
        self.directory = directory
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = name(common_name)
        self.certificate = self.sign(self.name, self.key.public_key(), is_authority=True)
        self.file = directory / f"{common_name}.pem"
        self.file.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def sign(self, subject, public_key, *, is_authority=False):
        now = dt.datetime.now(dt.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(minutes=1))
            .not_valid_after(now + dt.timedelta(minutes=10))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )
        return builder.sign(self.key, hashes.SHA256())

    def issue(self, common_name):
        """Write a certificate and its key; return both files."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self.sign(name(common_name), key.public_key())
        files = [self.directory / f"{common_name}.{kind}.pem" for kind in ("chain", "key")]
        files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        files[1].write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return files


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path, "test root")


def trust(authority, *, own=None):
    context = ssl.create_default_context(cafile=authority.file)
    if own is not None:
        context.load_cert_chain(*own)
    return context


def make_tls(authority, *, client_authority=None):
    chain, key = authority.issue("localhost")
    return GatewaySettings(
        secret_key=SECRET_KEY,
        ocpp_tls_certificate_file=chain,
        ocpp_tls_key_file=key,
        ocpp_tls_client_ca_file=client_authority.file if client_authority else None,
    ).load_tls()


async def test_an_engine_speaks_tls(open_house, authority):
    house = await open_house(tls=make_tls(authority))
    url = f"wss://localhost:{house.engine.port}/ocpp/CS1"
    async with connect(url, ssl=trust(authority), compression=None) as client:
        for size in (5, 5000, 60_000):
            await client.send("x" * size)
            assert await client.recv() == "x" * size
    assert house.seen[0].is_encrypted
    assert house.seen[0].certificate_names == ()


async def test_a_station_certificate_is_shown_to_the_door(open_house, authority):
    house = await open_house(tls=make_tls(authority, client_authority=authority))
    url = f"wss://localhost:{house.engine.port}/ocpp/CS1"
    async with connect(url, ssl=trust(authority, own=authority.issue("CS-1"))) as client:
        await client.send("hello")
        assert await client.recv() == "hello"
    assert house.seen[0].certificate_names == ("CS-1",)


async def test_a_certificate_of_somebody_else_opens_nothing(open_house, authority, tmp_path):
    stranger = Authority(tmp_path, "stranger")
    house = await open_house(tls=make_tls(authority, client_authority=authority))
    with pytest.raises((OSError, EOFError, InvalidHandshake)):
        await connect(f"wss://localhost:{house.engine.port}/ocpp/CS1", ssl=trust(authority, own=stranger.issue("CS-1")))
    assert house.seen == []


async def test_compressed_fragments_come_through_tls_and_so_do_long_compressed_answers(open_house, authority):
    house = await open_house(tls=make_tls(authority))
    url = f"wss://localhost:{house.engine.port}/ocpp/CS1"
    text = "the same again and again, " * 2000
    async with connect(url, ssl=trust(authority)) as client:
        for _ in range(3):
            await client.send([text[:7], text[7:30_000], text[30_000:]])
            assert await client.recv() == text


async def test_what_breaks_the_protocol_is_closed_with_its_code_over_tls_too(open_house, authority):
    house = await open_house(tls=make_tls(authority), is_echoing=False)
    async with house.open_raw(tls=trust(authority)) as raw:
        raw.writer.write(house.frame(1, b"good") + house.frame(1, b"\xff"))
        opcode, _, payload = await raw.receive()
        assert (opcode, int.from_bytes(payload[:2], "big")) == (8, 1007)
    (listener,) = house.listeners
    await listener.wait_for(lambda: listener.ends)
    assert [code for code, _ in listener.ends] == [1007]
    assert listener.texts == ["good"]


async def test_a_reader_too_slow_for_tls_is_noticed_and_then_released(open_house, authority):
    house = await open_house(tls=make_tls(authority), is_echoing=False)
    async with house.open_raw(tls=trust(authority)) as raw:
        (listener,) = house.listeners
        raw.writer.transport.pause_reading()
        async with asyncio.timeout(HANG_LIMIT_S):
            while not listener.held:
                listener.socket.send(b"x" * 60_000)
                await asyncio.sleep(0)
        raw.writer.transport.resume_reading()
        draining = asyncio.create_task(raw.reader.read(-1))
        await listener.wait_for(lambda: False in listener.held)
        draining.cancel()


async def test_a_peer_that_fell_silent_behind_tls_is_cut(open_house, authority):
    house = await open_house(tls=make_tls(authority), ping_interval_s=0.1, pong_timeout_s=0.1)
    async with house.open_raw(tls=trust(authority)) as raw:
        (listener,) = house.listeners
        assert (await raw.receive())[0] == 9
        await listener.wait_for(lambda: listener.ends)
        assert listener.ends[0][0] in (1006, 1011)


async def test_a_peer_that_ends_its_half_or_all_of_it_is_gone(open_house, authority):
    house = await open_house(tls=make_tls(authority))
    async with house.open_raw(tls=trust(authority)) as raw:
        raw.writer.transport.abort()
    (listener,) = house.listeners
    await listener.wait_for(lambda: listener.ends)
    assert listener.ends[0][0] == 1006


async def test_plain_text_on_a_tls_port_is_cut_and_others_go_on(open_house, authority):
    house = await open_house(tls=make_tls(authority), handshake_timeout_s=1)
    with pytest.raises((OSError, EOFError, InvalidHandshake)):
        await connect(f"ws://127.0.0.1:{house.engine.port}/ocpp/CS1", open_timeout=3)
    async with connect(f"wss://localhost:{house.engine.port}/ocpp/CS1", ssl=trust(authority)) as client:
        await client.send("hello")
        assert await client.recv() == "hello"


async def test_a_certificate_stands_for_the_password_of_its_own_station_only(open_site, authority):
    chain, key = authority.issue("localhost")
    site = await open_site(
        ocpp_tls_certificate_file=chain, ocpp_tls_key_file=key, ocpp_tls_client_ca_file=authority.file
    )
    site.core.replies[AdmissionRequested] = Admission(
        status=AdmissionStatus.ADMITTED, password_hash=hash_secret("secret", SECRET_KEY)
    )
    tls = trust(authority, own=authority.issue("CS-1"))
    url = f"wss://localhost:{site.gateway.port}/ocpp"
    async with connect(f"{url}/CS-1", ssl=tls, subprotocols=["ocpp1.6"]) as socket:
        assert await Station(socket).is_well()
    assert site.core.of(StationConnected)[0].is_encrypted
    with pytest.raises(InvalidStatus) as caught:
        await connect(f"{url}/CS-2", ssl=tls, subprotocols=["ocpp1.6"])
    assert caught.value.response.status_code == 401


async def test_a_2_x_station_whose_serial_number_is_not_its_certificates_is_sent_away(open_site, authority):
    # B01.FR.11 and B01.FR.12
    chain, key = authority.issue("localhost")
    site = await open_site(
        ocpp_tls_certificate_file=chain, ocpp_tls_key_file=key, ocpp_tls_client_ca_file=authority.file
    )
    tls = trust(authority, own=authority.issue("CS-1"))

    def boot(serial_number):
        station = {"model": "M", "vendorName": "V", "serialNumber": serial_number}
        return {"reason": "PowerUp", "chargingStation": station}

    url = f"wss://localhost:{site.gateway.port}/ocpp/CS-1"
    async with connect(url, ssl=tls, subprotocols=["ocpp2.0.1"]) as socket:
        station = Station(socket)
        assert (await station.call("BootNotification", boot("CS-1")))["status"] == "Accepted"
        assert (await station.call("BootNotification", boot("stolen")))[0] == "SecurityError"
        assert (await station.wait_end())[0] == 1008
    assert len(site.core.of(StationBooted)) == 1
