"""What a session is, and how it takes in what a station tells of it.

A part (a `TransactionReported`) is merged into an immutable `Session`. Merging looks at what the part says of itself
(its sequence number, its time), never at when it came: parts in any order, and any part again, give the same session.
"""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from busbar.canon.access import Decision, IdToken, Verdict
from busbar.canon.metering import MeterState, SampleContext
from busbar.canon.sessions import (
    ChargingState,
    CloseReason,
    SessionProgressed,
    SessionState,
    TransactionPhase,
    TransactionReported,
)
from busbar.kernel.ids import CommandId, DriverId, OperatorId, SessionId, SiteId, StationId, TokenId, TransactionRef

OPEN = frozenset({SessionState.REQUESTED, SessionState.WAITING, SessionState.ACTIVE})
ASKED = frozenset({SessionState.REQUESTED, SessionState.WAITING})
STOP_TRIGGERS = frozenset({"StopAuthorized"})
"""2.x trigger reasons of the part that carries the token which ends the authorization (E07.FR.02)."""
RUNS_MAX = 64
"""Runs of sequence numbers that are remembered; of a station that loses more, the oldest are forgotten."""
TOKEN_BY_REQUEST = -1
"""The order of a token that came with our own request: no part's token goes before it."""
TOKEN_BY_STOP = 2**62
"""The order of a token known only from the stop: any other goes before it."""
COST_SPAN_MIN = timedelta(seconds=5)
"""How long a cost is watched before its growth is told from it."""
_FORESIGHT_S = 86_400
_PHASE_ORDER = {TransactionPhase.STARTED: 0, TransactionPhase.UPDATED: 1, TransactionPhase.ENDED: 2}
UNASSIGNED_REF = TransactionRef("-1")
"""What a 1.6 station sends when it never received the id of its transaction (1.6 errata 3.18)."""


class FailReason(StrEnum):
    """Why a session that was asked for did not begin."""

    REJECTED = "rejected"
    TIMED_OUT = "timed_out"
    UNDELIVERED = "undelivered"
    UNSUPPORTED = "unsupported"
    NOT_PLUGGED_IN = "not_plugged_in"
    """The station accepted, and no transaction came within the bound."""
    NOT_ANSWERED = "not_answered"
    CANCELLED = "cancelled"


REVIVABLE = frozenset(
    {
        FailReason.TIMED_OUT,
        FailReason.UNDELIVERED,
        FailReason.NOT_PLUGGED_IN,
        FailReason.NOT_ANSWERED,
        FailReason.CANCELLED,
    }
)
"""Failures after which the station may begin all the same: it knew of the start, or we do not know that it did not.

No protocol takes a start back. One that was cancelled and begins nevertheless is stopped at once.
"""


class Order(msgspec.Struct, frozen=True, order=True, gc=False):
    """Where a part stands within its transaction: by sequence number (1.6 has none: by phase), then by its own time."""

    number: int
    at: datetime


