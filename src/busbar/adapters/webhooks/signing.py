"""Signatures as Standard Webhooks lays them down."""

import base64
import hashlib
import hmac
from collections.abc import Iterable

_MARK = "whsec_"


def sign(content: bytes, *, message_id: str, timestamp_s: int, secrets: Iterable[str]) -> str:
    """Return the value of `webhook-signature`: one signature for each secret."""
    signed = f"{message_id}.{timestamp_s}.".encode() + content
    return " ".join(f"v1,{_sign(signed, secret)}" for secret in secrets)


def _sign(signed: bytes, secret: str) -> str:
    key = base64.b64decode(secret.removeprefix(_MARK))
    return base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
