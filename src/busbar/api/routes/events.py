from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Header, Query, Request
from starlette.responses import StreamingResponse

from busbar.api import live
from busbar.api.callers import (
    AnyVisitor,
    OperatorChoice,
    Reader,
    SignedInDriver,
    choose_operator,
    stays_driver,
    stays_staff,
)
from busbar.api.services import Given, Services
from busbar.api.stream import EVENT_STREAM, open_stream, welcome_always, write_event
from busbar.canon.message import Message
from busbar.kernel.ids import FactId
from busbar.ports.feed import PublishedFact
from busbar.views import nearby, stations

router = APIRouter(tags=["live updates"])
driver_router = APIRouter(tags=["driver"])

LastEventId = Annotated[
    str | None,
    Header(alias="Last-Event-ID", max_length=64, description="Go on after this event; sent by clients that come back."),
]
Topics = Annotated[frozenset[live.Topic], Query(alias="topic", description="Only events about these; none: all.")]


@router.get("/events", response_class=StreamingResponse, responses=EVENT_STREAM)
async def follow_events(
    caller: Reader,
    services: Given,
    request: Request,
    topics: Topics = frozenset(),
    last_event_id: LastEventId = None,
) -> StreamingResponse:
    """Follow what happens (server-sent events). An event's name is that of the fact or signal, its data JSON.

    Facts have ids: a client that comes back with `Last-Event-ID` misses none. `Reset` says that too much happened
    since: read everything again. Signals (`SessionProgressed`, `StationSeen`) have no id and may be lost.
    """

    async def list_stations() -> frozenset[str]:
        async with services.databases.read() as connection:
            return await stations.list_station_ids(connection, caller.scope)

    view = live.StaffView(caller.principal, topics=topics, list_stations=list_stations)
    is_welcome = stays_staff(request, services, caller)
    return _stream(services, view.sees, last_event_id, show=live.show, is_welcome=is_welcome)


@driver_router.get("/driver/events", response_class=StreamingResponse, responses=EVENT_STREAM)
async def follow_my_sessions(
    caller: SignedInDriver, services: Given, request: Request, last_event_id: LastEventId = None
) -> StreamingResponse:
    """Follow one's own sessions (server-sent events): each step, and live power and energy."""
    view = live.DriverView(caller.driver_id)
    is_welcome = stays_driver(request, services, caller)
    return _stream(services, view.sees, last_event_id, show=live.show_to_driver, is_welcome=is_welcome)


@driver_router.get("/driver/station-events", response_class=StreamingResponse, responses=EVENT_STREAM)
async def follow_public_stations(
    visitor: AnyVisitor, services: Given, operator: OperatorChoice = None, last_event_id: LastEventId = None
) -> StreamingResponse:
    """Follow which public stations are free (server-sent events). Needs no sign-in.

    `ConnectorStatusChanged`, `StationOnline` and `StationOffline`, with station, EVSE, connector and status alone.
    """
    chosen = await choose_operator(services, visitor, operator)

    async def list_stations() -> frozenset[str]:
        async with services.databases.read() as connection:
            return await nearby.list_public_ids(connection, operator_id=chosen.operator_id)

    view = live.PublicView(chosen.operator_id, list_stations=list_stations)
    is_stranger = visitor.driver_id is None
    return _stream(services, view.sees, last_event_id, show=view.show, is_stranger=is_stranger)


def _stream(
    services: Services,
    sees: live.Sees,
    last_event_id: str | None,
    *,
    show: Callable[[Message], dict[str, Any]],
    is_welcome: Callable[[], Awaitable[bool]] = welcome_always,
    is_stranger: bool = False,
) -> StreamingResponse:
    after = None if last_event_id is None or not live.is_fact_id(last_event_id) else FactId(last_event_id)
    source = live.follow(
        feed=services.feed,
        fact_log=services.fact_log,
        sees=sees,
        after=after,
        # reading the past again costs us more than asking costs them: strangers are told to read everything anew
        resume_max=0 if is_stranger else services.settings.stream_resume_max_events,
    )

    def write(item: live.Item) -> bytes:
        if isinstance(item, live.Reset):
            return write_event("Reset", "{}", event_id=None)
        message = item.fact if isinstance(item, PublishedFact) else item
        data = msgspec.json.encode(show(message)).decode()
        event_id = item.fact_id if isinstance(item, PublishedFact) else None
        return write_event(live.name_event(message), data, event_id=event_id)

    return open_stream(services, source, write=write, is_welcome=is_welcome, is_stranger=is_stranger)
