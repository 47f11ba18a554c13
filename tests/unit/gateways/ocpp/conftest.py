"""Frames through the real codec into a translator, without a socket."""

import json
from datetime import UTC, datetime

import pytest

from busbar.canon.stations import Protocol
from busbar.gateways.ocpp.translation import VERSIONS, Incoming
from busbar.gateways.ocpp.translators import find_translator
from busbar.kernel.ids import CommandId, ReportId, StationId
from busbar.wire.ocppj import CallReceived, Connection, Role, SendReceived
from busbar.wire.schema.decoding import encode_checked

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


class Translation:
    """One version's translator with its codec before and behind it."""

    def __init__(self, protocol):
        self.protocol = protocol
        self.translator = find_translator(protocol)
        self.link = Connection(version=VERSIONS[protocol], role=Role.CSMS, new_message_id=lambda: "m")

    def read(self, action, payload, *, kind=2):
        """Give the step for a station's message."""
        text = json.dumps([kind, "id-1", action, payload])
        event = self.link.receive_text(text)
        assert isinstance(event, CallReceived | SendReceived), event
        self.link.close()
        incoming = Incoming(action, event.request, text, ReportId("r1"), StationId("CS-1"), NOW)
        return self.translator.up[type(event.request)](incoming)

    def report(self, action, payload):
        return self.read(action, payload).report

    def answer(self, action, payload, reply=None):
        """Give the payload that the station is answered with, proved against the schema."""
        return json.loads(encode_checked(self.read(action, payload).answer(reply)))

    def calls(self, request):
        """Give the calls of a request as (action, payload), proved against the schema."""
        calls = self.translator.make_calls(request, command_id=CommandId("c1"))
        return [(type(call).__name__.removesuffix("Request"), json.loads(encode_checked(call))) for call in calls]

    def call(self, request):
        (one,) = self.calls(request)
        return one


@pytest.fixture
def v16():
    return Translation(Protocol.OCPP16)


@pytest.fixture
def v201():
    return Translation(Protocol.OCPP201)


@pytest.fixture
def v21():
    return Translation(Protocol.OCPP21)


@pytest.fixture(params=[Protocol.OCPP201, Protocol.OCPP21])
def v2(request):
    return Translation(request.param)
