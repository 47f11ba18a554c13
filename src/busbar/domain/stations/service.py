"""What happens when stations report and when they are commanded."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import msgspec

from busbar.canon.control import VariablesReported
from busbar.canon.message import DONE, Done, Message
from busbar.canon.secrecy import mask_value
from busbar.canon.stations import (
    Admission,
    AdmissionRequested,
    AdmissionStatus,
    BootReply,
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
from busbar.domain.stations.commands import CommandDesk
from busbar.domain.stations.fleet import Fleet
from busbar.domain.stations.model import Station, check_station_id
from busbar.domain.stations.store import StationEvent, StationStore
from busbar.kernel.ids import IdSource, OperatorId
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]


class StationPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """The settings that decide about stations. `unknown_gets` None: a station nobody entered is refused."""

    unknown_gets: Registration | None = Registration.PENDING
    pending_max_stations: int = 1000
    """As many unknown stations of an operator wait for a person's word; more are refused, or names would cost nothing.
    """
    heartbeat_interval_s: int = 300
    boot_retry_interval_s: int = 60
    cache_max_stations: int = 50_000
    command_queue_max_commands: int = 64
    command_wait_max: timedelta = timedelta(days=30)
    """How far ahead the expiry of a command may lie that waits for its station."""


class StationService:
    """Reports of stations, and commands to them."""

    def __init__(self, *, store: StationStore, fleet: Fleet, ids: IdSource, policy: StationPolicy) -> None:
        self._store = store
        self._fleet = fleet
        self._ids = ids
        self._policy = policy
        self._commands = CommandDesk(
            store=store,
            fleet=fleet,
            queue_max_commands=policy.command_queue_max_commands,
            wait_max=policy.command_wait_max,
        )

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
            FindStation: self.find_station,
            ObserveCharging: self.observe_charging,
            EndAllConnections: self.end_all_connections,
            **self._commands.handlers(),
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
        if after.queued_commands:
            await self._commands.send_next(work, after.station_id)
        return BootReply(registration=Registration.ACCEPTED, interval_s=self._policy.heartbeat_interval_s, now=work.now)

    async def hear(self, report: HeartbeatReceived, work: UnitOfWork) -> HeartbeatReply:
        """Take a sign of life."""
        before = await self._fleet.get(work, report.station_id)
        after = model.note_seen(before, work.now)
        if after is not None:
            self._fleet.put(work, after, before=before)
        if before.queued_commands:
            await self._commands.send_next(work, before.station_id)
        work.signal(StationSeen(operator_id=before.operator_id, at=work.now, station_id=before.station_id))
        return HeartbeatReply(now=work.now)

    async def report_status(self, report: ConnectorStatusReported, work: UnitOfWork) -> None:
        """Take a connector's or the station's status."""
        before = await self._fleet.get(work, report.station_id)
        after = model.report_status(before, report, work.now)
        if after is not before:
            self._fleet.put(work, after, before=before)
            self._keep_changes(work, before, after)
        if before.queued_commands:
            await self._commands.send_next(work, before.station_id)

    async def observe_charging(self, command: ObserveCharging, work: UnitOfWork) -> None:
        """Let a running transaction refine what an Occupied connector shows."""
        before = await self._fleet.get(work, command.station_id)
        after = model.observe(before, command.evse_id, command.connector_id, command.status)
        if after != before:
            self._fleet.put(work, after, before=before)
            self._keep_changes(work, before, after)

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

    def _keep_changes(self, work: UnitOfWork, before: Station, after: Station) -> None:
        """Keep what each connector showed and when, so that a day can be told afterwards."""
        for connector in model.list_changes(before, after):
            shown = {
                "evse_id": connector.spec.evse_id,
                "connector_id": connector.spec.connector_id,
                "status": connector.status,
                "error_code": connector.error_code,
                "info": connector.info,
            }
            self._add_event(work, after, "status", shown)

    def _add_event(
        self, work: UnitOfWork, station: Station, topic: str, payload: Mapping[str, str | int | None]
    ) -> None:
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
