"""Coming in by a link over a whole house: invitations, forgotten passwords, and what an attacker tries with them."""

import asyncio
import re
from datetime import timedelta

import pytest

from busbar.app.housekeeping import Housekeeping
from busbar.domain.links.sql import password_links
from tests.contracts.api.conftest import ADMIN_EMAIL, ADMIN_PASSWORD, Door, eventually
from tests.contracts.mail.post import open_post
from tests.services import SQLITE

STAFF = {"email": "leo@staff.example", "display_name": "Leo", "role": "viewer", "language": "it"}
NEW = "a quite new password"


@pytest.fixture
def database_kind():
    return SQLITE


@pytest.fixture
async def post(tmp_path, database_url):
    async with open_post(tmp_path, database_url, public_url="https://charge.example") as made:
        made.visitor = Door(made.world.http)
        yield made


def read_link(mail):
    (link,) = set(re.findall(r"https://\S+#\S+", mail.text))
    assert link in mail.html
    place, _, secret = link.partition("#")
    return place, secret


async def invite(post):
    made = await post.world.boss.post("/staff", STAFF, 201)
    await post.run()
    return made["staff"]["staff_id"], *read_link(post.mailer.sent[-1])


async def sign_in(post, password=NEW, status=200, email=STAFF["email"]):
    answer = await post.visitor.post("/auth/sign-in", {"email": email, "password": password}, status)
    return Door(post.world.http, answer["token"]) if status == 200 else answer


async def ask(post, email, where="/auth", *, is_known=True):
    """Ask for a link, and wait until what follows from it is done: it follows a moment after the answer."""
    before = len(await post.list_jobs())
    await post.visitor.post(f"{where}/forgot-password", {"email": email}, 202)
    if is_known:
        await eventually(post.list_jobs, lambda jobs: len(jobs) > before)
    else:
        await asyncio.sleep(0.2)
    await post.run()


async def set_password(post, secret, status=204, password=NEW, where="/auth"):
    return await post.visitor.post(f"{where}/set-password", {"link": secret, "password": password}, status)


async def test_a_new_member_of_staff_is_mailed_a_link_in_their_language_and_no_password_is_shown(post):
    made = await post.world.boss.post("/staff", STAFF, 201)
    assert (made["password"], made["is_invited"]) == (None, True)
    await post.run()
    (mail,) = post.mailer.sent
    assert (mail.recipients, mail.language) == (("leo@staff.example",), "it")
    assert mail.subject == "Alpha: il tuo accesso alla console"
    assert "Ciao Leo," in mail.text
    place, secret = read_link(mail)
    assert place == "https://charge.example/password"
    await sign_in(post, status=401)
    await set_password(post, secret)
    await sign_in(post)
    assert (await set_password(post, secret, 422, "another password"))["code"] == "invalid.link"
    subject = f"staff:{made['staff']['staff_id']}"
    audit = await post.world.boss.get("/audit", params={"subject": subject})
    assert {"staff.create", "staff.set_password"} <= {entry["action"] for entry in audit["items"]}


