"""Sign-in over an operator's own identity provider (OpenID Connect)."""

from datetime import datetime

from busbar.canon.message import Command, Noun
from busbar.canon.secret import Secret
from busbar.canon.tenants import Principal, Role, StaffSignedIn
from busbar.kernel.ids import OperatorId, SiteId


class GroupRule(Noun, frozen=True, kw_only=True):
    """What members of one of the provider's groups may do here."""

    group: str
    role: Role
    site_ids: tuple[SiteId, ...] = ()
    """Empty: all sites of the operator."""


class IdentityTerms(Noun, frozen=True, kw_only=True):
    """How an operator's staff sign in over a provider."""

    name: str
    """On the button: "Sign in with …"."""
    issuer: str
    """The provider's address, as it stands in its tokens."""
    client_id: str
    scopes: str = "openid email profile"
    email_claim: str = "email"
    groups_claim: str = "groups"
    rules: tuple[GroupRule, ...] = ()
    """The first that fits decides, at every sign-in; without any, what is set here stays."""
    default_role: Role | None = None
    """Of whoever fits no rule; None: nobody else comes in who has no rule or no account."""
    creates_unknown: bool = False
    """Whoever has no account here gets one; else is refused."""
    email_domains: tuple[str, ...] = ()
    """Whose addresses are taken (empty: all), and by which the provider is found."""
    trusts_email: bool = False
    """Also take addresses that the provider does not call verified."""
    covers_platform: bool = False
    """Also staff who see all operators sign in over it. Only the platform says so."""
    is_enabled: bool = True


class IdentityProvider(Noun, frozen=True, kw_only=True):
    """An operator's provider."""

    operator_id: OperatorId
    terms: IdentityTerms
    has_secret: bool
    updated_at: datetime


class FindIdentityProvider(Command[IdentityProvider], frozen=True, kw_only=True):
    """Show an operator's provider. Errors: `not_found.identity_provider`, `denied.role`."""

    by: Principal
    operator_id: OperatorId


class SaveIdentityProvider(Command[IdentityProvider], frozen=True, kw_only=True):
    """Make this the operator's provider, once it answered.

    Errors: `denied.role`, `denied.scope`, `invalid.identity_provider` (fact `field`), `conflict.email_domain`,
    `unavailable.identity_provider`.
    """

    by: Principal
    operator_id: OperatorId
    terms: IdentityTerms
    client_secret: Secret | None = None
    """None: what is kept stays; empty: none is needed."""


class RemoveIdentityProvider(Command[None], frozen=True, kw_only=True):
    """Forget the operator's provider, and whom it knows. Errors: as `FindIdentityProvider`, `denied.scope`."""

    by: Principal
    operator_id: OperatorId


class IdentityTrial(Noun, frozen=True, kw_only=True):
    """What a provider says of itself."""

    authorization_endpoint: str
    token_endpoint: str
    key_count: int
    can_end: bool
    """Whoever signs out here can be signed out there."""


class TryIdentityProvider(Command[IdentityTrial], frozen=True, kw_only=True):
    """Ask the operator's provider for what it says of itself. Errors: as `SaveIdentityProvider`."""

    by: Principal
    operator_id: OperatorId


class BegunIdentitySignIn(Noun, frozen=True, kw_only=True):
    """Where a browser goes to sign in."""

    address: str
    binding: Secret
    """What this browser has to show when it comes back."""


class BeginIdentitySignIn(Command[BegunIdentitySignIn], frozen=True, kw_only=True):
    """Begin to sign in over the provider of an operator, or of an address's domain.

    Errors: `not_found.identity_provider`, `unavailable.identity_provider`, `limit_exceeded.sign_in`.
    """

    operator: str | None = None
    """The slug; None: by `email`, else the default operator."""
    email: str | None = None
    return_to: str
    """The page to which the provider sends the browser back."""
    address: str


class SignInByIdentity(Command[StaffSignedIn], frozen=True, kw_only=True):
    """Sign in by what a provider sent along with the browser.

    Errors: `denied.identity_state`, `denied.identity_answer` (the provider refused), `denied.identity_code`,
    `denied.identity_token`, `denied.identity_key`, `denied.identity_person`, `unavailable.identity_provider`,
    `limit_exceeded.sign_in`.
    """

    state: Secret
    binding: Secret
    code: Secret | None = None
    issuer: str | None = None
    """Who the provider says it is (RFC 9207)."""
    error: str | None = None
    """What the provider says in place of a code."""
    address: str
    client: str = ""


class FindIdentityEnd(Command[str | None], frozen=True, kw_only=True):
    """Where a browser goes to be signed out at the operator's provider as well; None: nowhere."""

    by: Principal
    return_to: str
