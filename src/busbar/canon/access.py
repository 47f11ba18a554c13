"""Who may charge: id tokens, their groups, and the decision about a token.

Everything here belongs to one operator: to all others its tokens do not exist, neither for people nor at stations.
"""

from datetime import datetime
from enum import StrEnum

from busbar.canon.message import Command, Fact, Noun, Report
from busbar.canon.pricing import PriceNote
from busbar.kernel.ids import DriverId, GroupId, OperatorId, PartnerId, SiteId, StationId, TokenId


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
    NO_FUNDS = "no_funds"
    """The driver's wallet, or the company's budget, is used up (2.x NoCredit)."""


class Because(StrEnum):
    """Why a token is refused as blocked: what its holder is told, where a station or a screen can say it."""

    BLOCKED = "blocked"
    FROZEN = "frozen"
    LOST = "lost"
    REPLACED = "replaced"
    DRIVER_BLOCKED = "driver_blocked"
    WALLET_FROZEN = "wallet_frozen"


class Decision(Noun, frozen=True, kw_only=True):
    """A verdict with what the station needs to know beside it."""

    verdict: Verdict
    because: Because | None = None
    """Said only of tokens that are blocked."""
    token_id: TokenId | None = None
    driver_id: DriverId | None = None
    expires_at: datetime | None = None
    group: IdToken | None = None
    """The group (2.x groupIdToken, 1.6 parentIdTag): members may stop each other's sessions."""
    is_concurrent_allowed: bool = False
    language: str | None = None
    note: PriceNote | None = None
    """What the driver is shown of the price, at a station that can."""


class AuthorizationRequested(Report[Decision], frozen=True, kw_only=True):
    """A driver presented a token at the station."""

    id_token: IdToken
    evse_id: int | None = None


class Authorize(Command[Decision], frozen=True, kw_only=True):
    """Decide about a token; `running_sessions`: how many other sessions it runs now, as sessions knows."""

    operator_id: OperatorId
    station_id: StationId
    id_token: IdToken
    running_sessions: int = 0
    is_start: bool = True
    """False: it ends a session, or this session was accepted with it before. Nobody needs money for that."""


class FindDriverToken(Command[IdToken], frozen=True, kw_only=True):
    """The token under which a driver's app starts sessions with this operator; made on first use."""

    driver_id: DriverId
    operator_id: OperatorId


class FindDriverGroup(Command[str | None], frozen=True, kw_only=True):
    """Tell the value of the group with which a driver's app charges; None: it has none."""

    operator_id: OperatorId
    driver_id: DriverId


# ---- id tokens -------------------------------------------------------------------------------------------------------


class TokenStatus(StrEnum):
    """Whether a token may be used at all."""

    ACTIVE = "active"
    BLOCKED = "blocked"
    """By staff: only they let it be used again."""
    FROZEN = "frozen"
    """For now: by its holder or by staff, and either lets it be used again."""
    LOST = "lost"
    """Reported lost, by its holder or by staff. Only staff let it be used again, when it was found."""
    REPLACED = "replaced"
    """Another token took its place, for good."""


class ConcurrencyRule(StrEnum):
    """May the token run a second session? Default: what its group says, else the installation's setting."""

    DEFAULT = "default"
    ALLOWED = "allowed"
    DENIED = "denied"


class Token(Noun, frozen=True, kw_only=True):
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
    replaced_by: str | None = None
    """The value of the token that took its place."""
    partner_id: PartnerId | None = None
    """The roaming partner whose driver presents it."""
    contract_id: str = ""
    """The driver's contract with that partner, as the partner calls it (OCPI `contract_id`); empty: not known."""
    created_at: datetime
    changed_at: datetime


class TokenPut(Noun, frozen=True, kw_only=True):
    """A token as it stands after a put."""

    token: Token
    is_new: bool
    is_changed: bool