async def test_the_secret_is_kept_nowhere(post):
    _, _, secret = await invite(post)
    async with post.world.house.databases.read() as connection:
        names = (await connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars()
        for name in list(names):
            rows = (await connection.exec_driver_sql(f'SELECT * FROM "{name}"')).all()  # noqa: S608 - our own names
            assert secret not in str(rows), name
            assert secret.removeprefix("bbl_") not in str(rows), name


async def test_a_link_is_void_after_its_time(post):
    _, _, secret = await invite(post)
    now = post.world.house.clock.now()
    async with post.world.house.databases.writer.begin() as connection:
        await connection.execute(password_links.update().values(expires_at=now - timedelta(seconds=1)))
    assert (await set_password(post, secret, 422))["code"] == "invalid.link"
    await Housekeeping(post.world.house).chores.expire_sign_ins()
    async with post.world.house.databases.read() as connection:
        assert (await connection.execute(password_links.select())).all() == []


async def test_who_forgot_the_password_sets_another_and_all_sign_ins_end(post):
    _, _, secret = await invite(post)
    await set_password(post, secret, password="the first password")
    door = await sign_in(post, "the first password")
    await ask(post, "LEO@staff.example")
    mail = post.mailer.sent[-1]
    assert mail.subject == "Alpha: imposta una nuova password"
    _, secret = read_link(mail)
    await door.get("/auth/me")
    await set_password(post, secret)
    assert (await door.get("/auth/me", 401))["code"] == "denied.bearer"
    await sign_in(post, "the first password", 401)
    await sign_in(post)


async def test_only_the_newest_link_is_good_and_none_after_the_password_changed(post):
    _, _, first = await invite(post)
    await ask(post, STAFF["email"])
    _, second = read_link(post.mailer.sent[-1])
    assert (await set_password(post, first, 422))["code"] == "invalid.link"
    await set_password(post, second, password="the first password")
    await ask(post, STAFF["email"])
    _, third = read_link(post.mailer.sent[-1])
    door = await sign_in(post, "the first password")
    await door.post("/auth/change-password", {"old_password": "the first password", "new_password": NEW}, 204)
    assert (await set_password(post, third, 422, "another password"))["code"] == "invalid.link"


async def test_nobody_learns_whether_an_address_is_known(post):
    await invite(post)
    sent = len(post.mailer.sent)
    before = len(await post.list_jobs())
    answers = [
        await post.visitor("POST", "/auth/forgot-password", json={"email": email})
        for email in ("leo@staff.example", "nobody@staff.example", "not even an address@")
    ]
    await eventually(post.list_jobs, lambda jobs: len(jobs) > before)
    await asyncio.sleep(0.2)  # what would follow for the others
    assert [answer.status_code for answer in answers[:2]] == [202, 202]
    assert [answer.content for answer in answers[:2]] == [b"", b""]
    await post.run()
    assert len(post.mailer.sent) == sent + 1


async def test_a_blocked_person_gets_no_link_and_theirs_is_void(post):
    staff_id, _, secret = await invite(post)
    await post.world.boss.expect("PATCH", f"/staff/{staff_id}", 200, json={"is_active": False})
    assert (await set_password(post, secret, 422))["code"] == "invalid.link"
    sent = len(post.mailer.sent)
    await ask(post, STAFF["email"], is_known=False)
    assert len(post.mailer.sent) == sent
    answer = await post.world.boss.post(f"/staff/{staff_id}/send-link", status=409)
    assert answer["code"] == "conflict.staff_inactive"


async def test_an_address_is_not_filled_with_letters(post):
    staff_id, _, _ = await invite(post)
    letters = [await post.world.boss.post(f"/staff/{staff_id}/send-link", status=202) for _ in range(5)]
    assert [letter["letter_id"] is not None for letter in letters] == [True, True, True, False, False]
    codes = []
    for number in range(12):
        body = {"email": f"n{number}@staff.example"}
        answer = await post.visitor("POST", "/auth/forgot-password", json=body)
        codes.append(answer.status_code)
    assert codes == [202] * 10 + [429] * 2


async def test_guessing_links_is_slowed_down(post):
    answers = [await post.visitor("POST", "/auth/set-password", json={"link": "bbl_x", "password": NEW})]
    for number in range(11):
        body = {"link": f"bbl_{number:043}", "password": NEW}
        answers.append(await post.visitor("POST", "/auth/set-password", json=body))
    codes = [answer.json()["code"] for answer in answers]
    assert codes[:10] == ["invalid.link"] * 10
    assert codes[10:] == ["limit_exceeded.sign_in"] * 2


async def test_a_plain_password_is_refused_and_the_link_stays_good(post):
    _, _, secret = await invite(post)
    refused = await set_password(post, secret, 422, "leo@staff.example")
    assert refused["code"] == "invalid.password"
    await set_password(post, secret)


async def test_drivers_come_in_by_links_of_their_own(post):
    boss = post.world.boss
    body = {"display_name": "Ada", "email": "ada@driver.example", "language": "zh"}
    driver = await boss.post("/drivers", body, 201)
    sent = await boss.post(f"/drivers/{driver['driver_id']}/send-link", status=202)
    assert sent["letter_id"]
    await post.run()
    mail = post.mailer.sent[-1]
    assert mail.subject == "Alpha:您的充电账号已开通"
    place, secret = read_link(mail)
    assert place.startswith("https://charge.example/app/password?operator=")
    assert (await set_password(post, secret, 422))["code"] == "invalid.link"
    await set_password(post, secret, where="/driver")
    signed_in = await post.visitor.post("/driver/sign-in", {"email": "ada@driver.example", "password": NEW})
    ada = Door(post.world.http, signed_in["token"])
    await ask(post, "Ada@driver.example", "/driver")
    assert post.mailer.sent[-1].subject == "Alpha:设置新密码"
    _, secret = read_link(post.mailer.sent[-1])
    await set_password(post, secret, where="/driver", password="another password")
    await ada.get("/driver/me", 401)
    sent = len(post.mailer.sent)
    await ask(post, "nobody@driver.example", "/driver", is_known=False)
    assert len(post.mailer.sent) == sent
    bare = await boss.post("/drivers", {"display_name": "Bo"}, 201)
    answer = await boss.post(f"/drivers/{bare['driver_id']}/send-link", status=409)
    assert answer["code"] == "conflict.driver_without_email"


async def test_a_wrong_old_password_is_told_and_ends_no_sign_in(post):
    staff = await sign_in(post, ADMIN_PASSWORD, email=ADMIN_EMAIL)
    body = {"old_password": "not this one", "new_password": NEW}
    assert (await staff.post("/auth/change-password", body, 422))["code"] == "invalid.old_password"
    await staff.get("/auth/me")
    driver = await post.world.driver()
    assert (await driver.post("/driver/change-password", body, 422))["code"] == "invalid.old_password"
    answer = await driver.post("/driver/me/erase", {"password": "not this one"}, 422)
    assert answer["code"] == "invalid.old_password"
    await driver.get("/driver/me")


async def test_changing_a_password_ends_the_other_sign_ins(post):
    one, other = [await sign_in(post, ADMIN_PASSWORD, email=ADMIN_EMAIL) for _ in range(2)]
    await one.post("/auth/change-password", {"old_password": ADMIN_PASSWORD, "new_password": NEW}, 204)
    await one.get("/auth/me")
    await eventually(lambda: other("GET", "/auth/me"), lambda answer: answer.status_code == 401)


async def test_without_mail_the_ways_say_so(tmp_path):
    async with open_post(tmp_path, mail_host=None) as post:
        visitor = Door(post.world.http)
        assert (await visitor.get("/auth/ways"))["can_reset"] is False
        assert (await visitor.get("/driver/network"))["can_reset"] is False
        for where in ("/auth", "/driver"):
            answer = await visitor.post(f"{where}/forgot-password", {"email": "a@b.example"}, 409)
            assert answer["code"] == "conflict.mail_off"
        made = await post.world.boss.post("/staff", STAFF, 201)
        assert made["is_invited"] is False
        assert made["password"]
        answer = await post.world.boss.post(f"/staff/{made['staff']['staff_id']}/send-link", status=409)
        assert answer["code"] == "conflict.mail_off"
