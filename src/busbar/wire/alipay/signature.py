"""RSA2: parameters in order, signed with the sender's private key."""

import base64
import binascii
from collections.abc import Mapping
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from busbar.kernel.errors import DeniedError, InvalidError

SIGN_TYPE = "RSA2"
KEYS_MAX = 64
"""Merchants' keys that are kept read."""


class SignatureError(DeniedError):
    """The signature is not that of the other side's key."""

    code = "denied.notice_signature"


class KeyFormatError(InvalidError):
    """A text that is to be an RSA key is none."""

    code = "invalid.payment_key"


@lru_cache(KEYS_MAX)
def load_private_key(text: str) -> RSAPrivateKey:
    """Read a private key: PEM, or the bare Base64 of PKCS#1 or PKCS#8 as Alipay's tools write it.

    Done once for each key that is in use: to see that its numbers belong together takes longer than to sign.
    Errors: `invalid.payment_key`.
    """
    try:
        if text.lstrip().startswith("-----"):
            key = serialization.load_pem_private_key(text.encode(), password=None)
        else:
            key = serialization.load_der_private_key(base64.b64decode("".join(text.split())), password=None)
    except (ValueError, TypeError, binascii.Error):
        raise KeyFormatError("this is no private key in PEM or Base64") from None
    if not isinstance(key, RSAPrivateKey):
        raise KeyFormatError("the private key is not RSA")
    return key


def load_public_key(text: str) -> RSAPublicKey:
    """Read a public key: PEM or bare Base64. Errors: `invalid.payment_key`."""
    try:
        if text.lstrip().startswith("-----"):
            key = serialization.load_pem_public_key(text.encode())
        else:
            key = serialization.load_der_public_key(base64.b64decode("".join(text.split())))
    except (ValueError, TypeError, binascii.Error):
        raise KeyFormatError("this is no public key in PEM or Base64") from None
    if not isinstance(key, RSAPublicKey):
        raise KeyFormatError("the public key is not RSA")
    return key


def join(parameters: Mapping[str, str], *, without: frozenset[str] = frozenset({"sign"})) -> str:
    """Return the text that is signed."""
    named = sorted((name, value) for name, value in parameters.items() if name not in without and value)
    return "&".join(f"{name}={value}" for name, value in named)


def join_notice(parameters: Mapping[str, str]) -> str:
    """Return the text of a notice that is signed: there `sign_type` does not count."""
    return join(parameters, without=frozenset({"sign", "sign_type"}))


def sign(text: str, key: RSAPrivateKey) -> str:
    """Return the signature in Base64."""
    return base64.b64encode(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()


def verify(text: str, signature: str, key: RSAPublicKey) -> None:
    """Check a signature. Errors: `denied.notice_signature`."""
    try:
        given = base64.b64decode(signature, validate=True)
        key.verify(given, text.encode(), padding.PKCS1v15(), hashes.SHA256())
        is_exact = base64.b64encode(given).decode() == signature
    except (InvalidSignature, ValueError, binascii.Error):
        raise SignatureError("the signature is not that of the key") from None
    if not is_exact:  # the same bytes can be spelt in other ways: only one of them is Alipay's
        raise SignatureError("the signature is not that of the key")
