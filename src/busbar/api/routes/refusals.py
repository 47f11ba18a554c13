from typing import Annotated

from fastapi import APIRouter, Query

from busbar.api.callers import Reader
from busbar.api.services import Given
from busbar.views import refusals
from busbar.views.shapes.refusals import RefusalItems

router = APIRouter(tags=["stations"])


@router.get("/refusals")
async def list_refusals(
    caller: Reader, services: Given, query: Annotated[refusals.RefusalQuery, Query()]
) -> RefusalItems:
    """List who was turned away at the stations' door and why, since each gateway's start: the newest first."""
    page = await services.refusals.read_all()
    async with services.databases.read() as connection:
        return await refusals.list_refusals(connection, caller.scope, query, page)
