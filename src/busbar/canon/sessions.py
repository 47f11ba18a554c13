"""Sessions: what stations report of transactions, what people ask for, and what we decide."""

from datetime import datetime
from enum import StrEnum

from busbar.canon.access import Decision, IdToken
from busbar.canon.control import ChargingProfile, CommandOutcome
from busbar.canon.message import Command, Fact, Noun, Report, Signal
from busbar.canon.metering import MeterRecord, Sample
from busbar.canon.pricing import PriceNote, StationCost
from busbar.canon.sample_block import SampleBlock
from busbar.kernel.ids import CommandId, DriverId, OperatorId, SessionId, SiteId, StationId, TokenId, TransactionRef


class TransactionPhase(StrEnum):
    """Which part of a transaction a report tells."""

    STARTED = "started"
    UPDATED = "updated"
    ENDED = "ended"


class ChargingState(StrEnum):
    """What the EVSE and the vehicle are doing within a transaction."""

    IDLE = "idle"
    EV_CONNECTED = "ev_connected"
    CHARGING = "charging"
    SUSPENDED_EV = "suspended_ev"
    SUSPENDED_EVSE = "suspended_evse"


class TransactionReply(Noun, frozen=True, kw_only=True):
    """What the station is told: the reference (ours in 1.6) and, when it presented a token, our decision about it."""

    transaction_ref: TransactionRef
    decision: Decision | None = None
    is_stop_wanted: bool = False
    """Nothing more of this transaction is wanted (2.x: answered with a decision that is not Accepted)."""
    note: PriceNote | None = None
    """What the station is to show of the cost, if it can."""


class TransactionReported(Report[TransactionReply], frozen=True, kw_only=True):
    """A part of a transaction. Late, repeated, unordered and missing parts are normal.

    1.6: StartTransaction has no reference yet (`transaction_ref` None) and `seq_no` None; a repeat is known by its
    content (EVSE, token, time, register). 2.x: reference and seq_no are the station's.
    """

    phase: TransactionPhase
    at: datetime
    """The station's own time of the event."""
    transaction_ref: TransactionRef | None = None
    seq_no: int | None = None
    is_offline: bool = False
    trigger: str | None = None
    """The station's reason for the event, verbatim (2.x triggerReason)."""
    charging_state: ChargingState | None = None
    evse_id: int | None = None
    connector_id: int | None = None
    id_token: IdToken | None = None
    remote_start_id: int | None = None
    reservation_id: int | None = None
    stop_reason: str | None = None
    """Verbatim: `EVDisconnected`, `Local`, `PowerLoss` …; 1.6 leaves it out for Local."""
    register_wh: int | None = None
    """1.6 meterStart / meterStop."""
    samples: tuple[Sample, ...] = ()
    block: SampleBlock | None = None
    """The samples in columns, where a message told of one instant; `samples` is empty then."""
    cost: StationCost | None = None
    """What the station itself reckoned (2.1 costDetails)."""
    tariff_ref: str | None = None
    """The tariff that the station reckons with from now on, by the name that it was given (2.1 tariffId)."""
    payload_json: str | None = None
    """The frame's payload verbatim: kept with a transaction part that matches nothing we know."""


class SamplesReported(Report[None], frozen=True, kw_only=True):
    """MeterValues, within a transaction (`transaction_ref`) or not."""

    evse_id: int | None
    transaction_ref: TransactionRef | None = None
    samples: tuple[Sample, ...] = ()
    block: SampleBlock | None = None
    """The samples in columns, where a message told of one instant; `samples` is empty then."""


class SessionState(StrEnum):
    """Where a session stands.

    requested -> (authorizing ->) waiting -> active -> ended, or requested/waiting -> failed.
    `waiting`: the station accepted a remote start and we wait for its transaction; `active`: the station reported the
    transaction; `ended`: it reported the end, or a rule closed the session (`close_reason`).
    """

    REQUESTED = "requested"
    WAITING = "waiting"
    ACTIVE = "active"
    ENDED = "ended"
    FAILED = "failed"


class CloseReason(StrEnum):
    """Why we consider a session over when it is not (only) the station's word."""

    REPORTED = "reported"
    STATION_REBOOTED = "station_rebooted"
    SUPERSEDED = "superseded"
    """A new transaction began on the same EVSE."""
    ABANDONED = "abandoned"
    """Nothing was heard for longer than the bound."""
    OPERATOR = "operator"


class StopTarget(Noun, frozen=True, kw_only=True):
    """Where a driver wants the charge to end; what is reached first ends it."""

    energy_wh: int | None = None
    """Delivered since the session began."""
    soc_permille: int | None = None
    """Of the vehicle's battery, for vehicles that tell it."""
    stop_at: datetime | None = None
    cost: int | None = None
    """With tax, in whole minor units of the currency that the session is priced in."""


class StartSession(Command[SessionId], frozen=True, kw_only=True):
    """Start a session from an app or a console. `command_id` is the client's: a repeat answers the same session.

    Errors: `not_found.station`, `conflict.station_offline`, `conflict.evse_busy`, `conflict.token_refused` (fact
    `verdict`), `conflict.station_not_accepted`, `conflict.command`.
    """

    command_id: CommandId
    operator_id: OperatorId
    station_id: StationId
    evse_id: int | None = None
    connector_id: int | None = None
    id_token: IdToken
    profile: ChargingProfile | None = None
    target: StopTarget | None = None
    """Where it shall end, from its first moment on: a guest's at what was paid for it."""
    requested_by: str


class StopSession(Command[CommandId], frozen=True, kw_only=True):
    """Ask the station to end a session; answers the station command's id.

    Errors: `not_found.session`, `conflict.session_not_active`, `conflict.command`.
    """

    command_id: CommandId
    operator_id: OperatorId
    session_id: SessionId
    requested_by: str


