"""The stations room on SQL."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, func, select, true, update
from sqlalchemy.dialects import postgresql, sqlite

from busbar.canon.control import (
    QUEUED,
    AnyStationRequest,
    ChargingProfile,
    CommandOutcome,
    VariableRef,
    VariableValue,
)
from busbar.canon.hours import OpeningTimes
from busbar.canon.layouts import SiteLayout
from busbar.canon.stations import (
    ConnectorKind,
    ConnectorSpec,
    ConnectorStatus,
    DescribePlace,
    OwnDays,
    PlaceDescription,
    PowerKind,
    Protocol,
    Registration,
    SiteSpec,
    SiteStanding,
)
from busbar.db.reading import QuickRead
from busbar.db.work import SqlUnitOfWork, sql
from busbar.domain.stations.model import Connector, Station
from busbar.domain.stations.store import StationCommandRow, StationEvent
from busbar.domain.stations.tables import (
    connectors,
    profile_templates,
    site_layouts,
    sites,
    station_commands,
    station_events,
    station_quirks,
    station_templates,
    station_variables,
    stations,
)
from busbar.kernel.ids import CommandId, OperatorId, SiteId, StationId, TemplateId
from busbar.ports.work import UnitOfWork

_STATION_FIELDS = tuple(column.name for column in stations.columns)
_REQUEST = msgspec.json.Decoder(AnyStationRequest)
_OUTCOME = msgspec.json.Decoder(CommandOutcome)
_QUEUED = msgspec.json.encode(QUEUED).decode()


_STATION = QuickRead(select(stations).where(stations.c.station_id == bindparam("own_station")))
_CONNECTORS = QuickRead(
    select(connectors)
    .where(connectors.c.station_id == bindparam("own_station"))
    .order_by(connectors.c.evse_id, connectors.c.connector_id)
)


class SqlStationStore:
    """See `busbar.domain.stations.store.StationStore`."""

    async def load_station(self, work: UnitOfWork, station_id: StationId) -> Station | None:
        """Return the station with its connectors, as the database holds them: nothing of it may be staged."""
        unit = sql(work)
        own = {"own_station": station_id}
        found = await unit.find(_STATION, own)
        if not found:
            return None
        row = found[0]
        built = tuple(_read_connector(each) for each in await unit.find(_CONNECTORS, own))
        fields: dict[str, Any] = {
            **row,
            "registration": Registration(row["registration"]),
            "protocol": Protocol(row["protocol"]) if row["protocol"] else None,
            "status": ConnectorStatus(row["status"]),
        }
        return Station(**fields, connectors=built)

    def save_station(self, work: UnitOfWork, station: Station) -> None:
        """Write the station's own row; bulk, at the end of the batch."""
        sql(work).stage_upsert(stations, {name: getattr(station, name) for name in _STATION_FIELDS})

    def save_connectors(self, work: UnitOfWork, station: Station, changed: tuple[Connector, ...]) -> None:
        """Write rows of the station's connectors; bulk, at the end of the batch."""
        unit = sql(work)
        for connector in changed:
            unit.stage_upsert(connectors, _write_connector(station, connector))

    async def remove_connectors(self, work: UnitOfWork, station_id: StationId) -> None:
        """Remove the rows of a station's connectors."""
        await sql(work).execute(delete(connectors).where(connectors.c.station_id == station_id))

    async def delete_station(self, work: UnitOfWork, station_id: StationId) -> None:
        """Remove a station and what belongs to it alone."""
        for table in (connectors, station_quirks, station_variables, station_events, station_templates, stations):
            await sql(work).execute(delete(table).where(table.c.station_id == station_id))

    async def list_online(self, work: UnitOfWork) -> list[StationId]:
        """Return the stations that count as online."""
        statement = select(stations.c.station_id).where(stations.c.is_online)
        return [StationId(row) for row in (await sql(work).execute(statement)).scalars()]

    def add_event(self, work: UnitOfWork, event: StationEvent) -> None:
        """Keep an event."""
        row = msgspec.structs.asdict(event)
        row["payload"] = row.pop("payload_json")
        sql(work).stage_insert(station_events, row)

    async def add_quirk(
        self, work: UnitOfWork, *, station_id: StationId, operator_id: OperatorId, action: str, fields: tuple[str, ...]
    ) -> None:
        """Count a quirk."""
        unit = sql(work)
        insert = _dialect(unit).insert(station_quirks)
        statement = insert.on_conflict_do_update(
            index_elements=["station_id", "action", "field"],
            set_={"last_at": insert.excluded.last_at, "count": station_quirks.c.count + 1},
        )
        rows = [
            {
                "station_id": station_id,
                "action": action,
                "field": field[:200],
                "operator_id": operator_id,
                "first_at": work.now,
                "last_at": work.now,
                "count": 1,
            }
            for field in fields
        ]
        await unit.execute(statement, rows)

    async def put_variables(
        self, work: UnitOfWork, *, station_id: StationId, operator_id: OperatorId, values: tuple[VariableValue, ...]
    ) -> None:
        """Keep the newest known value of each variable."""
        unit = sql(work)
        for value in values:
            row = msgspec.structs.asdict(value.ref)
            row.update(
                station_id=station_id,
                ref=_name_variable(value.ref),
                operator_id=operator_id,
                value=value.value,
                is_readonly=value.is_readonly,
                reported_at=work.now,
            )
            unit.stage_upsert(station_variables, row)

    async def find_command(self, work: UnitOfWork, command_id: CommandId) -> StationCommandRow | None:
        """Return a station command."""
        statement = select(station_commands).where(station_commands.c.command_id == command_id)
        row = (await sql(work).execute(statement)).mappings().first()
        return None if row is None else _read_command(row)

    async def add_command(self, work: UnitOfWork, row: StationCommandRow) -> None:
        """Record a station command."""
        values = {
            "command_id": row.command_id,
            "operator_id": row.operator_id,
            "station_id": row.station_id,
            "kind": type(row.request).__name__,
            "request": msgspec.json.encode(row.request).decode(),
            "requested_by": row.requested_by,
            "requested_at": row.requested_at,
            "timeout_s": row.timeout_s,
            "expires_at": row.expires_at,
            "queue_position": row.queue_position,
            "sent_at": row.sent_at,
            "outcome": row.outcome and row.outcome.outcome.value,
            "answer": row.outcome and msgspec.json.encode(row.outcome).decode(),
        }
        await sql(work).execute(station_commands.insert().values(values))

    async def answer_command(self, work: UnitOfWork, command_id: CommandId, outcome: CommandOutcome) -> None:
        """Record what became of it."""
        statement = update(station_commands).where(station_commands.c.command_id == command_id)
        answer = msgspec.json.encode(outcome).decode()
        await sql(work).execute(statement.values(outcome=outcome.outcome.value, answer=answer, answered_at=work.now))

    async def list_queue(self, work: UnitOfWork, station_id: StationId) -> list[StationCommandRow]:
        """Return the station's commands with an expiry that have not ended, in order."""
        table = station_commands.c
        statement = select(station_commands).where(
            table.station_id == station_id, table.answered_at.is_(None), table.queue_position.is_not(None)
        )
        rows = (await sql(work).execute(statement.order_by(table.queue_position))).mappings()
        return [_read_command(row) for row in rows]

    async def put_in_queue(self, work: UnitOfWork, command_id: CommandId) -> None:
        """Let a command that was not delivered wait again, in its old place."""
        statement = update(station_commands).where(station_commands.c.command_id == command_id)
        await sql(work).execute(statement.values(outcome=QUEUED.outcome.value, answer=_QUEUED, sent_at=None))

    async def send_from_queue(self, work: UnitOfWork, command_id: CommandId) -> None:
        """Write down that a command that waited is on its way."""
        statement = update(station_commands).where(station_commands.c.command_id == command_id)
        await sql(work).execute(statement.values(outcome=None, answer=None, sent_at=work.now))

    async def has_site(self, work: UnitOfWork, operator_id: OperatorId, site_id: SiteId) -> bool:
        """Whether the operator has this site."""
        statement = select(sites.c.site_id).where(sites.c.site_id == site_id, sites.c.operator_id == operator_id)
        return (await sql(work).execute(statement)).first() is not None

    async def find_site(self, work: UnitOfWork, operator_id: OperatorId, site_id: SiteId) -> SiteStanding | None:
        """Return where an operator's site is."""
        table = sites.c
        wanted = select(table.site_id, table.operator_id, table.zone, table.country, table.days).where(
            table.site_id == site_id, table.operator_id == operator_id
        )
        row = (await sql(work).execute(wanted)).first()
        if row is None:
            return None
        return SiteStanding(
            site_id=row.site_id,
            operator_id=row.operator_id,
            zone=row.zone,
            country=row.country,
            days=msgspec.json.decode(row.days, type=OwnDays),
        )

    async def describe_place(self, work: UnitOfWork, wish: DescribePlace) -> PlaceDescription:
        """Return what there is to say of a connector and a site."""
        told: dict[str, Any] = {"evse_id": wish.evse_id, "connector_id": wish.connector_id}
        if wish.site_id is not None:
            table = sites.c
            wanted = (table.name, table.address, table.city, table.country, table.latitude_e6, table.longitude_e6)
            statement = select(*wanted).where(table.site_id == wish.site_id, table.operator_id == wish.operator_id)
            row = (await sql(work).execute(statement)).mappings().first()
            told |= {} if row is None else {str(name): value for name, value in row.items()}
        if wish.evse_id is not None:
            own = connectors.c
            statement = (
                select(own.connector_id, own.kind, own.power_kind)
                .where(
                    own.station_id == wish.station_id,
                    own.operator_id == wish.operator_id,
                    own.evse_id == wish.evse_id,
                    own.connector_id == wish.connector_id if wish.connector_id else true(),
                )
                .order_by(own.connector_id)
                .limit(1)
            )
            row = (await sql(work).execute(statement)).first()
            if row is not None:
                told["connector_id"] = row.connector_id
                told |= {"kind": ConnectorKind(row.kind), "power_kind": PowerKind(row.power_kind)}
        return PlaceDescription(station_id=wish.station_id, site_id=wish.site_id, **told)

    async def put_site(self, work: UnitOfWork, operator_id: OperatorId, site_id: SiteId, spec: SiteSpec) -> None:
        """Create or change a site."""
        hours = None if spec.hours == OpeningTimes() else msgspec.json.encode(spec.hours).decode()
        days = msgspec.json.encode(spec.days).decode()
        row = {**msgspec.structs.asdict(spec), "hours": hours, "days": days, "site_id": site_id,
               "operator_id": operator_id, "changed_at": work.now}  # fmt: skip
        sql(work).stage_upsert(sites, row)

    async def count_stations(self, work: UnitOfWork, site_id: SiteId) -> int:
        """Count the stations of a site."""
        statement = select(func.count()).select_from(stations).where(stations.c.site_id == site_id)
        return (await sql(work).execute(statement)).scalar_one()

    async def count_registered(self, work: UnitOfWork, operator_id: OperatorId, registration: Registration) -> int:
        """Count an operator's stations with this registration."""
        own = (stations.c.operator_id == operator_id) & (stations.c.registration == registration)
        return (await sql(work).execute(select(func.count()).select_from(stations).where(own))).scalar_one()

    async def delete_site(self, work: UnitOfWork, site_id: SiteId) -> None:
        """Remove a site and its drawing."""
        await sql(work).execute(delete(site_layouts).where(site_layouts.c.site_id == site_id))
        await sql(work).execute(delete(sites).where(sites.c.site_id == site_id))

    async def list_site_stations(self, work: UnitOfWork, site_id: SiteId) -> Sequence[StationId]:
        """Return the stations of a site."""
        statement = select(stations.c.station_id).where(stations.c.site_id == site_id)
        return [StationId(name) for name in (await sql(work).execute(statement)).scalars()]

    async def put_layout(
        self, work: UnitOfWork, operator_id: OperatorId, site_id: SiteId, layout: SiteLayout | None
    ) -> None:
        """Keep the drawing of a site; None: keep none."""
        if layout is None:
            await sql(work).execute(delete(site_layouts).where(site_layouts.c.site_id == site_id))
            return
        row = {
            "site_id": site_id,
            "operator_id": operator_id,
            "layout": msgspec.json.encode(layout).decode(),
            "changed_at": work.now,
        }
        sql(work).stage_upsert(site_layouts, row)

    async def has_template(self, work: UnitOfWork, operator_id: OperatorId, template_id: TemplateId) -> bool:
        """Whether the operator has this template."""
        table = profile_templates
        statement = select(table.c.template_id).where(
            table.c.template_id == template_id, table.c.operator_id == operator_id
        )
        return (await sql(work).execute(statement)).first() is not None

    async def put_template(
        self, work: UnitOfWork, operator_id: OperatorId, template_id: TemplateId, name: str, profile: ChargingProfile
    ) -> None:
        """Create or change a charging-profile template."""
        row = {
            "template_id": template_id,
            "operator_id": operator_id,
            "name": name,
            "profile": msgspec.json.encode(profile).decode(),
            "changed_at": work.now,
        }
        sql(work).stage_upsert(profile_templates, row)

    async def delete_template(self, work: UnitOfWork, template_id: TemplateId) -> None:
        """Remove a template."""
        await sql(work).execute(delete(profile_templates).where(profile_templates.c.template_id == template_id))