class PutToken(Command[TokenPut], frozen=True, kw_only=True):
    """Register a token, or make the one with this value (compared without case) exactly this. A repeat changes nothing.

    Errors: `invalid.token_value` (1..255 printable ASCII characters without outer blanks), `invalid.token_kind`
    (no_authorization is nobody's token), `invalid.label`, `invalid.validity` (ends before it begins), `invalid.sites`,
    `invalid.token_status` (a token is replaced by `ReplaceToken` alone), `conflict.token_replaced`,
    `not_found.driver`, `not_found.group`, `limit_exceeded.driver_tokens`, `not_found.partner`,
    `invalid.token_partner` (it is a driver's of our own, a contract without a partner, or what is no contract).
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
    partner_id: PartnerId | None = None
    contract_id: str = ""


class SetTokenStatus(Command[Token], frozen=True, kw_only=True):
    """Block, freeze or report a token lost, or let it be used again. A repeat changes nothing.

    `holder_id`: its own driver wishes it, who may freeze it, let it go again and report it lost, nothing else.
    Errors: `not_found.token`, `invalid.token_status` (a token is replaced by `ReplaceToken` alone),
    `conflict.token_replaced`, `denied.token_status` (not its holder's to decide).
    """

    operator_id: OperatorId
    actor: str
    value: str
    status: TokenStatus
    holder_id: DriverId | None = None


class ReplaceToken(Command[Token], frozen=True, kw_only=True):
    """Let another token take the place of this one, which is refused from now on; answers the new one.

    The new one has the driver or partner, group, rules, sites and validity of the old. It may be registered already,
    as long as it is active and nobody's. A repeat changes nothing.
    Errors: `not_found.token`, `invalid.token_value`, `invalid.label`, `conflict.token_replaced` (by another one),
    `conflict.token_taken` (the new one is somebody's, the old one itself, or not active).
    """

    operator_id: OperatorId
    actor: str
    value: str
    new_value: str
    label: str | None = None
    """Of the new one; None: as the old."""


class RemoveToken(Command[None], frozen=True, kw_only=True):
    """Forget a token; its sessions stay. Errors: `not_found.token`."""

    operator_id: OperatorId
    actor: str
    value: str


class FindToken(Command[Token], frozen=True, kw_only=True):
    """Look a token up by its value. Errors: `not_found.token`."""

    operator_id: OperatorId
    value: str


class TokenPartner(Noun, frozen=True, kw_only=True):
    """Whose driver presents a token that is a roaming partner's, and under which contract."""

    partner_id: PartnerId
    contract_id: str
    value: str
    kind: TokenKind


class FindTokenPartner(Command[TokenPartner | None], frozen=True, kw_only=True):
    """Tell whose token it is by its id; None: no partner's, or it is forgotten."""

    operator_id: OperatorId
    token_id: TokenId


class TokenFact(Fact, frozen=True, kw_only=True):
    """What facts about a token carry."""

    token_id: TokenId
    driver_id: DriverId | None = None


class TokenChanged(TokenFact, frozen=True, kw_only=True):
    """A token was registered or changed."""

    status: TokenStatus
    is_new: bool = False


class TokenRemoved(TokenFact, frozen=True, kw_only=True):
    """A token is no longer known."""


# ---- groups ----------------------------------------------------------------------------------------------------------


class TokenGroup(Noun, frozen=True, kw_only=True):
    """Tokens that may stop each other's sessions (1.6 parentIdTag, 2.x groupIdToken)."""

    group_id: GroupId
    operator_id: OperatorId
    value: str
    """What stations see: 1..20 printable ASCII characters (1.6: CiString20), compared without case."""
    name: str
    concurrency: ConcurrencyRule
    created_at: datetime
    changed_at: datetime


class GroupPut(Noun, frozen=True, kw_only=True):
    """A group as it stands after a put."""

    group: TokenGroup
    is_new: bool
    is_changed: bool


class PutGroup(Command[GroupPut], frozen=True, kw_only=True):
    """Make the group with this value exactly this. Errors: `invalid.group_value`, `invalid.name`."""

    operator_id: OperatorId
    actor: str
    value: str
    name: str
    concurrency: ConcurrencyRule = ConcurrencyRule.DEFAULT


class RemoveGroup(Command[None], frozen=True, kw_only=True):
    """Forget a group that has neither tokens nor drivers.

    Errors: `not_found.group`, `conflict.group_in_use` (facts `tokens`, `drivers`).
    """

    operator_id: OperatorId
    actor: str
    value: str
