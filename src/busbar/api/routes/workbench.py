from typing import Annotated

from fastapi import APIRouter, Query

from busbar.api.bodies.workbench import SavedViewBody, SiteLayoutBody
from busbar.api.callers import NetworkKeeper, Onlooker, Reader
from busbar.api.parameters import KeyPath
from busbar.api.permissions import Permission, permits
from busbar.api.services import Given
from busbar.canon.layouts import LayoutPiece, SaveSiteLayout
from busbar.canon.layouts import SiteLayout as Drawing
from busbar.canon.workbench import RemoveView, SaveView
from busbar.kernel.ids import SiteId, StationId, ViewId
from busbar.views import workbench
from busbar.views.shapes.workbench import SavedView, SavedViewList, SiteLayout

router = APIRouter()


@router.get("/saved-views", tags=["saved views"])
async def list_saved_views(
    caller: Reader, services: Given, query: Annotated[workbench.ViewQuery, Query()]
) -> SavedViewList:
    """List one's own saved views and those that are shared."""
    async with services.databases.read() as connection:
        return await workbench.list_views(connection, caller.scope, query, actor=caller.actor)


@router.post("/saved-views", status_code=201, tags=["saved views"])
async def create_saved_view(caller: Reader, services: Given, body: SavedViewBody) -> SavedView:
    """Keep a list under a name; one's own of the same list and name gives way."""
    return await _save(caller, services, body, view_id=None)


@router.put("/saved-views/{view_id}", tags=["saved views"])
async def update_saved_view(caller: Reader, services: Given, view_id: KeyPath, body: SavedViewBody) -> SavedView:
    """Change a view: one's own, or, with the right to manage the network, one that is shared."""
    return await _save(caller, services, body, view_id=ViewId(view_id))


@router.delete("/saved-views/{view_id}", status_code=204, tags=["saved views"])
async def delete_saved_view(caller: Reader, services: Given, view_id: KeyPath) -> None:
    """Keep a view no longer: one's own, or, with the right to manage the network, one that is shared."""
    await services.dispatcher.dispatch(
        RemoveView(
            operator_id=caller.operator_id,
            actor=caller.actor,
            may_change_shared=_may_change_shared(caller),
            view_id=ViewId(view_id),
        )
    )


@router.get("/sites/{site_id}/layout", tags=["sites"])
async def get_site_layout(caller: Onlooker, services: Given, site_id: KeyPath) -> SiteLayout:
    """Show how a site is drawn: bays, stations and buildings on a grid."""
    async with services.databases.read() as connection:
        return await workbench.read_layout(connection, caller.scope, site_id)


@router.put("/sites/{site_id}/layout", tags=["sites"])
async def put_site_layout(caller: NetworkKeeper, services: Given, site_id: KeyPath, body: SiteLayoutBody) -> SiteLayout:
    """Draw a site anew."""
    async with services.databases.read() as connection:
        await workbench.read_layout(connection, caller.scope, site_id)
    pieces = tuple(
        LayoutPiece(
            kind=piece.kind,
            x=piece.x,
            y=piece.y,
            width=piece.width,
            height=piece.height,
            label=piece.label,
            station_id=None if piece.station_id is None else StationId(piece.station_id),
            evse_id=piece.evse_id,
        )
        for piece in body.pieces
    )
    await services.dispatcher.dispatch(
        SaveSiteLayout(
            operator_id=caller.operator_id,
            actor=caller.actor,
            site_id=SiteId(site_id),
            layout=Drawing(columns=body.columns, rows=body.rows, pieces=pieces),
        )
    )
    async with services.databases.read() as connection:
        return await workbench.read_layout(connection, caller.scope, site_id)


async def _save(caller: Reader, services: Given, body: SavedViewBody, *, view_id: ViewId | None) -> SavedView:
    saved_id = await services.dispatcher.dispatch(
        SaveView(
            operator_id=caller.operator_id,
            actor=caller.actor,
            may_change_shared=_may_change_shared(caller),
            view_id=view_id,
            list_name=body.list_name,
            name=body.name,
            query=body.query,
            is_shared=body.is_shared,
        )
    )
    async with services.databases.read() as connection:
        return await workbench.read_view(connection, caller.scope, saved_id, actor=caller.actor)


def _may_change_shared(caller: Reader) -> bool:
    return permits(caller.principal, Permission.MANAGE_NETWORK)
