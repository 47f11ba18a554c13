from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from busbar.canon.access import Decision, IdToken, Verdict
from busbar.canon.metering import MeterState
from busbar.canon.sessions import ChargingState, CloseReason, SessionState, TransactionPhase, TransactionReported
from busbar.domain.sessions.model import (
    RUNS_MAX,
    FailReason,
    Session,
    add_number,
    close_by_rule,
    fail,
    has_seen,
    hear_samples,
    is_same_token,
    merge_part,
    take_decision,
    take_meter,
)
from busbar.kernel.ids import OperatorId, ReportId, SessionId, StationId, TokenId, TransactionRef

BEGIN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
STARTED, UPDATED, ENDED = TransactionPhase.STARTED, TransactionPhase.UPDATED, TransactionPhase.ENDED
TAG, OTHER = IdToken(value="Tag-1"), IdToken(value="TAG-2")


def at(second: float) -> datetime:
    return BEGIN + timedelta(seconds=second)


def part(phase: TransactionPhase, second: float, number: int | None = None, **more) -> TransactionReported:
    more = {"transaction_ref": TransactionRef("T1") if number is not None else None, **more}
    return TransactionReported(
        report_id=ReportId("r"),
        station_id=StationId("S1"),
        received_at=at(10_000),
        phase=phase,
        at=at(second),
        seq_no=number,
        **more,
    )


def session(**more) -> Session:
    fields = {
        "session_id": SessionId("s"),
        "operator_id": OperatorId("op"),
        "station_id": StationId("S1"),
        "state": SessionState.ACTIVE,
        "created_at": BEGIN,
        "heard_at": BEGIN,
        "transaction_ref": TransactionRef("T1"),
        **more,
    }
    return Session(**fields)


def merge(*parts: TransactionReported, into: Session | None = None) -> Session:
    merged = into or session()
    for each in parts:
        merged = merge_part(merged, each)
    return merged


def test_a_begin_says_where_when_and_who():
    merged = merge(part(STARTED, 5, 0, evse_id=2, connector_id=1, id_token=TAG, reservation_id=7))
    assert (merged.evse_id, merged.connector_id, merged.id_token) == (2, 1, TAG)
    assert (merged.started_at, merged.start_heard_at, merged.reservation_id) == (at(5), at(10_000), 7)
    assert (merged.has_start, merged.has_end, merged.state) == (True, False, SessionState.ACTIVE)


def test_without_a_begin_the_earliest_part_stands_in():
    merged = merge(part(UPDATED, 60, 2), part(UPDATED, 30, 1))
    assert (merged.started_at, merged.has_start) == (at(30), False)
    assert merge(part(STARTED, 40, 0), into=merged).started_at == at(40)


def test_an_end_is_the_stations_word():
    merged = merge(part(STARTED, 0, 0), part(ENDED, 90, 1, stop_reason="PowerLoss", register_wh=50))
    assert (merged.state, merged.close_reason) == (SessionState.ENDED, CloseReason.REPORTED)
    assert (merged.ended_at, merged.stop_reason, merged.end_register_wh) == (at(90), "PowerLoss", 50)


def test_an_update_after_the_end_changes_no_end():
    ended = merge(part(STARTED, 0, 0), part(ENDED, 90, 3))
    assert ended.runs == ((0, 0), (3, 3))
    late = merge(part(UPDATED, 30, 1), part(UPDATED, 60, 2, charging_state=ChargingState.CHARGING), into=ended)
    assert (late.state, late.ended_at, late.charging_state) == (SessionState.ENDED, at(90), ChargingState.CHARGING)
    assert late.runs == ((0, 3),)


def test_the_state_of_the_latest_part_counts():
    suspended = part(UPDATED, 60, 2, charging_state=ChargingState.SUSPENDED_EV)
    charging = part(UPDATED, 30, 1, charging_state=ChargingState.CHARGING)
    assert merge(suspended, charging).charging_state is ChargingState.SUSPENDED_EV
    assert merge(charging, suspended).charging_state is ChargingState.SUSPENDED_EV


def test_the_first_token_charges_and_the_last_one_stops():
    merged = merge(
        part(STARTED, 0, 0),
        part(UPDATED, 10, 1, id_token=TAG),
        part(UPDATED, 80, 4, id_token=OTHER, trigger="StopAuthorized"),
        part(ENDED, 90, 5),
    )
    assert (merged.id_token, merged.stop_token) == (TAG, OTHER)


def test_a_token_that_only_stops_stands_in_until_the_other_comes():
    merged = merge(part(ENDED, 90, 5, id_token=OTHER))
    assert (merged.id_token, merged.stop_token) == (OTHER, OTHER)
    assert merge(part(UPDATED, 10, 1, id_token=TAG), into=merged).id_token == TAG


def test_a_token_that_was_asked_for_stays():
    asked = session(id_token=TAG, token_number=-1, state=SessionState.WAITING)
    merged = merge(part(STARTED, 0, 0, id_token=OTHER), into=asked)
    assert (merged.id_token, merged.is_token_told) == (TAG, False)
    assert merge(part(STARTED, 0, 0, id_token=IdToken(value="TAG-1")), into=asked).is_token_told


