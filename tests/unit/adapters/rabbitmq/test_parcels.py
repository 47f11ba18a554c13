from datetime import UTC, datetime

import msgspec
import pytest

from busbar.adapters.rabbitmq.names import Names
from busbar.adapters.rabbitmq.parcels import (
    GarbageError,
    decode_answer_frame,
    decode_parcel,
    encode_answer_frame,
    encode_parcel,
    read_messages,
)
from busbar.canon.codec import UnknownMessageError, decode_answers, encode_message
from busbar.canon.message import DONE
from busbar.canon.stations import HeartbeatReceived, StationNotified, StationSeen
from busbar.kernel.errors import NotFoundError
from busbar.ports.intake import Answer

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HEARTBEAT = HeartbeatReceived(report_id="r", station_id="s", received_at=NOW)


def test_a_parcel_comes_out_as_it_went_in():
    frame = decode_parcel(encode_parcel("p", 3, [encode_message(HEARTBEAT)] * 2, expires_at=NOW))
    assert (frame.parcel_id, frame.partition, frame.expires_at) == ("p", 3, NOW)
    assert read_messages(frame) == [HEARTBEAT, HEARTBEAT]


def test_one_message_that_nobody_knows_spoils_no_other():
    unknown = msgspec.msgpack.encode({"message": "NeverHeardOf/1"})
    signal = encode_message(StationSeen(operator_id="o", at=NOW, station_id="s"))
    first, second, third = read_messages(
        decode_parcel(encode_parcel("p", 3, [unknown, encode_message(HEARTBEAT), signal]))
    )
    assert isinstance(first, UnknownMessageError)
    assert second == HEARTBEAT
    assert isinstance(third, UnknownMessageError)


@pytest.mark.parametrize("body", [b"", b"\xc1", b"garbage", msgspec.msgpack.encode([1, "p"]), b"\x81\xa1\xff\x01"])
def test_garbage_is_named_as_such(body):
    with pytest.raises(GarbageError):
        decode_parcel(body)
    with pytest.raises(GarbageError):
        decode_answer_frame(body)


def test_a_parcel_of_a_newer_version_can_be_read():
    body = msgspec.msgpack.encode([2, "p", 3, None, [HEARTBEAT], [], [], "something new"])
    assert read_messages(decode_parcel(body)) == [HEARTBEAT]


def test_answers_keep_their_places():
    frame = decode_answer_frame(encode_answer_frame("p", [Answer(reply=DONE), Answer(error=NotFoundError("no"))]))
    (done, none), (_, error) = decode_answers(frame.answers, [StationNotified, StationNotified])
    assert (frame.parcel_id, done, none) == ("p", DONE, None)
    assert isinstance(error, NotFoundError)


@pytest.mark.parametrize(
    ("queue", "partition"),
    [
        ("busbar.reports.3", 3),
        ("busbar.reports.8", None),
        ("busbar.reports.x", None),
        ("other.reports.3", None),
        ("", None),
    ],
)
def test_a_queue_tells_its_partition(queue, partition):
    assert Names(partition_count=8).find_partition(queue) == partition
