"""What the stations room needs of a database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from busbar.canon.control import AnyStationRequest, ChargingProfile, CommandOutcome, VariableValue
from busbar.canon.layouts import SiteLayout
from busbar.canon.stations import DescribePlace, PlaceDescription, Registration, SiteSpec, SiteStanding
from busbar.domain.stations.model import Connector, Station
from busbar.kernel.ids import CommandId, OperatorId, SiteId, StationId, TemplateId
from busbar.ports.work import UnitOfWork


class StationCommandRow(msgspec.Struct, frozen=True, kw_only=True):
    """A station command as recorded."""

    command_id: CommandId
    operator_id: OperatorId
    station_id: StationId
    request: AnyStationRequest
    requested_by: str
    requested_at: datetime
    timeout_s: int
    outcome: CommandOutcome | None = None
    answered_at: datetime | None = None
    expires_at: datetime | None = None
    queue_position: int | None = None
    sent_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it has not ended: it waits, or is on its way."""
        return self.answered_at is None

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for its station."""
        return self.is_open and self.outcome is not None


class StationEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Something a station told that is kept as it was."""

    event_id: str
    operator_id: OperatorId
    station_id: StationId
    at: datetime
    topic: str
    payload_json: str


class StationStore(Protocol):
    """Stations, their commands, events, quirks and variables; sites and templates. All writes are part of `work`."""

    async def load_station(self, work: UnitOfWork, station_id: StationId) -> Station | None:
        """Return the station with its connectors."""
        ...

    def save_station(self, work: UnitOfWork, station: Station) -> None:
        """Write the station's own row; bulk, at the end of the batch."""
        ...

    def save_connectors(self, work: UnitOfWork, station: Station, changed: tuple[Connector, ...]) -> None:
        """Write rows of the station's connectors; bulk, at the end of the batch."""
        ...

    async def remove_connectors(self, work: UnitOfWork, station_id: StationId) -> None:
        """Remove the rows of a station's connectors."""
        ...

    async def delete_station(self, work: UnitOfWork, station_id: StationId) -> None:
        """Remove a station and what belongs to it alone."""
        ...

    async def list_online(self, work: UnitOfWork) -> list[StationId]:
        """Return the stations that count as online."""
        ...

    def add_event(self, work: UnitOfWork, event: StationEvent) -> None:
        """Keep an event."""
        ...

    async def add_quirk(
        self, work: UnitOfWork, *, station_id: StationId, operator_id: OperatorId, action: str, fields: tuple[str, ...]
    ) -> None:
        """Count a quirk."""
        ...

    async def put_variables(
        self, work: UnitOfWork, *, station_id: StationId, operator_id: OperatorId, values: tuple[VariableValue, ...]
    ) -> None:
        """Keep the newest known value of each variable."""
        ...

    async def find_command(self, work: UnitOfWork, command_id: CommandId) -> StationCommandRow | None:
        """Return a station command."""
        ...

    async def add_command(self, work: UnitOfWork, row: StationCommandRow) -> None:
        """Record a station command."""
        ...

    async def answer_command(self, work: UnitOfWork, command_id: CommandId, outcome: CommandOutcome) -> None:
        """Record what became of it."""
        ...

    async def list_queue(self, work: UnitOfWork, station_id: StationId) -> list[StationCommandRow]:
        """Return the station's commands with an expiry that have not ended, in order."""
        ...

    async def put_in_queue(self, work: UnitOfWork, command_id: CommandId) -> None:
        """Let a command that was not delivered wait again, in its old place."""
        ...

    async def send_from_queue(self, work: UnitOfWork, command_id: CommandId) -> None:
        """Write down that a command that waited is on its way."""
        ...

    async def has_site(self, work: UnitOfWork, operator_id: OperatorId, site_id: SiteId) -> bool:
        """Whether the operator has this site."""
        ...

    async def find_site(self, work: UnitOfWork, operator_id: OperatorId, site_id: SiteId) -> SiteStanding | None:
        """Return where an operator's site is."""
        ...

    async def describe_place(self, work: UnitOfWork, wish: DescribePlace) -> PlaceDescription:
        """Return what there is to say of a connector and a site."""
        ...

    async def put_site(self, work: UnitOfWork, operator_id: OperatorId, site_id: SiteId, spec: SiteSpec) -> None:
        """Create or change a site."""
        ...

    async def count_stations(self, work: UnitOfWork, site_id: SiteId) -> int:
        """Count the stations of a site."""
        ...

    async def count_registered(self, work: UnitOfWork, operator_id: OperatorId, registration: Registration) -> int:
        """Count an operator's stations with this registration."""
        ...

    async def delete_site(self, work: UnitOfWork, site_id: SiteId) -> None:
        """Remove a site."""
        ...

    async def list_site_stations(self, work: UnitOfWork, site_id: SiteId) -> Sequence[StationId]:
        """Return the stations of a site."""
        ...

    async def put_layout(
        self, work: UnitOfWork, operator_id: OperatorId, site_id: SiteId, layout: SiteLayout | None
    ) -> None:
        """Keep the drawing of a site; None: keep none."""
        ...

    async def has_template(self, work: UnitOfWork, operator_id: OperatorId, template_id: TemplateId) -> bool:
        """Whether the operator has this template."""
        ...

    async def put_template(
        self, work: UnitOfWork, operator_id: OperatorId, template_id: TemplateId, name: str, profile: ChargingProfile
    ) -> None:
        """Create or change a charging-profile template."""
        ...

    async def delete_template(self, work: UnitOfWork, template_id: TemplateId) -> None:
        """Remove a template."""
        ...
