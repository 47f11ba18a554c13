"""Correlation: calls, answers, errors, time-outs and their order."""

import datetime as dt
import itertools
import json

import pytest

from busbar.wire import ocpp16, ocpp21, ocpp201
from busbar.wire.ocppj import (
    CallOpenError,
    CallReceived,
    CallTimedOut,
    Connection,
    ErrorCode,
    ErrorReceived,
    FrameTooLargeError,
    Ignored,
    IgnoredReason,
    Limits,
    NotSendableError,
    PayloadError,
    ProtocolFault,
    Quirk,
    QuirkKind,
    ResultErrorReceived,
    ResultReceived,
    ResultRefused,
    Role,
    SendReceived,
    UnknownCallError,
    Version,
)

AT = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
RESET = {
    Version.V16: ocpp16.ResetRequest(type="Hard"),
    Version.V201: ocpp201.ResetRequest(type="Immediate"),
    Version.V21: ocpp21.ResetRequest(type="Immediate"),
}
RESET_RESPONSE = {
    Version.V16: ocpp16.ResetResponse(status="Accepted"),
    Version.V201: ocpp201.ResetResponse(status="Accepted"),
    Version.V21: ocpp21.ResetResponse(status="Accepted"),
}
STREAM = ocpp21.NotifyPeriodicEventStream(
    id=1, pending=0, basetime=AT, data=[ocpp21.StreamDataElementType(t=0, v="230.4")]
)


def connect(version=Version.V16, role=Role.CSMS, **settings):
    ids = (f"id-{number}" for number in itertools.count(1))
    return Connection(version=version, role=role, new_message_id=lambda: next(ids), **settings)


def reply_of(event):
    assert isinstance(event, ProtocolFault)
    assert event.reply is not None
    return json.loads(event.reply)


@pytest.mark.parametrize("version", Version)
def test_a_call_goes_out_and_its_answer_comes_back(version):
    csms, station = connect(version), connect(version, Role.STATION)
    call = csms.call(RESET[version], now=10.0, timeout_s=30.0, context="why")
    assert csms.open_call is call
    assert (call.expires_at, call.action.name, call.context) == (40.0, "Reset", "why")
    received = station.receive_text(call.frame)
    assert received == CallReceived(message_id=call.message_id, action="Reset", request=RESET[version])
    assert station.open_peer_call_ids == (call.message_id,)
    answer = station.answer(call.message_id, RESET_RESPONSE[version])
    assert station.open_peer_call_ids == ()
    result = csms.receive_text(answer)
    assert isinstance(result, ResultReceived)
    assert result.call is call
    assert result.response == RESET_RESPONSE[version]
    assert csms.open_call is None


def test_text_and_bytes_mean_the_same():
    frame = '[2,"é","Heartbeat",{}]'
    assert connect().receive_text(frame) == connect().receive_text(frame.encode())


def test_calls_of_both_ends_may_cross():
    csms, station = connect(), connect(role=Role.STATION)
    down = csms.call(RESET[Version.V16], now=0, timeout_s=30)
    up = station.call(ocpp16.HeartbeatRequest(), now=0, timeout_s=30)
    assert down.message_id == up.message_id  # each end numbers its own calls
    assert isinstance(csms.receive_text(up.frame), CallReceived)
    assert isinstance(station.receive_text(down.frame), CallReceived)
    answer = csms.answer(up.message_id, ocpp16.HeartbeatResponse(current_time=AT))
    assert isinstance(station.receive_text(answer), ResultReceived)
    assert isinstance(csms.receive_text(station.answer(down.message_id, RESET_RESPONSE[Version.V16])), ResultReceived)


def test_a_second_call_waits_for_the_first():
    csms = connect()
    first = csms.call(RESET[Version.V16], now=0, timeout_s=30)
    with pytest.raises(CallOpenError):
        csms.call(ocpp16.ClearCacheRequest(), now=1, timeout_s=30)
    assert csms.open_call is first
    csms.receive_text(f'[3,"{first.message_id}",{{"status":"Accepted"}}]')
    assert csms.call(ocpp16.ClearCacheRequest(), now=2, timeout_s=30).message_id != first.message_id


def test_a_call_that_cannot_be_sent_leaves_nothing_open():
    csms = connect(limits=Limits(max_frame_bytes=60))
    for request, error in [
        (ocpp16.HeartbeatRequest(), NotSendableError),
        (RESET[Version.V21], NotSendableError),
        (ocpp16.RemoteStartTransactionRequest(id_tag="x" * 21), PayloadError),
        (ocpp16.GetConfigurationRequest(key=["x" * 50]), FrameTooLargeError),
    ]:
        with pytest.raises(error):
            csms.call(request, now=0, timeout_s=30)
        assert csms.open_call is None


