"""What the app keeps for a driver and what it tells: through the API, with stations played by the test."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from busbar.app.push import Pushing
from busbar.canon.metering import Measurand, Sample
from busbar.canon.sessions import SamplesReported
from busbar.canon.stations import ConnectorStatus
from busbar.db.jobs import jobs
from busbar.kernel.ids import JobId, ReportId
from busbar.ports.jobs import Job
from busbar.ports.push import PushGoneError
from tests.contracts.api.conftest import eventually
from tests.contracts.companion.push_service import Device

pytestmark = pytest.mark.every_database

PNG = b"\x89PNG\r\n\x1a\n and the rest"
BYTES = {"Content-Type": "application/octet-stream"}


class Telling:
    """Stands in for push services: keeps what devices are told, or says that a device is gone."""

    def __init__(self, device):
        self.device, self.told, self.is_gone = device, [], False

    async def send(self, target, content, *, ttl_s, topic=None):
        if self.is_gone:
            raise PushGoneError("gone")
        assert target.public_key == self.device.point
        assert (ttl_s > 0, len(topic) <= 32) == (True, True)
        self.told.append(content.decode())


async def list_jobs(world):
    async with world.house.databases.read() as connection:
        return (await connection.execute(select(jobs).where(jobs.c.kind == "push.send").order_by(jobs.c.job_id))).all()


async def tell_all(world, telling, *, since=0):
    house = world.house
    pushing = Pushing(databases=house.databases, dispatcher=house.desk, sender=telling, clock=house.clock)
    rows = await list_jobs(world)
    for row in rows[since:]:
        await pushing.send(
            Job(job_id=JobId(row.job_id), kind=row.kind, payload_json=row.payload, attempts=1, max_attempts=5)
        )
    return len(rows)


async def subscribe(door, language="it"):
    device = Device()
    body = device.subscribe("https://push.example/abc", language)
    await door.expect("PUT", "/driver/push-device", 204, json=body)
    return Telling(device)


async def test_a_driver_is_told_what_happens_to_a_charge(world):
    station = await world.station(world.boss, "ST-1", site_id=await world.site(world.boss, "Piazza"))
    await station.connect()
    driver = await world.driver()
    telling = await subscribe(driver)
    assert len((await driver.get("/driver/push-key"))["application_server_key"]) in {0, 87}
    session = await driver.post("/driver/sessions", {"station_id": "ST-1", "evse_id": 1}, 202)
    await eventually(
        lambda: driver.get(f"/driver/sessions/{session['session_id']}"), lambda it: it["state"] == "waiting"
    )
    began = world.house.clock.now() - timedelta(minutes=10)
    assert station.remote_start is not None
    ref = await station.start(station.remote_start.id_token.value, at=began)
    for minute, soc in ((1, 790), (2, 805), (3, 810)):
        at = began + timedelta(minutes=minute)
        await world.house.bus.report(
            SamplesReported(
                report_id=ReportId(world.house.ids.new()), station_id=station.station_id,
                received_at=world.house.clock.now(), evse_id=1, transaction_ref=ref,
                samples=(Sample(at=at, measurand=Measurand.SOC, value=soc),),
            )
        )  # fmt: skip
    await station.stop(ref, at=began + timedelta(minutes=5), register_wh=8590, reason="GroundFault")
    await eventually(lambda: list_jobs(world), lambda rows: len(rows) == 3)
    assert await tell_all(world, telling) == 3
    titles = [told for told in telling.told if f"/app/sessions/{session['session_id']}" in told]
    assert [word in told for word, told in zip(("iniziata", "80%", "guasto"), titles, strict=True)] == [True] * 3
    assert "7,59 kWh" in titles[-1]

    telling.is_gone = True
    await tell_all(world, telling)
    await driver.expect("PUT", "/driver/push-device", 204, json=telling.device.subscribe("https://push.example/abc"))
    await driver.expect("DELETE", "/driver/push-device", 204, params={"endpoint": "https://push.example/abc"})


async def test_who_waits_for_a_station_is_told_once(world):
    station = await world.station(world.boss, "ST-1")
    await station.connect()
    await station.tell_status(1, ConnectorStatus.CHARGING)
    driver = await world.driver()
    telling = await subscribe(driver, "zh-CN")
    await driver.expect("PUT", "/driver/awaited/ST-1", 204)
    await driver.expect("PUT", "/driver/awaited/NOWHERE", 404)
    assert (await driver.get("/driver/kept-stations"))["awaited"] == ["ST-1"]
    await station.tell_status(1, ConnectorStatus.FINISHING)
    await station.tell_status(1, ConnectorStatus.AVAILABLE)
    await eventually(lambda: driver.get("/driver/kept-stations"), lambda kept: kept["awaited"] == [])
    await station.tell_status(1, ConnectorStatus.CHARGING)
    await station.tell_status(1, ConnectorStatus.AVAILABLE)
    await eventually(lambda: list_jobs(world), lambda rows: len(rows) == 1)
    await tell_all(world, telling)
    assert "有空闲充电枪" in telling.told[0]


async def test_favourites_are_found_however_far_they_are(world):
    site_id = await world.site(world.boss, "Far away", latitude=-33.9, longitude=18.4)
    await world.station(world.boss, "FAR-1", site_id=site_id)
    await world.station(world.boss, "FAR-2", site_id=site_id)
    driver = await world.driver()
    await driver.expect("PUT", "/driver/favourites/FAR-1", 204)
    await driver.expect("PUT", "/driver/favourites/FAR-1", 204)
    near = {"latitude": 45, "longitude": 9, "is_favourite": True}
    assert [each["station_id"] for each in (await driver.get("/driver/stations", params=near))["items"]] == ["FAR-1"]
    await driver.expect("DELETE", "/driver/favourites/FAR-1", 204)
    assert (await driver.get("/driver/stations", params=near))["items"] == []


async def test_vehicles_are_kept_and_checked(world):
    driver = await world.driver()
    wish = {"name": "Blue one", "plate": "ab 123 cd", "vin": "wvwzzz1kzaw000001", "battery_wh": 58_000}
    made = await driver.post("/driver/vehicles", wish, 201)
    assert (made["plate"], made["vin"]) == ("AB 123 CD", "WVWZZZ1KZAW000001")
    path = f"/driver/vehicles/{made['vehicle_id']}"
    await driver.expect("PUT", path, 200, json={"name": "Red one", "connector_kind": "ccs2"})
    (held,) = (await driver.get("/driver/vehicles"))["items"]
    assert (held["name"], held["plate"], held["connector_kind"]) == ("Red one", None, "ccs2")
    assert (await driver.post("/driver/vehicles", {"name": "x", "vin": "IOQ"}, 422))["code"] == "invalid.vin"
    assert (await driver.post("/driver/vehicles", {"name": "x", "plate": "-"}, 422))["code"] == "invalid.plate"
    await driver.expect("DELETE", path, 204)
    await driver.expect("DELETE", path, 404)


async def test_a_driver_complains_and_is_answered(world):
    station = await world.station(world.boss, "ST-1", site_id=await world.site(world.boss, "Piazza"))
    await station.connect()
    driver = await world.driver()
    telling = await subscribe(driver, "en")
    body = {"station_id": "ST-1", "evse_id": 1, "category": "damaged", "text": " The cable is torn. "}
    key = {"Idempotency-Key": "tap-1"}
    made = await driver.post("/driver/complaints", body, 201, headers=key)
    again = await driver.post("/driver/complaints", body, 201, headers=key)
    assert (made["complaint_id"], made["text"]) == (again["complaint_id"], "The cable is torn.")
    path = f"/driver/complaints/{made['complaint_id']}"
    photo = await driver.expect("POST", f"{path}/photos", 201, content=PNG, headers=BYTES)
    same = await driver.expect("POST", f"{path}/photos", 201, content=PNG, headers=BYTES)
    assert photo == same
    wrong = await driver.expect("POST", f"{path}/photos", 422, content=b"<svg>", headers=BYTES)
    assert wrong["code"] == "invalid.photo"

    (seen,) = (await world.boss.get("/complaints", params={"is_over": False}))["items"]
    assert (seen["driver_name"], seen["site_name"], seen["photo_ids"]) == ("Ada", "Piazza", [photo["photo_id"]])
    staff_path = f"/complaints/{made['complaint_id']}"
    picture = await world.boss.get(f"{staff_path}/photos/{photo['photo_id']}")
    assert (picture.content, picture.headers["Content-Type"]) == (PNG, "image/png")
    assert (await world.boss.post(f"{staff_path}/answer", {"status": "resolved"}, 422))["code"] == (
        "invalid.complaint_text"
    )
    await world.boss.post(f"{staff_path}/answer", {"status": "in_progress"})
    answered = {"status": "resolved", "text": "The cable is new."}
    assert (await world.boss.post(f"{staff_path}/answer", answered))["entries"][-1]["actor"] is not None
    mine = await driver.get(path)
    assert [(step["status"], step["actor"]) for step in mine["entries"]] == [("in_progress", None), ("resolved", None)]
    late = await driver.expect("POST", f"{path}/photos", 409, content=PNG + b"2", headers=BYTES)
    assert late["code"] == "conflict.complaint_closed"
    await eventually(lambda: list_jobs(world), lambda rows: len(rows) == 2)
    await tell_all(world, telling)
    assert f"/app/reports/{made['complaint_id']}" in telling.told[0]

    told = await driver.get("/driver/me/data")
    assert told["complaints"][0]["text"] == "The cable is torn."
    await driver.expect("POST", "/driver/me/erase", 204, json={"password": "long enough words"})
    left = await eventually(lambda: world.boss.get(staff_path), lambda it: it["driver_id"] is None)
    assert (left["text"], left["photo_ids"]) == ("", [])


async def test_popular_times_come_from_charges_alone(world):
    site_id = await world.site(world.boss, "Piazza")
    station = await world.station(world.boss, "ST-1", site_id=site_id)
    await station.connect()
    driver = await world.driver()
    assert (await driver.get("/driver/stations/ST-1/popular-times"))["weeks"] == 0
    noon = world.house.clock.now().replace(hour=11, minute=0, second=0, microsecond=0) - timedelta(days=2)
    for day in range(21):
        began = noon - timedelta(days=day)
        ref = await station.start(f"TAG-{day}", at=began)
        await station.stop(ref, at=began + timedelta(minutes=60), register_wh=2000)
    known = await driver.get("/driver/stations/ST-1/popular-times")
    assert (known["time_zone"], known["weeks"], len(known["hours"])) == ("Europe/Rome", 4, 168)
    busy = {hour["hour"] for hour in known["hours"] if hour["busy_permille"] > 0}
    assert busy <= {12, 13}, "eleven in UTC is noon in Rome, or one in summer"
    assert busy


async def test_a_driver_blocks_a_lost_card(world):
    driver = await world.driver()
    me = await driver.get("/driver/me")
    await world.boss.expect("PUT", "/tokens/CARD-1", 201, json={"label": "blue", "driver_id": me["driver_id"]})
    await world.boss.expect("PUT", "/tokens/CARD-2", 201, json={})
    assert [card["value"] for card in (await driver.get("/driver/tokens"))["items"]] == ["CARD-1"]
    blocked = await driver.expect("PUT", "/driver/tokens/CARD-1/block", 200, json={"is_blocked": True})
    assert blocked["status"] == "blocked"
    assert (await driver.expect("PUT", "/driver/tokens/CARD-2/block", 404, json={"is_blocked": True}))["code"] == (
        "not_found.token"
    )
