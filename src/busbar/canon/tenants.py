"""Operators and their staff: who may do what, and who did.

A command that people of an operator give carries `by`, the principal who gives it: the room itself decides whether that
principal may. Whatever belongs to an operator that `by` may not see is `not_found`.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from busbar.canon.message import Command, Fact, Noun
from busbar.canon.secret import Secret
from busbar.kernel.ids import ApiKeyId, OperatorId, SignInId, SiteId, StaffId


class Role(StrEnum):
    """What a staff member may do.

    Admin: everything of the operator; manager: all but staff and keys; support: commands and drivers; viewer: read;
    display: what a screen on a wall shows, and nothing else.
    """

    ADMIN = "admin"
    MANAGER = "manager"
    SUPPORT = "support"
    VIEWER = "viewer"
    DISPLAY = "display"

    def covers(self, other: "Role") -> bool:
        """Tell whether who has this role may do all that the other role may."""
        return _ROLES.index(self) <= _ROLES.index(other)


_ROLES = tuple(Role)


class Principal(Noun, frozen=True, kw_only=True):
    """A signed-in member of staff or an API key."""

    operator_id: OperatorId
    role: Role
    staff_id: StaffId | None = None
    api_key_id: ApiKeyId | None = None
    site_ids: tuple[SiteId, ...] = ()
    """Empty: all sites of the operator."""
    is_platform: bool = False
    """May see and manage all operators."""
    sign_in_id: SignInId | None = None
    must_enrol: bool = False
    """The operator demands a second factor and this sign-in has none: nothing is allowed but to set one up."""

    @property
    def name(self) -> str:
        """How this principal stands in audit entries and `requested_by`."""
        return f"staff:{self.staff_id}" if self.staff_id else f"key:{self.api_key_id}"

    def may_see_operator(self, operator_id: OperatorId) -> bool:
        """Tell whether data of this operator may be shown."""
        return self.is_platform or self.operator_id == operator_id

    def may_see_site(self, site_id: SiteId | None) -> bool:
        """Tell whether data of this site may be shown, as far as the scope of sites goes."""
        return not self.site_ids or site_id in self.site_ids


# ---- operators -------------------------------------------------------------------------------------------------------


class Operator(Noun, frozen=True, kw_only=True):
    """A merchant with sites."""

    operator_id: OperatorId
    name: str
    slug: str
    currency: str
    """ISO 4217, of new tariffs and accounts."""
    zone: str
    """IANA name, of new sites."""
    country: str = ""
    """ISO 3166-1 alpha-2, or empty: whose holidays hold where a station has no site."""
    language: str
    requires_second_factor: bool = False
    """Staff who sign in with a password alone may only set a second factor up."""
    is_default: bool
    """Stations that registered themselves and drivers who name no operator belong to it. Exactly one operator is it."""
    created_at: datetime


class CreateOperator(Command[Operator], frozen=True, kw_only=True):
    """Add an operator to the installation.

    Errors: `denied.role` (platform administrators only), `invalid.name`, `invalid.slug`, `invalid.currency`,
    `invalid.zone`, `invalid.language`, `conflict.slug_taken`.
    """

    by: Principal
    name: str
    slug: str
    """1..40 of a-z, 0-9 and inner hyphens; stands in addresses; never another operator's."""
    currency: str = "EUR"
    zone: str = "UTC"
    language: str = "en"


class UpdateOperator(Command[Operator], frozen=True, kw_only=True):
    """Change what is given (None: stays). Only the platform may make an operator the default one.

    Errors: as `CreateOperator`, `invalid.country`, and `not_found.operator`.
    """

    by: Principal
    operator_id: OperatorId
    name: str | None = None
    slug: str | None = None
    currency: str | None = None
    zone: str | None = None
    country: str | None = None
    language: str | None = None
    requires_second_factor: bool | None = None
    is_default: bool | None = None
    """True makes it the default one; False is refused (`invalid.default_operator`): name another instead."""


class FindOperator(Command[Operator], frozen=True, kw_only=True):
    """Look an operator up by id or slug; neither means the default one. Errors: `not_found.operator`."""

    operator_id: OperatorId | None = None
    slug: str | None = None


class FindDefaultOperator(Command[OperatorId], frozen=True, kw_only=True):
    """The operator to whom a station belongs that registered itself. Errors: `not_found.operator`."""


