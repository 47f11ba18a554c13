"""What happens to sessions whose end is not reported, and what stays in memory."""

from datetime import timedelta

from busbar.canon.access import IdToken
from busbar.canon.metering import Measurand
from busbar.canon.sessions import (
    ChargingState,
    CloseAbandonedSessions,
    SessionEnded,
    SessionProgressed,
    SessionStateChanged,
    TransactionPhase,
)
from busbar.canon.stations import ConnectorStatus

STARTED, ENDED = TransactionPhase.STARTED, TransactionPhase.ENDED
OTHER = IdToken(value="TAG-2")


async def sweep(rooms, hours: int = 48) -> int:
    now = rooms.house.clock.now()
    return await rooms.core.dispatch(
        CloseAbandonedSessions(silent_since=now - timedelta(hours=hours), requested_before=now - timedelta(seconds=180))
    )


async def test_a_new_transaction_on_the_evse_closes_the_old_one(rooms):
    old = await rooms.say(rooms.start16(0, wh=0))
    await rooms.say_samples(rooms.sample(30, 250), ref=old.transaction_ref)
    await rooms.say(rooms.start16(1000, wh=400, token=OTHER))
    first, second = await rooms.sessions()
    assert (first["state"], first["close_reason"], first["energy_wh"]) == ("ended", "superseded", 250)
    assert (first["ended_at"], second["state"]) == (rooms.at(30), "active")
    await rooms.say(rooms.stop16(old.transaction_ref, 900, wh=400, stop_reason="Local"))
    first, second = await rooms.sessions()
    assert (first["close_reason"], first["energy_wh"], first["corrections"]) == ("reported", 400, 1)
    assert second["state"] == "active"


async def test_an_interrupted_session_is_closed_by_the_next_one(rooms):
    await rooms.say(rooms.start16(0))
    rooms.house.clock.advance(timedelta(seconds=60))
    await rooms.boot()
    (row,) = await rooms.sessions()
    assert (row["state"], row["is_interrupted"]) == ("active", True)
    await rooms.ask_start("c1", id_token=OTHER)  # it does not block its EVSE
    await rooms.say(rooms.start16(100, token=OTHER))
    first, second = await rooms.sessions()
    assert (first["close_reason"], second["state"]) == ("station_rebooted", "active")


async def test_a_power_loss_is_reported_after_the_restart(rooms):
    reply = await rooms.say(rooms.start16(0))
    rooms.house.clock.advance(timedelta(seconds=60))
    await rooms.go_offline()
    await rooms.boot(reason="PowerUp")
    await rooms.say(rooms.stop16(reply.transaction_ref, 50, wh=70, stop_reason="PowerLoss"))
    (row,) = await rooms.sessions()
    assert (row["state"], row["close_reason"], row["stop_reason"]) == ("ended", "reported", "PowerLoss")
    steps = [step for step, _ in await rooms.steps()]
    assert ("station_offline" in steps, "station_restarted" in steps) == (True, True)
    assert len(rooms.facts(SessionEnded)) == 1


async def test_a_session_that_goes_on_after_a_restart_is_not_interrupted(rooms):
    reply = await rooms.say(rooms.start16(0))
    rooms.house.clock.advance(timedelta(seconds=60))
    await rooms.boot()
    await rooms.say_samples(rooms.sample(90, 100), ref=reply.transaction_ref)
    (row,) = await rooms.sessions()
    assert (row["state"], row["is_interrupted"]) == ("active", False)


async def test_silence_closes_a_session_and_its_station_opens_it_again(rooms):
    reply = await rooms.say(rooms.start16(0, wh=0))
    await rooms.say_samples(rooms.sample(60, 500), ref=reply.transaction_ref)
    rooms.house.clock.advance(timedelta(hours=47))
    assert await sweep(rooms) == 0
    rooms.house.clock.advance(timedelta(hours=2))
    assert await sweep(rooms) == 1
    (row,) = await rooms.sessions()
    assert (row["state"], row["close_reason"], row["energy_wh"]) == ("ended", "abandoned", 500)
    await rooms.say_samples(rooms.sample(49 * 3600, 9000), ref=reply.transaction_ref)
    (row,) = await rooms.sessions()
    assert (row["state"], row["close_reason"], row["energy_wh"]) == ("active", None, 9000)
    await rooms.say(rooms.stop16(reply.transaction_ref, 50 * 3600, wh=9100))
    (row,) = await rooms.sessions()
    assert (row["state"], row["energy_wh"]) == ("ended", 9100)
    assert rooms.told() == ["SessionStarted", "SessionEnded", "SessionReopened", "SessionEnded"]
    assert [fact.is_correction for fact in rooms.facts(SessionEnded)] == [False, True]


