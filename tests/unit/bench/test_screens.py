import pytest

from bench.screens import USABLE_LIMIT_MS, Opening, Screen, sum_up


def test_each_figure_is_its_own_median():
    runs = [
        Opening(fcp_ms=fcp, lcp_ms=900, blocked_ms=0, shift=0.01234, requests=12, transferred_bytes=412_345)
        for fcp in (300.0, 120.4, 2_000.0)
    ]
    [figure] = sum_up(Screen(name="wall", runs=runs))
    assert (figure.ours, figure.unit, figure.limit, figure.is_met) == (300, "ms", None, True)
    assert (figure.conditions["transferred_kb"], figure.conditions["layout_shift"]) == (412.3, 0.0123)


@pytest.mark.parametrize(("late_ms", "is_met"), [(0, True), (1, False)])
def test_a_page_that_tells_when_it_is_usable_has_a_bound(late_ms, is_met):
    ready_ms = USABLE_LIMIT_MS + late_ms
    run = Opening(fcp_ms=600, lcp_ms=900, blocked_ms=0, shift=0, requests=12, transferred_bytes=1, ready_ms=ready_ms)
    usable, paint = sum_up(Screen(name="phone", runs=[run]))
    assert (usable.name, usable.ours, usable.is_met) == ("phone: usable", ready_ms, is_met)
    assert paint.limit is None
