"""Repeats, strangers, refusals and losses."""

import asyncio

from busbar.canon.access import AuthorizationRequested, Decision, IdToken, Verdict
from busbar.canon.metering import Measurand, SampleContext
from busbar.canon.sample_block import Column, SampleBlock, pack_columns
from busbar.canon.sessions import ChargingState, SamplesReported, SessionEnded, TransactionPhase
from busbar.domain.sessions.flow import Flow
from busbar.kernel.ids import ReportId, StationId, TransactionRef
from busbar.ports.work import LATER

STARTED, ENDED = TransactionPhase.STARTED, TransactionPhase.ENDED
OTHER = IdToken(value="TAG-2")
UNASSIGNED = TransactionRef("-1")


async def test_a_repeated_1_6_start_gets_the_same_number(rooms):
    first = await rooms.say(rooms.start16(0, wh=5))
    assert (await rooms.say(rooms.start16(0, wh=5))).transaction_ref == first.transaction_ref
    assert (await rooms.say(rooms.start16(0, wh=5, token=IdToken(value="tag-1")))).decision.verdict == "accepted"
    await rooms.say(rooms.stop16(first.transaction_ref, 60, wh=10))
    again = await rooms.say(rooms.start16(0, wh=5))
    assert again.transaction_ref == first.transaction_ref, "a repeat after the end is still a repeat"
    assert len(await rooms.sessions()) == 1
    other = await rooms.say(rooms.start16(0, wh=6))
    assert int(other.transaction_ref) == int(first.transaction_ref) + 1


async def test_a_repeat_is_known_after_many_other_sessions(rooms):
    first = await rooms.say(rooms.start16(0))
    await rooms.say(rooms.stop16(first.transaction_ref, 5, wh=1))
    for index in range(12):
        reply = await rooms.say(rooms.start16(10 + 10 * index))
        await rooms.say(rooms.stop16(reply.transaction_ref, 15 + 10 * index, wh=1))
    assert (await rooms.say(rooms.start16(0))).transaction_ref == first.transaction_ref
    late = await rooms.say(rooms.stop16(first.transaction_ref, 5, wh=1))
    assert late.transaction_ref == first.transaction_ref
    assert len(await rooms.sessions()) == 13


async def test_a_stop_of_an_unknown_transaction_is_kept(rooms):
    stop = rooms.stop16(TransactionRef("4711"), 60, wh=500, stop_reason="Local", id_token=OTHER,
                        samples=(rooms.sample(60, 500),), payload_json='{"transactionId":4711}')  # fmt: skip
    reply = await rooms.say(stop)
    assert (reply.transaction_ref, reply.decision.verdict) == ("4711", "accepted")
    await rooms.say(stop)
    (row,) = await rooms.unmatched()
    assert (row["reason"], row["transaction_ref"], row["session_id"]) == ("unknown_transaction", "4711", None)
    assert "transactionId" in row["report_json"]
    (taken,) = await rooms.samples()
    assert (taken["session_id"], taken["transaction_ref"], taken["value"]) == (None, "4711", 500)
    assert await rooms.sessions() == []


async def test_a_stop_cannot_end_another_stations_session(rooms):
    rooms.add_station("S2")
    reply = await rooms.say(rooms.start16(0))
    await rooms.say(rooms.stop16(reply.transaction_ref, 60, wh=500, station="S2"))
    (row,) = await rooms.unmatched()
    assert (row["station_id"], row["reason"]) == ("S2", "other_station")
    (row,) = await rooms.sessions()
    assert row["state"] == "active"
    await rooms.say_samples(rooms.sample(30, 100), ref=reply.transaction_ref, station="S2")
    assert [taken["session_id"] for taken in await rooms.samples()] == [None]


async def test_a_station_that_never_got_its_number_still_ends_its_session(rooms):
    await rooms.say(rooms.start16(0, wh=100))
    await rooms.say_samples(rooms.sample(30, 200), ref=UNASSIGNED)
    reply = await rooms.say(rooms.stop16(UNASSIGNED, 60, wh=400))
    (row,) = await rooms.sessions()
    assert (row["state"], row["energy_wh"], reply.transaction_ref) == ("ended", 300, row["transaction_ref"])
    assert await rooms.unmatched() == []


async def test_which_session_a_stop_without_a_number_means_must_be_certain(rooms):
    await rooms.say(rooms.start16(0, wh=100))
    await rooms.say(rooms.start16(1, wh=200, evse=2, token=OTHER))
    await rooms.say(rooms.stop16(UNASSIGNED, 60, wh=400))
    (row,) = await rooms.unmatched()
    assert (row["reason"], row["session_id"]) == ("unassigned", None)
    await rooms.say(rooms.stop16(UNASSIGNED, 61, wh=400, id_token=OTHER))
    assert [row["state"] for row in await rooms.sessions()] == ["active", "ended"]


async def test_a_station_that_uses_its_number_is_not_the_one_without(rooms):
    reply = await rooms.say(rooms.start16(0, wh=100))
    await rooms.say_samples(rooms.sample(30, 200), ref=reply.transaction_ref)
    await rooms.say(rooms.stop16(UNASSIGNED, 60, wh=400))
    assert len(await rooms.unmatched()) == 1
    (row,) = await rooms.sessions()
    assert row["state"] == "active"