def read_outcome(answer: str) -> CommandOutcome:
    """Read the `answer` column of a station command."""
    return _OUTCOME.decode(answer)


def _dialect(unit: SqlUnitOfWork) -> Any:
    return sqlite if unit.dialect.name == "sqlite" else postgresql


def _name_variable(ref: VariableRef) -> str:
    parts = (
        ref.component,
        ref.component_instance,
        ref.evse_id,
        ref.connector_id,
        ref.variable,
        ref.variable_instance,
        ref.attribute,
    )
    return "\x1f".join("" if part is None else str(part) for part in parts)


def _read_connector(row: Mapping[Any, Any]) -> Connector:
    return Connector(
        spec=ConnectorSpec(
            evse_id=row["evse_id"],
            connector_id=row["connector_id"],
            kind=ConnectorKind(row["kind"]),
            power_kind=PowerKind(row["power_kind"]),
            max_power_w=row["max_power_w"],
            max_current_ma=row["max_current_ma"],
            label=row["label"],
        ),
        reported=ConnectorStatus(row["reported"]),
        observed=ConnectorStatus(row["observed"]) if row["observed"] else None,
        error_code=row["error_code"],
        info=row["info"],
        vendor_error_code=row["vendor_error_code"],
        status_at=row["status_at"],
        changed_at=row["changed_at"],
    )


