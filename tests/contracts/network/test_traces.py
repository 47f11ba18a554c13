"""Spans from a frame at a gateway over the broker to the core, and on to the screen at an API."""

import asyncio
import json

import pytest
from websockets.asyncio.client import connect

from tests.contracts.network.network import open_network
from tests.contracts.watch.conftest import EMAIL, PASSWORD, Talker
from tests.contracts.watch.test_traces import UPSTREAM, Collector
from tests.patience import HANG_LIMIT_S


@pytest.fixture
def collector():
    made = Collector()
    yield made
    made.server.shutdown()
    made.server.server_close()


async def wait_for(lines, *names):
    wanted = set(names)
    async with asyncio.timeout(HANG_LIMIT_S):
        while wanted:
            line = await anext(lines)
            wanted.discard(line.removeprefix("event: "))


async def test_a_trace_goes_with_the_message(
    tmp_path, postgresql_database, rabbitmq_url, redis_url, own_prefix, collector
):
    more = {"traces_endpoint": collector.url, "traces_sample_permille": 1000}
    servers = {"database_url": postgresql_database, "broker_url": rabbitmq_url, "redis_url": redis_url}
    async with open_network(tmp_path, prefix=own_prefix, email=EMAIL, password=PASSWORD, **servers, **more) as network:
        answer = await network.http.post("auth/sign-in", json={"email": EMAIL, "password": PASSWORD})
        network.http.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        async with network.http.stream("GET", "events") as stream:
            lines = stream.aiter_lines()
            await anext(lines)
            async with connect(f"{network.ocpp_url}/TRACED-1", subprotocols=["ocpp1.6"]) as socket:
                talker = Talker(socket)
                await talker.call("BootNotification", {"chargePointVendor": "Trial", "chargePointModel": "T1"})
                await wait_for(lines, "StationBootAccepted")
                await talker.call("Heartbeat", {})
                await wait_for(lines, "StationSeen")
        made = await network.http.post("stations", json={"station_id": "NEW-1"}, headers={"traceparent": UPSTREAM})
        assert made.status_code == 201
    (frame,) = collector.find("ocpp BootNotification")
    applied = collector.children(frame)["apply StationBooted"]
    inner = collector.children(applied)
    assert {"commit", "tell StationBootAccepted"} <= inner.keys()
    heard = collector.children(inner["tell StationBootAccepted"])
    assert {"deliver StationBootAccepted", "stream"} <= heard.keys()
    assert {span.trace_id for span in (frame, applied, *inner.values(), *heard.values())} == {frame.trace_id}
    (beat,) = collector.find("ocpp Heartbeat")
    told = collector.children(collector.children(beat)["apply HeartbeatReceived"])
    assert "stream" in collector.children(told["signal StationSeen"])
    request = next(span for span in collector.find("http POST") if span.trace_id.hex() == UPSTREAM.split("-")[1])
    assert "apply CreateStation" in collector.children(request)
    assert "TRACED-1" not in json.dumps([str(span.attributes) for span in collector.spans])


async def test_a_trace_goes_down_to_the_station_and_back(
    tmp_path, postgresql_database, rabbitmq_url, redis_url, own_prefix, collector
):
    more = {"traces_endpoint": collector.url, "traces_sample_permille": 0}
    servers = {"database_url": postgresql_database, "broker_url": rabbitmq_url, "redis_url": redis_url}
    async with open_network(tmp_path, prefix=own_prefix, email=EMAIL, password=PASSWORD, **servers, **more) as network:
        answer = await network.http.post("auth/sign-in", json={"email": EMAIL, "password": PASSWORD})
        network.http.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        async with connect(f"{network.ocpp_url}/TRACED-2", subprotocols=["ocpp1.6"]) as socket:
            await Talker(socket).call("BootNotification", {"chargePointVendor": "Trial", "chargePointModel": "T1"})
            asked = asyncio.create_task(
                network.http.post(
                    "stations/TRACED-2/commands/reset", json={"kind": "immediate"}, headers={"traceparent": UPSTREAM}
                )
            )
            call = json.loads(await asyncio.wait_for(socket.recv(), 20))
            await socket.send(json.dumps([3, call[1], {"status": "Accepted"}]))
            assert (await asked).json()["outcome"] == "accepted"
    (request,) = collector.find("http POST")
    assert request.trace_id.hex() == UPSTREAM.split("-")[1]
    applied = collector.children(request)["apply SendStationCommand"]
    sent = collector.children(collector.children(applied)["tell StationCommandRequested"])["send Reset"]
    below = collector.children(sent)
    assert {"ocpp Reset", "apply CommandAnswered"} <= below.keys()
    assert "tell StationCommandAnswered" in collector.children(below["apply CommandAnswered"])
