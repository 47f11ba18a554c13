"""Letters over a whole house: written down with what brings them about, sent by jobs, and told what became of them."""

import json

import pytest

from busbar.app.housekeeping import Housekeeping
from busbar.canon.drivers import CreateDriver, EraseDriver
from busbar.canon.tenants import Role
from busbar.domain.mail.model import ATTEMPTS_MAX, TooManyLettersError
from busbar.domain.mail.sql import letters
from busbar.kernel.ids import LetterId
from busbar.kernel.person import EmailError
from busbar.ports.mailer import MailOffError
from tests.contracts.api.conftest import eventually
from tests.contracts.mail.post import open_post


@pytest.fixture
async def post(tmp_path, database_url):
    async with open_post(tmp_path, database_url) as made:
        yield made


async def test_a_trial_of_a_platform_administrator_arrives(post):
    boss = post.world.boss
    assert await boss.get("/mail") == {"is_on": True, "sender": "post@busbar.example", "host": "127.0.0.1"}
    queued = await boss.post("/mail/trial", {"recipient": "ops@x.example", "language": "zh"}, 202)
    assert (queued["state"], queued["kind"]) == ("waiting", "trial")
    await post.run()
    (mail,) = post.mailer.sent
    assert (mail.recipients, mail.language, mail.sender_name) == (("ops@x.example",), "zh", "Alpha")
    assert mail.subject == "Alpha:邮件功能正常"
    settled = await post.read(queued["letter_id"])
    assert (settled["state"], settled["reason"]) == ("sent", "")
    assert await post.list_jobs() == []
    audit = await boss.get("/audit", params={"subject": f"letter:{queued['letter_id']}"})
    assert [entry["action"] for entry in audit["items"]] == ["letter.try"]


async def test_a_letter_is_one_however_often_it_is_wished_for(post):
    first = await post.wish(letter_id=LetterId("a" * 32))
    assert await post.wish(letter_id=LetterId("a" * 32)) == first
    await post.run()
    assert len(post.mailer.sent) == 1
    await post.wish(letter_id=LetterId("a" * 32))
    await post.run()
    assert len(post.mailer.sent) == 1


async def test_a_server_that_is_down_delays_a_letter_and_loses_none(post):
    letter_id = await post.wish()
    post.mailer.is_away = True
    for _ in range(3):
        await post.run()
    waiting = await post.read(letter_id)
    assert (waiting["state"], waiting["reason"]) == ("waiting", "unavailable.mail")
    (job,) = await post.list_jobs()
    assert (job.state, job.attempts) == ("waiting", 3)
    post.mailer.is_away = False
    await post.run()
    assert [mail.mail_id for mail in post.mailer.sent] == [letter_id]
    assert (await post.read(letter_id))["state"] == "sent"


async def test_after_days_it_is_given_up_and_a_person_may_send_it_again(post):
    letter_id = await post.wish()
    post.mailer.is_away = True
    await post.set_attempts(ATTEMPTS_MAX - 1)
    await post.run()
    given_up = await post.read(letter_id)
    assert (given_up["state"], given_up["reply"]) == ("given_up", "the mail server does not answer")
    assert await post.list_jobs() == []
    post.mailer.is_away = False
    again = await post.world.boss.post(f"/mail/letters/{letter_id}/send", status=202)
    assert (again["state"], again["settled_at"]) == ("waiting", None)
    await post.run()
    assert (await post.read(letter_id))["state"] == "sent"
    refused = await post.world.boss.post(f"/mail/letters/{letter_id}/send", status=409)
    assert refused["code"] == "conflict.letter_state"


async def test_a_refusal_for_good_is_told_and_not_tried_again(post):
    post.mailer.refused["ada@driver.example"] = (550, "5.1.1 no such person")
    letter_id = await post.wish(about="document:1", person="driver:1")
    await post.run()
    refused = await post.read(letter_id)
    assert (refused["state"], refused["reason"]) == ("refused", "invalid.mail_refused")
    assert refused["reply"] == "550 5.1.1 no such person"
    assert await post.list_jobs() == []
    async with post.world.house.databases.read() as connection:
        query = "SELECT body FROM outbox WHERE name = 'LetterSettled'"
        (body,) = (await connection.exec_driver_sql(query)).scalars().all()
    told = json.loads(body)
    assert (told["state"], told["about"], told["reason"]) == ("refused", "document:1", "invalid.mail_refused")
    assert "driver.example" not in body