@pytest.mark.parametrize("message_id", ["", "x" * 37])
def test_a_bad_source_of_ids_is_refused(message_id):
    csms = Connection(version=Version.V16, role=Role.CSMS, new_message_id=lambda: message_id)
    with pytest.raises(NotSendableError):
        csms.call(RESET[Version.V16], now=0, timeout_s=30)


def test_an_error_ends_the_call_in_the_peer_s_own_words():
    csms = connect()
    call = csms.call(RESET[Version.V16], now=0, timeout_s=30)
    event = csms.receive_text(f'[4,"{call.message_id}","OccurenceConstraintViolation","no type",{{"a":[1]}}]')
    assert isinstance(event, ErrorReceived)
    assert (event.call, event.code, event.description) == (call, "OccurenceConstraintViolation", "no type")
    assert event.details == {"a": [1]}
    assert csms.open_call is None


def test_time_out_at_the_moment_and_not_before():
    csms = connect()
    assert csms.expire(1e9) is None
    call = csms.call(RESET[Version.V16], now=100.0, timeout_s=30.0)
    assert csms.expire(129.9) is None
    assert csms.expire(130.0) == CallTimedOut(call=call)
    assert csms.expire(131.0) is None
    assert csms.open_call is None


@pytest.mark.parametrize("answer", ['[3,"{id}",{{"status":"Accepted"}}]', '[4,"{id}","InternalError","",{{}}]'])
def test_a_late_answer_is_ignored_and_the_next_call_untouched(answer):
    csms = connect()
    first = csms.call(RESET[Version.V16], now=0, timeout_s=30)
    csms.expire(30)
    second = csms.call(RESET[Version.V16], now=31, timeout_s=30)
    event = csms.receive_text(answer.format(id=first.message_id))
    assert event == Ignored(reason=IgnoredReason.LATE_ANSWER, message_id=first.message_id)
    assert csms.open_call is second


def test_a_repeated_answer_is_ignored():
    csms = connect()
    call = csms.call(RESET[Version.V16], now=0, timeout_s=30)
    answer = f'[3,"{call.message_id}",{{"status":"Accepted"}}]'
    assert isinstance(csms.receive_text(answer), ResultReceived)
    assert csms.receive_text(answer) == Ignored(reason=IgnoredReason.UNKNOWN_ANSWER, message_id=call.message_id)


def test_an_error_without_id_is_ignored():
    csms = connect(Version.V201)
    csms.call(RESET[Version.V201], now=0, timeout_s=30)
    event = csms.receive_text('[4,"-1","RpcFrameworkError","",{}]')
    assert event == Ignored(reason=IgnoredReason.UNREADABLE_TO_PEER, message_id="-1")
    assert csms.open_call is not None


@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize("rest", ['{"status":"Perhaps"}', "[]", '{"status":"Accepted"},1', '{"status":'])
def test_an_answer_that_is_no_response_ends_the_call(version, rest):
    csms = connect(version)
    call = csms.call(RESET[version], now=0, timeout_s=30)
    event = csms.receive_text(f'[3,"{call.message_id}",{rest}]')
    assert isinstance(event, ResultRefused)
    assert event.call is call
    assert csms.open_call is None
    if version is Version.V21:
        assert event.reply is not None
        assert json.loads(event.reply)[:3] == [5, call.message_id, event.code.value]
    else:
        assert event.reply is None


def test_a_null_answer_means_an_empty_one():
    csms = connect()
    call = csms.call(ocpp16.UpdateFirmwareRequest(location="urn:x", retrieve_date=AT), now=0, timeout_s=30)
    event = csms.receive_text(f'[3,"{call.message_id}",null]')
    assert isinstance(event, ResultReceived)
    assert event.response == ocpp16.UpdateFirmwareResponse()


def test_close_returns_the_call_that_will_never_be_answered():
    csms = connect()
    assert csms.close() is None
    call = csms.call(RESET[Version.V16], now=0, timeout_s=30)
    csms.receive_text('[2,"a","Heartbeat",{}]')
    assert csms.close() is call
    assert csms.open_call is None
    assert csms.open_peer_call_ids == ()


def test_answers_must_fit_the_call():
    csms = connect()
    with pytest.raises(UnknownCallError):
        csms.answer("a", ocpp16.HeartbeatResponse(current_time=AT))
    with pytest.raises(UnknownCallError):
        csms.fail("a", ErrorCode.INTERNAL_ERROR)
    csms.receive_text('[2,"a","Heartbeat",{}]')
    with pytest.raises(NotSendableError):
        csms.answer("a", ocpp16.MeterValuesResponse())
    with pytest.raises(PayloadError):
        csms.answer("a", ocpp16.HeartbeatResponse(current_time=AT.replace(tzinfo=None)))
    assert csms.open_peer_call_ids == ("a",)
    assert (
        csms.answer("a", ocpp16.HeartbeatResponse(current_time=AT)) == b'[3,"a",{"currentTime":"2024-01-01T00:00:00Z"}]'
    )
    with pytest.raises(UnknownCallError):
        csms.answer("a", ocpp16.HeartbeatResponse(current_time=AT))


