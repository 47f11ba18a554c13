"""What every presence promises."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from busbar.ports.presence import Holding
from tests.contracts.presence.conftest import until

ODD_NAMES = ["station 1", "ΩMEGA-充电桩", "a:b*c?", "half \ud800", "x" * 48]


def make_holding(connection="1", gateway="gateway-1", station="station-1"):
    return Holding(station_id=station, connection_id=connection, gateway_id=gateway)


async def test_who_holds_a_station_is_found(presence):
    assert await presence.find("station-1") is None
    assert await presence.hold(make_holding()) is None
    assert await presence.find("station-1") == make_holding()


@pytest.mark.parametrize("station", ODD_NAMES, ids=range(len(ODD_NAMES)))
async def test_any_name_will_do(presence, station):
    await presence.hold(make_holding(station=station))
    assert await presence.find(station) == make_holding(station=station)
    assert await presence.renew([make_holding(station=station)]) == []
    await presence.see([(station, datetime.now(UTC) - timedelta(seconds=9))], silent_after_s=1)
    assert await presence.take_silent(limit=10) == [station]
    await presence.forget_silent([station])


async def test_a_newer_connection_takes_the_place_and_learns_of_the_older(presence):
    await presence.hold(make_holding("1", "gateway-1"))
    assert await presence.hold(make_holding("2", "gateway-2")) == make_holding("1", "gateway-1")
    assert await presence.find("station-1") == make_holding("2", "gateway-2")


async def test_a_newer_connection_at_the_same_gateway_is_nobody_elses_matter(presence):
    await presence.hold(make_holding("1"))
    assert await presence.hold(make_holding("2")) is None
    assert await presence.find("station-1") == make_holding("2")


async def test_an_older_connection_never_takes_the_place(presence):
    newer, older = make_holding("2", "gateway-2"), make_holding("1", "gateway-1")
    await presence.hold(newer)
    assert await presence.hold(older) == older
    assert await presence.renew([older]) == [older]
    await presence.release(older)
    assert await presence.find("station-1") == newer


@pytest.mark.parametrize("lease_s", [0.5])
async def test_a_lease_runs_out(presence):
    await presence.hold(make_holding())
    await until(lambda: is_nobodys(presence, "station-1"))
    older = make_holding("0", "gateway-2")
    assert await presence.hold(older) is None  # nobody remembers the newer one


async def is_nobodys(presence, station):
    return await presence.find(station) is None


@pytest.mark.parametrize("lease_s", [1.0])
async def test_a_lease_that_is_renewed_does_not(presence):
    others = [make_holding(station=f"other-{number}") for number in range(3)]
    kept = [make_holding(station=f"kept-{number}") for number in range(3)]
    for holding in others + kept:
        await presence.hold(holding)

    async def are_others_gone():
        assert await presence.renew(kept) == []
        return all([await is_nobodys(presence, holding.station_id) for holding in others])

    await until(are_others_gone)
    for holding in kept:
        assert await presence.find(holding.station_id) == holding


async def test_what_was_lost_is_said_again(presence):
    lost = [make_holding(station=f"station-{number}") for number in range(1200)]
    assert await presence.renew(lost) == []
    assert await presence.find("station-1199") == lost[-1]


async def test_who_gives_up_is_not_found(presence):
    await presence.hold(make_holding())
    await presence.release(make_holding())
    assert await presence.find("station-1") is None
    await presence.release(make_holding())


# ---- silence ---------------------------------------------------------------------------------------------------------


async def hear(presence, *stations, ago_s=0.0, silent_after_s=0.1):
    at = datetime.now(UTC) - timedelta(seconds=ago_s)
    await presence.see([(station, at) for station in stations], silent_after_s=silent_after_s)


async def test_a_station_that_was_heard_is_not_silent(presence):
    await hear(presence, "station-1", silent_after_s=600)
    assert await presence.take_silent(limit=10) == []


async def test_a_silent_station_is_told_once(presence):
    await hear(presence, "station-1", ago_s=5)
    assert await presence.take_silent(limit=10) == ["station-1"]
    assert await presence.take_silent(limit=10) == []
    await hear(presence, "station-1", ago_s=5)
    assert await presence.take_silent(limit=10) == ["station-1"]


async def test_silence_begins_when_its_time_has_come(presence):
    await hear(presence, "station-1", silent_after_s=0.3)
    told = []

    async def is_told():
        told.extend(await presence.take_silent(limit=10))
        return bool(told)

    await until(is_told)
    assert told == ["station-1"]


async def test_older_news_do_not_undo_newer(presence):
    await hear(presence, "station-1", silent_after_s=600)
    await hear(presence, "station-1", ago_s=700, silent_after_s=600)
    assert await presence.take_silent(limit=10) == []


async def test_the_longest_silent_come_first_and_not_too_many(presence):
    for number in range(5):
        await hear(presence, f"station-{number}", ago_s=10 - number)
    assert await presence.take_silent(limit=3) == ["station-0", "station-1", "station-2"]
    assert await presence.take_silent(limit=3) == ["station-3", "station-4"]


async def test_each_silent_station_goes_to_one_of_many_who_ask(presence):
    await hear(presence, *(f"station-{number}" for number in range(1000)), ago_s=5)
    taken = await asyncio.gather(*(presence.take_silent(limit=60) for _ in range(20)))
    stations = [station for each in taken for station in each]
    assert len(stations) == len(set(stations)) == 1000


async def test_who_dies_with_a_silent_station_in_hand_loses_it_to_nobody(presence):
    await hear(presence, "station-1", "station-2", ago_s=5)
    assert sorted(await presence.take_silent(limit=10, again_after_s=0.1)) == ["station-1", "station-2"]
    await presence.forget_silent(["station-1"])
    told = []

    async def is_told_again():
        told.extend(await presence.take_silent(limit=10))
        return bool(told)

    await until(is_told_again)
    assert told == ["station-2"]
