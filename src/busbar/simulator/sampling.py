"""What a meter says of an EVSE at one instant, in OCPP's measurands and as exact text."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from busbar.simulator.battery import MWS_PER_WH
from busbar.simulator.behaviour import Behaviour
from busbar.simulator.evse import Evse
from busbar.simulator.meter import show_fraction

PHASES = ("L1", "L2", "L3")
ENERGY = "Energy.Active.Import.Register"
INTERVAL = "Energy.Active.Import.Interval"


@dataclass(frozen=True, slots=True)
class Reading:
    """One measured value; `text` is a plain decimal number in `unit`."""

    measurand: str
    text: str
    unit: str
    phase: str | None = None
    location: str | None = None


def read_meter(evse: Evse, measurands: Iterable[str], behaviour: Behaviour, *, since_mws: int = 0) -> list[Reading]:
    """Read an EVSE's meter; measurands that it cannot measure are left out. `since_mws` begins the interval."""
    readings: list[Reading] = []
    for measurand in measurands:
        reader = READERS.get(measurand)
        if reader is not None:
            readings.extend(reader(evse, behaviour, since_mws))
    return readings


def read_register(evse: Evse, behaviour: Behaviour) -> Reading:
    """Return the energy register."""
    return _energy(ENERGY, evse.meter.register_mws, behaviour)


def _energy(measurand: str, amount_mws: int, behaviour: Behaviour) -> Reading:
    decimals = behaviour.energy_decimals
    if behaviour.is_kwh:
        return Reading(measurand, show_fraction(amount_mws, MWS_PER_WH * 1000, max(1, decimals)), "kWh")
    return Reading(measurand, show_fraction(amount_mws, MWS_PER_WH, decimals), "Wh")


def _per_phase(evse: Evse, measurand: str, amounts: tuple[int, ...], unit: str, suffix: str = "") -> list[Reading]:
    """Read each wired phase, of a single-phase EVSE too; direct current has none."""
    if evse.spec.is_dc:
        return [Reading(measurand, show_fraction(amounts[0], 1000, 2), unit)]
    return [
        Reading(measurand, show_fraction(amount, 1000, 2), unit, phase + suffix)
        for phase, amount in zip(PHASES, amounts, strict=False)
    ]


def _read_register(evse: Evse, behaviour: Behaviour, since_mws: int) -> list[Reading]:
    del since_mws
    return [read_register(evse, behaviour)]


def _read_interval(evse: Evse, behaviour: Behaviour, since_mws: int) -> list[Reading]:
    return [_energy(INTERVAL, max(0, evse.meter.register_mws - since_mws), behaviour)]


def _read_power(evse: Evse, behaviour: Behaviour, since_mws: int) -> list[Reading]:
    del behaviour, since_mws
    return [Reading("Power.Active.Import", str(evse.flow.power_w), "W")]


def _read_offered_power(evse: Evse, behaviour: Behaviour, since_mws: int) -> list[Reading]:
    del behaviour, since_mws
    return [Reading("Power.Offered", str(evse.flow.offered_w), "W")]


def _read_factor(evse: Evse, behaviour: Behaviour, since_mws: int) -> list[Reading]:
    del behaviour, since_mws
    return [Reading("Power.Factor", "1" if evse.spec.is_dc else "0.99", "")]


def _read_current(evse: Evse, behaviour: Behaviour, since_mws: int) -> list[Reading]:
    del behaviour, since_mws
    return _per_phase(evse, "Current.Import", evse.flow.currents_ma, "A")


def _read_offered_current(evse: Evse, behaviour: Behaviour, since_mws: int) -> list[Reading]:
    del behaviour, since_mws
    return [Reading("Current.Offered", show_fraction(evse.flow.offered_ma, 1000, 0), "A")]


def _read_voltage(evse: Evse, behaviour: Behaviour, since_mws: int) -> list[Reading]:
    del behaviour, since_mws
    return _per_phase(evse, "Voltage", evse.flow.voltages_mv, "V", "-N")


def _read_soc(evse: Evse, behaviour: Behaviour, since_mws: int) -> list[Reading]:
    del since_mws
    # only a vehicle that talks (direct current, ISO 15118) says how full it is
    if evse.vehicle is None or not evse.spec.is_dc or not behaviour.has_soc:
        return []
    return [Reading("SoC", str(evse.vehicle.battery.soc_permille // 10), "Percent", location="EV")]


def _read_temperature(evse: Evse, behaviour: Behaviour, since_mws: int) -> list[Reading]:
    del behaviour, since_mws
    shown_mc = evse.contact.temperature_mc + evse.chance.randint(-200, 200)
    return [Reading("Temperature", show_fraction(shown_mc, 1000, 1), "Celsius", location="Outlet")]


def _read_frequency(evse: Evse, behaviour: Behaviour, since_mws: int) -> list[Reading]:
    del behaviour, since_mws
    return [Reading("Frequency", show_fraction(50_000 + evse.chance.randint(-30, 30), 1000, 2), "Hertz")]


READERS: dict[str, Callable[[Evse, Behaviour, int], list[Reading]]] = {
    ENERGY: _read_register,
    INTERVAL: _read_interval,
    "Power.Active.Import": _read_power,
    "Power.Offered": _read_offered_power,
    "Power.Factor": _read_factor,
    "Current.Import": _read_current,
    "Current.Offered": _read_offered_current,
    "Voltage": _read_voltage,
    "SoC": _read_soc,
    "Temperature": _read_temperature,
    "Frequency": _read_frequency,
}
MEASURANDS = tuple(READERS)
