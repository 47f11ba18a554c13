"""A charge from start to receipt through the API: what staff see of it, and what the driver sees."""

from datetime import timedelta

import pytest

from busbar.canon.control import CommandOutcome, Outcome, RemoteStart, RemoteStop
from busbar.canon.stations import ConnectorStatus
from tests.contracts.api.conftest import Door, eventually

pytestmark = pytest.mark.every_database


async def make_station(world, station_id="ST-1", **options):
    station = await world.station(world.boss, station_id, **options)
    await station.connect(connectors=options.get("evses", 1))
    return station


async def charge(world, station, token, *, minutes=30, end_wh=7379):
    """One whole charge in the past, as the station tells it."""
    began = world.house.clock.now() - timedelta(hours=1)
    ref = await station.start(token, at=began)
    for minute in range(0, minutes + 1, 5):
        at = began + timedelta(minutes=minute)
        await station.sample(ref, at=at, energy_wh=1000 + minute * 200, power_w=12_000 - minute)
    await station.stop(ref, at=began + timedelta(minutes=minutes), register_wh=end_wh)
    return ref


async def test_an_operator_starts_and_ends_a_charge(world):
    site_id = await world.site(world.boss, "Piazza")
    station = await make_station(world, site_id=site_id)
    await world.boss.expect("PUT", "/tokens/AABB", 201, json={"label": "van"})
    wish = {"station_id": "ST-1", "evse_id": 1, "id_token": {"value": "aabb"}}
    session = await world.boss.post("/sessions", wish, 202)
    session_id = session["session_id"]
    assert session["is_open"]

    waiting = await eventually(
        lambda: world.boss.get(f"/sessions/{session_id}"), lambda found: found["state"] == "waiting"
    )
    assert [step["step"] for step in waiting["steps"]] == ["requested", "start_accepted"]
    assert isinstance(station.deliveries[-1].request, RemoteStart)

    began = world.house.clock.now()
    ref = await station.start("aabb", at=began)
    await station.sample(ref, at=began + timedelta(seconds=30), energy_wh=1200, power_w=7360)
    active = await world.boss.get(f"/sessions/{session_id}")
    assert (active["state"], active["energy_wh"], active["power_w"]) == ("active", 200, 7360)
    assert active["id_token"] == "aabb"
    assert active["site_name"] == "Piazza"
    running = await world.boss.get("/stations/ST-1")
    assert running["evses"][0]["session"]["session_id"] == session_id

    stop = await world.boss.post(f"/sessions/{session_id}/stop", None, 202)
    assert stop["command_id"]
    await eventually(
        lambda: world.boss.get("/stations/ST-1/commands"), lambda found: found["items"][0]["request"] == "RemoteStop"
    )
    assert isinstance(station.deliveries[-1].request, RemoteStop)
    await station.stop(ref, at=began + timedelta(minutes=1), register_wh=7379)
    ended = await eventually(lambda: world.boss.get(f"/sessions/{session_id}"), lambda found: found["state"] == "ended")
    assert (ended["energy_wh"], ended["stop_reason"], ended["is_open"]) == (6379, "EVDisconnected", False)
    record = await world.boss.get(f"/sessions/{session_id}/record")
    assert (record["register_start_wh"], record["register_end_wh"], record["energy_wh"]) == (1000, 7379, 6379)
    overview = await world.boss.get("/overview")
    assert (overview["open_sessions"], overview["sessions_today"], overview["energy_today_wh"]) == (0, 1, 6379)


async def test_today_begins_by_the_clocks_of_the_operator(world):
    now = world.house.clock.now()
    station = await make_station(world, evses=2)
    await station.start("AABB", at=now - timedelta(minutes=61))

    async def count_where_it_is(hour):
        ahead = (hour - now.hour + 11) % 24 - 11
        zone = f"Etc/GMT{-ahead:+d}"  # their signs are turned
        await world.boss.expect("PATCH", f"/operators/{world.operator_id}", 200, json={"time_zone": zone})
        overview = await world.boss.get("/overview")
        assert overview["time_zone"] == zone
        return overview["sessions_today"]

    await eventually(lambda: count_where_it_is(12), lambda today: today == 1)
    assert await count_where_it_is(0) == 0


async def test_the_same_start_again_is_the_same_session(world):
    await make_station(world, evses=2)
    wish = {"station_id": "ST-1", "evse_id": 1, "id_token": {"value": "AABB"}}
    await world.boss.expect("PUT", "/tokens/AABB", 201, json={})
    key = {"Idempotency-Key": "tap-1"}
    first = await world.boss.post("/sessions", wish, 202, headers=key)
    again = await world.boss.post("/sessions", wish, 202, headers=key)
    assert first["session_id"] == again["session_id"]
    other = await world.boss.post("/sessions", wish | {"evse_id": 2}, 409, headers=key)
    assert other["code"] == "conflict.command"


