"""What people ask for: each refusal by its code, repeats, and what stations answer."""

from datetime import timedelta

import pytest

from busbar.canon.access import Because, Decision, IdToken, Verdict
from busbar.canon.control import Outcome, RemoteStart
from busbar.canon.sessions import (
    CloseAbandonedSessions,
    CloseSession,
    SessionFailed,
    SessionsJoined,
    SessionStopRefused,
    TransactionPhase,
)
from busbar.canon.stations import Registration
from busbar.kernel.errors import BusbarError
from busbar.kernel.ids import OperatorId, SessionId, TransactionRef

STARTED, ENDED = TransactionPhase.STARTED, TransactionPhase.ENDED
OTHER = IdToken(value="TAG-2")
STRANGER = OperatorId("other")


async def refuse(awaitable) -> str:
    with pytest.raises(BusbarError) as caught:
        await awaitable
    return caught.value.code


async def close(rooms, session_id, operator_id="op"):
    await rooms.core.dispatch(CloseSession(operator_id=operator_id, session_id=session_id, requested_by="staff:1"))


async def sweep(rooms):
    now = rooms.house.clock.now()
    return await rooms.core.dispatch(
        CloseAbandonedSessions(silent_since=now - timedelta(hours=48), requested_before=now - timedelta(seconds=180))
    )


async def test_a_start_is_refused_by_what_the_station_is(rooms):
    rooms.add_station("pending", registration=Registration.PENDING)
    rooms.add_station("away", is_online=False)
    rooms.add_station("foreign", operator_id=STRANGER)
    assert await refuse(rooms.ask_start(station="nowhere")) == "not_found"
    assert await refuse(rooms.ask_start(station="foreign")) == "not_found.station"
    assert await refuse(rooms.ask_start(station="pending")) == "conflict.station_not_accepted"
    assert await refuse(rooms.ask_start(station="away")) == "conflict.station_offline"
    rooms.decisions["TAG-1"] = Decision(verdict=Verdict.BLOCKED)
    with pytest.raises(BusbarError) as caught:
        await rooms.ask_start()
    assert (caught.value.code, caught.value.facts) == ("conflict.token_refused", {"verdict": "blocked"})
    rooms.decisions["TAG-1"] = Decision(verdict=Verdict.BLOCKED, because=Because.LOST)
    with pytest.raises(BusbarError) as caught:
        await rooms.ask_start()
    assert caught.value.facts == {"verdict": "blocked", "because": "lost"}
    assert (await rooms.sessions(), rooms.sent) == ([], [])


async def test_a_repeated_start_is_the_same_session(rooms):
    session_id = await rooms.ask_start("c1")
    assert await rooms.ask_start("c1") == session_id
    assert len(rooms.sent) == 1
    rooms.add_station("S2")
    assert await refuse(rooms.ask_start("c1", station="S2")) == "conflict.command"
    assert await refuse(rooms.ask_start("c1", id_token=OTHER)) == "conflict.command"


async def test_an_evse_takes_one_start_at_a_time(rooms):
    session_id = await rooms.ask_start("c1")
    with pytest.raises(BusbarError) as caught:
        await rooms.ask_start("c2", id_token=OTHER)
    assert (caught.value.code, caught.value.facts) == ("conflict.evse_busy", {"session_id": session_id})
    await rooms.ask_start("c3", evse=2, id_token=OTHER)
    await rooms.say(rooms.start16(5))
    assert await refuse(rooms.ask_start("c4", id_token=IdToken(value="TAG-3"))) == "conflict.evse_busy"
    rooms.house.clock.advance(timedelta(seconds=181))
    await rooms.ask_start("c5", evse=2, id_token=IdToken(value="TAG-5"))
    assert [fact.reason for fact in rooms.facts(SessionFailed)] == ["not_answered"]


async def test_one_token_runs_one_session_unless_it_may_run_more(rooms):
    await rooms.ask_start("c1")
    rooms.add_station("S2")
    assert await refuse(rooms.ask_start("c2", station="S2")) == "conflict.token_refused"
    rooms.decisions["TAG-1"] = Decision(verdict=Verdict.ACCEPTED, is_concurrent_allowed=True)
    await rooms.ask_start("c2", station="S2")
    assert rooms.asked[-1].running_sessions == 1


