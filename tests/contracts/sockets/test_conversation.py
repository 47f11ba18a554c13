"""What one station may say, and what it hears."""

import asyncio
import json

import pytest

from busbar.canon.access import AuthorizationRequested, Decision, IdToken, Verdict
from busbar.canon.control import RawCall, RemoteStart, Trigger, TriggerTopic
from busbar.canon.stations import (
    Admission,
    AdmissionRequested,
    AdmissionStatus,
    BootReply,
    ConnectorStatusReported,
    HeartbeatReceived,
    HeartbeatReply,
    QuirkObserved,
    Registration,
    StationBooted,
    StationDisconnected,
    StationNotified,
)
from busbar.kernel.errors import ConflictError, DeniedError, InvalidError, LimitExceededError, UnavailableError
from busbar.ports.wirelog import Direction
from tests.fakes.gateway_bus import NOW

BOOT_16 = {"chargePointModel": "M", "chargePointVendor": "V"}
BOOT_2 = {"reason": "PowerUp", "chargingStation": {"model": "M", "vendorName": "V"}}
STATUS_16 = {"connectorId": 1, "errorCode": "NoError", "status": "Available"}
STATUS_2 = {"timestamp": "2026-11-21T10:00:00Z", "connectorStatus": "Available", "evseId": 1, "connectorId": 1}

BAD_FRAMES = [
    # text, answer in 2.x, answer in 1.6 (None: none is due)
    ("not json", "RpcFrameworkError", None),
    ("{}", "RpcFrameworkError", None),
    ("", "RpcFrameworkError", None),
    ("[]", "RpcFrameworkError", None),
    ('[2,"x","Heartbeat"]', "RpcFrameworkError", "FormationViolation"),
    ('[2,7,"Heartbeat",{}]', "RpcFrameworkError", "FormationViolation"),
    ('[2,"x",7,{}]', "RpcFrameworkError", "FormationViolation"),
    ('[2,"x","Heartbeat",[]]', "FormatViolation", "FormationViolation"),
    ('[2,"x","Heartbeat","{}"]', "FormatViolation", "FormationViolation"),
    ('[2,"x","NoSuchAction",{}]', "NotImplemented", "NotImplemented"),
    ('[2,"x","Reset",{"type":"Hard"}]', "NotSupported", "NotSupported"),
    ('[2,"x","Authorize",{}]', "OccurrenceConstraintViolation", "OccurenceConstraintViolation"),
    ('[9,"x","Heartbeat",{}]', "MessageTypeNotSupported", None),
    ('[2,"x","Heartbeat",' + "[" * 100_000 + "]", "FormatViolation", "FormationViolation"),
    ('[3,"nobody asked",{}]', None, None),
    ('[3,"password",' + "[" * 5000 + "]" * 5000 + "]", None, None),
    ('[4,"nobody asked","GenericError","",{}]', None, None),
]


@pytest.mark.parametrize("protocol", ["ocpp1.6", "ocpp2.0.1", "ocpp2.1"])
@pytest.mark.parametrize(("text", "code_2", "code_16"), BAD_FRAMES)
async def test_a_bad_message_is_answered_as_specified_and_costs_nothing_else(site, protocol, text, code_2, code_16):
    async with site.plug_in(protocol) as station:
        await station.socket.send(text)
        expected = code_16 if protocol == "ocpp1.6" else code_2
        if expected is not None:
            answer = await station.hear()
            assert answer[0] == 4
            assert answer[2] == expected
        assert await station.is_well()
    assert site.wire_log.texts(Direction.IN)[0] == text
    assert any(note.startswith(("refused: ", "ignored: ")) for note in site.notes())


