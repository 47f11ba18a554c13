from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime, Field
from starlette.responses import StreamingResponse

from busbar.api.callers import Reader, stays_staff
from busbar.api.parameters import StationPath
from busbar.api.services import Given
from busbar.api.stream import EVENT_STREAM, open_stream, write_event
from busbar.ports.wirelog import Direction, WireEntry
from busbar.views import stations
from busbar.views.paging import Question
from busbar.views.shapes.wirelog import Frame, FramePage, WireDays

router = APIRouter(tags=["wire log"])


class WireQuery(Question):
    """Which frames of a station are wanted."""

    day: date | None = None
    """A UTC day; left out: today."""
    q: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """Text anywhere in the frame."""
    direction: Direction | None = None
    before_id: Annotated[int, Field(ge=0, le=2**62)] | None = None
    """Older than this entry, the newest first."""
    after_id: Annotated[int, Field(ge=0, le=2**62)] | None = None
    """Newer than this entry, the oldest first."""
    since: AwareDatetime | None = None
    """Within the day, from this instant on."""
    until: AwareDatetime | None = None
    """Within the day, before this instant."""
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


@router.get("/stations/{station_id}/wirelog/days")
async def list_wire_days(caller: Reader, services: Given, station_id: StationPath) -> WireDays:
    """List the UTC days of which there are frames, the newest first."""
    await _check(caller, services, station_id)
    found = await services.wire_log.read_days(station_id=station_id)
    return WireDays(days=found.days, missing_gateways=list(found.silent_gateways))


@router.get("/stations/{station_id}/wirelog")
async def list_frames(
    caller: Reader, services: Given, station_id: StationPath, query: Annotated[WireQuery, Query()]
) -> FramePage:
    """List frames of a UTC day as they went over the wire: the newest first, or the oldest first with `after_id`."""
    await _check(caller, services, station_id)
    day = query.day or services.clock.now().date()
    page = await services.wire_log.read_page(
        station_id=station_id,
        day=day,
        text=query.q,
        direction=query.direction,
        before_id=query.before_id,
        after_id=query.after_id,
        since=query.since,
        until=query.until,
        limit=query.limit + 1,
    )
    return FramePage(
        day=day,
        items=[_show(entry) for entry in page.entries[: query.limit]],
        has_more=len(page.entries) > query.limit,
        missing_gateways=list(page.silent_gateways),
    )


@router.get("/stations/{station_id}/wirelog/stream", response_class=StreamingResponse, responses=EVENT_STREAM)
async def follow_frames(
    caller: Reader, services: Given, request: Request, station_id: StationPath
) -> StreamingResponse:
    """Follow the station's frames as they go over the wire (server-sent events named `frame`)."""
    await _check(caller, services, station_id)

    def write(entry: WireEntry) -> bytes:
        return write_event("frame", _show(entry).model_dump_json(), event_id=None)

    return open_stream(
        services,
        services.wire_log.follow(station_id=station_id),
        write=write,
        is_welcome=stays_staff(request, services, caller),
    )


async def _check(caller: Reader, services: Given, station_id: str) -> None:
    async with services.databases.read() as connection:
        await stations.check_station(connection, caller.scope, station_id)


def _show(entry: WireEntry) -> Frame:
    return Frame(entry_id=entry.entry_id, at=entry.at, direction=entry.direction, text=entry.text)
