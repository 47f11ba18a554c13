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
    assert (price["tariff_name"], price["tariff_version"], price["refusals"]) == ("Public", 1, [])

    own = await driver.get(f"/driver/sessions/{session['session_id']}")
    assert own["cost"]["gross"] == 319
    receipt = await driver.get(f"/driver/sessions/{session['session_id']}/receipt")
    assert receipt["price"]["lines"] == price["lines"]
    assert await driver.get(f"/driver/sessions/{session['session_id']}/price") == price
    (month,) = (await driver.get("/driver/sessions/months"))["items"]
    assert month["costs"] == [{"currency": "EUR", "currency_digits": 2, "gross": 319}]
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
    assert await world.boss.get(f"/coupons/{coupon['coupon_id']}") == coupon
    await world.boss.get(f"/coupons/{'0' * 32}", 404)
    assert (await driver.post("/driver/coupons", {"code": "nothing"}, 404))["code"] == "not_found.coupon"
    own = await driver.post("/driver/coupons", {"code": " Spring "})
    assert [(each["code"], each["session_id"]) for each in own["items"]] == [("SPRING", None)]
    other = await world.driver("eve@driver.example")
    assert (await other.post("/driver/coupons", {"code": "SPRING"}, 409))["code"] == "conflict.coupon_used_up"

    plan = await world.boss.post(
        "/plans", {"name": "Plus", "currency": "EUR", "monthly_price": 999, "included_wh": 1000}, 201
    )
    assert await world.boss.get(f"/plans/{plan['plan_id']}") == plan
    await world.boss.get(f"/plans/{'0' * 32}", 404)
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
    assert (shown["sessions"], shown["amount"], shown["given"]) == (1, 100, [{"currency": "EUR", "amount": 100}])
    assert (await driver.post(f"/driver/plans/{plan['plan_id']}/leave"))["items"][0]["is_member"] is False
    assert (await world.boss.post(f"/coupons/{coupon['coupon_id']}/end"))["ended_at"]


async def test_many_coupons_are_made_at_once_or_none(world):
    terms = {"kind": "percentage", "value": "50"}
    offer = await world.boss.post("/offers", {"name": "Cards", "terms": terms, "audience": "coupon"}, 201)
    batch = {"offer_id": offer["offer_id"], "codes": ["card-1", "CARD-2"], "uses_max": 1}
    assert (await world.boss.post("/coupons/batch", batch, 201))["codes"] == ["CARD-1", "CARD-2"]
    taken = await world.boss.post("/coupons/batch", {**batch, "codes": ["CARD-3", "CARD-2"]}, 409)
    assert taken["code"] == "conflict.coupon_code"
    twice = await world.boss.post("/coupons/batch", {**batch, "codes": ["CARD-4", "card-4"]}, 422)
    assert twice["code"] == "invalid.coupon"
    budget = await world.boss.post("/coupons/batch", {**batch, "codes": ["CARD-5"], "budget": 100}, 422)
    assert budget["code"] == "invalid.coupon"  # a percentage of no currency has no budget
    listed = await world.boss.get("/coupons", params={"offer_id": offer["offer_id"], "with_total": True})
    assert listed["total"] == 2
    driver = await world.driver()
    await driver.post("/driver/coupons", {"code": "card-1"})
    coupon = next(each for each in listed["items"] if each["code"] == "CARD-1")
    uses = await world.boss.get(f"/coupons/{coupon['coupon_id']}/uses")
    assert [(use["driver_name"], use["session_id"], use["amount"]) for use in uses["items"]] == [("Ada", None, 0)]
    await world.boss.get(f"/coupons/{'0' * 32}/uses", 404)


