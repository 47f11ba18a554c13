from datetime import timedelta

import pytest

from busbar.canon.stations import Protocol
from busbar.gateways.ocpp.tally import AGES_MAX, Tally, name_close_code
from busbar.wire.ocppj import ErrorCode


def test_answers_are_counted_with_their_times():
    tally = Tally()
    one = tally.of(Protocol.OCPP16)
    for _ in range(AGES_MAX + 10):
        one.note_answer("Heartbeat", timedelta(milliseconds=3))
    one.note_answer("Heartbeat", timedelta(seconds=60))
    times = tally.read_protocols()["ocpp1.6"].read_answer_times()
    assert times.count == AGES_MAX + 11
    assert times.counts[2] == AGES_MAX + 10
    assert times.counts[-1] == 1
    (count,) = tally.read_messages()
    assert (count.action, count.outcome, count.count) == ("Heartbeat", "done", AGES_MAX + 11)


def test_a_clock_set_back_has_told_nothing():
    one = Tally().of(Protocol.OCPP201)
    one.note_answer("Heartbeat", timedelta(seconds=-5))
    assert one.answered == {"Heartbeat": 1}
    assert one.read_answer_times().count == 0


@pytest.mark.parametrize(("action", "name"), [("Authorize", "Authorize"), ("Nonsense", "unknown"), (None, "unknown")])
def test_only_known_actions_are_named(action, name):
    one = Tally().of(Protocol.OCPP21)
    one.note_failure(action, ErrorCode.INTERNAL_ERROR)
    assert list(one.failed) == [(name, "InternalError")]


@pytest.mark.parametrize(("code", "name"), [(1000, "normal"), (1006, "abnormal"), (4711, "other"), (0, "other")])
def test_close_codes_have_few_names(code, name):
    assert name_close_code(code) == name
