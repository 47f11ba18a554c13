"""The job that prices past sessions again under a draft tariff: page by page, resumed where it stopped.

It reads beside the core and writes nothing but its own progress. The rating is that of every other price.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import structlog
from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.metering import MeterCurve, MeterPoint
from busbar.canon.sessions import ChargingState, ChargingStep
from busbar.canon.what_if import WhatIfState
from busbar.db.engine import Databases
from busbar.domain.billing.prices import make_record
from busbar.domain.billing.rates import rate_session
from busbar.domain.billing.tables import session_prices, what_ifs
from busbar.domain.billing.what_ifs import Answer
from busbar.domain.metering.model import walk_register
from busbar.domain.metering.tables import sample_blocks
from busbar.domain.sessions.tables import session_events
from busbar.domain.sessions.trail import Step
from busbar.kernel.clock import Clock
from busbar.ports.jobs import Job
from busbar.rating.coding import decode
from busbar.rating.tariff import Tariff

log = structlog.get_logger(__name__)

PAGE = 200
"""Sessions that are read and priced at a time."""
_ENCODER = msgspec.json.Encoder()
_TABLE = session_prices.c


class WhatIfRuns:
    """Answers questions; see `busbar.canon.what_if`."""

    def __init__(self, *, databases: Databases, clock: Clock, page: int = PAGE) -> None:
        self._databases = databases
        self._clock = clock
        self._page = page

    async def run(self, job: Job) -> None:
        """Answer one question, from where an earlier attempt stopped."""
        what_if_id: str = msgspec.json.decode(job.payload_json)["what_if_id"]
        async with self._databases.read() as connection:
            wanted = select(what_ifs).where(what_ifs.c.what_if_id == what_if_id)
            row = (await connection.execute(wanted)).mappings().first()
            if row is None or row["state"] == WhatIfState.DONE.value:
                return
            covered = cover(row)
            total = (await connection.execute(select(func.count()).where(covered))).scalar_one()
        answer = msgspec.json.decode(row["result_json"], type=Answer)
        terms, cursor, done = decode(row["terms_json"]), str(row["cursor"]), int(row["done"])
        while True:
            async with self._databases.read() as connection:
                page = await read_page(connection, covered, after=cursor, limit=self._page)
            if not page:
                break
            await asyncio.to_thread(count_in, answer, page, terms)
            cursor, done = page[-1]["session_id"], done + len(page)
            await self._note(what_if_id, answer, state=WhatIfState.RUNNING, done=done, total=total, cursor=cursor)
        await self._note(
            what_if_id, answer, state=WhatIfState.DONE, done=done, total=max(done, total), finished_at=self._clock.now()
        )
        log.info("what_if.done", what_if_id=what_if_id, sessions=done)

    async def _note(self, what_if_id: str, answer: Answer, **values: Any) -> None:
        own = update(what_ifs).where(what_ifs.c.what_if_id == what_if_id)
        async with self._databases.writer.begin() as connection:
            await connection.execute(own.values(result_json=_ENCODER.encode(answer).decode(), **values))


def cover(row: Any) -> ColumnElement[bool]:
    """Return the predicate of the sessions that a question is about: those that have their price."""
    covered = (
        (_TABLE.operator_id == row["operator_id"])
        & (_TABLE.started_at >= row["since"])
        & (_TABLE.started_at < row["until"])
        & (_TABLE.revision > 0)
    )
    return covered if row["site_id"] is None else covered & (_TABLE.site_id == row["site_id"])


async def read_page(
    connection: AsyncConnection, covered: ColumnElement[bool], *, after: str, limit: int
) -> list[dict[str, Any]]:
    """Return the next sessions with what is known of their energy over time and their charging states."""
    query = select(session_prices).where(covered, _TABLE.session_id > after).order_by(_TABLE.session_id).limit(limit)
    page = [dict(row) for row in (await connection.execute(query)).mappings()]
    ids = [row["session_id"] for row in page]
    if not ids:
        return []
    blocks, events = sample_blocks.c, session_events.c
    samples = select(blocks.session_id, blocks.at, blocks.register_wh).where(
        blocks.session_id.in_(ids), blocks.register_wh.is_not(None)
    )
    registers: dict[str, list[tuple[datetime, int]]] = {}
    for session_id, at, register_wh in await connection.execute(samples.order_by(blocks.session_id, blocks.at)):
        registers.setdefault(session_id, []).append((at, register_wh))
    told = select(events.session_id, events.at, events.detail).where(
        events.session_id.in_(ids), events.step == Step.CHARGING_STATE
    )
    steps: dict[str, list[ChargingStep]] = {}
    for session_id, at, detail in await connection.execute(told.order_by(events.session_id, events.at)):
        steps.setdefault(session_id, []).append(ChargingStep(at=at, state=ChargingState(detail)))
    for row in page:
        row["registers"] = registers.get(row["session_id"], [])
        row["steps"] = steps.get(row["session_id"], [])
    return page


def count_in(answer: Answer, page: Sequence[dict[str, Any]], terms: Tariff) -> None:
    """Price sessions again and add them up."""
    for row in page:
        if row["currency"] != terms.currency:
            answer.other_currency += 1
            continue
        answer.add(
            site_id=row["site_id"] or "",
            at=row["started_at"].astimezone(ZoneInfo(row["zone"])),
            group=row["token_group"] or "",
            energy_wh=row["energy_wh"],
            before=row["gross"],
            after=price_again(row, terms),
        )


def price_again(row: dict[str, Any], terms: Tariff) -> int:
    """Return what a session would have cost, in whole minor units with tax; without offers."""
    walked, _flags = walk_register(row["registers"])
    curve = MeterCurve(
        session_id=row["session_id"],
        points=tuple(MeterPoint(at=at, energy_wh=min(max(0, wh), row["energy_wh"])) for at, wh in walked),
    )
    record = make_record(
        curve,
        row["steps"],
        started_at=row["started_at"],
        ended_at=max(row["ended_at"] or row["started_at"], row["started_at"]),
        energy_wh=row["energy_wh"],
    )
    return rate_session(terms, record, zone=row["zone"], country=row["country"]).totals.gross
