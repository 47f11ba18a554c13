"""Which gateway holds which station, and when a station was last heard: soft state that can be lost and is rebuilt."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from busbar.kernel.errors import UnavailableError
from busbar.kernel.ids import ConnectionId, StationId


class PresenceError(UnavailableError):
    """Who holds a station cannot be asked or told at the moment; whoever asks goes on without."""

    code = "unavailable.presence"


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """A station's connection and the gateway process that has it."""

    station_id: StationId
    connection_id: ConnectionId
    """Of two ids of one station the greater is the newer; an older one never replaces a newer one (fencing)."""
    gateway_id: str


class Presence(Protocol):
    """Holdings with a lease: a gateway that dies loses them by itself."""

    async def hold(self, holding: Holding) -> Holding | None:
        """Say that this gateway has the station; return the holding of another gateway that it took the place of.

        A holding older than the one known is not taken and returned itself. Errors: `unavailable.presence`.
        """
        ...

    async def renew(self, holdings: Sequence[Holding]) -> list[Holding]:
        """Keep leases alive and say again what may have been lost; return those whose place a newer one has taken.

        All are of one gateway. Errors: `unavailable.presence`.
        """
        ...

    async def release(self, holding: Holding) -> None:
        """Give a holding up, if it is still the one known. Errors: `unavailable.presence`."""
        ...

    async def find(self, station_id: StationId) -> Holding | None:
        """Return who holds a station now. Errors: `unavailable.presence`."""
        ...

    async def see(self, seen: Sequence[tuple[StationId, datetime]], *, silent_after_s: float) -> None:
        """Note when stations were heard; they are silent that many seconds later. Errors: `unavailable.presence`."""
        ...

    async def take_silent(self, *, limit: int, again_after_s: float | None = None) -> list[StationId]:
        """Return stations that have become silent: each once, whoever asks.

        With `again_after_s` each is told again after that time, until it is heard or forgotten: for callers that must
        not lose one when they die with it in hand. Errors: `unavailable.presence`.
        """
        ...

    async def forget_silent(self, station_ids: Sequence[StationId]) -> None:
        """Stop watching stations until they are heard again. Errors: `unavailable.presence`."""
        ...
