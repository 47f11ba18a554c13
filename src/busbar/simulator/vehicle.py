"""Electric vehicles: a battery, an on-board AC/DC converter, a DC inlet, and what their drivers want."""

from dataclasses import dataclass
from random import Random

from busbar.simulator.battery import CURVE_FAST, CURVE_FLAT, Battery

PILOT_MIN_MA = 6_000
"""IEC 61851-1: below 6 A the pilot offers nothing and the vehicle waits."""


HIGH_VOLTAGE_MV = 500_000
"""Above this a pack is of the 800 V class, whose inlets carry more current."""


@dataclass(slots=True)
class Vehicle:
    """One vehicle. AC goes through the on-board converter; `dc_power_max_w` of 0 means it has no DC inlet."""

    name: str
    battery: Battery
    ac_phases: int = 3
    ac_current_max_ma: int = 16_000
    dc_power_max_w: int = 100_000
    dc_current_max_ma: int = 350_000
    ac_efficiency_permille: int = 900
    dc_efficiency_permille: int = 955
    target_permille: int = 1000
    """The vehicle ends the transfer by itself at this state of charge."""
    evcc_id: str = "00000000"
    """What it calls itself on the cable (a MAC address), used for AutoCharge."""

    @property
    def is_satisfied(self) -> bool:
        """Whether it wants no more energy."""
        return self.battery.soc_permille >= self.target_permille


@dataclass(frozen=True, slots=True)
class VehicleModel:
    """A kind of vehicle to make specimens of."""

    name: str
    capacity_wh: int
    ac_phases: int
    ac_current_max_ma: int
    dc_power_max_w: int
    voltage_empty_mv: int = 320_000
    voltage_full_mv: int = 400_000
    curve: tuple[tuple[int, int], ...] = CURVE_FAST

    def make(self, *, soc_permille: int, number: int = 0, ambient_c: int = 20, target_permille: int = 1000) -> Vehicle:
        """Build a specimen; `number` tells it from others of its kind."""
        power_max_w = self.dc_power_max_w or self.ac_phases * self.ac_current_max_ma * 230 // 1000
        pack = Battery(
            capacity_wh=self.capacity_wh,
            power_max_w=power_max_w,
            curve=self.curve,
            voltage_empty_mv=self.voltage_empty_mv,
            voltage_full_mv=self.voltage_full_mv,
            ambient_mc=ambient_c * 1000,
            temperature_mc=ambient_c * 1000,
        ).fill(soc_permille)
        return Vehicle(
            name=self.name,
            battery=pack,
            ac_phases=self.ac_phases,
            ac_current_max_ma=self.ac_current_max_ma,
            dc_power_max_w=self.dc_power_max_w,
            dc_current_max_ma=500_000 if self.voltage_full_mv > HIGH_VOLTAGE_MV else 350_000,
            target_permille=target_permille,
            evcc_id=f"02{number & 0xFFFFFFFFFF:010X}",
        )


MODELS: dict[str, VehicleModel] = {
    model.name: model
    for model in (
        VehicleModel("city", 36_000, 1, 32_000, 50_000),
        VehicleModel("compact", 52_000, 3, 16_000, 110_000),
        VehicleModel("family", 77_000, 3, 16_000, 170_000),
        VehicleModel("estate-800v", 94_000, 3, 16_000, 240_000, 620_000, 800_000),
        VehicleModel("hybrid", 13_000, 1, 16_000, 0, curve=CURVE_FLAT),
        VehicleModel("van", 68_000, 3, 32_000, 115_000, curve=CURVE_FLAT),
        VehicleModel("taxi", 60_000, 1, 32_000, 100_000, curve=CURVE_FLAT),
        VehicleModel("bus", 350_000, 3, 32_000, 300_000, 580_000, 740_000, CURVE_FLAT),
        VehicleModel("truck", 540_000, 3, 32_000, 375_000, 620_000, 820_000, CURVE_FLAT),
        VehicleModel("scooter", 4_000, 1, 16_000, 0, 60_000, 84_000, CURVE_FLAT),
    )
}


def draw_vehicle(chance: Random, mix: dict[str, int], *, needs_dc: bool = False, ambient_c: int = 20) -> Vehicle:
    """Make a vehicle at random: `mix` weighs the kinds by name; it arrives between 8 % and 65 % full."""
    fitting = {name: weight for name, weight in mix.items() if MODELS[name].dc_power_max_w or not needs_dc}
    names = sorted(fitting or {"compact": 1})
    name = chance.choices(names, weights=[fitting.get(each, 1) for each in names])[0]
    return MODELS[name].make(
        soc_permille=chance.randint(80, 650),
        number=chance.getrandbits(40),
        ambient_c=ambient_c,
        target_permille=chance.choice((800, 900, 1000, 1000)),
    )
