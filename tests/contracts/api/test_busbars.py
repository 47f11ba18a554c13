"""Sites as single-line diagrams: every station with what flows there, and nobody else's."""

from datetime import timedelta

import pytest

from busbar.canon.stations import ConnectorStatus
from busbar.canon.tenants import Role

pytestmark = pytest.mark.every_database


async def test_a_diagram_shows_every_station_and_what_flows_there(world):
    site_id = await world.site(world.boss, "Mole")
    empty_id = await world.site(world.boss, "Empty")
    busy = await world.station(world.boss, "ST-2", site_id=site_id, evses=2)
    await world.station(world.boss, "ST-1", site_id=site_id)
    await busy.connect(connectors=2)
    await busy.tell_status(2, ConnectorStatus.FAULTED)
    begin = world.house.clock.now() - timedelta(minutes=5)
    ref = await busy.start("AABB", at=begin)
    await busy.sample(ref, at=begin + timedelta(minutes=1), energy_wh=1200, power_w=11_040)

    shown = (await world.boss.get("/busbars", params={"site_id": [site_id, empty_id]}))["items"]

    by_site = {busbar["site_id"]: busbar for busbar in shown}
    assert by_site[empty_id] == {"site_id": empty_id, "grid_limit_w": None, "feeders": [], "is_whole": True}
    first, second = by_site[site_id]["feeders"]
    assert (first["station_id"], first["is_online"]) == ("ST-1", False)
    assert (second["station_id"], second["is_online"], second["registration"]) == ("ST-2", True, "accepted")
    assert [(evse["power_w"], evse["rated_w"]) for evse in second["evses"]] == [(11_040, 22_000), (0, 22_000)]
    session = (await world.boss.get("/sessions", params={"station_id": "ST-2"}))["items"][0]
    assert [evse["session_id"] for evse in second["evses"]] == [session["session_id"], None]
    assert [evse["connectors"][0]["status"] for evse in second["evses"]][1] == "faulted"


async def test_a_diagram_of_another_operator_or_site_is_not_shown(world):
    site_id = await world.site(world.boss, "Mole")
    other_id = await world.site(world.boss, "Lingotto")
    await world.station(world.boss, "ST-1", site_id=site_id)
    stranger = await world.key(Role.ADMIN, operator_id=await world.operator("beta"))
    of_one_site = await world.key(Role.VIEWER, site_ids=(other_id,))
    asked = {"site_id": [site_id, other_id, "NOWHERE"]}
    assert (await stranger.get("/busbars", params=asked))["items"] == []
    shown = (await of_one_site.get("/busbars", params=asked))["items"]
    assert [busbar["site_id"] for busbar in shown] == [other_id]


async def test_how_many_sites_are_asked_for_is_bounded(world):
    await world.boss.get("/busbars", params={"site_id": [f"S{number}" for number in range(51)]}, status=422)
    await world.boss.get("/busbars", status=422)
