"""Reports that come round over a whole house: entered, due, made, mailed, and told how it went."""

import csv
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest
from pypdf import PdfReader

from busbar.app.report_letters import ReportLetters
from busbar.canon.mail import Letter, LetterKind, LetterState
from busbar.canon.reporting import GroupBy, ReportFormat, ReportPlan, Rhythm, RunReportSchedules
from busbar.canon.tenants import FindOperator, Role, UpdateOperator
from busbar.domain.billing.tables import session_prices
from busbar.domain.reporting.model import SCHEDULES_MAX, find_period, shape_wish
from busbar.domain.reporting.sql import report_schedules
from tests.contracts.api.conftest import eventually
from tests.contracts.mail.post import open_post
from tests.services import SQLITE

PATH = "/report-schedules"
BODY = {
    "name": "Revenue by site",
    "group_by": "site",
    "rhythm": "daily",
    "hour": 6,
    "formats": ["csv", "pdf", "xlsx"],
    "recipients": ["boss@reader.example", "desk@reader.example"],
    "language": "it",
}


@pytest.fixture
def database_kind():
    return SQLITE


@pytest.fixture
async def post(tmp_path, database_url):
    async with open_post(tmp_path, database_url) as made:
        await made.world.house.desk.dispatch(
            UpdateOperator(by=made.world.admin, operator_id=made.world.operator_id, zone="Europe/Rome")
        )
        yield made


async def make(post, **given):
    return await post.world.boss.post(PATH, BODY | given, 201)


async def set_due(post, schedule, due_at):
    async with post.world.house.databases.writer.begin() as connection:
        mine = report_schedules.c.schedule_id == schedule["schedule_id"]
        await connection.execute(report_schedules.update().where(mine).values(next_at=due_at))


async def run_schedules(post):
    return await post.world.house.desk.dispatch(RunReportSchedules())


async def read(post, schedule, check=lambda found: True):
    return await eventually(lambda: post.world.boss.get(f"{PATH}/{schedule['schedule_id']}"), check)


async def price(post, energy_wh, *, at):
    """Let a session have been priced that began at an instant."""
    async with post.world.house.databases.writer.begin() as connection:
        await connection.execute(
            session_prices.insert().values(
                session_id=post.world.house.ids.new(),
                operator_id=post.world.operator_id,
                station_id="AB-01",
                tariff_name="Day",
                tariff_id="tariff-1",
                version=1,
                scope="operator",
                country="IT",
                is_final=True,
                fixed_at=at,
                currency="EUR",
                zone="Europe/Rome",
                started_at=at,
                ended_at=at,
                energy_wh=energy_wh,
                net=energy_wh // 20,
                tax=0,
                gross=energy_wh // 20,
                revision=1,
                priced_at=at,
            )
        )


def open_csv(mail):
    (found,) = [each for each in mail.attachments if each.media == "text/csv"]
    return list(csv.DictReader(io.StringIO(found.content.decode("utf-8-sig"))))


async def test_a_report_is_mailed_when_it_is_due_and_tells_of_the_day_before(post):
    now = post.world.house.clock.now()
    since, until = find_period(ReportPlan(name="x", rhythm=Rhythm.DAILY), zone="Europe/Rome", at=now)
    await price(post, 8_000, at=since)
    await price(post, 4_000, at=until - timedelta(seconds=1))
    await price(post, 5_000, at=until)
    await price(post, 5_000, at=since - timedelta(seconds=1))
    schedule = await make(post)
    assert datetime.fromisoformat(schedule["next_at"]) > now
    assert (schedule["time_zone"], schedule["last_at"]) == ("Europe/Rome", None)
    assert await run_schedules(post) == 0
    await set_due(post, schedule, now)
    assert await run_schedules(post) == 1
    assert await run_schedules(post) == 0
    await post.run()
    assert {mail.recipients for mail in post.mailer.sent} == {("boss@reader.example",), ("desk@reader.example",)}
    mail = post.mailer.sent[0]
    assert [each.name.rpartition(".")[2] for each in mail.attachments] == ["pdf", "xlsx", "csv"]
    (row,) = open_csv(mail)
    assert (row["name"], row["sessions"], Decimal(row["energy_kWh"])) == ("", "2", 12)
    assert mail.subject.startswith("Revenue by site: ")
    assert "in allegato il rapporto" in mail.text
    assert "Lordo: 6,00 EUR" in mail.text
    paper = PdfReader(io.BytesIO(mail.attachments[0].content)).pages[0].extract_text()
    assert "Rapporto dei ricavi" in paper
    went = await read(post, schedule, lambda found: found["last_sent"] == 2)
    assert (went["last_letters"], went["last_failed"], went["last_reason"]) == (2, 0, "")
    assert datetime.fromisoformat(went["next_at"]) > now


