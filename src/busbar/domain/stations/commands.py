"""Requests to stations: recorded, kept for stations that are away, and what became of them.

A request without an expiry is sent after the commit, whoever is there. One with an expiry takes its place in the
station's queue: the head goes out when the station can take it, the next one when that has ended. A request that did
not reach the station keeps its place; one that may have reached it is never sent again.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import msgspec

from busbar.canon.control import (
    QUEUED,
    CancelStationCommand,
    CommandAnswered,
    CommandOutcome,
    Outcome,
    SendStationCommand,
    StationCommandAnswered,
    StationCommandQueued,
    StationCommandRequested,
    TendStationCommands,
)
from busbar.canon.message import Message
from busbar.canon.secrecy import mask_outcome, mask_request
from busbar.canon.tenants import RecordAudit
from busbar.domain.stations import model
from busbar.domain.stations.fleet import Fleet
from busbar.domain.stations.model import Station
from busbar.domain.stations.store import StationCommandRow, StationStore
from busbar.kernel.ids import CommandId, OperatorId, StationId
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]

EXPIRED = CommandOutcome(outcome=Outcome.UNDELIVERED, status="it expired before the station could take it")
CANCELLED = CommandOutcome(outcome=Outcome.UNDELIVERED, status="it was cancelled before the station could take it")
STATION_GONE = CommandOutcome(outcome=Outcome.UNDELIVERED, status="the station was deleted")


class CommandDesk:
    """What stations are asked for."""

    def __init__(self, *, store: StationStore, fleet: Fleet, queue_max_commands: int, wait_max: timedelta) -> None:
        self._store = store
        self._fleet = fleet
        self._queue_max_commands = queue_max_commands
        self._wait_max = wait_max

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Say which messages are handled here."""
        return {
            SendStationCommand: self.send,
            CommandAnswered: self.answer,
            CancelStationCommand: self.cancel,
            TendStationCommands: self.tend,
        }

    async def send(self, command: SendStationCommand, work: UnitOfWork) -> CommandId:
        """Record a station command; it is delivered after the commit, or waits for its station."""
        station = await self._get_own(work, command.operator_id, command.station_id)
        request = mask_request(command.request)
        known = await self._store.find_command(work, command.command_id)
        if known is not None:
            is_same = (known.station_id, known.request, known.expires_at) == (
                command.station_id,
                request,
                command.expires_at,
            )
            if not is_same:
                raise model.CommandConflictError(
                    "this command id was used for something else", command_id=command.command_id
                )
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
        if command.expires_at is not None:
            await self._put_in_line(work, station, command, row)
            return command.command_id
        row = msgspec.structs.replace(row, sent_at=work.now)
        await self._store.add_command(work, row)
        _tell_requested(work, row)
        return command.command_id

    async def _put_in_line(
        self, work: UnitOfWork, station: Station, command: SendStationCommand, row: StationCommandRow
    ) -> None:
        """Let a command wait for its turn, which may be now."""
        if command.expires_at is None or not work.now < command.expires_at <= work.now + self._wait_max:
            hours = self._wait_max // timedelta(hours=1)
            raise model.CommandExpiryError(f"a command expires in the future, within {hours} hours", hours=hours)
        if row.request != command.request:
            raise model.QueuedSecretError("a command with a password in it cannot wait for its station")
        if station.queued_commands >= self._queue_max_commands:
            raise model.CommandQueueFullError(
                "too many commands wait for this station", commands=station.queued_commands
            )
        queue = await self._store.list_queue(work, station.station_id)
        position = 1 + max((each.queue_position or 0 for each in queue), default=0)
        row = msgspec.structs.replace(row, expires_at=command.expires_at, queue_position=position, outcome=QUEUED)
        await self._store.add_command(work, row)
        after = msgspec.structs.replace(station, queued_commands=station.queued_commands + 1)
        self._fleet.put(work, after, before=station)
        if await self.send_next(work, station.station_id) != row.command_id:
            _tell_queued(work, row)

    async def send_next(self, work: UnitOfWork, station_id: StationId) -> CommandId | None:
        """Send the head of the station's queue, if the station can take it and the one before has ended."""
        station = await self._fleet.get(work, station_id)
        if not station.queued_commands or not model.can_take_commands(station):
            return None
        for row in await self._store.list_queue(work, station_id):
            if not row.is_waiting:
                return None  # on its way
            if _is_expired(row, work):
                await self._end(work, row, EXPIRED)
                continue
            await self._store.send_from_queue(work, row.command_id)
            _tell_requested(work, row)
            return row.command_id
        return None

    async def tend(self, command: TendStationCommands, work: UnitOfWork) -> int:
        """End what waited too long; send what a station that is there has not been sent yet."""
        station = await self._fleet.get(work, command.station_id)
        if not station.queued_commands:
            return 0
        queue = await self._store.list_queue(work, command.station_id)
        expired = [row for row in queue if row.is_waiting and _is_expired(row, work)]
        for row in expired:
            await self._end(work, row, EXPIRED)
        if model.is_calm(station, work.now):
            await self.send_next(work, command.station_id)
        return len(expired)

    async def cancel(self, command: CancelStationCommand, work: UnitOfWork) -> None:
        """Take back a command that waits."""
        await self._get_own(work, command.operator_id, command.station_id)
        row = await self._store.find_command(work, command.command_id)
        if row is None or row.station_id != command.station_id:
            raise model.CommandNotFoundError("there is no such command", command_id=command.command_id)
        if row.outcome == CANCELLED:
            return
        if not row.is_waiting:
            raise model.CommandSentError("the command does not wait any more", command_id=command.command_id)
        await self._end(work, row, CANCELLED)
        await work.ask(
            RecordAudit(
                operator_id=command.operator_id,
                actor=command.actor,
                action="station.cancel_command",
                subject=f"station:{command.station_id}",
                detail={"command_id": command.command_id},
            )
        )

    async def answer(self, report: CommandAnswered, work: UnitOfWork) -> None:
        """Record what became of a command, once, and tell it. What did not reach its station waits on."""
        row = await self._store.find_command(work, report.command_id)
        if row is None or not row.is_open or row.is_waiting:
            return
        outcome = mask_outcome(report.outcome)
        if row.queue_position is None:
            await end_command(self._store, work, row, outcome)
        elif outcome.outcome is Outcome.UNDELIVERED and not _is_expired(row, work):
            await self._store.put_in_queue(work, row.command_id)
            _tell_queued(work, row)
            return
        else:
            await self._end(work, row, outcome)
            await self.send_next(work, row.station_id)
        known = tuple(value for value in outcome.values if value.value is not None)
        if known:
            await self._store.put_variables(work, station_id=row.station_id, operator_id=row.operator_id, values=known)

    async def _end(self, work: UnitOfWork, row: StationCommandRow, outcome: CommandOutcome) -> None:
        """Record how a command of the queue ended."""
        await end_command(self._store, work, row, outcome)
        station = await self._fleet.find(work, row.station_id)
        if station is not None:
            after = msgspec.structs.replace(station, queued_commands=max(0, station.queued_commands - 1))
            self._fleet.put(work, after, before=station)

    async def _get_own(self, work: UnitOfWork, operator_id: OperatorId, station_id: StationId) -> Station:
        station = await self._fleet.get(work, station_id)
        if station.operator_id != operator_id:
            raise model.StationNotFoundError("there is no such station", station_id=station_id)
        return station


