"""What staff set up for themselves, and how sites are drawn."""

import msgspec
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.layouts import SiteLayout as Drawing
from busbar.canon.workbench import ListName
from busbar.domain.stations.tables import site_layouts
from busbar.domain.workbench.sql import saved_views
from busbar.views.missing import SavedViewMissingError
from busbar.views.rows import AnyRow
from busbar.views.scope import Scope
from busbar.views.shapes.workbench import LayoutPiece, SavedView, SavedViewList, SiteLayout
from busbar.views.sites import read_site

VIEWS_MAX = 500
"""Views that one answer lists: a person's own, and those of the operator that are shared."""
COLUMNS, ROWS = 32, 18
"""The grid of a site that nobody has drawn yet."""
_DRAWING = msgspec.json.Decoder(Drawing)


class ViewQuery(BaseModel):
    """Which views are wanted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    list_name: ListName | None = None


async def list_views(connection: AsyncConnection, scope: Scope, query: ViewQuery, *, actor: str) -> SavedViewList:
    """Return the caller's own views and those that are shared."""
    table = saved_views.c
    seen = (table.owner == actor) | table.is_shared
    statement = select(saved_views).where(table.operator_id == scope.operator_id, seen)
    if query.list_name is not None:
        statement = statement.where(table.list_name == query.list_name.value)
    rows = await connection.execute(statement.order_by(table.name, table.view_id).limit(VIEWS_MAX))
    return SavedViewList(items=[_shape(row, actor) for row in rows])


async def read_view(connection: AsyncConnection, scope: Scope, view_id: str, *, actor: str) -> SavedView:
    """Return one view. Errors: `not_found.saved_view`."""
    table = saved_views.c
    seen = (table.owner == actor) | table.is_shared
    statement = select(saved_views).where(table.operator_id == scope.operator_id, table.view_id == view_id, seen)
    row = (await connection.execute(statement)).first()
    if row is None:
        raise SavedViewMissingError("there is no such view")
    return _shape(row, actor)


def _shape(row: AnyRow, actor: str) -> SavedView:
    return SavedView(
        view_id=row.view_id,
        list_name=ListName(row.list_name),
        name=row.name,
        query=row.query,
        is_shared=row.is_shared,
        is_own=row.owner == actor,
        changed_at=row.changed_at,
    )


async def read_layout(connection: AsyncConnection, scope: Scope, site_id: str) -> SiteLayout:
    """Return how a site is drawn. Errors: `not_found.site`."""
    site = await read_site(connection, scope, site_id)
    statement = select(site_layouts).where(site_layouts.c.site_id == site.site_id)
    row = (await connection.execute(statement)).first()
    if row is None:
        return SiteLayout(site_id=site_id, columns=COLUMNS, rows=ROWS, pieces=[], changed_at=None)
    drawing = _DRAWING.decode(row.layout)
    return SiteLayout(
        site_id=site_id,
        columns=drawing.columns,
        rows=drawing.rows,
        pieces=[LayoutPiece(**msgspec.structs.asdict(piece)) for piece in drawing.pieces],
        changed_at=row.changed_at,
    )
