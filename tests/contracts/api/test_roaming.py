"""Roaming over the API: partners, their tokens, and the tariff that holds for them."""

import json
from decimal import Decimal

import msgspec
import pytest
from sqlalchemy import select

from busbar.canon.facts import decode_fact
from busbar.canon.message import Command
from busbar.canon.sessions import SessionEnded
from busbar.canon.tenants import Role
from busbar.db.messaging import outbox
from tests.contracts.api.conftest import eventually
from tests.contracts.api.test_charge import charge, make_station
from tests.contracts.api.test_tariffs import TERMS, publish

pytestmark = pytest.mark.every_database

STRADA = {"name": "Strada Mobile", "country_code": "it", "party_id": "str"}


class Announce(Command[None], frozen=True, kw_only=True):
    """Tell a fact within the unit of work of a real core."""

    fact: SessionEnded


def per_kwh(price):
    return TERMS | {"elements": [{"components": [{"dimension": "energy", "price": price, "vat_percent": "22"}]}]}


async def test_a_partner_is_added_changed_and_found(world):
    partner = await world.boss.post("/partners", STRADA, 201)
    assert (partner["country_code"], partner["party_id"], partner["token_count"]) == ("IT", "STR", 0)
    path = f"/partners/{partner['partner_id']}"
    assert await world.boss.get(path) == partner
    taken = await world.boss.post("/partners", STRADA | {"name": "Another"}, 409)
    assert (taken["code"], taken["facts"]["partner_id"]) == ("conflict.partner_party", partner["partner_id"])
    await world.boss.post("/partners", {"name": "Auto Welt", "country_code": "DE", "party_id": "STR"}, 201)
    changed = await world.boss.expect("PUT", path, 200, json=STRADA | {"name": "Strada", "is_active": False})
    assert (changed["name"], changed["is_active"]) == ("Strada", False)
    names = [each["name"] for each in (await world.boss.get("/partners"))["items"]]
    assert names == ["Auto Welt", "Strada"]
    found = await world.boss.get("/partners", params={"q": "str", "is_active": False})
    assert [each["name"] for each in found["items"]] == ["Strada"]
    missing = await world.boss.expect("PUT", "/partners/none", 404, json=STRADA)
    assert missing["code"] == "not_found.partner"
    other = await world.key(Role.ADMIN, operator_id=await world.operator("other"))
    assert (await other.get(path, 404))["code"] == "not_found.partner"
    await other.post("/partners", STRADA, 201)
    entries = (await world.boss.get("/audit", params={"subject": f"partner:{partner['partner_id']}"}))["items"]
    assert [each["action"] for each in entries] == ["partner.change", "partner.create"]


async def test_who_may_decide_about_partners(world):
    viewer, support = await world.key(Role.VIEWER), await world.key(Role.SUPPORT)
    assert (await viewer.get("/partners"))["items"] == []
    assert (await support.post("/partners", STRADA, 403))["code"] == "denied.permission"
    manager = await world.key(Role.MANAGER)
    await manager.post("/partners", STRADA, 201)
    assert await viewer.get("/roaming-party") == {"country_code": None, "party_id": None}
    body = {"country_code": "it", "party_id": "bus"}
    assert (await support.expect("PUT", "/roaming-party", 403, json=body))["code"] == "denied.permission"
    own = await manager.expect("PUT", "/roaming-party", 200, json=body)
    assert own == {"country_code": "IT", "party_id": "BUS"} == await viewer.get("/roaming-party")


