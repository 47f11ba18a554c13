"""Coming in: staff, drivers, keys; by token and by cookie."""

import pytest

from busbar.canon.tenants import Role
from tests.contracts.api.conftest import ADMIN_EMAIL, ADMIN_PASSWORD, Door

CREDENTIALS = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}
WRITE = {"X-Busbar-Request": "1"}


async def test_staff_sign_in_look_around_and_sign_out(world):
    door = Door(world.http)
    signed_in = await door.post("/auth/sign-in", CREDENTIALS)
    door.token = signed_in["token"]
    me = await door.get("/auth/me")
    assert me == signed_in["me"]
    assert (me["operator_name"], me["role"], me["is_platform"]) == ("Alpha", "admin", True)
    assert "manage_staff" in me["permissions"]
    sign_ins = (await door.get("/auth/sign-ins"))["items"]
    assert [item["is_current"] for item in sign_ins] == [True]
    await door.post("/auth/sign-out", None, 204)
    assert (await door.get("/auth/me", 401))["code"] == "denied.bearer"


async def test_a_wrong_password_and_an_unknown_person_are_one_answer(world):
    door = Door(world.http)
    wrong = await door.post("/auth/sign-in", CREDENTIALS | {"password": "something else"}, 401)
    unknown = await door.post("/auth/sign-in", CREDENTIALS | {"email": "nobody@nowhere.example"}, 401)
    hidden = {"request_id", "instance"}
    assert {key: wrong[key] for key in wrong if key not in hidden} == {
        key: unknown[key] for key in unknown if key not in hidden
    }
    assert wrong["code"] == "denied.credentials"


async def test_nobody_comes_in_without_credentials(world):
    answer = await Door(world.http)("GET", "/stations")
    assert (answer.status_code, answer.json()["code"]) == (401, "denied.unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("header", ["Basic abc", "Bearer", "Bearer " + "x" * 600, "bb_nothing"])
async def test_credentials_in_another_form_are_refused(world, header):
    answer = await world.http.get("/api/v1/stations", headers={"Authorization": header})
    assert answer.status_code == 401


async def test_a_cookie_whose_sign_in_is_over_shuts_no_page_that_is_open_to_all(world):
    await world.station(world.boss, "ST-1", site_id=await world.site(world.boss, "Piazza"))
    door, over = Door(world.http), {"Cookie": "busbar_driver=once-upon-a-time"}
    for path in ("/driver/stations", "/driver/stations/ST-1", "/driver/brand", "/driver/pay-options"):
        assert await door.get(path, headers=over) == await door.get(path)
    assert (await door.get("/driver/me", 401, headers=over))["code"] == "denied.bearer"
    token = {"Authorization": "Bearer once-upon-a-time"}
    assert (await door.get("/driver/stations", 401, headers=token))["code"] == "denied.bearer"


async def test_a_cookie_carries_a_sign_in_that_no_script_sees(world):
    door = Door(world.http)
    answer = await door("POST", "/auth/sign-in", json=CREDENTIALS | {"transport": "cookie"})
    assert answer.json()["token"] is None
    cookie = answer.headers["Set-Cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=strict", "Path=/api", "busbar_staff="))
    assert (await door.get("/auth/me"))["email"] == ADMIN_EMAIL
    site = {"name": "Piazza", "latitude": 45, "longitude": 7}
    forged = await door.post("/sites", site, 403)
    assert forged["code"] == "denied.forgery"
    await door.post("/sites", site, 201, headers=WRITE)
    await door.post("/auth/sign-out", None, 204, headers=WRITE)
    world.http.cookies.clear()
    assert (await door.get("/auth/me", 401))["code"] == "denied.unauthenticated"


