"""Whether an ID token proves anything (OpenID Connect Core 1.0, 3.1.3.7)."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any, cast

import msgspec

from busbar.ports.identity import IdentityKeyError, IdentityTokenError

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""All with a key pair: whoever can check can not also make one. There is no `none`, and no client secret as key."""
_KEY_TYPES = {"R": "RSA", "P": "RSA", "E": "EC"}
RSA_MIN_BITS = 2048
TOKEN_MAX_CHARS = 64 * 1024
LEEWAY_S = 60
"""How far the provider's clock may be off."""
AGE_MAX_S = 600
"""An ID token is fetched as soon as it is made."""
SUBJECT_MAX_CHARS = 255
TRIES_MAX = 10
"""Keys that are tried for a token that names none."""


def read_header(token: str) -> tuple[str, str | None]:
    """Return algorithm and key of a token, before it is checked. Errors: `denied.identity_token`."""
    if len(token) > TOKEN_MAX_CHARS:
        raise IdentityTokenError("the ID token is too long", reason="malformed")
    try:
        head = token.split(".", maxsplit=1)[0]
        header = msgspec.json.decode(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)), type=dict[str, Any])
    except (ValueError, msgspec.DecodeError):
        raise IdentityTokenError("the ID token cannot be read", reason="malformed") from None
    algorithm, key_id = header.get("alg"), header.get("kid")
    if algorithm not in ALGORITHMS:
        raise IdentityTokenError("the ID token is not signed in a way that proves anything", reason="algorithm")
    return cast("str", algorithm), key_id if isinstance(key_id, str) else None


def check_signature(token: str, keys: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the claims of a token that one of these keys signed.

    Errors: `denied.identity_token`, `denied.identity_key` (no such key, or it did not sign this).
    """
    algorithm, key_id = read_header(token)
    wanted = [key for key in keys if _may_sign(key, algorithm=algorithm, key_id=key_id)]
    if not wanted:
        raise IdentityKeyError("the provider has no such key", key=(key_id or "")[:80])
    for key in wanted[:TRIES_MAX]:
        claims = _try_key(token, key, algorithm=algorithm)
        if claims is not None:
            return claims
    raise IdentityKeyError("the signature is not the provider's")


def _may_sign(key: Mapping[str, Any], *, algorithm: str, key_id: str | None) -> bool:
    return (
        key.get("kty") == _KEY_TYPES[algorithm[0]]
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and (key_id is None or key.get("kid") == key_id)
    )


def _try_key(token: str, key: Mapping[str, Any], *, algorithm: str) -> dict[str, Any] | None:
    from joserfc import jws  # noqa: PLC0415 - heavy, and needed by few
    from joserfc.errors import JoseError  # noqa: PLC0415 - as above
    from joserfc.jwk import ECKey, RSAKey  # noqa: PLC0415 - as above

    public = {name: value for name, value in key.items() if name in {"kty", "n", "e", "crv", "x", "y"}}
    try:
        if public["kty"] == "RSA":
            made: RSAKey | ECKey = RSAKey.import_key(cast("Any", public))
            if made.raw_value.key_size < RSA_MIN_BITS:
                return None
        else:
            made = ECKey.import_key(cast("Any", public))
        payload = jws.deserialize_compact(token, made, algorithms=[algorithm]).payload
    except (JoseError, ValueError, KeyError, TypeError):
        return None
    try:
        return msgspec.json.decode(payload, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeError):
        raise IdentityTokenError("the ID token cannot be read", reason="malformed") from None


def check_claims(claims: Mapping[str, Any], *, issuer: str, client_id: str, nonce: str, now_s: int) -> None:
    """Let a token pass that is this provider's, for us, of now and of this sign-in.

    Errors: `denied.identity_token` with the fact `reason`: issuer, audience, expired, issued, nonce, subject.
    """
    if claims.get("iss") != issuer:
        raise IdentityTokenError("the ID token is another provider's", reason="issuer")
    named: object = claims.get("aud")
    audience = cast("list[object]", named) if isinstance(named, list) else [named]
    party = claims.get("azp")
    if client_id not in audience or (party is not None and party != client_id) or (len(audience) > 1 and party is None):
        raise IdentityTokenError("the ID token is for somebody else", reason="audience")
    expires, issued = _read_instant(claims, "exp"), _read_instant(claims, "iat")
    if expires <= now_s - LEEWAY_S:
        raise IdentityTokenError("the ID token has expired", reason="expired")
    if not now_s - AGE_MAX_S - LEEWAY_S <= issued <= now_s + LEEWAY_S:
        raise IdentityTokenError("the ID token is not of now: a clock is wrong", reason="issued")
    if "nbf" in claims and _read_instant(claims, "nbf") > now_s + LEEWAY_S:
        raise IdentityTokenError("the ID token does not hold yet: a clock is wrong", reason="issued")
    if claims.get("nonce") != nonce:
        raise IdentityTokenError("the ID token is of another sign-in", reason="nonce")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 1 <= len(subject) <= SUBJECT_MAX_CHARS:
        raise IdentityTokenError("the ID token names nobody", reason="subject")


def _read_instant(claims: Mapping[str, Any], name: str) -> int:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**53:
        raise IdentityTokenError(f"the ID token has no {name}", reason="malformed")
    return int(value)
