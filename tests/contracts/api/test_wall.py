"""What a screen on a wall shows, and who may look at it."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from busbar.canon.stations import ConnectorStatus, ConnectorStatusReported
from busbar.canon.tenants import Role
from busbar.domain.stations.tables import stations
from busbar.kernel.ids import ReportId
from tests.contracts.api.conftest import eventually

pytestmark = pytest.mark.every_database


async def break_down(world, station, error="GroundFailure", info=None, *, evse_id=1, at=None):
    await world.house.bus.report(
        ConnectorStatusReported(
            report_id=ReportId(world.house.ids.new()),
            station_id=station.station_id,
            received_at=world.house.clock.now(),
            evse_id=evse_id,
            connector_id=1,
            at=at,
            status=ConnectorStatus.FAULTED,
            error_code=error,
            info=info,
        )
    )


async def lose(world, station, *, minutes=0):
    """Let a station have lost its connection so many minutes ago."""
    left_at = world.house.clock.now() - timedelta(minutes=minutes)
    gone = update(stations).where(stations.c.station_id == station.station_id)
    async with world.house.databases.writer.begin() as connection:
        await connection.execute(gone.values(is_online=False, disconnected_at=left_at))


async def test_a_screen_needs_no_more_than_its_own_right(world):
    here = await world.site(world.boss, "Piazza")
    there = await world.site(world.boss, "Molo")
    station = await world.station(world.boss, "ST-1", site_id=here, evses=2)
    await station.connect(connectors=2)
    await (await world.station(world.boss, "ST-2", site_id=there)).connect()
    began = world.house.clock.now()
    ref = await station.start("AABB", at=began)
    await station.sample(ref, at=began + timedelta(seconds=5), energy_wh=3000, power_w=7360)
    screen = await world.key(Role.DISPLAY)
    wall = await screen.get("/wall")
    assert (wall["power_w"], wall["open_sessions"], wall["energy_today_wh"]) == (7360, 1, 2000)
    assert (wall["evses"], wall["busy_permille"]) == (3, 333)
    assert [(site["name"], site["power_w"]) for site in wall["sites"]] == [("Molo", 0), ("Piazza", 7360)]
    assert (wall["savings"]["distance_m"], wall["savings"]["co2_g"], wall["savings"]["fuel_ml"]) == (11_000, 1370, 715)
    assert sum(each["count"] for each in wall["statuses"]) == 3
    one = await screen.get("/wall", params={"site_id": there})
    assert (one["site_name"], one["power_w"], one["evses"]) == ("Molo", 0, 1)
    assert (await screen.get("/wall", 404, params={"site_id": "nowhere"}))["code"] == "not_found.site"
    for path in ("/stations", "/sessions", "/overview", "/drivers", "/now"):
        assert (await screen.get(path, 403))["code"] == "denied.permission"
    bound = await world.key(Role.DISPLAY, site_ids=(there,))
    assert [site["name"] for site in (await bound.get("/wall"))["sites"]] == ["Molo"]
    await bound.get("/wall", 404, params={"site_id": here})


async def test_a_fault_stays_until_somebody_has_seen_it_and_comes_back_when_it_is_new(world):
    station = await world.station(world.boss, "ST-1", site_id=await world.site(world.boss, "Piazza"))
    await station.connect()
    await break_down(world, station, info="Isolation low")
    screen = await world.key(Role.DISPLAY)

    async def read():
        return (await screen.get("/wall"))["faults"]

    (fault,) = await eventually(read, lambda faults: len(faults) == 1)
    assert (fault["severity"], fault["words"], fault["is_acknowledged"]) == ("critical", "Isolation low", False)
    assert (await screen.get("/wall"))["errors"] == [{"error": "GroundFailure", "count": 1}]
    path = "/stations/ST-1/faults/acknowledge"
    assert (await screen.expect("POST", path, 403))["code"] == "denied.permission"
    await world.boss.expect("POST", path, 204)
    assert (await read())[0]["is_acknowledged"]
    await station.tell_status(1, ConnectorStatus.AVAILABLE)
    assert await eventually(read, lambda faults: faults == []) == []
    await break_down(world, station, error="ReaderFailure")
    (again,) = await eventually(read, lambda faults: len(faults) == 1)
    assert (again["severity"], again["is_acknowledged"]) == ("minor", False)
    audit = await world.boss.get("/audit", params={"action": "station.acknowledge_faults"})
    assert len(audit["items"]) == 1


async def test_the_worst_that_nobody_has_seen_stays_among_many_newer_faults(world):
    site_id = await world.site(world.boss, "Piazza")
    worst = await world.station(world.boss, "WORST", site_id=site_id)
    await worst.connect()
    await break_down(world, worst)
    many = await world.station(world.boss, "MANY", site_id=site_id, evses=13)
    await many.connect(connectors=13)
    for evse_id in range(1, 13):
        await break_down(world, many, error="ReaderFailure", evse_id=evse_id)
    await break_down(world, many, error="ConnectorLockFailure", evse_id=13)

    async def read():
        return [(fault["station_id"], fault["severity"]) for fault in (await world.boss.get("/wall"))["faults"]]

    shown = await eventually(read, lambda faults: ("MANY", "major") in faults)
    assert shown == [("WORST", "critical"), ("MANY", "major"), *[("MANY", "minor")] * 10]
    await world.boss.expect("POST", "/stations/WORST/faults/acknowledge", 204)
    assert (await read())[0] == ("MANY", "major")


async def test_a_fault_that_nobody_has_seen_outlasts_its_station_s_connection(world):
    station = await world.station(world.boss, "ST-1", site_id=await world.site(world.boss, "Piazza"))
    await station.connect()
    await break_down(world, station)
    await lose(world, station)

    async def read():
        return [(fault["severity"], fault["is_acknowledged"]) for fault in (await world.boss.get("/wall"))["faults"]]

    assert await eventually(read, lambda faults: faults != []) == [("critical", False)]
    await lose(world, station, minutes=3)
    assert await read() == [("critical", False), (None, True)]
    waiting = (await world.boss.get("/now"))["items"]
    assert [(item["kind"], item["acknowledged_at"]) for item in waiting] == [("faulted", None), ("offline", None)]
    await world.boss.expect("POST", "/stations/ST-1/faults/acknowledge", 204)
    assert await read() == [(None, True)]
    assert [item["kind"] for item in (await world.boss.get("/now"))["items"]] == ["offline"]


async def test_whether_a_fault_is_new_is_told_by_our_clock(world):
    station = await world.station(world.boss, "ST-1", site_id=await world.site(world.boss, "Piazza"), evses=2)
    await station.connect(connectors=0)
    late = timedelta(hours=-5)
    await break_down(world, station, at=world.house.clock.now() + late)
    first = (await world.boss.get("/wall"))["faults"]
    await world.boss.expect("POST", "/stations/ST-1/faults/acknowledge", 204)

    async def read():
        (item,) = (await world.boss.get("/now"))["items"]
        seen = [fault["is_acknowledged"] for fault in (await world.boss.get("/wall"))["faults"]]
        return seen, item["acknowledged_at"] is not None, item["since"]

    await break_down(world, station, at=world.house.clock.now())
    assert await read() == ([True], True, first[0]["since"])
    await break_down(world, station, evse_id=2, at=world.house.clock.now() + late)
    assert await read() == ([False, True], False, first[0]["since"])


async def test_power_of_a_station_that_is_away_is_counted_nowhere(world):
    site_id = await world.site(world.boss, "Piazza")
    began = world.house.clock.now() - timedelta(minutes=1)
    for name, power_w in (("HERE", 7360), ("AWAY", 22_000)):
        station = await world.station(world.boss, name, site_id=site_id)
        await station.connect()
        ref = await station.start("AABB", at=began)
        await station.sample(ref, at=began + timedelta(seconds=5), energy_wh=2000, power_w=power_w)

    async def read():
        wall, overview = await world.boss.get("/wall"), await world.boss.get("/overview")
        (busbar,) = (await world.boss.get("/busbars", params={"site_id": site_id}))["items"]
        listed = (await world.boss.get("/stations"))["items"]
        return (
            wall["power_w"],
            wall["sites"][0]["power_w"],
            overview["power_w"],
            sum(evse["power_w"] for feeder in busbar["feeders"] for evse in feeder["evses"]),
            sum(each["evses"][0]["session"]["power_w"] or 0 for each in listed),
        )

    assert set(await read()) == {29_360}
    await lose(world, station)
    assert set(await read()) == {7360}
    wall, overview = await world.boss.get("/wall"), await world.boss.get("/overview")
    assert wall["open_sessions"] == wall["sites"][0]["charging"] == overview["open_sessions"] == 2
