"""Documents over the API: from a session that was priced to its receipt as PDF, an invoice, and a request."""

import asyncio

import pytest

from busbar.canon.tenants import Role
from tests.contracts.api.routes import TERMS
from tests.patience import HANG_LIMIT_S

PERIOD = {"since": "2020-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z"}
BUYER = {
    "name": "Rossi Srl", "vat_id": "IT01234567890", "street": "Via Roma 1", "postcode": "10121", "city": "Torino",
    "province": "TO", "country": "IT",
}  # fmt: skip
SELLER = BUYER | {"name": "Busbar Srl", "vat_id": "IT12345670017"}


@pytest.fixture
async def receipt(world):
    """The receipt of a session of 10 kWh under a tariff of 0.50 a kWh."""
    boss = world.boss
    await boss.expect("PUT", "/invoice-profile", 200, json={"seller": SELLER, "zone": "Europe/Rome", "language": "it"})
    tariff = await boss.post("/tariffs", {"name": "Day", "terms": TERMS}, 201)
    await boss.post(f"/tariffs/{tariff['tariff_id']}/publish", {})
    await boss.post("/tariff-assignments", {"tariff_id": tariff["tariff_id"], "scope": "operator"}, 201)
    await boss.expect("PUT", "/tokens/TAG", 201, json={})
    station = await world.station(boss, "CP-1")
    await station.connect()
    ref = await station.start("TAG", at=world.house.clock.now())
    await station.stop(ref, at=world.house.clock.now(), register_wh=11_000)
    return await find_receipt(boss)


async def find_receipt(boss):
    """Wait for the first receipt."""
    async with asyncio.timeout(HANG_LIMIT_S):
        while True:
            items = (await boss.get("/documents", params={"kind": "receipt"}))["items"]
            if items:
                return items[0]
            await asyncio.sleep(0.05)


async def test_a_receipt_an_invoice_and_a_credit_note(world, receipt):
    boss = world.boss
    assert (receipt["reference"][:1], receipt["currency"]) == ("R", "EUR")
    whole = await boss.get(f"/documents/{receipt['document_id']}")
    assert (whole["tariff_name"], whole["tariff_version"]) == ("Day", 1)
    pdf = await boss("GET", f"/documents/{receipt['document_id']}/pdf")
    assert (pdf.status_code, pdf.content[:5]) == (200, b"%PDF-")
    invoice = await boss.post("/invoices", {"session_ids": [receipt["session_id"]], "buyer": BUYER}, 201)
    assert (invoice["gross"], invoice["buyer"]["name"]) == (receipt["gross"], "Rossi Srl")
    for syntax in ("ubl", "cii", "fatturapa"):
        xml = await boss("GET", f"/documents/{invoice['document_id']}/xml", params={"syntax": syntax})
        assert (xml.status_code, xml.content[:5]) == (200, b"<?xml"), xml.text
    note = await boss.post(f"/documents/{invoice['document_id']}/credit", {"reason": "wrong buyer"}, 201)
    assert (note["gross"], note["credited_reference"]) == (-invoice["gross"], invoice["reference"])
    viewer = await world.key(Role.VIEWER)
    refused = await viewer("POST", f"/documents/{receipt['document_id']}/credit", json={"reason": "x"})
    assert refused.status_code == 403


@pytest.mark.every_database
async def test_one_tax_from_the_quote_to_the_books_where_the_tariff_names_none(world):
    boss = world.boss
    place = {"time_zone": "Europe/Rome", "country": "IT", "latitude": 45.4, "longitude": 9.2}
    site = await boss.post("/sites", {"name": "Milan", **place}, 201)
    rules = [
        {"site_id": site["site_id"], "kind": "energy", "percent": "10", "category": "S"},
        {"percent": "22", "category": "S"},
    ]
    profile = {"seller": SELLER, "zone": "Europe/Rome", "tax_rules": rules}
    await boss.expect("PUT", "/invoice-profile", 200, json=profile)
    parts = [{"dimension": "energy", "price": "0.50"}, {"dimension": "flat", "price": "1"}]
    terms = {"currency": "EUR", "tax_included": "yes", "elements": [{"components": parts}]}
    tariff = await boss.post("/tariffs", {"name": "Open", "terms": terms}, 201)
    await boss.post(f"/tariffs/{tariff['tariff_id']}/publish", {})
    await boss.post("/tariff-assignments", {"tariff_id": tariff["tariff_id"], "scope": "operator"}, 201)
    await boss.expect("PUT", "/tokens/TAG", 201, json={})
    station = await world.station(boss, "CP-1")
    await boss.expect("PATCH", "/stations/CP-1", 200, json={"site_id": site["site_id"]})
    await station.connect()
    quoted = (await boss.get("/stations/CP-1/quote", params={"energy_wh": 10_000}))["example"]
    assert (quoted["gross"], quoted["tax"]) == (600, 45 + 18)  # 5.00 at 10 %, 1.00 at 22 %
    previewed = await boss.post("/tariffs/preview", {"terms": terms, "energy_wh": 10_000}, 200)
    assert previewed["example"]["tax"] == 90 + 18  # at no site in particular
    ref = await station.start("TAG", at=world.house.clock.now())
    await station.stop(ref, at=world.house.clock.now(), register_wh=11_000)
    receipt = await find_receipt(boss)
    assert (receipt["gross"], receipt["tax"]) == (600, 63)
    whole = await boss.get(f"/documents/{receipt['document_id']}")
    assert {(each["category"], each["vat_percent"], each["tax"]) for each in whole["taxes"]} == {
        ("S", "10", 45), ("S", "22", 18),
    }  # fmt: skip
    balance = await boss.get("/ledger/trial-balance")
    assert [each["balance"] for each in balance["lines"] if each["kind"] == "taxes"] == [63]


@pytest.mark.every_database
async def test_the_report_sums_what_was_priced(world, receipt):
    report = await world.boss.get(
        "/reports/revenue", params=PERIOD | {"group_by": "tariff", "electricity_price": "0.2"}
    )
    (row,) = report["rows"]
    assert (row["name"], row["sessions"], row["totals"]["gross"]) == ("Day", 1, receipt["gross"])
    assert row["margin"] == row["totals"]["net"] - row["electricity_cost"]
    sheet = await world.boss("GET", "/reports/revenue/xlsx", params=PERIOD)
    assert sheet.content[:2] == b"PK"
    paper = await world.boss("GET", "/reports/revenue/pdf", params=PERIOD | {"electricity_price": "0.2"})
    assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
    today = world.house.clock.now().date().isoformat()
    keys = {
        "day": today,
        "month": today[:7],
        "connector": "CP-1/1-1",
        "station": "CP-1",
        "site": "",
        "customer_group": "",
    }
    for group_by, key in keys.items():
        (one,) = (await world.boss.get("/reports/revenue", params=PERIOD | {"group_by": group_by}))["rows"]
        assert (one["key"], one["totals"]) == (key, row["totals"]), group_by
    filters = {"tariff_id": row["key"], "station_id": "CP-1", "evse_id": 1}
    for name, value in filters.items():
        assert len((await world.boss.get("/reports/revenue", params=PERIOD | {name: value}))["rows"]) == 1, name
    for name, value in {
        "tariff_id": "x",
        "customer_group": "x",
        "evse_id": 2,
        "driver_id": "x",
        "site_id": "x",
    }.items():
        assert (await world.boss.get("/reports/revenue", params=PERIOD | {name: value}))["rows"] == [], name
