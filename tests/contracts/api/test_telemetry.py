"""A station's day and a site's month, from charges that were reported to roll-ups that are shown."""

from datetime import timedelta

import pytest

from busbar.app.telemetry import Retention, Telemetry

pytestmark = pytest.mark.every_database

KEPT = Retention(samples=timedelta(days=90), minutes=timedelta(days=90), buckets=timedelta(days=90))


async def roll_up(world):
    house = world.house
    await Telemetry(house.databases, clock=house.clock, retention=KEPT, settle_s=0).roll_up()


async def charge(world, station, *, evse_id=1, begin, minutes=30):
    reference = await station.start("AABB", at=begin, evse_id=evse_id)
    for number in range(1, minutes):
        at = begin + timedelta(minutes=number)
        await station.sample(reference, at=at, energy_wh=1000 + 200 * number, power_w=11_000 + number, evse_id=evse_id)
    await station.stop(reference, at=begin + timedelta(minutes=minutes), register_wh=1000 + 200 * minutes)


@pytest.fixture
async def charged(world):
    """A site with two stations: one charged at two EVSEs, the other at one."""
    site_id = await world.site(world.boss, "Mole")
    now = world.house.clock.now()
    begin = now - timedelta(minutes=now.minute % 15 + 45, seconds=now.second, microseconds=now.microsecond)
    for name, evses in (("ST-1", 2), ("ST-2", 1)):
        station = await world.station(world.boss, name, site_id=site_id, evses=evses)
        await station.connect(connectors=evses)
        for evse_id in range(1, evses + 1):
            await charge(world, station, evse_id=evse_id, begin=begin)
    await roll_up(world)
    return site_id, begin


def period(begin, span, **more):
    return {"since": begin.isoformat(), "until": (begin + span).isoformat(), **more}


async def test_a_stations_day_shows_each_evse(world, charged):
    _, begin = charged
    shown = await world.boss.get("/stations/ST-1/telemetry", params=period(begin, timedelta(days=1)))
    assert (shown["resolution"], shown["time_zone"]) == ("15m", "Europe/Rome")
    assert [evse["evse_id"] for evse in shown["evses"]] == [1, 2]
    for evse in shown["evses"]:
        assert sum(bucket["energy_wh"] for bucket in evse["buckets"]) == 6000
        first = evse["buckets"][0]
        assert first["begins_at"] == begin.isoformat().replace("+00:00", "Z")
        assert (first["energy_wh"], first["power_min_w"], first["power_max_w"]) == (3000, 11_001, 11_014)
        assert (first["power_mean_w"], first["sample_count"]) == (11_008, 14)


async def test_one_evse_by_the_minute(world, charged):
    _, begin = charged
    asked = period(begin, timedelta(hours=1), resolution="1m", evse_id=2)
    [evse] = (await world.boss.get("/stations/ST-1/telemetry", params=asked))["evses"]
    assert evse["evse_id"] == 2
    assert [bucket["energy_wh"] for bucket in evse["buckets"][:30]] == [200] * 30


async def test_a_sites_month_adds_its_stations_up_by_day(world, charged):
    site_id, begin = charged
    asked = period(begin - timedelta(days=20), timedelta(days=31))
    shown = await world.boss.get(f"/sites/{site_id}/telemetry", params=asked)
    assert (shown["resolution"], shown["time_zone"]) == ("1d", "Europe/Rome")
    assert sum(bucket["energy_wh"] for bucket in shown["buckets"]) == 18_000
    assert all(bucket["begins_at"][11:] in {"22:00:00Z", "23:00:00Z"} for bucket in shown["buckets"])


async def test_mean_power_of_a_site_is_its_energy_over_time(world, charged):
    site_id, begin = charged
    asked = period(begin, timedelta(minutes=15), resolution="15m")
    [bucket] = (await world.boss.get(f"/sites/{site_id}/telemetry", params=asked))["buckets"]
    assert (bucket["energy_wh"], bucket["power_mean_w"]) == (9000, 36_000)


async def test_what_a_station_did_for_another_operator_is_not_shown(world, charged):
    _, begin = charged
    other = await world.key("admin", operator_id=await world.operator("beta"))
    asked = period(begin, timedelta(days=1))
    assert (await other.get("/stations/ST-1/telemetry", 404, params=asked))["code"] == "not_found.station"
    assert (await other.get(f"/sites/{charged[0]}/telemetry", 404, params=asked))["code"] == "not_found.site"


@pytest.mark.parametrize("span", [timedelta(0), timedelta(days=3)])
async def test_a_period_is_bounded(world, charged, span):
    asked = period(charged[1], span, resolution="1m")
    refused = await world.boss.get("/stations/ST-1/telemetry", 422, params=asked)
    assert refused["code"].startswith("invalid")