class Session(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One session, as far as it is known."""

    session_id: SessionId
    operator_id: OperatorId
    site_id: SiteId | None = None
    station_id: StationId
    evse_id: int | None = None
    connector_id: int | None = None
    state: SessionState
    created_at: datetime
    heard_at: datetime
    """Ours: when the station last said something of it."""

    # who
    id_token: IdToken | None = None
    token_number: int | None = None
    """The order number of the part that gave `id_token`."""
    token_id: TokenId | None = None
    driver_id: DriverId | None = None
    group: str | None = None
    verdict: Verdict | None = None
    """Our decision about `id_token` when it was last presented or asked for."""
    is_token_told: bool = False
    """The station has presented `id_token` itself."""
    stop_token: IdToken | None = None
    stop_token_number: int | None = None

    # asked for
    start_command_id: CommandId | None = None
    requested_at: datetime | None = None
    requested_by: str | None = None
    remote_start_id: int | None = None
    fail_reason: FailReason | None = None
    stop_command_id: CommandId | None = None
    stop_requested_at: datetime | None = None
    stop_requested_by: str | None = None

    # where it shall end
    target_energy_wh: int | None = None
    target_soc_permille: int | None = None
    target_at: datetime | None = None
    target_cost: int | None = None
    """With tax, in whole minor units."""
    target_by: str | None = None
    """Who said so; None: nobody."""
    target_tries: int = 0
    """How often the station was asked to stop because of it."""

    # what the station told
    transaction_ref: TransactionRef | None = None
    evse_number: int | None = None
    has_start: bool = False
    has_end: bool = False
    start_number: int | None = None
    end_number: int | None = None
    runs: tuple[tuple[int, int], ...] = ()
    """Sequence numbers that came, as runs from..to."""
    started_at: datetime | None = None
    """The station's time."""
    start_heard_at: datetime | None = None
    """Ours."""
    start_register_wh: int | None = None
    ended_at: datetime | None = None
    end_heard_at: datetime | None = None
    end_register_wh: int | None = None
    stop_reason: str | None = None
    """Verbatim."""
    close_reason: CloseReason | None = None
    charging_state: ChargingState | None = None
    charging_order: Order | None = None
    last_at: datetime | None = None
    """The station's greatest time so far."""
    is_offline: bool = False
    """Some part happened while the station was offline."""
    is_late: bool = False
    """It came to us after a newer transaction of the same EVSE had begun."""
    is_interrupted: bool = False
    """The station restarted since it last spoke of it."""
    is_ref_used: bool = False
    """The station has used the reference that we assigned (1.6), so it did receive it."""
    reservation_id: int | None = None

    # what it took
    energy_wh: int = 0
    exported_wh: int = 0
    power_w: int | None = None
    current_ma: int | None = None
    voltage_mv: int | None = None
    soc_permille: int | None = None
    metered_at: datetime | None = None
    corrections: int = 0

    ended_digest: str | None = None
    """What was last told of the end, as a digest: another one is a correction."""
    signalled_at: datetime | None = None
    """When its last live update went out; lives in memory only."""
    figures_at: datetime | None = None
    """When its figures were last written; lives in memory only. None: as they are."""

    @property
    def is_open(self) -> bool:
        """Whether it may still take energy, as far as we know."""
        return self.state in OPEN

    @property
    def is_refused(self) -> bool:
        """Whether the token it runs under was refused."""
        return self.verdict is not None and self.verdict is not Verdict.ACCEPTED


def order_of(part: TransactionReported) -> Order:
    """Return where a part stands within its transaction."""
    return Order(_PHASE_ORDER[part.phase] if part.seq_no is None else part.seq_no, part.at)


def is_stop_part(part: TransactionReported) -> bool:
    """Tell whether the token of this part is the one that stops (2.x E07.FR.02, 1.6 StopTransaction.idTag)."""
    return part.phase is TransactionPhase.ENDED or part.trigger in STOP_TRIGGERS


def is_same_token(one: IdToken | None, other: IdToken | None) -> bool:
    """Compare tokens as OCPP does: without regard to case."""
    return one is not None and other is not None and one.value.casefold() == other.value.casefold()


def names_ref(session: Session, transaction_ref: TransactionRef | None) -> bool:
    """Tell whether a station names this session's transaction."""
    return transaction_ref is not None and transaction_ref == session.transaction_ref


def has_seen(session: Session, seq_no: int | None) -> bool:
    """Tell whether a part with this number was merged already."""
    return seq_no is not None and any(first <= seq_no <= last for first, last in session.runs)


def merge_part(session: Session, part: TransactionReported) -> Session:
    """Take a part into the session. Idempotent, and the same whatever the order of parts."""
    order = order_of(part)
    before_heard = session.heard_at
    merged = msgspec.structs.replace(
        session,
        heard_at=max(before_heard, part.received_at),
        last_at=part.at if session.last_at is None else max(session.last_at, part.at),
        runs=session.runs if part.seq_no is None else add_number(session.runs, part.seq_no),
        is_offline=session.is_offline or part.is_offline,
        is_interrupted=False,
        is_ref_used=session.is_ref_used or names_ref(session, part.transaction_ref),
        remote_start_id=part.remote_start_id if session.remote_start_id is None else session.remote_start_id,
        reservation_id=part.reservation_id if session.reservation_id is None else session.reservation_id,
    )
    merged = _merge_place(merged, part, order)
    merged = _merge_token(merged, part, order)
    merged = _merge_begin(merged, part, order)
    merged = _merge_end(merged, part, order)
    if part.charging_state is not None and (merged.charging_order is None or order >= merged.charging_order):
        merged = msgspec.structs.replace(merged, charging_state=part.charging_state, charging_order=order)
    return _settle_state(merged, part)


def _merge_place(session: Session, part: TransactionReported, order: Order) -> Session:
    if part.evse_id is None or (session.evse_number is not None and session.evse_number <= order.number):
        return session
    connector_id = part.connector_id if part.connector_id is not None else session.connector_id
    return msgspec.structs.replace(session, evse_id=part.evse_id, connector_id=connector_id, evse_number=order.number)


def _merge_token(session: Session, part: TransactionReported, order: Order) -> Session:
    if part.id_token is None:
        return session
    if is_stop_part(part):
        if session.stop_token_number is None or order.number >= session.stop_token_number:
            session = msgspec.structs.replace(session, stop_token=part.id_token, stop_token_number=order.number)
        # who began it was never told: who ends it may (it is the same token or one of its group), so it stands in
        number = TOKEN_BY_STOP - order.number
    else:
        number = order.number
    if session.token_number is not None and session.token_number <= number:
        is_told = session.is_token_told or is_same_token(session.id_token, part.id_token)
        return msgspec.structs.replace(session, is_token_told=is_told)
    return msgspec.structs.replace(session, id_token=part.id_token, token_number=number, is_token_told=True)


def _merge_begin(session: Session, part: TransactionReported, order: Order) -> Session:
    if part.phase is TransactionPhase.STARTED:
        held = session.start_number
        if not session.has_start or held is None or (order.number, part.at) < (held, session.started_at or part.at):
            return msgspec.structs.replace(
                session,
                has_start=True,
                start_number=order.number,
                started_at=part.at,
                start_heard_at=session.start_heard_at or part.received_at,
                start_register_wh=part.register_wh,
            )
        return session
    if session.has_start:
        return session
    # the begin is lost, or late: the earliest that is told stands in
    begun = [sample.at for sample in part.samples if sample.context is SampleContext.BEGIN]
    first_at = min([part.at, *begun, *([session.started_at] if session.started_at else [])])
    return msgspec.structs.replace(
        session, started_at=first_at, start_heard_at=session.start_heard_at or part.received_at
    )


def _merge_end(session: Session, part: TransactionReported, order: Order) -> Session:
    if part.phase is not TransactionPhase.ENDED:
        return session
    if session.has_end and session.end_number is not None and session.ended_at is not None:
        held = (session.end_number, session.ended_at, session.end_register_wh or 0, session.stop_reason or "")
        if (order.number, part.at, part.register_wh or 0, part.stop_reason or "") <= held:
            return session
    return msgspec.structs.replace(
        session,
        has_end=True,
        end_number=order.number,
        ended_at=part.at,
        end_heard_at=session.end_heard_at if session.has_end else part.received_at,
        end_register_wh=part.register_wh,
        stop_reason=part.stop_reason,
    )


def _settle_state(session: Session, part: TransactionReported) -> Session:
    if session.has_end:
        return msgspec.structs.replace(
            session, state=SessionState.ENDED, close_reason=CloseReason.REPORTED, fail_reason=None, power_w=None
        )
    if session.state in ASKED or session.state is SessionState.FAILED or is_reopened_by(session, part):
        return msgspec.structs.replace(
            session,
            state=SessionState.ACTIVE,
            close_reason=None,
            fail_reason=None,
            ended_at=None,
            end_heard_at=None,
        )
    return session


def is_reopened_by(session: Session, part: TransactionReported) -> bool:
    """Tell whether a part shows that a session goes on which silence or a person had closed."""
    return not part.is_offline and is_closed_too_early(session, part.at)


def is_closed_too_early(session: Session, at: datetime) -> bool:
    """Tell whether a session that silence or a person had closed is reported on with a later time."""
    return (
        session.state is SessionState.ENDED
        and session.close_reason in (CloseReason.ABANDONED, CloseReason.OPERATOR)
        and not session.has_end
        and session.ended_at is not None
        and at > session.ended_at
    )


def add_number(runs: tuple[tuple[int, int], ...], number: int) -> tuple[tuple[int, int], ...]:
    """Add a sequence number to the runs that came."""
    if runs and number == runs[-1][1] + 1:
        return (*runs[:-1], (runs[-1][0], number))
    joined: list[tuple[int, int]] = []
    for first, last in sorted((*runs, (number, number))):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return tuple(joined[-RUNS_MAX:])


def hear_samples(
    session: Session, *, transaction_ref: TransactionRef | None, newest_at: datetime, now: datetime
) -> Session:
    """Take note that the station sent meter values of the session outside its parts (1.6 MeterValues)."""
    heard = msgspec.structs.replace(
        session,
        heard_at=now,
        is_interrupted=False,
        is_ref_used=session.is_ref_used or names_ref(session, transaction_ref),
    )
    if is_closed_too_early(session, newest_at):
        return msgspec.structs.replace(
            heard, state=SessionState.ACTIVE, close_reason=None, ended_at=None, end_heard_at=None
        )
    return heard


def is_plainly_running(session: Session, transaction_ref: TransactionRef | None) -> bool:
    """Tell whether meter values can change nothing of a session but its figures."""
    return (
        session.state is SessionState.ACTIVE
        and not session.is_interrupted
        and (session.is_ref_used or not names_ref(session, transaction_ref))
    )


def take_figures(session: Session, state: MeterState, *, heard_at: datetime) -> Session:
    """Show what metering knows of a running session: `hear_samples` and `take_meter` of one that plainly runs."""
    return msgspec.structs.replace(
        session,
        heard_at=heard_at,
        energy_wh=state.energy_wh,
        exported_wh=state.exported_wh,
        power_w=state.power_w,
        current_ma=state.current_ma,
        voltage_mv=state.voltage_mv,
        soc_permille=state.soc_permille,
        metered_at=state.last_sample_at,
    )


def take_decision(session: Session, decision: Decision) -> Session:
    """Keep what access decided about the session's token."""
    return msgspec.structs.replace(
        session,
        token_id=decision.token_id,
        driver_id=decision.driver_id,
        group=decision.group.value if decision.group else None,
        verdict=decision.verdict,
    )


def take_meter(session: Session, state: MeterState) -> Session:
    """Show what metering knows."""
    if (session.energy_wh, session.power_w, session.metered_at) == (
        state.energy_wh,
        state.power_w,
        state.last_sample_at,
    ):
        same = (session.exported_wh, session.current_ma, session.voltage_mv, session.soc_permille)
        if same == (state.exported_wh, state.current_ma, state.voltage_mv, state.soc_permille):
            return session
    return msgspec.structs.replace(
        session,
        energy_wh=state.energy_wh,
        exported_wh=state.exported_wh,
        power_w=None if session.state is SessionState.ENDED else state.power_w,
        current_ma=None if session.state is SessionState.ENDED else state.current_ma,
        voltage_mv=state.voltage_mv,
        soc_permille=state.soc_permille,
        metered_at=state.last_sample_at,
    )


def close_by_rule(
    session: Session, reason: CloseReason, *, now: datetime, not_after: datetime | None = None
) -> Session:
    """Close a session whose end was not reported: it ends with the last that was heard of it, never later.

    `not_after`: when the transaction that took its place began.
    """
    heard = [at for at in (session.last_at, session.metered_at, session.started_at) if at is not None]
    ended_at = max(heard) if heard else now
    if not_after is not None:
        ended_at = min(ended_at, not_after)
    if session.started_at is not None:
        ended_at = max(ended_at, session.started_at)
    return msgspec.structs.replace(
        session,
        state=SessionState.ENDED,
        close_reason=reason,
        ended_at=ended_at,
        end_heard_at=now,
        power_w=None,
        current_ma=None,
    )


def fail(session: Session, reason: FailReason) -> Session:
    """Give up a session that was asked for."""
    return msgspec.structs.replace(session, state=SessionState.FAILED, fail_reason=reason)


def describe_progress(session: Session, *, at: datetime) -> SessionProgressed:
    """Say what a screen shows of a running session."""
    return SessionProgressed(
        operator_id=session.operator_id,
        at=at,
        session_id=session.session_id,
        station_id=session.station_id,
        driver_id=session.driver_id,
        energy_wh=session.energy_wh,
        power_w=session.power_w,
        current_ma=session.current_ma,
        voltage_mv=session.voltage_mv,
        soc_permille=session.soc_permille,
        charging_state=session.charging_state,
    )


def is_target_reached(session: Session, *, now: datetime) -> bool:
    """Tell whether a session is where it shall end."""
    energy_wh, soc_permille, stop_at = session.target_energy_wh, session.target_soc_permille, session.target_at
    return (
        (energy_wh is not None and session.energy_wh >= energy_wh)
        or (soc_permille is not None and session.soc_permille is not None and session.soc_permille >= soc_permille)
        or (stop_at is not None and now >= stop_at)
    )


def find_cost_due(target: int, cost: int, *, now: datetime, before: tuple[datetime, int] | None) -> datetime | None:
    """Return when a charge will cost what it may, as the cost grew since `before`; None: nobody knows.

    Costs are whole minor units: how they grow is told by some seconds (`COST_SPAN_MIN`), not by one step of them.
    """
    if cost >= target:
        return now
    if before is None or cost <= before[1] or now - before[0] < COST_SPAN_MIN:
        return None
    elapsed_us = (now - before[0]) // timedelta(microseconds=1)
    seconds = (target - cost) * elapsed_us // (cost - before[1]) // 1_000_000
    return now + timedelta(seconds=seconds) if seconds < _FORESIGHT_S else None


def find_due(session: Session, *, now: datetime) -> datetime | None:
    """Return when a session will be where it shall end: by the clock, or at the power of now; None: nobody knows."""
    found = [] if session.target_at is None else [session.target_at]
    if session.target_energy_wh is not None and session.power_w is not None and session.power_w > 0:
        seconds = (session.target_energy_wh - session.energy_wh) * 3600 // session.power_w
        if seconds < _FORESIGHT_S:
            found.append(now + timedelta(seconds=seconds))
    return min(found, default=None)
