"""The job that prices past sessions again: every session once, page by page, also where many began at one instant."""

from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import insert, select, text

from busbar.app.what_if import WhatIfRuns, cover, follow, write_cursor
from busbar.domain.billing.tables import session_prices, what_ifs
from busbar.domain.billing.what_ifs import WHAT_IF_JOB
from busbar.ports.jobs import Job
from tests.contracts.billing.conftest import per_kwh
from tests.services import SQLITE

JOB = Job(job_id="j", kind=WHAT_IF_JOB, payload_json='{"what_if_id":"w"}', attempts=1, max_attempts=3)
COUNT = 23


def make_price(begin, number):
    return {
        "session_id": f"s-{(number * 7) % COUNT:02}", "operator_id": "op", "station_id": "S1", "site_id": None,
        "zone": "UTC", "country": "", "days": "{}", "taxes": "[]", "tariff_id": "t", "version": 1, "tariff_name": "T",
        "scope": "operator", "currency": "EUR", "fixed_at": begin, "started_at": begin + timedelta(hours=number // 5),
        "ended_at": begin + timedelta(hours=9), "energy_wh": 1000, "net": 0, "tax": 0, "gross": 50, "revision": 1,
        "is_final": True,
    }  # fmt: skip


@pytest.fixture
async def asked(billing):
    """A question about sessions, several of which began at each instant."""
    begin = billing.house.clock.now()
    question = {
        "what_if_id": "w", "operator_id": "op", "tariff_id": "t", "tariff_name": "T", "terms_json": per_kwh("0.60"),
        "since": begin, "until": begin + timedelta(days=1), "state": "waiting", "done": 0, "total": 0, "cursor": "",
        "result_json": "{}", "created_at": begin, "created_by": "staff:s",
    }  # fmt: skip
    async with billing.house.databases.writer.begin() as connection:
        await connection.execute(insert(session_prices), [make_price(begin, number) for number in range(COUNT)])
        await connection.execute(insert(what_ifs), [question])
    return question


async def read_answer(billing):
    async with billing.house.databases.read() as connection:
        row = (await connection.execute(select(what_ifs))).mappings().one()
    return row, msgspec.json.decode(row["result_json"])["total"]


@pytest.mark.parametrize("page", [1, 4, 100])
async def test_every_session_is_counted_once(billing, asked, page):
    await WhatIfRuns(databases=billing.house.databases, clock=billing.house.clock, page=page).run(JOB)
    row, total = await read_answer(billing)
    assert (row["state"], row["done"], row["total"]) == ("done", COUNT, COUNT)
    assert (total["sessions"], total["before"], total["after"]) == (COUNT, 50 * COUNT, 60 * COUNT)


async def test_an_answer_goes_on_where_it_stopped(billing, asked):
    runs = WhatIfRuns(databases=billing.house.databases, clock=billing.house.clock, page=4)
    note, calls = runs._note, []

    async def stop_at_the_third(*given, **values):
        await note(*given, **values)
        calls.append(values)
        if len(calls) == 3:
            raise ConnectionError

    runs._note = stop_at_the_third
    with pytest.raises(ConnectionError):
        await runs.run(JOB)
    row, total = await read_answer(billing)
    assert (row["done"], total["sessions"]) == (12, 12)
    await WhatIfRuns(databases=billing.house.databases, clock=billing.house.clock, page=4).run(JOB)
    row, total = await read_answer(billing)
    assert (row["state"], total["sessions"]) == ("done", COUNT)


async def test_a_page_reads_no_more_than_itself(billing, asked, database_kind):
    """By the index of begins: a page of a million sessions costs no more than one of a few."""
    if database_kind != SQLITE:
        return
    cursor = write_cursor({"started_at": asked["since"] + timedelta(hours=2), "session_id": "s-05"})
    order = (session_prices.c.started_at, session_prices.c.session_id)
    query = select(session_prices).where(cover({**asked, "site_id": None}), follow(cursor)).order_by(*order).limit(4)
    async with billing.house.databases.read() as connection:
        plain = query.compile(connection.sync_engine, compile_kwargs={"literal_binds": True})
        plan = [row.detail for row in await connection.execute(text(f"EXPLAIN QUERY PLAN {plain}"))]
    assert "ix_session_prices_operator_id" in plan[0], plan
    assert not any("SCAN" in each or each == "USE TEMP B-TREE FOR ORDER BY" for each in plan), plan
