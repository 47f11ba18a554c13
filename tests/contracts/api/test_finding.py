"""Drivers find stations: open now, and at which price."""

from datetime import timedelta

import pytest

from tests.contracts.api.conftest import Door
from tests.contracts.api.test_tariffs import TERMS, publish

pytestmark = pytest.mark.every_database

HOURS = {
    "is_always": False,
    "regular": [{"weekday": day, "begins": "08:00", "ends": "20:00"} for day in range(1, 8)],
}
CHEAP = {**TERMS, "elements": [{"components": [{"dimension": "energy", "price": "0.30", "vat_percent": "22"}]}]}
YUAN = {**CHEAP, "currency": "CNY"}
BUILT = {
    "registration": "accepted",
    "connectors": [{"evse_id": n, "kind": "type2", "power_kind": "ac3", "max_power_w": 22_000} for n in (1, 2)],
}


async def add(world, station_id, site_id):
    return await world.boss.post("/stations", {"station_id": station_id, "site_id": site_id} | BUILT, 201)


async def find(world, **query):
    found = await Door(world.http).get("/driver/stations", params=query)
    return {each["station_id"]: each for each in found["items"]}


async def test_hours_are_entered_kept_and_shown(world):
    site_id = await world.site(world.boss, "Piazza")
    path = f"/sites/{site_id}"
    assert (await world.boss.get(path))["hours"] == {"is_always": True, "regular": [], "openings": [], "closings": []}
    closing = {"begins_at": "2026-12-24T11:00:00Z", "ends_at": "2026-12-27T00:00:00Z"}
    hours = HOURS | {"closings": [closing]}
    changed = await world.boss.expect("PATCH", path, 200, json={"hours": hours})
    assert changed["hours"]["regular"] == HOURS["regular"]
    assert changed["hours"]["closings"] == [closing]
    renamed = await world.boss.expect("PATCH", path, 200, json={"name": "Largo"})
    assert renamed["hours"] == changed["hours"]  # what is left out stays
    for odd in (
        {"is_always": True, "regular": HOURS["regular"]},
        {"is_always": False, "regular": [{"weekday": 1, "begins": "20:00", "ends": "08:00"}]},
        {"is_always": False, "regular": [HOURS["regular"][0]] * 2},
    ):
        refused = await world.boss.expect("PATCH", path, 422, json={"hours": odd})
        assert refused["code"] == "invalid.site"
    for odd in ({"regular": [{"weekday": 9, "begins": "25:00", "ends": "8"}]}, {"closings": [{"begins_at": "x"}]}):
        assert (await world.boss.expect("PATCH", path, 422, json={"hours": odd}))["code"] == "invalid.request"


async def test_a_driver_sees_whether_a_station_is_open_and_finds_only_open_ones(world):
    now = world.house.clock.now()
    always, closed = await world.site(world.boss, "Always"), await world.site(world.boss, "Closed")
    away = {"begins_at": (now - timedelta(hours=1)).isoformat(), "ends_at": (now + timedelta(hours=1)).isoformat()}
    await world.boss.expect("PATCH", f"/sites/{closed}", 200, json={"hours": {"closings": [away]}})
    await add(world, "ST-1", always)
    await add(world, "ST-2", closed)
    found = await find(world)
    assert {name: each["is_open"] for name, each in found.items()} == {"ST-1": True, "ST-2": False}
    assert found["ST-1"]["changes_at"] is None
    assert found["ST-2"]["changes_at"] is not None
    assert set(await find(world, is_open=True)) == {"ST-1"}
    assert set(await find(world, is_open=False)) == {"ST-2"}
    shown = await Door(world.http).get("/driver/stations/ST-2")
    assert (shown["is_open"], shown["time_zone"], len(shown["hours"]["closings"])) == (False, "Europe/Rome", 1)


async def test_stations_tell_one_example_price_and_are_chosen_by_it(world):
    sites = {name: await world.site(world.boss, name) for name in ("Dear", "Cheap", "Yuan", "Free")}
    for name, site_id in sites.items():
        await add(world, name, site_id)
    await publish(world, "Dear", TERMS, scope="site", subject=sites["Dear"])
    cheap = await publish(world, "Cheap", CHEAP, scope="site", subject=sites["Cheap"])
    await publish(world, "Yuan", YUAN, scope="site", subject=sites["Yuan"])
    prices = {name: each["price"] for name, each in (await find(world)).items()}
    assert prices["Free"] is None
    assert (prices["Dear"]["gross"], prices["Dear"]["currency"], prices["Dear"]["energy_wh"]) == (1500, "EUR", 30_000)
    assert (prices["Cheap"]["gross"], prices["Cheap"]["is_from"]) == (900, False)
    quote = await Door(world.http).get("/driver/stations/Cheap/quote")
    assert quote["example"]["gross"] == 900  # the list and the page say the same
    assert set(await find(world, max_price=1000, price_currency="EUR")) == {"Cheap", "Free"}
    assert set(await find(world, max_price=1000, price_currency="CNY")) == {"Yuan", "Free"}
    one = await Door(world.http).get(
        "/driver/stations", params={"max_price": 1000, "price_currency": "EUR", "limit": 1}
    )
    assert (len(one["items"]), one["is_truncated"]) == (1, True)
    refused = await Door(world.http).get("/driver/stations", 422, params={"max_price": 1000})
    assert refused["code"] == "invalid.request"

    body = {"tariff_id": cheap["tariff_id"], "scope": "connector", "subject": "Dear/2/1"}
    await world.boss.post("/tariff-assignments", body, 201)
    dear = (await find(world))["Dear"]["price"]
    assert (dear["gross"], dear["is_from"]) == (900, True)
