"""What draws and alerts by Busbar's metrics names metrics that there are."""

import json
import re

import pytest
import yaml

import dashboard
from busbar.app.watch.catalog import FAMILIES, Kind
from busbar.app.watch.metrics import watch_process
from tests.house.sources import ROOT

RULES = ROOT / "deploy" / "prometheus" / "rules.yml"
METRIC = re.compile(r"\b(?:busbar|process|python)_[a-z_]+\b")
LABELLED = re.compile(r"(?P<metric>busbar_[a-z_]+)\{(?P<labels>[^}]*)\}")
BY = re.compile(r"\bby \((?P<labels>[^)]*)\)")
OF_PROMETHEUS = {"job", "instance", "le"}


def list_samples() -> set[str]:
    """The names under which Prometheus keeps what we tell it."""
    ours = {
        f"{name}{suffix}"
        for name, family in FAMILIES.items()
        for suffix in (("_bucket", "_count", "_sum") if family.kind is Kind.HISTOGRAM else ("",))
    }
    return ours | {sample.name for metric in watch_process().collect() for sample in metric.samples}


def list_expressions() -> list[str]:
    drawn = [
        target["expr"]
        for panel in json.loads(dashboard.write_dashboard())["panels"]
        for target in panel.get("targets", ())
    ]
    return drawn + [rule["expr"] for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def find_labels(name: str) -> set[str]:
    family = next((one for one in FAMILIES.values() if name.removesuffix("_bucket").startswith(one.name)), None)
    return set(family.labels if family else ()) | OF_PROMETHEUS


def test_every_metric_that_is_used_is_told():
    used = {name for expression in list_expressions() for name in METRIC.findall(expression)}
    assert used
    assert used - list_samples() == set()


@pytest.mark.parametrize("expression", list_expressions())
def test_every_label_that_is_used_belongs_to_its_metric(expression):
    for match in LABELLED.finditer(expression):
        asked = {part.partition("=")[0].strip("!~ ") for part in match["labels"].split(",") if part}
        assert asked <= find_labels(match["metric"]), expression
    metrics = [name for name in METRIC.findall(expression) if name in list_samples()]
    known = set.union(*(find_labels(name) for name in metrics)) if metrics else OF_PROMETHEUS
    for match in BY.finditer(expression):
        assert {label.strip() for label in match["labels"].split(",")} <= known, expression


def test_every_metric_of_ours_is_drawn():
    drawn = {name for expression in list_expressions() for name in METRIC.findall(expression)}
    samples = {name: {sample for sample in list_samples() if sample.startswith(name)} for name in FAMILIES}
    unseen = {name for name, names in samples.items() if not names & drawn}
    assert unseen <= {"busbar_info", "busbar_live_streams_max"}


def test_every_rule_says_what_is_wrong_and_what_to_do():
    rules = [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]
    assert len({rule["alert"] for rule in rules}) == len(rules)
    for rule in rules:
        assert {"summary", "action"} == set(rule["annotations"]), rule["alert"]
        assert rule["labels"]["severity"] in {"page", "ticket"}


def test_panels_do_not_lie_upon_each_other():
    taken: set[tuple[int, int]] = set()
    panels = json.loads(dashboard.write_dashboard())["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    for panel in panels:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < dashboard.WIDTH
        taken |= cells
