"""Presence within one process."""

from collections.abc import Sequence
from datetime import datetime

from busbar.kernel.clock import Clock
from busbar.kernel.ids import StationId
from busbar.ports.presence import Holding


class MemoryPresence:
    """See `busbar.ports.presence.Presence`."""

    def __init__(self, clock: Clock, *, lease_s: float) -> None:
        self._clock = clock
        self._lease_s = lease_s
        self._held: dict[StationId, tuple[Holding, float]] = {}
        self._silent_at_s: dict[StationId, float] = {}

    async def hold(self, holding: Holding) -> Holding | None:
        """Say that this gateway has the station; return whom it took the place of, or itself when it is too late."""
        known = self._known(holding.station_id)
        if known is not None and known.connection_id > holding.connection_id:
            return holding
        self._keep(holding)
        return known if known is not None and known.gateway_id != holding.gateway_id else None

    async def renew(self, holdings: Sequence[Holding]) -> list[Holding]:
        """Keep leases alive; return those that a newer one has taken the place of."""
        late: list[Holding] = []
        for holding in holdings:
            known = self._known(holding.station_id)
            if known is not None and known.connection_id > holding.connection_id:
                late.append(holding)
            else:
                self._keep(holding)
        return late

    async def release(self, holding: Holding) -> None:
        """Give a holding up, if it is still the one known."""
        if self._known(holding.station_id) == holding:
            del self._held[holding.station_id]

    async def find(self, station_id: StationId) -> Holding | None:
        """Return who holds a station now."""
        return self._known(station_id)

    async def see(self, seen: Sequence[tuple[StationId, datetime]], *, silent_after_s: float) -> None:
        """Note when stations were heard; they are silent that many seconds later."""
        now, now_s = self._clock.now(), self._clock.monotonic_s()
        for station_id, at in seen:
            silent_at_s = now_s - (now - at).total_seconds() + silent_after_s
            self._silent_at_s[station_id] = max(silent_at_s, self._silent_at_s.get(station_id, silent_at_s))

    async def take_silent(self, *, limit: int, again_after_s: float | None = None) -> list[StationId]:
        """Return stations that have become silent, the longest silent first."""
        now_s = self._clock.monotonic_s()
        silent = sorted((at_s, station_id) for station_id, at_s in self._silent_at_s.items() if at_s <= now_s)
        taken = [station_id for _, station_id in silent[:limit]]
        for station_id in taken:
            if again_after_s is None:
                del self._silent_at_s[station_id]
            else:
                self._silent_at_s[station_id] = now_s + again_after_s
        return taken

    async def forget_silent(self, station_ids: Sequence[StationId]) -> None:
        """Stop watching stations until they are heard again."""
        for station_id in station_ids:
            self._silent_at_s.pop(station_id, None)

    def _keep(self, holding: Holding) -> None:
        self._held[holding.station_id] = (holding, self._clock.monotonic_s() + self._lease_s)

    def _known(self, station_id: StationId) -> Holding | None:
        held = self._held.get(station_id)
        if held is None or held[1] <= self._clock.monotonic_s():
            self._held.pop(station_id, None)
            return None
        return held[0]
