"""What may be asked of a station, and what comes back. Translators turn a request into the station's protocol."""

from datetime import datetime
from enum import StrEnum

import msgspec

from busbar.canon.access import IdToken
from busbar.canon.message import Command, Fact, Noun, Report
from busbar.kernel.ids import CommandId, OperatorId, StationId, TransactionRef


class RateUnit(StrEnum):
    """The unit of a charging schedule's limits."""

    W = "W"
    A = "A"


class SchedulePeriod(Noun, frozen=True, kw_only=True):
    """From `start_s` after the schedule's start on, at most `limit_milli` thousandths of its unit (mW or mA)."""

    start_s: int
    limit_milli: int
    phases: int | None = None


class ChargingSchedule(Noun, frozen=True, kw_only=True):
    """Limits over time, the periods in order, the first at 0 s."""

    unit: RateUnit
    periods: tuple[SchedulePeriod, ...]
    duration_s: int | None = None
    starts_at: datetime | None = None
    min_rate_milli: int | None = None


class ProfilePurpose(StrEnum):
    """What a charging profile limits (2.x names; 1.6 ChargePointMaxProfile is the station's maximum)."""

    STATION_MAX = "station_max"
    EXTERNAL_CONSTRAINTS = "external_constraints"
    TX_DEFAULT = "tx_default"
    TX = "tx"


class ProfileKind(StrEnum):
    """What a schedule's start is counted from."""

    ABSOLUTE = "absolute"
    RECURRING_DAILY = "recurring_daily"
    RECURRING_WEEKLY = "recurring_weekly"
    RELATIVE = "relative"


class ChargingProfile(Noun, frozen=True, kw_only=True):
    """A schedule of limits as it is sent to a station."""

    profile_id: int
    stack_level: int
    purpose: ProfilePurpose
    kind: ProfileKind
    schedule: ChargingSchedule
    transaction_ref: TransactionRef | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None


class StationRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="request", tag=True):
    """Something a station can be asked to do."""


class RemoteStart(StationRequest, frozen=True, kw_only=True):
    """Begin to charge for this token.

    `remote_start_id` binds the transaction that follows (2.x; 1.6 has no such field).
    """

    id_token: IdToken
    remote_start_id: int
    evse_id: int | None = None
    connector_id: int | None = None
    profile: ChargingProfile | None = None
    group: IdToken | None = None


class RemoteStop(StationRequest, frozen=True, kw_only=True):
    """End the transaction."""

    transaction_ref: TransactionRef


class Unlock(StationRequest, frozen=True, kw_only=True):
    """Release the cable lock of a connector."""

    evse_id: int
    connector_id: int = 1


class ResetKind(StrEnum):
    """`immediate` ends running transactions (1.6 Hard); `on_idle` waits (2.x) or stops them gracefully (1.6 Soft)."""

    IMMEDIATE = "immediate"
    ON_IDLE = "on_idle"


class Reset(StationRequest, frozen=True, kw_only=True):
    """Restart the station, or one EVSE (2.x only)."""

    kind: ResetKind
    evse_id: int | None = None


class ChangeAvailability(StationRequest, frozen=True, kw_only=True):
    """Put the whole station, an EVSE or a connector into or out of service."""

    is_operative: bool
    evse_id: int | None = None
    connector_id: int | None = None


class TriggerTopic(StrEnum):
    """What the station is asked to send now."""

    BOOT = "boot"
    HEARTBEAT = "heartbeat"
    STATUS = "status"
    METER_VALUES = "meter_values"
    TRANSACTION = "transaction"
    FIRMWARE_STATUS = "firmware_status"
    LOG_STATUS = "log_status"
    SIGN_CERTIFICATE = "sign_certificate"


class Trigger(StationRequest, frozen=True, kw_only=True):
    """Ask for a message."""

    topic: TriggerTopic
    evse_id: int | None = None
    connector_id: int | None = None


class VariableRef(Noun, frozen=True, kw_only=True):
    """A setting of a station. In 1.6 only `variable` (the configuration key) is set."""

    variable: str
    component: str | None = None
    component_instance: str | None = None
    variable_instance: str | None = None
    evse_id: int | None = None
    connector_id: int | None = None
    attribute: str = "Actual"


class VariableValue(Noun, frozen=True, kw_only=True):
    """A setting and its value, as far as the station told it."""

    ref: VariableRef
    value: str | None = None
    is_readonly: bool | None = None
    status: str | None = None
    """The station's own word about this one (`Accepted`, `UnknownVariable`, `RebootRequired` …)."""


