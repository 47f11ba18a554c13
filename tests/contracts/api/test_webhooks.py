"""Webhooks through the API: what happens arrives, signed; again when it fails; not at all when nobody takes it."""

from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from busbar.adapters.system.sealing import AesSealer
from busbar.adapters.webhooks.sender import HttpWebhooks
from busbar.app.secret_key import find_key
from busbar.app.webhooks import Telling
from busbar.db.jobs import jobs
from busbar.domain.webhooks.service import DELIVER_JOB
from busbar.domain.webhooks.sql import webhook_deliveries, webhooks
from busbar.kernel.ids import JobId
from busbar.ports.jobs import Job
from tests.contracts.api.conftest import open_world
from tests.contracts.webhooks.receiver import Receiver

pytestmark = pytest.mark.every_database


@pytest.fixture
async def world(tmp_path, database_url):
    async with open_world(tmp_path, database_url, webhook_is_private_allowed=True) as made:
        yield made


@pytest.fixture
async def closed_world(tmp_path, database_url):
    async with open_world(tmp_path, database_url) as made:
        yield made


@pytest.fixture
async def receiver():
    made = await Receiver().start()
    yield made
    await made.stop()


class Teller:
    """Does what the job runner does, when the test says so."""

    def __init__(self, house):
        self.databases = house.databases
        self.telling = Telling(
            databases=house.databases,
            dispatcher=house.desk,
            sender=HttpWebhooks(clock=house.clock, timeout_s=2, is_private_allowed=True),
            sealer=AesSealer(find_key(house.settings)),
            clock=house.clock,
        )

    async def turn(self):
        """Collect what happened, run the jobs that it makes, and make everything that failed due again."""
        await self.telling.collect()
        async with self.databases.writer.begin() as connection:
            of_kind = jobs.c.kind == DELIVER_JOB
            rows = (await connection.execute(select(jobs).where(of_kind))).all()
            await connection.execute(delete(jobs).where(of_kind))
        for row in rows:
            await self.telling.deliver(
                Job(job_id=JobId(row.job_id), kind=row.kind, payload_json=row.payload, attempts=1, max_attempts=1)
            )
        return len(rows)

    async def pass_time(self, **webhook):
        async with self.databases.writer.begin() as connection:
            table = webhook_deliveries.c
            await connection.execute(update(webhook_deliveries).values(next_at=table.created_at))
            await connection.execute(update(webhooks).values(paused_until=None, **webhook))


@asynccontextmanager
async def hooked(world, receiver, **body):
    made = await world.boss.post("/webhooks", {"name": "Billing", "url": receiver.url, **body}, 201)
    yield Teller(world.house), made["webhook"]["webhook_id"], made["secret"]


async def list_deliveries(world, webhook_id, **params):
    return (await world.boss.get(f"/webhooks/{webhook_id}/deliveries", params=params))["items"]


async def test_what_happens_is_told_once_and_signed(world, receiver):
    await world.station(world.boss, "OLD-1")
    async with hooked(world, receiver, events=["StationRegistered"]) as (teller, webhook_id, secret):
        await world.station(world.boss, "ST-1")
        assert await teller.turn() == 1
        assert await teller.turn() == 0
        (message,) = receiver.taken
        assert message.is_signed_with(secret)
        assert (message.data["type"], message.data["data"]["station_id"]) == ("StationRegistered", "ST-1")
        (delivery,) = await list_deliveries(world, webhook_id)
        assert (delivery["state"], delivery["status"], delivery["attempts"]) == ("delivered", 204, 1)
        assert delivery["message_id"] == message.headers["webhook-id"]
        detail = await world.boss.get(f"/webhooks/{webhook_id}/deliveries/{delivery['delivery_id']}")
        assert detail["content"] == message.data


async def test_what_fails_is_tried_again_under_the_same_id_and_pauses_the_rest(world, receiver):
    async with hooked(world, receiver, events=["StationRegistered"]) as (teller, webhook_id, _):
        receiver.answers = ["500 Broken\r\nContent-Length: 4\r\n\r\nNope"] * 4
        for number in range(6):
            await world.station(world.boss, f"ST-{number}")
        await teller.turn()
        assert len(receiver.taken) == 4, "those on their way at once; the others wait"
        assert await teller.turn() == 0
        webhook = await world.boss.get(f"/webhooks/{webhook_id}")
        assert (webhook["waiting"], webhook["is_active"], webhook["failing_since"] is not None) == (6, True, True)
        assert {each["status"] for each in await list_deliveries(world, webhook_id, state="waiting")} == {500, None}
        await teller.pass_time()
        await teller.turn()
        ids = [message.headers["webhook-id"] for message in receiver.taken]
        assert (len(ids), len(set(ids))) == (10, 6)
        webhook = await world.boss.get(f"/webhooks/{webhook_id}")
        assert (webhook["waiting"], webhook["failing_since"]) == (0, None)


