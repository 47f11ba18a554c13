"""Who was turned away at the stations' door, as operators see it."""

import pytest

from busbar.canon.tenants import Role
from busbar.gateways.ocpp.socket import Stumble
from busbar.ports.refusals import RefusalKind


def turn_away(world, name, *, kind=RefusalKind.WRONG_PASSWORD, host="203.0.113.7", **more):
    given = {"code": "denied.x", "is_encrypted": False, "detail": "no", "target": name and f"/ocpp/{name}"} | more
    world.house.gateway._house.refuse(Stumble(kind=kind, name=name, peer_address=f"{host}:5000", **given))


async def list_refusals(door, **query):
    return await door.get("/refusals", params=query)


async def test_the_own_station_is_told_with_the_cause_and_how_often(world):
    await world.boss.post("/stations", {"station_id": "CP-1"}, 201)
    turn_away(world, "CP-1", protocols=("ocpp1.6",))
    turn_away(world, "CP-1", protocols=("ocpp1.6",))
    page = await list_refusals(world.boss, station_id="CP-1")
    (item,) = page["items"]
    assert item.pop("first_at") <= item.pop("last_at")
    assert item == {
        "kind": "wrong_password",
        "code": "denied.x",
        "station_id": "CP-1",
        "name": "CP-1",
        "address": "203.0.113.7",
        "path": "/ocpp/CP-1",
        "offered": "ocpp1.6",
        "is_encrypted": False,
        "detail": "no",
        "count": 2,
        "gateway_id": "",
    }
    assert (page["total"], page["missing_gateways"]) == (1, [])


async def test_names_that_nearly_fit_and_visits_without_a_name_are_found_for_a_station(world):
    turn_away(world, "cp-1", kind=RefusalKind.UNKNOWN_STATION)
    turn_away(world, "CP%20-1", kind=RefusalKind.WRONG_PATH)
    turn_away(world, "CP-2", kind=RefusalKind.UNKNOWN_STATION)
    turn_away(world, None, kind=RefusalKind.TLS_ON_PLAIN_PORT, target=None)
    found = await list_refusals(world.boss, station_id="CP-1")
    assert [item["name"] for item in found["items"]] == ["CP%20-1", "cp-1"]
    found = await list_refusals(world.boss, station_id="CP-1", with_nameless=True)
    assert [item["kind"] for item in found["items"]] == ["tls_on_plain_port", "wrong_path", "unknown_station"]


async def test_filters_and_the_bound(world):
    for number in range(5):
        turn_away(world, f"N{number}", kind=RefusalKind.UNKNOWN_STATION)
    turn_away(world, "P", kind=RefusalKind.BLOCKED)
    assert (await list_refusals(world.boss, kind="blocked"))["total"] == 1
    page = await list_refusals(world.boss, limit=2)
    assert [item["name"] for item in page["items"]] == ["P", "N4"]
    assert page["total"] == 6
    assert (await list_refusals(world.boss, since="2100-01-01T00:00:00Z"))["total"] == 0


async def test_each_operator_sees_its_own_and_what_is_nobodys_falls_to_the_default_one(world):
    beta = await world.boss.post("/operators", {"name": "Beta", "slug": "beta"}, 201)
    other = await world.key(Role.ADMIN, operator_id=beta["operator_id"])
    await other.post("/stations", {"station_id": "BETA-1"}, 201)
    await world.boss.post("/stations", {"station_id": "ALPHA-1"}, 201)
    for name in ("ALPHA-1", "BETA-1", "nobody", None):
        turn_away(world, name)
    assert [item["name"] for item in (await list_refusals(world.boss))["items"]] == [None, "nobody", "ALPHA-1"]
    assert [item["name"] for item in (await list_refusals(other))["items"]] == ["BETA-1"]


async def test_who_is_bound_to_sites_sees_the_stations_there(world):
    site = await world.boss.post("/sites", {"name": "S", "latitude": 1, "longitude": 2}, 201)
    site_id = site["site_id"]
    await world.boss.post("/stations", {"station_id": "IN", "site_id": site_id}, 201)
    await world.boss.post("/stations", {"station_id": "OUT"}, 201)
    bound = await world.key(Role.VIEWER, site_ids=(site_id,))
    for name in ("IN", "OUT", "nobody", None):
        turn_away(world, name)
    assert [item["name"] for item in (await list_refusals(bound))["items"]] == ["IN"]


@pytest.mark.parametrize("query", [{"kind": "what"}, {"limit": 0}, {"limit": 1001}, {"station_id": ""}, {"x": 1}])
async def test_bad_questions_are_refused(world, query):
    problem = await world.boss.get("/refusals", 422, params=query)
    assert problem["code"] == "invalid.request"
