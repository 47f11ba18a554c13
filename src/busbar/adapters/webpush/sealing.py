"""What a push service carries: a message only the device can read, and a proof of who sends it."""

import base64
import os

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD_BYTES = 4096
"""RFC 8291 section 4: one record, and no push service has to take more."""
CONTENT_MAX_BYTES = RECORD_BYTES - 17 - 86
_CURVE = ec.SECP256R1()
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_HALF_BYTES = 32
_LAST_RECORD = b"\x02"


def write_key(data: bytes) -> str:
    """Write bytes as base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def derive_sender_key(installation_key: bytes) -> ec.EllipticCurvePrivateKey:
    """Return the key pair that this installation signs with: the same for all of its processes, stored nowhere."""
    seed = _derive(installation_key, salt=b"busbar", info=b"web push: key of the sender", length=48)
    return ec.derive_private_key(int.from_bytes(seed, "big") % (_ORDER - 1) + 1, _CURVE)


def write_public_key(key: ec.EllipticCurvePrivateKey) -> str:
    """Return what a browser is given to subscribe with (`applicationServerKey`)."""
    return write_key(_point(key))


def seal(
    content: bytes,
    *,
    public_key: bytes,
    auth: bytes,
    salt: bytes | None = None,
    own_key: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """Encrypt a message for one device (RFC 8291 section 3.4). Errors: ValueError for a key that is no point."""
    if len(content) > CONTENT_MAX_BYTES:
        raise ValueError("the message is too long for one record")
    salt = os.urandom(16) if salt is None else salt
    own_key = ec.generate_private_key(_CURVE) if own_key is None else own_key
    device = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, public_key)
    own_point = _point(own_key)
    shared = own_key.exchange(ec.ECDH(), device)
    secret = _derive(shared, salt=auth, info=b"WebPush: info\x00" + public_key + own_point, length=32)
    key = _derive(secret, salt=salt, info=b"Content-Encoding: aes128gcm\x00", length=16)
    nonce = _derive(secret, salt=salt, info=b"Content-Encoding: nonce\x00", length=12)
    record = AESGCM(key).encrypt(nonce, content + _LAST_RECORD, None)
    return salt + RECORD_BYTES.to_bytes(4, "big") + len(own_point).to_bytes(1, "big") + own_point + record


def write_vapid(key: ec.EllipticCurvePrivateKey, *, audience: str, subject: str, expires_at_s: int) -> str:
    """Return the `Authorization` of a request to a push service (RFC 8292 section 3)."""
    head = write_key(msgspec.json.encode({"typ": "JWT", "alg": "ES256"}))
    body = write_key(msgspec.json.encode({"aud": audience, "exp": expires_at_s, "sub": subject}))
    signature = key.sign(f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))
    halves = b"".join(half.to_bytes(_HALF_BYTES, "big") for half in decode_dss_signature(signature))
    return f"vapid t={head}.{body}.{write_key(halves)}, k={write_public_key(key)}"


def _point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derive(material: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(material)
