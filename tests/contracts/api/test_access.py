"""Tokens, groups and drivers as staff keep them."""

import pytest

pytestmark = pytest.mark.every_database


async def test_a_token_is_put_changed_and_removed(world):
    made = await world.boss.expect("PUT", "/tokens/AaBb", 201, json={"label": "van"})
    assert (made["value"], made["status"], made["concurrency"]) == ("AaBb", "active", "default")
    await world.boss.expect("PUT", "/tokens/aabb", 200, json={"label": "van"})
    assert (await world.boss.get("/tokens/AABB"))["token_id"] == made["token_id"]
    blocked = await world.boss.expect("PATCH", "/tokens/AABB", 200, json={"status": "blocked"})
    assert (blocked["status"], blocked["label"]) == ("blocked", "van")
    expiring = {"expires_at": "2031-01-01T00:00:00+01:00"}
    changed = await world.boss.expect("PATCH", "/tokens/AABB", 200, json=expiring)
    assert changed["expires_at"] == "2030-12-31T23:00:00Z"
    assert (await world.boss.expect("PATCH", "/tokens/AABB", 200, json={"expires_at": None}))["expires_at"] is None
    found = (await world.boss.get("/tokens", params={"q": "VAN", "status": "blocked"}))["items"]
    assert [token["value"] for token in found] == [blocked["value"]]
    await world.boss.expect("DELETE", "/tokens/aabb", 204)
    assert (await world.boss.get("/tokens/AABB", 404))["code"] == "not_found.token"


async def test_a_group_holds_tokens(world):
    group = await world.boss.expect("PUT", "/token-groups/FLEET", 201, json={"name": "Fleet"})
    assert group["token_count"] == 0
    await world.boss.expect("PUT", "/tokens/T1", 201, json={"group": "fleet"})
    assert (await world.boss.get("/tokens/T1"))["group"] == "FLEET"
    assert (await world.boss.get("/token-groups/fleet"))["token_count"] == 1
    assert [item["value"] for item in (await world.boss.get("/tokens", params={"group": "Fleet"}))["items"]] == ["T1"]
    assert (await world.boss.expect("DELETE", "/token-groups/FLEET", 409))["code"] == "conflict.group_in_use"
    await world.boss.expect("DELETE", "/tokens/T1", 204)
    await world.boss.expect("DELETE", "/token-groups/FLEET", 204)
    assert (await world.boss.get("/token-groups"))["items"] == []
    assert (await world.boss.expect("PUT", "/tokens/T2", 404, json={"group": "NONE"}))["code"] == "not_found.group"


async def test_a_driver_is_entered_given_a_token_blocked_and_forgotten(world):
    driver = await world.boss.post("/drivers", {"display_name": "Bo", "email": "bo@driver.example"}, 201)
    path = f"/drivers/{driver['driver_id']}"
    await world.boss.expect("PUT", "/tokens/T1", 201, json={"driver_id": driver["driver_id"]})
    assert (await world.boss.get(path))["token_count"] == 1
    assert (await world.boss.get("/tokens/T1"))["driver_name"] == "Bo"
    changed = await world.boss.expect("PATCH", path, 200, json={"display_name": "Bodil", "is_blocked": True})
    assert (changed["display_name"], changed["status"]) == ("Bodil", "blocked")
    assert (await world.boss.post(f"{path}/reset-password"))["password"]
    assert [item["driver_id"] for item in (await world.boss.get("/drivers", params={"q": "bodil"}))["items"]] == [
        driver["driver_id"]
    ]
    await world.boss.expect("DELETE", path, 204)
    assert (await world.boss.get("/drivers"))["items"] == []
    assert (await world.boss.get(path))["status"] == "erased"


async def test_a_driver_is_entered_once_however_often_they_are_sent(world):
    key = {"Idempotency-Key": "d-1"}
    first = await world.boss.post("/drivers", {"display_name": "Bo"}, 201, headers=key)
    again = await world.boss.post("/drivers", {"display_name": "Bo"}, 201, headers=key)
    assert first["driver_id"] == again["driver_id"]
    assert len((await world.boss.get("/drivers"))["items"]) == 1


async def test_everything_done_is_in_the_audit_log(world):
    await world.boss.expect("PUT", "/tokens/T1", 201, json={})
    await world.site(world.boss, "Piazza")
    entries = (await world.boss.get("/audit"))["items"]
    assert {entry["action"] for entry in entries} >= {"site.create", "api_key.create"}
    assert entries == sorted(entries, key=lambda entry: entry["entry_id"], reverse=True)
    only = (await world.boss.get("/audit", params={"action": "site."}))["items"]
    assert [(entry["action"], entry["actor_name"]) for entry in only] == [("site.create", "admin")]
    assert (await world.boss.get("/audit", params={"since": "2199-01-01T00:00:00Z"}))["items"] == []
