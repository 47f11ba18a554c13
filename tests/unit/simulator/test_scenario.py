"""Scenario files: what they may say, and what is refused with the place and the reason."""

import pytest

from busbar.simulator.behaviour import Behaviour, BehaviourError, adapt
from busbar.simulator.commands import list_choices, plan_simulation
from busbar.simulator.scenario import ScenarioError, name_stations, parse_scenario, read_scenario

FILE = """
url = "ws://127.0.0.1:9/ocpp"
seed = 7
speed = 30

[[site]]
name = "Harbour"
token_count = 3
token_id = "H-{n}"
arrivals_per_h = [0, 0, 0, 0, 0, 0, 2, 6, 8, 6, 4, 4, 5, 5, 4, 4, 6, 8, 6, 4, 2, 1, 0, 0]
stay_min = [10, 20]
vehicles = { compact = 2, bus = 1 }

[[site.station]]
id = "HB-{n:02}"
count = 2
protocol = "2.0.1"
vendor = "kilo"
evses = ["ac22", "dc60"]
settings = { "TxCtrlr.TxStartPoint" = "Authorized" }
behaviour = { offline_per_h = 2, rejects = ["Reset"] }

[[site.station]]
id = "HB-FREE"
free = true
"""


def test_a_file_is_read(tmp_path):
    path = tmp_path / "harbour.toml"
    path.write_text(FILE)
    scenario = read_scenario(path, speed=5)
    (site,) = scenario.sites
    assert (scenario.speed, scenario.seed) == (5, 7)
    assert [station.identity for station in site.stations] == ["HB-01", "HB-02", "HB-FREE"]
    assert site.tokens == ("H-1", "H-2", "H-3")
    assert site.rate_per_h(8) == 8
    behaviour = site.stations[0].make_behaviour()
    assert (behaviour.is_kwh, behaviour.offline_per_h, behaviour.rejects) == (True, 2, frozenset({"Reset"}))
    assert site.stations[2].is_free


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({}, "has no"),
        ({"site": [{}]}, "has no"),
        ({"site": [{"station": [{"protocol": "3.0"}]}]}, "protocol"),
        ({"site": [{"station": [{"evses": ["ac"]}]}]}, "no EVSE"),
        ({"site": [{"station": [{"vendor": "nobody"}]}]}, "vendor"),
        ({"site": [{"station": [{"behaviour": {"sings": True}}]}]}, "behaviour"),
        ({"site": [{"station": [{"behaviour": {"is_kwh": 1}}]}]}, "true or false"),
        ({"site": [{"station": [{"colour": "red"}]}]}, "colour"),
        ({"site": [{"station": [{}, {}]}]}, "twice"),
        ({"site": [{"station": [{}], "arrivals_per_h": 3}]}, "tokens"),
        ({"site": [{"station": [{}], "arrivals_per_h": [1, 2]}]}, "24"),
        ({"site": [{"station": [{}], "vehicles": {"zeppelin": 1}}]}, "zeppelin"),
        ({"site": [{"station": [{}], "stay_min": [1]}]}, "two numbers"),
        ({"site": [{"station": [{"count": 100_000}]}]}, "more than"),
        ({"site": [{"station": [{"id": "{n!"}]}]}, "station id"),
        ({"site": [{"station": [{"id": 5}]}]}, "text"),
        ({"speed": "fast", "site": [{"station": [{}]}]}, "number"),
    ],
)
def test_what_cannot_be_played_is_refused(source, message):
    with pytest.raises(ScenarioError, match=message):
        parse_scenario(source)


def test_a_file_that_is_no_toml_is_refused(tmp_path):
    path = tmp_path / "bad.toml"
    path.write_text("= =")
    with pytest.raises(ScenarioError, match=r"bad\.toml"):
        read_scenario(path)


def test_flags_make_a_scenario():
    scenario = plan_simulation(url="ws://127.0.0.1:9/ocpp", count=3, protocol="2.1", evses=("dc60", "dc60"))
    (site,) = scenario.sites
    assert [station.identity for station in site.stations] == ["SIM-0001", "SIM-0002", "SIM-0003"]
    assert len(site.tokens) == 6
    assert site.arrivals_per_h == (24.0,)


def test_names_are_numbered():
    assert name_stations("A", 1) == ("A",)
    assert name_stations("A", 2) == ("A-1", "A-2")
    assert name_stations("A{n:03}", 1) == ("A001",)


def test_behaviours_are_changed_by_name():
    assert adapt(Behaviour(), {"answer_delay_s": 3}).answer_delay_s == 3
    with pytest.raises(BehaviourError, match="list"):
        adapt(Behaviour(), {"rejects": "Reset"})


def test_choices_are_listed():
    text = list_choices()
    assert "kilo" in text
    assert "by the book" in text
    assert "truck" in text