def test_fail_spells_the_code_and_cuts_the_description():
    csms = connect()
    csms.receive_text('[2,"a","Heartbeat",{}]')
    frame = csms.fail("a", ErrorCode.FORMAT_VIOLATION, "x" * 300, {"at": 1})
    assert json.loads(frame) == [4, "a", "FormationViolation", "x" * 255, {"at": 1}]


def test_the_same_call_again_waits_for_the_one_answer():
    csms = connect(Version.V201)
    frame = '[2,"a","Heartbeat",{}]'
    assert isinstance(csms.receive_text(frame), CallReceived)
    assert csms.receive_text(frame) == Ignored(reason=IgnoredReason.REPEATED_CALL, message_id="a")
    csms.answer("a", ocpp201.HeartbeatResponse(current_time=AT))
    assert isinstance(csms.receive_text(frame), CallReceived)  # an answered id may come again


def test_another_call_with_an_open_id_is_refused():
    csms = connect(Version.V201)
    csms.receive_text('[2,"a","Heartbeat",{}]')
    event = csms.receive_text('[2,"a","Heartbeat",{"customData":{"vendorId":"v"}}]')
    assert reply_of(event)[:3] == [4, "a", "RpcFrameworkError"]
    assert csms.open_peer_call_ids == ("a",)


def test_the_peer_s_open_calls_are_bounded():
    csms = connect(limits=Limits(max_open_peer_calls=2))
    for number in range(2):
        assert isinstance(csms.receive_text(f'[2,"{number}","Heartbeat",{{}}]'), CallReceived)
    assert reply_of(csms.receive_text('[2,"2","Heartbeat",{}]'))[:3] == [4, "2", "GenericError"]
    csms.answer("0", ocpp16.HeartbeatResponse(current_time=AT))
    assert isinstance(csms.receive_text('[2,"3","Heartbeat",{}]'), CallReceived)


@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize(
    ("action", "code"), [("Nonsense", "NotImplemented"), ("heartbeat", "NotImplemented"), ("Reset", "NotSupported")]
)
def test_unknown_actions_and_wrong_directions(version, action, code):
    assert reply_of(connect(version).receive_text(f'[2,"a","{action}",{{}}]'))[:3] == [4, "a", code]


def test_the_name_of_an_unknown_action_is_cut():
    event = connect().receive_text(f'[2,"a","{"x" * 5000}",{{}}]')
    assert isinstance(event, ProtocolFault)
    assert len(event.description) < 100
    assert event.action == "x" * 50


def test_send_is_received_and_never_answered():
    station, csms = connect(Version.V21, Role.STATION), connect(Version.V21)
    station.call(ocpp21.HeartbeatRequest(), now=0, timeout_s=30)  # a SEND need not wait for it
    event = csms.receive_text(station.send(STREAM))
    assert isinstance(event, SendReceived)
    assert (event.action, event.request) == ("NotifyPeriodicEventStream", STREAM)
    assert csms.open_peer_call_ids == ()
    for frame in (
        '[6,"a","NotifyPeriodicEventStream",{}]',
        '[6,"a","Nonsense",{}]',
        '[6,"a","Heartbeat",{}]',
        '[6,"a","Heartbeat"]',
        '[6,"a","Heartbeat",{',
    ):
        fault = csms.receive_text(frame)
        assert isinstance(fault, ProtocolFault)
        assert fault.reply is None


def test_send_and_call_are_not_mixed_up():
    station, csms = connect(Version.V21, Role.STATION), connect(Version.V21)
    with pytest.raises(NotSendableError):
        station.call(STREAM, now=0, timeout_s=30)
    with pytest.raises(NotSendableError):
        station.send(ocpp21.HeartbeatRequest())
    with pytest.raises(NotSendableError):
        csms.send(STREAM)
    assert reply_of(csms.receive_text('[2,"a","NotifyPeriodicEventStream",{}]'))[:3] == [4, "a", "NotSupported"]


