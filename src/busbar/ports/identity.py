"""Identity providers (OpenID Connect): where a browser is sent, and whether what it brings back proves anything."""

from collections.abc import Mapping
from typing import Any, Protocol

import msgspec

from busbar.canon.identity import IdentityTrial
from busbar.kernel.errors import DeniedError, InvalidError, UnavailableError


class ProviderAwayError(UnavailableError):
    """The identity provider does not answer, or not as one does; the fact `cause` tells more."""

    code = "unavailable.identity_provider"


class ProviderUnfitError(InvalidError):
    """The address is none of an identity provider that can be used here; the fact `field` tells what is wrong."""

    code = "invalid.identity_provider"


class IdentityCodeError(DeniedError):
    """The provider does not take the code: it was used, is too old, or the client's secret is wrong."""

    code = "denied.identity_code"


class IdentityTokenError(DeniedError):
    """What the provider says of a person is not for us, not of now, or not of this sign-in; see the fact `reason`."""

    code = "denied.identity_token"


class IdentityKeyError(DeniedError):
    """What the provider says of a person is signed by a key that is none of its own."""

    code = "denied.identity_key"


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """As whom we come to a provider."""

    issuer: str
    client_id: str
    client_secret: str | None
    scopes: str


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One browser's way to a provider and back."""

    return_to: str
    state: str
    nonce: str
    verifier: str
    """Of PKCE (RFC 7636)."""
    hint: str = ""
    """An e-mail address that the person gave already."""


class IdentityDoor(Protocol):
    """Speaks to identity providers."""

    async def look(self, issuer: str) -> IdentityTrial:
        """Return what a provider says of itself.

        Errors: `invalid.identity_provider`, `unavailable.identity_provider`.
        """
        ...

    async def begin(self, client: Client, visit: Visit) -> str:
        """Return where a browser is sent. Errors: as `look`."""
        ...

    async def prove(self, client: Client, visit: Visit, code: str) -> Mapping[str, Any]:
        """Return what the provider says of whoever brought this code, once it is proved.

        Errors: as `look`, `denied.identity_code`, `denied.identity_token`, `denied.identity_key`.
        """
        ...

    async def find_end(self, client: Client, *, return_to: str) -> str | None:
        """Return where a browser is signed out at the provider, if it can be. Errors: as `look`."""
        ...
