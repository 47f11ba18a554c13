"""Tariffs through the API: from the draft to the receipt, and what a charge costs before it begins."""

from datetime import timedelta

import msgspec
import pytest

from busbar.app.what_if import WhatIfRuns
from busbar.ports.jobs import Job
from tests.contracts.api.conftest import Door, eventually
from tests.contracts.api.test_charge import charge, make_station

pytestmark = pytest.mark.every_database

TERMS = {
    "currency": "EUR",
    "tax_included": "yes",
    "elements": [{"components": [{"dimension": "energy", "price": "0.50", "vat_percent": "22"}]}],
}


async def publish(world, name="Public", terms=TERMS, **assigned):
    tariff = await world.boss.post("/tariffs", {"name": name, "terms": terms}, 201)
    await world.boss.post(f"/tariffs/{tariff['tariff_id']}/publish", {})
    body = {"tariff_id": tariff["tariff_id"], "scope": "operator", **assigned}
    await world.boss.post("/tariff-assignments", body, 201)
    return await world.boss.get(f"/tariffs/{tariff['tariff_id']}")


async def test_a_tariff_from_the_draft_to_the_receipt(world):
    site_id = await world.site(world.boss, "Piazza")
    station = await make_station(world, site_id=site_id)
    driver = await world.driver()
    me = await driver.get("/driver/me")
    await world.boss.expect("PUT", "/tokens/AABB", 201, json={"driver_id": me["driver_id"]})
    tariff = await publish(world, scope="site", subject=site_id)
    assert (tariff["version"], tariff["is_draft_new"], tariff["assignments"]) == (1, False, 1)

    quote = await driver.get("/driver/stations/ST-1/quote", params={"energy_wh": 10_000})
    assert (quote["tariff_name"], quote["now"]["total"], quote["example"]["gross"]) == ("Public", "0.5", 500)
    assert quote["sentences"]["en"][0].startswith("Energy: €0.50 per kWh")
    assert quote["time_zone"] == "Europe/Rome"
    for_all = await Door(world.http).get("/driver/stations/ST-1/quote", params={"energy_wh": 10_000})
    assert (for_all["tariff_id"], for_all["example"]["gross"]) == (quote["tariff_id"], 500)

    await charge(world, station, "AABB")
    sessions = await eventually(
        lambda: world.boss.get("/sessions"),
        lambda found: found["items"] and (found["items"][0]["cost"] or {}).get("revision"),
    )
    session = sessions["items"][0]
    cost = session["cost"]
    assert (cost["currency"], cost["gross"], cost["net"], cost["tax"]) == ("EUR", 319, 261, 58)
    assert (cost["revision"], cost["is_final"], cost["tariff_version"]) == (1, True, 1)

    price = await world.boss.get(f"/sessions/{session['session_id']}/price")
    (line,) = price["lines"]
    assert (line["kind"], line["quantity"], line["unit"], line["gross"]) == ("energy", "6.379", "kWh", 319)
    assert (price["assigned_by"], [each["revision"] for each in price["revisions"]]) == ("site", [1])

    own = await driver.get(f"/driver/sessions/{session['session_id']}")
    assert own["cost"]["gross"] == 319
    receipt = await driver.get(f"/driver/sessions/{session['session_id']}/receipt")
    assert receipt["price"]["lines"] == price["lines"]
    assert await driver.get(f"/driver/sessions/{session['session_id']}/price") == price
    stranger = await world.driver("eve@driver.example")
    await stranger.get(f"/driver/sessions/{session['session_id']}/price", 404)


async def test_the_price_of_a_running_session_is_that_of_now(world):
    station = await make_station(world)
    await world.boss.expect("PUT", "/tokens/AABB", 201, json={})
    await publish(world)
    began = world.house.clock.now() - timedelta(minutes=10)
    ref = await station.start("AABB", at=began)
    session = (await world.boss.get("/sessions"))["items"][0]
    path = f"/sessions/{session['session_id']}/price"
    await eventually(lambda: world.boss("GET", path), lambda answer: answer.status_code == 200)
    await station.sample(ref, at=world.house.clock.now(), energy_wh=3000, power_w=11_000)
    price = await world.boss.get(path)
    assert (price["gross"], price["energy_wh"], price["revision"], price["is_final"]) == (100, 2000, 0, False)
    assert price["lines"][0]["kind"] == "energy"