async def test_a_start_that_is_not_wanted_any_more_is_given_up(world):
    station = await make_station(world)
    driver = await world.driver()
    session = await driver.post("/driver/sessions", {"station_id": "ST-1", "evse_id": 1}, 202)
    path = f"/driver/sessions/{session['session_id']}"
    await eventually(lambda: driver.get(path), lambda found: found["state"] == "waiting")
    cancelled = await driver.post(f"{path}/stop", None, 202)
    assert (cancelled["state"], cancelled["fail_reason"]) == ("failed", "cancelled")
    assert (await driver.post(f"{path}/stop", None, 409))["code"] == "conflict.session_not_active"
    assert not any(isinstance(delivery.request, RemoteStop) for delivery in station.deliveries)


async def test_a_refused_start_says_why(world):
    station = await make_station(world)
    station.outcome = CommandOutcome(outcome=Outcome.REJECTED, status="Rejected")
    driver = await world.driver()
    session = await driver.post("/driver/sessions", {"station_id": "ST-1", "evse_id": 1}, 202)
    failed = await eventually(
        lambda: driver.get(f"/driver/sessions/{session['session_id']}"), lambda found: found["state"] == "failed"
    )
    assert failed["fail_reason"] == "rejected"


async def test_a_driver_charges_from_the_map_to_the_receipt(world):
    site_id = await world.site(world.boss, "Piazza")
    station = await make_station(world, site_id=site_id)
    driver = await world.driver()
    around = {"latitude": 45.08, "longitude": 7.69, "radius_m": 5000}
    found = (await driver.get("/driver/stations", params=around))["items"]
    assert [(item["station_id"], item["available_evses"]) for item in found] == [("ST-1", 1)]
    assert 1000 < found[0]["distance_m"] < 1200

    seen = await driver.get("/driver/lookup", params={"code": "https://somewhere.example/app/s/ST-1/1"})
    assert seen["chosen_evse_id"] == 1
    assert seen["evses"][0]["startability"] == "ready"

    session = await driver.post("/driver/sessions", {"station_id": "ST-1", "evse_id": 1}, 202)
    path = f"/driver/sessions/{session['session_id']}"
    await eventually(lambda: driver.get(path), lambda now: now["state"] == "waiting")
    token = station.remote_start.id_token.value
    began = world.house.clock.now() - timedelta(minutes=2)
    ref = await station.start(token, at=began)
    await station.sample(ref, at=began + timedelta(minutes=1), energy_wh=1300, power_w=11_000)
    active = (await driver.get("/driver/sessions/active"))["items"]
    assert [(item["energy_wh"], item["power_w"]) for item in active] == [(300, 11_000)]
    assert (await driver.get("/driver/stations/ST-1"))["evses"][0]["startability"] == "yours"
    assert (await driver.get(f"{path}/receipt", 409))["code"] == "conflict.session_open"

    await driver.post(f"{path}/stop", None, 202)
    await station.stop(ref, at=began + timedelta(minutes=2), register_wh=2500)
    await eventually(lambda: driver.get(path), lambda now: now["state"] == "ended")
    receipt = await driver.get(f"{path}/receipt")
    assert (receipt["energy_wh"], receipt["duration_s"], receipt["site_name"]) == (1500, 120, "Piazza")
    assert receipt["id_token"] != token
    assert (await driver.get("/driver/sessions/active"))["items"] == []
    history = await driver.get("/driver/sessions", params={"with_total": True})
    assert history["total"] == 1
    assert [item["steps"][0]["step"] for item in history["items"]] == ["requested"]
    assert all(step["actor"] is None for item in history["items"] for step in item["steps"])
    months = (await driver.get("/driver/sessions/months", params={"time_zone": "Europe/Rome"}))["items"]
    assert [(month["sessions"], month["energy_wh"], month["costs"]) for month in months] == [(1, 1500, [])]
    data = await driver.get("/driver/me/data")
    assert [item["session_id"] for item in data["sessions"]] == [session["session_id"]]


