"""Tables and store of the workbench."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Boolean, Column, Index, RowMapping, String, Table, delete, select

from busbar.canon.workbench import SavedView
from busbar.db.schema import Id, Instant, metadata
from busbar.db.work import sql
from busbar.kernel.ids import OperatorId, ViewId
from busbar.ports.work import UnitOfWork

saved_views = Table(
    "saved_views",
    metadata,
    Column("view_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("owner", String(128), nullable=False),
    Column("list_name", String(20), nullable=False),
    Column("name", String(60), nullable=False),
    Column("query", String(1500), nullable=False),
    Column("is_shared", Boolean, nullable=False),
    Column("changed_at", Instant(), nullable=False),
    Index(None, "operator_id", "owner"),
)


class SqlWorkbenchStore:
    """`busbar.domain.workbench.store.WorkbenchStore` on SQL."""

    async def load_view(self, work: UnitOfWork, operator_id: OperatorId, view_id: ViewId) -> SavedView | None:
        """Return an operator's view."""
        table = saved_views.c
        found = await self._list(work, (table.view_id == view_id) & (table.operator_id == operator_id))
        return found[0] if found else None

    async def list_own(self, work: UnitOfWork, operator_id: OperatorId, owner: str) -> Sequence[SavedView]:
        """Return what an owner keeps."""
        table = saved_views.c
        return await self._list(work, (table.operator_id == operator_id) & (table.owner == owner))

    async def _list(self, work: UnitOfWork, wanted: Any) -> list[SavedView]:
        query = select(saved_views).where(wanted).order_by(saved_views.c.view_id)
        return [_read(row) for row in (await sql(work).execute(query)).mappings()]

    def put_view(self, work: UnitOfWork, view: SavedView) -> None:
        """Add a view or write its new state."""
        sql(work).stage_upsert(saved_views, msgspec.structs.asdict(view))

    async def remove_view(self, work: UnitOfWork, view_id: ViewId) -> None:
        """Forget a view."""
        await sql(work).execute(delete(saved_views).where(saved_views.c.view_id == view_id))


def _read(row: RowMapping) -> SavedView:
    return msgspec.convert({str(name): value for name, value in row.items()}, SavedView)
