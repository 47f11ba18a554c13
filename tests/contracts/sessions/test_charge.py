"""A whole charge, started at the station and by people, on 1.6 and on 2.x."""

from busbar.canon.control import Outcome, RemoteStart, RemoteStop
from busbar.canon.metering import Measurand, SampleContext
from busbar.canon.sessions import (
    ChargingState,
    SessionEnded,
    SessionProgressed,
    TransactionPhase,
)

STARTED, ENDED = TransactionPhase.STARTED, TransactionPhase.ENDED


async def test_a_1_6_charge_asked_for_by_a_driver(rooms):
    session_id = await rooms.ask_start("c1")
    assert isinstance(rooms.request(), RemoteStart)
    await rooms.answer(Outcome.ACCEPTED, status="Accepted")
    reply = await rooms.say(rooms.start16(5, wh=0))
    assert reply.decision.verdict == "accepted"
    assert int(reply.transaction_ref) > 0
    for second, wh in ((35, 100), (65, 250)):
        rooms.house.clock.instant = rooms.at(second)
        await rooms.say_samples(
            rooms.sample(second, wh),
            rooms.sample(second, 241_100, Measurand.VOLTAGE),
            rooms.sample(second, 7_400, Measurand.POWER_IMPORT),
            rooms.sample(second, 30_690, Measurand.CURRENT_IMPORT),
            ref=reply.transaction_ref,
        )
    (row,) = await rooms.sessions()
    assert (row["session_id"], row["state"], row["energy_wh"], row["voltage_mv"]) == (
        session_id,
        "active",
        250,
        241_100,
    )
    await rooms.ask_stop(session_id)
    assert rooms.request() == RemoteStop(transaction_ref=reply.transaction_ref)
    await rooms.answer(Outcome.ACCEPTED)
    end = rooms.sample(3600, 6379, context=SampleContext.END)
    await rooms.say(rooms.stop16(reply.transaction_ref, 3600, wh=6379, stop_reason="EVDisconnected", samples=(end,)))
    (row,) = await rooms.sessions()
    assert (row["state"], row["close_reason"], row["energy_wh"]) == ("ended", "reported", 6379)
    assert row["stop_reason"] == "EVDisconnected"
    (ended,) = rooms.facts(SessionEnded)
    assert (ended.record.energy_wh, ended.record.register_start_wh, ended.record.register_end_wh) == (6379, 0, 6379)
    assert rooms.told() == [
        "SessionRequested", "SessionStartAccepted", "SessionStarted", "SessionStopRequested", "SessionEnded",
    ]  # fmt: skip
    assert [step for step, _ in await rooms.steps()] == [
        "requested", "start_accepted", "started", "authorized", "stop_requested", "stop_accepted", "ended",
    ]  # fmt: skip
    assert len([event for event in rooms.events if isinstance(event, SessionProgressed)]) == 2


async def test_a_2_x_charge_asked_for_by_a_driver(rooms):
    session_id = await rooms.ask_start("c1")
    await rooms.answer(Outcome.ACCEPTED)
    named = {"remote_start_id": rooms.remote_start_id(), "id_token": rooms.sent[-1].request.id_token}
    begin = {"phase": STARTED, "evse_id": 1, "connector_id": 1, "context": SampleContext.BEGIN}
    reply = await rooms.say(rooms.part2(0, 5, wh=1000, trigger="RemoteStart", **begin, **named))
    assert reply.decision.verdict == "accepted"
    await rooms.say(rooms.part2(1, 10, trigger="ChargingStateChanged", charging_state=ChargingState.CHARGING))
    await rooms.say(rooms.part2(2, 40, wh=1400, trigger="MeterValuePeriodic"))
    end = {"phase": ENDED, "context": SampleContext.END, "stop_reason": "Remote", "trigger": "RemoteStop"}
    await rooms.say(rooms.part2(3, 70, wh=1900, **end))
    (row,) = await rooms.sessions()
    assert (row["session_id"], row["state"], row["energy_wh"]) == (session_id, "ended", 900)
    (ended,) = rooms.facts(SessionEnded)
    assert ended.record.flags == ()
    assert (ended.record.energy_wh, ended.stop_reason) == (900, "Remote")
    assert [command.status for command in rooms.observed] == ["charging", "finishing"]


async def test_a_charge_that_begins_with_a_token_at_the_station(rooms):
    reply = await rooms.say(rooms.start16(0, wh=5000))
    await rooms.say(rooms.stop16(reply.transaction_ref, 600, wh=7500))
    (row,) = await rooms.sessions()
    assert (row["state"], row["energy_wh"], row["token_value"], row["stop_reason"]) == ("ended", 2500, "TAG-1", None)
    assert rooms.told() == ["SessionStarted", "SessionEnded"]


async def test_a_2_x_charge_plugged_in_first(rooms):
    await rooms.say(rooms.part2(0, 0, wh=10, phase=STARTED, evse_id=1, connector_id=1, trigger="CablePluggedIn"))
    tag = rooms.start16().id_token
    reply = await rooms.say(rooms.part2(1, 20, id_token=tag, trigger="Authorized"))
    assert reply.decision.verdict == "accepted"
    await rooms.say(
        rooms.part2(2, 90, wh=510, phase=ENDED, id_token=tag, trigger="StopAuthorized", stop_reason="Local")
    )
    (row,) = await rooms.sessions()
    assert (row["energy_wh"], row["token_value"], row["stop_token_value"]) == (500, "TAG-1", "TAG-1")
    assert [step for step, _ in await rooms.steps()] == ["started", "authorized", "stop_authorized", "ended"]
