"""Requests to a station: one at a time, bounded in number and time, with the station's own words."""

import asyncio
import json

import pytest

from busbar.canon.access import IdToken, TokenKind
from busbar.canon.control import (
    GetVariables,
    Outcome,
    RawCall,
    RemoteStart,
    RemoteStop,
    Reset,
    ResetKind,
    SetVariables,
    VariableRef,
    VariablesReported,
    VariableValue,
)
from busbar.canon.stations import StationDisconnected
from busbar.kernel.ids import TransactionRef
from busbar.ports.wirelog import Direction

CLEAR = RawCall(action="ClearCache", payload_json="{}")


async def answer_next(station, payload=None, *, error=None):
    call = await station.hear()
    if error:
        await station.say(4, call[1], *error)
    else:
        await station.say(3, call[1], payload)
    return call


async def run(site, station, request, payload=None, **answer):
    task = asyncio.create_task(site.deliver(request))
    call = await answer_next(station, payload, **answer)
    return call, await task


async def test_calls_go_out_one_at_a_time_in_order(site):
    async with site.plug_in() as station:
        tasks = [asyncio.create_task(site.deliver(Reset(kind=ResetKind.ON_IDLE))) for _ in range(3)]
        for _ in tasks:
            call = await station.hear()
            assert call[2:] == ["Reset", {"type": "Soft"}]
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(station.socket.recv(), 0.05)
            await station.say(3, call[1], {"status": "Accepted"})
        assert [(await task).outcome for task in tasks] == [Outcome.ACCEPTED] * 3


async def test_the_station_may_call_while_it_is_called(site):
    async with site.plug_in() as station:
        task = asyncio.create_task(site.deliver(CLEAR))
        call = await station.hear()
        assert await station.is_well()
        await station.say(3, call[1], {"status": "Rejected"})
        assert (await task).outcome is Outcome.REJECTED


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (("NotImplemented", "what?", {}), Outcome.UNSUPPORTED),
        (("NotSupported", "", {}), Outcome.UNSUPPORTED),
        (("InternalError", "ouch", {"where": "here"}), Outcome.REJECTED),
        (("MyOwnCode", "x", {}), Outcome.REJECTED),
    ],
)
async def test_a_call_error_comes_back_in_the_stations_words(site, error, outcome):
    async with site.plug_in() as station:
        _, result = await run(site, station, CLEAR, error=error)
    assert (result.outcome, result.is_error, result.status) == (outcome, True, error[0])
    assert json.loads(result.answer_json) == {"code": error[0], "description": error[1], "details": error[2]}


async def test_no_answer_in_time_is_timed_out_and_a_late_one_is_only_noted(site):
    async with site.plug_in() as station:
        outcome = await site.deliver(CLEAR, timeout_s=0.1)
        assert outcome.outcome is Outcome.TIMED_OUT
        late = await station.hear()
        await station.say(3, late[1], {"status": "Accepted"})
        _, again = await run(site, station, CLEAR, {"status": "Accepted"})
        assert again.outcome is Outcome.ACCEPTED
    assert "ignored: late_answer" in site.notes()


async def test_what_waits_too_long_for_its_turn_was_never_sent(site):
    async with site.plug_in() as station:
        first = asyncio.create_task(site.deliver(CLEAR, timeout_s=1))
        await station.hear()
        second = await site.deliver(Reset(kind=ResetKind.IMMEDIATE), timeout_s=0.1)
        assert second.outcome is Outcome.UNDELIVERED
        assert (await first).outcome is Outcome.TIMED_OUT
    assert not any("Reset" in text for text in site.wire_log.texts(Direction.OUT))


async def test_the_queue_is_bounded(open_site):
    site = await open_site(station_queue_max_commands=2)
    async with site.plug_in() as station:
        tasks = [asyncio.create_task(site.deliver(CLEAR, timeout_s=2)) for _ in range(5)]
        for _ in range(2):
            await answer_next(station, {"status": "Accepted"})
        outcomes = [(await task).outcome for task in tasks]
    assert outcomes.count(Outcome.ACCEPTED) == 2
    assert outcomes.count(Outcome.UNDELIVERED) == 3


async def test_a_connection_that_ends_leaves_nobody_waiting(site):
    async with site.plug_in() as station:
        tasks = [asyncio.create_task(site.deliver(CLEAR)) for _ in range(2)]
        await station.hear()
    first, second = [await task for task in tasks]
    assert first.outcome is Outcome.TIMED_OUT
    assert "connection ended" in first.status
    assert second.outcome is Outcome.UNDELIVERED
    assert (await site.deliver(CLEAR)).outcome is Outcome.UNDELIVERED


async def test_an_answer_that_breaks_the_schema_counts_by_its_status_word(site):
    async with site.plug_in("ocpp2.0.1") as station:
        _, outcome = await run(site, station, CLEAR, {"status": "Accepted", "mood": "good"})
        assert (outcome.outcome, outcome.status) == (Outcome.ACCEPTED, "Accepted")
        assert json.loads(outcome.answer_json) == {"status": "Accepted", "mood": "good"}
        _, outcome = await run(site, station, CLEAR, {"state": 7})
        assert outcome.outcome is Outcome.REJECTED
        assert outcome.status.startswith("invalid answer")
        assert await station.is_well()
    assert any("invalid answer" in note for note in site.notes())