@pytest.mark.parametrize(
    ("made_at", "first", "last", "day"),
    [
        ("2026-03-30T04:00", "2026-03-28T23:00", "2026-03-29T21:59", "29/03/2026"),
        ("2026-10-26T05:00", "2026-10-24T22:00", "2026-10-25T22:59", "25/10/2026"),
    ],
)
async def test_a_day_on_which_clocks_change_is_told_whole_and_no_more(post, made_at, first, last, day):
    made_at, first, last = (datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (made_at, first, last))
    for at, energy_wh in (
        (first, 1_000), (last, 2_000), (first - timedelta(minutes=1), 4_000), (last + timedelta(minutes=1), 8_000),
    ):  # fmt: skip
        await price(post, energy_wh, at=at)
    plan = ReportPlan(name="Day", rhythm=Rhythm.DAILY, group_by=GroupBy.DAY, formats=(ReportFormat.CSV,))
    letter = Letter(
        letter_id="l", operator_id=post.world.operator_id, kind=LetterKind.REPORT, recipient="a@b.example",
        language="it", state=LetterState.WAITING, queued_at=made_at,
        detail_json=msgspec.json.encode(shape_wish(plan, zone="Europe/Rome", at=made_at)).decode(),
    )  # fmt: skip
    operator = await post.world.house.desk.dispatch(FindOperator(operator_id=post.world.operator_id))
    draft = await ReportLetters(post.world.house.databases).write(letter, operator)
    (row,) = open_csv(draft)
    assert (row["sessions"], Decimal(row["energy_kWh"])) == ("2", 3)
    assert draft.values["period"] == day


async def test_what_was_due_while_nobody_ran_is_mailed_for_each_day_but_not_for_ever(post):
    schedule = await make(post, recipients=["boss@reader.example"], formats=["csv"])
    now = post.world.house.clock.now()
    await set_due(post, schedule, now - timedelta(days=3))
    assert [await run_schedules(post) for _ in range(6)] == [1, 1, 1, 1, 0, 0]
    await set_due(post, schedule, now - timedelta(days=100))
    counts = [await run_schedules(post) for _ in range(40)]
    assert counts[0] == 0
    assert 30 <= sum(counts) <= 32
    assert datetime.fromisoformat((await read(post, schedule))["next_at"]) > now


async def test_a_reader_who_is_refused_is_told_of_and_the_others_get_theirs(post):
    schedule = await make(post)
    post.mailer.refused["desk@reader.example"] = (550, "5.1.1 gone")
    await post.world.boss.post(f"{PATH}/{schedule['schedule_id']}/send", status=202)
    await post.run()
    went = await read(post, schedule, lambda found: found["last_sent"] + found["last_failed"] == 2)
    assert (went["last_sent"], went["last_failed"], went["last_reason"]) == (1, 1, "invalid.mail_refused")
    about = {"about": f"report_schedule:{schedule['schedule_id']}", "state": "refused"}
    (letter,) = (await post.world.boss.get("/mail/letters", params=about))["items"]
    assert (letter["recipient"], letter["reply"]) == ("desk@reader.example", "550 5.1.1 gone")


