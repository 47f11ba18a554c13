"""Reservations of a station: an EVSE, or any of them, kept for a token for a while."""

from collections.abc import Callable
from datetime import datetime

from busbar.simulator.evse import Evse, Permit, Reservation, Status, Token
from busbar.simulator.talker import Talker


class Reservations:
    """At most one per EVSE and one for the station as a whole (`evse_id` 0); they survive reboots (B11.FR.05)."""

    def __init__(self, station: Talker, evses: dict[int, Evse]) -> None:
        self.station = station
        self.evses = evses
        self.on_change: Callable[[Evse], None] = lambda _evse: None
        """Called when an EVSE became reserved or free."""
        self.held: dict[int, Reservation] = {}

    def reserve(self, evse_id: int, reservation_id: int, token: Token, group: str | None, expires_at: datetime) -> str:
        """Reserve and return OCPP's status word; the same id again replaces the reservation (H01.FR.02)."""
        evses = self.evses
        concerned = list(evses.values()) if evse_id == 0 else [evses[evse_id]] if evse_id in evses else []
        if not concerned or expires_at <= self.station.now():
            return "Rejected"
        self._remove(reservation_id)
        states = [evse.read_status() for evse in concerned]
        if Status.AVAILABLE not in states:
            for status, word in ((Status.UNAVAILABLE, "Unavailable"), (Status.FAULTED, "Faulted")):
                if all(state is status for state in states):
                    return word
            return "Occupied"
        reservation = Reservation(reservation_id, token, group, evse_id, expires_at)
        delay_s = (expires_at - self.station.now()).total_seconds()
        reservation.expiry = self.station.after(delay_s, lambda: self._expire(reservation))
        self.held[reservation_id] = reservation
        if evse_id > 0:
            evses[evse_id].reservation = reservation
        self._show(reservation)
        return "Accepted"

    def cancel(self, reservation_id: int) -> bool:
        """Cancel; False when there is none of that id."""
        return self._remove(reservation_id) is not None

    def is_free_for(self, evse: Evse, token: Token, group: str | None) -> bool:
        """Whether a token may use an EVSE in view of reservations."""
        kept = [each for each in self.held.values() if each.evse_id in {0, evse.evse_id}]
        if any(self._is_for(each, token, group) for each in kept):
            return True
        if evse.reservation is not None:
            return False
        # reservations of "any EVSE" need one free EVSE each
        free = sum(1 for each in self.evses.values() if each.read_status() is Status.AVAILABLE)
        return free > sum(1 for each in kept if each.evse_id == 0) or not kept

    def find(self, evse: Evse, token: Token, group: str | None) -> Reservation | None:
        """Return the reservation that a token would use up at an EVSE."""
        for reservation in self.held.values():
            if reservation.evse_id in {0, evse.evse_id} and self._is_for(reservation, token, group):
                return reservation
        return None

    def use(self, evse: Evse, permit: Permit) -> None:
        """Use up the reservation of a token that is let in; it goes into the transaction."""
        reservation = self.find(evse, permit.token, permit.group)
        if reservation is not None:
            permit.reservation_id = reservation.reservation_id
            self._remove(reservation.reservation_id)

    def drop_for(self, evse: Evse) -> None:
        """Remove, and report, the reservation of an EVSE that fails or goes out of service (H01.FR.11)."""
        if evse.reservation is not None:
            reservation_id = evse.reservation.reservation_id
            self._remove(reservation_id)
            self.station.speaker.tell_reservation(reservation_id, "Removed")

    @staticmethod
    def _is_for(reservation: Reservation, token: Token, group: str | None) -> bool:
        return token.same_as(reservation.token) or (group is not None and group == reservation.group)

    def _remove(self, reservation_id: int) -> Reservation | None:
        reservation = self.held.pop(reservation_id, None)
        if reservation is None:
            return None
        if reservation.expiry is not None:
            reservation.expiry.cancel()
        evse = self.evses.get(reservation.evse_id)
        if evse is not None:
            evse.reservation = None
        self._show(reservation)
        return reservation

    def _expire(self, reservation: Reservation) -> None:
        if self.held.get(reservation.reservation_id) is reservation:
            self._remove(reservation.reservation_id)
            self.station.speaker.tell_reservation(reservation.reservation_id, "Expired")
            self.station.emit("reservation_expired", reservation.evse_id or None)

    def _show(self, reservation: Reservation) -> None:
        evse = self.evses.get(reservation.evse_id)
        if evse is not None:
            self.station.after(0, lambda: self.on_change(evse))