async def test_who_takes_nothing_for_days_is_switched_off_and_what_was_missed_replayed(world, receiver):
    async with hooked(world, receiver, events=["StationRegistered", "WebhookDisabled"]) as (teller, webhook_id, _):
        began = world.house.clock.now()
        receiver.answers = ["503 No\r\nContent-Length: 0"] * 2
        await world.station(world.boss, "ST-1")
        await teller.turn()
        await teller.pass_time(failing_since=began - timedelta(days=6))
        await teller.turn()
        webhook = await world.boss.get(f"/webhooks/{webhook_id}")
        assert (webhook["is_active"], webhook["stopped"]) == (False, "failing")
        await world.station(world.boss, "ST-2")
        await teller.pass_time()
        assert await teller.turn() == 0
        replay = {"since": began.isoformat()}
        await world.boss.expect("POST", f"/webhooks/{webhook_id}/replay", 409, json=replay)
        webhook = await world.boss.expect("PATCH", f"/webhooks/{webhook_id}", 200, json={"is_active": True})
        assert (await world.boss.post(f"/webhooks/{webhook_id}/replay", replay, 202))["deliveries"] == 1
        await teller.turn()
        told = {(message.data["type"], message.data["data"].get("station_id")) for message in receiver.taken[2:]}
        assert told == {("StationRegistered", "ST-1"), ("StationRegistered", "ST-2"), ("WebhookDisabled", None)}
        actions = [entry["action"] for entry in (await world.boss.get("/audit"))["items"]]
        assert {"webhook.create", "webhook.disable", "webhook.update", "webhook.replay"} <= set(actions)


async def test_a_test_goes_to_one_that_is_off_and_one_message_goes_again(world, receiver):
    async with hooked(world, receiver) as (teller, webhook_id, _):
        await world.boss.expect("PATCH", f"/webhooks/{webhook_id}", 200, json={"is_active": False})
        delivery_id = (await world.boss.post(f"/webhooks/{webhook_id}/test", None, 202))["delivery_id"]
        await teller.turn()
        await world.boss.post(f"/webhooks/{webhook_id}/deliveries/{delivery_id}/replay", None, 202)
        await teller.turn()
        first, second = receiver.taken
        assert (first.data["type"], first.body) == ("WebhookTested", second.body)
        assert first.headers["webhook-id"] == second.headers["webhook-id"]


async def test_a_new_secret_signs_beside_the_one_before(world, receiver):
    async with hooked(world, receiver) as (teller, webhook_id, before):
        after = (await world.boss.post(f"/webhooks/{webhook_id}/rotate-secret", None))["secret"]
        await world.boss.post(f"/webhooks/{webhook_id}/test", None, 202)
        await teller.turn()
        assert receiver.taken[-1].is_signed_with(before)
        assert receiver.taken[-1].is_signed_with(after)
        await teller.pass_time(old_secret_until=world.house.clock.now())
        await world.boss.post(f"/webhooks/{webhook_id}/test", None, 202)
        await teller.turn()
        assert not receiver.taken[-1].is_signed_with(before)
        await world.boss.expect("DELETE", f"/webhooks/{webhook_id}", 204)
        await world.boss.expect("GET", f"/webhooks/{webhook_id}", 404)


async def test_what_is_refused(closed_world):
    world = closed_world
    for body, code in (
        ({"name": "a", "url": "https://127.0.0.1/"}, "invalid.webhook_url"),
        ({"name": "a", "url": "http://example.org/"}, "invalid.webhook_url"),
        ({"name": "a", "url": "https://example.org/", "events": ["Nothing"]}, "invalid.webhook_events"),
    ):
        assert (await world.boss.expect("POST", "/webhooks", 422, json=body))["code"] == code
    for _ in range(20):
        await world.boss.post("/webhooks", {"name": "a", "url": "https://example.org/"}, 201)
    problem = await world.boss.expect("POST", "/webhooks", 429, json={"name": "a", "url": "https://example.org/"})
    assert problem["code"] == "limit_exceeded.webhooks"