async def test_an_offer_is_seen_on_a_receipt_before_it_is_written(world):
    tariff = await world.boss.post("/tariffs", {"name": "Public", "terms": TERMS}, 201)
    five = {"name": "Five", "terms": {"kind": "fixed", "value": "5"}, "currency": "EUR"}
    other = await world.boss.post("/offers", five, 201)
    body = {
        "tariff_id": tariff["tariff_id"], "name": "Ten", "terms": {"kind": "percentage", "value": "10"},
        "energy_wh": 20_000, "duration_s": 3600, "with_offers": [other["offer_id"]],
    }  # fmt: skip
    shown = await world.boss.post("/offers/preview", body)
    assert (shown["tariff_name"], shown["before"]["gross"], shown["after"]["gross"]) == ("Public", 1000, 400)
    assert [(each["name"], each["amount"], each["refusal"]) for each in shown["effects"]] == [
        ("Ten", 100, None), ("Five", 500, None),
    ]  # fmt: skip
    alone = {**body, "terms": {"kind": "percentage", "value": "10", "is_exclusive": True}}
    effects = (await world.boss.post("/offers/preview", alone))["effects"]
    assert [(each["name"], each["refusal"]) for each in effects] == [("Five", None), ("Ten", "another_is_better")]
    yuan = {**body, "currency": "CNY", "with_offers": []}
    assert (await world.boss.post("/offers/preview", yuan))["effects"][0]["refusal"] == "other_currency"
    await world.boss.post("/offers/preview", {**body, "tariff_id": "0" * 32}, 404)
    await world.boss.post("/offers/preview", {**body, "with_offers": ["0" * 32]}, 404)
    over = await world.boss.post("/offers/preview", {**body, "terms": {"kind": "percentage", "value": "101"}}, 422)
    assert over["code"] == "invalid.offer"


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
    terms = {"kind": "percentage", "value": "50"}
    half = {"name": "Half", "terms": terms, "valid_from": period["since"]}
    await world.boss.post("/offers", half, 201)
    reduced = await world.boss.post(f"{path}/what-ifs", period, 202)
    payload = msgspec.json.encode({"what_if_id": reduced["what_if_id"]}).decode()
    await runs.run(msgspec.structs.replace(job, payload_json=payload))
    sums = (await world.boss.get(f"/what-ifs/{reduced['what_if_id']}"))["sum"]
    assert (sums["before"], sums["after"]) == (319, 319), "offers are taken off what it would have cost"
    listed = await world.boss.get("/what-ifs", params={"tariff_id": tariff["tariff_id"]})
    assert reduced["what_if_id"] in [each["what_if_id"] for each in listed["items"]]
    listed["items"] = [each for each in listed["items"] if each["what_if_id"] != reduced["what_if_id"]]
    assert [each["what_if_id"] for each in listed["items"]] == [asked["what_if_id"]]
    backwards = {"since": period["until"], "until": period["since"]}
    assert (await world.boss.post(f"{path}/what-ifs", backwards, 422))["code"] == "invalid.what_if"


async def test_a_company_and_a_group_of_drivers_have_tariffs_and_offers(world):
    site_id = await world.site(world.boss, "Piazza")
    station = await make_station(world, site_id=site_id)
    driver = await world.driver()
    me = await driver.get("/driver/me")
    company = await world.boss.post("/companies", {"name": "Rossi Srl"}, 201)
    await world.boss.expect("PUT", "/token-groups/STAFF", 201, json={"name": "Staff"})
    prices = {"Public": "0.50", "Fleet": "0.40", "Staff": "0.30"}
    terms = {name: _per_kwh(price) for name, price in prices.items()}
    await publish(world, "Public", terms["Public"])
    await publish(world, "Fleet", terms["Fleet"], scope="company", subject=company["company_id"])
    await publish(world, "Staff", terms["Staff"], scope="group", subject="STAFF")

    async def quote():
        return (await driver.get("/driver/stations/ST-1/quote", params={"energy_wh": 10_000}))["tariff_name"]

    assert await quote() == "Public"
    member = f"/companies/{company['company_id']}/drivers/{me['driver_id']}"
    await world.boss.expect("PUT", member, 204, json={"budget": None})
    assert await quote() == "Fleet"
    changed = await world.boss.expect("PATCH", f"/drivers/{me['driver_id']}", 200, json={"group": "staff"})
    assert changed["group"] == "STAFF"
    assert await quote() == "Staff"
    near = await driver.get("/driver/stations", params={"latitude": 45, "longitude": 9})
    assert {each["price"]["now"] for each in near["items"] if each["price"]} in ({"0.3"}, set())
    await world.boss.expect("PUT", "/tokens/AABB", 201, json={"driver_id": me["driver_id"]})
    await charge(world, station, "AABB")
    sessions = await eventually(
        lambda: world.boss.get("/sessions"),
        lambda found: found["items"] and (found["items"][0]["cost"] or {}).get("revision"),
    )
    assert sessions["items"][0]["cost"]["tariff_name"] == "Staff", "a card without a group has that of its driver"
    refused = await world.boss.expect("DELETE", "/token-groups/STAFF", 409)
    assert refused["code"] == "conflict.group_in_use"
    unknown = await world.boss.expect("PATCH", f"/drivers/{me['driver_id']}", 404, json={"group": "NOBODY"})
    assert unknown["code"] == "not_found.group"
    assert (await world.boss.expect("PATCH", f"/drivers/{me['driver_id']}", 200, json={"group": ""}))["group"] is None
    assert await quote() == "Fleet"
    stranger = {"tariff_id": "x", "scope": "company", "subject": "0198c0de"}
    assert (await world.boss.post("/tariff-assignments", stranger, 404))["code"] == "not_found.company"


