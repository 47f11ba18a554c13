"""Certificates that a station holds: its own key and request, and the roots it was given."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec

CERTIFICATES_MAX = 32
HASHES = ("SHA256", "SHA384", "SHA512")


@dataclass(frozen=True, slots=True)
class HeldCertificate:
    """One installed certificate and what it is for (OCPP's use)."""

    use: str
    pem: str
    certificate: "x509.Certificate"

    def hash_data(self, algorithm: str = "SHA256") -> dict[str, str]:
        """Return OCPP's certificateHashData (M04; RFC 6960: hashes of the issuer's name and key)."""
        from cryptography import x509  # noqa: PLC0415  a swarm that is never asked need not load it
        from cryptography.hazmat.primitives import hashes  # noqa: PLC0415  see above

        name_digest = hashes.Hash(getattr(hashes, algorithm)())
        name_digest.update(self.certificate.issuer.public_bytes())
        key_digest = hashes.Hash(getattr(hashes, algorithm)())
        # the issuer's key is known here only of a self-signed root; for others the authority key id stands in
        if self.certificate.issuer == self.certificate.subject:
            key = x509.SubjectKeyIdentifier.from_public_key(self.certificate.public_key()).digest
        else:
            try:
                found = self.certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
                key = found.value.key_identifier or b""
            except x509.ExtensionNotFound:
                key = b""
        key_digest.update(key)
        return {
            "hashAlgorithm": algorithm,
            "issuerNameHash": name_digest.finalize().hex(),
            "issuerKeyHash": key_digest.finalize().hex(),
            "serialNumber": f"{self.certificate.serial_number:x}",
        }


@dataclass(slots=True)
class CertificateStore:
    """What is installed, and the key that waits for its certificate."""

    held: list[HeldCertificate] = field(default_factory=list[HeldCertificate])
    own: list[HeldCertificate] = field(default_factory=list[HeldCertificate])
    pending_key: "ec.EllipticCurvePrivateKey | None" = None

    def install(self, use: str, pem: str) -> str:
        """Install a root; returns Accepted, Failed (unreadable) or Rejected (full)."""
        certificate = read_pem(pem)
        if certificate is None:
            return "Failed"
        if len(self.held) >= CERTIFICATES_MAX:
            return "Rejected"
        held = HeldCertificate(use, pem, certificate)
        self.held = [each for each in self.held if each.certificate != certificate or each.use != use] + [held]
        return "Accepted"

    def find(self, uses: frozenset[str] | None) -> list[HeldCertificate]:
        """Return what is installed for these uses (None: all)."""
        return [each for each in self.held if uses is None or each.use in uses]

    def delete(self, hash_data: dict[str, Any]) -> str:
        """Delete by hash data; returns Accepted or NotFound (M04.FR.01, M04.FR.02)."""
        algorithm = str(hash_data["hashAlgorithm"])
        wanted = {
            key: str(hash_data[key]).lower().lstrip("0") for key in ("issuerNameHash", "issuerKeyHash", "serialNumber")
        }
        for each in self.held:
            own = each.hash_data(algorithm)
            if all(own[key].lower().lstrip("0") == value for key, value in wanted.items()):
                self.held.remove(each)
                return "Accepted"
        return "NotFound"

    def request_certificate(self, identity: str, organization: str) -> str:
        """Make a new key and return a signing request for it (A02), PEM."""
        from cryptography import x509  # noqa: PLC0415  see above
        from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415  see above
        from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415  see above
        from cryptography.x509.oid import NameOID  # noqa: PLC0415  see above

        self.pending_key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name(
            [
                x509.NameAttribute(NameOID.COMMON_NAME, identity),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization[:64] or "Busbar"),
            ]
        )
        request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(self.pending_key, hashes.SHA256())
        return request.public_bytes(serialization.Encoding.PEM).decode()

    def take_signed(self, chain: str) -> bool:
        """Take the certificate that answers the request; False if it is unreadable or for another key (A02.FR.06)."""
        certificate = read_pem(chain)
        if certificate is None or self.pending_key is None:
            return False
        if certificate.public_key() != self.pending_key.public_key():
            return False
        self.own.append(HeldCertificate("ChargingStationCertificate", chain, certificate))
        self.pending_key = None
        return True


def read_pem(pem: str) -> "x509.Certificate | None":
    """Return the first certificate of a PEM text, None if it is none."""
    from cryptography import x509  # noqa: PLC0415  see above

    try:
        return x509.load_pem_x509_certificates(pem.encode())[0]
    except ValueError:
        return None
