"""Guests' links: a payment's id with a proof that we made it: none is stored, and none can be guessed."""

from busbar.kernel.ids import PaymentId, is_key
from busbar.kernel.secret import SCHEME, hash_secret, verify_secret

PREFIX = "bbg_"
PROOF_CHARS = 40
ID_CHARS_MAX = 64
_PURPOSE = "guest payment "


def make_link(payment_id: PaymentId, key: bytes) -> str:
    """Return the secret of the link that shows a payment."""
    return f"{PREFIX}{payment_id}.{_prove(payment_id, key)}"


def _prove(payment_id: str, key: bytes) -> str:
    return hash_secret(_PURPOSE + payment_id, key).removeprefix(SCHEME)[:PROOF_CHARS]


def read_link(link: str, key: bytes) -> PaymentId | None:
    """Return the payment of a link; None: we never made it."""
    payment_id, _, proof = link.removeprefix(PREFIX).partition(".")
    if not link.startswith(PREFIX) or len(payment_id) > ID_CHARS_MAX or not is_key(payment_id):
        return None
    expected = hash_secret(_prove(payment_id, key), key)
    return PaymentId(payment_id) if verify_secret(proof, expected, key) else None
