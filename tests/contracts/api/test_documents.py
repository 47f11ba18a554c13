"""Documents over the API: from a session that was priced to its receipt as PDF, an invoice, and a request."""

import asyncio

import pytest

from busbar.canon.tenants import Role
from tests.contracts.api.routes import TERMS

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
    for _ in range(200):
        items = (await boss.get("/documents", params={"kind": "receipt"}))["items"]
        if items:
            break
        await asyncio.sleep(0.05)
    return items[0]


async def test_a_receipt_an_invoice_and_a_credit_note(world, receipt):
    boss = world.boss
    assert (receipt["reference"][:1], receipt["currency"]) == ("R", "EUR")
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


async def test_the_report_sums_what_was_priced(world, receipt):
    report = await world.boss.get(
        "/reports/revenue", params=PERIOD | {"group_by": "tariff", "electricity_price": "0.2"}
    )
    (row,) = report["rows"]
    assert (row["name"], row["sessions"], row["totals"]["gross"]) == ("Day", 1, receipt["gross"])
    assert row["margin"] == row["totals"]["net"] - row["electricity_cost"]
    sheet = await world.boss("GET", "/reports/revenue/xlsx", params=PERIOD)
    assert sheet.content[:2] == b"PK"
