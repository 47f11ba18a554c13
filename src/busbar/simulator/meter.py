"""The energy meter of one EVSE: exact, never losing a milliwatt-second, however it is asked."""

from dataclasses import dataclass

from busbar.simulator.battery import MWS_PER_WH


@dataclass(slots=True)
class Meter:
    """An import register. `rollover_wh` is where a real register starts again at zero (None: never)."""

    register_mws: int = 0
    rollover_wh: int | None = None

    def add(self, power_w: int, duration_ms: int) -> None:
        """Count power over time."""
        self.register_mws += power_w * duration_ms
        if self.rollover_wh is not None:
            self.register_mws %= self.rollover_wh * MWS_PER_WH

    def reset(self) -> None:
        """Start again at zero, as some meters do at each transaction or when they lose power."""
        self.register_mws = 0

    @property
    def energy_wh(self) -> int:
        """Whole watt-hours, cut off, as the register of a real meter shows them."""
        return self.register_mws // MWS_PER_WH

    def show(self, *, decimals: int = 0, is_kwh: bool = False) -> str:
        """Return the register as text with so many decimals, cut off, in Wh or kWh."""
        unit_mws = MWS_PER_WH * 1000 if is_kwh else MWS_PER_WH
        return show_fraction(self.register_mws, unit_mws, decimals)


def show_fraction(amount: int, unit: int, decimals: int) -> str:
    """Write `amount / unit` with a fixed number of decimals, cut off, exactly."""
    sign = "-" if amount < 0 else ""
    scaled = abs(amount) * 10**decimals // unit
    if decimals == 0:
        return f"{sign}{scaled}"
    whole, part = divmod(scaled, 10**decimals)
    return f"{sign}{whole}.{part:0{decimals}d}"
