"""Live updates over a real server: resume, scope, heartbeats, a clean end; and the wire log."""

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import UTC, timedelta

import httpx2
import pytest

from busbar.api.app import end_streams
from busbar.app.http import HttpDoor, bind
from busbar.canon.sessions import SessionProgressed
from busbar.canon.stations import StationSeen
from busbar.canon.tenants import Role
from busbar.kernel.ids import OperatorId, SessionId
from busbar.ports.wirelog import Direction
from tests.contracts.api.conftest import Door, eventually
from tests.contracts.api.test_frame import remake
from tests.patience import HANG_LIMIT_S

pytestmark = pytest.mark.every_database


class Listener:
    """Reads a stream of server-sent events, piece by piece."""

    def __init__(self, response):
        self.response = response
        self.lines = response.aiter_lines()

    async def next(self, *, with_comments=False):
        """The next event as (name, data, id), or a comment's text."""
        event = {}
        async with asyncio.timeout(HANG_LIMIT_S):
            async for line in self.lines:
                if line.startswith(":"):
                    if with_comments:
                        return line
                elif line:
                    name, _, value = line.partition(": ")
                    event[name] = value
                elif "data" in event:
                    return event["event"], json.loads(event["data"]), event.get("id")
                else:
                    event = {}
        return None


@pytest.fixture
async def served(world):
    """The house behind a real server; call it with an app, get a function that opens streams."""
    doors = []

    async def serve(app):
        listener = bind(world.house.settings.bind, 0, setting="port")
        door = HttpDoor(app, listener, shutdown_timeout_s=2)
        await door.start()
        doors.append((app, door))

        @asynccontextmanager
        async def listen(path, token, **headers):
            url = f"http://127.0.0.1:{door.port}/api/v1{path}"
            if token is not None:
                headers["Authorization"] = f"Bearer {token}"
            async with (
                httpx2.AsyncClient(timeout=HANG_LIMIT_S) as http,
                http.stream("GET", url, headers=headers) as response,
            ):
                assert response.status_code == 200, await response.aread()
                yield Listener(response)

        return listen

    yield serve
    for app, door in doors:
        end_streams(app)
        await door.stop()


async def test_what_happens_is_told_and_told_again_to_who_was_away(world, served):
    listen = await served(world.app)
    station = await world.station(world.boss, "ST-1")
    async with listen("/events", world.boss.token) as events:
        await station.connect()
        name, data, first_id = await events.next()
        assert (name, data["station_id"]) == ("StationOnline", "ST-1")
        assert "message" not in data
        names = [(await events.next())[0] for _ in range(2)]
        assert names == ["StationBootAccepted", "ConnectorStatusChanged"]
    async with listen("/events", world.boss.token, **{"Last-Event-ID": first_id}) as events:
        again = [(await events.next())[0] for _ in range(2)]
        assert again == names
        await station.tell_status(1, "charging")
        assert (await events.next())[1]["status"] == "charging"


async def test_a_stream_can_be_kept_to_some_topics(world, served):
    listen = await served(world.app)
    station = await world.station(world.boss, "ST-1")
    await world.boss.expect("PUT", "/tokens/AABB", 201, json={})
    async with listen("/events?topic=sessions&topic=commands", world.boss.token) as events:
        await station.connect()
        await world.boss.post("/stations/ST-1/commands/reset", {"kind": "on_idle"})
        name, data, _ = await events.next()
        assert (name, data["request"]) == ("StationCommandRequested", "Reset")
        name, data, _ = await events.next()
        assert (name, data["outcome"]) == ("StationCommandAnswered", "accepted")
        await station.start("AABB", at=world.house.clock.now())
        assert (await events.next())[0] == "SessionStarted"


async def test_nobody_hears_of_another_operator_or_site(world, served):
    listen = await served(world.app)
    beta = await world.operator("beta")
    boss = await world.key(Role.ADMIN, operator_id=beta)
    here, there = await world.site(boss, "Here"), await world.site(boss, "There")
    scoped = await world.key(Role.VIEWER, operator_id=beta, site_ids=(here,))
    near = await world.station(boss, "B-NEAR", site_id=here)
    far = await world.station(boss, "B-FAR", site_id=there)
    alien = await world.station(world.boss, "A-1")
    async with listen("/events", boss.token) as all_of_beta, listen("/events", scoped.token) as only_here:
        for station in (alien, far, near):
            await station.connect()
        heard = [(await all_of_beta.next())[1]["station_id"] for _ in range(6)]
        assert heard == ["B-FAR"] * 3 + ["B-NEAR"] * 3
        assert [(await only_here.next())[1]["station_id"] for _ in range(3)] == ["B-NEAR"] * 3