async def test_a_stop_that_came_before_its_start_finds_it(rooms):
    await rooms.say(rooms.stop16(UNASSIGNED, 60, wh=400, stop_reason="EVDisconnected"))
    await rooms.say(rooms.start16(0, wh=100))
    (row,) = await rooms.sessions()
    assert (row["state"], row["energy_wh"], row["stop_reason"]) == ("ended", 300, "EVDisconnected")
    (kept,) = await rooms.unmatched()
    assert (kept["session_id"], kept["joined_at"]) == (row["session_id"], rooms.house.clock.now())


async def test_a_refused_token_has_a_session_and_is_told(rooms):
    rooms.decisions["TAG-1"] = Decision(verdict=Verdict.BLOCKED)
    reply = await rooms.say(rooms.start16(0))
    assert (reply.decision.verdict, reply.is_stop_wanted) == ("blocked", True)
    await rooms.say(rooms.stop16(reply.transaction_ref, 5, wh=0, stop_reason="DeAuthorized"))
    rooms.add_station("S2")
    reply = await rooms.say(rooms.part2(0, 0, phase=STARTED, id_token=IdToken(value="TAG-1"), evse_id=1, station="S2"))
    assert (reply.decision.verdict, reply.is_stop_wanted) == ("blocked", True)
    assert [(row["state"], row["verdict"]) for row in await rooms.sessions()] == [
        ("ended", "blocked"), ("active", "blocked"),
    ]  # fmt: skip
    assert ("refused", "blocked") in await rooms.steps()


async def test_another_token_of_the_group_may_stop(rooms):
    group = IdToken(value="FLEET")
    for value in ("TAG-1", "TAG-2"):
        rooms.decisions[value] = Decision(verdict=Verdict.ACCEPTED, group=group)
    reply = await rooms.say(rooms.start16(0))
    reply = await rooms.say(rooms.stop16(reply.transaction_ref, 60, wh=9, id_token=OTHER))
    assert reply.decision.group == group
    (row,) = await rooms.sessions()
    assert (row["token_value"], row["stop_token_value"], row["state"]) == ("TAG-1", "TAG-2", "ended")


async def test_the_second_session_of_a_token_is_told_and_one_here_may_stop(rooms):
    rooms.add_station("S2")
    await rooms.say(rooms.start16(0))
    asked = AuthorizationRequested(
        report_id=ReportId("a"), station_id=StationId("S1"), received_at=rooms.at(5), id_token=IdToken(value="TAG-1")
    )
    assert (await rooms.core.submit(asked)).verdict == "accepted", "the driver stands at the station that charges"
    elsewhere = type(asked)(
        **{**{n: getattr(asked, n) for n in asked.__struct_fields__}, "station_id": StationId("S2")}
    )
    assert (await rooms.core.submit(elsewhere)).verdict == "concurrent"
    reply = await rooms.say(rooms.start16(10, station="S2"))
    assert (reply.decision.verdict, reply.is_stop_wanted) == ("concurrent", True)
    again = await rooms.say(rooms.start16(0))
    assert again.decision.verdict == "accepted", "a repeat is not refused for what began since"


async def test_a_2_x_end_that_comes_before_its_updates(rooms):
    await rooms.say(rooms.part2(0, 0, wh=100, phase=STARTED, context=SampleContext.BEGIN, evse_id=1))
    await rooms.say(rooms.part2(3, 90, phase=ENDED, stop_reason="Local"))
    (row,) = await rooms.sessions()
    assert (row["state"], row["energy_wh"], row["runs"]) == ("ended", 0, "[[0,0],[3,3]]")
    await rooms.say(rooms.part2(2, 80, wh=500))
    await rooms.say(rooms.part2(1, 40, wh=300))
    await rooms.say(rooms.part2(1, 40, wh=300))
    (row,) = await rooms.sessions()
    assert (row["energy_wh"], row["corrections"], row["runs"]) == (400, 1, "[[0,3]]")
    assert [(fact.is_correction, fact.record.energy_wh) for fact in rooms.facts(SessionEnded)] == [
        (False, 0), (True, 400),
    ]  # fmt: skip
    assert [row["sample_count"] for row in await rooms.records()] == [3]


async def test_a_2_x_begin_that_never_comes(rooms):
    await rooms.say(rooms.part2(1, 40, wh=300, evse_id=1, charging_state=ChargingState.CHARGING))
    await rooms.say(rooms.part2(2, 90, wh=700, phase=ENDED, context=SampleContext.END))
    (row,) = await rooms.sessions()
    assert (row["state"], row["energy_wh"], row["started_at"]) == ("ended", 400, rooms.at(40))
    (ended,) = rooms.facts(SessionEnded)
    assert ended.record.flags == ("no_start",)
    assert [step for step, _ in await rooms.steps()] == ["first_heard", "charging_state", "ended"]
    await rooms.say(rooms.part2(0, 0, wh=100, phase=STARTED, context=SampleContext.BEGIN, id_token=OTHER))
    (row,) = await rooms.sessions()
    assert (row["energy_wh"], row["started_at"], row["token_value"]) == (600, rooms.at(0), "TAG-2")
    correction = rooms.facts(SessionEnded)[-1]
    assert (correction.is_correction, correction.record.flags, correction.token_id) == (True, (), "id-TAG-2")


