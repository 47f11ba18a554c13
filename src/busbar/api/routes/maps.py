import asyncio

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from busbar.api.maps import ARCHIVE_PATH, describe_map
from busbar.api.services import Given
from busbar.views.shapes.maps import MapSource

router = APIRouter(tags=["maps"])
files_router = APIRouter(include_in_schema=False)
_NOT_FOUND = 404


@router.get("/map-source")
async def get_map_source(services: Given) -> MapSource:
    """Show what maps are drawn on; everybody may know, as drivers see maps before they sign in."""
    return describe_map(services.settings)


@files_router.get(ARCHIVE_PATH)
async def get_map_archive(services: Given) -> Response:
    """Hand out the PMTiles archive, in the ranges that are asked for."""
    path = services.settings.map_pmtiles_file
    is_there = services.settings.map_source == "pmtiles" and path is not None and await asyncio.to_thread(path.is_file)
    if path is None or not is_there:
        raise HTTPException(_NOT_FOUND, "There is no map archive here.")
    # Named as it is, so that no part of it is compressed on the way: a range would no longer be that range.
    headers = {"Content-Encoding": "identity", "Cache-Control": "no-cache"}
    return FileResponse(path, media_type="application/vnd.pmtiles", headers=headers)
