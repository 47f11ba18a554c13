"""What the demo's stations are asked to measure, in the words of each version."""

import pytest

from busbar.app.demo_world import MEASURANDS, MEASURANDS_16, make_scenario
from busbar.simulator.v2.device import is_fitting
from busbar.simulator.v2.variables import define_variables
from busbar.simulator.v16.configuration import Configuration
from busbar.simulator.virtual import make_specs, read_version

PLANS = [plan for site in make_scenario("ws://127.0.0.1:1/ocpp", seed=1).sites for plan in site.stations]


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.identity)
def test_a_station_of_the_demo_accepts_what_it_is_asked_to_measure(plan):
    ((name, value),) = plan.settings.items()
    if plan.protocol == "1.6":
        assert tuple(value.split(",")) == MEASURANDS_16
        assert Configuration(len(plan.evses)).change(name, value) == ("Accepted", name)
        return
    assert tuple(value.split(",")) == MEASURANDS
    definitions = define_variables(make_specs(plan.evses), read_version(plan.protocol)).values()
    (asked,) = [each for each in definitions if f"{each.component}.{each.variable}" == name]
    assert is_fitting(asked, value)