async def test_a_2_x_end_is_all_that_comes(rooms):
    await rooms.say(rooms.part2(9, 90, phase=ENDED, stop_reason="PowerLoss", is_offline=True, evse_id=1,
                                id_token=OTHER))  # fmt: skip
    (row,) = await rooms.sessions()
    assert (row["state"], row["stop_reason"], row["is_offline"]) == ("ended", "PowerLoss", True)
    assert rooms.told() == ["SessionStarted", "SessionEnded"]
    assert rooms.observed == []


async def test_a_whole_1_6_session_delivered_after_an_offline_time(rooms):
    running = await rooms.say(rooms.start16(5000, token=OTHER))
    late = await rooms.say(rooms.start16(0, wh=10))
    await rooms.say(rooms.stop16(late.transaction_ref, 3000, wh=900))
    rows = {row["transaction_ref"]: row for row in await rooms.sessions()}
    assert rows[running.transaction_ref]["state"] == "active"
    assert (rows[late.transaction_ref]["state"], rows[late.transaction_ref]["energy_wh"]) == ("ended", 890)
    assert rows[late.transaction_ref]["close_reason"] == "reported"


async def test_values_without_a_reference_belong_to_what_runs_there(rooms):
    await rooms.say(rooms.start16(10, wh=0))
    await rooms.say_samples(rooms.sample(5, 1), rooms.sample(20, 2), ref=None, evse=1)
    await rooms.say_samples(rooms.sample(20, 7), ref=None, evse=2)
    await rooms.say_samples(rooms.sample(20, 8), ref=None, evse=None)
    (session,) = await rooms.sessions()
    owners = {(taken["value"], taken["session_id"]) for taken in await rooms.samples()}
    assert owners == {(1, None), (2, session["session_id"]), (7, None), (8, None)}


async def test_values_of_nobodys_transaction_are_kept_under_their_reference(rooms):
    for _ in range(2):
        await rooms.say_samples(rooms.sample(20, 7), ref=TransactionRef("99"))
    (taken,) = await rooms.samples()
    assert (taken["session_id"], taken["transaction_ref"]) == (None, "99")


async def test_two_operators_may_have_the_same_token_and_reference(rooms):
    rooms.add_station("S2", operator_id="other")
    await rooms.say(rooms.part2(0, 0, phase=STARTED, id_token=OTHER, evse_id=1))
    reply = await rooms.say(rooms.part2(0, 0, phase=STARTED, id_token=OTHER, evse_id=1, station="S2"))
    assert reply.decision.verdict == "accepted"
    assert {(row["operator_id"], row["station_id"]) for row in await rooms.sessions()} == {
        ("op", "S1"),
        ("other", "S2"),
    }


async def test_a_number_that_no_database_holds_harms_its_own_message_only(rooms):
    rooms.add_station("S2")
    replies = await asyncio.gather(
        rooms.say(rooms.start16(0, wh=1)), rooms.say(rooms.start16(0, wh=2**70, station="S2")), return_exceptions=True
    )
    assert int(replies[0].transaction_ref) > 0
    assert replies[1].code == "unavailable.storage_refused"
    assert (await rooms.say(rooms.start16(5, wh=2, station="S2"))).decision.verdict == "concurrent"
    assert sorted(row["station_id"] for row in await rooms.sessions()) == ["S1", "S2"]


async def test_what_a_meter_tells_while_nobody_charges_goes_the_straight_way(rooms, monkeypatch):
    ways = []
    take = Flow._take_outside
    monkeypatch.setattr(Flow, "_take_outside", lambda *asked: (ways.append(take(*asked)), ways[-1])[1])

    async def tell(second, wh):
        column = Column(Measurand.ENERGY_IMPORT_REGISTER)
        block = SampleBlock(at=rooms.at(second), shape=pack_columns([column]), values=(wh,))
        report = SamplesReported(
            report_id=ReportId(f"r{second}-{wh}"), station_id=StationId("S1"), received_at=rooms.house.clock.now(),
            evse_id=1, block=block,
        )  # fmt: skip
        await rooms.core.submit(report)

    for second, wh in ((0, 100), (60, 110), (120, 120), (60, 110)):  # the last is a repeat, and is known
        await tell(second, wh)
    assert ways == [LATER, None, None, LATER]
    assert [(row["session_id"], row["value"]) for row in await rooms.samples()] == [
        (None, 100), (None, 110), (None, 120),
    ]  # fmt: skip
    await rooms.say(rooms.part2(0, 150, phase=STARTED, evse_id=1, connector_id=1))
    await tell(180, 130)
    assert ways[4:] == [LATER]
    assert (await rooms.samples())[-1]["session_id"] is not None
