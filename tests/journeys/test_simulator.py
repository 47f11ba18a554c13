"""Virtual stations over real sockets, against a CSMS nobody here wrote: PyPI `ocpp` on `websockets`."""

from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from io import StringIO

import pytest
import websockets
from ocpp.routing import on
from ocpp.v16 import ChargePoint as Peer16
from ocpp.v16 import call as call16
from ocpp.v16 import call_result as result16
from ocpp.v21 import ChargePoint as Peer21
from ocpp.v21 import call_result as result21
from ocpp.v201 import ChargePoint as Peer201
from ocpp.v201 import call as call201
from ocpp.v201 import call_result as result201
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory

from busbar.adapters.system.clock import SystemClock
from busbar.simulator.commands import run_simulation
from busbar.simulator.scenario import Scenario, SitePlan, StationPlan
from busbar.simulator.swarm import Swarm
from busbar.simulator.virtual import VirtualStation


def now():
    return datetime.now(UTC).isoformat()


class Csms16(Peer16):
    numbers = 0

    def note(self, action, payload):
        self.calls.append((action, payload))

    @on("BootNotification")
    def on_boot(self, **payload):
        self.note("BootNotification", payload)
        return result16.BootNotification(current_time=now(), interval=300, status="Accepted")

    @on("StatusNotification")
    def on_status(self, **payload):
        self.note("StatusNotification", payload)
        return result16.StatusNotification()

    @on("Heartbeat")
    def on_heartbeat(self):
        return result16.Heartbeat(current_time=now())

    @on("Authorize")
    def on_authorize(self, **payload):
        self.note("Authorize", payload)
        return result16.Authorize(id_tag_info={"status": "Accepted"})

    @on("StartTransaction")
    def on_start(self, **payload):
        self.note("StartTransaction", payload)
        Csms16.numbers += 1
        return result16.StartTransaction(transaction_id=Csms16.numbers, id_tag_info={"status": "Accepted"})

    @on("MeterValues")
    def on_meter(self, **payload):
        self.note("MeterValues", payload)
        return result16.MeterValues()

    @on("StopTransaction")
    def on_stop(self, **payload):
        self.note("StopTransaction", payload)
        return result16.StopTransaction()


def make_csms2(peer, results):
    class Csms2(peer):
        def note(self, action, payload):
            self.calls.append((action, payload))

        @on("BootNotification")
        def on_boot(self, **payload):
            self.note("BootNotification", payload)
            return results.BootNotification(current_time=now(), interval=300, status="Accepted")

        @on("StatusNotification")
        def on_status(self, **payload):
            self.note("StatusNotification", payload)
            return results.StatusNotification()

        @on("Heartbeat")
        def on_heartbeat(self):
            return results.Heartbeat(current_time=now())

        @on("Authorize")
        def on_authorize(self, **payload):
            self.note("Authorize", payload)
            return results.Authorize(id_token_info={"status": "Accepted"})

        @on("TransactionEvent")
        def on_event(self, **payload):
            self.note("TransactionEvent", payload)
            return results.TransactionEvent(id_token_info={"status": "Accepted"} if "id_token" in payload else None)

        @on("NotifyReport")
        def on_report(self, **payload):
            self.note("NotifyReport", payload)
            return results.NotifyReport()

    return Csms2


PEERS = {
    "1.6": ("ocpp1.6", Csms16),
    "2.0.1": ("ocpp2.0.1", make_csms2(Peer201, result201)),
    "2.1": ("ocpp2.1", make_csms2(Peer21, result21)),
}


class Hub:
    """A small CSMS: what its stations said, and their connections, by identity."""

    def __init__(self) -> None:
        self.calls: dict[str, list] = {}
        self.peers: dict[str, object] = {}
        self.requests: list = []
        self.extensions: list = []
        self.url = ""

    async def serve(self, connection) -> None:
        identity = connection.request.path.rpartition("/")[2]
        subprotocol = connection.subprotocol
        kind = next(kind for name, kind in PEERS.values() if name == subprotocol)
        peer = kind(identity, connection)
        peer.calls = self.calls.setdefault(identity, [])
        self.peers[identity] = peer
        self.requests.append(connection.request)
        self.extensions.append([extension.name for extension in connection.protocol.extensions])
        with suppress(websockets.ConnectionClosed):
            await peer.start()

    def said(self, identity, action):
        return [payload for name, payload in self.calls.get(identity, []) if name == action]


