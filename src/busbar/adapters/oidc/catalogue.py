"""What providers say of themselves, and their keys: read once an hour, and when a key is not known."""

import asyncio
from typing import Any, TypeVar

import msgspec

from busbar.adapters.oidc.transport import Transport
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.clock import Clock
from busbar.ports.identity import ProviderAwayError, ProviderUnfitError

ISSUERS_MAX = 1000
KEPT_S = 3600
KEYS_AGAIN_S = 30
"""Keys are read no more often, whatever key a token names."""
KEYS_MAX = 100
_OK = 200
T = TypeVar("T")


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a provider's description that counts here (OpenID Connect Discovery 1.0, 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    response_types_supported: tuple[str, ...] = ()
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    code_challenge_methods_supported: tuple[str, ...] | None = None
    end_session_endpoint: str | None = None
    authorization_response_iss_parameter_supported: bool = False


class KeyPage(msgspec.Struct, frozen=True, kw_only=True):
    """A provider's public keys (RFC 7517)."""

    keys: tuple[dict[str, Any], ...] = ()


class _Kept(msgspec.Struct):
    description: Description
    read_at_s: float
    keys: tuple[dict[str, Any], ...] = ()
    keys_at_s: float | None = None


class Catalogue:
    """Descriptions and keys in bounded memory. Whoever asks while they are being read waits for the same answer."""

    def __init__(self, transport: Transport, *, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock
        self._kept: BoundedDict[str, _Kept] = BoundedDict(bound=ISSUERS_MAX)
        self._readings: dict[str, asyncio.Task[Any]] = {}

    async def describe(self, issuer: str, *, is_fresh: bool = False) -> Description:
        """Return what a provider says of itself; `is_fresh`: now, whatever is in memory."""
        kept = self._kept.get(issuer)
        if kept is not None and not is_fresh and self._clock.monotonic_s() - kept.read_at_s < KEPT_S:
            return kept.description
        description = await self._once(f"description {issuer}", lambda: self._read_description(issuer))
        before = self._kept.pop(issuer, None)
        kept = _Kept(description=description, read_at_s=self._clock.monotonic_s())
        if before is not None and before.description.jwks_uri == description.jwks_uri and not is_fresh:
            kept.keys, kept.keys_at_s = before.keys, before.keys_at_s
        self._kept[issuer] = kept
        return description

    async def list_keys(self, issuer: str, *, key_id: str | None) -> tuple[dict[str, Any], ...]:
        """Return a provider's keys; read again when they are old, or lack the one that is looked for."""
        description = await self.describe(issuer)
        kept = self._kept.get(issuer)
        if kept is None:  # pushed out by a thousand others a moment ago
            return await self._read_keys(description.jwks_uri)
        age_s = None if kept.keys_at_s is None else self._clock.monotonic_s() - kept.keys_at_s
        is_known = key_id is None or any(key.get("kid") == key_id for key in kept.keys)
        if age_s is None or age_s >= KEPT_S or (not is_known and age_s >= KEYS_AGAIN_S):
            uri = description.jwks_uri
            kept.keys = await self._once(f"keys {issuer}", lambda: self._read_keys(uri))
            kept.keys_at_s = self._clock.monotonic_s()
        return kept.keys

    async def _once(self, name: str, read: Any) -> Any:
        reading = self._readings.get(name)
        if reading is None:
            reading = self._readings[name] = asyncio.create_task(read(), name="identity-provider")
            reading.add_done_callback(lambda _: self._readings.pop(name, None))
        return await asyncio.shield(reading)

    async def _read_description(self, issuer: str) -> Description:
        address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        found = await self._read(address, Description)
        if found.issuer != issuer:
            raise ProviderUnfitError("the provider names itself otherwise", field="issuer", issuer=found.issuer[:300])
        if found.response_types_supported and "code" not in found.response_types_supported:
            raise ProviderUnfitError("the provider has no authorization code flow", field="flow")
        methods = found.code_challenge_methods_supported
        if methods is not None and "S256" not in methods:
            raise ProviderUnfitError("the provider has no PKCE with S256", field="pkce")
        return found

    async def _read_keys(self, address: str) -> tuple[dict[str, Any], ...]:
        return (await self._read(address, KeyPage)).keys[:KEYS_MAX]

    async def _read(self, address: str, kind: type[T]) -> T:
        status, body = await self._transport.ask("GET", address)
        if status != _OK:
            raise ProviderAwayError("the identity provider does not say who it is", cause=f"status {status}")
        try:
            return msgspec.json.decode(body, type=kind)
        except (msgspec.DecodeError, UnicodeError):
            raise ProviderAwayError("the identity provider's answer cannot be read", cause="unreadable") from None
