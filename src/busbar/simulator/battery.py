"""A traction battery: what it holds, how fast it takes charge and how warm that makes it. Integers throughout."""

from dataclasses import dataclass, field

MWS_PER_WH = 3_600_000
"""Energy is counted in milliwatt-seconds (watts times milliseconds), so that no sum ever rounds."""

FULL_PERMILLE = 1000
CURVE_FAST: tuple[tuple[int, int], ...] = (
    (0, 700), (50, 1000), (450, 1000), (600, 780), (800, 480), (900, 240), (960, 120), (1000, 30),
)  # fmt: skip
CURVE_FLAT: tuple[tuple[int, int], ...] = ((0, 900), (100, 1000), (800, 1000), (900, 600), (970, 250), (1000, 40))
WARMTH: tuple[tuple[int, int], ...] = (
    (-20_000, 80), (-5_000, 300), (5_000, 550), (18_000, 1000), (44_000, 1000), (52_000, 550), (60_000, 100),
)  # fmt: skip


def interpolate(points: tuple[tuple[int, int], ...], at: int) -> int:
    """Read a broken line: `points` are (x, y) with rising x; beyond the ends the end value holds."""
    left_x, left_y = points[0]
    if at <= left_x:
        return left_y
    for right_x, right_y in points[1:]:
        if at <= right_x:
            return left_y + (right_y - left_y) * (at - left_x) // (right_x - left_x)
        left_x, left_y = right_x, right_y
    return left_y


@dataclass(slots=True)
class Battery:
    """One pack. `curve` gives the power it takes, in per mille of `power_max_w`, by state of charge in per mille.

    The curve's knee is where constant current gives way to constant voltage and the current tapers.
    """

    capacity_wh: int
    power_max_w: int
    curve: tuple[tuple[int, int], ...] = CURVE_FAST
    voltage_empty_mv: int = 320_000
    voltage_full_mv: int = 400_000
    ambient_mc: int = 20_000
    stored_mws: int = 0
    temperature_mc: int = field(default=20_000)

    def fill(self, soc_permille: int) -> "Battery":
        """Set the state of charge."""
        self.stored_mws = self.capacity_wh * MWS_PER_WH * soc_permille // FULL_PERMILLE
        return self

    @property
    def soc_permille(self) -> int:
        """State of charge, 0..1000."""
        return self.stored_mws * FULL_PERMILLE // (self.capacity_wh * MWS_PER_WH)

    @property
    def voltage_mv(self) -> int:
        """Voltage of the pack at rest."""
        return self.voltage_empty_mv + (self.voltage_full_mv - self.voltage_empty_mv) * self.soc_permille // 1000

    def acceptance_w(self) -> int:
        """Return the power the pack takes just now, by its charge and its temperature."""
        share = interpolate(self.curve, self.soc_permille) * interpolate(WARMTH, self.temperature_mc)
        return self.power_max_w * share // 1_000_000

    def charge(self, power_w: int, duration_ms: int) -> None:
        """Take in power for a while; what does not fit is lost as heat."""
        full_mws = self.capacity_wh * MWS_PER_WH
        self.stored_mws = min(full_mws, self.stored_mws + power_w * duration_ms)
        self.warm(power_w, duration_ms)

    def draw(self, energy_wh: int) -> None:
        """Give out energy (a drive); the pack never goes below empty."""
        self.stored_mws = max(0, self.stored_mws - energy_wh * MWS_PER_WH)

    def warm(self, power_w: int, duration_ms: int) -> None:
        """Drift in temperature: about 3 % of the power heats the pack, about 6 kg per kWh of it, and the air cools it.

        A pack weighs some 6 kg per kWh at 1 kJ/(kg K); it loses a 2-hour time constant's share to the air.
        """
        heat_capacity_mj_per_mk = max(1, self.capacity_wh * 6)
        gained_mc = power_w * 30 * duration_ms // (1000 * heat_capacity_mj_per_mk)
        lost_mc = (self.temperature_mc - self.ambient_mc) * duration_ms // 7_200_000
        self.temperature_mc = min(65_000, max(-30_000, self.temperature_mc + gained_mc - lost_mc))
