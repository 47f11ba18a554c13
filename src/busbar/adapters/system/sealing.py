"""AES-256-GCM under a key that is derived from the installation's own."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from busbar.ports.sealing import SealBrokenError

_VERSION = b"\x01"
_NONCE_BYTES = 12
_KEY_BYTES = 32


class AesSealer:
    """`busbar.ports.sealing.Sealer`: a version, a nonce, and the sealed text, bound to its place."""

    def __init__(self, key: bytes) -> None:
        derived = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=b"busbar sealed secrets").derive(key)
        self._cipher = AESGCM(derived)

    def seal(self, text: str, *, place: str) -> bytes:
        """Seal a text for its place."""
        nonce = os.urandom(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, text.encode(), place.encode())

    def unseal(self, sealed: bytes, *, place: str) -> str:
        """Open what was sealed for this place."""
        nonce, rest = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            if sealed[:1] != _VERSION:
                raise SealBrokenError("a sealed secret is of a version that is not known here")
            return self._cipher.decrypt(nonce, rest, place.encode()).decode()
        except (InvalidTag, ValueError):
            raise SealBrokenError("a sealed secret cannot be opened: was the installation's key replaced?") from None