async def test_a_message_longer_than_the_bound_closes_the_connection(open_site):
    site = await open_site(frame_max_bytes=5000)
    async with site.plug_in() as station:
        await station.socket.send(json.dumps([2, "x", "Heartbeat", {"filler": "x" * 6000}]))
        assert (await station.wait_end())[0] == 1009
    async with site.plug_in() as station:
        assert await station.is_well()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DeniedError("not yours"), "SecurityError"),
        (InvalidError("out of range"), "PropertyConstraintViolation"),
        (UnavailableError("later"), "InternalError"),
        (LimitExceededError("full"), "InternalError"),
        (ConflictError("no"), "GenericError"),
        (ZeroDivisionError("a defect of ours"), "InternalError"),
    ],
)
async def test_what_the_core_refuses_becomes_a_call_error(site, error, code):
    site.core.replies[AuthorizationRequested] = error
    async with site.plug_in() as station:
        answer = await station.call("Authorize", {"idTag": "AB12"})
        assert answer[0] == code
        assert "defect" not in answer[1]
        assert await station.is_well()


async def test_the_answer_waits_until_the_report_is_durable_and_keeps_its_order(site):
    gate = asyncio.Event()

    async def answer_later():
        await gate.wait()
        return HeartbeatReply(now=NOW)

    site.core.replies[HeartbeatReceived] = lambda _report: answer_later()
    async with site.plug_in() as station:
        await station.say(2, "a", "Heartbeat", {})
        await station.say(2, "b", "Authorize", {"idTag": "AB12"})
        await site.core.wait_for(HeartbeatReceived)
        await asyncio.sleep(0.05)
        assert site.core.of(AuthorizationRequested) == []
        assert site.wire_log.texts(Direction.OUT) == []
        gate.set()
        assert [(await station.hear())[1] for _ in range(2)] == ["a", "b"]


async def test_a_repeated_call_is_answered_once(site):
    gate = asyncio.Event()

    async def answer_later():
        await gate.wait()
        return HeartbeatReply(now=NOW)

    site.core.replies[HeartbeatReceived] = lambda _report: answer_later()
    async with site.plug_in() as station:
        for _ in range(3):
            await station.say(2, "a", "Heartbeat", {})
        await site.core.wait_for(HeartbeatReceived)
        gate.set()
        assert (await station.hear())[:2] == [3, "a"]
        assert await station.is_well()
    assert len(site.core.of(HeartbeatReceived)) == 2


# ---- boot ------------------------------------------------------------------------------------------------------------


def settle(site, registration):
    site.core.replies[StationBooted] = BootReply(registration=registration, interval_s=17, now=NOW)


async def test_a_pending_2_x_station_may_only_send_what_it_was_asked_for(site):
    settle(site, Registration.PENDING)
    async with site.plug_in("ocpp2.0.1") as station:
        assert await station.call("BootNotification", BOOT_2) == {
            "status": "Pending",
            "currentTime": "2026-11-21T10:00:00Z",
            "interval": 17,
        }
        assert (await station.call("StatusNotification", STATUS_2))[0] == "SecurityError"
        assert site.core.of(ConnectorStatusReported) == []

        asking = asyncio.create_task(site.deliver(Trigger(topic=TriggerTopic.STATUS, evse_id=1)))
        trigger = await station.hear()
        assert trigger[2:] == [
            "TriggerMessage",
            {"requestedMessage": "StatusNotification", "evse": {"id": 1, "connectorId": 1}},
        ]
        await station.say(3, trigger[1], {"status": "Accepted"})
        await asking
        assert await station.call("StatusNotification", STATUS_2) == {}

        refused = await site.deliver(RemoteStart(id_token=IdToken(value="A"), remote_start_id=1))
        assert refused.outcome == "rejected"
        assert "B02.FR.05" in refused.status

        settle(site, Registration.ACCEPTED)
        assert (await station.call("BootNotification", BOOT_2))["status"] == "Accepted"
        assert await station.is_well()


async def test_a_station_whose_boot_is_pending_is_remembered_over_a_reconnect(site):
    settle(site, Registration.PENDING)
    async with site.plug_in("ocpp2.0.1") as station:
        await station.call("BootNotification", BOOT_2)
    async with site.plug_in("ocpp2.0.1") as station:
        assert (await station.call("Heartbeat", {}))[0] == "SecurityError"
        settle(site, Registration.ACCEPTED)
        await station.call("BootNotification", BOOT_2)
    async with site.plug_in("ocpp2.0.1") as station:
        assert await station.is_well()


