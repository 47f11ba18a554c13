import random
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from bench.frames import LANGUAGES, METERS, REFERENCE, Writer
from busbar.canon.sample_block import list_samples
from busbar.canon.stations import Protocol
from busbar.gateways.ocpp.stencils import learn
from busbar.gateways.ocpp.translation import VERSIONS, Incoming
from busbar.gateways.ocpp.translators import find_translator
from busbar.kernel.ids import ReportId, StationId
from busbar.wire.ocppj import Connection, Role, Version

STATION = StationId("CP1")
NOW = datetime(2026, 3, 1, tzinfo=UTC)
KINDS = {
    "1.6": (Protocol.OCPP16, Version.V16, "MeterValues"),
    "2.0.1": (Protocol.OCPP201, Version.V201, "TransactionEvent"),
}
EXTRA = {
    "1.6": '{"value":"7.25","measurand":"Frequency","unit":"Celsius"}',
    "2.0.1": '{"value":7.25,"measurand":"Frequency"}',
}


def write_frames(version, station=1):
    language = LANGUAGES[version]
    cycle = language.write_cycle(Writer(station), random.Random(station))  # noqa: S311 - no secret
    return [frame.replace(REFERENCE, "77") for frame in cycle if "Sample.Periodic" in frame]


def decode(frame, version):
    protocol, wire, action = KINDS[version]
    way = find_translator(protocol).plain[action]
    link = Connection(version=wire, role=Role.CSMS, new_message_id=lambda: "x")
    call = link.receive_plainly(frame, {action})
    assert call is not None
    report = way.read(call.request, ReportId(call.message_id), STATION, NOW)
    return call, report, {"version": wire, "lesson": way.lesson}


@pytest.mark.parametrize("version", KINDS)
def test_a_call_that_comes_again_is_learnt_and_read_as_it_is_decoded(version):
    frames = write_frames(version)
    assert len(frames) == METERS
    learnt = None
    for number, frame in enumerate(frames[:3]):
        call, report, rest = decode(frame, version)
        learnt = learn(frame, call, report, **rest)
        assert number == 0 or learnt is not None
    assert learnt is not None
    for frame in [*frames, *write_frames(version, station=2)]:
        found = learnt.match(frame)
        assert found is not None
        assert learnt.read(found.groups(), STATION, NOW) == decode(frame, version)[1]


def learn_twice(frame, version):
    call, report, rest = decode(frame, version)
    assert report is not None
    learn(frame, call, report, **rest)
    return learn(frame, call, report, **rest)


@pytest.mark.parametrize(
    ("version", "old", "new"),
    [
        ("1.6", '"meterValue":[{"timestamp":', '"meterValue":[{ "timestamp" :'),
        ("2.0.1", '"meterValue":[{"timestamp":', '"meterValue":[{ "timestamp" :'),
        # the event's own instant stands behind those of the samples
        ("2.0.1", '"eventType":"Updated","timestamp":"2026-01-01T00:00:30.000Z",', '"eventType":"Updated",'),
        ("2.0.1", '"transactionInfo":{', '"transactionInfo":{"customData":{"vendorId":"v","transactionId":"y"},'),
        ("2.0.1", '"transactionInfo":{', '"transactionInfo":{"customData":{"vendorId":"v","value":1},'),
        ("2.0.1", '"seqNo":', '"customData":{"vendorId":"v","timestamp":"2026-01-01T00:00:30.000Z"},"seqNo":'),
    ],
)
def test_a_call_whose_gaps_cannot_be_told_apart_is_not_learnt(version, old, new):
    frame = write_frames(version)[0]
    assert old in frame
    frame = frame.replace(old, new)
    if "eventType" in old:
        frame = frame[:-2] + ',"timestamp":"2026-01-01T00:00:30.000Z"}]'
    assert learn_twice(frame, version) is None


def test_what_cannot_be_read_in_a_gap_says_so():
    frame = write_frames("1.6")[0]
    learnt = learn_twice(frame, "1.6")
    assert learnt is not None
    found = learnt.match(frame.replace("2026-01-01", "2026-13-01"))
    assert found is not None
    with pytest.raises(ValueError, match="month"):
        learnt.read(found.groups(), STATION, NOW)


def write_meter(number, *, evse_id=2, power="0.0"):
    """Write MeterValues of 2.x: what a meter tells of an EVSE on which nobody charges."""
    values = f'{{"value":{power},"measurand":"Power.Active.Import"}},{{"value":{1000 + number}.5}}'
    told = f'{{"timestamp":"2026-01-01T00:{number:02}:30.000Z","sampledValue":[{values}]}}'
    return f'[2,"m{number}","MeterValues",{{"evseId":{evse_id},"meterValue":[{told}]}}]'


@pytest.mark.parametrize("protocol", [Protocol.OCPP201, Protocol.OCPP21])
def test_meter_values_without_a_transaction_are_learnt_and_say_what_their_handler_says(protocol):
    translator, version = find_translator(protocol), VERSIONS[protocol]
    way, learnt = translator.plain["MeterValues"], None
    for number in range(4):
        frame = write_meter(number)
        link = Connection(version=version, role=Role.CSMS, new_message_id=lambda: "x")
        call = link.receive_plainly(frame, translator.plain)
        assert call is not None
        report = way.read(call.request, ReportId(call.message_id), STATION, NOW)
        assert report is not None
        incoming = Incoming("MeterValues", call.request, frame, ReportId(call.message_id), STATION, NOW)
        step = translator.up[type(call.request)](incoming)
        assert replace(report, samples=list_samples(report.block), block=None) == step.report
        assert way.answer(None) == step.answer(None)
        assert way.is_plain(None)
        learnt = learn(frame, call, report, version=version, lesson=way.lesson)
    assert learnt is not None
    found = learnt.match(write_meter(9, power="11.25"))
    assert found is not None
    read = learnt.read(found.groups(), STATION, NOW)
    assert read is not None
    assert (read.evse_id, read.block.at.minute, read.block.values) == (2, 9, (11, 1010))
    assert learnt.match(write_meter(9, evse_id=1)) is None


@pytest.mark.parametrize("version", KINDS)
def test_another_text_around_the_gaps_is_another_call(version):
    frame = write_frames(version)[0]
    learnt = learn_twice(frame, version)
    assert learnt is not None
    assert learnt.match(frame.replace('"location":"Outlet"', '"location":"Inlet"', 1)) is None
    assert learnt.match(frame.replace('"sampledValue":[', f'"sampledValue":[{EXTRA[version]},')) is None
