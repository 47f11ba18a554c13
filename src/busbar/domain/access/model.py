"""May this token charge here now? And what a driver, a token and a group may be: pure decisions."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from busbar.canon.access import (
    Because,
    ConcurrencyRule,
    Decision,
    IdToken,
    PutToken,
    ReplaceToken,
    SetTokenStatus,
    Token,
    TokenKind,
    TokenStatus,
    Verdict,
)
from busbar.canon.drivers import Driver, DriverSignIn, DriverStatus
from busbar.canon.ledger import FundsVerdict
from busbar.domain.access.holders import check_holder
from busbar.kernel.errors import ConflictError, DeniedError, InvalidError, LimitExceededError, NotFoundError
from busbar.kernel.ids import DriverId, GroupId, SiteId, TokenId, is_key

DRIVER_BEARER = "bbd_"
"""What a driver's bearer token begins with."""
MADE_PASSWORD_CHARS = 20
APP_TOKEN_CHARS = 20
"""What every protocol can carry: 1.6 knows CiString20."""

VALUE_MAX_CHARS = 255
GROUP_MAX_CHARS = 20
LABEL_MAX_CHARS = 100
SITES_MAX = 500
TOKENS_OF_DRIVER_MAX = 1_000
CLIENT_MAX_CHARS = 200
ADDRESS_MAX_CHARS = 64
BEARER_MAX_CHARS = 128

