from datetime import UTC, datetime

import msgspec
import pytest

from busbar.canon.facts import decode_fact, list_kinds
from busbar.canon.message import Fact, Signal
from busbar.canon.stations import Protocol, StationOnline

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def test_a_stored_fact_is_read_back_as_its_own_kind():
    fact = StationOnline(operator_id="o", at=NOW, station_id="s", protocol=Protocol.OCPP21)
    assert decode_fact(msgspec.json.encode(fact).decode()) == fact


@pytest.mark.parametrize("body", ["", "{}", '{"message":"Nothing/1"}', '{"message":"StationOnline/1"}'])
def test_what_was_never_a_fact_is_refused(body):
    with pytest.raises(msgspec.DecodeError):
        decode_fact(body)


def test_kinds_are_leaves_with_tags_of_their_own():
    facts, signals = list_kinds(Fact), list_kinds(Signal)
    names = [kind.__name__ for kind in [*facts, *signals]]
    assert len(set(names)) == len(names)
    assert "SessionFact" not in names
    assert {"SessionStarted", "SessionProgressed", "StationOnline"} <= set(names)
