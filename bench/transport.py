"""What compression and TLS cost `busbar up`: server CPU for each message against the same load in the plain."""

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bench.audit import Audit, audit
from bench.contest import Contest, Pace, take_median
from bench.figure import Figure
from bench.processes import cores
from bench.product import SETTINGS, data_directory, register_tokens, started
from bench.servers import Server

VERSION = "1.6"
CONNECTIONS = 100
COST_MAX = {"deflate": 1.3, "TLS": 1.6}


def make_certificate(directory: Path) -> tuple[Path, Path]:
    """Make a certificate of 127.0.0.1 that signs itself; return its file and its key's."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(tz=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = directory / "certificate.pem", directory / "key.pem"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return certificate_file, key_file


@contextlib.contextmanager
def both_started(directory: Path) -> Iterator[tuple[dict[str, str], list[Server]]]:
    """Run the product twice on one core, without TLS and with it; give the databases and the servers by name."""
    certificate_file, key_file = make_certificate(directory)
    tls = {
        "BUSBAR_OCPP_TLS_CERTIFICATE_FILE": str(certificate_file),
        "BUSBAR_OCPP_TLS_KEY_FILE": str(key_file),
    }
    with started(on_cores=cores()[0]) as plain, started(on_cores=cores()[0], **tls) as secure:
        for product in (plain, secure):
            product.wait_until_ready()
            register_tokens(product.http_port)
        server = Server("plain", plain.ocpp_port, (plain.process.pid,))
        servers = [
            server,
            replace(server, name="deflate"),
            Server("TLS", secure.ocpp_port, (secure.process.pid,), authority_file=certificate_file),
        ]
        yield {"plain": plain.database_url, "deflate": plain.database_url, "TLS": secure.database_url}, servers


async def audit_all(databases: dict[str, str], contest: Contest) -> dict[str, Audit]:
    """Compare every run's books with the database it wrote to."""
    return {name: await audit(url, contest.books[name]) for name, url in databases.items()}


def measure(pace: Pace) -> list[Figure]:
    """Load the product in turns: plain, with compression, with TLS."""
    with data_directory() as directory, both_started(directory) as (databases, servers):
        contest = Contest(pace, directory=directory, is_audited=databases)
        contest.warm_up(servers, version=VERSION)
        results = {server.name: [] for server in servers}
        for _ in range(pace.rounds[CONNECTIONS]):
            for server in servers:
                options = {"deflate": server.name == "deflate"}
                results[server.name].append(contest.run(server, version=VERSION, connections=CONNECTIONS, **options))
        found = asyncio.run(audit_all(databases, contest))
    medians = {name: take_median(each) for name, each in results.items()}
    plain = medians["plain"]
    return [
        Figure(
            name=f"{name} / plain, {VERSION}, {CONNECTIONS} connections",
            ours=medians[name].us,
            theirs=plain.us,
            unit="µs CPU/message",
            floor=round(1 / cost_max, 3),
            faults=medians[name].faults + plain.faults + len(found[name].differences) + len(found["plain"].differences),
            conditions={
                "cost_at_most": cost_max,
                name: medians[name].describe(),
                "plain": plain.describe(),
                "audit": found[name].describe(),
                "settings": SETTINGS,
            },
        )
        for name, cost_max in COST_MAX.items()
    ]