class OperatorChanged(Fact, frozen=True, kw_only=True):
    """An operator was added or changed."""

    is_new: bool = False


# ---- staff -----------------------------------------------------------------------------------------------------------


class StaffMember(Noun, frozen=True, kw_only=True):
    """A person who works for an operator."""

    staff_id: StaffId
    operator_id: OperatorId
    email: str
    display_name: str
    language: str
    role: Role
    site_ids: tuple[SiteId, ...]
    """Empty: all sites of the operator."""
    is_platform: bool
    is_active: bool
    created_at: datetime
    signed_in_at: datetime | None = None


class StaffCreated(Noun, frozen=True, kw_only=True):
    """A new member of staff, with the password when it was made here: it is told once."""

    staff: StaffMember
    password: Secret | None = None


class CreateStaff(Command[StaffCreated], frozen=True, kw_only=True):
    """Give a person access. Without a `password` one is made and answered once.

    Errors: `denied.role`, `denied.scope` (more than `by` has), `not_found.operator`, `invalid.email`, `invalid.name`,
    `invalid.language`, `invalid.password`, `invalid.sites`, `conflict.email_taken`, `limit_exceeded.staff`,
    `unavailable.passwords`, `conflict.mail_off` (invited).
    """

    by: Principal
    operator_id: OperatorId
    email: str
    """Unique in the installation: it alone names the person at sign-in."""
    display_name: str
    role: Role
    language: str = "en"
    site_ids: tuple[SiteId, ...] = ()
    is_platform: bool = False
    password: Secret | None = None
    is_invited: bool = False
    """Without a password none is made: the person is mailed a link to set one."""


class UpdateStaff(Command[StaffMember], frozen=True, kw_only=True):
    """Change what is given (None: stays). Takes effect at the person's next request; inactive ones are signed out.

    Errors: as `CreateStaff`, and `not_found.staff`, `conflict.last_administrator`.
    """

    by: Principal
    operator_id: OperatorId
    staff_id: StaffId
    email: str | None = None
    display_name: str | None = None
    language: str | None = None
    role: Role | None = None
    site_ids: tuple[SiteId, ...] | None = None
    is_platform: bool | None = None
    is_active: bool | None = None


class ResetStaffPassword(Command[Secret], frozen=True, kw_only=True):
    """Make a new password for somebody who forgot theirs, answered once; all their sign-ins end.

    Errors: `denied.role`, `denied.scope`, `not_found.staff`, `unavailable.passwords`.
    """

    by: Principal
    operator_id: OperatorId
    staff_id: StaffId


class ChangeStaffPassword(Command[None], frozen=True, kw_only=True):
    """Change one's own password; one's other sign-ins end.

    Errors: `invalid.old_password`, `invalid.password`, `denied.key`, `limit_exceeded.sign_in`,
    `unavailable.passwords`.
    """

    by: Principal
    old_password: Secret
    new_password: Secret


class AdministratorEnsured(Noun, frozen=True, kw_only=True):
    """Whether a first administrator had to be made; with the password when it was made here: it is told once."""

    operator_id: OperatorId
    is_created: bool
    email: str | None = None
    password: Secret | None = None


class EnsureAdministrator(Command[AdministratorEnsured], frozen=True, kw_only=True):
    """See to it that the default operator and an active platform administrator exist. Changes nothing when they do.

    Errors: `invalid.email`, `invalid.password`, `conflict.email_taken` (the address is that of somebody who is not an
    active platform administrator).
    """

    email: str = "admin@localhost"
    password: Secret | None = None
    operator_name: str = "Busbar"
    operator_zone: str = "UTC"


# ---- sign-in ---------------------------------------------------------------------------------------------------------


class SignInMethod(StrEnum):
    """How somebody proved who they are."""

    PASSWORD = "password"  # noqa: S105 - a word for a way, not a secret
    TOTP = "totp"
    """Password and a code of a phone."""
    RECOVERY = "recovery"
    """Password and a recovery code."""
    PASSKEY = "passkey"
    PROVIDER = "provider"
    """The operator's identity provider said so."""


class StaffSignedIn(Noun, frozen=True, kw_only=True):
    """The bearer token (told once) and whom it stands for."""

    bearer: Secret
    expires_at: datetime
    principal: Principal
    staff: StaffMember


