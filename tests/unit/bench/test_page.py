"""The results page keeps the newest figure of each name."""

from bench import page
from bench.figure import Figure


def test_figures_of_several_runs_stand_together(tmp_path, monkeypatch):
    monkeypatch.setattr(page, "CACHE", tmp_path)
    monkeypatch.setattr(page, "KEPT", tmp_path / "figures.json")
    page.keep(Figure(name="boot", ours=2.0, unit="s", limit=3))
    page.keep(Figure(name="storm", ours=9.0, unit="µs", floor=3))
    fresh = page.keep(Figure(name="boot", ours=1.5, unit="s", limit=3, conditions={"runs": 5}))
    assert "cores" in fresh.measured_on
    assert [(each.name, each.ours) for each in page.read_kept()] == [("boot", 1.5), ("storm", 9.0)]
    text = page.render(page.read_kept())
    assert "| boot | 1.5 | - | s | - | at most 3 s | met |" in text
    assert "| storm | 9 | - | µs | - | at least 3 | **missed** |" in text
    assert f'- boot: {fresh.measured_on}. `{{"runs": 5}}`' in text


def test_what_another_checkout_measured_stands():
    old = page.render(
        [
            Figure(
                name="console: first paint", ours=7.0, unit="ms", measured_on="2026-01-01, there", conditions={"n": 1}
            ),
            Figure(name="boot", ours=2.0, unit="s", limit=3, measured_on="2026-01-01, there", faults=2),
        ]
    )
    new = page.render(
        [
            Figure(name="storm", ours=9.0, unit="µs", floor=3, measured_on="2026-02-02, here"),
            Figure(name="boot", ours=1.0, unit="s", limit=3, measured_on="2026-02-02, here"),
        ],
        old,
    )
    assert list(page.read_page(new)) == ["console: first paint", "boot", "storm"]
    assert page.read_page(new)["console: first paint"] == page.read_page(old)["console: first paint"]
    assert page.read_page(new)["boot"] == (
        "| boot | 1 | - | s | - | at most 3 s | met |",
        "- boot: 2026-02-02, here. `{}`",
    )
    assert page.render([], new) == new
