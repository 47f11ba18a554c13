from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from busbar.app.config import Settings
from busbar.app.doctor.certificates import check_certificates

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)


class StandingClock:
    def now(self):
        return NOW

    def monotonic_s(self):
        return 0.0


def make_name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def make_certificate(name, *, key, issuer=None, issuer_key=None, days=(-10, 300), is_authority=False):
    builder = (
        x509.CertificateBuilder()
        .subject_name(make_name(name))
        .issuer_name(make_name(issuer or name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + days[0] * DAY)
        .not_valid_after(NOW + days[1] * DAY)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    )
    return builder.sign(issuer_key or key, hashes.SHA256())


def write_pem(path, *items):
    private = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    texts = [
        item.private_bytes(*private) if isinstance(item, ec.EllipticCurvePrivateKey) else item.public_bytes(private[0])
        for item in items
    ]
    path.write_bytes(b"".join(texts))
    path.chmod(0o600)
    return path


@pytest.fixture(scope="module")
def keys():
    return [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]


@pytest.fixture
def examine(tmp_path, keys):
    """Check a door with this chain and key; give the worst level and all texts."""

    def run(chain, *, key=None, roots=None, mode=0o600):
        key_file = write_pem(tmp_path / "key.pem", key or keys[0])
        key_file.chmod(mode)
        settings = Settings(
            data_dir=tmp_path,
            ocpp_tls_certificate_file=write_pem(tmp_path / "chain.pem", *chain),
            ocpp_tls_key_file=key_file,
            ocpp_tls_client_ca_file=write_pem(tmp_path / "roots.pem", *roots) if roots else None,
        )
        findings = check_certificates(settings, clock=StandingClock())
        levels = {finding.level for finding in findings}
        worst = next(level for level in ("bad", "warn", "ok") if level in levels)
        return worst, " / ".join(finding.what for finding in findings)

    return run


@pytest.fixture
def chain(keys):
    root = make_certificate("root", key=keys[1], is_authority=True)
    return [make_certificate("door", key=keys[0], issuer="root", issuer_key=keys[1]), root]


def test_a_good_chain(examine, chain):
    assert examine(chain, roots=chain[1:])[0] == "ok"


def test_a_self_signed_certificate(examine, keys):
    assert examine([make_certificate("door", key=keys[0])])[0] == "ok"


@pytest.mark.parametrize(
    ("days", "level", "word"),
    [((-400, -1), "bad", "expired"), ((1, 300), "bad", "not yet"), ((-300, 12), "warn", "12 days are left")],
)
def test_dates(examine, keys, days, level, word):
    found, texts = examine([make_certificate("door", key=keys[0], days=days)])
    assert found == level
    assert word in texts


def test_a_chain_in_disorder(examine, chain, keys):
    stranger = make_certificate("stranger", key=keys[0], is_authority=True)
    assert "is not signed by" in examine([chain[0], stranger])[1]


def test_a_chain_without_its_issuer(examine, chain):
    level, texts = examine(chain[:1])
    assert level == "warn"
    assert "lacks the issuer CN=root" in texts


def test_a_key_of_another_certificate(examine, chain, keys):
    level, texts = examine(chain, key=keys[1])
    assert level == "bad"
    assert "is not the key of" in texts


def test_a_key_that_everybody_can_read(examine, chain):
    assert examine(chain, mode=0o644)[0] == "warn"


def test_roots_that_are_no_authorities(examine, chain):
    assert "no authority in force: CN=door" in examine(chain, roots=chain[:1])[1]


def test_files_that_cannot_be_read(tmp_path):
    (tmp_path / "chain.pem").write_text("hello")
    settings = Settings(
        data_dir=tmp_path,
        ocpp_tls_certificate_file=tmp_path / "chain.pem",
        ocpp_tls_key_file=tmp_path / "gone.pem",
        ocpp_tls_client_ca_file=tmp_path / "gone-too.pem",
    )
    findings = check_certificates(settings, clock=StandingClock())
    assert {finding.level for finding in findings} == {"bad"}
    assert len(findings) == 3
    assert all(finding.remedy for finding in findings)


@pytest.mark.parametrize(("bind", "level"), [("127.0.0.1", "ok"), ("0.0.0.0", "warn")])
def test_a_door_without_tls_is_fine_on_this_machine_only(bind, level, tmp_path):
    settings = Settings(data_dir=tmp_path, bind=bind)
    assert [finding.level for finding in check_certificates(settings, clock=StandingClock())] == [level]
