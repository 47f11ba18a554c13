"""Whether the certificates of the OCPP door are readable, in force, in order and matched by the key."""

from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization

from busbar.app.config import Settings
from busbar.app.doctor.finding import Finding
from busbar.kernel.clock import Clock

EXPIRY_WARN = timedelta(days=30)
CHECK = "certificate"


def check_certificates(settings: Settings, *, clock: Clock) -> list[Finding]:
    """Check the OCPP door's chain, key and client roots, as far as they are set."""
    chain_file, key_file = settings.ocpp_tls_certificate_file, settings.ocpp_tls_key_file
    if chain_file is None or key_file is None:
        return [judge_plain_door(settings)]
    now = clock.now()
    findings = check_chain(chain_file, now=now)
    findings.append(check_key(chain_file, key_file))
    if settings.ocpp_tls_client_ca_file is not None:
        findings.append(check_roots(settings.ocpp_tls_client_ca_file, now=now))
    return findings


def judge_plain_door(settings: Settings) -> Finding:
    """Judge a door without TLS: fine on this machine alone, else somebody else must encrypt."""
    if settings.bind.is_loopback:
        return Finding("ok", CHECK, "none set: stations reach this machine's own address only, by ws://")
    what = f"none set: stations connect to {settings.bind} by ws://, and their passwords can be read on the way"
    remedy = "set BUSBAR_OCPP_TLS_CERTIFICATE_FILE and BUSBAR_OCPP_TLS_KEY_FILE, or put a TLS proxy before the port"
    return Finding("warn", CHECK, what, remedy)


def read_certificates(file: Path) -> list[x509.Certificate] | Finding:
    """Read the certificates of a PEM file, or say why that failed."""
    try:
        return x509.load_pem_x509_certificates(file.read_bytes())
    except OSError as error:
        return Finding("bad", CHECK, f"{file}: {error.strerror}", "correct the path or the file's permissions")
    except ValueError as error:
        return Finding("bad", CHECK, f"{file} holds no PEM certificates: {error}", "give a PEM file, the door's first")


def check_chain(file: Path, *, now: datetime) -> list[Finding]:
    """Check the dates of every certificate and that each is signed by the next."""
    chain = read_certificates(file)
    if isinstance(chain, Finding):
        return [chain]
    findings = [judge_dates(certificate, now=now) for certificate in chain]
    for certificate, issuer in pairwise(chain):
        if not is_issued_by(certificate, issuer):
            what = f"{file}: {name_of(certificate)} is not signed by {name_of(issuer)}, which comes after it"
            findings.append(Finding("bad", CHECK, what, "put the chain in order: the door's first, then each issuer"))
    if len(chain) == 1 and not is_issued_by(chain[0], chain[0]):
        what = f"{file} lacks the issuer {chain[0].issuer.rfc4514_string()}"
        findings.append(Finding("warn", CHECK, what, "add it after the certificate: stations may hold the root only"))
    return findings


def is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Tell whether `issuer` signed the certificate."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def judge_dates(certificate: x509.Certificate, *, now: datetime) -> Finding:
    """Judge when a certificate is in force."""
    start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    what = f"{name_of(certificate)} is in force from {start:%Y-%m-%d} to {end:%Y-%m-%d}"
    if now >= end:
        return Finding("bad", CHECK, f"{what}: it has expired", "renew it; stations refuse the connection")
    if now < start:
        return Finding("bad", CHECK, f"{what}: not yet", "check the clock, or use a certificate that is in force")
    if end - now < EXPIRY_WARN:
        return Finding("warn", CHECK, f"{what}: {(end - now).days} days are left", "renew it soon")
    return Finding("ok", CHECK, what)


def check_key(chain_file: Path, key_file: Path) -> Finding:
    """Check that the private key belongs to the first certificate and that others cannot read it."""
    chain = read_certificates(chain_file)
    try:
        key = serialization.load_pem_private_key(key_file.read_bytes(), password=None)
        mode = key_file.stat().st_mode
    except OSError as error:
        return Finding("bad", CHECK, f"{key_file}: {error.strerror}", "correct the path or the file's permissions")
    except (ValueError, TypeError) as error:
        return Finding("bad", CHECK, f"{key_file} holds no readable key: {error}", "give a PEM key without passphrase")
    if isinstance(chain, Finding):
        return chain
    form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    if key.public_key().public_bytes(*form) != chain[0].public_key().public_bytes(*form):
        what = f"{key_file} is not the key of {name_of(chain[0])}"
        return Finding("bad", CHECK, what, "give the key that the first certificate of the chain was made with")
    if mode & 0o007:
        return Finding("warn", CHECK, f"{key_file} can be read by every user of this machine", f"chmod 600 {key_file}")
    return Finding("ok", CHECK, f"{key_file} is the key of {name_of(chain[0])}")


def check_roots(file: Path, *, now: datetime) -> Finding:
    """Check that stations' roots are certificate authorities in force."""
    roots = read_certificates(file)
    if isinstance(roots, Finding):
        return roots
    poor = [root for root in roots if not is_authority(root) or judge_dates(root, now=now).level == "bad"]
    if poor:
        names = ", ".join(name_of(root) for root in poor)
        return Finding("bad", CHECK, f"{file}: no authority in force: {names}", "replace it; its stations are refused")
    return Finding("ok", CHECK, f"{file}: {len(roots)} authorities for stations' certificates")


def is_authority(certificate: x509.Certificate) -> bool:
    """Tell whether a certificate may sign others."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def name_of(certificate: x509.Certificate) -> str:
    """Name a certificate by its subject."""
    return certificate.subject.rfc4514_string() or f"number {certificate.serial_number:x}"
