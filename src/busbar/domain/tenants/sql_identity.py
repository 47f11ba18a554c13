"""Tables and store of identity providers and the people whom they know."""

import msgspec
from sqlalchemy import Column, ForeignKey, LargeBinary, String, Table, delete, select

from busbar.canon.identity import IdentityTerms
from busbar.db.schema import Id, Instant, Json, metadata
from busbar.db.work import sql
from busbar.domain.tenants.identity_steps import IdentityRecord, ProviderRecord
from busbar.kernel.ids import OperatorId, StaffId
from busbar.ports.work import UnitOfWork

identity_providers = Table(
    "identity_providers",
    metadata,
    Column("operator_id", Id(), ForeignKey("operators.operator_id"), primary_key=True),
    Column("terms", Json(), nullable=False),
    Column("client_secret", LargeBinary),
    Column("updated_at", Instant(), nullable=False),
)

identity_domains = Table(
    "identity_domains",
    metadata,
    Column("domain", String(253), primary_key=True),
    Column("operator_id", Id(), ForeignKey("operators.operator_id"), nullable=False, index=True),
)
"""Whose provider addresses of a domain lead to."""

staff_identities = Table(
    "staff_identities",
    metadata,
    Column("operator_id", Id(), ForeignKey("operators.operator_id"), primary_key=True),
    Column("issuer", String(300), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("staff_id", Id(), ForeignKey("staff.staff_id"), nullable=False, index=True),
    Column("created_at", Instant(), nullable=False),
)
"""Under which names providers know members of staff."""


class SqlIdentityStore:
    """`busbar.domain.tenants.store.IdentityStore` on SQL."""

    async def load_provider(self, work: UnitOfWork, operator_id: OperatorId) -> ProviderRecord | None:
        """Return an operator's provider."""
        found = select(identity_providers).where(identity_providers.c.operator_id == operator_id)
        row = (await sql(work).execute(found)).first()
        if row is None:
            return None
        return ProviderRecord(
            operator_id=row.operator_id,
            terms=msgspec.json.decode(row.terms, type=IdentityTerms),
            client_secret=row.client_secret,
            updated_at=row.updated_at,
        )

    async def put_provider(self, work: UnitOfWork, record: ProviderRecord) -> None:
        """Write an operator's provider, and which addresses lead to it."""
        await self._forget(work, record.operator_id)
        await sql(work).execute(
            identity_providers.insert().values(
                operator_id=record.operator_id,
                terms=msgspec.json.encode(record.terms).decode(),
                client_secret=record.client_secret,
                updated_at=record.updated_at,
            )
        )
        rows = [{"domain": domain, "operator_id": record.operator_id} for domain in record.terms.email_domains]
        if rows:
            await sql(work).execute(identity_domains.insert(), rows)

    async def delete_provider(self, work: UnitOfWork, operator_id: OperatorId) -> None:
        """Remove an operator's provider and whom it knows."""
        await self._forget(work, operator_id)
        await sql(work).execute(delete(staff_identities).where(staff_identities.c.operator_id == operator_id))

    async def _forget(self, work: UnitOfWork, operator_id: OperatorId) -> None:
        for table in (identity_domains, identity_providers):
            await sql(work).execute(delete(table).where(table.c.operator_id == operator_id))

    async def find_domain(self, work: UnitOfWork, domain: str) -> OperatorId | None:
        """Return whose provider addresses of a domain lead to."""
        found = select(identity_domains.c.operator_id).where(identity_domains.c.domain == domain)
        return (await sql(work).execute(found)).scalar_one_or_none()

    async def find_identity(
        self, work: UnitOfWork, operator_id: OperatorId, *, issuer: str, subject: str
    ) -> StaffId | None:
        """Return whom a provider's name stands for."""
        of = staff_identities.c
        is_it = (of.operator_id == operator_id) & (of.issuer == issuer) & (of.subject == subject)
        return (await sql(work).execute(select(of.staff_id).where(is_it))).scalar_one_or_none()

    async def has_identity(self, work: UnitOfWork, operator_id: OperatorId, *, issuer: str, staff_id: StaffId) -> bool:
        """Tell whether a provider knows a member of staff already."""
        of = staff_identities.c
        is_it = (of.operator_id == operator_id) & (of.issuer == issuer) & (of.staff_id == staff_id)
        return (await sql(work).execute(select(of.subject).where(is_it).limit(1))).first() is not None

    async def insert_identity(self, work: UnitOfWork, record: IdentityRecord) -> None:
        """Remember under which name a provider knows somebody."""
        await sql(work).execute(staff_identities.insert().values(msgspec.structs.asdict(record)))

    async def delete_identities(self, work: UnitOfWork, staff_id: StaffId) -> None:
        """Forget under which names providers know somebody."""
        await sql(work).execute(delete(staff_identities).where(staff_identities.c.staff_id == staff_id))
