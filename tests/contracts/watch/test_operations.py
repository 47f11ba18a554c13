"""How the installation is, as the console shows it; and what a person does about parked facts."""

import asyncio
from datetime import timedelta

import pytest

from busbar.canon.stations import StationBootAccepted
from busbar.canon.tenants import FindDefaultOperator
from busbar.db.messaging import inbox, parked
from busbar.kernel.errors import ConflictError
from tests.patience import HANG_LIMIT_S

BOOT = {"chargePointVendor": "Trial", "chargePointModel": "T1"}
URL = "/api/v1/operations"


@pytest.fixture
async def stuck(open_site, monkeypatch):
    """A site whose sessions room cannot hear that a station has booted, as long as `is_broken` says so."""
    site = await open_site(fact_delivery_max_attempts=1)
    listeners = site.house.core.deliveries._listeners[StationBootAccepted]
    hear = listeners["sessions.station_booted"]
    site.is_broken, site.heard = True, []

    async def hear_or_break(fact, work):
        if site.is_broken:
            raise ConflictError("the room is in disorder")
        site.heard.append(fact.station_id)
        await hear(fact, work)

    monkeypatch.setitem(listeners, "sessions.station_booted", hear_or_break)
    await site.sign_in()
    async with site.plug_in() as talker:
        await talker.call("BootNotification", BOOT)
        async with asyncio.timeout(HANG_LIMIT_S):
            while not (await list_parked(site)):  # noqa: ASYNC110 - a row tells nobody
                await asyncio.sleep(0.02)
    return site


async def list_parked(site):
    answer = await site.http.get(f"{URL}/parked-facts")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def read(site, table):
    async with site.house.databases.read() as connection:
        return (await connection.execute(table.select())).mappings().all()


def name(item, ending=""):
    return f"{URL}/parked-facts/{item['fact_id']}/{item['consumer']}{ending}"


async def test_the_installation_is_told_at_a_glance(site):
    await site.sign_in()
    watcher = site.installation._watcher
    async with site.plug_in() as talker:
        watcher.take_point()
        for _ in range(3):
            await talker.call("Heartbeat", {})
        await talker.call("Nonsense", {})
        watcher.take_point()
        told = (await site.http.get(URL)).json()
    assert told["connections"] == {"ocpp1.6": 1}
    (process,) = told["processes"]
    assert (process["role"], process["connections"], process["partitions"]) == ("up", 1, 1)
    assert {part["name"]: part["condition"] for part in process["parts"]} == dict.fromkeys(
        ("core", "database", "wire_log", "gateway", "disk"), "ok"
    )
    assert process["memory_bytes"] > 10_000_000
    assert told["storage"]["is_database_up"]
    assert told["storage"]["disk_free_bytes"] > 0
    assert told["storage"]["database_bytes"] > 0
    assert told["queue_max_messages"] == site.house.settings.report_queue_max_reports
    assert sum(point["messages"] for point in told["history"]) == 3
    assert sum(point["failures"] for point in told["history"]) == 1
    assert max(point["answer_p99_us"] or 0 for point in told["history"]) > 0


async def test_only_the_platform_sees_it(site):
    assert (await site.http.get(URL)).status_code == 401
    await site.sign_in()
    body = {"email": "m@staff.example", "display_name": "M", "role": "admin", "password": "another long one"}
    assert (await site.http.post("/api/v1/staff", json=body)).status_code == 201
    signed_in = await site.http.post(
        "/api/v1/auth/sign-in", json={"email": body["email"], "password": body["password"]}
    )
    site.http.headers["Authorization"] = f"Bearer {signed_in.json()['token']}"
    assert (await site.http.get(URL)).json()["code"] == "denied.permission"