async def test_a_driver_hears_of_their_own_sessions_alone(world, served):
    listen = await served(world.app)
    station, other = await world.station(world.boss, "ST-1"), await world.station(world.boss, "ST-2")
    await station.connect()
    await other.connect()
    await world.boss.expect("PUT", "/tokens/AABB", 201, json={})
    driver = await world.driver()
    async with listen("/driver/events", driver.token) as events:
        await other.start("AABB", at=world.house.clock.now())
        started = await driver.post("/driver/sessions", {"station_id": "ST-1", "evse_id": 1}, 202)
        name, data, _ = await events.next()
        assert (name, data["session_id"]) == ("SessionRequested", started["session_id"])
        assert not {"operator_id", "command_id", "token_id"} & set(data)
        assert (await events.next())[0] == "SessionStartAccepted"


async def test_everybody_may_hear_which_public_stations_are_free(world, served):
    listen = await served(world.app)
    public = await world.station(world.boss, "ST-1", site_id=await world.site(world.boss, "Piazza"))
    private = await world.station(world.boss, "ST-2")
    async with listen("/driver/station-events", None) as events:
        await private.connect()
        await public.connect()
        name, data, _ = await events.next()
        assert (name, data["station_id"]) == ("StationOnline", "ST-1")
        assert set(data) <= {"at", "station_id", "evse_id", "connector_id", "status"}


async def test_signals_are_told_without_an_id_and_not_too_often(world, served):
    listen = await served(world.app)
    now = world.house.clock.now()
    own = {"operator_id": OperatorId(world.operator_id), "station_id": "ST-1"}
    async with listen("/events", world.boss.token) as events:
        await eventually(lambda: asyncio.sleep(0, len(world.house.feed._subscriptions)), lambda count: count > 1)
        for delay_s in (0, 1, 2):
            world.house.feed.publish(StationSeen(**own, at=now + timedelta(seconds=delay_s)))
        world.house.feed.publish(SessionProgressed(**own, at=now, session_id=SessionId("s"), energy_wh=5))
        assert [(await events.next())[::2] for _ in range(2)] == [("StationSeen", None), ("SessionProgressed", None)]


async def test_too_much_missed_is_a_reset(world, served):
    listen = await served(remake(world, stream_resume_max_events=2))
    station = await world.station(world.boss, "ST-1")
    await station.connect()
    async with listen("/events", world.boss.token, **{"Last-Event-ID": "0" * 32}) as events:
        heard = [(await events.next())[0] for _ in range(3)]
        assert heard[2] == "Reset"


async def test_a_silent_stream_is_kept_alive_and_ends_with_the_house(world, served):
    app = remake(world, stream_keepalive_s=0.05)
    listen = await served(app)
    async with listen("/events", world.boss.token) as events:
        assert (await events.next(with_comments=True)).startswith(":")
        end_streams(app)
        while await events.next(with_comments=True) is not None:
            pass


async def test_streams_are_bounded(world, served):
    app = remake(world, stream_max_clients=1)
    listen = await served(app)
    async with listen("/events", world.boss.token) as events:
        await world.station(world.boss, "ST-1")
        assert (await events.next())[0] == "StationRegistered"
        world.http._transport.app = app
        refused = await world.boss.get("/events", 503)
        assert refused["code"] == "limit_exceeded.streams"


async def test_frames_are_read_by_day_text_and_direction_and_followed(world, served):
    listen = await served(world.app)
    await world.station(world.boss, "ST-1")
    log, now = world.house.wire_log, world.house.clock.now()

    def write(text, direction=Direction.IN):
        log.append(now, "ST-1", direction, text)

    async with listen("/stations/ST-1/wirelog/stream", world.boss.token) as frames:
        await eventually(lambda: asyncio.sleep(0.05, True), lambda done: done)
        for number in range(5):
            write(f'[2,"{number}","Heartbeat",{{}}]')
        write('[3,"0",{}]', Direction.OUT)
        name, data, _ = await frames.next()
        assert (name, data["text"]) == ("frame", '[2,"0","Heartbeat",{}]')
    path = "/stations/ST-1/wirelog"
    page = await eventually(lambda: world.boss.get(path), lambda found: len(found["items"]) == 6)
    assert page["items"][0]["direction"] == "out"
    assert page["day"] == now.astimezone(UTC).date().isoformat()
    newest = await world.boss.get(path, params={"limit": 2, "direction": "in"})
    assert (len(newest["items"]), newest["has_more"]) == (2, True)
    older = await world.boss.get(path, params={"before_id": newest["items"][-1]["entry_id"], "direction": "in"})
    assert [item["text"][4] for item in older["items"]] == ["2", "1", "0"]
    newer = await world.boss.get(path, params={"after_id": older["items"][-1]["entry_id"], "direction": "in"})
    assert [item["text"][4] for item in newer["items"]] == ["1", "2", "3", "4"]
    assert len((await world.boss.get(path, params={"q": '"3"'}))["items"]) == 1
    assert (await world.boss.get(path, params={"day": "2020-01-01"}))["items"] == []
    assert page["day"] in (await world.boss.get(f"{path}/days"))["days"]
    stranger = await world.key(Role.ADMIN, operator_id=await world.operator("beta"))
    assert (await stranger.get(path, 404))["code"] == "not_found.station"
    assert (await Door(world.http).get(path, 401))["code"] == "denied.unauthenticated"