@pytest.mark.parametrize(("protocol", "boot"), [("ocpp1.6", BOOT_16), ("ocpp2.1", BOOT_2)])
async def test_a_rejected_station_may_only_boot_again_and_is_asked_nothing(site, protocol, boot):
    settle(site, Registration.BLOCKED)
    async with site.plug_in(protocol) as station:
        assert (await station.call("BootNotification", boot))["status"] == "Rejected"
        assert (await station.call("Heartbeat", {}))[0] == "SecurityError"
        outcome = await site.deliver(Trigger(topic=TriggerTopic.HEARTBEAT))
        assert outcome.outcome == "rejected"
        assert "B03.FR.03" in outcome.status
        assert (await station.call("BootNotification", boot))["status"] == "Rejected"


@pytest.mark.parametrize("protocol", ["ocpp1.6", "ocpp2.0.1", "ocpp2.1"])
async def test_a_station_that_only_lost_the_network_need_not_boot_again(site, protocol):
    async with site.plug_in(protocol) as station:
        assert await station.is_well()
    assert site.core.of(StationBooted) == []


async def test_a_pending_1_6_station_is_let_through_to_the_rooms(site):
    settle(site, Registration.PENDING)
    site.core.replies[AuthorizationRequested] = Decision(verdict=Verdict.INVALID)
    async with site.plug_in() as station:
        assert (await station.call("BootNotification", BOOT_16))["status"] == "Pending"
        assert await station.call("StatusNotification", STATUS_16) == {}
        assert await station.call("Authorize", {"idTag": "A"}) == {"idTagInfo": {"status": "Invalid"}}


# ---- quirks ----------------------------------------------------------------------------------------------------------


async def test_unknown_fields_of_a_1_6_station_are_tolerated_and_told_once(site):
    async with site.plug_in() as station:
        for _ in range(2):
            assert await station.call("StatusNotification", {**STATUS_16, "mood": "good"}) == {}
        await station.call("StatusNotification", {**STATUS_16, "taste": "bad"})
        assert await station.is_well()
    quirks = site.core.of(QuirkObserved)
    assert [(quirk.action, quirk.fields) for quirk in quirks] == [
        ("StatusNotification", ("unknown_field:mood",)),
        ("StatusNotification", ("unknown_field:taste",)),
    ]


@pytest.mark.parametrize(("protocol", "is_tolerant"), [("ocpp1.6", False), ("ocpp2.0.1", None), ("ocpp2.1", None)])
async def test_where_nothing_is_tolerated_an_unknown_field_is_refused(site, protocol, is_tolerant):
    site.core.replies[AdmissionRequested] = Admission(status=AdmissionStatus.ADMITTED, is_tolerant=is_tolerant)
    async with site.plug_in(protocol) as station:
        answer = await station.call("Heartbeat", {"mood": "good"})
        assert answer[0] == ("FormationViolation" if protocol == "ocpp1.6" else "FormatViolation")
        assert await station.is_well()
    assert site.core.of(QuirkObserved) == []


async def test_a_2_x_station_can_be_tolerated_by_setting(site):
    site.core.replies[AdmissionRequested] = Admission(status=AdmissionStatus.ADMITTED, is_tolerant=True)
    async with site.plug_in("ocpp2.0.1") as station:
        assert "currentTime" in await station.call("Heartbeat", {"mood": "good"})
        await site.core.wait_for(QuirkObserved)


