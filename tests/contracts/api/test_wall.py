"""What a screen on a wall shows, and who may look at it."""

from datetime import timedelta

import pytest

from busbar.canon.stations import ConnectorStatus, ConnectorStatusReported
from busbar.canon.tenants import Role
from busbar.kernel.ids import ReportId
from tests.contracts.api.conftest import eventually

pytestmark = pytest.mark.every_database


async def break_down(world, station, error="GroundFailure", info=None):
    await world.house.bus.report(
        ConnectorStatusReported(
            report_id=ReportId(world.house.ids.new()),
            station_id=station.station_id,
            received_at=world.house.clock.now(),
            evse_id=1,
            connector_id=1,
            status=ConnectorStatus.FAULTED,
            error_code=error,
            info=info,
        )
    )


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
