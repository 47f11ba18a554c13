"""Who may charge: drivers, id tokens, their groups, and the decision about a token.

Everything here belongs to one operator: a driver or token of another operator is `not_found`, and at a station of another
operator a token is simply not known.
"""

from datetime import datetime
from enum import StrEnum

from busbar.canon.message import Command, Fact, Noun, Report
from busbar.canon.secret import Secret
from busbar.kernel.ids import DriverId, GroupId, OperatorId, SignInId, SiteId, StationId, TokenId


class TokenKind(StrEnum):
    """What the driver presented (OCPP 2.x IdTokenEnumType; 1.6 idTags are RFID unless we issued them)."""

    RFID = "rfid"
    APP = "app"
    CENTRAL = "central"
    EMAID = "emaid"
    VIN = "vin"
    MAC = "mac"
    KEYCODE = "keycode"
    LOCAL = "local"
    DIRECT_PAYMENT = "direct_payment"
    NONE = "no_authorization"
    OTHER = "other"


class IdToken(Noun, frozen=True, kw_only=True):
    """What a driver presents: 1..255 characters, compared without regard to case.

    1.6: CiString20; 2.x: identifierString.
    """

    value: str
    kind: TokenKind = TokenKind.RFID


class Verdict(StrEnum):
    """The answer to "may this token charge here now?"."""

    ACCEPTED = "accepted"
    BLOCKED = "blocked"
    EXPIRED = "expired"
    INVALID = "invalid"
    CONCURRENT = "concurrent"
    NOT_HERE = "not_here"
    """Known, but not for this station's site."""


class Decision(Noun, frozen=True, kw_only=True):
    """A verdict with what the station needs to know beside it."""

    verdict: Verdict
    token_id: TokenId | None = None
    driver_id: DriverId | None = None
    expires_at: datetime | None = None
    group: IdToken | None = None
    """The group (2.x groupIdToken, 1.6 parentIdTag): members may stop each other's sessions."""
    is_concurrent_allowed: bool = False
    language: str | None = None


class AuthorizationRequested(Report[Decision], frozen=True, kw_only=True):
    """A driver presented a token at the station."""

    id_token: IdToken
    evse_id: int | None = None


class Authorize(Command[Decision], frozen=True, kw_only=True):
    """Decide about a token; `running_elsewhere` is what sessions knows of it: the other sessions it runs now."""

    operator_id: OperatorId
    station_id: StationId
    id_token: IdToken
    running_sessions: int = 0


class FindDriverToken(Command[IdToken], frozen=True, kw_only=True):
    """The token under which a driver's app starts sessions with this operator; made on first use."""

    driver_id: DriverId
    operator_id: OperatorId


# ---- id tokens -------------------------------------------------------------------------------------------------------


class TokenStatus(StrEnum):
    """Whether a token may be used at all."""

    ACTIVE = "active"
    BLOCKED = "blocked"


class ConcurrencyRule(StrEnum):
    """May the token run a second session? Default: what its group says, else the installation's setting."""

    DEFAULT = "default"
    ALLOWED = "allowed"
    DENIED = "denied"


class Token(Noun, kw_only=True):
    """A registered id token."""

    token_id: TokenId
    operator_id: OperatorId
    value: str
    kind: TokenKind
    label: str
    status: TokenStatus
    concurrency: ConcurrencyRule
    driver_id: DriverId | None = None
    group: str | None = None
    """The value of its group."""
    valid_from: datetime | None = None
    expires_at: datetime | None = None
    site_ids: tuple[SiteId, ...] = ()
    """Where it is accepted; empty: at all sites of the operator."""
    created_at: datetime
    changed_at: datetime


class TokenPut(Noun, kw_only=True):
    """A token as it stands after a put."""

    token: Token
    is_new: bool
    is_changed: bool


class PutToken(Command[TokenPut], kw_only=True):
    """Register a token, or make the one with this value (compared without case) exactly this. A repeat changes nothing.

    Errors: `invalid.token_value` (1..255 printable ASCII characters without outer blanks), `invalid.token_kind`
    (no_authorization is nobody's token), `invalid.label`, `invalid.validity` (ends before it begins), `invalid.sites`,
    `not_found.driver`, `not_found.group`.
    """

    operator_id: OperatorId
    actor: str
    value: str
    kind: TokenKind = TokenKind.RFID
    label: str = ""
    status: TokenStatus = TokenStatus.ACTIVE
    concurrency: ConcurrencyRule = ConcurrencyRule.DEFAULT
    driver_id: DriverId | None = None
    group: str | None = None
    valid_from: datetime | None = None
    expires_at: datetime | None = None
    site_ids: tuple[SiteId, ...] = ()


