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
from busbar.api.frame import BodyBound, RequestFrame
from busbar.api.limits import RequestLimits
from busbar.api.services import ReadDatabases, Services
from busbar.api.settings import ApiSettings
from busbar.api.static import mount_web
from busbar.api.stream_count import Streams
from busbar.api.tally import HttpTally
from busbar.kernel.clock import Clock
from busbar.kernel.errors import BusbarError
from busbar.kernel.ids import IdSource
from busbar.ports.dispatcher import Dispatcher, StationCommands
from busbar.ports.feed import FactLog, Feed
from busbar.ports.parcels import ParcelShelf
from busbar.ports.tracing import NO_TRACER, Tracer
from busbar.ports.watching import Watch
from busbar.ports.wirelog import WireLog

WEB_DIR = Path(__file__).resolve().parent.parent / "_web"
_GZIP_MIN_BYTES = 1000


def create_app(  # noqa: PLR0913 - the roof hands in each thing that the doors need
    *,
    dispatcher: Dispatcher,
    station_commands: StationCommands,
    feed: Feed,
    fact_log: FactLog,
    wire_log: WireLog,
    databases: ReadDatabases,
    settings: ApiSettings,
    clock: Clock,
    ids: IdSource,
    watch: Watch,
    parcels: ParcelShelf | None = None,
    tracer: Tracer = NO_TRACER,
    push_key: str = "",
    web_dir: Path = WEB_DIR,
) -> FastAPI:
    """Return the app.

    `watch` knows how the process is, `parcels` what a broker has parked; `push_key` is what browsers subscribe with;
    `web_dir` holds the built web apps. Before the server waits for its connections to end, call `end_streams(app)`.
    """
    services = Services(
        dispatcher=dispatcher,
        station_commands=station_commands,
        feed=feed,
        fact_log=fact_log,
        wire_log=wire_log,
        databases=databases,
        settings=settings,
        clock=clock,
        ids=ids,
        watch=watch,
        parcels=parcels,
        tally=HttpTally(),
        tracer=tracer,
        push_key=push_key,
        limits=RequestLimits(per_min=settings.request_max_per_min, clock=clock),
        streams=Streams(clients_max=settings.stream_max_clients),
    )

    @asynccontextmanager
    async def live(_app: FastAPI) -> AsyncGenerator[None]:
        yield
        services.streams.closing.set()

    app = openapi.build(lifespan=live)
    app.state.services = services
    app.add_exception_handler(BusbarError, problems.answer_busbar_error)
    for outage in (DBAPIError, NoConnectionError):
        app.add_exception_handler(outage, problems.answer_outage)
    app.add_exception_handler(RequestValidationError, problems.answer_invalid_request)
    app.add_exception_handler(HTTPException, problems.answer_http_exception)
    mount_web(app, web_dir)
    app.add_middleware(BodyBound, max_bytes=settings.request_body_max_bytes)
    app.add_middleware(GZipMiddleware, minimum_size=_GZIP_MIN_BYTES)
    app.add_middleware(
        RequestFrame,
        ids=ids,
        clock=clock,
        tally=services.tally,
        tracer=tracer,
        is_https=settings.public_address.startswith("https://"),
        is_logging=settings.http_access_log,
    )
    return app


def end_streams(app: FastAPI) -> None:
    """End every live stream, so that the server can close its connections; no new one is taken."""
    services = app.state.services
    assert isinstance(services, Services)  # noqa: S101 - set above
    services.streams.closing.set()