async def test_a_parked_fact_is_shown_with_its_error(stuck):
    (item,) = await list_parked(stuck)
    assert (item["consumer"], item["fact"], item["station_id"]) == (
        "sessions.station_booted",
        "StationBootAccepted",
        "CS-1",
    )
    assert (item["attempts"], item["error"]) == (1, "conflict: the room is in disorder")
    assert item["content"]["station_id"] == "CS-1"
    assert (await stuck.scrape())["busbar_parked_facts"][()] in {0, 1}  # as of a few seconds ago


async def test_a_parked_fact_is_delivered_again(stuck):
    (item,) = await list_parked(stuck)
    stuck.is_broken = False
    assert (await stuck.http.post(name(item, "/retry"))).status_code == 204
    async with asyncio.timeout(HANG_LIMIT_S):
        while await list_parked(stuck):  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.01)
    assert stuck.heard == ["CS-1"]
    (entry,) = (await stuck.http.get("/api/v1/audit", params={"action": "fact.retry"})).json()["items"]
    assert entry["subject"] == f"fact:{item['fact_id']}"
    assert entry["detail"]["consumer"] == item["consumer"]
    assert (await stuck.http.post(name(item, "/retry"))).json()["code"] == "not_found.parked_fact"


async def test_asking_twice_delivers_once(stuck):
    (item,) = await list_parked(stuck)
    stuck.is_broken = False
    answers = await asyncio.gather(*(stuck.http.post(name(item, "/retry")) for _ in range(4)))
    assert {answer.status_code for answer in answers} <= {204, 404}
    await stuck.house.core.dispatch(FindDefaultOperator())  # whatever was asked for is done before
    assert stuck.heard == ["CS-1"]
    assert stuck.house.core.deliveries.tally.parked.total() == 1


async def test_what_fails_again_is_parked_again(stuck):
    (item,) = await list_parked(stuck)
    assert (await stuck.http.post(name(item, "/retry"))).status_code == 204
    async with asyncio.timeout(HANG_LIMIT_S):
        while stuck.house.core.deliveries.tally.parked.total() < 2:  # noqa: ASYNC110 - numbers tell nobody
            await asyncio.sleep(0.01)
    (again,) = await list_parked(stuck)
    assert again["fact_id"] == item["fact_id"]
    assert stuck.heard == []


async def test_a_dropped_fact_is_never_heard(stuck):
    (item,) = await list_parked(stuck)
    assert (await stuck.http.delete(name(item))).status_code == 204
    assert await list_parked(stuck) == []
    handled = [row for row in await read(stuck, inbox) if row["message_id"] == item["fact_id"]]
    assert {row["consumer"] for row in handled} == {"billing.station_booted", "sessions.station_booted"}
    assert await stuck.house.core.deliveries.load_missed() == []
    assert stuck.heard == []
    (entry,) = (await stuck.http.get("/api/v1/audit", params={"action": "fact.drop"})).json()["items"]
    assert entry["detail"]["error"] == "conflict: the room is in disorder"


async def test_a_fact_that_is_no_longer_kept_can_only_be_dropped(stuck):
    gone = {"message_id": "0" * 32, "consumer": "sessions.x", "attempts": 3, "error": "old"}
    async with stuck.house.databases.writer.begin() as connection:
        await connection.execute(parked.insert().values(**gone, at=stuck.house.clock.now() - timedelta(days=40)))
    old = (await list_parked(stuck))[-1]
    assert (old["fact"], old["content"]) == (None, None)
    assert (await stuck.http.post(name(old, "/retry"))).json()["code"] == "conflict.fact_gone"
    assert (await stuck.http.delete(name(old))).status_code == 204


async def test_a_fact_whose_listener_is_gone_can_only_be_dropped(stuck):
    (item,) = await list_parked(stuck)
    stuck.house.core.deliveries._listeners[StationBootAccepted].pop(item["consumer"])
    assert (await stuck.http.post(name(item, "/retry"))).json()["code"] == "conflict.consumer_gone"
    assert (await stuck.http.delete(name(item))).status_code == 204
