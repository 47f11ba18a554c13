"""What happens when stations report and when they are commanded."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from busbar.canon.control import (
    CommandAnswered,
    SendStationCommand,
    StationCommandAnswered,
    StationCommandRequested,
    VariablesReported,
)
from busbar.canon.message import DONE, Done, Message
from busbar.canon.secrecy import mask_outcome, mask_request, mask_value
from busbar.canon.stations import (
    Admission,
    AdmissionRequested,
    AdmissionStatus,
    BootReply,
    ConnectorStatusChanged,
    ConnectorStatusReported,
    EndAllConnections,
    FindStation,
    HeartbeatReceived,
    HeartbeatReply,
    ObserveCharging,
    QuirkObserved,
    Registration,
    StationBootAccepted,
    StationBooted,
    StationConnected,
    StationDisconnected,
    StationNotified,
    StationOffline,
    StationOnline,
    StationRegistered,
    StationSeen,
    StationStanding,
)
from busbar.canon.tenants import FindDefaultOperator
from busbar.domain.stations import model
from busbar.domain.stations.model import CommandConflictError, Station, StationNotFoundError, check_station_id
from busbar.domain.stations.store import StationCommandRow, StationEvent, StationStore
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.ids import CommandId, IdSource, OperatorId, StationId
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]


BATCH_MAX = 10_000
"""Messages a batch may hold at most. What it has staged must not fall out of memory before it is written, since loads
read what the database holds.
"""


class StationPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """The settings that decide about stations. `unknown_gets` None: a station nobody entered is refused."""

    unknown_gets: Registration | None = Registration.PENDING
    pending_max_stations: int = 1000
    """As many unknown stations of an operator wait for a person's word; more are refused, or names would cost nothing.
    """
    heartbeat_interval_s: int = 300
    boot_retry_interval_s: int = 60
    cache_max_stations: int = 50_000


class Fleet:
    """The stations in memory: loaded on first use, written through the unit of work."""

    def __init__(self, store: StationStore, *, bound: int) -> None:
        self._store = store
        self._stations: BoundedDict[StationId, Station] = BoundedDict(bound=max(bound, BATCH_MAX + 1))

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


class StationService:
    """Reports of stations, and commands to them."""

    def __init__(self, *, store: StationStore, fleet: Fleet, ids: IdSource, policy: StationPolicy) -> None:
        self._store = store
        self._fleet = fleet
        self._ids = ids
        self._policy = policy

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Say which messages are handled here."""
        return {
            AdmissionRequested: self.admit,
            StationConnected: self.connect,
            StationDisconnected: self.disconnect,
            StationBooted: self.boot,
            HeartbeatReceived: self.hear,
            ConnectorStatusReported: self.report_status,
            StationNotified: self.keep_event,
            QuirkObserved: self.keep_quirk,
            VariablesReported: self.keep_variables,
            CommandAnswered: self.answer_command,
            FindStation: self.find_station,
            ObserveCharging: self.observe_charging,
            SendStationCommand: self.send_command,
            EndAllConnections: self.end_all_connections,
        }

    # ---- connection --------------------------------------------------------------------------------------------------

    async def admit(self, report: AdmissionRequested, work: UnitOfWork) -> Admission:
        """Say who stands at the door; register who is new, if the policy does that."""
        station = await self._fleet.find(work, report.station_id)
        if station is None and self._policy.unknown_gets is not None:
            operator_id = await work.ask(FindDefaultOperator())
            if await self._has_room(operator_id, self._policy.unknown_gets, work):
                station = self._register(report, operator_id, self._policy.unknown_gets, work)
        if station is None:
            return Admission(status=AdmissionStatus.UNKNOWN)
        if station.registration is Registration.BLOCKED:
            return Admission(status=AdmissionStatus.BLOCKED, operator_id=station.operator_id)
        return Admission(
            status=AdmissionStatus.ADMITTED,
            operator_id=station.operator_id,
            password_hash=station.password_hash,
            is_tolerant=station.is_tolerant,
        )

    async def _has_room(self, operator_id: OperatorId, registration: Registration, work: UnitOfWork) -> bool:
        if registration is not Registration.PENDING:
            return True
        waiting = await self._store.count_registered(work, operator_id, registration)
        return waiting < self._policy.pending_max_stations

    def _register(
        self, report: AdmissionRequested, operator_id: OperatorId, registration: Registration, work: UnitOfWork
    ) -> Station:
        station = Station(
            station_id=check_station_id(report.station_id),
            operator_id=operator_id,
            registration=registration,
            created_at=work.now,
            protocol=report.protocol,
        )
        self._fleet.put(work, station, before=None)
        work.tell(
            StationRegistered(
                operator_id=operator_id, at=work.now, station_id=station.station_id, registration=registration
            )
        )
        return station

    async def connect(self, report: StationConnected, work: UnitOfWork) -> None:
        """Take a new connection."""
        before = await self._fleet.get(work, report.station_id)
        after = model.connect(before, report, work.now)
        if after is None:
            return
        self._fleet.put(work, after, before=before)
        self._add_event(
            work, after, "connected", {"protocol": report.protocol, "remote_address": report.remote_address}
        )
        work.tell(
            StationOnline(
                operator_id=after.operator_id, at=work.now, station_id=after.station_id, protocol=report.protocol
            )
        )

    async def disconnect(self, report: StationDisconnected, work: UnitOfWork) -> None:
        """End a connection, if it is the newest."""
        before = await self._fleet.find(work, report.station_id)
        after = model.disconnect(before, report.connection_id, work.now) if before is not None else None
        if before is not None and after is not None:
            self._fleet.put(work, after, before=before)
            self._go_offline(work, after, report.reason)

    async def end_all_connections(self, _command: EndAllConnections, work: UnitOfWork) -> int:
        """Count every station as offline."""
        online = await self._store.list_online(work)
        for station_id in online:
            before = await self._fleet.get(work, station_id)
            after = msgspec.structs.replace(before, is_online=False, disconnected_at=work.now)
            self._fleet.put(work, after, before=before)
            self._go_offline(work, after, "restart")
        return len(online)

    def _go_offline(self, work: UnitOfWork, station: Station, reason: str) -> None:
        self._add_event(work, station, "disconnected", {"reason": reason})
        work.tell(
            StationOffline(operator_id=station.operator_id, at=work.now, station_id=station.station_id, reason=reason)
        )

    # ---- what stations report ----------------------------------------------------------------------------------------

    async def boot(self, report: StationBooted, work: UnitOfWork) -> BootReply:
        """Take a boot in and say where the station stands."""
        before = await self._fleet.get(work, report.station_id)
        after = model.boot(before, report, work.now)
        self._fleet.put(work, after, before=before)
        self._add_event(work, after, "booted", {"reason": report.reason, "firmware_version": report.firmware_version})
        if after.registration is not Registration.ACCEPTED:
            interval_s = self._policy.boot_retry_interval_s
            return BootReply(registration=after.registration, interval_s=interval_s, now=work.now)
        work.tell(
            StationBootAccepted(
                operator_id=after.operator_id, at=work.now, station_id=after.station_id, reason=report.reason
            )
        )
        return BootReply(registration=Registration.ACCEPTED, interval_s=self._policy.heartbeat_interval_s, now=work.now)

    async def hear(self, report: HeartbeatReceived, work: UnitOfWork) -> HeartbeatReply:
        """Take a sign of life."""
        before = await self._fleet.get(work, report.station_id)
        after = model.note_seen(before, work.now)
        if after is not None:
            self._fleet.put(work, after, before=before)
        work.signal(StationSeen(operator_id=before.operator_id, at=work.now, station_id=before.station_id))
        return HeartbeatReply(now=work.now)

    async def report_status(self, report: ConnectorStatusReported, work: UnitOfWork) -> None:
        """Take a connector's or the station's status."""
        before = await self._fleet.get(work, report.station_id)
        after = model.report_status(before, report, work.now)
        if after is not before:
            self._fleet.put(work, after, before=before)

    async def observe_charging(self, command: ObserveCharging, work: UnitOfWork) -> None:
        """Let a running transaction refine what an Occupied connector shows."""
        before = await self._fleet.get(work, command.station_id)
        after = model.observe(before, command.evse_id, command.connector_id, command.status)
        if after != before:
            self._fleet.put(work, after, before=before)

    async def keep_event(self, report: StationNotified, work: UnitOfWork) -> Done:
        """Keep what has no room of its own, as it was told."""
        station = await self._fleet.get(work, report.station_id)
        self._store.add_event(
            work,
            StationEvent(
                event_id=report.report_id,
                operator_id=station.operator_id,
                station_id=station.station_id,
                at=report.at or work.now,
                topic=report.topic,
                payload_json=report.payload_json,
            ),
        )
        return DONE

    async def keep_quirk(self, report: QuirkObserved, work: UnitOfWork) -> None:
        """Count a harmless breach of the schema."""
        station = await self._fleet.get(work, report.station_id)
        await self._store.add_quirk(
            work,
            station_id=station.station_id,
            operator_id=station.operator_id,
            action=report.action,
            fields=report.fields,
        )

    async def keep_variables(self, report: VariablesReported, work: UnitOfWork) -> None:
        """Keep part of the device model."""
        station = await self._fleet.get(work, report.station_id)
        await self._store.put_variables(
            work,
            station_id=station.station_id,
            operator_id=station.operator_id,
            values=tuple(mask_value(value) for value in report.values),
        )

    # ---- commands to stations ----------------------------------------------------------------------------------------

    async def find_station(self, command: FindStation, work: UnitOfWork) -> StationStanding:
        """Say what other rooms may know."""
        station = await self._fleet.get(work, command.station_id)
        return StationStanding(
            station_id=station.station_id,
            operator_id=station.operator_id,
            site_id=station.site_id,
            registration=station.registration,
            is_online=station.is_online,
            protocol=station.protocol,
        )

    async def send_command(self, command: SendStationCommand, work: UnitOfWork) -> CommandId:
        """Record a station command; it is delivered after the commit."""
        station = await self._fleet.get(work, command.station_id)
        if station.operator_id != command.operator_id:
            raise StationNotFoundError("there is no such station", station_id=command.station_id)
        request = mask_request(command.request)
        known = await self._store.find_command(work, command.command_id)
        if known is not None:
            if known.station_id != command.station_id or known.request != request:
                raise CommandConflictError("this command id was used for something else", command_id=command.command_id)
            return command.command_id
        row = StationCommandRow(
            command_id=command.command_id,
            operator_id=command.operator_id,
            station_id=command.station_id,
            request=request,
            requested_by=command.requested_by,
            requested_at=work.now,
            timeout_s=command.timeout_s,
        )
        await self._store.add_command(work, row)
        work.tell(
            StationCommandRequested(
                operator_id=command.operator_id,
                at=work.now,
                command_id=command.command_id,
                station_id=command.station_id,
                request=request,
                requested_by=command.requested_by,
                timeout_s=command.timeout_s,
            )
        )
        return command.command_id

    async def answer_command(self, report: CommandAnswered, work: UnitOfWork) -> None:
        """Record what became of a command, once, and tell it."""
        row = await self._store.find_command(work, report.command_id)
        if row is None or row.outcome is not None:
            return
        outcome = mask_outcome(report.outcome)
        await self._store.answer_command(work, report.command_id, outcome)
        known = tuple(value for value in outcome.values if value.value is not None)
        if known:
            await self._store.put_variables(work, station_id=row.station_id, operator_id=row.operator_id, values=known)
        work.tell(
            StationCommandAnswered(
                operator_id=row.operator_id,
                at=work.now,
                command_id=row.command_id,
                station_id=row.station_id,
                request=row.request,
                requested_by=row.requested_by,
                outcome=outcome,
            )
        )

    def _add_event(self, work: UnitOfWork, station: Station, topic: str, payload: Mapping[str, str | None]) -> None:
        self._store.add_event(
            work,
            StationEvent(
                event_id=self._ids.new(),
                operator_id=station.operator_id,
                station_id=station.station_id,
                at=work.now,
                topic=topic,
                payload_json=msgspec.json.encode(payload).decode(),
            ),
        )