@pytest.mark.parametrize("outcome", [Outcome.REJECTED, Outcome.TIMED_OUT, Outcome.UNDELIVERED, Outcome.UNSUPPORTED])
async def test_a_start_that_the_station_does_not_take_fails(rooms, outcome):
    session_id = await rooms.ask_start()
    await rooms.answer(outcome, status="Rejected")
    (failed,) = rooms.facts(SessionFailed)
    assert (failed.session_id, failed.reason, failed.outcome.status) == (session_id, outcome, "Rejected")
    (row,) = await rooms.sessions()
    assert (row["state"], row["fail_reason"]) == ("failed", outcome)
    assert ("start_failed", outcome) in await rooms.steps()
    await rooms.ask_start("c2")  # the token and the EVSE are free again


async def test_a_start_that_timed_out_and_happened_all_the_same(rooms):
    session_id = await rooms.ask_start()
    await rooms.answer(Outcome.TIMED_OUT)
    await rooms.say(rooms.start16(20))
    (row,) = await rooms.sessions()
    assert (row["session_id"], row["state"], row["fail_reason"]) == (session_id, "active", None)


async def test_a_rejected_start_is_not_taken_for_a_later_tap(rooms):
    session_id = await rooms.ask_start()
    await rooms.answer(Outcome.REJECTED)
    await rooms.say(rooms.start16(20))
    states = {row["session_id"]: row["state"] for row in await rooms.sessions()}
    assert len(states) == 2
    assert states[session_id] == "failed"


async def test_the_transaction_may_come_before_the_answer(rooms):
    session_id = await rooms.ask_start()
    await rooms.say(rooms.start16(5))
    await rooms.answer(Outcome.ACCEPTED)
    (row,) = await rooms.sessions()
    assert (row["session_id"], row["state"]) == (session_id, "active")


async def test_a_start_that_nobody_plugs_in_for_fails(rooms):
    await rooms.ask_start()
    await rooms.answer(Outcome.ACCEPTED)
    rooms.house.clock.advance(timedelta(seconds=179))
    assert await sweep(rooms) == 0
    rooms.house.clock.advance(timedelta(seconds=2))
    assert await sweep(rooms) == 1
    assert [fact.reason for fact in rooms.facts(SessionFailed)] == ["not_plugged_in"]
    assert await sweep(rooms) == 0


async def test_only_the_token_and_evse_asked_for_answer_a_1_6_start(rooms):
    session_id = await rooms.ask_start(evse=1)
    await rooms.say(rooms.start16(5, evse=2))
    await rooms.say(rooms.start16(6, evse=1, token=OTHER))
    await rooms.say(rooms.start16(7, evse=1))
    rows = {row["session_id"]: (row["evse_id"], row["token_value"]) for row in await rooms.sessions()}
    assert len(rows) == 3
    assert rows[session_id] == (1, "TAG-1")


async def test_a_start_on_a_plugged_in_vehicle_is_that_session(rooms):
    await rooms.say(rooms.part2(0, 0, wh=10, phase=STARTED, evse_id=1, connector_id=1, trigger="CablePluggedIn"))
    (row,) = await rooms.sessions()
    session_id = await rooms.ask_start(evse=None)
    assert (session_id, rooms.request().evse_id) == (row["session_id"], 1)
    await rooms.answer(Outcome.ACCEPTED)
    named = {"remote_start_id": rooms.remote_start_id(), "id_token": rooms.request().id_token}
    await rooms.say(rooms.part2(1, 20, trigger="RemoteStart", **named))
    (row,) = await rooms.sessions()
    assert (row["token_value"], row["token_id"], row["state"]) == ("TAG-1", "id-TAG-1", "active")


async def test_a_start_refused_on_a_plugged_in_vehicle_leaves_it_as_it_was(rooms):
    await rooms.say(rooms.part2(0, 0, phase=STARTED, evse_id=1, connector_id=1))
    rooms.house.clock.advance(timedelta(seconds=5))
    await rooms.ask_start()
    await rooms.answer(Outcome.REJECTED)
    (row,) = await rooms.sessions()
    assert (row["state"], row["token_value"], row["requested_by"]) == ("active", None, None)
    assert len(rooms.facts(SessionFailed)) == 1
    await rooms.ask_start("c2", id_token=OTHER)