_PRINTABLE = re.compile(r"[!-~](?:[ -~]*[!-~])?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

KINDS_THAT_MUST_MATCH = frozenset(
    {TokenKind.EMAID, TokenKind.VIN, TokenKind.MAC, TokenKind.KEYCODE, TokenKind.DIRECT_PAYMENT}
)
"""Typed in or sent by a vehicle: such a value must not pass for an RFID of the same digits, nor the other way round.

The others are compared by value alone: 1.6 tells no kind, and what we send as `central` comes back as such.
"""

TOLD_OF_TOKENS = (
    "kind",
    "status",
    "concurrency",
    "driver_id",
    "group",
    "valid_from",
    "expires_at",
    "site_ids",
    "partner_id",
)
"""What the audit log tells of an edit: not the label, where people write names, and no value of a token."""
HIDDEN_OF_TOKENS = ("label", "contract_id")
"""What it tells only that it changed."""
PERSONAL_OF_DRIVERS = ("email", "display_name")
"""What the audit log, which forgets nothing, tells only that it changed."""


class TokenValueError(InvalidError):
    """Not what a token can be."""

    code = "invalid.token_value"


class TokenKindError(InvalidError):
    """Nobody's token."""

    code = "invalid.token_kind"


class GroupValueError(InvalidError):
    """Not what a group can be called towards stations."""

    code = "invalid.group_value"


class LabelError(InvalidError):
    """A label that is too long or holds control characters."""

    code = "invalid.label"


class ValidityError(InvalidError):
    """A validity that ends before it begins."""

    code = "invalid.validity"


class SitesError(InvalidError):
    """Too many sites, or something that is no site id."""

    code = "invalid.sites"


class TokenStatusError(InvalidError):
    """No state that a token is put into by itself."""

    code = "invalid.token_status"


class TokenNotFoundError(NotFoundError):
    """No such token with this operator."""

    code = "not_found.token"


class GroupNotFoundError(NotFoundError):
    """No such group with this operator."""

    code = "not_found.group"


class DriverNotFoundError(NotFoundError):
    """No such driver with this operator, or erased."""

    code = "not_found.driver"


class SignInNotFoundError(NotFoundError):
    """No such sign-in of this driver."""

    code = "not_found.sign_in"


class TokenReplacedError(ConflictError):
    """Another token took its place."""

    code = "conflict.token_replaced"


class TokenTakenError(ConflictError):
    """The token cannot take another's place: it is somebody's, or may not be used."""

    code = "conflict.token_taken"


class GroupInUseError(ConflictError):
    """Tokens or drivers belong to the group."""

    code = "conflict.group_in_use"


class EmailTakenError(ConflictError):
    """Another driver of this operator has this address."""

    code = "conflict.email_taken"


class DriverWithoutEmailError(ConflictError):
    """The driver has no address to sign in with."""

    code = "conflict.driver_without_email"


class OldPasswordError(InvalidError):
    """The present password is wrong. Whoever asks is signed in, and stays so."""

    code = "invalid.old_password"


class CredentialsError(DeniedError):
    """Address or password is wrong; which of them is not told."""

    code = "denied.credentials"


class TokenStatusDeniedError(DeniedError):
    """Staff decided about this token: its holder cannot undo it."""

    code = "denied.token_status"


class BearerError(DeniedError):
    """The bearer token stands for nobody (any more)."""

    code = "denied.bearer"


class TooManyTokensError(LimitExceededError):
    """The driver has as many tokens as there may be."""

    code = "limit_exceeded.driver_tokens"


class DriverTerms(msgspec.Struct, frozen=True, kw_only=True):
    """How long a driver's sign-in lasts and what bounds it."""

    lifetime: timedelta = timedelta(days=90)
    """From the sign-in, however busy."""
    idle: timedelta = timedelta(days=30)
    """Since the last use."""
    touch: timedelta = timedelta(hours=1)
    """The last use is written down at most this often."""
    trust: timedelta = timedelta(minutes=1)
    """How long a bearer is taken from memory before it is looked up again."""
    live_max: int = 20
    """Live sign-ins of one driver; one more ends the oldest."""


class AccessPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """The settings that decide about tokens."""

    is_concurrent_allowed: bool = False
    """Whether a token may run a second session where neither it nor its group says."""
    cache_max_tokens: int = 50_000


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a decision about a token needs, as held in memory."""

    token: Token
    driver_status: DriverStatus | None = None
    language: str | None = None
    driver_group: str | None = None
    """The group of its driver: that of a token without an own one."""
    group_concurrency: ConcurrencyRule = ConcurrencyRule.DEFAULT

    @property
    def group(self) -> str | None:
        """The group that counts: the token's own, else its driver's."""
        return self.driver_group if self.token.group is None else self.token.group


class DriverRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A driver with the hash of the password."""

    driver: Driver
    password_hash: str | None
    group_id: GroupId | None = None


class SignInRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in as stored."""

    sign_in: DriverSignIn
    driver_id: DriverId
    bearer_hash: str


# ---- what people enter -----------------------------------------------------------------------------------------------


def is_value(text: str) -> bool:
    """Tell whether a text may be a token's value at all (1.6 CiString, 2.x identifierString: both are ASCII)."""
    return len(text) <= VALUE_MAX_CHARS and _PRINTABLE.fullmatch(text) is not None


def fold_value(value: str) -> str:
    """Return the form under which a value is looked up: two values that differ in the case of letters are one."""
    return value.lower()


def read_value(text: str) -> str:
    """Return a token's value. Errors: `invalid.token_value`."""
    if not is_value(text):
        raise TokenValueError(f"a token is 1 to {VALUE_MAX_CHARS} printable ASCII characters without outer blanks")
    return text


def read_group_value(text: str) -> str:
    """Return a group's value. Errors: `invalid.group_value`."""
    if len(text) > GROUP_MAX_CHARS or not is_value(text):
        raise GroupValueError(f"a group is 1 to {GROUP_MAX_CHARS} printable ASCII characters without outer blanks")
    return text


def read_sites(site_ids: Sequence[SiteId]) -> tuple[SiteId, ...]:
    """Return sites, each once, in order. Errors: `invalid.sites`."""
    if len(site_ids) > SITES_MAX:
        raise SitesError(f"at most {SITES_MAX} sites", sites=len(site_ids))
    for site_id in site_ids:
        if not is_key(site_id):
            raise SitesError("not a site id", site_id=site_id[:64])
    return tuple(sorted(set(site_ids)))


def shape_token(wish: PutToken, *, before: Token | None, token_id: TokenId, group: str | None, now: datetime) -> Token:
    """Return the token as it shall be; equal to `before` when nothing changes. Errors: as `PutToken`."""
    if wish.kind is TokenKind.NONE:
        raise TokenKindError("no_authorization is nobody's token")
    if len(wish.label) > LABEL_MAX_CHARS or _CONTROL.search(wish.label):
        raise LabelError(f"a label has at most {LABEL_MAX_CHARS} characters, no control characters")
    if wish.valid_from is not None and wish.expires_at is not None and wish.expires_at <= wish.valid_from:
        raise ValidityError("the token would expire before it is valid")
    check_holder(wish)
    check_status(before, wish.status)
    after = Token(
        token_id=token_id if before is None else before.token_id,
        operator_id=wish.operator_id,
        value=read_value(wish.value),
        kind=wish.kind,
        label=wish.label,
        status=wish.status,
        concurrency=wish.concurrency,
        driver_id=wish.driver_id,
        group=group,
        valid_from=wish.valid_from,
        expires_at=wish.expires_at,
        site_ids=read_sites(wish.site_ids),
        replaced_by=None if before is None else before.replaced_by,
        partner_id=wish.partner_id,
        contract_id=wish.contract_id,
        created_at=now if before is None else before.created_at,
        changed_at=now if before is None else before.changed_at,
    )
    return after if after == before else msgspec.structs.replace(after, changed_at=now)


def check_status(before: Token | None, status: TokenStatus) -> None:
    """Refuse what a token cannot become. Errors: `conflict.token_replaced`, `invalid.token_status`."""
    if before is not None and before.status is TokenStatus.REPLACED:
        if status is not TokenStatus.REPLACED:
            raise TokenReplacedError("another token took its place", replaced_by=before.replaced_by)
    elif status is TokenStatus.REPLACED:
        raise TokenStatusError("name the token that takes its place")


HOLDER_STATUSES = frozenset({TokenStatus.ACTIVE, TokenStatus.FROZEN})
"""Between these a token's holder goes to and fro; from them the holder reports it lost."""


def set_status(before: Token, wish: SetTokenStatus, *, now: datetime) -> Token:
    """Return the token as it shall stand. Errors: as `SetTokenStatus`."""
    if wish.holder_id is not None and wish.holder_id != before.driver_id:
        raise TokenNotFoundError("no such token", value=wish.value[:64])
    if before.status is wish.status:
        return before
    check_status(before, wish.status)
    if wish.holder_id is not None:
        to = HOLDER_STATUSES | {TokenStatus.LOST}
        if before.status not in HOLDER_STATUSES or wish.status not in to:
            raise TokenStatusDeniedError("only the operator can do this", status=before.status.value)
    return msgspec.structs.replace(before, status=wish.status, changed_at=now)


def replace_token(
    old: Token, before: Token | None, wish: ReplaceToken, *, token_id: TokenId, now: datetime
) -> tuple[Token, Token]:
    """Return the old token and the new one as they shall stand; `before`: what is known of the new one.

    Errors: as `ReplaceToken`.
    """
    if old.status is TokenStatus.REPLACED:
        raise TokenReplacedError("another token took its place", replaced_by=old.replaced_by)
    if before is not None and (before.token_id == old.token_id or not _is_free(before)):
        raise TokenTakenError("the new token is somebody's, or may not be used", value=before.value[:64])
    label = old.label if wish.label is None else wish.label
    new = shape_token(
        PutToken(
            operator_id=wish.operator_id,
            actor=wish.actor,
            value=wish.new_value if before is None else before.value,
            kind=old.kind if before is None else before.kind,
            label=label,
            concurrency=old.concurrency,
            driver_id=old.driver_id,
            valid_from=old.valid_from,
            expires_at=old.expires_at,
            site_ids=old.site_ids,
            partner_id=old.partner_id,
            contract_id=old.contract_id,
        ),
        before=before,
        token_id=token_id,
        group=old.group,
        now=now,
    )
    return msgspec.structs.replace(old, status=TokenStatus.REPLACED, replaced_by=new.value, changed_at=now), new


def _is_free(token: Token) -> bool:
    return token.driver_id is None and token.partner_id is None and token.status is TokenStatus.ACTIVE


def erase(driver: Driver) -> Driver:
    """Return what is left of a driver: an id that means nobody."""
    return Driver(
        driver_id=driver.driver_id,
        operator_id=driver.operator_id,
        email=None,
        display_name="",
        language="en",
        status=DriverStatus.ERASED,
        created_at=driver.created_at,
    )


# ---- the decision ----------------------------------------------------------------------------------------------------


def is_concurrent_allowed(standing: Standing, policy: AccessPolicy) -> bool:
    """Tell whether a token may run a second session: the token's word, else the group's, else the setting."""
    for rule in (standing.token.concurrency, standing.group_concurrency):
        if rule is not ConcurrencyRule.DEFAULT:
            return rule is ConcurrencyRule.ALLOWED
    return policy.is_concurrent_allowed


def is_kind_right(*, presented: TokenKind, registered: TokenKind) -> bool:
    """Tell whether a token of this kind may be presented as that one."""
    if presented in KINDS_THAT_MUST_MATCH or registered in KINDS_THAT_MUST_MATCH:
        return presented is registered or presented is TokenKind.RFID
    return True


def judge(
    standing: Standing, presented: IdToken, *, now: datetime, running_sessions: int, policy: AccessPolicy
) -> Verdict:
    """Return the verdict about a known token, but for the place (`is_place_right`): that is asked for only when needed.

    The order is part of the answer: what was forbidden by a person comes before what ran out, and both before what is
    only so at this moment.
    """
    token = standing.token
    if not is_kind_right(presented=presented.kind, registered=token.kind):
        return Verdict.INVALID
    if find_reason(standing) is not None:
        return Verdict.BLOCKED
    if token.expires_at is not None and token.expires_at <= now:
        return Verdict.EXPIRED
    if token.valid_from is not None and now < token.valid_from:
        return Verdict.INVALID
    if running_sessions > 0 and not is_concurrent_allowed(standing, policy):
        return Verdict.CONCURRENT
    return Verdict.ACCEPTED


_REASONS = {
    TokenStatus.BLOCKED: Because.BLOCKED,
    TokenStatus.FROZEN: Because.FROZEN,
    TokenStatus.LOST: Because.LOST,
    TokenStatus.REPLACED: Because.REPLACED,
}


def find_reason(standing: Standing) -> Because | None:
    """Return why a token is blocked, as it or its holder stands; None: it is not."""
    if standing.token.status is not TokenStatus.ACTIVE:
        return _REASONS[standing.token.status]
    return Because.DRIVER_BLOCKED if standing.driver_status is DriverStatus.BLOCKED else None


def judge_funds(funds: FundsVerdict) -> Verdict:
    """Return what the money says about a token that may charge otherwise."""
    if funds is FundsVerdict.ENOUGH:
        return Verdict.ACCEPTED
    return Verdict.BLOCKED if funds is FundsVerdict.FROZEN else Verdict.NO_FUNDS


def is_place_right(token: Token, site_id: SiteId | None) -> bool:
    """Tell whether a token is accepted at a station of this site."""
    return not token.site_ids or site_id in token.site_ids


def decide(standing: Standing, verdict: Verdict, policy: AccessPolicy) -> Decision:
    """Return the decision with what the station and the sessions need beside the verdict."""
    token = standing.token
    is_blocked = verdict is Verdict.BLOCKED
    return Decision(
        verdict=verdict,
        because=(find_reason(standing) or Because.WALLET_FROZEN) if is_blocked else None,
        token_id=token.token_id,
        driver_id=token.driver_id,
        expires_at=token.expires_at,
        group=None if standing.group is None else IdToken(value=standing.group, kind=TokenKind.CENTRAL),
        is_concurrent_allowed=is_concurrent_allowed(standing, policy),
        language=standing.language,
    )


NOBODY = Decision(verdict=Verdict.ACCEPTED, is_concurrent_allowed=True)
"""A station without any means to authorise says so with this kind of token: accepted (2.0.1 C02.FR.02)."""
UNKNOWN = Decision(verdict=Verdict.INVALID)


# ---- sign-ins --------------------------------------------------------------------------------------------------------


def is_bearer(text: str) -> bool:
    """Tell whether a text may be a driver's bearer token at all; what may not need not be looked up."""
    return len(text) <= BEARER_MAX_CHARS and text.isascii() and text.startswith(DRIVER_BEARER)


def expire_at(sign_in: DriverSignIn, terms: DriverTerms) -> datetime:
    """Return when a sign-in is over if it is not used again."""
    return min(sign_in.expires_at, sign_in.used_at + terms.idle)
