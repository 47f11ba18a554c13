"""One-time codes that a phone shows (RFC 6238: HMAC-SHA1, six digits, thirty seconds), which every such app knows."""

import base64
import hmac
from urllib.parse import quote, urlencode

STEP_S = 30
DIGITS = 6
SECRET_BYTES = 20
_SKEW_STEPS = 1
"""A code of the step before or after is taken as well: clocks differ, and people type slowly."""


def make_code(secret: bytes, step: int) -> str:
    """Return the code of a step (RFC 4226, section 5.3)."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def find_step(secret: bytes, code: str, *, now_s: float, last_step: int) -> int | None:
    """Return the step that a code belongs to; None: it is wrong, or not newer than the last one that was used."""
    given = code.replace(" ", "")
    if len(given) != DIGITS or not given.isascii():
        return None
    today = int(now_s) // STEP_S
    found = None
    for step in range(today - _SKEW_STEPS, today + _SKEW_STEPS + 1):
        if hmac.compare_digest(make_code(secret, step).encode(), given.encode()) and step > last_step:
            found = step
    return found


def write_secret(secret: bytes) -> str:
    """Return a secret as people type it in."""
    return base64.b32encode(secret).decode().rstrip("=")


def read_secret(text: str) -> bytes:
    """Return the secret that a text stands for."""
    return base64.b32decode(text + "=" * (-len(text) % 8))


def write_address(secret: bytes, *, account: str, issuer: str) -> str:
    """Return what the picture of a code holds."""
    fields = {"secret": write_secret(secret), "issuer": issuer}
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{urlencode(fields, quote_via=quote)}"
