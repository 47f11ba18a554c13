"""Who may do what to operators, staff and keys, and when a sign-in is over: pure decisions."""

import math
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from busbar.canon.tenants import ApiKey, Principal, Role, SignIn, SignInMethod, StaffMember
from busbar.kernel.errors import ConflictError, DeniedError, InvalidError, LimitExceededError, NotFoundError
from busbar.kernel.ids import OperatorId, SiteId, StaffId, is_key

STAFF_BEARER = "bbs_"
KEY_BEARER = "bb_"
"""What our secrets begin with, so that people and scanners know one when they see it."""
KEY_PREFIX_CHARS = 8
MADE_PASSWORD_CHARS = 20

SITES_MAX = 500
PASSKEYS_MAX = 10
"""Of one person."""
RECOVERY_CODES = 10
RECOVERY_CODE_CHARS = 10
CODE_FAILURES_MAX = 5
"""Wrong codes in a row; then none is taken for a while."""
CODE_PAUSE = timedelta(minutes=15)
CHALLENGE_LIFE = timedelta(minutes=5)
STAFF_MAX = 10_000
"""Members of staff of one operator."""
KEYS_MAX = 1_000
"""Live API keys of one operator."""
CLIENT_MAX_CHARS = 200
ADDRESS_MAX_CHARS = 64
BEARER_MAX_CHARS = 128

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_ACTION = re.compile(r"[a-z][a-z0-9_]{0,39}\.[a-z][a-z0-9_]{0,39}")
ACTOR_MAX_CHARS = 128
SUBJECT_MAX_CHARS = 200
DETAIL_MAX_CHARS = 10_000


class SlugError(InvalidError):
    """Not a short name for addresses."""

    code = "invalid.slug"


class CurrencyError(InvalidError):
    """Not an ISO 4217 code."""

    code = "invalid.currency"


class ZoneError(InvalidError):
    """Not an IANA time zone."""

    code = "invalid.zone"


class DefaultOperatorError(InvalidError):
    """There must be a default operator."""

    code = "invalid.default_operator"


class SitesError(InvalidError):
    """Too many sites, or something that is no site id."""

    code = "invalid.sites"


class ExpiryError(InvalidError):
    """An end that has passed."""

    code = "invalid.expiry"


class AuditError(InvalidError):
    """An audit entry beyond its bounds."""

    code = "invalid.audit"


class SlugTakenError(ConflictError):
    """Another operator has this slug."""

    code = "conflict.slug_taken"


class EmailTakenError(ConflictError):
    """Somebody signs in with this address."""

    code = "conflict.email_taken"


class LastAdministratorError(ConflictError):
    """Nobody would be left to manage this operator, or the platform."""

    code = "conflict.last_administrator"


class OperatorNotFoundError(NotFoundError):
    """No such operator, or not the caller's."""

    code = "not_found.operator"


class StaffNotFoundError(NotFoundError):
    """No such person, or not the operator's."""

    code = "not_found.staff"


class SignInNotFoundError(NotFoundError):
    """No such sign-in, or not the caller's."""

    code = "not_found.sign_in"


class ApiKeyNotFoundError(NotFoundError):
    """No such key, or not the operator's."""

    code = "not_found.api_key"


class RoleError(DeniedError):
    """The caller's role does not allow it."""

    code = "denied.role"


class ScopeError(DeniedError):
    """Nobody gives, changes or takes what is more than they have themselves."""

    code = "denied.scope"


class CredentialsError(DeniedError):
    """Address or password is wrong; which of them is not told."""

    code = "denied.credentials"


class OldPasswordError(InvalidError):
    """The present password is wrong. Whoever asks is signed in, and stays so."""

    code = "invalid.old_password"


class BearerError(DeniedError):
    """The bearer token or key stands for nobody (any more)."""

    code = "denied.bearer"


class SecondFactorError(DeniedError):
    """The password is right, but it is not all that is needed."""

    code = "denied.second_factor"


class CodeError(DeniedError):
    """The code is wrong, too old, or was used before."""

    code = "denied.code"


class PasskeyError(DeniedError):
    """The passkey is not known here, or does not prove anything."""

    code = "denied.passkey"


class ProgramError(DeniedError):
    """Keys of programs have no password, phone or passkey."""

    code = "denied.key"


class PasskeyReadError(InvalidError):
    """Not what a browser answers when it made a passkey for this site."""

    code = "invalid.passkey"


class TotpError(ConflictError):
    """The phone is set up already, or is not."""

    code = "conflict.totp"


class PasskeyTakenError(ConflictError):
    """This passkey is kept already."""

    code = "conflict.passkey"


class PasskeyNotFoundError(NotFoundError):
    """No such passkey of the caller's."""

    code = "not_found.passkey"


class TooManyPasskeysError(LimitExceededError):
    """Somebody has as many passkeys as there may be."""

    code = "limit_exceeded.passkeys"


