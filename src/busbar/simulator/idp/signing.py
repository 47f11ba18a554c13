"""Tokens and keys of the provider, written from the standards (RFC 7515, RFC 7517): no library of the server's."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

RSA_BITS = 2048
_COORDINATE_BYTES = 32


def write64(data: bytes) -> str:
    """Write bytes as tokens hold them."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class SigningKey:
    """A key pair that signs tokens."""

    def __init__(self, algorithm: str = "RS256") -> None:
        """`algorithm`: RS256 or ES256."""
        self.algorithm = algorithm
        self.key_id = secrets.token_hex(8)
        self._rsa = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS) if algorithm == "RS256" else None
        self._ec = ec.generate_private_key(ec.SECP256R1()) if algorithm == "ES256" else None

    def sign(self, text: bytes) -> bytes:
        """Return the signature over a token's head and body."""
        if self._rsa is not None:
            return self._rsa.sign(text, padding.PKCS1v15(), hashes.SHA256())
        assert self._ec is not None  # noqa: S101 - one of both
        r, s = decode_dss_signature(self._ec.sign(text, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(_COORDINATE_BYTES, "big") + s.to_bytes(_COORDINATE_BYTES, "big")

    def describe(self) -> dict[str, str]:
        """Return the public half as a JWK."""
        head = {"kid": self.key_id, "use": "sig", "alg": self.algorithm}
        if self._rsa is not None:
            numbers = self._rsa.public_key().public_numbers()
            return {**head, "kty": "RSA", "n": _write_number(numbers.n), "e": _write_number(numbers.e)}
        assert self._ec is not None  # noqa: S101 - one of both
        point = self._ec.public_key().public_numbers()
        x, y = (write64(value.to_bytes(_COORDINATE_BYTES, "big")) for value in (point.x, point.y))
        return {**head, "kty": "EC", "crv": "P-256", "x": x, "y": y}


def write_token(claims: Mapping[str, Any], key: SigningKey, *, algorithm: str | None = None, secret: str = "") -> str:
    """Write a signed token; with another `algorithm` (none, HS256) one that should prove nothing to anybody."""
    header = {"typ": "JWT", "alg": algorithm or key.algorithm, "kid": key.key_id}
    text = f"{write64(json.dumps(header).encode())}.{write64(json.dumps(claims).encode())}"
    if algorithm == "none":
        return f"{text}."
    if algorithm == "HS256":
        return f"{text}.{write64(hmac.digest(secret.encode(), text.encode(), hashlib.sha256))}"
    return f"{text}.{write64(key.sign(text.encode()))}"


def _write_number(number: int) -> str:
    return write64(number.to_bytes((number.bit_length() + 7) // 8, "big"))
