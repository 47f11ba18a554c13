"""The committed message types are what the generator makes of the official schemas, all of them, with directions."""

import subprocess
import sys
from pathlib import Path

import pytest

from busbar.wire.schema.action import BOTH, CSMS, STATION, Role
from tests.conformance.wire_schemas import ALL_MESSAGES, ROOMS, official_schema, schema_files

ROOT = Path(__file__).resolve().parents[2]


def test_the_committed_files_are_fresh(tmp_path):
    command = [sys.executable, str(ROOT / "tools" / "generate_wire.py"), "--out", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    for room in ROOMS:
        committed = ROOT / "src" / "busbar" / "wire" / room / "messages.py"
        assert (tmp_path / room / "messages.py").read_text() == committed.read_text(), (
            f"{committed} is stale: run tools/generate_wire.py"
        )


def test_the_runtime_never_imports_the_schema_package():
    code = (
        "import sys, busbar.wire.ocppj as j, busbar.wire.ocpp16, busbar.wire.ocpp201, busbar.wire.ocpp21;"
        "print('ocpp' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)
    assert ran.stdout.strip() == b"False"


@pytest.mark.parametrize(("room", "name"), ALL_MESSAGES)
def test_every_field_of_every_message_and_type_is_there(room, name):
    schema = official_schema(room, name)
    types = ROOMS[room][1]
    message = getattr(types, name)
    assert set(message.__struct_encode_fields__) == set(schema.get("properties", {}))
    for definition, one in schema.get("definitions", {}).items():
        if "enum" in one:
            assert set(getattr(types, definition).__args__) == set(one["enum"])
        elif definition != "CustomDataType":
            assert set(getattr(types, definition).__struct_encode_fields__) == set(one["properties"])


@pytest.mark.parametrize("room", ROOMS)
def test_every_message_belongs_to_one_action(room):
    actions = ROOMS[room][1].ACTIONS
    messages = {one.__name__ for action in actions.values() for one in (action.request, action.response) if one}
    assert messages == set(schema_files(room))
    assert all(action.name == name for name, action in actions.items())
    assert {name for name, action in actions.items() if action.senders == BOTH} == {"DataTransfer"}


def test_the_number_of_actions_each_end_may_begin():
    counts = {
        room: tuple(sum(role in action.senders for action in types.ACTIONS.values()) for role in Role)
        for room, (_, types) in ROOMS.items()
    }
    assert counts == {"ocpp16": (14, 26), "ocpp201": (25, 40), "ocpp21": (37, 55)}


def test_only_the_event_stream_is_sent_without_answer():
    unanswered = {(room, a.name) for room, (_, m) in ROOMS.items() for a in m.ACTIONS.values() if a.response is None}
    assert unanswered == {("ocpp21", "NotifyPeriodicEventStream")}


@pytest.mark.parametrize("room", ROOMS)
def test_the_directions_of_well_known_actions(room):
    actions = ROOMS[room][1].ACTIONS
    from_station = {
        "BootNotification",
        "Heartbeat",
        "Authorize",
        "MeterValues",
        "StatusNotification",
        "SignCertificate",
    }
    from_csms = {"Reset", "UnlockConnector", "TriggerMessage", "ChangeAvailability", "SetChargingProfile", "GetLog"}
    assert all(actions[name].senders == STATION for name in from_station)
    assert all(actions[name].senders == CSMS for name in from_csms)
