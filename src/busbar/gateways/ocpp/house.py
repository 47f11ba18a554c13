"""What all connections of one gateway share."""

from collections.abc import Hashable
from typing import Protocol

import msgspec
import structlog

from busbar.canon.stations import Registration
from busbar.gateways.ocpp.refusal_list import RefusalList
from busbar.gateways.ocpp.settings import GatewaySettings
from busbar.gateways.ocpp.socket import Stumble
from busbar.gateways.ocpp.tally import MessageCount, Tally
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.buckets import Spread
from busbar.kernel.clock import Clock
from busbar.kernel.ids import ConnectionId, IdSource, StationId
from busbar.ports.bus import Bus
from busbar.ports.tracing import NO_TRACER, Tracer
from busbar.ports.wirelog import Direction, WireLog
from busbar.wire.ocppj import Limits

QUIRKS_MAX = 10_000
"""Quirks that were reported already and are not reported again."""
NOTE_MAX_CHARACTERS = 500
CALLS_PER_INBOX = 32
"""One read from the network may bring more calls than the inbox should hold: so many times as many are still taken."""

log = structlog.get_logger("busbar.ocpp")


class OpenConnection(Protocol):
    """What the register of connections needs of one."""

    @property
    def station_id(self) -> StationId: ...  # noqa: D102  named by its type
    @property
    def connection_id(self) -> ConnectionId: ...  # noqa: D102

    def replace(self) -> None:
        """Give way to a newer connection of the same station."""
        ...

    async def drain(self) -> None:
        """Finish what is being handled and close with 1001."""
        ...


class GatewayStats(msgspec.Struct, frozen=True, kw_only=True):
    """A glance at the gateway, for health and metrics; counters run since the start."""

    is_listening: bool
    connected_stations: int
    stations_by_protocol: dict[str, int]
    frames_in: int
    frames_out: int
    connections_accepted: int
    connections_refused: int
    connections_replaced: int
    calls_failed: int
    """Messages of stations that were answered with a CALLERROR, or would have been."""
    paused_sockets: int
    """Connections from which nothing is read at the moment."""
    connects: dict[str, int]
    """Connections that were taken in, by protocol."""
    disconnects: dict[str, int]
    """Connections that ended, by the name of the close code."""
    refusals: dict[str, int]
    """Upgrades that were turned away, by the code of the error."""
    messages: list[MessageCount]
    answer_times: dict[str, Spread]
    """Seconds from a call's receipt to its answer, by protocol."""


class House:
    """Ports, settings, and the memory that outlives a connection."""

    def __init__(self, *, bus: Bus, wire_log: WireLog, clock: Clock, ids: IdSource, settings: GatewaySettings) -> None:
        self.bus = bus
        self.wire_log = wire_log
        self.clock = clock
        self.ids = ids
        self.settings = settings
        self.link_limits = Limits(
            max_frame_bytes=settings.frame_max_bytes,
            max_open_peer_calls=CALLS_PER_INBOX * settings.station_inbox_max_calls,
        )
        self.open: dict[StationId, OpenConnection] = {}
        self.registrations: BoundedDict[StationId, Registration] = BoundedDict(bound=settings.connected_max_stations)
        self.tally = Tally()
        self.refusals = RefusalList(clock=clock, entries_max=settings.refusals_max_entries)
        self.tracer: Tracer = NO_TRACER
        self._quirks: BoundedDict[Hashable, None] = BoundedDict(bound=QUIRKS_MAX)

    def note(self, station_id: StationId, text: str) -> None:
        """Write a note into the station's wire log."""
        self.wire_log.append(self.clock.now(), station_id, Direction.NOTE, text[:NOTE_MAX_CHARACTERS])

    def refuse(self, stumble: Stumble) -> None:
        """Count a visitor that is turned away, and keep it for those who set stations up."""
        self.tally.refused[stumble.code] += 1
        self.refusals.note(stumble)
        log.warning("ocpp.refused", station_id=stumble.name, peer=stumble.peer_address, reason=stumble.detail)

    def adopt(self, connection: OpenConnection) -> None:
        """Take a new connection in; an older one of the same station gives way."""
        older = self.open.get(connection.station_id)
        self.open[connection.station_id] = connection
        if older is not None:
            self.tally.replaced += 1
            older.replace()

    def release(self, connection: OpenConnection) -> None:
        """Forget a connection that ended."""
        if self.open.get(connection.station_id) is connection:
            del self.open[connection.station_id]

    def is_first_quirk(self, quirk: Hashable) -> bool:
        """Tell whether this quirk has not been seen before, and remember it."""
        if quirk in self._quirks:
            return False
        self._quirks[quirk] = None
        return True
