"""Tables and store of the branding room."""

import hashlib

from sqlalchemy import Column, LargeBinary, String, Table, Text, delete, select, update

from busbar.canon.branding import AppBrand
from busbar.db.schema import Id, Instant, metadata
from busbar.db.work import sql
from busbar.kernel.ids import OperatorId
from busbar.ports.work import UnitOfWork

app_brands = Table(
    "app_brands",
    metadata,
    Column("operator_id", Id(), primary_key=True),
    Column("name", String(60), nullable=False),
    Column("short_name", String(20), nullable=False),
    Column("accent_light", String(7)),
    Column("accent_dark", String(7)),
    Column("imprint", Text, nullable=False),
    Column("terms", Text, nullable=False),
    Column("support_phone", String(40), nullable=False),
    Column("support_email", String(254), nullable=False),
    Column("changed_at", Instant(), nullable=False),
)

app_logos = Table(
    "app_logos",
    metadata,
    Column("operator_id", Id(), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("changed_at", Instant(), nullable=False),
)

app_hosts = Table(
    "app_hosts",
    metadata,
    Column("host", String(253), primary_key=True),
    Column("operator_id", Id(), nullable=False, index=True),
)

_FIELDS = (
    "name", "short_name", "accent_light", "accent_dark", "imprint", "terms", "support_phone", "support_email",
)  # fmt: skip


class SqlBrandStore:
    """`busbar.domain.branding.store.BrandStore` on SQL."""

    async def find_host(self, work: UnitOfWork, host: str) -> OperatorId | None:
        """Return whose app answers under a host name."""
        query = select(app_hosts.c.operator_id).where(app_hosts.c.host == host)
        return (await sql(work).execute(query)).scalar()

    async def save(self, work: UnitOfWork, operator_id: OperatorId, brand: AppBrand) -> None:
        """Write an operator's brand and hosts."""
        values = {name: getattr(brand, name) for name in _FIELDS} | {"changed_at": work.now}
        known = await sql(work).execute(
            update(app_brands).where(app_brands.c.operator_id == operator_id).values(values)
        )
        if known.rowcount == 0:
            await sql(work).execute(app_brands.insert().values(values | {"operator_id": operator_id}))
        await sql(work).execute(delete(app_hosts).where(app_hosts.c.operator_id == operator_id))
        for host in brand.hosts:
            await sql(work).execute(app_hosts.insert().values(host=host, operator_id=operator_id))

    async def save_logo(self, work: UnitOfWork, operator_id: OperatorId, content: bytes | None) -> None:
        """Write an operator's logo, or that there is none."""
        await sql(work).execute(delete(app_logos).where(app_logos.c.operator_id == operator_id))
        if content is not None:
            digest = hashlib.sha256(content).hexdigest()
            values = {"operator_id": operator_id, "digest": digest, "content": content, "changed_at": work.now}
            await sql(work).execute(app_logos.insert().values(values))
