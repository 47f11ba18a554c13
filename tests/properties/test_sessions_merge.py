"""Parts of a transaction, in any order and any of them again, merge into the same session."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from busbar.canon.access import IdToken
from busbar.canon.sessions import ChargingState, SessionState, TransactionPhase, TransactionReported
from busbar.domain.sessions.model import Session, merge_part
from busbar.kernel.ids import OperatorId, ReportId, SessionId, StationId, TransactionRef

BEGIN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
REF = TransactionRef("T1")
TOKENS = st.one_of(st.none(), st.sampled_from([IdToken(value="A"), IdToken(value="b"), IdToken(value="C")]))


@st.composite
def transactions(draw) -> list[TransactionReported]:
    """A 2.x transaction as the station tells it: a begin, some updates, an end."""
    count = draw(st.integers(min_value=0, max_value=8))
    first = draw(st.sampled_from([0, 1, 41]))
    parts: list[TransactionReported] = []
    second = 0
    for index in range(count + 2):
        phase = TransactionPhase.UPDATED
        if index == 0:
            phase = TransactionPhase.STARTED
        elif index == count + 1:
            phase = TransactionPhase.ENDED
        is_placed = draw(st.booleans())
        parts.append(
            TransactionReported(
                report_id=ReportId("r"),
                station_id=StationId("S1"),
                received_at=BEGIN,
                phase=phase,
                at=BEGIN + timedelta(seconds=second),
                transaction_ref=REF,
                seq_no=first + index,
                is_offline=draw(st.booleans()),
                trigger=draw(st.sampled_from(["Authorized", "StopAuthorized", "MeterValuePeriodic", None])),
                charging_state=draw(st.one_of(st.none(), st.sampled_from(ChargingState))),
                evse_id=1 if is_placed else None,
                connector_id=2 if is_placed else None,
                id_token=draw(TOKENS),
                stop_reason="Local" if phase is TransactionPhase.ENDED else None,
            )
        )
        second += draw(st.integers(min_value=0, max_value=90))
    return parts


def merge(parts: list[TransactionReported]) -> Session:
    merged = Session(
        session_id=SessionId("s"),
        operator_id=OperatorId("op"),
        station_id=StationId("S1"),
        state=SessionState.ACTIVE,
        created_at=BEGIN,
        heard_at=BEGIN,
        transaction_ref=REF,
    )
    for part in parts:
        merged = merge_part(merged, part)
    return merged


@given(transactions(), st.data())
@settings(max_examples=300)
def test_any_order_and_any_repetition_merge_into_the_same(parts, data):
    again = data.draw(st.lists(st.sampled_from(parts), max_size=5))
    shuffled = data.draw(st.permutations([*parts, *again]))
    merged = merge(shuffled)
    assert merged == merge(parts)
    assert merged.state is SessionState.ENDED
    assert merged.runs == ((parts[0].seq_no, parts[-1].seq_no),)


@given(transactions(), st.data())
@settings(max_examples=200)
def test_what_was_lost_for_a_time_makes_no_difference_once_it_came(parts, data):
    late = data.draw(st.sets(st.integers(min_value=0, max_value=len(parts) - 1), max_size=len(parts) - 1))
    early = [part for index, part in enumerate(parts) if index not in late]
    held = merge(early)
    assert sum(last - first + 1 for first, last in held.runs) == len(early)
    for index in late:
        held = merge_part(held, parts[index])
    assert held == merge(parts)


@given(transactions())
def test_merging_is_idempotent(parts):
    merged = merge(parts)
    for part in parts:
        assert merge_part(merged, part) == merged