class SignInStaff(Command[StaffSignedIn], frozen=True, kw_only=True):
    """Sign a member of staff in. Unknown address, wrong password and inactive person are one error, after one time.

    Errors: `denied.credentials`, `denied.second_factor` (the password is right: give a code as well, or use a passkey),
    `denied.code` (the code is wrong), `limit_exceeded.sign_in` (fact `wait_s`), `unavailable.passwords`.
    """

    email: str
    password: Secret
    code: Secret | None = None
    """Of a phone, or a recovery code."""
    address: str
    """Where the request came from: an IP address; counted to slow down guessing."""
    client: str = ""
    """What signs in (the User-Agent), for the list of sign-ins; cut at 200 characters."""


class SignOutStaff(Command[None], frozen=True, kw_only=True):
    """End the sign-in of this bearer token; an unknown one is fine."""

    bearer: Secret


class SignIn(Noun, frozen=True, kw_only=True):
    """One sign-in, as its owner sees it."""

    sign_in_id: SignInId
    created_at: datetime
    used_at: datetime
    expires_at: datetime
    address: str
    client: str
    method: SignInMethod = SignInMethod.PASSWORD


class ListStaffSignIns(Command[tuple[SignIn, ...]], frozen=True, kw_only=True):
    """One's own live sign-ins, newest first; those of `staff_id` for an administrator.

    Errors: `not_found.staff`, `denied.role`.
    """

    by: Principal
    staff_id: StaffId | None = None


class RevokeStaffSignIn(Command[None], frozen=True, kw_only=True):
    """End a sign-in: one's own, or as administrator anybody's. Errors: `not_found.sign_in`, `denied.role`."""

    by: Principal
    sign_in_id: SignInId


class ResolveBearer(Command[Principal], frozen=True, kw_only=True):
    """Whom a bearer token of staff or an API key stands for, now. Errors: `denied.bearer`."""

    bearer: Secret


class ExpireStaffSignIns(Command[int], frozen=True, kw_only=True):
    """Forget sign-ins that are over; answers how many. For a daily job."""


# ---- API keys --------------------------------------------------------------------------------------------------------


class ApiKey(Noun, frozen=True, kw_only=True):
    """A program's access. Its text is `bb_<prefix>_<secret>`; only `prefix` can be shown again."""

    api_key_id: ApiKeyId
    operator_id: OperatorId
    name: str
    prefix: str
    role: Role
    site_ids: tuple[SiteId, ...]
    is_platform: bool
    created_at: datetime
    created_by: str
    expires_at: datetime | None = None
    used_at: datetime | None = None
    """Last use, to about five minutes."""
    revoked_at: datetime | None = None


class ApiKeyCreated(Noun, frozen=True, kw_only=True):
    """A new key with its text, told once."""

    api_key: ApiKey
    secret: Secret


class CreateApiKey(Command[ApiKeyCreated], frozen=True, kw_only=True):
    """Give a program access, within what `by` may.

    Errors: `denied.role`, `denied.scope`, `not_found.operator`, `invalid.name`, `invalid.sites`, `invalid.expiry`
    (past),
    `limit_exceeded.api_keys`.
    """

    by: Principal
    operator_id: OperatorId
    name: str
    role: Role
    site_ids: tuple[SiteId, ...] = ()
    is_platform: bool = False
    expires_at: datetime | None = None


class RevokeApiKey(Command[None], frozen=True, kw_only=True):
    """End a key at once; again is fine. Errors: `denied.role`, `denied.scope`, `not_found.api_key`."""

    by: Principal
    operator_id: OperatorId
    api_key_id: ApiKeyId


# ---- audit -----------------------------------------------------------------------------------------------------------


class RecordAudit(Command[None], frozen=True, kw_only=True):
    """Write down who did what to which thing; in the same transaction as the deed.

    Entries are never changed or removed.

    No personal data, no secret: ids, states and names of fields. Errors: `invalid.audit` (a text beyond its bound).
    """

    operator_id: OperatorId
    actor: str
    action: str
    """`station.accept`, `token.block` …: noun.verb."""
    subject: str
    """`station:ABC`, `token:…`."""
    detail: Mapping[str, object] = {}
    """What JSON can say: it is encoded when it is written down."""
    detail_json: str = ""
    """The same as text, which processes of the version before this one still send during an upgrade."""