async def end_queue(store: StationStore, work: UnitOfWork, station_id: StationId) -> None:
    """End whatever waits for a station that is no more."""
    for row in await store.list_queue(work, station_id):
        await end_command(store, work, row, STATION_GONE)


async def end_command(store: StationStore, work: UnitOfWork, row: StationCommandRow, outcome: CommandOutcome) -> None:
    """Record how a command ended, and tell it."""
    await store.answer_command(work, row.command_id, outcome)
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


def _is_expired(row: StationCommandRow, work: UnitOfWork) -> bool:
    return row.expires_at is None or row.expires_at <= work.now


def _tell_requested(work: UnitOfWork, row: StationCommandRow) -> None:
    work.tell(
        StationCommandRequested(
            operator_id=row.operator_id,
            at=work.now,
            command_id=row.command_id,
            station_id=row.station_id,
            request=row.request,
            requested_by=row.requested_by,
            timeout_s=row.timeout_s,
            expires_at=row.expires_at,
        )
    )


def _tell_queued(work: UnitOfWork, row: StationCommandRow) -> None:
    if row.expires_at is None:
        return
    work.tell(
        StationCommandQueued(
            operator_id=row.operator_id,
            at=work.now,
            command_id=row.command_id,
            station_id=row.station_id,
            request=row.request,
            requested_by=row.requested_by,
            expires_at=row.expires_at,
        )
    )
