"""One virtual station: power, boots, heartbeats, and all its parts put together.

It boots, keeps its connection state, breaks down and comes back. What it says in which words is its `Speaker`'s, how it
gets said is `Talker`'s, the charge itself is `Charging`'s.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from busbar.simulator.agenda import Agenda
from busbar.simulator.authorizing import Gate
from busbar.simulator.battery import MWS_PER_WH
from busbar.simulator.behaviour import Behaviour, Vendor
from busbar.simulator.charging import Charging
from busbar.simulator.delivery import OutgoingCall
from busbar.simulator.evse import Evse, Transaction
from busbar.simulator.flow import EvseSpec
from busbar.simulator.meter import Meter
from busbar.simulator.reserving import Reservations
from busbar.simulator.speaker import Payload, Setting, Speaker, Trigger
from busbar.simulator.talker import CALL_TIMEOUT_S, Line, Talker
from busbar.wire.ocppj import Version

BOOT_RETRY_S = 60
"""What a station chooses by itself when the CSMS names no interval (B02.FR.07)."""
ALIGNED_MARGIN_S = 0.5
METER_START_MAX_WH = 2_000_000


class Station(Talker):
    """A station of any version. `speaker_of` makes its tongue; `specs` are its EVSEs, numbered from 1."""

    def __init__(  # noqa: PLR0913  a station is described by these
        self,
        identity: str,
        *,
        agenda: Agenda,
        version: Version,
        line: Line,
        specs: Sequence[EvseSpec],
        vendor: Vendor,
        speaker_of: "Callable[[Station], Speaker]",
        behaviour: Behaviour | None = None,
        seed: int = 0,
        supply_power_w: int | None = None,
        call_timeout_s: float = CALL_TIMEOUT_S,
    ) -> None:
        super().__init__(
            identity,
            agenda=agenda,
            version=version,
            line=line,
            vendor=vendor,
            behaviour=behaviour,
            seed=seed,
            call_timeout_s=call_timeout_s,
        )
        evses: dict[int, Evse] = {}
        for spec in specs:
            begin_mws = self.chance.randrange(METER_START_MAX_WH) * MWS_PER_WH
            meter = Meter(begin_mws, self.behaviour.rollover_wh)
            evses[spec.evse_id] = Evse(spec, self.chance, meter, advanced_ms=agenda.now_ms())
        self.reservations = Reservations(self, evses)
        self.charging = Charging(self, evses, self.reservations)
        self.charging.supply_power_w = supply_power_w
        self.charging.on_idle = self._note_idle
        self.gate = Gate(self, self.charging, self.reservations)
        self.is_reset_scheduled = False
        self.is_cut_off = False
        self.boot_reason = "PowerUp"
        self.speaker = speaker_of(self)

    def find_transaction(self, ref: str) -> Transaction | None:
        """Return the running transaction of that name."""
        for evse in self.charging.evses.values():
            if evse.transaction is not None and evse.transaction.ref == ref:
                return evse.transaction
        return None

    # --- power ------------------------------------------------------------------------------------------------------

    def power_on(self, reason: str = "PowerUp") -> None:
        """Switch on: connect, boot, and carry on with what was under way."""
        if self.is_powered:
            return
        self.is_powered = True
        self.is_registered = self.is_rejected = False
        self.boot_reason = reason
        now_ms = self.agenda.now_ms()
        for evse in self.charging.evses.values():
            evse.advance(now_ms)
            evse.told_status = None
        self.speaker.resume()
        for evse in self.charging.evses.values():
            if evse.transaction is None:
                self.charging.settle(evse, Trigger.CABLE_PLUGGED_IN)
            else:
                self.charging.settle(evse, Trigger.RESUMED)
                self.charging.arm_sampler(evse, evse.transaction)
        self.schedule_clock_aligned()
        if not self.is_cut_off:
            self.line.open()
        self.emit("powered_on")

    def power_off(self, *, is_polite: bool) -> None:
        """Switch off. Memory that would not survive is lost: timers, urgent messages, permits."""
        self.is_powered = False
        self.is_registered = False
        for timer in self.timers.values():
            timer.cancel()
        self.timers.clear()
        self.close_connection()
        for call in self.delivery.forget_urgent():
            self.give_up(call, "dropped")
        self.line.close() if is_polite else self.line.drop()
        self.emit("powered_off")

    def reset(self, reason: str, *, ends: str | None) -> None:
        """Reboot. `ends` is the stop reason of transactions that end first; None lets them survive."""
        if ends is not None:
            for evse in self.charging.evses.values():
                if evse.transaction is not None:
                    self.charging.end(evse, Trigger.RESET, ends)
        self.is_reset_scheduled = False
        # a moment to get the last messages out; what is left is delivered after the boot (B12.FR.05)
        self.after(2, lambda: self._go_down(reason))

    def _go_down(self, reason: str) -> None:
        if not self.is_powered:
            return
        self._open_contactors()
        self.power_off(is_polite=True)
        self.emit("rebooting")
        self.after(self.behaviour.boot_duration_s, lambda: self.power_on(reason))

    def lose_power(self, duration_s: float) -> None:
        """Fail for want of mains: no energy, no farewell. Transactions are ended as PowerLoss when it wakes again."""
        self._open_contactors()
        self.power_off(is_polite=False)
        self.after(duration_s, self._wake)

    def _open_contactors(self) -> None:
        now_ms = self.agenda.now_ms()
        for evse in self.charging.evses.values():
            evse.advance(now_ms)
            evse.is_energised = False
            if evse.handshake is not None:
                evse.handshake.cancel()
                evse.handshake = None
            evse.renew_flow()

    def _wake(self) -> None:
        for evse in self.charging.evses.values():
            if evse.transaction is not None:
                self.charging.end(evse, Trigger.ABNORMAL, "PowerLoss")
        self.power_on("PowerUp")

    def _note_idle(self) -> None:
        """Do what waited for the end of the last transaction."""
        if self.is_reset_scheduled and all(evse.transaction is None for evse in self.charging.evses.values()):
            self.is_reset_scheduled = False
            self.after(1, lambda: self.reset("ScheduledReset", ends=None))

    def schedule_clock_aligned(self) -> None:
        """Wait for the next full interval of the day, if the station is set to report then."""
        interval_s = self.speaker.read_setting(Setting.CLOCK_ALIGNED_S)
        self.stop_timer("clock_aligned")
        if interval_s > 0:
            now = self.now()
            midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
            passed_s = (now - midnight).total_seconds()
            wait_s = interval_s - passed_s % interval_s
            if wait_s < ALIGNED_MARGIN_S:
                wait_s += interval_s  # the timer of this very instant came a moment early
            self.set_timer("clock_aligned", wait_s, self._report_clock_aligned)

    def _report_clock_aligned(self) -> None:
        self.charging.recap()
        for evse in self.charging.evses.values():
            self.speaker.tell_clock_aligned(evse)
        self.schedule_clock_aligned()

    # --- the network ------------------------------------------------------------------------------------------------

    def cut_off(self, duration_s: float | None) -> None:
        """Lose the network, for a while or (None) until `reconnect`."""
        self.is_cut_off = True
        self.line.drop()
        self.line_down()
        if duration_s is not None:
            self.after(duration_s, self.reconnect)

    def reconnect(self) -> None:
        """Get the network back."""
        if self.is_cut_off:
            self.is_cut_off = False
            if self.is_powered:
                self.line.open()

    def line_up(self) -> None:
        """Boot, or carry on after an interruption: the connection stands."""
        self.guard(self._line_up)

    def _line_up(self) -> None:
        self.open_connection()
        if self.is_registered and not self.behaviour.boots_on_reconnect:
            for evse in self.charging.evses.values():
                evse.told_status = None
                self.charging.tell_status(evse)
            self._start_heartbeat()
        elif "boot" not in self.timers:
            self.boot()
        self.emit("connected")
        self.pump()

    # --- boot and heartbeat -----------------------------------------------------------------------------------------

    def boot(self) -> None:
        """Send BootNotification and obey the answer."""
        self.stop_timer("boot")
        self.books.boots += 1
        call = OutgoingCall(
            "BootNotification",
            lambda: self.speaker.write_boot(self.boot_reason),
            on_answer=self._take_boot,
            on_failure=lambda _code: self._retry_boot(BOOT_RETRY_S),
            is_early=True,
        )
        self.call(call)

    def _retry_boot(self, delay_s: float) -> None:
        if self.is_powered:
            self.set_timer("boot", delay_s, self._boot_if_online)

    def _boot_if_online(self) -> None:
        self.timers.pop("boot", None)
        if self.connection is not None:
            self.boot()

    def _take_boot(self, answer: Payload) -> None:
        self._set_clock(answer["currentTime"])
        interval_s = int(answer["interval"])
        status = answer["status"]
        self.is_rejected = status == "Rejected"
        if status != "Accepted":
            self.is_registered = False
            self._retry_boot(interval_s if interval_s > 0 else BOOT_RETRY_S)
            self.emit("boot_pending" if status == "Pending" else "boot_rejected")
            return
        self.is_registered = True
        self.boot_reason = "PowerUp"
        if interval_s > 0:
            self.speaker.set_heartbeat(interval_s)
        self._start_heartbeat()
        for evse in self.charging.evses.values():
            evse.told_status = self.speaker.show_status(evse)
        self.speaker.tell_all()
        self.emit("booted")
        self.pump()

    def _start_heartbeat(self) -> None:
        interval_s = self.speaker.read_setting(Setting.HEARTBEAT_S)
        if interval_s > 0:
            self.set_timer("heartbeat", interval_s, self._heartbeat)

    def _heartbeat(self) -> None:
        self.beat()
        self._start_heartbeat()

    def beat(self) -> None:
        """Send a Heartbeat."""
        self.call(
            OutgoingCall(
                "Heartbeat", dict, on_answer=lambda answer: self._set_clock(answer["currentTime"]), is_early=True
            )
        )

    def heartbeat_changed(self) -> None:
        """Begin the interval anew: it was changed."""
        if self.is_registered:
            self._start_heartbeat()

    def _set_clock(self, current: datetime) -> None:
        """Take the time from the CSMS (1.6 section 4.2, B01.FR.06); in a faster world there is no common time."""
        if self.agenda.speed == 1.0 and not self.behaviour.never_sets_clock:
            self.clock_error = current - self.agenda.now()
