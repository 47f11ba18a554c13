"""Table and store of the links room."""

from datetime import datetime

import msgspec
from sqlalchemy import Column, String, Table, delete, select

from busbar.canon.links import PasswordLink
from busbar.db.schema import Id, Instant, metadata
from busbar.db.work import sql
from busbar.ports.work import UnitOfWork

password_links = Table(
    "password_links",
    metadata,
    Column("link_hash", String(80), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("person", String(200), nullable=False, index=True),
    Column("seen", String(80), nullable=False),
    Column("expires_at", Instant(), nullable=False, index=True),
)
"""Keyed hashes alone: who reads this table can open nothing."""


class SqlLinkStore:
    """`busbar.domain.links.store.LinkStore` on SQL."""

    async def find(self, work: UnitOfWork, link_hash: str) -> PasswordLink | None:
        """Return a link."""
        query = select(password_links).where(password_links.c.link_hash == link_hash)
        row = (await sql(work).execute(query)).mappings().first()
        if row is None:
            return None
        values = {str(name): value for name, value in row.items() if name != "link_hash"}
        return msgspec.convert(values, PasswordLink)

    async def replace(self, work: UnitOfWork, link_hash: str, link: PasswordLink) -> None:
        """Add a link and remove the person's others."""
        await self.remove_of(work, link.person)
        values = msgspec.structs.asdict(link) | {"link_hash": link_hash}
        await sql(work).execute(password_links.insert().values(values))

    async def remove_of(self, work: UnitOfWork, person: str) -> None:
        """Remove a person's links."""
        await sql(work).execute(delete(password_links).where(password_links.c.person == person))

    async def remove_over(self, work: UnitOfWork, now: datetime) -> int:
        """Remove links that are too old; return how many."""
        return (await sql(work).execute(delete(password_links).where(password_links.c.expires_at <= now))).rowcount
