"""Tables and store of the settlement room."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, select

from busbar.canon.settlement import Agreement, Payee, Payout, Settlement, SettlementState, SettlementTerms
from busbar.db.schema import Id, Instant, Json, metadata
from busbar.db.work import sql
from busbar.domain.settlement.model import FREE
from busbar.kernel.ids import AgreementId, OperatorId, PayeeId, PayoutId, SettlementId
from busbar.ports.work import UnitOfWork

settlement_terms = Table(
    "settlement_terms",
    metadata,
    Column("operator_id", Id(), primary_key=True),
    Column("is_automatic", Integer, nullable=False),
    Column("content", Json(), nullable=False),
)

payees = Table(
    "payees",
    metadata,
    Column("payee_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("name", String(120), nullable=False),
    Column("is_active", Integer, nullable=False),
    Column("created_at", Instant(), nullable=False),
    Column("content", Json(), nullable=False),
    Index(None, "operator_id", "name"),
)

agreements = Table(
    "agreements",
    metadata,
    Column("agreement_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("payee_id", Id(), nullable=False, index=True),
    Column("site_id", Id()),
    Column("created_at", Instant(), nullable=False),
    Column("content", Json(), nullable=False),
    Index(None, "operator_id", "created_at"),
)

settlements = Table(
    "settlements",
    metadata,
    Column("settlement_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("payee_id", Id(), nullable=False),
    Column("reference", String(35), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("since", Instant(), nullable=False),
    Column("until", Instant(), nullable=False),
    Column("state", String(16), nullable=False),
    Column("payable", BigInteger, nullable=False),
    Column("payout_id", Id(), index=True),
    Column("taken_by", Id(), index=True),
    Column("made_at", Instant(), nullable=False),
    Column("content", Json(), nullable=False),
    Index(None, "operator_id", "since"),
    Index(None, "payee_id", "state"),
)

payouts = Table(
    "payouts",
    metadata,
    Column("payout_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("reference", String(35), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("is_cancelled", Integer, nullable=False),
    Column("created_at", Instant(), nullable=False),
    Column("content", Json(), nullable=False),
    Index(None, "operator_id", "created_at"),
)

_FREE = sorted(state.value for state in FREE)


class SqlSettlementStore:
    """`busbar.domain.settlement.store.SettlementStore` on SQL."""

    # ---- terms, payees, agreements -----------------------------------------------------------------------------------

    async def load_terms(self, work: UnitOfWork, operator_id: OperatorId) -> SettlementTerms | None:
        """Return how an operator settles."""
        statement = select(settlement_terms.c.content).where(settlement_terms.c.operator_id == operator_id)
        content = (await sql(work).execute(statement)).scalar_one_or_none()
        return None if content is None else msgspec.json.decode(content, type=SettlementTerms)

    async def save_terms(self, work: UnitOfWork, operator_id: OperatorId, terms: SettlementTerms) -> None:
        """Write how an operator settles."""
        row = {"operator_id": operator_id, "is_automatic": int(terms.is_automatic), "content": _write(terms)}
        sql(work).stage_upsert(settlement_terms, row)

    async def list_automatic(self, work: UnitOfWork) -> Sequence[OperatorId]:
        """Return the operators that settle by themselves."""
        table = settlement_terms.c
        statement = select(table.operator_id).where(table.is_automatic == 1).order_by(table.operator_id)
        return [OperatorId(each) for each in (await sql(work).execute(statement)).scalars()]

    async def save_payee(self, work: UnitOfWork, payee: Payee) -> None:
        """Add a payee, or write its new state."""
        sql(work).stage_upsert(payees, _row(payees, payee, is_active=int(payee.is_active)))

    async def list_payees(self, work: UnitOfWork, operator_id: OperatorId) -> Sequence[Payee]:
        """Return all payees of an operator."""
        statement = select(payees.c.content).where(payees.c.operator_id == operator_id).order_by(payees.c.payee_id)
        return [msgspec.json.decode(each, type=Payee) for each in (await sql(work).execute(statement)).scalars()]

    async def save_agreement(self, work: UnitOfWork, agreement: Agreement) -> None:
        """Add an agreement, or write its new state."""
        sql(work).stage_upsert(agreements, _row(agreements, agreement))

    async def load_agreement(self, work: UnitOfWork, agreement_id: AgreementId) -> Agreement | None:
        """Return an agreement."""
        statement = select(agreements.c.content).where(agreements.c.agreement_id == agreement_id)
        content = (await sql(work).execute(statement)).scalar_one_or_none()
        return None if content is None else msgspec.json.decode(content, type=Agreement)

    async def list_agreements(self, work: UnitOfWork, operator_id: OperatorId) -> Sequence[Agreement]:
        """Return all agreements of an operator."""
        table = agreements.c
        statement = select(table.content).where(table.operator_id == operator_id).order_by(table.agreement_id)
        return [msgspec.json.decode(each, type=Agreement) for each in (await sql(work).execute(statement)).scalars()]

    # ---- settlements -------------------------------------------------------------------------------------------------

    async def save_settlement(self, work: UnitOfWork, settlement: Settlement) -> None:
        """Add a settlement, or write its new state."""
        sql(work).stage_upsert(settlements, _row(settlements, settlement))

    async def load_settlement(self, work: UnitOfWork, settlement_id: SettlementId) -> Settlement | None:
        """Return a settlement, locked."""
        found = await _read(work, settlements.c.settlement_id == settlement_id)
        return found[0] if found else None

    async def list_overlapping(
        self, work: UnitOfWork, operator_id: OperatorId, *, since: datetime, until: datetime
    ) -> Sequence[Settlement]:
        """Return the settlements of a period that were not given up, locked."""
        table = settlements.c
        return await _read(
            work,
            table.operator_id == operator_id,
            table.state != SettlementState.CANCELLED.value,
            table.since < until,
            table.until > since,
        )

    async def list_owed(
        self, work: UnitOfWork, operator_id: OperatorId, payee_id: PayeeId, currency: str
    ) -> Sequence[Settlement]:
        """Return what a payee owes of earlier settlements, locked."""
        table = settlements.c
        return await _read(
            work,
            table.operator_id == operator_id,
            table.payee_id == payee_id,
            table.currency == currency,
            table.state == SettlementState.OWED.value,
        )

    async def list_taken(
        self, work: UnitOfWork, operator_id: OperatorId, settlement_id: SettlementId
    ) -> Sequence[Settlement]:
        """Return the settlements that this one took over, locked."""
        table = settlements.c
        return await _read(work, table.operator_id == operator_id, table.taken_by == settlement_id)

    async def find_last_settled(
        self, work: UnitOfWork, operator_id: OperatorId, payee_ids: Sequence[PayeeId]
    ) -> Settlement | None:
        """Return the settlement in the books, of any of these payees, that ends last."""
        table = settlements.c
        wanted = table.operator_id == operator_id, table.payee_id.in_(payee_ids), table.state.not_in(_FREE)
        statement = select(table.content).where(*wanted).order_by(table.until.desc()).limit(1)
        content = (await sql(work).execute(statement)).scalar_one_or_none()
        return None if content is None else msgspec.json.decode(content, type=Settlement)

    # ---- pay-outs ----------------------------------------------------------------------------------------------------

    async def save_payout(self, work: UnitOfWork, payout: Payout) -> None:
        """Add a pay-out, or write its new state."""
        sql(work).stage_upsert(payouts, _row(payouts, payout, is_cancelled=int(payout.is_cancelled)))

    async def load_payout(self, work: UnitOfWork, payout_id: PayoutId) -> Payout | None:
        """Return a pay-out."""
        statement = select(payouts.c.content).where(payouts.c.payout_id == payout_id)
        content = (await sql(work).execute(statement)).scalar_one_or_none()
        return None if content is None else msgspec.json.decode(content, type=Payout)


async def _read(work: UnitOfWork, *wanted: Any) -> list[Settlement]:
    statement = select(settlements.c.content).where(*wanted).order_by(settlements.c.settlement_id).with_for_update()
    return [msgspec.json.decode(each, type=Settlement) for each in (await sql(work).execute(statement)).scalars()]


def _write(noun: msgspec.Struct) -> str:
    return msgspec.json.encode(noun).decode()


def _row(table: Table, noun: msgspec.Struct, **given: Any) -> dict[str, Any]:
    """Shape a row: the noun whole, and beside it what is searched by."""
    values = {column.name: getattr(noun, column.name) for column in table.columns if column.name != "content"}
    return {**values, "content": _write(noun), **given}
