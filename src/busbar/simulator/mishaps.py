"""What befalls a station by chance: faults, reboots, loss of power, loss of connection."""

from collections.abc import Callable

from busbar.simulator.station import Station
from busbar.simulator.talker import Happening

FAULT_CODES = ("GroundFailure", "OverCurrentFailure", "PowerMeterFailure", "HighTemperature", "InternalError")
HOUR_S = 3600


class Mishaps:
    """Draws the next mishap of each kind from the rates of the station's behaviour."""

    def __init__(self, station: Station) -> None:
        self.station = station
        station.on_happening.append(self._watch)

    def _watch(self, happening: Happening) -> None:
        """After every boot, draw anew."""
        if happening.kind == "powered_on":
            behaviour = self.station.behaviour
            self._plan("fault", behaviour.faults_per_h, self._break)
            self._plan("reboot", behaviour.reboots_per_h, self._reboot)
            self._plan("power", behaviour.power_losses_per_h, self._lose_power)
            self._plan("offline", behaviour.offline_per_h, self._cut_off)

    def _plan(self, name: str, rate_per_h: float, action: Callable[[], None]) -> None:
        if rate_per_h > 0:
            self.station.set_timer(name, self.station.chance.expovariate(rate_per_h / HOUR_S), action)

    def _break(self) -> None:
        station = self.station
        evse = station.chance.choice(list(station.charging.evses.values()))
        if evse.fault is None:
            station.charging.set_fault(evse, station.chance.choice(FAULT_CODES))
            duration_s = station.behaviour.fault_duration_s * station.chance.uniform(0.5, 1.5)
            station.after(duration_s, lambda: station.charging.clear_fault(evse))
        self._plan("fault", station.behaviour.faults_per_h, self._break)

    def _reboot(self) -> None:
        self.station.reset("Watchdog", ends="Reboot")

    def _lose_power(self) -> None:
        self.station.lose_power(self.station.behaviour.power_loss_duration_s * self.station.chance.uniform(0.5, 1.5))

    def _cut_off(self) -> None:
        self.station.cut_off(self.station.behaviour.offline_duration_s * self.station.chance.uniform(0.5, 1.5))
        self._plan("offline", self.station.behaviour.offline_per_h, self._cut_off)
