"""The reservations room: places that stations keep for drivers."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from busbar.canon.access import Authorize
from busbar.canon.control import CancelPlace, KeepPlace, Outcome, SendStationCommand, StationCommandAnswered
from busbar.canon.drivers import DriverErased
from busbar.canon.message import Fact, Message
from busbar.canon.reservations import (
    CancelReservation,
    ExpireReservations,
    Reservation,
    ReservationEnded,
    ReservationHeld,
    ReservationPolicy,
    ReservationRequested,
    ReservationState,
    ReservationStatusReported,
    Reserve,
    SetReservationPolicy,
)
from busbar.canon.sessions import SessionStarted
from busbar.canon.stations import FindStation, Registration, StationStanding
from busbar.canon.tenants import RecordAudit
from busbar.domain.reservations import model
from busbar.domain.reservations.store import ReservationStore
from busbar.kernel.errors import BusbarError
from busbar.kernel.ids import CommandId, IdSource, ReservationId, is_key
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]
_BY_RESERVATION = "reservation:"


class ReservationService:
    """Keeps places."""

    def __init__(self, *, store: ReservationStore, ids: IdSource) -> None:
        self._store = store
        self._ids = ids

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Say which messages are handled here."""
        return {
            Reserve: self.reserve,
            CancelReservation: self.cancel,
            ExpireReservations: self.expire,
            SetReservationPolicy: self.set_policy,
            ReservationStatusReported: self.take_status,
        }

    def listeners(self) -> list[tuple[type[Fact], str, Handler]]:
        """Say which facts are listened to, and under which name."""
        return [
            (StationCommandAnswered, "reservations.command_answered", self.hear_answer),
            (SessionStarted, "reservations.session_started", self.hear_started),
            (DriverErased, "reservations.driver_erased", self.hear_erased),
        ]

    def concerns(self) -> dict[str, Callable[[Any], bool]]:
        """Say which of the facts that come often may end a reservation."""
        return {"reservations.session_started": may_use_reservation}

    # ---- what people ask ---------------------------------------------------------------------------------------------

    async def reserve(self, command: Reserve, work: UnitOfWork) -> Reservation:
        """Ask a station to keep a place."""
        known = await self._store.find_by_command(work, command.command_id)
        if known is not None:
            if (known.station_id, known.evse_id, known.driver_id) != (
                command.station_id,
                command.evse_id,
                command.driver_id,
            ):
                raise model.CommandReusedError("this command id was used for something else")
            return known
        standing = await self._check_station(command, work)
        policy = await self._store.load_policy(work, command.operator_id)
        if not command.is_by_staff and command.driver_id is not None:
            model.check_driver(policy, held=await self._store.count_open(work, command.driver_id))
        expires_at = model.find_expiry(
            command.duration_min, policy=policy, is_by_staff=command.is_by_staff, now=work.now
        )
        held = await self._store.list_open(work, command.station_id)
        model.check_place(held, evse_id=command.evse_id, token=command.id_token.value)
        wish = Authorize(
            operator_id=command.operator_id,
            station_id=command.station_id,
            id_token=command.id_token,
            is_start=False,
        )
        decision = await work.ask(wish)
        model.check_verdict(decision.verdict)
        reservation = Reservation(
            reservation_id=ReservationId(self._ids.new()),
            number=model.next_number(await self._store.find_last_number(work, command.station_id)),
            operator_id=command.operator_id,
            station_id=command.station_id,
            site_id=standing.site_id,
            evse_id=command.evse_id,
            driver_id=command.driver_id or decision.driver_id,
            id_token=command.id_token,
            requested_by=command.requested_by,
            created_at=work.now,
            expires_at=expires_at,
        )
        request = KeepPlace(
            number=reservation.number,
            evse_id=reservation.evse_id,
            id_token=reservation.id_token,
            group=decision.group,
            expires_at=expires_at,
        )
        await self._send(work, reservation, request, command_id=CommandId(self._ids.new()))
        await self._store.insert(work, reservation, command_id=command.command_id)
        work.tell(ReservationRequested(**_describe(reservation, work), expires_at=expires_at))
        if command.is_by_staff:
            await self._note(work, command.requested_by, "reservation.create", reservation)
        return reservation

    async def _check_station(self, command: Reserve, work: UnitOfWork) -> StationStanding:
        standing = await work.ask(FindStation(station_id=command.station_id))
        if standing.operator_id != command.operator_id:
            raise model.StationNotFoundError("there is no such station", station_id=command.station_id)
        if standing.registration is not Registration.ACCEPTED:
            raise model.StationNotAcceptedError("the station is not accepted", station_id=command.station_id)
        if not standing.is_online:
            raise model.StationOfflineError("the station is not connected", station_id=command.station_id)
        return standing

    async def _send(
        self, work: UnitOfWork, reservation: Reservation, request: KeepPlace | CancelPlace, *, command_id: CommandId
    ) -> None:
        is_end = isinstance(request, CancelPlace)
        await work.ask(
            SendStationCommand(
                command_id=command_id,
                operator_id=reservation.operator_id,
                station_id=reservation.station_id,
                request=request,
                requested_by=f"{_BY_RESERVATION}{reservation.reservation_id}",
                expires_at=reservation.expires_at if is_end and reservation.expires_at > work.now else None,
            )
        )

    async def cancel(self, command: CancelReservation, work: UnitOfWork) -> Reservation:
        """Give a place free: at once in our books, at the station as soon as it hears of it."""
        before = await self._find(command, work)
        if before.state is ReservationState.CANCELLED:
            return before
        if before.state not in model.OPEN:
            raise model.ReservationOverError("the reservation is over", state=before.state.value)
        after = model.end(before, ReservationState.CANCELLED, now=work.now)
        await self._release(work, after)
        is_due = model.is_due(before, after.state, is_by_driver=command.driver_id is not None)
        await self._end(work, after, is_due=is_due)
        if command.driver_id is None:
            await self._note(work, command.requested_by, "reservation.cancel", after)
        return after

    async def _find(self, command: CancelReservation, work: UnitOfWork) -> Reservation:
        found = await self._store.load(work, command.reservation_id) if is_key(command.reservation_id) else None
        if found is None or (found.operator_id, found.station_id) != (command.operator_id, command.station_id):
            raise model.ReservationNotFoundError("there is no such reservation")
        if command.driver_id is not None and found.driver_id != command.driver_id:
            raise model.ReservationNotFoundError("there is no such reservation")
        return found

    async def _release(self, work: UnitOfWork, reservation: Reservation) -> None:
        """Tell the station; one that is gone, or cannot take more, ends the reservation by itself in time."""
        try:
            request = CancelPlace(number=reservation.number)
            await self._send(work, reservation, request, command_id=CommandId(self._ids.new()))
        except BusbarError:
            return

    async def set_policy(self, command: SetReservationPolicy, work: UnitOfWork) -> ReservationPolicy:
        """Say what drivers may."""
        policy = model.check_policy(command.policy)
        await self._store.save_policy(work, command.operator_id, policy)
        await work.ask(
            RecordAudit(
                operator_id=command.operator_id,
                actor=command.actor,
                action="reservation_policy.change",
                subject=f"operator:{command.operator_id}",
                detail=msgspec.structs.asdict(policy),
            )
        )
        return policy

    # ---- what time and stations bring --------------------------------------------------------------------------------

    async def expire(self, command: ExpireReservations, work: UnitOfWork) -> int:
        """End what ran out."""
        over = [each for each in await self._store.list_open(work, command.station_id) if each.expires_at <= work.now]
        for reservation in over:
            await self._lapse(work, reservation, ReservationState.EXPIRED, at=reservation.expires_at)
        return len(over)

    async def take_status(self, report: ReservationStatusReported, work: UnitOfWork) -> None:
        """Take the station's word that a reservation is over; one that we do not know is nobody's."""
        for reservation in await self._store.list_open(work, report.station_id):
            if reservation.number == report.number:
                state = ReservationState.REMOVED if report.is_removed else ReservationState.EXPIRED
                await self._lapse(work, reservation, state, at=work.now)

    async def _lapse(self, work: UnitOfWork, before: Reservation, state: ReservationState, *, at: datetime) -> None:
        is_due = model.is_due(before, state, is_by_driver=False)
        await self._end(work, model.end(before, state, now=at), is_due=is_due)

    async def hear_answer(self, fact: StationCommandAnswered, work: UnitOfWork) -> None:
        """Take note of what the station said."""
        if not isinstance(fact.request, KeepPlace) or not fact.requested_by.startswith(_BY_RESERVATION):
            return
        key = ReservationId(fact.requested_by.removeprefix(_BY_RESERVATION))
        before = await self._store.load(work, key)
        if before is None:
            return
        outcome = fact.outcome
        if outcome.outcome is Outcome.TIMED_OUT or before.state is ReservationState.CANCELLED:
            await self._release(work, before)  # nobody knows whether it keeps the place
        after = model.answer(before, outcome.outcome, outcome.status, now=work.now)
        if after is before:
            return
        if after.state is ReservationState.HELD:
            await self._store.update(work, after)
            work.tell(ReservationHeld(**_describe(after, work), expires_at=after.expires_at))
        else:
            await self._end(work, after)

    async def hear_started(self, fact: SessionStarted, work: UnitOfWork) -> None:
        """Use a reservation up: its driver came."""
        if not may_use_reservation(fact):
            return
        used = model.find_used(await self._store.list_open(work, fact.station_id), fact)
        if used is not None:
            after = model.end(used, ReservationState.USED, now=work.now)
            await self._end(work, msgspec.structs.replace(after, session_id=fact.session_id))

    async def hear_erased(self, fact: DriverErased, work: UnitOfWork) -> None:
        """Give a person's places free in our books, and forget whose they were; stations end them by themselves."""
        for reservation in await self._store.list_of_driver(work, fact.driver_id):
            await self._end(work, model.end(reservation, ReservationState.CANCELLED, now=work.now))
        await self._store.forget_driver(work, fact.driver_id)

    async def _end(self, work: UnitOfWork, after: Reservation, *, is_due: bool = False) -> None:
        await self._store.update(work, after)
        ended_at = after.ended_at or work.now
        work.tell(
            ReservationEnded(
                **_describe(after, work),
                state=after.state,
                starts_at=after.held_at or after.created_at,
                ends_at=ended_at,
                expires_at=after.expires_at,
                session_id=after.session_id,
                is_due=is_due,
            )
        )

    async def _note(self, work: UnitOfWork, actor: str, action: str, reservation: Reservation) -> None:
        await work.ask(
            RecordAudit(
                operator_id=reservation.operator_id,
                actor=actor,
                action=action,
                subject=f"reservation:{reservation.reservation_id}",
                detail={"station_id": reservation.station_id},
            )
        )


def may_use_reservation(fact: SessionStarted) -> bool:
    """Tell whether a session may be the one that a place was kept for."""
    return fact.driver_id is not None or fact.reservation_number is not None


def _describe(reservation: Reservation, work: UnitOfWork) -> dict[str, Any]:
    return {
        "operator_id": reservation.operator_id,
        "at": work.now,
        "reservation_id": reservation.reservation_id,
        "station_id": reservation.station_id,
        "site_id": reservation.site_id,
        "evse_id": reservation.evse_id,
        "driver_id": reservation.driver_id,
    }
