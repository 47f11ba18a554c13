"""Whatever a CSMS may ask by the schema, a virtual station answers it, and goes on."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from busbar.simulator.talker import FRAME_MAX_BYTES
from busbar.wire.ocppj import Role, Version, dialect_of
from tests.conformance.wire_schemas import messages, official_validator
from tests.unit.simulator.timeline import Yard

ROOMS = {"1.6": ("ocpp16", Version.V16), "2.0.1": ("ocpp201", Version.V201), "2.1": ("ocpp21", Version.V21)}
COMMANDS = [
    (protocol, action)
    for protocol, (_, version) in ROOMS.items()
    for action in dialect_of(version).by_sender[Role.CSMS]
]


@pytest.mark.parametrize(("protocol", "action"), COMMANDS)
@settings(max_examples=8)
@given(data=st.data())
def test_any_valid_request_gets_a_valid_answer(protocol, action, data):
    room = ROOMS[protocol][0]
    request = data.draw(messages(room, f"{action}Request"))
    yard = Yard(protocol, evses=2)
    yard.charge(duration_s=10)
    frame = json.dumps([2, "q", action, request])
    yard.station.receive(frame)
    yard.run(0.05)
    answer = yard.desk.results["q"]
    if len(answer) == 1:
        official_validator(room, f"{action}Response").validate(answer[0])
    elif len(frame) > FRAME_MAX_BYTES:
        assert answer[0] == "FormatViolation"
    else:
        assert answer[0] in {"NotImplemented", "NotSupported"}
    yard.run(400)
    yard.station.receive(json.dumps([2, "r", "GetLocalListVersion", {}]))
    yard.run(60)
    assert yard.station.is_powered