async def test_a_token_is_a_partners_or_a_drivers(world):
    partner = await world.boss.post("/partners", STRADA, 201)
    body = {"partner_id": partner["partner_id"], "contract_id": "IT-STR-C00000001-X"}
    token = await world.boss.expect("PUT", "/tokens/AABB", 201, json=body)
    assert (token["partner_name"], token["contract_id"], token["driver_id"]) == (
        "Strada Mobile",
        body["contract_id"],
        None,
    )
    assert (await world.boss.get(f"/partners/{partner['partner_id']}"))["token_count"] == 1
    listed = await world.boss.get("/tokens", params={"partner_id": partner["partner_id"]})
    assert [each["value"] for each in listed["items"]] == ["AABB"]
    driver = await world.boss.post("/drivers", {"display_name": "Ada"}, 201)
    for wrong in (body | {"driver_id": driver["driver_id"]}, {"contract_id": "IT-STR-1"}):
        assert (await world.boss.expect("PUT", "/tokens/AABB", 422, json=wrong))["code"] == "invalid.token_partner"
    nobody = await world.boss.expect("PUT", "/tokens/AABB", 404, json={"partner_id": "none"})
    assert nobody["code"] == "not_found.partner"
    new = await world.boss.post("/tokens/AABB/replace", {"value": "CCDD"}, 201)
    assert (new["partner_id"], new["contract_id"]) == (partner["partner_id"], body["contract_id"])
    left = await world.boss.expect("PATCH", "/tokens/CCDD", 200, json={"partner_id": None})
    assert (left["partner_id"], left["contract_id"]) == (None, "")


async def test_the_tokens_of_a_partner_that_is_not_active_are_refused(world):
    station = await make_station(world)
    partner = await world.boss.post("/partners", STRADA, 201)
    await world.boss.expect("PUT", "/tokens/AABB", 201, json={"partner_id": partner["partner_id"]})
    path = f"/partners/{partner['partner_id']}"
    assert (await station.authorize("AABB")).verdict == "accepted"
    await world.boss.expect("PUT", path, 200, json=STRADA | {"is_active": False})
    assert (await station.authorize("AABB")).verdict == "blocked"
    await world.boss.expect("PUT", path, 200, json=STRADA)
    assert (await station.authorize("AABB")).verdict == "accepted"


async def test_a_tariff_of_a_partner_holds_for_sessions_of_its_tokens(world):
    station = await make_station(world)
    partner = await world.boss.post("/partners", STRADA, 201)
    await world.boss.expect("PUT", "/tokens/AABB", 201, json={"partner_id": partner["partner_id"]})
    await world.boss.expect("PUT", "/tokens/EEFF", 201, json={})
    await publish(world, "Public", per_kwh("0.50"))
    await publish(world, "Here", per_kwh("0.45"), scope="station", subject="ST-1")
    stranger = {"tariff_id": "x", "scope": "partner", "subject": "0198c0de"}
    assert (await world.boss.post("/tariff-assignments", stranger, 404))["code"] == "not_found.partner"
    await publish(world, "Strada", per_kwh("0.40"), scope="partner", subject=partner["partner_id"])
    (held,) = (await world.boss.get("/tariff-assignments", params={"scope": "partner"}))["items"]
    assert (held["subject_name"], held["tariff_name"]) == ("Strada Mobile", "Strada")
    for token in ("AABB", "EEFF"):
        await charge(world, station, token)
    sessions = await eventually(
        lambda: world.boss.get("/sessions"),
        lambda found: len(found["items"]) == 2 and all((each["cost"] or {}).get("revision") for each in found["items"]),
    )
    assert {each["id_token"]: each["cost"]["tariff_name"] for each in sessions["items"]} == {
        "AABB": "Strada",
        "EEFF": "Here",
    }


WHOLE = {
    "currency": "EUR",
    "tax_included": "no",
    "elements": [
        {
            "components": [
                {"dimension": "flat", "price": "0.35", "vat_percent": "22"},
                {"dimension": "energy", "price": "0.4567", "vat_percent": "22"},
                {"dimension": "time", "price": "1.10", "vat_percent": "22"},
            ]
        }
    ],
    "min_price": {"before_taxes": "5.00"},
}