@pytest.mark.parametrize(
    ("action", "payload"),
    [("Nonsense", "{}"), ("Heartbeat", "{}"), ("ClearCache", "["), ("Reset", '{"type":"Sideways"}'), ("Reset", "7")],
)
async def test_a_raw_call_that_breaks_its_schema_is_never_sent(site, action, payload):
    async with site.plug_in() as station:
        outcome = await site.deliver(RawCall(action=action, payload_json=payload))
        assert outcome.outcome is Outcome.REJECTED
        assert outcome.status.startswith("invalid.ocpp_request")
        assert await station.is_well()
    assert [text for text in site.wire_log.texts(Direction.OUT) if text.startswith("[2")] == []


async def test_what_a_version_has_no_words_for_is_unsupported(site):
    async with site.plug_in() as station:
        outcome = await site.deliver(Reset(kind=ResetKind.IMMEDIATE, evse_id=1))
        assert outcome.outcome is Outcome.UNSUPPORTED
        outcome = await site.deliver(RemoteStop(transaction_ref=TransactionRef("not-a-number")))
        assert outcome.outcome is Outcome.REJECTED
        outcome = await site.deliver(RemoteStart(id_token=IdToken(value="x" * 21), remote_start_id=1))
        assert outcome.outcome is Outcome.REJECTED
        assert await station.is_well()


async def test_settings_of_a_1_6_station_come_back_and_are_reported(site):
    async with site.plug_in() as station:
        payload = {
            "configurationKey": [{"key": "HeartbeatInterval", "readonly": False, "value": "300"}],
            "unknownKey": ["Nope"],
        }
        call, outcome = await run(site, station, GetVariables(), payload)
        assert call[2:] == ["GetConfiguration", {}]
        reported = (await site.core.wait_for(VariablesReported))[0]
    assert outcome.values == reported.values
    assert [(value.ref.variable, value.value, value.is_readonly, value.status) for value in outcome.values] == [
        ("HeartbeatInterval", "300", False, "Accepted"),
        ("Nope", None, None, "UnknownKey"),
    ]


async def test_settings_of_a_2_x_station_come_by_report(site):
    async with site.plug_in("ocpp2.0.1") as station:
        call, outcome = await run(site, station, GetVariables(), {"status": "Accepted"})
        assert call[2] == "GetBaseReport"
        assert outcome.outcome is Outcome.ACCEPTED
        request_id = call[3]["requestId"]
        data = {
            "component": {"name": "OCPPCommCtrlr"},
            "variable": {"name": "HeartbeatInterval"},
            "variableAttribute": [{"value": "60", "mutability": "ReadWrite"}],
        }
        for seq_no in range(2):
            part = {
                "requestId": request_id,
                "generatedAt": "2026-11-21T10:00:00Z",
                "seqNo": seq_no,
                "tbc": seq_no == 0,
                "reportData": [data],
            }
            assert await station.call("NotifyReport", part) == {}
    parts = site.core.of(VariablesReported)
    assert [(part.request_id, part.seq_no, part.is_last) for part in parts] == [
        (request_id, 0, False),
        (request_id, 1, True),
    ]
    assert parts[0].values[0].value == "60"


@pytest.mark.parametrize(
    ("protocol", "request_"),
    [
        (
            "ocpp1.6",
            SetVariables(values=(VariableValue(ref=VariableRef(variable="AuthorizationKey"), value="s3cret-key"),)),
        ),
        (
            "ocpp2.0.1",
            SetVariables(
                values=(
                    VariableValue(
                        ref=VariableRef(component="SecurityCtrlr", variable="BasicAuthPassword"), value="s3cret-key"
                    ),
                )
            ),
        ),
    ],
)
async def test_a_password_for_the_station_never_reaches_the_wire_log(site, protocol, request_):
    async with site.plug_in(protocol) as station:
        task = asyncio.create_task(site.deliver(request_))
        call = await station.hear()
        assert "s3cret-key" in json.dumps(call)
        await station.say(4, call[1], "InternalError", "", {})
        await task
    logged = site.wire_log.texts(Direction.OUT)
    assert any("********" in text for text in logged)
    assert not any("s3cret-key" in text for text in logged)


async def test_a_token_of_2_1_may_be_long(site):
    token = IdToken(value="x" * 255, kind=TokenKind.CENTRAL)
    async with site.plug_in("ocpp2.1") as station:
        call, outcome = await run(
            site,
            station,
            RemoteStart(id_token=token, remote_start_id=7, evse_id=2),
            {"status": "Accepted", "transactionId": "T-9"},
        )
    assert call[3]["idToken"] == {"idToken": "x" * 255, "type": "Central"}
    assert (outcome.transaction_ref, outcome.status) == ("T-9", "Accepted")
    await site.core.wait_for(StationDisconnected)