async def test_a_letter_that_waited_too_long_is_not_sent(post):
    letter_id = await post.wish()
    async with post.world.house.databases.read() as connection:
        queued_at = (await connection.execute(letters.select())).mappings().one()["queued_at"]
    await post.age(queued_at=queued_at.replace(year=queued_at.year - 1))
    await post.run()
    assert post.mailer.sent == []
    late = await post.read(letter_id)
    assert (late["state"], late["reason"]) == ("given_up", "limit_exceeded.letter_life")


async def test_how_many_of_a_kind_one_person_gets_in_an_hour(post):
    wishes = [await post.wish(person="staff:1", hourly_max=2) for _ in range(4)]
    assert [wish is not None for wish in wishes] == [True, True, False, False]
    assert await post.wish(person="staff:2", hourly_max=2) is not None


async def test_what_is_no_address_is_refused_at_once(post):
    with pytest.raises(EmailError):
        await post.wish(recipient="a@b.example,c@d.example")


async def test_how_many_letters_may_wait(tmp_path):
    async with open_post(tmp_path, mail_queue_max_mails=2) as post:
        await post.wish()
        await post.wish()
        with pytest.raises(TooManyLettersError):
            await post.wish()
        await post.run()
        await post.wish()


async def test_without_a_server_everything_says_that_mail_is_off(tmp_path):
    async with open_post(tmp_path, mail_host=None) as post:
        assert (await post.world.boss.get("/mail"))["is_on"] is False
        answer = await post.world.boss.post("/mail/trial", {"recipient": "ops@x.example"}, 409)
        assert answer["code"] == "conflict.mail_off"
        with pytest.raises(MailOffError):
            await post.wish()


async def test_a_driver_who_leaves_is_forgotten_here_too(post):
    desk = post.world.house.desk
    driver = await desk.dispatch(CreateDriver(operator_id=post.world.operator_id, actor="test", display_name="Ada"))
    person = f"driver:{driver.driver_id}"
    sent = await post.wish(person=person)
    await post.run()
    waiting = await post.wish(person=person)
    await desk.dispatch(EraseDriver(operator_id=post.world.operator_id, actor="test", driver_id=driver.driver_id))

    async def read_both():
        return [await post.read(each) for each in (sent, waiting)]

    found = await eventually(read_both, lambda letters: not letters[0]["recipient"])
    assert [(each["recipient"], each["state"]) for each in found] == [("", "sent"), ("", "given_up")]
    await post.run()
    assert len(post.mailer.sent) == 1
    assert (await post.world.boss.post(f"/mail/letters/{waiting}/send", status=404))["code"] == "not_found.letter"


async def test_letters_are_for_administrators_and_trials_for_the_platform(post):
    letter_id = await post.wish()
    admin, manager = await post.world.key(Role.ADMIN), await post.world.key(Role.MANAGER)
    assert (await admin.post("/mail/trial", {"recipient": "a@b.example"}, 403))["code"] == "denied.permission"
    assert (await manager.get("/mail/letters", 403))["code"] == "denied.permission"
    page = await admin.get("/mail/letters", params={"state": "waiting", "kind": "trial", "q": "ada@"})
    assert [item["letter_id"] for item in page["items"]] == [letter_id]
    assert (await admin.get("/mail/letters", params={"state": "sent"}))["items"] == []
    assert await manager.get("/mail") == {"is_on": True, "sender": None, "host": None}


async def test_settled_letters_are_forgotten_after_their_time(post):
    letter_id = await post.wish()
    await post.run()
    await post.age(settled_at=post.world.house.clock.now().replace(year=2020))
    await Housekeeping(post.world.house).mailing.expire()
    await post.world.boss.get(f"/mail/letters/{letter_id}", 404)