def test_a_result_error_names_the_action_it_is_about():
    csms, station = connect(Version.V21), connect(Version.V21, Role.STATION)
    call = station.call(ocpp21.HeartbeatRequest(), now=0, timeout_s=30)
    csms.receive_text(call.frame)
    answer = station.receive_text(csms.answer(call.message_id, ocpp21.HeartbeatResponse(current_time=AT)))
    assert isinstance(answer, ResultReceived)
    event = csms.receive_text(station.fail_result(answer.call, ErrorCode.INTERNAL_ERROR, "no"))
    assert event == ResultErrorReceived(
        message_id=call.message_id, action="Heartbeat", code="InternalError", description="no", details={}
    )
    unknown = csms.receive_text('[5,"other","InternalError","",{}]')
    assert isinstance(unknown, ResultErrorReceived)
    assert unknown.action is None


@pytest.mark.parametrize("version", [Version.V16, Version.V201])
def test_result_errors_belong_to_21(version):
    csms = connect(version)
    call = csms.call(RESET[version], now=0, timeout_s=30)
    with pytest.raises(NotSendableError):
        csms.fail_result(call, ErrorCode.INTERNAL_ERROR)


@pytest.mark.parametrize(
    ("frame", "reply_16", "reply_2"),
    [
        ("", None, ["-1", "RpcFrameworkError"]),
        ("nonsense", None, ["-1", "RpcFrameworkError"]),
        ("{}", None, ["-1", "RpcFrameworkError"]),
        ("[]", None, ["-1", "RpcFrameworkError"]),
        ("[2]", ["-1", "FormationViolation"], ["-1", "RpcFrameworkError"]),
        ('[2,7,"Heartbeat",{}]', ["-1", "FormationViolation"], ["-1", "RpcFrameworkError"]),
        ('[2,"a","Heartbeat"]', ["a", "FormationViolation"], ["a", "RpcFrameworkError"]),
        ('[2,"a","Heartbeat",{', ["a", "FormationViolation"], ["a", "FormatViolation"]),
        ('["2","a","Heartbeat",{}]', ["a", "FormationViolation"], ["a", "RpcFrameworkError"]),
        ('[9,"a",{}]', None, ["a", "MessageTypeNotSupported"]),
        ("[9,7,{}]", None, ["-1", "MessageTypeNotSupported"]),
        ('[3,"a"]', None, None),
        ('[3,"a",{', None, None),
        ("[3,7,{}]", None, None),
        ("[4]", None, None),
        ('[4,"a","Int', None, None),
    ],
)
def test_broken_frames_are_answered_as_each_version_says(frame, reply_16, reply_2):
    for version, wanted in ((Version.V16, reply_16), (Version.V201, reply_2), (Version.V21, reply_2)):
        csms = connect(version)
        event = csms.receive_text(frame)
        reply = getattr(event, "reply", None)
        assert (reply and json.loads(reply)[1:3]) == wanted
        assert isinstance(csms.receive_text('[2,"b","Heartbeat",{}]'), CallReceived)  # the connection goes on


def test_16_ignores_message_types_it_does_not_know():
    event = connect().receive_text('[6,"a","NotifyPeriodicEventStream",{}]')
    assert event == Ignored(reason=IgnoredReason.UNKNOWN_MESSAGE_TYPE, message_id="a")


@pytest.mark.parametrize("message_type", [5, 6])
def test_201_refuses_the_message_types_of_21(message_type):
    event = connect(Version.V201).receive_text(f'[{message_type},"a","x","",{{}}]')
    assert reply_of(event)[:3] == [4, "a", "MessageTypeNotSupported"]


def test_oversize_frames_are_refused_unread():
    csms = connect(Version.V201, limits=Limits(max_frame_bytes=100))
    event = csms.receive_text('[2,"a","Heartbeat",{"customData":{"vendorId":"' + "v" * 100 + '"}}]')
    assert reply_of(event)[:3] == [4, "a", "FormatViolation"]
    assert reply_of(csms.receive_text("x" * 101))[:3] == [4, "-1", "RpcFrameworkError"]


def test_a_tolerant_connection_reports_what_it_mended():
    frame = '[2,"{0f8fad5b-d9cb-469f-a165-70867728950e}","Heartbeat",{"vendor":1}]'
    event = connect(is_tolerant=True).receive_text(frame)
    assert isinstance(event, CallReceived)
    assert event.quirks == (Quirk(QuirkKind.UNKNOWN_FIELD, "vendor"), Quirk(QuirkKind.LONG_MESSAGE_ID, ""))
    assert isinstance(connect().receive_text(frame), ProtocolFault)


def test_a_tolerant_connection_mends_answers_too():
    csms = connect(is_tolerant=True)
    call = csms.call(RESET[Version.V16], now=0, timeout_s=30)
    event = csms.receive_text(f'[3,"{call.message_id}",{{"status":"Accepted","info":"x"}}]')
    assert isinstance(event, ResultReceived)
    assert event.quirks == (Quirk(QuirkKind.UNKNOWN_FIELD, "info"),)
