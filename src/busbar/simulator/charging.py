"""The charge itself: from the vehicle's arrival to the last event, the same for every protocol version.

A transaction begins when any of the version's start points is reached and ends when any of its stop points is lost
(2.x TxStartPoint and TxStopPoint; 1.6 behaves as `PowerPathClosed` and `Authorized`).
"""

from collections.abc import Callable, Sequence

from busbar.simulator.battery import MWS_PER_WH
from busbar.simulator.books import Books, FinishedTransaction
from busbar.simulator.evse import ChargingState, Evse, Permit, Token, Transaction
from busbar.simulator.flow import Cap
from busbar.simulator.limits import least
from busbar.simulator.reserving import Reservations
from busbar.simulator.speaker import Rule, Setting, Trigger
from busbar.simulator.talker import Talker
from busbar.simulator.vehicle import Vehicle

TICK_S = 5
TRANSACTIONS_MAX = 2_000
RESTART_S = 4
HANDSHAKE_S = 3
"""From permission to closed contactor: the talk over the cable."""
FAULT_REASONS = {
    "EmergencyStop": "EmergencyStop",
    "GroundFailure": "GroundFault",
    "OverCurrentFailure": "OvercurrentFault",
    "PowerMeterFailure": "Other",
}


class Charging:
    """The EVSEs of one station and what happens at them."""

    def __init__(self, station: Talker, evses: dict[int, Evse], reservations: Reservations) -> None:
        self.station = station
        self.evses = evses
        self.reservations = reservations
        reservations.on_change = self.tell_status
        self.supply_power_w: int | None = None
        self.transactions: dict[str, Transaction] = {}
        """Transactions by the station's own name, the latest of them when there are many."""
        self.on_idle: Callable[[], None] = lambda: None
        """Called whenever a transaction has ended."""

    # --- what people and vehicles do --------------------------------------------------------------------------------

    def plug_in(self, evse: Evse, vehicle: Vehicle) -> None:
        """Connect a vehicle; does nothing when one is connected already."""
        if evse.vehicle is not None:
            return
        evse.advance(self.station.agenda.now_ms())
        evse.vehicle = vehicle
        evse.is_visit_done = False
        if evse.permit is not None and evse.permit.expiry is not None:
            evse.permit.expiry.cancel()
            evse.permit.expiry = None
        self.settle(evse, Trigger.CABLE_PLUGGED_IN)
        self.station.emit("plugged_in", evse.evse_id)

    def unplug(self, evse: Evse) -> Vehicle | None:
        """Disconnect the vehicle and return it."""
        vehicle = evse.vehicle
        if vehicle is None:
            return None
        evse.advance(self.station.agenda.now_ms())
        evse.vehicle = None
        evse.is_energised = False
        if evse.transaction is not None and self.station.speaker.read_rule(Rule.STOP_ON_UNPLUG):
            self._drop_permit(evse)
            self._note_reason(evse, "EVDisconnected")
        self.settle(evse, Trigger.EV_DEPARTED)
        evse.is_visit_done = False
        self.tell_status(evse)
        self.station.emit("unplugged", evse.evse_id)
        return vehicle

    def permit(self, evse: Evse, permit: Permit, trigger: Trigger) -> None:
        """Let a token charge at an EVSE; if nothing is connected yet, for as long as the connection time-out."""
        self._drop_permit(evse)
        evse.permit = permit
        evse.is_visit_done = False
        self.reservations.use(evse, permit)
        if evse.vehicle is None:
            timeout_s = self.station.speaker.read_setting(Setting.CONNECTION_TIMEOUT_S)
            if timeout_s > 0:
                permit.expiry = self.station.after(timeout_s, lambda: self._time_out(evse, permit))
        self.settle(evse, trigger)

    def stop(self, evse: Evse, trigger: Trigger, reason: str, *, token: Token | None = None) -> None:
        """Take the permission back; the transaction ends where that is a stop point."""
        if evse.transaction is not None and token is not None:
            evse.transaction.stop_token = token
        self._note_reason(evse, reason)
        self._drop_permit(evse)
        self.settle(evse, trigger)

    def suspend(self, evse: Evse) -> None:
        """Stop the energy and leave the transaction as it is."""
        evse.advance(self.station.agenda.now_ms())
        evse.is_barred = True
        self.settle(evse, Trigger.DEAUTHORIZED)

    def end(self, evse: Evse, trigger: Trigger, reason: str) -> None:
        """End the transaction whatever the stop points say (faults, resets, loss of power)."""
        self._note_reason(evse, reason)
        evse.advance(self.station.agenda.now_ms())
        self._drop_permit(evse)
        if evse.transaction is not None:
            self._finish(evse, evse.transaction, trigger)
        self.settle(evse, trigger)

    def set_fault(self, evse: Evse, code: str) -> None:
        """Something breaks: the contactor opens and the transaction ends."""
        evse.advance(self.station.agenda.now_ms())
        evse.fault = code
        evse.is_energised = False
        self.reservations.drop_for(evse)
        if evse.transaction is not None:
            self.end(evse, Trigger.ABNORMAL, FAULT_REASONS.get(code, "Other"))
        else:
            self.settle(evse, Trigger.ABNORMAL)
        self.station.emit("faulted", evse.evse_id)

    def clear_fault(self, evse: Evse) -> None:
        """Repair it."""
        if evse.fault is None:
            return
        evse.fault = None
        self.settle(evse, Trigger.CHARGING_STATE)
        self.station.speaker.tell_fault_cleared(evse)
        self.station.emit("fault_cleared", evse.evse_id)

    def set_operative(self, evses: Sequence[Evse], *, is_operative: bool) -> bool:
        """Change availability; returns whether a running transaction makes it wait (Scheduled)."""
        waits = False
        for evse in evses:
            if evse.transaction is not None and not is_operative:
                evse.pending_operative = is_operative
                waits = True
                continue
            evse.pending_operative = None
            evse.is_operative = is_operative
            if not is_operative:
                self.reservations.drop_for(evse)
            self.station.after(0, lambda evse=evse: self.tell_status(evse))
        return waits

    def restart_evse(self, evse: Evse) -> None:
        """Reset one EVSE: unavailable for a moment (B11.FR.08)."""
        evse.is_reset_scheduled = False
        evse.is_restarting = True
        self.tell_status(evse)

        def come_back() -> None:
            evse.is_restarting = False
            self.tell_status(evse)

        self.station.after(RESTART_S, come_back)

    # --- the machine ------------------------------------------------------------------------------------------------

    def settle(self, evse: Evse, trigger: Trigger) -> None:
        """Draw the conclusions of a change: begin or end a transaction, let energy flow or not, report."""
        evse.advance(self.station.agenda.now_ms())
        if not self.station.is_powered:
            return  # nobody is there to notice; the boot will
        reached = self._reached(evse)
        transaction = evse.transaction
        is_new = False
        if transaction is None:
            if not evse.is_visit_done and evse.is_operative and reached & self.station.speaker.start_points():
                # 1.6 shows Preparing before StartTransaction; the EVSE is not seen to jump
                self.tell_status(evse)
                transaction = self._start(evse, reached, trigger)
                is_new = True
        elif self._is_over(evse, transaction, reached):
            self._finish(evse, transaction, trigger)
            transaction = None
        self._energise(evse)
        self.recap()
        if transaction is not None and not is_new:
            self._note_progress(evse, transaction, reached, trigger)
        self.tell_status(evse)
        self._keep_ticking()

    def tick(self) -> None:
        """Let time pass: count energy, follow schedules, notice full batteries."""
        self.recap()
        for evse in self.evses.values():
            transaction = evse.transaction
            if transaction is None:
                continue
            if evse.read_state() is not transaction.state:
                self.settle(evse, Trigger.CHARGING_STATE)
            elif evse.is_closed and transaction.told_cap not in {None, evse.cap}:
                self.station.speaker.tell_updated(evse, transaction, Trigger.RATE)
            if evse.is_closed:
                transaction.told_cap = evse.cap

    def apply_limits(self) -> None:
        """Profiles were changed: obey them at once, and say so where it matters."""
        self.tick()

    def tell_status(self, evse: Evse) -> None:
        """Report the status of an EVSE if it is not the one reported last."""
        status = self.station.speaker.show_status(evse)
        if status != evse.told_status:
            evse.told_status = status
            self.station.speaker.tell_status(evse)
            self.station.emit("status", evse.evse_id)

    def recap(self) -> None:
        """Work out anew what every EVSE may give: by its profiles, the station's, and its share of the supply."""
        station = self.station
        now, now_ms = station.now(), station.agenda.now_ms()
        whole = station.profiles.cap_station(now)
        if self.supply_power_w is not None:
            whole = least((whole, Cap(power_w=self.supply_power_w)))
        in_use = max(1, sum(1 for evse in self.evses.values() if evse.is_closed))
        share = Cap(
            None if whole.current_ma is None else whole.current_ma // in_use,
            None if whole.power_w is None else whole.power_w // in_use,
            whole.phases,
        )
        for evse in self.evses.values():
            evse.advance(now_ms)
            transaction = evse.transaction
            own = station.profiles.cap_evse(
                evse.evse_id,
                now,
                ready_at=now if transaction is None else transaction.ready_at or now,
                transaction_ref=None if transaction is None else transaction.ref,
                has_transaction=transaction is not None,
                has_priority=transaction is not None and transaction.has_priority,
            )
            evse.cap = least((own, share))
            evse.renew_flow()

    def _reached(self, evse: Evse) -> frozenset[str]:
        points: set[str] = set()
        if evse.vehicle is not None:
            points |= {"ParkingBayOccupancy", "EVConnected"}
        if evse.permit is not None:
            points.add("Authorized")
        if evse.vehicle is not None and evse.permit is not None and evse.fault is None:
            points |= {"PowerPathClosed", "DataSigned"}
        if evse.is_closed and evse.flow.is_flowing:
            points.add("EnergyTransfer")
        return frozenset(points)

    def _is_over(self, evse: Evse, transaction: Transaction, reached: frozenset[str]) -> bool:
        if not reached & {"EVConnected", "Authorized"}:
            return True  # nobody is there any more, whatever was configured
        lost = (transaction.points_seen - reached) & self.station.speaker.stop_points()
        # a pause by limit or by schedule is no end of the energy transfer (2.0.1 part 2, TxStopPoint)
        is_paused = evse.is_closed and evse.flow.offered_ma == 0
        return any(point != "EnergyTransfer" or not is_paused for point in lost)

    def _start(self, evse: Evse, reached: frozenset[str], trigger: Trigger) -> Transaction:
        station = self.station
        permit = evse.permit
        if permit is not None and permit.remote_start_id is not None:
            trigger = Trigger.REMOTE_START  # F01.FR.19, F02.FR.21
        if station.behaviour.resets_meter:
            evse.meter.reset()
        transaction = Transaction(
            ref=self._next_ref(),
            evse_id=evse.evse_id,
            token=None if permit is None else permit.token,
            group=None if permit is None else permit.group,
            started_at=station.now(),
            meter_start_mws=evse.meter.register_mws,
            remote_start_id=None if permit is None else permit.remote_start_id,
            reservation_id=None if permit is None else permit.reservation_id,
            state=evse.read_state(),
            began_offline=not station.is_online,
            ready_at=station.now() if evse.is_energised else None,
            points_seen=reached,
        )
        evse.transaction = transaction
        self.transactions[transaction.ref] = transaction
        self._install(permit, transaction)
        station.speaker.tell_started(evse, transaction, trigger)
        self.arm_sampler(evse, transaction)
        station.emit("transaction_started", evse.evse_id)
        return transaction

    def _install(self, permit: Permit | None, transaction: Transaction) -> None:
        profile = None if permit is None else permit.profile_for(transaction.ref, transaction.evse_id)
        if profile is not None:
            self.station.profiles.install(profile)

    def _note_progress(self, evse: Evse, transaction: Transaction, reached: frozenset[str], trigger: Trigger) -> None:
        """Report what changed in a transaction that goes on."""
        fresh = reached - transaction.points_seen
        transaction.points_seen |= reached
        if transaction.token is None and evse.permit is not None:
            permit = evse.permit
            transaction.token, transaction.group = permit.token, permit.group
            transaction.remote_start_id = permit.remote_start_id
            transaction.reservation_id = permit.reservation_id
            self._install(permit, transaction)
        state = evse.read_state()
        has_changed = state is not transaction.state
        transaction.state = state
        said = {"Authorized", "EVConnected"} & fresh or trigger not in {Trigger.CHARGING_STATE, Trigger.AUTHORIZED}
        if said or has_changed:
            self.station.speaker.tell_updated(evse, transaction, trigger)

    def _finish(self, evse: Evse, transaction: Transaction, trigger: Trigger) -> None:
        station = self.station
        transaction.stopped_at = station.now()
        transaction.meter_stop_mws = evse.meter.register_mws
        is_gone = evse.vehicle is None and "EVConnected" in transaction.points_seen
        transaction.reason = transaction.reason or ("EVDisconnected" if is_gone else "Local")
        transaction.state = ChargingState.IDLE if evse.vehicle is None else ChargingState.CONNECTED
        if transaction.sampler is not None:
            transaction.sampler.cancel()
        self._drop_permit(evse)
        evse.transaction = None
        evse.is_energised = False
        evse.is_barred = False
        evse.is_visit_done = evse.vehicle is not None
        enter_transaction(station.books, station.identity, transaction)
        station.speaker.tell_ended(evse, transaction, trigger)
        station.profiles.end_transaction(evse.evse_id, transaction.ref)
        if evse.pending_operative is not None:
            evse.is_operative, evse.pending_operative = evse.pending_operative, None
        station.emit("transaction_ended", evse.evse_id)
        if evse.is_reset_scheduled:
            station.after(1, lambda: self.restart_evse(evse))
        self._forget_old()
        self.on_idle()

    def arm_sampler(self, evse: Evse, transaction: Transaction) -> None:
        """Take the next periodic sample after the set interval (0: none)."""
        interval_s = self.station.speaker.read_setting(Setting.SAMPLE_S)
        if transaction.sampler is not None:
            transaction.sampler.cancel()
        if interval_s > 0:
            transaction.sampler = self.station.after(interval_s, lambda: self._sample(evse, transaction))

    def _sample(self, evse: Evse, transaction: Transaction) -> None:
        if evse.transaction is not transaction or not self.station.is_powered:
            return
        self.recap()
        self.station.speaker.tell_updated(evse, transaction, Trigger.METER_PERIODIC)
        self.arm_sampler(evse, transaction)

    def _energise(self, evse: Evse) -> None:
        wanted = evse.vehicle is not None and evse.permit is not None and evse.fault is None and not evse.is_visit_done
        if not wanted:
            evse.is_energised = False
            if evse.handshake is not None:
                evse.handshake.cancel()
                evse.handshake = None
        elif not evse.is_energised and evse.handshake is None:
            evse.handshake = self.station.after(HANDSHAKE_S, lambda: self._close_contactor(evse))

    def _close_contactor(self, evse: Evse) -> None:
        evse.handshake = None
        evse.is_energised = True
        if evse.transaction is not None and evse.transaction.ready_at is None:
            evse.transaction.ready_at = self.station.now()
        self.recap()
        self.settle(evse, Trigger.CHARGING_STATE)

    def _time_out(self, evse: Evse, permit: Permit) -> None:
        if evse.permit is permit and evse.vehicle is None:
            # E03.FR.05, E03.FR.15: a transaction ends now, unless it lasts as long as the parking bay is taken
            give_up = self.stop if "ParkingBayOccupancy" in self.station.speaker.stop_points() else self.end
            give_up(evse, Trigger.EV_TIMEOUT, "Timeout")
            self.station.emit("connection_timed_out", evse.evse_id)

    def _drop_permit(self, evse: Evse) -> None:
        if evse.permit is not None and evse.permit.expiry is not None:
            evse.permit.expiry.cancel()
        evse.permit = None

    def _note_reason(self, evse: Evse, reason: str) -> None:
        if evse.transaction is not None and evse.transaction.reason is None:
            evse.transaction.reason = reason

    def _next_ref(self) -> str:
        """Return a new transaction name of the station's own, in the form of a UUID."""
        text = f"{self.station.chance.getrandbits(128):032x}"
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"

    def _keep_ticking(self) -> None:
        if "tick" not in self.station.timers and any(evse.transaction is not None for evse in self.evses.values()):
            self.station.set_timer("tick", TICK_S, self._tick)

    def _tick(self) -> None:
        self.station.stop_timer("tick")
        self.tick()
        self._keep_ticking()

    def _forget_old(self) -> None:
        if len(self.transactions) > TRANSACTIONS_MAX:
            running = {evse.transaction.ref for evse in self.evses.values() if evse.transaction is not None}
            for ref in list(self.transactions)[: TRANSACTIONS_MAX // 2]:
                if ref not in running:
                    del self.transactions[ref]


def enter_transaction(books: Books, station_id: str, transaction: Transaction) -> None:
    """Enter a transaction that has just ended into the books; its `record` goes on to learn of its delivery."""
    record = FinishedTransaction(
        station_id=station_id,
        ref="" if transaction.is_numbered and transaction.number is None else transaction.shown_ref,
        evse_id=transaction.evse_id,
        token=None if transaction.token is None else transaction.token.value,
        started_at=transaction.started_at,
        stopped_at=transaction.stopped_at or transaction.started_at,
        meter_start_wh=transaction.meter_start_mws // MWS_PER_WH,
        meter_stop_wh=transaction.meter_stop_mws // MWS_PER_WH,
        energy_mws=transaction.energy_mws,
        reason=transaction.reason or "",
        remote_start_id=transaction.remote_start_id,
        began_offline=transaction.began_offline,
        is_start_delivered=transaction.is_start_delivered,
    )
    transaction.record = record
    books.energy_mws += record.energy_mws
    books.finished.append(record)
