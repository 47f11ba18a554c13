"""When memory counts as flat."""

import pytest

from bench.soak import fit_slope, judge_growth

MINUTE = 60


def test_the_slope_is_that_of_the_line_through_the_points():
    assert fit_slope([(0, 5.0), (1, 7.0), (2, 9.0)]) == pytest.approx(2)


def test_what_fills_in_the_first_third_is_not_growth():
    points = [(minute * MINUTE, float(min(minute, 10) * 1000 + 90_000)) for minute in range(30)]
    slope, growth_percent = judge_growth(points)
    assert (slope, growth_percent) == (pytest.approx(0), pytest.approx(0))


def test_steady_growth_is_told_in_percent_of_the_middle():
    points = [(minute * MINUTE, 100_000.0 + 500 * minute) for minute in range(31)]
    slope, growth_percent = judge_growth(points)
    assert slope == pytest.approx(500)
    assert growth_percent == pytest.approx(100 * 20 * 500 / 110_000)
