"""A gateway's bus: presence is told who is connected, and the core on which connection a station spoke."""

import asyncio
from datetime import UTC, datetime

import pytest

from busbar.app.cluster.present_bus import PresentBus
from busbar.canon.control import Disconnect
from busbar.canon.stations import (
    AdmissionRequested,
    HeartbeatReceived,
    Protocol,
    StationConnected,
    StationDisconnected,
)
from busbar.ports.presence import Holding, PresenceError
from tests.patience import HANG_LIMIT_S

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OTHER = Holding(station_id="S", connection_id="k0", gateway_id="gateway-2")


class Wire:
    """The bus behind, presence and the way to other gateways: all that the bus under test speaks to."""

    def __init__(self):
        self.reported = []
        self.told = []
        self.closed = []
        self.before = None
        self.late = []
        self.is_away = False

    # the bus behind
    async def report(self, report, *, connection_id=None):
        self.reported.append((report, connection_id))

    def post(self, report, on_answer, *, connection_id=None):
        self.reported.append((report, connection_id))
        return True

    def attach(self, station_id, connection_id, handler):
        self.told.append(("attach", connection_id))

    def detach(self, station_id, connection_id):
        self.told.append(("detach", connection_id))

    # presence
    async def hold(self, holding):
        self._check()
        self.told.append(("hold", holding.connection_id))
        return self.before

    async def see(self, seen, *, silent_after_s):
        self._check()
        self.told.append(("see", [station_id for station_id, _ in seen]))

    async def release(self, holding):
        self._check()
        self.told.append(("release", holding.connection_id))

    async def renew(self, holdings):
        self._check()
        self.told.append(("renew", [holding.connection_id for holding in holdings]))
        return self.late

    def _check(self):
        if self.is_away:
            raise PresenceError("away")

    # other gateways
    async def deliver_to(self, holding, delivery):
        self.closed.append((holding, delivery.request))


class Clock:
    def now(self):
        return NOW


class Ids:
    def new(self):
        return "id"


@pytest.fixture
def wire():
    return Wire()


@pytest.fixture
async def bus(wire):
    bus = PresentBus(wire, presence=wire, caller=wire, gateway_id="gateway-1", clock=Clock(), ids=Ids(), lease_s=0.03)
    yield bus
    await bus.stop()


async def settle():
    for _ in range(5):
        await asyncio.sleep(0)


def make(kind, **fields):
    return kind(report_id="r", station_id="S", received_at=NOW, **fields)


class Station:
    def __init__(self):
        self.asked = []

    async def take(self, delivery):
        self.asked.append(delivery.request)


async def test_presence_is_told_who_comes_and_goes(bus, wire):
    bus.attach("S", "k1", Station().take)
    await settle()
    assert wire.told == [("attach", "k1"), ("hold", "k1"), ("see", ["S"])]
    assert bus.held_stations == 1
    bus.detach("S", "k1")
    await settle()
    assert wire.told[3:] == [("detach", "k1"), ("release", "k1")]
    assert bus.held_stations == 0


async def test_the_end_of_an_older_connection_gives_nothing_up(bus, wire):
    bus.attach("S", "k1", Station().take)
    bus.attach("S", "k2", Station().take)
    bus.detach("S", "k1")
    await settle()
    assert bus.held_stations == 1
    assert ("release", "k1") not in wire.told


async def test_the_connection_that_a_station_left_elsewhere_is_closed(bus, wire):
    wire.before = OTHER
    bus.attach("S", "k1", Station().take)
    await settle()
    ((holding, request),) = wire.closed
    assert holding == OTHER
    assert isinstance(request, Disconnect)


async def test_one_that_comes_too_late_is_closed_itself(bus, wire):
    station = Station()
    wire.before = Holding(station_id="S", connection_id="k1", gateway_id="gateway-1")
    bus.attach("S", "k1", station.take)
    await settle()
    assert [type(request) for request in station.asked] == [Disconnect]
    assert wire.closed == []


async def test_leases_are_renewed_and_who_lost_one_is_closed(bus, wire):
    station = Station()
    bus.attach("S", "k1", station.take)
    await settle()
    wire.late = [Holding(station_id="S", connection_id="k1", gateway_id="gateway-1")]
    bus.start()
    async with asyncio.timeout(HANG_LIMIT_S):
        while not station.asked:  # noqa: ASYNC110 - renewals tell nobody
            await asyncio.sleep(0.005)
    assert ("renew", ["k1"]) in wire.told
    assert isinstance(station.asked[0], Disconnect)


async def test_a_presence_that_is_away_costs_nobody_anything(bus, wire):
    wire.is_away = True
    station = Station()
    bus.attach("S", "k1", station.take)
    bus.start()
    await asyncio.sleep(0.05)
    await bus.report(make(HeartbeatReceived))
    bus.detach("S", "k1")
    await settle()
    assert station.asked == []
    assert len(wire.reported) == 1


async def test_the_core_is_told_on_which_connection_a_station_spoke(bus, wire):
    bus.attach("S", "k1", Station().take)
    await bus.report(make(HeartbeatReceived))
    assert bus.post(make(HeartbeatReceived), print)
    bus.attach("S", "k2", Station().take)
    await bus.report(make(HeartbeatReceived))
    assert [connection_id for _, connection_id in wire.reported] == ["k1", "k1", "k2"]


async def test_what_is_about_connections_is_judged_by_its_own(bus, wire):
    bus.attach("S", "k1", Station().take)
    await bus.report(make(AdmissionRequested, protocol=Protocol.OCPP16, remote_address="x"))
    await bus.report(make(StationConnected, connection_id="k2", protocol=Protocol.OCPP16, remote_address="x"))
    await bus.report(make(StationDisconnected, connection_id="k1", reason="gone"))
    assert [connection_id for _, connection_id in wire.reported] == [None] * 3
    assert wire.reported[1][0].gateway_id == "gateway-1"
