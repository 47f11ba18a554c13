"""The job that prices past sessions again under a draft tariff: page by page, resumed where it stopped.

It reads beside the core and writes nothing but its own progress. The rating is that of every other price.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import structlog
from sqlalchemy import ColumnElement, func, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.app.registers import read_registers
from busbar.canon.metering import CurrentPoint, MeterCurve, MeterPoint, Sample
from busbar.canon.offers import Offer
from busbar.canon.sessions import ChargingState, ChargingStep
from busbar.canon.what_if import WhatIfState
from busbar.db.engine import Databases
from busbar.domain.billing.offering import Standing, list_held, make_offer, read_terms
from busbar.domain.billing.prices import SessionPrice, is_current_asked, make_record
from busbar.domain.billing.rates import rate_session
from busbar.domain.billing.sql import read_days, read_taxes
from busbar.domain.billing.sql_offers import read_offer
from busbar.domain.billing.tables import offer_uses, offers, session_prices, what_ifs
from busbar.domain.billing.what_ifs import Answer
from busbar.domain.metering.block import unpack_samples
from busbar.domain.metering.model import trace_currents, walk_register
from busbar.domain.metering.tables import sample_blocks
from busbar.domain.sessions.tables import session_events
from busbar.domain.sessions.trail import Step
from busbar.kernel.clock import Clock
from busbar.ports.jobs import Job
from busbar.rating.coding import decode
from busbar.rating.offers import Offer as Reduction
from busbar.rating.offers import OfferKind, apply_offers
from busbar.rating.tariff import Tariff
from busbar.rating.taxes import fill_taxes

log = structlog.get_logger(__name__)

PAGE = 200
"""Sessions that are read and priced at a time."""
OFFERS_MAX = 10_000
"""Of one operator, the first ones that are taken off."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
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
        if " " not in cursor:
            answer, cursor, done = Answer(), "", 0  # of a version that went by the id alone: from the begin again
        has_currents = is_current_asked(terms)
        shelf = await self._read_offers(row["operator_id"])
        while True:
            async with self._databases.read() as connection:
                page = await read_page(connection, covered, after=cursor, limit=self._page, has_currents=has_currents)
            if not page:
                break
            await asyncio.to_thread(count_in, answer, page, terms, shelf)
            cursor, done = write_cursor(page[-1]), done + len(page)
            await self._note(what_if_id, answer, state=WhatIfState.RUNNING, done=done, total=total, cursor=cursor)
        await self._note(
            what_if_id, answer, state=WhatIfState.DONE, done=done, total=max(done, total), finished_at=self._clock.now()
        )
        log.info("what_if.done", what_if_id=what_if_id, sessions=done)

    async def _read_offers(self, operator_id: str) -> tuple[Offer, ...]:
        """Return all offers of an operator, to take them off as they were taken off then."""
        query = select(offers).where(offers.c.operator_id == operator_id).order_by(offers.c.offer_id)
        async with self._databases.read() as connection:
            rows = (await connection.execute(query.limit(OFFERS_MAX))).mappings().all()
        return tuple(read_offer(row) for row in rows)

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


def write_cursor(row: dict[str, Any]) -> str:
    """Write where a page ended: by the begin of its last session, for which there is an index, and its id."""
    return f"{(row['started_at'] - EPOCH) // timedelta(microseconds=1)} {row['session_id']}"


def follow(cursor: str) -> ColumnElement[bool]:
    """Return the predicate of the sessions after a cursor; of all for an empty one."""
    if not cursor:
        return true()
    begin_us, _, session_id = cursor.partition(" ")
    begin = EPOCH + timedelta(microseconds=int(begin_us))
    return (_TABLE.started_at >= begin) & or_(_TABLE.started_at > begin, _TABLE.session_id > session_id)