class TooManyCodesError(LimitExceededError):
    """Too many wrong codes; the fact `wait_s` tells when to try again."""

    code = "limit_exceeded.codes"


class TooManyStaffError(LimitExceededError):
    """The operator has as many members of staff as there may be."""

    code = "limit_exceeded.staff"


class TooManyKeysError(LimitExceededError):
    """The operator has as many live keys as there may be."""

    code = "limit_exceeded.api_keys"


class SignInTerms(msgspec.Struct, frozen=True, kw_only=True):
    """How long a sign-in lasts and what bounds it."""

    lifetime: timedelta = timedelta(hours=12)
    """From the sign-in, however busy."""
    idle: timedelta = timedelta(hours=4)
    """Since the last use."""
    touch: timedelta = timedelta(minutes=5)
    """The last use is written down at most this often."""
    trust: timedelta = timedelta(minutes=1)
    """How long a bearer is taken from memory before it is looked up again."""
    live_max: int = 20
    """Live sign-ins of one person; one more ends the oldest."""
    attempts_max_per_min: int = 10
    """Failed sign-ins per account and per address."""


class TotpRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's phone, and the codes for when it is lost."""

    staff_id: StaffId
    secret: bytes
    """Sealed."""
    is_confirmed: bool = False
    last_step: int = 0
    """No code of this step or an earlier one counts any more."""
    recovery_hashes: tuple[str, ...] = ()
    failures: int = 0
    blocked_until: datetime | None = None
    created_at: datetime


class StaffRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A member of staff with the hash of the password."""

    staff: StaffMember
    password_hash: str | None


class SignInRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in as stored."""

    sign_in: SignIn
    staff_id: StaffId
    bearer_hash: str


