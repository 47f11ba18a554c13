"""The stations in memory."""

from collections.abc import Callable

import msgspec

from busbar.canon.stations import ConnectorStatusChanged
from busbar.domain.stations import model
from busbar.domain.stations.model import Station, StationNotFoundError
from busbar.domain.stations.store import StationStore
from busbar.kernel.bounded import BATCH_MAX, LatestDict
from busbar.kernel.ids import ConnectionId, StationId
from busbar.ports.work import UnitOfWork


class Fleet:
    """The stations in memory: loaded on first use, written through the unit of work."""

    def __init__(self, store: StationStore, *, bound: int) -> None:
        self._store = store
        self._stations: LatestDict[StationId, Station] = LatestDict(bound=max(bound, BATCH_MAX + 1))

    async def find(self, work: UnitOfWork, station_id: StationId) -> Station | None:
        """Return the station, or None."""
        station = self._stations.get(station_id)
        if station is None:
            station = await self._store.load_station(work, station_id)
            if station is not None:
                self._stations[station_id] = station  # what the database holds: needs no undo
        return station

    async def get(self, work: UnitOfWork, station_id: StationId) -> Station:
        """Return the station. Errors: `not_found.station`."""
        station = await self.find(work, station_id)
        if station is None:
            raise StationNotFoundError("there is no such station", station_id=station_id)
        return station

    async def find_connection(self, work: UnitOfWork, station_id: StationId) -> ConnectionId | None:
        """Return the station's newest connection; None when it has none at the moment."""
        station = await self.find(work, station_id)
        return station.connection_id if station is not None and station.is_online else None

    def put(self, work: UnitOfWork, station: Station, *, before: Station | None) -> None:
        """Take the new value, write it, and tell every connector's change."""
        work.keep(self._stations, station.station_id, station)
        known = before.connectors if before is not None else ()
        if before is None or msgspec.structs.replace(before, connectors=station.connectors) != station:
            self._store.save_station(work, station)
        changed = tuple(connector for connector in station.connectors if connector not in known)
        if changed:
            self._store.save_connectors(work, station, changed)
        if before is None:
            return
        for connector in model.list_changes(before, station):
            self._tell_status(work, station, connector)
        if before.status != station.status or before.error_code != station.error_code:
            self._tell_status(work, station, None)

    def forget(self, work: UnitOfWork, station_id: StationId) -> None:
        """Drop the station from memory."""
        work.forget(self._stations, station_id)

    def forget_stations(self, is_gone: Callable[[StationId], bool]) -> None:
        """Drop what another process writes from now on."""
        for station_id in [held for held in self._stations if is_gone(held)]:
            del self._stations[station_id]

    def _tell_status(self, work: UnitOfWork, station: Station, connector: model.Connector | None) -> None:
        work.tell(
            ConnectorStatusChanged(
                operator_id=station.operator_id,
                at=work.now,
                station_id=station.station_id,
                site_id=station.site_id,
                evse_id=connector.spec.evse_id if connector else None,
                connector_id=connector.spec.connector_id if connector else None,
                status=connector.status if connector else station.status,
                error_code=connector.error_code if connector else station.error_code,
            )
        )