async def test_the_answer_may_name_the_transaction(rooms):
    await rooms.say(rooms.part2(0, 0, wh=10, phase=STARTED))  # plugged in, EVSE not told
    await rooms.say(rooms.part2(0, 1, wh=99, phase=STARTED, ref="T2"))
    session_id = await rooms.ask_start()
    await rooms.answer(Outcome.ACCEPTED, transaction_ref=TransactionRef("T1"))
    rows = {row["session_id"]: row for row in await rooms.sessions()}
    assert (rows[session_id]["state"], rows[session_id]["transaction_ref"]) == ("active", "T1")
    (joined,) = rooms.facts(SessionsJoined)
    assert joined.joined_session_id not in rows
    assert {row["session_id"] for row in await rooms.samples() if row["value"] == 10} == {session_id}
    await rooms.say(rooms.part2(1, 60, wh=510, phase=ENDED))
    (ended,) = [row for row in await rooms.sessions() if row["session_id"] == session_id]
    assert (ended["state"], ended["energy_wh"]) == ("ended", 500)


async def test_an_accepted_start_whose_own_part_was_lost_finds_its_transaction(rooms):
    session_id = await rooms.ask_start()
    await rooms.answer(Outcome.ACCEPTED)
    await rooms.say(rooms.part2(3, 40, wh=10))
    assert len(await rooms.sessions()) == 2
    rooms.house.clock.advance(timedelta(seconds=200))
    assert await sweep(rooms) == 1
    (row,) = await rooms.sessions()
    assert (row["session_id"], row["state"], row["transaction_ref"]) == (session_id, "active", "T1")


async def test_a_stop_is_asked_once_and_may_be_refused(rooms):
    reply = await rooms.say(rooms.start16(0))
    (row,) = await rooms.sessions()
    session_id = row["session_id"]
    assert await refuse(rooms.ask_stop(SessionId("nobody"))) == "not_found.session"
    assert await refuse(rooms.ask_stop(session_id, operator_id=STRANGER)) == "not_found.session"
    await rooms.ask_stop(session_id, "c2")
    await rooms.ask_stop(session_id, "c2")
    assert [command.requested_by for command in rooms.sent] == [f"session:{session_id}"]
    await rooms.answer(Outcome.REJECTED)
    (refused,) = rooms.facts(SessionStopRefused)
    assert refused.outcome.outcome is Outcome.REJECTED
    (row,) = await rooms.sessions()
    assert (row["state"], row["stop_command_id"]) == ("active", None)
    await rooms.ask_stop(session_id, "c3")
    await rooms.say(rooms.stop16(reply.transaction_ref, 60, wh=5, stop_reason="Remote"))
    assert await refuse(rooms.ask_stop(session_id, "c4")) == "conflict.session_not_active"


async def test_a_start_that_waits_has_nothing_to_stop_but_can_be_closed(rooms):
    session_id = await rooms.ask_start()
    assert await refuse(rooms.ask_stop(session_id)) == "conflict.session_not_active"
    await close(rooms, session_id)
    assert [fact.reason for fact in rooms.facts(SessionFailed)] == ["cancelled"]
    assert await refuse(close(rooms, session_id)) == "conflict.session_closed"
    assert await refuse(close(rooms, session_id, STRANGER)) == "not_found.session"


async def test_a_session_is_closed_by_hand_with_the_last_that_was_heard(rooms):
    reply = await rooms.say(rooms.start16(0, wh=100))
    await rooms.say_samples(rooms.sample(60, 700), ref=reply.transaction_ref)
    (row,) = await rooms.sessions()
    rooms.house.clock.advance(timedelta(hours=3))
    await close(rooms, row["session_id"])
    (row,) = await rooms.sessions()
    assert (row["state"], row["close_reason"], row["energy_wh"]) == ("ended", "operator", 600)
    assert row["ended_at"] == rooms.at(60)
    (record,) = await rooms.records()
    assert record["flags"] == '["no_end"]'
    await rooms.say(rooms.stop16(reply.transaction_ref, 90, wh=900, stop_reason="Local"))
    (row,) = await rooms.sessions()
    assert (row["close_reason"], row["energy_wh"], row["corrections"]) == ("reported", 800, 1)


async def test_a_group_travels_with_the_start(rooms):
    rooms.decisions["TAG-1"] = Decision(verdict=Verdict.ACCEPTED, group=IdToken(value="FLEET"))
    await rooms.ask_start()
    request = rooms.request()
    assert isinstance(request, RemoteStart)
    assert request.group == IdToken(value="FLEET")
    (row,) = await rooms.sessions()
    assert row["token_group"] == "FLEET"