class GetVariables(StationRequest, frozen=True, kw_only=True):
    """Read settings; empty means all (1.6 GetConfiguration; 2.x GetBaseReport when empty, else GetVariables)."""

    refs: tuple[VariableRef, ...] = ()


class SetVariables(StationRequest, frozen=True, kw_only=True):
    """Change settings (1.6 takes exactly one at a time: ChangeConfiguration)."""

    values: tuple[VariableValue, ...]


class SetProfile(StationRequest, frozen=True, kw_only=True):
    """Install a charging profile; `evse_id` None is the whole station."""

    profile: ChargingProfile
    evse_id: int | None = None


class ClearProfiles(StationRequest, frozen=True, kw_only=True):
    """Remove charging profiles: by id, or all that match."""

    profile_id: int | None = None
    evse_id: int | None = None
    purpose: ProfilePurpose | None = None
    stack_level: int | None = None


class ShowPart(StrEnum):
    """What of a price a station can show; told by its settings."""

    PRICE = "price"
    """A text with the price, to everybody."""
    TOTAL = "total"
    """A text in place of a total that it cannot learn."""
    LANGUAGES = "languages"
    """That text in further languages (1.6)."""
    CURRENCY = "currency"
    PERSONAL = "personal"
    """A text with the price to whoever presents a token."""
    COST = "cost"
    """What the running charge costs so far."""
    TARIFF = "tariff"
    """The tariff itself (2.1): it can reckon with it …"""
    LOCAL_COST = "local_cost"
    """… and does: it needs not be told what the charge costs so far."""
    COST_LIMIT = "cost_limit"
    """It stops giving energy at a cost (2.1)."""


class PriceText(Noun, frozen=True, kw_only=True):
    """A price in words, in one language."""

    language: str
    text: str


class EvsePrice(Noun, frozen=True, kw_only=True):
    """The tariff of an EVSE that has another one than its station."""

    evse_id: int
    tariff_ref: str
    tariff_json: str | None = None
    """None: charging there has no price."""
    texts: tuple[PriceText, ...] = ()


class ShowPrice(StationRequest, frozen=True, kw_only=True):
    """Show what charging costs: to everybody, or to one driver (`id_token`, `transaction_ref`).

    Without texts: nothing is said here any more (a tariff that was shown is taken away).
    """

    parts: tuple[ShowPart, ...]
    """What the station can show; all else is left out."""
    currency: str
    tariff_ref: str
    """Names the version: another content has another one (2.1 tariffId)."""
    texts: tuple[PriceText, ...] = ()
    """The first is in the station's own language."""
    total_text: str = ""
    tariff_json: str | None = None
    """What the tariff says, as `rating` writes it."""
    evses: tuple[EvsePrice, ...] = ()
    """EVSEs with a tariff of their own (2.1); the texts name them too."""
    id_token: IdToken | None = None
    transaction_ref: TransactionRef | None = None


class ShowCost(StationRequest, frozen=True, kw_only=True):
    """Show what a charge costs so far, or in the end."""

    transaction_ref: TransactionRef
    currency: str
    digits: int
    """Decimals of the currency."""
    cost: int
    """With tax, in whole minor units."""
    energy_wh: int
    register_wh: int | None = None
    """Of the meter, where it is known."""
    at: datetime
    is_charging: bool = True
    is_final: bool = False
    text: str = ""
    """The end in words."""


class KeepPlace(StationRequest, frozen=True, kw_only=True):
    """Keep an EVSE, or any of them, for a token until an instant (ReserveNow)."""

    number: int
    id_token: IdToken
    expires_at: datetime
    evse_id: int | None = None
    group: IdToken | None = None


class CancelPlace(StationRequest, frozen=True, kw_only=True):
    """Give a place free that was kept (CancelReservation)."""

    number: int


class ForgetTokens(StationRequest, frozen=True, kw_only=True):
    """Forget whom the station let charge before (ClearCache): it asks again for every token."""


class Disconnect(StationRequest, frozen=True, kw_only=True):
    """Close the station's connection. It may come back at once, if it is still let in."""

    reason: str


class RawCall(StationRequest, frozen=True, kw_only=True):
    """Any request of the station's own protocol version, validated against its schema before it is sent."""

    action: str
    payload_json: str


