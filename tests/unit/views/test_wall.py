"""What is reckoned for a screen on a wall."""

from busbar.views.shapes.wall import Severity
from busbar.views.wall import Factors, judge, reckon_savings

FACTORS = Factors(distance_mm_per_wh=5500, co2_g_per_km=170, grid_co2_mg_per_wh=250, fuel_ml_per_100km=6500)


def test_savings_are_whole_and_tell_their_factors():
    saved = reckon_savings(1_000_000, FACTORS)
    assert (saved.distance_m, saved.co2_g, saved.fuel_ml) == (5_500_000, 685_000, 357_500)
    assert saved.grid_co2_mg_per_wh == 250
    assert reckon_savings(0, FACTORS).co2_g == 0


def test_what_may_hurt_somebody_is_critical():
    assert judge("GroundFailure") is Severity.CRITICAL
    assert judge("ReaderFailure") is Severity.MINOR
    assert judge("PowerSwitchFailure") is judge(None) is Severity.MAJOR
