"""What electricity costs the operator: entered, reckoned by the half-hours of sessions, shown in reports."""

from datetime import UTC, datetime, timedelta

import pytest

from busbar.app.costing import Costing
from tests.contracts.api.conftest import eventually

pytestmark = pytest.mark.every_database

TERMS = {
    "currency": "EUR",
    "tax_included": "no",
    "elements": [{"components": [{"dimension": "energy", "price": "0.5"}]}],
}
DAY = "V" * 14 + "F" * 4 + "P" * 22 + "F" * 6 + "V" * 2
PRICES = {"peak": "0.30", "flat": "0.20", "valley": "0.10"}


def body(**given):
    return {"name": "Grid", "valid_from": "2020-01-01", "prices": PRICES, "days": [{"slots": DAY}]} | given


async def charge(world, station, *, begin):
    """Charge for an hour: 1 kWh in the first half, 3 kWh in the second."""
    ref = await station.start("CARD-1", at=begin)
    await station.sample(ref, at=begin + timedelta(minutes=30), energy_wh=2000, power_w=2000)
    await station.stop(ref, at=begin + timedelta(hours=1), register_wh=5000)


async def test_a_report_knows_cost_and_margin(world):
    site_id = await world.site(world.boss, "Piazza")
    station = await world.station(world.boss, "ST-1", site_id=site_id)
    await station.connect()
    await world.boss.expect("PUT", "/tokens/CARD-1", 201, json={})
    tariff = await world.boss.post("/tariffs", {"name": "T", "terms": TERMS}, 201)
    await world.boss.post(f"/tariffs/{tariff['tariff_id']}/publish", {})
    await world.boss.post("/tariff-assignments", {"tariff_id": tariff["tariff_id"], "scope": "operator"}, 201)
    await charge(world, station, begin=datetime(2026, 3, 5, 7, 30, tzinfo=UTC))  # 8:30 to 9:30 in Rome: flat, then peak
    period = {"since": "2026-03-01T00:00:00Z", "until": "2026-04-01T00:00:00Z"}

    async def read_sums():
        await Costing(world.house.databases, page=1).run()
        return (await world.boss.get("/reports/revenue", params=period))["sums"]

    (bare,) = await eventually(read_sums, bool)
    assert (bare["electricity_cost"], bare["margin"], bare["costed_wh"]) == (None, None, 0)

    made = await world.boss.post("/purchase-tariffs", body(), 201)
    assert (await world.boss.get("/purchase-tariffs"))["due"] == 1
    (row,) = await read_sums()
    assert (row["totals"]["net"], row["electricity_cost"], row["margin"], row["costed_wh"]) == (200, 110, 90, 4000)
    assert (await world.boss.get("/purchase-tariffs"))["due"] == 0

    there = body(site_id=site_id, prices={"flat": "0.1"}, days=[{"slots": "F" * 48}])
    own = await world.boss.post("/purchase-tariffs", there, 201)
    assert own["site_name"] == "Piazza"
    (row,) = await read_sums()
    assert (row["electricity_cost"], row["margin"]) == (40, 160)

    path = f"/purchase-tariffs/{own['purchase_id']}"
    later = body(site_id=site_id, valid_from="2026-03-06")
    assert (await world.boss.expect("PUT", path, 200, json=later))["valid_from"] == "2026-03-06"
    (row,) = await read_sums()
    assert row["electricity_cost"] == 110, "before its day the operator's holds"
    await world.boss.expect("DELETE", f"/purchase-tariffs/{made['purchase_id']}", 204)
    (row,) = await read_sums()
    assert (row["electricity_cost"], row["costed_wh"]) == (None, 0)

    await charge(world, station, begin=datetime(2026, 3, 9, 11, tzinfo=UTC))  # a new session is reckoned by itself
    (row,) = await eventually(read_sums, lambda sums: sums[0]["costed_wh"])
    assert (row["sessions"], row["electricity_cost"], row["costed_wh"]) == (2, 120, 4000)
    flat = await world.boss.get("/reports/revenue", params=period | {"electricity_price": "0.25"})
    assert (flat["sums"][0]["electricity_cost"], flat["sums"][0]["costed_wh"]) == (200, 8000)


async def test_what_cannot_be_bought_at_is_refused(world):
    made = await world.boss.post("/purchase-tariffs", body(), 201)
    assert (await world.boss.post("/purchase-tariffs", body(), 409))["code"] == "conflict.purchase"
    missing = body(prices={"flat": "0.1"}, valid_from="2021-01-01")
    assert (await world.boss.post("/purchase-tariffs", missing, 422))["code"] == "invalid.purchase"
    for wrong in (body(days=[{"slots": "F"}]), body(prices={"flat": "0.1234567"}), body(days=[])):
        await world.boss.post("/purchase-tariffs", wrong, 422)
    somewhere = body(site_id="0" * 32, valid_from="2021-01-01")
    assert (await world.boss.post("/purchase-tariffs", somewhere, 404))["code"] == "not_found.site"
    gone = f"/purchase-tariffs/{made['purchase_id']}"
    await world.boss.expect("DELETE", gone, 204)
    assert (await world.boss.get(gone, 404))["code"] == "not_found.purchase"
    assert (await world.boss.expect("PUT", gone, 404, json=body()))["code"] == "not_found.purchase"
