"""Fast keyed hashes for long random secrets: bearer tokens, API keys, stations' passwords.

A secret of 128 random bits or more cannot be guessed, so a slow hash protects nothing; the key keeps a stolen database
from being checked against leaked secrets. People's passwords are another matter: `busbar.ports.passwords`.
"""

import hmac
from hashlib import blake2b

SCHEME = "blake2b:"
"""What every hash of today's kind begins with."""

_DIGEST_BYTES = 32


def hash_secret(secret: bytes | str, key: bytes) -> str:
    """Return the keyed BLAKE2b hash of a secret: the scheme and 64 hexadecimal digits, the same for the same input.

    Text counts as its UTF-8 bytes. `key`: the installation's own, 1..64 bytes. Errors: `ValueError` for another length.
    """
    if not 1 <= len(key) <= blake2b.MAX_KEY_SIZE:
        raise ValueError("the key of a secret hash has 1 to 64 bytes")
    data = secret.encode() if isinstance(secret, str) else secret
    return SCHEME + blake2b(data, digest_size=_DIGEST_BYTES, key=key).hexdigest()


def verify_secret(secret: bytes | str, stored: str, key: bytes) -> bool:
    """Tell whether `stored` is the hash of this secret, in a time that does not depend on where they differ."""
    return hmac.compare_digest(hash_secret(secret, key).encode(), stored.encode())
