from bench.screens import Opening, Screen, sum_up


def test_each_figure_is_its_own_median():
    runs = [
        Opening(fcp_ms=fcp, lcp_ms=900, blocked_ms=0, shift=0.01234, requests=12, transferred_bytes=412_345)
        for fcp in (300.0, 120.4, 2_000.0)
    ]
    figure = sum_up(Screen(name="wall", runs=runs))
    assert (figure.ours, figure.unit, figure.limit, figure.is_met) == (300, "ms", None, True)
    assert (figure.conditions["transferred_kb"], figure.conditions["layout_shift"]) == (412.3, 0.0123)
