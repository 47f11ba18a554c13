"""Tables and store of the roaming room."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, UniqueConstraint, select

from busbar.canon.roaming import Cdr, OwnParty, Partner
from busbar.db.schema import Id, Instant, Json, metadata
from busbar.db.work import sql
from busbar.kernel.ids import OperatorId, SessionId
from busbar.ports.work import UnitOfWork

partners = Table(
    "partners",
    metadata,
    Column("partner_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("name", String(120), nullable=False),
    Column("country_code", String(2), nullable=False),
    Column("party_id", String(3), nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("created_at", Instant(), nullable=False),
    Column("changed_at", Instant(), nullable=False),
    UniqueConstraint("operator_id", "country_code", "party_id"),
)

own_parties = Table(
    "own_parties",
    metadata,
    Column("operator_id", Id(), primary_key=True),
    Column("country_code", String(2), nullable=False),
    Column("party_id", String(3), nullable=False),
)


cdrs = Table(
    "cdrs",
    metadata,
    Column("cdr_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("partner_id", Id(), nullable=False),
    Column("session_id", Id(), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("is_credit", Boolean, nullable=False),
    Column("credited_id", Id()),
    Column("currency", String(3), nullable=False),
    Column("net", BigInteger, nullable=False),
    Column("tax", BigInteger, nullable=False),
    Column("gross", BigInteger, nullable=False),
    Column("energy_wh", BigInteger, nullable=False),
    Column("started_at", Instant(), nullable=False),
    Column("ended_at", Instant(), nullable=False),
    Column("made_at", Instant(), nullable=False),
    Column("content", Json(), nullable=False),
    UniqueConstraint("session_id", "revision", "is_credit"),
    UniqueConstraint("credited_id"),
    Index("ix_cdrs_operator_made", "operator_id", "made_at", "cdr_id"),
    Index("ix_cdrs_partner_made", "partner_id", "made_at", "cdr_id"),
)
"""Rows are never changed."""


def read_cdr(content: str) -> Cdr:
    """Read a record as it was written."""
    return msgspec.json.decode(content, type=Cdr)


class SqlRoamingStore:
    """`busbar.domain.roaming.store.RoamingStore` on SQL."""

    async def list_partners(self, work: UnitOfWork, operator_id: OperatorId) -> Sequence[Partner]:
        """Return all partners of an operator."""
        statement = select(partners).where(partners.c.operator_id == operator_id).order_by(partners.c.partner_id)
        rows = (await sql(work).execute(statement)).mappings()
        return [msgspec.convert({str(name): value for name, value in row.items()}, Partner) for row in rows]

    async def save_partner(self, work: UnitOfWork, partner: Partner) -> None:
        """Add a partner, or write its new state."""
        sql(work).stage_upsert(partners, msgspec.structs.asdict(partner))

    async def load_own_party(self, work: UnitOfWork, operator_id: OperatorId) -> OwnParty | None:
        """Return what an operator is called."""
        statement = select(own_parties).where(own_parties.c.operator_id == operator_id)
        row = (await sql(work).execute(statement)).first()
        if row is None:
            return None
        return OwnParty(operator_id=operator_id, country_code=row.country_code, party_id=row.party_id)

    async def save_own_party(self, work: UnitOfWork, party: OwnParty) -> None:
        """Write what an operator is called."""
        sql(work).stage_upsert(own_parties, msgspec.structs.asdict(party))

    async def list_cdrs(self, work: UnitOfWork, session_id: SessionId) -> Sequence[Cdr]:
        """Return all records of a session, in the order in which they were made."""
        table = cdrs.c
        statement = select(table.content).where(table.session_id == session_id)
        rows = (await sql(work).execute(statement.order_by(table.revision, table.is_credit.desc()))).scalars()
        return [read_cdr(each) for each in rows]

    async def insert_cdr(self, work: UnitOfWork, cdr: Cdr) -> None:
        """Add a record."""
        row = {
            "cdr_id": cdr.cdr_id,
            "operator_id": cdr.operator_id,
            "partner_id": cdr.partner.partner_id,
            "session_id": cdr.session_id,
            "revision": cdr.revision,
            "is_credit": cdr.credited_id is not None,
            "credited_id": cdr.credited_id,
            "currency": cdr.currency,
            "net": cdr.totals.net,
            "tax": cdr.totals.tax,
            "gross": cdr.totals.gross,
            "energy_wh": cdr.energy_wh,
            "started_at": cdr.started_at,
            "ended_at": cdr.ended_at,
            "made_at": cdr.made_at,
            "content": msgspec.json.encode(cdr).decode(),
        }
        await sql(work).execute(cdrs.insert().values(row))
