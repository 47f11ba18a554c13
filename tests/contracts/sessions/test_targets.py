"""Where a session shall end by itself: kept by the server, reached by a reading, by the clock, or by reckoning."""

from datetime import timedelta

import pytest

from busbar.canon.control import Outcome, RemoteStop
from busbar.canon.metering import Measurand
from busbar.canon.sessions import (
    SessionStopRequested,
    SetStopTarget,
    SettleFigures,
    StopTarget,
    StopTargetChanged,
    StopTargetReached,
)
from busbar.domain.sessions.targets import TRIES_MAX
from busbar.kernel.errors import BusbarError
from busbar.kernel.ids import OperatorId, SessionId


async def begin(rooms):
    session_id = await rooms.ask_start()
    await rooms.answer(Outcome.ACCEPTED)
    return session_id, (await rooms.say(rooms.start16(5))).transaction_ref


async def aim(rooms, session_id, *, operator_id="op", **target):
    await rooms.core.dispatch(
        SetStopTarget(
            operator_id=OperatorId(operator_id),
            session_id=SessionId(session_id),
            target=StopTarget(**target),
            requested_by="driver:1",
        )
    )


async def beat(rooms, seconds=0):
    rooms.house.clock.advance(timedelta(seconds=seconds))
    await rooms.core.dispatch(SettleFigures())


def stops(rooms):
    return [command for command in rooms.sent if isinstance(command.request, RemoteStop)]


async def test_a_charge_may_begin_with_where_it_ends(rooms):
    session_id = await rooms.ask_start(target=StopTarget(energy_wh=5000))
    assert await rooms.ask_start(target=StopTarget(energy_wh=5000)) == session_id
    await rooms.answer(Outcome.ACCEPTED)
    ref = (await rooms.say(rooms.start16(5))).transaction_ref
    (row,) = await rooms.sessions()
    assert (row["target_energy_wh"], row["target_by"]) == (5000, "driver:1")
    await rooms.say_samples(rooms.sample(60, 5001), ref=ref)
    assert len(stops(rooms)) == 1


async def test_energy_ends_the_charge_once(rooms):
    session_id, ref = await begin(rooms)
    await aim(rooms, session_id, energy_wh=5000)
    await rooms.say_samples(rooms.sample(60, 4999), ref=ref)
    assert stops(rooms) == []
    await rooms.say_samples(rooms.sample(120, 5003), ref=ref)
    await rooms.say_samples(rooms.sample(125, 5100), ref=ref)
    assert [command.requested_by for command in stops(rooms)] == [f"session:{session_id}"]
    (reached,) = rooms.facts(StopTargetReached)
    assert (reached.session_id, reached.energy_wh) == (session_id, 5003)
    assert [fact.session_id for fact in rooms.facts(SessionStopRequested)] == [session_id]
    assert {"target_set", "target_reached", "stop_requested"} <= {step for step, _ in await rooms.steps()}


async def test_the_battery_level_ends_the_charge(rooms):
    session_id, ref = await begin(rooms)
    await aim(rooms, session_id, soc_permille=800)
    await rooms.say_samples(rooms.sample(60, 790, Measurand.SOC), ref=ref)
    assert stops(rooms) == []
    await rooms.say_samples(rooms.sample(90, 800, Measurand.SOC), ref=ref)
    assert len(stops(rooms)) == 1


async def test_time_ends_the_charge_of_a_silent_station(rooms):
    session_id, _ = await begin(rooms)
    await aim(rooms, session_id, stop_at=rooms.house.clock.now() + timedelta(minutes=10))
    await beat(rooms, 599)
    assert stops(rooms) == []
    await beat(rooms, 2)
    assert len(stops(rooms)) == 1


async def test_power_tells_when_the_energy_will_be_there(rooms):
    session_id, ref = await begin(rooms)
    await aim(rooms, session_id, energy_wh=2000)
    power = rooms.sample(60, 36_000, Measurand.POWER_IMPORT)
    await rooms.say_samples(rooms.sample(60, 1000), power, ref=ref)
    await beat(rooms, 99)
    assert stops(rooms) == []
    await beat(rooms, 2)
    assert len(stops(rooms)) == 1, "1000 Wh at 36 kW take 100 s"


async def test_a_target_outlasts_a_restart(rooms):
    session_id, _ = await begin(rooms)
    await aim(rooms, session_id, stop_at=rooms.house.clock.now() + timedelta(minutes=5))
    rooms.service.forget_stations(lambda _station_id: True)
    await beat(rooms, 301)
    assert len(stops(rooms)) == 1


async def test_a_refused_stop_is_asked_again_and_not_for_ever(rooms):
    session_id, ref = await begin(rooms)
    await aim(rooms, session_id, energy_wh=1000)
    await rooms.say_samples(rooms.sample(60, 1000), ref=ref)
    for _ in range(TRIES_MAX + 3):
        await rooms.answer(Outcome.REJECTED, status="Rejected")
        await beat(rooms, 31)
    assert len(stops(rooms)) == TRIES_MAX
    assert len({command.command_id for command in stops(rooms)}) == TRIES_MAX
    assert len(rooms.facts(StopTargetReached)) == 1


async def test_a_target_is_replaced_and_taken_away(rooms):
    session_id, ref = await begin(rooms)
    await aim(rooms, session_id, energy_wh=1000)
    await aim(rooms, session_id, energy_wh=9000)
    await aim(rooms, session_id)
    await rooms.say_samples(rooms.sample(60, 10_000), ref=ref)
    await beat(rooms, 1000)
    assert stops(rooms) == []
    assert [fact.target.energy_wh for fact in rooms.facts(StopTargetChanged)] == [1000, 9000, None]


async def test_a_target_before_the_cable_is_in(rooms):
    session_id = await rooms.ask_start()
    await aim(rooms, session_id, energy_wh=1000)
    await rooms.answer(Outcome.ACCEPTED)
    ref = (await rooms.say(rooms.start16(5))).transaction_ref
    await rooms.say_samples(rooms.sample(60, 1500), ref=ref)
    assert len(stops(rooms)) == 1


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"operator_id": "other", "energy_wh": 9000}, "not_found.session"),
        ({"energy_wh": 1000}, "invalid.stop_target"),
    ],
)
async def test_what_is_no_target(rooms, more, code):
    session_id, ref = await begin(rooms)
    await rooms.say_samples(rooms.sample(60, 1500), ref=ref)
    with pytest.raises(BusbarError) as caught:
        await aim(rooms, session_id, **more)
    assert caught.value.code == code


async def test_a_session_that_is_over_takes_none(rooms):
    session_id, ref = await begin(rooms)
    await rooms.say(rooms.stop16(ref, 60, wh=1500))
    with pytest.raises(BusbarError) as caught:
        await aim(rooms, session_id, energy_wh=9000)
    assert caught.value.code == "conflict.session_closed"