def _write_connector(station: Station, connector: Connector) -> dict[str, Any]:
    return {
        **msgspec.structs.asdict(connector.spec),
        "station_id": station.station_id,
        "operator_id": station.operator_id,
        "reported": connector.reported,
        "observed": connector.observed,
        "status": connector.status,
        "error_code": connector.error_code,
        "info": connector.info,
        "vendor_error_code": connector.vendor_error_code,
        "status_at": connector.status_at,
        "changed_at": connector.changed_at,
    }


def _read_command(row: Mapping[Any, Any]) -> StationCommandRow:
    return StationCommandRow(
        command_id=row["command_id"],
        operator_id=row["operator_id"],
        station_id=row["station_id"],
        request=_REQUEST.decode(row["request"]),
        requested_by=row["requested_by"],
        requested_at=row["requested_at"],
        timeout_s=row["timeout_s"],
        outcome=_OUTCOME.decode(row["answer"]) if row["answer"] else None,
        answered_at=row["answered_at"],
        expires_at=row["expires_at"],
        queue_position=row["queue_position"],
        sent_at=row["sent_at"],
    )


def read_opening(text: str | None) -> OpeningTimes:
    """Return opening hours as they are kept; nothing is day and night."""
    return OpeningTimes() if text is None else msgspec.json.decode(text, type=OpeningTimes)
