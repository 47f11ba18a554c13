"""Configuration templates and stations of the simulator: what differs is told, written one by one, and told again."""

from contextlib import asynccontextmanager

import pytest

from busbar.adapters.system.clock import SystemClock
from busbar.simulator.scenario import Scenario, SitePlan, StationPlan
from busbar.simulator.swarm import Swarm

KEYS = {"HeartbeatInterval": "240", "WebSocketPingInterval": "30", "NumberOfConnectors": "7", "NoSuchKey": "1"}
VARIABLES = [
    {"component": "OCPPCommCtrlr", "variable": "HeartbeatInterval", "value": "240"},
    {"component": "OCPPCommCtrlr", "variable": "NetworkConfigurationPriority", "value": "1"},
    {"component": "NoSuchCtrlr", "variable": "Nothing", "value": "1"},
]


@asynccontextmanager
async def playing(installation, console, plan):
    """One station of the simulator, entered beforehand."""
    await console.send("POST", "stations", {"station_id": plan.identity, "registration": "accepted"})
    site = SitePlan("desk", (plan,), ("CONFIG-T",), (150.0,), occupied_permille=0)
    swarm = Swarm(Scenario(installation.ocpp_url, (site,), seed=3), clock=SystemClock())
    await swarm.start()
    try:
        yield
    finally:
        await swarm.stop(farewell_s=5)


async def read_settings(console, station_id):
    await console.wait_for(f"stations/{station_id}", lambda found: found["is_online"])
    await console.send("POST", f"stations/{station_id}/commands/variables/get", {"variables": []})
    path = f"stations/{station_id}/configuration"
    return await console.wait_for(path, lambda found: found["told_at"] is not None)


def show(page):
    return {each["variable"]: (each["kind"], each["value"]) for each in page["differences"]}


@pytest.mark.slow
async def test_a_station_with_keys_is_set_as_its_template_says(installation, console):
    settings = [{"variable": name, "value": value} for name, value in KEYS.items()]
    body = {"name": "Keys", "dialect": "1.6", "settings": settings}
    template = await console.send("POST", "configuration-templates", body)
    async with playing(installation, console, StationPlan("CONFIG-16", "1.6", "plain", evses=("ac22",))):
        page = await read_settings(console, "CONFIG-16")
        assert page["template_id"] is None
        given = {"template_id": template["template_id"]}
        page = await console.send("PUT", "stations/CONFIG-16/configuration-template", given)
        assert (page["template_name"], page["is_given"], page["setting_count"]) == ("Keys", True, 4)
        assert show(page) == {
            "HeartbeatInterval": ("other", "300"),
            "WebSocketPingInterval": ("other", "0"),
            "NumberOfConnectors": ("read_only", "1"),
            "NoSuchKey": ("missing", None),
        }
        done = await console.send("POST", "stations/CONFIG-16/configuration/apply")
        became = {each["variable"]: (each["outcome"], each["status"]) for each in done["results"]}
        assert became["HeartbeatInterval"] == ("accepted", "Accepted")
        assert became["WebSocketPingInterval"] == ("accepted", "RebootRequired")
        assert became["NoSuchKey"][1] == "NotSupported"
        assert "NumberOfConnectors" not in became
        assert (done["needs_restart"], done["left"], done["outcome"] == "accepted") == (True, 0, False)
        page = await console.wait_for("stations/CONFIG-16/configuration", lambda found: len(found["differences"]) == 2)
        assert set(show(page)) == {"NumberOfConnectors", "NoSuchKey"}


@pytest.mark.slow
async def test_a_station_with_variables_inherits_by_its_vendor(installation, console):
    async with playing(installation, console, StationPlan("CONFIG-201", "2.0.1", "plain", evses=("dc60",))):
        station = await console.wait_for("stations/CONFIG-201", lambda found: found["is_online"] and found["vendor"])
        body = {"name": "Variables", "dialect": "2.x", "vendor": station["vendor"].upper(), "settings": VARIABLES}
        await console.send("POST", "configuration-templates", body)
        page = await read_settings(console, "CONFIG-201")
        page = await console.wait_for(
            "stations/CONFIG-201/configuration", lambda found: ("other", "300") in show(found).values()
        )
        assert (page["template_name"], page["is_given"]) == ("Variables", False)
        assert show(page) == {"HeartbeatInterval": ("other", "300"), "Nothing": ("missing", None)}
        done = await console.send("POST", "stations/CONFIG-201/configuration/apply")
        became = {each["variable"]: (each["outcome"], each["status"]) for each in done["results"]}
        assert became == {
            "HeartbeatInterval": ("accepted", "Accepted"),
            "Nothing": ("rejected", "UnknownComponent"),
        }
        assert done["needs_restart"] is False
        await console.wait_for("stations/CONFIG-201/configuration", lambda found: set(show(found)) == {"Nothing"})
    await console.wait_for("stations/CONFIG-201", lambda found: not found["is_online"])
    away = await console.send("POST", "stations/CONFIG-201/configuration/apply")
    assert (away["outcome"], away["needs_restart"]) == ("undelivered", False)
