"""What happened in a session, step by step: for the driver's screen and the console's timeline."""

from datetime import datetime
from enum import StrEnum

import msgspec

from busbar.canon.access import Decision, Verdict
from busbar.canon.sessions import TransactionPhase, TransactionReported
from busbar.domain.sessions.model import Session, has_seen, is_stop_part
from busbar.kernel.ids import OperatorId, SessionId

DETAIL_MAX = 500
QUIET_TRIGGERS = frozenset({"MeterValuePeriodic", "MeterValueClock", "SignedDataReceived", "ChargingStateChanged"})
"""2.x trigger reasons that are no step of their own."""


class Step(StrEnum):
    """The steps of a session."""

    REQUESTED = "requested"
    START_ACCEPTED = "start_accepted"
    START_FAILED = "start_failed"
    FIRST_HEARD = "first_heard"
    """The station told of a transaction whose begin never came."""
    STARTED = "started"
    AUTHORIZED = "authorized"
    REFUSED = "refused"
    STOP_AUTHORIZED = "stop_authorized"
    CHARGING_STATE = "charging_state"
    REPORTED = "reported"
    """Another event that the station tells (2.x trigger reason)."""
    STOP_REQUESTED = "stop_requested"
    STOP_ACCEPTED = "stop_accepted"
    STOP_REFUSED = "stop_refused"
    TARGET_SET = "target_set"
    TARGET_REACHED = "target_reached"
    STATION_OFFLINE = "station_offline"
    STATION_RESTARTED = "station_restarted"
    ENDED = "ended"
    CLOSED = "closed"
    """A rule or a person closed it."""
    REOPENED = "reopened"
    CORRECTED = "corrected"
    JOINED = "joined"


class Source(StrEnum):
    """Where a step comes from."""

    STATION = "station"
    PEOPLE = "people"
    RULE = "rule"


class TrailEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One step. `event_id` is made from what happened, so that a repeat writes the same row again."""

    session_id: SessionId
    event_id: str
    operator_id: OperatorId
    at: datetime
    """The station's time for its steps, ours for others."""
    heard_at: datetime
    step: Step
    source: Source
    actor: str | None = None
    """Who, when people did it: `driver:…`, `staff:…`."""
    detail: str | None = None
    """The station's own word, or ours: a trigger, a stop reason, a verdict …"""
    number: int | None = None
    """2.x sequence number."""
    is_offline: bool = False


def list_steps(
    before: Session | None, after: Session, part: TransactionReported, decision: Decision | None
) -> list[TrailEvent]:
    """Name the steps that a part of a transaction tells. A part that was merged before tells nothing new."""
    if before is not None and has_seen(before, part.seq_no):
        return []
    steps: list[tuple[Step, str | None]] = []
    if part.phase is TransactionPhase.STARTED and not (before is not None and before.has_start):
        steps.append((Step.STARTED, part.trigger))
    elif before is None or before.transaction_ref is None:
        steps.append((Step.FIRST_HEARD, part.trigger))
    if decision is not None:
        steps.append(_name_decision(part, decision))
    if part.charging_state is not None and (before is None or before.charging_state is not part.charging_state):
        steps.append((Step.CHARGING_STATE, part.charging_state))
    if part.phase is TransactionPhase.ENDED and not (before is not None and before.has_end):
        steps.append((Step.ENDED, part.stop_reason))
    if not steps and part.trigger is not None and part.trigger not in QUIET_TRIGGERS:
        steps.append((Step.REPORTED, part.trigger))
    return [_write_step(after, part, step, detail) for step, detail in steps]


def _name_decision(part: TransactionReported, decision: Decision) -> tuple[Step, str | None]:
    said = decision.because or decision.verdict
    if is_stop_part(part):
        return (Step.STOP_AUTHORIZED, said)
    return (Step.AUTHORIZED if decision.verdict is Verdict.ACCEPTED else Step.REFUSED, said)


def _write_step(session: Session, part: TransactionReported, step: Step, detail: str | None) -> TrailEvent:
    key = part.at.isoformat() if part.seq_no is None else str(part.seq_no)
    return TrailEvent(
        session_id=session.session_id,
        event_id=f"{step}:{key}",
        operator_id=session.operator_id,
        at=part.at,
        heard_at=part.received_at,
        step=step,
        source=Source.STATION,
        detail=detail[:DETAIL_MAX] if detail is not None else None,
        number=part.seq_no,
        is_offline=part.is_offline,
    )


def note_step(
    session: Session,
    step: Step,
    source: Source,
    *,
    at: datetime,
    key: str,
    actor: str | None = None,
    detail: str | None = None,
) -> TrailEvent:
    """Write down a step that is ours; `key` tells it from others of its kind."""
    return TrailEvent(
        session_id=session.session_id,
        event_id=f"{step}:{key}"[:120],
        operator_id=session.operator_id,
        at=at,
        heard_at=at,
        step=step,
        source=source,
        actor=actor,
        detail=detail[:DETAIL_MAX] if detail is not None else None,
    )
