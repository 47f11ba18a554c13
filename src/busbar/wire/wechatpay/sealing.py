"""What notices carry sealed: AES-256-GCM under the merchant's API v3 key."""

import base64
import binascii

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from busbar.kernel.errors import DeniedError, InvalidError

ALGORITHM = "AEAD_AES_256_GCM"
KEY_BYTES = 32
NONCE_BYTES = 12


class SealError(DeniedError):
    """The seal is not that of our key."""

    code = "denied.notice_seal"


class ApiKeyError(InvalidError):
    """An API v3 key has 32 bytes."""

    code = "invalid.payment_key"


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """The resource of a notice."""

    algorithm: str
    ciphertext: str
    nonce: str
    associated_data: str | None = None
    original_type: str | None = None


def seal(text: str, *, key: str, nonce: str, associated_data: str, original_type: str) -> Sealed:
    """Seal a resource."""
    sealed = _cipher(key).encrypt(nonce.encode(), text.encode(), associated_data.encode())
    return Sealed(
        algorithm=ALGORITHM,
        ciphertext=base64.b64encode(sealed).decode(),
        nonce=nonce,
        associated_data=associated_data,
        original_type=original_type,
    )


def unseal(sealed: Sealed, *, key: str) -> bytes:
    """Open a resource. Errors: `denied.notice_seal`."""
    if sealed.algorithm != ALGORITHM:
        raise SealError("sealed in another way", algorithm=sealed.algorithm[:40])
    try:
        ciphertext = base64.b64decode(sealed.ciphertext, validate=True)
        return _cipher(key).decrypt(sealed.nonce.encode(), ciphertext, (sealed.associated_data or "").encode())
    except (InvalidTag, ValueError, binascii.Error):
        raise SealError("the seal is not that of our key") from None


def _cipher(key: str) -> AESGCM:
    data = key.encode()
    if len(data) != KEY_BYTES:
        raise ApiKeyError("an API v3 key has 32 bytes")
    return AESGCM(data)
