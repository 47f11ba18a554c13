"""A session's figures are written now and then; what they say is in the samples, which are written at once."""

from datetime import timedelta

import pytest

from busbar.canon.sessions import SessionProgressed, SettleFigures, TransactionPhase
from busbar.domain.sessions.book import BookBounds
from busbar.domain.sessions.service import SessionPolicy


@pytest.fixture
def policy():
    return SessionPolicy(bounds=BookBounds(figures_every=timedelta(seconds=1)))


async def begin(rooms):
    """Start a session and send three samples within half a second: the row holds what the first one said."""
    reply = await rooms.say(rooms.start16(0, wh=100))
    for step, wh in enumerate((110, 120, 130)):
        await rooms.say_samples(rooms.sample(10 + step, wh), ref=reply.transaction_ref)
        rooms.house.clock.advance(timedelta(milliseconds=200))
    return reply


async def energy(rooms):
    (row,) = await rooms.sessions()
    return row["energy_wh"]


async def restart(rooms):
    core = rooms.house.restart()
    await rooms.core.stop()
    rooms.register(core)
    await core.start()


async def test_every_sample_is_written_at_once_the_figures_once_a_second(rooms):
    reply = await begin(rooms)
    assert await energy(rooms) == 10
    assert len(await rooms.samples()) == 3
    rooms.house.clock.advance(timedelta(seconds=1))
    await rooms.say_samples(rooms.sample(20, 150), ref=reply.transaction_ref)
    assert await energy(rooms) == 50


async def test_what_was_held_back_is_written_a_second_later(rooms):
    await begin(rooms)
    assert await rooms.core.dispatch(SettleFigures()) == 0
    rooms.house.clock.advance(timedelta(seconds=1))
    assert await rooms.core.dispatch(SettleFigures()) == 1
    assert await energy(rooms) == 30
    assert await rooms.core.dispatch(SettleFigures()) == 0


async def test_what_was_held_back_is_shown_too(rooms):
    await begin(rooms)
    rooms.house.clock.advance(timedelta(seconds=1))
    shown = rooms.events.copy()
    await rooms.core.dispatch(SettleFigures())
    signals = [event for event in rooms.events[len(shown) :] if isinstance(event, SessionProgressed)]
    assert [signal.energy_wh for signal in signals] == [30]


async def test_an_end_is_written_whole(rooms):
    reply = await begin(rooms)
    await rooms.say(rooms.stop16(reply.transaction_ref, 30, wh=200))
    assert await energy(rooms) == 100
    assert await rooms.core.dispatch(SettleFigures()) == 0


async def test_figures_that_were_held_back_when_we_ended_come_from_the_samples(rooms):
    reply = await begin(rooms)
    await restart(rooms)
    rooms.house.clock.advance(timedelta(seconds=5))
    await rooms.say_samples(rooms.sample(40, 180), ref=reply.transaction_ref)
    assert await energy(rooms) == 80
    await rooms.say(rooms.stop16(reply.transaction_ref, 50, wh=200))
    assert await energy(rooms) == 100
    (record,) = await rooms.records()
    assert (record["energy_wh"], record["sample_count"]) == (100, 4)


async def test_parts_of_2x_are_written_at_once(rooms):
    """They say more than figures: which numbers came, and what the vehicle does."""
    await rooms.say(rooms.part2(0, 0, wh=0, phase=TransactionPhase.STARTED, evse_id=1))
    for step in (1, 2, 3):
        await rooms.say(rooms.part2(step, 10 * step, wh=10 * step))
    assert await energy(rooms) == 30
    await restart(rooms)
    await rooms.say(rooms.part2(4, 40, wh=40, phase=TransactionPhase.ENDED))
    assert await energy(rooms) == 40


async def test_what_was_held_back_of_a_station_that_another_core_works_for_is_not_written(rooms):
    await begin(rooms)
    rooms.service.forget_stations(lambda station_id: station_id == "S1")
    rooms.house.clock.advance(timedelta(seconds=1))
    assert await rooms.core.dispatch(SettleFigures()) == 0