async def test_a_session_without_a_tariff_has_no_price(world):
    station = await make_station(world)
    await world.boss.expect("PUT", "/tokens/AABB", 201, json={})
    await charge(world, station, "AABB")
    session = (await world.boss.get("/sessions"))["items"][0]
    assert session["cost"] is None
    missing = await world.boss.get(f"/sessions/{session['session_id']}/price", 404)
    assert missing["code"] == "not_found.price"
    assert (await world.boss.get("/stations/ST-1/quote", 404))["code"] == "not_found.tariff_there"


async def test_a_draft_is_previewed_before_it_is_written(world):
    body = {"terms": TERMS, "energy_wh": 20_000, "duration_s": 1800, "time_zone": "Asia/Shanghai", "country": "CN"}
    shown = await world.boss.post("/tariffs/preview", body)
    assert shown["example"]["gross"] == 1000
    assert [len(day["slots"]) for day in shown["week"]] == [48] * 7
    assert all(shown["sentences"][language] for language in ("zh", "en", "it"))
    assert (await world.boss.get("/tariffs"))["items"] == []
    wrong = {"terms": {"currency": "EUR", "elements": [{"components": [{"dimension": "energy", "price": "-1"}]}]}}
    refused = await world.boss.post("/tariffs/preview", wrong, 422)
    assert refused["code"] == "invalid.tariff"


async def test_versions_stay_and_assignments_end(world):
    tariff = await publish(world)
    dearer = {**TERMS, "elements": [{"components": [{"dimension": "energy", "price": "0.60"}]}]}
    path = f"/tariffs/{tariff['tariff_id']}"
    edited = await world.boss.expect("PUT", path, 200, json={"name": "Public", "terms": dearer})
    assert (edited["is_draft_new"], edited["published"]["elements"][0]["components"][0]["price"]) == (True, "0.5")
    await world.boss.post(f"{path}/publish", {})
    versions = (await world.boss.get(f"{path}/versions"))["items"]
    assert [each["version"] for each in versions] == [2, 1]
    assert (await world.boss.get(f"{path}/versions/1"))["terms"] == edited["published"]

    held = (await world.boss.get("/tariff-assignments"))["items"]
    assert [(each["scope"], each["tariff_name"], each["is_over"]) for each in held] == [("operator", "Public", False)]
    assert (await world.boss.post(f"{path}/retire", None, 409))["code"] == "conflict.tariff_assigned"
    ended = await world.boss.expect("DELETE", f"/tariff-assignments/{held[0]['assignment_id']}", 200)
    assert ended["is_over"]
    assert (await world.boss.get("/tariff-assignments"))["items"] == []
    assert (await world.boss.post(f"{path}/retire"))["retired_at"]


async def test_what_is_assigned_is_there_and_ones_own(world):
    tariff = await publish(world)
    for scope, subject in (("driver", "nobody"), ("site", "nowhere"), ("station", "NONE"), ("group", "none")):
        body = {"tariff_id": tariff["tariff_id"], "scope": scope, "subject": subject}
        await world.boss.post("/tariff-assignments", body, 404)