def _per_kwh(price):
    return TERMS | {"elements": [{"components": [{"dimension": "energy", "price": price, "vat_percent": "22"}]}]}


async def test_assignments_tell_when_they_hold_and_what_they_overlap(world):
    public = await publish(world, "Public")
    night = await publish(world, "Night", _per_kwh("0.20"), scope="operator", **_window(world, 2, 4))
    held = (await world.boss.get("/tariff-assignments"))["items"]
    told = {each["tariff_name"]: (each["is_future"], each["is_over"]) for each in held}
    assert told == {"Public": (False, False), "Night": (True, False)}
    overlaps = {each["tariff_name"]: [(o["tariff_name"], o["is_ruling"]) for o in each["overlaps"]] for each in held}
    assert overlaps == {"Public": [("Night", True)], "Night": [("Public", False)]}
    body = {"tariff_id": public["tariff_id"], "scope": "operator", **_window(world, 6, 8)}
    later = await world.boss.post("/tariff-assignments", body, 201)
    assert [each["tariff_name"] for each in later["overlaps"]] == ["Public"], "that of two hours between is over then"
    ended = await world.boss.expect("DELETE", f"/tariff-assignments/{later['assignment_id']}", 200)
    assert (ended["is_over"], ended["is_future"], ended["overlaps"]) == (True, False, [])
    left = await world.boss.get("/tariff-assignments", params={"is_over": False, "tariff_id": night["tariff_id"]})
    assert [each["is_future"] for each in left["items"]] == [True]


def _window(world, begin_h, end_h):
    now = world.house.clock.now()
    names = {"valid_from": begin_h, "valid_until": end_h}
    return {name: (now + timedelta(hours=hours)).isoformat() for name, hours in names.items()}


async def test_refused_terms_tell_every_rule_that_they_break_and_where(world):
    terms = {
        "currency": "EUR",
        "elements": [
            {
                "components": [{"dimension": "energy", "price": "-1"}],
                "restrictions": {"min_energy_wh": 5, "max_energy_wh": 5, "period": "peak"},
            }
        ],
        "min_price": {"after_taxes": "9"},
        "max_price": {"after_taxes": "8"},
    }
    broken = {
        ("body.terms.elements[0].components[0].price", "negative"),
        ("body.terms.elements[0].restrictions.max_energy_wh", "empty_range"),
        ("body.terms.max_price.after_taxes", "empty_range"),
        ("body.terms.tables", "no_table"),
    }
    for path, body in (("/tariffs/preview", {"terms": terms}), ("/tariffs", {"name": "Odd", "terms": terms})):
        refused = await world.boss.post(path, body, 422)
        assert (refused["code"], refused["facts"]["problems"]) == ("invalid.tariff", 4)
        assert {(each["field"], each["code"]) for each in refused["errors"]} == broken, path


@pytest.mark.parametrize(
    ("terms", "codes"),
    [
        ({"elements": [{"components": [{"dimension": "energy", "price": "0"}]}]}, {"free"}),
        (TERMS | {"tables": [{"slots": "F" * 48}]}, {"unused_table"}),
        (
            {
                "elements": [
                    {
                        "components": [{"dimension": "energy", "price": "1"}],
                        "restrictions": {"start_time": "08:00", "end_time": "20:00"},
                    }
                ]
            },
            {"gap"},
        ),
    ],
)
async def test_a_preview_tells_what_is_odd(world, terms, codes):
    shown = await world.boss.post("/tariffs/preview", {"terms": {"currency": "EUR"} | terms}, 200)
    assert {each["code"] for each in shown["remarks"]} == codes
    assert {tuple(sorted(each)) for each in shown["remarks"]} == {("code", "other", "path", "time", "weekday")}