def test_tokens_are_compared_without_regard_to_case():
    assert is_same_token(TAG, IdToken(value="tAG-1"))
    assert not is_same_token(TAG, OTHER)
    assert not is_same_token(None, None)


def test_what_was_asked_for_or_had_failed_becomes_active():
    for state in (SessionState.REQUESTED, SessionState.WAITING, SessionState.FAILED):
        merged = merge(part(STARTED, 0, 0), into=session(state=state, fail_reason=FailReason.TIMED_OUT))
        assert (merged.state, merged.fail_reason) == (SessionState.ACTIVE, None)


@pytest.mark.parametrize(
    ("runs", "number", "joined"),
    [
        ((), 3, ((3, 3),)),
        (((0, 3),), 4, ((0, 4),)),
        (((0, 3),), 2, ((0, 3),)),
        (((0, 1), (3, 4)), 2, ((0, 4),)),
        (((3, 4),), 0, ((0, 0), (3, 4))),
    ],
)
def test_sequence_numbers_are_kept_as_runs(runs, number, joined):
    assert add_number(runs, number) == joined
    assert has_seen(session(runs=joined), number)


def test_runs_are_bounded():
    runs: tuple[tuple[int, int], ...] = ()
    for number in range(0, 1000, 2):
        runs = add_number(runs, number)
    assert len(runs) == RUNS_MAX


def test_a_closed_session_ends_with_the_last_that_was_heard():
    running = merge(part(STARTED, 0, 0), part(UPDATED, 60, 1))
    closed = close_by_rule(running, CloseReason.ABANDONED, now=at(9000))
    assert (closed.state, closed.ended_at, closed.close_reason) == (SessionState.ENDED, at(60), CloseReason.ABANDONED)
    metered = msgspec.structs.replace(running, metered_at=at(120))
    assert close_by_rule(metered, CloseReason.SUPERSEDED, now=at(9000), not_after=at(100)).ended_at == at(100)
    assert close_by_rule(metered, CloseReason.SUPERSEDED, now=at(9000), not_after=at(-5)).ended_at == at(0)


def test_a_session_that_goes_on_is_opened_again():
    running = merge(part(STARTED, 0, 0), part(UPDATED, 60, 1))
    for reason in (CloseReason.ABANDONED, CloseReason.OPERATOR):
        closed = close_by_rule(running, reason, now=at(9000))
        opened = merge(part(UPDATED, 8000, 2), into=closed)
        assert (opened.state, opened.ended_at, opened.close_reason) == (SessionState.ACTIVE, None, None)
        assert merge(part(UPDATED, 30, 2), into=closed).state is SessionState.ENDED
        assert merge(part(UPDATED, 8000, 2, is_offline=True), into=closed).state is SessionState.ENDED
    superseded = close_by_rule(running, CloseReason.SUPERSEDED, now=at(9000))
    assert merge(part(UPDATED, 8000, 2), into=superseded).state is SessionState.ENDED
    assert merge(part(ENDED, 8000, 2), into=superseded).close_reason is CloseReason.REPORTED


def test_samples_are_a_sign_of_life():
    ref = TransactionRef("T1")
    interrupted = msgspec.structs.replace(merge(part(STARTED, 0)), is_interrupted=True)
    heard = hear_samples(interrupted, transaction_ref=ref, newest_at=at(60), now=at(61))
    assert (heard.is_interrupted, heard.is_ref_used, heard.heard_at) == (False, True, at(61))
    assert not hear_samples(interrupted, transaction_ref=None, newest_at=at(60), now=at(61)).is_ref_used
    closed = close_by_rule(interrupted, CloseReason.ABANDONED, now=at(9000))
    assert hear_samples(closed, transaction_ref=ref, newest_at=at(60), now=at(61)).state is SessionState.ACTIVE


def test_a_decision_tells_whose_session_it_is():
    decided = take_decision(session(), Decision(verdict=Verdict.BLOCKED, token_id=TokenId("t"), group=OTHER))
    assert (decided.token_id, decided.group, decided.is_refused) == ("t", "TAG-2", True)
    assert not session().is_refused


def test_an_ended_session_draws_no_power():
    state = MeterState(energy_wh=5, power_w=100, current_ma=3, voltage_mv=230_000, last_sample_at=at(5))
    assert take_meter(session(), state).power_w == 100
    ended = take_meter(session(state=SessionState.ENDED), state)
    assert (ended.energy_wh, ended.power_w, ended.current_ma) == (5, None, None)
    once = take_meter(session(), state)
    assert take_meter(once, state) is once


def test_a_failed_session_is_not_open():
    failed = fail(session(state=SessionState.WAITING), FailReason.REJECTED)
    assert (failed.state, failed.fail_reason, failed.is_open) == (SessionState.FAILED, FailReason.REJECTED, False)
