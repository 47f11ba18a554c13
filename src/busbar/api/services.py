"""What the HTTP doors need of the house, handed in by the roof."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import HTTPConnection

from busbar.api.limits import RequestLimits
from busbar.api.settings import ApiSettings
from busbar.api.stream_count import Streams
from busbar.api.tally import HttpTally
from busbar.kernel.clock import Clock
from busbar.kernel.ids import IdSource
from busbar.ports.dispatcher import Dispatcher, StationCommands
from busbar.ports.feed import FactLog, Feed
from busbar.ports.parcels import ParcelShelf
from busbar.ports.refusals import RefusalBook
from busbar.ports.tracing import Tracer
from busbar.ports.watching import Watch
from busbar.ports.wirelog import WireReader


class ReadDatabases(Protocol):
    """The read side of `busbar.db.engine.Databases`."""

    def read(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Give a connection that sees one consistent state and cannot write."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Services:
    """Everything a route may use."""

    dispatcher: Dispatcher
    station_commands: StationCommands
    feed: Feed
    fact_log: FactLog
    wire_log: WireReader
    refusals: RefusalBook
    databases: ReadDatabases
    settings: ApiSettings
    clock: Clock
    ids: IdSource
    watch: Watch
    parcels: ParcelShelf | None
    """None: messages travel within this process, so that none is ever parked."""
    tally: HttpTally
    tracer: Tracer
    push_key: str
    limits: RequestLimits
    streams: Streams


def services_of(connection: HTTPConnection) -> Services:
    """Return what the roof handed in when the app was made."""
    services = connection.app.state.services
    assert isinstance(services, Services)  # noqa: S101 - set once by create_app
    return services


Given = Annotated[Services, Depends(services_of)]
