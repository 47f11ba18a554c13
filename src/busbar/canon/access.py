"""Who may charge: id tokens and the decision about them."""

from datetime import datetime
from enum import StrEnum

from busbar.canon.message import Command, Noun, Report
from busbar.kernel.ids import DriverId, OperatorId, StationId, TokenId


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


class IdToken(Noun, kw_only=True):
    """What a driver presents: 1..255 characters, compared without regard to case (1.6: CiString20, 2.x: identifierString)."""

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
    """Known, but not for this station's operator or site."""


class Decision(Noun, kw_only=True):
    """A verdict with what the station needs to know beside it."""

    verdict: Verdict
    token_id: TokenId | None = None
    driver_id: DriverId | None = None
    expires_at: datetime | None = None
    group: IdToken | None = None
    """The group (2.x groupIdToken, 1.6 parentIdTag): members may stop each other's sessions."""
    is_concurrent_allowed: bool = False
    language: str | None = None


class AuthorizationRequested(Report[Decision], kw_only=True):
    """A driver presented a token at the station."""

    id_token: IdToken
    evse_id: int | None = None


class Authorize(Command[Decision], kw_only=True):
    """Decide about a token; `running_elsewhere` is what sessions knows of it: the other sessions it runs now."""

    operator_id: OperatorId
    station_id: StationId
    id_token: IdToken
    running_sessions: int = 0


class FindDriverToken(Command[IdToken], kw_only=True):
    """The token under which a driver's app starts sessions with this operator; made on first use."""

    driver_id: DriverId
    operator_id: OperatorId
