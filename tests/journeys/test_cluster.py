"""A network of processes: two gateways, two cores, an API and a worker, on PostgreSQL, RabbitMQ and Redis."""

import asyncio
import contextlib
import itertools
import secrets
from types import SimpleNamespace

import pytest
from ocpp.v16 import call as call16
from websockets.exceptions import WebSocketException

from chaos.cluster import find_own_traces
from services import OWN_PREFIX
from tests.journeys.cluster import HEARTBEAT_S, Cluster
from tests.journeys.conftest import sign_in
from tests.journeys.stations import Station16, connected
from tests.patience import HANG_LIMIT_S, Patience
from tests.services import run_apart

CHARGING_LIMIT_S = 120


@pytest.fixture(scope="module")
def cluster(tmp_path_factory, postgresql_databases, rabbitmq_url, redis_url):
    """One network for the module; a test that ends a process starts it again. Stations have names of their own."""
    name = run_apart(postgresql_databases.make())
    cluster = Cluster(
        tmp_path_factory.mktemp("cluster"),
        database_url=postgresql_databases.name_url(name),
        broker_url=rabbitmq_url,
        redis_url=redis_url,
        prefix=f"{OWN_PREFIX}{secrets.token_hex(6)}_",
    )
    try:
        run_apart(cluster.start("core-1", "core-2", "gateway-1", "gateway-2", "api-1", "worker-1"))
        yield cluster
    finally:
        run_apart(cluster.close())
        run_apart(postgresql_databases.remove(name))
    for member in cluster.members.values():
        assert find_own_traces(member.output) == []


@pytest.fixture
async def console(cluster):
    async with sign_in(cluster["api-1"]) as console:
        yield console


async def test_a_driver_is_started_and_stopped_at_whichever_gateway(cluster, console):
    await console.send("PUT", "tokens/CARD-1", {"label": "card"})
    for number, gateway in enumerate(("gateway-1", "gateway-2")):
        station_id = f"CLUSTER-{number}"
        async with connected(Station16, cluster[gateway], station_id) as station:
            await station.boot()
            await station.status("Available")
            await station.status("Preparing")
            wish = {"station_id": station_id, "evse_id": 1, "id_token": {"value": "CARD-1"}}
            await console.send("POST", "sessions", wish)
            asked = await station.asked.take("RemoteStartTransaction")
            begun = await station.start(asked["id_tag"], meter_start=1000)
            session = await console.wait_for_session(station_id, state="active")
            await console.send("POST", f"sessions/{session['session_id']}/stop")
            stop = await station.asked.take("RemoteStopTransaction")
            assert stop["transaction_id"] == begun.transaction_id
            await station.stop(begun.transaction_id, at=600, meter_stop=3500, reason="Remote")
            ended = await console.wait_for_session(station_id, state="ended")
            assert ended["energy_wh"] == 2500


# ---- under load ------------------------------------------------------------------------------------------------------


class Charger:
    """A 1.6 station that charges again and again, and says everything until it is answered, at whichever gateway."""

    def __init__(self, cluster, number, *, gateways=("gateway-1", "gateway-2")):
        self.station_id = f"LOAD-{secrets.token_hex(3)}-{number}"
        self._urls = itertools.cycle([cluster[name].ocpp_url for name in gateways])
        self._stack = contextlib.AsyncExitStack()
        self._station = None
        self.energies_wh = []
        self.references = []

    async def charge(self, token, *, times):
        for turn in range(times):
            begin, taken = 100_000 * turn, 400 + turn
            at = 1000 * turn
            started = await self._insist("start", token, at=at, meter_start=begin)
            for step in range(1, 4):
                values = ("Energy.Active.Import.Register", str(begin + 100 * step), "Wh")
                await self._insist("meter", started.transaction_id, at + 60 * step, values)
            await self._insist("stop", started.transaction_id, at=at + 300, meter_stop=begin + taken, reason="Local")
            self.energies_wh.append(taken)
            self.references.append(str(started.transaction_id))

    async def _insist(self, name, *arguments, **more):
        """Say it until it is answered, over a new connection whenever the old one is gone."""
        while True:
            try:
                if self._station is None:
                    await self._connect()
                answer = await getattr(self._station, name)(*arguments, **more)
                if answer is not None:  # the package answers nothing for a CALLERROR
                    return answer
                await asyncio.sleep(0.1)
            except (OSError, TimeoutError, WebSocketException):
                await self.close()
                await asyncio.sleep(0.1)

    async def _connect(self):
        place = SimpleNamespace(ocpp_url=next(self._urls))
        self._station = await self._stack.enter_async_context(connected(Station16, place, self.station_id))
        await self._station.boot()

    async def close(self):
        self._station = None
        with contextlib.suppress(OSError, TimeoutError, WebSocketException):
            await self._stack.aclose()
        self._stack = contextlib.AsyncExitStack()