class SetTokenStatus(Command[Token], kw_only=True):
    """Block a token or let it be used again. Errors: `not_found.token`."""

    operator_id: OperatorId
    actor: str
    value: str
    status: TokenStatus


class RemoveToken(Command[None], kw_only=True):
    """Forget a token; its sessions stay. Errors: `not_found.token`."""

    operator_id: OperatorId
    actor: str
    value: str


class FindToken(Command[Token], kw_only=True):
    """Look a token up by its value. Errors: `not_found.token`."""

    operator_id: OperatorId
    value: str


class TokenFact(Fact, kw_only=True):
    """What facts about a token carry."""

    token_id: TokenId
    driver_id: DriverId | None = None


class TokenChanged(TokenFact, kw_only=True):
    """A token was registered or changed."""

    status: TokenStatus
    is_new: bool = False


class TokenRemoved(TokenFact, kw_only=True):
    """A token is no longer known."""


# ---- groups ----------------------------------------------------------------------------------------------------------


class TokenGroup(Noun, kw_only=True):
    """Tokens that may stop each other's sessions (1.6 parentIdTag, 2.x groupIdToken)."""

    group_id: GroupId
    operator_id: OperatorId
    value: str
    """What stations see: 1..20 printable ASCII characters (1.6: CiString20), compared without case."""
    name: str
    concurrency: ConcurrencyRule
    created_at: datetime
    changed_at: datetime


class GroupPut(Noun, kw_only=True):
    """A group as it stands after a put."""

    group: TokenGroup
    is_new: bool
    is_changed: bool


class PutGroup(Command[GroupPut], kw_only=True):
    """Make the group with this value exactly this. Errors: `invalid.group_value`, `invalid.name`."""

    operator_id: OperatorId
    actor: str
    value: str
    name: str
    concurrency: ConcurrencyRule = ConcurrencyRule.DEFAULT


class RemoveGroup(Command[None], kw_only=True):
    """Forget a group that has no tokens. Errors: `not_found.group`, `conflict.group_in_use` (fact `tokens`)."""

    operator_id: OperatorId
    actor: str
    value: str


# ---- drivers ---------------------------------------------------------------------------------------------------------


class DriverStatus(StrEnum):
    """Where a driver stands. Erased: only the id is left, for the sessions that were."""

    ACTIVE = "active"
    BLOCKED = "blocked"
    ERASED = "erased"


class Driver(Noun, kw_only=True):
    """A person who charges with one operator. The personal data of drivers has its one home in the access room."""

    driver_id: DriverId
    operator_id: OperatorId
    email: str | None
    display_name: str
    language: str
    status: DriverStatus
    created_at: datetime
    signed_in_at: datetime | None = None


class DriverPrincipal(Noun, kw_only=True):
    """A signed-in driver."""

    driver_id: DriverId
    operator_id: OperatorId
    sign_in_id: SignInId
    language: str

    @property
    def name(self) -> str:
        """How this driver stands in audit entries and `requested_by`."""
        return f"driver:{self.driver_id}"


class DriverSignedIn(Noun, kw_only=True):
    """The bearer token (told once) and whom it stands for."""

    bearer: Secret
    expires_at: datetime
    principal: DriverPrincipal
    driver: Driver


class SignUpDriver(Command[DriverSignedIn], kw_only=True):
    """Register as a driver and be signed in.

    Errors: `invalid.email`, `invalid.name`, `invalid.language`, `invalid.password`, `conflict.email_taken` (with this
    operator), `limit_exceeded.sign_in` (fact `wait_s`), `unavailable.passwords`.
    """

    operator_id: OperatorId
    email: str
    password: Secret
    display_name: str
    language: str = "en"
    address: str
    client: str = ""


