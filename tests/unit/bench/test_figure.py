"""When a figure is met, and how it is written."""

import json

import pytest

from bench.figure import Figure, write_table


def figure(**fields) -> Figure:
    return Figure(**{"name": "throughput", "ours": 20.0, "unit": "µs", **fields})


def test_the_ratio_tells_how_many_times_less_we_need():
    assert figure(theirs=600.0).ratio == 30
    assert figure().ratio is None


@pytest.mark.parametrize(
    ("fields", "is_met"),
    [
        ({"theirs": 600.0, "floor": 30}, True),
        ({"theirs": 599.0, "floor": 30}, False),
        ({"floor": 30}, False),
        ({"ours": 0.0, "theirs": 5.0, "floor": 1}, False),
        ({"limit": 20.0}, True),
        ({"limit": 19.9}, False),
        ({"limit": 20.0, "faults": 1}, False),
    ],
)
def test_a_bound_is_met_or_missed(fields, is_met):
    assert figure(**fields).is_met is is_met


def test_a_figure_is_one_line_of_json():
    line = figure(theirs=600.0, floor=15, aim=30, conditions={"connections": 100}).write()
    said = json.loads(line)
    assert "\n" not in line
    assert list(said)[:6] == ["name", "ours", "theirs", "unit", "ratio", "floor"]
    assert (said["ratio"], said["is_met"], said["conditions"]) == (30, True, {"connections": 100})


def test_the_table_has_a_row_for_each():
    rows = write_table([figure(theirs=250.0, floor=15, aim=30), figure(name="boot", ours=2.5, unit="s", limit=3)])
    head, missed, met = rows.splitlines()
    assert head.split()[:2] == ["figure", "ours"]
    assert missed.split() == ["throughput", "20", "250", "µs", "12.5", "at", "least", "15,", "aim", "30", "0", "MISSED"]
    assert met.split() == ["boot", "2.5", "-", "s", "-", "at", "most", "3", "s", "0", "met"]