@contextlib.asynccontextmanager
async def load(cluster, console, *, stations, times):
    """Have stations charge meanwhile; afterwards all that they were answered for is there, once."""
    token = f"LOAD-{secrets.token_hex(4)}"
    await console.send("PUT", f"tokens/{token}", {"concurrency": "allowed"})
    chargers = [Charger(cluster, number) for number in range(stations)]
    work = [asyncio.create_task(charger.charge(token, times=times)) for charger in chargers]
    try:
        yield
        patience, charged = Patience(CHARGING_LIMIT_S), asyncio.gather(*work)
        while not charged.done():
            assert not patience.is_over, f"{sum(not task.done() for task in work)} stations never came to their end"
            await asyncio.wait([charged], timeout=0.5)
        await charged
        for charger in chargers:
            page = await console.wait_for(
                "sessions",
                lambda page: len(page["items"]) == times and all(each["state"] == "ended" for each in page["items"]),
                station_id=charger.station_id,
            )
            found = sorted((each["transaction_ref"], each["energy_wh"]) for each in page["items"])
            assert found == sorted(zip(charger.references, charger.energies_wh, strict=True))
        assert (await console.get("unmatched-parts"))["items"] == []
    finally:
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        for charger in chargers:
            await charger.close()


async def test_a_core_that_is_killed_costs_nothing(cluster, console):
    async with load(cluster, console, stations=8, times=6):
        await asyncio.sleep(1)
        cluster["core-1"].kill()
        await asyncio.sleep(1)
        await cluster.start("core-1")
        cluster["core-2"].kill()
    await cluster.start("core-2")


async def test_a_core_that_froze_and_wakes_up_writes_nothing(cluster, console):
    async with load(cluster, console, stations=6, times=6):
        await asyncio.sleep(0.5)
        cluster["core-1"].freeze()
        await asyncio.sleep(5 * HEARTBEAT_S)
        cluster["core-1"].thaw()
        patience = Patience(HANG_LIMIT_S)
        while not any(loss in cluster["core-1"].output for loss in ("partition.lost", "broker.lost")):
            assert not patience.is_over, cluster["core-1"].output
            await asyncio.sleep(0.1)


async def test_every_process_is_restarted_in_turn_while_stations_charge(cluster, console):
    async with load(cluster, console, stations=4, times=8):
        for name in ("core-1", "core-2", "gateway-1", "gateway-2", "worker-1"):
            await cluster[name].stop()
            await cluster.start(name)


async def test_a_station_of_a_gateway_that_died_goes_on_at_another(cluster, console):
    station_id, silent_id = "MOVED-1", "SILENT-1"
    await console.send("PUT", "tokens/MOVES", {})
    async with connected(Station16, cluster["gateway-1"], silent_id) as silent:
        await silent.boot()
        async with connected(Station16, cluster["gateway-1"], station_id) as station:
            await station.boot()
            begun = await station.start("MOVES", meter_start=0)
            await console.wait_for(f"stations/{silent_id}", lambda found: found["is_online"])
            cluster["gateway-1"].kill()
        async with connected(Station16, cluster["gateway-2"], station_id) as station:
            await station.boot()
            await station.stop(begun.transaction_id, at=60, meter_stop=700, reason="Local")
            session = await console.wait_for_session(station_id, state="ended")
            assert session["energy_wh"] == 700
            await console.wait_for(f"stations/{silent_id}", lambda found: not found["is_online"])
            assert (await console.get(f"stations/{station_id}"))["is_online"]
    await cluster.start("gateway-1")


async def test_a_station_that_comes_back_elsewhere_has_one_connection(cluster, console):
    station_id = "TWICE-1"
    async with connected(Station16, cluster["gateway-1"], station_id) as older:
        await older.boot()
        async with connected(Station16, cluster["gateway-2"], station_id) as newer:
            await newer.boot()
            async with asyncio.timeout(HANG_LIMIT_S):
                await older._connection.wait_closed()
            trigger = {"kind": "on_idle"}
            answer = await console.send("POST", f"stations/{station_id}/commands/reset", trigger)
            assert answer["outcome"] == "accepted"
            await newer.asked.take("Reset")
            assert (await console.get(f"stations/{station_id}"))["is_online"]


async def test_a_token_that_is_blocked_is_refused_by_every_core(cluster, console):
    await console.send("PUT", "tokens/BLOCK-ME", {})
    async with contextlib.AsyncExitStack() as stack:
        stations = [
            await stack.enter_async_context(connected(Station16, cluster["gateway-1"], f"BLOCKS-{number}"))
            for number in range(6)
        ]
        for station in stations:
            await station.boot()
        assert await ask_all(stations, "BLOCK-ME") == {"Accepted"}
        await console.send("PATCH", "tokens/BLOCK-ME", {"status": "blocked"})
        assert await ask_all(stations, "BLOCK-ME") == {"Blocked"}
        await console.send("PATCH", "tokens/BLOCK-ME", {"status": "active"})
        assert await ask_all(stations, "BLOCK-ME") == {"Accepted"}


async def ask_all(stations, token):
    answers = [await station.call(call16.Authorize(id_tag=token)) for station in stations]
    return {answer.id_tag_info["status"] for answer in answers}