async def charge_for_partner(world, **own):
    """Let a partner's driver charge once; return the partner, the session as priced, and its records."""
    site_id = await world.site(world.boss, "Piazza")
    station = await make_station(world, site_id=site_id)
    partner = await world.boss.post("/partners", STRADA, 201)
    if own:
        await world.boss.expect("PUT", "/roaming-party", 200, json=own)
    body = {"partner_id": partner["partner_id"], "contract_id": "IT-STR-C00000001-X"}
    await world.boss.expect("PUT", "/tokens/AABB", 201, json=body)
    await publish(world, "Strada", WHOLE, scope="partner", subject=partner["partner_id"])
    await charge(world, station, "AABB")
    records = await eventually(lambda: world.boss.get("/cdrs"), lambda found: found["items"])
    (session,) = (await world.boss.get("/sessions"))["items"]
    return partner, session, records["items"]


async def read_cdr(world, cdr_id, version):
    response = await world.boss("GET", f"/cdrs/{cdr_id}", params={"version": version})
    assert response.status_code == 200, response.text
    assert f"cdr-{cdr_id}-ocpi-{version}.json" in response.headers["Content-Disposition"]
    return json.loads(response.text, parse_float=Decimal, parse_int=Decimal)


async def test_a_partners_session_becomes_a_record_whose_sums_are_its_price(world):
    partner, session, (record,) = await charge_for_partner(world, country_code="IT", party_id="BUS")
    cost = session["cost"]
    assert (record["net"], record["tax"], record["gross"]) == (cost["net"], cost["tax"], cost["gross"])
    assert (record["partner_name"], record["is_credit"], record["revision"]) == ("Strada Mobile", False, 1)
    net, gross = (Decimal(cost[name]).scaleb(-2) for name in ("net", "gross"))
    old, new = [await read_cdr(world, record["cdr_id"], version) for version in ("2.2.1", "2.3.0")]
    assert old["total_cost"] == {"excl_vat": net, "incl_vat": gross}
    assert new["total_cost"]["before_taxes"] == net == 5
    assert net + sum(each["amount"] for each in new["total_cost"]["taxes"]) == gross
    for cdr in (old, new):
        assert (cdr["country_code"], cdr["party_id"], cdr["session_id"]) == ("IT", "BUS", session["session_id"])
        assert cdr["cdr_token"] == {
            "country_code": "IT", "party_id": "STR", "uid": "AABB", "type": "RFID", "contract_id": "IT-STR-C00000001-X"
        }  # fmt: skip
        place = cdr["cdr_location"]
        assert (place["name"], place["city"], place["country"]) == ("Piazza", "Torino", "ITA")
        assert place["coordinates"] == {"latitude": "45.070000", "longitude": "7.690000"}
        assert (place["evse_id"], place["connector_standard"]) == ("IT*BUS*EST1*1", "IEC_62196_T2")
        assert cdr["total_energy"] == Decimal(session["energy_wh"]).scaleb(-3)
        assert sum_dimension(cdr, "ENERGY") == cdr["total_energy"]
        assert sum_dimension(cdr, "TIME") + sum_dimension(cdr, "PARKING_TIME") == cdr["total_time"] == Decimal("0.5")
        assert "minimum" in cdr["remark"]
        (tariff,) = cdr["tariffs"]
        assert [each["type"] for each in tariff["elements"][0]["price_components"]] == ["FLAT", "ENERGY", "TIME"]
        assert tariff["elements"][0]["price_components"][1]["price"] == Decimal("0.4567")
    assert old["total_fixed_cost"] == {"excl_vat": Decimal("0.35"), "incl_vat": old["total_fixed_cost"]["incl_vat"]}
    found = await world.boss.get("/cdrs", params={"partner_id": partner["partner_id"], "until": record["made_at"]})
    assert found["items"] == []
    found = await world.boss.get("/cdrs", params={"session_id": session["session_id"], "since": record["made_at"]})
    assert [each["cdr_id"] for each in found["items"]] == [record["cdr_id"]]
    assert (await world.boss.get("/cdrs/none", 404))["code"] == "not_found.cdr"