async def test_a_1_6_connector_says_what_its_transaction_does(rooms):
    await rooms.say(rooms.start16(0))
    await rooms.show_status(ConnectorStatus.CHARGING)
    await rooms.show_status(ConnectorStatus.SUSPENDED_EV)
    await rooms.show_status(ConnectorStatus.CHARGING, evse=2)
    (row,) = await rooms.sessions()
    assert row["charging_state"] == "suspended_ev"
    told = [fact.charging_state for fact in rooms.facts(SessionStateChanged)]
    assert told == [ChargingState.CHARGING, ChargingState.SUSPENDED_EV]


async def test_live_figures_go_out_at_most_once_a_second(rooms):
    reply = await rooms.say(rooms.start16(0))
    for index in range(20):
        rooms.house.clock.advance(timedelta(milliseconds=250))
        await rooms.say_samples(rooms.sample(index, index), ref=reply.transaction_ref)
    sent = [told for told in rooms.events if isinstance(told, SessionProgressed)]
    assert len(sent) == 1 + 5
    (row,) = await rooms.sessions()
    assert row["energy_wh"] == 19


async def test_after_a_restart_all_is_as_before(rooms):
    asked = await rooms.ask_start("c1", evse=2, id_token=OTHER)
    start = rooms.start16(0, wh=100)
    reply = await rooms.say(start)
    await rooms.say_samples(
        rooms.sample(30, 400), rooms.sample(30, 7000, Measurand.POWER_IMPORT), ref=reply.transaction_ref
    )
    core = rooms.house.restart()
    await rooms.core.stop()
    rooms.register(core)
    await core.start()
    assert (await rooms.say(start)).transaction_ref == reply.transaction_ref
    await rooms.say_samples(rooms.sample(30, 400), rooms.sample(60, 900), ref=reply.transaction_ref)
    first, second = sorted(await rooms.sessions(), key=lambda row: row["evse_id"])
    assert (first["energy_wh"], first["power_w"], first["state"]) == (800, 7000, "active")
    assert (second["session_id"], second["state"]) == (asked, "requested")
    assert await rooms.ask_start("c1", evse=2, id_token=OTHER) == asked
    assert len(await rooms.samples()) == 3
    other = await rooms.say(rooms.start16(70, evse=3, token=IdToken(value="TAG-3")))
    assert int(other.transaction_ref) > int(reply.transaction_ref), "no number is given twice"
    await rooms.say(rooms.start16(80, evse=2, token=OTHER))
    assert [row["state"] for row in await rooms.sessions() if row["session_id"] == asked] == ["active"]


async def test_what_a_running_session_sends_costs_no_query(rooms, monkeypatch):
    """Parts and values of a session at hand: rows are written in bulk at the end of the batch, nothing is read."""
    reply = await rooms.say(rooms.start16(0))
    await rooms.say(rooms.part2(0, 1, wh=1, phase=STARTED, evse_id=2))
    writer = rooms.core._writer
    executed, written = [], []
    execute, write = writer.execute, writer.write
    monkeypatch.setattr(writer, "execute", lambda *args: (executed.append(args), execute(*args))[1])
    monkeypatch.setattr(writer, "write", lambda *args: (written.append(args[0].text.split()[0]), write(*args))[1])
    for index in range(5):
        power = rooms.sample(30 + index, 7000, Measurand.POWER_IMPORT)
        await rooms.say_samples(rooms.sample(30 + index, index), power, ref=reply.transaction_ref)
        await rooms.say(rooms.part2(1 + index, 30 + index, wh=index + 2, charging_state=ChargingState.CHARGING))
    assert executed == []
    assert set(written) == {"INSERT", "UPDATE"}
