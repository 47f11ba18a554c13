import msgspec
import pytest

from busbar.wire.ocppj.envelope import (
    BrokenFrame,
    CallFrame,
    ErrorFrame,
    ResultErrorFrame,
    ResultFrame,
    SendFrame,
    decoder_for,
    encode_frame,
    encode_text,
    read_head,
    salvage_frame,
)
from busbar.wire.schema.codes import ErrorCode
from busbar.wire.schema.version import Version


@pytest.mark.parametrize(
    ("frame", "kind"),
    [
        ('[2,"1","Heartbeat",{}]', CallFrame),
        ('[3,"1",{}]', ResultFrame),
        ('[4,"1","GenericError","",{}]', ErrorFrame),
        ('[5,"1","GenericError","",{}]', ResultErrorFrame),
        (' [ 6 , "1" , "NotifyPeriodicEventStream" , { } ] ', SendFrame),
    ],
)
def test_every_kind_of_frame_is_read(frame, kind):
    assert type(decoder_for(Version.V21).decode(frame)) is kind


@pytest.mark.parametrize("version", [Version.V16, Version.V201])
@pytest.mark.parametrize("frame", ['[5,"1","GenericError","",{}]', '[6,"1","NotifyPeriodicEventStream",{}]'])
def test_the_kinds_of_21_belong_to_21_alone(version, frame):
    with pytest.raises(msgspec.ValidationError):
        decoder_for(version).decode(frame)
    broken = salvage_frame(frame, version, is_tolerant=False)
    assert isinstance(broken, BrokenFrame)
    assert (broken.code, broken.message_id) == (ErrorCode.MESSAGE_TYPE_NOT_SUPPORTED, "1")


def test_frames_are_compact_and_escaped():
    frame = encode_frame(2, 'a"b', encode_text("Heartbeat"), b"{}")
    assert frame == b'[2,"a\\"b","Heartbeat",{}]'


@pytest.mark.parametrize(
    ("frame", "head"),
    [
        ('[2,"abc","Boot', (2, "abc")),
        (b'  [ 3 , "abc" , {', (3, "abc")),
        ('[2,"",', (2, "")),
        ("", (None, None)),
        ('[2,5,"Boot', (None, None)),
        ('{"a":1', (None, None)),
        ('[2,"' + "x" * 256 + '",', (None, None)),
        (b'[2,"\xff\xfe",', (2, "��")),
        ('[99999999999999,"a",', (None, None)),
    ],
)
def test_what_can_be_read_of_a_broken_frame(frame, head):
    assert read_head(frame) == head


@pytest.mark.parametrize(
    ("frame", "code", "message_id"),
    [
        ("nonsense", ErrorCode.RPC_FRAMEWORK_ERROR, None),
        ('{"a":1}', ErrorCode.RPC_FRAMEWORK_ERROR, None),
        ("7", ErrorCode.RPC_FRAMEWORK_ERROR, None),
        ("[]", ErrorCode.RPC_FRAMEWORK_ERROR, None),
        ("[2]", ErrorCode.RPC_FRAMEWORK_ERROR, None),
        ('["2","1","Heartbeat",{}]', ErrorCode.RPC_FRAMEWORK_ERROR, "1"),
        ('[2,1,"Heartbeat",{}]', ErrorCode.RPC_FRAMEWORK_ERROR, None),
        ('[2,"1",7,{}]', ErrorCode.RPC_FRAMEWORK_ERROR, "1"),
        ('[2,"1","Heartbeat"]', ErrorCode.RPC_FRAMEWORK_ERROR, "1"),
        ('[2,"1","Heartbeat",{},{}]', ErrorCode.RPC_FRAMEWORK_ERROR, "1"),
        ('[3,"1"]', ErrorCode.RPC_FRAMEWORK_ERROR, "1"),
        ('[7,"1",{}]', ErrorCode.MESSAGE_TYPE_NOT_SUPPORTED, "1"),
        ('[-2,"1",{}]', ErrorCode.MESSAGE_TYPE_NOT_SUPPORTED, "1"),
        ("[" + "9" * 4000 + ',"1",{}]', ErrorCode.MESSAGE_TYPE_NOT_SUPPORTED, "1"),
        ('[2,"1","Heartbeat",{]', ErrorCode.FORMAT_VIOLATION, "1"),
        ('[2,"1","Heartbeat",' + "[" * 100_000, ErrorCode.FORMAT_VIOLATION, "1"),
        ('[2,"' + "x" * 37 + '","Heartbeat",{}]', ErrorCode.RPC_FRAMEWORK_ERROR, "x" * 37),
        ('[2,"' + "x" * 256 + '","Heartbeat",{}]', ErrorCode.RPC_FRAMEWORK_ERROR, None),
    ],
)
def test_what_is_wrong_with_a_frame_is_named(frame, code, message_id):
    broken = salvage_frame(frame, Version.V201, is_tolerant=False)
    assert isinstance(broken, BrokenFrame)
    assert (broken.code, broken.message_id) == (code, message_id)
    assert 0 < len(broken.description) <= 255


@pytest.mark.parametrize(
    ("frame", "wanted"),
    [
        ('[4,"1"]', ErrorFrame("1", "GenericError", "", {})),
        ('[4,"1","InternalError"]', ErrorFrame("1", "InternalError", "", {})),
        ('[4,"1","InternalError",null,null]', ErrorFrame("1", "InternalError", "", {})),
        ('[4,"1","InternalError","text","details"]', ErrorFrame("1", "InternalError", "text", {})),
        ('[4,"1","InternalError","text",{"a":1},"more"]', ErrorFrame("1", "InternalError", "text", {"a": 1})),
        ('[5,"1",7]', ResultErrorFrame("1", "GenericError", "", {})),
    ],
)
def test_an_error_is_taken_as_far_as_it_goes(frame, wanted):
    assert salvage_frame(frame, Version.V21, is_tolerant=False) == wanted


def test_a_long_message_id_is_taken_when_tolerant():
    frame = '[2,"{0f8fad5b-d9cb-469f-a165-70867728950e}","Heartbeat",{}]'
    assert isinstance(salvage_frame(frame, Version.V16, is_tolerant=True), CallFrame)
    assert isinstance(salvage_frame(frame, Version.V16, is_tolerant=False), BrokenFrame)
    too_long = f'[2,"{"x" * 256}","Heartbeat",{{}}]'
    assert isinstance(salvage_frame(too_long, Version.V16, is_tolerant=True), BrokenFrame)