async def test_a_coupon_and_a_plan_as_a_driver_has_them(world):
    station = await make_station(world)
    driver = await world.driver()
    me = await driver.get("/driver/me")
    await world.boss.expect("PUT", "/tokens/AABB", 201, json={"driver_id": me["driver_id"]})
    await publish(world)
    fixed = {"kind": "fixed", "value": "1"}
    body = {"name": "Spring", "terms": fixed, "audience": "coupon", "currency": "EUR"}
    offer = await world.boss.post("/offers", body, 201)
    coupon = await world.boss.post("/coupons", {"offer_id": offer["offer_id"], "code": "spring", "uses_max": 1}, 201)
    assert (coupon["code"], coupon["uses"]) == ("SPRING", 0)
    assert (await driver.post("/driver/coupons", {"code": "nothing"}, 404))["code"] == "not_found.coupon"
    own = await driver.post("/driver/coupons", {"code": " Spring "})
    assert [(each["code"], each["session_id"]) for each in own["items"]] == [("SPRING", None)]
    other = await world.driver("eve@driver.example")
    assert (await other.post("/driver/coupons", {"code": "SPRING"}, 409))["code"] == "conflict.coupon_used_up"

    plan = await world.boss.post(
        "/plans", {"name": "Plus", "currency": "EUR", "monthly_price": 999, "included_wh": 1000}, 201
    )
    joined = await driver.post(f"/driver/plans/{plan['plan_id']}/join")
    assert [(each["name"], each["is_member"]) for each in joined["items"]] == [("Plus", True)]
    members = await world.boss.get(f"/plans/{plan['plan_id']}/members")
    assert [each["driver_name"] for each in members["items"]] == ["Ada"]

    await charge(world, station, "AABB")
    session = (
        await eventually(
            lambda: world.boss.get("/sessions"),
            lambda found: found["items"] and (found["items"][0]["cost"] or {}).get("revision"),
        )
    )["items"][0]
    price = await world.boss.get(f"/sessions/{session['session_id']}/price")
    assert [(line["kind"], line["gross"], line["reason"]) for line in price["lines"]] == [
        ("energy", 319, ""), ("discount", -100, "Spring"),
    ]  # fmt: skip
    assert price["gross"] == 219  # the charge began before the plan was joined
    assert (await driver.get("/driver/coupons"))["items"][0]["session_id"] == session["session_id"]
    shown = await world.boss.get(f"/offers/{offer['offer_id']}")
    assert (shown["sessions"], shown["amount"]) == (1, 100)
    assert (await driver.post(f"/driver/plans/{plan['plan_id']}/leave"))["items"][0]["is_member"] is False
    assert (await world.boss.post(f"/coupons/{coupon['coupon_id']}/end"))["ended_at"]


async def test_what_past_sessions_would_have_cost(world):
    site_id = await world.site(world.boss, "Piazza")
    station = await make_station(world, site_id=site_id)
    await world.boss.expect("PUT", "/tokens/AABB", 201, json={})
    tariff = await publish(world)
    await charge(world, station, "AABB")
    await eventually(
        lambda: world.boss.get("/sessions"),
        lambda found: found["items"] and (found["items"][0]["cost"] or {}).get("revision"),
    )
    path = f"/tariffs/{tariff['tariff_id']}"
    double = {**TERMS, "elements": [{"components": [{"dimension": "energy", "price": "1.00"}]}]}
    await world.boss.expect("PUT", path, 200, json={"name": "Public", "terms": double})
    now = world.house.clock.now()
    period = {"since": (now - timedelta(days=1)).isoformat(), "until": now.isoformat()}
    asked = await world.boss.post(f"{path}/what-ifs", period, 202)
    assert (asked["state"], asked["total"]) == ("waiting", 0)

    runs = WhatIfRuns(databases=world.house.databases, clock=world.house.clock, page=1)
    payload = msgspec.json.encode({"what_if_id": asked["what_if_id"]}).decode()
    job = Job(job_id="j", kind="prices.what_if", payload_json=payload, attempts=1, max_attempts=10)
    await runs.run(job)
    await runs.run(job)  # a job whose end was not noted runs again: it changes nothing
    answer = await world.boss.get(f"/what-ifs/{asked['what_if_id']}")
    assert (answer["state"], answer["done"], answer["total"]) == ("done", 1, 1)
    assert (answer["sum"]["before"], answer["sum"]["after"], answer["sum"]["energy_wh"]) == (319, 638, 6379)
    assert [(each["name"], each["after"]) for each in answer["by_site"]] == [("Piazza", 638)]
    assert len(answer["by_hour"]) == len(answer["by_group"]) == 1
    listed = await world.boss.get("/what-ifs", params={"tariff_id": tariff["tariff_id"]})
    assert [each["what_if_id"] for each in listed["items"]] == [asked["what_if_id"]]
    backwards = {"since": period["until"], "until": period["since"]}
    assert (await world.boss.post(f"{path}/what-ifs", backwards, 422))["code"] == "invalid.what_if"
