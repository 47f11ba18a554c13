"""Bodies about identity providers."""

from typing import Annotated

from pydantic import Field, StringConstraints

from busbar.api.bodies.body import Body, Email, Key, Name
from busbar.api.bodies.people import Slug, Transport
from busbar.canon.tenants import Role

Issuer = Annotated[str, StringConstraints(min_length=8, max_length=300, pattern=r"^https?://[!-~]+$")]
ClientId = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[!-~]+$")]
ClientSecret = Annotated[str, StringConstraints(max_length=1000, pattern=r"^[ -~]*$")]
Claim = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[!-~]+$")]
Scopes = Annotated[str, StringConstraints(min_length=6, max_length=300, pattern=r"^[!-~]+( [!-~]+)*$")]
Group = Annotated[
    str, StringConstraints(min_length=1, max_length=255, strip_whitespace=True, pattern=r"^[^\x00-\x1f]+$")
]
Domain = Annotated[
    str, StringConstraints(min_length=3, max_length=253, pattern=r"^[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+$")
]
State = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[!-~]+$")]
AnswerCode = Annotated[str, StringConstraints(min_length=1, max_length=4096, pattern=r"^[ -~]+$")]
AnswerError = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[ -~]+$")]


class GroupRuleBody(Body):
    """What members of one of the provider's groups may do."""

    group: Group
    role: Role
    site_ids: Annotated[tuple[Key, ...], Field(max_length=500)] = ()
    """Empty: all sites of the operator."""


class IdentityProviderBody(Body):
    """An operator's identity provider (OpenID Connect)."""

    name: Name
    """On the button at sign-in."""
    issuer: Issuer
    """As it stands in the provider's tokens; below it lies `/.well-known/openid-configuration`."""
    client_id: ClientId
    client_secret: ClientSecret | None = None
    """Left out: what is kept stays; empty: the client has none."""
    scopes: Scopes = "openid email profile"
    email_claim: Claim = "email"
    groups_claim: Claim = "groups"
    rules: Annotated[tuple[GroupRuleBody, ...], Field(max_length=100)] = ()
    """The first that fits decides, at every sign-in."""
    default_role: Role | None = None
    """Of whoever fits no rule."""
    creates_unknown: bool = False
    """Whoever has no account gets one; else is refused."""
    email_domains: Annotated[tuple[Domain, ...], Field(max_length=50)] = ()
    """Whose addresses are taken (empty: all), and by which the provider is found."""
    trusts_email: bool = False
    """Also take addresses that the provider does not call verified."""
    covers_platform: bool = False
    """Also for staff who see all operators. Platform administrators only."""
    is_enabled: bool = True


class IdentitySignInBegin(Body):
    """Over whose provider somebody signs in; neither: over the default operator's."""

    operator: Slug | None = None
    email: Email | None = None


class IdentitySignInBody(Body):
    """What the provider sent along with the browser."""

    state: State
    code: AnswerCode | None = None
    iss: Issuer | None = None
    error: AnswerError | None = None
    """In place of a code."""
    transport: Transport = Transport.BEARER
