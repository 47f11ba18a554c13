"""Every request that a CSMS may make, in all three versions, through the generic call to a virtual station and back."""

import pytest

from busbar.adapters.system.clock import SystemClock
from busbar.simulator.virtual import VirtualStation
from busbar.wire import ocpp16, ocpp21, ocpp201
from busbar.wire.ocppj import Role
from tests.fakes.payloads import make_smallest

ROOMS = {"1.6": ocpp16, "2.0.1": ocpp201, "2.1": ocpp21}
CALLS = [
    (protocol, action)
    for protocol, room in ROOMS.items()
    for action in room.ACTIONS.values()
    if Role.CSMS in action.senders and action.response is not None
]


@pytest.mark.parametrize(("protocol", "action"), CALLS, ids=[f"{protocol}-{action.name}" for protocol, action in CALLS])
async def test_the_action_comes_back(installation, console, protocol, action):
    station_id = f"EVERY-{protocol}-{action.name}"
    async with VirtualStation(
        station_id, url=installation.ocpp_url, protocol=protocol, clock=SystemClock(), evses=["ac22", "dc60"]
    ):
        result = await console.send(
            "POST", f"stations/{station_id}/ocpp", {"action": action.name, "payload": make_smallest(action.request)}
        )
    assert result["error"] is None, result
    assert result["outcome"] in {"accepted", "rejected", "unsupported"}, result
    assert isinstance(result["answer"], dict)


def test_no_action_is_left_out():
    counts = {protocol: sum(name == protocol for name, _ in CALLS) for protocol in ROOMS}
    assert counts == {"1.6": 26, "2.0.1": 40, "2.1": 55}


async def test_a_payload_that_breaks_the_schema_is_refused_before_it_is_sent(installation, console):
    async with VirtualStation("EVERY-BAD", url=installation.ocpp_url, protocol="2.0.1", clock=SystemClock(), evses=1):
        refused = await console.http.post(
            "stations/EVERY-BAD/ocpp", json={"action": "Reset", "payload": {"type": "Now"}}
        )
        assert refused.status_code == 422, refused.text
        assert refused.json()["code"] == "invalid.ocpp_request"
        unknown = await console.http.post("stations/EVERY-BAD/ocpp", json={"action": "Dance", "payload": {}})
        assert unknown.status_code == 422, unknown.text
        wrong_way = await console.http.post(
            "stations/EVERY-BAD/ocpp",
            json={"action": "BootNotification", "payload": {"reason": "PowerUp", "chargingStation": {}}},
        )
        assert wrong_way.status_code == 422, wrong_way.text
        frames = await console.get("stations/EVERY-BAD/wirelog", direction="out")
        assert not any("Reset" in frame["text"] or "Dance" in frame["text"] for frame in frames["items"])


async def test_nobody_connected_is_undelivered(installation, console):
    async with VirtualStation("EVERY-GONE", url=installation.ocpp_url, protocol="1.6", clock=SystemClock(), evses=1):
        pass
    await console.wait_for("stations/EVERY-GONE", lambda station: not station["is_online"])
    result = await console.send("POST", "stations/EVERY-GONE/ocpp", {"action": "ClearCache", "payload": {}})
    assert result["outcome"] == "undelivered"


async def test_an_unknown_station_is_not_found(console):
    response = await console.http.post("stations/NOBODY/ocpp", json={"action": "ClearCache", "payload": {}})
    assert (response.status_code, response.json()["code"]) == (404, "not_found.station")