async def test_a_new_password_ends_the_other_sign_ins(world):
    first, second = Door(world.http), Door(world.http)
    for door in (first, second):
        door.token = (await door.post("/auth/sign-in", CREDENTIALS))["token"]
    change = {"old_password": ADMIN_PASSWORD, "new_password": "an entirely new phrase"}
    assert (await first.post("/auth/change-password", change | {"old_password": "wrong"}, 422))["code"]
    await first.post("/auth/change-password", change, 204)
    await first.get("/auth/me")
    await second.get("/auth/me", 401)


async def test_a_sign_in_elsewhere_can_be_ended(world):
    first, second = Door(world.http), Door(world.http)
    for door in (first, second):
        door.token = (await door.post("/auth/sign-in", CREDENTIALS))["token"]
    other = next(item for item in (await first.get("/auth/sign-ins"))["items"] if not item["is_current"])
    await first.expect("DELETE", f"/auth/sign-ins/{other['sign_in_id']}", 204)
    await second.get("/auth/me", 401)


async def test_staff_are_entered_changed_and_shut_out(world):
    body = {"email": "mo@operator.example", "display_name": "Mo", "role": "support"}
    created = await world.boss.post("/staff", body, 201)
    path = f"/staff/{created['staff']['staff_id']}"
    door = Door(world.http)
    credentials = {"email": "mo@operator.example", "password": created["password"]}
    door.token = (await door.post("/auth/sign-in", credentials))["token"]
    permissions = (await door.get("/auth/me"))["permissions"]
    assert permissions == ["look", "read", "control", "manage_access", "read_money"]
    assert (await door.get("/staff", 403))["code"] == "denied.permission"
    changed = await world.boss.expect("PATCH", path, 200, json={"role": "viewer", "display_name": "Moira"})
    assert (changed["role"], changed["display_name"]) == ("viewer", "Moira")
    assert (await door.get("/auth/me"))["role"] == "viewer"
    await world.boss.expect("PATCH", path, 200, json={"is_active": False})
    await door.get("/auth/me", 401)
    assert (await world.boss.post(f"{path}/reset-password"))["password"]
    listed = (await world.boss.get("/staff", params={"q": "MOIRA"}))["items"]
    assert [item["is_active"] for item in listed] == [False]
    names = {item["actor"]: item["name"] for item in (await world.boss.get("/staff-names"))["items"]}
    assert names[f"staff:{created['staff']['staff_id']}"] == "Moira"
    assert (await world.boss.get("/staff/unknown", 404))["code"] == "not_found.staff"


async def test_a_key_comes_in_until_it_is_revoked(world):
    made = await world.boss.post("/api-keys", {"name": "Robot", "role": "viewer"}, 201)
    door = Door(world.http, made["secret"])
    assert made["secret"].startswith("bb_")
    me = await door.get("/auth/me")
    assert (me["display_name"], me["staff_id"], me["api_key_id"]) == ("Robot", None, made["api_key"]["api_key_id"])
    assert (await door.post("/sites", {"name": "X", "latitude": 1, "longitude": 1}, 403))["code"] == "denied.permission"
    await world.boss.expect("DELETE", f"/api-keys/{made['api_key']['api_key_id']}", 204)
    await door.get("/auth/me", 401)
    listed = (await world.boss.get("/api-keys", params={"is_revoked": True}))["items"]
    assert [item["name"] for item in listed] == ["Robot"]
    names = {item["actor"]: item["name"] for item in (await world.boss.get("/staff-names"))["items"]}
    assert names[f"key:{made['api_key']['api_key_id']}"] == "Robot"


