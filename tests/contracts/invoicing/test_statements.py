"""Monthly statements over a whole house: wished for, written on the first of a month, mailed, and never twice."""

import asyncio
from datetime import timedelta

import pytest

from busbar.app.statements import Statements
from busbar.domain.invoicing.months import find_bounds, name_month
from busbar.domain.invoicing.sql import documents
from busbar.domain.invoicing.sql_statements import statement_plans
from tests.contracts.api.conftest import eventually
from tests.contracts.api.routes import TERMS
from tests.contracts.mail.post import open_post
from tests.services import SQLITE

ZONE = "UTC"
BUYER = {"name": "Ada Rossi", "city": "Torino", "country": "IT"}


class ShiftedClock:
    """The house's clock, so much ahead."""

    def __init__(self, clock, ahead):
        self._clock, self._ahead = clock, ahead

    def now(self):
        return self._clock.now() + self._ahead

    def monotonic_s(self):
        return self._clock.monotonic_s()


@pytest.fixture
def database_kind():
    return SQLITE


@pytest.fixture
async def post(tmp_path, database_url):
    async with open_post(tmp_path, database_url) as made:
        boss = made.world.boss
        tariff = await boss.post("/tariffs", {"name": "Day", "terms": TERMS}, 201)
        await boss.post(f"/tariffs/{tariff['tariff_id']}/publish", {})
        await boss.post("/tariff-assignments", {"tariff_id": tariff["tariff_id"], "scope": "operator"}, 201)
        made.station = await made.world.station(boss, "CP-1")
        await made.station.connect()
        yield made


async def come(post, email="ada@driver.example"):
    """Let a driver come who has a card."""
    driver = await post.world.driver(email)
    me = await driver.get("/driver/me")
    token = f"TAG-{me['driver_id'][-8:].upper()}"
    await post.world.boss.expect("PUT", f"/tokens/{token}", 201, json={"driver_id": me["driver_id"]})
    return driver, token, me["driver_id"]


async def charge(post, token, energy_wh):
    """Let a session take place; return its receipt."""
    boss, clock = post.world.boss, post.world.house.clock
    before = {item["document_id"] for item in (await boss.get("/documents", params={"kind": "receipt"}))["items"]}
    ref = await post.station.start(token, at=clock.now())
    await post.station.stop(ref, at=clock.now(), register_wh=1000 + energy_wh)
    for _ in range(3000):
        items = (await boss.get("/documents", params={"kind": "receipt"}))["items"]
        new = [item for item in items if item["document_id"] not in before]
        if new:
            return new[0]
        await asyncio.sleep(0.02)
    pytest.fail("no receipt was written")


async def write_due(post, *, ahead=None):
    """Let the job run, an hour into the first of the next month unless told otherwise."""
    house = post.world.house
    now = house.clock.now()
    if ahead is None:
        ahead = find_bounds(name_month(now, zone=ZONE), zone=ZONE)[1] - now + timedelta(hours=1)
    clock = ShiftedClock(house.clock, ahead)
    await Statements(databases=house.databases, dispatcher=house.desk, clock=clock).write_due()


async def list_statements(post):
    return (await post.world.boss.get("/documents", params={"kind": "statement"}))["items"]


def wish(**given):
    return {"is_active": True, "buyer": BUYER, "email": "ada@driver.example", "language": "it"} | given


async def test_a_driver_who_wishes_gets_one_statement_a_month_by_mail(post):
    driver, token, _ = await come(post)
    assert (await driver.get("/driver/statement"))["is_active"] is False
    await driver.expect("PUT", "/driver/statement", 200, json=wish())
    receipts = [await charge(post, token, energy_wh) for energy_wh in (10_000, 5_000)]
    await write_due(post, ahead=timedelta(0))
    assert await list_statements(post) == []
    for _ in range(2):
        await write_due(post)
    (statement,) = await list_statements(post)
    assert statement["gross"] == sum(receipt["gross"] for receipt in receipts)
    assert (statement["buyer_name"], statement["reference"][:1]) == ("Ada Rossi", "F")
    await post.run()
    (mail,) = post.mailer.sent
    assert (mail.recipients, mail.language) == (("ada@driver.example",), "it")
    assert statement["reference"] in mail.subject
    assert "Ciao Ada Rossi," in mail.text
    assert "sessioni: 2" in mail.text
    assert "15,0 kWh" in mail.text
    (paper,) = mail.attachments
    assert (paper.name, paper.content[:5]) == (f"{statement['reference']}.pdf", b"%PDF-")
    plan = await driver.get("/driver/statement")
    assert (plan["last_month"], plan["last_reason"]) == (name_month(post.world.house.clock.now(), zone=ZONE), "")
    await post.run()
    assert len(post.mailer.sent) == 1


