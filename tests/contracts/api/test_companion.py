"""What the app keeps for a driver and what it tells: through the API, with stations played by the test."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from busbar.app.push import Pushing
from busbar.canon.control import ForgetTokens
from busbar.canon.debts import ReceivableOpened, ReceivableReminded
from busbar.canon.ledger import FundsExhausted, WalletLow
from busbar.canon.message import Command
from busbar.canon.metering import Measurand, Sample
from busbar.canon.payments import PaymentDisputed, PaymentFailed, PaymentPurpose, Provider
from busbar.canon.pricing import IdleCostNear
from busbar.canon.sessions import SamplesReported
from busbar.canon.stations import ConnectorStatus
from busbar.db.jobs import jobs
from busbar.kernel.ids import JobId, ReportId
from busbar.ports.jobs import Job
from busbar.ports.push import PushGoneError
from tests.contracts.api.conftest import Door, eventually
from tests.contracts.companion.push_service import Device
from tests.unit.domain.branding.test_model import draw

pytestmark = pytest.mark.every_database

PNG = b"\x89PNG\r\n\x1a\n and the rest"
BYTES = {"Content-Type": "application/octet-stream"}


class TellAll(Command[None], frozen=True, kw_only=True):
    """Tell facts as their own rooms would."""


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
    await eventually(lambda: list_jobs(world), lambda rows: len(rows) == 2)
    await station.tell_status(1, ConnectorStatus.FAULTED)
    await eventually(lambda: list_jobs(world), lambda rows: len(rows) == 3)
    await station.stop(ref, at=began + timedelta(minutes=5), register_wh=8590, reason="GroundFault")
    await eventually(lambda: list_jobs(world), lambda rows: len(rows) == 4)
    assert await tell_all(world, telling) == 4
    titles = [told for told in telling.told if f"/app/sessions/{session['session_id']}" in told]
    words = ("iniziata", "80%", "segnala un guasto", "finita per un guasto")
    assert [word in told for word, told in zip(words, titles, strict=True)] == [True] * 4
    assert "7,59 kWh" in titles[-1]

    telling.is_gone = True
    await tell_all(world, telling)
    await driver.expect("PUT", "/driver/push-device", 204, json=telling.device.subscribe("https://push.example/abc"))
    await driver.expect("DELETE", "/driver/push-device", 204, params={"endpoint": "https://push.example/abc"})


async def test_who_leaves_the_car_is_told_before_that_costs_something(world):
    await world.station(world.boss, "ST-1", site_id=await world.site(world.boss, "Piazza"))
    driver = await world.driver()
    telling = await subscribe(driver, "zh")
    now = world.house.clock.now()
    of = {"operator_id": world.operator_id, "at": now, "station_id": "ST-1", "tariff_id": "t", "version": 1}
    of["begins_at"] = now + timedelta(minutes=10)
    near = IdleCostNear(**of, session_id="s", driver_id=(await driver.get("/driver/me"))["driver_id"])
    nobodys = IdleCostNear(**of, session_id="u")

    async def tell(_message, work):
        work.tell(near)
        work.tell(nobodys)

    world.house.core.register({TellAll: tell})
    await world.house.core.dispatch(TellAll())
    await eventually(lambda: list_jobs(world), lambda rows: len(rows) == 1)
    await tell_all(world, telling)
    (told,) = telling.told
    assert "/app/sessions/s" in told
    assert "ST-1" in told
    assert "icon" not in told

    content = draw(512, 512)
    await world.boss.expect("PUT", "/app-brand/logo", 200, content=content, headers=BYTES)
    await tell_all(world, telling)
    icon = json.loads(telling.told[-1])["icon"]
    assert (await Door(world.http)("GET", icon.removeprefix("/api/v1"))).content == content


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


async def test_a_driver_freezes_a_card_and_reports_it_lost(world):
    driver = await world.driver()
    me = await driver.get("/driver/me")
    await world.boss.expect("PUT", "/tokens/CARD-1", 201, json={"label": "blue", "driver_id": me["driver_id"]})
    await world.boss.expect("PUT", "/tokens/CARD-2", 201, json={})
    assert [card["value"] for card in (await driver.get("/driver/tokens"))["items"]] == ["CARD-1"]
    freeze, thaw = {"is_frozen": True}, {"is_frozen": False}
    assert (await driver.expect("PUT", "/driver/tokens/CARD-1/freeze", 200, json=freeze))["status"] == "frozen"
    assert (await driver.expect("PUT", "/driver/tokens/card-1/freeze", 200, json=thaw))["status"] == "active"
    for path, method in (("freeze", "PUT"), ("lost", "POST")):
        body = {"json": freeze} if method == "PUT" else {}
        refused = await driver.expect(method, f"/driver/tokens/CARD-2/{path}", 404, **body)
        assert refused["code"] == "not_found.token"
    assert (await driver.expect("POST", "/driver/tokens/CARD-1/lost", 200))["status"] == "lost"
    undone = await driver.expect("PUT", "/driver/tokens/CARD-1/freeze", 403, json=thaw)
    assert undone["code"] == "denied.token_status"
    await world.boss.expect("PATCH", "/tokens/CARD-1", 200, json={"status": "active"})


async def test_a_lost_card_is_refused_at_once_and_the_stations_that_know_it_forget(world):
    station = await world.station(world.boss, "ST-1")
    await station.connect()
    driver = await world.driver()
    me = await driver.get("/driver/me")
    await world.boss.expect("PUT", "/tokens/CARD-1", 201, json={"label": "blue", "driver_id": me["driver_id"]})
    now = world.house.clock.now()
    ref = await station.start("CARD-1", at=now)
    await station.stop(ref, at=now + timedelta(minutes=1), register_wh=2000)
    await driver.expect("POST", "/driver/tokens/CARD-1/lost", 200)
    await driver.expect("POST", "/driver/tokens/CARD-1/lost", 200)

    async def list_sent():
        return [each.request for each in station.deliveries if isinstance(each.request, ForgetTokens)]

    assert len(await eventually(list_sent, bool)) == 1, "a repeat sends nothing twice"
    decision = await station.authorize("CARD-1")
    assert (decision.verdict, decision.because) == ("blocked", "lost")

    new = await world.boss.post("/tokens/CARD-1/replace", {"value": "CARD-9"}, 201)
    assert (new["value"], new["label"], new["driver_id"]) == ("CARD-9", "blue", me["driver_id"])
    again = await world.boss.post("/tokens/CARD-1/replace", {"value": "card-9"}, 201)
    assert again["token_id"] == new["token_id"]
    assert (await world.boss.post("/tokens/CARD-1/replace", {"value": "CARD-8"}, 409))["code"] == (
        "conflict.token_replaced"
    )
    assert (await world.boss.post("/tokens/CARD-9/replace", {"value": "CARD-1"}, 409))["code"] == "conflict.token_taken"
    assert (await world.boss.expect("PATCH", "/tokens/CARD-1", 409, json={"status": "active"}))["code"] == (
        "conflict.token_replaced"
    )
    old = await world.boss.get("/tokens/CARD-1")
    assert (old["status"], old["replaced_by"]) == ("replaced", "CARD-9")
    decision = await station.authorize("CARD-1")
    assert (decision.verdict, decision.because) == ("blocked", "replaced")
    assert (await station.authorize("CARD-9")).verdict == "accepted"


async def test_a_driver_is_told_of_debts_and_of_payments_that_fail(world):
    driver = await world.driver()
    telling = await subscribe(driver, "it")
    me = (await driver.get("/driver/me"))["driver_id"]
    money = {"operator_id": world.operator_id, "at": world.house.clock.now(), "currency": "EUR", "driver_id": me}
    debt = {"receivable_id": "r", "debtor": f"driver:{me}", "amount": 900}
    paying = {"payment_id": "p", "provider": Provider.STRIPE, "purpose": PaymentPurpose.SESSION}
    facts = [
        ReceivableOpened(**money, **debt, due_at=money["at"]),
        ReceivableReminded(**money, **debt),
        ReceivableReminded(**money, **debt, reminders=2),
        WalletLow(**money, amount=120),
        FundsExhausted(**money, amount=2000, session_id="s"),
        PaymentFailed(**money, **paying, amount=500, reason="card_declined"),
        PaymentDisputed(**money, **paying, amount=700, dispute_ref="d"),
        ReceivableOpened(**money, **{**debt, "debtor": "company:c"}, due_at=money["at"]),
        WalletLow(**{**money, "driver_id": None}, amount=120),
    ]

    async def tell(_message, work):
        for fact in facts:
            work.tell(fact)

    world.house.core.register({TellAll: tell})
    await world.house.core.dispatch(TellAll())
    await eventually(lambda: list_jobs(world), lambda rows: len(rows) == 7)
    await tell_all(world, telling)
    said = "\n".join(sorted(telling.told))
    for words in ("9,00 EUR per la tua ricarica", "9,00 EUR è ancora da pagare", "9,00 EUR è scaduto", "1,20 EUR",
                  "20,00 EUR", "5,00 EUR", "7,00 EUR"):  # fmt: skip
        assert words in said
    assert said.count("/app/wallet") == 7
