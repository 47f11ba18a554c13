"""Virtual drivers: they come, charge and leave by themselves, and one plugs in after a remote start."""

import json

from busbar.simulator.chance import seed_chance
from busbar.simulator.commands import describe
from busbar.simulator.scenario import Scenario, SitePlan, StationPlan
from busbar.simulator.swarm import Swarm
from tests.unit.simulator.timeline import Desk, Timeline


class Street:
    """A swarm whose stations talk to desks in memory."""

    def __init__(self, **site):
        self.timeline = Timeline()
        stations = site.pop("stations")
        plan = SitePlan("street", stations, **{"tokens": ("A", "B", "C", "D"), **site})
        self.swarm = Swarm(Scenario("ws://127.0.0.1:9/ocpp", (plan,)), clock=self.timeline.clock)
        self.timeline.agenda = self.swarm.agenda
        self.desks = {}
        for identity, station in self.swarm.stations.items():
            desk = Desk(self.timeline)
            desk.station = station.station
            station.station.line = desk
            station.station.on_crash = None
            self.desks[identity] = desk
            station.station.power_on()
        for visitors in self.swarm.visitors:
            visitors.begin()

    def command(self, identity, action, payload):
        return self.desks[identity].command(action, payload)


def test_drivers_come_charge_and_leave():
    stations = (StationPlan("S1", evses=("ac22", "ac22")), StationPlan("S2", "2.0.1", evses=("dc60",)))
    street = Street(stations=stations, arrivals_per_h=(20.0,), stay_min=(4, 10))
    street.timeline.run(4 * 3600)
    figures = street.swarm.count()
    assert 25 < figures.sessions_finished < 90
    assert figures.errors == 0
    assert figures.energy_wh > 20_000
    assert all(record.is_delivered for record in street.swarm.finished)
    assert {record.station_id for record in street.swarm.finished} == {"S1", "S2"}
    assert {record.reason for record in street.swarm.finished} >= {"Local", "EVDisconnected"}
    assert "2/2 stations" in describe(figures)


def test_some_are_there_from_the_beginning():
    stations = tuple(StationPlan(f"S{number}") for number in range(4))
    street = Street(stations=stations, occupied_permille=500)
    street.timeline.run(90)
    assert street.swarm.count().charging == 2


def test_a_free_station_gets_its_vehicle_after_a_remote_start():
    street = Street(stations=(StationPlan("FREE", "2.0.1", is_free=True),), arrivals_per_h=(60.0,))
    street.timeline.run(900)
    assert street.swarm.count().visits == 0
    start = {"remoteStartId": 1, "idToken": {"idToken": "APP", "type": "Central"}, "evseId": 1}
    assert street.command("FREE", "RequestStartTransaction", start) == {"status": "Accepted"}
    street.timeline.run(15)
    assert street.swarm.count().charging == 1
    ref = street.desks["FREE"].said("TransactionEvent")[0]["transactionInfo"]["transactionId"]
    street.timeline.run(60)
    street.command("FREE", "RequestStopTransaction", {"transactionId": ref})
    street.timeline.run(120)
    (record,) = street.swarm.finished
    assert (record.reason, record.is_delivered) == ("Remote", True)
    assert street.swarm.stations["FREE"].evse(1).vehicle is None


def test_a_driver_whose_token_is_refused_leaves():
    street = Street(stations=(StationPlan("S1"),), occupied_permille=1000)
    street.desks["S1"].answers["Authorize"] = lambda _: {"idTagInfo": {"status": "Invalid"}}
    street.timeline.run(300)
    assert street.swarm.count().visits == 1
    assert street.swarm.stations["S1"].evse(1).vehicle is None
    assert street.swarm.visitors[0].busy_tokens == set()


def test_steady_load_charges_everywhere_and_begins_anew():
    street = Street(stations=(StationPlan("S1", evses=("dc60", "dc60")),), is_steady=True)
    street.timeline.run(30)
    assert street.swarm.count().charging == 2
    number = json.loads(street.desks["S1"].raw[-1])[1]
    assert number
    street.command("S1", "RemoteStopTransaction", {"transactionId": 1})
    street.timeline.run(60)
    assert street.swarm.count().charging == 2
    assert len(street.swarm.finished) == 1


def test_the_same_seed_brings_the_same_drivers():
    def play():
        street = Street(stations=(StationPlan("S1", evses=("ac22",) * 4),), arrivals_per_h=(20.0,))
        street.timeline.run(3600)
        return [(record.token, record.energy_mws) for record in street.swarm.finished]

    first = play()
    assert first
    assert first == play()
    assert seed_chance(1, "a").random() == seed_chance(1, "a").random() != seed_chance(1, "b").random()
