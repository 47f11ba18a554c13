from datetime import datetime
from typing import Any

from busbar.canon.tenants import Role, SignInMethod
from busbar.views.shapes.model import Page, Shape


class Operator(Shape):
    """A customer of the installation: a merchant with sites, staff and stations."""

    operator_id: str
    name: str
    slug: str
    """Stands in addresses."""
    currency: str
    """ISO 4217."""
    time_zone: str
    """IANA name, of new sites."""
    country: str
    """ISO 3166-1 alpha-2, or empty: whose holidays hold where a station has no site."""
    language: str
    requires_second_factor: bool
    """Of staff who sign in with a password."""
    is_default: bool
    """Stations that registered themselves and drivers who name no operator belong to it."""
    created_at: datetime


class OperatorPage(Page[Operator]):
    """Operators, by name."""


class StaffMember(Shape):
    """A person who works for an operator."""

    staff_id: str
    operator_id: str
    email: str
    display_name: str
    language: str
    role: Role
    site_ids: list[str]
    """Empty: all sites of the operator."""
    is_platform: bool
    """May see and manage all operators."""
    is_active: bool
    created_at: datetime
    signed_in_at: datetime | None
    """The last time."""


class StaffPage(Page[StaffMember]):
    """Staff, by e-mail address."""


class SignIn(Shape):
    """One place where a person is signed in."""

    sign_in_id: str
    is_current: bool
    """The sign-in that this request came with."""
    created_at: datetime
    used_at: datetime
    expires_at: datetime
    address: str
    """Network address at sign-in."""
    client: str
    """What signed in: the browser's own words."""
    method: SignInMethod
    """How the person proved who they are."""


class SignInList(Shape):
    """All places where a person is signed in, the newest first."""

    items: list[SignIn]


class ApiKey(Shape):
    """A key for programs; the secret itself is shown once, when it is made."""

    api_key_id: str
    operator_id: str
    name: str
    prefix: str
    """The part of the key that can be shown again."""
    role: Role
    site_ids: list[str]
    is_platform: bool
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    used_at: datetime | None
    """Last use, to about five minutes."""
    revoked_at: datetime | None


class ApiKeyPage(Page[ApiKey]):
    """API keys, the newest first."""


class ActorName(Shape):
    """What somebody is called who did something."""

    actor: str
    """`staff:<id>` or `key:<id>`, as histories have it."""
    name: str


class ActorNameList(Shape):
    """The operator's staff and keys by name, those who left among them."""

    items: list[ActorName]


class AuditEntry(Shape):
    """Who did what to which thing."""

    entry_id: str
    operator_id: str
    at: datetime
    actor: str
    """`staff:<id>`, `key:<id>`, `driver:<id>` or `system`."""
    actor_name: str | None
    """The person's or key's name, when it is still known."""
    action: str
    """noun.verb, such as `station.accept`."""
    subject: str
    """`station:<id>`, `token:<id>` …"""
    detail: dict[str, Any]


class AuditPage(Page[AuditEntry]):
    """Audit entries, the newest first."""


class Me(Shape):
    """Whoever is signed in."""

    staff_id: str | None
    """Null for an API key."""
    api_key_id: str | None
    email: str | None
    display_name: str
    language: str | None
    operator_id: str
    operator_name: str
    role: Role
    site_ids: list[str]
    """Empty: all sites of the operator."""
    is_platform: bool
    must_enrol: bool
    """The operator demands a second factor: nothing is allowed but to set one up."""
    permissions: list[str]
    """The rights in force: `read`, `control`, `manage_access`, `manage_network` …"""


class SignedInStaff(Shape):
    """A new sign-in."""

    token: str | None
    """For `Authorization: Bearer`; null when it went into a cookie."""
    expires_at: datetime
    me: Me


class NewStaffMember(Shape):
    """A new member of staff."""

    staff: StaffMember
    password: str | None
    """When it was made here: told this once."""
    is_invited: bool
    """The person is mailed a link to set a password."""


class EntryWays(Shape):
    """How somebody comes in who is not signed in."""

    can_reset: bool
    """Whoever forgot the password can be mailed a link."""
    provider: str | None
    """The name of the identity provider over which staff of this operator sign in."""
    has_providers: bool
    """There are identity providers: they are found by the domain of an e-mail address."""


class SentLink(Shape):
    """What became of the wish to mail somebody a link."""

    letter_id: str | None
    """Null: there were several within the hour."""


class NewPassword(Shape):
    """A password that was made here: told this once."""

    password: str


class NewApiKey(Shape):
    """A new key."""

    api_key: ApiKey
    secret: str
    """For `Authorization: Bearer`: told this once."""


class Passkey(Shape):
    """A key in a phone, a computer or a token."""

    passkey_id: str
    name: str
    created_at: datetime
    used_at: datetime | None


class SecondFactors(Shape):
    """What somebody has set up beside the password."""

    has_totp: bool
    """A phone that shows codes."""
    recovery_codes: int
    """How many are left."""
    passkeys: list[Passkey]
    is_required: bool
    """The operator demands one."""


class TotpOffer(Shape):
    """What a phone is shown to set it up."""

    secret: str
    """To type in, where no picture can be taken."""
    address: str
    """`otpauth://…`"""
    picture: str
    """The same as a QR code: an SVG as a data address."""


class RecoveryCodes(Shape):
    """Each signs in once in place of the phone; answered this once."""

    codes: list[str]
