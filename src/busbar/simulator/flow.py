"""How much power flows: the least of what the EVSE can give, what it may give, and what the vehicle takes."""

from dataclasses import dataclass
from random import Random

from busbar.simulator.vehicle import PILOT_MIN_MA, Vehicle

VOLTAGE_AC_MV = 230_000
VOLTAGE_DC_MV = 400_000
"""Nominal direct voltage with which limits in ampere are read when no vehicle says its own."""
DC_POWER_MIN_W = 1_000


@dataclass(frozen=True, slots=True)
class EvseSpec:
    """What one EVSE is built for. `connector_kinds` are OCPP 2.x names: cType2, sType2, cCCS2 and others."""

    evse_id: int
    is_dc: bool = False
    phases: int = 3
    current_max_ma: int = 32_000
    power_max_w: int = 22_080
    connector_kinds: tuple[str, ...] = ("sType2",)

    @property
    def nominal_mv(self) -> int:
        """Voltage that turns amperes into watts in limits."""
        return VOLTAGE_DC_MV if self.is_dc else VOLTAGE_AC_MV

    @property
    def supply_phases(self) -> int:
        """Conductors that carry a limit in ampere: direct current has one."""
        return 1 if self.is_dc else self.phases


@dataclass(frozen=True, slots=True)
class Cap:
    """The most that may be given: any of the three may be free (None)."""

    current_ma: int | None = None
    power_w: int | None = None
    phases: int | None = None


FREE = Cap()


@dataclass(frozen=True, slots=True)
class Flow:
    """What flows just now. Tuples have one entry per phase that is wired; direct current has one."""

    power_w: int
    voltages_mv: tuple[int, ...]
    currents_ma: tuple[int, ...]
    offered_ma: int
    offered_w: int

    @property
    def is_flowing(self) -> bool:
        """Whether energy goes over."""
        return self.power_w > 0

    @property
    def load_ma(self) -> int:
        """Current in the conductor that carries most."""
        return max(self.currents_ma)


def measure_voltages(spec: EvseSpec, chance: Random, sag_mv: int = 0) -> tuple[int, ...]:
    """Return phase voltages as a meter sees them: nominal, some slow unbalance, some noise, less the sag under load."""
    if spec.is_dc:
        return (0,)
    return tuple(
        VOLTAGE_AC_MV + offset - sag_mv + chance.randint(-900, 900) for offset in (1_300, -700, 400)[: spec.phases]
    )


def offer(spec: EvseSpec, cap: Cap, nominal_mv: int) -> tuple[int, int, int]:
    """Return what the EVSE offers: (current in mA, power in W, phases); all 0 where the cap is below any use."""
    phases = 1 if spec.is_dc else min(spec.phases, cap.phases or 3)
    current_ma = spec.current_max_ma if cap.current_ma is None else min(spec.current_max_ma, max(0, cap.current_ma))
    power_w = spec.power_max_w if cap.power_w is None else min(spec.power_max_w, max(0, cap.power_w))
    per_ampere_mw = phases * nominal_mv // 1000
    current_ma = min(current_ma, power_w * 1_000_000 // max(1, per_ampere_mw * 1000))
    power_w = min(power_w, current_ma * per_ampere_mw // 1_000)
    if power_w < DC_POWER_MIN_W if spec.is_dc else current_ma < PILOT_MIN_MA:
        return 0, 0, phases
    return current_ma, power_w, phases


def compute_flow(spec: EvseSpec, vehicle: Vehicle | None, cap: Cap, chance: Random, *, is_closed: bool) -> Flow:
    """Return what flows with the contactor closed (or not) and this vehicle, or none, connected."""
    nominal_mv = vehicle.battery.voltage_mv if vehicle is not None and spec.is_dc else spec.nominal_mv
    offered_ma, offered_w, phases = offer(spec, cap, nominal_mv)
    wired = 1 if spec.is_dc else spec.phases
    if vehicle is None or not is_closed or offered_ma == 0 or vehicle.is_satisfied:
        return Flow(0, measure_voltages(spec, chance), (0,) * wired, offered_ma, offered_w)
    if spec.is_dc:
        return _flow_dc(vehicle, offered_ma, offered_w)
    return _flow_ac(spec, vehicle, offered_ma, offered_w, phases, chance)


def _flow_dc(vehicle: Vehicle, offered_ma: int, offered_w: int) -> Flow:
    voltage_mv = vehicle.battery.voltage_mv
    taken_w = vehicle.battery.acceptance_w() * 1000 // vehicle.dc_efficiency_permille
    power_w = min(offered_w, vehicle.dc_power_max_w, taken_w, vehicle.dc_current_max_ma * voltage_mv // 1_000_000)
    current_ma = power_w * 1_000_000 // voltage_mv
    return Flow(power_w, (voltage_mv,), (current_ma,), offered_ma, offered_w)


def _flow_ac(spec: EvseSpec, vehicle: Vehicle, offered_ma: int, offered_w: int, phases: int, chance: Random) -> Flow:
    used = min(phases, vehicle.ac_phases)
    current_ma = min(offered_ma, vehicle.ac_current_max_ma)
    taken_w = vehicle.battery.acceptance_w() * 1000 // vehicle.ac_efficiency_permille
    current_ma = min(current_ma, taken_w * 1_000_000 // (used * VOLTAGE_AC_MV))
    voltages_mv = measure_voltages(spec, chance, sag_mv=current_ma // 20)
    ripple_ma = current_ma // 250
    currents_ma = tuple(
        max(0, current_ma - chance.randint(0, ripple_ma + 1)) if phase < used else 0 for phase in range(spec.phases)
    )
    power_w = sum(volt * ampere for volt, ampere in zip(voltages_mv, currents_ma, strict=True)) // 1_000_000
    return Flow(power_w, voltages_mv, currents_ma, offered_ma, offered_w)
