"""How warm a connector's contacts get: with the square of the current, and slowly. Integers throughout."""

from dataclasses import dataclass

AIR_MC = 20_000
RISE_MC = 32_000
"""What the contacts gain over the air after hours of their full current."""
SETTLE_MS = 480_000
"""Time constant: 63 % of the way to where the contacts will settle; no stretch counted at once is as long."""


@dataclass(slots=True)
class Contact:
    """The contacts of one connector. Kept in millionths of a degree: a second near the end of the way moves few."""

    warmth_uc: int = AIR_MC * 1000

    def warm(self, current_ma: int, current_max_ma: int, duration_ms: int) -> None:
        """Drift towards what this current means: up under load, down to the air without."""
        settled_uc = (AIR_MC + RISE_MC * current_ma**2 // max(1, current_max_ma) ** 2) * 1000
        self.warmth_uc += (settled_uc - self.warmth_uc) * duration_ms // SETTLE_MS

    @property
    def temperature_mc(self) -> int:
        """Return the temperature in thousandths of a degree Celsius."""
        return self.warmth_uc // 1000