def sum_dimension(cdr, kind):
    return sum(each["volume"] for one in cdr["charging_periods"] for each in one["dimensions"] if each["type"] == kind)


async def test_a_record_waits_for_what_the_operator_is_called(world):
    _partner, _session, (record,) = await charge_for_partner(world)
    path = f"/cdrs/{record['cdr_id']}"
    assert (await world.boss.get(path, 409))["code"] == "conflict.own_party"
    await world.boss.expect("PUT", "/roaming-party", 200, json={"country_code": "IT", "party_id": "BUS"})
    assert (await world.boss.get(path))["party_id"] == "BUS"


async def correct(world, *, energy_wh):
    """Let the record of the session that ended be another: so much more."""
    async with world.house.databases.read() as connection:
        bodies = (await connection.execute(select(outbox.c.body))).scalars().all()
    (ended,) = (fact for fact in map(decode_fact, bodies) if isinstance(fact, SessionEnded))
    record = msgspec.structs.replace(ended.record, energy_wh=ended.record.energy_wh + energy_wh)

    async def tell(message, work):
        work.tell(message.fact)

    world.house.core.register({Announce: tell})
    await world.house.core.dispatch(Announce(fact=msgspec.structs.replace(ended, record=record, is_correction=True)))


async def test_a_corrected_price_takes_the_record_back_and_makes_another(world):
    _partner, session, (first,) = await charge_for_partner(world, country_code="IT", party_id="BUS")
    before = await read_cdr(world, first["cdr_id"], "2.2.1")
    await correct(world, energy_wh=20_000)
    listed = await eventually(lambda: world.boss.get("/cdrs"), lambda found: len(found["items"]) == 3)
    credit = next(each for each in listed["items"] if each["is_credit"])
    second = next(each for each in listed["items"] if not each["is_credit"] and each["cdr_id"] != first["cdr_id"])
    assert (credit["gross"], credit["credited_id"]) == (-first["gross"], first["cdr_id"])
    cost = (await world.boss.get(f"/sessions/{session['session_id']}"))["cost"]
    assert sum(each["gross"] for each in listed["items"]) == second["gross"] == cost["gross"] > first["gross"]
    taken_back = await read_cdr(world, credit["cdr_id"], "2.2.1")
    assert (taken_back["credit"], taken_back["credit_reference_id"]) == (True, first["cdr_id"])
    assert taken_back["total_cost"] == {name: -amount for name, amount in before["total_cost"].items()}
    assert taken_back["charging_periods"] == before["charging_periods"]
    assert await read_cdr(world, first["cdr_id"], "2.2.1") == before, "a record is never changed"


async def test_what_a_partners_session_costs_is_owed_by_the_partner(world):
    await world.boss.expect("PUT", "/ledger/terms", 200, json={"mode": "postpaid"})
    partner, session, records = await charge_for_partner(world, country_code="IT", party_id="BUS")
    debts = await eventually(lambda: world.boss.get("/receivables"), lambda found: found["items"])
    (debt,) = debts["items"]
    assert (debt["debtor"], debt["debtor_name"]) == (f"partner:{partner['partner_id']}", "Strada Mobile")
    documents = await eventually(lambda: world.boss.get("/documents"), lambda found: found["items"])
    told = {debt["amount"], session["cost"]["gross"], records[0]["gross"], documents["items"][0]["gross"]}
    assert len(told) == 1, "debt, price, record and receipt are equal to the cent"
    paid = {"debtor": debt["debtor"], "amount": debt["amount"], "reference": "Strada, March"}
    await world.boss.post("/bank-payments", paid, 201)
    (settled,) = (await world.boss.get("/receivables"))["items"]
    assert settled["state"] == "settled"
