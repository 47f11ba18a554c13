"""`busbar.ports.identity.IdentityDoor` over OpenID Connect."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus, urlencode

import msgspec

from busbar.adapters.oidc.catalogue import Catalogue, Description
from busbar.adapters.oidc.tokens import check_claims, check_signature, read_header
from busbar.adapters.oidc.transport import Transport
from busbar.canon.identity import IdentityTrial
from busbar.kernel.address import split_address
from busbar.kernel.clock import Clock
from busbar.ports.identity import Client, IdentityCodeError, IdentityTokenError, ProviderAwayError, Visit

_OK = 200
_REFUSED = frozenset({400, 401, 403})


class _Granted(msgspec.Struct, frozen=True, kw_only=True):
    id_token: str | None = None


class _Refused(msgspec.Struct, frozen=True, kw_only=True):
    error: str = ""


class OidcDoor:
    """Speaks to providers of OpenID Connect."""

    def __init__(self, *, clock: Clock, timeout_s: float = 10.0, is_private_allowed: bool = False) -> None:
        """`timeout_s`: for one answer; `is_private_allowed`: also of a private network, and there without TLS."""
        self._transport = Transport(timeout_s=timeout_s, is_private_allowed=is_private_allowed)
        self._catalogue = Catalogue(self._transport, clock=clock)
        self._clock = clock

    async def look(self, issuer: str) -> IdentityTrial:
        """Return what a provider says of itself, now."""
        found = await self._catalogue.describe(issuer, is_fresh=True)
        keys = await self._catalogue.list_keys(issuer, key_id=None)
        return IdentityTrial(
            authorization_endpoint=found.authorization_endpoint[:500],
            token_endpoint=found.token_endpoint[:500],
            key_count=len(keys),
            can_end=found.end_session_endpoint is not None,
        )

    async def begin(self, client: Client, visit: Visit) -> str:
        """Return where a browser is sent."""
        found = await self._catalogue.describe(client.issuer)
        digest = hashlib.sha256(visit.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": client.client_id,
            "redirect_uri": visit.return_to,
            "scope": client.scopes,
            "state": visit.state,
            "nonce": visit.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
            **({"login_hint": visit.hint} if visit.hint else {}),
        }
        return _extend(found.authorization_endpoint, asked)

    async def prove(self, client: Client, visit: Visit, code: str) -> Mapping[str, Any]:
        """Exchange a code for an ID token, and return its claims once they are proved."""
        found = await self._catalogue.describe(client.issuer)
        token = await self._exchange(client, found, visit, code)
        _, key_id = read_header(token)
        claims = check_signature(token, await self._catalogue.list_keys(client.issuer, key_id=key_id))
        check_claims(
            claims,
            issuer=client.issuer,
            client_id=client.client_id,
            nonce=visit.nonce,
            now_s=int(self._clock.now().timestamp()),
        )
        return claims

    async def _exchange(self, client: Client, found: Description, visit: Visit, code: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": visit.return_to,
            "code_verifier": visit.verifier,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if client.client_secret is None:
            form["client_id"] = client.client_id
        elif "client_secret_basic" in found.token_endpoint_auth_methods_supported:
            both = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"  # RFC 6749, 2.3.1
            headers["Authorization"] = f"Basic {base64.b64encode(both.encode()).decode()}"
        else:
            form |= {"client_id": client.client_id, "client_secret": client.client_secret}
        status, body = await self._transport.ask("POST", found.token_endpoint, headers=headers, content=urlencode(form))
        if status in _REFUSED:
            raise IdentityCodeError("the provider does not take the code", reason=_read_reason(body))
        if status != _OK:
            raise ProviderAwayError("the identity provider cannot do it now", cause=f"status {status}")
        try:
            token = msgspec.json.decode(body, type=_Granted).id_token
        except (msgspec.DecodeError, UnicodeError):
            raise ProviderAwayError("the identity provider's answer cannot be read", cause="unreadable") from None
        if not token:
            raise IdentityTokenError("the provider gave no ID token", reason="malformed")
        return token

    async def find_end(self, client: Client, *, return_to: str) -> str | None:
        """Return where a browser is signed out at the provider."""
        found = await self._catalogue.describe(client.issuer)
        if found.end_session_endpoint is None:
            return None
        asked = {"client_id": client.client_id, "post_logout_redirect_uri": return_to}
        return _extend(found.end_session_endpoint, asked)


def _extend(address: str, asked: Mapping[str, str]) -> str:
    if split_address(address).scheme not in {"https", "http"}:
        raise ProviderAwayError("the identity provider names an address that is none", cause="unreadable")
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"


def _read_reason(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=_Refused).error[:80]
    except (msgspec.DecodeError, UnicodeError):
        return ""