@asynccontextmanager
async def open_hub(**more) -> AsyncIterator[Hub]:
    hub = Hub()
    names = [websockets.Subprotocol(name) for name, _ in PEERS.values()]
    async with websockets.serve(hub.serve, "127.0.0.1", 0, subprotocols=names, **more) as server:
        hub.url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/ocpp"
        yield hub


@pytest.fixture
async def hub():
    async with open_hub() as one:
        yield one


async def test_a_charge_on_1_6_by_token(hub):
    settings = {"MeterValueSampleInterval": "30"}
    async with VirtualStation("S16", url=hub.url, clock=SystemClock(), speed=120, settings=settings) as station:
        station.plug_in()
        station.present_token("TAG-1")
        await station.wait_for("transaction_numbered")
        await station.wait_for(lambda each: each.energy_wh() > 200)
        station.present_token("TAG-1")
        await station.wait_for("transaction_delivered")
        station.unplug()
        await station.wait_for(lambda each: each.is_settled)
    (start,), (stop,) = hub.said("S16", "StartTransaction"), hub.said("S16", "StopTransaction")
    (record,) = station.finished
    assert stop["transaction_id"] == int(record.ref)
    assert stop["meter_stop"] - start["meter_start"] >= 200
    assert stop["meter_stop"] == record.meter_stop_wh
    assert hub.said("S16", "MeterValues")
    assert [each["status"] for each in hub.said("S16", "StatusNotification") if each["connector_id"] == 1] == [
        "Available", "Preparing", "Charging", "Finishing", "Available",
    ]  # fmt: skip


async def test_a_charge_on_1_6_by_remote_start(hub):
    async with VirtualStation("S16", url=hub.url, clock=SystemClock(), speed=120) as station:
        peer = hub.peers["S16"]
        started = await peer.call(call16.RemoteStartTransaction(id_tag="APP", connector_id=1))
        assert started.status == "Accepted"
        await station.wait_for("remote_start")
        station.plug_in()
        await station.wait_for("transaction_numbered")
        await station.wait_for(lambda each: each.energy_wh() > 100)
        stopped = await peer.call(call16.RemoteStopTransaction(transaction_id=station.transaction().number))
        assert stopped.status == "Accepted"
        await station.wait_for("transaction_delivered")
    assert hub.said("S16", "StopTransaction")[0]["reason"] == "Remote"


@pytest.mark.parametrize("protocol", ["2.0.1", "2.1"])
async def test_a_charge_on_2_x_by_remote_start_with_a_reboot_before(hub, protocol):
    async with VirtualStation("S2", url=hub.url, protocol=protocol, clock=SystemClock(), speed=120) as station:
        station.reboot()
        await station.wait_for("booted")
        peer = hub.peers["S2"]
        request = call201.RequestStartTransaction(
            remote_start_id=5, id_token={"idToken": "APP", "type": "Central"}, evse_id=1
        )
        assert (await peer.call(request)).status == "Accepted"
        await station.wait_for("remote_start")
        station.plug_in()
        await station.wait_for("transaction_started")
        await station.wait_for(lambda each: each.energy_wh() > 100)
        report = call201.GetBaseReport(request_id=1, report_base="FullInventory")
        assert (await peer.call(report)).status == "Accepted"
        stop = call201.RequestStopTransaction(transaction_id=station.transaction().ref)
        assert (await peer.call(stop)).status == "Accepted"
        await station.wait_for("transaction_delivered")
        await station.wait_for(lambda each: each.is_settled)
    assert len(hub.said("S2", "BootNotification")) == 2
    assert len(hub.said("S2", "NotifyReport")) > 3
    events = hub.said("S2", "TransactionEvent")
    assert [each["seq_no"] for each in events] == list(range(len(events)))
    assert events[-1]["transaction_info"]["stopped_reason"] == "Remote"


