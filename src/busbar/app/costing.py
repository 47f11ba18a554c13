"""The chore that reckons what the electricity of sessions cost: page by page, what is due first, nothing twice.

It reads beside the core and writes what it found alone; a page that breaks off is taken again.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import structlog
from sqlalchemy import bindparam, select, update

from busbar.app.registers import read_registers
from busbar.canon.purchases import PurchaseTariff
from busbar.db.engine import Databases
from busbar.domain.billing.purchases import read_terms
from busbar.domain.billing.tables import purchase_tariffs, session_costs, session_prices
from busbar.domain.metering.model import walk_register
from busbar.rating.calendar import Calendar, CalendarError
from busbar.rating.purchase import Bought, Purchase, buy

log = structlog.get_logger(__name__)

PAGE = 200
"""Sessions that are read and reckoned at a time."""
PAGES_MAX = 500
"""Of one turn; the next one goes on."""
Book = Mapping[tuple[str, str, str], Sequence[Purchase]]
"""Purchase tariffs by operator, currency and site (empty: all sites), each by the day that it begins."""


class Costing:
    """Reckons what is due."""

    def __init__(self, databases: Databases, *, page: int = PAGE, pages_max: int = PAGES_MAX) -> None:
        self._databases = databases
        self._page = page
        self._pages_max = pages_max

    async def run(self) -> int:
        """Reckon sessions until nothing is due, or the turn is over; return how many."""
        done = 0
        for _ in range(self._pages_max):
            rows, book = await self._read_page()
            if not rows:
                break
            found = await asyncio.to_thread(reckon, rows, book)
            await self._write(rows, found)
            done += len(rows)
        if done:
            log.info("purchases.reckoned", sessions=done)
        return done

    async def _read_page(self) -> tuple[list[dict[str, Any]], Book]:
        due = (
            select(session_prices)
            .join(session_costs, session_costs.c.session_id == session_prices.c.session_id)
            .where(session_costs.c.is_due)
            .limit(self._page)
        )
        async with self._databases.read() as connection:
            rows = [dict(row) for row in (await connection.execute(due)).mappings()]
            if not rows:
                return [], {}
            registers = await read_registers(connection, [row["session_id"] for row in rows])
            owners = {row["operator_id"] for row in rows}
            query = select(purchase_tariffs).where(purchase_tariffs.c.operator_id.in_(owners))
            known = (await connection.execute(query.order_by(purchase_tariffs.c.valid_from))).mappings().all()
        for row in rows:
            row["registers"] = registers.get(row["session_id"], [])
        return rows, make_book(
            [msgspec.convert({str(name): value for name, value in row.items()}, PurchaseTariff) for row in known]
        )

    async def _write(self, rows: Sequence[dict[str, Any]], found: Sequence[Bought]) -> None:
        known = [
            {
                "of_session": row["session_id"],
                "currency": row["currency"],
                "is_due": False,
                "cost_nano": bought.nano,
                "costed_wh": bought.energy_wh,
            }
            for row, bought in zip(rows, found, strict=True)
        ]
        own = session_costs.c.session_id == bindparam("of_session")
        async with self._databases.writer.begin() as connection:
            await connection.execute(update(session_costs).where(own), known)


def make_book(tariffs: Sequence[PurchaseTariff]) -> Book:
    """Sort purchase tariffs by where they hold."""
    book: dict[tuple[str, str, str], list[Purchase]] = {}
    for tariff in tariffs:
        key = (tariff.operator_id, tariff.currency, tariff.site_id or "")
        book.setdefault(key, []).append(Purchase(valid_from=tariff.valid_from, terms=read_terms(tariff.terms_json)))
    return book


def reckon(rows: Sequence[dict[str, Any]], book: Book) -> list[Bought]:
    """Return what the electricity of each of these sessions cost."""
    return [reckon_one(row, book) for row in rows]


def reckon_one(row: Mapping[str, Any], book: Book) -> Bought:
    """Return what a session's electricity cost: by its site's own tariffs, before those by the operator's."""
    own = book.get((row["operator_id"], row["currency"], row["site_id"] or ""), ()) if row["site_id"] else ()
    general = book.get((row["operator_id"], row["currency"], ""), ())
    if not own and not general:
        return Bought()
    walked, _flags = walk_register(row["registers"])
    started_at: datetime = row["started_at"]
    ended_at = max(row["ended_at"] or started_at, started_at)
    given: dict[str, Any] = {"started_at": started_at, "ended_at": ended_at, "energy_wh": row["energy_wh"]}
    for calendar in list_calendars(row["zone"], row["country"]):
        try:
            return buy(walked, purchases=merge(own, general), calendar=calendar, **given)
        except CalendarError:
            continue
    return Bought()


def list_calendars(zone: str, country: str) -> Sequence[Calendar]:
    """Return a site's calendar, and what stands in where its country or zone is not known: as `rate_session`."""
    plain = [Calendar(zone=zone), Calendar()]
    return [Calendar(zone=zone, country=country), *plain] if country else plain


def merge(own: Sequence[Purchase], general: Sequence[Purchase]) -> Sequence[Purchase]:
    """Return what holds at a site: its own tariffs from the first of them on, before that the operator's."""
    if not own:
        return general
    return [*(each for each in general if each.valid_from < own[0].valid_from), *own]
