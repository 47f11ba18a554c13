"""The billing room on SQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import RowMapping, bindparam, delete, func, or_, select

from busbar.canon.pricing import OfferRefusal, PriceLine, TaxRate
from busbar.canon.stations import NO_OWN_DAYS, OwnDays
from busbar.canon.tariffs import Assignment, Scope, Tariff, TariffVersion
from busbar.canon.what_if import WhatIf, WhatIfState
from busbar.db.reading import QuickRead
from busbar.db.work import sql
from busbar.domain.billing.model import TariffBook, make_book
from busbar.domain.billing.prices import PriceRevision, SessionPrice
from busbar.domain.billing.sql_displays import SqlDisplayStore
from busbar.domain.billing.sql_offers import SqlOfferStore
from busbar.domain.billing.sql_purchases import SqlPurchaseStore
from busbar.domain.billing.sql_reservations import SqlReservationPriceStore
from busbar.domain.billing.tables import (
    price_revisions,
    session_prices,
    tariff_assignments,
    tariff_versions,
    tariffs,
    what_ifs,
)
from busbar.kernel.ids import AssignmentId, OperatorId, SessionId, TariffId
from busbar.ports.work import UnitOfWork

BOOK_MAX = 200_000
"""Rows of one kind that are read of one operator."""
_PRICE = QuickRead(select(session_prices).where(session_prices.c.session_id == bindparam("own_session")))
_LINES = msgspec.json.Decoder(tuple[PriceLine, ...])
_REFUSALS = msgspec.json.Decoder(tuple[OfferRefusal, ...])
_TAXES = msgspec.json.Decoder(tuple[TaxRate, ...])


class SqlBillingStore(SqlOfferStore, SqlDisplayStore, SqlPurchaseStore, SqlReservationPriceStore):
    """See `busbar.domain.billing.store.BillingStore`."""

    # ---- tariffs -----------------------------------------------------------------------------------------------------

    async def load_book(self, work: UnitOfWork, operator_id: OperatorId) -> TariffBook:
        """Return all tariffs of an operator that sessions may have or had."""
        unit = sql(work)
        own = select(tariff_assignments).where(tariff_assignments.c.operator_id == operator_id)
        assignments = (await unit.execute(own.limit(BOOK_MAX))).mappings().all()
        known = select(tariff_versions).where(tariff_versions.c.operator_id == operator_id)
        versions = (await unit.execute(known.limit(BOOK_MAX))).mappings().all()
        over = select(tariffs.c.tariff_id, tariffs.c.retired_at).where(
            tariffs.c.operator_id == operator_id, tariffs.c.retired_at.is_not(None)
        )
        retired = (await unit.execute(over.limit(BOOK_MAX))).all()
        return make_book(
            [msgspec.convert(_read(row), Assignment) for row in assignments],
            [msgspec.convert(_read(row), TariffVersion) for row in versions],
            {TariffId(row.tariff_id): row.retired_at for row in retired},
        )

    async def load_tariff(self, work: UnitOfWork, operator_id: OperatorId, tariff_id: TariffId) -> Tariff | None:
        """Return a tariff."""
        return await self._find_tariff(work, tariffs.c.operator_id == operator_id, tariffs.c.tariff_id == tariff_id)

    async def find_tariff(self, work: UnitOfWork, operator_id: OperatorId, name_key: str) -> Tariff | None:
        """Return the tariff with this name."""
        return await self._find_tariff(work, tariffs.c.operator_id == operator_id, tariffs.c.name_key == name_key)

    async def _find_tariff(self, work: UnitOfWork, *conditions: Any) -> Tariff | None:
        row = (await sql(work).execute(select(tariffs).where(*conditions))).mappings().first()
        return None if row is None else msgspec.convert(_read(row), Tariff)

    async def count_tariffs(self, work: UnitOfWork, operator_id: OperatorId) -> int:
        """Return how many tariffs an operator has."""
        statement = select(func.count()).select_from(tariffs).where(tariffs.c.operator_id == operator_id)
        return (await sql(work).execute(statement)).scalar_one()

    async def insert_tariff(self, work: UnitOfWork, tariff: Tariff) -> None:
        """Add a tariff."""
        await sql(work).execute(tariffs.insert().values(_write_tariff(tariff)))

    async def update_tariff(self, work: UnitOfWork, tariff: Tariff) -> None:
        """Write a tariff's new state."""
        statement = tariffs.update().where(tariffs.c.tariff_id == tariff.tariff_id)
        await sql(work).execute(statement.values(_write_tariff(tariff)))

    async def load_version(self, work: UnitOfWork, tariff_id: TariffId, version: int) -> TariffVersion | None:
        """Return a version."""
        table = tariff_versions.c
        statement = select(tariff_versions).where(table.tariff_id == tariff_id, table.version == version)
        row = (await sql(work).execute(statement)).mappings().first()
        return None if row is None else msgspec.convert(_read(row), TariffVersion)

    async def insert_version(self, work: UnitOfWork, version: TariffVersion) -> None:
        """Add a version."""
        await sql(work).execute(tariff_versions.insert().values(msgspec.structs.asdict(version)))

    async def list_assignments(
        self,
        work: UnitOfWork,
        operator_id: OperatorId,
        *,
        tariff_id: TariffId | None = None,
        place: tuple[Scope, str] | None = None,
        now: datetime,
    ) -> Sequence[Assignment]:
        """Return the assignments that are not over."""
        table = tariff_assignments.c
        is_on = or_(table.valid_until.is_(None), table.valid_until > now)
        statement = select(tariff_assignments).where(table.operator_id == operator_id, is_on)
        if tariff_id is not None:
            statement = statement.where(table.tariff_id == tariff_id)
        if place is not None:
            statement = statement.where(table.scope == place[0], table.subject == place[1])
        rows = (await sql(work).execute(statement.limit(BOOK_MAX))).mappings()
        return [msgspec.convert(_read(row), Assignment) for row in rows]

    async def count_assignments(self, work: UnitOfWork, operator_id: OperatorId, *, now: datetime) -> int:
        """Return how many assignments of an operator are not over."""
        table = tariff_assignments.c
        statement = (
            select(func.count())
            .select_from(tariff_assignments)
            .where(table.operator_id == operator_id, or_(table.valid_until.is_(None), table.valid_until > now))
        )
        return (await sql(work).execute(statement)).scalar_one()

    async def load_assignment(
        self, work: UnitOfWork, operator_id: OperatorId, assignment_id: AssignmentId
    ) -> Assignment | None:
        """Return an assignment."""
        table = tariff_assignments.c
        statement = select(tariff_assignments).where(
            table.operator_id == operator_id, table.assignment_id == assignment_id
        )
        row = (await sql(work).execute(statement)).mappings().first()
        return None if row is None else msgspec.convert(_read(row), Assignment)

    async def insert_assignment(self, work: UnitOfWork, assignment: Assignment) -> None:
        """Add an assignment."""
        await sql(work).execute(tariff_assignments.insert().values(msgspec.structs.asdict(assignment)))

    async def end_assignment(self, work: UnitOfWork, assignment: Assignment) -> None:
        """Write when an assignment ends."""
        statement = tariff_assignments.update().where(tariff_assignments.c.assignment_id == assignment.assignment_id)
        await sql(work).execute(statement.values(valid_until=assignment.valid_until))

    async def count_waiting(self, work: UnitOfWork, operator_id: OperatorId) -> int:
        """Return how many questions of an operator are not answered."""
        table = what_ifs.c
        own = select(func.count()).where(table.operator_id == operator_id, table.state != WhatIfState.DONE.value)
        return (await sql(work).execute(own)).scalar_one()

    async def insert_what_if(self, work: UnitOfWork, question: WhatIf) -> None:
        """Add a question."""
        await sql(work).execute(what_ifs.insert().values(msgspec.structs.asdict(question)))

    # ---- prices ------------------------------------------------------------------------------------------------------

    async def load_price(self, work: UnitOfWork, session_id: SessionId) -> SessionPrice | None:
        """Return a session's tariff and price."""
        found = await sql(work).find(_PRICE, {"own_session": session_id}, sees_staged=True)
        return _read_price(found[0]) if found else None

    async def list_running(self, work: UnitOfWork, *, limit: int) -> Sequence[SessionPrice]:
        """Return sessions that have no price yet, the newest first."""
        statement = select(session_prices).where(session_prices.c.revision == 0)
        rows = await sql(work).execute(statement.order_by(session_prices.c.session_id.desc()).limit(limit))
        return [_read_price(row) for row in rows.mappings()]

    def save_price(self, work: UnitOfWork, price: SessionPrice) -> None:
        """Write a session's tariff and price; bulk, at the end of the batch."""
        days = "{}" if price.days == NO_OWN_DAYS else msgspec.json.encode(price.days).decode()
        taxes = msgspec.json.encode(price.taxes).decode() if price.taxes else "[]"
        sql(work).stage_upsert(session_prices, msgspec.structs.asdict(price) | {"taxes": taxes, "days": days})

    async def remove_price(self, work: UnitOfWork, session_id: SessionId) -> None:
        """Remove the price of a session that became part of another; its revisions are history."""
        await sql(work).execute(delete(session_prices).where(session_prices.c.session_id == session_id))

    async def load_revision(self, work: UnitOfWork, session_id: SessionId, revision: int) -> PriceRevision | None:
        """Return one of a session's prices, line by line."""
        table = price_revisions.c
        statement = select(price_revisions).where(table.session_id == session_id, table.revision == revision)
        row = (await sql(work).execute(statement)).mappings().first()
        if row is None:
            return None
        told = {"lines": _LINES.decode(row["lines"]), "refusals": _REFUSALS.decode(row["refusals"])}
        return msgspec.convert(_read(row) | told, PriceRevision)

    def add_revision(self, work: UnitOfWork, revision: PriceRevision) -> None:
        """Write a price, line by line; bulk, at the end of the batch."""
        lines = msgspec.json.encode(revision.lines).decode()
        refusals = msgspec.json.encode(revision.refusals).decode() if revision.refusals else "[]"
        told = {"lines": lines, "refusals": refusals}
        sql(work).stage_insert(price_revisions, msgspec.structs.asdict(revision) | told)


def _read(row: RowMapping | Mapping[str, Any]) -> dict[str, Any]:
    return {str(name): value for name, value in row.items()}  # its names are a subclass of str, which msgspec refuses


def _read_price(row: RowMapping | Mapping[str, Any]) -> SessionPrice:
    told = {"taxes": read_taxes(row["taxes"]), "days": read_days(row["days"])}
    return msgspec.convert(_read(row) | told, SessionPrice)


def read_days(text: str) -> OwnDays:
    """Read the own days of the site that a session's price was fixed with."""
    return NO_OWN_DAYS if text == "{}" else msgspec.json.decode(text, type=OwnDays)


def read_taxes(text: str) -> tuple[TaxRate, ...]:
    """Read the taxes that a session's price was fixed with."""
    return () if text == "[]" else _TAXES.decode(text)


def _write_tariff(tariff: Tariff) -> dict[str, Any]:
    return {**msgspec.structs.asdict(tariff), "name_key": tariff.name.casefold()}