class ApiKeyRecord(msgspec.Struct, frozen=True, kw_only=True):
    """An API key as stored."""

    api_key: ApiKey
    secret_hash: str


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what to which thing, when."""

    entry_id: str
    operator_id: OperatorId
    at: datetime
    actor: str
    action: str
    subject: str
    detail_json: str


class Trust(msgspec.Struct, frozen=True, kw_only=True):
    """A principal in memory, and until when it may be believed without a look-up."""

    principal: Principal
    until: datetime


# ---- what people enter -----------------------------------------------------------------------------------------------


def read_slug(text: str) -> str:
    """Return the slug. Errors: `invalid.slug`."""
    if not _SLUG.fullmatch(text):
        raise SlugError("a slug is 1 to 40 of a-z, 0-9 and inner hyphens")
    return text


def read_currency(text: str) -> str:
    """Return the currency code. Errors: `invalid.currency`."""
    if not _CURRENCY.fullmatch(text):
        raise CurrencyError("give a currency as three capital letters (ISO 4217)")
    return text


def read_zone(text: str) -> str:
    """Return the name of a time zone that exists. Errors: `invalid.zone`."""
    try:
        ZoneInfo(text[:64])
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ZoneError("give an IANA time zone such as Europe/Rome") from None
    return text


def read_sites(site_ids: Sequence[SiteId]) -> tuple[SiteId, ...]:
    """Return a scope of sites, each once, in order. Errors: `invalid.sites`."""
    if len(site_ids) > SITES_MAX:
        raise SitesError(f"at most {SITES_MAX} sites", sites=len(site_ids))
    for site_id in site_ids:
        if not is_key(site_id):
            raise SitesError("not a site id", site_id=site_id[:64])
    return tuple(sorted(set(site_ids)))


def check_audit(entry: AuditEntry) -> AuditEntry:
    """Return an entry that is within its bounds. Errors: `invalid.audit` with the fact `field`."""
    is_right = {
        "action": bool(_ACTION.fullmatch(entry.action)),
        "actor": 1 <= len(entry.actor) <= ACTOR_MAX_CHARS,
        "subject": 1 <= len(entry.subject) <= SUBJECT_MAX_CHARS,
        "detail_json": len(entry.detail_json) <= DETAIL_MAX_CHARS,
    }
    for field, is_field_right in is_right.items():
        if not is_field_right:
            raise AuditError(f"the {field} of an audit entry is beyond its bounds", field=field)
    return entry


# ---- who may what ----------------------------------------------------------------------------------------------------


def require_platform(by: Principal) -> None:
    """Let platform administrators pass. Errors: `denied.role`."""
    if not (by.is_platform and by.role is Role.ADMIN):
        raise RoleError("only a platform administrator may do this")


def require_administrator(by: Principal, operator_id: OperatorId) -> None:
    """Let administrators of this operator pass. Errors: `not_found.operator` (not theirs to see), `denied.role`."""
    if not by.may_see_operator(operator_id):
        raise OperatorNotFoundError("no such operator", operator_id=operator_id)
    if by.role is not Role.ADMIN:
        raise RoleError("only an administrator may do this", role=by.role.value)


def require_scope(by: Principal, *, role: Role, site_ids: Sequence[SiteId], is_platform: bool) -> None:
    """Refuse to let anybody reach further than `by` does: neither by giving access nor over somebody who has more.

    Errors: `denied.scope`.
    """
    if is_platform and not by.is_platform:
        raise ScopeError("only the platform gives access to all operators")
    if not by.role.covers(role):
        raise ScopeError("this role is more than your own", role=role.value)
    if by.site_ids and not (site_ids and set(site_ids) <= set(by.site_ids)):
        raise ScopeError("this reaches beyond your own sites")


def is_administrator(staff: StaffMember, *, is_platform: bool) -> bool:
    """Tell whether this person keeps an operator (or, `is_platform`, the installation) manageable."""
    return (
        staff.is_active and staff.role is Role.ADMIN and not staff.site_ids and (staff.is_platform or not is_platform)
    )


def find_orphaning(before: StaffMember, after: StaffMember) -> list[bool]:
    """Tell which of the two kinds of administrator (`is_platform`) `after` no longer is, though `before` was."""
    return [
        is_platform
        for is_platform in (False, True)
        if is_administrator(before, is_platform=is_platform) and not is_administrator(after, is_platform=is_platform)
    ]


# ---- sign-ins and keys -----------------------------------------------------------------------------------------------


def expire_at(sign_in: SignIn, terms: SignInTerms) -> datetime:
    """Return when a sign-in is over if it is not used again."""
    return min(sign_in.expires_at, sign_in.used_at + terms.idle)


def trust_staff(
    record: StaffRecord, sign_in: SignIn, *, now: datetime, terms: SignInTerms, needs_factor: bool = False
) -> Trust:
    """Decide whom a sign-in stands for. Errors: `denied.bearer` (over, or the person is inactive)."""
    over_at = expire_at(sign_in, terms)
    if over_at <= now or not record.staff.is_active:
        raise BearerError("sign in again")
    return Trust(
        principal=principal_of(record.staff, sign_in=sign_in, needs_factor=needs_factor),
        until=min(over_at, sign_in.expires_at, now + terms.trust),
    )


def principal_of(staff: StaffMember, *, sign_in: SignIn, needs_factor: bool = False) -> Principal:
    """Return the principal that a signed-in member of staff is."""
    return Principal(
        operator_id=staff.operator_id,
        role=staff.role,
        staff_id=staff.staff_id,
        site_ids=staff.site_ids,
        is_platform=staff.is_platform,
        sign_in_id=sign_in.sign_in_id,
        must_enrol=needs_factor and sign_in.method is SignInMethod.PASSWORD,
    )


def trust_key(api_key: ApiKey, *, now: datetime, terms: SignInTerms) -> Trust:
    """Decide what a key stands for. Errors: `denied.bearer` (revoked or expired)."""
    if api_key.revoked_at is not None or (api_key.expires_at is not None and api_key.expires_at <= now):
        raise BearerError("this key is revoked or has expired")
    principal = Principal(
        operator_id=api_key.operator_id,
        role=api_key.role,
        api_key_id=api_key.api_key_id,
        site_ids=api_key.site_ids,
        is_platform=api_key.is_platform,
    )
    until = now + terms.trust
    return Trust(principal=principal, until=until if api_key.expires_at is None else min(until, api_key.expires_at))


def is_bearer(text: str) -> bool:
    """Tell whether a text may be a bearer of ours at all; what may not need not be looked up."""
    return len(text) <= BEARER_MAX_CHARS and text.isascii() and text.startswith((STAFF_BEARER, KEY_BEARER))


def split_key(text: str) -> tuple[str, str] | None:
    """Return prefix and secret of a key's text, or None when it is no key's."""
    mark, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    if f"{mark}_" != KEY_BEARER or len(prefix) != KEY_PREFIX_CHARS or not secret:
        return None
    return prefix, secret


# ---- second factors --------------------------------------------------------------------------------------------------


def write_recovery_code(code: str) -> str:
    """Return a recovery code as people read it."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}".lower()


def fold_code(text: str) -> str:
    """Return a recovery code as it is compared."""
    return "".join(letter for letter in text.upper() if letter.isalnum())


def note_wrong_code(record: TotpRecord, *, now: datetime) -> TotpRecord:
    """Return the record after a wrong code: after some in a row none is taken for a while."""
    failures = record.failures + 1
    is_much = failures % CODE_FAILURES_MAX == 0
    return msgspec.structs.replace(
        record, failures=failures, blocked_until=now + CODE_PAUSE if is_much else record.blocked_until
    )


def check_not_blocked(record: TotpRecord, *, now: datetime) -> None:
    """Refuse codes while there were too many wrong ones. Errors: `limit_exceeded.codes`."""
    if record.blocked_until is not None and record.blocked_until > now:
        wait_s = math.ceil((record.blocked_until - now).total_seconds())
        raise TooManyCodesError("too many wrong codes; wait a while", wait_s=wait_s)
