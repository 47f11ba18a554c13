"""Whatever a peer sends, a connection returns exactly one event, keeps its bounds and goes on."""

import itertools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from busbar.wire import ocpp16, ocpp21, ocpp201
from busbar.wire.ocppj import (
    CallOpenError,
    CallReceived,
    CallTimedOut,
    Connection,
    ErrorCode,
    ErrorReceived,
    Event,
    Ignored,
    Limits,
    ProtocolFault,
    ResultReceived,
    ResultRefused,
    Role,
    Version,
    dialect_of,
)

TYPES = {Version.V16: ocpp16, Version.V201: ocpp201, Version.V21: ocpp21}
GOOD = '[2,"after","Heartbeat",{}]'
MAX_FRAME_BYTES = 4096
VERSIONS = st.sampled_from(list(Version))


def connect(version: Version, role: Role = Role.CSMS, *, is_tolerant: bool = False) -> Connection:
    ids = (str(number) for number in itertools.count())
    return Connection(
        version=version,
        role=role,
        new_message_id=lambda: next(ids),
        is_tolerant=is_tolerant,
        limits=Limits(max_frame_bytes=MAX_FRAME_BYTES),
    )


def check(link: Connection, frame: str | bytes) -> Event:
    """Receive a frame and check what must hold whatever it is."""
    event = link.receive_text(frame)
    assert isinstance(event, Event)
    reply = getattr(event, "reply", None)
    if reply is not None:
        message_type, message_id, code, description, details = json.loads(reply)
        assert message_type in {4, 5}
        assert len(message_id) <= 255
        assert len(description) <= 255
        assert details == {}
        assert code
        assert len(reply) <= MAX_FRAME_BYTES
    if isinstance(event, CallReceived):
        link.fail(event.message_id, ErrorCode.INTERNAL_ERROR)
    return event


@given(VERSIONS, st.booleans(), st.binary(max_size=60) | st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_garbage_is_survived(version, is_tolerant, frame):
    link = connect(version, is_tolerant=is_tolerant)
    assert isinstance(check(link, frame), (ProtocolFault, Ignored))
    assert isinstance(check(link, GOOD), CallReceived)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
ELEMENTS = st.tuples(
    st.integers(-1, 8) | JSON,
    st.sampled_from(["0", "-1", "", "x" * 36, "x" * 37, "x" * 300]) | JSON,
    st.sampled_from(["Heartbeat", "BootNotification", "MeterValues", "Reset", "GenericError", "Nonsense"]) | JSON,
    JSON,
    JSON,
)


@given(VERSIONS, st.booleans(), st.sampled_from(list(Role)), ELEMENTS, st.integers(0, 5))
@settings(max_examples=400, deadline=None)
def test_odd_envelopes_are_survived(version, is_tolerant, role, elements, length):
    link = connect(version, role, is_tolerant=is_tolerant)
    if role is Role.CSMS:
        link.call(TYPES[version].ClearCacheRequest(), now=0, timeout_s=1)  # message id "0"
    check(link, json.dumps(elements[:length]))
    assert link.open_peer_call_ids == ()


METER_VALUES = (
    '[2,"7","MeterValues",{"connectorId":1,"transactionId":5,"meterValue":[{"timestamp":"2024-01-01T00:00:00Z",'
    '"sampledValue":[{"value":"241.10","measurand":"Voltage","phase":"L1","unit":"V"},{"value":"32"}]}]}]'
)


@given(st.booleans(), st.integers(0, len(METER_VALUES)), st.integers(0, 5), st.text(max_size=3))
@settings(max_examples=400, deadline=None)
def test_a_mutated_message_is_survived(is_tolerant, place, removed, inserted):
    link = connect(Version.V16, is_tolerant=is_tolerant)
    check(link, METER_VALUES[:place] + inserted + METER_VALUES[place + removed :])
    assert isinstance(check(link, GOOD), CallReceived)


@given(st.integers(0, len(METER_VALUES)), st.binary(min_size=1, max_size=2))
@settings(max_examples=200, deadline=None)
def test_broken_utf_8_is_survived(place, inserted):
    raw = METER_VALUES.encode()
    check(connect(Version.V16), raw[:place] + inserted + raw[place:])


@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize("is_tolerant", [False, True])
@pytest.mark.parametrize(
    "frame",
    [
        "[" * 3000,
        '[2,"1","Heartbeat",' + '{"a":' * 600,
        "[" + "9" * 4000 + ',"1",{}]',
        '[2,"1","BootNotification",{"reason":' + "9" * 4000 + "}]",
        '[2,"1","MeterValues",{"connectorId":1e' + "9" * 300 + "}]",
        '[2,"1","Authorize",{"idTag":' + "9" * 4000 + "}]",
    ],
)
def test_deep_and_long_values_are_survived(version, is_tolerant, frame):
    assert isinstance(check(connect(version, is_tolerant=is_tolerant), frame), (ProtocolFault, Ignored))


STEPS = st.lists(
    st.tuples(st.sampled_from(["call", "answer", "fail", "garble", "lose", "repeat", "wait"]), st.integers(0, 40)),
    max_size=40,
)


@given(VERSIONS, STEPS)
@settings(max_examples=150, deadline=None)
def test_every_call_ends_once_whatever_happens_to_the_answers(version, steps):  # noqa: C901 - one line per step
    """Answers come, fail, break, vanish, repeat and come late: each call has one end, and only one is ever open."""
    types, link = TYPES[version], connect(version)
    now, opened, ended, answers = 0.0, [], [], []

    def note(event: Event | CallTimedOut | None) -> None:
        if isinstance(event, (ResultReceived, ErrorReceived, ResultRefused, CallTimedOut)):
            ended.append(event.call.message_id)

    for step, number in steps:
        current = link.open_call
        message_id = current.message_id if current else str(number)
        match step:
            case "call":
                try:
                    opened.append(link.call(types.ClearCacheRequest(), now=now, timeout_s=10).message_id)
                except CallOpenError:
                    assert current is not None
            case "answer":
                answers.append(f'[3,"{message_id}",{{"status":"Accepted"}}]')
                note(link.receive_text(answers[-1]))
            case "fail":
                answers.append(f'[4,"{message_id}","GenericError","",{{}}]')
                note(link.receive_text(answers[-1]))
            case "garble":
                note(link.receive_text(f'[3,"{message_id}",{{"status":'))
            case "lose":
                pass
            case "repeat" if answers:
                note(link.receive_text(answers[number % len(answers)]))
            case _:
                now += number
                note(link.expire(now))
    left = link.close()
    assert sorted(ended + ([left.message_id] if left else [])) == sorted(opened)


@pytest.mark.parametrize("version", Version)
def test_no_event_is_made_of_a_message_for_the_other_end(version):
    """What one end may begin, the other end may not, DataTransfer excepted."""
    for name, action in dialect_of(version).actions.items():
        for role in Role:
            event = connect(version, role).receive_text(f'[{2 if action.response else 6},"1","{name}",{{}}]')
            is_refused = isinstance(event, ProtocolFault) and event.code is ErrorCode.NOT_SUPPORTED
            assert is_refused == (action.senders == {role})
