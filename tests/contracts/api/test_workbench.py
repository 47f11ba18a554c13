"""Saved views and drawings of sites, as staff keep them."""

import pytest

from busbar.canon.tenants import Role

pytestmark = pytest.mark.every_database

OFFLINE = {"list_name": "stations", "name": "Offline", "query": "state=offline&sort=-last_seen_at"}


async def test_a_view_is_kept_changed_and_forgotten(world):
    view = await world.boss.post("/saved-views", OFFLINE, 201)
    again = await world.boss.post("/saved-views", OFFLINE | {"query": "state=faulted"}, 201)
    assert again["view_id"] == view["view_id"]
    assert (again["query"], again["is_own"], again["is_shared"]) == ("state=faulted", True, False)
    other = await world.boss.post("/saved-views", OFFLINE | {"list_name": "sessions"}, 201)
    listed = (await world.boss.get("/saved-views", params={"list_name": "stations"}))["items"]
    assert [item["view_id"] for item in listed] == [view["view_id"]]
    path = f"/saved-views/{other['view_id']}"
    renamed = await world.boss.expect("PUT", path, 200, json=OFFLINE | {"list_name": "sessions", "name": "Late"})
    assert renamed["name"] == "Late"
    await world.boss.expect("DELETE", path, 204)
    assert (await world.boss.expect("DELETE", path, 404))["code"] == "not_found.saved_view"
    assert len((await world.boss.get("/saved-views"))["items"]) == 1


async def test_a_view_is_seen_by_others_when_it_is_shared(world):
    viewer, manager = await world.key(Role.VIEWER), await world.key(Role.MANAGER)
    own = await viewer.post("/saved-views", OFFLINE, 201)
    assert (await manager.get("/saved-views"))["items"] == []
    path = f"/saved-views/{own['view_id']}"
    assert (await manager.expect("PUT", path, 404, json=OFFLINE))["code"] == "not_found.saved_view"
    await viewer.expect("PUT", path, 200, json=OFFLINE | {"is_shared": True})
    (seen,) = (await manager.get("/saved-views"))["items"]
    assert (seen["name"], seen["is_own"]) == ("Offline", False)
    shared = await manager.post("/saved-views", OFFLINE | {"name": "Ours", "is_shared": True}, 201)
    denied = await viewer.expect("DELETE", f"/saved-views/{shared['view_id']}", 403)
    assert denied["code"] == "denied.saved_view"
    await manager.expect("DELETE", path, 204)


@pytest.mark.parametrize("bad", [{"name": ""}, {"query": "a b"}, {"list_name": "dreams"}, {"name": "x" * 61}])
async def test_a_view_that_cannot_be_is_refused(world, bad):
    await world.boss.post("/saved-views", OFFLINE | bad, 422)


async def test_a_site_is_drawn_and_drawn_anew(world):
    site_id = await world.site(world.boss, "Piazza")
    await world.station(world.boss, "ST-1", site_id=site_id)
    path = f"/sites/{site_id}/layout"
    empty = await world.boss.get(path)
    assert (empty["pieces"], empty["changed_at"]) == ([], None)
    station = {"kind": "station", "x": 4, "y": 0, "width": 1, "height": 1, "station_id": "ST-1"}
    bay = {"kind": "bay", "x": 3, "y": 1, "width": 3, "height": 5, "label": "A1", "station_id": "ST-1", "evse_id": 1}
    drawn = await world.boss.expect("PUT", path, 200, json={"columns": 20, "rows": 10, "pieces": [station, bay]})
    assert [piece["kind"] for piece in drawn["pieces"]] == ["station", "bay"]
    display = await world.key(Role.DISPLAY)
    assert (await display.get(path)) == drawn
    stranger = bay | {"station_id": "ST-9"}
    refused = await world.boss.expect("PUT", path, 422, json={"columns": 20, "rows": 10, "pieces": [bay, stranger]})
    assert (refused["code"], refused["facts"]["piece"]) == ("invalid.layout", 1)
    gone = await world.boss.expect("PUT", path, 200, json={"columns": 20, "rows": 10, "pieces": []})
    assert gone["changed_at"] is None
    viewer = await world.key(Role.VIEWER)
    await viewer.expect("PUT", path, 403, json={"columns": 20, "rows": 10})