async def test_an_ill_formed_value_is_told_and_the_others_are_kept(site):
    values = [
        {"value": "oops", "measurand": "Voltage"},
        {"value": "230", "measurand": "Voltage"},
        {"value": "5", "measurand": "Voltage", "unit": "kWh"},
    ]
    payload = {"connectorId": 1, "meterValue": [{"timestamp": "2026-11-21T10:00:00Z", "sampledValue": values}]}
    async with site.plug_in() as station:
        assert await station.call("MeterValues", payload) == {}
        (quirk,) = await site.core.wait_for(QuirkObserved)
    assert quirk.fields == ("ill_formed:meterValue[].sampledValue[]",)
    (report,) = [one for one in site.core.reports if type(one).__name__ == "SamplesReported"]
    assert [sample.value for sample in report.samples] == [230_000]


# ---- the rest --------------------------------------------------------------------------------------------------------


async def test_data_transfer_is_kept_and_no_vendor_is_known(site):
    async with site.plug_in() as station:
        answer = await station.call("DataTransfer", {"vendorId": "com.example", "data": "x"})
        assert answer == {"status": "UnknownVendorId"}
    (notified,) = site.core.of(StationNotified)
    assert (notified.topic, json.loads(notified.payload_json)) == (
        "DataTransfer",
        {"vendorId": "com.example", "data": "x"},
    )


async def test_a_stream_frame_of_2_1_is_kept_and_never_answered(site):
    async with site.plug_in("ocpp2.1") as station:
        payload = {
            "id": 123,
            "pending": 0,
            "basetime": "2024-08-27T12:30:40Z",
            "data": [{"t": 0, "v": "230.4"}, {"t": 5, "v": "230.2"}],
        }
        await station.say(6, "s1", "NotifyPeriodicEventStream", payload)
        await station.say(6, "s2", "NotifyPeriodicEventStream", {"id": "broken"})
        assert await station.is_well()
    (notified,) = site.core.of(StationNotified)
    assert json.loads(notified.payload_json) == payload


async def test_a_station_that_talks_too_fast_is_slowed_down_and_loses_nothing(open_site):
    site = await open_site(station_rate_max_messages_per_s=50, station_burst_max_messages=10)
    async with site.plug_in() as station:
        for number in range(40):
            await station.say(2, f"m{number}", "Heartbeat", {})
        started = asyncio.get_running_loop().time()
        heard = [(await station.hear())[1] for _ in range(40)]
        assert heard == [f"m{number}" for number in range(40)]
        assert asyncio.get_running_loop().time() - started > 0.3


async def test_a_flood_of_calls_waits_at_the_socket(open_site):
    site = await open_site(station_inbox_max_calls=4, station_burst_max_messages=10_000)
    gate = asyncio.Event()

    async def answer_later():
        await gate.wait()
        return HeartbeatReply(now=NOW)

    site.core.replies[HeartbeatReceived] = lambda _report: answer_later()
    async with site.plug_in() as station:
        for number in range(300):
            await station.say(2, f"m{number}", "Heartbeat", {})
        await asyncio.sleep(0.2)
        gate.set()
        answers = [await station.hear() for _ in range(300)]
        # Four wait in the gateway, some came with them in one read; the rest waits in the network.
        assert [answer[:2] for answer in answers[:100]] == [[3, f"m{number}"] for number in range(100)]
        assert sorted(answer[1] for answer in answers) == sorted(f"m{number}" for number in range(300))


async def test_every_frame_and_event_is_in_the_wire_log(site):
    async with site.plug_in() as station:
        await station.call("Heartbeat", {}, "h1")
        asking = asyncio.create_task(site.deliver(RawCall(action="ClearCache", payload_json="{}")))
        call = await station.hear()
        await station.say(3, call[1], {"status": "Accepted"})
        await asking
    await site.core.wait_for(StationDisconnected)
    entries = [(entry.direction.value, entry.text.split(",")[0]) for entry in site.wire_log.entries]
    assert entries == [
        ("note", "connected: ocpp1.6 from " + site.notes()[0].removeprefix("connected: ocpp1.6 from ")),
        ("in", "[2"),
        ("out", "[3"),
        ("out", "[2"),
        ("in", "[3"),
        ("note", site.notes()[-1]),
    ]
    assert site.notes()[-1].startswith("disconnected: 1000")