async def read_page(
    connection: AsyncConnection, covered: ColumnElement[bool], *, after: str, limit: int, has_currents: bool = False
) -> list[dict[str, Any]]:
    """Return the next sessions with what is known of their energy over time and their charging states.

    `has_currents`: their currents too, for tariffs that ask for them; they stand in what was sent, and cost reading it.
    """
    order = (_TABLE.started_at, _TABLE.session_id)
    query = select(session_prices).where(covered, follow(after)).order_by(*order).limit(limit)
    page = [dict(row) for row in (await connection.execute(query)).mappings()]
    ids = [row["session_id"] for row in page]
    if not ids:
        return []
    events = session_events.c
    registers = await read_registers(connection, ids)
    currents = await _read_currents(connection, ids) if has_currents else {}
    told = select(events.session_id, events.at, events.detail).where(
        events.session_id.in_(ids), events.step == Step.CHARGING_STATE
    )
    steps: dict[str, list[ChargingStep]] = {}
    for session_id, at, detail in await connection.execute(told.order_by(events.session_id, events.at)):
        steps.setdefault(session_id, []).append(ChargingStep(at=at, state=ChargingState(detail)))
    used = select(offer_uses).where(offer_uses.c.session_id.in_(ids)).order_by(offer_uses.c.offer_id)
    uses: dict[str, list[Any]] = {}
    for use in (await connection.execute(used)).all():
        uses.setdefault(use.session_id, []).append(use)
    for row in page:
        row["registers"] = registers.get(row["session_id"], [])
        row["currents"] = currents.get(row["session_id"], ())
        row["steps"] = steps.get(row["session_id"], [])
        row["uses"] = uses.get(row["session_id"], [])
    return page


async def _read_currents(
    connection: AsyncConnection, session_ids: Sequence[str]
) -> dict[str, tuple[CurrentPoint, ...]]:
    blocks = sample_blocks.c
    query = select(blocks.session_id, blocks.body).where(blocks.session_id.in_(session_ids))
    samples: dict[str, list[Sample]] = {}
    for session_id, body in await connection.execute(query.order_by(blocks.session_id, blocks.at)):
        samples.setdefault(session_id, []).extend(unpack_samples(body))
    return {session_id: trace_currents(own) for session_id, own in samples.items()}


def count_in(answer: Answer, page: Sequence[dict[str, Any]], terms: Tariff, shelf: Sequence[Offer] = ()) -> None:
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
            after=price_again(row, terms, shelf),
        )


def price_again(row: dict[str, Any], terms: Tariff, shelf: Sequence[Offer] = ()) -> int:
    """Return what a session would have cost, in whole minor units with tax, its offers taken off."""
    walked, _flags = walk_register(row["registers"])
    curve = MeterCurve(
        session_id=row["session_id"],
        points=tuple(MeterPoint(at=at, energy_wh=min(max(0, wh), row["energy_wh"])) for at, wh in walked),
        currents=row["currents"],
    )
    record = make_record(
        curve,
        row["steps"],
        started_at=row["started_at"],
        ended_at=max(row["ended_at"] or row["started_at"], row["started_at"]),
        energy_wh=row["energy_wh"],
    )
    taxed = fill_taxes(terms, read_taxes(row["taxes"]))
    rated = rate_session(taxed, record, zone=row["zone"], country=row["country"], days=read_days(row["days"]))
    held = list_offers_of(row, shelf)
    return (apply_offers(rated, held, taxed) if held else rated).totals.gross


def list_offers_of(row: dict[str, Any], shelf: Sequence[Offer]) -> list[Reduction]:
    """Return the offers that a session had: those for everybody, its group or driver, and what it used of others.

    A coupon or plan that gave the session nothing gives it nothing here either; of a plan's energy it gets what it had.
    """
    names = SessionPrice.__struct_fields__
    given = {name: row[name] for name in names if name in row and name not in {"taxes", "days"}}
    price = SessionPrice(**given)
    held = {each.offer_id: each.terms for each in list_held(shelf, price, Standing())}
    known = {offer.offer_id: offer for offer in shelf}
    for use in row["uses"]:
        if use.offer_id in held:
            continue
        if use.offer_id in known:
            offer = known[use.offer_id]
            held[use.offer_id] = make_offer(offer.offer_id, offer.name, read_terms(offer.terms_json))
        elif use.plan_id is not None:
            value = Decimal(use.energy_wh).scaleb(-3)
            held[use.offer_id] = Reduction(offer_id=use.offer_id, name="", kind=OfferKind.INCLUDED_ENERGY, value=value)
    return list(held.values())
