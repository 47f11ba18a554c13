from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from busbar.api.bodies.body import Body, Email, GivenPassword, Instant, Key, Language, Name, Password, Zone
from busbar.api.bodies.network import Country
from busbar.canon.tenants import Role

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$")]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Code = Annotated[str, StringConstraints(min_length=6, max_length=20, pattern=r"^[0-9A-Za-z -]+$")]
Credential = Annotated[dict[str, Any], Field(max_length=20)]
"""A PublicKeyCredential as JSON."""
SiteIds = Annotated[tuple[Key, ...], Field(max_length=1000)]


class Transport(StrEnum):
    """How a sign-in is carried on later requests."""

    BEARER = "bearer"
    """`Authorization: Bearer <token>`: the token is in the answer."""
    COOKIE = "cookie"
    """An HttpOnly cookie: the token never reaches a script. Writes then need the header `X-Busbar-Request: 1`."""


class SignInBody(Body):
    """Who wants to sign in."""

    email: Email
    password: GivenPassword
    transport: Transport = Transport.BEARER


class StaffSignInBody(SignInBody):
    """Which member of staff wants to sign in."""

    code: Code | None = None
    """Of a phone, or a recovery code; asked for by `denied.second_factor`."""


class CodeBody(Body):
    """A code that a phone shows, or a recovery code."""

    code: Code


class PasskeyBody(Body):
    """What a browser answered when it made a passkey."""

    name: Name
    credential: Credential


class PasskeySignInBody(Body):
    """What a browser answered when a passkey signed."""

    credential: Credential
    transport: Transport = Transport.BEARER


class PasswordChange(Body):
    """A new password; all other sign-ins of the person end."""

    old_password: GivenPassword
    new_password: Password


class ForgottenBody(Body):
    """Who forgot the password."""

    email: Email


class DriverForgottenBody(ForgottenBody):
    """Which driver forgot the password."""

    operator: Slug | None = None
    """Whose driver: the operator's slug; left out: the installation's default operator."""


class NewPasswordBody(Body):
    """A password, set by a link that was mailed."""

    link: Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[!-~]+$")]
    """What stands behind the `#` of the address."""
    password: Password


class DriverSignInBody(SignInBody):
    """Which driver wants to sign in."""

    operator: Slug | None = None
    """Whose driver: the operator's slug; left out: the installation's default operator."""


class DriverSignUp(Body):
    """A new driver."""

    operator: Slug | None = None
    """Whose driver: the operator's slug; left out: the installation's default operator."""
    email: Email
    password: Password
    display_name: Name
    language: Language = "en"
    transport: Transport = Transport.BEARER


class DriverSelfPatch(Body):
    """What a driver changes of their own; what is left out stays."""

    email: Email | None = None
    display_name: Name | None = None
    language: Language | None = None


class DriverErasure(Body):
    """A driver who leaves proves that it is them."""

    password: GivenPassword


class OperatorBody(Body):
    """A new operator."""

    name: Name
    slug: Slug
    """Stands in addresses; never another operator's."""
    currency: Currency = "EUR"
    time_zone: Zone = "UTC"
    language: Language = "en"


class OperatorPatch(Body):
    """What is left out stays."""

    name: Name | None = None
    slug: Slug | None = None
    currency: Currency | None = None
    time_zone: Zone | None = None
    country: Country | None = None
    """ISO 3166-1 alpha-2, or empty: whose holidays hold where a station has no site."""
    language: Language | None = None
    requires_second_factor: bool | None = None
    """Staff who sign in with a password alone may then only set a second factor up."""
    is_default: Literal[True] | None = None
    """Make it the default one in place of the one that is."""


class StaffBody(Body):
    """A new member of staff."""

    email: Email
    display_name: Name
    role: Role
    language: Language = "en"
    site_ids: SiteIds = ()
    """Empty: all sites of the operator."""
    is_platform: bool = False
    password: Password | None = None
    """Left out, the person is mailed a link to set one; while mail is off, one is made and answered once."""


class StaffPatch(Body):
    """What is left out stays."""

    email: Email | None = None
    display_name: Name | None = None
    role: Role | None = None
    language: Language | None = None
    site_ids: SiteIds | None = None
    is_platform: bool | None = None
    is_active: bool | None = None


class ApiKeyBody(Body):
    """A new key for programs."""

    name: Name
    role: Role
    site_ids: SiteIds = ()
    is_platform: bool = False
    expires_at: Instant | None = None