async def test_it_is_sent_at_once_and_once_for_one_key(post):
    schedule = await make(post, recipients=["boss@reader.example"])
    path = f"{PATH}/{schedule['schedule_id']}/send"
    for _ in range(2):
        sent = await post.world.boss.post(path, status=202, headers={"Idempotency-Key": "once"})
    assert (sent["last_letters"], sent["next_at"]) == (1, schedule["next_at"])
    await post.run()
    assert len(post.mailer.sent) == 1
    await post.world.boss.post(path, status=202)
    await post.run()
    assert len(post.mailer.sent) == 2
    audit = await post.world.boss.get("/audit", params={"subject": f"report_schedule:{schedule['schedule_id']}"})
    actions = [entry["action"].partition(".")[2] for entry in audit["items"]]
    assert actions == ["send", "send", "save"]


async def test_it_is_changed_paused_and_removed(post):
    schedule = await make(post)
    path = f"{PATH}/{schedule['schedule_id']}"
    body = BODY | {"rhythm": "weekly", "weekday": 3, "is_active": False, "name": "Other"}
    paused = await post.world.boss.expect("PUT", path, 200, json=body)
    assert (paused["next_at"], paused["weekday"], paused["is_active"], paused["name"]) == (None, 3, False, "Other")
    assert [item["name"] for item in (await post.world.boss.get(PATH))["items"]] == ["Other"]
    await post.world.boss.expect("DELETE", path, 204)
    assert (await post.world.boss.expect("DELETE", path, 404))["code"] == "not_found.report_schedule"
    assert (await post.world.boss.get(path, 404))["code"] == "not_found.report_schedule"


async def test_another_time_zone_moves_the_hour(post):
    schedule = await make(post, hour=6)
    await post.world.house.desk.dispatch(
        UpdateOperator(by=post.world.admin, operator_id=post.world.operator_id, zone="Asia/Shanghai")
    )
    moved = await read(post, schedule, lambda found: found["next_at"] != schedule["next_at"])
    assert datetime.fromisoformat(moved["next_at"]).hour == 22
    assert moved["time_zone"] == "Asia/Shanghai"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"recipients": []}, "invalid.request"),
        ({"recipients": ["nobody"]}, "invalid.request"),
        ({"recipients": ["a@b.example,c@d.example"]}, "invalid.request"),
        ({"hour": 24}, "invalid.request"),
        ({"formats": ["doc"]}, "invalid.request"),
        ({"group_by": "colour"}, "invalid.request"),
    ],
)
async def test_what_is_beyond_its_bounds_is_refused(post, given, code):
    assert (await post.world.boss.post(PATH, BODY | given, 422))["code"] == code


async def test_readers_see_no_addresses_and_an_operator_has_so_many(post):
    viewer = await post.world.key(Role.VIEWER)
    assert (await viewer.get(PATH, 403))["code"] == "denied.permission"
    for number in range(SCHEDULES_MAX):
        await make(post, name=f"Number {number}", is_active=False)
    refused = await post.world.boss.post(PATH, BODY, 429)
    assert refused["code"] == "limit_exceeded.report_schedules"


async def test_without_mail_it_can_be_prepared_but_not_go(tmp_path):
    async with open_post(tmp_path, mail_host=None) as post:
        assert (await post.world.boss.post(PATH, BODY, 409))["code"] == "conflict.mail_off"
        schedule = await make(post, is_active=False)
        path = f"{PATH}/{schedule['schedule_id']}/send"
        assert (await post.world.boss.post(path, status=409))["code"] == "conflict.mail_off"
        await set_due(post, schedule, post.world.house.clock.now())
        assert await run_schedules(post) == 0
        assert (await read(post, schedule))["last_reason"] == "conflict.mail_off"