async def test_what_is_cut_short_goes_on_and_nothing_is_written_twice(post):
    driver, token, _ = await come(post)
    await driver.expect("PUT", "/driver/statement", 200, json=wish())
    await charge(post, token, 10_000)
    await write_due(post)
    async with post.world.house.databases.writer.begin() as connection:
        await connection.execute(statement_plans.update().values(last_month=""))
    await write_due(post)
    assert len(await list_statements(post)) == 1
    async with post.world.house.databases.read() as connection:
        numbers = (await connection.execute(documents.select())).mappings().all()
    assert sorted(row["number"] for row in numbers if row["kind"] == "statement") == [1]


async def test_nobody_gets_one_without_wishing_nor_once_it_is_over(post):
    driver, token, _ = await come(post)
    await charge(post, token, 10_000)
    await write_due(post)
    await driver.expect("PUT", "/driver/statement", 200, json=wish(is_active=False))
    await write_due(post)
    assert await list_statements(post) == []
    refused = await driver.expect("PUT", "/driver/statement", 422, json=wish(buyer={"name": "A", "country": "XY1"}))
    assert refused["code"] == "invalid.request"
    refused = await driver.expect("PUT", "/driver/statement", 422, json=wish(email="nobody"))
    assert refused["code"] == "invalid.email"
    await driver.post("/driver/me/erase", {"password": "long enough words"}, 204)

    async def read_plans():
        async with post.world.house.databases.read() as connection:
            return (await connection.execute(statement_plans.select())).all()

    await eventually(read_plans, lambda plans: plans == [])


async def test_what_stands_on_an_invoice_is_not_stated_again(post):
    driver, token, _ = await come(post)
    await driver.expect("PUT", "/driver/statement", 200, json=wish(email=""))
    first, second = [await charge(post, token, energy_wh) for energy_wh in (10_000, 5_000)]
    await post.world.boss.post("/invoices", {"session_ids": [first["session_id"]], "buyer": BUYER}, 201)
    await write_due(post)
    (statement,) = await list_statements(post)
    assert statement["gross"] == second["gross"]
    await post.run()
    assert post.mailer.sent == []


async def test_a_company_is_stated_what_it_owes_and_its_drivers_are_not(post):
    boss = post.world.boss
    await boss.expect("PUT", "/ledger/terms", 200, json={"mode": "postpaid", "hold": 0})
    driver, token, driver_id = await come(post)
    company = await boss.post("/companies", {"name": "Rossi Srl"}, 201)
    path = f"/companies/{company['company_id']}"
    await boss.expect("PUT", f"{path}/drivers/{driver_id}", 204, json={})
    begun = await boss.get(f"{path}/statement")
    assert (begun["is_active"], begun["buyer"]["name"]) == (False, "Rossi Srl")
    saved = await boss.expect(
        "PUT", f"{path}/statement", 200, json=wish(buyer=BUYER | {"name": "Rossi Srl"}, email="office@rossi.example")
    )
    assert saved["email"] == "office@rossi.example"
    await driver.expect("PUT", "/driver/statement", 200, json=wish())
    await charge(post, token, 10_000)
    await write_due(post)
    (statement,) = await list_statements(post)
    assert statement["buyer_name"] == "Rossi Srl"
    await post.run()
    assert [mail.recipients for mail in post.mailer.sent] == [("office@rossi.example",)]
    assert (await boss.get("/companies/nothing/statement", 404))["code"] == "not_found.company"


async def test_without_mail_statements_are_written_all_the_same(tmp_path):
    async with open_post(tmp_path, mail_host=None) as post:
        driver = await post.world.driver()
        await driver.expect("PUT", "/driver/statement", 200, json=wish())
        await write_due(post)
        plan = await driver.get("/driver/statement")
        assert (plan["last_count"], plan["last_reason"]) == (0, "")