async def test_what_happened_offline_is_delivered_later(hub):
    settings = {"SampledDataCtrlr.TxUpdatedInterval": "60"}
    station = VirtualStation("S2", url=hub.url, protocol="2.0.1", clock=SystemClock(), speed=120, settings=settings)
    async with station:
        station.plug_in()
        station.present_token("TAG-1")
        await station.wait_for(lambda each: each.is_charging() and each.is_settled)
        station.go_offline()
        await station.wait_for(lambda each: each.energy_wh() > 300)
        station.unplug()
        station.go_online()
        await station.wait_for("transaction_delivered")
        await station.wait_for(lambda each: each.is_settled)
    events = hub.said("S2", "TransactionEvent")
    assert [each["seq_no"] for each in events] == list(range(len(events)))
    assert events[-1]["offline"] is True
    assert station.books.connections == 2


async def test_a_csms_that_is_not_there_yet_is_tried_again():
    async with open_hub() as hub:
        url = hub.url
    station = VirtualStation("LATE", url=url, clock=SystemClock())
    with pytest.raises(TimeoutError, match="refused"):
        await station.connect(timeout_s=3)
    await station.close()


async def test_basic_auth_and_deflate_are_used_when_asked_for():
    async with open_hub(extensions=[ServerPerMessageDeflateFactory()], compression=None) as hub:
        async with VirtualStation(
            "S/1 é", url=hub.url, clock=SystemClock(), password="a-long-password", is_deflating=True
        ) as station:
            station.plug_in()
            station.present_token("TAG-1")
            await station.wait_for("transaction_numbered")
        assert hub.requests[0].path == "/ocpp/S%2F1%20%C3%A9"
        expected = "Basic " + b64encode("S/1 é:a-long-password".encode()).decode()
        assert hub.requests[0].headers["Authorization"] == expected
        assert hub.extensions[0] == ["permessage-deflate"]


async def test_a_csms_that_agrees_to_no_subprotocol_is_left():
    async def serve(connection):
        await connection.wait_closed()

    async with websockets.serve(serve, "127.0.0.1", 0, select_subprotocol=lambda *_: None) as server:
        url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        station = VirtualStation("S", url=url, clock=SystemClock())
        with pytest.raises(TimeoutError, match="sub-protocol"):
            await station.connect(timeout_s=3)
        await station.close()


async def test_a_swarm_charges_by_itself_and_answers_remote_starts(hub):
    site = SitePlan(
        "yard",
        (
            StationPlan("A", evses=("ac22", "ac22"), sample_s=30),
            StationPlan("B", "2.0.1", evses=("dc60",), sample_s=30),
            StationPlan("FREE", is_free=True),
        ),
        tokens=("T1", "T2", "T3"),
        arrivals_per_h=(30.0,),
        stay_min=(3, 6),
        occupied_permille=1000,
    )
    swarm = Swarm(Scenario(hub.url, (site,), speed=300), clock=SystemClock())
    await swarm.start()
    try:
        await swarm.wait_until_registered()
        started = await hub.peers["FREE"].call(call16.RemoteStartTransaction(id_tag="APP"))
        assert started.status == "Accepted"
        await swarm.stations["FREE"].wait_for("transaction_numbered")
        for identity in ("A", "B"):
            await swarm.stations[identity].wait_for("transaction_delivered")
    finally:
        await swarm.stop()
    figures = swarm.count()
    assert [list(station.books.faults) for station in swarm.stations.values()] == [[], [], []]
    assert (figures.errors, figures.crashed) == (0, 0)
    assert figures.energy_wh > 0


async def test_the_command_reports_and_stops_in_time(hub):
    site = SitePlan("yard", (StationPlan("A"),), tokens=("T1",), occupied_permille=1000)
    out = StringIO()
    scenario = Scenario(hub.url, (site,), speed=10)
    figures = await run_simulation(scenario, clock=SystemClock(), out=out, duration_s=4)
    assert figures.registered == 1
    assert figures.visits == 1
    assert "1/1 stations" in out.getvalue()