class SetStopTarget(Command[None], frozen=True, kw_only=True):
    """Keep where an open session shall end, in the place of what was kept before; an empty target keeps nothing.

    Errors: `not_found.session`, `conflict.session_closed`, `invalid.stop_target` (less than has been delivered or than
    it costs already, an instant that has passed, or a cost where nothing has a price).
    """

    operator_id: OperatorId
    session_id: SessionId
    target: StopTarget
    requested_by: str


class NoteSessionCost(Command[int | None], frozen=True, kw_only=True):
    """Tell what a running session costs so far; one that shall end at a cost is stopped in time.

    Answers at which cost it shall end; None: at none.
    """

    operator_id: OperatorId
    session_id: SessionId
    station_id: StationId
    cost: int
    """With tax, in whole minor units."""


class CloseSession(Command[None], frozen=True, kw_only=True):
    """Close by hand a session whose station will never report its end, or give up a start that was asked for.

    Errors: `not_found.session`, `conflict.session_closed`, `conflict.session_active` (with `is_cancellation`).
    """

    operator_id: OperatorId
    session_id: SessionId
    requested_by: str
    is_cancellation: bool = False
    """Only give up a start: one that has begun goes on."""


class SettleFigures(Command[int], frozen=True, kw_only=True):
    """Write the figures of running sessions that were held back; answers of how many.

    Nothing is lost without it: what figures say is in the stored samples.
    """


class CloseAbandonedSessions(Command[int], frozen=True, kw_only=True):
    """Close what was silent since before `silent_since`, and fail starts nobody answered; answers how many."""

    station_id: StationId | None = None
    """None: of all stations, which only a process may ask that holds all of them."""
    silent_since: datetime
    requested_before: datetime


class SessionFact(Fact, frozen=True, kw_only=True):
    """What all facts of a session carry."""

    session_id: SessionId
    station_id: StationId
    site_id: SiteId | None = None
    evse_id: int | None = None
    driver_id: DriverId | None = None
    token_id: TokenId | None = None
    connector_id: int | None = None
    group: str | None = None
    """The value of the token's group."""


class ChargingStep(Noun, frozen=True, kw_only=True):
    """What the EVSE and the vehicle did from an instant on, as the station tells it."""

    at: datetime
    state: ChargingState


class FindChargingSteps(Command[tuple[ChargingStep, ...]], frozen=True, kw_only=True):
    """Look up what the station told of a session's charging states, by its own time; empty: nothing."""

    operator_id: OperatorId
    session_id: SessionId


class SessionRequested(SessionFact, frozen=True, kw_only=True):
    """Somebody asked for a session; the station was asked to start."""

    command_id: CommandId


class SessionStartAccepted(SessionFact, frozen=True, kw_only=True):
    """The station accepted the start; the transaction is awaited."""


class SessionFailed(SessionFact, frozen=True, kw_only=True):
    """A requested session will not begin."""

    reason: str
    outcome: CommandOutcome | None = None


class SessionStarted(SessionFact, frozen=True, kw_only=True):
    """The station reported the transaction."""

    transaction_ref: TransactionRef
    started_at: datetime
    register_wh: int | None = None
    """Of the meter at the begin, where the station told it (1.6)."""
    reservation_number: int | None = None
    """The reservation that it uses up, as the station calls it."""


class SessionStateChanged(SessionFact, frozen=True, kw_only=True):
    """Charging, or suspended by the vehicle or the EVSE."""

    charging_state: ChargingState


class SessionStopRequested(SessionFact, frozen=True, kw_only=True):
    """Somebody asked for the end; the station was asked to stop."""

    command_id: CommandId


class SessionStopRefused(SessionFact, frozen=True, kw_only=True):
    """The station would not or could not stop."""

    outcome: CommandOutcome


class BatteryHigh(SessionFact, frozen=True, kw_only=True):
    """The vehicle's battery has reached 80 %: from here on charging is slow, and others wait."""

    soc_permille: int


class SessionFaulted(SessionFact, frozen=True, kw_only=True):
    """The connector of a running session reports a fault; whether the session ends of it, the station says."""

    error_code: str | None = None


class StopTargetChanged(SessionFact, frozen=True, kw_only=True):
    """Somebody said where a session shall end, or that it shall not end by itself."""

    target: StopTarget


class StopTargetReached(SessionFact, frozen=True, kw_only=True):
    """A session is where it shall end; the station was asked to stop."""

    energy_wh: int
    soc_permille: int | None = None


class SessionEnded(SessionFact, frozen=True, kw_only=True):
    """A session is over and its meter record closed.

    Told again (`is_correction`) when late parts changed the record.
    """

    started_at: datetime
    ended_at: datetime
    stop_reason: str | None
    close_reason: CloseReason
    record: MeterRecord
    is_correction: bool = False


class SessionReopened(SessionFact, frozen=True, kw_only=True):
    """A session that a rule or a person had closed goes on, since its station reports it again.

    A new `SessionEnded` will follow.
    """


class SessionsJoined(SessionFact, frozen=True, kw_only=True):
    """What looked like two sessions is one: a start that was asked for, and a transaction that named it late.

    `joined_session_id` is gone; everything of it belongs to `session_id` now.
    """

    joined_session_id: SessionId


class SessionProgressed(Signal, frozen=True, kw_only=True):
    """Live figures of a running session."""

    session_id: SessionId
    station_id: StationId
    driver_id: DriverId | None = None
    energy_wh: int
    power_w: int | None = None
    current_ma: int | None = None
    voltage_mv: int | None = None
    soc_permille: int | None = None
    charging_state: ChargingState | None = None
