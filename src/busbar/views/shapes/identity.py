from datetime import datetime

from busbar.canon.tenants import Role
from busbar.views.shapes.model import Shape


class GroupRule(Shape):
    """What members of one of the provider's groups may do."""

    group: str
    role: Role
    site_ids: list[str]
    """Empty: all sites of the operator."""


class IdentityProvider(Shape):
    """An operator's identity provider (OpenID Connect)."""

    name: str
    issuer: str
    client_id: str
    has_secret: bool
    """A client secret is kept; it is never shown."""
    scopes: str
    email_claim: str
    groups_claim: str
    rules: list[GroupRule]
    default_role: Role | None
    creates_unknown: bool
    email_domains: list[str]
    trusts_email: bool
    covers_platform: bool
    is_enabled: bool
    updated_at: datetime


class IdentityProviderPage(Shape):
    """The operator's identity provider, if there is one."""

    provider: IdentityProvider | None
    return_address: str
    """To be entered at the provider: where it sends browsers back."""
    entry_address: str
    """The sign-in page with this provider's button."""


class IdentityTrial(Shape):
    """What a provider says of itself."""

    authorization_endpoint: str
    token_endpoint: str
    key_count: int
    """Public keys that it signs with."""
    can_end: bool
    """Whoever signs out here can be signed out there."""


class BegunIdentitySignIn(Shape):
    """A sign-in that goes on at the provider."""

    address: str
    """Where the browser goes."""


class IdentityEnd(Shape):
    """Where a browser is signed out at the provider as well."""

    address: str | None
    """Null: nowhere."""
