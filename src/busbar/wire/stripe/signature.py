"""The signature of webhooks: `Stripe-Signature: t=1492774577,v1=…` over `t.body`, HMAC-SHA256."""

import hmac
from hashlib import sha256

from busbar.kernel.errors import DeniedError

HEADER = "Stripe-Signature"
SCHEME = "v1"
TOLERANCE_S = 300
PARTS_MAX = 20


class SignatureError(DeniedError):
    """The signature is not that of the endpoint's secret, or too old."""

    code = "denied.notice_signature"


def sign(body: bytes, *, secret: str, at_s: int) -> str:
    """Return the header's value for this body at this second of 1970's count."""
    return f"t={at_s},{SCHEME}={_compute(body, secret=secret, at_s=at_s)}"


def verify(header: str, body: bytes, *, secret: str, now_s: int, tolerance_s: int = TOLERANCE_S) -> None:
    """Check a webhook's signature. Several of one scheme may stand there while a secret is being replaced.

    Errors: `denied.notice_signature`.
    """
    parts = [part.strip().partition("=") for part in header.split(",", PARTS_MAX)]
    stamps = [value for name, _, value in parts if name == "t"]
    given = [value for name, _, value in parts if name == SCHEME]
    if len(stamps) != 1 or not (stamps[0].isascii() and stamps[0].isdecimal()) or len(stamps[0]) > len(str(2**53)):
        raise SignatureError("the signature names no time")
    at_s = int(stamps[0])
    expected = _compute(body, secret=secret, at_s=at_s)
    if not any(hmac.compare_digest(each.encode(), expected.encode()) for each in given):
        raise SignatureError("the signature is not ours")
    if abs(now_s - at_s) > tolerance_s:
        raise SignatureError("the signature is too old or from the future", age_s=now_s - at_s)


def _compute(body: bytes, *, secret: str, at_s: int) -> str:
    return hmac.new(secret.encode(), f"{at_s}.".encode() + body, sha256).hexdigest()