class SignInDriver(Command[DriverSignedIn], kw_only=True):
    """Sign a driver in. Unknown address and wrong password are one error, after one time; a blocked driver may sign in.

    Errors: `denied.credentials`, `limit_exceeded.sign_in` (fact `wait_s`), `unavailable.passwords`.
    """

    operator_id: OperatorId
    email: str
    password: Secret
    address: str
    client: str = ""


class SignOutDriver(Command[None], kw_only=True):
    """End the sign-in of this bearer token; an unknown one is fine."""

    bearer: Secret


class ResolveDriverBearer(Command[DriverPrincipal], kw_only=True):
    """Which driver a bearer token stands for, now. Errors: `denied.bearer`."""

    bearer: Secret


class DriverSignIn(Noun, kw_only=True):
    """One sign-in, as its owner sees it."""

    sign_in_id: SignInId
    created_at: datetime
    used_at: datetime
    expires_at: datetime
    address: str
    client: str


class ListDriverSignIns(Command[tuple[DriverSignIn, ...]], kw_only=True):
    """A driver's live sign-ins, newest first. Errors: `not_found.driver`."""

    operator_id: OperatorId
    driver_id: DriverId


class RevokeDriverSignIn(Command[None], kw_only=True):
    """End one of a driver's sign-ins. Errors: `not_found.sign_in`."""

    operator_id: OperatorId
    driver_id: DriverId
    sign_in_id: SignInId


class ChangeDriverPassword(Command[None], kw_only=True):
    """Change one's own password; one's other sign-ins end.

    Errors: `denied.credentials` (the old one is wrong), `invalid.password`, `limit_exceeded.sign_in`, `unavailable.passwords`.
    """

    by: DriverPrincipal
    old_password: Secret
    new_password: Secret


class ResetDriverPassword(Command[Secret], kw_only=True):
    """Make a new password for a driver who forgot theirs, answered once; all their sign-ins end.

    Errors: `not_found.driver`, `conflict.driver_without_email`, `unavailable.passwords`.
    """

    operator_id: OperatorId
    actor: str
    driver_id: DriverId


class CreateDriver(Command[Driver], kw_only=True):
    """Enter a driver who did not sign up: with or without an address, and without a password until one is made.

    Errors: `invalid.email`, `invalid.name`, `invalid.language`, `conflict.email_taken`.
    """

    operator_id: OperatorId
    actor: str
    email: str | None = None
    display_name: str
    language: str = "en"


class UpdateDriver(Command[Driver], kw_only=True):
    """Change what is given (None: stays). Errors: `not_found.driver`, and as `CreateDriver`."""

    operator_id: OperatorId
    actor: str
    driver_id: DriverId
    email: str | None = None
    display_name: str | None = None
    language: str | None = None


class BlockDriver(Command[Driver], kw_only=True):
    """Refuse all tokens of a driver, or (`is_blocked` False) no longer. Errors: `not_found.driver`."""

    operator_id: OperatorId
    actor: str
    driver_id: DriverId
    is_blocked: bool = True


class EraseDriver(Command[None], kw_only=True):
    """Forget a person: personal data, password, sign-ins and tokens go; the sessions stay with an id that means nobody.

    Errors: `not_found.driver`.
    """

    operator_id: OperatorId
    actor: str
    driver_id: DriverId


class FindDriver(Command[Driver], kw_only=True):
    """Look a driver up. Errors: `not_found.driver`."""

    operator_id: OperatorId
    driver_id: DriverId


class DriverExport(Noun, kw_only=True):
    """All that the access room knows of a person."""

    driver: Driver
    tokens: tuple[Token, ...]
    sign_ins: tuple[DriverSignIn, ...]


class ExportDriver(Command[DriverExport], kw_only=True):
    """Tell a person all that is known of them here. Errors: `not_found.driver`."""

    operator_id: OperatorId
    actor: str
    driver_id: DriverId


class ExpireDriverSignIns(Command[int], kw_only=True):
    """Forget sign-ins that are over; answers how many. For a daily job."""


class DriverFact(Fact, kw_only=True):
    """What facts about a driver carry: never personal data."""

    driver_id: DriverId


class DriverRegistered(DriverFact, kw_only=True):
    """A driver is known from now on."""


class DriverStatusChanged(DriverFact, kw_only=True):
    """A driver was blocked or unblocked."""

    status: DriverStatus


class DriverErased(DriverFact, kw_only=True):
    """A driver's personal data is gone; other rooms forget what they hold of the person."""
