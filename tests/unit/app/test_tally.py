from datetime import UTC, datetime, timedelta

from busbar.app.tally import CoreTally, DeliveryTally, RelayTally
from busbar.kernel.ids import FactId

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def test_a_batch_is_counted_by_size_and_times():
    tally = CoreTally()
    tally.note_batch(messages=3, apply_s=0.0005, commit_s=0.004)
    assert tally.batch_sizes.read().counts[2] == 1
    assert tally.apply_times.read().counts[0] == 1
    assert tally.commit_times.read().total == 0.004


def test_the_longest_waiting_fact_is_known():
    tally = DeliveryTally()
    assert tally.oldest_at is None
    tally.note_planned(FactId("1"), "metering", NOW)
    tally.note_planned(FactId("1"), "sessions", NOW)
    tally.note_planned(FactId("2"), "metering", NOW + timedelta(seconds=5))
    tally.note_settled(FactId("1"), "metering")
    assert (tally.waiting, tally.oldest_at) == (2, NOW)
    tally.note_settled(FactId("1"), "sessions")
    assert tally.oldest_at == NOW + timedelta(seconds=5)
    tally.note_settled(FactId("2"), "metering")
    tally.note_settled(FactId("2"), "metering")
    assert (tally.waiting, tally.oldest_at) == (0, None)


def test_outcomes_are_counted_with_what_they_took():
    tally = RelayTally()
    tally.note_outcome("ResetStation", "accepted", elapsed_s=0.2)
    tally.note_outcome("ResetStation", "undelivered")
    assert tally.outcomes == {("ResetStation", "accepted"): 1, ("ResetStation", "undelivered"): 1}
    assert tally.times.read().count == 1
