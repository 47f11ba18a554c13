from datetime import UTC, datetime

import msgspec
import pytest

from busbar.canon.sessions import SessionProgressed, SessionStopRequested
from busbar.canon.stations import HeartbeatReceived, StationBooted

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def test_the_tag_names_the_message_and_its_version():
    report = HeartbeatReceived(report_id="r", station_id="s", received_at=NOW)
    assert msgspec.json.decode(msgspec.json.encode(report))["message"] == "HeartbeatReceived/1"


def test_messages_do_not_change():
    report = HeartbeatReceived(report_id="r", station_id="s", received_at=NOW)
    with pytest.raises(AttributeError):
        report.station_id = "other"


def test_messages_are_made_by_name_alone():
    with pytest.raises(TypeError):
        HeartbeatReceived("r", "s", NOW)


def test_what_is_absent_is_not_written():
    report = StationBooted(report_id="r", station_id="s", received_at=NOW, vendor="V", model="M")
    assert set(msgspec.json.decode(msgspec.json.encode(report))) == {
        "message",
        "report_id",
        "station_id",
        "received_at",
        "vendor",
        "model",
    }


@pytest.mark.parametrize(
    "message",
    [
        SessionStopRequested(operator_id="o", at=NOW, session_id="x", station_id="s", command_id="c"),
        SessionProgressed(operator_id="o", at=NOW, session_id="x", station_id="s", energy_wh=7),
    ],
)
def test_a_message_comes_back_as_it_was(message):
    assert msgspec.json.decode(msgspec.json.encode(message), type=type(message)) == message
