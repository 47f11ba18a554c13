from datetime import UTC, datetime

import pytest

from busbar.canon.access import Decision, IdToken, Verdict
from busbar.canon.sessions import ChargingState, SessionState, TransactionPhase, TransactionReported
from busbar.domain.sessions.model import Session, merge_part
from busbar.domain.sessions.trail import DETAIL_MAX, Source, Step, list_steps, note_step
from busbar.kernel.ids import OperatorId, ReportId, SessionId, StationId, TransactionRef

BEGIN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
STARTED, UPDATED, ENDED = TransactionPhase.STARTED, TransactionPhase.UPDATED, TransactionPhase.ENDED
TAG = IdToken(value="TAG")


def part(phase: TransactionPhase, number: int | None, **more) -> TransactionReported:
    return TransactionReported(
        report_id=ReportId("r"), station_id=StationId("S1"), received_at=BEGIN, phase=phase, at=BEGIN,
        transaction_ref=TransactionRef("T1"), seq_no=number, **more,
    )  # fmt: skip


def session(**more) -> Session:
    return Session(
        session_id=SessionId("s"), operator_id=OperatorId("op"), station_id=StationId("S1"),
        state=SessionState.ACTIVE, created_at=BEGIN, heard_at=BEGIN, transaction_ref=TransactionRef("T1"), **more,
    )  # fmt: skip


def steps(before: Session | None, told: TransactionReported, decision: Decision | None = None) -> list:
    after = merge_part(before or session(), told)
    return [(event.step, event.detail) for event in list_steps(before, after, told, decision)]


def test_each_thing_a_part_tells_is_a_step():
    told = part(STARTED, 0, trigger="Authorized", id_token=TAG, charging_state=ChargingState.EV_CONNECTED)
    assert steps(None, told, Decision(verdict=Verdict.ACCEPTED)) == [
        (Step.STARTED, "Authorized"), (Step.AUTHORIZED, "accepted"), (Step.CHARGING_STATE, "ev_connected"),
    ]  # fmt: skip
    assert steps(None, told, Decision(verdict=Verdict.BLOCKED))[1] == (Step.REFUSED, "blocked")


@pytest.mark.parametrize(
    ("trigger", "told"),
    [
        ("MeterValuePeriodic", []),
        (None, []),
        ("EVCommunicationLost", [(Step.REPORTED, "EVCommunicationLost")]),
    ],
)
def test_meter_values_are_no_step_and_events_are(trigger, told):
    assert steps(session(runs=((0, 0),), has_start=True), part(UPDATED, 1, trigger=trigger)) == told


def test_a_repeat_tells_nothing():
    held = merge_part(session(), part(STARTED, 0))
    assert steps(held, part(STARTED, 0, id_token=TAG), Decision(verdict=Verdict.ACCEPTED)) == []


def test_a_transaction_without_a_begin_is_first_heard_of():
    assert steps(None, part(UPDATED, 3)) == [(Step.FIRST_HEARD, None)]
    assert steps(session(runs=((3, 3),)), part(STARTED, 0)) == [(Step.STARTED, None)]


def test_the_token_that_stops_and_the_end():
    told = part(ENDED, 5, id_token=TAG, stop_reason="Local")
    assert steps(session(runs=((0, 4),), has_start=True), told, Decision(verdict=Verdict.ACCEPTED)) == [
        (Step.STOP_AUTHORIZED, "accepted"), (Step.ENDED, "Local"),
    ]  # fmt: skip


def test_a_step_of_ours_is_bounded():
    event = note_step(session(), Step.CLOSED, Source.PEOPLE, at=BEGIN, key="k" * 500, actor="staff:1", detail="x" * 900)
    assert (len(event.event_id), len(event.detail or "")) == (120, DETAIL_MAX)
