"""Frames of a station that was at two gateways, read at an API that heard none of them."""

import asyncio
import contextlib
import json

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.contracts.network.network import open_network
from tests.contracts.watch.conftest import EMAIL, PASSWORD, Talker
from tests.patience import HANG_LIMIT_S


@pytest.fixture
async def network(tmp_path, postgresql_database, rabbitmq_url, redis_url, own_prefix):
    servers = {"database_url": postgresql_database, "broker_url": rabbitmq_url, "redis_url": redis_url}
    async with open_network(
        tmp_path, prefix=own_prefix, email=EMAIL, password=PASSWORD, gateways=2, **servers
    ) as network:
        answer = await network.http.post("auth/sign-in", json={"email": EMAIL, "password": PASSWORD})
        network.http.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        yield network


async def talk(gateway, *vendors):
    async with connect(f"ws://127.0.0.1:{gateway.gateway.port}/ocpp/ROAMER", subprotocols=["ocpp1.6"]) as socket:
        talker = Talker(socket)
        for vendor in vendors:
            await talker.call("BootNotification", {"chargePointVendor": vendor, "chargePointModel": "T1"})


async def read(network, **query):
    answer = await network.http.get("stations/ROAMER/wirelog", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def list_boots(frames):
    calls = [json.loads(frame["text"]) for frame in frames if frame["direction"] == "in"]
    return [call[3]["chargePointVendor"] for call in calls if call[0] == 2]


async def wait_for_boots(network, count):
    async with asyncio.timeout(HANG_LIMIT_S):
        while len(list_boots((await read(network))["items"])) < count:  # noqa: ASYNC110 - the disk tells nobody
            await asyncio.sleep(0.1)


async def test_frames_of_all_gateways_make_one_log(network):
    await talk(network.gateways[0], "A", "B")
    await talk(network.gateways[1], "C")
    await talk(network.gateways[0], "D")
    await wait_for_boots(network, 4)
    whole = (await read(network))["items"]
    assert list_boots(whole) == ["D", "C", "B", "A"]
    ids = [frame["entry_id"] for frame in whole]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == len(ids)
    assert list_boots((await read(network, q='"C"'))["items"]) == ["C"]
    pages, query = [], {"limit": 2}
    while True:
        page = await read(network, **query)
        pages += page["items"]
        if not page["has_more"]:
            break
        query["before_id"] = page["items"][-1]["entry_id"]
    assert pages == whole
    newer = (await read(network, after_id=ids[5], limit=3))["items"]
    assert [frame["entry_id"] for frame in newer] == [ids[4], ids[3], ids[2]]
    days = await network.http.get("stations/ROAMER/wirelog/days")
    assert len(days.json()["days"]) == 1
    async with network.http.stream("GET", "stations/ROAMER/wirelog/stream") as stream:
        lines = stream.aiter_lines()
        await anext(lines)
        await talk(network.gateways[1], "E")
        async with asyncio.timeout(HANG_LIMIT_S):
            while '\\"E\\"' not in await anext(lines):
                pass


async def test_without_gateways_the_frames_are_away(network):
    await talk(network.gateways[0], "A")
    for gateway in network.gateways:
        await gateway.transport.link.stop()
    answer = await network.http.get("stations/ROAMER/wirelog")
    assert answer.status_code == 503
    assert answer.json()["code"] == "unavailable.wire_log"
    refusals = await network.http.get("refusals")
    assert (refusals.status_code, refusals.json()["code"]) == (503, "unavailable.gateways")


async def turn_away(gateway, path):
    with contextlib.suppress(InvalidStatus):
        await connect(f"ws://127.0.0.1:{gateway.gateway.port}{path}", subprotocols=["ocpp1.6"])


async def test_refusals_of_all_gateways_make_one_list(network):
    for gateway in network.gateways:
        await turn_away(gateway, "/wrong/PATH-1")
    found = (await network.http.get("refusals")).json()
    assert [item["name"] for item in found["items"]] == ["PATH-1", "PATH-1"]
    told = {item["gateway_id"] for item in found["items"]}
    assert told == {gateway.transport.process_id for gateway in network.gateways}
    assert found["missing_gateways"] == []


async def test_a_gateway_that_does_not_answer_is_named(network):
    await talk(network.gateways[0], "A")
    await wait_for_boots(network, 1)
    await turn_away(network.gateways[0], "/wrong/PATH-1")
    assert (await read(network))["missing_gateways"] == []
    silent = network.gateways[1]
    await silent.transport.link.stop()
    page = await read(network)
    assert list_boots(page["items"]) == ["A"]
    assert page["missing_gateways"] == [silent.transport.process_id]
    days = (await network.http.get("stations/ROAMER/wirelog/days")).json()
    assert (len(days["days"]), days["missing_gateways"]) == (1, [silent.transport.process_id])
    refusals = (await network.http.get("refusals")).json()
    assert ([item["name"] for item in refusals["items"]], refusals["missing_gateways"]) == (
        ["PATH-1"],
        [silent.transport.process_id],
    )