AnyStationRequest = (
    RemoteStart
    | RemoteStop
    | Unlock
    | Reset
    | ChangeAvailability
    | Trigger
    | GetVariables
    | SetVariables
    | SetProfile
    | ClearProfiles
    | ShowPrice
    | ShowCost
    | KeepPlace
    | CancelPlace
    | ForgetTokens
    | Disconnect
    | RawCall
)


class Outcome(StrEnum):
    """What became of a station command. "Accepted" is not "done"."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    TIMED_OUT = "timed_out"
    UNDELIVERED = "undelivered"
    UNSUPPORTED = "unsupported"
    QUEUED = "queued"
    """Not an end yet: it waits for the station, until it expires."""


class CommandOutcome(Noun, frozen=True, kw_only=True):
    """The outcome with the station's own words: the result's or error's payload as JSON text."""

    outcome: Outcome
    status: str | None = None
    """The station's status word (`Accepted`, `Rejected`, `Scheduled` …), when its answer has one."""
    answer_json: str | None = None
    """The CALLRESULT payload verbatim, or the CALLERROR as `{"code","description","details"}`."""
    is_error: bool = False
    """The answer was a CALLERROR."""
    transaction_ref: TransactionRef | None = None
    """2.x RequestStartTransaction may name the transaction that already runs."""
    values: tuple[VariableValue, ...] = ()
    """What GetVariables / SetVariables brought back."""


QUEUED = CommandOutcome(outcome=Outcome.QUEUED)
"""What stands with a station command as long as it waits."""


class StationDelivery(Noun, frozen=True, kw_only=True):
    """A station request on its way to the gateway that holds the station."""

    command_id: CommandId
    station_id: StationId
    request: AnyStationRequest
    timeout_s: int
    expires_at: datetime | None = None
    """Not to be sent after this."""


class SendStationCommand(Command[CommandId], frozen=True, kw_only=True):
    """Record a request to a station and send it after the commit. The same `command_id` again changes nothing.

    Passwords in it are recorded as stars: only who sends through `StationCommands` gets them to the station.
    With `expires_at` it waits for a station that cannot take it now; what waits is sent in order, one after the other.
    Errors: `not_found.station`, `conflict.command` (same id, other content), `invalid.expiry`,
    `invalid.queued_secret`, `limit_exceeded.station_commands`.
    """

    command_id: CommandId
    operator_id: OperatorId
    station_id: StationId
    request: AnyStationRequest
    requested_by: str
    """Who asked: `staff:<id>`, `driver:<id>`, `key:<id>`, `session:<id>`, `system`."""
    timeout_s: int = 30
    expires_at: datetime | None = None


class CancelStationCommand(Command[None], frozen=True, kw_only=True):
    """Take back a request that waits for its station: it ends as `undelivered`. A repeat changes nothing.

    Errors: `not_found.station`, `not_found.command`, `conflict.command_sent`.
    """

    operator_id: OperatorId
    actor: str
    station_id: StationId
    command_id: CommandId


class TendStationCommands(Command[int], frozen=True, kw_only=True):
    """End requests that waited for this station too long, and send the next if it can take one; returns how many ended.

    Errors: `not_found.station`.
    """

    station_id: StationId


class CommandAnswered(Report[None], frozen=True, kw_only=True):
    """The gateway tells what became of a station command."""

    command_id: CommandId
    outcome: CommandOutcome


class StationCommandRequested(Fact, frozen=True, kw_only=True):
    """A station command was recorded and is to be delivered."""

    command_id: CommandId
    station_id: StationId
    request: AnyStationRequest
    requested_by: str
    timeout_s: int
    expires_at: datetime | None = None


class StationCommandQueued(Fact, frozen=True, kw_only=True):
    """A station command waits until the station can take it, or it expires."""

    command_id: CommandId
    station_id: StationId
    request: AnyStationRequest
    requested_by: str
    expires_at: datetime


class StationCommandAnswered(Fact, frozen=True, kw_only=True):
    """A station command has its outcome."""

    command_id: CommandId
    station_id: StationId
    request: AnyStationRequest
    requested_by: str
    outcome: CommandOutcome


class VariablesReported(Report[None], frozen=True, kw_only=True):
    """Part of a station's device model or configuration (2.x NotifyReport, 1.6 GetConfiguration answer)."""

    request_id: int | None = None
    seq_no: int = 0
    is_last: bool = True
    values: tuple[VariableValue, ...] = ()