async def test_sessions_are_found_by_what_one_knows_of_them(world):
    site_id = await world.site(world.boss, "Piazza")
    first = await make_station(world, site_id=site_id)
    second = await make_station(world, "ST-2")
    for value in ("AABB", "CCDD"):
        await world.boss.expect("PUT", f"/tokens/{value}", 201, json={})
    await charge(world, first, "AABB")
    ref = await charge(world, second, "CCDD", end_wh=9000)
    await second.start("CCDD", at=world.house.clock.now())

    async def find(**query):
        found = (await world.boss.get("/sessions", params=query))["items"]
        return [(item["station_id"], item["energy_wh"]) for item in found]

    assert await find(station_id="ST-1") == [("ST-1", 6379)]
    assert await find(is_open="false") == [("ST-2", 8000), ("ST-1", 6379)]
    assert await find(is_open="true", id_token="ccdd") == [("ST-2", 0)]
    assert await find(site_id=site_id) == [("ST-1", 6379)]
    assert await find(transaction_ref=ref, station_id="ST-2") == [("ST-2", 8000)]
    assert await find(sort="energy_wh") == [("ST-2", 0), ("ST-1", 6379), ("ST-2", 8000)]
    half = (world.house.clock.now() - timedelta(minutes=45)).isoformat()
    assert await find(since=half) == [("ST-2", 0)]
    assert await find(until=half, sort="started_at") == [("ST-1", 6379), ("ST-2", 8000)]


async def test_a_curve_holds_every_series_and_its_peaks_when_thinned(world):
    station = await make_station(world)
    await world.boss.expect("PUT", "/tokens/AABB", 201, json={})
    began = world.house.clock.now() - timedelta(hours=2)
    ref = await station.start("AABB", at=began)
    for number in range(100):
        power_w = 50_000 if number == 37 else 10_000 + number
        at = began + timedelta(seconds=30 * number)
        await station.sample(ref, at=at, energy_wh=1000 + number * 80, power_w=power_w)
    session = (await world.boss.get("/sessions"))["items"][0]
    path = f"/sessions/{session['session_id']}/curve"
    whole = {(one["measurand"], one["phase"]): one for one in (await world.boss.get(path))["series"]}
    assert len(whole["power.import", None]["values"]) == 100
    assert whole["voltage", "L1"]["unit"] == "mV"
    thinned = (await world.boss.get(path, params={"points": 20, "measurand": "power.import"}))["series"]
    assert [one["measurand"] for one in thinned] == ["power.import"]
    assert len(thinned[0]["values"]) <= 20
    assert max(thinned[0]["values"]) == 50_000
    assert thinned[0]["sampled_at"] == sorted(thinned[0]["sampled_at"])
    assert thinned[0]["sampled_at"][0] == whole["power.import", None]["sampled_at"][0]
    assert thinned[0]["sampled_at"][-1] == whole["power.import", None]["sampled_at"][-1]
    assert thinned[0]["sample_count"] == 100


async def test_power_over_time_is_the_sum_of_all_sessions(world):
    first, second = await make_station(world), await make_station(world, "ST-2")
    for station, token in ((first, "AABB"), (second, "CCDD")):
        await world.boss.expect("PUT", f"/tokens/{token}", 201, json={})
        await charge(world, station, token)
    now = world.house.clock.now()
    query = {"since": (now - timedelta(hours=2)).isoformat(), "until": now.isoformat(), "step_s": 600}
    points = (await world.boss.get("/overview/power", params=query))["points"]
    assert len(points) == 12
    assert max(point["power_w"] for point in points) in range(23_900, 24_001)
    assert points[0]["power_w"] == points[-1]["power_w"] == 0


async def test_a_part_of_a_transaction_that_nobody_knows_is_kept(world):
    station = await make_station(world)
    await station.stop("4711", at=world.house.clock.now(), register_wh=5000, reason="PowerLoss")
    parts = (await world.boss.get("/unmatched-parts"))["items"]
    assert [(part["transaction_ref"], part["phase"]) for part in parts] == [("4711", "ended")]
    assert (await world.boss.get("/unmatched-parts", params={"station_id": "ST-9"}))["items"] == []


async def test_a_session_that_will_never_end_is_closed_by_hand(world):
    station = await make_station(world)
    await world.boss.expect("PUT", "/tokens/AABB", 201, json={})
    await station.start("AABB", at=world.house.clock.now())
    session = (await world.boss.get("/sessions"))["items"][0]
    closed = await world.boss.post(f"/sessions/{session['session_id']}/close")
    assert (closed["state"], closed["close_reason"]) == ("ended", "operator")
    again = await world.boss.post(f"/sessions/{session['session_id']}/close", None, 409)
    assert again["code"] == "conflict.session_closed"


async def test_an_evse_says_whether_one_may_start_there(world):
    station = await make_station(world, evses=2)
    expected = {
        ConnectorStatus.AVAILABLE: "ready",
        ConnectorStatus.PREPARING: "ready",
        ConnectorStatus.FINISHING: "busy",
        ConnectorStatus.RESERVED: "reserved",
        ConnectorStatus.UNAVAILABLE: "out_of_service",
        ConnectorStatus.FAULTED: "faulted",
    }
    for status, startability in expected.items():
        await station.tell_status(2, status)
        shown = await Door(world.http).get("/driver/stations/ST-1")
        assert [evse["startability"] for evse in shown["evses"]] == ["ready", startability]
