"""Recorded frames go through today's codec and translator and must mean what they meant.

A recording is a JSON Lines file: a head (protocol, what it is), then one line a frame with the report that it becomes
(null: none), and the quirks that it shows. Stations' clocks and ours stand still, so everything is comparable.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from busbar.canon.stations import Protocol
from busbar.gateways.ocpp.translation import VERSIONS, Incoming
from busbar.gateways.ocpp.translators import find_translator
from busbar.kernel.ids import ReportId, StationId
from busbar.wire.ocppj import CallReceived, Connection, ProtocolFault, Role, SendReceived

RECORDINGS = sorted((Path(__file__).parent / "recordings").glob("*.jsonl"))
RECEIVED_AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SAME_FOR_ALL = ("report_id", "station_id", "received_at", "payload_json")


def replay(protocol, frame):
    """Return what a frame becomes: its report as canon writes it, without what is the same for all, and its quirks."""
    link = Connection(
        version=VERSIONS[protocol],
        role=Role.CSMS,
        new_message_id=lambda: "m",
        is_tolerant=protocol is Protocol.OCPP16,
    )
    event = link.receive_text(frame)
    if isinstance(event, ProtocolFault):
        return {"refused": event.code.value, "path": event.path}
    assert isinstance(event, CallReceived | SendReceived)
    handler = find_translator(protocol).up[type(event.request)]
    incoming = Incoming(event.action, event.request, frame, ReportId("r"), StationId("s"), RECEIVED_AT)
    step = handler(incoming)
    report = json.loads(msgspec.json.encode(step.report))
    quirks = [f"{quirk.kind}:{quirk.path}" for quirk in event.quirks] + [f"ill_formed:{path}" for path in step.quirks]
    return {"report": {name: value for name, value in report.items() if name not in SAME_FOR_ALL}, "quirks": quirks}


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_recorded_frames_mean_what_they_meant(path):
    head, *lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    protocol = Protocol(head["protocol"])
    for number, line in enumerate(lines, start=2):
        assert replay(protocol, line["frame"]) == line["means"], f"{path.name}:{number}"


def test_there_are_recordings_of_every_version():
    heads = {json.loads(path.read_text(encoding="utf-8").splitlines()[0])["protocol"] for path in RECORDINGS}
    assert heads == {protocol.value for protocol in Protocol}