async def test_platform_staff_act_for_any_operator_and_others_for_none_but_theirs(world):
    beta = await world.boss.post("/operators", {"name": "Beta", "slug": "beta"}, 201)
    there = {"X-Busbar-Operator": beta["operator_id"]}
    await world.boss.post("/sites", {"name": "Strand", "latitude": 54, "longitude": 10}, 201, headers=there)
    assert (await world.boss.get("/sites"))["items"] == []
    assert [site["name"] for site in (await world.boss.get("/sites", headers=there))["items"]] == ["Strand"]
    assert [item["slug"] for item in (await world.boss.get("/operators", params={"q": "bet"}))["items"]] == ["beta"]
    own = await world.key(Role.ADMIN)
    assert (await own.get("/sites", 403, headers=there))["code"] == "denied.operator"
    assert len((await own.get("/operators"))["items"]) == 1
    assert (await own.get(f"/operators/{beta['operator_id']}", 404))["code"] == "not_found.operator"
    assert (await own.post("/operators", {"name": "Gamma", "slug": "gamma"}, 403))["code"] == "denied.permission"
    renamed = await own.expect("PATCH", f"/operators/{world.operator_id}", 200, json={"name": "Alpha Two"})
    assert renamed["name"] == "Alpha Two"
    assert (await world.boss.get("/sites", 404, headers={"X-Busbar-Operator": "nobody"}))["code"]


async def test_drivers_sign_up_in_change_and_leave(world):
    driver = await world.driver("ada@driver.example")
    me = await driver.get("/driver/me")
    assert (me["email"], me["operator_name"]) == ("ada@driver.example", "Alpha")
    changed = await driver.expect("PATCH", "/driver/me", 200, json={"display_name": "Ada L", "language": "it"})
    assert (changed["display_name"], changed["language"]) == ("Ada L", "it")
    taken = await Door(world.http).post(
        "/driver/sign-up", {"email": "ADA@driver.example", "password": "long enough words", "display_name": "x"}, 409
    )
    assert taken["code"] == "conflict.email_taken"
    again = Door(world.http)
    credentials = {"email": "ada@driver.example", "password": "long enough words"}
    again.token = (await again.post("/driver/sign-in", credentials))["token"]
    assert len((await again.get("/driver/sign-ins"))["items"]) == 2
    await again.post("/driver/sign-out", None, 204)
    assert (await driver.post("/driver/me/erase", {"password": "guess"}, 422))["code"] == "invalid.old_password"
    await driver.post("/driver/me/erase", {"password": "long enough words"}, 204)
    await driver.get("/driver/me", 401)
    await again.post("/driver/sign-in", credentials, 401)


async def test_a_driver_of_one_operator_sees_only_its_stations(world):
    beta = await world.operator("beta")
    for owner, name in ((world.operator_id, "ST-A"), (beta, "ST-B")):
        boss = await world.key(Role.ADMIN, operator_id=owner)
        await world.station(boss, name, site_id=await world.site(boss, f"Site {name}"))
    ada, bob = await world.driver("ada@driver.example"), await world.driver("bob@driver.example", operator="beta")
    around = {"latitude": 45.07, "longitude": 7.69}

    async def list_ids(door, **more):
        return [item["station_id"] for item in (await door.get("/driver/stations", params=around | more))["items"]]

    assert await list_ids(ada) == ["ST-A"]
    assert await list_ids(bob) == ["ST-B"]
    visitor = Door(world.http)
    assert await list_ids(visitor) == ["ST-A"]
    assert await list_ids(visitor, operator="beta") == ["ST-B"]
    assert (await visitor.get("/driver/network", params={"operator": "beta"}))["operator_name"] == "Beta"
    assert (await bob.get("/driver/stations/ST-A", 404))["code"] == "not_found.station"
    started = await bob.post("/driver/sessions", {"station_id": "ST-A"}, 404)
    assert started["code"] == "not_found.station"
    assert (await visitor.get("/driver/stations", params={}))["items"][0]["distance_m"] is None
    assert (await visitor.get("/driver/stations", 422, params={"latitude": 45}))["code"] == "invalid.request"


async def test_the_doors_do_not_take_each_others_tokens(world):
    driver = await world.driver()
    assert (await driver.get("/stations", 401))["code"] == "denied.bearer"
    assert (await Door(world.http, world.boss.token).get("/driver/me", 401))["code"] == "denied.bearer"
