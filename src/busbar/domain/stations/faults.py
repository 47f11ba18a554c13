"""Faults that somebody has seen: kept until the station reports a newer one."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from busbar.canon.message import Message
from busbar.canon.stations import AcknowledgeFaults, FaultsAcknowledged, FindStation
from busbar.canon.tenants import RecordAudit
from busbar.db.work import sql
from busbar.domain.stations.model import StationNotFoundError
from busbar.domain.stations.tables import fault_acknowledgements
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]


class FaultDesk:
    """Takes note of who has seen a station's faults."""

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Say which messages are handled here."""
        return {AcknowledgeFaults: self.acknowledge}

    async def acknowledge(self, command: AcknowledgeFaults, work: UnitOfWork) -> None:
        """Take note that somebody has seen the faults of a station."""
        standing = await work.ask(FindStation(station_id=command.station_id))
        if standing.operator_id != command.operator_id:
            raise StationNotFoundError("there is no such station", station_id=command.station_id)
        row = {
            "station_id": command.station_id,
            "operator_id": command.operator_id,
            "at": work.now,
            "actor": command.actor,
        }
        sql(work).stage_upsert(fault_acknowledgements, row)
        work.tell(
            FaultsAcknowledged(
                operator_id=command.operator_id, at=work.now, station_id=command.station_id, site_id=standing.site_id
            )
        )
        await work.ask(
            RecordAudit(
                operator_id=command.operator_id,
                actor=command.actor,
                action="station.acknowledge_faults",
                subject=f"station:{command.station_id}",
            )
        )
