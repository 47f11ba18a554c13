"""The HTTP app: every door for people and programs."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from busbar.api import openapi, problems
from busbar.api.editions import Editions, list_editable
from busbar.api.frame import BodyBound, RequestFrame, make_headers
from busbar.api.limits import RequestLimits
from busbar.api.maps import describe_map, list_map_origins
from busbar.api.services import ReadDatabases, Services
from busbar.api.settings import ApiSettings
from busbar.api.static import mount_web
from busbar.api.stream_count import Streams
from busbar.api.tally import HttpTally
from busbar.kernel.clock import Clock
from busbar.kernel.errors import BusbarError
from busbar.kernel.ids import IdSource
from busbar.kernel.throttle import Share
from busbar.ports.dispatcher import Dispatcher, StationCommands
from busbar.ports.feed import FactLog, Feed
from busbar.ports.parcels import ParcelShelf
from busbar.ports.refusals import RefusalBook
from busbar.ports.tracing import NO_TRACER, Tracer
from busbar.ports.watching import Watch
from busbar.ports.wirelog import WireReader

WEB_DIR = Path(__file__).resolve().parent.parent / "_web"
_GZIP_MIN_BYTES = 1000


def create_app(  # noqa: PLR0913 - the roof hands in each thing that the doors need
    *,
    dispatcher: Dispatcher,
    station_commands: StationCommands,
    feed: Feed,
    fact_log: FactLog,
    wire_log: WireReader,
    refusals: RefusalBook,
    databases: ReadDatabases,
    settings: ApiSettings,
    clock: Clock,
    ids: IdSource,
    watch: Watch,
    parcels: ParcelShelf | None = None,
    tracer: Tracer = NO_TRACER,
    push_key: str = "",
    share: Share | None = None,
    web_dir: Path = WEB_DIR,
) -> FastAPI:
    """Return the app.

    `watch` knows how the process is, `parcels` what a broker has parked; `push_key` is what browsers subscribe with;
    `share` lets several processes count requests together; `web_dir` holds the built web apps. Before the server waits
    for its connections to end, call `end_streams(app)`.
    """
    services = Services(
        dispatcher=dispatcher,
        station_commands=station_commands,
        feed=feed,
        fact_log=fact_log,
        wire_log=wire_log,
        refusals=refusals,
        databases=databases,
        settings=settings,
        clock=clock,
        ids=ids,
        watch=watch,
        parcels=parcels,
        tally=HttpTally(),
        tracer=tracer,
        push_key=push_key,
        limits=RequestLimits(per_min=settings.request_max_per_min, clock=clock, share=share),
        streams=Streams(clients_max=settings.stream_max_clients),
    )

    @asynccontextmanager
    async def live(_app: FastAPI) -> AsyncGenerator[None]:
        yield
        services.streams.closing.set()

    app = openapi.build(lifespan=live)
    app.state.services = services
    _add_problems(app)
    mount_web(app, web_dir)
    app.add_middleware(Editions, editable=list_editable(openapi.ROUTERS, prefix=openapi.API_PREFIX))
    app.add_middleware(BodyBound, max_bytes=settings.request_body_max_bytes)
    app.add_middleware(GZipMiddleware, minimum_size=_GZIP_MIN_BYTES)
    app.add_middleware(
        RequestFrame,
        ids=ids,
        clock=clock,
        tally=services.tally,
        tracer=tracer,
        headers=_choose_headers(settings),
        is_logging=settings.http_access_log,
    )
    return app


def _choose_headers(settings: ApiSettings) -> dict[str, str]:
    is_https = settings.public_address.startswith("https://")
    return make_headers(is_https=is_https, map_origins=list_map_origins(describe_map(settings)))


def _add_problems(app: FastAPI) -> None:
    app.add_exception_handler(BusbarError, problems.answer_busbar_error)
    for outage in (DBAPIError, NoConnectionError):
        app.add_exception_handler(outage, problems.answer_outage)
    app.add_exception_handler(RequestValidationError, problems.answer_invalid_request)
    app.add_exception_handler(HTTPException, problems.answer_http_exception)


def end_streams(app: FastAPI) -> None:
    """End every live stream, so that the server can close its connections; no new one is taken."""
    services = app.state.services
    assert isinstance(services, Services)  # noqa: S101 - set above
    services.streams.closing.set()
